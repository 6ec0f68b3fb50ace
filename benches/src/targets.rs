//! What is asked of us, peer by peer.

use std::fmt;

/// What is measured, in this order: the names of the benchmarks, what they are about, and which time counts.
pub const AREAS: [(&str, &str, &str); 3] = [
    ("csr", "csr-tools", "processor time"),
    ("wire", "certum-api and certum-sandbox", "processor time, and the clock on the wall for the sandbox"),
    ("stores", "the stores of cert-lifecycle", "the clock on the wall, disk included"),
];

/// OpenSSL's C library.
pub const OPENSSL: &str = "OpenSSL's C library";
/// The forgiving reader's sibling.
pub const STRICT: &str = "csr-tools, strict";
/// The crate `x509-parser`.
pub const X509_PARSER: &str = "x509-parser";
/// The crate `aws-lc-rs` by itself.
pub const AWS_LC: &str = "aws-lc-rs alone";
/// The least that reading XML can be.
pub const EVENTS: &str = "quick-xml's events alone";
/// PHP's SOAP client.
pub const PHP_SOAP: &str = "PHP's SoapClient";
/// Python's SOAP client.
pub const ZEEP: &str = "zeep";
/// The HTTP request within a call.
pub const POST: &str = "a POST by reqwest";
/// The list that the longest one is compared with.
pub const SHORTER_LIST: &str = "10,000 orders";
/// The statements of a step, all in one transaction.
pub const ONE_TRANSACTION: &str = "rusqlite, one transaction";
/// The statements of a step, with the claim in a transaction of its own.
pub const TWO_TRANSACTIONS: &str = "rusqlite, two transactions";
/// A database of few services.
pub const FEW_SERVICES: &str = "among 1,000";
/// A database of services that are as many as to lie apart.
pub const MORE_SERVICES: &str = "among 10,000";
/// The most memory that a process with a million services may take.
pub const MEMORY: &str = "100 MiB";
/// PostgreSQL's own benchmark.
pub const PGBENCH: &str = "pgbench";

/// A bound on a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Bound {
    /// The peer takes at least so many times ours.
    AtLeast(f64),
    /// We take at most so many times the peer's.
    AtMost(f64),
}

impl Bound {
    /// Whether a ratio is on the right side.
    #[must_use]
    pub fn holds(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
        }
    }
}

/// How a ratio is to be read: what is divided by what.
#[must_use]
pub fn direction(bound: Option<Bound>) -> &'static str {
    match bound {
        Some(Bound::AtMost(_)) => "ours/theirs",
        _ => "theirs/ours",
    }
}

/// A bound, and what it is about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// The benchmark.
    pub area: &'static str,
    /// The work in it.
    pub work: &'static str,
    /// Beside whom.
    pub peer: &'static str,
    /// What is asked of the ratio.
    pub bound: Bound,
    /// Why it is missed, where that is known.
    pub note: Option<&'static str>,
}

const fn at_least(area: &'static str, work: &'static str, peer: &'static str, least: f64) -> Target {
    Target { area, work, peer, bound: Bound::AtLeast(least), note: None }
}

const fn at_most(area: &'static str, work: &'static str, peer: &'static str, most: f64) -> Target {
    Target { area, work, peer, bound: Bound::AtMost(most), note: None }
}

impl Target {
    const fn noted(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }
}

/// What runs on the same machine differ by: where "the same" is asked for, this is still the same.
const NOISE: f64 = 1.25;

/// Why keys take what they take.
const OF_AWS_LC: &str = "All but a few hundredths is aws-lc-rs's own work, which draws the key and computes its point: \
    the row beside it has its share.";

/// Why a claim of services from all over is cheaper among few.
const SHARED_PAGES: &str = "SQLite writes whole pages. A thousand services fill some fifty, so that a hundred of them \
    share pages; from 10,000 services on each has a page of its own. What grows with their number would show beside 10,000.";

/// All that is asked.
pub const TARGETS: [Target; 27] = [
    at_least("csr", "decode", OPENSSL, 20.0),
    at_least("csr", "decode", X509_PARSER, 1.0),
    at_most("csr", "decode", STRICT, 1.15),
    at_least("csr", "verify-rsa-2048", OPENSSL, 5.5),
    at_least("csr", "verify-rsa-2048", AWS_LC, 0.9),
    at_least("csr", "verify-p256", OPENSSL, 3.0),
    at_least("csr", "verify-p256", AWS_LC, 0.9),
    at_most("csr", "generate-rsa-2048", OPENSSL, 0.4),
    at_most("csr", "generate-p256", OPENSSL, 0.4).noted(OF_AWS_LC),
    at_least("wire", "decode", EVENTS, 0.5),
    at_least("wire", "decode", PHP_SOAP, 2.0),
    at_least("wire", "decode", ZEEP, 35.0),
    at_least("wire", "encode", PHP_SOAP, 3.0),
    at_least("wire", "encode", ZEEP, 50.0),
    at_most("wire", "call-state", POST, 1.3),
    at_most("wire", "call-order", POST, 1.3),
    at_most("wire", "memory", SHORTER_LIST, NOISE),
    at_least("stores", "step-1", ONE_TRANSACTION, 0.5),
    at_least("stores", "step-1", TWO_TRANSACTIONS, 0.5),
    at_least("stores", "step-100", ONE_TRANSACTION, 0.7),
    at_least("stores", "step-100", TWO_TRANSACTIONS, 0.7),
    at_most("stores", "tick-idle", FEW_SERVICES, NOISE),
    at_most("stores", "tick-100-together", FEW_SERVICES, NOISE),
    at_most("stores", "tick-100-scattered", FEW_SERVICES, NOISE).noted(SHARED_PAGES),
    at_most("stores", "tick-100-scattered", MORE_SERVICES, NOISE),
    at_most("stores", "memory", MEMORY, 1.0),
    at_least("stores", "claims", PGBENCH, 0.5),
];

/// What is asked of a work beside a peer.
#[must_use]
pub fn bound(area: &str, work: &str, peer: &str) -> Option<Bound> {
    let is_it = |target: &&Target| (target.area, target.work, target.peer) == (area, work, peer);
    TARGETS.iter().find(is_it).map(|target| target.bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_of_each_work_beside_each_peer_once_and_in_a_known_area() {
        for (number, target) in TARGETS.iter().enumerate() {
            let key = |target: &Target| (target.area, target.work, target.peer);
            assert!(TARGETS[..number].iter().all(|other| key(other) != key(target)), "{target:?}");
            assert!(AREAS.iter().any(|(area, ..)| *area == target.area), "{target:?}");
        }
    }
}
