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
        FoundOrder {
            order_id: self.order_id(),
            customer: customer.into(),
            product: product.into(),
            progress: OrderProgress::Validating,
        }
    }

    fn placement(&self, placement: Placement) -> Command {
        Command::RecordPlacement { order_id: self.order_id(), placement }
    }

    fn lookup(&self, found: Option<FoundOrder>) -> Command {
        Command::RecordLookup { order_id: self.order_id(), found, taken: false }
    }

    fn look(&self, taken: bool) -> Effect {
        Effect::LookUpOrder { order_id: self.order_id(), taken }
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
        let resent = with("intended", Event::OrderNotFound);
        let more = [
            ("adopted", with("intended", adopted.clone())),
            ("untold", [with("intended", adopted), vec![Event::CodeRenewed { code: None }]].concat()),
            ("code lost", with("placed", Event::CodeLost)),
            ("resent", resent.clone()),
            ("doubted", [resent, vec![Event::OrderRefusalDoubted { findings: self.findings() }]].concat()),
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

    /// What can come of a call.
    fn answers(&self, effect: &Effect) -> Vec<Command> {
        let of = |names: &[&str]| {
            let commands = self.commands().into_iter();
            commands.filter(|(name, _)| names.contains(name)).map(|(_, command)| command).collect::<Vec<_>>()
        };
        match effect {
            Effect::PlaceOrder(_) => of(&["placed", "refused", "blocked", "taken"]),
            Effect::LookUpOrder { order_id, taken } => of(&["found", "foreign", "not found"])
                .into_iter()
                .map(|command| match command {
                    Command::RecordLookup { found, .. } => {
                        Command::RecordLookup { order_id: order_id.clone(), found, taken: *taken }
                    }
                    other => other,
                })
                .collect(),
            Effect::RenewCode(_) => of(&["code", "no code", "code refused"]),
            Effect::StartCheck(_) => of(&["check started", "code lost"]),
            Effect::ReadProgress(_) => {
                of(&["still validating", "accepted", "issued", "rejected", "unknown progress"])
            }
            Effect::ReadNames(_) => of(&["names"]),
            Effect::FetchCertificate(..) => of(&["no certificate", "certificate", "bad certificate"]),
        }
    }

    fn commands(&self) -> Vec<(&'static str, Command)> {
        let (offer, customer) = (self.offer.clone(), self.customer.clone());
        let placed = PlacedOrder { order_id: self.order_id(), code: Some(self.code()) };
        vec![
            ("create", Command::Create { offer, customer }),
            ("configure", Command::Configure(self.configuration.clone())),
            ("request check", Command::RequestCheck),
            ("begin order", Command::BeginOrder),
            ("resume", Command::Resume),
            ("placed", self.placement(Placement::Placed(placed))),
            ("refused", self.placement(Placement::Refused(self.findings()))),
            ("blocked", self.placement(Placement::Blocked(self.findings()))),
            ("taken", self.placement(Placement::IdentifierTaken)),
            ("found", self.lookup(Some(self.found("customer-7", "601")))),
            ("foreign", self.lookup(Some(self.found("customer-8", "601")))),
            ("not found", self.lookup(None)),
            ("no code", Command::RecordCode(None)),
            ("code refused", Command::RecordCodeRefused),
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
    ("awaiting configuration", &["configure", "placed"]),
    ("refused", &["configure", "placed"]),
    ("configured", &["begin order", "placed"]),
    ("intended", OPEN),
    ("resent", OPEN),
    ("doubted", OPEN),
    ("placed", VALIDATING),
    ("adopted", VALIDATING),
    ("untold", VALIDATING),
    ("code lost", VALIDATING),
    ("check requested", VALIDATING),
    ("check started", VALIDATING),
    ("check answered", VALIDATING),
    (
        "issuing",
        &[
            "placed",
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
    ("active", &["placed"]),
    ("rejected", &["placed"]),
    ("held", &["resume", "placed"]),
];

const OPEN: &[&str] = &["placed", "refused", "blocked", "taken", "found", "foreign", "not found"];

const VALIDATING: &[&str] = &[
    "placed",
    "request check",
    "code",
    "no code",
    "code refused",
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
    assert_eq!(resume(&intended), Next::Perform(world.look(false)));

    let decision = decide(Some(&intended), world.lookup(None)).unwrap();
    let Some(Effect::PlaceOrder(order)) = decision.effect else { panic!("{decision:?}") };
    assert_eq!(order.order_id, world.order_id(), "the same identifier as before");
    assert_eq!(RequestHash::of(&order), world.attempt().request_hash, "the very same order");
}

#[test]
fn looks_once_when_the_identifier_is_taken_and_leaves_a_contradiction_for_later() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let taken = decide(Some(&intended), world.placement(Placement::IdentifierTaken)).unwrap();
    assert_eq!((taken.events, taken.effect), (vec![], Some(world.look(true))));
    let none = Command::RecordLookup { order_id: world.order_id(), found: None, taken: true };
    let contradiction = decide(Some(&intended), none).unwrap();
    assert_eq!((contradiction.events, contradiction.effect), (vec![], None));
}

/// The first call may arrive after the look-up that found nothing, and use up the key: the second is refused for it.
#[test]
fn doubts_a_refusal_while_another_call_may_be_under_way() {
    let world = World::new();
    let resent = world.service("resent").unwrap();
    let refused = decide(Some(&resent), world.placement(Placement::Refused(world.findings()))).unwrap();
    assert_eq!(refused.events, [Event::OrderRefusalDoubted { findings: world.findings() }]);

    let doubted = world.service("doubted").unwrap();
    assert_eq!(resume(&doubted), Next::Poll(world.look(false)), "looks, but not at once");
    let found = Some(world.found("customer-7", "601"));
    let adopted = decide(Some(&doubted), world.lookup(found)).unwrap();
    assert!(matches!(adopted.events[..], [Event::OrderPlaced { adopted: true, .. }]), "{adopted:?}");
    let none = decide(Some(&doubted), world.lookup(None)).unwrap();
    assert_eq!(none.events, [Event::OrderRefused { findings: world.findings() }]);
    assert_eq!(none.effect, None);
}

#[test]
fn keeps_an_order_that_nobody_waits_for_any_more() {
    let world = World::new();
    let placed = || {
        let order_id = OrderId::for_attempt(world.id, 9);
        let placement = Placement::Placed(PlacedOrder { order_id: order_id.clone(), code: None });
        Command::RecordPlacement { order_id, placement }
    };
    for (name, events) in world.histories() {
        let Some(service) = world.replay(&events) else { continue };
        let decision = decide(Some(&service), placed()).unwrap();
        let stray = Event::StrayOrder { order_id: OrderId::for_attempt(world.id, 9) };
        assert_eq!(decision.events, std::slice::from_ref(&stray), "{name}");
        let after = world.replay(&[events, vec![stray]].concat()).unwrap();
        assert_eq!(after.state, service.state, "{name}");
        assert_eq!(decide(Some(&after), placed()).unwrap().events, [], "{name}: told twice");
    }
}

#[test]
fn takes_no_outcome_of_one_attempt_for_another() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let order_id = OrderId::for_attempt(world.id, 9);
    let refused = Placement::Refused(world.findings());
    let commands = [
        Command::RecordPlacement { order_id: order_id.clone(), placement: refused },
        Command::RecordLookup { order_id, found: None, taken: false },
    ];
    for command in commands {
        assert!(decide(Some(&intended), command.clone()).is_err(), "{command:?}");
    }
}

#[test]
fn asks_the_reseller_when_no_answer_is_ever_clear() {
    let world = World::new();
    let mut events = world.histories().into_iter().find(|(name, _)| *name == "intended").unwrap().1;
    let mut sends = 1;
    loop {
        let service = world.replay(&events).unwrap();
        let decision = decide(Some(&service), world.lookup(None)).unwrap();
        if decision.events == [(Event::Held { reason: HoldReason::NoClearAnswer })] {
            break;
        }
        assert!(matches!(decision.effect, Some(Effect::PlaceOrder(_))));
        sends += 1;
        events.extend(decision.events);
    }
    assert_eq!(sends, 12);
}

#[test]
fn goes_on_from_where_it_stood_when_resumed() {
    let world = World::new();
    let held = world.service("held").unwrap();
    assert_eq!(held.state.order_id(), Some(&world.order_id()));
    let history = world.histories().into_iter().find(|(name, _)| *name == "held").unwrap().1;
    let resumed = world.replay(&[history, vec![Event::Resumed]].concat()).unwrap();
    assert_eq!(resumed.state, world.service("intended").unwrap().state);
    assert_eq!(resume(&resumed), Next::Perform(world.look(false)), "looks before anything else");
}

/// From every state the worker comes to rest: no chain of outcomes leads round in a circle without a pause.
#[test]
fn comes_to_rest_whatever_the_ca_answers() {
    let world = World::new();
    for (name, events) in world.histories() {
        let Some(start) = world.replay(&events) else { continue };
        let first = match resume(&start) {
            Next::Poll(effect) => Next::Perform(effect),
            other => other,
        };
        let mut open = vec![(events, first, 0)];
        while let Some((events, next, steps)) = open.pop() {
            assert!(steps < 12, "{name}: goes on and on: {events:?}");
            let service = world.replay(&events);
            let answers: Vec<_> = match next {
                Next::Decide(command) => vec![command],
                Next::Perform(effect) => world.answers(&effect),
                Next::Rest | Next::Poll(_) => continue,
            };
            for answer in answers {
                let Ok(decision) = decide(service.as_ref(), answer) else { continue };
                let events = [events.clone(), decision.events.clone()].concat();
                let after = world.replay(&events).unwrap();
                match decision.effect {
                    Some(effect) => open.push((events, Next::Perform(effect), steps + 1)),
                    None if decision.events.is_empty() => {}
                    None => open.push((events, resume(&after), steps + 1)),
                }
            }
        }
    }
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
    let events: Vec<Event> = [
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
fn adopts_only_the_order_that_was_placed() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let event =
        |found: FoundOrder| decide(Some(&intended), world.lookup(Some(found))).unwrap().events.remove(0);
    let adopted = event(world.found("customer-7", "601"));
    assert!(matches!(adopted, Event::OrderPlaced { adopted: true, code: None, .. }));
    let other_id =
        FoundOrder { order_id: OrderId::for_attempt(world.id, 9), ..world.found("customer-7", "601") };
    for foreign in [world.found("customer-8", "601"), world.found("customer-7", "741"), other_id] {
        let held = event(foreign);
        assert!(matches!(held, Event::Held { reason: HoldReason::ForeignOrder { .. } }), "{held:?}");
    }
}

#[test]
fn adopts_an_order_with_however_far_it_has_come() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let history = world.histories().into_iter().find(|(name, _)| *name == "intended").unwrap().1;
    for (progress, state) in [
        (OrderProgress::Validating, StateKind::Validating),
        (OrderProgress::Accepted, StateKind::Issuing),
        (OrderProgress::Issued, StateKind::Issuing),
        (OrderProgress::Rejected, StateKind::Rejected),
    ] {
        let found = FoundOrder { progress, ..world.found("customer-7", "601") };
        let events = decide(Some(&intended), world.lookup(Some(found))).unwrap().events;
        let after = world.replay(&[history.clone(), events].concat()).unwrap();
        assert_eq!(after.state.kind(), state);
    }
}

#[test]
fn holds_a_service_whose_order_would_no_longer_be_the_same() {
    let world = World::new();
    let mut intended = world.service("intended").unwrap();
    intended.offer.product.code = "741".parse().unwrap();
    let decision = decide(Some(&intended), world.lookup(None)).unwrap();
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
    // Told none, it waits for what the CA does by itself.
    let untold = world.service("untold").unwrap();
    assert_eq!(resume(&untold), Next::Poll(Effect::ReadProgress(world.order_id())));
}

#[test]
fn asks_why_the_ca_is_not_satisfied_once_the_customer_did_his_part() {
    let world = World::new();
    let effect = |state: &str| {
        let service = world.service(state);
        decide(service.as_ref(), Command::RecordProgress(OrderProgress::Validating)).unwrap().effect
    };
    assert_eq!(effect("check started"), Some(Effect::ReadNames(world.order_id())));
    assert_eq!(effect("check answered"), Some(Effect::ReadNames(world.order_id())), "it may answer late");
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
