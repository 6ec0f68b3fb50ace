//! What a frontend calls.

use std::fmt;
use std::sync::Arc;

use cert_domain::{CustomerId, Finding, Form, Offer, ProductKind, ValidationLevel};
use csr_tools::PublicKeyHash;
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::authority::{AuthorityError, CertificateAuthority, NewOrder};
use crate::clock::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::error::Error;
use crate::policy::WorkerPolicy;
use crate::service::{Command, Decision, Event, RecordedEvent, Service, apply, decide, replay, resume};
use crate::store::{Append, AppendError, Row, Store, Summary};
use crate::worker::Worker;
use crate::{OrderId, ServiceId, service::Next};

/// The services of a reseller: what a frontend calls.
///
/// # Expected flow
/// [`create_service`](Self::create_service), [`configure`](Self::configure); the [`worker`](Self::worker) orders. The
/// customer publishes what [`Validating::instructions`](crate::Validating::instructions) says; then
/// [`request_check`](Self::request_check), and the worker goes on until the service is active.
///
/// # Guarantees
/// - One intent buys one order, whatever crashes or gets lost: see the crate's documentation.
/// - What a method reports as done is in the store.
/// - A key that was used for one service is refused for any other.
///
/// # Caveats
/// Nothing reaches the CA without a worker, except what [`check_form`](Self::check_form) asks.
#[derive(Clone)]
pub struct Lifecycle {
    pub(crate) parts: Arc<Parts>,
}

pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) authority: Arc<dyn CertificateAuthority>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) policy: WorkerPolicy,
    /// Tells the workers of this process that something was asked for.
    pub(crate) wake: Notify,
}

/// Sets up a [`Lifecycle`].
pub struct LifecycleBuilder {
    store: Arc<dyn Store>,
    authority: Arc<dyn CertificateAuthority>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: WorkerPolicy,
}

impl LifecycleBuilder {
    /// The clock, if not the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The source of randomness, if not the system's.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// How workers go about their work.
    #[must_use]
    pub fn policy(mut self, policy: WorkerPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The lifecycle.
    #[must_use]
    pub fn build(self) -> Lifecycle {
        let Self { store, authority, clock, entropy, policy } = self;
        Lifecycle { parts: Arc::new(Parts { store, authority, clock, entropy, policy, wake: Notify::new() }) }
    }
}

impl fmt::Debug for LifecycleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifecycleBuilder").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Lifecycle {
    /// A lifecycle over a store and a CA.
    #[must_use]
    pub fn builder(
        store: impl Store + 'static,
        authority: impl CertificateAuthority + 'static,
    ) -> LifecycleBuilder {
        LifecycleBuilder {
            store: Arc::new(store),
            authority: Arc::new(authority),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            policy: WorkerPolicy::default(),
        }
    }

    /// Creates a service that awaits its configuration.
    ///
    /// # Errors
    /// If the offer is not of a domain-validated TLS product: what others want proved is not followed here yet (code
    /// 2163). If the store or the source of randomness fails.
    pub async fn create_service(&self, offer: Offer, customer: CustomerId) -> Result<ServiceId, Error> {
        if offer.product.kind != ProductKind::Tls || offer.product.level != ValidationLevel::Domain {
            let english = "only domain-validated TLS products can be ordered yet";
            let polish = "na razie można zamawiać tylko certyfikaty TLS z weryfikacją domeny (DV)";
            return Err(Error::Findings(Finding::stated(2163, "productCode", english, polish).into()));
        }
        let id = ServiceId::new(self.parts.now(), &*self.parts.entropy)?;
        self.execute(id, Command::Create { offer, customer }, None).await?;
        Ok(id)
    }

