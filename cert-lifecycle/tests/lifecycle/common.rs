//! A reseller with a sandbox for a CA, in virtual time.

use std::time::Duration;

use async_trait::async_trait;
use cert_domain::{
    Catalogue, ContactForm, Evidence, Form, Instruction, ListedProduct, Offer, Revocation, VerificationCode,
    VerificationMethod,
};
use cert_lifecycle::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, Certum, Changes, EmailState,
    FetchedCertificate, FoundOrder, Lifecycle, ListedOrder, NameState, NewOrder, OrderId, OrderQuery,
    OrderReport, PlacedOrder, Service, ServiceId, SqliteStore, State, StateKind, Store, WorkerPolicy,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{DnsRecord, Sandbox, SandboxClock};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use futures::future::{self, BoxFuture};
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use jiff::{SignedDuration, Timestamp};

pub(crate) const NAME: &str = "shop.example.com";
pub(crate) const USER: &str = "reseller";
pub(crate) const PASSWORD: &str = "sandbox";

/// A sandbox that issues a minute and a half after the last proof.
pub(crate) async fn sandbox() -> Sandbox {
    sandbox_issuing_after(90).await
}

pub(crate) async fn sandbox_issuing_after(seconds: i64) -> Sandbox {
    let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    Sandbox::builder()
        .clock(clock)
        .seed(7)
        .credentials(USER, PASSWORD)
        .issue_delay(SignedDuration::from_secs(seconds))
        .start()
        .await
        .unwrap()
}

pub(crate) fn certum(endpoint: &str) -> Certum {
    let endpoint = Environment::Custom(endpoint.parse().unwrap());
    Certum::new(Client::builder(endpoint, Credentials::new(USER, PASSWORD)).build().unwrap())
}

pub(crate) fn lifecycle(
    store: impl Store + 'static,
    authority: impl CertificateAuthority + 'static,
    clock: SandboxClock,
) -> Lifecycle {
    Lifecycle::builder(store, authority).clock(move || clock.now()).policy(patient()).build()
}

/// Each order is looked at by itself: what the list of changes brings is tested where it is meant.
pub(crate) fn patient() -> WorkerPolicy {
    let mut policy = WorkerPolicy::default();
    policy.sync = None;
    policy
}

/// Workers of one program that wait for each other for a tenth of a second, by the real clock, as those of two programs do not
/// at all.
pub(crate) fn hasty() -> WorkerPolicy {
    let mut policy = patient();
    policy.lease = Duration::from_millis(400);
    policy
}

pub(crate) fn offer(code: &str) -> Offer {
    let product = Catalogue::built_in().product(&code.parse().unwrap()).unwrap();
    Offer::new(product.clone(), VerificationMethod::DnsTxtPrefix).unwrap()
}

pub(crate) fn form(names: &[&str], method: &str) -> Form {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = CertificateRequest::builder().common_name(names[0]).sign(&key).unwrap();
    Form {
        csr: request.to_pem(),
        names: names.iter().map(|&name| name.into()).collect(),
        method: Some(method.parse().unwrap()),
        contact: ContactForm {
            first_name: "Jan".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: String::new(),
        },
        ..Form::default()
    }
}

/// What happens at a border that has a name.
pub(crate) type AtBorder = Box<dyn Fn(&str) -> BoxFuture<'static, ()> + Send + Sync>;

/// Certum, with something to happen before and after each call, or another certificate to hand out.
pub(crate) struct StandIn {
    pub(crate) certum: Certum,
    pub(crate) around: AtBorder,
    pub(crate) instead: Option<FetchedCertificate>,
}

impl StandIn {
    pub(crate) fn for_certum(certum: Certum) -> Self {
        Self { certum, around: Box::new(|_| future::ready(()).boxed()), instead: None }
    }

    async fn call<T>(&self, name: &str, call: impl Future<Output = T>) -> T {
        (self.around)(&format!("before {name}")).await;
        let answer = call.await;
        (self.around)(&format!("after {name}")).await;
        answer
    }
}

#[async_trait]
impl CertificateAuthority for StandIn {
    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError> {
        self.call("checking", self.certum.check_order(order)).await
    }
    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError> {
        self.call("placing", self.certum.place_order(order)).await
    }
    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError> {
        self.call("finding", self.certum.find_order(order_id)).await
    }
    fn orders(&self, query: OrderQuery) -> BoxStream<'_, Result<ListedOrder, AuthorityError>> {
        let orders = async move {
            (self.around)("before listing").await;
            self.certum.orders(query)
        };
        let ended = stream::once(async { (self.around)("after listing").await });
        stream::once(orders).flatten().chain(ended.filter_map(|()| future::ready(None))).boxed()
    }
    fn changes(&self, from: Timestamp, to: Timestamp) -> BoxStream<'_, Result<Changes, AuthorityError>> {
        let changes = async move {
            (self.around)("before listing").await;
            self.certum.changes(from, to).then(async |part| {
                (self.around)("after listing").await;
                part
            })
        };
        stream::once(changes).flatten().boxed()
    }
    async fn renew_code(
        &self,
        order_id: &OrderId,
        approver: Option<&Approver>,
    ) -> Result<Option<VerificationCode>, AuthorityError> {
        self.call("renewing the code", self.certum.renew_code(order_id, approver)).await
    }
    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError> {
        self.call("starting the check", self.certum.start_check(code)).await
    }
    async fn order_report(&self, order_id: &OrderId) -> Result<OrderReport, AuthorityError> {
        self.call("reading progress", self.certum.order_report(order_id)).await
    }
    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError> {
        self.call("reading names", self.certum.name_states(order_id)).await
    }
    async fn resend_email(&self, order_id: &OrderId) -> Result<(), AuthorityError> {
        self.call("sending mail again", self.certum.resend_email(order_id)).await
    }
    async fn email_state(&self, order_id: &OrderId) -> Result<Option<EmailState>, AuthorityError> {
        self.call("reading the mailbox", self.certum.email_state(order_id)).await
    }
    async fn submit_evidence(&self, order_id: &OrderId, evidence: &Evidence) -> Result<(), AuthorityError> {
        self.call("handing in evidence", self.certum.submit_evidence(order_id, evidence)).await
    }
    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError> {
        match &self.instead {
            Some(instead) => Ok(Some(instead.clone())),
            None => self.call("fetching", self.certum.certificate(order_id)).await,
        }
    }
    async fn cancel_order(&self, order_id: &OrderId) -> Result<Cancellation, AuthorityError> {
        self.call("cancelling", self.certum.cancel_order(order_id)).await
    }
    async fn revoke(&self, revocation: &Revocation) -> Result<(), AuthorityError> {
        self.call("revoking", self.certum.revoke(revocation)).await
    }
    async fn products(&self) -> Result<Vec<ListedProduct>, AuthorityError> {
        self.call("listing products", self.certum.products()).await
    }
}

