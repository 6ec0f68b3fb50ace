//! How patient and how busy a worker is.

use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How a worker goes about its work. Every duration has a default that suits the live service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerPolicy {
    /// How many services are worked on at a time.
    pub concurrency: NonZeroUsize,
    /// How long a claim holds. A worker begins no call in its second half, which must be longer than a call can take;
    /// one that dies leaves its services alone for as long. Whoever works on a service by the same lifecycle is waited for
    /// a quarter of it at most.
    pub lease: Duration,
    /// How long to wait for something that happens elsewhere, such as an officer's decision.
    pub poll: Backoff,
    /// How long to wait after a call that did not succeed.
    pub retry: Backoff,
    /// How long to sleep at most when nothing is due.
    pub idle: Duration,
    /// Whether orders that wait for something are looked at one by one. Whoever has many of them rather relies on the
    /// CA's list of changes ([`sync`](Self::sync)): then single orders are looked at as seldom as [`poll`](Self::poll) says
    /// at most.
    pub polls_orders: bool,
    /// How often the CA's list of changes is read; `None`: only when asked to. Of several workers, one reads it.
    pub sync: Option<Duration>,
}

impl WorkerPolicy {
    /// For programs that one person waits for, and for demonstrations: looks are closer than those of a worker with many
    /// services.
    #[must_use]
    pub fn attentive() -> Self {
        Self {
            poll: Backoff::new(Duration::from_millis(250), Duration::from_secs(30)),
            retry: Backoff::new(Duration::from_secs(1), Duration::from_secs(30)),
            idle: Duration::from_secs(1),
            sync: Some(Duration::from_secs(30)),
            ..Self::default()
        }
    }
}

impl Default for WorkerPolicy {
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::MIN.saturating_add(15),
            lease: Duration::from_secs(15 * 60),
            poll: Backoff::new(Duration::from_secs(5), Duration::from_secs(60 * 60)),
            retry: Backoff::new(Duration::from_secs(10), Duration::from_secs(30 * 60)),
            idle: Duration::from_secs(60),
            polls_orders: true,
            sync: Some(Duration::from_secs(10 * 60)),
        }
    }
}

/// Waits that double from the first to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Waits that double from `first` to `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// How long to wait after `tries` in a row that came to nothing.
    #[must_use]
    pub fn delay(&self, tries: u32) -> Duration {
        let doubled =
            2_u32.checked_pow(tries.saturating_sub(1)).and_then(|factor| self.first.checked_mul(factor));
        doubled.unwrap_or(self.longest).min(self.longest)
    }
}

/// A moment later; the end of time if there is none.
pub(crate) fn after(now: Timestamp, delay: Duration) -> Timestamp {
    let delay = SignedDuration::try_from(delay).unwrap_or(SignedDuration::MAX);
    now.checked_add(delay).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_longest() {
        let backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(60));
        let delays = [0, 1, 2, 3, 4, 5, 100, u32::MAX].map(|tries| backoff.delay(tries).as_secs());
        assert_eq!(delays, [5, 5, 10, 20, 40, 60, 60, 60]);
    }
}
