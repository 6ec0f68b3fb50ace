//! What a service needs next, when it is picked up from the store.

use super::command::{Command, Effect};
use super::state::{Check, Code, Service, State};
use crate::OrderId;

/// What a service needs next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Decide a command.
    Decide(Command),
    /// Make a call now.
    Perform(Effect),
    /// Make a call whenever its turn comes: the service waits for something that happens elsewhere.
    Poll(Effect),
    /// Nothing, until somebody asks something of it.
    Rest,
}

/// What a service picked up from the store needs next.
#[must_use]
pub fn resume(service: &Service) -> Next {
    match &service.state {
        State::AwaitingConfiguration | State::Active | State::Rejected { .. } | State::Held { .. } => {
            Next::Rest
        }
        State::Ordering(ordering) => match (&ordering.attempt, service.doubtful_orders.first()) {
            // Whoever stored the intent may have sent it, or not: look. Where the CA's word is not to be trusted yet,
            // give it time.
            (Some(attempt), _) if ordering.doubt.is_some() => Next::Poll(look_up(service, &attempt.order_id)),
            (Some(attempt), _) => Next::Perform(look_up(service, &attempt.order_id)),
            (None, Some(doubtful)) => Next::Perform(look_up(service, doubtful)),
            (None, None) => Next::Decide(Command::BeginOrder),
        },
        State::Validating(validating) => {
            let order_id = validating.order_id.clone();
            let renew = Effect::RenewCode { order_id: order_id.clone(), seen_version: service.version };
            match (&validating.code, validating.check) {
                (Code::Lost, _) if validating.is_published() => Next::Perform(renew),
                (Code::Untold, Check::Requested) => Next::Perform(renew),
                (Code::Known(code), Check::Requested) => {
                    let (code, request) = (code.clone(), validating.requests);
                    Next::Perform(Effect::StartCheck { order_id, code, request })
                }
                _ => Next::Poll(Effect::ReadProgress(order_id)),
            }
        }
        State::Issuing(issuing) => Next::Poll(Effect::FetchCertificate(
            issuing.order_id.clone(),
            Box::new(issuing.configuration.clone()),
        )),
    }
}

pub(super) fn look_up(service: &Service, order_id: &OrderId) -> Effect {
    Effect::LookUpOrder { order_id: order_id.clone(), seen_version: service.version }
}
