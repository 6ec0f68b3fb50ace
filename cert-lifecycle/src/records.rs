//! What a host keeps beside the services: its offers, customers, sessions, invoices.
//!
//! A panel or a gateway has things of its own to remember. It gives them to the store that holds the services, as JSON under
//! a kind and a key, and so needs no database of its own. Every store of this crate is a [`RecordStore`], too.

mod kept;

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

pub use kept::{Kept, Records};

use crate::store::{StoreError, to_the_millisecond};

/// Where a host keeps its records.
///
/// # Expected flow
/// A record is made by [`Record::new`] and put. Whoever changes it reads it, changes it, and puts it with the version that it
/// was read with; if the answer is `None`, somebody was quicker: read again, and decide again. From time to time, what has
/// expired is [forgotten](Self::forget_expired).
///
/// # Guarantees
/// - Of all who put a record with the same version, one succeeds.
/// - A record is found until the moment at which it expires, and from that moment on by nobody, whether or not it was
///   forgotten already.
/// - What was put has reached the disk when a method returns, if the store has one.
///
/// # Assumptions
/// A kind, a key and an owner are short, a thousand bytes together at most: databases keep them in indexes. A body is not, but
/// it is read as a whole.
///
/// # Caveats
/// - Times are kept to the millisecond; what is finer is cut off.
/// - Versions begin anew once a record was removed, or has expired: whoever still holds one that was read before may meet
///   its number again. Keys that no record had before rule that out.
/// - Everything is kept in the clear, and keys show in logs. A secret that is only to be recognized, such as a session's,
///   is kept as its hash.
///
/// # Errors
/// Every method may be tried again after [`StoreError::Unavailable`]. Whether it was carried out is then told by reading.
#[async_trait]
pub trait RecordStore: Send + Sync {
    /// The record under a kind and a key, unless it has expired.
    async fn record(&self, kind: &str, key: &str, now: Timestamp) -> Result<Option<Record>, StoreError>;

    /// Puts a record whose version is the one that its writer read; 0: there must be none that has not expired. Answers the
    /// record with its new version, or `None` if somebody else wrote meanwhile.
    async fn put_record(&self, record: Record, now: Timestamp) -> Result<Option<Record>, StoreError>;

    /// The records that a query asks for, but for those that have expired.
    async fn records(&self, query: RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError>;

    /// Forgets a record, and says whether there was one, expired or not.
    async fn remove_record(&self, kind: &str, key: &str) -> Result<bool, StoreError>;

    /// Forgets what has expired by now, of every kind, and says how many.
    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError>;
}

/// Something that a host keeps: a JSON document under a kind and a key. Its body may hold what is nobody else's business:
/// `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "hosts and stores make it")]
pub struct Record {
    /// What it is, such as `offer`.
    pub kind: String,
    /// What it is called: unique within the kind.
    pub key: String,
    /// Whom it belongs to; records can be listed by it.
    pub owner: Option<String>,
    /// From when on it is no longer found, and may be forgotten; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// How often it was put: 1 at first, one more each time. 0: not yet.
    pub version: u64,
    /// What it says; JSON, which stores don't look into.
    pub body: String,
}

impl Record {
    /// A record that was not put yet: nobody's, and for good.
    pub fn new(kind: impl Into<String>, key: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            key: key.into(),
            owner: None,
            expires_at: None,
            version: 0,
            body: body.into(),
        }
    }

    /// With an owner.
    #[must_use]
    pub fn with_owner(self, owner: impl Into<String>) -> Self {
        Self { owner: Some(owner.into()), ..self }
    }

    /// With a moment at which it expires.
    #[must_use]
    pub fn expiring_at(self, moment: Timestamp) -> Self {
        Self { expires_at: Some(moment), ..self }
    }

    /// As it is once it was put.
    pub(crate) fn once_put(self) -> Self {
        let expires_at = self.expires_at.map(to_the_millisecond);
        Self { expires_at, version: self.version.saturating_add(1), ..self }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, key, owner, expires_at, version, body: _ } = self;
        f.debug_struct("Record")
            .field("kind", kind)
            .field("key", key)
            .field("owner", owner)
            .field("expires_at", expires_at)
            .field("version", version)
            .finish_non_exhaustive()
    }
}

/// Which records to read, a page at a time, in the order of their keys: by their bytes.
///
/// # Expected flow
/// The next page comes [`after`](Self::after) the last key of the one before; a page that is not full is the last. Keys that
/// begin with a moment, or an identifier that grows with time, list what is newest [first](Self::newest_first).
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "hosts make it")]
pub struct RecordQuery {
    /// What they are.
    pub kind: String,
    /// Whom they belong to; `None`: whomever, or nobody.
    pub owner: Option<String>,
    /// The key after which the page begins, in the order asked for.
    pub after: Option<String>,
    /// From the last key to the first.
    pub newest_first: bool,
    /// How many at most.
    pub limit: usize,
}

impl RecordQuery {
    /// The first hundred of a kind.
    pub fn of(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), limit: 100, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_no_body_where_it_is_logged() {
        let record = Record::new("session", "key-1", r#"{"token":"s3cret"}"#).with_owner("customer-7");
        let shown = format!("{record:?}");
        assert!(shown.contains("key-1") && shown.contains("customer-7"), "{shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
