//! Tool kits in other languages. Each is a program that stays alive, reads orders line by line, and measures itself.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::Outcome;
use crate::bench::Bench;

/// A peer that is running.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    orders: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts a script of `peers/` on the documents in a directory. `None` if it can't run here, which is said.
    ///
    /// # Errors
    /// Records that can't be written.
    pub fn start(
        bench: &Bench,
        name: &str,
        interpreter: &Path,
        script: &str,
        documents: &Path,
    ) -> Outcome<Option<Self>> {
        let child = Command::new(interpreter)
            .arg(directory().join(script))
            .arg(documents)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                bench.missing(&format!("{name}: {}: {error}", interpreter.display()))?;
                return Ok(None);
            }
        };
        let orders = child.stdin.take();
        let answers = child.stdout.take().ok_or("no output of the peer")?;
        let mut peer = Self { child, orders, answers: BufReader::new(answers).lines() };
        // Its first line comes once it has read everything.
        match peer.answer() {
            Ok(version) => {
                bench.peer(&version)?;
                Ok(Some(peer))
            }
            Err(_) => {
                bench.missing(&format!("{name}: {} can't run {script}", interpreter.display()))?;
                Ok(None)
            }
        }
    }

    /// Has it do something so many times, and tells the processor time that it took.
    ///
    /// # Errors
    /// A peer that has ended, or that answers something else.
    pub fn run(&mut self, work: &str, times: u32) -> Outcome<Duration> {
        Ok(Duration::from_nanos(self.ask(&format!("{work} {times}"))?.parse()?))
    }

    /// What it shows of its work, so that it can be compared with ours.
    ///
    /// # Errors
    /// A peer that has ended, or that answers something else.
    pub fn show<T: DeserializeOwned>(&mut self, what: &str) -> Outcome<T> {
        Ok(serde_json::from_str(&self.ask(&format!("{what} 0"))?)?)
    }

    fn ask(&mut self, order: &str) -> Outcome<String> {
        let orders = self.orders.as_mut().ok_or("no input of the peer")?;
        writeln!(orders, "{order}")?;
        self.answer()
    }

    fn answer(&mut self) -> Outcome<String> {
        Ok(self.answers.next().ok_or("the peer has ended")??)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The end of its input is the end of its work.
        self.orders = None;
        let _ = self.child.wait();
    }
}

/// Where the peers' scripts are.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}
