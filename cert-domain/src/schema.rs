//! JSON schemas of what is written as a word.

use std::borrow::Cow;

use csr_tools::KeyAlgorithm;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{Currency, Mailbox, VerificationMethod};

impl JsonSchema for VerificationMethod {
    fn schema_name() -> Cow<'static, str> {
        "VerificationMethod".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mailboxes = Mailbox::ALL.iter().map(|mailbox| Self::Email(*mailbox));
        let published = Self::ALL.iter().filter(|method| method.is_published()).cloned();
        let words: Vec<_> = published.chain(mailboxes).map(|method| method.to_string()).collect();
        let description = "How control of the names of an order is proved.";
        json_schema!({ "type": "string", "description": description, "enum": words })
    }
}

/// The algorithm of a key.
pub(crate) struct Key;

impl JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        "KeyAlgorithm".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = KeyAlgorithm::ALL.iter().map(|algorithm| algorithm.as_str()).collect();
        json_schema!({ "type": "string", "description": "The algorithm of a key.", "enum": words })
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A currency's letters (ISO 4217).", "pattern": "^[A-Z]{3}$" })
    }
}

/// What is wrong with a field: one of many things, to which more are added.
pub(crate) struct AnyProblem;

impl JsonSchema for AnyProblem {
    fn schema_name() -> Cow<'static, str> {
        "Problem".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kind = "What it is, such as `missing`. Other fields say more of some kinds.";
        let description = "What is wrong with a field.";
        json_schema!({
            "type": "object", "description": description, "required": ["kind"],
            "properties": { "kind": { "type": "string", "description": kind } },
        })
    }
}
