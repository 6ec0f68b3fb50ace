//! A service with everything that can be shown of it.

use std::sync::Arc;

use cert_domain::{
    AddressForm, Billing, BillingCycle, Catalogue, Configuration, ContactForm, Currency, Form, Language,
    Money, Offer, OrganizationCheckValidUntil, PaidThrough, PersonForm, ServerType, SubjectForm,
    TechnicalContact, VerificationCode, VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::civil::date;
use serde_json::Value;

use super::super::{ServiceView, SummaryView};
use crate::authority::{CheckKind, NameState, OrderCheck, Proof, Purpose};
use crate::notice::samples::{self, LEAF, at, findings};
use crate::service::{
    CancellationRequest, Check, Code, ConfigurationLink, HoldReason, Refusal, Service, State, StoredRequest,
    Validating,
};
use crate::store::{Row, Summary};
use crate::{OrderId, Role, Terms};

const NOW: &str = "2026-11-22T12:00:00Z";

fn offer() -> Offer {
    let product = Catalogue::built_in().product(&"631".parse().unwrap()).unwrap().clone();
    let mut offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
    let price = Money::new(4_900, Currency::PLN);
    offer.billing = Billing::Recurring { price, cycle: BillingCycle::Annually };
    offer.title = Some("Our SSL".into());
    offer.show_title = true;
    offer
}

fn request() -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap().to_pem()
}

fn configuration() -> Configuration {
    let contact = ContactForm {
        phone: "+48 22 123 45 67".into(),
        ..ContactForm::new("Jan", "Nowak", "jan@example.com")
    };
    let administrative = PersonForm {
        contact: ContactForm::new("John", "Doe", "john@example.com"),
        organization: "ACME".into(),
        job_title: "Administrator".into(),
        address: AddressForm {
            street: "2446 Marie Street".into(),
            second_line: "3rd floor".into(),
            city: "Baltimore".into(),
            state: "Maryland".into(),
            postal_code: "MD 21223".into(),
            country: "US".into(),
            phone: String::new(),
        },
    };
    let subject = SubjectForm {
        organization: "Żółw sp. z o.o.".into(),
        locality: "Łódź".into(),
        state: "łódzkie".into(),
        country: "PL".into(),
        tax_number: "525-000-00-00".into(),
        ..SubjectForm::default()
    };
    let form = Form {
        server: ServerType::Nginx,
        csr: request(),
        contact,
        administrative,
        technical: TechnicalContact { same_as_administrative: true, ..TechnicalContact::default() },
        subject,
        names: vec!["shop.example.com".into(), "www.shop.example.com".into()],
        ..Form::default()
    };
    offer().check(&form).unwrap()
}

/// A service on which everything happens at once.
fn full() -> Service {
    let mut service = samples::service(ServerType::Nginx);
    let configuration = configuration();
    let replaced = samples::certificate_of(&mut service);
    replaced.replaced_at = Some(at("2026-11-20T12:00:00Z"));
    let name = |name: &str, proof| NameState {
        name: name.into(),
        proof,
        valid_until: None,
        info: Some("no such record".into()),
        blocked_by: vec!["CAA".into()],
    };
    let validating = Validating {
        purpose: Purpose::Reissue {
            serial_number: replaced.certificate.serial_number.clone(),
            added: Vec::new(),
        },
        configuration: configuration.clone(),
        order_id: OrderId::from_authority("order-2"),
        code: Code::Known(VerificationCode::new("c0de")),
        check: Check::Started,
        requests: 2,
        publications: 0,
        names: vec![name("shop.example.com", Proof::Failed)],
        checks: vec![OrderCheck {
            kind: CheckKind::Organization,
            proof: Proof::Required,
            valid_until: Some(at("2027-12-20T12:00:00Z")),
        }],
        resends: false,
        published_at: None,
        has_asked_for_code: false,
        has_evidence: false,
        cancelling: None,
    };
    let order_ids = vec![OrderId::from_authority("order-3"), OrderId::from_authority("order-4")];
    service.state = State::Held {
        reason: HoldReason::SeveralOrders { order_ids },
        suspended: Box::new(State::Validating(validating)),
    };
    service.offer = offer().into();
    service.refusal = Some(Refusal { findings: findings(), at: at("2026-11-21T11:00:00Z") });
    service.stored_request = Some(StoredRequest { request: configuration.request().clone(), is_made: true });
    service.stray_orders = vec![OrderId::from_authority("stray-1")];
    service.account.paid_through = Some(PaidThrough::new(date(2027, 11, 20)));
    service.account.invoiced = Some(date(2026, 11, 21));
    service.account.term_ends = Some(date(2027, 11, 20));
    service.organization_check = Some(OrganizationCheckValidUntil::new(at("2027-12-24T12:00:00Z")));
    service.cancellation =
        Some(CancellationRequest { reason: "too expensive".into(), at_end_of_period: true });
    service.draft = Some(Form { csr: request(), ..configuration.to_form() });
    service.link =
        Some(ConfigurationLink { digest: "d19e57".into(), expires_at: at("2026-12-05T10:11:12Z") });
    service
}

fn shown(service: &Service, role: Role, language: Language) -> Value {
    let view = ServiceView::of(service, role, language, at(NOW));
    serde_json::to_value(view.with_successor(service, &Terms::default(), language)).unwrap()
}

/// Every field, its name and its shape: what programs rely on.
#[test]
fn shows_a_service_as_it_is_written_down() {
    let expected: Value = serde_json::from_str(include_str!("service.json")).unwrap();
    let shown = shown(&full(), Role::Reseller, Language::English);
    assert_eq!(shown, expected, "{}", serde_json::to_string_pretty(&shown).unwrap());
}

