//! What opens the vault, and where it comes from.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::{Entropy, EntropyError};

/// A port to whatever holds the vault's passphrases: a secret manager, a file, an HSM's PIN.
///
/// # Expected flow
/// Keys are kept under the [current](Self::current) passphrase, and remember its identifier. For a rotation,
/// another becomes the current one, and the former stays known [by its identifier](Self::by_id) until
/// [`KeyVault::re_encrypt`](super::KeyVault::re_encrypt) has left no key under it.
#[async_trait]
pub trait Passphrases: Send + Sync {
    /// The one for keys that are kept from now on.
    async fn current(&self) -> Result<(PassphraseId, Passphrase), PassphraseError>;

    /// The one that a key was kept under.
    async fn by_id(&self, id: &PassphraseId) -> Result<Passphrase, PassphraseError>;
}

/// Which passphrase: a name that is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PassphraseId(String);

impl PassphraseId {
    /// A name for a passphrase.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A passphrase: wiped when it is dropped, and never shown.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// The fewest bytes: 128 bits, if they are random. People's passphrases need more.
    pub const MIN_LENGTH: usize = 16;

    /// Takes a passphrase.
    ///
    /// # Errors
    /// If it has fewer than [`MIN_LENGTH`](Self::MIN_LENGTH) bytes.
    pub fn new(passphrase: impl Into<Vec<u8>>) -> Result<Self, WeakPassphrase> {
        let passphrase = Zeroizing::new(passphrase.into());
        if passphrase.len() < Self::MIN_LENGTH { Err(WeakPassphrase(())) } else { Ok(Self(passphrase)) }
    }

    /// Makes one up: 256 random bits, for keys that nobody is to read once the program has ended.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new(vec![0; 32]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// A passphrase that is too short to protect anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a passphrase has at least {} bytes", Passphrase::MIN_LENGTH)]
pub struct WeakPassphrase(());

/// The passphrase was not to be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PassphraseError {
    /// There is none of that name.
    #[error("no passphrase is known as {:?}", .0.as_str())]
    Unknown(PassphraseId),
    /// Whatever holds it could not be asked.
    #[error("the holder of the passphrases can't be asked")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
}

/// One passphrase for all keys, without rotation.
#[derive(Clone, Debug)]
pub struct SinglePassphrase {
    id: PassphraseId,
    passphrase: Passphrase,
}

impl SinglePassphrase {
    /// A passphrase and its name.
    #[must_use]
    pub fn new(id: PassphraseId, passphrase: Passphrase) -> Self {
        Self { id, passphrase }
    }
}

#[async_trait]
impl Passphrases for SinglePassphrase {
    async fn current(&self) -> Result<(PassphraseId, Passphrase), PassphraseError> {
        Ok((self.id.clone(), self.passphrase.clone()))
    }

    async fn by_id(&self, id: &PassphraseId) -> Result<Passphrase, PassphraseError> {
        if *id == self.id { Ok(self.passphrase.clone()) } else { Err(PassphraseError::Unknown(id.clone())) }
    }
}
