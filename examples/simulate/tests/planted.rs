//! A judge who never finds anything may be blind: with a mistake of others planted, a run that holds fails, and for the reason
//! that the mistake has.

#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeSet;

use simulate::judge::{Guarantee, Verdict};
use simulate::{Faults, Plant, Settings, judged};

fn live(plant: Option<Plant>, seed: u64) -> Verdict {
    let mut settings = Settings::new(40, 1, Faults::Heavy, seed);
    settings.plant = plant;
    judged(&settings).unwrap().verdict
}

/// Exactly these promises are broken with a mistake planted, whichever of the seeds it is.
fn breaks(plant: Plant, seeds: [u64; 2], guarantees: &[Guarantee]) {
    for seed in seeds {
        let verdict = live(Some(plant), seed);
        let broken: BTreeSet<_> = verdict.breaches.keys().copied().collect();
        let expected = guarantees.iter().copied().collect();
        assert_eq!(broken, expected, "seed {seed}: {:#?}", verdict.first);
    }
}

#[test]
fn finds_nothing_where_nothing_is_planted() {
    for seed in [3, 4, 6] {
        let trial = judged(&Settings::new(40, 1, Faults::Heavy, seed)).unwrap();
        // A worker may be faster than whoever looked a moment ago.
        let kinds = trial.remarks_by_kind();
        let is_late = |kind: &&str| ["look: caller", "ask: caller"].contains(kind);
        assert!(kinds.keys().all(is_late), "seed {seed}: {:?}", trial.remarks);
        let verdict = trial.verdict;
        assert!(verdict.figures.adoptions > 0, "no answer was lost for which there was an order");
        assert!(verdict.holds(), "seed {seed}: {:#?}", verdict.first);
        assert!(verdict.figures.faults.values().sum::<u64>() > 100, "hardly anything went wrong");
    }
}

#[test]
fn finds_orders_that_are_sent_again_without_looking() {
    // What changes about an order that nobody knows is not heard of either.
    let guarantees = [Guarantee::BoughtOnce, Guarantee::NoOrderLost, Guarantee::ChangesHeard];
    breaks(Plant::Resend, [3, 4], &guarantees);
}

#[test]
fn finds_changes_that_were_passed_over_before_they_were_stored() {
    breaks(Plant::Watermark, [3, 4], &[Guarantee::ChangesHeard]);
}

#[test]
fn finds_reminders_that_were_lost_with_their_days() {
    breaks(Plant::Reminder, [4, 6], &[Guarantee::NoNoticeMissed]);
    // It is the reminders that nobody is told, and nothing else.
    for breach in live(Some(Plant::Reminder), 4).first {
        assert!(breach.what.starts_with("the host was not told successor_coming"), "{breach}");
    }
}
