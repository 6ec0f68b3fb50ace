//! Years of steady traffic: services come, are renewed, and end, while the process stays as it is.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use std::{fs, path};

use cert_domain::{Form, KeyChoice};
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{Fact, Message};
use cert_lifecycle::vault::{KeyVault, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{Lifecycle, ServiceId, SqliteStore, Store, WorkerPolicy};
use certum_sandbox::SandboxClock;
use clap::Args;
use csr_tools::{KeyAlgorithm, PrivateKey};
use futures::future::try_join_all;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use crate::ca::Ca;
use crate::flat::Quarters;
use crate::judge::Judge;
use crate::process::{Usage, load_average};
use crate::shop;
use crate::spread::median;
use crate::{Outcome, TOO_LONG};

/// Encrypting a key takes 16 MB for a moment, which the allocator keeps for the next, for each thread of its own. So that it does
/// not depend on chance when that happens, as many keys as ever are encrypted at the same time to begin with.
const KEYS_AT_ONCE: usize = 8;

/// From then on certificates live for 47 days: each year is like the one before.
const START: &str = "2030-01-01T00:00:00Z";
/// How far the clock moves at once.
const STEP: SignedDuration = SignedDuration::from_hours(6);
/// How many steps are a year.
const STEPS_A_YEAR: usize = 365 * 4;
/// How many times the series is looked at.
const SAMPLES: u32 = 600;

/// How much memory may grow: so many percent, and so many kilobytes on top, for what an allocator sets aside.
const MEMORY: (u64, u64) = (2, 4096);
/// How many more threads and files there may be: those of calls that are under way as somebody looks.
const OTHERS: (u64, u64) = (0, 16);

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// For how long.
    #[arg(long, default_value_t = 20.0)]
    minutes: f64,
    /// How many services there are at a time, once a year has passed.
    #[arg(long, default_value_t = 200)]
    services: usize,
    /// How many steps of six hours the clock makes in a second at most: fewer, where the work takes longer.
    #[arg(long, default_value = "10")]
    steps: NonZeroUsize,
    /// What the sandbox's codes and serial numbers follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(options: &Options, judge: &mut Judge) -> Outcome<()> {
    let start: Timestamp = START.parse()?;
    let ca = Ca::start(options.seed, Some(start), 0)?;
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("services.db");
    let mut host = Host::open(&ca, &file, start, options.services).await?;

    let (stop, stopped) = oneshot::channel::<()>();
    let worker = host.lifecycle.worker();
    let working = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        worker.run(stopped).await;
    });
    let long = Duration::from_secs_f64(options.minutes * 60.0);
    let pause = Duration::from_secs(1) / u32::try_from(options.steps.get())?;
    let begun = Instant::now();
    let mut series = Series::default();
    while begun.elapsed() < long {
        let step = Instant::now();
        ca.advance(STEP).await?;
        host.live().await?;
        tokio::time::sleep(pause.saturating_sub(step.elapsed())).await;
        if begun.elapsed() >= (long / SAMPLES) * u32::try_from(series.memory.len())? {
            series.sample(&host, &ca, &file, begun.elapsed())?;
        }
    }
    let _ = stop.send(());
    working.await?;
    let Counts { sold, renewed, ended, issued } = host.counts;
    println!(
        "{sold} services came, {renewed} were renewed, {ended} ended; {issued} certificates were issued"
    );
    series.judge(judge)?;
    let is_in_order = host.failures == 0 && issued > 0;
    judge.look("nobody had to be told of a failure", is_in_order, &format!("{} failures", host.failures));
    ca.stop()
}

#[derive(Debug, Default)]
struct Counts {
    sold: usize,
    renewed: usize,
    ended: usize,
    issued: usize,
}

/// Whoever sells, bills, and lets services end.
struct Host {
    lifecycle: Lifecycle,
    store: SqliteStore,
    clock: SandboxClock,
    facts: Receiver<Fact>,
    /// Those that run, and whether their first year is to be followed by another.
    running: HashMap<String, bool>,
    /// How many are to run.
    wanted: usize,
    steps: usize,
    counts: Counts,
    /// How often a program was told of something that should not happen here.
    failures: usize,
}

impl Host {
    async fn open(ca: &Ca, file: &path::Path, start: Timestamp, wanted: usize) -> Outcome<Self> {
        let clock = SandboxClock::fixed(start);
        let store = SqliteStore::open(file).await?;
        let passphrase = Passphrase::new("correct horse battery staple")?;
        let passphrase = SinglePassphrase::new(PassphraseId::new("1"), passphrase);
        let (of_vault, of_worker) = (clock.clone(), clock.clone());
        let vault = KeyVault::new(store.clone(), passphrase, move || of_vault.now());
        let keys = (0..KEYS_AT_ONCE).map(|_| PrivateKey::generate(KeyAlgorithm::EcdsaP256));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        try_join_all(keys.iter().map(|key| vault.keep(key, "system"))).await?;
        let mut policy = WorkerPolicy::default();
        policy.concurrency = NonZeroUsize::MIN.saturating_add(3);
        // Time passes in steps, and a lease outlasts some.
        policy.lease = Duration::from_secs(4 * 24 * 60 * 60);
        policy.idle = Duration::from_millis(10);
        let (tell, facts) = mpsc::channel();
        let lifecycle = Lifecycle::builder(store.clone(), ca.certum()?)
            .clock(move || of_worker.now())
            .policy(policy)
            .vault(vault)
            .publisher(ca.publisher())
            .tell_people(StandardTexts::new("Example Hosting"), |_: &Message| ())
            .tell_programs(move |fact: &Fact| {
                // Nobody listens any more once it is over.
                let _ = tell.send(fact.clone());
            })
            .build();
        let (running, counts) = (HashMap::new(), Counts::default());
        Ok(Self { lifecycle, store, clock, facts, running, wanted, steps: 0, counts, failures: 0 })
    }

