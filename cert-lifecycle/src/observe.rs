//! The port to whoever counts what happens.

use crate::StateKind;
use crate::outbox::Deliveries;

/// Counts what happens: for a metrics library, which the host chooses.
///
/// # Guarantees that an implementation gives
/// It returns at once: it is called in the middle of the work.
pub trait Observe: Send + Sync {
    /// Something happened.
    fn observe(&self, what: Observation);
}

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Observation {
    /// A call to the CA, a publisher or a vault came back.
    Call {
        /// What was called.
        name: &'static str,
        /// Whether it led to something to record; failures are tried again.
        is_done: bool,
    },
    /// A service went on.
    Transition {
        /// From where.
        from: StateKind,
        /// To where.
        to: StateKind,
    },
    /// The CA's changes were read.
    Synchronized {
        /// How many orders were listed.
        listed: u64,
        /// How many of them said something new.
        news: u64,
    },
    /// What waited in the outbox was taken.
    Delivered(Deliveries),
}
