//! The identity of a key.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;

/// The SHA-256 of a public key's SubjectPublicKeyInfo in DER.
///
/// It identifies a key pair wherever one is meant: a request, the certificate made from it and the private
/// key all have the same hash. It is shown as 64 lower-case hexadecimal digits.
///
/// ```
/// use csr_tools::{KeyAlgorithm, PrivateKey, PublicKeyHash};
///
/// let hash = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?.public_key_hash();
/// assert_eq!(hash.to_string().parse::<PublicKeyHash>()?, hash);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKeyHash([u8; Self::LENGTH]);

impl PublicKeyHash {
    /// Bytes in a hash.
    pub const LENGTH: usize = 32;

    /// Takes a hash that was stored as bytes.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Hashes a SubjectPublicKeyInfo.
    pub(crate) fn of_spki(der: &[u8]) -> Self {
        let digest = digest::digest(&digest::SHA256, der);
        let mut bytes = [0; Self::LENGTH];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for PublicKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKeyHash({self})")
    }
}

impl FromStr for PublicKeyHash {
    type Err = ParsePublicKeyHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(ParsePublicKeyHashError(())) };
        let mut bytes = [0; Self::LENGTH];
        if pairs.len() != bytes.len() {
            return Err(ParsePublicKeyHashError(()));
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                return Err(ParsePublicKeyHashError(()));
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a public key hash has 64 hexadecimal digits")]
pub struct ParsePublicKeyHashError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_shows_in_either_case() {
        let hash = PublicKeyHash::from_bytes(std::array::from_fn(|index| index as u8 * 8));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
        assert_eq!(&hash.to_string()[..6], "000810");
    }

    #[test]
    fn refuses_other_text() {
        let digits = "0".repeat(64);
        for text in ["", &digits[1..], &format!("{digits}00"), &digits.replacen('0', "g", 1), "ż"] {
            assert!(text.parse::<PublicKeyHash>().is_err(), "{text}");
        }
    }
}
