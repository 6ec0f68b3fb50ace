//! Years of a reseller's business in virtual time, while everything goes wrong.

use std::process::ExitCode;

use clap::Parser;
use simulate::picture::picture;
use simulate::report::Report;
use simulate::shrink::shrink;
use simulate::{Settings, StoreKind, Trial, judged};

/// How many runs may look for a shorter one that fails. The longest lives a shop's services, for as long as they are judged.
const MOST_RUNS: usize = 60;

fn main() -> ExitCode {
    match simulate(&Settings::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs, reports, and says whether every promise was kept.
fn simulate(settings: &Settings) -> Result<bool, Box<dyn std::error::Error>> {
    let trial = judged(settings)?;
    let Trial { hash, verdict, struck, remarks, .. } = &trial;
    let command = settings.command();
    let report = Report { command: &command, hash, verdict, struck, remarks: &trial.remarks_by_kind() };
    if settings.json {
        println!("{}", report.json()?);
    } else {
        print!("{report}");
    }
    for remark in remarks {
        eprintln!("{}", remark.text);
    }
    if let Some(file) = &settings.picture {
        std::fs::write(file, picture(verdict, &command))?;
    }
    if !verdict.holds() && !settings.no_shrink {
        let mut runs = |settings: &Settings| judged(settings).ok().map(|trial| trial.verdict);
        // A database in which a world has lived is no beginning for another.
        let mut in_memory = settings.clone();
        in_memory.store = StoreKind::Memory;
        if let Some(shrunk) = shrink(&in_memory, verdict, &mut runs, MOST_RUNS) {
            let runs = shrunk.runs;
            match shrunk.is_shorter {
                true => eprintln!("a shorter run that fails, of {runs}: {}", shrunk.settings.command()),
                false => eprintln!("no shorter run that fails was found, of {runs}"),
            }
            eprintln!("  {}", shrunk.breach);
        }
    }
    Ok(verdict.holds())
}
