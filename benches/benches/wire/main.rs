//! The wire beside its peers, in one run. `README.md` says how to run it and how to read the result.

mod call;
mod canned;
mod codec;
mod documents;
mod orders;
mod stream;

use std::env;
use std::process::{Command, Stdio};

use certum_benches::Outcome;
use certum_benches::arguments::Arguments;
use certum_benches::bench::Bench;
use certum_benches::record::{Figures, Measured, Unit};
use certum_benches::targets::SHORTER_LIST;

/// The measurements, in the order in which they are made.
const MEASUREMENTS: [&str; 5] = ["decode", "encode", "call", "memory", "sandbox"];

/// The lists whose memory is measured, with the longest first: it is the one that is compared.
const LISTS: [(&str, &str); 4] =
    [("100,000 orders", "100000"), (SHORTER_LIST, "10000"), ("1,000 orders", "1000"), ("100 orders", "100")];

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // This program, as a client in a process of its own.
        ["client", "call", listener, ..] => {
            let options = Arguments::read(arguments.get(3..).unwrap_or_default().to_vec(), &[])?;
            call::measure(&options.bench("wire"), listener.parse()?)
        }
        ["client", "memory", listener, orders] => stream::measure(listener.parse()?, orders.parse()?),
        _ => measure(&Arguments::read(arguments, &MEASUREMENTS)?),
    }
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    let bench = arguments.bench("wire");
    if arguments.wants("decode") || arguments.wants("encode") {
        let documents = tempfile::tempdir()?;
        let mut peers = codec::Peers::start(&bench, arguments, documents.path())?;
        if arguments.wants("decode") {
            codec::decode(&bench, &mut peers)?;
        }
        if arguments.wants("encode") {
            codec::encode(&bench, &mut peers)?;
        }
    }
    if arguments.wants("call") {
        let listener = canned::serve(call::answer)?.to_string();
        let options = bench.arguments();
        let options = options.iter().map(String::as_str);
        print!("{}", run_client(["call", &listener].into_iter().chain(options))?);
    }
    if arguments.wants("memory") {
        memory(&bench)?;
    }
    if arguments.wants("sandbox") {
        orders::measure(&bench)?;
    }
    Ok(())
}

fn memory(bench: &Bench) -> Outcome<()> {
    let listener = canned::serve(stream::answer)?.to_string();
    let mut figures = Vec::new();
    for (name, orders) in LISTS {
        let kilobytes = run_client(["memory", &listener, orders])?;
        figures.push(Figures::new(name, vec![kilobytes.trim().parse()?]));
    }
    let about = format!("memory of a client that streams 100,000 orders, {} a page", documents::PAGE);
    bench.measured(Measured::new("memory", &about, Unit::Kilobytes, figures))
}

/// Runs a part of this program as a process of its own, and tells what it printed.
fn run_client<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Outcome<String> {
    let mut client = Command::new(env::current_exe()?);
    let output = client.arg("client").args(arguments).stderr(Stdio::inherit()).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("{client:?}: {}", output.status).into())
    }
}
