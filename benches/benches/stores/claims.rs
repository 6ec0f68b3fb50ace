//! Claims of a hundred in PostgreSQL, by four at the same time, beside pgbench with the same statement.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use cert_lifecycle::{PostgresStore, Store};
use certum_benches::Outcome;
use certum_benches::bench::Bench;
use certum_benches::race::Racer;
use certum_benches::targets::PGBENCH;
use futures::future::try_join_all;
use tokio::runtime::Runtime;

use crate::filling::{FIRST_DUE, request};
use crate::server::Server;

const CLIENTS: u32 = 4;

/// Long enough for pgbench's connections to have prepared their statement and be warm.
const TURN: Duration = Duration::from_secs(2);

/// The store's statement, of which a test compares the text. Whoever was claimed goes to the end of the queue, so that there is always somebody to claim.
const CLAIM: &str = r"\set now 4000000000000
\set most 100
\set token 7
WITH due AS (
    SELECT id, wake_at FROM services WHERE wake_at <= :now
    ORDER BY wake_at, id LIMIT :most
    FOR UPDATE SKIP LOCKED
),
claimed AS (
    UPDATE services SET lease_token = :token, lease_until = (extract(epoch FROM statement_timestamp()) * 1000)::bigint
    FROM due WHERE services.id = due.id
    RETURNING services.id, services.tries, due.wake_at
)
SELECT id, tries FROM claimed ORDER BY wake_at, id;
";

pub(crate) fn measure(bench: &Bench) -> Outcome<()> {
    let Some(server) = Server::start(&[]) else { return bench.missing("PostgreSQL is not installed") };
    let version = server.client("pgbench").arg("--version").output()?;
    bench.peer(String::from_utf8_lossy(&version.stdout).trim())?;
    let directory = tempfile::tempdir()?;
    let script = directory.path().join("claim.sql");
    fs::write(&script, CLAIM)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let store = runtime.block_on(PostgresStore::connect(server.options("")))?;
    server.run(&format!(
        "INSERT INTO services (id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                               stray_orders, due_at)
         SELECT ('0193a5c0-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'active', 'customer-' || n / 10, '601',
                'host-' || n || '.example.com', 'order-' || n, lpad(to_hex(n), 32, '0'), {FIRST_DUE} + n * 1000::bigint, 0,
                1000000000000 + n
         FROM generate_series(1, 100000) AS n"
    ));
    server.run("VACUUM ANALYZE services");
    let mut racers = [
        Racer::new("PostgresStore", |times| claim(&runtime, &store, times)),
        Racer::new(PGBENCH, |times| pgbench(&server, &script, times)),
    ];
    bench.race("claims", "claim 100 in PostgreSQL, four clients", TURN, &mut racers)
}

/// The times of a client that its share of the work comes to.
fn share(times: u32) -> u32 {
    times.div_ceil(CLIENTS)
}

/// A time that was taken by all clients for their shares, cut down to the work.
fn cut(took: Duration, times: u32) -> Duration {
    took.mul_f64(f64::from(times) / f64::from(share(times) * CLIENTS))
}

fn claim(runtime: &Runtime, store: &PostgresStore, times: u32) -> Outcome<Duration> {
    let before = Instant::now();
    let clients = (0..CLIENTS).map(|_| {
        let store = store.clone();
        runtime.spawn(async move {
            for _ in 0..share(times) {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
                let claims = store.claim(request("a token".into(), 100, i64::try_from(now)?)?).await?;
                if claims.len() != 100 {
                    return Err(format!("{} were claimed", claims.len()).into());
                }
            }
            Outcome::Ok(())
        })
    });
    let clients: Vec<_> = clients.collect();
    runtime.block_on(try_join_all(clients))?.into_iter().collect::<Outcome<()>>()?;
    Ok(cut(before.elapsed(), times))
}

fn pgbench(server: &Server, script: &Path, times: u32) -> Outcome<Duration> {
    let clients = CLIENTS.to_string();
    let output = server
        .client("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--client", &clients, "--jobs=2", "--transactions"])
        .arg(share(times).to_string())
        .arg("--file")
        .arg(script)
        .output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    // Without the time that it took to connect.
    let rate =
        told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    let rate = rate.ok_or_else(|| format!("{told}{}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(Duration::from_secs_f64(f64::from(times) / rate))
}
