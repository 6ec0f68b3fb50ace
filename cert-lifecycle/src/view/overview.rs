//! What a reseller looks at first.

use cert_domain::Language;
use jiff::Timestamp;
use serde::Serialize;

use super::SummaryView;
use crate::lifecycle::{Ahead, AheadKind, Overview};
use crate::{StateKind, Summary};

/// What needs somebody, and what comes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OverviewView {
    /// When it was so.
    pub at: Timestamp,
    /// How many services stand in each state.
    pub counts: Vec<CountView>,
    /// Those that only the reseller can go on with.
    pub held: Vec<SummaryView>,
    /// Those for which the CA has orders that nobody waits for.
    pub stray: Vec<SummaryView>,
    /// Those that failed again and again.
    pub stuck: Vec<SummaryView>,
    /// What comes, the next first.
    pub ahead: Vec<AheadView>,
    /// Whether everything was looked at.
    pub is_whole: bool,
}

/// How many services stand in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CountView {
    /// The state.
    pub state: StateKind,
    /// The same for people.
    pub state_text: &'static str,
    /// How many.
    pub count: u64,
}

/// Something that comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AheadView {
    /// When.
    pub at: Timestamp,
    /// In how many whole days. 0 also for what should have happened already.
    pub in_days: i64,
    /// What.
    pub kind: AheadKind,
    /// The service.
    pub service: SummaryView,
}

impl OverviewView {
    /// An overview in a language.
    #[must_use]
    pub fn of(overview: &Overview, language: Language) -> Self {
        let views = |rows: &[Summary]| rows.iter().map(|row| SummaryView::of(row, language)).collect();
        let count = |(state, count): &(StateKind, u64)| CountView {
            state: *state,
            state_text: state.text(language),
            count: *count,
        };
        let ahead = |ahead: &Ahead| AheadView {
            at: ahead.at,
            in_days: ahead.at.duration_since(overview.at).as_hours().max(0) / 24,
            kind: ahead.kind,
            service: SummaryView::of(&ahead.service, language),
        };
        Self {
            at: overview.at,
            counts: overview.counts.iter().map(count).collect(),
            held: views(&overview.held),
            stray: views(&overview.stray),
            stuck: views(&overview.stuck),
            ahead: overview.ahead.iter().map(ahead).collect(),
            is_whole: overview.is_whole,
        }
    }
}
