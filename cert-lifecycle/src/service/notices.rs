//! What people and programs are told because of an event.

use std::sync::Arc;

use jiff::Timestamp;

use super::certificate::ServiceCertificate;
use super::event::Event;
use super::state::{Check, Service, State, Validating};
use crate::Terms;
use crate::authority::{CertificateStanding, Purpose};
use crate::notice::{Audience, Course, LinkToken, Notice, NoticeKind};

/// What people and programs are told because of an event, with the service before and after it. `token` is the one that
/// a new link to the form holds, which no event does.
pub(crate) fn notices(
    before: Option<&Service>,
    event: &Event,
    after: &Service,
    at: Timestamp,
    token: Option<&LinkToken>,
    terms: &Terms,
) -> Vec<Notice> {
    let serial = |serial_number: &String| Some(serial_number.clone());
    let newest = after.certificate().map(|certificate| certificate.certificate.serial_number.clone());
    let mut told = Vec::new();
    let mut tell = |audience, serial_number: Option<String>, kind| {
        told.push(Notice {
            service: after.id,
            customer: after.customer.to_string(),
            audience,
            email: after.mailbox().filter(|_| audience == Audience::Customer).map(str::to_owned),
            language: after.language,
            title: after.offer.display_name().to_owned(),
            common_name: after.common_name().map(str::to_owned),
            serial_number,
            occurred_at: at,
            kind,
        });
    };
    match event {
        Event::LinkMade { link } => {
            if let Some(token) = token {
                let kind =
                    NoticeKind::ConfigurationLink { token: token.clone(), expires_at: link.expires_at };
                tell(Audience::Customer, None, kind);
            }
        }
        Event::OrderRefused { findings } => {
            // What nobody asked for, nobody can correct but the reseller.
            let audience =
                if after.certificates.is_empty() { Audience::Customer } else { Audience::Reseller };
            tell(audience, newest, NoticeKind::OrderRefused { findings: findings.clone() });
        }
        Event::OrderRejected => tell(Audience::Customer, newest, NoticeKind::OrderRejected),
        Event::OrderPlaced { .. }
        | Event::CodeRenewed { .. }
        | Event::ProofsPublished { .. }
        | Event::NamesReported { .. } => {
            if let State::Validating(validating) = &after.state
                && match event {
                    Event::NamesReported { .. } => is_wanted_elsewhere(before, after, validating),
                    _ => is_up_to_the_customer(validating, terms),
                }
            {
                let course = course(&validating.purpose);
                let instructions = validating.instructions();
                tell(Audience::Customer, newest, NoticeKind::VerificationNeeded { course, instructions });
            }
        }
        Event::CertificateIssued { certificate, .. } => {
            let course = before.and_then(Service::purpose).map_or(Course::New, course);
            let kind = NoticeKind::Issued { course, not_after: certificate.not_after };
            tell(Audience::Customer, serial(&certificate.serial_number), kind);
            for replaced in newly_replaced(before, after) {
                let by = certificate.not_before.checked_add(ServiceCertificate::REPLACED_FOR);
                let by = by.unwrap_or(Timestamp::MAX);
                let serial_number = replaced.certificate.serial_number.clone();
                let kind = NoticeKind::ReplacedCertificateEnds { by };
                tell(Audience::Customer, Some(serial_number), kind);
            }
        }
        Event::CertificateSent { serial_number, email } => {
            if let Some(sent) = after.certificate_with(serial_number) {
                let not_after = sent.certificate.not_after;
                tell(Audience::Customer, serial(serial_number), NoticeKind::CertificateSent { not_after });
                if let Some(last) = told.last_mut() {
                    last.email = Some(email.clone());
                }
            }
        }
        Event::CertificateStanding { serial_number, standing: CertificateStanding::Revoked { at } } => {
            tell(Audience::Customer, serial(serial_number), NoticeKind::Revoked { at: *at });
        }
        Event::CertificateRevoked { serial_number } => {
            tell(Audience::Customer, serial(serial_number), NoticeKind::Revoked { at: Some(at) });
        }
        Event::RevocationRefused { serial_number, findings } => {
            let kind = NoticeKind::RevocationRefused { findings: findings.clone() };
            tell(Audience::Reseller, serial(serial_number), kind);
        }
        Event::InvoiceRaised { invoice } => {
            tell(Audience::Customer, newest, NoticeKind::InvoiceDue(*invoice));
        }
        Event::DueDateProposed { due_on } => {
            tell(Audience::Reseller, newest, NoticeKind::DueDateProposed { due_on: *due_on });
        }
        Event::Reminded { outlook, course, .. } => {
            if let Some(current) = after.certificate() {
                let not_after = current.certificate.not_after;
                let kind = NoticeKind::SuccessorComing { course: *course, not_after, outlook: *outlook };
                tell(Audience::Customer, newest, kind);
            }
        }
        Event::RequestMissed { course } => {
            if let Some(current) = after.certificate() {
                let not_after = current.certificate.not_after;
                tell(Audience::Customer, newest, NoticeKind::RequestNeeded { course: *course, not_after });
            }
        }
        Event::ProofEnding { valid_until } => {
            tell(Audience::Customer, newest, NoticeKind::ProofExpiring { valid_until: *valid_until });
        }
        Event::Expired => {
            if let Some(current) = after.certificate() {
                let not_after = current.certificate.not_after;
                tell(Audience::Customer, newest, NoticeKind::Expired { not_after });
            }
        }
        Event::Stalled { who } => {
            tell(*who, newest, NoticeKind::Stuck { who: *who, since: after.since });
        }
        Event::Held { reason } => {
            tell(Audience::Reseller, newest, NoticeKind::Held { reason: reason.clone() });
        }
        Event::StrayOrder { order_id, .. } if is_stray_news(after) => {
            tell(Audience::Reseller, newest, NoticeKind::StrayOrder { order_id: order_id.clone() });
        }
        Event::DoubtLasts { order_id } => {
            let mut doubts = after.doubtful_orders.iter();
            if let Some(doubtful) = doubts.find(|doubtful| doubtful.order_id == *order_id) {
                let (who, since) = (Audience::Reseller, doubtful.sent_at);
                tell(who, newest, NoticeKind::Stuck { who, since });
            }
        }
        Event::CancellationRequested { request } => {
            let kind = NoticeKind::CancellationRequested {
                reason: request.reason.clone(),
                at_end_of_period: request.at_end_of_period,
            };
            tell(Audience::Reseller, newest, kind);
        }
        _ => {}
    }
    told
}

