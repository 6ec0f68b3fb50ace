//! What a command does to a service.

use jiff::{SignedDuration, Timestamp};

use super::command::{Command, Effect, Placement};
use super::event::{Event, HoldReason};
use super::state::{
    Attempt, Check, Code, Issuing, Ordering, RequestHash, Service, State, StateKind, Validating,
};
use crate::OrderId;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{FoundOrder, NameState, NewOrder, OrderProgress, PlacedOrder};

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
const MAX_UNANSWERED: u32 = 12;

/// How long a refusal is doubted. It is far longer than a call can be under way, and than the CA's answers can lag
/// behind what it has done.
const DOUBT: SignedDuration = SignedDuration::from_mins(30);

/// How long something other than what was ordered is fetched again, where the reason may pass.
const CERTIFICATE_PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// What a command does to a service.
///
/// # Errors
/// If the command makes no sense in the service's state. Nothing has changed then.
pub fn decide(service: Option<&Service>, command: Command, now: Timestamp) -> Result<Decision, NotAllowed> {
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
        (_, Command::RecordLookup { order_id, found: Some(found), .. }) => {
            Some(record_found(service, &order_id, found))
        }
        (_, Command::RecordLookup { order_id, found: None, seen_version }) => {
            Some(if seen_version == service.version {
                record_not_found(service, order_id, now)
            } else {
                // Others have done something since the look began: it says nothing of that.
                Decision::nothing()
            })
        }
        (State::AwaitingConfiguration, Command::Configure(configuration)) => {
            Some(Decision::event(Event::Configured { configuration }))
        }
        (State::Ordering(ordering), Command::BeginOrder) => begin_order(service, ordering),
        (State::Validating(validating), command) => decide_validating(service, validating, command),
        (State::Issuing(issuing), Command::RecordCertificate(outcome)) => {
            Some(record_certificate(issuing, outcome, now))
        }
        (State::Issuing(_), Command::RecordProgress(progress)) => Some(match progress {
            OrderProgress::Rejected => Decision::event(Event::OrderRejected),
            _ => Decision::nothing(),
        }),
        (State::Held { .. }, Command::Resume) => Some(Decision::event(Event::Resumed)),
        // What is under way for the attempt finds a stray at the worst.
        (_, Command::Abandon) if service.open_attempt().is_some() => {
            Some(Decision::event(Event::OrderAbandoned))
        }
        _ => None,
    };
    decision.ok_or(NotAllowed { command: name, state: Some(service.state.kind()) })
}

fn begin_order(service: &Service, ordering: &Ordering) -> Option<Decision> {
    if ordering.attempt.is_some() || !service.doubtful_orders.is_empty() {
        return None;
    }
    let number = service.attempts.checked_add(1)?;
    let order = order_of(service, ordering, OrderId::for_attempt(service.id, number));
    let attempt = Attempt::new(number, &order);
    Some(Decision::event(Event::OrderIntended { attempt }).then(Effect::PlaceOrder(Box::new(order))))
}

fn order_of(service: &Service, ordering: &Ordering, order_id: OrderId) -> NewOrder {
    NewOrder::new(order_id, &service.customer, &service.offer, &ordering.configuration)
}

/// A clear outcome of placing an order, which may come late: for an attempt that somebody else has settled.
fn record_placement(service: &Service, order_id: &OrderId, placement: Placement) -> Option<Decision> {
    let open = service.open_attempt().filter(|(_, attempt)| attempt.order_id == *order_id);
    match (open, placement) {
        // A "yes" under another name is still a "yes": an order that nobody must forget, and nobody may place again.
        (Some(_), Placement::Placed(placed)) if placed.order_id != *order_id => {
            let mut decision = stray(service, &placed.order_id);
            if matches!(service.state, State::Ordering(_)) {
                let reason = HoldReason::ForeignOrder { order_id: placed.order_id };
                decision.events.push(Event::Held { reason });
            }
            Some(decision)
        }
        (Some(_), Placement::Placed(PlacedOrder { order_id, code })) => {
            Some(Decision::event(Event::OrderPlaced { order_id, code, adopted: false }))
        }
        // Whatever became of the service: an order that the CA has taken is not forgotten.
        (None, Placement::Placed(placed)) => Some(stray(service, &placed.order_id)),
        (None, Placement::IdentifierTaken) => Some(stray(service, order_id)),
        _ if !matches!(service.state, State::Ordering(_)) => None,
        (Some((ordering, _)), Placement::IdentifierTaken) => {
            let known = if ordering.is_taken { None } else { Some(Event::OrderIdentifierTaken) };
            Some(Decision { events: known.into_iter().collect(), effect: None })
        }
        // An earlier call for the same order may have arrived meanwhile, and used up the key, say.
        (Some((ordering, _)), Placement::Refused(findings)) if ordering.sends > 1 => {
            Some(Decision::event(Event::OrderRefusalDoubted { findings }))
        }
        (Some(_), Placement::Refused(findings)) => Some(Decision::event(Event::OrderRefused { findings })),
        (Some(_), Placement::Blocked(findings)) => Some(Decision::hold(HoldReason::Blocked { findings })),
        (None, _) => None,
    }
}

/// An order that the CA has, and the service does not wait for.
fn stray(service: &Service, order_id: &OrderId) -> Decision {
    if service.knows_order(order_id) {
        Decision::nothing()
    } else {
        Decision::event(Event::StrayOrder { order_id: order_id.clone() })
    }
}

