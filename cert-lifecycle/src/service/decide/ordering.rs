//! Placing an order, and finding out whether it was placed.

use cert_domain::{Findings, NameSet};
use jiff::Timestamp;

use super::super::account::Running;
use super::super::command::{Candidate, Effect, Placement};
use super::super::event::{Event, HoldReason};
use super::super::state::{Attempt, DoubtfulOrder, LONGEST_CALL, Ordering, RequestHash, Service, State};
use super::Decision;
use super::following::unseen;
use super::verifying::progress_event;
use crate::OrderId;
use crate::authority::{
    CertificateStanding, FoundOrder, ListedOrder, NewOrder, OrderKind, OrderProgress, PlacedOrder, Purpose,
};

/// How often an order is sent without a clear answer before the reseller is asked to look.
const MAX_UNANSWERED: u32 = 12;

pub(super) fn begin_order(service: &Service, ordering: &Ordering) -> Option<Decision> {
    let is_over = service.running == Running::Terminated;
    if is_over || ordering.attempt.is_some() || !service.doubtful_orders.is_empty() {
        return None;
    }
    // Found since the last order was given up, it may be all that is wanted.
    if let Some(order_id) = service.new_strays.first() {
        return Some(Decision::hold(HoldReason::StrayOrder { order_id: order_id.clone() }));
    }
    let number = service.attempts.checked_add(1)?;
    let order = order_of(service, ordering, OrderId::for_attempt(service.id, number));
    let attempt = Attempt::new(number, &order);
    Some(Decision::event(Event::OrderIntended { attempt }).then(Effect::PlaceOrder(Box::new(order))))
}

fn order_of(service: &Service, ordering: &Ordering, order_id: OrderId) -> NewOrder {
    NewOrder {
        order_id,
        purpose: ordering.purpose.clone(),
        customer: service.customer.clone(),
        product: service.product_code(ordering.purpose.kind()).clone(),
        language: service.language,
        configuration: ordering.configuration.clone(),
    }
}

/// What is under way for the attempt finds a stray at the worst. A service that is held before an attempt can be let go,
/// too: the order that it is held for may be all that is wanted.
pub(super) fn abandon(service: &Service) -> Option<Decision> {
    if let (State::Held { .. }, State::Issuing(issuing)) = (&service.state, service.state.suspended()) {
        // The CA has the order, and what it issued is not what was ordered.
        let stray = Event::StrayOrder { order_id: issuing.order_id.clone(), placed_at: None };
        return Some(Decision::events([stray, Event::OrderAbandoned]));
    }
    let is_held = matches!(service.state, State::Held { .. })
        && matches!(service.state.suspended(), State::Ordering(_));
    (is_held || service.open_attempt().is_some()).then(|| Decision::event(Event::OrderAbandoned))
}

/// A clear outcome of placing an order, which may come late: for an attempt that somebody else has settled.
pub(super) fn record_placement(
    service: &Service,
    order_id: &OrderId,
    placement: Placement,
) -> Option<Decision> {
    let open = service.open_attempt().filter(|(_, attempt)| attempt.order_id == *order_id);
    let placement = match placement {
        // Nobody can settle that with the CA: it follows nothing that is revoked, for good.
        Placement::Blocked(findings) if follows_what_is_revoked(service) => Placement::Refused(findings),
        placement => placement,
    };
    match (open, placement) {
        // A "yes" under another name is still a "yes": an order that nobody must forget, and nobody may place again.
        (Some((_, attempt)), Placement::Placed(placed))
            if attempt.kind == OrderKind::New && placed.order_id != *order_id =>
        {
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
            Some(Decision::events(known))
        }
        // An earlier call for the same order may have arrived meanwhile, and used up the key, say.
        (Some((ordering, _)), Placement::Refused(findings)) if ordering.sends > 1 => {
            Some(Decision::event(Event::OrderRefusalDoubted { findings }))
        }
        (Some(_), Placement::Refused(findings)) => Some(Decision::event(Event::OrderRefused { findings })),
        (Some(_), Placement::Blocked(findings)) => Some(Decision::hold(HoldReason::Blocked { findings })),
        (Some(_), Placement::OtherMode) => Some(Decision::hold(HoldReason::OtherMode)),
        (None, _) => None,
    }
}

fn follows_what_is_revoked(service: &Service) -> bool {
    let followed = service.purpose().and_then(Purpose::follows);
    let followed = followed.and_then(|serial_number| service.certificate_with(serial_number));
    followed.is_some_and(|followed| matches!(followed.standing, CertificateStanding::Revoked { .. }))
}