/// Whether nothing but the stray itself tells of it: before an order is placed the service is held for it, and whoever lets a
/// held service go knows.
fn is_stray_news(after: &Service) -> bool {
    match &after.state {
        State::Held { .. } => false,
        State::Ordering(ordering) => ordering.attempt.is_some(),
        _ => true,
    }
}

/// What an order is for, as people are told.
fn course(purpose: &Purpose) -> Course {
    purpose.kind().into()
}

/// Whether the customer has something to do for the order that was just placed, and knows by now what.
fn is_up_to_the_customer(validating: &Validating, terms: &Terms) -> bool {
    if validating.configuration.names().is_none() {
        // Proved by a message to the mailbox, by papers, or by both: the customer is told in any case.
        return true;
    }
    let publishes = terms.publishes && validating.is_to_be_published();
    let is_done = validating.published_at.is_some() && validating.check == Check::Requested;
    !validating.instructions().is_empty() && !publishes && !is_done
}

/// Whether the customer has to publish something that he was not told of: the CA relies on what it knows of one name, and does
/// not look there for those below it any more. What the system published it publishes anew by itself.
fn is_wanted_elsewhere(before: Option<&Service>, after: &Service, validating: &Validating) -> bool {
    let Some(State::Validating(told)) = before.map(|before| &before.state) else { return false };
    let told = told.instructions();
    after.published.is_empty() && validating.instructions().iter().any(|wanted| !told.contains(wanted))
}

fn newly_replaced<'a>(
    before: Option<&'a Service>,
    after: &'a Service,
) -> impl Iterator<Item = &'a ServiceCertificate> {
    let known = before.map(|service| service.certificates.as_slice()).unwrap_or_default();
    let fresh = move |index: usize| known.get(index).is_none_or(|before| before.replaced_at.is_none());
    let all = after.certificates.iter().map(Arc::as_ref).enumerate();
    all.filter(move |(index, certificate)| certificate.replaced_at.is_some() && fresh(*index))
        .map(|(_, certificate)| certificate)
}
