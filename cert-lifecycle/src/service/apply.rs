//! Folding events into a service.

use super::event::{Event, RecordedEvent};
use super::state::{
    Check, Code, Issuing, Ordering, Service, ServiceCertificate, State, StateKind, Validating,
};
use crate::ServiceId;

/// The service that a history tells, or `None` for an empty one.
///
/// # Errors
/// If an event can't have followed those before it.
pub fn replay(
    id: ServiceId,
    history: impl IntoIterator<Item = RecordedEvent>,
) -> Result<Option<Service>, CorruptHistory> {
    history.into_iter().try_fold(None, |service, recorded| apply(id, service, recorded).map(Some))
}

/// The service after an event.
///
/// # Errors
/// If the event can't follow what the service is.
pub fn apply(
    id: ServiceId,
    service: Option<Service>,
    RecordedEvent { at, event }: RecordedEvent,
) -> Result<Service, CorruptHistory> {
    let Some(mut service) = service else {
        return match event {
            Event::Created { offer, customer } => Ok(Service {
                id,
                offer,
                customer,
                created_at: at,
                version: 1,
                attempts: 0,
                refusal: None,
                certificates: Vec::new(),
                stray_orders: Vec::new(),
                state: State::AwaitingConfiguration,
            }),
            _ => Err(CorruptHistory { id, version: 0, state: None }),
        };
    };
    let corrupt = CorruptHistory { id, version: service.version, state: Some(service.state.kind()) };
    service.version += 1;
    if let Event::StrayOrder { order_id } = event {
        service.stray_orders.push(order_id);
        return Ok(service);
    }
    service.state = match (service.state, event) {
        (State::AwaitingConfiguration, Event::Configured { configuration }) => {
            State::Ordering(Ordering { configuration, attempt: None, sends: 0, doubted: None })
        }
        (State::Ordering(ordering), Event::OrderIntended { attempt }) => {
            service.attempts = attempt.number;
            State::Ordering(Ordering { attempt: Some(attempt), sends: 1, ..ordering })
        }
        (State::Ordering(ordering), Event::OrderNotFound) => {
            let sends = ordering.sends.saturating_add(1);
            State::Ordering(Ordering { sends, doubted: None, ..ordering })
        }
        (State::Ordering(ordering), Event::OrderRefusalDoubted { findings }) => {
            State::Ordering(Ordering { doubted: Some(findings), ..ordering })
        }
        (State::Ordering(_), Event::OrderRefused { findings }) => {
            service.refusal = Some(findings);
            State::AwaitingConfiguration
        }
        (State::Ordering(ordering), Event::OrderPlaced { order_id, code, adopted: _ }) => {
            service.refusal = None;
            State::Validating(Validating {
                configuration: ordering.configuration,
                order_id,
                code: code.map_or(Code::Lost, Code::Known),
                check: Check::NotRequested,
                names: Vec::new(),
            })
        }
        (State::Validating(validating), Event::CodeRenewed { code }) => {
            // What was published and looked for was the former code.
            let code = code.map_or(Code::Untold, Code::Known);
            State::Validating(Validating { code, check: Check::NotRequested, ..validating })
        }
        (State::Validating(validating), Event::CodeLost) => {
            State::Validating(Validating { code: Code::Lost, check: Check::NotRequested, ..validating })
        }
        (State::Validating(validating), Event::CheckRequested) => {
            State::Validating(Validating { check: Check::Requested, ..validating })
        }
        (State::Validating(validating), Event::CheckStarted) => {
            State::Validating(Validating { check: Check::Started, ..validating })
        }
        (State::Validating(validating), Event::NamesReported { names }) => {
            let check = match validating.check {
                Check::Started => Check::Answered,
                other => other,
            };
            State::Validating(Validating { names, check, ..validating })
        }
        (State::Validating(validating), Event::OrderAccepted) => {
            State::Issuing(Issuing { configuration: validating.configuration, order_id: validating.order_id })
        }
        (
            State::Validating(Validating { order_id, .. }) | State::Issuing(Issuing { order_id, .. }),
            Event::OrderRejected,
        ) => State::Rejected { order_id },
        (State::Issuing(issuing), Event::CertificateIssued { certificate }) => {
            let Issuing { configuration, order_id } = issuing;
            service.certificates.push(ServiceCertificate { order_id, configuration, certificate });
            State::Active
        }
        (suspended @ (State::Ordering(_) | State::Issuing(_)), Event::Held { reason }) => {
            State::Held { reason, suspended: Box::new(suspended) }
        }
        (State::Held { suspended, .. }, Event::Resumed) => *suspended,
        _ => return Err(corrupt),
    };
    Ok(service)
}

/// A stored history that no service can have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history of service {id} is corrupt: event {} can't follow {}", .version + 1, .state.map_or("nothing", StateKind::as_str))]
pub struct CorruptHistory {
    id: ServiceId,
    version: u64,
    state: Option<StateKind>,
}
