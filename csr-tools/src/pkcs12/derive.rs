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

/// Counts the digests that a file asks for, all in all. One of SHA-384 or SHA-512 takes as long as three.
pub(super) struct Budget(u32);

impl Budget {
    pub(super) fn new() -> Self {
        Self(8 * Pkcs12::MAX_ITERATIONS)
    }

    /// Allows a part so many iterations, each of so many digests.
    pub(super) fn spend(&mut self, iterations: u32, digests: u32) -> Result<(), Pkcs12Error> {
        let left = self.0.checked_sub(iterations.saturating_mul(digests));
        self.0 =
            left.filter(|_| iterations <= Pkcs12::MAX_ITERATIONS).ok_or(Pkcs12Error::TooManyIterations)?;
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

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// The test vectors that went round when PKCS#12 was new; BouncyCastle and others have them too.
    #[test]
    fn derives_what_others_derive() {
        let salt = [0x0a, 0x58, 0xcf, 0x64, 0x53, 0x0d, 0x82, 0x3f];
        let key = derived(Use::Key, "smeg", &salt, 1, 24);
        assert_eq!(hex(&key), "8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3");
        let iv = derived(Use::InitializationVector, "smeg", &salt, 1, 8);
        assert_eq!(hex(&iv), "79993DFE048D3B76");
        let salt = [0x05, 0xde, 0xc9, 0x59, 0xac, 0xff, 0x72, 0xf7];
        let key = derived(Use::Key, "queeg", &salt, 1000, 24);
        assert_eq!(hex(&key), "ED2034E36328830FF09DF1E1A07DD357185DAC0D4F9EB3D4");
        let salt = [0x3d, 0x83, 0xc0, 0xe4, 0x54, 0x6a, 0xc1, 0x40];
        let mac = derived(Use::Mac, "smeg", &salt, 1, 20);
        assert_eq!(hex(&mac), "8D967D88F6CAA9D714800AB3D48051D63F73A312");
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
