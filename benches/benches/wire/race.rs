//! Several who do the same work, in turn, so that whatever else the machine does falls on all of them alike.

use std::cmp::Ordering;
use std::time::Duration;

use crate::Outcome;

/// How often everybody has a turn. What counts is the median.
const ROUNDS: usize = 11;
/// How long a turn takes, about, unless there is a reason for another.
pub(crate) const TURN: Duration = Duration::from_millis(150);

/// Somebody who takes part: does the work so many times, and tells how long that took.
pub(crate) struct Racer<'a> {
    pub(crate) name: &'static str,
    /// What is asked of our time beside this one's; `None` for our own.
    pub(crate) target: Option<Target>,
    pub(crate) run: Box<dyn FnMut(u32) -> Outcome<Duration> + 'a>,
}

/// A bound on our time, told by a peer's.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// The peer takes at least so many times ours.
    TheirsOverOurs(f64),
    /// We take at most so many times theirs.
    OursOverTheirs(f64),
}

/// Runs everybody in turn, for about so long each time, and prints what each took and how that compares. The first is our
/// own.
pub(crate) fn race(work: &str, turn: Duration, racers: &mut [Racer<'_>]) -> Outcome<()> {
    let mut turns = Vec::new();
    for racer in racers.iter_mut() {
        turns.push(length_of_turn(turn, racer)?);
    }
    let mut times = vec![Vec::new(); racers.len()];
    for _ in 0..ROUNDS {
        for ((racer, turn), times) in racers.iter_mut().zip(&turns).zip(&mut times) {
            times.push((racer.run)(*turn)?.as_secs_f64() / f64::from(*turn));
        }
    }
    println!("\n{work}");
    let Some(ours) = times.first() else { return Ok(()) };
    for (racer, theirs) in racers.iter().zip(&times) {
        let microseconds = Spread::of(theirs.iter().map(|time| time * 1e6));
        let ratio = |of: fn(f64, f64) -> f64| {
            Spread::of(ours.iter().zip(theirs).map(move |(ours, theirs)| of(*ours, *theirs)))
        };
        let told = match racer.target {
            None => String::new(),
            Some(Target::TheirsOverOurs(least)) => {
                let ratio = ratio(|ours, theirs| theirs / ours);
                format!("{ratio} of our time   at least {least}: {}", verdict(ratio.median >= least))
            }
            Some(Target::OursOverTheirs(most)) => {
                let ratio = ratio(|ours, theirs| ours / theirs);
                format!("we take {ratio} of it   at most {most}: {}", verdict(ratio.median <= most))
            }
        };
        println!("  {:<24}{:>11.1} µs   {told}", racer.name, microseconds.median);
    }
    Ok(())
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// How many times fill a turn. Finding out warms everything up.
fn length_of_turn(turn: Duration, racer: &mut Racer<'_>) -> Outcome<u32> {
    let mut times = 1;
    loop {
        let took = (racer.run)(times)?;
        if took >= turn / 4 || times >= 1 << 20 {
            let share = turn.as_secs_f64() / took.as_secs_f64().max(1e-9);
            // Far inside the range of a `u32`, see above.
            return Ok((f64::from(times) * share).clamp(1.0, 1e8) as u32);
        }
        times *= 2;
    }
}

/// The median of some figures, and their ends.
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal));
        let at = |index: usize| figures.get(index).copied().unwrap_or_default();
        Self { least: at(0), median: at(figures.len() / 2), most: at(figures.len().saturating_sub(1)) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.median, self.least, self.most)
    }
}
