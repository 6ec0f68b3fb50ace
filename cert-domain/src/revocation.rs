//! Revoking a certificate.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::text::Field;
use crate::{Finding, Findings, Language, Problem, SerialNumberField};

/// Why a certificate is revoked (RFC 5280, 5.3.1; Baseline Requirements, 4.9.1.1), as far as a subscriber may say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RevocationReason {
    /// Somebody else has the key.
    #[serde(rename = "KEYCOMPROMISE")]
    KeyCompromise,
    /// The domains are no longer the subscriber's.
    #[serde(rename = "CESSATIONOFOPERATION")]
    CessationOfOperation,
    /// Another certificate has taken its place.
    #[serde(rename = "SUPERSEDED")]
    Superseded,
    /// What it says of the subject is no longer so.
    #[serde(rename = "AFFILIATIONCHANGED")]
    AffiliationChanged,
    /// None of these.
    #[serde(rename = "UNSPECIFIED")]
    Unspecified,
}

impl RevocationReason {
    /// Every reason, in the order of a form.
    pub const ALL: &[Self] = &[
        Self::KeyCompromise,
        Self::CessationOfOperation,
        Self::Superseded,
        Self::AffiliationChanged,
        Self::Unspecified,
    ];

    /// The CA's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyCompromise => "KEYCOMPROMISE",
            Self::CessationOfOperation => "CESSATIONOFOPERATION",
            Self::Superseded => "SUPERSEDED",
            Self::AffiliationChanged => "AFFILIATIONCHANGED",
            Self::Unspecified => "UNSPECIFIED",
        }
    }

    /// What a form says for it.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::KeyCompromise => (
                "The private key has been compromised or the smartcard with certificate has been lost",
                "Klucz prywatny został ujawniony lub karta z certyfikatem została utracona",
            ),
            Self::CessationOfOperation => (
                "Subscriber no longer controls, or is no longer authorized to use all of the domain names in the \
                 certificate",
                "Subskrybent nie kontroluje już wszystkich nazw domen w certyfikacie lub nie ma prawa ich używać",
            ),
            Self::Superseded => (
                "The certificate was replaced with a new certificate",
                "Certyfikat został zastąpiony nowym certyfikatem",
            ),
            Self::AffiliationChanged => (
                "The name or other data of the subject in the certificate has changed",
                "Zmieniła się nazwa lub inne dane podmiotu w certyfikacie",
            ),
            Self::Unspecified => (
                "Unspecified - if mentioned reasons do not apply",
                "Nieokreślony - jeśli żaden z wymienionych powodów nie ma zastosowania",
            ),
        };
        language.choose(english, polish)
    }
}

impl fmt::Display for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RevocationReason {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Self, Finding> {
        let word = text.trim().to_ascii_uppercase();
        let known = Self::ALL.iter().copied().find(|reason| reason.as_str() == word);
        known.ok_or_else(|| Finding::new(1135, REASON, Problem::UnknownReason).with_value(text))
    }
}

/// A request for a revocation, as a customer fills it in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct RevocationForm {
    /// The certificate's serial number.
    pub serial_number: String,
    /// Why. It must be chosen.
    pub reason: String,
    /// Since when the key is compromised, `YYYY-MM-DD`; may be left empty, and is for that reason alone.
    pub compromised_on: String,
    /// A note for the CA, at most 250 characters; may be left empty.
    pub note: String,
}

/// A revocation that the CA takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Revocation {
    /// The certificate's serial number, in hexadecimal.
    pub serial_number: String,
    /// Why.
    pub reason: RevocationReason,
    /// Since when the key is compromised.
    pub compromised_on: Option<Date>,
    /// A note for the CA.
    pub note: Option<String>,
}

const REASON: &str = "revokeCertificateParameters/revocationReason";
const SERIAL_NUMBER: SerialNumberField = SerialNumberField {
    path: "revokeCertificateParameters/serialNumber",
    missing: 1132,
    too_long: 1134,
    not_hexadecimal: 1146,
};
const NOTE: Field =
    Field { path: "revokeCertificateParameters/note", missing: None, too_long: 1142, limit: 250 };

