//! Who watches a world, and holds it against what was promised.
//!
//! # Expected flow
//! Each line of what is seen goes to [`Judge::see`], in order; [`Judge::end`] tells what came of it.
//!
//! # Guarantees
//! - The same lines come to the same verdict: nothing else is asked.
//! - What is remembered of a service stays small, however long it lives.
//!
//! # Caveats
//! What had to happen within a time is judged only where that time has passed: what is begun shortly before the end is not.

mod books;
mod coverage;
mod curve;
mod duties;
mod events;
mod excuses;
mod first;
mod life;
mod notices;
#[cfg(test)]
mod tests;
mod times;
mod verdict;
mod waits;

use std::collections::{BTreeMap, HashMap};

use cert_lifecycle::Terms;
use jiff::Timestamp;

use crate::seen::{Deed, Line, Number, Seen};
use duties::{Chore, Duties, Duty};
use life::Life;
use times::Times;
use waits::Part;

pub use curve::{Curve, Month};
pub use verdict::{Breach, Excuse, Excused, Figures, Guarantee, Verdict};

/// How often polling would look at each open order, in minutes: as often as the world's workers read the list of changes.
pub const POLLED_EVERY_MINUTES: u64 = crate::machine::CHANGES_EVERY_MINUTES;

/// Watches the world of one shop.
#[derive(Debug)]
pub struct Judge {
    lives: BTreeMap<Number, Life>,
    court: Court,
    /// Of which services the reading of the books that is going on has told something.
    read: Vec<Number>,
}

/// What the judge knows beside the services.
#[derive(Debug)]
struct Court {
    terms: Terms,
    times: Times,
    duties: Duties,
    verdict: Verdict,
    /// Whose an order is by the names in the books.
    booked: HashMap<u64, Number>,
    /// Whose an order is by the store.
    stored: HashMap<u64, Number>,
    /// Whose a key is, and whether a purchase has a certificate for it.
    keys: HashMap<u64, (Number, bool)>,
}

impl Court {
    fn now(&self) -> Timestamp {
        self.times.now()
    }

    fn breach(&mut self, guarantee: Guarantee, number: Option<Number>, what: impl Into<String>) {
        let (service, at) = (number.map(|number| number.0), self.now());
        self.verdict.breach(Breach { guarantee, service, at, what: what.into() });
    }
}

impl Default for Judge {
    fn default() -> Self {
        Self::new()
    }
}

