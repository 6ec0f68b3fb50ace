//! A worker's tick in SQLite: what it costs to claim what is due, among few services and among many.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use cert_lifecycle::store::Search;
use cert_lifecycle::{SqliteStore, Store};
use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

use crate::Outcome;
use crate::filling::{FIRST_DUE, at, fill, service};
use crate::memory::high_water_mark;
use crate::race::{Racer, TURN, Target, race};
use crate::step::Ours;

const FEW: u64 = 1_000;
const MANY: u64 = 1_000_000;

/// Most that a tick may take beside one among few services: what runs differ by.
const NOISE: f64 = 1.25;

/// Most memory, in kilobytes.
const MOST_MEMORY: u64 = 100 * 1024;

pub(crate) fn measure() -> Outcome<()> {
    let directory = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let files =
        [(FEW, "few.db"), (MANY, "many.db")].map(|(services, name)| (services, directory.path().join(name)));
    for (services, file) in &files {
        let before = Instant::now();
        fill(&runtime, file, *services)?;
        let megabytes = fs::metadata(file)?.len() / 1_000_000;
        println!("{services} services: {megabytes} MB, written in {:.0?}", before.elapsed());
    }
    compare(&runtime, "tick: nothing is due", 0, &files)?;
    // Those that were bought at the same time, and those that chance has brought together.
    for due in ["next to each other", "from all over"] {
        for (services, file) in &files {
            make_due(file, if due == "from all over" { services / 100 } else { 1 })?;
        }
        compare(&runtime, &format!("tick: 100 are due, {due}"), 100, &files)?;
    }
    println!("\nmemory of a process that works on {MANY} services");
    let [_, (_, many)] = &files;
    let status = Command::new(env::current_exe()?).arg("memory").arg(many).status()?;
    if status.success() { Ok(()) } else { Err(format!("memory: {status}").into()) }
}

fn compare(runtime: &Runtime, work: &str, due: usize, files: &[(u64, PathBuf); 2]) -> Outcome<()> {
    let [(_, few), (_, many)] = files;
    let [few, many] = [runtime.block_on(SqliteStore::open(few))?, runtime.block_on(SqliteStore::open(many))?];
    let mut racers = [
        Racer {
            name: "among 1,000,000",
            target: None,
            run: Box::new(|times| ticks(runtime, &many, due, times)),
        },
        Racer {
            name: "among 1,000",
            target: Some(Target::OursOverTheirs(NOISE)),
            run: Box::new(|times| ticks(runtime, &few, due, times)),
        },
    ];
    race(work, TURN, &mut racers)
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

/// Claims what is due, under a lease that ends at once, so that the same are there to be claimed again.
fn ticks(runtime: &Runtime, store: &SqliteStore, due: usize, times: u32) -> Outcome<Duration> {
    let now = at(FIRST_DUE - 1)?;
    let before = Instant::now();
    for _ in 0..times {
        let request = cert_lifecycle::store::ClaimRequest {
            now,
            lease_until: now,
            token: "a token".into(),
            limit: 100,
        };
        let claimed = runtime.block_on(store.claim(request))?.len();
        if claimed != due {
            return Err(format!("{claimed} of {due} were claimed").into());
        }
    }
    Ok(before.elapsed())
}

/// Ticks, steps, and what people look for, in this process; prints the most memory that it has held.
pub(crate) fn measure_memory(file: &str) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let store = runtime.block_on(SqliteStore::open(file))?;
    ticks(&runtime, &store, 100, 1_000)?;
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
    let kilobytes = high_water_mark()?;
    let verdict = if kilobytes <= MOST_MEMORY { "met" } else { "MISSED" };
    println!("  {kilobytes} kB at most   at most {MOST_MEMORY} kB: {verdict}");
    Ok(())
}
