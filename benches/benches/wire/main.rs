//! The wire beside its peers, in one run. `README.md` says how to run it and how to read the result.

mod call;
mod canned;
mod codec;
mod documents;
mod memory;
mod orders;
mod peers;
mod processor;
mod race;
mod stream;

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

/// What most functions here answer with: a measurement stops at the first surprise.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The measurements, in the order in which they are made.
const MEASUREMENTS: [&str; 5] = ["decode", "encode", "call", "memory", "sandbox"];

/// How many orders the lists have whose memory is measured.
const LISTS: [&str; 4] = ["100", "1000", "10000", "100000"];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // This program, as a client in a process of its own.
        ["client", "call", listener] => call::measure(listener.parse()?),
        ["client", "memory", listener, orders] => stream::measure(listener.parse()?, orders.parse()?),
        _ => measure(&Choice::from_arguments(&arguments)?),
    }
}

/// What to measure, and with which interpreters.
struct Choice {
    measurements: Vec<&'static str>,
    php: PathBuf,
    python: PathBuf,
}

impl Choice {
    fn from_arguments(arguments: &[&str]) -> Outcome<Self> {
        let mut choice = Self {
            measurements: Vec::new(),
            php: PathBuf::from("php"),
            python: peers::directory().join(".venv/bin/python"),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--php" => choice.php = rest.next().ok_or("--php PROGRAM")?.into(),
                "--python" => choice.python = rest.next().ok_or("--python PROGRAM")?.into(),
                name => {
                    let known = MEASUREMENTS.iter().find(|known| **known == name);
                    choice.measurements.push(known.ok_or_else(|| format!("no measurement {name}"))?);
                }
            }
        }
        if choice.measurements.is_empty() {
            choice.measurements = MEASUREMENTS.to_vec();
        }
        Ok(choice)
    }
}

fn measure(choice: &Choice) -> Outcome<()> {
    let wanted = |name| choice.measurements.contains(&name);
    if wanted("decode") || wanted("encode") {
        let documents = tempfile::tempdir()?;
        let mut peers = codec::Peers::start(&choice.php, &choice.python, documents.path())?;
        if wanted("decode") {
            codec::decode(&mut peers)?;
        }
        if wanted("encode") {
            codec::encode(&mut peers)?;
        }
    }
    if wanted("call") {
        let listener = canned::serve(call::answer)?;
        run_client(&["call", &listener.to_string()])?;
    }
    if wanted("memory") {
        println!("\nmemory of a client that streams a list, {} orders a page", documents::PAGE);
        let listener = canned::serve(stream::answer)?.to_string();
        for orders in LISTS {
            run_client(&["memory", &listener, orders])?;
        }
    }
    if wanted("sandbox") {
        orders::measure()?;
    }
    Ok(())
}

/// Runs a part of this program as a process of its own.
fn run_client(arguments: &[&str]) -> Outcome<()> {
    let status = Command::new(env::current_exe()?).arg("client").args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", arguments.join(" ")).into()) }
}
