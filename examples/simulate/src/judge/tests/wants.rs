//! What people want, and what the store or the CA make of it.

use cert_lifecycle::OrderKind;
use serde_json::{Value, json};

use super::HOUR;
use super::scene::{Scene, standing};
use crate::judge::Guarantee;
use crate::seen::{BookedStanding, Deed};

/// A service with a certificate of a hundred days, in a year that is paid.
fn certified() -> Scene {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 100, "k1");
    scene
}

/// How often a promise is broken after a certificate came.
fn broken(guarantee: Guarantee, steps: impl Fn(&mut Scene)) -> u64 {
    let mut scene = certified();
    steps(&mut scene);
    scene.end_of_run().count(guarantee)
}

fn refused() -> Value {
    json!({"event": "order_refused", "findings": []})
}

#[test]
fn sees_that_what_is_sold_once_is_renewed_of_itself() {
    let begun = |is_asked: bool| {
        let mut scene = Scene::begin_with(|wish| wish.is_recurring = false);
        scene.configure();
        scene.order(OrderKind::New, "c1", 199, "k1");
        scene.until_day(190);
        if is_asked {
            scene.done(Deed::Asked(OrderKind::Renewal));
        }
        scene.succeed_by(OrderKind::Renewal, !is_asked);
        scene.end_of_run().count(Guarantee::PaidFirst)
    };
    assert_eq!((begun(false), begun(true)), (1, 0));
}

#[test]
fn believes_a_refusal_only_if_the_ca_was_heard_to_refuse() {
    let begun = |is_heard: bool| {
        broken(Guarantee::OrderedInTime, |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            if is_heard {
                scene.refuse();
            }
            scene.stored(refused());
        })
    };
    assert_eq!((begun(false), begun(true)), (1, 0));
}

#[test]
fn sees_payments_that_are_not_stored_or_that_nobody_made() {
    let paid = |deed: bool, stored: Option<&str>| {
        broken(Guarantee::AsWanted, |scene| {
            scene.until_day(50);
            if deed {
                let (period_start, paid_on) = ("2027-11-22".parse().unwrap(), "2027-01-11".parse().unwrap());
                scene.done(Deed::Paid { period_start, paid_on, amount: 4_900 });
            }
            if let Some(paid_through) = stored {
                scene.stored(json!({"event": "payment_received", "paid_through": paid_through}));
            }
            scene.work(HOUR * 30);
        })
    };
    assert_eq!((paid(true, None), paid(false, Some("2028-11-21"))), (1, 1));
    assert_eq!((paid(true, Some("2028-11-21")), paid(true, Some("2028-12-21"))), (0, 2));
}

#[test]
fn sees_ends_that_nobody_wants_or_that_the_store_does_not_know() {
    let ended = |deed: Option<bool>, at_end: Option<bool>| {
        broken(Guarantee::AsWanted, |scene| {
            if let Some(at_once) = deed {
                scene.done(Deed::Ends { at_once });
            }
            if let Some(at_end_of_period) = at_end {
                let request = json!({"reason": "", "at_end_of_period": at_end_of_period});
                scene.stored(json!({"event": "cancellation_requested", "request": request}));
            }
            scene.work(HOUR * 30);
        })
    };
    assert_eq!((ended(Some(false), None), ended(None, Some(true))), (1, 1));
    assert_eq!((ended(Some(false), Some(true)), ended(Some(true), Some(false))), (0, 0));
    // At once is not what he wants, and what he wants is not known.
    assert_eq!(ended(Some(false), Some(false)), 2);
}

#[test]
fn sees_revocations_that_nobody_wants_or_that_the_ca_does_not_hear_of() {
    let requested = json!({
        "event": "revocation_requested",
        "revocation": {"serial_number": "c1", "reason": "KEYCOMPROMISE", "compromised_on": null, "note": null},
    });
    let revoked = |is_wanted: bool, is_requested: bool, is_booked: bool| {
        let requested = requested.clone();
        broken(Guarantee::AsWanted, move |scene| {
            if is_wanted {
                scene.done(Deed::Revoked { serial_number: "c1".into() });
            }
            if is_requested {
                scene.stored(requested.clone());
            }
            if is_booked {
                scene.revoke("c1", 0);
            }
            scene.work(HOUR * 30);
        })
    };
    assert_eq!((revoked(true, true, false), revoked(false, true, false)), (1, 1));
    assert_eq!(revoked(true, true, true), 0);
    // What the store says of it is proved by the books.
    let said = broken(Guarantee::ChangesHeard, |scene| {
        scene.stored(standing("c1"));
        scene.work(HOUR * 30);
    });
    assert_eq!(said, 1);
}

