//! Certum's Partner API from a shell: requests, orders, proofs and certificates.

mod args;
mod commands;
mod config;
mod failure;
mod output;
mod session;
mod surroundings;
mod texts;

use std::process::ExitCode;

use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::args::Args;
use crate::config::{Config, Settings};
use crate::failure::Failure;
use crate::output::Output;
use crate::session::Session;
use crate::surroundings::Surroundings;
use crate::texts::Texts;

#[tokio::main]
async fn main() -> ExitCode {
    let surroundings = Surroundings::read();
    let log = EnvFilter::new(surroundings.log.as_deref().unwrap_or("off"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(log).init();

    // Which language errors are told in must be known before the arguments are read for good.
    let hints = args::command().ignore_errors(true).try_get_matches_from(&surroundings.arguments);
    let hints = hints.unwrap_or_default();
    let hints = Args(&hints);
    let config = Config::read(hints.get::<std::path::PathBuf>("config").as_deref(), &surroundings);
    let hint = |id| hints.get::<String>(id).unwrap_or_default();
    let (asked, profile, locale) = (hint("language"), hint("profile"), surroundings.locale.as_deref());
    let unread = Config::default();
    let texts = Texts::new(config.as_ref().unwrap_or(&unread).language(&asked, &profile, locale));
    let commands = texts.localize(args::command());
    let matches = commands.clone().try_get_matches_from(&surroundings.arguments);
    let output = Output::new(surroundings.arguments.iter().any(|argument| argument == "--json"), texts);

    let outcome = async {
        let matches = match &matches {
            Ok(matches) => Args(matches),
            Err(error) => return helped(error),
        };
        let settings = Settings::new(matches, &config?, &surroundings)?;
        let session = Session { output: &output, settings, surroundings };
        commands::run(&session, matches, commands).await
    };
    match outcome.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.fail(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints the help that was asked for; else says what is wrong with the arguments.
fn helped(error: &clap::Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            output::say(error.to_string().trim_end());
            Ok(())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Err(Failure::usage("usage-no-command", &[]).because(error.to_string().trim_end()))
        }
        _ => Err(args::usage(error)),
    }
}
