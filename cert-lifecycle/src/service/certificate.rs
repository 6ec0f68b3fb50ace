//! A service's certificates.

use cert_domain::{Configuration, Revocation};
use jiff::{SignedDuration, Timestamp};

use crate::OrderId;
use crate::acceptance::IssuedCertificate;
use crate::authority::{CertificateStanding, OrderKind};

/// A certificate that a service has, or had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceCertificate {
    /// The order that yielded it.
    pub order_id: OrderId,
    /// What kind of order that was.
    pub kind: OrderKind,
    /// What was ordered.
    pub configuration: Configuration,
    /// The certificate, which was held against the order.
    pub certificate: IssuedCertificate,
    /// When it was stored.
    pub received_at: Timestamp,
    /// When the CA had everything proved.
    pub proved_at: Timestamp,
    /// Where it stands at the CA.
    pub standing: CertificateStanding,
    /// When a reissue took its place: the CA revokes it within 14 days.
    pub replaced_at: Option<Timestamp>,
    /// A revocation that was asked for, and is not carried out yet.
    pub revoking: Option<Revocation>,
}

impl ServiceCertificate {
    /// How long the CA leaves a certificate in force that was replaced by a reissue.
    pub const REPLACED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

    /// Whether it can be relied on at a moment: not revoked, and in its time.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        let is_revoked = match &self.standing {
            CertificateStanding::Revoked { at } => at.is_none_or(|at| at <= now),
            _ => false,
        };
        !is_revoked && self.certificate.not_before <= now && now <= self.certificate.not_after
    }

    /// Whether the CA has not ended it, and nobody has asked it to.
    pub(crate) fn is_good(&self) -> bool {
        let is_kept =
            !matches!(self.standing, CertificateStanding::Revoked { .. } | CertificateStanding::Revoking);
        is_kept && self.revoking.is_none()
    }
}