#[test]
fn sees_notices_that_come_too_early() {
    let told = |day, event: Value| {
        broken(Guarantee::NoNoticeDoubled, |scene| {
            scene.until_day(day);
            scene.stored(event.clone());
        })
    };
    let reminded = json!({
        "event": "reminded", "settled": [{"share": 333}], "outlook": "automatic", "course": "reissue",
    });
    assert_eq!((told(60, reminded.clone()), told(67, reminded)), (1, 0));
    let expired = json!({"event": "expired"});
    assert_eq!((told(99, expired.clone()), told(101, expired)), (1, 0));
}

#[test]
fn sees_orders_for_what_nobody_wanted() {
    let booked = |change: fn(&mut crate::seen::BookedOrder)| {
        broken(Guarantee::AsWanted, |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book_with(OrderKind::Reissue, "c2", Some(100), "k1", change);
        })
    };
    assert_eq!(booked(|_| {}), 0);
    assert_eq!(booked(|order| order.product = "602".into()), 1);
    assert_eq!(booked(|order| order.customer = "another".into()), 1);
    assert_eq!(booked(|order| order.names.clear()), 1);
    assert_eq!(booked(|order| order.names.push("other.example.com".into())), 1);
}

#[test]
fn sees_that_nothing_is_ordered_in_the_place_of_what_ended_unheard_of() {
    let ended = |is_heard_of: bool| {
        broken(Guarantee::OrderedInTime, |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c2", None, "k2");
            if is_heard_of {
                scene.place("c2", false);
            }
            scene.end("c2", BookedStanding::Rejected);
            scene.work(HOUR * 30);
        })
    };
    assert_eq!((ended(false), ended(true)), (1, 0));
}

#[test]
fn means_one_order_however_often_it_is_intended() {
    let intended = broken(Guarantee::BoughtOnce, |scene| {
        scene.until_day(90);
        scene.succeed(OrderKind::Reissue);
        scene.intend(OrderKind::Reissue);
        scene.intend(OrderKind::Reissue);
        scene.book(OrderKind::Reissue, "c2", None, "k2");
        scene.work(HOUR);
        scene.book(OrderKind::Reissue, "c3", None, "k3");
    });
    // It stands beside another, and is one more than was meant.
    assert_eq!(intended, 2);
}

/// How often what was begun is ordered too late: held after some hours, so many times for a day each.
fn held(hours: i32, times: usize) -> u64 {
    broken(Guarantee::OrderedInTime, |scene| {
        scene.until_day(80);
        scene.succeed(OrderKind::Reissue);
        for _ in 0..times {
            scene.work(HOUR * hours);
            scene.stored(json!({"event": "held", "reason": {"reason": "no_clear_answer"}}));
            scene.work(HOUR * 24);
            scene.stored(json!({"event": "resumed"}));
        }
        scene.work(HOUR * hours);
    })
}

#[test]
fn gives_no_more_time_for_being_held() {
    assert_eq!((held(11, 1), held(14, 1)), (0, 1));
    // A second time excuses nothing.
    assert_eq!((held(1, 1), held(1, 2)), (0, 1));
}

#[test]
fn sees_orders_that_are_said_to_have_ended_and_have_not() {
    let said = |is_ended: bool| {
        broken(Guarantee::ChangesHeard, |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c2", None, "k2");
            scene.place("c2", false);
            scene.stored(json!({"event": "order_cancelled"}));
            if is_ended {
                scene.end("c2", BookedStanding::Cancelled);
            }
            scene.work(HOUR * 30);
        })
    };
    assert_eq!((said(false), said(true)), (1, 0));
}
