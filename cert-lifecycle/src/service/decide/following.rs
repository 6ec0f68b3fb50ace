//! Outcomes that concern certificates and orders whatever the service is at.

use cert_domain::{Findings, RequestPem};

use super::super::command::Effect;
use super::super::event::Event;
use super::super::state::{Service, State};
use super::Decision;
use super::verifying::progress_event;
use crate::OrderId;
use crate::authority::{
    Cancellation, CertificateStanding, ListedCertificate, ListedOrder, OrderKind, OrderProgress,
};

pub(super) fn record_cancellation(
    service: &Service,
    order_id: &OrderId,
    cancellation: Cancellation,
) -> Option<Decision> {
    let is_this = service.state.order_id() == Some(order_id)
        && matches!(service.state, State::Validating(_) | State::Issuing(_));
    if !is_this {
        return Some(Decision::nothing());
    }
    Some(match cancellation {
        Cancellation::Cancelled => Decision::event(Event::OrderCancelled),
        // It has a certificate by now, which the service wants to see.
        Cancellation::TooLate => {
            Decision::event(Event::CancellingRefused).then(Effect::ReadReport(order_id.clone()))
        }
    })
}

pub(super) fn record_revocation(
    service: &Service,
    serial_number: String,
    refusal: Option<Findings>,
) -> Decision {
    let is_awaited =
        service.certificate_with(&serial_number).is_some_and(|certificate| certificate.revoking.is_some());
    match refusal {
        _ if !is_awaited => Decision::nothing(),
        None => Decision::event(Event::CertificateRevoked { serial_number }),
        Some(findings) => Decision::event(Event::RevocationRefused { serial_number, findings }),
    }
}

/// A request that the system made, unless somebody has brought one meanwhile.
pub(super) fn record_request(service: &Service, request: RequestPem) -> Decision {
    if service.stored_request.is_some() {
        Decision::nothing()
    } else {
        Decision::event(Event::RequestStored { request, is_made: true })
    }
}

/// What a list of the CA's says of an order of the service: how far it has come, and where its certificate stands.
pub(super) fn record_listed(service: &Service, listed: &ListedOrder) -> Decision {
    let known = listed.certificate.as_ref().and_then(|listed| {
        let certificate = service.certificate_with(&listed.serial_number)?;
        Some((listed, &certificate.standing))
    });
    if let Some((listed, standing)) = known {
        return Decision::events(new_standing(listed, standing));
    }
    let kind = service.purpose().map(crate::Purpose::kind);
    // An order and its reissues may share an identifier.
    let is_kind = listed.is_reissue == (kind == Some(OrderKind::Reissue));
    let is_this = service.state.order_id() == Some(&listed.order_id) && is_kind;
    // A list tells of every reissue under an identifier, of those that came to nothing too: the order's own report is about
    // the newest.
    let is_this = is_this && !(listed.is_reissue && listed.progress == OrderProgress::Rejected);
    let is_awaited = match service.state.suspended() {
        // Its identifier may be that of the one before.
        State::Ordering(_) => true,
        State::Validating(_) | State::Issuing(_) => is_this,
        _ => false,
    };
    let revoked =
        listed.certificate.as_ref().filter(|_| is_awaited).and_then(|listed| unseen(service, listed));
    let progress = match &service.state {
        State::Validating(_) if is_this => progress_event(&listed.progress),
        State::Issuing(_) if is_this && listed.progress == OrderProgress::Rejected => {
            Some(Event::OrderRejected)
        }
        _ => None,
    };
    Decision::events(progress.into_iter().chain(revoked))
}

/// A list tells of it once: whoever fetches the certificate later has to know.
pub(super) fn unseen(service: &Service, listed: &ListedCertificate) -> Option<Event> {
    let CertificateStanding::Revoked { at } = listed.standing else { return None };
    let is_news = !service.revoked_unseen.iter().any(|(unseen, _)| *unseen == listed.serial_number);
    is_news.then(|| Event::RevokedUnseen { serial_number: listed.serial_number.clone(), at })
}

fn new_standing(listed: &ListedCertificate, standing: &CertificateStanding) -> Option<Event> {
    let is_over = matches!(standing, CertificateStanding::Revoked { .. });
    // What is revoked stays so; that the CA dates it otherwise than we do is no news.
    (!is_over && listed.standing != *standing).then(|| Event::CertificateStanding {
        serial_number: listed.serial_number.clone(),
        standing: listed.standing.clone(),
    })
}
