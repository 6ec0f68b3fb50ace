//! Phone numbers.
//!
//! The crates that know each country's numbers (`phonenumber` and its kin) bring an XML reader and a megabyte of tables
//! with them. The CA only wants a number that it can call, so that a small rule does: a number is international with a
//! `+` or `00` before it, and belongs to a given country otherwise. What it can't know is whether somebody answers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Country, Problem};

/// A phone number in the form of ITU-T E.164: `+` and at most 15 digits.
///
/// ```
/// use cert_domain::{Country, PhoneNumber};
///
/// let number = PhoneNumber::read("(22) 123-45-67", Country::POLAND)?;
/// assert_eq!(number.as_str(), "+48221234567");
/// # Ok::<_, cert_domain::Problem>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The most digits, with the calling code (E.164, section 6).
    const MOST_DIGITS: usize = 15;
    /// The fewest digits behind a calling code that anybody has.
    const LEAST_NATIONAL_DIGITS: usize = 4;
    /// The most digits of a number at home that begins like the calling code. Some countries have longer ones, among them
    /// Germany and Brazil: written so, those need their `+`.
    const LONGEST_HOME_NUMBER: usize = 10;

    /// Reads a number as people write it: with spaces, dots, hyphens, slashes and parentheses. Without `+` or `00`
    /// before it, it is one of this country.
    ///
    /// # Errors
    /// [`Problem::NotPhone`].
    pub fn read(text: &str, country: Country) -> Result<Self, Problem> {
        let problem = || Problem::NotPhone { country };
        let text = text.trim();
        let written = |c: char| c.is_ascii_digit() || " .-/()+\u{a0}".contains(c);
        if !text.chars().all(written) || text.rfind('+').is_some_and(|at| at > 0) {
            return Err(problem());
        }
        // What stands in parentheses behind a calling code, as in +44 (0)20, is dialled inside the country alone.
        let text = if text.starts_with('+') { text.replacen("(0)", "", 1) } else { text.to_owned() };
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let international = match digits.strip_prefix("00") {
            _ if text.starts_with('+') => digits,
            Some(rest) => rest.to_owned(),
            None => Self::of_country(&digits, country),
        };
        Self::checked(&international).ok_or_else(problem)
    }

    /// The number, `+` first.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits of a number that was written without a sign of being international.
    fn of_country(digits: &str, country: Country) -> String {
        let code = country.calling_code();
        // Written with the calling code all the same, as some forms ask for it: too long to be a number at home.
        if digits.len() > Self::LONGEST_HOME_NUMBER && digits.starts_with(code) {
            return digits.to_owned();
        }
        let trunk = country.trunk_prefix();
        let national = digits.strip_prefix(trunk).unwrap_or(digits);
        format!("{code}{national}")
    }

    fn checked(digits: &str) -> Option<Self> {
        let national = Country::all().find_map(|country| digits.strip_prefix(country.calling_code()))?;
        let fits = digits.len() <= Self::MOST_DIGITS && national.len() >= Self::LEAST_NATIONAL_DIGITS;
        fits.then(|| Self(format!("+{digits}")))
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        match text.strip_prefix('+') {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Self::checked(digits),
            _ => None,
        }
        .ok_or(Problem::NotPhone { country: Country::POLAND })
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Personal data stays out of logs.
        f.write_str("PhoneNumber(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, country: &str) -> Option<String> {
        PhoneNumber::read(text, country.parse().unwrap()).ok().map(String::from)
    }

    #[test]
    fn reads_numbers_as_people_of_many_countries_write_them() {
        for (text, country, number) in [
            ("+48 22 123 45 67", "PL", "+48221234567"),
            ("22 123 45 67", "PL", "+48221234567"),
            ("600-700-800", "PL", "+48600700800"),
            ("48600700800", "PL", "+48600700800"),
            ("0048 600 700 800", "DE", "+48600700800"),
            ("+1.410-947-6416", "PL", "+14109476416"),
            ("1-410-947-6416", "US", "+14109476416"),
            ("1 947 6416", "US", "+19476416"),
            ("(410) 947 6416", "US", "+14109476416"),
            ("74950000000", "RU", "+74950000000"),
            ("8 (495) 000-00-00", "RU", "+74950000000"),
            ("020 7946 0018", "GB", "+442079460018"),
            ("+44 (0)20 7946 0018", "PL", "+442079460018"),
            ("030/901820", "DE", "+4930901820"),
            ("06 698 12345", "IT", "+390669812345"),
            ("06 1 234 5678", "HU", "+3612345678"),
            ("01 42 68 53 00", "FR", "+33142685300"),
            ("+48000000000", "PL", "+48000000000"),
            // Ten digits are a number at home.
            ("4860070080", "PL", "+484860070080"),
        ] {
            assert_eq!(read(text, country).as_deref(), Some(number), "{text} in {country}");
        }
    }

    #[test]
    fn refuses_what_nobody_can_call() {
        for text in [
            "",
            "+",
            "12",
            "+48",
            "+48 12",
            "call me",
            "+48 22 123 45 67 ext. 8",
            "22+123",
            "+1234567890123456",
        ] {
            assert_eq!(read(text, "PL"), None, "{text}");
        }
        // No country has this calling code.
        assert_eq!(read("+999 123 456 789", "PL"), None);
    }

    #[test]
    fn survives_storage_and_prints_nothing() {
        let number = PhoneNumber::read("600700800", Country::POLAND).unwrap();
        let stored = serde_json::to_string(&number).unwrap();
        assert_eq!(serde_json::from_str::<PhoneNumber>(&stored).unwrap(), number);
        assert!(serde_json::from_str::<PhoneNumber>("\"600700800\"").is_err());
        assert!(serde_json::from_str::<PhoneNumber>("\"+48 600700800\"").is_err());
        assert_eq!(format!("{number:?}"), "PhoneNumber(..)");
    }
}
