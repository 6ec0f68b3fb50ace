//! How often the list of changes was read: what polling each open order is held against.

use jiff::{SignedDuration, Timestamp};

use super::POLLED_EVERY_MINUTES;

/// Counts the turns in which the list of changes was read, as far as they are apart.
#[derive(Debug, Default)]
pub(super) struct Reads {
    count: u64,
    last: Option<Timestamp>,
}

impl Reads {
    /// A call reached the wire.
    pub(super) fn called(&mut self, at: Timestamp, operation: &str) {
        let apart = SignedDuration::from_mins(POLLED_EVERY_MINUTES.cast_signed());
        let is_apart = self.last.is_none_or(|last| at.duration_since(last) >= apart);
        if operation == "getModifiedOrders" && is_apart {
            self.count += 1;
            self.last = Some(at);
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }
}
