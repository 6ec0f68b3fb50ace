//! Worker processes over PostgreSQL: how much they manage together, and what is left when they are killed.

mod claims;
mod counter;
mod filling;
mod judging;
mod killing;
mod office;
#[path = "../../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the tests use more of it, and stop at the first surprise")]
mod server;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cert_lifecycle::{Backoff, Lifecycle, PostgresOptions, PostgresStore, Store, WorkerPolicy};
use clap::Args;
use jiff::{SignedDuration, Timestamp};

use self::counter::{Anywhere, Counter};
use self::filling::{Template, id};
use self::office::Office;
use self::server::Server;
use crate::judge::Judge;
use crate::process::{Helper, load_average, until_input_ends};
use crate::{Outcome, TOO_LONG};

/// How many services there are where claims are compared with those among many.
const FEW: u64 = 1000;

/// From so many on there are many: no planner has a reason to read a table through.
const MANY: u64 = 100_000;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many services there are.
    #[arg(long, default_value_t = 1_000_000)]
    services: u64,
    /// How many of them are due in a round.
    #[arg(long, default_value_t = 20_000)]
    due: u64,
    /// How many worker processes there are: one round for each number.
    #[arg(long, value_delimiter = ',', default_value = "1,2,4,8")]
    workers: Vec<usize>,
    /// How long the CA takes to answer, in milliseconds.
    #[arg(long, default_value_t = 0)]
    answers_after: u64,
    /// For how many seconds workers are killed, if they are not done before.
    #[arg(long, default_value_t = 60)]
    kill_for: u64,
    /// When whom to kill follows from it, and the sandbox's certificate.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What a worker process has to know.
#[derive(Debug, Args)]
pub(crate) struct WorkOptions {
    #[arg(long)]
    database: String,
    #[arg(long)]
    office: String,
}

/// A server full of services, and the CA beside it.
pub(crate) struct Database {
    server: Server,
    office: Arc<Office>,
    address: String,
}

impl Database {
    fn start_worker(&self) -> Outcome<Helper> {
        Helper::start(&["work", "--database", &self.server.description(""), "--office", &self.address])
    }
}

