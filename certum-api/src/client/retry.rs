//! When a read that failed is sent again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Retry};
use crate::types::Effect;

/// Where the client's randomness comes from: any function of evenly spread numbers. They need not be unguessable.
pub trait Randomness: Send + Sync {
    /// The next number.
    fn next(&self) -> u64;
}

impl<F: Fn() -> u64 + Send + Sync> Randomness for F {
    fn next(&self) -> u64 {
        self()
    }
}

/// How often, and after how long, a read that failed is sent again.
///
/// # Guarantees
/// Only operations with [`Effect::Read`] are sent again, only where nothing but the transport or the service failed,
/// and only within the total deadline of the call. Before each attempt the client waits: twice as long each time,
/// up to a longest time, of which a random part of up to half is left out so that clients don't come in step.
#[derive(Clone)]
pub struct RetryPolicy {
    attempts: u32,
    first_delay: Duration,
    longest_delay: Duration,
    randomness: Arc<dyn Randomness>,
}

impl RetryPolicy {
    /// How often a read is sent at most, unless told otherwise.
    pub const ATTEMPTS: u32 = 3;
    /// The wait before the second attempt, unless told otherwise.
    pub const FIRST_DELAY: Duration = Duration::from_millis(500);
    /// The longest wait, unless told otherwise.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(20);

    /// The usual policy, with a source of randomness.
    #[must_use]
    pub fn new(randomness: impl Randomness + 'static) -> Self {
        Self {
            attempts: Self::ATTEMPTS,
            first_delay: Self::FIRST_DELAY,
            longest_delay: Self::LONGEST_DELAY,
            randomness: Arc::new(randomness),
        }
    }

    /// How often a read is sent at most; 1 and 0 mean once.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The wait before the second attempt, and the longest wait.
    #[must_use]
    pub fn delays(mut self, first: Duration, longest: Duration) -> Self {
        self.first_delay = first;
        self.longest_delay = longest;
        self
    }

    /// How long to wait after an attempt, counted from 1, that failed. `None` if it was the last.
    pub(super) fn delay_after(&self, attempt: u32, effect: Effect, error: &Error) -> Option<Duration> {
        if effect != Effect::Read || attempt >= self.attempts || !may_pass(error) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let longest = self.first_delay.saturating_mul(doubled).min(self.longest_delay);
        let half = longest / 2;
        let spread = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX).saturating_add(1);
        Some(longest - Duration::from_nanos(self.randomness.next() % spread))
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("attempts", &self.attempts)
            .field("first_delay", &self.first_delay)
            .field("longest_delay", &self.longest_delay)
            .finish_non_exhaustive()
    }
}

/// Whether the failure may be gone at the next attempt.
fn may_pass(error: &Error) -> bool {
    error.retry() == Retry::Later
        && match error.kind() {
            ErrorKind::Connect(_)
            | ErrorKind::Interrupted(_)
            | ErrorKind::Fault(_)
            | ErrorKind::Answer(_) => true,
            // Request time-out, too many requests, and whatever the server blames itself for.
            ErrorKind::Status(status) => matches!(status, 408 | 429 | 500..=599),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(effect: Effect, kind: ErrorKind) -> Error {
        Error::new("getOrderState", effect, kind)
    }

    fn millis(policy: &RetryPolicy, attempt: u32) -> Option<u128> {
        let error = failed(Effect::Read, ErrorKind::Status(503));
        policy.delay_after(attempt, Effect::Read, &error).map(|delay| delay.as_millis())
    }

    #[test]
    fn waits_twice_as_long_each_time_up_to_a_bound() {
        let policy =
            RetryPolicy::new(|| 0).attempts(6).delays(Duration::from_millis(100), Duration::from_millis(500));
        let waits: Vec<_> = (1..=6).map(|attempt| millis(&policy, attempt)).collect();
        assert_eq!(waits, [Some(100), Some(200), Some(400), Some(500), Some(500), None]);
    }

    #[test]
    fn leaves_out_a_random_part_of_up_to_half() {
        let delays = (Duration::from_millis(100), Duration::from_secs(1));
        let policy = |number: u64| RetryPolicy::new(move || number).delays(delays.0, delays.1);
        assert_eq!(millis(&policy(50_000_000), 1), Some(50));
        assert_eq!(millis(&policy(20_000_000), 1), Some(80));
        assert!((50..=100).contains(&millis(&policy(u64::MAX), 1).unwrap()));
    }

    #[test]
    fn never_sends_anything_but_a_read_again() {
        let policy = RetryPolicy::new(|| 0);
        for effect in [Effect::Purchase, Effect::Termination, Effect::Verification] {
            let error = failed(effect, ErrorKind::Connect("refused".into()));
            assert_eq!(policy.delay_after(1, effect, &error), None, "{effect:?}");
        }
    }

    #[test]
    fn sends_a_read_again_only_if_that_can_help() {
        let policy = RetryPolicy::new(|| 0);
        let again = |kind| policy.delay_after(1, Effect::Read, &failed(Effect::Read, kind)).is_some();
        assert!(again(ErrorKind::Connect("refused".into())));
        assert!(again(ErrorKind::Status(429)));
        assert!(!again(ErrorKind::Status(404)));
        assert!(!again(ErrorKind::Credentials));
        assert!(!again(ErrorKind::TooLarge { limit: 1 }));
    }
}
