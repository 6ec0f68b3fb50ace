//! A reseller's world: a CA, a host that bills, a customer, and a worker that works when it can.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cert_domain::{Billing, BillingCycle, Currency, Form, KeyChoice, Money, WindowPolicy};
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::RecordedEvent;
use cert_lifecycle::vault::{KeyVault, MemoryKeyStore, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{Lifecycle, Service, ServiceId, SqliteStore, Store, Terms, WorkerPolicy};
use certum_sandbox::{Sandbox, SandboxClock};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::fate::{AroundKeys, AroundPublisher, AroundStore, Borders, Ear, Fate};
use crate::common::{NAME, PASSWORD, StandIn, USER, certum, form, offer};
use crate::stores::Obstructed;

/// What a run is like.
pub(super) struct Plan {
    /// For how long.
    pub(super) years: i16,
    /// Who makes the keys.
    pub(super) keys: Keys,
    /// When the host is paid.
    pub(super) pays: Pays,
    /// What befalls the worker.
    pub(super) fate: Fate,
    /// On which days no worker runs.
    pub(super) is_off: fn(Date) -> bool,
    /// When successors are begun.
    pub(super) windows: WindowPolicy,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            years: 10,
            keys: Keys::Vault,
            pays: Pays::DaysAfterInvoice(5),
            fate: Fate::Spared,
            is_off: |_| false,
            windows: WindowPolicy::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// The vault makes and keeps them.
    Vault,
    /// The customer does, and hands in requests.
    Customer,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Pays {
    DaysAfterInvoice(i32),
    DaysAfterPeriodBegan(i32),
}

/// The world, and what was seen in it.
pub(super) struct World {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) lifecycle: Lifecycle,
    pub(super) id: ServiceId,
    pub(super) vault: KeyVault,
    pub(super) borders: Arc<Borders>,
    /// Everything that the host was told, each time that it was.
    pub(super) heard: Arc<Mutex<Vec<Fact>>>,
    /// Since when a certificate is owed for as long as is paid: a day after a payment that ended a lapse.
    owed_since: Timestamp,
    pub(super) plan: Plan,
    store: SqliteStore,
    /// The facts that the host and the customer have acted on.
    settled: BTreeSet<String>,
    /// The service as it was when somebody last looked.
    seen: Option<Service>,
    steps: usize,
}

impl World {
    pub(super) async fn begin(plan: Plan) -> Self {
        let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
        let sandbox = Sandbox::builder()
            .clock(clock.clone())
            .seed(7)
            .credentials(USER, PASSWORD)
            .issue_delay(SignedDuration::from_secs(90))
            .call_limit(1_000_000)
            .start();
        let sandbox = Arc::new(sandbox.await.unwrap());
        let borders = Borders::new(plan.fate, Arc::clone(&sandbox));
        let store = SqliteStore::in_memory().await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let certum = certum(sandbox.endpoint().as_str());
        let mut terms = Terms::default();
        terms.windows = plan.windows;
        let of_vault = clock.clone();
        let keys = AroundKeys { keys: MemoryKeyStore::new(), borders: Arc::clone(&borders) };
        let passphrase = Passphrase::new("correct horse battery staple").unwrap();
        let passphrase = SinglePassphrase::new(PassphraseId::new("one"), passphrase);
        let vault = KeyVault::new(keys, passphrase, move || of_vault.now());
        let lifecycle = Lifecycle::builder(
            Obstructed { store: store.clone(), obstacle: AroundStore(Arc::clone(&borders)) },
            StandIn { around: borders.around_calls(), ..StandIn::for_certum(certum) },
        )
        .clock(move || clock.now())
        .terms(terms)
        .vault(vault.clone())
        .publisher(AroundPublisher(Arc::clone(&borders)))
        .tell_programs(Ear { heard: Arc::clone(&heard), borders: Arc::clone(&borders) })
        .build();
        let mut offer = offer("601");
        let price = Money::new(12_900, Currency::PLN);
        offer.billing = Billing::Recurring { price, cycle: BillingCycle::Annually };
        let id = lifecycle.create_service(offer, "customer-7".parse().unwrap()).await.unwrap();
        let owed_since = sandbox.clock().now() + SignedDuration::from_hours(24);
        let (settled, seen, steps) = (BTreeSet::new(), None, 0);
        let world = Self {
            sandbox,
            lifecycle,
            id,
            vault,
            borders,
            heard,
            owed_since,
            plan,
            store,
            settled,
            seen,
            steps,
        };
        world.sell().await;
        world
    }

    /// The customer pays for the first year, and fills in the form.
    async fn sell(&self) {
        self.lifecycle.receive_payment(self.id, None, self.today()).await.unwrap();
        let mut form: Form = form(&[NAME], "dns");
        if self.plan.keys == Keys::Vault {
            form.csr.clear();
            form.key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
            form.csr = self.lifecycle.generate_request(self.id, &form).await.unwrap().csr;
        }
        self.lifecycle.configure(self.id, &form).await.unwrap();
    }

    /// Lets the certificate end although it is paid for.
    pub(super) fn excuse(&mut self) {
        self.owed_since = Timestamp::MAX;
    }

    /// Lives through the years: the clock goes on to whatever is due next, and by a day at most.
    pub(super) async fn live(&mut self) {
        const DAY: SignedDuration = SignedDuration::from_hours(24);
        let end = self.today().saturating_add(self.plan.years.years());
        while self.today() < end {
            if (self.plan.is_off)(self.today()) {
                self.pass(DAY);
                self.people_act().await;
                continue;
            }
            self.work().await;
            self.look().await;
            if self.people_act().await {
                continue;
            }
            let due = self.store.next_due().await.unwrap();
            let wait = due.map_or(DAY, |due| due.duration_since(self.now()));
            self.pass(wait.clamp(SignedDuration::from_secs(1), DAY));
            self.steps += 1;
        }
    }

    /// Has a worker work on all that is due; if it dies, another once the lease of the dead has ended.
    async fn work(&self) {
        let worker = self.lifecycle.worker();
        while !self.borders.watch(async { worker.tick().await.map(|_| ()).unwrap() }).await {
            let lease = SignedDuration::try_from(WorkerPolicy::default().lease).unwrap();
            self.pass(lease + SignedDuration::from_secs(1));
        }
    }

    /// By what the store knows now, a certificate is in force whenever one is owed.
    async fn look(&mut self) {
        let summary = self.lifecycle.summary(self.id).await.unwrap();
        if self.seen.as_ref().is_none_or(|seen| seen.version != summary.version) {
            self.seen = Some(self.service().await);
        }
        let Some(service) = &self.seen else { return };
        let spared = i32::from(self.lifecycle.terms().spared_days).days();
        let paid = service.account.paid_through.map(|paid| paid.date().saturating_sub(spared));
        let is_paid = paid.is_some_and(|last| last >= self.today());
        let (now, mut certificates) = (self.now(), service.certificates.iter());
        if is_paid && now >= self.owed_since {
            assert!(certificates.any(|certificate| certificate.is_in_force(now)), "none in force at {now}");
        }
    }

    /// The host bills and is paid, the customer brings requests. Says whether anybody did anything.
    async fn people_act(&mut self) -> bool {
        let is_open = |fact: &&Fact| {
            matches!(fact.kind.as_str(), "invoice_due" | "request_needed")
                && !self.settled.contains(fact.id.as_str())
        };
        let open: Vec<_> = self.heard.lock().unwrap().iter().filter(is_open).cloned().collect();
        let mut acted = false;
        for fact in open {
            let is_settled = match fact.kind.as_str() {
                "invoice_due" => self.pay(&fact).await,
                _ => {
                    self.bring_request().await;
                    true
                }
            };
            if is_settled {
                self.settled.insert(fact.id.as_str().to_owned());
                acted = true;
            }
        }
        acted
    }

    /// Pays an invoice if it is time to, and has it told twice, as hosts do. The customer brings a request the day before.
    async fn pay(&mut self, invoice: &Fact) -> bool {
        let date = |field: &str| invoice.data[field].as_str().unwrap().parse::<Date>().unwrap();
        let period_start = date("period_start");
        let pays_on = match self.plan.pays {
            Pays::DaysAfterInvoice(days) => utc(invoice.occurred_at).saturating_add(days.days()),
            Pays::DaysAfterPeriodBegan(days) => period_start.saturating_add(days.days()),
        };
        let today = self.today();
        let brings = format!("request for {period_start}");
        if self.plan.keys == Keys::Customer
            && today >= pays_on.yesterday().unwrap()
            && self.settled.insert(brings)
        {
            self.bring_request().await;
        }
        if today < pays_on {
            return false;
        }
        if today >= period_start {
            self.owed_since = self.now() + SignedDuration::from_hours(24);
        }
        for _ in 0..2 {
            self.lifecycle.receive_payment(self.id, Some(period_start), today).await.unwrap();
        }
        true
    }

    async fn bring_request(&self) {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let request = CertificateRequest::builder().common_name(NAME).sign(&key).unwrap();
        self.lifecycle.store_request(self.id, &request.to_pem()).await.unwrap();
    }

    pub(super) async fn service(&self) -> Service {
        self.lifecycle.service(self.id).await.unwrap()
    }

    pub(super) async fn history(&self) -> Vec<RecordedEvent> {
        self.lifecycle.history(self.id).await.unwrap()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.sandbox.clock().now()
    }

    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    fn today(&self) -> Date {
        utc(self.now())
    }

    fn pass(&self, time: SignedDuration) {
        self.sandbox.advance_clock(time).unwrap();
    }
}

pub(super) fn utc(moment: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(moment).date()
}
