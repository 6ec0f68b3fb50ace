//! One service, and everything that can be said of it.

use cert_domain::{
    Catalogue, Configuration, ContactForm, CustomerId, Finding, Findings, Form, Offer, VerificationCode,
    VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::Timestamp;

use super::super::*;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{FoundOrder, NameState, NewOrder, OrderProgress, PlacedOrder, Proof};
use crate::{Entropy, EntropyError, OrderId, ServiceId};

/// Decides at the moment that the tests are at.
pub(super) fn decided(service: Option<&Service>, command: Command) -> Result<Decision, NotAllowed> {
    decide(service, command, World::NOW.parse().unwrap())
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0);
        Ok(())
    }
}

/// What the tests are about: one service, and everything that can be said of it.
pub(super) struct World {
    pub(super) id: ServiceId,
    pub(super) now: Timestamp,
    pub(super) offer: Offer,
    pub(super) customer: CustomerId,
    pub(super) configuration: Configuration,
}

impl World {
    const NOW: &str = "2026-11-21T12:00:00Z";

    pub(super) fn new() -> Self {
        let now: Timestamp = Self::NOW.parse().unwrap();
        let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
        let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
        let form = Form {
            csr: request.to_pem(),
            names: vec!["shop.example.com".into()],
            contact: ContactForm {
                first_name: "Jan".into(),
                last_name: "Nowak".into(),
                email: "jan@example.com".into(),
                phone: String::new(),
            },
            ..Form::default()
        };
        let configuration = offer.check(&form).unwrap();
        let customer = "customer-7".parse().unwrap();
        Self { id: ServiceId::new(now, &Zeros).unwrap(), now, offer, customer, configuration }
    }

    pub(super) fn order_id(&self) -> OrderId {
        OrderId::for_attempt(self.id, 1)
    }

    pub(super) fn attempt(&self) -> Attempt {
        let order = NewOrder::new(self.order_id(), &self.customer, &self.offer, &self.configuration);
        Attempt::new(1, &order)
    }

    pub(super) fn code(&self) -> VerificationCode {
        VerificationCode::new("c0de")
    }

    pub(super) fn certificate(&self) -> IssuedCertificate {
        IssuedCertificate {
            pem: "leaf".into(),
            chain: vec!["intermediate".into()],
            serial_number: "0A".into(),
            not_before: self.now,
            not_after: self.now,
            names: vec!["shop.example.com".into()],
        }
    }

    pub(super) fn findings(&self) -> Findings {
        let polish = "konto nie może zamawiać tego produktu";
        Finding::stated(1075, "productCode", "account may not order this product", polish).into()
    }

