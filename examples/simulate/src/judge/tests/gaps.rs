//! Times without a certificate, and what excuses how much of them.

use cert_lifecycle::OrderKind;
use serde_json::json;

use super::HOUR;
use super::scene::{Scene, standing};
use crate::judge::{Excuse, Guarantee, Verdict};
use crate::seen::Deed;

const DAY: u64 = 86_400;

/// A certificate that ends on the hundredth day of a year that is paid, what happens next, and the end of the gap on a day.
fn gap(to_day: i64, steps: impl Fn(&mut Scene)) -> Verdict {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 100, "k1");
    steps(&mut scene);
    scene.until_day(to_day);
    scene.follow(OrderKind::Reissue, "c2", 100, "k1");
    scene.work(HOUR);
    scene.end_of_run()
}

fn excused(verdict: &Verdict, excuse: Excuse) -> u64 {
    verdict.excuses.get(&excuse).map_or(0, |excused| excused.seconds)
}

#[test]
fn an_excuse_that_ends_excuses_no_more_ten_days_later() {
    // Asked for a proof a month before the end, the customer proves it twelve days after it.
    let verdict = gap(140, |scene| {
        scene.until_day(70);
        scene.succeed(OrderKind::Reissue);
        scene.tell("verification_needed");
        scene.until_day(112);
        scene.done(Deed::Proved);
    });
    assert_eq!(verdict.count(Guarantee::NoGap), 1, "{:#?}", verdict.first);
    let (excused, missing) = (excused(&verdict, Excuse::ProofLate), verdict.figures.gap_seconds);
    // Of the ten days before a moment he must have taken more than seven: up to the fifteenth day after the end.
    assert_eq!(excused + missing, 40 * DAY);
    assert!((15 * DAY..=16 * DAY).contains(&excused), "{excused}");
}

#[test]
fn a_customer_who_is_within_his_days_is_no_excuse() {
    let asked_on = |day| {
        gap(101, move |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.until_day(day);
            scene.tell("verification_needed");
        })
    };
    assert_eq!(asked_on(96).count(Guarantee::NoGap), 1);
    let late = asked_on(91);
    assert_eq!(
        (late.count(Guarantee::NoGap), excused(&late, Excuse::ProofLate)),
        (0, DAY),
        "{:#?}",
        late.first
    );
}

#[test]
fn a_certificate_ends_whatever_the_customer_left_undone_before() {
    let verdict = gap(202, |scene| {
        scene.until_day(80);
        scene.succeed(OrderKind::Reissue);
        scene.tell("verification_needed");
        scene.until_day(99);
        scene.order(OrderKind::Reissue, "c1b", 101, "k1");
    });
    assert_eq!(verdict.count(Guarantee::NoGap), 1, "{:#?}", verdict.excuses);
    assert_eq!(verdict.figures.gap_seconds, 2 * DAY);
}

/// The certificate that he was late for ends with what was bought, a few days after it has come.
#[test]
fn days_that_a_customer_took_count_for_the_next_certificate_if_that_is_wanted_soon() {
    let asked_on = |day| {
        gap(102, move |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.until_day(day);
            scene.tell("verification_needed");
            scene.until_day(97);
            scene.done(Deed::Proved);
            scene.order(OrderKind::Reissue, "c1b", 4, "k1");
            scene.until_day(98);
            scene.tell("verification_needed");
        })
    };
    // Three days for the second, and five or two for the first.
    let late = asked_on(92);
    assert_eq!((late.figures.gap_seconds, excused(&late, Excuse::ProofLate)), (0, DAY), "{:#?}", late.first);
    assert_eq!(asked_on(95).figures.gap_seconds, DAY);
}

#[test]
fn a_revocation_excuses_for_ten_days_once_another_certificate_is_asked_for() {
    let revoked = |is_asked_for: bool| {
        gap(90, move |scene| {
            scene.until_day(50);
            scene.revoke("c1", 0);
            scene.stored_untold(standing("c1"));
            scene.tell_of("revoked", "c1");
            scene.until_day(60);
            if is_asked_for {
                scene.configure();
            }
        })
    };
    let (asked, unasked) = (revoked(true), revoked(false));
    assert_eq!((excused(&unasked, Excuse::Revoked), unasked.count(Guarantee::NoGap)), (40 * DAY, 0));
    // For three days more the ten before are the customer's: he was told on the fiftieth day.
    assert_eq!(asked.count(Guarantee::NoGap), 1, "{:#?}", asked.excuses);
    let excused = excused(&asked, Excuse::Revoked) + excused(&asked, Excuse::Neglected);
    assert!((20 * DAY..=21 * DAY).contains(&excused), "{:?}", asked.excuses);
}

