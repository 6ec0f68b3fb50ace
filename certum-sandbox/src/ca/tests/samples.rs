//! One of everything.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use certum_api::types::{HashAlgorithm, RevocationReason};
use csr_tools::{KeyAlgorithm, PrivateKey};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::{
    ca::{Authority, Issued, IssuerKeys, LeafRequest, Revoked, SERIAL_BYTES, calendar},
    names::CertName,
    products::{Kind, Level},
    subject::Subject,
};

pub(super) fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

pub(super) fn authority() -> Authority {
    Authority::new(&Url::parse("http://127.0.0.1:8080/").unwrap(), IssuerKeys::OfEachKind, now()).unwrap()
}

/// One for all tests that leave it as it is: it takes its time to make all those keys.
pub(super) fn shared() -> &'static Authority {
    static SHARED: OnceLock<Authority> = OnceLock::new();
    SHARED.get_or_init(authority)
}

/// A subscriber's key, one of each kind for all tests.
pub(super) fn key(algorithm: KeyAlgorithm) -> &'static PrivateKey {
    static ECC: OnceLock<PrivateKey> = OnceLock::new();
    static RSA: OnceLock<PrivateKey> = OnceLock::new();
    let place = if algorithm == KeyAlgorithm::EcdsaP256 { &ECC } else { &RSA };
    place.get_or_init(|| PrivateKey::generate(algorithm).unwrap())
}

/// What is sold: kind, level, and the type by which pkilint knows it.
pub(super) const SOLD: [(Kind, Level, &str); 9] = [
    (Kind::Tls, Level::Domain, "DV-FINAL-CERTIFICATE"),
    (Kind::Tls, Level::Organization, "OV-FINAL-CERTIFICATE"),
    (Kind::Tls, Level::Extended, "EV-FINAL-CERTIFICATE"),
    (Kind::Smime, Level::Mailbox, "MAILBOX-STRICT"),
    (Kind::Smime, Level::Individual, "INDIVIDUAL-STRICT"),
    (Kind::Smime, Level::Organization, "ORGANIZATION-STRICT"),
    (Kind::CodeSigning, Level::Individual, ""),
    (Kind::CodeSigning, Level::Organization, ""),
    (Kind::CodeSigning, Level::Extended, ""),
];

/// Signs for a subject that says all it can, over a key of that kind.
pub(super) fn issue(
    authority: &Authority,
    kind: Kind,
    level: Level,
    hash_algorithm: &HashAlgorithm,
    key_algorithm: KeyAlgorithm,
) -> Issued {
    issue_to(&subject(kind, level), authority, kind, level, hash_algorithm, key_algorithm)
}

/// The same for another subject.
pub(super) fn issue_to(
    subject: &Subject,
    authority: &Authority,
    kind: Kind,
    level: Level,
    hash_algorithm: &HashAlgorithm,
    key_algorithm: KeyAlgorithm,
) -> Issued {
    static SERIAL: AtomicU32 = AtomicU32::new(0);
    let names = match kind {
        Kind::Tls if level == Level::Domain => ["*.shop.example.com", "shop.example.com"].as_slice(),
        Kind::Tls => ["shop.example.com", "www.shop.example.com"].as_slice(),
        Kind::Smime | Kind::CodeSigning => &[],
    };
    let names: Vec<_> = names.iter().map(|name| CertName::parse(name).unwrap()).collect();
    let days = match kind {
        Kind::Tls => calendar::certificate_days(now()),
        Kind::Smime | Kind::CodeSigning => 365,
    };
    let mut serial = [0x5a; SERIAL_BYTES];
    serial[12..].copy_from_slice(&SERIAL.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let request = LeafRequest {
        kind,
        level,
        hash_algorithm,
        subject,
        names: &names,
        public_key: key(key_algorithm).public_key(),
        not_before: now(),
        not_after: now() + SignedDuration::from_hours(24 * days) - SignedDuration::from_secs(1),
        serial,
    };
    authority.issue(&request).unwrap()
}

fn subject(kind: Kind, level: Level) -> Subject {
    let some = |text: &str| Some(text.to_owned());
    Subject {
        common_name: match (kind, level) {
            (Kind::Tls, _) => "shop.example.com",
            (_, Level::Individual | Level::Mailbox) => "Jan Kowalski",
            _ => "Żółw Sp. z o.o.",
        }
        .to_owned(),
        email: some("jan.kowalski@example.com"),
        given_name: some("Jan"),
        surname: some("Kowalski"),
        organization: Some("Żółw Sp. z o.o.".to_owned()).filter(|_| level != Level::Individual),
        organizational_unit: some("IT"),
        street_address: some("ul. Długa 1"),
        locality: some("Szczecin"),
        state: some("zachodniopomorskie"),
        postal_code: some("70-001"),
        country: some("PL"),
        serial_number: some("0000123456"),
        tax_number: some("1234567890"),
        business_category: some("Private Organization"),
        jurisdiction_country: some("PL"),
        ..Subject::default()
    }
}

/// A subject of which everything is as long as an order may have it.
pub(super) fn long_subject(kind: Kind, level: Level) -> Subject {
    let long = |length: usize| Some("Żółć ".repeat(100).chars().take(length - 1).chain(['z']).collect());
    let short = subject(kind, level);
    Subject {
        email: Some(format!("{}@{}example.com", "j".repeat(64), "mail.".repeat(35))),
        given_name: long(300),
        surname: long(300),
        organization: long(255).filter(|_| short.organization.is_some()),
        organizational_unit: long(64),
        street_address: long(64),
        locality: long(128),
        state: long(128),
        postal_code: Some("7".repeat(40)),
        serial_number: Some("7".repeat(64)),
        tax_number: Some("7".repeat(32)),
        jurisdiction_locality: long(128),
        jurisdiction_state: long(128),
        ..short
    }
}

/// One revocation for each reason.
pub(super) fn revoked() -> Vec<Revoked> {
    let reasons = [
        RevocationReason::Unspecified,
        RevocationReason::KeyCompromise,
        RevocationReason::AffiliationChanged,
        RevocationReason::CessationOfOperation,
        RevocationReason::Superseded,
        RevocationReason::PrivilegeWithdrawn,
    ];
    let revoke = |(index, reason)| Revoked {
        serial: format!("4{index:031x}"),
        at: now() - SignedDuration::from_hours(1),
        invalid_since: (reason == RevocationReason::KeyCompromise)
            .then(|| now() - SignedDuration::from_hours(48)),
        reason,
    };
    reasons.into_iter().enumerate().map(revoke).collect()
}
