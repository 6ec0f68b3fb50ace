//! How long things may last, by the date on which they begin.
//!
//! The CA/Browser Forum's ballot SC-081v3 shortens TLS certificates and the reuse of domain checks step by
//! step. As data with dates, so that a sandbox whose clock is advanced changes its ways when the trade does.

use jiff::{Timestamp, civil::Date};

/// One step of the ballot.
struct Step {
    from: Date,
    /// The longest validity of a TLS certificate, in days.
    certificate_days: i64,
    /// How long a domain check can be used, in days.
    reuse_days: i64,
}

/// In the order of their dates. The first holds from the beginning of time.
const STEPS: [Step; 4] = [
    Step { from: Date::ZERO, certificate_days: 398, reuse_days: 398 },
    Step { from: Date::constant(2026, 3, 15), certificate_days: 200, reuse_days: 200 },
    Step { from: Date::constant(2027, 3, 15), certificate_days: 100, reuse_days: 100 },
    Step { from: Date::constant(2029, 3, 15), certificate_days: 47, reuse_days: 10 },
];

/// CAs stay a day below the limit: a second too many is a misissuance.
const MARGIN_DAYS: i64 = 1;

/// How many days a TLS certificate issued at this moment is valid.
pub(crate) fn certificate_days(at: Timestamp) -> i64 {
    step(at).certificate_days - MARGIN_DAYS
}

/// How many days a domain check made at this moment can be used.
pub(crate) fn reuse_days(at: Timestamp) -> i64 {
    step(at).reuse_days
}

fn step(at: Timestamp) -> &'static Step {
    let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let [first, later @ ..] = &STEPS;
    later.iter().rev().find(|step| step.from <= date).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_on_the_dates_of_the_ballot_and_stays_a_day_below() {
        for (at, certificate, reuse) in [
            ("2025-01-01T00:00:00Z", 397, 398),
            ("2026-03-14T23:59:59Z", 397, 398),
            ("2026-03-15T00:00:00Z", 199, 200),
            ("2027-03-15T00:00:00Z", 99, 100),
            ("2029-03-14T23:59:59Z", 99, 100),
            ("2029-03-15T00:00:00Z", 46, 10),
            ("2040-01-01T00:00:00Z", 46, 10),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!((certificate_days(at), reuse_days(at)), (certificate, reuse), "{at}");
        }
    }
}
