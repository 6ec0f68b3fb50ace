//! The program's own texts, in both languages, and the help of its commands.

use cert_domain::Language;
use clap::{Arg, ArgAction, Command};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

/// The texts of one language.
pub(crate) struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    /// What people are told, in the order of the labels. What has none is for programs alone.
    pub(crate) fields: Vec<String>,
}

impl Texts {
    pub(crate) fn new(language: Language) -> Self {
        let source = match language {
            Language::English => include_str!("../locales/en.ftl"),
            _ => include_str!("../locales/pl.ftl"),
        };
        let locale = language.as_str().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Marks around what is filled in are for texts whose direction changes.
        bundle.set_use_isolating(false);
        let labels = source.lines().filter_map(|line| line.strip_prefix("label-")?.split_once(" = "));
        let fields = labels.map(|(field, _)| field.replace('-', "_")).collect();
        // A test reads both files without an error; what could be read of one that has some is better than nothing.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(resource);
        Self { language, bundle, fields }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A text, if there is one.
    fn find(&self, key: &str, about: &[(&str, String)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut arguments = FluentArgs::new();
        for (name, value) in about {
            arguments.set(*name, FluentValue::try_number(value));
        }
        Some(self.bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }

    /// A text.
    pub(crate) fn say(&self, key: &str) -> String {
        self.about(key, &[])
    }

    /// A text with something filled in. One that is missing, which a test rules out, is its key.
    pub(crate) fn about(&self, key: &str, about: &[(&str, String)]) -> String {
        self.find(key, about).unwrap_or_else(|| key.to_owned())
    }

    /// What a field is called, for people: in what it is part of, or anywhere.
    pub(crate) fn label(&self, of: &str, field: &str) -> String {
        let field = field.replace('_', "-");
        let own = self.find(&format!("own-{of}-{field}"), &[]);
        own.unwrap_or_else(|| self.say(&format!("label-{field}")))
    }

    /// The commands, with their help.
    pub(crate) fn localize(&self, command: Command) -> Command {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        let command = self.walk(command.arg(version), "");
        command.after_help(self.say("help-exit-codes"))
    }

    fn walk(&self, command: Command, path: &str) -> Command {
        let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
        let arguments: Vec<_> = command.get_arguments().map(|argument| argument.get_id().clone()).collect();
        let names: Vec<_> = command.get_subcommands().map(|known| known.get_name().to_owned()).collect();
        let mut command = command.arg(help);
        for id in arguments.iter().map(|id| id.as_str()).chain(["help"]) {
            command = command.mut_arg(id, |argument| self.explain(argument, path));
        }
        for name in names {
            let path = format!("{path}-{name}");
            command = command.mut_subcommand(name, |known| self.walk(known, &path));
        }
        command
            .about(self.say(&format!("cmd{path}")))
            .help_template(format!(
                "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
                self.say("help-usage")
            ))
            .subcommand_help_heading(self.say("help-commands"))
            .subcommand_value_name(self.say("help-command"))
    }

    /// An argument's help: that of the command's own, or what it says for all commands.
    fn explain(&self, argument: Arg, path: &str) -> Arg {
        let id = argument.get_id().as_str();
        let own = self.find(&format!("arg{path}-{id}"), &[]);
        let mut help = own.unwrap_or_else(|| self.say(&format!("arg-{id}")));
        let heading = match (argument.is_global_set(), argument.is_positional()) {
            (true, _) => "help-common",
            (_, true) => "help-arguments",
            _ => "help-options",
        };
        let argument = argument.help_heading(self.say(heading));
        if !argument.get_action().takes_values() {
            return argument.help(help);
        }
        let words: Vec<_> =
            argument.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
        if !words.is_empty() {
            help += &self.about("help-words", &[("words", words.join(", "))]);
        }
        if let Some(default) = argument.get_default_values().first() {
            help += &self.about("help-default", &[("value", default.to_string_lossy().into_owned())]);
        }
        argument.help(help).hide_possible_values(true).hide_default_value(true)
    }
}
