//! JSON schemas of what is written as a word.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::service::Running;
use crate::{Action, Role, ServiceId, StateKind};

/// Types that are written as one of these words, each with what they are.
macro_rules! words {
    ($($name:ident, $all:expr, $what:literal;)+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                one_of($all, $what)
            }
        }
    )+};
}

words! {
    Action, Action::ALL, "Something that somebody can do with a service.";
    Role, &[Role::Customer, Role::Reseller], "Who stands before a menu.";
    Running, &[Running::Running, Running::Suspended, Running::Terminated], "Whether a service goes on.";
    StateKind, StateKind::ALL, "Where a service stands.";
}

fn one_of<T: Serialize>(all: &[T], what: &str) -> Schema {
    json_schema!({ "type": "string", "description": what, "enum": all })
}

impl JsonSchema for ServiceId {
    fn schema_name() -> Cow<'static, str> {
        "ServiceId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid", "description": "A service's identifier." })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::notice::{Notice, samples};

    /// The fields of an object, by a schema that may lead elsewhere for them.
    fn fields<'a>(schema: &'a Value, definitions: &'a Value) -> Vec<&'a str> {
        let own = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let elsewhere = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let elsewhere = elsewhere.into_iter().flat_map(|name| fields(&definitions[name], definitions));
        own.chain(elsewhere).collect()
    }

    #[test]
    fn has_each_kind_of_notice_with_the_fields_that_programs_are_told() {
        let schema = schemars::schema_for!(Notice).to_value();
        let definitions = &schema["$defs"];
        for kind in samples::kinds() {
            let name = kind.name();
            let mut told = serde_json::to_value(samples::notice(kind)).unwrap();
            told.as_object_mut().unwrap().remove("token");
            let mut branches = schema["oneOf"].as_array().unwrap().iter();
            let branch = branches.find(|branch| branch["properties"]["notice"]["const"] == name).expect(name);
            let known = [fields(&schema, definitions), fields(branch, definitions)].concat();
            let told: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
            for field in &told {
                assert!(known.contains(field), "{name}: {field}");
            }
            for field in &known {
                assert!(told.contains(field), "{name}: {field}");
            }
        }
    }
}