impl Judge {
    /// A judge who has seen nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let court = Court {
            terms: Terms::default(),
            times: Times::new(),
            duties: Duties::default(),
            verdict: Verdict::default(),
            booked: HashMap::new(),
            stored: HashMap::new(),
            keys: HashMap::new(),
        };
        Self { lives: BTreeMap::new(), court, read: Vec::new() }
    }

    /// Sees what happens next.
    pub fn see(&mut self, line: &Line<'_>) {
        self.court.times.go_on(line.at);
        if !matches!(line.seen, Seen::Booked { .. }) {
            self.close_books();
        }
        self.look_around();
        if self.court.times.is_stuck() {
            self.court.breach(Guarantee::TurnsEnd, None, "workers have run for days, and no turn has ended");
        }
        match &line.seen {
            Seen::Begun { terms } => {
                self.court.terms = (*terms).clone();
                self.court.verdict.curve = Curve::begin(line.at);
            }
            Seen::Wanted { number, wish } => {
                let figures = &mut self.court.verdict.figures;
                figures.services += 1;
                *figures.sorts.entry(wish.sort).or_default() += 1;
                self.lives.insert(*number, Life::new(*number, wish));
            }
            Seen::Stored { number, version, events } => {
                self.court.verdict.figures.events += u64::try_from(events.len()).unwrap_or_default();
                if let Some(life) = self.lives.get_mut(number) {
                    events::stored(&mut self.court, life, *version, events);
                }
            }
            Seen::Booked { number, order } => self.booked(*number, order),
            Seen::Told { number, fact } => {
                if let Some(life) = self.lives.get_mut(number) {
                    notices::told(&mut self.court, life, fact);
                }
            }
            Seen::Done { number, deed } => {
                if let Some(life) = self.lives.get_mut(number) {
                    done(&mut self.court, life, deed);
                }
            }
            Seen::Called { operation, fault, is_carried_out: _ } => self.called(line.at, operation, *fault),
            Seen::Reachable(is_reachable) => self.court.times.reach(*is_reachable),
            Seen::Working(is_working) => self.court.times.work(*is_working),
            Seen::Ticked => self.ticked(),
            Seen::Over { number } => {
                self.settle();
                if let Some(mut life) = self.lives.remove(number) {
                    let now = self.court.now();
                    coverage::end(&mut self.court, &mut life, now);
                    first::count(&mut self.court, &life);
                }
            }
        }
    }

    /// What came of it all.
    #[must_use]
    pub fn end(mut self) -> Verdict {
        self.close_books();
        self.look_around();
        self.settle();
        let now = self.court.now();
        for life in self.lives.values_mut() {
            coverage::end(&mut self.court, life, now);
            first::count(&mut self.court, life);
        }
        self.court.verdict
    }

    fn booked(&mut self, number: Option<Number>, order: &crate::seen::BookedOrder) {
        let life = number.and_then(|number| self.lives.get_mut(&number));
        let Some(life) = life else {
            let what = format!("order {} is nobody's", order.order_id);
            self.court.breach(Guarantee::NoOrderLost, number, what);
            return;
        };
        books::booked(&mut self.court, life, order);
        if self.read.last() != Some(&life.number) {
            self.read.push(life.number);
        }
    }

    /// A reading of the books is at its end: what it told is judged together.
    fn close_books(&mut self) {
        for number in std::mem::take(&mut self.read) {
            if let Some(life) = self.lives.get_mut(&number) {
                books::close(&mut self.court, life);
            }
        }
    }

    /// Looks at whatever has become due by the clock.
    fn look_around(&mut self) {
        while let Some((at, number, chore)) = self.court.duties.planned(self.court.times.now()) {
            let Some(life) = self.lives.get_mut(&number) else { continue };
            match chore {
                Chore::Cover => coverage::look(&mut self.court, life, at),
                Chore::Revoke { serial } => books::revoked(&mut self.court, life, serial),
                chore => events::falls_due(&mut self.court, life, chore),
            }
        }
    }

    fn called(&mut self, at: Timestamp, operation: &str, fault: Option<&'static str>) {
        let Verdict { figures, curve, .. } = &mut self.court.verdict;
        match figures.calls.get_mut(operation) {
            Some(calls) => *calls += 1,
            None => {
                figures.calls.insert(operation.to_owned(), 1);
            }
        }
        if let Some(fault) = fault {
            *figures.faults.entry(fault).or_default() += 1;
        }
        curve.call(at);
    }

    /// Everybody has worked: what is not done by now is late.
    fn ticked(&mut self) {
        self.court.times.tick();
        self.court.verdict.figures.ticks += 1;
        self.settle();
    }

    /// What has to happen and was not done in its time, with turns enough, is late.
    fn settle(&mut self) {
        let court = &mut self.court;
        for (number, id) in court.duties.due(&court.times) {
            let Some(life) = self.lives.get_mut(&number) else { continue };
            let Some(late) = court.duties.overdue(life, id, &court.times) else { continue };
            let (guarantee, what) = late.duty.breach();
            life.missed += u32::from(matches!(late.duty, Duty::Tell { .. }));
            court.breach(guarantee, Some(number), format!("{what}, since {}", late.since));
        }
    }
}

/// People did something.
fn done(court: &mut Court, life: &mut Life, deed: &Deed) {
    let now = court.now();
    let cycle = &mut life.cycle;
    match deed {
        Deed::Configured => cycle.waits.end(&[Part::Form, Part::Request], now),
        Deed::Paid { .. } => life.payments_told += 1,
        Deed::Proved => {
            cycle.proved = Some(now);
            cycle.waits.end(&[Part::Proof], now);
            first::look(court, life);
        }
        Deed::BroughtRequest => cycle.waits.end(&[Part::Request], now),
        Deed::OfficersDone => cycle.officers_done = Some(now),
        Deed::RejectedByAuthority => cycle.rejected = Some(now),
        // What these come to is in the store's events and in the books.
        _ => {}
    }
}
