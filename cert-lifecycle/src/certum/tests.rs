//! The adapter against the sandbox.

mod ending;
mod fields;
mod following;
mod lists;
mod proofs;

use cert_domain::{
    Catalogue, Configuration, ContactForm, Findings, Form, HashAlgorithm, NameRule, Offer, Product,
    ProductKind, ProductStatus, RegistrationForm, RequestPem, SubjectForm, VerificationMethod,
};
use certum_api::{Credentials, Environment};
use certum_sandbox::{DnsRecord, Fault, FaultKind, FaultPlan, FaultPoint, Habits, Sandbox, SandboxClock};
use csr_tools::{Certificate, KeyAlgorithm, PrivateKey};
use jiff::SignedDuration;

use super::*;
use crate::authority::OrderProgress;

/// A sandbox, and the adapter to it.
struct Desk {
    sandbox: Sandbox,
    certum: Certum,
}

impl Desk {
    async fn open() -> Self {
        Self::with(Habits::plain()).await
    }

    async fn with(habits: Habits) -> Self {
        let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
        let builder = Sandbox::builder().credentials("reseller", "sandbox").clock(clock).habits(habits);
        let sandbox = builder.start().await.unwrap();
        let endpoint = Environment::Custom(sandbox.endpoint());
        let client = Client::builder(endpoint, Credentials::new("reseller", "sandbox")).build().unwrap();
        Self { sandbox, certum: Certum::new(client) }
    }

    fn pass_days(&self, days: i64) {
        self.sandbox.advance_clock(SignedDuration::from_hours(24 * days)).unwrap();
    }

    async fn place(&self, order: &NewOrder) -> PlacedOrder {
        self.certum.place_order(order).await.unwrap()
    }

    /// Publishes a code for the names of an order, and has the CA look for it.
    async fn prove(&self, order: &NewOrder, code: &VerificationCode) {
        for name in order.configuration.names().unwrap().as_slice() {
            let name = format!("_certum.{}", name.base());
            self.sandbox.publish_dns(DnsRecord::txt(&name, code.as_str()).unwrap());
        }
        self.certum.start_check(code).await.unwrap();
    }

    /// Places an order for names, and proves them; its certificate is there at once.
    async fn enrol(&self, order: &NewOrder) -> Certificate {
        let placed = self.place(order).await;
        self.prove(order, &placed.code.unwrap()).await;
        self.certificate(&placed.order_id).await
    }

    async fn certificate(&self, order_id: &OrderId) -> Certificate {
        let fetched = self.certum.certificate(order_id).await.unwrap().unwrap();
        Certificate::from_pem_or_base64(fetched.certificate).unwrap()
    }

    async fn progress(&self, order_id: &OrderId) -> OrderProgress {
        self.certum.order_report(order_id).await.unwrap().progress
    }

    /// The next answer of an operation gets lost, after the CA has done what was asked.
    fn lose_answer_of(&self, operation: &str) {
        let fault = Fault::new(operation, FaultKind::Drop, FaultPoint::AfterCommit).times(1);
        self.sandbox.set_faults(FaultPlan::new().with(fault));
    }

    /// How often an operation was called.
    fn calls(&self, operation: &str) -> usize {
        let is_meant = |call: &&certum_sandbox::Call| call.operation.as_deref() == Some(operation);
        self.sandbox.calls().iter().filter(is_meant).count()
    }
}

fn offer(code: &str) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
    let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxtPrefix);
    Offer::new(product.clone(), method).unwrap()
}

/// An order of a product, under an identifier.
fn order(order_id: &str, code: &str) -> NewOrder {
    let offer = offer(code);
    let configuration = offer.check(&form(&offer.product)).unwrap();
    NewOrder::new(OrderId::from_authority(order_id), &"customer-7".parse().unwrap(), &offer, &configuration)
}

/// The order that follows another for a purpose, with a new key and otherwise the same.
fn following(order: &NewOrder, purpose: Purpose) -> NewOrder {
    let configuration = order.configuration.with_request(request(&order.configuration));
    let product = match purpose.kind() {
        crate::OrderKind::Renewal => offer(order.product.as_str()).product.renewal().unwrap().clone(),
        _ => order.product.clone(),
    };
    let order_id = OrderId::from_authority(format!("after-{}", order.order_id));
    NewOrder { order_id, purpose, product, configuration, ..order.clone() }
}

fn renewal(order: &NewOrder, certificate: &Certificate) -> NewOrder {
    following(order, Purpose::Renewal { serial_number: certificate.serial_number().to_string() })
}

