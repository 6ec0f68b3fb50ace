//! Whether something that should stay as it is does.

use crate::Outcome;
use crate::spread::median;

/// What a series came to: the median of its second quarter, in which all is warm, and that of the last.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Quarters {
    pub(crate) second: u64,
    pub(crate) last: u64,
}

impl Quarters {
    /// An error if there is nothing in a quarter: what nobody looked at would stay as it is.
    pub(crate) fn of(series: &[u64]) -> Outcome<Self> {
        let quarter = series.len() / 4;
        if quarter == 0 {
            return Err(format!("only {} samples: too short to say what grows", series.len()).into());
        }
        let of = |range: std::ops::Range<usize>| median(series.get(range).unwrap_or_default().to_vec());
        Ok(Self { second: of(quarter..2 * quarter), last: of(series.len() - quarter..series.len()) })
    }

    /// Whether the last quarter is above the second by no more than a share, in percent, and something on top.
    pub(crate) fn is_flat(&self, percent: u64, on_top: u64) -> bool {
        self.last <= self.second + self.second * percent / 100 + on_top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_noise_for_flat_and_sees_what_grows() {
        let noisy: Vec<u64> = (0..400).map(|n| 50_000 + n * 7919 % 5_000).collect();
        assert!(Quarters::of(&noisy).unwrap().is_flat(5, 1_000));
        let growing: Vec<u64> = (0..400).map(|n| 50_000 + n * 50).collect();
        let growing = Quarters::of(&growing).unwrap();
        assert_eq!(growing, Quarters { second: 57_500, last: 67_500 });
        assert!(!growing.is_flat(5, 1_000));
    }

    #[test]
    fn does_not_mind_how_it_began() {
        let warming: Vec<u64> = (0..400).map(|n| if n < 100 { n * 500 } else { 50_000 }).collect();
        assert!(Quarters::of(&warming).unwrap().is_flat(0, 0));
    }

    #[test]
    fn says_nothing_of_fewer_samples_than_quarters() {
        assert_eq!(Quarters::of(&[1, 2, 3, 4]).unwrap(), Quarters { second: 2, last: 4 });
        for series in [&[][..], &[1, 2, 3]] {
            assert!(Quarters::of(series).unwrap_err().to_string().contains("too short"), "{series:?}");
        }
    }
}
