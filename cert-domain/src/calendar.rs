//! How long certificates and proofs live, by the date.

mod dates;
mod plan;
mod window;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

pub use dates::{DomainCheckValidUntil, NotAfter, OrganizationCheckValidUntil, PaidThrough};
pub use plan::{CertificateLife, PlannedReissue, next_reissue_after, plan_reissues, plan_reissues_after};
pub use window::{Crossed, Life, Reminders, Threshold, WindowPolicy};

use crate::ProductKind;

/// What the rules of the trade allow from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lifetimes {
    /// The most days that a certificate may be valid.
    pub certificate_days: u16,
    /// The most days that a check of domains (of mailboxes, for S/MIME) may be reused.
    pub domain_check_days: u16,
    /// The most days that a check of an organization may be reused.
    pub organization_check_days: u16,
}

/// A row of the calendar: from this day on, these lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Era {
    /// The first day.
    pub from: Date,
    /// What holds from then on.
    pub lifetimes: Lifetimes,
}

impl Era {
    /// An era.
    #[must_use]
    pub const fn new(
        from: Date,
        certificate_days: u16,
        domain_check_days: u16,
        organization_check_days: u16,
    ) -> Self {
        Self { from, lifetimes: Lifetimes { certificate_days, domain_check_days, organization_check_days } }
    }
}

/// How long certificates and proofs live, by the day of issue: data, so that the next ballot is a row more.
///
/// ```
/// use cert_domain::{Calendar, ProductKind};
/// use jiff::civil::date;
///
/// let calendar = Calendar::public_trust();
/// assert_eq!(calendar.certificate_days(ProductKind::Tls, date(2026, 11, 22)), 199);
/// assert_eq!(calendar.certificate_days(ProductKind::Tls, date(2029, 3, 15)), 46);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Calendar {
    /// For TLS, oldest era first.
    tls: Vec<Era>,
    /// For S/MIME, oldest era first.
    smime: Vec<Era>,
    /// For code signing, oldest era first.
    code_signing: Vec<Era>,
    /// How many days short of the rule the CA stops, so that a difference of clocks breaks nothing.
    margin_days: u16,
}

/// Ballot SC-081v3 (Baseline Requirements 6.3.2 and 4.2.1). Before it, an organization's data was reused for 825 days.
const TLS: &[Era] = &[
    Era::new(Date::MIN, 398, 398, 825),
    Era::new(date(2026, 3, 15), 200, 200, 398),
    Era::new(date(2027, 3, 15), 100, 100, 398),
    Era::new(date(2029, 3, 15), 47, 10, 398),
];
/// S/MIME Baseline Requirements 6.3.2 and 4.2.1 (strict and multipurpose profiles); a message to the mailbox proves
/// control of it for 30 days.
const SMIME: &[Era] = &[Era::new(Date::MIN, 825, 30, 825)];
/// Code Signing Baseline Requirements 6.3.2 (ballot CSC-31) and 4.2.1. There are no domains to check.
const CODE_SIGNING: &[Era] =
    &[Era::new(Date::MIN, 1187, 398, 398), Era::new(date(2026, 3, 1), 460, 398, 398)];

impl Calendar {
    /// The rules for publicly trusted certificates as they stand, up to 2029.
    #[must_use]
    pub fn public_trust() -> Self {
        Self { tls: TLS.to_vec(), smime: SMIME.to_vec(), code_signing: CODE_SIGNING.to_vec(), margin_days: 1 }
    }

    /// Adds an era, for rules that come later than this version. An era of the same day is replaced.
    #[must_use]
    pub fn with_era(mut self, kind: ProductKind, era: Era) -> Self {
        let eras = match kind {
            ProductKind::Tls => &mut self.tls,
            ProductKind::Smime => &mut self.smime,
            ProductKind::CodeSigning => &mut self.code_signing,
        };
        eras.retain(|other| other.from != era.from);
        eras.push(era);
        eras.sort_by_key(|era| era.from);
        self
    }

    /// The eras of a kind, oldest first.
    #[must_use]
    pub fn eras(&self, kind: ProductKind) -> &[Era] {
        match kind {
            ProductKind::Tls => &self.tls,
            ProductKind::Smime => &self.smime,
            ProductKind::CodeSigning => &self.code_signing,
        }
    }

    /// What holds on a day.
    #[must_use]
    pub fn on(&self, kind: ProductKind, day: Date) -> Lifetimes {
        let eras = self.eras(kind);
        let current = eras.iter().rev().find(|era| era.from <= day).or(eras.first());
        current.map_or(TLS[0].lifetimes, |era| era.lifetimes)
    }

