//! What is to be proved, how, and how far that has come.

use cert_domain::{Instruction, Language, wanted_proofs};
use jiff::Timestamp;
use serde::Serialize;

use crate::authority::{NameState, OrderCheck};
use crate::service::Validating;

/// One thing to do for the proof of names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InstructionView {
    /// The names that are proved by it.
    pub names: Vec<String>,
    /// What kind of proof it is: `txt_record`, `cname_record`, `file` or `message`.
    pub kind: &'static str,
    /// The record to publish, if it is one.
    pub record: Option<RecordView>,
    /// The file to serve, if it is one.
    pub file: Option<FileView>,
    /// The mailbox to which the CA wrote, if it is a message.
    pub mailbox: Option<String>,
    /// What to do.
    pub text: String,
}

/// A DNS record to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RecordView {
    /// Its name.
    pub name: String,
    /// `TXT` or `CNAME`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its text, or what it points to.
    pub value: String,
}

/// A file to serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileView {
    /// The address at which it is looked for, over plain HTTP.
    pub url: String,
    /// The path on the host, from the root.
    pub path: String,
    /// What it holds, and nothing else.
    pub body: String,
}

impl InstructionView {
    /// An instruction in a language, and the names that are proved by it.
    #[must_use]
    pub fn of(instruction: &Instruction, names: Vec<String>, language: Language) -> Self {
        let text = instruction.text(language);
        let view = |kind| Self { names, kind, record: None, file: None, mailbox: None, text };
        let record = |name: &String, kind, value: &String| {
            Some(RecordView { name: name.clone(), kind, value: value.clone() })
        };
        match instruction {
            Instruction::TxtRecord { name, value } => {
                Self { record: record(name, "TXT", value), ..view("txt_record") }
            }
            Instruction::CnameRecord { name, target } => {
                Self { record: record(name, "CNAME", target), ..view("cname_record") }
            }
            Instruction::File { host, path, body } => {
                let file =
                    FileView { url: format!("http://{host}{path}"), path: path.clone(), body: body.clone() };
                Self { file: Some(file), ..view("file") }
            }
            Instruction::Message { mailbox } => Self { mailbox: Some(mailbox.clone()), ..view("message") },
            _ => view("other"),
        }
    }

    /// What the customer has to do for an order that waits.
    pub(super) fn all(validating: &Validating, language: Language) -> Vec<Self> {
        let configuration = &validating.configuration;
        let proofs = match (configuration.names(), configuration.method()) {
            (Some(names), Some(method)) => wanted_proofs(names, method),
            _ => Vec::new(),
        };
        // One for each proof, in the same order.
        let names = proofs.into_iter().map(|proof| proof.covers.iter().map(ToString::to_string).collect());
        let instructions = validating.instructions();
        instructions.iter().zip(names).map(|(told, names)| Self::of(told, names, language)).collect()
    }
}

/// How far the proof of a name has come at the CA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VerificationView {
    /// The name, as the CA tells it.
    pub name: String,
    /// How far: `not_required`, `required`, `failed`, `verified` or `unknown`.
    pub state: &'static str,
    /// The same for people.
    pub text: String,
    /// What the CA says about it, such as why it failed.
    pub info: Option<String>,
    /// Until when the proof can be used.
    pub valid_until: Option<Timestamp>,
    /// Checks of the CA's own that block the name.
    pub blocked_by: Vec<String>,
}

impl VerificationView {
    /// The state of a name in a language.
    #[must_use]
    pub fn of(state: &NameState, language: Language) -> Self {
        Self {
            name: state.name.clone(),
            state: state.proof.as_str(),
            text: state.proof.text(language).to_owned(),
            info: state.info.clone(),
            valid_until: state.valid_until,
            blocked_by: state.blocked_by.clone(),
        }
    }
}

/// One of the CA's verifications of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CheckView {
    /// What is verified, such as `domain` or `organization`; `unknown` if this version doesn't know it.
    pub kind: &'static str,
    /// The same for people.
    pub kind_text: String,
    /// How far: `not_required`, `required`, `failed`, `verified` or `unknown`.
    pub state: &'static str,
    /// The same for people.
    pub text: String,
    /// Until when its outcome can be relied on.
    pub valid_until: Option<Timestamp>,
}

impl CheckView {
    /// A verification in a language.
    #[must_use]
    pub fn of(check: &OrderCheck, language: Language) -> Self {
        Self {
            kind: check.kind.as_str(),
            kind_text: check.kind.text(language).to_owned(),
            state: check.proof.as_str(),
            text: check.proof.text(language).to_owned(),
            valid_until: check.valid_until,
        }
    }
}
