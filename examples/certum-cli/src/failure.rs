//! What went wrong, and whose part it is.

use std::path::Path;

use cert_domain::Findings;
use cert_lifecycle::view::FindingView;
use cert_lifecycle::{AuthorityError, Blame, Error, Seen, ServiceId};
use serde_json::{Value, json};

use crate::texts::Texts;

/// What went wrong.
pub(crate) struct Failure {
    blame: Blame,
    /// What it is, in a text of the program's own; if there is none, in the text for whose part it is.
    key: Option<&'static str>,
    about: Vec<(&'static str, String)>,
    /// What others say about it, in English.
    detail: Option<String>,
    findings: Findings,
    service: Option<ServiceId>,
    /// The view that was printed says it all.
    pub(crate) is_told: bool,
}

impl Failure {
    fn of(blame: Blame) -> Self {
        let findings = Findings::new();
        Self { blame, key: None, about: Vec::new(), detail: None, findings, service: None, is_told: false }
    }

    /// The caller's part, in the program's own words.
    pub(crate) fn usage(key: &'static str, about: &[(&'static str, &dyn ToString)]) -> Self {
        let about = about.iter().map(|(name, value)| (*name, value.to_string())).collect();
        Self { key: Some(key), about, ..Self::of(Blame::Caller) }
    }

    /// Something is wrong with a file.
    pub(crate) fn file(path: &Path, error: impl ToString) -> Self {
        Self::usage("failed-file", &[("file", &path.display())]).because(error)
    }

    /// The view that was printed says it all: what is wrong with what was given, or where a service stands that is not yet
    /// as wanted.
    pub(crate) fn told(blame: Blame) -> Self {
        Self { is_told: true, ..Self::of(blame) }
    }

    pub(crate) fn because(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// What the program exits with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self.blame {
            Blame::UnknownOutcome if self.is_told => 7,
            Blame::Caller => 2,
            Blame::Input => 3,
            Blame::Authority => 4,
            Blame::UnknownOutcome => 5,
            Blame::Network => 6,
            _ => 1,
        }
    }

    /// In one sentence, and everything that was found.
    pub(crate) fn view(&self, texts: &Texts) -> Value {
        let mut error = match self.key {
            Some(key) => texts.about(key, &self.about),
            None => texts.say(&format!("failed-{}", self.blame.as_str().replace('_', "-"))),
        };
        if let Some(detail) = &self.detail {
            error = format!("{error}: {detail}");
        }
        let findings = FindingView::all(&self.findings, texts.language());
        json!({"error": error, "blame": self.blame.as_str(), "service_id": self.service, "findings": findings})
    }

    /// Why a service that was waited for did not come further.
    pub(crate) fn unless_seen(seen: &Seen, texts: &Texts) -> Result<(), Self> {
        let Some(standstill) = &seen.standstill else { return Ok(()) };
        let failure =
            Self { blame: standstill.blame(), ..Self::refused(seen.service.id, standstill.findings()) };
        Err(failure.because(standstill.text(texts.language())))
    }

    /// The CA said no, and the service is as it was.
    pub(crate) fn refused(service: ServiceId, findings: Findings) -> Self {
        Self { service: Some(service), findings, ..Self::of(Blame::Authority) }
    }
}

impl From<Findings> for Failure {
    fn from(findings: Findings) -> Self {
        Self { findings, ..Self::of(Blame::Input) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let blame = error.blame();
        match error {
            Error::Findings(findings)
            | Error::Authority(AuthorityError::Refused(findings) | AuthorityError::Blocked(findings)) => {
                Self { findings, ..Self::of(blame) }
            }
            other => Self::of(blame).because(other.causes()),
        }
    }
}

impl From<AuthorityError> for Failure {
    fn from(error: AuthorityError) -> Self {
        Error::from(error).into()
    }
}