    /// For how many days a certificate that is issued on a day is valid at most, as CAs issue them: a day short of the
    /// rule.
    #[must_use]
    pub fn certificate_days(&self, kind: ProductKind, issued_on: Date) -> u16 {
        self.on(kind, issued_on).certificate_days.saturating_sub(self.margin_days).max(1)
    }

    /// The last day on which a domain check can be relied on. The rule counts on the day of issue: a check may outlive
    /// one era, and be too old for the next.
    #[must_use]
    pub fn domain_check_lasts(&self, kind: ProductKind, checked_on: Date) -> Date {
        self.lasts(kind, checked_on, |lifetimes| lifetimes.domain_check_days)
    }

    /// The last day on which an organization check can be relied on.
    #[must_use]
    pub fn organization_check_lasts(&self, kind: ProductKind, checked_on: Date) -> Date {
        self.lasts(kind, checked_on, |lifetimes| lifetimes.organization_check_days)
    }

    fn lasts(&self, kind: ProductKind, checked_on: Date, days: impl Fn(Lifetimes) -> u16) -> Date {
        let until = |lifetimes| checked_on.saturating_add(i32::from(days(lifetimes)).days());
        let mut last = until(self.on(kind, checked_on));
        for era in self.eras(kind).iter().filter(|era| era.from > checked_on) {
            if era.from > last {
                break;
            }
            // In the new era the check counts for fewer days; perhaps for none that are left.
            let before = era.from.saturating_sub(1.day());
            last = last.min(until(era.lifetimes)).max(before);
        }
        last
    }
}

impl Default for Calendar {
    fn default() -> Self {
        Self::public_trust()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS_KIND: ProductKind = ProductKind::Tls;

    #[test]
    fn changes_on_the_very_days_of_the_ballots() {
        let calendar = Calendar::public_trust();
        for (day, certificate, check, organization) in [
            (date(2026, 3, 14), 397, 398, 825),
            (date(2026, 3, 15), 199, 200, 398),
            (date(2027, 3, 14), 199, 200, 398),
            (date(2027, 3, 15), 99, 100, 398),
            (date(2029, 3, 14), 99, 100, 398),
            (date(2029, 3, 15), 46, 10, 398),
            (date(2036, 1, 1), 46, 10, 398),
        ] {
            let lifetimes = calendar.on(TLS_KIND, day);
            assert_eq!(calendar.certificate_days(TLS_KIND, day), certificate, "{day}");
            assert_eq!(lifetimes.domain_check_days, check, "{day}");
            assert_eq!(lifetimes.organization_check_days, organization, "{day}");
        }
        assert_eq!(calendar.certificate_days(ProductKind::CodeSigning, date(2026, 2, 28)), 1186);
        assert_eq!(calendar.certificate_days(ProductKind::CodeSigning, date(2026, 3, 1)), 459);
        assert_eq!(calendar.certificate_days(ProductKind::Smime, date(2026, 3, 1)), 824);
    }

    #[test]
    fn ends_a_check_when_a_new_era_no_longer_takes_it() {
        let calendar = Calendar::public_trust();
        for (checked, lasts) in [
            (date(2026, 4, 1), date(2026, 10, 18)),
            // Its 200th day is the first of an era in which 100 count.
            (date(2026, 8, 27), date(2027, 3, 14)),
            // 100 days count from 2027-03-15 on, and were over long before.
            (date(2026, 10, 1), date(2027, 3, 14)),
            // 100 of the 200 days, as the new era says.
            (date(2027, 3, 1), date(2027, 6, 9)),
            (date(2029, 2, 1), date(2029, 3, 14)),
            (date(2029, 3, 10), date(2029, 3, 20)),
            (date(2029, 4, 1), date(2029, 4, 11)),
        ] {
            assert_eq!(calendar.domain_check_lasts(TLS_KIND, checked), lasts, "{checked}");
        }
        assert_eq!(calendar.organization_check_lasts(TLS_KIND, date(2027, 1, 1)), date(2028, 2, 3));
    }

    #[test]
    fn takes_rules_that_come_later() {
        let later = Era::new(date(2031, 1, 1), 20, 5, 398);
        let calendar = Calendar::public_trust().with_era(TLS_KIND, later);
        assert_eq!(calendar.certificate_days(TLS_KIND, date(2030, 12, 31)), 46);
        assert_eq!(calendar.certificate_days(TLS_KIND, date(2031, 1, 1)), 19);
        let stored = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&stored).unwrap(), calendar);
    }
}
