//! What came of validating a form.

use cert_domain::Language;
use serde::Serialize;

use super::FindingView;
use crate::lifecycle::{FormFinding, SaidBy, Validation};

/// What came of validating a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ValidationView {
    /// Whether the form is in order, and the CA says so, too.
    pub valid: bool,
    /// Whether the CA has said its part: `heard`, `not_asked` or `unanswered`.
    pub authority: &'static str,
    /// The same for people.
    pub authority_text: &'static str,
    /// Everything that is wrong, in the order of the form's fields.
    pub findings: Vec<FormFindingView>,
}

/// Something that is wrong with a form, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FormFindingView {
    /// What it is. Its field is the form's own, down to the line of a list.
    #[serde(flatten)]
    pub finding: FindingView,
    /// Who says so.
    pub said_by: SaidBy,
    /// The same for people.
    pub said_by_text: &'static str,
}

impl ValidationView {
    /// An outcome in a language.
    #[must_use]
    pub fn of(validation: &Validation, language: Language) -> Self {
        let findings = validation.findings.iter();
        Self {
            valid: validation.is_valid(),
            authority: validation.authority.as_str(),
            authority_text: validation.authority.text(language),
            findings: findings.map(|found| FormFindingView::of(found, language)).collect(),
        }
    }
}

impl FormFindingView {
    /// A finding in a language.
    #[must_use]
    pub fn of(found: &FormFinding, language: Language) -> Self {
        let finding = FindingView::of(&found.finding, language);
        Self {
            finding: FindingView { field: found.form_field.clone(), ..finding },
            said_by: found.said_by,
            said_by_text: found.said_by.text(language),
        }
    }
}
