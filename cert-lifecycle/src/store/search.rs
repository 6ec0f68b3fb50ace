//! Which rows people ask for.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;

use super::{Row, Summary};
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
    /// One of the DNS names of their order and certificates. Case makes no difference.
    pub name: Option<String>,
    /// What somebody has typed: the beginning of their common name, or exactly their customer, the serial number of the
    /// certificate in force, or one of their orders.
    pub text: Option<String>,
    /// The serial number of the certificate in force.
    pub serial_number: Option<String>,
    /// Whom a record under their identifier belongs to, for hosts that keep so whose each service is.
    pub recorded: Option<Recorded>,
    /// When they need a worker: from the start on, before the end.
    pub due: Option<Range<Timestamp>>,
    /// When the certificate in force ends: from the start on, before the end.
    pub expiring: Option<Range<Timestamp>>,
    /// The service after which the page begins.
    pub after: Option<ServiceId>,
    /// How many rows at most.
    pub limit: usize,
}

/// Whose the [record](crate::records::Record) is that a host keeps under a service's identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "frontends make it")]
pub struct Recorded {
    /// The kind of the record. Its keys are identifiers of services, and it never expires.
    pub kind: String,
    /// Whom it belongs to.
    pub owner: String,
}

impl Default for Search {
    /// The first hundred of all.
    fn default() -> Self {
        Self {
            customer: None,
            state: None,
            common_name: None,
            name: None,
            text: None,
            serial_number: None,
            recorded: None,
            due: None,
            expiring: None,
            after: None,
            limit: 100,
        }
    }
}

impl Search {
    fn name_to_find(&self) -> Option<String> {
        self.name.as_ref().map(|name| name.to_ascii_lowercase())
    }

    /// Whether a row is among those asked for, whosever the record under its identifier is. The service's names are in lower
    /// case; `has_order` says whether the text is one of its orders.
    pub(super) fn matches(&self, summary: &Summary, names: &BTreeSet<String>, has_order: bool) -> bool {
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
            && self.name_to_find().is_none_or(|name| names.contains(&name))
            && self.text.as_ref().is_none_or(|text| has_order || row.is_known_by(text))
            && same(&self.serial_number, row.serial_number.as_ref())
            && within(&self.due, summary.due_at)
            && within(&self.expiring, row.not_after)
            && self.after.is_none_or(|after| summary.id > after)
    }
}

impl Row {
    /// Whether a text is what people call it by.
    fn is_known_by(&self, text: &String) -> bool {
        self.common_name.as_ref().is_some_and(|name| name.starts_with(text))
            || self.customer == *text
            || self.serial_number.as_ref() == Some(text)
    }
}

/// What a row has to meet.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[derive(Clone, Debug)]
pub(super) enum Condition<'a> {
    /// A column with a comparison, and what to compare with.
    Column(&'static str, Operand<'a>),
    /// One of the service's names, in lower case.
    Name(String),
    /// What somebody has typed.
    Text(&'a str),
    /// Whose the record under the service's identifier is.
    Recorded(&'a Recorded),
}

/// What a column is compared with.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand<'a> {
    Text(&'a str),
    Time(Timestamp),
    Service(ServiceId),
}

/// The first text, in the order of code points, after all that begin so; `None` if they are the last.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) fn after_all_that_begin(with: &str) -> Option<String> {
    let mut kept = with.chars();
    while let Some(last) = kept.next_back() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            return Some(kept.chain([next]).collect());
        }
    }
    None
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
impl Search {
    pub(super) fn conditions(&self) -> Vec<Condition<'_>> {
        let mut conditions = Vec::new();
        let texts = [
            ("customer =", self.customer.as_deref()),
            ("state =", self.state.map(StateKind::as_str)),
            ("common_name =", self.common_name.as_deref()),
            ("serial_number =", self.serial_number.as_deref()),
        ];
        for (comparison, text) in texts {
            conditions.extend(text.map(|text| Condition::Column(comparison, Operand::Text(text))));
        }
        let windows = [("due_at >=", "due_at <", &self.due), ("not_after >=", "not_after <", &self.expiring)];
        for (from, before, window) in windows {
            if let Some(window) = window {
                conditions.push(Condition::Column(from, Operand::Time(window.start)));
                conditions.push(Condition::Column(before, Operand::Time(window.end)));
            }
        }
        conditions.extend(self.name_to_find().map(Condition::Name));
        conditions.extend(self.text.as_deref().map(Condition::Text));
        conditions.extend(self.recorded.as_ref().map(Condition::Recorded));
        conditions.extend(self.after.map(|after| Condition::Column("id >", Operand::Service(after))));
        conditions
    }

    /// Whether nothing but windows of time narrows it down.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_by_time_alone(&self) -> bool {
        let Self { customer, state, common_name, name, text, serial_number, recorded, due, expiring, .. } =
            self;
        let texts = [customer, common_name, name, text, serial_number];
        let by_text = state.is_some() || recorded.is_some() || texts.into_iter().any(Option::is_some);
        !by_text && (due.is_some() || expiring.is_some())
    }
}

#[cfg(all(test, any(feature = "sqlite", feature = "postgres")))]
mod tests {
    use super::*;

    #[test]
    fn finds_the_end_of_those_that_begin_so() {
        let cases = [
            ("shop", Some("shoq")),
            ("a\u{10ffff}", Some("b")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("ż", Some("Ž")),
            ("\u{10ffff}\u{10ffff}", None),
            ("", None),
        ];
        for (with, end) in cases {
            assert_eq!(after_all_that_begin(with).as_deref(), end, "{with:?}");
        }
    }
}
