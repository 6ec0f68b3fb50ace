//! What a command does to a service.

mod asked;
mod following;
mod ordering;
mod verifying;

use jiff::Timestamp;

use super::clock;
use super::command::{Command, Effect};
use super::event::{Event, HoldReason};
use super::state::{Service, State, StateKind};
use crate::Terms;

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

    fn events(events: impl IntoIterator<Item = Event>) -> Self {
        Self { events: events.into_iter().collect(), effect: None }
    }

    fn hold(reason: HoldReason) -> Self {
        Self::event(Event::Held { reason })
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
pub fn decide(
    service: Option<&Service>,
    command: Command,
    now: Timestamp,
    terms: &Terms,
) -> Result<Decision, NotAllowed> {
    let name = command.name();
    let Some(service) = service else {
        return match command {
            Command::Create { offer, customer, email, language } => {
                Ok(Decision::event(Event::Created { offer, customer, email, language }))
            }
            Command::Import(event) if matches!(*event, Event::Imported { .. }) => Ok(Decision::event(*event)),
            _ => Err(NotAllowed { command: name, state: None }),
        };
    };
    decide_for(service, command, now, terms)
        .ok_or(NotAllowed { command: name, state: Some(service.state.kind()) })
}

fn decide_for(service: &Service, command: Command, now: Timestamp, terms: &Terms) -> Option<Decision> {
    match command {
        Command::RecordPlacement { order_id, placement } => {
            ordering::record_placement(service, &order_id, placement)
        }
        Command::RecordLookup { order_id, found: Some(found), .. } => {
            Some(ordering::record_found(service, &order_id, found))
        }
        // Others have done something since the look began: that it found nothing says nothing of that.
        Command::RecordLookup { found: None, seen_version, .. } if seen_version != service.version => {
            Some(Decision::nothing())
        }
        Command::RecordLookup { order_id, found: None, .. } => {
            Some(ordering::record_not_found(service, order_id, now))
        }
        Command::RecordSearch { order_id, candidates, seen_version, began_at } => {
            let look = ordering::Look { seen_version, began_at };
            Some(ordering::record_search(service, order_id, &candidates, look, now))
        }
        Command::RecordListed(listed) => Some(following::record_listed(service, &listed)),
        Command::RecordRevocation { serial_number, refusal } => {
            Some(following::record_revocation(service, serial_number, refusal))
        }
        Command::RecordRequest(request) => Some(following::record_request(service, request)),
        Command::RecordWithdrawn if service.published.is_empty() => Some(Decision::nothing()),
        Command::RecordWithdrawn => Some(Decision::event(Event::ProofsWithdrawn)),
        Command::RecordEvidence { note, documents } => {
            Some(Decision::event(Event::EvidenceSubmitted { note, documents }))
        }
        Command::RecordKey(record) => Some(Decision::event(Event::KeyTouched { record })),
        Command::Advance => Some(match clock::due(service, terms, now) {
            Some(event) => Decision::event(event),
            None => Decision::nothing(),
        }),
        Command::Abandon => ordering::abandon(service),
        Command::Adopt(found) => ordering::adopt_chosen(service, found),
        Command::RecordStrayCancelled(order_id) => {
            let is_stray = service.stray_orders.contains(&order_id);
            Some(Decision::events(is_stray.then_some(Event::StrayCancelled { order_id })))
        }
        Command::Resume if matches!(service.state, State::Held { .. }) => {
            Some(Decision::event(Event::Resumed))
        }
        Command::RecordCancellation { order_id, cancellation } => {
            following::record_cancellation(service, &order_id, cancellation)
        }
        command if asked::is_asked(&command) => asked::decide(service, command),
        command => match &service.state {
            State::Ordering(ordering) if command == Command::BeginOrder => {
                ordering::begin_order(service, ordering)
            }
            State::Validating(validating) => verifying::decide(service, validating, command, now),
            State::Issuing(issuing) => verifying::decide_issuing(service, issuing, command, now),
            _ => None,
        },
    }
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
