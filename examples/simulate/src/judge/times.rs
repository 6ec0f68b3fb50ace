//! What time counts: that in which workers ran, and that in which the CA could be reached besides.

use std::collections::VecDeque;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A day.
pub(super) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// From when until when something lasts.
pub(super) type Span = (Timestamp, Timestamp);

/// Which time counts for a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    /// That in which workers ran.
    Worked,
    /// That in which workers ran, and the CA could be reached.
    Good,
}

/// The time that has passed, and how much of it counts.
#[derive(Debug)]
pub(super) struct Times {
    now: Timestamp,
    is_reachable: bool,
    is_working: bool,
    /// Since when a worker has nothing to do with the CA, if that is so.
    bad_since: Option<Timestamp>,
    /// Such times of the last weeks, oldest first.
    bad: VecDeque<Span>,
    worked: SignedDuration,
    good: SignedDuration,
    ticks: u64,
    /// How much time workers had run when a turn ended last.
    worked_at_tick: SignedDuration,
}

impl Times {
    /// How far back is remembered what time was bad.
    const MEMORY: SignedDuration = SignedDuration::from_hours(60 * 24);
    /// How long workers run at most until a turn ends in which none has died.
    const LONGEST_TURN: SignedDuration = SignedDuration::from_hours(3 * 24);

    pub(super) fn new() -> Self {
        Self {
            now: Timestamp::MIN,
            is_reachable: true,
            is_working: true,
            bad_since: None,
            bad: VecDeque::new(),
            worked: SignedDuration::ZERO,
            good: SignedDuration::ZERO,
            ticks: 0,
            worked_at_tick: SignedDuration::ZERO,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    pub(super) fn ticks(&self) -> u64 {
        self.ticks
    }

    pub(super) fn tick(&mut self) {
        self.ticks += 1;
        self.worked_at_tick = self.worked;
    }

    /// Whether workers have run for days without the end of a turn: said once for such a time.
    pub(super) fn is_stuck(&mut self) -> bool {
        let is_stuck = self.worked - self.worked_at_tick > Self::LONGEST_TURN;
        if is_stuck {
            self.worked_at_tick = self.worked;
        }
        is_stuck
    }

    /// How much time has counted since the beginning.
    pub(super) fn counted(&self, counts: Counts) -> SignedDuration {
        match counts {
            Counts::Worked => self.worked,
            Counts::Good => self.good,
        }
    }

    /// Goes on to a moment. Time that runs backwards stands still.
    pub(super) fn go_on(&mut self, now: Timestamp) {
        if self.now == Timestamp::MIN {
            self.now = now;
        }
        if now <= self.now {
            return;
        }
        let passed = now.duration_since(self.now);
        if self.is_working {
            self.worked += passed;
            if self.is_reachable {
                self.good += passed;
            }
        }
        self.now = now;
    }

    pub(super) fn reach(&mut self, is_reachable: bool) {
        self.is_reachable = is_reachable;
        self.turn();
    }

    pub(super) fn work(&mut self, is_working: bool) {
        self.is_working = is_working;
        self.turn();
    }

    fn turn(&mut self) {
        match (self.bad_since, self.is_reachable && self.is_working) {
            (None, false) => self.bad_since = Some(self.now),
            (Some(since), true) => {
                self.bad_since = None;
                self.bad.push_back((since, self.now));
                while self
                    .bad
                    .front()
                    .is_some_and(|(_, until)| self.now.duration_since(*until) > Self::MEMORY)
                {
                    self.bad.pop_front();
                }
            }
            _ => {}
        }
    }

    /// Which parts of a stretch of time, which is not long ago, were bad.
    pub(super) fn bad_within(&self, from: Timestamp, until: Timestamp) -> Vec<Span> {
        let open = self.bad_since.map(|since| (since, self.now));
        let spans = self.bad.iter().copied().chain(open);
        let parts = spans.map(|(begin, end)| (begin.max(from), end.min(until)));
        parts.filter(|(begin, end)| begin < end).collect()
    }
}

/// The day of a moment, in UTC.
pub(super) fn utc(moment: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(moment).date()
}

/// The start of a day, in UTC.
pub(super) fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

/// A moment later; the end of time if there is none.
pub(super) fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A moment earlier; the beginning of time if there is none.
pub(super) fn earlier(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}
