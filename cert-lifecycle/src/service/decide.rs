//! What a command does to a service.

use super::command::{Command, Effect, Placement};
use super::event::{Event, HoldReason};
use super::state::{Attempt, Check, Ordering, RequestHash, Service, State, StateKind, Validating};
use crate::OrderId;
use crate::authority::{FoundOrder, NewOrder, OrderProgress};

/// What comes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// What to store; nothing, if all is as the command would have it.
    pub events: Vec<Event>,
    /// What may be done once the events are stored.
    pub effect: Option<Effect>,
}

impl Decision {
    fn nothing() -> Self {
        Self { events: Vec::new(), effect: None }
    }

    fn event(event: Event) -> Self {
        Self { events: vec![event], effect: None }
    }

    fn then(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }
}

/// What a command does to a service.
///
/// # Errors
/// If the command makes no sense in the service's state. Nothing has changed then.
pub fn decide(service: Option<&Service>, command: Command) -> Result<Decision, NotAllowed> {
    let Some(service) = service else {
        return match command {
            Command::Create { offer, customer } => Ok(Decision::event(Event::Created { offer, customer })),
            other => Err(NotAllowed { command: other.name(), state: None }),
        };
    };
    let name = command.name();
    let decision = match (&service.state, command) {
        (State::AwaitingConfiguration, Command::Configure(configuration)) => {
            Some(Decision::event(Event::Configured { configuration }))
        }
        (State::Ordering(ordering), command) => decide_ordering(service, ordering, command),
        (State::Validating(validating), command) => decide_validating(validating, command),
        (State::Issuing(issuing), Command::RecordCertificate(outcome)) => Some(match outcome {
            // Not issued yet, unless the order was rejected meanwhile.
            None => Decision::nothing().then(Effect::ReadProgress(issuing.order_id.clone())),
            Some(Ok(certificate)) => Decision::event(Event::CertificateIssued { certificate }),
            Some(Err(flaws)) => {
                Decision::event(Event::Held { reason: HoldReason::CertificateUnacceptable { flaws } })
            }
        }),
        (State::Issuing(_), Command::RecordProgress(progress)) => Some(match progress {
            OrderProgress::Rejected => Decision::event(Event::OrderRejected),
            _ => Decision::nothing(),
        }),
        _ => None,
    };
    decision.ok_or(NotAllowed { command: name, state: Some(service.state.kind()) })
}

fn decide_ordering(service: &Service, ordering: &Ordering, command: Command) -> Option<Decision> {
    let order = |order_id: OrderId| {
        NewOrder::new(order_id, &service.customer, &service.offer, &ordering.configuration)
    };
    match (&ordering.attempt, command) {
        (None, Command::BeginOrder) => {
            let number = service.attempts.checked_add(1)?;
            let order = order(OrderId::for_attempt(service.id, number));
            let attempt = Attempt::new(number, &order);
            Some(Decision::event(Event::OrderIntended { attempt }).then(Effect::PlaceOrder(Box::new(order))))
        }
        (Some(_), Command::RecordPlacement(Placement::Placed(placed))) => {
            Some(Decision::event(Event::OrderPlaced {
                order_id: placed.order_id,
                code: placed.code,
                adopted: false,
            }))
        }
        (Some(_), Command::RecordPlacement(Placement::Refused(findings))) => {
            Some(Decision::event(Event::OrderRefused { findings }))
        }
        (Some(attempt), Command::RecordPlacement(Placement::IdentifierTaken)) => {
            Some(Decision::nothing().then(Effect::LookUpOrder(attempt.order_id.clone())))
        }
        (Some(attempt), Command::RecordLookup(None)) => {
            let order = order(attempt.order_id.clone());
            if RequestHash::of(&order) != attempt.request_hash {
                return Some(Decision::event(Event::Held { reason: HoldReason::RequestChanged }));
            }
            Some(Decision::event(Event::OrderNotFound).then(Effect::PlaceOrder(Box::new(order))))
        }
        (Some(_), Command::RecordLookup(Some(found))) => Some(Decision::event(adopt(service, found))),
        _ => None,
    }
}

/// An order with our identifier is ours if it is for our customer and our product.
fn adopt(service: &Service, found: FoundOrder) -> Event {
    let ours =
        found.customer == service.customer.as_str() && found.product == service.offer.product.code.as_str();
    if ours {
        Event::OrderPlaced { order_id: found.order_id, code: None, adopted: true }
    } else {
        Event::Held { reason: HoldReason::ForeignOrder { order_id: found.order_id } }
    }
}

fn decide_validating(validating: &Validating, command: Command) -> Option<Decision> {
    Some(match command {
        Command::RequestCheck => match validating.check {
            Check::Requested => Decision::nothing(),
            _ => Decision::event(Event::CheckRequested),
        },
        Command::RecordCode(code) => Decision::event(Event::CodeRenewed { code }),
        Command::RecordCodeLost => Decision::event(Event::CodeLost),
        Command::RecordCheckStarted => Decision::event(Event::CheckStarted),
        Command::RecordProgress(progress) => match progress {
            OrderProgress::Accepted | OrderProgress::Issued => Decision::event(Event::OrderAccepted),
            OrderProgress::Rejected => Decision::event(Event::OrderRejected),
            // The CA was asked to look and is not satisfied: find out why, once.
            OrderProgress::Validating | OrderProgress::Unknown(_) if validating.check == Check::Started => {
                Decision::nothing().then(Effect::ReadNames(validating.order_id.clone()))
            }
            OrderProgress::Validating | OrderProgress::Unknown(_) => Decision::nothing(),
        },
        Command::RecordNames(names) => {
            if names == validating.names && validating.check != Check::Started {
                Decision::nothing()
            } else {
                Decision::event(Event::NamesReported { names })
            }
        }
        _ => return None,
    })
}

/// A command that makes no sense in a service's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("can't {command}: {}", .state.map_or_else(|| "there is no such service".to_owned(), |state| format!("the service is {state}")))]
#[non_exhaustive]
pub struct NotAllowed {
    /// What was asked.
    pub command: &'static str,
    /// Where the service stands; `None` if there is none.
    pub state: Option<StateKind>,
}
