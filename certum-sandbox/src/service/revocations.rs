//! Which certificates hold.

use jiff::Timestamp;

use super::Service;
use crate::{
    ca::{IssuerId, Revoked, Standing},
    orders::{Certificate, Revocation},
};

impl Service {
    /// What an issuer's revocation list names: what is revoked, and would be valid otherwise.
    pub(crate) fn revocations(&self, issuer: IssuerId, now: Timestamp) -> Vec<Revoked> {
        let (book, _) = self.settled();
        let of_issuer = |certificate: &&Certificate| certificate.issued.issuer == issuer;
        let certificates = book.certificates().filter(of_issuer);
        let certificates = certificates.filter(|certificate| !certificate.has_expired(now));
        let revoked = certificates.filter_map(|certificate| {
            let Revocation { effective_at, reason, compromised_at, .. } = certificate.in_force(now)?;
            Some(Revoked {
                serial: certificate.issued.serial.clone(),
                at: *effective_at,
                reason: reason.clone(),
                invalid_since: *compromised_at,
            })
        });
        revoked.collect()
    }

    /// How the certificate with that serial number (lower-case hexadecimal) of that issuer stands.
    pub(crate) fn certificate_status(&self, issuer: IssuerId, serial: &str, now: Timestamp) -> Standing {
        if issuer == IssuerId::Root {
            return match self.authority.is_own_serial(serial) {
                true => Standing::Good,
                false => Standing::Unknown,
            };
        }
        let (book, _) = self.settled();
        let found = book.of_serial(serial.trim_start_matches('0'));
        match found.filter(|(_, _, certificate)| certificate.issued.issuer == issuer) {
            None => Standing::Unknown,
            Some((_, _, certificate)) => match certificate.in_force(now) {
                Some(Revocation { effective_at, reason, .. }) => {
                    Standing::Revoked { at: *effective_at, reason: reason.clone() }
                }
                None => Standing::Good,
            },
        }
    }
}
