//! What was found, as it lies in files between a measurement and the table, and how it compares.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::targets::{self, Bound};

/// A line of a file of records.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// The state of things before an area was measured.
    Began(State),
    /// A peer that took part, with its version.
    Peer(String),
    /// A peer that could not take part, with the reason.
    Missing(String),
    /// What was measured.
    Measured(Measured),
    /// The state of things when all of the area had been measured.
    Ended(State),
}

/// When it was, and how busy the machine.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct State {
    /// The time, for people.
    pub at: String,
    /// The load average of the last minute.
    pub load: String,
    /// The state of the sources, as git tells it.
    pub sources: String,
}

impl State {
    /// A state.
    #[must_use]
    pub fn new(at: String, load: String, sources: String) -> Self {
        Self { at, load, sources }
    }
}

/// One work, done by several. The first are our own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Measured {
    /// The name of the work.
    pub work: String,
    /// What it is, for people.
    pub about: String,
    /// What the figures count.
    pub unit: Unit,
    /// Everybody's figures.
    pub figures: Vec<Figures>,
}

/// What figures count.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Time: less is better.
    Seconds,
    /// Memory: less is better.
    Kilobytes,
    /// Work done in a second: not compared.
    PerSecond,
}

/// What one of them took in each round.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Whose they are.
    pub name: String,
    /// The same number for everybody.
    pub rounds: Vec<f64>,
}

impl Figures {
    /// What somebody took in each round.
    #[must_use]
    pub fn new(name: &str, rounds: Vec<f64>) -> Self {
        Self { name: name.to_owned(), rounds }
    }
}

impl Measured {
    /// Figures of everybody, our own first.
    #[must_use]
    pub fn new(work: &str, about: &str, unit: Unit, figures: Vec<Figures>) -> Self {
        Self { work: work.to_owned(), about: about.to_owned(), unit, figures }
    }

    /// Everybody's figures beside ours, in the order in which they had their turns; our own have no ratio.
    #[must_use]
    pub fn compare(&self, area: &str) -> Vec<Comparison> {
        let Some(ours) = self.figures.first() else { return Vec::new() };
        let compare = |(number, theirs): (usize, &Figures)| {
            let bound = targets::bound(area, &self.work, &theirs.name);
            let rounds = ours.rounds.iter().zip(&theirs.rounds);
            let ratios = rounds.map(|(ours, theirs)| match bound {
                Some(Bound::AtMost(_)) => ours / theirs,
                _ => theirs / ours,
            });
            let is_compared = number > 0 && ours.rounds.len() == theirs.rounds.len();
            let figure = Spread::of(theirs.rounds.iter().copied());
            Comparison {
                name: theirs.name.clone(),
                figure: figure.map_or_else(|| "no figure".to_owned(), |spread| self.unit.tell(spread.median)),
                ratio: is_compared.then(|| Spread::of(ratios)).flatten(),
                bound,
            }
        };
        self.figures.iter().enumerate().map(compare).collect()
    }
}

impl Unit {
    fn tell(self, figure: f64) -> String {
        match self {
            Self::Seconds if figure < 1e-3 => format!("{:.2} µs", figure * 1e6),
            Self::Seconds => format!("{:.2} ms", figure * 1e3),
            Self::Kilobytes => format!("{figure:.0} kB"),
            Self::PerSecond => format!("{figure:.0} a second"),
        }
    }
}

/// One of them beside ours.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// Whose figure it is.
    pub name: String,
    /// Its median, for people.
    pub figure: String,
    /// Our figure as a multiple of theirs if the bound is told so, else theirs as a multiple of ours; `None` for ours,
    /// and where there is nothing to compare.
    pub ratio: Option<Spread>,
    /// What is asked of the ratio.
    pub bound: Option<Bound>,
}

