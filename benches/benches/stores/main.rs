//! The stores beside the bare databases, in one run. `README.md` says how to run it and how to read the result.

mod bare;
mod claims;
mod filling;
#[path = "../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "the tests use more of it, and stop at the first surprise")]
mod server;
mod step;
mod tick;

use std::env;

use certum_benches::Outcome;
use certum_benches::arguments::Arguments;

/// The measurements, in the order in which they are made.
const MEASUREMENTS: [&str; 3] = ["step", "tick", "claims"];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [part, file] = &arguments[..]
        && part == "memory"
    {
        // This program, in a process of its own.
        return tick::measure_memory(file);
    }
    let arguments = Arguments::read(arguments, &MEASUREMENTS)?;
    let bench = arguments.bench("stores");
    if arguments.wants("step") {
        step::measure(&bench)?;
    }
    if arguments.wants("tick") {
        tick::measure(&bench)?;
    }
    if arguments.wants("claims") {
        claims::measure(&bench)?;
    }
    Ok(())
}
