//! Makes a failing run short: one shop, fewer of its services, fewer kinds of faults, an earlier end, as long as it fails for the
//! same reason.
//!
//! # Caveats
//! Services that are left out change the moments at which the others are worked on. A failure that takes a crowd stays one of
//! a shop.

use std::collections::BTreeSet;

use clap::ValueEnum;
use jiff::ToSpan;

use crate::judge::{Breach, Verdict};
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

/// What the search for a short run came to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Shrunk {
    /// The shortest run that fails as the long one did.
    pub settings: Settings,
    /// What it breaks first.
    pub breach: Breach,
    /// Whether it is shorter than the long one.
    pub is_shorter: bool,
    /// How many runs it took to find it.
    pub runs: usize,
}

/// Looks for a shorter run that breaks the promise that the given one broke first, with no more than `budget` runs: the shop of
/// the breach, up to shortly after; the service alone, else with as few others as it takes; without the kinds of faults that
/// don't matter. `None` if nothing was broken.
pub fn shrink(settings: &Settings, verdict: &Verdict, runs: &mut impl Runs, budget: usize) -> Option<Shrunk> {
    let breach = verdict.first.first()?.clone();
    let shrunk = Shrunk { settings: settings.clone(), breach, is_shorter: false, runs: 0 };
    let mut search = Search { shrunk, runs, budget };
    search.one_shop();
    // Early, so that all others take less time.
    search.end_soon();
    search.few_services();
    search.few_faults();
    // With less going wrong, it may break sooner.
    search.end_soon();
    Some(search.shrunk)
}

struct Search<'a, R> {
    shrunk: Shrunk,
    runs: &'a mut R,
    budget: usize,
}

impl<R: Runs> Search<'_, R> {
    /// The shop of the breach alone: nothing else changes by it. An order that is nobody's may be any shop's.
    fn one_shop(&mut self) {
        let settings = &self.shrunk.settings;
        let shops: Vec<_> = (0..settings.shops()).map(|shop| settings.services_of(shop)).collect();
        let lived = shops.iter().filter(|services| !services.is_empty()).count();
        let number = self.shrunk.breach.service;
        for services in shops {
            let is_meant = number.is_none_or(|number| services.contains(&number)) && !services.is_empty();
            if lived > 1 && is_meant && self.attempt(|settings| settings.only = services) {
                return;
            }
        }
    }

    /// Ends the run shortly after the breach.
    fn end_soon(&mut self) {
        let day = self.shrunk.breach.at.to_zoned(jiff::tz::TimeZone::UTC).date();
        for days in [3, 30] {
            let until = day.saturating_add(days.days());
            let is_sooner = self.shrunk.settings.until.is_none_or(|before| until < before);
            if is_sooner && self.attempt(|settings| settings.until = Some(until)) {
                return;
            }
        }
    }

    /// The service of the breach alone, or with its neighbours, which may be the same customer's; else leaves out halves,
    /// quarters and so on.
    fn few_services(&mut self) {
        for few in candidates(&self.shrunk.breach) {
            if self.attempt(|settings| settings.only = few.into_iter().collect()) {
                return;
            }
        }
        let mut length = self.lived().len().div_ceil(2);
        while length > 0 {
            self.leave_out(length);
            length = if length > 1 { length.div_ceil(2) } else { 0 };
        }
    }

    /// Leaves out so many services that follow each other, wherever that is possible.
    fn leave_out(&mut self, length: usize) {
        let mut from = 0;
        loop {
            let lived = self.lived();
            let (Some(before), after) = (lived.get(..from), lived.get(from + length..)) else { return };
            if from >= lived.len() {
                return;
            }
            let kept: Vec<_> = before.iter().chain(after.unwrap_or_default()).copied().collect();
            let is_worth_it =
                !kept.is_empty() && self.shrunk.breach.service.is_none_or(|number| kept.contains(&number));
            if !is_worth_it || !self.attempt(|settings| settings.only = kept) {
                from += length;
            }
        }
    }

    fn few_faults(&mut self) {
        for kind in FaultKind::value_variants() {
            if self.shrunk.settings.share(*kind) > 0 {
                self.attempt(|settings| settings.without.push(*kind));
            }
        }
    }

    fn lived(&self) -> Vec<u32> {
        let settings = &self.shrunk.settings;
        (0..settings.services)
            .filter(|number| settings.only.is_empty() || settings.only.contains(number))
            .collect()
    }

    /// Keeps a change if the run still breaks the same promise.
    fn attempt(&mut self, change: impl FnOnce(&mut Settings)) -> bool {
        let mut settings = self.shrunk.settings.clone();
        change(&mut settings);
        if self.shrunk.runs >= self.budget {
            return false;
        }
        self.shrunk.runs += 1;
        let verdict = self.runs.run(&settings);
        let mut breaches = verdict.into_iter().flat_map(|verdict| verdict.first);
        let same = breaches.find(|breach| breach.guarantee == self.shrunk.breach.guarantee);
        let Some(breach) = same else { return false };
        self.shrunk = Shrunk { settings, breach, is_shorter: true, runs: self.shrunk.runs };
        true
    }
}

