//! What lists of orders and certificates are asked for.

use jiff::Timestamp;

use super::Findings;

/// The pages that there can be.
const PAGES: std::ops::RangeInclusive<u32> = 1..=100;

/// How far ahead one can look for certificates that end, in days: as far as integrations do.
const DAYS_LEFT: std::ops::RangeInclusive<i64> = 1..=30;

/// A moment that is missing, or is none, is found when the request is read (1110, 1111).
pub(crate) fn check_range(from: Timestamp, to: Timestamp, findings: &mut Findings) {
    if to < from {
        findings.add_with(2057, to.to_string());
    }
}

/// The page that is asked for: the first, if none is named.
pub(crate) fn read_page(page: Option<u32>, findings: &mut Findings) -> u32 {
    let page = page.unwrap_or(*PAGES.start());
    if !PAGES.contains(&page) {
        findings.add_with(1153, page.to_string());
    }
    page
}

pub(crate) fn check_days_left(days: i64, findings: &mut Findings) {
    if !DAYS_LEFT.contains(&days) {
        findings.add_with(2052, days.to_string());
    }
}
