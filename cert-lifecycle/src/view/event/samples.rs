//! One of each event, with everything in it that no log may show.

use cert_domain::{PaidThrough, RevocationForm, ServerType, Threshold, VerificationCode};
use jiff::Timestamp;
use jiff::civil::date;

use crate::acceptance::Flaws;
use crate::authority::{CheckKind, NameState, NewOrder, OrderCheck, OrderKind, Proof, Purpose};
use crate::notice::samples::{at, created, findings, hold_reasons, instructions, service};
use crate::notice::{Audience, Course, InvoiceDue, Outlook};
use crate::service::{
    Actor, Attempt, CancellationRequest, ConfigurationLink, Event, HoldReason, RecordedEvent, Running,
};
use crate::vault::{AuditRecord, KeyAction};
use crate::{CertificateStanding, OrderId};

/// What no text may hold: a code that proves control, and the digest of a link.
pub(crate) const CODE: &str = "c0de-to-publish";
pub(crate) const DIGEST: &str = "d19e57";

pub(crate) fn recorded(event: Event) -> RecordedEvent {
    RecordedEvent { at: at("2026-11-21T12:00:00Z"), by: Some(Actor::new("staff:anna")), event }
}

fn flaws() -> Flaws {
    let flaws = hold_reasons().into_iter().find_map(|reason| match reason {
        HoldReason::CertificateUnacceptable { flaws } => Some(flaws),
        _ => None,
    });
    flaws.unwrap()
}

fn proofs() -> Vec<Proof> {
    vec![Proof::NotRequired, Proof::Required, Proof::Failed, Proof::Verified, Proof::Unknown("LATER".into())]
}

