//! Pages: templates, and what all of them can say.

use cert_domain::{Finding, Findings, Language};
use fluent_bundle::{FluentArgs, FluentValue};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use rust_embed::Embed;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::texts::Texts;
use crate::visitor::Visitor;

#[derive(Embed)]
#[folder = "templates"]
struct Templates;

/// Renders pages.
pub(crate) struct Pages {
    texts: Arc<Texts>,
    english: Environment<'static>,
    polish: Environment<'static>,
}

impl Pages {
    /// Pages of a shop with this name; `demonstrates`: whether the CA behind it is the sandbox.
    pub(crate) fn load(shop: &str, demonstrates: bool) -> anyhow::Result<Self> {
        let texts = Arc::new(Texts::load()?);
        let load = |language| environment(shop, demonstrates, language, Arc::clone(&texts));
        Ok(Self { english: load(Language::English)?, polish: load(Language::Polish)?, texts })
    }

    /// Whether the panel has a text under a key for what was done.
    pub(crate) fn says(&self, key: &str) -> bool {
        self.texts.find(Language::English, &format!("said-{key}"), &FluentArgs::new()).is_some()
    }

    /// A page for a visitor.
    pub(crate) fn render(&self, name: &str, visitor: &Visitor, mut content: Json) -> Result<String, Error> {
        let frame = json!({
            "language": visitor.language.as_str(),
            "user": visitor.user,
            "csrf": visitor.csrf(),
            "path": visitor.path,
            "said": visitor.said,
        });
        if let (Json::Object(content), Json::Object(frame)) = (&mut content, frame) {
            content.extend(frame);
        }
        let environment = if visitor.language == Language::Polish { &self.polish } else { &self.english };
        environment.get_template(name)?.render(Serde(content))
    }
}

/// What is wrong with a form, for its page: everything in a list, and each under its field.
#[derive(Default, Serialize)]
pub(crate) struct Mistakes {
    all: Vec<Mistake>,
    by_field: BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct Mistake {
    field: Option<String>,
    text: String,
    value: Option<String>,
}

impl Mistakes {
    /// Findings, each under the field that it is about.
    pub(crate) fn of(
        findings: &Findings,
        language: Language,
        field_of: impl Fn(&Finding) -> Option<String>,
    ) -> Self {
        let mut mistakes = Self::default();
        for finding in findings.as_slice() {
            mistakes.add(field_of(finding), finding.text(language).into_owned(), finding.value.clone());
        }
        mistakes
    }

    pub(crate) fn add(&mut self, field: Option<String>, text: String, value: Option<String>) {
        if let Some(field) = &field {
            self.by_field.entry(field.clone()).or_default().push(text.clone());
        }
        self.all.push(Mistake { field, text, value });
    }
}

/// The templates in a language.
fn environment(
    shop: &str,
    demonstrates: bool,
    language: Language,
    texts: Arc<Texts>,
) -> anyhow::Result<Environment<'static>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for name in Templates::iter() {
        let source = Templates::get(&name).map(|file| file.data.into_owned()).unwrap_or_default();
        let source = String::from_utf8(source)?;
        environment.add_template_owned(name.into_owned(), source)?;
    }
    environment.add_global("shop", shop);
    environment.add_global("demonstrates", demonstrates);
    environment.add_function("t", move |key: &str, args: Kwargs| {
        let said = texts.find(language, key, &fluent_args(&args)?);
        said.ok_or_else(|| Error::new(ErrorKind::UndefinedError, format!("no text {key}")))
    });
    environment.add_filter("day", |at: &str| moment(at, "%Y-%m-%d"));
    environment.add_filter("moment", |at: &str| moment(at, "%Y-%m-%d %H:%M UTC"));
    Ok(environment)
}

fn fluent_args(args: &Kwargs) -> Result<FluentArgs<'static>, Error> {
    let mut known = FluentArgs::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        let value = match i64::try_from(value.clone()) {
            Ok(number) if value.kind() == ValueKind::Number => FluentValue::from(number),
            _ => FluentValue::from(value.to_string()),
        };
        known.set(name.to_owned(), value);
    }
    Ok(known)
}

/// A moment or a day as people read it.
fn moment(at: &str, format: &str) -> String {
    let read = |read: Timestamp| read.to_zoned(TimeZone::UTC).strftime(format).to_string();
    at.parse().map_or_else(|_| at.to_owned(), read)
}
