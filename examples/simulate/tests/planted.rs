//! A judge who never finds anything may be blind: with a mistake of others planted, a run that holds fails, and for the reason
//! that the mistake has.

#![allow(clippy::unwrap_used, reason = "tests may")]

use simulate::judge::{Guarantee, Verdict};
use simulate::{Faults, Plant, Settings, judged};

fn live(plant: Option<Plant>) -> Verdict {
    let mut settings = Settings::new(40, 1, Faults::Heavy, 3);
    settings.plant = plant;
    judged(&settings).unwrap().verdict
}

#[test]
fn finds_nothing_where_nothing_is_planted() {
    let verdict = live(None);
    assert!(verdict.holds(), "{:#?}", verdict.first);
    assert!(verdict.figures.faults.values().sum::<u64>() > 100, "hardly anything went wrong");
}

#[test]
fn finds_orders_that_are_sent_again_without_looking() {
    let verdict = live(Some(Plant::Resend));
    assert!(verdict.count(Guarantee::BoughtOnce) > 0, "{:#?}", verdict.first);
    assert!(verdict.count(Guarantee::NoOrderLost) > 0, "{:#?}", verdict.first);
}

#[test]
fn finds_changes_that_were_passed_over_before_they_were_stored() {
    let verdict = live(Some(Plant::Watermark));
    let broken: Vec<_> = verdict.breaches.keys().collect();
    assert_eq!(broken, [&Guarantee::ChangesHeard], "{:#?}", verdict.first);
}

#[test]
fn finds_reminders_that_were_lost_with_their_days() {
    let verdict = live(Some(Plant::Reminder));
    let broken: Vec<_> = verdict.breaches.keys().collect();
    assert_eq!(broken, [&Guarantee::NoNoticeMissed], "{:#?}", verdict.first);
}
