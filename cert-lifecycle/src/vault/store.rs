//! Where encrypted keys lie.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use super::PassphraseId;

/// A port to whatever holds encrypted keys.
///
/// # Guarantees that an implementation gives
/// Each operation is atomic. What was put is durable when the call returns. Nothing is ever overwritten: there is no
/// operation that could. What was deleted comes back from no read; whether it also leaves backups is the
/// operator's concern.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Puts a key where none is, or says what is there.
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError>;

    /// The key of that hash.
    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError>;

    /// Deletes the key of that hash, and says whether it was this call that did.
    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError>;

    /// All keys, without their contents.
    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError>;
}

/// A key as it is stored. Encrypted as it is, it is not shown either: who has it can try passphrases.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores make it from what they hold")]
pub struct StoredKey {
    /// The hash of its public key, by which it is found.
    pub hash: PublicKeyHash,
    /// The passphrase that it is encrypted with.
    pub passphrase_id: PassphraseId,
    /// Since when it is kept.
    pub kept_at: Timestamp,
    /// PKCS#8 under PBES2, in PEM.
    pub encrypted_pem: String,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey")
            .field("hash", &self.hash)
            .field("passphrase_id", &self.passphrase_id)
            .field("kept_at", &self.kept_at)
            .finish_non_exhaustive()
    }
}

/// What became of a key that was to be put.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it was put, or it was not")]
pub enum KeyPut {
    /// It is there now.
    Put,
    /// This was there already, and still is.
    Occupied(StoredKey),
}

/// That a key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct KeySummary {
    /// The hash of its public key.
    pub hash: PublicKeyHash,
    /// Since when it is kept.
    pub kept_at: Timestamp,
}

/// The store failed. Whether it did what it was asked to is unknown.
#[derive(Debug, thiserror::Error)]
#[error("the store of keys did not answer as it should")]
pub struct KeyStoreError(#[source] Box<dyn StdError + Send + Sync>);

impl KeyStoreError {
    /// Says why. The cause must not quote what was to be stored.
    pub fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Keys in memory: for tests, and for programs that keep nothing. Clones share what they hold.
#[derive(Clone, Debug, Default)]
pub struct MemoryKeyStore {
    keys: Arc<Mutex<BTreeMap<[u8; PublicKeyHash::LENGTH], StoredKey>>>,
}

impl MemoryKeyStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; PublicKeyHash::LENGTH], StoredKey>> {
        // Each change is a single call: one that panicked has left the map whole.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl KeyStore for MemoryKeyStore {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        let mut keys = self.lock();
        if let Some(there) = keys.get(key.hash.as_bytes()) {
            return Ok(KeyPut::Occupied(there.clone()));
        }
        keys.insert(*key.hash.as_bytes(), key);
        Ok(KeyPut::Put)
    }

    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        Ok(self.lock().get(hash.as_bytes()).cloned())
    }

    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        Ok(self.lock().remove(hash.as_bytes()).is_some())
    }

    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        let summary = |key: &StoredKey| KeySummary { hash: key.hash, kept_at: key.kept_at };
        Ok(self.lock().values().map(summary).collect())
    }
}
