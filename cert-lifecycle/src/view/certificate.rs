//! A service's certificates.

use cert_domain::Language;
use csr_tools::{Certificate, PublicKeyAlgorithm};
use jiff::Timestamp;
use serde::Serialize;

use crate::authority::{CertificateStanding, OrderKind};
use crate::service::ServiceCertificate;

/// A certificate that a service has, or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CertificateView {
    /// The serial number, in hexadecimal.
    pub serial_number: String,
    /// The common name.
    pub common_name: Option<String>,
    /// The DNS names in it.
    pub names: Vec<String>,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// Where it stands at the CA: `valid`, `revoking`, `revoked` or `unknown`.
    pub standing: &'static str,
    /// The same for people.
    pub standing_text: String,
    /// Whether it can be relied on now: not revoked, and in its time.
    pub is_in_force: bool,
    /// Whether its time is over.
    pub is_expired: bool,
    /// What it was ordered as: `new`, `renewal` or `reissue`.
    pub kind: OrderKind,
    /// The same for people.
    pub kind_text: &'static str,
    /// The order that yielded it.
    pub order_id: String,
    /// When it was stored.
    pub received_at: Timestamp,
    /// When a reissue took its place.
    pub replaced_at: Option<Timestamp>,
    /// When the CA revokes it at the latest, because a reissue took its place; its own end, if that comes first.
    pub ends_by: Option<Timestamp>,
    /// Whether it is about to be revoked.
    pub is_revoking: bool,
    /// The key that it is for.
    pub key: Option<KeyView>,
    /// The SHA-256 fingerprint, in hexadecimal.
    pub fingerprint_sha256: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The certificate, PEM.
    pub pem: String,
    /// The certificates above it, from its issuer upwards.
    pub chain: Vec<ChainView>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KeyView {
    /// `RSA`, `EC`, `Ed25519`, or the object identifier of what this version doesn't know.
    pub algorithm: String,
    /// Its size in bits, if it is known.
    pub bits: Option<usize>,
}

/// A certificate above another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChainView {
    /// Whose it is.
    pub subject: Option<String>,
    /// The last moment of its validity.
    pub not_after: Option<Timestamp>,
    /// Whether it is a root: it stands for itself.
    pub is_root: bool,
    /// The certificate, PEM.
    pub pem: String,
}

impl CertificateView {
    /// A certificate at a moment.
    #[must_use]
    pub fn of(held: &ServiceCertificate, language: Language, now: Timestamp) -> Self {
        let issued = &held.certificate;
        // What can't be read was never accepted.
        let read = Certificate::from_pem(&issued.pem).ok();
        let read = read.as_ref();
        let replaced_until = |at: Timestamp| {
            let by = at.checked_add(ServiceCertificate::REPLACED_FOR).unwrap_or(Timestamp::MAX);
            by.min(issued.not_after)
        };
        Self {
            serial_number: issued.serial_number.clone(),
            common_name: read
                .and_then(Certificate::common_name)
                .or(held.configuration.common_name())
                .map(str::to_owned),
            names: issued.names.clone(),
            not_before: issued.not_before,
            not_after: issued.not_after,
            standing: held.standing.as_str(),
            standing_text: held.standing.text(language).into_owned(),
            is_in_force: held.is_in_force(now),
            is_expired: issued.not_after < now,
            kind: held.kind,
            kind_text: held.kind.text(language),
            order_id: held.order_id.to_string(),
            received_at: held.received_at,
            replaced_at: held.replaced_at,
            ends_by: held.replaced_at.map(replaced_until),
            is_revoking: held.revoking.is_some() || held.standing == CertificateStanding::Revoking,
            key: read.map(|certificate| KeyView::from(certificate.public_key().algorithm())),
            fingerprint_sha256: read.map(|certificate| certificate.sha256_fingerprint().to_string()),
            issuer: read.map(|certificate| certificate.issuer().to_string()),
            pem: issued.pem.clone(),
            chain: issued.chain.iter().map(ChainView::of).collect(),
        }
    }
}

impl From<PublicKeyAlgorithm> for KeyView {
    fn from(algorithm: PublicKeyAlgorithm) -> Self {
        let name = match algorithm {
            PublicKeyAlgorithm::Rsa { .. } => "RSA".to_owned(),
            PublicKeyAlgorithm::EllipticCurve(_) => "EC".to_owned(),
            other => other.to_string(),
        };
        Self { algorithm: name, bits: algorithm.bits() }
    }
}

impl ChainView {
    fn of(pem: &String) -> Self {
        let read = Certificate::from_pem(pem).ok();
        let read = read.as_ref();
        Self {
            subject: read.map(|certificate| certificate.subject().to_string()),
            not_after: read.and_then(|certificate| Timestamp::from_second(certificate.not_after()).ok()),
            is_root: read.is_some_and(Certificate::is_self_issued),
            pem: pem.clone(),
        }
    }
}
