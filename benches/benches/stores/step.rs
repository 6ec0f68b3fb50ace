//! A step of a service in SQLite: claimed, and then an event, the row and a message, stored together.

use std::path::Path;
use std::time::{Duration, Instant};

use cert_lifecycle::{SqliteStore, Store};
use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::race::{Racer, TURN};
use certum_benches::targets::{ONE_TRANSACTION, TWO_TRANSACTIONS};
use futures::future::try_join_all;
use tokio::runtime::Runtime;

use crate::bare::{Bare, Transactions};
use crate::filling::{LATE, Versions, fill, request, step};

/// How many services there are.
const SERVICES: u64 = 20_000;

pub(crate) fn measure(bench: &Bench) -> Outcome<()> {
    let directory = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let [ours, one, two] = ["ours.db", "one.db", "two.db"].map(|name| directory.path().join(name));
    for file in [&ours, &one, &two] {
        fill(&runtime, file, SERVICES)?;
    }
    bench.peer(&format!("SQLite {}", rusqlite::version()))?;
    let mut ours = Ours::open(&runtime, &ours)?;
    let (mut one, mut two) = (Bare::open(&one)?, Bare::open(&two)?);
    for (limit, work) in [(1, "step-1"), (100, "step-100")] {
        let mut racers = [
            Racer::new("SqliteStore", |times| timed(times, || ours.steps(limit))),
            Racer::new(ONE_TRANSACTION, |times| timed(times, || one.steps(limit, Transactions::One))),
            Racer::new(TWO_TRANSACTIONS, |times| timed(times, || two.steps(limit, Transactions::Two))),
        ];
        let about = format!("claim {limit} in SQLite, and store a step of each");
        bench.race(work, &about, TURN, &mut racers)?;
    }
    Ok(())
}

/// Does some work so many times, and tells the time that it took: waiting for the disk counts.
fn timed(times: u32, mut work: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let before = Instant::now();
    (0..times).try_for_each(|_| work())?;
    Ok(before.elapsed())
}

pub(crate) struct Ours<'a> {
    runtime: &'a Runtime,
    store: SqliteStore,
    versions: Versions,
    due_at: i64,
}

impl<'a> Ours<'a> {
    pub(crate) fn open(runtime: &'a Runtime, file: &Path) -> Outcome<Self> {
        let store = runtime.block_on(SqliteStore::open(file))?;
        Ok(Self { runtime, store, versions: Versions::default(), due_at: LATE / 2 })
    }

    /// As a worker does it: one claim, and an append for each service, those of a claim at the same time.
    pub(crate) fn steps(&mut self, limit: u32) -> Outcome<()> {
        let Self { runtime, store, versions, due_at } = self;
        runtime.block_on(async {
            let request = request("a token".into(), usize::try_from(limit)?, LATE + 1)?;
            let mut steps = Vec::new();
            for claim in store.claim(request).await? {
                *due_at += 1;
                let version = versions.next(claim.id);
                steps.push(store.append(step(claim, version, *due_at)?));
            }
            try_join_all(steps).await?;
            Ok(())
        })
    }
}
