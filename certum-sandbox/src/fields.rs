//! Reading JSON so that every complaint names its field.

use serde_json::{Map, Value};

use crate::error::InvalidInput;

/// The fields of a JSON object, taken out one by one. What is left at the end was a mistake of the caller's.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, InvalidInput> {
        let value = serde_json::from_slice(body)
            .map_err(|error| InvalidInput::new("body", format!("is not JSON: {error}")))?;
        Self::of(value)
    }

    pub(crate) fn of(value: Value) -> Result<Self, InvalidInput> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(InvalidInput::new("body", "is not a JSON object")),
        }
    }

    pub(crate) fn string(&mut self, name: &'static str) -> Result<String, InvalidInput> {
        self.optional_string(name)?.ok_or_else(|| InvalidInput::new(name, "is missing"))
    }

    pub(crate) fn optional_string(&mut self, name: &'static str) -> Result<Option<String>, InvalidInput> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(InvalidInput::new(name, "is not a string")),
        }
    }

    pub(crate) fn optional_whole(&mut self, name: &'static str) -> Result<Option<u64>, InvalidInput> {
        self.take(name)
            .map(|value| {
                value.as_u64().ok_or_else(|| InvalidInput::new(name, "is not a whole number, 0 or more"))
            })
            .transpose()
    }

    pub(crate) fn optional_number(&mut self, name: &'static str) -> Result<Option<f64>, InvalidInput> {
        self.take(name)
            .map(|value| value.as_f64().ok_or_else(|| InvalidInput::new(name, "is not a number")))
            .transpose()
    }

    /// Refuses fields that nobody asked for: a misspelt one would otherwise be lost in silence.
    pub(crate) fn finish(self) -> Result<(), InvalidInput> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(unknown) => Err(InvalidInput::new("body", format!("has an unknown field {unknown:?}"))),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_that_is_missing_of_the_wrong_type_or_unknown() {
        let mut fields = Fields::parse(br#"{"name":1,"extra":true}"#).unwrap();
        assert_eq!(fields.string("name").unwrap_err().to_string(), "name: is not a string");
        assert_eq!(fields.string("value").unwrap_err().to_string(), "value: is missing");
        assert_eq!(fields.finish().unwrap_err().to_string(), "body: has an unknown field \"extra\"");
        assert_eq!(Fields::parse(b"[]").err().unwrap().field, "body");
        assert!(Fields::parse(b"{").err().unwrap().reason.starts_with("is not JSON"));
    }
}
