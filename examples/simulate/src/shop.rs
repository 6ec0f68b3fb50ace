//! One shop: a reseller's account at a CA of its own, with a store, a clock, two workers and all people around, from the
//! first day to the last.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use cert_lifecycle::{Certum, Lifecycle, MemoryStore, PostgresOptions, PostgresStore, SqliteStore, Store};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{Habits, Sandbox, SandboxClock};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::agenda::Task;
use crate::authority::Authority;
use crate::dice::{Dice, Purpose};
use crate::machine::{Machine, Machines};
use crate::people::People;
use crate::ports::{Wire, deliver_late, put};
use crate::record::Record;
use crate::run::{Failure, Remark, Watch};
use crate::seen::Seen;
use crate::settings::StoreKind;
use crate::stage::{End, Part};
use crate::world::World;
use crate::{FaultKind, Settings};

const USER: &str = "reseller";
const PASSWORD: &str = "sandbox";
/// How long the leases of a worker that died keep its services from others.
const LEASE: SignedDuration = SignedDuration::from_mins(15);

/// What came of a shop.
pub(crate) struct Lived {
    pub(crate) hash: [u8; 32],
    pub(crate) remarks: Vec<Remark>,
    pub(crate) struck: BTreeMap<FaultKind, u64>,
}

pub(crate) struct Shop {
    world: Arc<World>,
    machines: Machines,
    /// What runs on the workers' machines.
    workers: [Lifecycle; Machine::WORKERS.len()],
    /// Without borders.
    store: Arc<dyn Store>,
    people: People,
    authority: Authority,
    pace: Dice,
    /// How many workers have died.
    deaths: u64,
    /// Whether the CA could be reached, and whether workers ran, when somebody last looked.
    was_reachable: bool,
    was_working: bool,
    /// So whether somebody ran workers at all, and how far their clocks were off.
    was_idle: bool,
    skews: [SignedDuration; Machine::ALL.len()],
    /// Until when services may be claimed by a worker that died, or left undone by a store that failed.
    unsettled_until: Timestamp,
    /// When a service is due next.
    due_at: Option<Timestamp>,
    /// The database's file, if there is one.
    _directory: Option<TempDir>,
}

impl Shop {
    pub(crate) async fn open(settings: &Settings, shop: u32, watch: Box<dyn Watch>) -> Result<Self, Failure> {
        let mut dice = Dice::new(settings.seed, Purpose::Authority, shop);
        let seed = dice.bits();
        let clock = SandboxClock::fixed(settings.begins());
        let sandbox = Sandbox::builder()
            .clock(clock)
            .seed(seed)
            .habits(Habits::from_seed(seed))
            .credentials(USER, PASSWORD)
            .call_limit(16)
            .quick_issuers()
            .in_process()
            .map_err(Failure::new)?;
        let endpoint = sandbox.endpoint();
        let world = Arc::new(World::new(settings, shop, sandbox, watch));
        let client = Client::builder(Environment::Custom(endpoint), Credentials::new(USER, PASSWORD))
            .transport(Wire(Arc::clone(&world)))
            .total_timeout(Duration::MAX)
            .build()
            .map_err(Failure::new)?;
        let (store, directory) = open_store(settings, shop).await?;
        let numbers = settings.services_of(shop);
        let machines =
            Machines::new(Arc::clone(&world), Certum::new(client), Arc::clone(&store), numbers.len())?;
        let workers = Machine::WORKERS.map(|machine| machines.start(machine));
        let host = machines.start(Machine::Host);
        world.see(Seen::Begun { terms: host.terms() });
        let people = People::new(Arc::clone(&world), host, &numbers);
        Ok(Self {
            authority: Authority::new(Arc::clone(&world), shop),
            people,
            machines,
            workers,
            store,
            pace: Dice::new(settings.seed, Purpose::Pace, shop),
            deaths: 0,
            was_reachable: true,
            was_working: true,
            was_idle: false,
            skews: [SignedDuration::ZERO; Machine::ALL.len()],
            unsettled_until: Timestamp::MIN,
            due_at: None,
            world,
            _directory: directory,
        })
    }

    /// Lives until the last day.
    pub(crate) async fn live(mut self) -> Lived {
        let end = self.world.settings.ends();
        while self.world.now() < end {
            self.look_around();
            deliver_late(&self.world).await;
            self.act_for_the_world().await;
            self.work().await;
            self.authority.read_books();
            let heard = mem::take(&mut self.world.lock().inbox);
            self.people.hear(heard);
            self.go_on().await;
        }
        self.authority.read_books();
        self.people.end_all();
        let (record, struck) = {
            let mut state = self.world.lock();
            (mem::replace(&mut state.record, Record::new()), mem::take(&mut state.struck))
        };
        Lived { hash: record.finish(), remarks: self.people.remarks, struck }
    }

    /// Tells whoever watches what comes over the shop.
    fn look_around(&mut self) {
        let (world, now) = (&self.world, self.world.now());
        let weather = &world.weather;
        let is_reachable = !weather.outages.cover(now) && !weather.refusing.cover(now);
        if is_reachable != self.was_reachable {
            self.was_reachable = is_reachable;
            world.see(Seen::Reachable(is_reachable));
        }
        let is_working = !weather.idle.cover(now) && !weather.store_down.cover(now);
        if is_working != self.was_working {
            self.was_working = is_working;
            world.see(Seen::Working(is_working));
        }
        let is_idle = weather.idle.cover(now);
        if is_idle && !self.was_idle {
            world.struck(FaultKind::Idle);
        }
        self.was_idle = is_idle;
        for (machine, skew) in Machine::ALL.into_iter().zip(&mut self.skews) {
            if mem::replace(skew, weather.skew(machine, now)) != *skew {
                world.struck(FaultKind::Clock);
            }
        }
    }

