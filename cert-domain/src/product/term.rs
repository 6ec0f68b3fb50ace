//! How long something is sold for.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Language;

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

impl Term {
    /// How long it is, for people: whole years as such.
    #[must_use]
    pub fn text(self, language: Language) -> String {
        let (number, [one, few, many], english) = match self {
            Self::Months(months) if months > 0 && months % 12 == 0 => {
                (months / 12, ["rok", "lata", "lat"], ["year", "years"])
            }
            Self::Months(months) => (months, ["miesiąc", "miesiące", "miesięcy"], ["month", "months"]),
            Self::Days(days) => (days, ["dzień", "dni", "dni"], ["day", "days"]),
        };
        let is_few = (2..=4).contains(&(number % 10)) && !(12..=14).contains(&(number % 100));
        let polish = match number {
            1 => one,
            _ if is_few => few,
            _ => many,
        };
        format!("{number} {}", language.choose(if number == 1 { english[0] } else { english[1] }, polish))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn counts_in_both_languages() {
        let texts = |term: Term| [term.text(Language::English), term.text(Language::Polish)];
        assert_eq!(texts(Term::YEAR), ["1 year", "1 rok"]);
        assert_eq!(texts(Term::Months(24)), ["2 years", "2 lata"]);
        assert_eq!(texts(Term::Months(5)), ["5 months", "5 miesięcy"]);
        assert_eq!(texts(Term::Months(3)), ["3 months", "3 miesiące"]);
        assert_eq!(texts(Term::Days(30)), ["30 days", "30 dni"]);
        assert_eq!(texts(Term::Months(13)), ["13 months", "13 miesięcy"]);
        assert_eq!(texts(Term::Months(22)), ["22 months", "22 miesiące"]);
        assert_eq!(texts(Term::Months(0)), ["0 months", "0 miesięcy"]);
        assert_eq!(Term::YEAR.to_string(), "1 year");
    }

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
