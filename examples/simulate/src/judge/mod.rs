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
mod certificates;
mod coverage;
mod curve;
mod deeds;
mod duties;
mod events;
mod excuses;
mod first;
mod life;
mod notices;
mod periods;
mod reads;
#[cfg(test)]
mod tests;
mod times;
mod verdict;
mod waits;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cert_lifecycle::Terms;
use jiff::Timestamp;

use crate::seen::{Line, Number, Seen};
use duties::{Chore, Duties, Duty};
use life::Life;
use reads::Reads;
use times::Times;

pub use curve::{Curve, Month};
pub use verdict::{Breach, Excuse, Excused, Figures, Guarantee, Verdict};

/// How often polling would look at each open order, in minutes: as often as the world's workers read the list of changes.
pub const POLLED_EVERY_MINUTES: u64 = crate::machine::CHANGES_EVERY_MINUTES;

/// Watches the world of one shop.
#[derive(Debug)]
pub struct Judge {
    lives: BTreeMap<Number, Life>,
    /// Whose lives are over.
    over: BTreeSet<Number>,
    court: Court,
    /// Of which services the reading of the books that is going on has told something.
    read: Vec<Number>,
}

/// What the judge knows beside the services.
#[derive(Debug)]
struct Court {
    terms: Terms,
    times: Times,
    reads: Reads,
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
            reads: Reads::default(),
            duties: Duties::default(),
            verdict: Verdict::default(),
            booked: HashMap::new(),
            stored: HashMap::new(),
            keys: HashMap::new(),
        };
        Self { lives: BTreeMap::new(), over: BTreeSet::new(), court, read: Vec::new() }
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
                    deeds::done(&mut self.court, life, deed);
                }
            }
            Seen::Called { operation, fault, is_carried_out: _ } => self.called(line.at, operation, *fault),
            Seen::Refused { number } => {
                if let Some(life) = self.lives.get_mut(number) {
                    life.is_refused = true;
                }
            }
            Seen::Reachable(is_reachable) => self.court.times.reach(*is_reachable),
            Seen::Working(is_working) => self.court.times.work(*is_working),
            Seen::Ticked => self.ticked(),
            Seen::Over { number } => {
                self.settle();
                self.over.insert(*number);
                if let Some(mut life) = self.lives.remove(number) {
                    end(&mut self.court, &mut life);
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
        for life in self.lives.values_mut() {
            end(&mut self.court, life);
        }
        self.court.verdict
    }

    fn booked(&mut self, number: Option<Number>, order: &crate::seen::BookedOrder) {
        // What was ordered long ago is revoked at times, when nobody minds any more.
        let is_over = number.is_some_and(|number| self.over.contains(&number));
        if is_over && self.court.booked.contains_key(&life::digest(&order.order_id)) {
            return;
        }
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
                chore => certificates::falls_due(&mut self.court, life, chore),
            }
        }
    }

    fn called(&mut self, at: Timestamp, operation: &str, fault: Option<&'static str>) {
        self.court.reads.called(at, operation);
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

/// No more comes of a service.
fn end(court: &mut Court, life: &mut Life) {
    let now = court.now();
    coverage::end(court, life, now);
    first::count(court, life);
    for order in life.orders.iter().filter(|order| order.is_open()) {
        books::count_polls(court, order);
    }
}