/// The child's side: a worker until standard input ends.
pub(crate) async fn work(options: &WorkOptions) -> Outcome<()> {
    let store = loop {
        // A server that was killed is back in a moment.
        match PostgresStore::connect(PostgresOptions::new(&options.database).pool_size(8)).await {
            Ok(store) => break store,
            Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    };
    let mut policy = WorkerPolicy::default();
    // What a worker that was killed has left is taken up soon.
    policy.lease = Duration::from_secs(6);
    policy.poll = Backoff::new(Duration::from_millis(10), Duration::from_secs(1));
    policy.retry = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
    policy.idle = Duration::from_millis(50);
    policy.sync = None;
    let authority = Counter::at(&options.office);
    let lifecycle = Lifecycle::builder(store, authority).policy(policy).publisher(Anywhere).build();
    println!("ready");
    lifecycle.worker().run(until_input_ends()).await;
    Ok(())
}

pub(crate) async fn run(options: &Options, judge: &mut Judge) -> Outcome<()> {
    let rounds = Rounds::new(options)?;
    // As it is in earnest, but for statistics of the statements, which cost little.
    let settings =
        ["max_wal_size = 2GB", "shared_buffers = 512MB", "shared_preload_libraries = 'pg_stat_statements'"];
    let Some(server) = Server::start(&settings) else { return Ok(()) };
    server.run("CREATE EXTENSION pg_stat_statements");
    let store = PostgresStore::connect(server.options("")).await?;
    let template = Template::make(store.clone(), options.seed).await?;
    let begun = Instant::now();
    template.copy(&server, "public", options.services)?;
    let size = server.run("SELECT pg_database_size(current_database()) / 1000000");
    println!("{} services, {size} MB, written in {:.0?}", options.services, begun.elapsed());
    if options.services >= MANY {
        compare_claims(&server, &store, &template, options.services).await?;
    }

    let answers_after = Duration::from_millis(options.answers_after);
    let (office, address) = Office::open(template.certificate.clone(), answers_after).await?;
    let database = Database { server, office, address };
    let mut due = BTreeSet::new();
    for workers in &options.workers {
        measure(&database, &store, *workers, &rounds.next(&mut due), judge).await?;
    }
    make_due(&database.server, &rounds.next(&mut due));
    let kill_for = Duration::from_secs(options.kill_for);
    killing::kill_while_working(&database, kill_for, options.seed, judge).await?;
    judging::nothing_is_lost(&database.server, &due, &database.office.book(), judge)
}

/// Which services are due in which round: some from all over.
struct Rounds {
    services: u64,
    apart: u64,
}

/// The services of a round.
struct Round {
    first: u64,
    apart: u64,
    services: u64,
}

impl Round {
    fn numbers(&self) -> impl Iterator<Item = u64> {
        (self.first..self.services).step_by(usize::try_from(self.apart).unwrap_or(usize::MAX))
    }

    /// Their identifiers, in SQL.
    fn ids(&self) -> String {
        let Self { first, apart, services } = self;
        format!("SELECT {} FROM generate_series({first}, {services} - 1, {apart}) AS n", id("n"))
    }
}

impl Rounds {
    fn new(options: &Options) -> Outcome<Self> {
        let rounds = u64::try_from(options.workers.len())? + 1;
        let (services, due) = (options.services, options.due.max(1));
        if due * rounds > services {
            return Err(format!("{services} services are too few for {rounds} rounds of {due}").into());
        }
        Ok(Self { services, apart: services / due })
    }

    /// The next round, whose services join those of the rounds before.
    fn next(&self, due: &mut BTreeSet<u64>) -> Round {
        let Self { services, apart } = *self;
        let first = (0..apart).find(|number| !due.contains(number)).unwrap_or_default();
        let next = Round { first, apart, services };
        due.extend(next.numbers());
        next
    }
}

async fn compare_claims(
    server: &Server,
    many: &PostgresStore,
    template: &Template,
    services: u64,
) -> Outcome<()> {
    server.run("CREATE SCHEMA few");
    let few = PostgresStore::connect(server.options("options='-c search_path=few'")).await?;
    template.copy(server, "few", FEW)?;
    claims::compare(server, [(many, "public", services), (&few, "few", FEW)]).await
}

fn make_due(server: &Server, round: &Round) {
    let now = Timestamp::now().as_millisecond();
    server.run(&format!("UPDATE services SET due_at = {now} WHERE id IN ({})", round.ids()));
}

/// How many services are due within a day, or being worked on.
fn remaining(server: &Server) -> Outcome<u64> {
    let tomorrow = tomorrow().as_millisecond();
    Ok(server.run(&format!("SELECT count(*) FROM services WHERE wake_at < {tomorrow}")).parse()?)
}

/// Far from all that a worker puts off, and from what the next months bring.
fn tomorrow() -> Timestamp {
    Timestamp::now().saturating_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX)
}

/// One round: so many workers work on all that is due.
async fn measure(
    database: &Database,
    store: &PostgresStore,
    workers: usize,
    round: &Round,
    judge: &mut Judge,
) -> Outcome<()> {
    let server = &database.server;
    let helpers = (0..workers).map(|_| database.start_worker()).collect::<Outcome<Vec<_>>>()?;
    let processor = || -> Outcome<Duration> {
        helpers.iter().map(|helper| Ok(helper.usage()?.processor)).sum::<Outcome<_>>()
    };
    server.run("SELECT pg_stat_statements_reset()");
    let before = processor()?;
    make_due(server, round);
    let (begun, scans_before) = (Instant::now(), scans(server)?);
    let tomorrow = tomorrow();
    while store.next_due().await?.is_some_and(|due| due < tomorrow) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if begun.elapsed() > TOO_LONG {
            return Err(format!("{} services stand still", remaining(server)?).into());
        }
    }
    let took = begun.elapsed();
    let spent = processor()?.saturating_sub(before);
    let most = helpers.iter().map(|helper| Ok(helper.usage()?.peak)).collect::<Outcome<Vec<_>>>()?;
    helpers.into_iter().try_for_each(Helper::stop)?;
    // Before anything is asked here that reads a table through itself.
    let scans_after = scans(server)?;
    let claimed: f64 = server
        .run(
            "SELECT coalesce(sum(rows), 0) FROM pg_stat_statements
             WHERE query LIKE '%UPDATE services SET lease_token%SKIP LOCKED%'
                OR query LIKE '%SKIP LOCKED%UPDATE services SET lease_token%'",
        )
        .parse()?;
    // Of those that a service has, two were there before.
    let events = "SELECT sum(version - 2) FROM services WHERE id IN";
    let events: f64 = server.run(&format!("{events} ({})", round.ids())).parse()?;
    let (seconds, services) = (took.as_secs_f64(), round.numbers().count());
    println!(
        "{workers} workers: {services} services in {took:.1?}, load average {}: {:.0} services, {:.0} claims, {:.0} events a second",
        load_average()?,
        services as f64 / seconds,
        claimed / seconds,
        events / seconds
    );
    println!(
        "  the workers took {:.2} processors; at most {} kB of memory each",
        spent.as_secs_f64() / seconds,
        most.into_iter().max().unwrap_or_default()
    );
    // A small table is read through whatever its indexes.
    if round.services >= MANY {
        by_indexes(&scans_before, &scans_after, judge);
    }
    Ok(())
}

