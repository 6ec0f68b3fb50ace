//! Lives made by hand: an ordinary one, in which every promise is kept, and others that differ in one thing.

mod gaps;
mod scene;
mod wants;

use cert_lifecycle::OrderKind;
use jiff::SignedDuration;
use serde_json::json;

use self::scene::{Scene, standing};
use super::{Excuse, Guarantee, Verdict};
use crate::seen::{BookedStanding, Deed};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What is otherwise than in an ordinary year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Twist {
    Nothing,
    /// A second reissue is at the CA for one that was meant.
    TwinReissue,
    /// The store never learns of the second order.
    UnknownOrder,
    /// The store says that the second order is for another service.
    ForeignOrder,
    /// What was begun first is not ordered for a day and more.
    LateOrder,
    /// The fourth certificate comes a day after the third is over.
    Gap,
    /// So it does, and no worker ran for the week before.
    GapInOutage,
    /// So it does, and the customer was a week late to prove.
    GapOfCustomer,
    /// The invoice never comes.
    NoInvoice,
    /// It says another price.
    WrongPrice,
    /// It comes twice.
    SecondInvoice,
    /// It comes after the customer has left.
    InvoiceAfterEnd,
    /// The only reminder never comes.
    NoReminder,
    /// It comes twice.
    SecondReminder,
    /// The host is not told of it.
    UntoldReminder,
    /// The host is told of it under two identifiers.
    FactTwice,
    /// The host is told of it twice, under one.
    FactAgain,
    /// The next year is bought before it is paid.
    Unpaid,
    /// The next year is bought a season early.
    EarlyPurchase,
    /// The next year is bought for a key that has a certificate.
    OldKey,
    /// So it is for the key of another service.
    ForeignKey,
    /// The store never learns that the first certificate is revoked.
    UnheardRevocation,
    /// The store never gets the second certificate.
    UnheardCertificate,
}

/// A year of a service, and some weeks of the next: bought, reissued three times, invoiced, reminded once, paid, renewed.
fn live(twist: Twist) -> Verdict {
    let is = |other: Twist| twist == other;
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    if is(Twist::LateOrder) {
        scene.work(HOUR * 26);
    }
    scene.order(OrderKind::New, "c1", 199, "k1");
    scene.until_day(132);
    match twist {
        Twist::UnknownOrder => {
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c2", Some(99), "k1");
            scene.work(HOUR * 30);
            scene.place("c2", false);
            scene.issue("c2", 99);
        }
        Twist::UnheardCertificate => {
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c2", Some(99), "k1");
            scene.place("c2", false);
            scene.work(HOUR * 28);
            scene.issue("c2", 99);
        }
        Twist::ForeignOrder => {
            scene.other(|scene| scene.place("c2", false));
            scene.follow(OrderKind::Reissue, "c2", 99, "k1");
        }
        _ => scene.follow(OrderKind::Reissue, "c2", 99, "k1"),
    }
    if is(Twist::TwinReissue) {
        scene.book(OrderKind::Reissue, "c2b", None, "k1");
        scene.place("c2b", true);
        scene.end("c2b", BookedStanding::Cancelled);
    }
    scene.revoke("c1", 14);
    scene.until_day(146);
    scene.work(HOUR);
    if !is(Twist::UnheardRevocation) {
        scene.stored(standing("c1"));
    }
    scene.until_day(198);
    scene.follow(OrderKind::Reissue, "c3", 99, "k1");
    scene.revoke("c2", 14);
    scene.until_day(212);
    scene.work(HOUR);
    scene.stored(standing("c2"));
    match twist {
        Twist::GapInOutage => {
            scene.until_day(264);
            scene.rest(HOUR * 24 * 34);
        }
        Twist::GapOfCustomer => {
            scene.until_day(264);
            scene.succeed(OrderKind::Reissue);
            scene.tell("verification_needed");
            scene.until_day(298);
            scene.done(Deed::Proved);
        }
        Twist::Gap => scene.until_day(298),
        _ => scene.until_day(264),
    }
    scene.follow(OrderKind::Reissue, "c4", 365 - scene.day(), "k1");
    scene.revoke("c3", 14);
    scene.until_day(scene.day() + 14);
    scene.work(HOUR);
    scene.stored(standing("c3"));
    the_next_year(&mut scene, twist);
    scene.end_of_run()
}

