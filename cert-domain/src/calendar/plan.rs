//! The reissues that a paid term takes.

use std::iter;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, PaidThrough, WindowPolicy};
use crate::ProductKind;

/// A certificate, as a plan sees it: its first and its last whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CertificateLife {
    /// The day of issue.
    pub issued_on: Date,
    /// The last day of its validity.
    pub last_day: Date,
}

impl CertificateLife {
    /// A certificate's life.
    #[must_use]
    pub fn new(issued_on: Date, last_day: Date) -> Self {
        Self { issued_on, last_day }
    }

    /// The longest that the calendar and the paid term allow to a certificate that is issued on a day.
    fn longest(kind: ProductKind, issued_on: Date, paid_through: PaidThrough, calendar: &Calendar) -> Self {
        let days = i32::from(calendar.certificate_days(kind, issued_on));
        let last_day = issued_on.saturating_add(days.days()).saturating_sub(1.day());
        Self { issued_on, last_day: last_day.min(paid_through.date()).max(issued_on) }
    }

    fn days(self) -> u16 {
        let days = (self.last_day - self.issued_on).get_days();
        u16::try_from(days.saturating_add(1)).unwrap_or(u16::MAX)
    }
}

/// A reissue to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedReissue {
    /// The day to begin on: with the domain check, if one is needed.
    pub begin_on: Date,
    /// The day by which the next certificate should be in hand.
    pub due_by: Date,
    /// The last day of the certificate that it replaces.
    pub replaces_until: Date,
    /// The last day of the next certificate, if it is issued on the day of beginning. Issued later, it lasts longer.
    pub expected_last_day: Date,
    /// Whether the last domain check can't be relied on any more by then.
    pub needs_domain_check: bool,
}

/// The reissues that a paid term takes, whose first certificate is issued, on a fresh domain check, on its first day.
///
/// # Guarantees
/// - Each reissue begins with a certificate in force, and is due before that one ends.
/// - Together the certificates cover the term to its last day, and none outlasts it.
/// - None is longer than the calendar allows on the day that it is issued.
///
/// ```
/// use cert_domain::{Calendar, PaidThrough, ProductKind, WindowPolicy, plan_reissues};
/// use jiff::civil::date;
///
/// let paid = PaidThrough::new(date(2027, 11, 21));
/// let plan = plan_reissues(ProductKind::Tls, date(2026, 11, 22), paid, &Calendar::public_trust(), WindowPolicy::default());
/// // 199 days from November, then 99 days each, since the rule changes in March.
/// assert_eq!(plan.len(), 4);
/// assert_eq!(plan[0].replaces_until, date(2027, 6, 8));
/// ```
#[must_use]
pub fn plan_reissues(
    kind: ProductKind,
    paid_from: Date,
    paid_through: PaidThrough,
    calendar: &Calendar,
    policy: WindowPolicy,
) -> Vec<PlannedReissue> {
    let first = CertificateLife::longest(kind, paid_from, paid_through, calendar);
    plan_reissues_after(kind, first, Some(paid_from), paid_through, calendar, policy)
}

/// The reissues that the rest of a paid term takes, after the certificate that is in force, with the day of the last
/// domain check if there was one. For a plan that is made anew after each certificate.
#[must_use]
pub fn plan_reissues_after(
    kind: ProductKind,
    current: CertificateLife,
    checked_on: Option<Date>,
    paid_through: PaidThrough,
    calendar: &Calendar,
    policy: WindowPolicy,
) -> Vec<PlannedReissue> {
    reissues_after(kind, current, checked_on, paid_through, calendar, policy).collect()
}

/// The first of the reissues that [`plan_reissues_after`] plans, if there is any.
#[must_use]
pub fn next_reissue_after(
    kind: ProductKind,
    current: CertificateLife,
    checked_on: Option<Date>,
    paid_through: PaidThrough,
    calendar: &Calendar,
    policy: WindowPolicy,
) -> Option<PlannedReissue> {
    reissues_after(kind, current, checked_on, paid_through, calendar, policy).next()
}