/// An order was found under an identifier of ours.
fn record_found(service: &Service, order_id: &OrderId, found: FoundOrder) -> Decision {
    let ours = found.order_id == *order_id
        && found.customer == service.customer.as_str()
        && found.product == service.offer.product.code.as_str();
    let open = service.open_attempt().is_some_and(|(_, attempt)| attempt.order_id == *order_id);
    match (open, ours) {
        (true, true) => {
            let placed = Event::OrderPlaced { order_id: found.order_id, code: None, adopted: true };
            Decision {
                events: [placed].into_iter().chain(progress_event(&found.progress)).collect(),
                effect: None,
            }
        }
        (true, false) if matches!(service.state, State::Ordering(_)) => {
            Decision::hold(HoldReason::ForeignOrder { order_id: found.order_id })
        }
        (false, true) if found.progress != OrderProgress::Rejected => {
            let mut decision = stray(service, &found.order_id);
            // Before another order is placed: one for the same service stands.
            if matches!(service.state, State::Ordering(_)) && !decision.events.is_empty() {
                decision
                    .events
                    .push(Event::Held { reason: HoldReason::StrayOrder { order_id: found.order_id } });
            }
            decision
        }
        (false, _) if service.doubtful_orders.contains(order_id) => {
            Decision::event(Event::DoubtSettled { order_id: order_id.clone() })
        }
        _ => Decision::nothing(),
    }
}

/// The CA has no order under an identifier of ours, by a look that began with the service as it is.
fn record_not_found(service: &Service, order_id: OrderId, now: Timestamp) -> Decision {
    let State::Ordering(ordering) = &service.state else { return Decision::nothing() };
    let attempt = match &ordering.attempt {
        Some(attempt) if attempt.order_id == order_id => attempt,
        None if service.doubtful_orders.contains(&order_id) => {
            return Decision::event(Event::DoubtSettled { order_id });
        }
        _ => return Decision::nothing(),
    };
    match &ordering.doubt {
        // The CA says both that it has the order and that it has none: only time can tell.
        _ if ordering.is_taken => Decision::nothing(),
        Some(doubt) if now.duration_since(doubt.since) < DOUBT => Decision::nothing(),
        Some(doubt) => Decision::event(Event::OrderRefused { findings: doubt.findings.clone() }),
        None if ordering.unanswered >= MAX_UNANSWERED => Decision::hold(HoldReason::NoClearAnswer),
        None => {
            let order = order_of(service, ordering, order_id);
            if RequestHash::of(&order) == attempt.request_hash {
                Decision::event(Event::OrderNotFound).then(Effect::PlaceOrder(Box::new(order)))
            } else {
                Decision::hold(HoldReason::RequestChanged)
            }
        }
    }
}

/// What an order's progress means for a service that waits for proofs.
fn progress_event(progress: &OrderProgress) -> Option<Event> {
    match progress {
        OrderProgress::Accepted | OrderProgress::Issued => Some(Event::OrderAccepted),
        OrderProgress::Rejected => Some(Event::OrderRejected),
        OrderProgress::Validating | OrderProgress::Unknown(_) => None,
    }
}

fn decide_validating(service: &Service, validating: &Validating, command: Command) -> Option<Decision> {
    Some(match command {
        Command::RequestCheck => Decision::event(Event::CheckRequested),
        Command::RecordCode { code, seen_version } => match validating.code {
            // Two were asked for, and which one counts is not known.
            Code::Known(_) if seen_version != service.version => Decision::event(Event::CodeLost),
            _ => Decision::event(Event::CodeRenewed { code }),
        },
        // The order may no longer wait for proofs.
        Command::RecordCodeRefused => {
            Decision::nothing().then(Effect::ReadProgress(validating.order_id.clone()))
        }
        Command::RecordCodeLost(code) if validating.code == Code::Known(code.clone()) => {
            Decision::event(Event::CodeLost)
        }
        Command::RecordCodeLost(_) => Decision::nothing(),
        Command::RecordCheckStarted { request } => Decision::event(Event::CheckStarted { request }),
        Command::RecordProgress(progress) => match progress_event(&progress) {
            Some(event) => Decision::event(event),
            // The customer did his part, and the CA is not satisfied: find out why.
            None if validating.is_answer_awaited() => {
                Decision::nothing().then(Effect::ReadNames(validating.order_id.clone()))
            }
            None => Decision::nothing(),
        },
        Command::RecordNames(names) => {
            if validating.check != Check::Started && have_same_standing(&names, &validating.names) {
                Decision::nothing()
            } else {
                Decision::event(Event::NamesReported { names })
            }
        }
        _ => return None,
    })
}

/// Whether the names stand as they did, whatever their order and the words and dates about them.
fn have_same_standing(names: &[NameState], others: &[NameState]) -> bool {
    let same = |name: &NameState, other: &NameState| {
        name.name == other.name && name.proof == other.proof && name.blocked_by == other.blocked_by
    };
    names.len() == others.len() && names.iter().all(|name| others.iter().any(|other| same(name, other)))
}

fn record_certificate(
    issuing: &Issuing,
    outcome: Option<Result<IssuedCertificate, Flaws>>,
    now: Timestamp,
) -> Decision {
    match (outcome, issuing.doubtful_since) {
        // Not issued yet, unless the order was rejected meanwhile.
        (None, _) => Decision::nothing().then(Effect::ReadProgress(issuing.order_id.clone())),
        (Some(Ok(certificate)), _) => Decision::event(Event::CertificateIssued { certificate }),
        (Some(Err(flaws)), None) if flaws.may_pass() => Decision::event(Event::CertificateDoubted { flaws }),
        (Some(Err(flaws)), Some(since))
            if flaws.may_pass() && now.duration_since(since) < CERTIFICATE_PATIENCE =>
        {
            Decision::nothing()
        }
        (Some(Err(flaws)), _) => Decision::hold(HoldReason::CertificateUnacceptable { flaws }),
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
