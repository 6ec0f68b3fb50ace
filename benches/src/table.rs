//! The table of all ratios, in Markdown.

use std::fmt::Write;

use crate::record::{Measured, Record, State, Verdict};
use crate::targets::{AREAS, TARGETS, Target, direction};

/// What a table says, and whether it is good news.
#[derive(Debug)]
#[non_exhaustive]
pub struct Table {
    /// Markdown.
    pub text: String,
    /// How many targets are met.
    pub met: usize,
    /// The targets that are missed, in words.
    pub missed: Vec<String>,
    /// The targets that nobody measured, in words.
    pub unmeasured: Vec<String>,
}

impl Table {
    /// Makes a table of each area's records.
    ///
    /// # Errors
    /// None that happen with text.
    pub fn new(mut records: impl FnMut(&str) -> Vec<Record>) -> Result<Self, std::fmt::Error> {
        let mut table = Self { text: String::new(), met: 0, missed: Vec::new(), unmeasured: Vec::new() };
        for (area, about, clock) in AREAS {
            writeln!(table.text, "\n### {about}: {clock}\n")?;
            table.area(area, &records(area))?;
        }
        let asked = TARGETS.len();
        writeln!(table.text, "\n{} of {asked} targets are met.", table.met)?;
        for (what, list) in [("Missed", &table.missed), ("Not measured", &table.unmeasured)] {
            if !list.is_empty() {
                writeln!(table.text, "{what}: {}.", list.join("; "))?;
            }
        }
        Ok(table)
    }

