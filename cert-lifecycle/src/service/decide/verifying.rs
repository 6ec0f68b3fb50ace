//! Proving what the CA wants proved, and taking the certificate.

use cert_domain::{Billing, VerificationMethod};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::super::apply::{is_cut_short, term_end};
use super::super::command::{Command, Effect};
use super::super::event::{Event, HoldReason};
use super::super::state::{Check, Code, Issuing, Service, Validating};
use super::Decision;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{
    CertificateStanding, NameState, OrderCheck, OrderKind, OrderProgress, OrderReport, Proof,
};

/// How long something other than what was ordered is fetched again, where the reason may pass.
const CERTIFICATE_PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// How long the CA may say that it waits for proofs after it said that everything is proved.
const LAG: SignedDuration = SignedDuration::from_hours(2);

/// What an order's progress means for a service that waits for proofs.
pub(super) fn progress_event(progress: &OrderProgress) -> Option<Event> {
    match progress {
        OrderProgress::Accepted | OrderProgress::Issued => Some(Event::OrderAccepted),
        OrderProgress::Rejected => Some(Event::OrderRejected),
        OrderProgress::Validating | OrderProgress::Unknown(_) => None,
    }
}

pub(super) fn decide(
    service: &Service,
    validating: &Validating,
    command: Command,
    now: Timestamp,
) -> Option<Decision> {
    Some(match command {
        Command::RequestCheck if validating.configuration.names().is_some() => {
            Decision::event(Event::CheckRequested)
        }
        Command::ChangeMethod { method, send_messages } => change_method(validating, method, send_messages)?,
        Command::ResendVerification => Decision::event(Event::EmailRequested),
        Command::RecordCode { code, seen_version } => match validating.code {
            // Two were asked for, and which one counts is not known.
            Code::Known(_) if seen_version != service.version => Decision::event(Event::CodeLost),
            // It may be a code for the method before: it is asked for once more, as things stand now.
            Code::Lost if seen_version != service.version => Decision::nothing(),
            _ => Decision::event(Event::CodeRenewed { code }),
        },
        // The order may no longer wait for proofs.
        Command::RecordCodeRefused => {
            let answered = match validating.code {
                Code::Untold => Some(Event::CodeRenewed { code: None }),
                _ => validating.resends.then_some(Event::EmailResent),
            };
            Decision::events(answered).then(Effect::ReadReport(validating.order_id.clone()))
        }
        Command::RecordCodeLost(code) if validating.code == Code::Known(code.clone()) => {
            Decision::event(Event::CodeLost)
        }
        Command::RecordCodeLost(_) => Decision::nothing(),
        Command::RecordEmailResent if validating.resends => Decision::event(Event::EmailResent),
        Command::RecordEmailResent => Decision::nothing(),
        Command::RecordPublished { code, instructions } => {
            let is_this = validating.code == Code::Known(code) && validating.published_at.is_none();
            if is_this {
                Decision::event(Event::ProofsPublished { instructions })
            } else {
                Decision::nothing()
            }
        }
        Command::RecordCheckStarted { request } => Decision::event(Event::CheckStarted { request }),
        Command::RecordReport(report) => record_report(validating, report),
        Command::RecordNames(names) => {
            let is_failed = |name: &NameState| name.proof == Proof::Failed;
            let is_ours = !service.published.is_empty() && validating.is_code_doubtful(now);
            if names.iter().any(is_failed) && is_ours {
                return Some(Decision::events([Event::NamesReported { names }, Event::CodeLost]));
            }
            if validating.check != Check::Started && have_same_standing(&names, &validating.names) {
                Decision::nothing()
            } else {
                Decision::event(Event::NamesReported { names })
            }
        }
        _ => return None,
    })
}

fn change_method(
    validating: &Validating,
    method: VerificationMethod,
    send_messages: Option<bool>,
) -> Option<Decision> {
    let configuration = validating.configuration.with_method(method, send_messages).ok()?;
    Some(Decision::event(Event::MethodChanged { configuration }))
}

