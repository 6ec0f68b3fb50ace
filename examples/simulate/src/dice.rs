//! Dice that fall the same way for the same seed.

use jiff::SignedDuration;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What dice are for: each purpose has dice of its own, so that one more throw here changes nothing there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// What a customer is like, and does.
    Life = 1,
    /// What befalls the calls for a service.
    Calls = 2,
    /// Which of those who work at the same time goes on.
    Turns = 3,
    /// At which border a worker dies.
    Deaths = 4,
    /// What befalls the store.
    Store = 5,
    /// Outages and the like.
    Weather = 6,
    /// Officers of the CA.
    Officers = 7,
    /// What befalls the host and name servers.
    Around = 8,
    /// How fast time goes.
    Pace = 9,
    /// What the lifecycle takes for randomness.
    Entropy = 10,
    /// What the CA takes for randomness.
    Authority = 11,
}

/// A sequence of throws.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of a service, or of a shop, for a purpose.
    pub(crate) fn new(seed: u64, purpose: Purpose, number: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((purpose as u64) << 32 | u64::from(number));
        Self(rng)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    /// A number below `limit`, and 0 below 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        // No more than one in 2^32 is favoured: nobody minds here.
        let wide = u128::from(self.bits()) * u128::from(limit);
        (wide >> 64) as u64
    }

    /// A number from `from` to `to`, both among them.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    /// True so many times in a million.
    pub(crate) fn ppm(&mut self, millionths: u64) -> bool {
        self.below(1_000_000) < millionths
    }

    /// True so many times in a hundred.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.ppm(percent * 10_000)
    }

    pub(crate) fn seconds(&mut self, from: i64, to: i64) -> SignedDuration {
        SignedDuration::from_secs(self.between(from.unsigned_abs(), to.unsigned_abs()).cast_signed())
    }

    pub(crate) fn minutes(&mut self, from: i64, to: i64) -> SignedDuration {
        self.seconds(from * 60, to * 60)
    }

    pub(crate) fn hours(&mut self, from: i64, to: i64) -> SignedDuration {
        self.minutes(from * 60, to * 60)
    }

    pub(crate) fn days(&mut self, from: i64, to: i64) -> SignedDuration {
        self.hours(from * 24, to * 24)
    }

    /// One of several, by their weights.
    pub(crate) fn weighted<T: Copy>(&mut self, choices: &[(u64, T)]) -> Option<T> {
        let sum = choices.iter().map(|(weight, _)| weight).sum();
        let mut throw = self.below(sum);
        for (weight, choice) in choices {
            if throw < *weight {
                return Some(*choice);
            }
            throw -= weight;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fall_the_same_way_for_the_same_seed_alone() {
        let throws = |seed, number| {
            let mut dice = Dice::new(seed, Purpose::Calls, number);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throws(1, 7), throws(1, 7));
        assert_ne!(throws(1, 7), throws(2, 7));
        assert_ne!(throws(1, 7), throws(1, 8));
    }

    #[test]
    fn choose_by_weight() {
        let mut dice = Dice::new(1, Purpose::Life, 0);
        let mut counts = [0_u32; 2];
        for _ in 0..1000 {
            counts[dice.weighted(&[(9, 0_usize), (1, 1)]).unwrap()] += 1;
        }
        assert!(counts[0] > 800 && counts[1] > 50, "{counts:?}");
    }
}
