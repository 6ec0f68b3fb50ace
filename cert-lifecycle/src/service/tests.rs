//! The functional core: every state with every command, and every event after every state.

use cert_domain::{
    Catalogue, Configuration, ContactForm, CustomerId, Finding, Findings, Form, Offer, VerificationCode,
    VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::Timestamp;

use super::*;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{FoundOrder, NameState, NewOrder, OrderProgress, PlacedOrder, Proof};
use crate::{Entropy, EntropyError, OrderId, ServiceId};

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0);
        Ok(())
    }
}

/// What the tests are about: one service, and everything that can be said of it.
struct World {
    id: ServiceId,
    now: Timestamp,
    offer: Offer,
    customer: CustomerId,
    configuration: Configuration,
}

impl World {
    fn new() -> Self {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
        let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
        let form = Form {
            csr: request.to_pem(),
            names: vec!["shop.example.com".into()],
            method: None,
            contact: ContactForm {
                first_name: "Jan".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone: String::new(),
            },
        };
        let configuration = offer.check(&form).unwrap();
        let customer = "customer-7".parse().unwrap();
        Self { id: ServiceId::new(now, &Zeros).unwrap(), now, offer, customer, configuration }
    }

    fn order_id(&self) -> OrderId {
        OrderId::for_attempt(self.id, 1)
    }

    fn attempt(&self) -> Attempt {
        let order = NewOrder::new(self.order_id(), &self.customer, &self.offer, &self.configuration);
        Attempt::new(1, &order)
    }

    fn code(&self) -> VerificationCode {
        VerificationCode::new("c0de")
    }

    fn certificate(&self) -> IssuedCertificate {
        IssuedCertificate {
            pem: "leaf".into(),
            chain: vec!["intermediate".into()],
            serial_number: "0A".into(),
            not_before: self.now,
            not_after: self.now,
            names: vec!["shop.example.com".into()],
        }
    }

    fn findings(&self) -> Findings {
        Finding::new(1075, "productCode", "account may not order this product").into()
    }