/// An order that the CA has, and the service does not wait for.
fn stray(service: &Service, order_id: &OrderId) -> Decision {
    if service.knows_order(order_id) {
        Decision::nothing()
    } else {
        Decision::event(Event::StrayOrder { order_id: order_id.clone(), placed_at: None })
    }
}

/// A stray, and the service held before another order is placed: one for the same service stands. Where none is about to be
/// placed, the next one is held.
fn held_stray(service: &Service, order_id: OrderId) -> Decision {
    let mut decision = stray(service, &order_id);
    if matches!(service.state, State::Ordering(_)) && !decision.events.is_empty() {
        decision.events.push(Event::Held { reason: HoldReason::StrayOrder { order_id } });
    }
    decision
}

/// What was given up without certainty stands at the CA, under the CA's name of it, which may be that of an order before. Where
/// nothing can be held, the stray itself tells of it.
fn found_after_all(service: &Service, order_id: OrderId, found: &ListedOrder) -> Decision {
    let stray = (!service.is_stray(found))
        .then(|| Event::StrayOrder { order_id: found.order_id.clone(), placed_at: Some(found.placed_at) });
    let reason = HoldReason::StrayOrder { order_id: found.order_id.clone() };
    let held = matches!(service.state, State::Ordering(_)).then_some(Event::Held { reason });
    Decision::events(stray.into_iter().chain([Event::DoubtSettled { order_id }]).chain(held))
}

fn doubtful<'a>(service: &'a Service, order_id: &OrderId) -> Option<&'a DoubtfulOrder> {
    service.doubtful_orders.iter().find(|doubtful| doubtful.order_id == *order_id)
}

fn adopt(order_id: OrderId, progress: &OrderProgress) -> Decision {
    let placed = Event::OrderPlaced { order_id, code: None, adopted: true };
    Decision::events([placed].into_iter().chain(progress_event(progress)))
}

fn adopt_listed(service: &Service, listed: &ListedOrder) -> Decision {
    let mut decision = adopt(listed.order_id.clone(), &listed.progress);
    decision.events.extend(listed.certificate.as_ref().and_then(|certificate| unseen(service, certificate)));
    decision
}

/// The reseller says that an order is the one whose answer was lost: it is, if it is the customer's, of the product, and
/// stands.
pub(super) fn adopt_chosen(service: &Service, found: FoundOrder) -> Option<Decision> {
    let (ordering, _) = service.open_attempt()?;
    let is_product = service.listed_codes(ordering.purpose.kind()).any(|code| found.product == code.as_str());
    let fits = found.customer == service.customer.as_str()
        && is_product
        && found.progress != OrderProgress::Rejected;
    fits.then(|| adopt(found.order_id, &found.progress))
}

/// An order was found under an identifier of ours.
pub(super) fn record_found(service: &Service, order_id: &OrderId, found: FoundOrder) -> Decision {
    let ours = found.order_id == *order_id
        && found.customer == service.customer.as_str()
        && found.product == service.offer.product.code.as_str();
    let open = service.open_attempt().is_some_and(|(_, attempt)| attempt.order_id == *order_id);
    match (open, ours) {
        (true, true) => adopt(found.order_id, &found.progress),
        (true, false) if matches!(service.state, State::Ordering(_)) => {
            Decision::hold(HoldReason::ForeignOrder { order_id: found.order_id })
        }
        (false, true) if found.progress != OrderProgress::Rejected => held_stray(service, found.order_id),
        (false, _) if doubtful(service, order_id).is_some() => {
            Decision::event(Event::DoubtSettled { order_id: order_id.clone() })
        }
        _ => Decision::nothing(),
    }
}