    fn area(&mut self, area: &str, records: &[Record]) -> std::fmt::Result {
        for line in provenance(records) {
            writeln!(self.text, "{line}  ")?;
        }
        let measured = measured(records);
        if !measured.is_empty() {
            self.text.push_str("\n| work | ours | beside | its figure | ratio | target | |\n");
            self.text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
        }
        for measured in &measured {
            self.rows(area, measured)?;
        }
        for target in TARGETS.iter().filter(|target| target.area == area) {
            let about = format!("{area} {} beside {}", target.work, target.peer);
            match verdict(&measured, target) {
                None => self.unmeasured.push(about),
                Some(verdict) if verdict.is_met() => self.met += 1,
                Some(_) => {
                    self.missed.push(about);
                    if let Some(note) = target.note {
                        writeln!(self.text, "\n{} beside {}: {note}", target.work, target.peer)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn rows(&mut self, area: &str, measured: &Measured) -> std::fmt::Result {
        let compared = measured.compare(area);
        let Some((ours, theirs)) = compared.split_first() else { return Ok(()) };
        if theirs.is_empty() {
            writeln!(self.text, "| {} | {} | | | | | |", measured.about, ours.figure)?;
        }
        for one in theirs {
            let told = one.verdict().map(told);
            let ratio = one.ratio.map(|ratio| format!("{} {ratio}", direction(one.bound)));
            let bound = one.bound.map(|bound| bound.to_string());
            writeln!(
                self.text,
                "| {} | {} | {} | {} | {} | {} | {} |",
                measured.about,
                ours.figure,
                one.name,
                one.figure,
                ratio.unwrap_or_default(),
                bound.unwrap_or_default(),
                told.unwrap_or_default(),
            )?;
        }
        Ok(())
    }
}

/// A verdict in a table: what is missed meets the eye.
fn told(verdict: Verdict) -> String {
    if verdict.is_met() { verdict.to_string() } else { format!("**{verdict}**") }
}

/// What became of a target; `None` if nobody measured it, or nothing that a ratio could be made of.
fn verdict(measured: &[&Measured], target: &Target) -> Option<Verdict> {
    let measured = measured.iter().find(|measured| measured.work == target.work)?;
    let compared = measured.compare(target.area);
    compared.iter().find(|one| one.name == target.peer)?.verdict()
}

/// The measurements among records; of those that were made more than once, the last.
fn measured(records: &[Record]) -> Vec<&Measured> {
    let mut found: Vec<&Measured> = Vec::new();
    for record in records {
        let Record::Measured(new) = record else { continue };
        match found.iter_mut().find(|old| old.work == new.work) {
            Some(old) => *old = new,
            None => found.push(new),
        }
    }
    found
}

/// When and how an area was measured, and who took part.
fn provenance(records: &[Record]) -> Vec<String> {
    let (mut began, mut ended) = (None, None);
    let (mut peers, mut missing) = (Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Began(state) => began = Some(state),
            Record::Ended(state) => ended = Some(state),
            Record::Peer(version) => peers.push(version.as_str()),
            Record::Missing(what) => missing.push(what.as_str()),
            Record::Measured(_) => {}
        }
    }
    let mut lines = vec![moment(began, ended)];
    for (what, list) in [("Peers", &peers), ("Missing", &missing)] {
        if !list.is_empty() {
            lines.push(format!("{what}: {}.", list.join("; ")));
        }
    }
    lines
}

fn moment(began: Option<&State>, ended: Option<&State>) -> String {
    let Some(began) = began else { return "Not measured.".to_owned() };
    let State { at, load, sources } = began;
    match ended {
        Some(State { load: after, .. }) => {
            format!("Measured {at} at {sources}; load average {load} before and {after} after.")
        }
        None => format!("Measured {at} at {sources}; load average {load} before. It did not get to its end."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Figures, Unit};
    use crate::targets::{OPENSSL, POST};

    fn table(ours: f64) -> Table {
        table_of(vec![ours], vec![1.0])
    }

    fn table_of(ours: Vec<f64>, theirs: Vec<f64>) -> Table {
        let figures = vec![Figures::new("certum-api", ours), Figures::new(POST, theirs)];
        let measured = Measured::new("call-state", "a call", Unit::Seconds, figures);
        one_record("wire", measured)
    }

    fn one_record(of: &str, measured: Measured) -> Table {
        let record = Record::Measured(measured);
        Table::new(|area| if area == of { vec![record.clone()] } else { Vec::new() }).unwrap()
    }

    #[test]
    fn counts_what_is_met_and_names_what_is_missed() {
        let good = table(1.2);
        assert!(
            good.text.contains("| ours/theirs 1.20 (1.20 to 1.20) | at most 1.3 | met |"),
            "{}",
            good.text
        );
        assert_eq!((good.met, good.missed.len()), (1, 0));
        let bad = table(1.4);
        assert!(bad.text.contains("| **MISSED** |"), "{}", bad.text);
        assert_eq!((bad.met, &bad.missed[..]), (0, &[format!("wire call-state beside {POST}")][..]));
    }

    #[test]
    fn names_each_target_that_nobody_measured() {
        let table = table(1.2);
        assert_eq!(table.unmeasured.len(), TARGETS.len() - 1);
        assert!(table.text.contains("Not measured.") && table.text.contains("csr decode beside x509-parser"));
    }

    #[test]
    fn counts_what_has_no_figures_as_not_measured() {
        let table = table_of(Vec::new(), Vec::new());
        assert_eq!((table.met, table.missed.len(), table.unmeasured.len()), (0, 0, TARGETS.len()));
        assert!(table.text.contains(&format!("wire call-state beside {POST}")), "{}", table.text);
    }

    #[test]
    fn tells_why_a_target_is_missed_where_that_is_known() {
        let keys = |ours: f64| {
            let figures = vec![Figures::new("csr-tools", vec![ours]), Figures::new(OPENSSL, vec![1.0])];
            one_record("csr", Measured::new("generate-p256", "a new key, P-256", Unit::Seconds, figures)).text
        };
        let note = format!("\ngenerate-p256 beside {OPENSSL}: ");
        assert!(keys(0.5).contains(&note), "{}", keys(0.5));
        assert!(!keys(0.3).contains(&note));
    }

    #[test]
    fn believes_the_last_of_several_measurements_of_the_same() {
        let measured = |seconds| {
            let figures = vec![Figures::new("certum-api", vec![seconds]), Figures::new(POST, vec![1.0])];
            Record::Measured(Measured::new("call-state", "a call", Unit::Seconds, figures))
        };
        let records = [measured(1.4), measured(1.2)];
        let table = Table::new(|area| if area == "wire" { records.to_vec() } else { Vec::new() }).unwrap();
        assert_eq!((table.met, table.missed.len()), (1, 0));
    }
}
