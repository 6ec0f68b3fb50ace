//! What people ask of a service, apart from proving and resuming.

use cert_domain::{Billing, Configuration, Offer, PaidThrough, RequestPem, Revocation, Term};
use jiff::ToSpan;
use jiff::civil::Date;

use super::super::account::Running;
use super::super::apply::term_end;
use super::super::command::Command;
use super::super::event::Event;
use super::super::state::{Service, State};
use super::Decision;
use crate::authority::{CertificateStanding, OrderKind, Purpose};

/// Whether it is one of the commands that are decided here.
pub(super) fn is_asked(command: &Command) -> bool {
    matches!(
        command,
        Command::MakeLink(_)
            | Command::SaveDraft(_)
            | Command::Configure(_)
            | Command::Succeed { .. }
            | Command::ChangeOffer(_)
            | Command::StoreRequest(_)
            | Command::CancelOrder { .. }
            | Command::Revoke(_)
            | Command::SendCertificate { .. }
            | Command::RequestCancellation(_)
            | Command::WithdrawCancellation
            | Command::SetRunning(_)
            | Command::ReceivePayment { .. }
            | Command::ProposeDueDate
    )
}

pub(super) fn decide(service: &Service, command: Command) -> Option<Decision> {
    let takes_form = service.takes_form();
    let goes_on = service.running != Running::Terminated;
    // What is suspended begins nothing new, whoever asks.
    let begins = service.running == Running::Running;
    Some(match command {
        Command::MakeLink(link) if takes_form && goes_on => Decision::event(Event::LinkMade { link }),
        Command::SaveDraft(draft) if takes_form && goes_on => Decision::event(Event::DraftSaved { draft }),
        Command::Configure(configuration) if takes_form && begins && is_new(service, &configuration) => {
            Decision::event(Event::Configured { configuration })
        }
        Command::Succeed { purpose, configuration } if begins => succeed(service, purpose, *configuration)?,
        Command::ChangeOffer(offer) => change_offer(service, offer)?,
        Command::StoreRequest(request) if goes_on => store_request(service, request)?,
        Command::CancelOrder { replaces } => cancel(service, replaces)?,
        Command::Revoke(revocation) => revoke(service, revocation)?,
        Command::SendCertificate { serial_number, email } => {
            service.certificate_with(&serial_number)?;
            Decision::event(Event::CertificateSent { serial_number, email })
        }
        Command::RequestCancellation(request) if goes_on && is_recurring(service) => {
            if service.cancellation.as_ref() == Some(&request) {
                Decision::nothing()
            } else {
                Decision::event(Event::CancellationRequested { request })
            }
        }
        Command::WithdrawCancellation => {
            Decision::events(service.cancellation.as_ref().map(|_| Event::CancellationWithdrawn))
        }
        Command::SetRunning(running) if service.running == running => Decision::nothing(),
        Command::SetRunning(running) if goes_on => Decision::event(Event::RunningChanged { running }),
        Command::ReceivePayment { period_start, paid_on } => receive_payment(service, period_start, paid_on),
        Command::ProposeDueDate => Decision::event(Event::DueDateProposed { due_on: due_date(service)? }),
        _ => return None,
    })
}

fn is_recurring(service: &Service) -> bool {
    matches!(service.offer.billing, Billing::Recurring { .. })
}

/// Whether no order of the service has used up the key.
fn is_new(service: &Service, configuration: &Configuration) -> bool {
    !service.used_keys.contains(&configuration.request().public_key_hash())
}

