//! The commands and their arguments. What help says of them stands in `locales/`.

use std::any::Any;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cert_lifecycle::StateKind;
use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use csr_tools::KeyAlgorithm;
use jiff::civil::Date;
use url::Url;

use crate::failure::Failure;

pub(crate) const LEVELS: [&str; 5] = ["dv", "ov", "ev", "smime", "code"];
pub(crate) const PURPOSES: [&str; 3] = ["tls", "email", "code"];
pub(crate) const SERVERS: [&str; 8] =
    ["apache", "nginx", "haproxy", "caddy", "iis", "tomcat", "panel", "plain"];

/// The commands, one a line, with their arguments: `NAME` stands for itself, `name:KIND` is an option with a value of that
/// kind, `name` one without. `!` is needed, `*` may come again, `=` has a default, `^` excludes, and `?` may be left out.
const COMMANDS: &str = include_str!("../commands.txt");

/// Arguments that several commands share.
const SALE: &str = "product:CODE! customer:NAME! csr:FILE form:FILE name:DNS* set:FIELD=TEXT* method:TEXT \
                    first-name:TEXT last-name:TEXT email:TEXT phone:TEXT";
const WAIT: &str = "no-wait timeout:SECONDS^no-wait";
const COMMON: &str = "endpoint:URL environment:ENVIRONMENT^endpoint profile:NAME config:FILE store:FILE \
                      resolver:ADDRESS:PORT language:LANGUAGE json";

/// All commands, without a word of help.
pub(crate) fn command() -> Command {
    let bare = |name: &'static str| Command::new(name).disable_help_flag(true).disable_help_subcommand(true);
    let group = |command: Command| command.subcommand_required(true).arg_required_else_help(true);
    let root = group(bare("certum")).version(env!("CARGO_PKG_VERSION")).disable_version_flag(true);
    let root = root.args(COMMON.split_whitespace().map(|spec| argument(spec).global(true)));
    COMMANDS.lines().filter_map(|line| line.split_once(':')).fold(root, |root, (path, specs)| {
        let specs = specs.split_whitespace().flat_map(|spec| match spec {
            "SALE" => SALE.split_whitespace(),
            "WAIT" => WAIT.split_whitespace(),
            other => other.split_whitespace(),
        });
        match path.split_once(' ') {
            None => root.subcommand(bare(path).args(specs.map(argument))),
            Some((name, inner)) => {
                let inner = bare(inner).args(specs.map(argument));
                if root.find_subcommand(name).is_some() {
                    root.mut_subcommand(name, |known| known.subcommand(inner))
                } else {
                    root.subcommand(group(bare(name)).subcommand(inner))
                }
            }
        }
    })
}

/// An argument, as its line says, read as the kind of its value says.
fn argument(spec: &'static str) -> Arg {
    let words = |arg: Arg, words: &[&'static str]| arg.value_parser(PossibleValuesParser::new(words));
    let (spec, excluded) = spec.split_once('^').map_or((spec, None), |(spec, other)| (spec, Some(other)));
    let ending = spec.chars().last().filter(|last| "!*?".contains(*last));
    let spec = spec.trim_end_matches(['!', '*', '?']);
    let Some((id, value)) = spec.split_once(':') else {
        // What stands in capitals is told by its place.
        if spec.chars().any(char::is_lowercase) {
            return Arg::new(spec).long(spec).action(ArgAction::SetTrue);
        }
        let arg = Arg::new(spec.to_lowercase()).value_name(spec).required(ending.is_none());
        return match spec {
            "FILE" | "DIRECTORY" => arg.value_parser(value_parser!(PathBuf)),
            "SHELL" => arg.value_parser(value_parser!(Shell)),
            _ => arg,
        };
    };
    let split = value.split_once('=').filter(|_| value != "FIELD=TEXT");
    let (value, default) = split.map_or((value, None), |(value, default)| (value, Some(default)));
    let arg = Arg::new(id).long(id).value_name(value).required(ending == Some('!'));
    let arg = if ending == Some('*') { arg.action(ArgAction::Append) } else { arg };
    let arg = excluded.into_iter().fold(arg, Arg::conflicts_with).default_value(default);
    match value {
        "FILE" | "DIR" => arg.value_parser(value_parser!(PathBuf)),
        "YYYY-MM-DD" => arg.value_parser(|text: &str| text.parse::<Date>()),
        "SECONDS" | "DAYS" => arg.value_parser(value_parser!(u32)),
        "URL" => arg.value_parser(|text: &str| text.parse::<Url>()),
        "ADDRESS:PORT" => arg.value_parser(value_parser!(SocketAddr)),
        "FIELD=TEXT" => arg.value_parser(pair),
        "LEVEL" => words(arg, &LEVELS),
        "PURPOSE" => words(arg, &PURPOSES),
        "SERVER" => words(arg, &SERVERS),
        "ENVIRONMENT" => words(arg, &["live", "test"]),
        "LANGUAGE" => words(arg, &["pl", "en"]),
        "KEY" => words(arg, &KeyAlgorithm::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()),
        "STATE" => words(arg, &StateKind::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>()),
        _ => arg,
    }
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (field, value) = text.split_once('=').ok_or("no = in it")?;
    Ok((field.trim().to_owned(), value.to_owned()))
}

/// What a command was given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Args<'a>(pub(crate) &'a ArgMatches);

impl<'a> Args<'a> {
    pub(crate) fn get<T: Any + Clone + Send + Sync>(self, id: &str) -> Option<T> {
        // Of a command that has no such argument it is not given, either.
        self.0.try_get_one::<T>(id).ok().flatten().cloned()
    }

    /// A text; empty if it was not given.
    pub(crate) fn text(self, id: &str) -> &'a str {
        self.0.get_one::<String>(id).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn file(self, id: &str) -> Option<&'a Path> {
        self.0.get_one::<PathBuf>(id).map(PathBuf::as_path)
    }

    pub(crate) fn all<T: Any + Clone + Send + Sync>(self, id: &str) -> Vec<T> {
        self.0.get_many::<T>(id).into_iter().flatten().cloned().collect()
    }

    pub(crate) fn has(self, id: &str) -> bool {
        self.0.get_flag(id)
    }
}

/// What is wrong with the arguments.
pub(crate) fn usage(error: &clap::Error) -> Failure {
    let told = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let value = told(ContextKind::InvalidValue);
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "usage-unknown-argument",
        ErrorKind::MissingRequiredArgument => "usage-missing",
        ErrorKind::InvalidSubcommand => "usage-unknown-command",
        ErrorKind::ArgumentConflict => "usage-conflict",
        ErrorKind::InvalidValue if value.is_empty() => "usage-no-value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-wrong-value",
        kind => return Failure::usage("usage-other", &[]).because(kind),
    };
    let [argument, command, other] =
        [ContextKind::InvalidArg, ContextKind::InvalidSubcommand, ContextKind::PriorArg].map(told);
    let about = [("argument", argument), ("command", command), ("other", other), ("value", value)];
    Failure::usage(key, &about.each_ref().map(|(name, text)| (*name, text as &dyn ToString)))
}
