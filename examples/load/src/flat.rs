//! Whether something that should stay as it is does.

use crate::spread::median;

/// The median of the second quarter of a series, in which all is warm, and that of the last.
pub(crate) fn quarters(series: &[u64]) -> (u64, u64) {
    let quarter = series.len() / 4;
    let of = |range: std::ops::Range<usize>| median(series.get(range).unwrap_or_default().to_vec());
    (of(quarter..2 * quarter), of(series.len() - quarter..series.len()))
}

/// Whether the last quarter is above the second by no more than a share, in percent, and something on top.
pub(crate) fn is_flat(series: &[u64], percent: u64, on_top: u64) -> bool {
    let (second, last) = quarters(series);
    last <= second + second * percent / 100 + on_top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_noise_for_flat_and_sees_what_grows() {
        let noisy: Vec<u64> = (0..400).map(|n| 50_000 + n * 7919 % 5_000).collect();
        assert!(is_flat(&noisy, 5, 1_000));
        let growing: Vec<u64> = (0..400).map(|n| 50_000 + n * 50).collect();
        assert_eq!(quarters(&growing), (57_500, 67_500));
        assert!(!is_flat(&growing, 5, 1_000));
    }

    #[test]
    fn does_not_mind_how_it_began() {
        let warming: Vec<u64> = (0..400).map(|n| if n < 100 { n * 500 } else { 50_000 }).collect();
        assert!(is_flat(&warming, 0, 0));
    }
}
