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
    for round in 0..ROUNDS {
        let mut row: Vec<_> = racers.iter_mut().zip(&turns).zip(&mut figures).collect();
        // Whoever comes after another finds the machine as that one left it: each round begins with the next.
        let first = round % row.len().max(1);
        row.rotate_left(first);
        for ((racer, turn), figures) in row {
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn begins_each_round_with_another_and_gives_everybody_one_turn_in_each() {
        let order = RefCell::new(Vec::new());
        let racer = |name: &'static str, millis: u64| {
            let order = &order;
            Racer::new(name, move |times| {
                order.borrow_mut().push(name);
                Ok(Duration::from_millis(millis) * times)
            })
        };
        let mut racers = [racer("a", 1), racer("b", 2), racer("c", 3)];
        let measured = run("work", "some work", Duration::from_millis(1), &mut racers).unwrap();
        // The first three turns find out how long a turn is.
        let rounds: Vec<_> = order.borrow()[3..].chunks(3).map(<[_]>::concat).collect();
        assert_eq!(
            (rounds.len(), &rounds[..4]),
            (ROUNDS, &["abc", "bca", "cab", "abc"].map(str::to_owned)[..])
        );
        // Figures stay with whom they belong to.
        for (figures, seconds) in measured.figures.iter().zip([0.001, 0.002, 0.003]) {
            assert_eq!(figures.rounds, vec![seconds; ROUNDS], "{}", figures.name);
        }
    }
}