    /// A step of the clock, and all that comes of it.
    async fn live(&mut self) -> Outcome<()> {
        let now = self.clock.advance(STEP)?;
        self.steps += 1;
        // They come one by one, so that no day is busier than another.
        let wanted = (self.steps * self.wanted / STEPS_A_YEAR).min(self.wanted);
        while self.running.len() < wanted {
            self.sell().await?;
        }
        let begun = Instant::now();
        while self.store.next_due().await?.is_some_and(|due| due <= now) {
            tokio::time::sleep(Duration::from_millis(2)).await;
            if begun.elapsed() > TOO_LONG {
                return Err("the worker stands still".into());
            }
        }
        while let Ok(fact) = self.facts.try_recv() {
            self.hear(&fact).await?;
        }
        Ok(())
    }

    fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }

    async fn sell(&mut self) -> Outcome<()> {
        let number = self.counts.sold;
        let customer = format!("customer-{number}").parse()?;
        let id = self.lifecycle.create_service(shop::yearly_offer()?, customer).await?;
        self.lifecycle.receive_payment(id, None, self.today()).await?;
        let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
        let mut form = Form { key, ..shop::blank_form(&shop::name(number)) };
        form.csr = self.lifecycle.generate_request(id, &form).await?.csr;
        self.lifecycle.configure(id, &form).await?;
        self.running.insert(id.to_string(), number.is_multiple_of(2));
        self.counts.sold += 1;
        Ok(())
    }

    /// Every other customer pays for a second year. Whoever pays no more loses the service with the certificate.
    async fn hear(&mut self, fact: &Fact) -> Outcome<()> {
        let text = |field: &str| fact.data.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        let service = text("service");
        let id: ServiceId = service.parse()?;
        match fact.kind.as_str() {
            "issued" => self.counts.issued += 1,
            "invoice_due" => {
                if let Some(renews) = self.running.get_mut(service).filter(|renews| **renews) {
                    *renews = false;
                    let period_start = text("period_start").parse()?;
                    self.lifecycle.receive_payment(id, Some(period_start), self.today()).await?;
                    self.counts.renewed += 1;
                }
            }
            "expired" => {
                self.lifecycle.terminate(id).await?;
                self.running.remove(service);
                self.counts.ended += 1;
            }
            "order_refused" | "order_rejected" | "stuck" | "held" | "request_needed" => {
                eprintln!("{}: {} of {service}", fact.occurred_at, fact.kind);
                self.failures += 1;
            }
            _ => {}
        }
        Ok(())
    }
}

/// What was seen of this process as time went by.
#[derive(Debug, Default)]
struct Series {
    memory: Vec<u64>,
    threads: Vec<u64>,
    files: Vec<u64>,
    /// How many of the samples were printed.
    printed: usize,
}

impl Series {
    /// Looks, and prints a line for each twentieth of the time.
    fn sample(&mut self, host: &Host, ca: &Ca, file: &path::Path, elapsed: Duration) -> Outcome<()> {
        let usage = Usage::of_this()?;
        self.memory.push(usage.memory);
        self.threads.push(usage.threads);
        self.files.push(usage.files);
        if self.memory.len() - self.printed >= usize::try_from(SAMPLES / 20)? {
            let last = |series: &[u64]| median(series.get(self.printed..).unwrap_or_default().to_vec());
            println!(
                "{:>5} s  {}  {:>4} services run, {:>6} certificates  {:>7} kB, {:>3} threads, {:>3} files  \
                 (the sandbox {} kB, the database {} kB, load average {})",
                elapsed.as_secs(),
                host.today(),
                host.running.len(),
                host.counts.issued,
                last(&self.memory),
                last(&self.threads),
                last(&self.files),
                ca.usage()?.memory,
                fs::metadata(file)?.len() / 1024,
                load_average()?,
            );
            self.printed = self.memory.len();
        }
        Ok(())
    }

    fn judge(&self, judge: &mut Judge) -> Outcome<()> {
        let all = [
            ("memory stays as it is", &self.memory, MEMORY, "kB"),
            ("threads stay as they are", &self.threads, OTHERS, "threads"),
            ("open files stay as they are", &self.files, OTHERS, "files"),
        ];
        for (promise, series, (percent, on_top), unit) in all {
            let quarters = Quarters::of(series)?;
            let Quarters { second, last } = quarters;
            let seen = format!(
                "{second} {unit} in the second quarter, {last} in the last; at most {percent} % and {on_top} {unit} more"
            );
            judge.look(promise, quarters.is_flat(percent, on_top), &seen);
        }
        Ok(())
    }
}
