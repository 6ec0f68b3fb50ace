//! One service, and what can be said of it.

use cert_domain::{
    Billing, BillingCycle, Catalogue, Configuration, ContactForm, Currency, CustomerId, Finding, Findings,
    Form, KeyChoice, Money, Offer, RequestPem, Revocation, RevocationForm, SubjectForm, VerificationCode,
    VerificationMethod,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::{SignedDuration, Timestamp};

use super::super::*;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{FoundOrder, NameState, NewOrder, OrderProgress, Proof, Purpose};
use crate::{Entropy, EntropyError, OrderId, OrderReport, ServiceId, Terms};

/// Decides at the moment that the tests are at.
pub(super) fn decided(service: Option<&Service>, command: Command) -> Result<Decision, NotAllowed> {
    decide(service, command, World::NOW.parse().unwrap(), &Terms::default())
}

/// What a service needs next at the moment that the tests are at.
pub(super) fn resume(service: &Service) -> Next {
    super::super::resume(service, &Terms::default(), World::NOW.parse().unwrap())
}

pub(super) fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

pub(super) fn report(progress: OrderProgress) -> Command {
    Command::RecordReport(OrderReport { progress, checks: Vec::new() })
}

fn offer(code: &str, method: Option<VerificationMethod>) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap().clone();
    Offer::new(product, method).unwrap()
}

/// The same on other terms.
pub(super) fn offer_with_title(offer: &Offer) -> Offer {
    let mut offer = offer.clone();
    offer.title = Some("Our SSL".into());
    offer
}

/// A certificate for a mailbox, and what is filled in for it: nothing about names.
fn mailbox() -> (Offer, Configuration) {
    let offer = offer("731", None);
    let subject = SubjectForm { email: "jan@example.com".into(), ..SubjectForm::default() };
    let configuration = offer.check(&Form { subject, ..form() }).unwrap();
    (offer, configuration)
}

pub(super) fn form() -> Form {
    let contact = ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: "jan@example.com".into(),
        phone: String::new(),
    };
    Form { csr: request().pem().to_owned(), contact, ..Form::default() }
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.fill(0);
        Ok(())
    }
}

/// A request of a key that no other has.
pub(super) fn request() -> RequestPem {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let builder = CertificateRequest::builder().common_name("shop.example.com");
    RequestPem::from(&builder.sign(&key).unwrap())
}

/// What the tests are about: one service, and what can be said of it.
pub(super) struct World {
    pub(super) id: ServiceId,
    pub(super) now: Timestamp,
    pub(super) offer: Offer,
    pub(super) customer: CustomerId,
    pub(super) configuration: Configuration,
    /// A product without names, and what is filled in for it.
    pub(super) mailbox: (Offer, Configuration),
    /// The request of what follows.
    pub(super) next: RequestPem,
    /// A request that nothing was ordered with yet.
    pub(super) spare: RequestPem,
}

impl World {
    const NOW: &str = "2026-11-21T12:00:00Z";

    pub(super) fn new() -> Self {
        let now: Timestamp = Self::NOW.parse().unwrap();
        let offer = offer("601", Some(VerificationMethod::DnsTxtPrefix));
        let configuration = offer.check(&Form { names: vec!["shop.example.com".into()], ..form() }).unwrap();
        let customer = "customer-7".parse().unwrap();
        let id = ServiceId::new(now, &Zeros).unwrap();
        Self {
            id,
            now,
            offer,
            customer,
            configuration,
            mailbox: mailbox(),
            next: request(),
            spare: request(),
        }
    }

    /// An offer that is paid every year.
    pub(super) fn recurring(&self) -> Offer {
        let price = Money::new(12_990, Currency::PLN);
        let mut offer = self.offer.clone();
        offer.billing = Billing::Recurring { price, cycle: BillingCycle::Annually };
        offer
    }

    /// The same, with a key that the system made and keeps.
    pub(super) fn kept(&self) -> Configuration {
        let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
        let form = Form { key, ..self.configuration.to_form() };
        self.offer.check(&form).unwrap()
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
        self.issued("A1", self.now)
    }

    /// A certificate as the CA issues it at a moment of the tests' year: for 199 days.
    pub(super) fn issued(&self, serial_number: &str, not_before: Timestamp) -> IssuedCertificate {
        IssuedCertificate {
            pem: "leaf".into(),
            chain: ["intermediate".into()].into(),
            serial_number: serial_number.into(),
            not_before,
            not_after: not_before + days(199) - SignedDuration::from_secs(1),
            names: vec!["shop.example.com".into()],
        }
    }

    pub(super) fn revocation(&self) -> Revocation {
        let form = RevocationForm {
            serial_number: "A1".into(),
            reason: "SUPERSEDED".into(),
            ..RevocationForm::default()
        };
        let today = utc(self.now);
        form.check(today, today).unwrap()
    }

    /// What follows the first certificate, with another key.
    pub(super) fn following(&self) -> Configuration {
        self.configuration.with_request(self.next.clone())
    }

    pub(super) fn renewal(&self) -> Purpose {
        Purpose::Renewal { serial_number: "A1".into() }
    }

    pub(super) fn reissue(&self) -> Purpose {
        Purpose::Reissue { serial_number: "A1".into(), added: Vec::new() }
    }

    /// The intent of the second order.
    pub(super) fn second_attempt(&self, purpose: &Purpose) -> Attempt {
        let order_id = OrderId::for_attempt(self.id, 2);
        let product = match (purpose, &self.offer.product.renewal_code) {
            (Purpose::Renewal { .. }, Some(code)) => code.clone(),
            _ => self.offer.product.code.clone(),
        };
        let order = NewOrder::new(order_id, &self.customer, &self.offer, &self.following());
        Attempt::new(2, &NewOrder { purpose: purpose.clone(), product, ..order })
    }

    /// What the CA calls an order whose identifier is its own to choose.
    pub(super) fn their_order_id(&self) -> OrderId {
        OrderId::from_authority("CA-2")
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
        let history =
            events.iter().map(|event| RecordedEvent { at: self.now, by: None, event: event.clone() });
        replay(self.id, history).unwrap()
    }

    /// A service after some more events at a moment.
    pub(super) fn after(&self, service: Option<Service>, events: &[Event], at: Timestamp) -> Option<Service> {
        events.iter().fold(service, |service, event| {
            Some(apply(self.id, service, RecordedEvent { at, by: None, event: event.clone() }).unwrap())
        })
    }

    pub(super) fn service(&self, name: &str) -> Option<Service> {
        self.replay(&self.history(name))
    }
}
