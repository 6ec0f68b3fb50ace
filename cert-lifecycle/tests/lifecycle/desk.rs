//! A reseller with everything around: mail, facts for a host, a vault, and officers at the CA.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cert_domain::{
    AddressForm, Billing, BillingCycle, Catalogue, CertificateForm, ContactForm, Currency, Form, KeyChoice,
    Money, NameEntry, Offer, PersonForm, ProductKind, RegistrationForm, ReissueForm, RenewalForm,
    SubjectForm, VerificationMethod,
};
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact, Message};
use cert_lifecycle::vault::{KeyVault, MemoryKeyStore, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{
    CheckKind, Error, Lifecycle, LifecycleBuilder, NewService, Proof, Service, ServiceId, SqliteStore, State,
    StateKind, WorkerPolicy,
};
use certum_api::types::{OrderVerificationState, OrderVerificationType};
use certum_sandbox::{CallOutcome, Habits, Sandbox, SandboxClock, VerificationDecision};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::SignedDuration;

use crate::common::{PASSWORD, Shop, USER, certum};

/// Keeps whatever it is to carry.
#[derive(Clone)]
pub(crate) struct Tray<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Tray<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl<T: Clone + Send + Sync> Deliver<T> for Tray<T> {
    async fn deliver(&self, what: &T) -> Delivery {
        self.0.lock().unwrap().push(what.clone());
        Delivery::Delivered
    }
}

/// A shop whose letters and facts can be read.
pub(crate) struct Desk {
    pub(crate) shop: Shop,
    pub(crate) letters: Tray<Message>,
    pub(crate) facts: Tray<Fact>,
}

impl Deref for Desk {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.shop
    }
}

/// A sandbox that names reissues one way or the other, and issues a minute and a half after the last proof.
pub(crate) async fn sandbox_with(reissue_keeps_order_id: bool) -> Sandbox {
    let habits = Habits::from_seed(7)
        .with_reissue_keeping_order_id(reissue_keeps_order_id)
        .with_issue_delay(SignedDuration::from_secs(90));
    sandbox_of(habits).await
}

pub(crate) async fn sandbox_of(habits: Habits) -> Sandbox {
    Sandbox::builder()
        .clock(SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap()))
        .seed(7)
        .credentials(USER, PASSWORD)
        .habits(habits)
        .start()
        .await
        .unwrap()
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with(sandbox_with(true).await, |builder| builder).await
    }

    /// One that keeps the keys that it makes.
    pub(crate) async fn with_vault() -> Self {
        let sandbox = sandbox_with(true).await;
        let vault = vault(sandbox.clock());
        Self::with(sandbox, |builder| builder.vault(vault)).await
    }

    pub(crate) async fn with(
        sandbox: Sandbox,
        set_up: impl FnOnce(LifecycleBuilder) -> LifecycleBuilder,
    ) -> Self {
        let (letters, facts) = (Tray::new(), Tray::new());
        let clock = sandbox.clock().clone();
        let mut policy = WorkerPolicy::default();
        policy.sync = None;
        let texts = StandardTexts::new("Example Hosting")
            .mailbox("certificates@example.com")
            .form_link("https://panel.example.com/ssl/{service}?token={token}")
            .unwrap();
        let builder =
            Lifecycle::builder(SqliteStore::in_memory().await.unwrap(), certum(sandbox.endpoint().as_str()))
                .clock(move || clock.now())
                .policy(policy)
                .tell_people(texts, letters.clone())
                .tell_programs(facts.clone());
        let lifecycle = set_up(builder).build();
        Self { shop: Shop { sandbox, lifecycle }, letters, facts }
    }

    /// What programs were told of a service, by its name.
    pub(crate) fn told(&self, id: ServiceId, kind: &str) -> Vec<serde_json::Value> {
        let is_this = |fact: &Fact| fact.kind == kind && fact.data["service"] == id.to_string();
        self.facts.all().into_iter().filter(is_this).map(|fact| fact.data).collect()
    }

    /// How often the CA carried out an operation, whatever became of the answers.
    pub(crate) fn carried_out(&self, operation: &str) -> usize {
        let calls = self.sandbox.calls().into_iter();
        calls
            .filter(|call| call.operation.as_deref() == Some(operation))
            .filter(|call| call.outcome == CallOutcome::Success)
            .count()
    }

    /// Sells an offer, and hands in a form for it.
    pub(crate) async fn sell_offer(&self, offer: Offer, form: &Form) -> ServiceId {
        let new = NewService::new(offer, "customer-7".parse().unwrap()).with_email("sold@example.com");
        let id = self.lifecycle.create(new).await.unwrap();
        self.lifecycle.configure(id, form).await.unwrap();
        id
    }

    /// Sells a product that is proved by its names alone, and sees it through to the certificate.
    pub(crate) async fn enrol(&self, offer: Offer, form: &Form) -> (ServiceId, Service) {
        let id = self.sell_offer(offer, form).await;
        self.settle(id).await;
        let service = self.finish(id).await;
        (id, service)
    }

    /// Does what the customer, the owners of mailboxes and the CA's officers have to, until nothing is left.
    pub(crate) async fn settle(&self, id: ServiceId) {
        let is_placed = |service: &Service| !matches!(service.state, State::Ordering(_));
        let service = self.until(id, is_placed).await;
        if service.state.kind() != StateKind::Validating {
            return;
        }
        if service.state.configuration().unwrap().names().is_some() {
            self.until(id, |service| match &service.state {
                State::Validating(validating) => !validating.instructions().is_empty(),
                _ => true,
            })
            .await;
            if self.service(id).await.state.kind() == StateKind::Validating {
                self.prove(id).await;
            }
        }
        self.work().await;
        let order_id = match self.service(id).await.state.order_id() {
            Some(order_id) => order_id.to_string(),
            None => return,
        };
        for check in self.lifecycle.order_report(id).await.unwrap().checks {
            if !matches!(check.proof, Proof::Required | Proof::Failed) {
                continue;
            }
            let kind = match check.kind {
                CheckKind::Email => {
                    self.read_mail(&order_id).await;
                    continue;
                }
                CheckKind::Organization => OrderVerificationType::Organization,
                CheckKind::Applicant => OrderVerificationType::Applicant,
                CheckKind::Authorization => OrderVerificationType::Authorization,
                CheckKind::ExtendedValidation => OrderVerificationType::ExtendedValidation,
                _ => continue,
            };
            self.decide(&order_id, kind, OrderVerificationState::Verified).await;
        }
    }

    /// Follows the link in every message about an order.
    pub(crate) async fn read_mail(&self, order_id: &str) {
        for mail in self.sandbox.mail() {
            if mail.order_id == order_id && mail.approve_url.is_some() && mail.approved_at.is_none() {
                // A former link works no longer.
                let _ = self.sandbox.approve_mail(mail.id).await;
            }
        }
    }

    pub(crate) async fn decide(
        &self,
        order_id: &str,
        kind: OrderVerificationType,
        state: OrderVerificationState,
    ) {
        let decision = VerificationDecision::new(kind, state);
        self.sandbox.decide_verification(order_id, decision).await.unwrap();
    }

    /// Lets days pass without anybody working, and works then.
    pub(crate) async fn pass_days(&self, days: i64) {
        self.pass(days * 24 * 60 * 60).await;
    }
}

