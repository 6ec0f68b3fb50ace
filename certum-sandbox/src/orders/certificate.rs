//! A certificate of an order, after its issue.

use certum_api::types::RevocationReason;
use jiff::{SignedDuration, Timestamp};

use super::names::days;
use crate::ca::Issued;

/// How long a certificate lives on beside the one that replaced it: the CA takes it back within 14 days.
const REPLACED_REVOKED_AFTER: i64 = 14;

/// When the CA begins with that.
const REPLACED_REVOKING_AFTER: i64 = 7;

/// An issued certificate, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    pub(crate) issued: Issued,
    pub(crate) revocation: Option<Revocation>,
    /// Whether another one has taken its place, and that is why it ends.
    is_superseded: bool,
}

/// The end of a certificate before its time: the dates may lie ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revocation {
    /// From when on it is under way.
    pub(crate) begins_at: Timestamp,
    /// From when on nobody should trust the certificate.
    pub(crate) effective_at: Timestamp,
    pub(crate) reason: RevocationReason,
    /// Since when the key is known to others, if that is why.
    pub(crate) compromised_at: Option<Timestamp>,
}

/// What a certificate is worth at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// Neither revoked nor about to be. It may have expired.
    Valid,
    Revoking,
    Revoked {
        at: Timestamp,
    },
}

impl Certificate {
    pub(crate) fn new(issued: Issued) -> Self {
        Self { issued, revocation: None, is_superseded: false }
    }

    pub(crate) fn worth(&self, now: Timestamp) -> Worth {
        match &self.revocation {
            Some(revocation) if revocation.effective_at <= now => {
                Worth::Revoked { at: revocation.effective_at }
            }
            Some(revocation) if revocation.begins_at <= now => Worth::Revoking,
            _ => Worth::Valid,
        }
    }

    /// The revocation that is effective by now.
    pub(crate) fn in_force(&self, now: Timestamp) -> Option<&Revocation> {
        self.revocation.as_ref().filter(|revocation| revocation.effective_at <= now)
    }

    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        self.issued.not_after < now
    }

    /// Another certificate has taken its place at that moment. An earlier end stays.
    pub(super) fn supersede(&mut self, at: Timestamp) {
        let after = |number| at.checked_add(days(number)).unwrap_or(Timestamp::MAX);
        self.is_superseded = self.revocation.is_none();
        self.revocation.get_or_insert_with(|| Revocation {
            begins_at: after(REPLACED_REVOKING_AFTER),
            effective_at: after(REPLACED_REVOKED_AFTER),
            reason: RevocationReason::Superseded,
            compromised_at: None,
        });
    }

    /// The owner wants it to end: that begins now, and takes a while. An end that was planned for later gives way.
    pub(crate) fn revoke(
        &mut self,
        now: Timestamp,
        takes: SignedDuration,
        reason: RevocationReason,
        compromised_at: Option<Timestamp>,
    ) {
        let effective_at = now.checked_add(takes).unwrap_or(Timestamp::MAX);
        self.is_superseded = false;
        self.revocation = Some(Revocation { begins_at: now, effective_at, reason, compromised_at });
    }

    /// Whether it ends because another one has taken its place.
    pub(crate) fn is_superseded(&self) -> bool {
        self.is_superseded
    }

    /// The moments at which its worth changes by itself.
    pub(super) fn turning_points(&self) -> impl Iterator<Item = Timestamp> {
        self.revocation.iter().flat_map(|revocation| [revocation.begins_at, revocation.effective_at])
    }
}