fn record_report(validating: &Validating, report: OrderReport) -> Decision {
    let OrderReport { progress, checks } = report;
    let news = (!are_same(&checks, &validating.checks)).then_some(Event::ChecksReported { checks });
    let Some(event) = progress_event(&progress) else {
        let decision = Decision::events(news);
        // The customer did his part, and the CA is not satisfied: find out why.
        return if validating.is_answer_awaited() {
            decision.then(Effect::ReadNames(validating.order_id.clone()))
        } else {
            decision
        };
    };
    Decision::events(news.into_iter().chain([event]))
}

/// Whether the checks are the same, whatever their order. Until when they hold is no news by itself.
fn are_same(checks: &[OrderCheck], others: &[OrderCheck]) -> bool {
    let same =
        |check: &OrderCheck, other: &OrderCheck| check.kind == other.kind && check.proof == other.proof;
    checks.len() == others.len() && checks.iter().all(|check| others.iter().any(|other| same(check, other)))
}

/// Whether the names stand as they did, whatever their order and the words and dates about them.
fn have_same_standing(names: &[NameState], others: &[NameState]) -> bool {
    let same = |name: &NameState, other: &NameState| {
        name.name == other.name && name.proof == other.proof && name.blocked_by == other.blocked_by
    };
    names.len() == others.len() && names.iter().all(|name| others.iter().any(|other| same(name, other)))
}

pub(super) fn decide_issuing(
    service: &Service,
    issuing: &Issuing,
    command: Command,
    now: Timestamp,
) -> Option<Decision> {
    match command {
        Command::RecordCertificate(outcome) => Some(record_certificate(service, issuing, outcome, now)),
        Command::RecordReport(report) => Some(match report.progress {
            OrderProgress::Rejected => Decision::event(Event::OrderRejected),
            // An answer may lag behind what the CA has done, but not for so long.
            OrderProgress::Validating if now.duration_since(service.since) >= LAG => {
                Decision::event(Event::VerificationReopened)
            }
            _ => Decision::nothing(),
        }),
        _ => None,
    }
}

fn record_certificate(
    service: &Service,
    issuing: &Issuing,
    outcome: Option<Result<IssuedCertificate, Flaws>>,
    now: Timestamp,
) -> Decision {
    match (outcome, issuing.doubtful_since) {
        // Not issued yet, unless the order was rejected meanwhile.
        (None, _) => Decision::nothing().then(Effect::ReadReport(issuing.order_id.clone())),
        // The identifier is that of a certificate before.
        (Some(Ok(certificate)), _) if service.certificate_with(&certificate.serial_number).is_some() => {
            Decision::nothing()
        }
        (Some(Ok(certificate)), _) => {
            let due = proposed_due_date(service, issuing.purpose.kind(), &certificate);
            // Decided now: a calendar that is changed later changes nothing that has happened.
            let is_cut_short = Some(is_cut_short(&service.offer, &certificate));
            let mut unseen = service.revoked_unseen.iter();
            let revoked = unseen.find(|(unseen, _)| *unseen == certificate.serial_number);
            let revoked = revoked.map(|(serial_number, at)| Event::CertificateStanding {
                serial_number: serial_number.clone(),
                standing: CertificateStanding::Revoked { at: *at },
            });
            let issued = Event::CertificateIssued { certificate, is_cut_short };
            Decision::events([issued].into_iter().chain(due).chain(revoked))
        }
        (Some(Err(flaws)), None) if flaws.may_pass() => Decision::event(Event::CertificateDoubted { flaws }),
        (Some(Err(flaws)), Some(since))
            if flaws.may_pass() && now.duration_since(since) < CERTIFICATE_PATIENCE =>
        {
            Decision::nothing()
        }
        (Some(Err(flaws)), _) => Decision::hold(HoldReason::CertificateUnacceptable { flaws }),
    }
}

/// The due date that follows from a purchase, where the offer says that due dates do. A certificate inside the term says
/// nothing of it.
fn proposed_due_date(service: &Service, kind: OrderKind, certificate: &IssuedCertificate) -> Option<Event> {
    let offer = &service.offer;
    // Where customers pay by other periods than the CA sells, no due date follows.
    let is_same_term =
        matches!(offer.billing, Billing::Recurring { cycle, .. } if cycle.term() == offer.product.term);
    let follows = offer.due_date_follows_certificate && is_same_term;
    let due_on = term_end(offer, certificate.not_before).saturating_add(1.day());
    (follows && kind != OrderKind::Reissue).then_some(Event::DueDateProposed { due_on })
}
