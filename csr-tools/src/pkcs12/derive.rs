//! The key derivation of RFC 7292 §B, for the MAC of both forms and the encryption of the older one.

use aws_lc_rs::digest::{self, Algorithm, Context};
use zeroize::Zeroizing;

use super::{Pkcs12, Pkcs12Error};

/// What the bytes are for (RFC 7292 §B.3).
#[derive(Clone, Copy)]
pub(super) enum Use {
    Key = 1,
    InitializationVector = 2,
    Mac = 3,
}

/// Counts the iterations that a file asks for, all in all.
pub(super) struct Budget(u32);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Pkcs12::MAX_ITERATIONS)
    }

    pub(super) fn spend(&mut self, iterations: u32) -> Result<(), Pkcs12Error> {
        self.0 = self.0.checked_sub(iterations).ok_or(Pkcs12Error::TooManyIterations)?;
        Ok(())
    }
}

/// A password as this derivation takes it: in UTF-16, big-endian, with a zero at the end (RFC 7292 §B.1).
pub(super) fn wide_password(password: &str) -> Zeroizing<Vec<u8>> {
    let mut wide = Zeroizing::new(Vec::with_capacity(2 * password.len() + 2));
    wide.extend(password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes));
    wide
}

/// Fills `output` from a password, which is in the form of [`wide_password`].
pub(super) fn derive(
    algorithm: &'static Algorithm,
    purpose: Use,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    output: &mut [u8],
) {
    let block = algorithm.block_len();
    let diversifier = vec![purpose as u8; block];
    let mut input = Zeroizing::new(Vec::with_capacity(
        salt.len().next_multiple_of(block) + password.len().next_multiple_of(block),
    ));
    for part in [salt, password] {
        input.extend(part.iter().cycle().take(part.len().next_multiple_of(block)));
    }

    let mut pieces = output.chunks_mut(algorithm.output_len()).peekable();
    while let Some(piece) = pieces.next() {
        let mut context = Context::new(algorithm);
        context.update(&diversifier);
        context.update(&input);
        let mut hash = context.finish();
        for _ in 1..iterations {
            hash = digest::digest(algorithm, hash.as_ref());
        }
        piece.copy_from_slice(&hash.as_ref()[..piece.len()]);
        if pieces.peek().is_some() {
            let addend: Vec<u8> = hash.as_ref().iter().copied().cycle().take(block).collect();
            input.chunks_mut(block).for_each(|number| add_and_one(number, &addend));
        }
    }
}

/// Adds two big-endian numbers of the same length and one, leaving out what overflows.
fn add_and_one(number: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (digit, addend) in number.iter_mut().zip(addend).rev() {
        let sum = u16::from(*digit) + u16::from(*addend) + carry;
        [_, *digit] = sum.to_be_bytes();
        carry = sum >> 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(purpose: Use, password: &str, salt: &[u8], iterations: u32, length: usize) -> Vec<u8> {
        let mut output = vec![0; length];
        let algorithm = &digest::SHA1_FOR_LEGACY_USE_ONLY;
        derive(algorithm, purpose, &wide_password(password), salt, iterations, &mut output);
        output
    }

    /// What Python's `cryptography` shows of OpenSSL's own derivation is in `tests/corpus`; these cases stand
    /// for a length beyond one digest, and for the three uses differing.
    #[test]
    fn pieces_are_chained_and_uses_differ() {
        let salt = [1, 2, 3, 4, 5, 6, 7, 8];
        let long = derived(Use::Key, "smeg", &salt, 1, 24);
        assert_eq!(derived(Use::Key, "smeg", &salt, 1, 20), long[..20]);
        assert_ne!(long[20..], long[..4]);
        assert_ne!(derived(Use::InitializationVector, "smeg", &salt, 1, 8), long[..8]);
        assert_ne!(derived(Use::Mac, "smeg", &salt, 1, 20), long[..20]);
    }

    #[test]
    fn adds_with_carry_and_drops_the_overflow() {
        let mut number = [0xff, 0xff, 0xfe];
        add_and_one(&mut number, &[0, 0, 1]);
        assert_eq!(number, [0, 0, 0]);
    }

    #[test]
    fn an_empty_password_is_a_zero() {
        assert_eq!(*wide_password(""), [0, 0]);
        assert_eq!(*wide_password("aż"), [0, b'a', 0x01, 0x7c, 0, 0]);
    }
}
