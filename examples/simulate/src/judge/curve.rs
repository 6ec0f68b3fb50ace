//! How it went over time: coverage by the month, calls by the day.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Serialize;

use super::times::{midnight, utc};

/// Coverage by the month, calls by the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Curve {
    /// The day on which it begins; nothing before the first moment.
    pub begins: Option<Date>,
    /// Month by month, from that of the first day on.
    pub months: Vec<Month>,
    /// How many calls reached the wire on each day, from the first on.
    pub calls: Vec<u32>,
}

/// A month of the calendar: seconds of service, summed over the services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Month {
    /// A certificate was owed, and one was in force.
    pub covered: u64,
    /// A certificate was owed, none was in force, and there is an excuse.
    pub excused: u64,
    /// A certificate was owed, none was in force, and there is no excuse.
    pub missing: u64,
}

/// What a stretch of time was for a service to which a certificate is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    Covered,
    Excused,
    Missing,
}

impl Curve {
    /// A curve that begins at a moment.
    pub(super) fn begin(at: Timestamp) -> Self {
        Self { begins: Some(utc(at)), ..Self::default() }
    }

    /// Counts a call.
    pub(super) fn call(&mut self, at: Timestamp) {
        let Some(begins) = self.begins.and_then(midnight) else { return };
        let days = at.duration_since(begins).as_hours() / 24;
        let Ok(index) = usize::try_from(days) else { return };
        if self.calls.len() <= index {
            self.calls.resize(index + 1, 0);
        }
        if let Some(calls) = self.calls.get_mut(index) {
            *calls += 1;
        }
    }

    /// Adds a stretch of time of a service, month by month.
    pub(super) fn add(&mut self, from: Timestamp, until: Timestamp, share: Share) {
        self.by_month(from, until, |month, seconds| month.count(share, seconds));
    }

    /// Takes back a stretch of time that was counted as covered, and was not.
    pub(super) fn take_covered(&mut self, from: Timestamp, until: Timestamp) {
        self.by_month(from, until, |month, seconds| month.covered = month.covered.saturating_sub(seconds));
    }

    fn by_month(&mut self, from: Timestamp, until: Timestamp, count: impl Fn(&mut Month, u64)) {
        let Some(begins) = self.begins else { return };
        let mut from = from;
        while from < until {
            let day = utc(from);
            let next = midnight(day.first_of_month().saturating_add(1.month())).unwrap_or(until);
            let to = next.min(until);
            let months = (i32::from(day.year()) - i32::from(begins.year())) * 12 + i32::from(day.month())
                - i32::from(begins.month());
            let index = usize::try_from(months).unwrap_or_default();
            if self.months.len() <= index {
                self.months.resize(index + 1, Month::default());
            }
            if let Some(month) = self.months.get_mut(index) {
                count(month, seconds(to.duration_since(from)));
            }
            from = to;
        }
    }

    /// Adds another shop's, which began on the same day.
    pub(super) fn merge(&mut self, other: &Self) {
        self.begins = self.begins.or(other.begins);
        if self.months.len() < other.months.len() {
            self.months.resize(other.months.len(), Month::default());
        }
        for (month, other) in self.months.iter_mut().zip(&other.months) {
            month.covered += other.covered;
            month.excused += other.excused;
            month.missing += other.missing;
        }
        if self.calls.len() < other.calls.len() {
            self.calls.resize(other.calls.len(), 0);
        }
        for (calls, other) in self.calls.iter_mut().zip(&other.calls) {
            *calls += other;
        }
    }
}

impl Month {
    fn count(&mut self, share: Share, seconds: u64) {
        match share {
            Share::Covered => self.covered += seconds,
            Share::Excused => self.excused += seconds,
            Share::Missing => self.missing += seconds,
        }
    }
}

/// Whole seconds; none of what runs backwards.
pub(super) fn seconds(time: SignedDuration) -> u64 {
    u64::try_from(time.as_secs()).unwrap_or_default()
}