/// The CA has no order for the attempt, by a look that began with the service as it is.
pub(super) fn record_not_found(service: &Service, order_id: OrderId, now: Timestamp) -> Decision {
    if let Some(doubtful) = doubtful(service, &order_id) {
        // A call for what was given up may arrive yet.
        let is_silent = doubtful.silent_from() <= now;
        return Decision::events(is_silent.then_some(Event::DoubtSettled { order_id }));
    }
    let State::Ordering(ordering) = &service.state else { return Decision::nothing() };
    let Some(attempt) = ordering.attempt.as_ref().filter(|attempt| attempt.order_id == order_id) else {
        return Decision::nothing();
    };
    match &ordering.doubt {
        // The CA says both that it has the order and that it has none: only time can tell.
        _ if ordering.is_taken => Decision::nothing(),
        Some(doubt) if now.duration_since(doubt.since) < LONGEST_CALL => Decision::nothing(),
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

/// What a look for an order began with.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// How many events the service had.
    pub(super) seen_version: u64,
    pub(super) began_at: Timestamp,
}

/// What a search among the account's orders came to, for an order whose identifier is the CA's to choose.
pub(super) fn record_search(
    service: &Service,
    order_id: OrderId,
    candidates: &[Candidate],
    look: Look,
    now: Timestamp,
) -> Decision {
    let ordering = match &service.state {
        State::Ordering(ordering) => Some(ordering),
        _ => None,
    };
    let attempt_of = |ordering: &&Ordering| ordering.attempt.as_ref().is_some_and(|a| a.order_id == order_id);
    let open = ordering.filter(attempt_of);
    let is_open = open.is_some();
    let wanted = match (open, doubtful(service, &order_id)) {
        (Some(ordering), _) => &ordering.configuration,
        (None, Some(doubtful)) => &doubtful.configuration,
        (None, None) => return Decision::nothing(),
    };
    let key = wanted.request().public_key_hash();
    let fits = |candidate: &&Candidate| {
        candidate.key.is_none_or(|other| other == key)
            && may_be_same(wanted.names(), &candidate.names)
            && !is_ended(candidate)
    };
    let fitting: Vec<_> = candidates.iter().filter(fits).collect();
    // One with our key is ours. Of those whose key the CA does not tell yet, one that another service may be looking for
    // is nobody's for certain. Then the very same request goes out again: the CA takes it if there is none, and refuses it
    // for the key if there is.
    let certain = fitting.iter().find(|candidate| candidate.key.is_some());
    let doubt = open.and_then(|ordering| ordering.doubt.as_ref());
    let twin = doubt.filter(|doubt| speaks_of_a_twin(&doubt.findings));
    let is_there = twin.is_some();
    let order_ids = || fitting.iter().map(|candidate| candidate.order.order_id.clone()).collect();
    match (certain, fitting.as_slice()) {
        (None, []) if look.seen_version != service.version => Decision::nothing(),
        (None, []) => record_not_found(service, order_id, now),
        (Some(candidate), _) if is_open => adopt_listed(service, &candidate.order),
        (Some(candidate), _) => found_after_all(service, order_id, &candidate.order),
        (None, [candidate]) if is_open && !candidate.is_claimed => adopt_listed(service, &candidate.order),
        // Ours is there, but the CA may not list it yet: then the only one is another service's.
        (None, [_]) if twin.is_some_and(|twin| look.began_at.duration_since(twin.since) < LONGEST_CALL) => {
            Decision::nothing()
        }
        (None, [candidate]) if is_there && !is_accepted(candidate) => adopt_listed(service, &candidate.order),
        (None, [candidate]) if !is_open && !candidate.is_claimed => {
            found_after_all(service, order_id, &candidate.order)
        }
        // About to be issued, it is about to tell its key.
        (None, found) if found.iter().any(|candidate| is_accepted(candidate)) => Decision::nothing(),
        // Nothing can be held, and nothing waits: one that is issued tells its key in the end.
        (None, _) if ordering.is_none() => Decision::nothing(),
        (None, _) if is_there || !is_open => {
            Decision::hold(HoldReason::SeveralOrders { order_ids: order_ids() })
        }
        (None, _) if look.seen_version != service.version => Decision::nothing(),
        (None, _) => record_not_found(service, order_id, now),
    }
}

/// What the CA says of a request whose twin it has: the key is in use, or the certificate has a successor.
fn speaks_of_a_twin(findings: &Findings) -> bool {
    const KEY_IN_USE: u32 = 1032;
    const HAS_SUCCESSOR: u32 = 2126;
    findings.as_slice().iter().any(|finding| matches!(finding.code, KEY_IN_USE | HAS_SUCCESSOR))
}

fn is_accepted(candidate: &Candidate) -> bool {
    candidate.order.progress == OrderProgress::Accepted
}

fn is_ended(candidate: &Candidate) -> bool {
    candidate.order.progress == OrderProgress::Rejected
}

/// Whether a candidate may have the wanted names. The CA tells none of products without names, wildcards perhaps by the name
/// below, and perhaps only what is not proved yet.
fn may_be_same(wanted: Option<&NameSet>, names: &[String]) -> bool {
    let Some(wanted) = wanted else { return names.is_empty() };
    names.iter().all(|name| wanted.implies(name))
}