    pub(super) fn flaws(&self) -> Flaws {
        serde_json::from_str(r#"[{"flaw":"other_key"}]"#).unwrap()
    }

    pub(super) fn passing_flaws(&self) -> Flaws {
        serde_json::from_str(r#"[{"flaw":"no_issuer"}]"#).unwrap()
    }

    /// The events of a history.
    pub(super) fn history(&self, name: &str) -> Vec<Event> {
        let histories = self.histories().into_iter();
        histories
            .filter(|(known, _)| *known == name)
            .map(|(_, events)| events)
            .next()
            .expect("a known history")
    }

    pub(super) fn found(&self, customer: &str, product: &str) -> FoundOrder {
        FoundOrder {
            order_id: self.order_id(),
            customer: customer.into(),
            product: product.into(),
            progress: OrderProgress::Validating,
        }
    }

    pub(super) fn placement(&self, placement: Placement) -> Command {
        Command::RecordPlacement { order_id: self.order_id(), placement }
    }

    /// What a look came to that began with the service as it is.
    pub(super) fn lookup(&self, service: &Service, found: Option<FoundOrder>) -> Command {
        Command::RecordLookup { order_id: self.order_id(), found, seen_version: service.version }
    }

    pub(super) fn look(&self, service: &Service) -> Effect {
        Effect::LookUpOrder { order_id: self.order_id(), seen_version: service.version }
    }

    pub(super) fn names(&self) -> Vec<NameState> {
        vec![NameState {
            name: "shop.example.com".into(),
            proof: Proof::Failed,
            valid_until: None,
            info: Some("no record".into()),
            blocked_by: Vec::new(),
        }]
    }

    pub(super) fn replay(&self, events: &[Event]) -> Option<Service> {
        let history = events.iter().map(|event| RecordedEvent { at: self.now, event: event.clone() });
        replay(self.id, history).unwrap()
    }

    /// A history for each state that commands can tell apart.
    pub(super) fn histories(&self) -> Vec<(&'static str, Vec<Event>)> {
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
        tell("check started", Event::CheckStarted { request: 1 });
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
            ("taken", with("intended", Event::OrderIdentifierTaken)),
            ("abandoned", with("intended", Event::OrderAbandoned)),
            (
                "certificate doubted",
                with("issuing", Event::CertificateDoubted { flaws: self.passing_flaws() }),
            ),
            ("doubted", [resent, vec![Event::OrderRefusalDoubted { findings: self.findings() }]].concat()),
            ("refused", with("intended", Event::OrderRefused { findings: self.findings() })),
            ("rejected", with("placed", Event::OrderRejected)),
            ("held", with("intended", Event::Held { reason: HoldReason::RequestChanged })),
        ];
        histories.extend(more);
        histories
    }

    pub(super) fn service(&self, name: &str) -> Option<Service> {
        self.replay(&self.history(name))
    }

    /// What can come of a call that is made for the service as it is.
    pub(super) fn answers(&self, service: Option<&Service>, effect: &Effect) -> Vec<Command> {
        let of = |names: &[&str]| {
            let commands = self.commands(service).into_iter();
            commands.filter(|(name, _)| names.contains(name)).map(|(_, command)| command).collect::<Vec<_>>()
        };
        match effect {
            Effect::PlaceOrder(_) => of(&["placed", "refused", "blocked", "taken"]),
            Effect::LookUpOrder { .. } => of(&["found", "foreign", "not found"]),
            Effect::RenewCode { .. } => of(&["code", "no code", "code refused"]),
            Effect::StartCheck { .. } => of(&["check started", "code lost"]),
            Effect::ReadProgress(_) => {
                of(&["still validating", "accepted", "issued", "rejected", "unknown progress"])
            }
            Effect::ReadNames(_) => of(&["names"]),
            Effect::FetchCertificate(..) => of(&["no certificate", "certificate", "bad certificate"]),
        }
    }

    /// Every command, brought to the service as it is.
    pub(super) fn commands(&self, service: Option<&Service>) -> Vec<(&'static str, Command)> {
        let seen_version = service.map_or(0, |service| service.version);
        let lookup = |found| Command::RecordLookup { order_id: self.order_id(), found, seen_version };
        let (offer, customer) = (self.offer.clone(), self.customer.clone());
        let placed = PlacedOrder { order_id: self.order_id(), code: Some(self.code()) };
        vec![
            ("create", Command::Create { offer, customer }),
            ("configure", Command::Configure(self.configuration.clone())),
            ("request check", Command::RequestCheck),
            ("begin order", Command::BeginOrder),
            ("resume", Command::Resume),
            ("abandon", Command::Abandon),
            ("placed", self.placement(Placement::Placed(placed))),
            ("refused", self.placement(Placement::Refused(self.findings()))),
            ("blocked", self.placement(Placement::Blocked(self.findings()))),
            ("taken", self.placement(Placement::IdentifierTaken)),
            ("found", lookup(Some(self.found("customer-7", "601")))),
            ("foreign", lookup(Some(self.found("customer-8", "601")))),
            ("not found", lookup(None)),
            ("no code", Command::RecordCode { code: None, seen_version }),
            ("code refused", Command::RecordCodeRefused),
            ("code", Command::RecordCode { code: Some(VerificationCode::new("fresh")), seen_version }),
            ("code lost", Command::RecordCodeLost(self.code())),
            ("check started", Command::RecordCheckStarted { request: 1 }),
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
