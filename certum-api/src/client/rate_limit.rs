//! How many calls a client makes in a while.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many calls in a while, and no more. They may come all at once; then it takes the while until as many may come
/// again. Every attempt of a repeated read counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    calls: NonZeroU32,
    per: Duration,
}

impl RateLimit {
    /// At most `calls` calls in `per`.
    #[must_use]
    pub const fn new(calls: NonZeroU32, per: Duration) -> Self {
        Self { calls, per }
    }
}

/// The state of a rate limit: a token bucket, told by the moment at which it will be full again.
pub(super) struct Bucket {
    /// How long it takes until a token comes back.
    interval: Duration,
    /// How long it takes to fill.
    capacity: Duration,
    full_at: Mutex<Instant>,
}

impl Bucket {
    pub(super) fn new(limit: RateLimit, now: Instant) -> Self {
        let interval = limit.per / limit.calls.get();
        Self { interval, capacity: interval * limit.calls.get(), full_at: Mutex::new(now) }
    }

    /// Takes a token, and answers with the moment from which it may be used. `None`, and nothing taken, if that is
    /// not before the deadline.
    pub(super) fn take(&self, now: Instant, deadline: Instant) -> Option<Instant> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next_full_at = (*full_at).max(now).checked_add(self.interval)?;
        let usable_at = next_full_at.checked_sub(self.capacity).map_or(now, |at| at.max(now));
        if usable_at >= deadline {
            return None;
        }
        *full_at = next_full_at;
        Some(usable_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(calls: u32, seconds: u64, now: Instant) -> Bucket {
        Bucket::new(RateLimit::new(NonZeroU32::new(calls).unwrap(), Duration::from_secs(seconds)), now)
    }

    #[test]
    fn lets_a_burst_through_and_then_one_after_another() {
        let start = Instant::now();
        let far = start + Duration::from_secs(1000);
        let bucket = bucket(3, 30, start);
        let waits: Vec<_> = (0..5).map(|_| (bucket.take(start, far).unwrap() - start).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 10, 20]);
    }

    #[test]
    fn fills_up_again_but_not_over() {
        let start = Instant::now();
        let bucket = bucket(2, 20, start);
        let later = start + Duration::from_secs(500);
        let far = start + Duration::from_secs(1000);
        let waits: Vec<_> = (0..3).map(|_| (bucket.take(later, far).unwrap() - later).as_secs()).collect();
        assert_eq!(waits, [0, 0, 10]);
    }

    #[test]
    fn takes_nothing_for_a_call_that_would_come_too_late() {
        let start = Instant::now();
        let bucket = bucket(1, 10, start);
        let soon = start + Duration::from_secs(5);
        assert!(bucket.take(start, soon).is_some());
        assert_eq!(bucket.take(start, soon), None);
        let far = start + Duration::from_secs(1000);
        assert_eq!((bucket.take(start, far).unwrap() - start).as_secs(), 10);
    }
}
