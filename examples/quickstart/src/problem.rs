//! What went wrong, in one sentence that names the field.

use std::fmt;

use cert_domain::{Finding, Findings};
use cert_lifecycle::Error;

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Problem(String);

impl Problem {
    /// Something is wrong with what a flag was given.
    pub(crate) fn about(flag: &str, value: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self(format!("{flag} {value}: {problem}"))
    }

    /// Something did not work.
    pub(crate) fn with(what: &str, error: &dyn std::error::Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Self(text)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Findings> for Problem {
    fn from(findings: Findings) -> Self {
        let sentences: Vec<_> = findings.into_iter().map(|finding| sentence(&finding)).collect();
        Self(sentences.join("\n"))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Findings(findings) => findings.into(),
            other => Self::with("the order", &other),
        }
    }
}

/// A finding, with the flag that its field was filled from.
fn sentence(finding: &Finding) -> String {
    let field = &*finding.field;
    let flag = match field {
        _ if field.contains("CSR") => "--csr",
        _ if field.starts_with("SANEntries") || field.ends_with("commonName") => "--name",
        _ if field.starts_with("SANApprover") => "--method",
        "productCode" => "--product",
        other => other,
    };
    let value = finding.value.as_ref().map(|value| format!(" {value:?}")).unwrap_or_default();
    format!("{flag}{value}: {} (code {})", finding.problem, finding.code)
}
