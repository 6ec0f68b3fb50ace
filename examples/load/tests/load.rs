//! The program as its users run it, with less to do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::process::{Command, Stdio};

/// What it says, if it ends well.
fn load(arguments: &[&str]) -> String {
    // What it says to people is for whoever reads the log: that it skips something, for one.
    let output =
        Command::new(env!("CARGO_BIN_EXE_load")).args(arguments).stderr(Stdio::inherit()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

fn kept(said: &str, promise: &str) {
    let kept = format!("kept   {promise}: ");
    assert!(said.lines().any(|line| line.starts_with(&kept)), "{promise}: {said}");
}

#[test]
fn a_busy_worker_buys_one_order_for_each_service() {
    let said = load(&[
        "worker",
        "--services",
        "60",
        "--customers",
        "30",
        "--calls",
        "16",
        "--answers-after",
        "1000",
    ]);
    kept(&said, "as many calls are in flight as there may be");
    kept(&said, "every service has its certificate by one attempt");
    kept(&said, "the CA's book has one order for each");
}

#[test]
fn nothing_is_lost_when_workers_and_the_server_are_killed() {
    let few =
        ["--services", "400", "--due", "200", "--workers", "2", "--answers-after", "100", "--kill-for", "5"];
    let said = load(&[&["postgres"], &few[..]].concat());
    // Without PostgreSQL it has said so, and nothing else.
    if said.is_empty() {
        return;
    }
    kept(&said, "the work is done however often anybody is killed");
    kept(&said, "every service that was due is active");
    kept(&said, "the CA has exactly one order of each");
    kept(&said, "each service knows its order, and no other");
    kept(&said, "every history is without a gap");
}