/// The service of a breach alone, and with its neighbours.
fn candidates(breach: &Breach) -> Vec<BTreeSet<u32>> {
    let Some(number) = breach.service else { return Vec::new() };
    let first = number - number % 4;
    vec![BTreeSet::from([number]), (first..first + 4).collect()]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Faults;
    use crate::judge::Guarantee;

    const BUDGET: usize = 200;

    fn broken(guarantee: Guarantee) -> Verdict {
        let at = "2027-05-04T12:00:00Z".parse().unwrap();
        let what = String::new();
        Verdict { first: vec![Breach { guarantee, service: Some(7), at, what }], ..Verdict::default() }
    }

    fn settings() -> Settings {
        Settings::new(500, 3, Faults::Heavy, 1)
    }

    /// Looks for a shorter run of those that fail, and tells what was run.
    fn shrunk(fails: impl Fn(&Settings) -> bool, budget: usize) -> (Shrunk, Vec<Settings>) {
        let mut run = Vec::new();
        let mut runs = |settings: &Settings| {
            run.push(settings.clone());
            Some(if fails(settings) { broken(Guarantee::NoOrderLost) } else { Verdict::default() })
        };
        let shrunk = shrink(&settings(), &broken(Guarantee::NoOrderLost), &mut runs, budget).unwrap();
        (shrunk, run)
    }

    fn lives(settings: &Settings, number: u32) -> bool {
        settings.only.is_empty() || settings.only.contains(&number)
    }

    #[test]
    fn leaves_out_all_that_the_failure_does_not_need() {
        // It takes lost answers, and the neighbour; without outages another promise is broken.
        let mut runs = |settings: &Settings| {
            let fails = !settings.without.contains(&FaultKind::LostAfter) && lives(settings, 6);
            let guarantee = match settings.without.contains(&FaultKind::Outage) {
                true => Guarantee::NoGap,
                false => Guarantee::NoOrderLost,
            };
            Some(if fails { broken(guarantee) } else { Verdict::default() })
        };
        let shrunk = shrink(&settings(), &broken(Guarantee::NoOrderLost), &mut runs, BUDGET).unwrap();
        assert!(shrunk.is_shorter);
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
    fn tries_the_whole_shop_of_the_breach_first() {
        let (shrunk, run) = shrunk(|settings| settings.only.len() != 1, BUDGET);
        let shop: Vec<_> = (0..500).filter(|number| number / 4 % 2 == 1).collect();
        assert_eq!(run[0].only, shop);
        assert!(shrunk.settings.only.len() < shop.len());
    }

    #[test]
    fn finds_the_one_other_service_that_it_takes() {
        let (shrunk, _) = shrunk(|settings| lives(settings, 7) && lives(settings, 397), BUDGET);
        assert_eq!(shrunk.settings.only, [7, 397]);
    }

    #[test]
    fn keeps_a_shop_of_which_each_service_is_needed() {
        let (shrunk, _) = shrunk(|settings| settings.only.is_empty() || settings.only.len() == 248, BUDGET);
        assert_eq!(shrunk.settings.only.len(), 248);
    }

    #[test]
    fn says_so_when_nothing_shorter_fails_and_runs_no_more_than_it_may() {
        for budget in [0, 1, 5, BUDGET] {
            let (shrunk, run) = shrunk(|_| false, budget);
            assert!(!shrunk.is_shorter);
            assert_eq!(shrunk.runs, run.len());
            assert!(run.len() <= budget, "{} runs", run.len());
            assert_eq!(shrunk.settings.command(), settings().command());
        }
    }

    #[test]
    fn shortens_nothing_that_holds() {
        let mut runs = |_: &Settings| Some(Verdict::default());
        assert!(shrink(&settings(), &Verdict::default(), &mut runs, BUDGET).is_none());
    }
}
