//! Folding events into a service.

use cert_domain::VerificationCode;

use super::event::{Event, HoldReason, RecordedEvent};
use super::state::{
    Check, Code, Doubt, Issuing, Ordering, Service, ServiceCertificate, State, StateKind, Validating,
};
use crate::{OrderId, ServiceId};

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
                doubtful_orders: Vec::new(),
                state: State::AwaitingConfiguration,
            }),
            _ => Err(CorruptHistory { id, version: 0, state: None }),
        };
    };
    let corrupt = CorruptHistory { id, version: service.version, state: Some(service.state.kind()) };
    service.version += 1;
    match event {
        Event::StrayOrder { order_id } => {
            service.doubtful_orders.retain(|doubtful| *doubtful != order_id);
            service.stray_orders.push(order_id);
            return Ok(service);
        }
        Event::DoubtSettled { order_id } => {
            service.doubtful_orders.retain(|doubtful| *doubtful != order_id);
            return Ok(service);
        }
        _ => {}
    }
    service.state = match (service.state, event) {
        (State::AwaitingConfiguration, Event::Configured { configuration }) => State::Ordering(Ordering {
            configuration,
            attempt: None,
            sends: 0,
            unanswered: 0,
            is_taken: false,
            doubt: None,
        }),
        (State::Ordering(ordering), Event::OrderIntended { attempt }) => {
            service.attempts = attempt.number;
            State::Ordering(Ordering { attempt: Some(attempt), sends: 1, unanswered: 1, ..ordering })
        }
        (State::Ordering(ordering), Event::OrderNotFound) => {
            let sends = ordering.sends.saturating_add(1);
            let unanswered = ordering.unanswered.saturating_add(1);
            State::Ordering(Ordering { sends, unanswered, ..ordering })
        }
        (State::Ordering(ordering), Event::OrderIdentifierTaken) => {
            State::Ordering(Ordering { is_taken: true, doubt: None, ..ordering })
        }
        (State::Ordering(ordering), Event::OrderRefusalDoubted { findings }) => {
            State::Ordering(Ordering { doubt: Some(Doubt { findings, since: at }), ..ordering })
        }
        (State::Ordering(ordering), Event::OrderRefused { findings }) => {
            if ordering.sends > 1 {
                service.doubtful_orders.extend(ordering.attempt.map(|attempt| attempt.order_id));
            }
            service.refusal = Some(findings);
            State::AwaitingConfiguration
        }
        (state @ (State::Ordering(_) | State::Held { .. }), Event::OrderAbandoned) => {
            service.doubtful_orders.extend(state.order_id().cloned());
            State::AwaitingConfiguration
        }
        (State::Ordering(ordering), Event::OrderPlaced { order_id, code, adopted: _ }) => {
            service.refusal = None;
            placed(ordering, order_id, code)
        }
        (State::Held { reason, suspended }, Event::OrderPlaced { order_id, code, adopted: _ }) => {
            match *suspended {
                State::Ordering(ordering) => placed(ordering, order_id, code),
                other => State::Held { reason, suspended: Box::new(other) },
            }
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
            let requests = validating.requests.saturating_add(1);
            State::Validating(Validating { check: Check::Requested, requests, ..validating })
        }
        (State::Validating(validating), Event::CheckStarted { request }) => {
            // Asked for again meanwhile, the CA has to look again.
            let check = if request == validating.requests { Check::Started } else { validating.check };
            State::Validating(Validating { check, ..validating })
        }
        (State::Validating(validating), Event::NamesReported { names }) => {
            let check = match validating.check {
                Check::Started => Check::Answered,
                other => other,
            };
            State::Validating(Validating { names, check, ..validating })
        }
        (State::Validating(validating), Event::OrderAccepted) => State::Issuing(Issuing {
            configuration: validating.configuration,
            order_id: validating.order_id,
            doubtful_since: None,
        }),
        (
            State::Validating(Validating { order_id, .. }) | State::Issuing(Issuing { order_id, .. }),
            Event::OrderRejected,
        ) => State::Rejected { order_id },
        (State::Issuing(issuing), Event::CertificateDoubted { flaws: _ }) => {
            State::Issuing(Issuing { doubtful_since: Some(at), ..issuing })
        }
        (State::Issuing(issuing), Event::CertificateIssued { certificate }) => {
            let Issuing { configuration, order_id, .. } = issuing;
            service.certificates.push(ServiceCertificate { order_id, configuration, certificate });
            State::Active
        }
        (State::Ordering(ordering), Event::Held { reason }) => {
            // An order that is not ours stands where ours should: whatever the reseller settles, ours is not sent again.
            let is_taken = ordering.is_taken || matches!(reason, HoldReason::ForeignOrder { .. });
            let suspended = Box::new(State::Ordering(Ordering { is_taken, ..ordering }));
            State::Held { reason, suspended }
        }
        (suspended @ State::Issuing(_), Event::Held { reason }) => {
            State::Held { reason, suspended: Box::new(suspended) }
        }
        (State::Held { suspended, .. }, Event::Resumed) => match *suspended {
            State::Ordering(ordering) => State::Ordering(Ordering { unanswered: 0, ..ordering }),
            State::Issuing(issuing) => State::Issuing(Issuing { doubtful_since: None, ..issuing }),
            other => other,
        },
        _ => return Err(corrupt),
    };
    Ok(service)
}

fn placed(ordering: Ordering, order_id: OrderId, code: Option<VerificationCode>) -> State {
    State::Validating(Validating {
        configuration: ordering.configuration,
        order_id,
        code: code.map_or(Code::Lost, Code::Known),
        check: Check::NotRequested,
        requests: 0,
        names: Vec::new(),
    })
}

/// A stored history that no service can have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history of service {id} is corrupt: event {} can't follow {}", .version + 1, .state.map_or("nothing", StateKind::as_str))]
pub struct CorruptHistory {
    id: ServiceId,
    version: u64,
    state: Option<StateKind>,
}
