//! A look at what goes over the wire, without what nobody may keep.

use std::fmt;
use std::sync::Arc;

use crate::wire;

/// Somebody who looks at the documents that are exchanged, for debugging.
///
/// # Guarantees
/// The documents are redacted: see [`redact`](crate::wire::redact). They are the observer's only when one is set;
/// without, nothing is spent on them.
///
/// # Caveats
/// It is called in the task of the call: whatever takes long belongs elsewhere.
pub trait ExchangeObserver: Send + Sync {
    /// A document is about to be sent, or has arrived.
    fn observe(&self, message: &Message<'_>);
}

impl<F: Fn(&Message<'_>) + Send + Sync> ExchangeObserver for F {
    fn observe(&self, message: &Message<'_>) {
        self(message);
    }
}

/// A document on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The operation that is called.
    pub operation: &'a str,
    /// Which attempt this belongs to, from 1.
    pub attempt: u32,
    /// Which way it goes.
    pub direction: Direction,
    /// The document, redacted. If it can't be read as XML, a note of its size stands here instead.
    pub document: &'a str,
}

/// Which way a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// To the CA.
    Request,
    /// From the CA.
    Response {
        /// The HTTP status it came with.
        status: u16,
    },
}

/// The observer of a client, if there is one.
#[derive(Clone, Default)]
pub(super) struct Observed(pub(super) Option<Arc<dyn ExchangeObserver>>);

impl Observed {
    pub(super) fn message(&self, operation: &str, attempt: u32, direction: Direction, document: &[u8]) {
        let Some(observer) = &self.0 else { return };
        let document = wire::redact(document)
            .unwrap_or_else(|_| format!("[{} bytes that can't be read as XML]", document.len()));
        observer.observe(&Message { operation, attempt, direction, document: &document });
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "[observer]" } else { "[none]" })
    }
}