    /// A service as it is now.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn service(&self, id: ServiceId) -> Result<Service, Error> {
        self.parts.load(id).await?.ok_or(Error::NotFound(id))
    }

    /// How the worker fares with a service.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn summary(&self, id: ServiceId) -> Result<Summary, Error> {
        self.parts.store.summary(id).await?.ok_or(Error::NotFound(id))
    }

    /// Everything that happened to a service, oldest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn history(&self, id: ServiceId) -> Result<Vec<RecordedEvent>, Error> {
        Ok(self.parts.store.history(id).await?)
    }

    /// Checks a form without storing it: first here, then, if nothing was found, at the CA.
    ///
    /// # Errors
    /// Everything that is wrong with the form; or the CA could not be asked.
    pub async fn check_form(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        let service = self.service(id).await?;
        let configuration = service.offer.check(form).map_err(Error::Findings)?;
        // Asked of a service that takes no form, the CA would be asked about an order that nobody can place.
        decide(Some(&service), Command::Configure(configuration.clone()), self.parts.now())?;
        let order_id = OrderId::for_attempt(id, service.attempts.saturating_add(1));
        let order = NewOrder::new(order_id, &service.customer, &service.offer, &configuration);
        self.parts.authority.check_order(&order).await.map_err(|error| match error {
            AuthorityError::Refused(findings) | AuthorityError::Blocked(findings) => {
                Error::Findings(findings)
            }
            other => Error::Authority(other),
        })
    }

    /// Takes what the customer filled in; the worker orders next.
    ///
    /// # Errors
    /// Everything that is wrong with the form, among it a key that serves another service; or the service is
    /// configured already.
    pub async fn configure(&self, id: ServiceId, form: &Form) -> Result<(), Error> {
        let service = self.service(id).await?;
        let configuration = service.offer.check(form).map_err(Error::Findings)?;
        let key = configuration.request().public_key_hash();
        self.execute(id, Command::Configure(configuration), Some(key)).await
    }

    /// The code is published: have the CA look for it.
    ///
    /// # Errors
    /// If the service does not wait for proofs.
    pub async fn request_check(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::RequestCheck, None).await
    }

    /// What a held service waited for is settled: goes on from where it stood. An order of unknown outcome is looked up
    /// again before anything else.
    ///
    /// # Errors
    /// If the service is not held.
    pub async fn resume(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::Resume, None).await
    }

    /// Gives up an attempt to order; the customer fills in the form again. The order is looked for once more before
    /// another is placed.
    ///
    /// # Errors
    /// If no attempt is open.
    pub async fn abandon_order(&self, id: ServiceId) -> Result<(), Error> {
        self.execute(id, Command::Abandon, None).await
    }

    /// A worker over these services. Any number may run, in this process and in others.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker::new(self.parts.clone())
    }

    async fn execute(
        &self,
        id: ServiceId,
        command: Command,
        key: Option<PublicKeyHash>,
    ) -> Result<(), Error> {
        /// Others change a service seldom: this many lost races in a row are a fault.
        const MAX_RACES: usize = 32;

        for _ in 0..MAX_RACES {
            let service = self.parts.load(id).await?;
            if service.is_none() && !matches!(command, Command::Create { .. }) {
                return Err(Error::NotFound(id));
            }
            let Decision { events, .. } = decide(service.as_ref(), command.clone(), self.parts.now())?;
            match self.parts.store_events(id, service, events, key).await {
                Err(AppendError::Conflict | AppendError::OrderTaken) => {}
                Err(AppendError::KeyTaken) => {
                    let english = "the key serves another certificate: make a new one";
                    let polish = "klucz służy innemu certyfikatowi: wygeneruj nowy";
                    let finding = Finding::stated(1032, "CSR public key", english, polish);
                    return Err(Error::Findings(finding.into()));
                }
                Err(AppendError::Store(error)) => return Err(error.into()),
                Ok(_) => {
                    self.parts.wake.notify_one();
                    return Ok(());
                }
            }
        }
        Err(Error::Busy(id))
    }
}

impl fmt::Debug for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifecycle").field("policy", &self.parts.policy).finish_non_exhaustive()
    }
}

impl Parts {
    /// The time now, as precisely as stores keep it.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    pub(crate) async fn load(&self, id: ServiceId) -> Result<Option<Service>, Error> {
        Ok(replay(id, self.store.history(id).await?)?)
    }

    /// Stores what a decision came to, and returns the service after it.
    pub(crate) async fn store_events(
        &self,
        id: ServiceId,
        service: Option<Service>,
        events: Vec<Event>,
        key: Option<PublicKeyHash>,
    ) -> Result<Option<Service>, AppendError> {
        if events.is_empty() {
            return Ok(service);
        }
        let at = self.now();
        let expected_version = service.as_ref().map_or(0, |service| service.version);
        let events: Vec<_> = events.into_iter().map(|event| RecordedEvent { at, event }).collect();
        let after = events
            .iter()
            .try_fold(service, |service, event| apply(id, service, event.clone()).map(Some))
            .map_err(|error| crate::store::StoreError::Corrupt(error.to_string()))?;
        let Some(after) = after else { return Ok(None) };
        let append = Append {
            id,
            expected_version,
            events,
            row: Row::from(&after),
            due_at: (resume(&after) != Next::Rest).then_some(at),
            key,
            orders: after.state.order_id().into_iter().cloned().collect(),
            messages: Vec::new(),
            ends_claim: None,
        };
        self.store.append(append).await?;
        Ok(Some(after))
    }
}
