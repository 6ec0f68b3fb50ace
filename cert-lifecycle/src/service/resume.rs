//! What a service needs next, when it is picked up from the store.

use super::command::{Command, Effect};
use super::state::{Check, Code, Service, State};

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
        State::Ordering(ordering) => match &ordering.attempt {
            None => Next::Decide(Command::BeginOrder),
            Some(attempt) => {
                let look = Effect::LookUpOrder { order_id: attempt.order_id.clone(), taken: false };
                match ordering.doubted {
                    // Whoever stored the intent may have sent it, or not: look.
                    None => Next::Perform(look),
                    // The other call may still be on its way: give it time.
                    Some(_) => Next::Poll(look),
                }
            }
        },
        State::Validating(validating) => match (&validating.code, validating.check) {
            (Code::Lost, _) if validating.configuration.method().is_published() => {
                Next::Perform(Effect::RenewCode(validating.order_id.clone()))
            }
            (Code::Known(code), Check::Requested) => Next::Perform(Effect::StartCheck(code.clone())),
            _ => Next::Poll(Effect::ReadProgress(validating.order_id.clone())),
        },
        State::Issuing(issuing) => Next::Poll(Effect::FetchCertificate(
            issuing.order_id.clone(),
            Box::new(issuing.configuration.clone()),
        )),
    }
}
