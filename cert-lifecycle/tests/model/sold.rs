//! What is sold in the model: one service, and what can be ordered for it.

use cert_domain::{
    Catalogue, Configuration, ContactForm, Finding, Findings, Form, Offer, RequestPem, VerificationMethod,
};
use cert_lifecycle::service::{Command, Event, Placement, RecordedEvent, apply, decide};
use cert_lifecycle::{
    IssuedCertificate, OrderId, OrderProgress, OrderReport, PlacedOrder, Purpose, Service, ServiceId, Terms,
};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::{SignedDuration, Timestamp};

/// What is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purchase {
    /// A first certificate, under an identifier of ours.
    New,
    /// A certificate for the next term, under an identifier of the CA's.
    Renewal,
    /// Another certificate inside the term, for another key.
    Reissue,
    /// The same for the key that there is.
    ReissueOfTheKey,
}

impl Purchase {
    pub(crate) const ALL: [Self; 4] = [Self::New, Self::Renewal, Self::Reissue, Self::ReissueOfTheKey];
    /// Those whose orders the CA names.
    pub(crate) const FOLLOWING: [Self; 3] = [Self::Renewal, Self::Reissue, Self::ReissueOfTheKey];
}

/// The moment at which the model stands still: what ages is dated back.
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

const SERIAL: &str = "A1";

/// The service and all that can be said of it.
pub(crate) struct Sold {
    pub(crate) purchase: Purchase,
    pub(crate) id: ServiceId,
    pub(crate) terms: Terms,
    pub(crate) now: Timestamp,
    /// What happened before the model begins.
    pub(crate) past: Vec<Event>,
    /// What the customer asks for at first, and what he may ask for instead.
    configurations: [Configuration; 2],
}

impl Sold {
    pub(crate) fn new(purchase: Purchase) -> Self {
        let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
        let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
        let configuration = offer.check(&form()).unwrap();
        let [first, second] = [request(), request()];
        let first = match purchase {
            Purchase::New | Purchase::ReissueOfTheKey => configuration.clone(),
            Purchase::Renewal | Purchase::Reissue => configuration.with_brought_request(first),
        };
        let configurations = [first, configuration.with_brought_request(second)];
        let now = NOW.parse().unwrap();
        let id = ServiceId::for_reference("model");
        let mut sold = Self { purchase, id, terms: Terms::default(), now, past: Vec::new(), configurations };
        let customer = "customer-7".parse().unwrap();
        let mut service = None;
        sold.live(
            &mut service,
            Command::Create { offer: Box::new(offer), customer, email: None, language: None },
        );
        if purchase != Purchase::New {
            sold.live(&mut service, Command::Configure(configuration));
            sold.live(&mut service, Command::BeginOrder);
            let placed = PlacedOrder { order_id: sold.order_id(1), code: None };
            let placement = Placement::Placed(placed);
            sold.live(&mut service, Command::RecordPlacement { order_id: sold.order_id(1), placement });
            let report = OrderReport { progress: OrderProgress::Accepted, checks: Vec::new() };
            sold.live(&mut service, Command::RecordReport(report));
            sold.live(&mut service, Command::RecordCertificate(Some(Ok(sold.certificate()))));
        }
        sold
    }

    /// A day before the model begins.
    pub(crate) fn yesterday(&self) -> Timestamp {
        self.now - SignedDuration::from_hours(24)
    }

    fn live(&mut self, service: &mut Option<Service>, command: Command) {
        let at = self.yesterday();
        for event in decide(service.as_ref(), command, at, &self.terms).unwrap().events {
            self.past.push(event.clone());
            *service = Some(apply(self.id, service.take(), RecordedEvent { at, by: None, event }).unwrap());
        }
    }

    fn certificate(&self) -> IssuedCertificate {
        let (not_before, not_after) = (self.yesterday(), self.now + SignedDuration::from_hours(24 * 198));
        serde_json::from_value(serde_json::json!({
            "pem": "leaf",
            "chain": ["intermediate"],
            "serial_number": SERIAL,
            "not_before": not_before,
            "not_after": not_after,
            "names": ["shop.example.com"],
        }))
        .unwrap()
    }

    /// Our name of the order of an attempt.
    pub(crate) fn order_id(&self, attempt: u8) -> OrderId {
        OrderId::from_authority(format!("{}-{attempt}", self.id.to_string().replace('-', "")))
    }

    /// The attempt that an order is named after.
    pub(crate) fn attempt_of(&self, order_id: &OrderId) -> u8 {
        let attempt = (1..=u8::MAX).find(|attempt| self.order_id(*attempt) == *order_id);
        attempt.expect("our name of an order")
    }

    /// What is ordered with a key.
    pub(crate) fn configuration(&self, key: u8) -> &Configuration {
        &self.configurations[usize::from(key)]
    }

    /// The key that something is ordered with.
    pub(crate) fn key_of(&self, configuration: &Configuration) -> u8 {
        let hash = configuration.request().public_key_hash();
        let is_it = |known: &Configuration| known.request().public_key_hash() == hash;
        u8::try_from(self.configurations.iter().position(is_it).expect("a key of the model")).unwrap()
    }

    /// The customer's wish.
    pub(crate) fn ask(&self, key: u8) -> Command {
        let configuration = self.configuration(key).clone();
        let serial_number = SERIAL.to_owned();
        let purpose = match self.purchase {
            Purchase::New => return Command::Configure(configuration),
            Purchase::Renewal => Purpose::Renewal { serial_number },
            Purchase::Reissue | Purchase::ReissueOfTheKey => {
                Purpose::Reissue { serial_number, added: Vec::new() }
            }
        };
        Command::Succeed { purpose, configuration: Box::new(configuration) }
    }

    /// What the CA says with a code.
    pub(crate) fn findings(code: u32) -> Findings {
        Finding::stated(code, "order", "refused", "odmowa").into()
    }
}

fn form() -> Form {
    let contact = ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: "jan@example.com".into(),
        phone: String::new(),
    };
    let csr = request().pem().to_owned();
    Form { csr, contact, names: vec!["shop.example.com".into()], ..Form::default() }
}

fn request() -> RequestPem {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    RequestPem::from(&CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap())
}
