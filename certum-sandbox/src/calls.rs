//! What was asked of the SOAP service, in order.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;

/// How many calls are remembered unless told otherwise.
pub(crate) const DEFAULT_LIMIT: usize = 100_000;

/// How many codes of a refusal are remembered. Somebody who wants them all has the answer.
const MOST_CODES: usize = 64;

/// One SOAP call, as it is remembered. It holds no credentials, keys or bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Call {
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// Which operation, or the beginning of what the document said; none if it did not say.
    pub operation: Option<String>,
    /// The order it was about, where it named one or made one.
    pub order_id: Option<String>,
    /// What the service did.
    pub outcome: CallOutcome,
    /// What the fault plan did to the call or its answer, if anything.
    pub faults: Vec<String>,
}

/// What the service did with a call. What became of the answer on its way is told by [`Call::faults`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum CallOutcome {
    /// It is being worked on, or a fault came before.
    Unprocessed,
    /// It was carried out.
    Success,
    /// It was refused.
    #[non_exhaustive]
    Refused {
        /// The Partner API's codes, in the order of the answer; empty for refused credentials. Of more than 64 the
        /// first are kept.
        codes: Vec<u32>,
    },
    /// It was answered with a SOAP fault.
    SoapFault,
}

/// The record of the newest calls. An older one is forgotten for each that arrives once it is full, so that a
/// sandbox can be called for as long as anybody likes.
pub(crate) struct CallLog {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By their numbers.
    calls: VecDeque<(CallNumber, Call)>,
    /// How many calls ever arrived.
    arrived: u64,
}

/// A call's place among all that ever arrived.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallNumber(u64);

impl CallLog {
    /// Remembers as many calls as `limit`.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default() }
    }

    pub(crate) fn arrived(&self, at: Timestamp, operation: Option<String>) -> CallNumber {
        let mut state = self.lock();
        let number = CallNumber(state.arrived);
        state.arrived += 1;
        let outcome = CallOutcome::Unprocessed;
        state.calls.push_back((number, Call { at, operation, order_id: None, outcome, faults: Vec::new() }));
        while state.calls.len() > self.limit {
            state.calls.pop_front();
        }
        number
    }

    /// Forgets calls before their time.
    pub(crate) fn forget(&self, is_forgotten: impl Fn(&Call) -> bool) {
        self.lock().calls.retain(|(_, call)| !is_forgotten(call));
    }

    /// Adds to what is known of a call. One that is forgotten by now stays so.
    pub(crate) fn update(&self, number: CallNumber, change: impl FnOnce(&mut Call)) {
        let mut state = self.lock();
        let index = state.calls.binary_search_by_key(&number, |(number, _)| *number).ok();
        if let Some((_, call)) = index.and_then(|index| state.calls.get_mut(index)) {
            change(call);
            if let CallOutcome::Refused { codes } = &mut call.outcome
                && codes.len() > MOST_CODES
            {
                // The rest of the room, too: there are many calls.
                codes.truncate(MOST_CODES);
                codes.shrink_to_fit();
            }
        }
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        self.lock().calls.iter().map(|(_, call)| call.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_arrival_whatever_ends_first() {
        let log = CallLog::new(DEFAULT_LIMIT);
        let first = log.arrived(Timestamp::UNIX_EPOCH, Some("quickOrder".into()));
        let second = log.arrived(Timestamp::UNIX_EPOCH, None);
        log.update(second, |call| call.outcome = CallOutcome::SoapFault);
        log.update(first, |call| call.outcome = CallOutcome::Refused { codes: vec![1012] });
        let outcomes: Vec<_> = log.all().into_iter().map(|call| call.outcome).collect();
        assert_eq!(outcomes, [CallOutcome::Refused { codes: vec![1012] }, CallOutcome::SoapFault]);
    }

    #[test]
    fn keeps_the_first_codes_of_a_long_refusal() {
        let log = CallLog::new(DEFAULT_LIMIT);
        let number = log.arrived(Timestamp::UNIX_EPOCH, None);
        log.update(number, |call| call.outcome = CallOutcome::Refused { codes: (0..1000).collect() });
        let CallOutcome::Refused { codes } = log.all().remove(0).outcome else { panic!("not refused") };
        assert_eq!(codes, (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn keeps_the_newest_and_takes_no_call_for_a_forgotten_one() {
        let log = CallLog::new(2);
        let arrive = |operation: &str| log.arrived(Timestamp::UNIX_EPOCH, Some(operation.to_owned()));
        let [first, second, third] = ["first", "second", "third"].map(arrive);
        for (number, code) in [(first, 1), (second, 2), (third, 3)] {
            log.update(number, |call| call.outcome = CallOutcome::Refused { codes: vec![code] });
        }
        let kept: Vec<_> =
            log.all().into_iter().map(|call| (call.operation.unwrap(), call.outcome)).collect();
        assert_eq!(
            kept,
            [
                ("second".to_owned(), CallOutcome::Refused { codes: vec![2] }),
                ("third".to_owned(), CallOutcome::Refused { codes: vec![3] }),
            ]
        );
        let nothing = CallLog::new(0);
        let number = nothing.arrived(Timestamp::UNIX_EPOCH, None);
        nothing.update(number, |call| call.outcome = CallOutcome::Success);
        assert_eq!(nothing.all(), []);
    }
}
