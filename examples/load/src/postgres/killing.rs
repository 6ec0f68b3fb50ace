//! Workers that are killed at any moment, and a server that is killed once.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

use super::server::Server;
use super::{Database, remaining};
use crate::judge::Judge;
use crate::{Outcome, TOO_LONG};

/// How many workers there are to be killed.
const WORKERS: usize = 4;
/// The CA loses one of so many answers to an order.
const LOSES_ONE_OF: usize = 50;

/// Numbers that look random, and follow from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Kills one worker after the other for a while, and the server once half of the work is done; then they may finish.
pub(crate) async fn kill_while_working(
    database: &Database,
    killing: Duration,
    seed: u64,
    judge: &mut Judge,
) -> Outcome<()> {
    let Database { server, office, .. } = database;
    let (mut dice, mut kills, mut server_kills) = (Dice(seed), 0_usize, 0_usize);
    office.lose_one_of(LOSES_ONE_OF);
    let (before, begun) = (office.book(), Instant::now());
    let all = remaining(server)?;
    let mut workers = (0..WORKERS).map(|_| database.start_worker()).collect::<Outcome<Vec<_>>>()?;
    loop {
        tokio::time::sleep(Duration::from_millis(20 + dice.below(400))).await;
        let left = remaining(server)?;
        if left == 0 {
            break;
        }
        if begun.elapsed() > TOO_LONG {
            judge.look("the work is done in the end", false, &format!("{left} services are left"));
            return Ok(());
        }
        if server_kills == 0 && left <= all / 2 {
            kill_server(server).await?;
            server_kills += 1;
        }
        let number = usize::try_from(dice.below(u64::try_from(WORKERS)?))?;
        if let Some(worker) = workers.get_mut(number).filter(|_| begun.elapsed() < killing) {
            worker.kill()?;
            *worker = database.start_worker()?;
            kills += 1;
        }
    }
    let took = begun.elapsed();
    drop(workers);
    office.lose_one_of(0);
    let after = office.book();
    let seen = format!("{kills} workers killed, the server killed {server_kills} times");
    judge.look("the work is done however often anybody is killed", kills > 0 && server_kills == 1, &seen);
    println!(
        "  {all} services in {took:.1?}; {} answers of the CA lost, {} looks for an order, {} orders refused as taken",
        after.lost - before.lost,
        after.looks - before.looks,
        after.refused - before.refused
    );
    Ok(())
}

/// Kills the server with SIGKILL, and starts it again once the last of its processes has seen that and ended.
async fn kill_server(server: &Server) -> Outcome<()> {
    let directory = PathBuf::from(server.run("SHOW data_directory"));
    let lock = directory.join("postmaster.pid");
    let told = fs::read_to_string(&lock)?;
    let process = told.lines().next().ok_or("no process in postmaster.pid")?;
    let status = Command::new("kill").args(["-KILL", process]).status()?;
    if !status.success() {
        return Err(format!("kill: {status}").into());
    }
    let begun = Instant::now();
    while anybody_works_in(&directory)? {
        if begun.elapsed() > Duration::from_secs(60) {
            return Err("the server's processes live on without it".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Where nobody takes notice of orphans' deaths, as in some containers, the server would take its dead self for another.
    fs::remove_file(lock)?;
    let sockets = directory.parent().ok_or("a server without a directory of its own")?;
    fs::remove_file(sockets.join(".s.PGSQL.5432.lock"))?;
    server.control(&["start"]);
    Ok(())
}

/// Whether any process works in a directory, as all of a server's processes do.
fn anybody_works_in(directory: &std::path::Path) -> io::Result<bool> {
    for entry in fs::read_dir("/proc")? {
        // Processes come and go meanwhile.
        if fs::read_link(entry?.path().join("cwd")).is_ok_and(|works_in| works_in == directory) {
            return Ok(true);
        }
    }
    Ok(false)
}
