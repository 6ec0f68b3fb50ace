//! The products that Certum is known to sell, or to have sold.

use super::ProductKind::{CodeSigning, Smime, Tls};
use super::ProductStatus::{Current, Legacy, Listed, Test};
use super::ValidationLevel::{Domain, Extended, Individual, Mailbox, Organization};
use super::{NameRule, ProductKind, ProductStatus, Term, ValidationLevel};

pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) renewal_code: Option<&'static str>,
    pub(super) name: &'static str,
    pub(super) kind: ProductKind,
    pub(super) level: ValidationLevel,
    pub(super) names: NameRule,
    pub(super) status: ProductStatus,
    pub(super) term: Term,
}

const fn row(
    code: &'static str,
    renewal_code: Option<&'static str>,
    name: &'static str,
    kind: ProductKind,
    level: ValidationLevel,
    names: NameRule,
    status: ProductStatus,
) -> Row {
    Row { code, renewal_code, name, kind, level, names, status, term: Term::YEAR }
}

/// A product for trials, which lives for some days.
const fn trial(row: Row, days: u16) -> Row {
    Row { term: Term::Days(days), ..row }
}

/// The code is that of the one-year product.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("601", Some("606"), "Commercial SSL", Tls, Domain, NameRule::Single, Current),
    row("741", Some("746"), "Commercial SSL Wildcard", Tls, Domain, NameRule::Wildcard, Current),
    row("931", Some("936"), "Commercial SSL MultiDomain", Tls, Domain, NameRule::Multi { limit: None }, Current),
    row("631", Some("636"), "Trusted SSL", Tls, Organization, NameRule::Single, Current),
    row("681", Some("686"), "Trusted SSL Wildcard", Tls, Organization, NameRule::Wildcard, Current),
    row("921", Some("926"), "Trusted SSL MultiDomain", Tls, Organization, NameRule::Multi { limit: None }, Current),
    row("641", Some("646"), "Premium EV SSL", Tls, Extended, NameRule::Single, Current),
    row("981", Some("986"), "Premium EV SSL MultiDomain", Tls, Extended, NameRule::Multi { limit: None }, Current),
    trial(row("691", None, "Test SSL (30 days)", Tls, Domain, NameRule::Single, Test), 30),
    row("731", None, "S/MIME Basic ID", Smime, Mailbox, NameRule::None, Listed),
    row("711", None, "S/MIME Professional ID", Smime, Individual, NameRule::None, Listed),
    row("721", None, "S/MIME Enterprise ID", Smime, Organization, NameRule::None, Listed),
    trial(row("791", None, "S/MIME Test ID (90 days)", Smime, Mailbox, NameRule::None, Test), 90),
    row("841", None, "Standard Code Signing", CodeSigning, Organization, NameRule::None, Listed),
    row("851", None, "EV (Microsoft) Code Signing", CodeSigning, Extended, NameRule::None, Listed),
    row("821", None, "Open Source Code Signing", CodeSigning, Individual, NameRule::None, Listed),
    row("651", None, "Commercial SSL MultiDomain, 4 names", Tls, Domain, NameRule::Multi { limit: Some(4) }, Legacy),
    row("661", None, "Commercial SSL MultiDomain, 6 names", Tls, Domain, NameRule::Multi { limit: Some(6) }, Legacy),
    row("671", None, "Commercial SSL MultiDomain, 10 names", Tls, Domain, NameRule::Multi { limit: Some(10) }, Legacy),
    row("961", None, "Commercial SSL MultiDomain, 100 names", Tls, Domain, NameRule::Multi { limit: Some(100) }, Legacy),
    row("751", None, "Trusted SSL MultiDomain, 4 names", Tls, Organization, NameRule::Multi { limit: Some(4) }, Legacy),
    row("761", None, "Trusted SSL MultiDomain, 6 names", Tls, Organization, NameRule::Multi { limit: Some(6) }, Legacy),
    row("771", None, "Trusted SSL MultiDomain, 10 names", Tls, Organization, NameRule::Multi { limit: Some(10) }, Legacy),
    row("971", None, "Trusted SSL MultiDomain, 100 names", Tls, Organization, NameRule::Multi { limit: Some(100) }, Legacy),
    row("861", None, "Premium EV SSL MultiDomain, 4 names", Tls, Extended, NameRule::Multi { limit: Some(4) }, Legacy),
    row("871", None, "Premium EV SSL MultiDomain, 6 names", Tls, Extended, NameRule::Multi { limit: Some(6) }, Legacy),
    row("881", None, "Premium EV SSL MultiDomain, 10 names", Tls, Extended, NameRule::Multi { limit: Some(10) }, Legacy),
    row("261", None, "SpaceSSL", Tls, Domain, NameRule::Single, Legacy),
    row("271", None, "SpaceSSL Wildcard", Tls, Domain, NameRule::Wildcard, Legacy),
    row("211", None, "SpaceSSL MultiDomain, 4 names", Tls, Domain, NameRule::Multi { limit: Some(4) }, Legacy),
    row("221", None, "SpaceSSL MultiDomain, 6 names", Tls, Domain, NameRule::Multi { limit: Some(6) }, Legacy),
    row("231", None, "SpaceSSL MultiDomain, 10 names", Tls, Domain, NameRule::Multi { limit: Some(10) }, Legacy),
    row("241", None, "SpaceSSL MultiDomain, 100 names", Tls, Domain, NameRule::Multi { limit: Some(100) }, Legacy),
];
