//! Many measurements in few numbers.

use std::fmt;

/// Durations in microseconds, from the shortest to the longest.
pub(crate) struct Spread(Vec<u64>);

impl Spread {
    pub(crate) fn new(mut micros: Vec<u64>) -> Self {
        micros.sort_unstable();
        Self(micros)
    }

    /// What so many of a hundred stay below.
    fn percentile(&self, percent: usize) -> f64 {
        let position = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        // Whole microseconds of less than centuries: exact.
        self.0.get(position).map_or(0.0, |micros| *micros as f64 / 1000.0)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, longest] = [50, 99, 100].map(|percent| self.percentile(percent));
        write!(f, "p50 {median:.1} ms, p99 {most:.1} ms, longest {longest:.1} ms")
    }
}

/// The middle one of some numbers; 0 of none.
pub(crate) fn median(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_half_and_nearly_all_stay_below() {
        let spread = Spread::new((1..=1000).rev().map(|millis| millis * 1000).collect());
        assert_eq!(spread.to_string(), "p50 501.0 ms, p99 991.0 ms, longest 1000.0 ms");
        assert_eq!(median(vec![9, 1, 5]), 5);
    }
}