/// At most one successor is open: it is begun from rest alone.
fn succeed(service: &Service, purpose: Purpose, configuration: Configuration) -> Option<Decision> {
    if service.state != State::Active || purpose.kind() == OrderKind::New {
        return None;
    }
    let position = service
        .certificates
        .iter()
        .position(|certificate| Some(certificate.certificate.serial_number.as_str()) == purpose.follows())?;
    let (followed, later) = service.certificates.get(position..)?.split_first()?;
    // What has been followed already is not followed again: asked for twice, nothing is bought twice.
    let is_followed = match purpose.kind() {
        OrderKind::Reissue => followed.replaced_at.is_some(),
        _ => later.iter().any(|certificate| certificate.kind != OrderKind::Reissue),
    };
    if is_followed {
        return None;
    }
    // A reissue may keep its key; the CA takes a key for no second purchase.
    let keeps = purpose.kind() == OrderKind::Reissue
        && followed.configuration.request().public_key_hash() == configuration.request().public_key_hash();
    (keeps || is_new(service, &configuration))
        .then(|| Decision::event(Event::SuccessorBegun { purpose, configuration, of_itself: false }))
}

fn change_offer(service: &Service, offer: Box<Offer>) -> Option<Decision> {
    if offer.product.code != service.offer.product.code {
        return None;
    }
    let is_news = *service.offer != *offer;
    Some(Decision::events(is_news.then_some(Event::OfferChanged { offer })))
}

fn store_request(service: &Service, request: RequestPem) -> Option<Decision> {
    if service.used_keys.contains(&request.public_key_hash()) {
        return None;
    }
    let stored = service.stored_request.as_ref().map(|stored| &stored.request);
    let is_news = stored != Some(&request);
    Some(Decision::events(is_news.then_some(Event::RequestStored { request, is_made: false })))
}

fn cancel(service: &Service, replaces: bool) -> Option<Decision> {
    let cancelling = match service.state.suspended() {
        State::Validating(validating) => validating.cancelling,
        State::Issuing(issuing) => issuing.cancelling,
        _ => return None,
    };
    let is_news = cancelling.is_none_or(|cancelling| cancelling.replaces != replaces);
    Some(Decision::events(is_news.then_some(Event::OrderCancelling { replaces })))
}

/// What is revoked stays revoked: asked again, nothing happens.
fn revoke(service: &Service, revocation: Revocation) -> Option<Decision> {
    let certificate = service.certificate_with(&revocation.serial_number)?;
    let is_over = matches!(certificate.standing, CertificateStanding::Revoked { .. });
    let is_news = !is_over && certificate.revoking.as_ref() != Some(&revocation);
    Some(Decision::events(is_news.then_some(Event::RevocationRequested { revocation })))
}

/// Moves what is paid for, and only forward. A payment for a period that was told of already changes nothing.
fn receive_payment(service: &Service, period_start: Option<Date>, paid_on: Date) -> Decision {
    let Billing::Recurring { cycle, .. } = service.offer.billing else { return Decision::nothing() };
    let term = cycle.term();
    let (paid_through, begins) = match service.account.paid_through {
        None => (PaidThrough::first(period_start.unwrap_or(paid_on), term), paid_on),
        Some(paid) if period_start.is_some_and(|start| is_told(service, paid, term, start)) => {
            return Decision::nothing();
        }
        Some(paid) => (paid.extended(term, paid_on), paid.date().saturating_add(1.day())),
    };
    let period_start = Some(period_start.unwrap_or(begins));
    Decision::event(Event::PaymentReceived { paid_through, period_start })
}

/// Whether the period that begins then was paid before. A host that keeps its dates where we let a late payment begin later says
/// other first days than ours: one that is nearer to the last one than half a period is the same one.
fn is_told(service: &Service, paid: PaidThrough, term: Term, start: Date) -> bool {
    let Some(last) = service.account.paid_from else { return start <= paid.date() };
    let days = |end: Date| end.since(last).map_or(0, |span| span.get_days());
    // A host may be ahead of what is paid.
    let half = days(paid.date()).min(days(term.last_day(last))).max(0) / 2;
    start <= last.saturating_add(half.days())
}

/// The due date that follows from the newest purchase.
fn due_date(service: &Service) -> Option<Date> {
    if !is_recurring(service) {
        return None;
    }
    let last = service.account.term_ends.or_else(|| {
        service.certificate().map(|certificate| term_end(&service.offer, certificate.certificate.not_before))
    })?;
    Some(last.saturating_add(1.day()))
}
