//! Years of a reseller's business in virtual time, while everything goes wrong.

use std::process::ExitCode;

use clap::Parser;
use simulate::picture::picture;
use simulate::report::Report;
use simulate::shrink::shrink;
use simulate::{Settings, Trial, judged};

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
    let Trial { hash, verdict, remarks, .. } = judged(settings)?;
    let command = settings.command();
    let report = Report { command: &command, hash: &hash, verdict: &verdict };
    if settings.json {
        println!("{}", report.json()?);
    } else {
        print!("{report}");
    }
    for remark in remarks {
        eprintln!("{remark}");
    }
    if let Some(file) = &settings.picture {
        std::fs::write(file, picture(&verdict, &command))?;
    }
    if !verdict.holds() && !settings.no_shrink {
        let mut runs = |settings: &Settings| judged(settings).ok().map(|trial| trial.verdict);
        if let Some(shrunk) = shrink(settings, &verdict, &mut runs) {
            eprintln!("a shorter run that fails: {}", shrunk.settings.command());
            eprintln!("  {}", shrunk.breach);
        }
    }
    Ok(verdict.holds())
}
