//! Which rows people ask for.

use std::ops::Range;

use jiff::Timestamp;

use super::Summary;
use crate::ServiceId;
use crate::service::StateKind;

/// Which rows to read: those for which everything that is given holds, a page at a time.
///
/// # Expected flow
/// The next page comes [`after`](Self::after) the last service of the one before; a page that is not full is the last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "frontends make it")]
pub struct Search {
    /// Whose services.
    pub customer: Option<String>,
    /// Where they stand.
    pub state: Option<StateKind>,
    /// Their common name.
    pub common_name: Option<String>,
    /// The serial number of the certificate in force.
    pub serial_number: Option<String>,
    /// When they need a worker: from the start on, before the end.
    pub due: Option<Range<Timestamp>>,
    /// When the certificate in force ends: from the start on, before the end.
    pub expiring: Option<Range<Timestamp>>,
    /// The service after which the page begins.
    pub after: Option<ServiceId>,
    /// How many rows at most.
    pub limit: usize,
}

impl Default for Search {
    /// The first hundred of all.
    fn default() -> Self {
        Self {
            customer: None,
            state: None,
            common_name: None,
            serial_number: None,
            due: None,
            expiring: None,
            after: None,
            limit: 100,
        }
    }
}

impl Search {
    /// Whether a row is among those asked for.
    pub(super) fn matches(&self, summary: &Summary) -> bool {
        let row = &summary.row;
        let same = |asked: &Option<String>, found: Option<&String>| {
            asked.as_ref().is_none_or(|asked| found == Some(asked))
        };
        let within = |asked: &Option<Range<Timestamp>>, found: Option<Timestamp>| {
            asked.as_ref().is_none_or(|asked| found.is_some_and(|found| asked.contains(&found)))
        };
        same(&self.customer, Some(&row.customer))
            && self.state.is_none_or(|state| state == row.state)
            && same(&self.common_name, row.common_name.as_ref())
            && same(&self.serial_number, row.serial_number.as_ref())
            && within(&self.due, summary.due_at)
            && within(&self.expiring, row.not_after)
            && self.after.is_none_or(|after| summary.id > after)
    }
}

/// What a column is compared with.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand<'a> {
    Text(&'a str),
    Time(Timestamp),
    Service(ServiceId),
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl Search {
    /// The conditions that a row has to meet: a column with a comparison, and what to compare with.
    pub(super) fn conditions(&self) -> Vec<(&'static str, Operand<'_>)> {
        let mut conditions = Vec::new();
        let texts = [
            ("customer =", self.customer.as_deref()),
            ("state =", self.state.map(StateKind::as_str)),
            ("common_name =", self.common_name.as_deref()),
            ("serial_number =", self.serial_number.as_deref()),
        ];
        for (comparison, text) in texts {
            conditions.extend(text.map(|text| (comparison, Operand::Text(text))));
        }
        let windows = [("due_at >=", "due_at <", &self.due), ("not_after >=", "not_after <", &self.expiring)];
        for (from, before, window) in windows {
            if let Some(window) = window {
                conditions.push((from, Operand::Time(window.start)));
                conditions.push((before, Operand::Time(window.end)));
            }
        }
        conditions.extend(self.after.map(|after| ("id >", Operand::Service(after))));
        conditions
    }

    /// Whether nothing but windows of time narrows it down.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_by_time_alone(&self) -> bool {
        let Self { customer, state, common_name, serial_number, due, expiring, .. } = self;
        let by_text =
            customer.is_some() || state.is_some() || common_name.is_some() || serial_number.is_some();
        !by_text && (due.is_some() || expiring.is_some())
    }
}
