//! What an attribute of a new request's subject may hold.

use crate::asn1::StringType;
use crate::name::AttributeType;

/// Why a text cannot stand as an attribute of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeProblem {
    /// There is no text.
    #[error("it is empty")]
    Empty,
    /// It is longer than certificates allow.
    #[error("it has {length} characters: {limit} are allowed")]
    #[non_exhaustive]
    TooLong {
        /// Its length in characters.
        length: usize,
        /// The most characters that are allowed.
        limit: usize,
    },
    /// It has a line break or another control character in it.
    #[error("it holds a control character")]
    ControlCharacter,
    /// The type in which it must be written does not have all its characters.
    #[error("it holds a character that {0} does not have")]
    ForbiddenCharacter(StringType),
    /// It should be the code of a country.
    #[error("a country has two capital letters, as ISO 3166 gives them")]
    NotACountry,
}

pub(super) fn check(kind: AttributeType, value: &str) -> Result<(), AttributeProblem> {
    let length = value.chars().count();
    if length == 0 {
        return Err(AttributeProblem::Empty);
    }
    if let Some(limit) = kind.longest().filter(|limit| length > *limit) {
        return Err(AttributeProblem::TooLong { length, limit });
    }
    if value.contains(char::is_control) {
        return Err(AttributeProblem::ControlCharacter);
    }
    if !kind.string_type().holds(value) {
        return Err(AttributeProblem::ForbiddenCharacter(kind.string_type()));
    }
    if matches!(kind, AttributeType::Country | AttributeType::JurisdictionCountry)
        && !(length == 2 && value.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(AttributeProblem::NotACountry);
    }
    Ok(())
}