    /// What is due, and is not the lifecycle's.
    async fn act_for_the_world(&mut self) {
        let now = self.world.now();
        let tasks = self.world.lock().agenda.take_all(now, Task::is_of_the_world);
        for (number, task) in tasks {
            match task {
                Task::Publish(instruction) => put(&self.world.sandbox, &instruction),
                Task::Decide { order_id } => self.authority.decide(number, &order_id).await,
                Task::RevokeByAuthority { serial_number } => self.authority.revoke(number, &serial_number),
                _ => {}
            }
        }
    }

    /// Two workers and the people go about their work at the same time.
    async fn work(&mut self) {
        let now = self.world.now();
        let is_idle = self.world.weather.idle.cover(now);
        let workers = self.workers.each_ref().map(Lifecycle::worker);
        let mut parts = Vec::new();
        if !is_idle {
            // Where nothing is due, one worker is enough to find that out.
            let is_due = self.due_at.is_some_and(|due| due <= now);
            for worker in workers.iter().take(if is_due { workers.len() } else { 1 }) {
                let work = Box::pin(async move { worker.tick().await.is_ok() });
                parts.push(Part { work, is_mortal: true });
            }
        }
        if self.world.lock().agenda.next().is_some_and(|at| at <= now) {
            let work = Box::pin(async {
                self.people.act().await;
                true
            });
            parts.push(Part { work, is_mortal: false });
        }
        let ends = self.world.stage.play(parts).await;
        if !is_idle {
            self.bury(&ends);
        }
        let has_failed = mem::take(&mut self.world.lock().has_failed);
        if has_failed || ends.iter().any(|end| *end != End::Done(true)) {
            let now = self.world.now();
            self.unsettled_until = now.checked_add(LEASE).unwrap_or(now);
        }
        if !is_idle && self.world.now() > self.unsettled_until {
            self.world.see(Seen::Ticked);
        }
    }

    /// What becomes of the programs whose workers have died: most go on with another worker. Now and then one is started again,
    /// with nothing in memory.
    fn bury(&mut self, ends: &[End]) {
        /// If each death did so, nearly all services would be read from their first event on each time.
        const DEATHS_FOR_A_RESTART: u64 = 250;

        for ((worker, machine), end) in self.workers.iter_mut().zip(Machine::WORKERS).zip(ends) {
            if *end != End::Died {
                continue;
            }
            self.world.struck(FaultKind::Deaths);
            self.deaths += 1;
            let is_over = self.deaths.is_multiple_of(DEATHS_FOR_A_RESTART);
            if is_over && self.world.settings.share(FaultKind::Restarts) > 0 {
                self.world.struck(FaultKind::Restarts);
                *worker = self.machines.start(machine);
            }
        }
    }

    /// Lets time pass until something is due, and for some minutes at least: then there is more to do at once.
    async fn go_on(&mut self) {
        const LONGEST: SignedDuration = SignedDuration::from_hours(12);

        let world = &self.world;
        let now = world.now();
        let is_idle = world.weather.idle.cover(now);
        // Due by the workers' clocks.
        let due = self.lifecycle_due().await.filter(|_| !is_idle);
        let due = due.and_then(|due| due.checked_sub(world.weather.workers_skew(now)).ok());
        self.due_at = due;
        let (next, late) = {
            let state = world.lock();
            (state.agenda.next(), state.late.iter().map(|call| call.arrives_at).min())
        };
        let next = [due, next, late, world.weather.next_border(now)].into_iter().flatten().min();
        let longest = self.authority.attention().unwrap_or(LONGEST);
        let longest = now.checked_add(longest).unwrap_or(now);
        let wait = next.unwrap_or(longest).min(longest).duration_since(now);
        let shortest = self.pace.minutes(10, 150);
        world.pass(wait.max(shortest));
    }

    async fn lifecycle_due(&self) -> Option<Timestamp> {
        self.store.next_due().await.ok().flatten()
    }
}

async fn open_store(settings: &Settings, shop: u32) -> Result<(Arc<dyn Store>, Option<TempDir>), Failure> {
    match settings.store {
        StoreKind::Memory => Ok((Arc::new(MemoryStore::new()), None)),
        StoreKind::Sqlite => {
            let made = match &settings.directory {
                Some(parent) => TempDir::new_in(parent),
                None => TempDir::new(),
            };
            let directory = made.map_err(Failure::new)?;
            let store =
                SqliteStore::open(directory.path().join("services.db")).await.map_err(Failure::new)?;
            Ok((Arc::new(store), Some(directory)))
        }
        StoreKind::Postgres => open_postgres(settings, shop).await.map(|store| (store, None)),
    }
}

/// The database of a shop, which has to be empty: `{shop}` in the address stands for the shop's number.
async fn open_postgres(settings: &Settings, shop: u32) -> Result<Arc<dyn Store>, Failure> {
    const SHOP: &str = "{shop}";

    let address = settings.database_url.as_deref().unwrap_or_default();
    if settings.shops() > 1 && !address.contains(SHOP) {
        return Err(Failure::new(
            "each shop needs a database of its own: {shop} in the address stands for its number",
        ));
    }
    let options = PostgresOptions::new(address.replace(SHOP, &shop.to_string())).pool_size(2);
    let store = PostgresStore::connect(options).await.map_err(Failure::new)?;
    let counts = store.counts().await.map_err(Failure::new)?;
    if counts.iter().any(|(_, count)| *count > 0) {
        return Err(Failure::new("there are services in the database: a world begins with none"));
    }
    Ok(Arc::new(store))
}
