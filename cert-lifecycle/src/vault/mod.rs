//! Private keys that the system keeps for its customers: encrypted, or not at all.
//!
//! A [`KeyVault`] stands on two ports: a [`KeyStore`], which holds what is encrypted and never sees a key, and
//! [`Passphrases`], which holds what opens it and should live elsewhere: in a secret manager, or in a file that no
//! backup of the store takes along.
//!
//! # What it protects from
//! - Whoever reads the store, a dump or a backup of it, without the passphrase.
//! - Whoever overwrites by accident: no key is ever put in the place of another.
//! - Whoever reads logs and error messages: nothing here prints a key or a passphrase.
//! - Keys that leave unseen: each use and each departure comes with a record of who asked, and when.
//!
//! # What it does not protect from
//! - Whoever reads the memory of the running program, or has both the store and the passphrase.
//! - Whoever can write to the store: entries can be deleted. One that was exchanged is noticed, since a key that opens
//!   is held against the hash it was asked by.
//! - A weak passphrase. scrypt makes each guess dear, not impossible.
//! - What the customer does with a key that was taken out.

mod passphrase;
mod store;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use csr_tools::{KeyEncryption, KeyError, PrivateKey, PublicKeyHash};
use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::task::spawn_blocking;

pub use self::passphrase::{
    Passphrase, PassphraseError, PassphraseId, Passphrases, SinglePassphrase, WeakPassphrase,
};
pub use self::store::{Encryption, KeyPut, KeyStore, KeyStoreError, KeySummary, MemoryKeyStore, StoredKey};
use crate::Clock;

/// Keeps private keys under a passphrase, by the hash of their public key.
///
/// # Expected flow
/// [`keep`](Self::keep) when a key is generated for a customer; [`open`](Self::open) when a bundle with the key is
/// made; [`take_out`](Self::take_out) when the customer asks for the key; [`purge`](Self::purge) or
/// [`purge_kept_before`](Self::purge_kept_before) when nobody needs it any more. Once another passphrase has become the
/// current one, [`re_encrypt`](Self::re_encrypt). Each of them answers with an [`AuditRecord`], which the caller stores.
///
/// # Guarantees
/// - The store gets PKCS#8 under PBES2 (AES-256, and scrypt unless [told otherwise](Self::with_encryption)), and nothing
///   else.
/// - A key that is kept is never overwritten by another. Keeping the same key again changes nothing and succeeds; if
///   something else stands under its hash, it is an error. A new passphrase replaces the very encryption that was opened,
///   or nothing.
/// - A key is taken out once: of several callers, exactly one gets it.
/// - A key that comes out belongs to the hash it was asked by.
/// - Keys in memory are wiped when they are dropped.
///
/// # Assumptions
/// The store's operations are atomic, each by itself. A passphrase stays known under its identifier for as long as
/// keys are kept under it. A tokio runtime is there: opening a key takes some hundredths of a second of computing,
/// which is done beside it.
///
/// # Caveats
/// A key that was taken out is gone from the store before the caller has it: if the program dies between the two,
/// the key is lost, and the certificate has to be reissued for a new one. The other order would let two callers have
/// it. Whoever drops a record has used a key without audit.
#[derive(Clone)]
pub struct KeyVault {
    store: Arc<dyn KeyStore>,
    passphrases: Arc<dyn Passphrases>,
    clock: Arc<dyn Clock>,
    encryption: KeyEncryption,
}

impl KeyVault {
    /// A vault over a store, opened by passphrases.
    pub fn new(
        store: impl KeyStore + 'static,
        passphrases: impl Passphrases + 'static,
        clock: impl Clock + 'static,
    ) -> Self {
        let encryption = KeyEncryption::default();
        Self {
            store: Arc::new(store),
            passphrases: Arc::new(passphrases),
            clock: Arc::new(clock),
            encryption,
        }
    }

    /// The same vault, which from now on encrypts in another way than by scrypt with 16 MiB. What is kept opens in either
    /// case. [`KeyEncryption::QuickScrypt`] is for passphrases of 128 random bits or more, for tests and for simulations.
    #[must_use]
    pub fn with_encryption(mut self, encryption: KeyEncryption) -> Self {
        self.encryption = encryption;
        self
    }

