//! What customers hand in for their orders, and the mailboxes that they are to prove.

use certum_api::types::DocumentType;
use jiff::{SignedDuration, Timestamp};

/// How long the link in a verification message can be used.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How long the CA may rely on a proven mailbox (S/MIME Baseline Requirements, 4.2.1).
pub(crate) const MAILBOX_REUSE_DAYS: i64 = 398;

/// The verification of the mailbox that a certificate is for.
#[derive(Clone)]
pub(crate) struct EmailVerification {
    pub(crate) email: String,
    pub(crate) sent_at: Timestamp,
    pub(crate) verified_at: Option<Timestamp>,
}

/// A document, without the contents of its files: nobody at this CA reads them.
#[derive(Clone)]
pub(crate) struct StoredDocument {
    pub(crate) kind: DocumentType,
    pub(crate) description: String,
    pub(crate) file_names: Vec<String>,
    pub(crate) received_at: Timestamp,
}

impl EmailVerification {
    pub(crate) fn sent(email: String, now: Timestamp) -> Self {
        Self { email, sent_at: now, verified_at: None }
    }

    /// Until when the link of the newest message can be used.
    pub(crate) fn link_valid_until(&self) -> Timestamp {
        self.sent_at.checked_add(LINK_LIFE).unwrap_or(Timestamp::MAX)
    }
}
