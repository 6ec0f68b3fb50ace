//! The words for what people see of a service.

use std::borrow::Cow;

use cert_domain::Language;

use super::{in_language, moment};
use crate::service::Running;
use crate::{
    Audience, CertificateStanding, CheckKind, Course, OrderKind, OrderProgress, Outlook, Proof, StateKind,
};

impl StateKind {
    /// The state, as customers are told it: it is said of the certificate.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::AwaitingConfiguration => ("awaiting configuration", "czeka na konfigurację"),
            Self::Ordering => ("being ordered", "w trakcie zamawiania"),
            Self::Validating => ("validating", "w trakcie weryfikacji"),
            Self::Issuing => ("issuing", "w trakcie wydawania"),
            Self::Active => ("active", "aktywny"),
            Self::Rejected => ("rejected or cancelled", "odrzucony lub anulowany"),
            Self::Held => ("on hold", "wstrzymany"),
        };
        in_language(language, english, polish)
    }
}

impl Audience {
    /// Who it is, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Customer => ("customer", "klient"),
            Self::Reseller => ("reseller", "sprzedawca"),
            Self::Authority => ("certificate authority", "urząd certyfikacji"),
        };
        in_language(language, english, polish)
    }
}

impl Course {
    /// What the order is for, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::New => ("new certificate", "nowy certyfikat"),
            Self::Renewal => ("renewal", "odnowienie"),
            Self::Reissue => ("reissue", "ponowne wydanie"),
        };
        in_language(language, english, polish)
    }
}

impl OrderKind {
    /// What the order is for, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        Course::from(self).text(language)
    }
}

impl Outlook {
    /// What becomes of the certificate, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Automatic => {
                ("the next one is ordered automatically", "następny zostanie zamówiony automatycznie")
            }
            Self::WhenPaid => (
                "the next one is ordered once the invoice is paid",
                "następny zostanie zamówiony po opłaceniu faktury",
            ),
            Self::RequestNeeded => ("a new CSR is needed", "potrzebny jest nowy CSR"),
            Self::ByHand => ("the next one has to be ordered", "następny trzeba zamówić"),
            Self::Ends => ("no other follows", "nie będzie następnego"),
        };
        in_language(language, english, polish)
    }
}

impl Running {
    /// Whether the service goes on, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Running => ("running", "działa"),
            Self::Suspended => ("suspended", "zawieszona"),
            Self::Terminated => ("terminated", "zakończona"),
        };
        in_language(language, english, polish)
    }
}

impl OrderProgress {
    /// Where the order stands, for people; what this version doesn't know is in the CA's words.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        let (english, polish) = match self {
            Self::Validating => ("waiting for verification", "czeka na weryfikację"),
            Self::Accepted => ("accepted", "przyjęte do wydania"),
            Self::Issued => ("certificate issued", "certyfikat wydany"),
            Self::Rejected => ("rejected or cancelled", "odrzucone lub anulowane"),
            Self::Unknown(name) => return name,
        };
        in_language(language, english, polish)
    }
}

impl CheckKind {
    /// What is verified, for people; what this version doesn't know is in the CA's words.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        let (english, polish) = match self {
            Self::Email => ("control of the mailbox", "dostęp do skrzynki e-mail"),
            Self::System => ("automatic checks", "kontrole automatyczne"),
            Self::Domain => ("control of the domains", "prawo do domen"),
            Self::Product => ("product", "produkt"),
            Self::ExtendedValidation => ("extended validation", "weryfikacja rozszerzona"),
            Self::Organization => ("organization", "organizacja"),
            Self::Applicant => ("applicant's identity", "tożsamość wnioskodawcy"),
            Self::Authorization => ("applicant's authorization", "upoważnienie wnioskodawcy"),
            Self::Unknown(name) => return name,
        };
        in_language(language, english, polish)
    }
}

impl Proof {
    /// How far it has come, for people; what this version doesn't know is in the CA's words.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        let (english, polish) = match self {
            Self::NotRequired => ("not required", "nie jest wymagane"),
            Self::Required => ("not given yet", "jeszcze nie potwierdzone"),
            Self::Failed => ("looked for and not found", "sprawdzone i nie znalezione"),
            Self::Verified => ("verified", "potwierdzone"),
            Self::Unknown(name) => return name,
        };
        in_language(language, english, polish)
    }
}

impl CertificateStanding {
    /// Where the certificate stands, for people; what this version doesn't know is in the CA's words.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        let (english, polish) = match self {
            Self::Valid => ("valid", "ważny"),
            Self::Revoking => ("being revoked", "w trakcie unieważniania"),
            Self::Revoked { .. } => ("revoked", "unieważniony"),
            Self::Unknown(name) => return name.into(),
        };
        let word = in_language(language, english, polish);
        match self {
            Self::Revoked { at: Some(at) } => format!("{word} ({})", moment(*at)).into(),
            _ => word.into(),
        }
    }
}
