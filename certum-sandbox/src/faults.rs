//! Faults on purpose: what a network and a busy service do to a client.

mod plan;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

pub use self::plan::{Fault, FaultKind, FaultPlan, FaultPoint};
use crate::random::{Purpose, Randomness};

/// The plan in force, and how often each of its faults has struck.
#[derive(Default)]
pub(crate) struct Faults {
    running: Mutex<Vec<(Fault, u64)>>,
}

/// What strikes one call.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) delay_before: Duration,
    pub(crate) delay_after: Duration,
    /// At most one: the connection and the answer can be spoilt only once.
    pub(crate) spoil: Option<(FaultKind, FaultPoint)>,
}

impl Faults {
    /// Puts a plan in force; all counts start anew.
    pub(crate) fn set(&self, plan: FaultPlan) {
        let running = plan.into_faults().into_iter().map(|fault| (fault, 0)).collect();
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// Rolls the dice for one call. Delays add up; of the other faults, the first that strikes wins.
    pub(crate) fn strike(&self, operation: &str, random: &Randomness) -> Strike {
        let mut strike = Strike::default();
        for (fault, times) in self.running.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            let is_delay = matches!(fault.kind(), FaultKind::Delay(_));
            if !fault.concerns(operation) || fault.is_spent(*times) || (strike.spoil.is_some() && !is_delay) {
                continue;
            }
            if fault.probability().is_some_and(|odds| random.fraction(Purpose::Faults) >= odds) {
                continue;
            }
            *times += 1;
            match (fault.kind(), fault.point()) {
                (FaultKind::Delay(by), FaultPoint::BeforeCommit) => {
                    strike.delay_before = strike.delay_before.saturating_add(by);
                }
                (FaultKind::Delay(by), FaultPoint::AfterCommit) => {
                    strike.delay_after = strike.delay_after.saturating_add(by);
                }
                (kind, point) => strike.spoil = Some((kind, point)),
            }
        }
        strike
    }
}

impl Strike {
    pub(crate) fn spoils_at(&self, point: FaultPoint) -> Option<FaultKind> {
        self.spoil.filter(|(_, at)| *at == point).map(|(kind, _)| kind)
    }

    /// What strikes, by the names of the plan.
    pub(crate) fn names(&self) -> Vec<String> {
        let delays = [self.delay_before, self.delay_after].into_iter().filter(|delay| !delay.is_zero());
        delays
            .map(|_| "delay".to_owned())
            .chain(self.spoil.map(|(kind, point)| kind.name(point).to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: &str) -> Faults {
        let faults = Faults::default();
        faults.set(FaultPlan::from_json(json.as_bytes()).unwrap());
        faults
    }

    #[test]
    fn a_counted_fault_strikes_so_often_and_only_its_operation() {
        let faults = faults(r#"[{"operation":"quickOrder","kind":"drop_after","count":2}]"#);
        let random = Randomness::from_seed(1);
        let struck = |operation| faults.strike(operation, &random).spoil.is_some();
        assert!(!struck("getOrderState"));
        assert_eq!([struck("quickOrder"), struck("quickOrder"), struck("quickOrder")], [true, true, false]);
    }

    #[test]
    fn a_probable_fault_follows_the_seed() {
        let run = |seed| {
            let faults = faults(r#"[{"operation":"*","kind":"http_500","probability":0.5}]"#);
            let random = Randomness::from_seed(seed);
            (0..64).map(|_| faults.strike("any", &random).spoil.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run(3), run(3));
        assert_ne!(run(3), run(4));
        assert!(run(3).contains(&true) && run(3).contains(&false));
    }

    #[test]
    fn delays_add_up_and_the_first_other_fault_wins() {
        let faults = faults(
            r#"[{"operation":"*","kind":"delay","delay_ms":5},
                {"operation":"*","kind":"soap_fault"},
                {"operation":"*","kind":"garbage"},
                {"operation":"*","kind":"delay","delay_ms":7,"when":"after"},
                {"operation":"*","kind":"delay","delay_ms":1}]"#,
        );
        let strike = faults.strike("any", &Randomness::from_seed(1));
        assert_eq!((strike.delay_before.as_millis(), strike.delay_after.as_millis()), (6, 7));
        assert_eq!(strike.spoil, Some((FaultKind::SoapFault, FaultPoint::BeforeCommit)));
    }

    #[test]
    fn delays_that_add_up_to_more_than_there_is_are_as_long_as_can_be() {
        for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
            let endless = Fault::new("*", FaultKind::Delay(Duration::MAX), point);
            let faults = Faults::default();
            faults.set(FaultPlan::new().with(endless.clone()).with(endless));
            let strike = faults.strike("any", &Randomness::from_seed(1));
            assert_eq!(strike.delay_before.max(strike.delay_after), Duration::MAX);
        }
    }
}
