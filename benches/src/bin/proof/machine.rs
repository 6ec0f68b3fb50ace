//! The machine, and the versions on it.

use std::process::Command;
use std::{env, fs, thread};

use certum_benches::Outcome;
use certum_benches::record::State;

/// The crates that are peers, or what peers and we stand on alike.
const CRATES: [&str; 7] =
    ["aws-lc-rs", "openssl", "quick-xml", "reqwest", "rusqlite", "x509-cert", "x509-parser"];

/// The machine in two lines of Markdown: its parts, and the versions of compiler and crates.
pub(crate) fn describe() -> Outcome<String> {
    let model = value("/proc/cpuinfo", "model name");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory = value("/proc/meminfo", "MemTotal");
    let kilobytes: u64 = memory.split_whitespace().next().unwrap_or_default().parse().unwrap_or_default();
    let rustc = output(Command::new("rustc").arg("--version"))?;
    Ok(format!(
        "{model}, {} processors, {} GiB of memory, Linux {}.  \n{rustc}; {}.\n",
        thread::available_parallelism()?,
        kilobytes >> 20,
        kernel.trim(),
        crates()?.join(", "),
    ))
}

/// What things are like now.
pub(crate) fn state() -> Outcome<State> {
    let at = output(Command::new("date").args(["--utc", "+%F %R UTC"]))?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let git = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let sources = git.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    Ok(State::new(at, load, sources.unwrap_or_default()))
}

/// The cargo that runs this program, or whichever is here.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn crates() -> Outcome<Vec<String>> {
    let options = ["tree", "--package", env!("CARGO_PKG_NAME"), "--depth", "1", "--prefix", "none"];
    let tree = output(cargo().args(options).args(["--edges", "normal,dev", "--all-features"]))?;
    let is_told = |line: &&str| CRATES.iter().any(|name| line.split(' ').next() == Some(*name));
    let mut crates: Vec<String> = tree
        .lines()
        .filter(is_told)
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    crates.sort();
    crates.dedup();
    Ok(crates)
}

/// A value in a file of Linux that has a name and a colon before each.
fn value(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.split_once(':'));
    values.next().map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