impl Comparison {
    /// Whether the bound is met; `None` if there is none, or no ratio.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        let (ratio, bound) = (self.ratio?, self.bound?);
        let [least, median, most] = [ratio.least, ratio.median, ratio.most].map(|ratio| bound.holds(ratio));
        Some(Verdict { met: median, in_every_round: least == median && most == median })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<26}{:>14}", self.name, self.figure)?;
        if let Some(ratio) = self.ratio {
            write!(f, "   {} {ratio}", targets::direction(self.bound))?;
        }
        if let (Some(bound), Some(verdict)) = (self.bound, self.verdict()) {
            write!(f, "   {bound}: {verdict}")?;
        }
        Ok(())
    }
}

/// What became of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    met: bool,
    in_every_round: bool,
}

impl Verdict {
    /// Whether the median meets the bound.
    #[must_use]
    pub fn is_met(self) -> bool {
        self.met
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.met { "met" } else { "MISSED" })?;
        if !self.in_every_round {
            f.write_str(", not in every round")?;
        }
        Ok(())
    }
}

/// The median of some figures, and their ends.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Spread {
    /// The least of them.
    pub least: f64,
    /// The one in the middle.
    pub median: f64,
    /// The most of them.
    pub most: f64,
}

impl Spread {
    /// `None` of no figures at all, and if any is not a number: a bound could be met by what was never measured.
    fn of(figures: impl Iterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.collect();
        if !figures.iter().all(|figure| figure.is_finite()) {
            return None;
        }
        figures.sort_by(f64::total_cmp);
        let (least, median, most) = (figures.first()?, figures.get(figures.len() / 2)?, figures.last()?);
        Some(Self { least: *least, median: *median, most: *most })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2} to {:.2})", self.median, self.least, self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured<const OURS: usize, const THEIRS: usize>(
        ours: [f64; OURS],
        theirs: [f64; THEIRS],
    ) -> Comparison {
        let figures = vec![
            Figures::new("certum-api", ours.to_vec()),
            Figures::new("a POST by reqwest", theirs.to_vec()),
        ];
        let mut compared = Measured::new("call-state", "a call", Unit::Seconds, figures).compare("wire");
        compared.remove(1)
    }

    #[test]
    fn takes_the_median_of_the_rounds_ratios() {
        let compared = measured([1.0, 2.0, 3.0], [1.0, 1.0, 2.5]);
        let ratio = compared.ratio.unwrap();
        assert_eq!((ratio.least, ratio.median, ratio.most), (1.0, 1.2, 2.0));
        assert_eq!(compared.figure, "1000.00 ms");
    }

    #[test]
    fn says_that_a_bound_is_met_by_the_median_alone() {
        let verdict = measured([1.0, 2.0, 3.0], [1.0, 1.0, 2.5]).verdict().unwrap();
        assert_eq!(verdict.to_string(), "met, not in every round");
        let verdict = measured([1.0, 1.2, 1.1], [1.0, 1.0, 1.0]).verdict().unwrap();
        assert_eq!(verdict.to_string(), "met");
    }

    #[test]
    fn makes_no_ratio_of_rounds_that_were_not_measured() {
        let nothing = measured([], []);
        assert!(nothing.ratio.is_none() && nothing.verdict().is_none());
        assert_eq!(nothing.figure, "no figure");
        assert_eq!(nothing.to_string().trim_end(), "a POST by reqwest              no figure");
        assert!(measured([1.0, 1.0], [1.0, 1.0, 1.0]).ratio.is_none(), "a round of theirs has none of ours");
        assert!(measured([0.0], [0.0]).ratio.is_none(), "nothing by nothing");
        assert!(measured([f64::NAN, 1.0, 1.0], [1.0, 1.0, 1.0]).verdict().is_none());
        assert!(measured([1.0], [0.0]).verdict().is_none(), "infinitely much");
    }

    #[test]
    fn says_that_a_bound_is_missed() {
        let verdict = measured([1.4, 1.5, 1.6], [1.0, 1.0, 1.0]).verdict().unwrap();
        assert!(!verdict.is_met());
        assert_eq!(verdict.to_string(), "MISSED");
    }
}
