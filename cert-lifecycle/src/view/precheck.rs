//! What was seen of a name before the CA looks.

use cert_domain::Language;
use serde::Serialize;

use super::{InstructionView, VerificationView};
use crate::authority::NameState;
use crate::precheck::{NameReport, Problem};

/// What was seen of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NameReportView {
    /// The name.
    pub name: String,
    /// Whether all is well, from everywhere.
    pub is_ready: bool,
    /// What has to be done for it, if anything can be said.
    pub instruction: Option<InstructionView>,
    /// All that is wrong, each once.
    pub problems: Vec<String>,
    /// What was seen from each place.
    pub views: Vec<PlaceView>,
}

/// What was seen of a name from one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlaceView {
    /// From where.
    pub from: String,
    /// What would keep the CA from issuing; empty if it can.
    pub problems: Vec<String>,
}

/// What is seen of a name from here, and what the CA says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NameLookView {
    /// What is seen from here.
    #[serde(flatten)]
    pub here: NameReportView,
    /// What the CA says, if it says anything of the name.
    pub authority: Option<VerificationView>,
}

impl NameLookView {
    /// A report, and what of the CA's states is about the same name, in a language.
    #[must_use]
    pub fn of(report: &NameReport, states: &[NameState], language: Language) -> Self {
        let state = states.iter().find(|state| state.name.eq_ignore_ascii_case(report.name.as_str()));
        Self {
            here: NameReportView::of(report, language),
            authority: state.map(|state| VerificationView::of(state, language)),
        }
    }
}

impl NameReportView {
    /// A report in a language. What strangers have published is in it: frontends escape it.
    #[must_use]
    pub fn of(report: &NameReport, language: Language) -> Self {
        let name = report.name.to_string();
        let words = |problems: &[Problem]| problems.iter().map(|problem| problem.text(language)).collect();
        let told = report.instruction.as_ref();
        Self {
            is_ready: report.is_ready(),
            instruction: told.map(|told| InstructionView::of(told, vec![name.clone()], language)),
            problems: words(&report.problems()),
            views: report
                .views
                .iter()
                .map(|view| PlaceView { from: view.from.clone(), problems: words(&view.problems) })
                .collect(),
            name,
        }
    }
}
