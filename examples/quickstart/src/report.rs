//! What is printed: steps, a live line while something is waited for, and a summary; or one JSON object.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::problem::Problem;

/// What came of it. Its fields are what scripts read from `--json`.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    pub(crate) service_id: String,
    pub(crate) order_id: String,
    pub(crate) serial_number: String,
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    pub(crate) names: Vec<String>,
    pub(crate) files: Vec<PathBuf>,
    #[serde(skip)]
    pub(crate) check_command: String,
}

/// Prints for people, or for scripts.
#[derive(Debug)]
pub(crate) struct Report {
    json: bool,
    /// Draws on standard error, and only on a terminal.
    live: ProgressBar,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        let live = if json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})") {
            live.set_style(style);
        }
        Self { json, live }
    }

    /// Something was done.
    pub(crate) fn step(&self, what: &str, how: impl AsRef<str>) {
        self.live.finish_and_clear();
        if !self.json {
            say(format_args!("{what:<12} {}", how.as_ref()));
        }
    }

    /// Something is waited for.
    pub(crate) fn waiting(&self, what: impl Into<String>) {
        if !self.json {
            self.live.reset();
            self.live.enable_steady_tick(Duration::from_millis(100));
            self.live.set_message(what.into());
        }
    }

    pub(crate) fn finish(&self, summary: &Summary) {
        self.live.finish_and_clear();
        if self.json {
            // A struct of texts can't fail to be written.
            say(serde_json::to_string(summary).unwrap_or_default());
            return;
        }
        say("\nThe certificate is there.");
        for (what, value) in [
            ("service", &summary.service_id),
            ("order", &summary.order_id),
            ("serial", &summary.serial_number),
            ("names", &summary.names.join(", ")),
            ("valid", &format!("{} to {}", summary.not_before, summary.not_after)),
        ] {
            say(format_args!("  {what:<8} {value}"));
        }
        for file in &summary.files {
            say(format_args!("  file     {}", file.display()));
        }
        say(format_args!("\nCheck it with another's eyes:\n  {}", summary.check_command));
    }

    pub(crate) fn fail(&self, problem: &Problem) {
        self.live.finish_and_clear();
        for line in problem.to_string().lines() {
            let _ = writeln!(io::stderr(), "error: {line}");
        }
    }
}

/// Prints a line. Whoever reads may have seen enough and closed the pipe: no reason to stop half-way.
fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}