fn reissue(order: &NewOrder, certificate: &Certificate) -> NewOrder {
    let serial_number = certificate.serial_number().to_string();
    following(order, Purpose::Reissue { serial_number, added: Vec::new() })
}

/// A request for the same data, by a key of its own.
fn request(configuration: &Configuration) -> RequestPem {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    RequestPem::check(&configuration.request_to_sign().sign(&key).unwrap().to_pem()).unwrap()
}

fn codes(findings: &Findings) -> Vec<u32> {
    findings.as_slice().iter().map(|finding| finding.code).collect()
}

/// The codes with which a call was refused.
#[track_caller]
fn refusal<T: std::fmt::Debug>(outcome: Result<T, AuthorityError>) -> Vec<u32> {
    match outcome {
        Err(AuthorityError::Refused(findings)) => codes(&findings),
        other => panic!("not refused: {other:?}"),
    }
}

/// The codes with which a call was refused, where the form is not to blame.
#[track_caller]
fn block<T: std::fmt::Debug>(outcome: Result<T, AuthorityError>) -> Vec<u32> {
    match outcome {
        Err(AuthorityError::Blocked(findings)) => codes(&findings),
        other => panic!("not blocked: {other:?}"),
    }
}

/// A form that holds what any product asks for.
fn form(product: &Product) -> Form {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request =
        csr_tools::CertificateRequest::builder().common_name("shop.example.com").sign(&key).unwrap();
    let (common_name, names) = match product.names {
        NameRule::None => ("Jan Nowak", Vec::new()),
        NameRule::Wildcard => ("", vec!["*.example.com".into()]),
        _ => ("", vec!["shop.example.com".into()]),
    };
    Form {
        csr: request.to_pem(),
        hash_algorithm: Some(HashAlgorithm::RsaSha256),
        subject: SubjectForm {
            common_name: common_name.into(),
            email: "jan@example.com".into(),
            organization: "Żółw sp. z o.o.".into(),
            locality: "Łódź".into(),
            state: "łódzkie".into(),
            country: "pl".into(),
            tax_number: "525-000-00-00".into(),
            registration: RegistrationForm {
                serial_number: "0000123456".into(),
                business_category: "Private Organization".into(),
                street_address: "Piotrkowska 1".into(),
                postal_code: "90-001".into(),
                locality: "Łódź".into(),
                state: "łódzkie".into(),
                country: "PL".into(),
            },
            ..SubjectForm::default()
        },
        contact: ContactForm {
            first_name: "Jan".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: "22 123 45 67".into(),
        },
        revocation_contact: "security@example.com".into(),
        names,
        ..Form::default()
    }
}

#[tokio::test]
async fn says_of_every_product_on_sale_all_that_the_ca_wants_to_know() {
    let desk = Desk::open().await;
    let on_sale = |product: &&Product| product.status != ProductStatus::Legacy;
    for product in Catalogue::built_in().products().iter().filter(on_sale) {
        if let Err(error) = desk.certum.check_order(&order("order-1", product.code.as_str())).await {
            panic!("{}: {error}", product.name);
        }
    }
}

#[tokio::test]
async fn lists_the_products_of_the_account_with_what_they_are_signed_with() {
    let desk = Desk::open().await;
    let listed = desk.certum.products().await.unwrap();
    let catalogue = Catalogue::built_in().merged(&listed);
    let current = |product: &&Product| product.status == ProductStatus::Current;
    for product in catalogue.products().iter().filter(current) {
        assert_eq!(product.availability, cert_domain::Availability::Listed, "{}", product.name);
        assert_eq!(product.hash_algorithms, HashAlgorithm::ALL, "{}", product.name);
    }
    // The CA sells more than the catalogue knows: what gathers the names of others.
    assert!(catalogue.undescribed().iter().all(|listed| listed.type_text.is_some()));
}

#[test]
fn leaves_out_of_the_list_of_products_what_nobody_can_ask_for() {
    let mut product = certum_api::types::Product::new();
    assert_eq!(answer::product(product.clone()), None);
    product.code = Some(601);
    product.validity_period = Some(-1);
    product.supported_hash_algorithms = ["ECC-SHA256", "ECC-SHA1", "ML-DSA"].map(Into::into).to_vec();
    let listed = answer::product(product.clone()).unwrap();
    assert_eq!((listed.code.as_str(), listed.validity_days), ("601", None));
    assert_eq!(listed.hash_algorithms, [HashAlgorithm::EccSha256]);
    product.code = Some(60_100);
    assert_eq!(answer::product(product), None);
}
