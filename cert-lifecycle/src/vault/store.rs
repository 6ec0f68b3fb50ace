//! Where encrypted keys lie.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use super::PassphraseId;
use crate::store::to_the_millisecond;

/// A port to whatever holds encrypted keys.
///
/// # Guarantees that an implementation gives
/// Each operation is atomic. What was put is durable when the call returns. A key is never overwritten by another: what
/// stands under a hash stays, but for [`re_encrypt`](Self::re_encrypt), which takes the place of nothing but what its caller
/// has read. What was deleted comes back from no read; whether it also leaves backups is the operator's concern. Times are
/// kept to the millisecond.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Puts a key where none is, or says what is there.
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError>;

    /// The key of that hash.
    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError>;

    /// Puts another encryption in the place of one that is still exactly as it was seen, and says whether it did. The hash, and
    /// since when the key is kept, stay as they are; if anything else stands there, or nothing, nothing is changed.
    ///
    /// That both hold the same key is for the caller to see to: no store can tell.
    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError>;

    /// Deletes the key of that hash, and says whether it was this call that did.
    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError>;

    /// All keys, without their contents, in the order of their hashes.
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

/// A key's new encryption.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "vaults make it, and stores take it apart")]
pub struct Encryption {
    /// The passphrase that the key is encrypted with.
    pub passphrase_id: PassphraseId,
    /// PKCS#8 under PBES2, in PEM.
    pub encrypted_pem: String,
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encryption").field("passphrase_id", &self.passphrase_id).finish_non_exhaustive()
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
    /// The passphrase that it is encrypted with.
    pub passphrase_id: PassphraseId,
    /// Since when it is kept.
    pub kept_at: Timestamp,
}

impl From<&StoredKey> for KeySummary {
    fn from(key: &StoredKey) -> Self {
        Self { hash: key.hash, passphrase_id: key.passphrase_id.clone(), kept_at: key.kept_at }
    }
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
        let kept_at = to_the_millisecond(key.kept_at);
        keys.insert(*key.hash.as_bytes(), StoredKey { kept_at, ..key });
        Ok(KeyPut::Put)
    }

    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        Ok(self.lock().get(hash.as_bytes()).cloned())
    }

    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        let mut keys = self.lock();
        let Some(there) = keys.get_mut(seen.hash.as_bytes()).filter(|there| *there == seen) else {
            return Ok(false);
        };
        let Encryption { passphrase_id, encrypted_pem } = by;
        *there = StoredKey { passphrase_id, encrypted_pem, ..seen.clone() };
        Ok(true)
    }

    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        Ok(self.lock().remove(hash.as_bytes()).is_some())
    }

    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        Ok(self.lock().values().map(KeySummary::from).collect())
    }
}