/// A table, and how often it was read through rather than by an index.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Table {
    name: String,
    rows: u64,
    scans: u64,
}

/// Every table of the store's. How many rows each has is an estimate of PostgreSQL's, made when they were all there.
fn scans(server: &Server) -> Outcome<Vec<Table>> {
    let told = server.run(
        "SELECT stat.relname, greatest(reltuples, 0)::bigint, seq_scan
         FROM pg_stat_user_tables AS stat JOIN pg_class ON pg_class.oid = relid
         WHERE schemaname = 'public' ORDER BY stat.relname",
    );
    told.lines().map(Table::read).collect()
}

impl Table {
    fn read(line: &str) -> Outcome<Self> {
        let [name, rows, scans] = line.split('|').collect::<Vec<_>>()[..] else {
            return Err(format!("no row: {line}").into());
        };
        Ok(Self { name: name.into(), rows: rows.parse()?, scans: scans.parse()? })
    }
}

/// No table that grows with the services was read through, of those that there are. Small ones are, and are told.
fn by_indexes(before: &[Table], after: &[Table], judge: &mut Judge) {
    let (mut large, mut scanned, mut small) = (0, Vec::new(), Vec::new());
    for table in after {
        let of_before = before.iter().find(|one| one.name == table.name).map_or(0, |one| one.scans);
        let times = table.scans.saturating_sub(of_before);
        let told = format!("{} {times} times", table.name);
        match (table.rows >= MANY, times) {
            (true, 0) => large += 1,
            (true, _) => scanned.push(told),
            (false, _) => small.push(told),
        }
    }
    let seen = format!(
        "of {} large tables read through: {}; of small ones: {}",
        large + scanned.len(),
        list(&scanned),
        list(&small)
    );
    let is_kept = large > 0 && scanned.is_empty();
    judge.look("workers find what they need by indexes", is_kept, &seen);
}

fn list(what: &[String]) -> String {
    if what.is_empty() { "none".into() } else { what.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_large_table_that_was_read_through() {
        let read = |lines: [&str; 3]| lines.map(|line| Table::read(line).unwrap()).to_vec();
        let broken = |after: &[Table]| {
            let before = read(["services|1000000|7", "orders|1000000|0", "outbox|0|3"]);
            let mut judge = Judge::default();
            by_indexes(&before, after, &mut judge);
            judge.broken()
        };
        assert_eq!(broken(&read(["services|1000000|7", "orders|1000000|0", "outbox|0|90"])), 0);
        assert_eq!(broken(&read(["services|1000000|8", "orders|1000000|0", "outbox|0|3"])), 1);
        assert_eq!(
            broken(&read(["services|1000000|7", "orders|1000000|0", "names|1000000|1"])),
            1,
            "a new one"
        );
        assert_eq!(broken(&[]), 1, "nothing was looked at");
        assert!(Table::read("services|1000000").is_err());
    }

    #[test]
    fn makes_others_due_in_each_round() {
        let (workers, kill_for) = (vec![1, 2], 0);
        let options = Options { services: 100, due: 20, workers, answers_after: 0, kill_for, seed: 1 };
        let (rounds, mut due) = (Rounds::new(&options).unwrap(), BTreeSet::new());
        let mut next = || rounds.next(&mut due).numbers().take(3).collect::<Vec<_>>();
        assert_eq!([next(), next(), next()], [[0, 5, 10], [1, 6, 11], [2, 7, 12]]);
        assert_eq!(due.len(), 60);
        assert!(Rounds::new(&Options { due: 40, ..options }).is_err());
    }
}
