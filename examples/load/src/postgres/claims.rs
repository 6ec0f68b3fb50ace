//! What a claim of a hundred costs, among few services and among many.

use std::time::Instant;

use cert_lifecycle::store::ClaimRequest;
use cert_lifecycle::{PostgresStore, Store};
use jiff::Timestamp;

use super::filling::{LATE, id};
use super::server::Server;
use crate::Outcome;
use crate::spread::median;

const CLAIMED: u64 = 100;
const ROUNDS: usize = 11;
const CLAIMS: u32 = 20;

/// Claims a hundred that are due from all over, in turns. A ratio is taken in each round, so that whatever else runs falls on
/// both alike.
pub(crate) async fn compare(server: &Server, stores: [(&PostgresStore, &str, u64); 2]) -> Outcome<()> {
    for (_, schema, services) in stores {
        make_due(server, schema, services, "0")?;
    }
    let (mut micros, mut percent) = ([Vec::new(), Vec::new()], Vec::new());
    // A first round warms up.
    for round in 0..=ROUNDS {
        let mut both = [0; 2];
        for ((store, ..), took) in stores.iter().zip(&mut both) {
            *took = claims(store).await?;
        }
        if round > 0 {
            percent.push(both[0] * 100 / both[1].max(1));
            micros.iter_mut().zip(both).for_each(|(all, one)| all.push(one));
        }
    }
    for (_, schema, services) in stores {
        make_due(server, schema, services, &format!("{LATE}"))?;
    }
    let [(_, _, many), (_, _, few)] = stores;
    let [among_many, among_few] = micros.map(median);
    let (least, most) = (percent.iter().min(), percent.iter().max());
    println!("a claim of {CLAIMED}: {among_many} µs among {many}, {among_few} µs among {few}");
    println!(
        "  ratio {:.2} ({:.2} to {:.2})",
        share(median(percent.clone())),
        share(least.copied().unwrap_or_default()),
        share(most.copied().unwrap_or_default())
    );
    Ok(())
}

fn share(percent: u64) -> f64 {
    percent as f64 / 100.0
}

fn make_due(server: &Server, schema: &str, services: u64, due_at: &str) -> Outcome<()> {
    let apart = (services / CLAIMED).max(1);
    server.run(&format!(
        "UPDATE {schema}.services SET due_at = {due_at}, lease_until = NULL, lease_token = NULL
         WHERE id IN (SELECT {} FROM generate_series(0, {CLAIMED} - 1) AS n)",
        id(&format!("n * {apart}"))
    ));
    Ok(())
}

/// Claims all that is due again and again, under leases that end at once; how long one takes, in microseconds.
async fn claims(store: &PostgresStore) -> Outcome<u64> {
    let begun = Instant::now();
    for _ in 0..CLAIMS {
        let now = Timestamp::now();
        let request =
            ClaimRequest { now, lease_until: now, token: "a token".into(), limit: usize::try_from(CLAIMED)? };
        let claimed = store.claim(request).await?.len();
        if claimed != usize::try_from(CLAIMED)? {
            return Err(format!("{claimed} were claimed").into());
        }
    }
    Ok(u64::try_from(begun.elapsed().as_micros())? / u64::from(CLAIMS))
}
