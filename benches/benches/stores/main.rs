//! The stores beside the bare databases, in one run. `README.md` says how to run it and how to read the result.

mod bare;
mod claims;
mod filling;
#[path = "../wire/memory.rs"]
mod memory;
#[path = "../wire/race.rs"]
mod race;
#[path = "../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the tests use more of it, and stop at the first surprise")]
mod server;
mod step;
mod tick;

use std::env;
use std::error::Error;

/// What most functions here answer with: a measurement stops at the first surprise.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The measurements, in the order in which they are made.
const MEASUREMENTS: [&str; 3] = ["step", "tick", "claims"];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["memory", file] = arguments[..] {
        // This program, in a process of its own.
        return tick::measure_memory(file);
    }
    // Cargo says `--bench` to every benchmark.
    let wanted: Vec<&str> = arguments.into_iter().filter(|argument| *argument != "--bench").collect();
    if let Some(unknown) = wanted.iter().find(|name| !MEASUREMENTS.contains(name)) {
        return Err(format!("no measurement {unknown}").into());
    }
    for name in MEASUREMENTS.into_iter().filter(|name| wanted.is_empty() || wanted.contains(name)) {
        match name {
            "step" => step::measure()?,
            "tick" => tick::measure()?,
            _ => claims::measure()?,
        }
    }
    Ok(())
}
