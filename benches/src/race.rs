//! Several who do the same work, in turn, so that whatever else the machine does falls on all of them alike.

use std::fmt;
use std::time::Duration;

use crate::Outcome;
use crate::record::{Figures, Measured, Unit};

/// How often everybody has a turn. What counts is the median.
const ROUNDS: usize = 11;

/// How long a turn takes, about, unless there is a reason for another.
pub const TURN: Duration = Duration::from_millis(150);

/// Does the work so many times, and tells how long that took.
type Run<'a> = dyn FnMut(u32) -> Outcome<Duration> + 'a;

/// Somebody who takes part.
pub struct Racer<'a> {
    name: &'static str,
    run: Box<Run<'a>>,
}

impl<'a> Racer<'a> {
    /// `run` does the work so many times, and tells how long that took.
    pub fn new(name: &'static str, run: impl FnMut(u32) -> Outcome<Duration> + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }

    /// How it is called in tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Does the work so many times, and tells how long that took.
    ///
    /// # Errors
    /// Whatever the work says.
    pub fn run(&mut self, times: u32) -> Outcome<Duration> {
        (self.run)(times)
    }
}

impl fmt::Debug for Racer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Racer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Runs everybody in turn, for about so long each time.
pub(crate) fn run(work: &str, about: &str, turn: Duration, racers: &mut [Racer<'_>]) -> Outcome<Measured> {
    let mut turns = Vec::new();
    for racer in racers.iter_mut() {
        turns.push(length_of_turn(turn, racer)?);
    }
    let mut figures: Vec<_> = racers.iter().map(|racer| Figures::new(racer.name, Vec::new())).collect();
    for _ in 0..ROUNDS {
        for ((racer, turn), figures) in racers.iter_mut().zip(&turns).zip(&mut figures) {
            figures.rounds.push(racer.run(*turn)?.as_secs_f64() / f64::from(*turn));
        }
    }
    Ok(Measured::new(work, about, Unit::Seconds, figures))
}

/// How many times fill a turn. Finding out warms everything up.
fn length_of_turn(turn: Duration, racer: &mut Racer<'_>) -> Outcome<u32> {
    let mut times = 1;
    loop {
        let took = racer.run(times)?;
        if took >= turn / 4 || times >= 1 << 20 {
            let share = turn.as_secs_f64() / took.as_secs_f64().max(1e-9);
            // Far inside the range of a `u32`, see above.
            return Ok((f64::from(times) * share).clamp(1.0, 1e8) as u32);
        }
        times *= 2;
    }
}
