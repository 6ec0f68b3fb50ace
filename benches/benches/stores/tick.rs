//! A worker's tick in SQLite: what it costs to claim what is due, among few services and among many.

use std::ops::RangeFrom;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use cert_lifecycle::store::Search;
use cert_lifecycle::{SqliteStore, Store};
use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::memory::high_water_mark;
use certum_benches::race::{Racer, TURN};
use certum_benches::record::{Figures, Measured, Unit};
use certum_benches::targets::{FEW_SERVICES, MEMORY, MORE_SERVICES};
use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

use crate::filling::{FIRST_DUE, at, fill, service};
use crate::step::Ours;

/// How many services there are, in a file each, with the most first: it is our own, and the others are beside it.
const SERVICES: [(u64, &str); 3] =
    [(1_000_000, "among 1,000,000"), (1_000, FEW_SERVICES), (10_000, MORE_SERVICES)];

/// Files of so many services.
type Files = [(u64, PathBuf); 3];

/// As many kilobytes as [`MEMORY`] says.
const MOST_MEMORY: f64 = 102_400.0;

pub(crate) fn measure(bench: &Bench) -> Outcome<()> {
    let directory = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let files: Files =
        SERVICES.map(|(services, _)| (services, directory.path().join(format!("{services}.db"))));
    for (services, file) in &files {
        let before = Instant::now();
        fill(&runtime, file, *services)?;
        let megabytes = fs::metadata(file)?.len() / 1_000_000;
        println!("{services} services: {megabytes} MB, written in {:.0?}", before.elapsed());
    }
    compare(bench, &runtime, ("tick-idle", "a tick: nothing is due"), 0, &files)?;
    // Those that were bought at the same time, and those that chance has brought together.
    for (_, file) in &files {
        make_due(file, 1)?;
    }
    compare(bench, &runtime, ("tick-100-together", "a tick: 100 are due, next to each other"), 100, &files)?;
    for (services, file) in &files {
        make_due(file, services / 100)?;
    }
    compare(bench, &runtime, ("tick-100-scattered", "a tick: 100 are due, from all over"), 100, &files)?;
    memory(bench, &files)
}

/// What a process takes that works on the many.
fn memory(bench: &Bench, files: &Files) -> Outcome<()> {
    let [(_, many), ..] = files;
    let mut process = Command::new(env::current_exe()?);
    let output = process.arg("memory").arg(many).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{process:?}: {}", output.status).into());
    }
    let kilobytes = String::from_utf8(output.stdout)?.trim().parse()?;
    let figures = vec![Figures::new("SqliteStore", vec![kilobytes]), Figures::new(MEMORY, vec![MOST_MEMORY])];
    let about = "memory of a process that works on 1,000,000 services";
    bench.measured(Measured::new("memory", about, Unit::Kilobytes, figures))
}

fn compare(
    bench: &Bench,
    runtime: &Runtime,
    (work, about): (&str, &str),
    due: usize,
    files: &Files,
) -> Outcome<()> {
    let mut racers = Vec::new();
    for ((_, name), (_, file)) in SERVICES.into_iter().zip(files) {
        let store = runtime.block_on(SqliteStore::open(file))?;
        let mut tokens = 0..;
        racers.push(Racer::new(name, move |times| ticks(runtime, &store, due, &mut tokens, times)));
    }
    bench.race(work, about, TURN, &mut racers)
}

/// A hundred services, so far apart, are due a moment before all others; those of before are not any more.
fn make_due(file: &Path, apart: u64) -> Outcome<()> {
    let mut connection = Connection::open(file)?;
    let transaction = connection.transaction()?;
    transaction.execute(
        "UPDATE services SET due_at = not_after, lease_token = NULL, lease_until = NULL WHERE wake_at < ?1",
        [FIRST_DUE],
    )?;
    for number in 0..100 {
        let update = "UPDATE services SET due_at = ?1 WHERE id = ?2";
        transaction.execute(update, params![FIRST_DUE - 1, service(number * apart)])?;
    }
    transaction.commit()?;
    Ok(())
}

/// Claims what is due, under a lease that ends at once, so that the same are there to be claimed again. Each claim has a
/// token of its own, as in earnest: SQLite writes nothing where nothing changes.
fn ticks(
    runtime: &Runtime,
    store: &SqliteStore,
    due: usize,
    tokens: &mut RangeFrom<u64>,
    times: u32,
) -> Outcome<Duration> {
    let now = at(FIRST_DUE - 1)?;
    let before = Instant::now();
    for number in tokens.take(usize::try_from(times)?) {
        let request = cert_lifecycle::store::ClaimRequest {
            now,
            lease_until: now,
            token: format!("token {number}"),
            limit: 100,
        };
        let claimed = runtime.block_on(store.claim(request))?.len();
        if claimed != due {
            return Err(format!("{claimed} of {due} were claimed").into());
        }
    }
    Ok(before.elapsed())
}

/// Ticks, steps, and what people look for, in this process; prints the most kilobytes that it has held.
pub(crate) fn measure_memory(file: &str) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let store = runtime.block_on(SqliteStore::open(file))?;
    ticks(&runtime, &store, 100, &mut (0..), 1_000)?;
    let mut worker = Ours::open(&runtime, Path::new(file))?;
    for _ in 0..100 {
        worker.steps(100)?;
    }
    let typed = |text: &str| Search { text: Some(text.into()), ..Search::default() };
    let searches = [
        Search { name: Some("host-999999.example.com".into()), ..Search::default() },
        typed("host-12345"),
        typed("customer-7"),
        Search {
            expiring: Some(at(FIRST_DUE + 500_000_000)?..at(FIRST_DUE + 500_100_000)?),
            ..Search::default()
        },
    ];
    for search in searches {
        let found = runtime.block_on(store.search(search.clone()))?;
        if found.is_empty() {
            return Err(format!("nothing was found by {search:?}").into());
        }
    }
    println!("{}", high_water_mark()?);
    Ok(())
}
