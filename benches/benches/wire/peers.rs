//! Tool kits in other languages. Each is a program that stays alive, reads orders line by line, and measures itself.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::Outcome;

/// A peer that is running.
pub(crate) struct Peer {
    child: Child,
    orders: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts a script of `peers/` on the documents in a directory. `None` if it can't run here, which is said.
    pub(crate) fn start(interpreter: &Path, script: &str, documents: &Path) -> Outcome<Option<Self>> {
        let script = directory().join(script);
        let child = Command::new(interpreter)
            .arg(&script)
            .arg(documents)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                println!("not measured: {}: {error}", interpreter.display());
                return Ok(None);
            }
        };
        let orders = child.stdin.take();
        let answers = child.stdout.take().ok_or("no output of the peer")?;
        let mut peer = Self { child, orders, answers: BufReader::new(answers).lines() };
        // Its first line comes once it has read the service's description.
        match peer.answer() {
            Ok(version) => {
                println!("measured: {version}");
                Ok(Some(peer))
            }
            Err(_) => {
                println!("not measured: {} on {}", script.display(), interpreter.display());
                Ok(None)
            }
        }
    }

    /// Has it do something so many times.
    pub(crate) fn run(&mut self, work: &str, times: u32) -> Outcome<Duration> {
        Ok(Duration::from_nanos(self.ask(&format!("{work} {times}"))?.parse()?))
    }

    /// What it takes out of a page, see [`crate::codec::digest`].
    pub(crate) fn digest(&mut self) -> Outcome<String> {
        self.ask("digest 0")
    }

    /// The request that it writes.
    pub(crate) fn document(&mut self) -> Outcome<String> {
        Ok(serde_json::from_str(&self.ask("document 0")?)?)
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
pub(crate) fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}
