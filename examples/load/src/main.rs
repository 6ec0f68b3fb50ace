//! Load: a worker with many calls in flight, PostgreSQL with a million services, and a long run whose memory stays flat.
//! Each command measures, checks that nothing got lost or was bought twice, and exits with 1 if anything was.

mod ca;
mod flat;
mod gauge;
mod judge;
mod postgres;
mod process;
mod shop;
mod soak;
mod spread;
mod worker;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::judge::Judge;

/// What most functions here answer with: a measurement stops at the first surprise.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How long anybody waits for work to be done: what takes longer stands still.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(900);

/// Puts the lifecycle under load, and checks that nothing gets lost.
#[derive(Debug, Parser)]
#[command(name = "load", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A worker over SQLite, with many calls in flight, and a sandbox in a process of its own.
    Worker(worker::Options),
    /// Worker processes over PostgreSQL, and what is left when they and the server are killed.
    Postgres(postgres::Options),
    /// Years of steady traffic: memory, threads and open files have to stay as they are.
    Soak(soak::Options),
    /// The sandbox, for the other commands.
    #[command(hide = true)]
    Ca(ca::Options),
    /// A worker over PostgreSQL, for the command of that name.
    #[command(hide = true)]
    Work(postgres::WorkOptions),
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut judge = Judge::default();
    let done = match Arguments::parse().command {
        Command::Worker(options) => worker::run(&options, &mut judge).await,
        Command::Postgres(options) => postgres::run(&options, &mut judge).await,
        Command::Soak(options) => soak::run(&options, &mut judge).await,
        Command::Ca(options) => ca::serve(&options).await,
        Command::Work(options) => postgres::work(&options).await,
    };
    if let Err(error) = done {
        eprintln!("load: {error}");
        return ExitCode::FAILURE;
    }
    judge.verdict()
}
