//! A service, and one of each notice about it, for tests.

use std::sync::Arc;

use cert_domain::{
    BillingMode, Catalogue, Configuration, ContactForm, Currency, Finding, Findings, Form, Instruction,
    Language, Money, Offer, PaidThrough, ServerType, VerificationMethod,
};
use csr_tools::{Certificate, CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::Timestamp;
use jiff::civil::date;

use super::{Audience, Course, InvoiceDue, LinkToken, Notice, NoticeKind, Outlook};
use crate::acceptance::IssuedCertificate;
use crate::service::{Event, HoldReason, RecordedEvent, Service, ServiceCertificate, replay};
use crate::{CertificateStanding, OrderId, OrderKind, ServiceId};

pub(crate) const LEAF: &str = include_str!("../../../csr-tools/tests/data/leaf.pem");
pub(crate) const INTERMEDIATE: &str = include_str!("../../../csr-tools/tests/data/intermediate.pem");

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn id(number: u8) -> ServiceId {
    format!("0193a5c0-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

fn offer() -> Offer {
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap()
}

fn configuration(server: ServerType) -> Configuration {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
    let contact = ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: "jan@example.com".into(),
        ..ContactForm::default()
    };
    let form = Form { server, csr: request.to_pem(), contact, ..Form::default() };
    offer().check(&form).unwrap()
}

/// The event that every history begins with.
pub(crate) fn created() -> RecordedEvent {
    let customer = "customer-7".parse().unwrap();
    let event = Event::Created { offer: Box::new(offer()), customer, email: None, language: None };
    RecordedEvent { at: at("2026-11-21T12:00:00Z"), by: None, event }
}

/// A service with one certificate, for a server.
pub(crate) fn service(server: ServerType) -> Service {
    let mut service = replay(id(7), [created()]).unwrap().unwrap();
    let held = ServiceCertificate {
        order_id: OrderId::for_attempt(id(7), 1),
        kind: OrderKind::New,
        configuration: configuration(server),
        certificate: certificate(),
        received_at: service.since,
        proved_at: service.since,
        standing: CertificateStanding::Valid,
        replaced_at: None,
        revoking: None,
    };
    service.certificates = Arc::new(vec![Arc::new(held)]);
    service
}

/// A service's first certificate, for a test to change.
pub(crate) fn certificate_of(service: &mut Service) -> &mut ServiceCertificate {
    Arc::make_mut(&mut Arc::make_mut(&mut service.certificates)[0])
}

fn certificate() -> IssuedCertificate {
    let leaf = Certificate::from_pem(LEAF).unwrap();
    IssuedCertificate {
        pem: LEAF.into(),
        chain: [INTERMEDIATE.into()].into(),
        serial_number: leaf.serial_number().to_string(),
        not_before: Timestamp::from_second(leaf.not_before()).unwrap(),
        not_after: Timestamp::from_second(leaf.not_after()).unwrap(),
        names: leaf.dns_names().to_vec(),
    }
}

/// A notice to the customer about that certificate, in English.
pub(crate) fn notice(kind: NoticeKind) -> Notice {
    Notice {
        service: id(7),
        customer: "customer-7".into(),
        audience: Audience::Customer,
        email: Some("jan@example.com".into()),
        language: Language::English,
        title: "Commercial SSL".into(),
        common_name: Some("shop.example.com".into()),
        serial_number: Some(certificate().serial_number),
        occurred_at: at("2026-11-21T12:00:00.5Z"),
        kind,
    }
}

pub(crate) fn findings() -> Findings {
    let stated = Finding::stated(1075, "productCode", "may not be ordered", "nie może być zamówiony");
    Findings::from(stated.with_value("601"))
}

pub(crate) fn configuration_link() -> NoticeKind {
    NoticeKind::ConfigurationLink {
        token: LinkToken::new([0xa5; 32]),
        expires_at: at("2026-12-05T10:11:12Z"),
    }
}

pub(crate) fn instructions() -> Vec<Instruction> {
    vec![
        Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "c0de".into() },
        Instruction::CnameRecord { name: "_certum.example.net".into(), target: "c0de.certum.pl".into() },
        Instruction::File {
            host: "example.org".into(),
            path: "/.well-known/pki-validation/certum.txt".into(),
            body: "c0de-certum.pl".into(),
        },
    ]
}

/// One of each reason to hold a service, as it is stored.
pub(crate) fn hold_reasons() -> Vec<HoldReason> {
    let flaws = [
        r#"{"flaw":"unreadable","problem":"broken"}"#,
        r#"{"flaw":"other_key"}"#,
        r#"{"flaw":"names_missing","names":["a.example.com"]}"#,
        r#"{"flaw":"names_unasked","names":["b.example.com"]}"#,
        r#"{"flaw":"not_in_force","not_before":"2026-01-02T03:04:05Z","not_after":"2026-02-03T04:05:06Z"}"#,
        r#"{"flaw":"no_issuer"}"#,
        r#"{"flaw":"authority"}"#,
    ];
    let unacceptable =
        flaws.map(|flaw| format!(r#"{{"reason":"certificate_unacceptable","flaws":[{flaw}]}}"#));
    let others = [
        r#"{"reason":"other_mode"}"#,
        r#"{"reason":"no_clear_answer"}"#,
        r#"{"reason":"stray_order","order_id":"order-1"}"#,
        r#"{"reason":"several_orders","order_ids":["order-3","order-4"]}"#,
        r#"{"reason":"foreign_order","order_id":"order-2"}"#,
        r#"{"reason":"request_changed"}"#,
    ];
    let stored = others.iter().map(|reason| (*reason).to_owned()).chain(unacceptable);
    let read = stored.map(|reason| serde_json::from_str(&reason).unwrap());
    [HoldReason::Blocked { findings: findings() }].into_iter().chain(read).collect()
}

/// Every kind of notice, with all that its words depend on.
pub(crate) fn kinds() -> Vec<NoticeKind> {
    use NoticeKind as N;
    let courses = [Course::New, Course::Renewal, Course::Reissue];
    let not_after = at("2027-06-09T10:11:12Z");
    let mut kinds = vec![
        configuration_link(),
        N::OrderRefused { findings: findings() },
        N::OrderRejected,
        N::InvoiceDue(InvoiceDue::new(
            date(2027, 11, 22),
            PaidThrough::new(date(2028, 11, 21)),
            BillingMode::Recurring,
            Money::new(12_990, Currency::PLN),
            date(2027, 11, 1),
        )),
        N::CertificateSent { not_after },
        N::ReplacedCertificateEnds { by: at("2026-12-06T10:11:12Z") },
        N::Revoked { at: Some(at("2026-11-20T10:11:12Z")) },
        N::Revoked { at: None },
        N::RevocationRefused { findings: findings() },
        N::Expired { not_after },
        N::ProofExpiring { valid_until: at("2027-03-14T10:11:12Z") },
        N::CancellationRequested { reason: "too\nexpensive".into(), at_end_of_period: true },
        N::CancellationRequested { reason: String::new(), at_end_of_period: false },
        N::StrayOrder { order_id: OrderId::for_attempt(id(7), 1) },
        N::DueDateProposed { due_on: date(2027, 6, 9) },
    ];
    for course in courses {
        let message = Instruction::Message { mailbox: "admin@example.com".into() };
        for instructions in [instructions(), vec![message], Vec::new()] {
            kinds.push(N::VerificationNeeded { course, instructions });
        }
        kinds.push(N::Issued { course, not_after });
        kinds.push(N::RequestNeeded { course, not_after });
        for outlook in
            [Outlook::Automatic, Outlook::WhenPaid, Outlook::RequestNeeded, Outlook::ByHand, Outlook::Ends]
        {
            kinds.push(N::SuccessorComing { course, not_after, outlook });
        }
    }
    for who in [Audience::Customer, Audience::Reseller, Audience::Authority] {
        kinds.push(N::Stuck { who, since: at("2026-11-07T10:11:12Z") });
    }
    kinds.extend(hold_reasons().into_iter().map(|reason| N::Held { reason }));
    kinds
}
