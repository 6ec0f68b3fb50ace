//! Which certificates hold.

use jiff::Timestamp;

use super::Service;
use crate::ca::{IssuerId, Revoked, Standing};

impl Service {
    /// What an issuer's revocation list names. Nothing can be revoked yet.
    pub(crate) fn revocations(&self, _issuer: IssuerId, _now: Timestamp) -> Vec<Revoked> {
        Vec::new()
    }

    /// How the certificate with that serial number (lower-case hexadecimal) of that issuer stands.
    pub(crate) fn certificate_status(&self, issuer: IssuerId, serial: &str, now: Timestamp) -> Standing {
        let revoked = self.revocations(issuer, now).into_iter().find(|revoked| revoked.serial == serial);
        if let Some(Revoked { at, reason, .. }) = revoked {
            return Standing::Revoked { at, reason };
        }
        let is_known = match issuer {
            IssuerId::Root => self.authority.is_own_serial(serial),
            _ => {
                let book = self.book();
                let order = book.order_of_serial(serial).and_then(|order_id| book.order(order_id));
                order.and_then(|order| order.issued.as_ref()).is_some_and(|issued| issued.issuer == issuer)
            }
        };
        match is_known {
            true => Standing::Good,
            false => Standing::Unknown,
        }
    }
}