/// The fourth certificate nears its end: a reminder, an invoice, a payment, a renewal.
fn the_next_year(scene: &mut Scene, twist: Twist) {
    let is = |other: Twist| twist == other;
    if is(Twist::EarlyPurchase) {
        scene.until_day(300);
        scene.pay("2028-11-21");
        scene.follow(OrderKind::Renewal, "c5", 99, "k5");
        return;
    }
    let first_reminder = scene.moment_of_reminder("c4");
    scene.until(first_reminder);
    scene.work(HOUR);
    match twist {
        Twist::NoReminder => {}
        Twist::UntoldReminder => scene.stored_untold(json!({
            "event": "reminded", "settled": [{"share": 333}], "outlook": "when_paid", "course": "renewal",
        })),
        _ => scene.remind(),
    }
    match twist {
        Twist::SecondReminder => scene.remind(),
        Twist::FactTwice => scene.tell("successor_coming"),
        Twist::FactAgain => scene.tell_again(),
        _ => {}
    }
    scene.until_day(334);
    if is(Twist::InvoiceAfterEnd) {
        scene.done(Deed::Ends { at_once: false });
        scene.stored(json!({
            "event": "cancellation_requested", "request": {"reason": "", "at_end_of_period": true},
        }));
    }
    if !is(Twist::NoInvoice) {
        scene.work(HOUR * 13);
        scene.invoice(if is(Twist::WrongPrice) { 4_901 } else { 4_900 });
    }
    if is(Twist::SecondInvoice) {
        scene.invoice(4_900);
    }
    scene.until_day(340);
    if is(Twist::InvoiceAfterEnd) {
        return;
    }
    if !is(Twist::Unpaid) {
        scene.pay("2028-11-21");
    }
    let key = match twist {
        Twist::OldKey => "k1",
        Twist::ForeignKey => "another's",
        _ => "k5",
    };
    scene.follow(OrderKind::Renewal, "c5", 99, key);
    scene.until_day(360);
}

/// That alone is broken, as often as said.
#[track_caller]
fn assert_broken(twist: Twist, guarantee: Guarantee, times: u64) {
    let verdict = live(twist);
    let broken: Vec<_> = verdict.breaches.iter().map(|(guarantee, count)| (*guarantee, *count)).collect();
    assert_eq!(broken, [(guarantee, times)], "{:#?}", verdict.first);
}

#[test]
fn finds_nothing_wrong_with_an_ordinary_year() {
    let verdict = live(Twist::Nothing);
    assert!(verdict.holds(), "{:#?}", verdict.first);
    let figures = &verdict.figures;
    // One of the purchases is the other service's.
    assert_eq!((figures.purchases, figures.reissues, figures.certificates), (3, 3, 5));
    assert_eq!((figures.invoices, figures.reminders), (1, 1));
    assert_eq!((figures.gap_seconds, verdict.excuses.len()), (0, 0));
    let days = figures.covered_seconds / 86_400;
    assert!((359..=360).contains(&days), "{days} days are covered");
}

#[test]
fn sees_orders_that_nobody_meant() {
    // The twin stands beside another, and is one more than was meant.
    assert_broken(Twist::TwinReissue, Guarantee::BoughtOnce, 2);
    assert_broken(Twist::EarlyPurchase, Guarantee::BoughtOnce, 1);
}

#[test]
fn sees_orders_that_the_store_does_not_know_or_gives_to_another() {
    // What was to come of it does not come, either.
    assert_eq!(live(Twist::UnknownOrder).count(Guarantee::NoOrderLost), 1);
    // Once when the books tell of it, and once when the other service's store does.
    assert!(live(Twist::ForeignOrder).count(Guarantee::NoOrderLost) >= 1);
}

#[test]
fn sees_what_is_not_ordered_in_time() {
    assert_broken(Twist::LateOrder, Guarantee::OrderedInTime, 1);
}

