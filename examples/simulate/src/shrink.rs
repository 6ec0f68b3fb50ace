//! Makes a failing run short: fewer services, an earlier end, fewer kinds of faults, as long as it fails for the same reason.

use std::collections::BTreeSet;

use jiff::ToSpan;

use crate::judge::{Breach, Guarantee, Verdict};
use clap::ValueEnum;

use crate::{FaultKind, Settings};

/// Runs what settings ask for.
pub trait Runs {
    /// What comes of a run; `None` if there was none.
    fn run(&mut self, settings: &Settings) -> Option<Verdict>;
}

impl<F: FnMut(&Settings) -> Option<Verdict>> Runs for F {
    fn run(&mut self, settings: &Settings) -> Option<Verdict> {
        self(settings)
    }
}

/// A short run that fails as the long one did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shrunk {
    /// What it is like.
    pub settings: Settings,
    /// What it breaks first.
    pub breach: Breach,
}

/// Looks for a shorter run that breaks the promise that the given one broke first: with the service alone, up to shortly
/// after, without the kinds of faults that don't matter. What does not fail any more alone is left as long as it has to be.
pub fn shrink(settings: &Settings, verdict: &Verdict, runs: &mut impl Runs) -> Option<Shrunk> {
    let breach = verdict.first.first()?.clone();
    let mut shrunk = Shrunk { settings: settings.clone(), breach };
    // The lives of a customer's other services may matter, since the CA tells them apart by little.
    for only in candidates(&shrunk.breach) {
        if attempt(&mut shrunk, runs, |settings| settings.only = only.into_iter().collect()) {
            break;
        }
    }
    end_soon(&mut shrunk, runs);
    for kind in FaultKind::value_variants() {
        if !shrunk.settings.without.contains(kind) {
            attempt(&mut shrunk, runs, |settings| settings.without.push(*kind));
        }
    }
    // With less going wrong, it may break sooner.
    end_soon(&mut shrunk, runs);
    Some(shrunk)
}

/// Ends the run shortly after the breach.
fn end_soon(shrunk: &mut Shrunk, runs: &mut impl Runs) {
    let day = shrunk.breach.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    for days in [3, 30] {
        let until = day.saturating_add(days.days());
        if attempt(shrunk, runs, |settings| settings.until = Some(until)) {
            return;
        }
    }
}

/// The service of a breach alone, and with its neighbours, which may be the same customer's.
fn candidates(breach: &Breach) -> Vec<BTreeSet<u32>> {
    let Some(number) = breach.service else { return Vec::new() };
    let first = number - number % 4;
    vec![BTreeSet::from([number]), (first..first + 4).collect()]
}

/// Keeps a change if the run still breaks the same promise.
fn attempt(shrunk: &mut Shrunk, runs: &mut impl Runs, change: impl FnOnce(&mut Settings)) -> bool {
    let mut settings = shrunk.settings.clone();
    change(&mut settings);
    let Some(verdict) = runs.run(&settings) else { return false };
    let Some(breach) = same(&verdict, shrunk.breach.guarantee) else { return false };
    *shrunk = Shrunk { settings, breach };
    true
}

fn same(verdict: &Verdict, guarantee: Guarantee) -> Option<Breach> {
    verdict.first.iter().find(|breach| breach.guarantee == guarantee).cloned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Faults;

    fn broken(guarantee: Guarantee) -> Verdict {
        let at = "2027-05-04T12:00:00Z".parse().unwrap();
        let what = String::new();
        Verdict { first: vec![Breach { guarantee, service: Some(7), at, what }], ..Verdict::default() }
    }

    #[test]
    fn leaves_out_all_that_the_failure_does_not_need() {
        let settings = Settings::new(500, 3, Faults::Heavy, 1);
        // It takes lost answers, and the neighbour; without outages another promise is broken.
        let mut runs = |settings: &Settings| {
            let fails = !settings.without.contains(&FaultKind::LostAfter)
                && (settings.only.is_empty() || settings.only.contains(&6));
            let guarantee = match settings.without.contains(&FaultKind::Outage) {
                true => Guarantee::NoGap,
                false => Guarantee::NoOrderLost,
            };
            Some(if fails { broken(guarantee) } else { Verdict::default() })
        };
        let shrunk = shrink(&settings, &broken(Guarantee::NoOrderLost), &mut runs).unwrap();
        assert_eq!(shrunk.breach.guarantee, Guarantee::NoOrderLost);
        assert_eq!(shrunk.settings.only, [4, 5, 6, 7]);
        assert_eq!(shrunk.settings.until, Some(date(2027, 5, 7)));
        let kept: Vec<_> = FaultKind::value_variants()
            .iter()
            .filter(|kind| !shrunk.settings.without.contains(kind))
            .collect();
        assert_eq!(kept, [&FaultKind::LostAfter, &FaultKind::Outage]);
    }

    #[test]
    fn shortens_nothing_that_holds() {
        let settings = Settings::new(500, 3, Faults::Heavy, 1);
        let mut runs = |_: &Settings| Some(Verdict::default());
        assert!(shrink(&settings, &Verdict::default(), &mut runs).is_none());
    }
}
