//! Setting up a lifecycle.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Notify;

use super::{Lifecycle, Parts, Told};
use crate::Terms;
use crate::acceptance::KnownIssuers;
use crate::authority::CertificateAuthority;
use crate::clock::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::compose::Compose;
use crate::delivery::{Deliver, Fact, Message};
use crate::observe::Observe;
use crate::outbox::{Outbox, OutboxPolicy};
use crate::policy::WorkerPolicy;
use crate::publisher::ProofPublisher;
use crate::services::Services;
use crate::store::Store;
use crate::turns::Turns;
use crate::vault::KeyVault;
use crate::worker::LastTurn;

/// Sets up a [`Lifecycle`].
pub struct LifecycleBuilder {
    store: Arc<dyn Store>,
    cache: usize,
    authority: Arc<dyn CertificateAuthority>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: WorkerPolicy,
    outbox_policy: OutboxPolicy,
    terms: Terms,
    vault: Option<KeyVault>,
    publisher: Option<Arc<dyn ProofPublisher>>,
    #[cfg(feature = "precheck")]
    lookups: Option<Arc<dyn crate::precheck::ProofLookups>>,
    people: Option<People>,
    programs: Option<Arc<dyn Deliver<Fact>>>,
    leaves: Told,
    observer: Option<Arc<dyn Observe>>,
}

/// What puts notices into words, and what carries them.
struct People {
    compose: Arc<dyn Compose>,
    carrier: Arc<dyn Deliver<Message>>,
}

impl LifecycleBuilder {
    /// How many services are at hand unless somebody says otherwise.
    const CACHE: usize = 256;

    pub(super) fn new(store: impl Store + 'static, authority: impl CertificateAuthority + 'static) -> Self {
        Self {
            store: Arc::new(store),
            cache: Self::CACHE,
            authority: Arc::new(authority),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            policy: WorkerPolicy::default(),
            outbox_policy: OutboxPolicy::default(),
            terms: Terms::default(),
            vault: None,
            publisher: None,
            #[cfg(feature = "precheck")]
            lookups: None,
            people: None,
            programs: None,
            leaves: Told::default(),
            observer: None,
        }
    }

    /// How many services stay in memory, those that were used last. Of these only what is new is read from the store, by
    /// whichever process it was appended; of others all events are. 256 unless this says otherwise, 0 for none.
    ///
    /// What one takes grows with the certificates that it ever had.
    ///
    /// # Caveats
    /// A store whose data were replaced by an older copy (a backup, a replica that lags) is read past them until its programs
    /// are started anew.
    #[must_use]
    pub fn cache(mut self, services: usize) -> Self {
        self.cache = services;
        self
    }

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

    /// How what waits in the outbox is delivered.
    #[must_use]
    pub fn outbox_policy(mut self, policy: OutboxPolicy) -> Self {
        self.outbox_policy = policy;
        self
    }

    /// What the reseller has settled about time: reminders, successors, invoices.
    #[must_use]
    pub fn terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    /// Where private keys are kept. Without a vault, none are.
    #[must_use]
    pub fn vault(mut self, vault: KeyVault) -> Self {
        self.vault = Some(vault);
        self
    }

    /// Who publishes proofs in the customer's stead. Without a publisher, customers do it.
    #[must_use]
    pub fn publisher(mut self, publisher: impl ProofPublisher + 'static) -> Self {
        self.publisher = Some(Arc::new(publisher));
        self
    }

    /// How proofs are looked at before the CA is asked to.
    #[cfg(feature = "precheck")]
    #[must_use]
    pub fn lookups(mut self, lookups: impl crate::precheck::ProofLookups + 'static) -> Self {
        self.lookups = Some(Arc::new(lookups));
        self
    }

    /// Who tells people: what puts notices into words, and what carries them. Without it, and without
    /// [`leave_for_people`](Self::leave_for_people), people are told nothing of what happens here, and nothing waits for
    /// them in the outbox: each process that changes services needs one or the other.
    #[must_use]
    pub fn tell_people(
        mut self,
        compose: impl Compose + 'static,
        carrier: impl Deliver<Message> + 'static,
    ) -> Self {
        self.people = Some(People { compose: Arc::new(compose), carrier: Arc::new(carrier) });
        self
    }

    /// Another process over the same store tells people: a panel, say, leaves notices for the worker's process. Whatever
    /// nobody delivers stays in the outbox for good.
    #[must_use]
    pub fn leave_for_people(mut self) -> Self {
        self.leaves.people = true;
        self
    }

    /// Who tells programs: a billing system, a webhook. Without it, and without
    /// [`leave_for_programs`](Self::leave_for_programs), programs are told nothing of what happens here, and nothing waits
    /// for them in the outbox: each process that changes services needs one or the other.
    #[must_use]
    pub fn tell_programs(mut self, carrier: impl Deliver<Fact> + 'static) -> Self {
        self.programs = Some(Arc::new(carrier));
        self
    }

    /// Another process over the same store tells programs. Whatever nobody delivers stays in the outbox for good.
    #[must_use]
    pub fn leave_for_programs(mut self) -> Self {
        self.leaves.programs = true;
        self
    }

    /// Who counts what happens.
    #[must_use]
    pub fn observer(mut self, observer: impl Observe + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The lifecycle.
    #[must_use]
    pub fn build(self) -> Lifecycle {
        let Self { store, authority, clock, entropy, policy, vault, publisher, people, programs, .. } = self;
        let tells = Told {
            people: people.is_some() || self.leaves.people,
            programs: programs.is_some() || self.leaves.programs,
        };
        let services = Arc::new(Services::new(Arc::clone(&store), self.cache));
        let mut outbox =
            Outbox::new(Arc::clone(&store), Arc::clone(&clock), Arc::clone(&entropy), self.outbox_policy)
                .reading(Arc::clone(&services));
        if let Some(People { compose, carrier }) = people {
            outbox = outbox.people(compose, carrier);
        }
        if let Some(carrier) = programs {
            outbox = outbox.programs(carrier);
        }
        let terms = Terms { makes_keys: vault.is_some(), publishes: publisher.is_some(), ..self.terms };
        let parts = Parts {
            store,
            services,
            authority,
            issuers: KnownIssuers::new(),
            clock,
            entropy,
            policy,
            terms,
            vault,
            publisher,
            #[cfg(feature = "precheck")]
            lookups: self.lookups,
            tells,
            outbox,
            observer: self.observer,
            last_turn: LastTurn::default(),
            turns: Turns::default(),
            wake: Notify::new(),
        };
        Lifecycle { parts: Arc::new(parts), actor: None }
    }
}

impl fmt::Debug for LifecycleBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifecycleBuilder").field("policy", &self.policy).finish_non_exhaustive()
    }
}
