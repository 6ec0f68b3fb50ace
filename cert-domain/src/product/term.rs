//! How long something is sold for.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A length of time, as products are sold and customers pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Term {
    /// Months of the calendar.
    Months(u16),
    /// Days.
    Days(u16),
}

impl Term {
    /// One year.
    pub const YEAR: Self = Self::Months(12);

    /// What the CA's list of products means by so many days: 365 or 366 are a year.
    #[must_use]
    pub fn from_listed_days(days: u16) -> Self {
        match days {
            365 | 366 => Self::YEAR,
            730 | 731 => Self::Months(24),
            1095 | 1096 => Self::Months(36),
            days => Self::Days(days),
        }
    }

    /// The last day of a term that begins on this day. A term of months ends the day before the same day of a later
    /// month, or on that month's last day if it has no such day.
    #[must_use]
    pub fn last_day(self, first: Date) -> Date {
        match self {
            Self::Months(months) => {
                let same_day = first.saturating_add(i32::from(months).months());
                if same_day.day() < first.day() { same_day } else { same_day.saturating_sub(1.day()) }
            }
            Self::Days(days) => first.saturating_add(i32::from(days).days()).saturating_sub(1.day()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(months) => write!(f, "{months} months"),
            Self::Days(days) => write!(f, "{days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ends_on_the_day_before_the_next_term_begins() {
        for (term, first, last) in [
            (Term::YEAR, date(2026, 11, 22), date(2027, 11, 21)),
            (Term::YEAR, date(2028, 2, 29), date(2029, 2, 28)),
            (Term::Months(1), date(2027, 1, 31), date(2027, 2, 28)),
            (Term::Months(1), date(2027, 3, 1), date(2027, 3, 31)),
            (Term::Days(30), date(2027, 3, 1), date(2027, 3, 30)),
        ] {
            assert_eq!(term.last_day(first), last, "{term} from {first}");
        }
    }
}
