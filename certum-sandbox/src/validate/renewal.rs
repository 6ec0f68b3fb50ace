//! What a renewal or a reissue has to share with the certificate that it follows.

use jiff::{Timestamp, tz::TimeZone};

use super::Findings;
use crate::products::Product;

/// A certificate has to be valid still to be followed by another. Two codes say that it is over: 1044 is
/// `renewCertificate`'s here, and 2093 `reissueCertificate`'s.
pub(crate) fn check_not_over(not_after: Timestamp, over: u32, now: Timestamp, findings: &mut Findings) {
    if not_after < now {
        findings.add_with(over, not_after.to_zoned(TimeZone::UTC).date().to_string());
    }
}

/// A renewal is for the same host.
pub(crate) fn check_same_name(renewal: Option<&str>, former: &str, findings: &mut Findings) {
    match renewal {
        Some(name) if !name.eq_ignore_ascii_case(former) => findings.add_with(1168, name),
        Some(_) => {}
        None => findings.add(1015),
    }
}

/// A renewal is for the same customer.
pub(crate) fn check_same_customer(renewal: &str, former: &str, findings: &mut Findings) {
    if renewal != former {
        findings.add_with(1169, renewal);
    }
}

/// Keys in SimplySign stay there: such certificates are not reissued from a CSR.
pub(crate) fn check_reissuable(product: &Product, findings: &mut Findings) {
    if product.is_in_simply_sign() {
        findings.add_with(2122, product.code);
    }
}

/// Whether the product knows an operation that is about host names (`addSanVerification`,
/// `getSanVerificationState`), or about mailboxes (`addEmailVerification`, `getEmailVerification`).
pub(crate) fn check_supported(product: &Product, is_supported: bool, findings: &mut Findings) {
    if !is_supported {
        findings.add_with(2163, product.code);
    }
}
