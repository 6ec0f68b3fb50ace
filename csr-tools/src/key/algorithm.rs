//! The kinds of key that this crate makes.

use std::fmt;
use std::str::FromStr;

/// A kind of private key that can be generated and loaded.
///
/// ```
/// use csr_tools::KeyAlgorithm;
///
/// let algorithm: KeyAlgorithm = "ec-p256".parse()?;
/// assert_eq!(algorithm, KeyAlgorithm::EcdsaP256);
/// assert_eq!(KeyAlgorithm::Rsa2048.to_string(), "rsa-2048");
/// # Ok::<_, csr_tools::UnknownKeyAlgorithm>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyAlgorithm {
    /// ECDSA on the curve P-256: small, and made in microseconds.
    #[default]
    EcdsaP256,
    /// ECDSA on the curve P-384, where rules ask for it.
    EcdsaP384,
    /// RSA with a modulus of 2048 bits: the shortest that CAs accept, for servers that know no elliptic
    /// curves.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits. It takes the better part of a second to make.
    Rsa4096,
}

impl KeyAlgorithm {
    /// Every algorithm, for menus and messages.
    pub const ALL: &[Self] = &[Self::EcdsaP256, Self::EcdsaP384, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// The name that [`FromStr`] reads.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcdsaP256 => "ec-p256",
            Self::EcdsaP384 => "ec-p384",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa3072 => "rsa-3072",
            Self::Rsa4096 => "rsa-4096",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownKeyAlgorithm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.as_str() == name).ok_or(UnknownKeyAlgorithm(()))
    }
}

/// A name that is no [`KeyAlgorithm`]'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKeyAlgorithm(());

impl fmt::Display for UnknownKeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown key algorithm: expected one of")?;
        for (index, algorithm) in KeyAlgorithm::ALL.iter().enumerate() {
            write!(f, "{} {algorithm}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl std::error::Error for UnknownKeyAlgorithm {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(*algorithm));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = "dsa".parse::<KeyAlgorithm>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown key algorithm: expected one of ec-p256, ec-p384, rsa-2048, rsa-3072, rsa-4096"
        );
    }
}