pub(crate) fn vault(clock: &SandboxClock) -> KeyVault {
    let clock = clock.clone();
    let passphrase = Passphrase::new("correct horse battery staple").unwrap();
    let passphrases = SinglePassphrase::new(PassphraseId::new("first"), passphrase);
    KeyVault::new(MemoryKeyStore::new(), passphrases, move || clock.now())
}

/// An offer of any product, as one that is set up with nothing special.
pub(crate) fn any_offer(code: &str) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
    let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxtPrefix);
    Offer::new(product.clone(), method).unwrap()
}

/// The same product, paid every year.
pub(crate) fn yearly(code: &str) -> Offer {
    let mut offer = any_offer(code);
    let price = Money::new(12_990, "PLN".parse::<Currency>().unwrap());
    offer.billing = Billing::Recurring { price, cycle: BillingCycle::Annually };
    offer
}

/// A request for a fresh key.
pub(crate) fn csr(common_name: &str) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    CertificateRequest::builder().common_name(common_name).sign(&key).unwrap().to_pem()
}

/// A form that holds what any product asks for, for these names.
pub(crate) fn full_form(common_name: &str, names: &[&str]) -> Form {
    let contact = ContactForm {
        first_name: "Jan".into(),
        last_name: "Nowak".into(),
        email: "jan@example.com".into(),
        phone: "+48 22 123 45 67".into(),
    };
    let registration = RegistrationForm {
        serial_number: "0000123456".into(),
        business_category: "Private Organization".into(),
        street_address: "Piotrkowska 1".into(),
        postal_code: "90-001".into(),
        locality: "Łódź".into(),
        state: "łódzkie".into(),
        country: "PL".into(),
    };
    let is_host = !names.is_empty();
    let subject = SubjectForm {
        common_name: if is_host { String::new() } else { common_name.into() },
        email: "jan@example.com".into(),
        organization: "Żółw sp. z o.o.".into(),
        locality: "Łódź".into(),
        state: "łódzkie".into(),
        country: "PL".into(),
        tax_number: "525-000-00-00".into(),
        registration,
        ..SubjectForm::default()
    };
    Form {
        csr: csr(common_name),
        subject,
        contact,
        names: names.iter().map(|&name| NameEntry::from(name)).collect(),
        ..Form::default()
    }
}

/// The administrative contact of the WHMCS module's form, whose mailbox notices go to.
pub(crate) fn administrator() -> PersonForm {
    PersonForm {
        contact: ContactForm {
            first_name: "John".into(),
            last_name: "Doe".into(),
            email: "john@example.com".into(),
            phone: "+1 410-947-6416".into(),
        },
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
    }
}

/// A reissue of a service's newest certificate, for a fresh key.
pub(crate) fn reissue_of(service: &Service) -> ReissueForm {
    let certificate = service.certificate().unwrap();
    ReissueForm {
        certificate: CertificateForm::by_serial_number(&certificate.certificate.serial_number),
        csr: csr(certificate.configuration.common_name().unwrap()),
        ..ReissueForm::default()
    }
}

/// A renewal of a service's newest certificate, for a fresh key.
pub(crate) fn renewal_of(service: &Service) -> RenewalForm {
    let certificate = service.certificate().unwrap();
    RenewalForm {
        certificate: CertificateForm::by_serial_number(&certificate.certificate.serial_number),
        csr: csr(certificate.configuration.common_name().unwrap()),
        ..RenewalForm::default()
    }
}

/// A key that the system makes, and keeps if it is told to.
pub(crate) fn generated(keep: bool) -> KeyChoice {
    KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep }
}

/// The codes of what is wrong with a form.
#[track_caller]
pub(crate) fn codes<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<u32> {
    match outcome {
        Err(Error::Findings(findings)) => findings.as_slice().iter().map(|finding| finding.code).collect(),
        other => panic!("{other:?}"),
    }
}
