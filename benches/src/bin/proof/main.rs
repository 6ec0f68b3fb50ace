//! Measures everything beside its peers, and prints one table of ratios, targets and verdicts in Markdown.
//!
//! `proof [--last] [--strict] [--php PROGRAM] [--python PROGRAM] [csr] [wire] [stores]`: measures these areas, or all of
//! them, and with `--last` none; the table tells the last measurement of each. With `--strict` it ends with 1 if a target
//! is missed or was not measured. Everything but the table goes to the standard error.

mod machine;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs, io};

use certum_benches::Outcome;
use certum_benches::arguments::{Arguments, ProofArguments};
use certum_benches::bench::append;
use certum_benches::record::Record;
use certum_benches::table::Table;
use certum_benches::targets::AREAS;

fn main() -> Outcome<ExitCode> {
    let known = AREAS.map(|(area, ..)| area);
    let arguments = ProofArguments::read(env::args().skip(1), &known)?;
    let directory = directory()?;
    if !arguments.is_last {
        fs::create_dir_all(&directory)?;
        measure(&arguments.measured, &directory)?;
    }
    let table = Table::new(|area| records(&file(&directory, area)))?;
    print!("{}{}", machine::describe()?, table.text);
    let is_good = table.missed.is_empty() && table.unmeasured.is_empty();
    Ok(if arguments.is_strict && !is_good { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Runs the benchmarks of all areas that are wanted, one after the other.
fn measure(arguments: &Arguments, directory: &Path) -> Outcome<()> {
    let wanted = AREAS.map(|(area, ..)| area).into_iter().filter(|area| arguments.wants(area));
    let wanted: Vec<&str> = wanted.collect();
    // Whatever has to be built is built before anything is measured.
    for area in &wanted {
        cargo(&["bench", "--bench", area, "--no-run"], &[])?;
    }
    for area in wanted {
        let results = file(directory, area);
        if results.exists() {
            fs::remove_file(&results)?;
        }
        append(&results, &Record::Began(machine::state()?))?;
        let options: [OsString; 6] = [
            "--results".into(),
            results.clone().into(),
            "--php".into(),
            arguments.php.clone().into(),
            "--python".into(),
            arguments.python.clone().into(),
        ];
        cargo(&["bench", "--bench", area], &options)?;
        append(&results, &Record::Ended(machine::state()?))?;
    }
    Ok(())
}

/// Runs cargo on this package. OpenSSL's library is a peer where its headers are.
fn cargo(command: &[&str], options: &[OsString]) -> Outcome<()> {
    let headers = Command::new("pkg-config").args(["--exists", "openssl"]).status();
    let mut cargo = machine::cargo();
    cargo.args(command).args(["--package", env!("CARGO_PKG_NAME")]);
    if headers.is_ok_and(|status| status.success()) {
        cargo.args(["--features", "openssl-peer"]);
    }
    let status = cargo.arg("--").args(options).stdout(Stdio::from(io::stderr())).status()?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", command.join(" ")).into()) }
}

/// Where records lie: beside what cargo has built.
fn directory() -> Outcome<PathBuf> {
    let program = env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("this program is in no target directory")?;
    Ok(target.join("proof"))
}

fn file(directory: &Path, area: &str) -> PathBuf {
    directory.join(format!("{area}.jsonl"))
}

/// The records of a file that can be read; an older version's are none.
fn records(file: &Path) -> Vec<Record> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
