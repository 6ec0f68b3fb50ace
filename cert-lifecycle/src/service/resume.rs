//! What a service needs next, when it is picked up from the store.

use jiff::Timestamp;

use super::account::Running;
use super::clock;
use super::command::{Command, Effect, Search};
use super::state::{Check, Code, Issuing, Ordering, Service, State, Validating};
use crate::authority::{Approver, OrderKind, Purpose};
use crate::{OrderId, Terms};

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
    /// Nothing, until somebody asks something of it or the clock brings something.
    Rest,
}

/// What a service picked up from the store needs next.
#[must_use]
pub fn resume(service: &Service, terms: &Terms, now: Timestamp) -> Next {
    aside(service, terms, now).map_or_else(|| resume_order(service, terms, now), Next::Perform)
}

/// What is to be done first, and holds up nothing if it can't be done now.
fn aside(service: &Service, terms: &Terms, now: Timestamp) -> Option<Effect> {
    let mut certificates = service.certificates.iter();
    let revocation = service.is_revoking.then(|| certificates.find_map(|held| held.revoking.clone()));
    match revocation.flatten() {
        Some(revocation) => Some(Effect::Revoke(Box::new(revocation))),
        None => wanted_request(service, terms, now).or_else(|| tidy_beside_a_look(service, now)),
    }
}

/// Takes back what was published while a look for what was given up comes first, and may come first for long.
fn tidy_beside_a_look(service: &Service, now: Timestamp) -> Option<Effect> {
    let looks = service.state.is_at_rest() && resume_doubtful(service, now).is_some();
    (looks && !service.published.is_empty()).then(|| withdraw(service))
}

/// The request that the system has to make before a successor can be begun.
fn wanted_request(service: &Service, terms: &Terms, now: Timestamp) -> Option<Effect> {
    let is_wanted = service.state == State::Active && clock::wanted_request(service, terms, now);
    let configuration = service.certificate().filter(|_| is_wanted)?.configuration.clone();
    Some(Effect::MakeRequest(Box::new(configuration)))
}

/// What the service's order needs next, whatever is to be done beside it: for a worker that could not do that now.
#[must_use]
pub fn resume_order(service: &Service, terms: &Terms, now: Timestamp) -> Next {
    if clock::due(service, terms, now).is_some() {
        return Next::Decide(Command::Advance);
    }
    match &service.state {
        State::AwaitingConfiguration | State::Active | State::Rejected { .. } => {
            resume_doubtful(service, now).unwrap_or_else(|| tidy_up(service))
        }
        State::Held { .. } => tidy_up(service),
        State::Ordering(ordering) => resume_ordering(service, ordering, now),
        State::Validating(validating) => resume_validating(service, validating, terms, now),
        State::Issuing(issuing) => resume_issuing(service, issuing),
    }
}

/// Tidying up holds up nothing, neither an order nor the look for one: a name server may be out of order for long.
fn tidy_up(service: &Service) -> Next {
    if service.published.is_empty() { Next::Rest } else { Next::Perform(withdraw(service)) }
}

/// Takes back what was published for the customer, and no order waits for any more.
fn withdraw(service: &Service) -> Effect {
    Effect::Withdraw(service.published.clone())
}

fn resume_ordering(service: &Service, ordering: &Ordering, now: Timestamp) -> Next {
    match (&ordering.attempt, service.doubtful_orders.first()) {
        // Whoever stored the intent may have sent it, or not: look. Where the CA's word is not to be trusted yet,
        // give it time.
        (Some(attempt), _) => {
            let look = look_for(service, &attempt.order_id, &ordering.purpose, ordering.intended_at, now);
            if ordering.doubt.is_some() { Next::Poll(look) } else { Next::Perform(look) }
        }
        (None, Some(_)) => resume_doubtful(service, now).unwrap_or(Next::Rest),
        (None, None) if service.running == Running::Terminated => Next::Rest,
        (None, None) => Next::Decide(Command::BeginOrder),
    }
}

/// A look for what was given up, whether or not another order is wanted. It begins once no call can be under way any more: a
/// look before could find nothing, and the order come to be all the same.
fn resume_doubtful(service: &Service, now: Timestamp) -> Option<Next> {
    let silent = service.doubtful_orders.iter().find(|doubtful| doubtful.silent_from() <= now)?;
    Some(Next::Perform(look_for(service, &silent.order_id, &silent.purpose, silent.since, now)))
}

/// Looks for an order: by the identifier that we chose, or among the account's orders since then.
fn look_for(
    service: &Service,
    order_id: &OrderId,
    purpose: &Purpose,
    since: Timestamp,
    now: Timestamp,
) -> Effect {
    let (order_id, seen_version) = (order_id.clone(), service.version);
    let kind = purpose.kind();
    let certificates = service.certificates.iter();
    match kind {
        OrderKind::New => Effect::LookUpOrder { order_id, seen_version },
        OrderKind::Renewal | OrderKind::Reissue => Effect::SearchOrder(Box::new(Search {
            order_id,
            since,
            customer: service.customer.clone(),
            products: service.listed_codes(kind).map(ToString::to_string).collect(),
            is_reissue: kind == OrderKind::Reissue,
            known: certificates.map(|known| known.certificate.serial_number.clone()).collect(),
            seen_version,
            began_at: now,
        })),
    }
}

fn resume_validating(service: &Service, validating: &Validating, terms: &Terms, now: Timestamp) -> Next {
    let order_id = validating.order_id.clone();
    if validating.cancelling.is_some() {
        return Next::Perform(Effect::CancelOrder(order_id));
    }
    let configuration = &validating.configuration;
    let approver = configuration
        .method()
        .map(|method| Approver { method: method.clone(), send_messages: configuration.send_messages() });
    let renew = Effect::RenewCode { order_id: order_id.clone(), approver, seen_version: service.version };
    match (&validating.code, validating.check) {
        _ if validating.resends && configuration.names().is_none() => {
            Next::Perform(Effect::ResendEmail(order_id))
        }
        _ if validating.resends => Next::Perform(renew),
        (Code::Lost, _) if validating.is_published() => Next::Perform(renew),
        (Code::Untold, Check::Requested) => Next::Perform(renew),
        (Code::Untold, _) if validating.misses_code(now.duration_since(service.since)) => {
            Next::Perform(renew)
        }
        (Code::Known(code), Check::NotRequested) if terms.publishes && validating.is_to_be_published() => {
            // What was published for a former code, and would be forgotten.
            if !service.published.is_empty() {
                return Next::Perform(withdraw(service));
            }
            let instructions = validating.instructions();
            Next::Perform(Effect::Publish { code: code.clone(), instructions })
        }
        (Code::Known(code), Check::Requested) => {
            let (code, request) = (code.clone(), validating.requests);
            Next::Perform(Effect::StartCheck { order_id, code, request })
        }
        _ => Next::Poll(Effect::ReadReport(order_id)),
    }
}

fn resume_issuing(service: &Service, issuing: &Issuing) -> Next {
    let order_id = issuing.order_id.clone();
    if issuing.cancelling.is_some() {
        return Next::Perform(Effect::CancelOrder(order_id));
    }
    let known = service.certificates.iter().map(|known| known.certificate.serial_number.clone()).collect();
    let configuration = Box::new(issuing.configuration.clone());
    Next::Poll(Effect::FetchCertificate { order_id, configuration, known })
}
