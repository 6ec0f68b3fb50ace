//! What is printed: for people, or for scripts.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use cert_lifecycle::view::{Layout, Table, plain};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;
use crate::texts::Texts;

/// Prints for people, or for scripts.
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) texts: Texts,
    /// Draws on standard error, and only on a terminal.
    live: ProgressBar,
}

impl Output {
    pub(crate) fn new(json: bool, texts: Texts) -> Self {
        let is_live = !json && io::stderr().is_terminal();
        let live = if is_live { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg} ({elapsed})") {
            live.set_style(style);
        }
        Self { json, texts, live }
    }

    /// Prints the one view that a command comes to.
    pub(crate) fn show(&self, view: &impl Serialize) {
        say(&self.written(view));
    }

    fn written(&self, view: &impl Serialize) -> String {
        self.live.finish_and_clear();
        match self.json {
            true => serde_json::to_string_pretty(view).unwrap_or_default(),
            false => self.laid_out(|layout| layout.lay_out(view)),
        }
    }

    fn laid_out(&self, lay_out: impl FnOnce(&Layout<'_>) -> String) -> String {
        lay_out(&Layout::new(&self.texts.fields, &|of, field| self.texts.label(of, field)))
    }

    /// Begins a list that is printed as it comes: for scripts an array, which stays open if the list is cut short.
    pub(crate) fn list(&self, of: &str, columns: &str) -> List<'_> {
        List { output: self, is_begun: false, table: Table::new(of, columns) }
    }

    /// Prints a list that is there as a whole.
    pub(crate) fn rows<T: Serialize>(&self, of: &str, columns: &str, rows: impl Iterator<Item = T>) {
        let mut list = self.list(of, columns);
        list.page(&rows.collect::<Vec<_>>());
        list.end();
    }

    /// Tells what is waited for: in a live line on a terminal, else in a line each time that it is something else.
    pub(crate) fn waiting(&self, text: &str) {
        if self.live.message() != text {
            if self.live.is_hidden() {
                self.note(text);
            }
            self.live.enable_steady_tick(Duration::from_millis(100));
            self.live.set_message(text.to_owned());
        }
    }

    /// Tells people something beside the view.
    pub(crate) fn note(&self, text: &str) {
        if !self.json {
            self.live.suspend(|| complain(&plain(text)));
        }
    }

    pub(crate) fn fail(&self, failure: &Failure) {
        if !failure.is_told {
            complain(&self.written(&failure.view(&self.texts)));
        }
    }
}

/// A list that is printed as it comes.
pub(crate) struct List<'a> {
    output: &'a Output,
    is_begun: bool,
    table: Table,
}

impl List<'_> {
    /// Prints a page.
    pub(crate) fn page(&mut self, rows: &[impl Serialize]) {
        if !self.output.json {
            print(&self.output.laid_out(|layout| self.table.rows(layout, rows)));
        } else if !rows.is_empty() {
            let rows: Vec<_> =
                rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default()).collect();
            print(&format!("{}{}", if self.is_begun { ",\n" } else { "[\n" }, rows.join(",\n")));
        }
        self.is_begun |= !rows.is_empty();
    }

    /// Ends the list.
    pub(crate) fn end(self) {
        match (self.output.json, self.is_begun) {
            (true, begun) => say(if begun { "\n]" } else { "[]" }),
            (false, true) => {}
            (false, false) => self.output.note(&self.output.texts.say("nothing-listed")),
        }
    }
}

/// Prints a line. Whoever reads may have seen enough and closed the pipe: no reason to stop half-way.
pub(crate) fn say(line: &str) {
    print(&format!("{line}\n"));
}

fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