/// How often something was ordered too late for a service that lapsed unpaid, and was paid for two periods then.
fn paid_after_its_end(is_ordered: bool) -> u64 {
    let mut scene = Scene::begin_with(|wish| wish.months = 6);
    scene.pay("2027-05-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 199, "k1");
    scene.until_day(205);
    scene.pay("2027-12-14");
    if is_ordered {
        scene.succeed(OrderKind::New);
        scene.intend(OrderKind::New);
        scene.book(OrderKind::New, "c2", None, "k2");
        scene.place("c2", false);
    }
    scene.work(HOUR);
    scene.pay("2028-06-14");
    scene.work(HOUR * 26);
    scene.end_of_run().count(Guarantee::OrderedInTime)
}

#[test]
fn sees_that_nothing_is_begun_for_a_late_payment_unless_an_order_waits_already() {
    assert!(paid_after_its_end(false) >= 1);
    assert_eq!(paid_after_its_end(true), 0);
}

/// A reissue that came to nothing at the CA, and one more in its place, with the same identifier. Returns how often more were
/// bought than were meant.
fn ordered_again(is_heard_of: bool, is_doubled: bool) -> u64 {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 199, "k1");
    scene.until_day(140);
    scene.succeed(OrderKind::Reissue);
    scene.intend(OrderKind::Reissue);
    scene.book(OrderKind::Reissue, "c2", None, "k2");
    if is_heard_of {
        scene.place("c2", false);
    }
    scene.end("c2", BookedStanding::Rejected);
    scene.work(HOUR);
    scene.book(OrderKind::Reissue, "c2", Some(60), "k2");
    if is_doubled {
        scene.book(OrderKind::Reissue, "c3", Some(60), "k2");
    }
    scene.work(HOUR);
    scene.end_of_run().count(Guarantee::BoughtOnce)
}

#[test]
fn allows_another_order_for_the_same_intent_only_if_the_store_never_heard_of_the_rejected_one() {
    assert_eq!(ordered_again(false, false), 0);
    assert_eq!(ordered_again(true, false), 1);
    assert!(ordered_again(false, true) >= 1);
}

#[test]
fn allows_it_too_if_the_books_tell_of_the_end_later() {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 199, "k1");
    scene.until_day(140);
    scene.succeed(OrderKind::Reissue);
    scene.intend(OrderKind::Reissue);
    scene.book(OrderKind::Reissue, "c2", None, "k2");
    scene.work(HOUR);
    scene.place("c3", false);
    scene.end("c2", BookedStanding::Rejected);
    scene.book(OrderKind::Reissue, "c3", Some(60), "k2");
    scene.work(HOUR);
    assert_eq!(scene.end_of_run().count(Guarantee::BoughtOnce), 0);
}

/// The CA names the second order as it named the first.
#[test]
fn allows_it_too_if_both_orders_share_an_identifier() {
    let ordered_again = |heard_of_the_first: bool| {
        let mut scene = Scene::begin();
        scene.pay("2027-11-21");
        scene.configure();
        scene.order(OrderKind::New, "c1", 199, "k1");
        scene.until_day(140);
        scene.succeed(OrderKind::Reissue);
        scene.intend(OrderKind::Reissue);
        scene.book(OrderKind::Reissue, "c2", None, "k2");
        if heard_of_the_first {
            scene.place("c2", false);
        }
        scene.work(HOUR * 2);
        scene.place("c2", false);
        scene.end("c2", BookedStanding::Rejected);
        scene.book(OrderKind::Reissue, "c2", None, "k2");
        scene.work(HOUR * 30);
        let verdict = scene.end_of_run();
        (verdict.count(Guarantee::BoughtOnce), verdict.count(Guarantee::ChangesHeard))
    };
    assert_eq!((ordered_again(false), ordered_again(true)), ((0, 0), (1, 1)));
}

/// One minute before the end by the CA's clock.
#[test]
fn allows_another_purchase_where_a_clock_that_is_ahead_says_that_the_certificate_is_over() {
    let bought = |minutes_before: i64| {
        let mut scene = Scene::begin();
        scene.pay("2027-11-21");
        scene.configure();
        scene.order(OrderKind::New, "c1", 100, "k1");
        scene.until_day(99);
        scene.work(HOUR * 24 - SignedDuration::from_mins(minutes_before));
        scene.succeed(OrderKind::New);
        scene.intend(OrderKind::New);
        scene.book(OrderKind::New, "c2", Some(60), "k2");
        scene.work(HOUR);
        scene.end_of_run().count(Guarantee::BoughtOnce)
    };
    assert_eq!((bought(1), bought(30)), (0, 1));
}