    fn flaws(&self) -> Flaws {
        serde_json::from_str(r#"[{"flaw":"other_key"}]"#).unwrap()
    }

    fn found(&self, customer: &str, product: &str) -> FoundOrder {
        FoundOrder { order_id: self.order_id(), customer: customer.into(), product: product.into() }
    }

    fn names(&self) -> Vec<NameState> {
        vec![NameState {
            name: "shop.example.com".into(),
            proof: Proof::Failed,
            valid_until: None,
            info: Some("no record".into()),
            blocked_by: Vec::new(),
        }]
    }

    fn replay(&self, events: &[Event]) -> Option<Service> {
        let history = events.iter().map(|event| RecordedEvent { at: self.now, event: event.clone() });
        replay(self.id, history).unwrap()
    }

    /// A history for each state that commands can tell apart.
    fn histories(&self) -> Vec<(&'static str, Vec<Event>)> {
        let mut histories = vec![("nothing", Vec::new())];
        let mut told: Vec<Event> = Vec::new();
        let mut tell = |name, event: Event| {
            told.push(event);
            histories.push((name, told.clone()));
        };
        let (offer, customer) = (self.offer.clone(), self.customer.clone());
        tell("awaiting configuration", Event::Created { offer, customer });
        tell("configured", Event::Configured { configuration: self.configuration.clone() });
        tell("intended", Event::OrderIntended { attempt: self.attempt() });
        let code = Some(self.code());
        tell("placed", Event::OrderPlaced { order_id: self.order_id(), code, adopted: false });
        tell("check requested", Event::CheckRequested);
        tell("check started", Event::CheckStarted);
        tell("check answered", Event::NamesReported { names: self.names() });
        tell("issuing", Event::OrderAccepted);
        tell("active", Event::CertificateIssued { certificate: self.certificate() });

        let before = |name: &str| histories.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let with = |name: &str, event: Event| before(name).into_iter().chain([event]).collect::<Vec<_>>();
        let adopted = Event::OrderPlaced { order_id: self.order_id(), code: None, adopted: true };
        let more = [
            ("adopted", with("intended", adopted)),
            ("refused", with("intended", Event::OrderRefused { findings: self.findings() })),
            ("rejected", with("placed", Event::OrderRejected)),
            ("held", with("intended", Event::Held { reason: HoldReason::RequestChanged })),
        ];
        histories.extend(more);
        histories
    }

    fn service(&self, name: &str) -> Option<Service> {
        let histories = self.histories();
        let (_, events) = histories.iter().find(|(known, _)| *known == name).expect("a known history");
        self.replay(events)
    }

    fn commands(&self) -> Vec<(&'static str, Command)> {
        let (offer, customer) = (self.offer.clone(), self.customer.clone());
        let placed = PlacedOrder { order_id: self.order_id(), code: Some(self.code()) };
        vec![
            ("create", Command::Create { offer, customer }),
            ("configure", Command::Configure(self.configuration.clone())),
            ("request check", Command::RequestCheck),
            ("begin order", Command::BeginOrder),
            ("placed", Command::RecordPlacement(Placement::Placed(placed))),
            ("refused", Command::RecordPlacement(Placement::Refused(self.findings()))),
            ("taken", Command::RecordPlacement(Placement::IdentifierTaken)),
            ("found", Command::RecordLookup(Some(self.found("customer-7", "601")))),
            ("foreign", Command::RecordLookup(Some(self.found("customer-8", "601")))),
            ("not found", Command::RecordLookup(None)),
            ("code", Command::RecordCode(Some(VerificationCode::new("fresh")))),
            ("code lost", Command::RecordCodeLost),
            ("check started", Command::RecordCheckStarted),
            ("still validating", Command::RecordProgress(OrderProgress::Validating)),
            ("accepted", Command::RecordProgress(OrderProgress::Accepted)),
            ("issued", Command::RecordProgress(OrderProgress::Issued)),
            ("rejected", Command::RecordProgress(OrderProgress::Rejected)),
            ("unknown progress", Command::RecordProgress(OrderProgress::Unknown("NEW".into()))),
            ("names", Command::RecordNames(self.names())),
            ("no certificate", Command::RecordCertificate(None)),
            ("certificate", Command::RecordCertificate(Some(Ok(self.certificate())))),
            ("bad certificate", Command::RecordCertificate(Some(Err(self.flaws())))),
        ]
    }
}

/// The commands that each state takes; every other one is refused.
const TAKEN: &[(&str, &[&str])] = &[
    ("nothing", &["create"]),
    ("awaiting configuration", &["configure"]),
    ("refused", &["configure"]),
    ("configured", &["begin order"]),
    ("intended", &["placed", "refused", "taken", "found", "foreign", "not found"]),
    ("placed", VALIDATING),
    ("adopted", VALIDATING),
    ("check requested", VALIDATING),
    ("check started", VALIDATING),
    ("check answered", VALIDATING),
    (
        "issuing",
        &[
            "still validating",
            "accepted",
            "issued",
            "rejected",
            "unknown progress",
            "no certificate",
            "certificate",
            "bad certificate",
        ],
    ),
    ("active", &[]),
    ("rejected", &[]),
    ("held", &[]),
];

const VALIDATING: &[&str] = &[
    "request check",
    "code",
    "code lost",
    "check started",
    "still validating",
    "accepted",
    "issued",
    "rejected",
    "unknown progress",
    "names",
];

#[test]
fn takes_exactly_the_commands_that_make_sense_in_each_state() {
    let world = World::new();
    for (state, events) in world.histories() {
        let service = world.replay(&events);
        let (_, taken) = TAKEN.iter().find(|(known, _)| *known == state).expect("every state has a row");
        for (name, command) in world.commands() {
            let decided = decide(service.as_ref(), command);
            assert_eq!(decided.is_ok(), taken.contains(&name), "{state} × {name}: {decided:?}");
            // What is decided can be told: no decision makes a history that can't be replayed.
            let decided_events = decided.map(|decision| decision.events).unwrap_or_default();
            world.replay(&[events.clone(), decided_events].concat());
        }
    }
}

#[test]
fn never_places_an_order_on_resuming() {
    let world = World::new();
    for (state, events) in world.histories() {
        let Some(service) = world.replay(&events) else { continue };
        let next = resume(&service);
        assert!(
            !matches!(next, Next::Perform(Effect::PlaceOrder(_)) | Next::Poll(Effect::PlaceOrder(_))),
            "{state}"
        );
    }
}

#[test]
fn looks_before_placing_again_whatever_happened_to_the_attempt() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    assert_eq!(resume(&intended), Next::Perform(Effect::LookUpOrder(world.order_id())));

