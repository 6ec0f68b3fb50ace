//! What each command does.

mod certificates;
mod orders;
mod requests;
mod sale;
mod services;
mod verification;

use std::fs;
use std::io;

use clap::Command;
use clap_complete::Shell;

use crate::args::Args;
use crate::failure::Failure;
use crate::session::Session;

/// Does what the arguments say.
pub(crate) async fn run(session: &Session<'_>, args: Args<'_>, commands: Command) -> Result<(), Failure> {
    let Some((name, given)) = args.0.subcommand() else { return Ok(()) };
    let args = Args(given);
    let (inner, own) = given.subcommand().map_or(("", args), |(inner, own)| (inner, Args(own)));
    match (name, inner) {
        ("csr", "new") => requests::new(session, own),
        ("csr", command) => requests::read(session, command, own),
        ("cert", "show") => certificates::show(session, own).await,
        ("cert", "verify") => certificates::verify(session, own).await,
        ("cert", _) => certificates::bundle(session, own).await,
        ("products", _) => orders::products(session, args).await,
        ("order", "new") => orders::new(session, own).await,
        ("order", "validate") => orders::validate(session, own).await,
        ("order", "show") => orders::show(session, own).await,
        ("order", "list") => orders::list(session, own).await,
        ("order", "state") => verification::state(session, own).await,
        ("order", _) => services::cancel(session, own).await,
        ("verify", "show") => verification::show(session, own).await,
        ("verify", "start") => verification::start(session, own).await,
        ("verify", _) => verification::check(session, own).await,
        ("renew" | "reissue", _) => services::follow(session, name, args).await,
        ("revoke", _) => services::revoke(session, args).await,
        ("sync", _) => services::sync(session).await,
        ("service", "list") => services::list(session, own).await,
        ("service", "history") => services::history(session, own).await,
        ("service", command) => services::go_on(session, command, own).await,
        ("completions", _) => {
            let shell = args.get::<Shell>("shell").unwrap_or(Shell::Bash);
            clap_complete::generate(shell, &mut { commands }, "certum", &mut io::stdout());
            Ok(())
        }
        _ => {
            let Some(directory) = args.file("directory") else { return Ok(()) };
            let written =
                fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(commands, directory));
            written.map_err(|error| Failure::file(directory, error))
        }
    }
}
