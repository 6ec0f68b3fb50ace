//! Reads the events of a service as stores keep them, a line each, after those with which every service begins. An event
//! reads the same after being stored; a history tells a service of which everything can be asked, or is refused.
#![no_main]

use std::sync::LazyLock;

use cert_domain::{ContactForm, Form, Language, Offer};
use cert_lifecycle::service::{Event, RecordedEvent, next_moment, replay, resume, successor, who_must_act};
use cert_lifecycle::store::SearchForm;
use cert_lifecycle::view::ServiceView;
use cert_lifecycle::{Role, ServiceId, Terms};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::{SignedDuration, Timestamp};
use libfuzzer_sys::fuzz_target;

/// A service that was bought and configured.
static BEGINNING: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let csr = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap().to_pem();
    let contact = ContactForm::new("Jan", "Nowak", "jan@example.com");
    let offer = Offer::usual("601").unwrap();
    let configuration = offer.check(&Form { csr, contact, ..Form::default() }).unwrap();
    let customer = "customer-7".parse().unwrap();
    vec![
        Event::Created { offer: Box::new(offer), customer, email: None, language: None },
        Event::Configured { configuration },
    ]
});

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let from: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    if let Ok(form) = serde_json::from_str::<SearchForm>(text) {
        assert_eq!(form.search(from, 7).limit, 7);
    }
    let mut events = BEGINNING.clone();
    for line in text.lines().take(100) {
        let Ok(event) = serde_json::from_str::<Event>(line) else { continue };
        let stored = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event);
        assert!(!event.name().is_empty());
        events.push(event);
    }
    let mut now = from;
    let history = events.into_iter().map(|event| {
        now += SignedDuration::from_hours(24);
        RecordedEvent { at: now, by: None, event }
    });
    let id = ServiceId::for_reference("service-7");
    match replay(id, history.collect::<Vec<_>>()) {
        Err(error) => assert!(!error.to_string().is_empty()),
        Ok(service) => {
            let (service, terms) = (service.unwrap(), Terms::default());
            let _ = (resume(&service, &terms, now), successor(&service, &terms), who_must_act(&service));
            assert!(next_moment(&service, &terms, now).is_none_or(|next| next > now));
            for role in [Role::Customer, Role::Reseller] {
                let _ = service.actions(role, now);
                let view = ServiceView::of(&service, role, Language::Polish, now);
                assert!(serde_json::to_string(&view).is_ok());
            }
        }
    }
});
