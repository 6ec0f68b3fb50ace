use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use csr_tools::KeyAlgorithm;

use super::*;

const SECRET: &str = "correct horse battery staple";

fn passphrases(name: &str, secret: &str) -> SinglePassphrase {
    SinglePassphrase::new(PassphraseId::new(name), Passphrase::new(secret).unwrap())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn vault(store: &MemoryKeyStore) -> KeyVault {
    KeyVault::new(store.clone(), passphrases("2026", SECRET), || at(1_000))
}

fn key() -> PrivateKey {
    PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap()
}

#[tokio::test]
async fn what_lies_in_the_store_is_encrypted_and_opens_as_the_same_key() {
    let (store, key) = (MemoryKeyStore::new(), key());
    let vault = vault(&store);
    let record = vault.keep(&key, "worker").await.unwrap();
    assert_eq!((record.action, record.key, record.at), (KeyAction::Kept, key.public_key_hash(), at(1_000)));

    let stored = store.get(&key.public_key_hash()).await.unwrap().unwrap();
    assert!(stored.encrypted_pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    assert_eq!(PrivateKey::read(&stored.encrypted_pem).unwrap_err(), KeyError::Encrypted);
    let opened = vault.open(&key.public_key_hash(), "bundle").await.unwrap();
    assert_eq!(opened.key.to_pkcs8_der().unwrap(), key.to_pkcs8_der().unwrap());
    assert_eq!((opened.record.action, opened.record.actor.as_str()), (KeyAction::Used, "bundle"));
}

#[tokio::test]
async fn keeping_the_same_key_again_changes_nothing() {
    let (store, key) = (MemoryKeyStore::new(), key());
    let vault = vault(&store);
    let _ = vault.keep(&key, "worker").await.unwrap();
    let first = store.get(&key.public_key_hash()).await.unwrap();
    let _ = vault.keep(&key, "worker").await.unwrap();
    assert_eq!(store.get(&key.public_key_hash()).await.unwrap(), first);
}

#[tokio::test]
async fn refuses_to_overwrite_whatever_stands_under_the_hash() {
    let (store, key, other) = (MemoryKeyStore::new(), key(), key());
    let vault = vault(&store);
    let hash = key.public_key_hash();
    let under_another_passphrase =
        other.to_encrypted_pkcs8_pem("another passphrase", KeyEncryption::Scrypt).unwrap();
    let another_key = other.to_encrypted_pkcs8_pem(SECRET, KeyEncryption::Scrypt).unwrap();
    for encrypted_pem in [under_another_passphrase, another_key, "damaged".to_owned()] {
        let stands =
            StoredKey { hash, passphrase_id: PassphraseId::new("2026"), kept_at: at(1), encrypted_pem };
        assert_eq!(store.put_if_absent(stands.clone()).await.unwrap(), KeyPut::Put);
        assert!(matches!(vault.keep(&key, "worker").await, Err(KeyVaultError::Conflict(at)) if at == hash));
        assert_eq!(store.get(&hash).await.unwrap(), Some(stands));
        assert!(vault.purge(&hash, "admin").await.unwrap().is_some());
    }
}

/// A store in which somebody else's key appears between a look and a put.
struct Race(MemoryKeyStore, StoredKey);

#[async_trait]
impl KeyStore for Race {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        self.0.put_if_absent(self.1.clone()).await?;
        self.0.put_if_absent(key).await
    }
    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        self.0.get(hash).await
    }
    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        self.0.delete(hash).await
    }
    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        self.0.list().await
    }
}

#[tokio::test]
async fn leaves_alone_what_was_put_while_it_encrypted() {
    let (key, other) = (key(), key());
    let foreign = StoredKey {
        hash: key.public_key_hash(),
        passphrase_id: PassphraseId::new("2026"),
        kept_at: at(1),
        encrypted_pem: other.to_encrypted_pkcs8_pem(SECRET, KeyEncryption::Scrypt).unwrap(),
    };
    let store = MemoryKeyStore::new();
    let vault = KeyVault::new(Race(store.clone(), foreign.clone()), passphrases("2026", SECRET), || at(1));
    assert!(matches!(vault.keep(&key, "worker").await, Err(KeyVaultError::Conflict(_))));
    assert_eq!(store.get(&foreign.hash).await.unwrap(), Some(foreign));
}

