//! The machines on which the reseller's programs run. Each has services of its own at hand, and a clock of its own; the store,
//! the keys and the way to the CA are the same for all.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use cert_lifecycle::vault::{KeyVault, MemoryKeyStore, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{Backoff, Certum, Lifecycle, OutboxPolicy, Store, Terms, WorkerPolicy};
use csr_tools::KeyEncryption;

use crate::planted::{OnTheDay, Plant};
use crate::ports::{AroundKeys, AroundStore, Ear, NameServers};
use crate::run::Failure;
use crate::world::{DiceEntropy, ResellersClock, World};

/// One of the reseller's machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// That of the host, through whom people come.
    Host,
    /// A worker's.
    First,
    /// Another worker's.
    Second,
}

impl Machine {
    pub(crate) const ALL: [Self; 3] = [Self::Host, Self::First, Self::Second];
    pub(crate) const WORKERS: [Self; 2] = [Self::First, Self::Second];
}

/// What the programs on all machines have in common.
pub(crate) struct Machines {
    world: Arc<World>,
    authority: Certum,
    store: Arc<dyn Store>,
    keys: MemoryKeyStore,
    passphrase: SinglePassphrase,
    on_the_day: Option<OnTheDay>,
    /// How many services a program has at hand.
    at_hand: usize,
}

impl Machines {
    pub(crate) fn new(
        world: Arc<World>,
        authority: Certum,
        store: Arc<dyn Store>,
        at_hand: usize,
    ) -> Result<Self, Failure> {
        let passphrase = Passphrase::new("correct horse battery staple").map_err(Failure::new)?;
        let passphrase = SinglePassphrase::new(PassphraseId::new("one"), passphrase);
        let on_the_day = (world.settings.plant == Some(Plant::Reminder))
            .then(|| OnTheDay::new(Ear(Arc::clone(&world)), Terms::default().reminders));
        Ok(Self { world, authority, store, keys: MemoryKeyStore::new(), passphrase, on_the_day, at_hand })
    }

    /// Starts a program, which remembers nothing.
    pub(crate) fn start(&self, machine: Machine) -> Lifecycle {
        let world = || Arc::clone(&self.world);
        let clock = || ResellersClock { world: world(), machine };
        let keys = AroundKeys { keys: self.keys.clone(), world: world() };
        let vault = KeyVault::new(keys, self.passphrase.clone(), clock())
            // Nobody guesses at it here.
            .with_encryption(KeyEncryption::QuickScrypt);
        let around = AroundStore { store: Arc::clone(&self.store), world: world() };
        let lifecycle = Lifecycle::builder(around, self.authority.clone())
            .clock(clock())
            .cache(self.at_hand)
            .entropy(DiceEntropy(world()))
            .policy(worker_policy())
            .outbox_policy(outbox_policy())
            .terms(Terms::default())
            .vault(vault)
            .publisher(NameServers(world()));
        match &self.on_the_day {
            Some(on_the_day) => lifecycle.tell_programs(on_the_day.clone()),
            None => lifecycle.tell_programs(Ear(world())),
        }
        .build()
    }
}

/// How often the list of changes is read, at most.
pub(crate) const CHANGES_EVERY_MINUTES: u64 = 30;

fn worker_policy() -> WorkerPolicy {
    let mut policy = WorkerPolicy::default();
    // One after the other: what two workers do at the same time is for the dice to say.
    policy.concurrency = NonZeroUsize::MIN;
    policy.polls_orders = false;
    policy.poll = Backoff::new(Duration::from_secs(60), Duration::from_secs(4 * 60 * 60));
    policy.sync = Some(Duration::from_secs(60 * CHANGES_EVERY_MINUTES));
    policy
}

fn outbox_policy() -> OutboxPolicy {
    let mut policy = OutboxPolicy::default();
    policy.concurrency = NonZeroUsize::MIN;
    policy
}