#[test]
fn sees_gaps_and_what_excuses_them() {
    let verdict = live(Twist::Gap);
    assert_eq!(verdict.count(Guarantee::NoGap), 1, "{:#?}", verdict.first);
    assert_eq!(verdict.figures.gap_seconds, 86_400);
    assert_eq!(verdict.excuses.len(), 0);
    for (twist, excuse) in [(Twist::GapInOutage, Excuse::Outage), (Twist::GapOfCustomer, Excuse::ProofLate)] {
        let verdict = live(twist);
        assert_eq!(verdict.figures.gap_seconds, 0, "{:#?}", verdict.first);
        let excused = verdict.excuses.get(&excuse).copied().unwrap();
        assert_eq!((excused.services, excused.seconds), (1, 86_400), "{twist:?}");
    }
}

#[test]
fn sees_invoices_that_are_missing_or_wrong() {
    assert_broken(Twist::NoInvoice, Guarantee::Invoices, 1);
    // In the store, and in what the host is told.
    assert_broken(Twist::WrongPrice, Guarantee::Invoices, 2);
    assert_broken(Twist::SecondInvoice, Guarantee::Invoices, 1);
    assert_broken(Twist::InvoiceAfterEnd, Guarantee::Invoices, 1);
}

#[test]
fn sees_notices_that_nobody_gets() {
    assert_broken(Twist::NoReminder, Guarantee::NoNoticeMissed, 1);
    assert_broken(Twist::UntoldReminder, Guarantee::NoNoticeMissed, 1);
}

#[test]
fn sees_notices_that_come_twice_and_lets_deliveries_be_repeated() {
    assert_broken(Twist::SecondReminder, Guarantee::NoNoticeDoubled, 1);
    assert_broken(Twist::FactTwice, Guarantee::NoNoticeDoubled, 1);
    let verdict = live(Twist::FactAgain);
    assert!(verdict.holds(), "{:#?}", verdict.first);
    assert_eq!(verdict.figures.facts_again, 1);
}

#[test]
fn sees_what_is_bought_unpaid() {
    assert_broken(Twist::Unpaid, Guarantee::PaidFirst, 1);
}

#[test]
fn sees_keys_that_serve_twice() {
    assert_broken(Twist::OldKey, Guarantee::OwnKeys, 1);
    assert_broken(Twist::ForeignKey, Guarantee::OwnKeys, 1);
}

#[test]
fn sees_changes_that_the_store_never_hears_of() {
    assert_broken(Twist::UnheardRevocation, Guarantee::ChangesHeard, 1);
    assert_broken(Twist::UnheardCertificate, Guarantee::ChangesHeard, 1);
}

/// A first order for which everybody does his part, by a judge's figures for it: how often it was certified too late.
fn first_order(is_vetted: bool, steps: impl Fn(&mut Scene)) -> Verdict {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.intend(OrderKind::New);
    scene.book(OrderKind::New, "c1", None, "k1");
    scene.place("c1", false);
    if is_vetted {
        scene.await_officers("c1", true);
    }
    steps(&mut scene);
    scene.end_of_run()
}

#[test]
fn sees_that_a_customer_is_never_asked_for_his_first_proof() {
    let late = |verdict: &Verdict| verdict.count(Guarantee::CertifiedInTime);
    assert_eq!(late(&first_order(false, |scene| scene.work(HOUR * 60))), 1);
    let asked = first_order(false, |scene| {
        scene.tell("verification_needed");
        scene.work(HOUR * 60);
    });
    assert!(asked.holds(), "{:#?}", asked.first);
    // The other service's customer has proved nothing, either.
    assert_eq!(asked.figures.uncertified.get("no proof"), Some(&2));
}

