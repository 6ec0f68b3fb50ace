//! The algorithms that certificates are signed with.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Finding, Problem};

/// An algorithm that the CA signs a certificate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// RSA with SHA-256.
    #[serde(rename = "RSA-SHA256")]
    RsaSha256,
    /// ECDSA with SHA-256.
    #[serde(rename = "ECC-SHA256")]
    EccSha256,
}

impl HashAlgorithm {
    /// Every algorithm, for menus.
    pub const ALL: &[Self] = &[Self::RsaSha256, Self::EccSha256];

    /// The CA's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RsaSha256 => "RSA-SHA256",
            Self::EccSha256 => "ECC-SHA256",
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for HashAlgorithm {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Self, Finding> {
        let word = text.trim().to_ascii_uppercase();
        let known = Self::ALL.iter().copied().find(|algorithm| algorithm.as_str() == word);
        known.ok_or_else(|| {
            let (code, problem) = match &*word {
                "RSA-SHA1" | "ECC-SHA1" => (2124, Problem::DeadHash),
                _ => (2090, Problem::UnknownHash),
            };
            Finding::new(code, "hashAlgorithm", problem).with_value(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_of_the_ca_and_tells_dead_ones_from_unknown_ones() {
        assert_eq!("ecc-sha256".parse(), Ok(HashAlgorithm::EccSha256));
        let code = |text: &str| text.parse::<HashAlgorithm>().unwrap_err().code;
        assert_eq!((code("RSA-SHA1"), code("MD5")), (2124, 2090));
    }
}
