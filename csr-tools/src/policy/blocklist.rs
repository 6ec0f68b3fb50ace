//! Keys that are known to be compromised.

use std::io::{self, BufRead};

use crate::key::PublicKeyHash;

/// The port through which a [`Policy`](crate::Policy) asks whether a key is known to be compromised.
///
/// [`PublicKeyBlocklist`] is the list in memory. A database, or a service that was asked beforehand, can
/// stand here too.
pub trait KeyBlocklist: Send + Sync {
    /// Whether the key with this hash is compromised.
    fn contains(&self, key: &PublicKeyHash) -> bool;
}

/// A list of compromised keys in memory.
///
/// # File format
/// Text in UTF-8, one key in each line: the SHA-256 of its SubjectPublicKeyInfo in DER, as 64 hexadecimal
/// digits in either case. What follows the digits after white space is a remark, such as where the key was
/// found. Blank lines, and lines that start with `#`, are passed over.
///
/// ```
/// use csr_tools::{KeyBlocklist, PublicKeyBlocklist};
///
/// let file = "# keys found in firmware\n\
///     b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9 router, 2026\n";
/// let list = PublicKeyBlocklist::read(file.as_bytes())?;
/// assert_eq!(list.len(), 1);
/// # Ok::<_, csr_tools::BlocklistError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PublicKeyBlocklist(Vec<PublicKeyHash>);

impl PublicKeyBlocklist {
    /// Reads a list.
    ///
    /// # Errors
    /// [`BlocklistError`] with the line. A list that cannot be read whole is not used in part: a key that is
    /// in its rest would pass.
    pub fn read(mut file: impl BufRead) -> Result<Self, BlocklistError> {
        let mut hashes = Vec::new();
        let mut text = String::new();
        for line in 1.. {
            text.clear();
            if file.read_line(&mut text)? == 0 {
                break;
            }
            let Some(first) = text.split_whitespace().next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            hashes.push(first.parse().map_err(|_| BlocklistError::Line { line })?);
        }
        Ok(hashes.into_iter().collect())
    }

    /// How many keys are in it.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<PublicKeyHash> for PublicKeyBlocklist {
    fn from_iter<I: IntoIterator<Item = PublicKeyHash>>(hashes: I) -> Self {
        let mut hashes: Vec<_> = hashes.into_iter().collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }
}

impl KeyBlocklist for PublicKeyBlocklist {
    fn contains(&self, key: &PublicKeyHash) -> bool {
        self.0.binary_search(key).is_ok()
    }
}

/// Why a list of keys could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlocklistError {
    /// The reader failed.
    #[error("the list of keys could not be read")]
    Io(#[from] io::Error),
    /// A line does not start with a hash.
    #[error("line {line} does not start with 64 hexadecimal digits")]
    Line {
        /// Which, the first being 1.
        line: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(byte: u8) -> PublicKeyHash {
        PublicKeyHash::from_bytes([byte; 32])
    }

    #[test]
    fn reads_hashes_and_passes_over_remarks() {
        let text = format!(
            "# list\r\n\r\n{} \t found\n  {}\n{}",
            hash(9),
            hash(1).to_string().to_uppercase(),
            hash(9)
        );
        let list = PublicKeyBlocklist::read(text.as_bytes()).unwrap();
        assert_eq!(list.len(), 2);
        assert!(list.contains(&hash(1)) && list.contains(&hash(9)) && !list.contains(&hash(2)));
    }

    #[test]
    fn refuses_a_list_with_a_line_it_does_not_understand() {
        let text = format!("{}\nnonsense\n", hash(1));
        let error = PublicKeyBlocklist::read(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "line 2 does not start with 64 hexadecimal digits");
    }
}
