//! The numbers by which the CA says what is wrong.

mod table;

use std::fmt;

pub use table::KNOWN_ERROR_CODES;

use crate::types::Language;

/// A code of the Partner API. Codes that this version doesn't know are kept as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u32);

impl ErrorCode {
    /// The `orderID` is taken: an earlier call with it arrived.
    pub const ORDER_ID_TAKEN: Self = Self(1012);
    /// The public key is used in another certificate.
    pub const PUBLIC_KEY_USED: Self = Self(1032);
    /// No order has this identifier.
    pub const UNKNOWN_ORDER: Self = Self(1033);
    /// The order was cancelled before.
    pub const ALREADY_CANCELLED: Self = Self(1151);
    /// The range of time holds more records than the CA tells at once.
    pub const RANGE_TOO_WIDE: Self = Self(1154);
    /// The list has fewer pages.
    pub const NO_SUCH_PAGE: Self = Self(1155);
    /// The code of a domain verification has expired, or was replaced by another.
    pub const VERIFICATION_CODE_EXPIRED: Self = Self(1184);
    /// No domain verification has this code.
    pub const VERIFICATION_CODE_UNKNOWN: Self = Self(1186);
    /// No certification request has this identifier.
    pub const REQUEST_NOT_FOUND: Self = Self(2131);

    /// The code with a number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The code's number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// What is known of the code.
    #[must_use]
    pub fn known(self) -> Option<&'static KnownErrorCode> {
        let at = KNOWN_ERROR_CODES.binary_search_by_key(&self, |known| known.code).ok()?;
        KNOWN_ERROR_CODES.get(at)
    }

    /// What is wrong, as a sentence for people, if the code is known.
    #[must_use]
    pub fn text(self, language: &Language) -> Option<&'static str> {
        self.known().map(|known| known.text(language))
    }

    /// What to do about the code. An unknown one is for the CA to explain.
    #[must_use]
    pub fn class(self) -> ErrorClass {
        self.known().map_or(ErrorClass::CallCa, |known| known.class)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some(known) => write!(f, "{} ({}: {})", self.0, known.subject, known.condition),
            None => write!(f, "{} (unknown code)", self.0),
        }
    }
}

/// What is known of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownErrorCode {
    /// The code.
    pub code: ErrorCode,
    /// What it is about: an element of the request, or a part of the CSR.
    pub subject: &'static str,
    /// What is wrong with it.
    pub condition: &'static str,
    /// Who can find it out.
    pub origin: ErrorOrigin,
    /// What to do about it.
    pub class: ErrorClass,
    /// What is wrong, as a sentence for people, in English.
    pub english: &'static str,
    /// What is wrong, as a sentence for people, in Polish.
    pub polish: &'static str,
}

impl KnownErrorCode {
    /// What is wrong, as a sentence for people. Polish for Polish, English for every other language.
    #[must_use]
    pub fn text(&self, language: &Language) -> &'static str {
        match language {
            Language::Polish => self.polish,
            _ => self.english,
        }
    }
}

/// The table of all known codes as a Markdown document, as it stands in the crate's `docs/error-codes.md`.
#[must_use]
pub fn error_code_document() -> String {
    let mut document = String::from(
        "# Error codes\n\n\
         Every code of the Partner API that `certum-api` knows. *Shown by*: whether the request alone shows it, or only \
         the CA can tell. *Do*: what a program does about it. Written by \
         `cargo run -p certum-api --example error_codes`, and checked by a test.\n\n\
         | code | subject | condition | shown by | do | English | polski |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for known in KNOWN_ERROR_CODES {
        let origin = match known.origin {
            ErrorOrigin::Local => "request",
            ErrorOrigin::Ca => "CA",
            ErrorOrigin::Withdrawn => "withdrawn",
        };
        let row = [
            &known.code.number().to_string(),
            known.subject,
            known.condition,
            origin,
            known.class.advice(),
            known.english,
            known.polish,
        ]
        .map(in_cell);
        document.push_str("| ");
        document.push_str(&row.join(" | "));
        document.push_str(" |\n");
    }
    document
}

/// A text in a cell of a Markdown table.
fn in_cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "\\<").replace('*', "\\*")
}

/// Who can find out what a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorOrigin {
    /// The request alone shows it.
    Local,
    /// Only the CA can know.
    Ca,
    /// The field or operation is gone from the service.
    Withdrawn,
}

/// What to do about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Change the request.
    FixInput,
    /// An earlier call may have done it: look before doing anything else.
    LookFirst,
    /// What was asked for is so already.
    AlreadySo,
    /// The same call may succeed later.
    Wait,
    /// The account or the CA's own judgement is in the way: talk to the CA.
    CallCa,
    /// The account's login or password is in the way: correct the configuration.
    Credentials,
}

impl ErrorClass {
    /// The class in a few words.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::FixInput => "fix the input",
            Self::LookFirst => "look first",
            Self::AlreadySo => "already so",
            Self::Wait => "wait",
            Self::CallCa => "call the CA",
            Self::Credentials => "check the credentials",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_code_once_in_ascending_order() {
        assert!(KNOWN_ERROR_CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert_eq!(KNOWN_ERROR_CODES.iter().filter(|known| known.origin == ErrorOrigin::Local).count(), 225);
    }

    #[test]
    fn knows_what_a_code_says_and_asks() {
        assert_eq!(ErrorCode::ORDER_ID_TAKEN.class(), ErrorClass::LookFirst);
        assert_eq!(ErrorCode::new(1151).class(), ErrorClass::AlreadySo);
        assert_eq!(ErrorCode::new(1000).to_string(), "1000 (CSR public key: key too short)");
    }

    #[test]
    fn says_each_code_in_both_languages() {
        for known in KNOWN_ERROR_CODES {
            for text in [known.english, known.polish] {
                let ends = text.ends_with(['.', '>', '|']);
                assert!(ends && text.chars().next().is_some_and(char::is_uppercase), "{text}");
                assert!(text.chars().count() <= 120 && !text.contains("  "), "{text}");
            }
            assert_ne!(known.english, known.polish);
        }
        let taken = ErrorCode::ORDER_ID_TAKEN;
        assert_eq!(taken.text(&Language::Polish), Some("Zamówienie o tym identyfikatorze już istnieje."));
        assert_eq!(taken.text(&Language::from("de")), Some("An order with this identifier exists already."));
        assert_eq!(ErrorCode::new(9999).text(&Language::English), None);
    }

    #[test]
    fn stands_in_the_documents_as_it_stands_here() {
        let document = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/error-codes.md"));
        let hint =
            "write it anew: cargo run -p certum-api --example error_codes > certum-api/docs/error-codes.md";
        assert!(document == error_code_document(), "{hint}");
    }

    #[test]
    fn keeps_a_code_it_does_not_know() {
        let code = ErrorCode::new(9999);
        assert_eq!(code.number(), 9999);
        assert_eq!(code.class(), ErrorClass::CallCa);
        assert_eq!(code.to_string(), "9999 (unknown code)");
    }
}