impl RevocationForm {
    /// The revocation that the form asks for, of a certificate that is valid from this day on.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self, valid_from: Date, today: Date) -> Result<Revocation, Findings> {
        let mut findings = Findings::new();
        let serial_number = findings.keep(SERIAL_NUMBER.read(&self.serial_number));
        let reason = findings.keep(self.reason.parse::<RevocationReason>());
        let compromised_on = findings.keep(self.read_date(reason, valid_from, today));
        let note = findings.keep(NOTE.optional(&self.note));
        match (serial_number, reason, compromised_on, note) {
            (Some(serial_number), Some(reason), Some(compromised_on), Some(note)) => {
                Ok(Revocation { serial_number, reason, compromised_on, note })
            }
            _ => Err(findings),
        }
    }

    fn read_date(
        &self,
        reason: Option<RevocationReason>,
        first: Date,
        last: Date,
    ) -> Result<Option<Date>, Finding> {
        const PATH: &str = "revokeCertificateParameters/keyCompromitationDate";
        let text = self.compromised_on.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let refuse = |code, problem| Err(Finding::new(code, PATH, problem).with_value(text));
        // Other forms of a date are read by the library too.
        let date = (text.len() == "YYYY-MM-DD".len()).then(|| text.parse::<Date>().ok()).flatten();
        match (date, reason) {
            (None, _) => refuse(1140, Problem::NotDate),
            (Some(_), Some(other)) if other != RevocationReason::KeyCompromise => {
                refuse(2104, Problem::DateWithoutCompromise)
            }
            (Some(date), _) if date < first || date > last => {
                refuse(1141, Problem::DateOutside { first, last })
            }
            (Some(date), _) => Ok(Some(date)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn form() -> RevocationForm {
        RevocationForm {
            serial_number: "00:78:2d".into(),
            reason: "KEYCOMPROMISE".into(),
            compromised_on: "2026-11-01".into(),
            note: " lost ".into(),
        }
    }

    fn codes(form: &RevocationForm) -> Vec<u32> {
        let findings = form.check(date(2026, 10, 1), date(2026, 11, 22)).err().unwrap_or_default();
        findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn takes_what_the_ca_takes() {
        let revocation = form().check(date(2026, 10, 1), date(2026, 11, 22)).unwrap();
        assert_eq!(revocation.serial_number, "782D");
        assert_eq!(revocation.compromised_on, Some(date(2026, 11, 1)));
        assert_eq!(revocation.note.as_deref(), Some("lost"));
        for day in ["2026-10-01", "2026-11-22"] {
            assert_eq!(codes(&RevocationForm { compromised_on: day.into(), ..form() }), [0u32; 0]);
        }
        let note = RevocationForm { note: "ż".repeat(250), ..form() };
        assert_eq!(codes(&note), [0u32; 0]);
    }

    #[test]
    fn reports_everything_at_once() {
        let wrong = RevocationForm {
            compromised_on: "yesterday".into(),
            note: "x".repeat(251),
            ..Default::default()
        };
        assert_eq!(codes(&wrong), [1132, 1135, 1140, 1142]);
        for day in ["2026-09-30", "2026-11-23"] {
            assert_eq!(codes(&RevocationForm { compromised_on: day.into(), ..form() }), [1141], "{day}");
        }
        for day in ["2026-13-01", "20261101", "2026-11-01T00:00", "01.11.2026"] {
            assert_eq!(codes(&RevocationForm { compromised_on: day.into(), ..form() }), [1140], "{day}");
        }
        assert_eq!(codes(&RevocationForm { reason: "SUPERSEDED".into(), ..form() }), [2104]);
        assert_eq!(codes(&RevocationForm { serial_number: "xyz".into(), ..form() }), [1146]);
        assert_eq!(codes(&RevocationForm { serial_number: "1".repeat(65), ..form() }), [1134]);
    }

    #[test]
    fn says_each_reason_in_both_languages_and_reads_its_word() {
        for reason in RevocationReason::ALL {
            assert_eq!(reason.as_str().to_lowercase().parse(), Ok(*reason));
            assert_eq!(serde_json::to_string(reason).unwrap(), format!("\"{reason}\""));
            assert_ne!(reason.text(Language::Polish), reason.text(Language::English));
        }
    }
}