/// Every event, and every way in which its words differ.
pub(crate) fn events() -> Vec<Event> {
    let Event::Created { offer, customer, .. } = created().event else { panic!("not created") };
    let service = service(ServerType::Nginx);
    let held = service.certificate().unwrap();
    let configuration = held.configuration.clone();
    let certificate = held.certificate.clone();
    let serial_number = certificate.serial_number.clone();
    let moment: Timestamp = at("2026-12-05T10:11:12Z");
    let order_id = OrderId::for_attempt(service.id, 1);
    let order = NewOrder::new(order_id.clone(), &customer, &offer, &configuration);
    let names = proofs().into_iter().map(|proof| NameState {
        name: "shop.example.com".into(),
        proof,
        valid_until: None,
        info: None,
        blocked_by: Vec::new(),
    });
    let checks = proofs().into_iter().map(|proof| OrderCheck {
        kind: CheckKind::Organization,
        proof,
        valid_until: Some(moment),
    });
    let revocation = RevocationForm {
        serial_number: serial_number.clone(),
        reason: "KEYCOMPROMISE".into(),
        compromised_on: "2026-11-01".into(),
        note: "a note for the CA".into(),
    };
    let revocation = revocation.check(date(2026, 10, 1), date(2026, 11, 21)).unwrap();
    let email = "jan@example.com".to_owned();
    let invoice = InvoiceDue::new(
        date(2027, 11, 22),
        PaidThrough::new(date(2028, 11, 21)),
        cert_domain::BillingMode::Recurring,
        cert_domain::Money::new(12_990, cert_domain::Currency::PLN),
        date(2027, 11, 1),
    );
    let mut events = vec![
        Event::Created { offer: offer.clone(), customer: customer.clone(), email: None, language: None },
        Event::Imported {
            offer: offer.clone(),
            customer,
            order_id: order_id.clone(),
            configuration: Box::new(configuration.clone()),
            certificate: Box::new(certificate.clone()),
            standing: CertificateStanding::Valid,
            placed_at: moment,
            term_ends: date(2027, 11, 20),
        },
        Event::OfferChanged { offer },
        Event::LinkMade { link: ConfigurationLink { digest: DIGEST.into(), expires_at: moment } },
        Event::DraftSaved { draft: Box::new(configuration.to_form()) },
        Event::Configured { configuration: configuration.clone() },
        Event::OrderIntended { attempt: Attempt::new(1, &order) },
        Event::OrderNotFound,
        Event::OrderRefusalDoubted { findings: findings() },
        Event::OrderRefused { findings: findings() },
        Event::OrderIdentifierTaken,
        Event::OrderAbandoned,
        Event::DoubtSettled { order_id: order_id.clone() },
        Event::DoubtLasts { order_id: order_id.clone() },
        Event::RevokedUnseen { serial_number: serial_number.clone(), at: None },
        Event::StrayOrder { order_id: order_id.clone(), placed_at: None },
        Event::StrayCancelled { order_id: order_id.clone() },
        Event::MethodChanged { configuration: configuration.clone() },
        Event::CodeRenewed { code: Some(VerificationCode::new(CODE)) },
        Event::CodeRenewed { code: None },
        Event::CodeLost,
        Event::EmailRequested,
        Event::EmailResent,
        Event::EvidenceSubmitted { note: "a note for the CA".into(), documents: 2 },
        Event::ProofsPublished { instructions: instructions() },
        Event::ProofsWithdrawn,
        Event::CheckRequested,
        Event::CheckStarted { request: 1 },
        Event::NamesReported { names: names.collect() },
        Event::ChecksReported { checks: checks.collect() },
        Event::OrderAccepted,
        Event::VerificationReopened,
        Event::OrderRejected,
        Event::OrderCancelled,
        Event::CancellingRefused,
        Event::CertificateDoubted { flaws: flaws() },
        Event::CertificateIssued { certificate, is_cut_short: Some(false) },
        Event::CertificateSent { serial_number: serial_number.clone(), email },
        Event::RevocationRequested { revocation },
        Event::CertificateRevoked { serial_number: serial_number.clone() },
        Event::RevocationRefused { serial_number: serial_number.clone(), findings: findings() },
        Event::InvoiceRaised { invoice },
        Event::PaymentReceived {
            paid_through: PaidThrough::new(date(2028, 11, 21)),
            period_start: Some(date(2027, 11, 22)),
        },
        Event::DueDateProposed { due_on: date(2027, 11, 1) },
        Event::ProofEnding { valid_until: moment },
        Event::Expired,
        Event::CancellationWithdrawn,
        Event::Resumed,
    ];
    for (adopted, code) in [(false, Some(VerificationCode::new(CODE))), (true, None)] {
        events.push(Event::OrderPlaced { order_id: order_id.clone(), code, adopted });
    }
    for replaces in [false, true] {
        events.push(Event::OrderCancelling { replaces });
    }
    for is_made in [false, true] {
        events.push(Event::RequestStored { request: configuration.request().clone(), is_made });
    }
    for (of_itself, purpose) in [
        (false, Purpose::New),
        (false, Purpose::Renewal { serial_number: serial_number.clone() }),
        (true, Purpose::Reissue { serial_number: serial_number.clone(), added: Vec::new() }),
    ] {
        let configuration = configuration.clone();
        events.push(Event::SuccessorBegun { purpose, configuration, of_itself });
    }
    for standing in [
        CertificateStanding::Valid,
        CertificateStanding::Revoking,
        CertificateStanding::Revoked { at: Some(moment) },
        CertificateStanding::Unknown("LATER".into()),
    ] {
        events.push(Event::CertificateStanding { serial_number: serial_number.clone(), standing });
    }
    for action in
        [KeyAction::Kept, KeyAction::Used, KeyAction::TakenOut, KeyAction::Purged, KeyAction::ReEncrypted]
    {
        let key = configuration.request().public_key_hash();
        events.push(Event::KeyTouched {
            record: AuditRecord { action, key, actor: "staff:anna".into(), at: moment },
        });
    }
    for kind in [OrderKind::New, OrderKind::Renewal, OrderKind::Reissue] {
        let course = Course::from(kind);
        events.push(Event::RequestMissed { course });
        for outlook in
            [Outlook::Automatic, Outlook::WhenPaid, Outlook::RequestNeeded, Outlook::ByHand, Outlook::Ends]
        {
            events.push(Event::Reminded { settled: vec![Threshold::Days(30)], outlook, course });
        }
    }
    for who in [Audience::Customer, Audience::Reseller, Audience::Authority] {
        events.push(Event::Stalled { who });
    }
    for (reason, at_end_of_period) in [("too expensive", true), ("", false)] {
        let request = CancellationRequest { reason: reason.into(), at_end_of_period };
        events.push(Event::CancellationRequested { request });
    }
    for running in [Running::Running, Running::Suspended, Running::Terminated] {
        events.push(Event::RunningChanged { running });
    }
    events.extend(hold_reasons().into_iter().map(|reason| Event::Held { reason }));
    events
}
