//! What all that happens in a shop shares: its CA, its clocks, its dice, and who watches.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::RecordedEvent;
use cert_lifecycle::{Clock, Entropy, EntropyError, ServiceId};
use certum_sandbox::Sandbox;
use jiff::{SignedDuration, Timestamp};

use crate::agenda::{Agenda, Task};
use crate::dice::{Dice, Purpose};
use crate::faults::Weather;
use crate::machine::Machine;
use crate::record::Record;
use crate::run::Watch;
use crate::seen::{Deed, Line, Number, Seen};
use crate::stage::Stage;
use crate::{FaultKind, Settings};

/// What all that happens in a shop shares.
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) sandbox: Sandbox,
    pub(crate) weather: Weather,
    pub(crate) stage: Stage,
    pub(crate) state: Mutex<State>,
}

/// What changes of it.
pub(crate) struct State {
    watch: Box<dyn Watch>,
    pub(crate) record: Record,
    pub(crate) agenda: Agenda,
    /// The services that were sold.
    numbers: BTreeMap<ServiceId, Number>,
    pub(crate) calls: Throws,
    pub(crate) store: Throws,
    pub(crate) around: Throws,
    entropy: Dice,
    /// What the host was told, and has not acted on.
    pub(crate) inbox: Vec<(Number, Fact)>,
    /// Calls that arrive although their callers have given up.
    pub(crate) late: Vec<LateCall>,
    /// Whether the store has failed since somebody asked.
    pub(crate) has_failed: bool,
    /// How often each kind of fault has struck.
    pub(crate) struck: BTreeMap<FaultKind, u64>,
}

/// A call that arrives although its caller has given up.
pub(crate) struct LateCall {
    pub(crate) arrives_at: Timestamp,
    pub(crate) document: bytes::Bytes,
}

/// Dice for a purpose, of each service its own: that others are left out changes nothing for it.
pub(crate) struct Throws {
    seed: u64,
    purpose: Purpose,
    shop: u32,
    dice: BTreeMap<u32, Dice>,
}

impl Throws {
    pub(crate) fn new(seed: u64, purpose: Purpose, shop: u32) -> Self {
        Self { seed, purpose, shop, dice: BTreeMap::new() }
    }

    /// The dice of a service, or those of what is about none.
    pub(crate) fn of(&mut self, number: Option<Number>) -> &mut Dice {
        let number = number.map_or(u32::MAX - self.shop, |Number(number)| number);
        let (seed, purpose) = (self.seed, self.purpose);
        self.dice.entry(number).or_insert_with(|| Dice::new(seed, purpose, number))
    }
}

impl World {
    pub(crate) fn new(settings: &Settings, shop: u32, sandbox: Sandbox, watch: Box<dyn Watch>) -> Self {
        let seed = settings.seed;
        let mortality = u64::from(settings.share(FaultKind::Deaths)) * 3_000 / 1000;
        let stage = Stage::new(
            Dice::new(seed, Purpose::Turns, shop),
            Throws::new(seed, Purpose::Deaths, shop),
            mortality,
        );
        let state = State {
            watch,
            record: Record::new(),
            agenda: Agenda::default(),
            numbers: BTreeMap::new(),
            calls: Throws::new(seed, Purpose::Calls, shop),
            store: Throws::new(seed, Purpose::Store, shop),
            around: Throws::new(seed, Purpose::Around, shop),
            entropy: Dice::new(seed, Purpose::Entropy, shop),
            inbox: Vec::new(),
            late: Vec::new(),
            has_failed: false,
            struck: BTreeMap::new(),
        };
        let weather = Weather::draw(settings, shop);
        Self { settings: settings.clone(), sandbox, weather, stage, state: Mutex::new(state) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time by the CA's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.sandbox.clock().now()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: SignedDuration) {
        // The calendar does not end within a run.
        let _later = self.sandbox.advance_clock(time);
    }

    /// Tells whoever watches.
    pub(crate) fn see(&self, seen: Seen<'_>) {
        let at = self.now();
        match &seen {
            Seen::Done { deed: Deed::RejectedByAuthority, .. } => self.struck(FaultKind::Rejection),
            Seen::Done { deed: Deed::RevokedByAuthority, .. } => self.struck(FaultKind::AuthorityRevokes),
            _ => {}
        }
        self.lock().watch.see(&Line { at, seen });
    }

    /// Counts a fault that has struck.
    pub(crate) fn struck(&self, kind: FaultKind) {
        *self.lock().struck.entry(kind).or_default() += 1;
    }

    /// Notes what a task is about, and when it is due.
    pub(crate) fn plan(&self, at: Timestamp, number: Number, task: Task) {
        self.lock().agenda.add(at, number, task);
    }

    /// The service of a number was sold.
    pub(crate) fn enter(&self, id: ServiceId, number: Number) {
        self.lock().numbers.insert(id, number);
    }

    pub(crate) fn number(&self, id: ServiceId) -> Option<Number> {
        self.lock().numbers.get(&id).copied()
    }

    /// The store has committed events.
    pub(crate) fn stored(&self, id: ServiceId, version: u64, events: &[RecordedEvent]) {
        let at = self.now();
        let mut state = self.lock();
        let Some(number) = state.numbers.get(&id).copied() else { return };
        state.record.add(at, number, events);
        state.watch.see(&Line { at, seen: Seen::Stored { number, version, events } });
    }
}

/// The clock of one of the reseller's machines, which is off.
pub(crate) struct ResellersClock {
    pub(crate) world: std::sync::Arc<World>,
    pub(crate) machine: Machine,
}

impl Clock for ResellersClock {
    fn now(&self) -> Timestamp {
        let now = self.world.now();
        now.checked_add(self.world.weather.skew(self.machine, now)).unwrap_or(now)
    }
}

/// Randomness for the lifecycle, by dice.
pub(crate) struct DiceEntropy(pub(crate) std::sync::Arc<World>);

impl Entropy for DiceEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.lock().entropy.fill(bytes);
        Ok(())
    }
}
