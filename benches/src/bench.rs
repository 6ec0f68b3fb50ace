//! The measurements of one area: who tells people and files what was found.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::Criterion;

use crate::Outcome;
use crate::race::{Racer, run};
use crate::record::{Measured, Record};

/// One area's measurements.
#[derive(Debug)]
pub struct Bench {
    area: &'static str,
    results: Option<PathBuf>,
    criterion: bool,
}

impl Bench {
    /// Records go to the end of a file, if there is one. With `criterion` nobody races: criterion measures one after
    /// the other, and compares with its last run.
    #[must_use]
    pub fn new(area: &'static str, results: Option<PathBuf>, criterion: bool) -> Self {
        Self { area, results, criterion }
    }

    /// What a process that measures a part needs to know, as arguments.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let results = self.results.as_deref().and_then(Path::to_str).map(|file| ["--results", file]);
        let criterion = self.criterion.then_some("--criterion");
        results.into_iter().flatten().chain(criterion).map(str::to_owned).collect()
    }

    /// Runs everybody in turn, for about so long each time, and tells what each took and how that compares. The first
    /// is our own.
    ///
    /// # Errors
    /// What the racers say, and files that can't be written.
    pub fn race(&self, work: &str, about: &str, turn: Duration, racers: &mut [Racer<'_>]) -> Outcome<()> {
        if self.criterion {
            return self.by_criterion(work, racers);
        }
        self.measured(run(work, about, turn, racers)?)
    }

    fn by_criterion(&self, work: &str, racers: &mut [Racer<'_>]) -> Outcome<()> {
        let mut criterion = Criterion::default();
        let mut group = criterion.benchmark_group(format!("{}-{work}", self.area));
        let mut failed = None;
        for racer in racers {
            group.bench_function(racer.name(), |bencher| {
                bencher.iter_custom(|times| {
                    let took = u32::try_from(times).map_err(Into::into).and_then(|times| racer.run(times));
                    took.unwrap_or_else(|error| {
                        failed = Some(error);
                        // Criterion can't be stopped, and takes no time for an answer very ill.
                        Duration::from_secs(1)
                    })
                });
            });
        }
        group.finish();
        failed.map_or(Ok(()), Err)
    }

    /// Tells what was measured.
    ///
    /// # Errors
    /// Files that can't be written.
    pub fn measured(&self, measured: Measured) -> Outcome<()> {
        println!("\n{}", measured.about);
        for line in measured.compare(self.area) {
            println!("  {line}");
        }
        self.write(&Record::Measured(measured))
    }

    /// Tells of a peer that takes part, with its version.
    ///
    /// # Errors
    /// Files that can't be written.
    pub fn peer(&self, version: &str) -> Outcome<()> {
        println!("measured: {version}");
        self.write(&Record::Peer(version.to_owned()))
    }

    /// Tells of a peer that can't take part, with the reason.
    ///
    /// # Errors
    /// Files that can't be written.
    pub fn missing(&self, what: &str) -> Outcome<()> {
        println!("not measured: {what}");
        self.write(&Record::Missing(what.to_owned()))
    }

    fn write(&self, record: &Record) -> Outcome<()> {
        self.results.as_deref().map_or(Ok(()), |file| append(file, record))
    }
}

/// Writes a record to the end of a file.
///
/// # Errors
/// A file that can't be written.
pub fn append(file: &Path, record: &Record) -> Outcome<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{}", serde_json::to_string(record)?)?;
    Ok(())
}
