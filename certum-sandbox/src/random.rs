//! Randomness from a seed.

use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// All randomness of a sandbox except its keys: verification codes, order identifiers, serial numbers,
/// approval links, the dice of fault plans.
///
/// One seed and one order of calls give one history. Each purpose draws from a stream of its own, so that a
/// fault plan changes which calls fail, not which codes are given out.
pub(crate) struct Randomness {
    streams: [Mutex<ChaCha20Rng>; 4],
}

/// What the drawn bytes are for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Verification codes and approval links.
    Codes = 0,
    /// Identifiers of orders that came without one.
    Orders = 1,
    /// Serial numbers of certificates.
    Serials = 2,
    /// Whether a fault with a probability strikes.
    Faults = 3,
}

impl Randomness {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let stream = |purpose: Purpose| {
            let mut rng = ChaCha20Rng::seed_from_u64(seed);
            rng.set_stream(purpose as u64);
            Mutex::new(rng)
        };
        Self {
            streams: [
                stream(Purpose::Codes),
                stream(Purpose::Orders),
                stream(Purpose::Serials),
                stream(Purpose::Faults),
            ],
        }
    }

    fn fill(&self, purpose: Purpose, bytes: &mut [u8]) {
        if let Some(stream) = self.streams.get(purpose as usize) {
            stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
        }
    }

    pub(crate) fn bytes<const N: usize>(&self, purpose: Purpose) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(purpose, &mut bytes);
        bytes
    }

    /// Lower-case hexadecimal digits, two for each of `N` bytes.
    pub(crate) fn hex<const N: usize>(&self, purpose: Purpose) -> String {
        to_hex(&self.bytes::<N>(purpose))
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn fraction(&self, purpose: Purpose) -> f64 {
        // 53 bits are what an f64 holds exactly.
        let bits = u64::from_le_bytes(self.bytes(purpose)) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_history_whatever_other_purposes_draw() {
        let (one, two) = (Randomness::from_seed(7), Randomness::from_seed(7));
        one.fraction(Purpose::Faults);
        assert_eq!(one.hex::<32>(Purpose::Codes), two.hex::<32>(Purpose::Codes));
        assert_ne!(one.hex::<32>(Purpose::Codes), Randomness::from_seed(8).hex::<32>(Purpose::Codes));
        assert_ne!(two.hex::<8>(Purpose::Orders), two.hex::<8>(Purpose::Orders));
    }

    #[test]
    fn fractions_stay_below_one() {
        let random = Randomness::from_seed(1);
        assert!((0..1000).map(|_| random.fraction(Purpose::Faults)).all(|f| (0.0..1.0).contains(&f)));
    }

    #[test]
    fn writes_hex_in_lower_case() {
        assert_eq!(to_hex(&[0, 15, 171]), "000fab");
    }
}
