//! The one clock of a sandbox.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use jiff::{SignedDuration, Timestamp};

/// The time a sandbox lives in: order dates, issuing delays, certificate validity, ages of domain checks.
///
/// A handle is cheap to clone, and all its clones show the same time. An embedder keeps one and hands a
/// closure over it to its own worker (`let clock = clock.clone(); move || clock.now()`), so that both sides
/// agree about what day it is and ten years can pass within a test.
///
/// # Expected flow
/// [`system`](Self::system) runs with the machine's clock, [`starting_at`](Self::starting_at) does so from another day,
/// [`fixed`](Self::fixed) stands still; each of them moves forward by [`advance`](Self::advance).
///
/// # Guarantees
/// A fixed clock moves by `advance` alone. Time never leaves the range of [`Timestamp`]: an advance past its
/// end is refused and changes nothing.
///
/// # Caveats
/// Time-outs of look-ups and the delays of fault plans are real time: they are about the network, not about
/// the calendar.
#[derive(Clone)]
pub struct SandboxClock {
    shared: Arc<Shared>,
}

struct Shared {
    base: Base,
    offset: Mutex<SignedDuration>,
}

#[derive(Clone, Copy)]
enum Base {
    System,
    Fixed(Timestamp),
}

impl SandboxClock {
    /// Follows the machine's clock, from now on.
    pub fn system() -> Self {
        Self::new(Base::System)
    }

    /// Stands still at `start` until it is advanced.
    pub fn fixed(start: Timestamp) -> Self {
        Self::new(Base::Fixed(start))
    }

    /// Runs with the machine's clock, but begins at `start`: a shop with a past, for instance.
    pub fn starting_at(start: Timestamp) -> Self {
        let offset = start.duration_since(Base::System.now());
        Self { shared: Arc::new(Shared { base: Base::System, offset: Mutex::new(offset) }) }
    }

    fn new(base: Base) -> Self {
        Self { shared: Arc::new(Shared { base, offset: Mutex::new(SignedDuration::ZERO) }) }
    }

    /// What time it is in the sandbox.
    pub fn now(&self) -> Timestamp {
        let offset = *self.shared.offset.lock().unwrap_or_else(PoisonError::into_inner);
        let base = self.shared.base.now();
        // `advance` checked the sum; only a machine clock that runs off the calendar could overflow it.
        base.checked_add(offset).unwrap_or(base)
    }

    /// Lets time pass, and returns the new time.
    pub fn advance(&self, by: SignedDuration) -> Result<Timestamp, ClockError> {
        if by.is_negative() {
            return Err(ClockError::Backwards);
        }
        let mut offset = self.shared.offset.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = offset.checked_add(by).ok_or(ClockError::OutOfRange)?;
        let now = self.shared.base.now().checked_add(moved).map_err(|_| ClockError::OutOfRange)?;
        *offset = moved;
        Ok(now)
    }
}

impl Default for SandboxClock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for SandboxClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SandboxClock").field(&self.now()).finish()
    }
}

impl Base {
    fn now(self) -> Timestamp {
        match self {
            // The only place of the crate that reads the machine's clock. Milliseconds are as fine as the
            // services tell time that others' SOAP clients are used to.
            Self::System => Timestamp::try_from(SystemTime::now())
                .and_then(|now| Timestamp::from_millisecond(now.as_millisecond()))
                .unwrap_or(Timestamp::MAX),
            Self::Fixed(at) => at,
        }
    }
}

/// Why a [`SandboxClock`] did not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClockError {
    /// Time only passes forward: certificates issued tomorrow can't be taken back.
    #[error("the clock cannot go backwards")]
    Backwards,
    /// The sum lies past the last instant that the calendar knows.
    #[error("the clock cannot go past the end of the calendar")]
    OutOfRange,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_fixed_clock_moves_only_when_advanced_and_its_clones_follow() {
        let clock = SandboxClock::fixed(start());
        let other = clock.clone();
        assert_eq!(clock.now(), start());
        clock.advance(SignedDuration::from_hours(24)).unwrap();
        assert_eq!(other.now(), "2026-11-22T12:00:00Z".parse().unwrap());
    }

    #[test]
    fn refuses_to_go_backwards_or_off_the_calendar_and_stays() {
        let clock = SandboxClock::fixed(start());
        assert_eq!(clock.advance(SignedDuration::from_secs(-1)), Err(ClockError::Backwards));
        assert_eq!(clock.advance(SignedDuration::MAX), Err(ClockError::OutOfRange));
        assert_eq!(clock.now(), start());
    }

    #[test]
    fn a_system_clock_keeps_its_offset() {
        let clock = SandboxClock::system();
        let before = clock.now();
        clock.advance(SignedDuration::from_hours(1000)).unwrap();
        assert!(clock.now().duration_since(before) >= SignedDuration::from_hours(1000));
    }
}
