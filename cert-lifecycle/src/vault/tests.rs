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

/// The parameters of scrypt in a stored key: N, then r and p.
fn costs(stored: &StoredKey, n: &[u8]) -> bool {
    let body: String = stored.encrypted_pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body).unwrap();
    let parameters = [n, &[2, 1, 8, 2, 1, 1]].concat();
    der.windows(parameters.len()).any(|window| window == parameters)
}

#[tokio::test]
async fn encrypts_as_dearly_as_it_was_told_and_opens_what_was_kept_otherwise() {
    const DEAR: [u8; 4] = [2, 2, 0x40, 0];
    const QUICK: [u8; 3] = [2, 1, 16];
    let (store, first, second) = (MemoryKeyStore::new(), key(), key());
    let dear = vault(&store);
    let quick = vault(&store).with_encryption(KeyEncryption::QuickScrypt);
    for (vault, key, cost) in [(&dear, &first, &DEAR[..]), (&quick, &second, &QUICK)] {
        let _ = vault.keep(key, "worker").await.unwrap();
        let stored = store.get(&key.public_key_hash()).await.unwrap().unwrap();
        assert!(costs(&stored, cost), "{cost:?}");
    }
    for (vault, key) in [(&quick, &first), (&dear, &second)] {
        let opened = vault.open(&key.public_key_hash(), "bundle").await.unwrap();
        assert_eq!(opened.key.public_key_hash(), key.public_key_hash());
    }
    // Whoever changes the passphrase chooses anew.
    let changed =
        KeyVault::new(store.clone(), Rotated, || at(2_000)).with_encryption(KeyEncryption::QuickScrypt);
    assert_eq!(changed.re_encrypt("staff").await.unwrap().moved.len(), 2);
    let stored = store.get(&first.public_key_hash()).await.unwrap().unwrap();
    assert!(costs(&stored, &QUICK));
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
    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        self.0.re_encrypt(seen, by).await
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

/// Two passphrases, of which the second is the current one.
struct Rotated;

#[async_trait]
impl Passphrases for Rotated {
    async fn current(&self) -> Result<(PassphraseId, Passphrase), PassphraseError> {
        Ok((PassphraseId::new("2027"), Passphrase::new("another correct horse").unwrap()))
    }
    async fn by_id(&self, id: &PassphraseId) -> Result<Passphrase, PassphraseError> {
        let known = [passphrases("2026", SECRET), passphrases("2027", "another correct horse")];
        for known in known {
            if let Ok(passphrase) = known.by_id(id).await {
                return Ok(passphrase);
            }
        }
        Err(PassphraseError::Unknown(id.clone()))
    }
}

#[tokio::test]
async fn moves_keys_to_the_current_passphrase_and_leaves_what_does_not_open() {
    let (store, first, second) = (MemoryKeyStore::new(), key(), key());
    let before = vault(&store);
    for key in [&first, &second] {
        let _ = before.keep(key, "worker").await.unwrap();
    }
    let damaged = PublicKeyHash::from_bytes([7; 32]);
    let stands = |hash, name: &str| StoredKey {
        hash,
        passphrase_id: PassphraseId::new(name),
        kept_at: at(1),
        encrypted_pem: "damaged".into(),
    };
    let unknown = PublicKeyHash::from_bytes([8; 32]);
    for stands in [stands(damaged, "2026"), stands(unknown, "2025")] {
        assert_eq!(store.put_if_absent(stands).await.unwrap(), KeyPut::Put);
    }
    let after = KeyVault::new(store.clone(), Rotated, || at(2_000));
    let _ = after.keep(&key(), "worker").await.unwrap();

    let outcome = after.re_encrypt("admin").await.unwrap();
    let mut moved: Vec<_> = outcome.moved.iter().map(|record| (record.action, record.key)).collect();
    moved.sort_by_key(|(_, key)| *key);
    let mut both = [first.public_key_hash(), second.public_key_hash()];
    both.sort();
    assert_eq!(moved, both.map(|key| (KeyAction::ReEncrypted, key)));
    assert_eq!((outcome.moved[0].actor.as_str(), outcome.moved[0].at), ("admin", at(2_000)));
    let left: Vec<_> = outcome.left.iter().map(|(hash, _)| *hash).collect();
    assert_eq!(left, [damaged, unknown]);
    assert!(matches!(outcome.left[1].1, KeyVaultError::Passphrase(PassphraseError::Unknown(_))));
    assert_eq!(store.get(&damaged).await.unwrap(), Some(stands(damaged, "2026")));

    // The former passphrase is needed no longer.
    let without = KeyVault::new(store.clone(), passphrases("2027", "another correct horse"), || at(3_000));
    for key in [first, second] {
        let hash = key.public_key_hash();
        let opened = without.open(&hash, "bundle").await.unwrap();
        assert_eq!(opened.key.to_pkcs8_der().unwrap(), key.to_pkcs8_der().unwrap());
        assert_eq!(store.get(&hash).await.unwrap().unwrap().kept_at, at(1_000), "kept since");
    }
    let again = after.re_encrypt("admin").await.unwrap();
    assert!(again.moved.is_empty());
    assert_eq!(again.left.len(), 2);
}

/// A store in which a key is taken out between a look and a change.
struct Vanishing(MemoryKeyStore);

#[async_trait]
impl KeyStore for Vanishing {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        self.0.put_if_absent(key).await
    }
    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        self.0.get(hash).await
    }
    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        self.0.delete(&seen.hash).await?;
        self.0.re_encrypt(seen, by).await
    }
    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        self.0.delete(hash).await
    }
    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        self.0.list().await
    }
}

#[tokio::test]
async fn does_not_bring_back_a_key_that_was_taken_out_while_it_encrypted() {
    let store = MemoryKeyStore::new();
    let _ = vault(&store).keep(&key(), "worker").await.unwrap();
    let vault = KeyVault::new(Vanishing(store.clone()), Rotated, || at(2_000));
    let outcome = vault.re_encrypt("admin").await.unwrap();
    assert!(outcome.moved.is_empty() && outcome.left.is_empty(), "{outcome:?}");
    assert!(store.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn reads_the_records_that_it_writes() {
    let record = vault(&MemoryKeyStore::new()).keep(&key(), "worker").await.unwrap();
    let text = serde_json::to_string(&record).unwrap();
    assert!(text.contains(&format!("\"key\":\"{}\"", record.key)), "{text}");
    assert_eq!(serde_json::from_str::<AuditRecord>(&text).unwrap(), record);
    let cut = text.replace(&record.key.to_string(), "c0de");
    assert!(serde_json::from_str::<AuditRecord>(&cut).is_err());
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

#[test]
fn makes_up_a_passphrase_of_all_the_randomness_it_gets() {
    struct Counting(AtomicI64);
    impl crate::Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), crate::EntropyError> {
            self.0.fetch_add(i64::try_from(bytes.len()).unwrap(), Ordering::Relaxed);
            bytes.fill(7);
            Ok(())
        }
    }
    let entropy = Counting(AtomicI64::new(0));
    let made = Passphrase::random(&entropy).unwrap();
    assert_eq!((entropy.0.into_inner(), made.as_bytes()), (32, &[7; 32][..]));
}
