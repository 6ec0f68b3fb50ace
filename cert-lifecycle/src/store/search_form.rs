//! A search as people fill it in.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Search;

/// A search as people fill it in. What is left empty, or can't be read, narrows nothing down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct SearchForm {
    /// The beginning of a common name, or exactly a customer, a serial number or an order.
    pub text: String,
    /// One of the DNS names.
    pub name: String,
    /// Where the services stand, by the state's name.
    pub state: String,
    /// Within how many days from now the certificate in force ends.
    pub expiring: String,
    /// Within how many days from now a worker is needed, or should have come already.
    pub due: String,
    /// The service after which the page begins.
    pub after: String,
}

impl SearchForm {
    /// The search, for a page of so many rows.
    #[must_use]
    pub fn search(&self, now: Timestamp, limit: usize) -> Search {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let within = |days: &str, from: Timestamp| -> Option<Range<Timestamp>> {
            let days: u16 = days.trim().parse().ok()?;
            Some(from..now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).ok()?)
        };
        Search {
            text: text(&self.text),
            name: text(&self.name),
            state: self.state.parse().ok(),
            expiring: within(&self.expiring, now),
            due: within(&self.due, Timestamp::UNIX_EPOCH),
            after: self.after.parse().ok(),
            limit,
            ..Search::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StateKind;

    #[test]
    fn reads_what_is_filled_in_and_nothing_else() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(SearchForm::default().search(now, 100), Search::default());
        let form = SearchForm {
            text: " shop ".into(),
            name: "www.example.com".into(),
            state: "held".into(),
            expiring: "30".into(),
            due: "0".into(),
            after: "0193a5c0-0000-7000-8000-000000000007".into(),
        };
        let search = form.search(now, 7);
        assert_eq!((search.text.as_deref(), search.name.as_deref()), (Some("shop"), Some("www.example.com")));
        assert_eq!((search.state, search.limit), (Some(StateKind::Held), 7));
        assert_eq!(search.expiring, Some(now..now + SignedDuration::from_hours(720)));
        assert_eq!(search.due, Some(Timestamp::UNIX_EPOCH..now));
        assert_eq!(search.after, form.after.parse().ok());
        let unreadable = SearchForm {
            state: "lost".into(),
            expiring: "-1".into(),
            due: "soon".into(),
            after: "7".into(),
            ..SearchForm::default()
        };
        assert_eq!(unreadable.search(now, 100), Search::default());
    }
}