#[test]
fn sees_that_there_is_no_certificate_though_everybody_has_done_his_part() {
    let late = |verdict: &Verdict| verdict.count(Guarantee::CertifiedInTime);
    let prove = |scene: &mut Scene| {
        scene.tell("verification_needed");
        scene.work(HOUR * 24 * 20);
        scene.done(Deed::Proved);
    };
    let proved = first_order(false, |scene| {
        prove(scene);
        scene.work(HOUR * 50);
    });
    assert_eq!(late(&proved), 1);
    let certified = first_order(false, |scene| {
        prove(scene);
        scene.work(HOUR * 40);
        scene.certify("c1", 199);
        scene.issue("c1", 199);
        scene.work(HOUR * 50);
    });
    assert_eq!(late(&certified), 0, "{:#?}", certified.first);
    let undecided = first_order(true, |scene| {
        prove(scene);
        scene.work(HOUR * 90);
    });
    assert_eq!(late(&undecided), 0, "{:#?}", undecided.first);
    assert_eq!(undecided.figures.uncertified.get("officers"), Some(&1));
    let decided = first_order(true, |scene| {
        prove(scene);
        scene.work(HOUR * 90);
        scene.await_officers("c1", false);
        scene.work(HOUR * 50);
    });
    assert_eq!(late(&decided), 1);
}

#[test]
fn sees_that_workers_come_to_no_end() {
    let stuck = |time| {
        let mut scene = Scene::begin();
        scene.toil(time);
        scene.end_of_run().count(Guarantee::TurnsEnd)
    };
    assert_eq!((stuck(HOUR * 70), stuck(HOUR * 74)), (0, 1));
}

#[test]
fn judges_at_the_end_what_was_not_done_by_then() {
    let begun = |time| {
        let mut scene = Scene::begin();
        scene.pay("2027-11-21");
        scene.configure();
        scene.work(HOUR * 20);
        scene.toil(time);
        scene.end_of_run().count(Guarantee::OrderedInTime)
    };
    assert_eq!((begun(HOUR * 3), begun(HOUR * 5)), (0, 1));
}

#[test]
fn sees_first_orders_that_are_not_paid_and_prices_that_nobody_agreed_to() {
    let mut scene = Scene::begin();
    scene.configure();
    assert_eq!(scene.end_of_run().count(Guarantee::PaidFirst), 1);
    let mut once = Scene::begin_with(|wish| wish.is_recurring = false);
    once.configure();
    assert_eq!(once.end_of_run().count(Guarantee::PaidFirst), 0);
    // What is paid has run out when another is ordered by a form.
    let mut scene = Scene::begin_with(|wish| wish.months = 6);
    scene.pay("2027-05-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 199, "k1");
    scene.until_day(205);
    scene.configure();
    assert_eq!(scene.end_of_run().count(Guarantee::PaidFirst), 1);
}

/// How often more was bought than meant after an order was given up, with so many orders under way for it, and another meant.
fn given_up(orders: u32) -> u64 {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.intend(OrderKind::New);
    scene.stored(json!({"event": "order_abandoned"}));
    for order in 0..orders {
        let name = format!("stray-{order}");
        scene.book(OrderKind::New, &name, None, "k1");
        scene.end(&name, BookedStanding::Cancelled);
        scene.place(&name, true);
    }
    scene.work(HOUR * 2);
    scene.configure();
    scene.order(OrderKind::New, "c1", 199, "k2");
    scene.work(HOUR);
    scene.book(OrderKind::New, "c2", Some(199), "k3");
    scene.place("c2", true);
    scene.work(HOUR);
    scene.end_of_run().count(Guarantee::BoughtOnce)
}

#[test]
fn means_no_order_for_what_was_given_up() {
    // One more than the one that was meant later, and nobody asked for it.
    assert_eq!((given_up(0), given_up(1)), (2, 2));
}

#[test]
fn counts_what_only_the_reseller_can_settle_and_what_moves_no_more() {
    let mut scene = Scene::begin();
    scene.stored(json!({"event": "stalled", "who": "reseller"}));
    scene.stored(json!({"event": "held", "reason": {"reason": "no_clear_answer"}}));
    let verdict = scene.end_of_run();
    assert_eq!((verdict.figures.stalls, verdict.figures.holds), (1, 1));
}

#[test]
fn closes_no_duty_for_an_order_that_nobody_waits_for() {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.intend(OrderKind::New);
    scene.book(OrderKind::New, "stray", None, "k1");
    scene.place("stray", true);
    scene.end("stray", BookedStanding::Cancelled);
    scene.work(HOUR * 26);
    assert_eq!(scene.end_of_run().count(Guarantee::OrderedInTime), 1);
}