    /// Keeps a key under the current passphrase.
    ///
    /// # Errors
    /// [`KeyVaultError::Conflict`] if something else, or something that doesn't open, stands under the key's hash.
    pub async fn keep(&self, key: &PrivateKey, actor: &str) -> Result<AuditRecord, KeyVaultError> {
        let hash = key.public_key_hash();
        // Looked up first, since encrypting for nothing is slow; the store decides all the same.
        if let Some(stored) = self.store.get(&hash).await? {
            self.check_same(stored, hash).await?;
            return Ok(self.record(KeyAction::Kept, hash, actor));
        }
        let (passphrase_id, passphrase) = self.passphrases.current().await?;
        let (der, encryption) = (key.to_pkcs8_der()?, self.encryption);
        let encrypted_pem = aside(move || {
            PrivateKey::from_pkcs8_der(&der)?.to_encrypted_pkcs8_pem(passphrase.as_bytes(), encryption)
        })
        .await?;
        let stored = StoredKey { hash, passphrase_id, kept_at: self.clock.now(), encrypted_pem };
        if let KeyPut::Occupied(other) = self.store.put_if_absent(stored).await? {
            self.check_same(other, hash).await?;
        }
        Ok(self.record(KeyAction::Kept, hash, actor))
    }

    /// Whether a key is kept. Nobody opens it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn holds(&self, hash: &PublicKeyHash) -> Result<bool, KeyVaultError> {
        Ok(self.store.get(hash).await?.is_some())
    }

    /// Opens a key for the system's own use, such as a bundle that holds it. It stays kept.
    ///
    /// # Errors
    /// [`KeyVaultError::NotKept`] if there is none.
    pub async fn open(&self, hash: &PublicKeyHash, actor: &str) -> Result<OpenedKey, KeyVaultError> {
        let stored = self.store.get(hash).await?.ok_or(KeyVaultError::NotKept(*hash))?;
        let key = self.decrypt(stored, *hash).await?;
        Ok(OpenedKey { key, record: self.record(KeyAction::Used, *hash, actor) })
    }

    /// Hands a key out for good: it is kept no longer.
    ///
    /// # Errors
    /// [`KeyVaultError::NotKept`] if there is none, or if somebody else has just taken it. A key that does not open
    /// stays where it is.
    pub async fn take_out(&self, hash: &PublicKeyHash, actor: &str) -> Result<OpenedKey, KeyVaultError> {
        let stored = self.store.get(hash).await?.ok_or(KeyVaultError::NotKept(*hash))?;
        let key = self.decrypt(stored, *hash).await?;
        // Whoever deletes it has it.
        if !self.store.delete(hash).await? {
            return Err(KeyVaultError::NotKept(*hash));
        }
        Ok(OpenedKey { key, record: self.record(KeyAction::TakenOut, *hash, actor) })
    }

    /// Deletes a key without opening it. `None`: there was none.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn purge(
        &self,
        hash: &PublicKeyHash,
        actor: &str,
    ) -> Result<Option<AuditRecord>, KeyVaultError> {
        let was_there = self.store.delete(hash).await?;
        Ok(was_there.then(|| self.record(KeyAction::Purged, *hash, actor)))
    }

    /// Deletes all keys that were kept before a moment, and says which.
    ///
    /// # Errors
    /// [`PurgeError`], which holds the records of those that were deleted before the store failed.
    pub async fn purge_kept_before(
        &self,
        moment: Timestamp,
        actor: &str,
    ) -> Result<Vec<AuditRecord>, PurgeError> {
        let mut purged = Vec::new();
        let all = match self.store.list().await {
            Ok(all) => all,
            Err(source) => return Err(PurgeError { purged, source: source.into() }),
        };
        for summary in all.into_iter().filter(|summary| summary.kept_at < moment) {
            match self.purge(&summary.hash, actor).await {
                Ok(record) => purged.extend(record),
                Err(source) => return Err(PurgeError { purged, source }),
            }
        }
        Ok(purged)
    }

    /// Moves all keys that are under another passphrase to the current one. Each stays kept since when it was.
    ///
    /// It may be stopped anywhere, run again, and run twice at once: a key that somebody else has moved or taken out meanwhile is
    /// passed over, and one that doesn't open is left as it is. Once nothing is [left](ReEncryption::left), no key needs the
    /// former passphrase.
    ///
    /// # Errors
    /// If the keys can't be listed, or there is no current passphrase. Nothing was changed then.
    pub async fn re_encrypt(&self, actor: &str) -> Result<ReEncryption, KeyVaultError> {
        let (current, passphrase) = self.passphrases.current().await?;
        let mut outcome = ReEncryption { moved: Vec::new(), left: Vec::new() };
        for KeySummary { hash, passphrase_id, .. } in self.store.list().await? {
            if passphrase_id == current {
                continue;
            }
            match self.move_to(&current, &passphrase, hash).await {
                Ok(true) => outcome.moved.push(self.record(KeyAction::ReEncrypted, hash, actor)),
                Ok(false) => {}
                Err(error) => outcome.left.push((hash, error)),
            }
        }
        Ok(outcome)
    }

    async fn move_to(
        &self,
        current: &PassphraseId,
        passphrase: &Passphrase,
        hash: PublicKeyHash,
    ) -> Result<bool, KeyVaultError> {
        let Some(seen) = self.store.get(&hash).await? else { return Ok(false) };
        let key = self.decrypt(seen.clone(), hash).await?;
        let (passphrase, encryption) = (passphrase.clone(), self.encryption);
        let encrypted_pem =
            aside(move || key.to_encrypted_pkcs8_pem(passphrase.as_bytes(), encryption)).await?;
        let by = Encryption { passphrase_id: current.clone(), encrypted_pem };
        Ok(self.store.re_encrypt(&seen, by).await?)
    }

    /// Which keys are kept.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self) -> Result<Vec<KeySummary>, KeyVaultError> {
        Ok(self.store.list().await?)
    }

    async fn check_same(&self, stored: StoredKey, hash: PublicKeyHash) -> Result<(), KeyVaultError> {
        match self.decrypt(stored, hash).await {
            Ok(_) => Ok(()),
            Err(KeyVaultError::Key(_) | KeyVaultError::Exchanged(_)) => Err(KeyVaultError::Conflict(hash)),
            Err(error) => Err(error),
        }
    }

    async fn decrypt(&self, stored: StoredKey, hash: PublicKeyHash) -> Result<PrivateKey, KeyVaultError> {
        let passphrase = self.passphrases.by_id(&stored.passphrase_id).await?;
        let key =
            aside(move || PrivateKey::read_encrypted(&stored.encrypted_pem, passphrase.as_bytes())).await?;
        if key.public_key_hash() != hash {
            return Err(KeyVaultError::Exchanged(hash));
        }
        Ok(key)
    }

    fn record(&self, action: KeyAction, key: PublicKeyHash, actor: &str) -> AuditRecord {
        AuditRecord { action, key, actor: actor.to_owned(), at: self.clock.now() }
    }
}

