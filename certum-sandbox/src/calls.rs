//! What was asked of the SOAP service, in order.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// One SOAP call, as it is remembered. It holds no credentials, keys or bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Call {
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// Which operation; none if the document did not say.
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
        /// The Partner API's codes, in the order of the answer; empty for refused credentials.
        codes: Vec<u16>,
    },
    /// It was answered with a SOAP fault.
    SoapFault,
}

/// The record of calls.
#[derive(Default)]
pub(crate) struct CallLog {
    calls: Mutex<Vec<Call>>,
}

/// A call's place in the record.
#[derive(Clone, Copy)]
pub(crate) struct CallNumber(usize);

impl CallLog {
    pub(crate) fn arrived(&self, at: Timestamp, operation: Option<String>) -> CallNumber {
        let mut calls = self.lock();
        calls.push(Call {
            at,
            operation,
            order_id: None,
            outcome: CallOutcome::Unprocessed,
            faults: Vec::new(),
        });
        CallNumber(calls.len() - 1)
    }

    pub(crate) fn update(&self, number: CallNumber, change: impl FnOnce(&mut Call)) {
        if let Some(call) = self.lock().get_mut(number.0) {
            change(call);
        }
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_arrival_whatever_ends_first() {
        let log = CallLog::default();
        let first = log.arrived(Timestamp::UNIX_EPOCH, Some("quickOrder".into()));
        let second = log.arrived(Timestamp::UNIX_EPOCH, None);
        log.update(second, |call| call.outcome = CallOutcome::SoapFault);
        log.update(first, |call| call.outcome = CallOutcome::Refused { codes: vec![1012] });
        let outcomes: Vec<_> = log.all().into_iter().map(|call| call.outcome).collect();
        assert_eq!(outcomes, [CallOutcome::Refused { codes: vec![1012] }, CallOutcome::SoapFault]);
    }
}
