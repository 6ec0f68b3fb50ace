//! Who the reseller sells to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::{Field, has_forbidden_identifier_character};
use crate::{Finding, Problem};

/// The reseller's name of a customer: 1 to 64 characters, none of `" & ' < >`.
///
/// The CA keeps it with each order, and a renewal must carry the same one (code 1169). It must differ from the
/// account's login (code 1023), which only the account's holder can compare.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(String);

impl CustomerId {
    const FIELD: Field =
        Field { path: "orderParameters/customer", missing: Some(1076), too_long: 1077, limit: 64 };

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks that it is not the account's own login.
    ///
    /// # Errors
    /// The finding that it is.
    pub fn differs_from_login(&self, login: &str) -> Result<(), Finding> {
        if self.0 == login.trim() {
            return Err(Finding::new(1023, Self::FIELD.path, Problem::Login).with_value(&*self.0));
        }
        Ok(())
    }
}

impl FromStr for CustomerId {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Self, Finding> {
        let text = Self::FIELD.required(text)?;
        if has_forbidden_identifier_character(&text) {
            let problem = Problem::ForbiddenCharacter;
            return Err(Finding::new(1156, Self::FIELD.path, problem).with_value(text));
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for CustomerId {
    type Error = Finding;

    fn try_from(text: String) -> Result<Self, Finding> {
        text.parse()
    }
}

impl From<CustomerId> for String {
    fn from(id: CustomerId) -> Self {
        id.0
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_the_ca_would_refuse() {
        let code = |text: &str| text.parse::<CustomerId>().unwrap_err().code;
        assert_eq!(code("  "), 1076);
        assert_eq!(code(&"x".repeat(65)), 1077);
        for text in ["a\"b", "a&b", "a'b", "a<b", "a>b", "a\u{1}b"] {
            assert_eq!(code(text), 1156, "{text:?}");
        }
        let id = "reseller".parse::<CustomerId>().unwrap();
        assert_eq!(id.differs_from_login("reseller").unwrap_err().code, 1023);
        assert_eq!(id.differs_from_login("another"), Ok(()));
        assert_eq!("ż".repeat(64).parse::<CustomerId>().unwrap().as_str().chars().count(), 64);
    }

    #[test]
    fn is_stored_and_shown_as_it_was_given() {
        let id = "customer-7".parse::<CustomerId>().unwrap();
        let stored = serde_json::to_string(&id).unwrap();
        assert_eq!(stored, "\"customer-7\"");
        assert_eq!(serde_json::from_str::<CustomerId>(&stored).unwrap(), id);
        assert_eq!(id.to_string(), "customer-7");
    }
}