#[test]
fn a_hold_excuses_until_the_reseller_should_have_let_go() {
    let held = |is_let_go: bool| {
        gap(150, move |scene| {
            scene.until_day(95);
            scene.stored(json!({"event": "held", "reason": {"reason": "no_clear_answer"}}));
            if is_let_go {
                scene.work(HOUR * 24);
                scene.stored(json!({"event": "resumed"}));
            }
        })
    };
    let (open, over) = (held(false), held(true));
    for (verdict, days) in [(&open, 12), (&over, 6)] {
        assert_eq!(verdict.count(Guarantee::NoGap), 1, "{:#?}", verdict.excuses);
        let excused = excused(verdict, Excuse::Held);
        assert!((days * DAY..=(days + 1) * DAY).contains(&excused), "{excused}");
    }
}

#[test]
fn officers_excuse_while_they_have_something_to_decide() {
    let decided = |is_awaited: bool| {
        gap(102, move |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c1b", None, "k1");
            scene.place("c1b", false);
            scene.await_officers("c1b", is_awaited);
        })
    };
    assert_eq!(decided(false).figures.gap_seconds, 2 * DAY);
    assert_eq!(excused(&decided(true), Excuse::OfficersLate), 2 * DAY);
}

/// The customer takes six days of his seven, and the order comes too late for officers alone to be an excuse.
#[test]
fn a_customer_and_officers_excuse_together_what_neither_does_alone() {
    let decided_on = |day| {
        gap(102, move |scene| {
            scene.until_day(80);
            scene.succeed(OrderKind::Reissue);
            scene.until_day(90);
            scene.tell("verification_needed");
            scene.until_day(96);
            scene.done(Deed::Proved);
            scene.intend(OrderKind::Reissue);
            scene.book(OrderKind::Reissue, "c1b", None, "k1");
            scene.place("c1b", false);
            scene.await_officers("c1b", true);
            scene.until_day(day);
            scene.await_officers("c1b", false);
        })
    };
    assert_eq!(decided_on(97).figures.gap_seconds, 2 * DAY);
    let late = decided_on(102);
    let excused = excused(&late, Excuse::ProofLate) + excused(&late, Excuse::OfficersLate);
    assert_eq!((excused, late.figures.gap_seconds), (2 * DAY, 0), "{:?}", late.excuses);
}

#[test]
fn nothing_is_owed_beyond_what_the_ca_sells_and_all_of_what_was_bought() {
    let reissued = |days| {
        let mut scene = Scene::begin_with(|wish| wish.is_recurring = false);
        scene.configure();
        scene.order(OrderKind::New, "c1", 199, "k1");
        scene.until_day(140);
        scene.follow(OrderKind::Reissue, "c2", days, "k1");
        scene.until_day(300);
        scene.end_of_run().count(Guarantee::NoGap)
    };
    // From March 2027 on the calendar allows 99 days: a certificate of fewer is the last of what was bought.
    assert_eq!((reissued(99), reissued(60)), (1, 0));
}

#[test]
fn a_revocation_that_is_told_late_is_taken_out_of_the_curve() {
    let mut scene = Scene::begin();
    scene.pay("2027-11-21");
    scene.configure();
    scene.order(OrderKind::New, "c1", 100, "k1");
    scene.until_day(50);
    scene.pay("2028-11-21");
    scene.revoke("c1", -2);
    scene.work(HOUR * 24);
    let verdict = scene.end_of_run();
    let covered: u64 = verdict.curve.months.iter().map(|month| month.covered).sum();
    assert_eq!((covered, verdict.figures.covered_seconds), (48 * DAY, 48 * DAY));
    assert_eq!(excused(&verdict, Excuse::Revoked), 3 * DAY);
}
