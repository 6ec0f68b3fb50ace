//! The languages that people are spoken to in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Finding, Problem};

/// A language: of the CA's messages to the customer, and of this crate's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Language {
    /// Polish.
    #[default]
    #[serde(rename = "pl")]
    Polish,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, for menus.
    pub const ALL: &[Self] = &[Self::Polish, Self::English];

    /// The language's two letters (ISO 639-1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Polish => "pl",
            Self::English => "en",
        }
    }

    /// What the language calls itself, for menus.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.choose("English", "Polski")
    }

    /// The one of two texts that is in this language.
    pub(crate) fn choose<T>(self, english: T, polish: T) -> T {
        match self {
            Self::Polish => polish,
            Self::English => english,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = Finding;

    /// Reads the two letters.
    fn from_str(text: &str) -> Result<Self, Finding> {
        let known = Self::ALL.iter().find(|language| language.as_str().eq_ignore_ascii_case(text.trim()));
        // The Partner API's one code about languages is about their length.
        known
            .copied()
            .ok_or_else(|| Finding::new(1088, "language", Problem::UnknownLanguage).with_value(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows_two_letters() {
        for (language, letters, name) in
            [(Language::Polish, "pl", "Polski"), (Language::English, "en", "English")]
        {
            assert_eq!((language.to_string().as_str(), language.name()), (letters, name));
            assert_eq!(letters.to_uppercase().parse(), Ok(language));
            assert_eq!(serde_json::to_string(&language).unwrap(), format!("{letters:?}"));
        }
        assert_eq!("de".parse::<Language>().unwrap_err().code, 1088);
    }
}