#[test]
fn leaves_out_for_customers_what_is_the_resellers_alone() {
    let service = full();
    let (theirs, ours) = (
        shown(&service, Role::Customer, Language::English),
        shown(&service, Role::Reseller, Language::English),
    );
    let differing: Vec<_> =
        ours.as_object().unwrap().iter().filter(|(name, value)| theirs[*name] != **value).collect();
    let differing: Vec<_> = differing.into_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(differing, ["actions", "hold", "stray_orders"]);
    assert_eq!((&theirs["hold"], &theirs["stray_orders"]), (&Value::Null, &Value::Array(Vec::new())));
    let text = theirs.to_string();
    assert!(!text.contains("stray-1") && !text.contains("order-3") && !text.contains("resume"), "{text}");
}

#[test]
fn has_no_request_no_key_and_no_link_in_it_and_no_person_in_debug() {
    let service = full();
    for role in [Role::Customer, Role::Reseller] {
        let text = shown(&service, role, Language::Polish).to_string();
        for secret in ["CERTIFICATE REQUEST", "PRIVATE KEY", "d19e57"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("-----BEGIN CERTIFICATE-----"));
        let view = ServiceView::of(&service, role, Language::Polish, at(NOW));
        let debug = format!("{view:?} {:?} {:?} {:?}", view.contact, view.administrative, view.subject);
        assert!(!["Nowak", "Doe", "Baltimore", "Żółw"].iter().any(|known| debug.contains(known)), "{debug}");
    }
}

/// Each text that is written in both languages differs; what is data does not.
#[test]
fn says_in_either_language_what_is_said() {
    fn differing(path: &str, english: &Value, polish: &Value, found: &mut Vec<String>) {
        match (english, polish) {
            (Value::Object(english), Value::Object(polish)) => {
                for (name, value) in english {
                    differing(name, value, &polish[name], found);
                }
            }
            (Value::Array(english), Value::Array(polish)) => {
                for (english, polish) in english.iter().zip(polish) {
                    differing(path, english, polish, found);
                }
            }
            _ if english != polish => found.push(path.to_owned()),
            _ => {}
        }
    }
    let service = full();
    let [english, polish] =
        [Language::English, Language::Polish].map(|language| shown(&service, Role::Reseller, language));
    let mut found = Vec::new();
    differing("", &english, &polish, &mut found);
    assert!(found.iter().all(|name| name == "text" || name.ends_with("_text")), "{found:?}");
    let names: std::collections::BTreeSet<_> = found.iter().map(String::as_str).collect();
    let all = [
        "cycle_text",
        "kind_text",
        "level_text",
        "outlook_text",
        "running_text",
        "standing_text",
        "state_text",
        "text",
    ];
    assert!(all.iter().all(|name| names.contains(name)), "{names:?}");
}

#[test]
fn shows_where_a_certificate_stands_at_a_moment() {
    let mut service = samples::service(ServerType::Nginx);
    let not_after = service.certificate().unwrap().certificate.not_after;
    let view = |service: &Service, now| ServiceView::of(service, Role::Customer, Language::English, now);
    let before = view(&service, not_after);
    assert!(before.certificates[0].is_in_force && !before.certificates[0].is_expired);
    let after = view(&service, not_after + jiff::SignedDuration::from_secs(1));
    assert!(!after.certificates[0].is_in_force && after.certificates[0].is_expired);
    // A certificate that ends by itself is not revoked later.
    samples::certificate_of(&mut service).replaced_at = Some(not_after);
    assert_eq!(view(&service, not_after).certificates[0].ends_by, Some(not_after));
    assert_eq!(view(&service, not_after).certificates[0].pem, LEAF);
}

#[test]
fn shows_a_draft_before_anything_is_ordered() {
    let mut service = samples::service(ServerType::Nginx);
    service.certificates = Arc::default();
    let blank = ServiceView::of(&service, Role::Customer, Language::English, at(NOW));
    assert_eq!((blank.names.len(), blank.method.is_none(), blank.server.is_none()), (0, true, true));
    let names = vec!["shop.example.com".into(), "  ".into()];
    let method = Some(VerificationMethod::File);
    service.draft = Some(Form { server: ServerType::Caddy, names, method, ..Form::default() });
    let view = ServiceView::of(&service, Role::Customer, Language::English, at(NOW));
    assert_eq!(view.names, ["shop.example.com"]);
    assert_eq!(view.common_name.as_deref(), Some("shop.example.com"));
    assert_eq!(view.method.map(|method| method.id), Some(VerificationMethod::File));
    assert_eq!(view.server.map(|server| server.id), Some(ServerType::Caddy));
    assert!(view.contact.is_none() && view.takes_form);
    assert_eq!(view.waits_for.map(|waiting| waiting.text), Some("customer"));
}

#[test]
fn lists_a_service_with_how_the_worker_fares() {
    let service = full();
    let row = Row::from(&service);
    let summary = Summary {
        id: service.id,
        version: 9,
        row,
        due_at: Some(at(NOW)),
        tries: 3,
        note: Some("the CA could not be asked".into()),
    };
    let view = serde_json::to_value(SummaryView::of(&summary, Language::Polish)).unwrap();
    let expected = serde_json::json!({
        "id": "0193a5c0-0000-7000-8000-000000000007",
        "state": "held",
        "state_text": "wstrzymany",
        "customer": "customer-7",
        "product": "631",
        "common_name": "shop.example.com",
        "order_id": "order-2",
        "serial_number": summary.row.serial_number,
        "not_after": summary.row.not_after,
        "stray_orders": 1,
        "due_at": "2026-11-22T12:00:00Z",
        "tries": 3,
        "note": "the CA could not be asked",
    });
    assert_eq!(view, expected);
}