#[tokio::test]
async fn a_key_is_taken_out_once_even_by_two_at_the_same_time() {
    let (store, key) = (MemoryKeyStore::new(), key());
    let vault = vault(&store);
    let hash = key.public_key_hash();
    let _ = vault.keep(&key, "worker").await.unwrap();
    let (one, two) = tokio::join!(vault.take_out(&hash, "customer"), vault.take_out(&hash, "customer"));
    let mut taken: Vec<OpenedKey> = [one, two].into_iter().filter_map(Result::ok).collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken.remove(0).record.action, KeyAction::TakenOut);
    assert!(matches!(vault.take_out(&hash, "customer").await, Err(KeyVaultError::NotKept(_))));
    assert!(store.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_key_that_does_not_open_stays_where_it_is() {
    let (store, key) = (MemoryKeyStore::new(), key());
    let hash = key.public_key_hash();
    let _ = vault(&store).keep(&key, "worker").await.unwrap();
    let wrong = KeyVault::new(store.clone(), passphrases("2026", "not the right passphrase"), || at(1));
    let error = wrong.take_out(&hash, "customer").await.unwrap_err();
    assert!(matches!(error, KeyVaultError::Key(KeyError::WrongPassword)), "{error:?}");
    let renamed = KeyVault::new(store.clone(), passphrases("2027", SECRET), || at(1));
    let error = renamed.take_out(&hash, "customer").await.unwrap_err();
    assert!(matches!(error, KeyVaultError::Passphrase(PassphraseError::Unknown(_))), "{error:?}");
    assert!(vault(&store).open(&hash, "worker").await.is_ok());
}

#[tokio::test]
async fn notices_that_somebody_has_exchanged_a_key() {
    let (store, key, other) = (MemoryKeyStore::new(), key(), key());
    let hash = key.public_key_hash();
    let exchanged = StoredKey {
        hash,
        passphrase_id: PassphraseId::new("2026"),
        kept_at: at(1),
        encrypted_pem: other.to_encrypted_pkcs8_pem(SECRET, KeyEncryption::Scrypt).unwrap(),
    };
    store.put_if_absent(exchanged).await.unwrap();
    let error = vault(&store).open(&hash, "bundle").await.unwrap_err();
    assert!(matches!(error, KeyVaultError::Exchanged(at) if at == hash), "{error:?}");
}

#[tokio::test]
async fn purges_the_old_and_keeps_the_young() {
    let (store, now) = (MemoryKeyStore::new(), Arc::new(AtomicI64::new(100)));
    let clock = Arc::clone(&now);
    let vault =
        KeyVault::new(store.clone(), passphrases("2026", SECRET), move || at(clock.load(Ordering::SeqCst)));
    let (old, young) = (key(), key());
    let _ = vault.keep(&old, "worker").await.unwrap();
    now.store(200, Ordering::SeqCst);
    let _ = vault.keep(&young, "worker").await.unwrap();
    let purged = vault.purge_kept_before(at(200), "admin").await.unwrap();
    let told: Vec<_> = purged.iter().map(|record| (record.action, record.key, record.at)).collect();
    assert_eq!(told, [(KeyAction::Purged, old.public_key_hash(), at(200))]);
    let left: Vec<_> = vault.list().await.unwrap().into_iter().map(|summary| summary.hash).collect();
    assert_eq!(left, [young.public_key_hash()]);
    assert_eq!(vault.purge(&old.public_key_hash(), "admin").await.unwrap(), None);
}

#[tokio::test]
async fn shows_neither_keys_nor_passphrases() {
    let (store, key) = (MemoryKeyStore::new(), key());
    let vault = vault(&store);
    let _ = vault.keep(&key, "worker").await.unwrap();
    let hash = key.public_key_hash();
    let pem = store.get(&hash).await.unwrap().unwrap().encrypted_pem;
    let body = pem.lines().nth(1).unwrap().to_owned();
    let secret = key.to_pkcs8_pem().unwrap().lines().nth(1).unwrap().to_owned();
    let opened = vault.open(&hash, "bundle").await.unwrap();
    let shown = format!(
        "{vault:?} {store:?} {opened:?} {:?} {:?} {}",
        passphrases("2026", SECRET),
        store.get(&hash).await.unwrap(),
        serde_json::to_string(&opened.record).unwrap(),
    );
    for hidden in [SECRET, body.as_str(), secret.as_str()] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(shown.contains(&hash.to_string()), "{shown}");
}

#[test]
fn refuses_a_short_passphrase() {
    assert_eq!(
        Passphrase::new("fifteen letters").unwrap_err().to_string(),
        "a passphrase has at least 16 bytes"
    );
    assert!(Passphrase::new("sixteen letters!").is_ok());
}
