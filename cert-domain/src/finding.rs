//! What is wrong with an input: everything at once, each with a code and the field it is about.

mod english;
mod form_field;
mod polish;
mod problem;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use problem::Problem;

use crate::Language;

/// One thing that is wrong with an input.
///
/// Code and field are those of the Partner API, so that what is found here and what the CA reports fall on the
/// same field of a form. What the CA never sees, such as an administrative contact, has a field of our own and the
/// code [`NO_CODE`](Self::NO_CODE).
///
/// ```
/// use cert_domain::{CustomerId, Language};
///
/// let finding = "R&D".parse::<CustomerId>().unwrap_err();
/// assert_eq!((finding.code, &*finding.field), (1156, "orderParameters/customer"));
/// assert!(finding.text(Language::Polish).starts_with("zawiera"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The Partner API's code.
    pub code: u32,
    /// The field it is about, such as `requestorInfo/email`.
    pub field: Cow<'static, str>,
    /// The datum in question, where there is one and it is no secret.
    pub value: Option<String>,
    /// What is wrong.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::AnyProblem"))]
    pub problem: Problem,
}

impl Finding {
    /// The code of what the Partner API has no code for.
    pub const NO_CODE: u32 = 0;

    /// A finding without a value.
    #[must_use]
    pub fn new(code: u32, field: impl Into<Cow<'static, str>>, problem: Problem) -> Self {
        Self { code, field: field.into(), value: None, problem }
    }

    /// A finding that somebody else made, such as the CA, in their words.
    #[must_use]
    pub fn stated(
        code: u32,
        field: impl Into<Cow<'static, str>>,
        english: impl Into<String>,
        polish: impl Into<String>,
    ) -> Self {
        Self::new(code, field, Problem::Stated { english: english.into(), polish: polish.into() })
    }

    /// The same about a value.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// What is wrong, for people. It names neither the field nor the value.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'_, str> {
        self.problem.text(language)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)?;
        if let Some(value) = &self.value {
            write!(f, " {value:?}")?;
        }
        write!(f, ": {}", self.problem)?;
        if self.code == Self::NO_CODE { Ok(()) } else { write!(f, " (code {})", self.code) }
    }
}

impl std::error::Error for Finding {}

/// Everything that is wrong with an input; never empty when it stands for a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// No findings yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, in the order of the input's fields.
    #[must_use]
    pub fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    /// Keeps the error's finding and goes on without a value.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T, Finding>) -> Option<T> {
        outcome.map_err(|finding| self.push(finding)).ok()
    }

    /// Keeps all the error's findings and goes on without a value.
    pub(crate) fn keep_all<T>(&mut self, outcome: Result<T, Self>) -> Option<T> {
        outcome.map_err(|findings| self.extend(findings)).ok()
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self(findings.into_iter().collect())
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, finding) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            finding.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_field_value_problem_and_code_and_one_finding_after_the_other() {
        let missing = Finding::new(1053, "requestorInfo/email", Problem::Missing);
        let unknown = Finding::new(Finding::NO_CODE, "phoneCountry", Problem::UnknownCountry).with_value("U");
        let (problem, other) = (Problem::Missing, Problem::UnknownCountry);
        let shown =
            [format!("requestorInfo/email: {problem} (code 1053)"), format!("phoneCountry \"U\": {other}")];
        assert_eq!([missing.to_string(), unknown.to_string()], shown);
        let all: Findings = [missing, unknown].into_iter().collect();
        assert_eq!(all.to_string(), shown.join("; "));
        assert_eq!(Findings::new().to_string(), "");
    }
}
