//! The four dates of a service, which are never mixed.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::Calendar;
use crate::{ProductKind, Term};

/// The last day that is paid for. It moves on payment alone, and only forward; what happens at the CA never moves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct PaidThrough(Date);

impl PaidThrough {
    /// A service that is paid through this day.
    #[must_use]
    pub fn new(day: Date) -> Self {
        Self(day)
    }

    /// What a first payment pays for.
    #[must_use]
    pub fn first(from: Date, term: Term) -> Self {
        Self(term.last_day(from))
    }

    /// What one more payment pays for: from the day after on, or from the day of payment if that is later, since nobody
    /// pays for days without a service.
    #[must_use]
    pub fn extended(self, term: Term, paid_on: Date) -> Self {
        let next = self.0.tomorrow().unwrap_or(self.0);
        Self(term.last_day(next.max(paid_on)).max(self.0))
    }

    /// The day.
    #[must_use]
    pub fn date(self) -> Date {
        self.0
    }
}

impl fmt::Display for PaidThrough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! moments {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Timestamp);

        impl $name {
            /// This moment.
            #[must_use]
            pub fn new(moment: Timestamp) -> Self {
                Self(moment)
            }

            /// The moment.
            #[must_use]
            pub fn moment(self) -> Timestamp {
                self.0
            }

            /// The day that the moment is in, in UTC.
            #[must_use]
            pub fn date(self) -> Date {
                utc(self.0)
            }

            /// Whether it is over.
            #[must_use]
            pub fn has_passed(self, now: Timestamp) -> bool {
                self.0 < now
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

moments! {
    /// The last moment of a certificate's validity. It says nothing of what is paid.
    NotAfter;
    /// The last moment at which the CA can rely on its check of a domain.
    DomainCheckValidUntil;
    /// The last moment at which the CA can rely on its check of an organization.
    OrganizationCheckValidUntil;
}

impl DomainCheckValidUntil {
    /// What the calendar says of a check, where the CA does not.
    #[must_use]
    pub fn by_calendar(checked_at: Timestamp, kind: ProductKind, calendar: &Calendar) -> Self {
        Self(start_of_day(calendar.domain_check_lasts(kind, utc(checked_at)), checked_at))
    }
}

impl OrganizationCheckValidUntil {
    /// What the calendar says of a check, where the CA does not.
    #[must_use]
    pub fn by_calendar(checked_at: Timestamp, kind: ProductKind, calendar: &Calendar) -> Self {
        Self(start_of_day(calendar.organization_check_lasts(kind, utc(checked_at)), checked_at))
    }
}

fn utc(moment: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(moment).date()
}

/// The start of a day in UTC, to be on the safe side of the CA's clock.
fn start_of_day(day: Date, otherwise: Timestamp) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(otherwise, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn moves_what_is_paid_forward_alone() {
        let paid = PaidThrough::first(date(2026, 11, 22), Term::YEAR);
        assert_eq!(paid.date(), date(2027, 11, 21));
        assert_eq!(paid.extended(Term::YEAR, date(2027, 11, 1)).date(), date(2028, 11, 21));
        // Paid late: the days without a service are not paid for.
        assert_eq!(paid.extended(Term::Months(1), date(2028, 1, 10)).date(), date(2028, 2, 9));
    }

    #[test]
    fn dates_checks_by_the_calendar() {
        let checked = "2026-11-22T15:00:00Z".parse().unwrap();
        let calendar = Calendar::public_trust();
        let until = DomainCheckValidUntil::by_calendar(checked, ProductKind::Tls, &calendar);
        assert_eq!(until.date(), date(2027, 3, 14));
        assert!(!until.has_passed(checked) && until.has_passed("2027-03-15T00:00:00Z".parse().unwrap()));
        let organization = OrganizationCheckValidUntil::by_calendar(checked, ProductKind::Tls, &calendar);
        assert_eq!(organization.date(), date(2027, 12, 25));
    }

    #[test]
    fn survives_storage() {
        let not_after = NotAfter::new("2027-06-09T10:00:00Z".parse().unwrap());
        let stored = serde_json::to_string(&not_after).unwrap();
        assert_eq!(stored, "\"2027-06-09T10:00:00Z\"");
        assert_eq!(serde_json::from_str::<NotAfter>(&stored).unwrap(), not_after);
        assert_eq!(PaidThrough::new(date(2027, 11, 21)).to_string(), "2027-11-21");
        assert_eq!(serde_json::to_string(&PaidThrough::new(date(2027, 1, 1))).unwrap(), "\"2027-01-01\"");
    }
}