fn reissues_after(
    kind: ProductKind,
    mut current: CertificateLife,
    mut checked_on: Option<Date>,
    paid_through: PaidThrough,
    calendar: &Calendar,
    policy: WindowPolicy,
) -> impl Iterator<Item = PlannedReissue> {
    iter::from_fn(move || {
        if current.last_day >= paid_through.date() {
            return None;
        }
        // Where the calendar has become stricter, a successor that is begun as early as usual may end before its
        // predecessor: then it is begun as late as can be.
        let days = current.days();
        let leads = [policy.lead_days(days), policy.least_lead_days(days), 1].map(i32::from);
        let successor = |lead: i32| {
            let begin_on = current.last_day.saturating_sub((lead - 1).days()).max(current.issued_on);
            (lead, CertificateLife::longest(kind, begin_on, paid_through, calendar))
        };
        let outlasting = leads.into_iter().map(successor).find(|(_, next)| next.last_day > current.last_day);
        // If none does, certificates of a day each: nothing is won by more of them.
        let (lead, next) = outlasting?;
        let begin_on = next.issued_on;
        let spare = i32::from(policy.spare_days).min(lead - 1);
        let due_by = current.last_day.saturating_sub(spare.days());
        let needs_domain_check = kind == ProductKind::Tls
            && checked_on.is_none_or(|day| calendar.domain_check_lasts(kind, day) < due_by);
        let planned = PlannedReissue {
            begin_on,
            due_by,
            replaces_until: current.last_day,
            expected_last_day: next.last_day,
            needs_domain_check,
        };
        if needs_domain_check {
            checked_on = Some(begin_on);
        }
        current = next;
        Some(planned)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn plan(from: Date, through: Date) -> Vec<PlannedReissue> {
        let paid = PaidThrough::new(through);
        plan_reissues(ProductKind::Tls, from, paid, &Calendar::public_trust(), WindowPolicy::default())
    }

    #[test]
    fn takes_more_certificates_the_shorter_they_live() {
        let of_year = |year| plan(date(year, 4, 1), date(year + 1, 3, 31)).len();
        assert_eq!((of_year(2025), of_year(2026), of_year(2027), of_year(2029)), (0, 2, 5, 11));
        let code = plan_reissues(
            ProductKind::CodeSigning,
            date(2026, 4, 1),
            PaidThrough::new(date(2027, 3, 31)),
            &Calendar::public_trust(),
            WindowPolicy::default(),
        );
        assert_eq!(code, []);
    }

    #[test]
    fn checks_domains_afresh_when_the_last_check_is_too_old() {
        // In the last era a check counts for ten days, and no certificate is as short.
        assert!(plan(date(2029, 4, 1), date(2030, 3, 31)).iter().all(|reissue| reissue.needs_domain_check));
        // Until then a check lasts as long as a certificate, so that every reissue but the last finds it in force.
        let now = plan(date(2026, 4, 1), date(2027, 3, 14));
        assert!(!now[0].needs_domain_check);
    }

    #[test]
    fn begins_later_where_an_early_successor_would_end_first() {
        // Half of 397 days before its end the next certificate lasts 199 days, and would be none the better.
        let policy = WindowPolicy::default().begin_at(crate::Threshold::Share(500));
        let paid = PaidThrough::new(date(2026, 11, 28));
        let from = date(2025, 9, 29);
        let plan = plan_reissues(ProductKind::Tls, from, paid, &Calendar::public_trust(), policy);
        assert_eq!(plan.len(), 1);
        assert_eq!((plan[0].begin_on, plan[0].replaces_until), (date(2026, 10, 21), date(2026, 10, 30)));
        assert_eq!(plan[0].expected_last_day, paid.date());
    }

    #[test]
    fn goes_on_from_the_certificate_in_force() {
        let current = CertificateLife::new(date(2027, 1, 10), date(2027, 7, 27));
        let paid = PaidThrough::new(date(2027, 11, 21));
        let calendar = Calendar::public_trust();
        let policy = WindowPolicy::default();
        let plan = plan_reissues_after(ProductKind::Tls, current, None, paid, &calendar, policy);
        assert_eq!(plan[0].replaces_until, date(2027, 7, 27));
        assert!(plan[0].needs_domain_check);
        let next = next_reissue_after(ProductKind::Tls, current, None, paid, &calendar, policy);
        assert_eq!(next, plan.first().copied());
        let ended = PaidThrough::new(date(2027, 7, 27));
        assert_eq!(plan_reissues_after(ProductKind::Tls, current, None, ended, &calendar, policy), []);
        assert_eq!(next_reissue_after(ProductKind::Tls, current, None, ended, &calendar, policy), None);
    }

    #[test]
    fn relies_on_a_domain_check_up_to_its_last_day() {
        let current = CertificateLife::new(date(2027, 1, 10), date(2027, 7, 27));
        let paid = PaidThrough::new(date(2027, 11, 21));
        let needs = |checked_on| {
            let (calendar, policy) = (Calendar::public_trust(), WindowPolicy::default());
            let checked_on = Some(checked_on);
            let plan = plan_reissues_after(ProductKind::Tls, current, checked_on, paid, &calendar, policy);
            assert_eq!(plan[0].due_by, date(2027, 7, 24));
            plan[0].needs_domain_check
        };
        // It lasts a hundred days.
        assert!(!needs(date(2027, 4, 15)) && needs(date(2027, 4, 14)));
    }

    #[test]
    fn is_due_after_its_beginning_however_short_certificates_become() {
        let short = crate::Era::new(date(2031, 1, 1), 4, 4, 398);
        let calendar = Calendar::public_trust().with_era(ProductKind::Tls, short);
        let paid = PaidThrough::new(date(2031, 6, 30));
        let plan =
            plan_reissues(ProductKind::Tls, date(2031, 6, 1), paid, &calendar, WindowPolicy::default());
        assert!(!plan.is_empty());
        for reissue in plan {
            let due_by = reissue.due_by;
            assert!(reissue.begin_on <= due_by && due_by < reissue.replaces_until, "{reissue:?}");
        }
    }
}