impl fmt::Debug for KeyVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyVault").finish_non_exhaustive()
    }
}

/// Computes beside the runtime, which has other things to do in the meantime.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
) -> Result<T, KeyVaultError> {
    spawn_blocking(work).await.map_err(|_| KeyVaultError::Interrupted)?.map_err(KeyVaultError::Key)
}

/// A key outside of its vault, and the record of that. Dropped, the key is wiped.
#[derive(Debug)]
#[must_use = "the record has to be stored"]
#[non_exhaustive]
pub struct OpenedKey {
    /// The key.
    pub key: PrivateKey,
    /// What to store of it.
    pub record: AuditRecord,
}

/// What was done with a key: to be stored with the service's events or wherever audits live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "the record has to be stored"]
#[non_exhaustive]
pub struct AuditRecord {
    /// What was done.
    pub action: KeyAction,
    /// With which key.
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    pub key: PublicKeyHash,
    /// By whom, in the caller's words.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

fn as_text<S: Serializer>(hash: &PublicKeyHash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PublicKeyHash, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// What can be done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyAction {
    /// It was put into the vault.
    Kept,
    /// It was opened for the system's own use.
    Used,
    /// It was handed out, and is no longer kept.
    TakenOut,
    /// It was deleted unopened.
    Purged,
    /// It was opened, and kept under another passphrase from then on.
    ReEncrypted,
}

/// Why the vault could not do it. No variant holds anything of a key or a passphrase.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyVaultError {
    /// There is no such key, or there is none any more.
    #[error("no private key is kept for the public key {0}")]
    NotKept(PublicKeyHash),
    /// Something else stands where the key should go. Nothing was overwritten.
    #[error("something else is kept for the public key {0}, and is left alone")]
    Conflict(PublicKeyHash),
    /// What is kept is another key: somebody has changed the store.
    #[error("what is kept for the public key {0} is another key")]
    Exchanged(PublicKeyHash),
    /// The key could not be encrypted or opened.
    #[error("the kept private key can't be used")]
    Key(#[from] KeyError),
    /// There is no passphrase to be had.
    #[error("the vault's passphrase is not to be had")]
    Passphrase(#[from] PassphraseError),
    /// The store failed.
    #[error("the store of keys failed")]
    Store(#[from] KeyStoreError),
    /// The runtime ended before the work was done.
    #[error("the work on the key was interrupted")]
    Interrupted,
}

/// What came of moving keys to another passphrase.
#[derive(Debug)]
#[must_use = "the records have to be stored"]
#[non_exhaustive]
pub struct ReEncryption {
    /// The keys that were moved.
    pub moved: Vec<AuditRecord>,
    /// The keys that still are where they were, and why.
    pub left: Vec<(PublicKeyHash, KeyVaultError)>,
}

/// A purge that did not come to its end.
#[derive(Debug, thiserror::Error)]
#[error("the purge stopped after {} keys", .purged.len())]
#[non_exhaustive]
pub struct PurgeError {
    /// The records of what was deleted: to be stored all the same.
    pub purged: Vec<AuditRecord>,
    /// Why it stopped.
    pub source: KeyVaultError,
}