/// A reseller, the sandbox it buys from, and the time they share.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) lifecycle: Lifecycle,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let sandbox = sandbox().await;
        let authority = certum(sandbox.endpoint().as_str());
        Self::with(sandbox, SqliteStore::in_memory().await.unwrap(), authority)
    }

    pub(crate) fn with(
        sandbox: Sandbox,
        store: impl Store + 'static,
        authority: impl CertificateAuthority + 'static,
    ) -> Self {
        let lifecycle = lifecycle(store, authority, sandbox.clock().clone());
        Self { sandbox, lifecycle }
    }

    pub(crate) async fn sell(&self, product: &str, form: &Form) -> ServiceId {
        let id = self.lifecycle.create_service(offer(product), "customer-7".parse().unwrap()).await.unwrap();
        self.lifecycle.configure(id, form).await.unwrap();
        id
    }

    pub(crate) async fn service(&self, id: ServiceId) -> Service {
        self.lifecycle.service(id).await.unwrap()
    }

    /// Works on all that is due now.
    pub(crate) async fn work(&self) {
        self.lifecycle.worker().tick().await.unwrap();
    }

    /// Lets time pass, and works on all that has become due.
    pub(crate) async fn pass(&self, seconds: i64) {
        self.sandbox.advance_clock(SignedDuration::from_secs(seconds)).unwrap();
        self.work().await;
    }

    /// Does what the customer was told to, and says so.
    pub(crate) async fn prove(&self, id: ServiceId) {
        let State::Validating(validating) = self.service(id).await.state else {
            panic!("nothing to prove: {:?}", self.service(id).await.state)
        };
        let instructions = validating.instructions();
        assert!(!instructions.is_empty(), "nothing told");
        for instruction in instructions {
            follow(&self.sandbox, instruction).await;
        }
        if validating.configuration.method().is_some_and(VerificationMethod::is_published) {
            self.lifecycle.request_check(id).await.unwrap();
        }
    }

    /// Works through time until the service is active.
    pub(crate) async fn finish(&self, id: ServiceId) -> Service {
        self.until(id, |service| service.state.kind() == StateKind::Active).await
    }

    /// Works through time until a service is as expected.
    pub(crate) async fn until(&self, id: ServiceId, expected: impl Fn(&Service) -> bool) -> Service {
        for _ in 0..60 {
            let service = self.service(id).await;
            if expected(&service) {
                return service;
            }
            self.pass(60).await;
        }
        panic!("never as expected: {:?}", self.service(id).await)
    }

    /// Works through time until the customer can prove control of the names, and does.
    pub(crate) async fn prove_when_told(&self, id: ServiceId) {
        let told = |service: &Service| matches!(&service.state, State::Validating(v) if !v.instructions().is_empty());
        self.until(id, told).await;
        self.prove(id).await;
    }

    /// How many orders the CA has taken.
    pub(crate) fn orders(&self) -> usize {
        orders(&self.sandbox)
    }
}

/// How many orders the CA has taken, by its own record of what it carried out, whatever became of the answers.
pub(crate) fn orders(sandbox: &Sandbox) -> usize {
    let carried_out = |call: &&certum_sandbox::Call| {
        call.operation.as_deref() == Some("quickOrder")
            && call.outcome == certum_sandbox::CallOutcome::Success
    };
    sandbox.calls().iter().filter(carried_out).count()
}

/// Does what an instruction says, in the sandbox's own internet.
pub(crate) async fn follow(sandbox: &Sandbox, instruction: Instruction) {
    match instruction {
        Instruction::TxtRecord { name, value } => sandbox.publish_dns(DnsRecord::txt(&name, &value).unwrap()),
        Instruction::CnameRecord { name, target } => {
            sandbox.publish_dns(DnsRecord::cname(&name, &target).unwrap());
        }
        Instruction::File { host, path, body } => sandbox.publish_http(&host, &path, &body).unwrap(),
        Instruction::Message { mailbox } => {
            let message = sandbox.mail().into_iter().find(|mail| mail.to == mailbox);
            let message = message.unwrap_or_else(|| panic!("no message to {mailbox}"));
            sandbox.approve_mail(message.id).await.unwrap();
        }
        other => panic!("an unknown instruction: {other:?}"),
    }
}