    let decision = decide(Some(&intended), Command::RecordLookup(None)).unwrap();
    let Some(Effect::PlaceOrder(order)) = decision.effect else { panic!("{decision:?}") };
    assert_eq!(order.order_id, world.order_id(), "the same identifier as before");
    assert_eq!(RequestHash::of(&order), world.attempt().request_hash, "the very same order");

    let taken = decide(Some(&intended), Command::RecordPlacement(Placement::IdentifierTaken)).unwrap();
    assert_eq!((taken.events, taken.effect), (vec![], Some(Effect::LookUpOrder(world.order_id()))));
}

#[test]
fn stores_the_intent_before_the_order_can_be_placed() {
    let world = World::new();
    let configured = world.service("configured").unwrap();
    assert_eq!(resume(&configured), Next::Decide(Command::BeginOrder));
    let decision = decide(Some(&configured), Command::BeginOrder).unwrap();
    assert_eq!(decision.events, [Event::OrderIntended { attempt: world.attempt() }]);
    assert!(matches!(decision.effect, Some(Effect::PlaceOrder(_))));
}

#[test]
fn uses_a_new_identifier_only_after_a_clear_refusal() {
    let world = World::new();
    let refused = world.service("refused").unwrap();
    assert_eq!(refused.refusal, Some(world.findings()));
    let events = [
        world.histories().into_iter().find(|(name, _)| *name == "refused").unwrap().1,
        vec![Event::Configured { configuration: world.configuration.clone() }],
    ]
    .concat();
    let again = world.replay(&events).unwrap();
    let decision = decide(Some(&again), Command::BeginOrder).unwrap();
    let Some(Effect::PlaceOrder(order)) = decision.effect else { panic!("{decision:?}") };
    assert_eq!(order.order_id, OrderId::for_attempt(world.id, 2));
}

#[test]
fn adopts_only_an_order_for_the_same_customer_and_product() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let event = |customer: &str, product: &str| {
        let found = Some(world.found(customer, product));
        decide(Some(&intended), Command::RecordLookup(found)).unwrap().events.remove(0)
    };
    assert!(matches!(event("customer-7", "601"), Event::OrderPlaced { adopted: true, code: None, .. }));
    for (customer, product) in [("customer-8", "601"), ("customer-7", "741")] {
        assert!(matches!(event(customer, product), Event::Held { reason: HoldReason::ForeignOrder { .. } }));
    }
}

#[test]
fn holds_a_service_whose_order_would_no_longer_be_the_same() {
    let world = World::new();
    let mut intended = world.service("intended").unwrap();
    intended.offer.product.code = "741".parse().unwrap();
    let decision = decide(Some(&intended), Command::RecordLookup(None)).unwrap();
    assert_eq!(decision.events, [Event::Held { reason: HoldReason::RequestChanged }]);
    assert_eq!(decision.effect, None);
}

#[test]
fn asks_for_a_fresh_code_where_the_code_was_lost() {
    let world = World::new();
    let adopted = world.service("adopted").unwrap();
    assert_eq!(resume(&adopted), Next::Perform(Effect::RenewCode(world.order_id())));
    let State::Validating(validating) = &adopted.state else { panic!("{adopted:?}") };
    assert!(validating.instructions().is_empty());
}

#[test]
fn asks_why_a_check_failed_once() {
    let world = World::new();
    let effect = |state: &str| {
        let service = world.service(state);
        decide(service.as_ref(), Command::RecordProgress(OrderProgress::Validating)).unwrap().effect
    };
    assert_eq!(effect("check started"), Some(Effect::ReadNames(world.order_id())));
    assert_eq!(effect("check answered"), None);
    assert_eq!(effect("placed"), None);
}

#[test]
fn reads_back_every_event_it_stores() {
    let world = World::new();
    for (_, events) in world.histories() {
        for event in events {
            let stored = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event, "{stored}");
        }
    }
}

#[test]
fn refuses_a_history_that_cannot_have_been() {
    let world = World::new();
    let told = [Event::OrderAccepted].map(|event| RecordedEvent { at: world.now, event });
    let error = replay(world.id, told).unwrap_err();
    assert!(error.to_string().ends_with("event 1 can't follow nothing"), "{error}");
}
