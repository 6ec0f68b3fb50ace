//! What is wrong with a form, as it is shown beside its fields.

use cert_domain::{Finding, Findings, Language};
use jiff::Timestamp;
use serde::Serialize;

use crate::service::Refusal;

/// One thing that is wrong with a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FindingView {
    /// The Partner API's code; 0 for what it has none for.
    pub code: u32,
    /// The field of the form, as [`Finding::form_field`] names it; null for what no form asks.
    pub field: Option<String>,
    /// The path in the Partner API.
    pub path: String,
    /// The datum in question, where there is one.
    pub value: Option<String>,
    /// What is wrong.
    pub text: String,
}

impl FindingView {
    /// A finding in a language.
    #[must_use]
    pub fn of(finding: &Finding, language: Language) -> Self {
        Self {
            code: finding.code,
            field: finding.form_field().map(Into::into),
            path: finding.field.to_string(),
            value: finding.value.clone(),
            text: finding.text(language).into_owned(),
        }
    }

    /// Everything that is wrong, in its order.
    #[must_use]
    pub fn all(findings: &Findings, language: Language) -> Vec<Self> {
        findings.as_slice().iter().map(|finding| Self::of(finding, language)).collect()
    }
}

/// That the CA refused the last order, until the next one is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RefusalView {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub findings: Vec<FindingView>,
}

impl RefusalView {
    pub(super) fn of(refusal: &Refusal, language: Language) -> Self {
        Self { at: refusal.at, findings: FindingView::all(&refusal.findings, language) }
    }
}
