//! What a command does to a service.

use super::command::{Command, Effect, Placement};
use super::event::{Event, HoldReason};
use super::state::{Attempt, Check, Ordering, RequestHash, Service, State, StateKind, Validating};
use crate::OrderId;
use crate::authority::{FoundOrder, NewOrder, OrderProgress, PlacedOrder};

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

    fn hold(reason: HoldReason) -> Self {
        Self::event(Event::Held { reason })
    }

    fn then(mut self, effect: Effect) -> Self {
        self.effect = Some(effect);
        self
    }
}

/// How often an order is sent without a clear answer before the reseller is asked to look.
const MAX_SENDS: u32 = 12;

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
        (_, Command::RecordPlacement { order_id, placement }) => {
            record_placement(service, &order_id, placement)
        }
        (State::AwaitingConfiguration, Command::Configure(configuration)) => {
            Some(Decision::event(Event::Configured { configuration }))
        }
        (State::Ordering(ordering), command) => decide_ordering(service, ordering, command),
        (State::Validating(validating), command) => decide_validating(validating, command),
        (State::Issuing(issuing), Command::RecordCertificate(outcome)) => Some(match outcome {
            // Not issued yet, unless the order was rejected meanwhile.
            None => Decision::nothing().then(Effect::ReadProgress(issuing.order_id.clone())),
            Some(Ok(certificate)) => Decision::event(Event::CertificateIssued { certificate }),
            Some(Err(flaws)) => Decision::hold(HoldReason::CertificateUnacceptable { flaws }),
        }),
        (State::Issuing(_), Command::RecordProgress(progress)) => Some(match progress {
            OrderProgress::Rejected => Decision::event(Event::OrderRejected),
            _ => Decision::nothing(),
        }),
        (State::Held { .. }, Command::Resume) => Some(Decision::event(Event::Resumed)),
        _ => None,
    };
    decision.ok_or(NotAllowed { command: name, state: Some(service.state.kind()) })
}

/// A clear outcome of placing an order, which may come late: for an attempt that somebody else has settled.
fn record_placement(service: &Service, order_id: &OrderId, placement: Placement) -> Option<Decision> {
    let open = match &service.state {
        State::Ordering(ordering) => ordering.attempt.as_ref().map(|attempt| (ordering, attempt)),
        _ => None,
    };
    let Some((ordering, attempt)) = open.filter(|(_, attempt)| attempt.order_id == *order_id) else {
        return match placement {
            // Whatever became of the service: an order that the CA has taken is not forgotten.
            Placement::Placed(_) if !service.knows_order(order_id) => {
                Some(Decision::event(Event::StrayOrder { order_id: order_id.clone() }))
            }
            Placement::Placed(_) => Some(Decision::nothing()),
            _ => None,
        };
    };
    Some(match placement {
        Placement::Placed(placed) if placed.order_id != attempt.order_id => {
            Decision::hold(HoldReason::ForeignOrder { order_id: placed.order_id })
        }
        Placement::Placed(PlacedOrder { order_id, code }) => {
            Decision::event(Event::OrderPlaced { order_id, code, adopted: false })
        }
        // An earlier call for the same order may have arrived meanwhile, and used up the key, say.
        Placement::Refused(findings) if ordering.sends > 1 => {
            Decision::event(Event::OrderRefusalDoubted { findings })
        }
        Placement::Refused(findings) => Decision::event(Event::OrderRefused { findings }),
        Placement::Blocked(findings) => Decision::hold(HoldReason::Blocked { findings }),
        Placement::IdentifierTaken => {
            Decision::nothing().then(Effect::LookUpOrder { order_id: attempt.order_id.clone(), taken: true })
        }
    })
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
        (Some(attempt), Command::RecordLookup { order_id, found, taken }) if attempt.order_id == order_id => {
            Some(match found {
                Some(found) => adopt(service, attempt, found),
                // The CA says both that it has the order and that it has none: ask again later.
                None if taken => Decision::nothing(),
                None => match &ordering.doubted {
                    Some(findings) => Decision::event(Event::OrderRefused { findings: findings.clone() }),
                    None if ordering.sends >= MAX_SENDS => Decision::hold(HoldReason::NoClearAnswer),
                    None => send_again(attempt, order(order_id)),
                },
            })
        }
        _ => None,
    }
}

fn send_again(attempt: &Attempt, order: NewOrder) -> Decision {
    if RequestHash::of(&order) == attempt.request_hash {
        Decision::event(Event::OrderNotFound).then(Effect::PlaceOrder(Box::new(order)))
    } else {
        Decision::hold(HoldReason::RequestChanged)
    }
}

/// An order that was found is ours if it is the one we looked for, for our customer and our product.
fn adopt(service: &Service, attempt: &Attempt, found: FoundOrder) -> Decision {
    let ours = found.order_id == attempt.order_id
        && found.customer == service.customer.as_str()
        && found.product == service.offer.product.code.as_str();
    if !ours {
        return Decision::hold(HoldReason::ForeignOrder { order_id: found.order_id });
    }
    let mut events = vec![Event::OrderPlaced { order_id: found.order_id, code: None, adopted: true }];
    events.extend(progress_event(&found.progress));
    Decision { events, effect: None }
}

/// What an order's progress means for a service that waits for proofs.
fn progress_event(progress: &OrderProgress) -> Option<Event> {
    match progress {
        OrderProgress::Accepted | OrderProgress::Issued => Some(Event::OrderAccepted),
        OrderProgress::Rejected => Some(Event::OrderRejected),
        OrderProgress::Validating | OrderProgress::Unknown(_) => None,
    }
}

fn decide_validating(validating: &Validating, command: Command) -> Option<Decision> {
    Some(match command {
        Command::RequestCheck => match validating.check {
            Check::Requested => Decision::nothing(),
            _ => Decision::event(Event::CheckRequested),
        },
        Command::RecordCode(code) => Decision::event(Event::CodeRenewed { code }),
        // The order may no longer wait for proofs.
        Command::RecordCodeRefused => {
            Decision::nothing().then(Effect::ReadProgress(validating.order_id.clone()))
        }
        Command::RecordCodeLost => Decision::event(Event::CodeLost),
        Command::RecordCheckStarted => Decision::event(Event::CheckStarted),
        Command::RecordProgress(progress) => match progress_event(&progress) {
            Some(event) => Decision::event(event),
            // The customer did his part, and the CA is not satisfied: find out why.
            None if validating.is_answer_awaited() => {
                Decision::nothing().then(Effect::ReadNames(validating.order_id.clone()))
            }
            None => Decision::nothing(),
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
