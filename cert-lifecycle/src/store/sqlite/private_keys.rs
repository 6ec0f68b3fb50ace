//! The vault's keys, encrypted.

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use rusqlite::{Connection, Row, params};

use super::{SqliteStore, failed, timestamp};
use crate::store::StoreError;
use crate::vault::{Encryption, KeyPut, KeyStore, KeyStoreError, KeySummary, PassphraseId, StoredKey};

#[async_trait]
impl KeyStore for SqliteStore {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        let put = self.database.write(move |connection| put_if_absent(connection, &key)).await;
        put.map_err(told)
    }

    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        let hash = *hash;
        self.database.read(move |connection| get(connection, hash)).await.map_err(told)
    }

    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        let seen = seen.clone();
        self.database.write(move |connection| re_encrypt(connection, &seen, &by)).await.map_err(told)
    }

    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        let hash = *hash;
        self.database.write(move |connection| delete(connection, hash)).await.map_err(told)
    }

    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        self.database.read(list).await.map_err(told)
    }
}

fn told(error: StoreError) -> KeyStoreError {
    KeyStoreError::new(error)
}

pub(super) const PUT: &str = "
    INSERT INTO private_keys (hash, passphrase_id, kept_at, encrypted_pem) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (hash) DO NOTHING";

fn put_if_absent(connection: &Connection, key: &StoredKey) -> Result<KeyPut, StoreError> {
    let StoredKey { hash, passphrase_id, kept_at, encrypted_pem } = key;
    let values = params![hash.to_string(), passphrase_id.as_str(), kept_at.as_millisecond(), encrypted_pem];
    let put =
        connection.prepare_cached(PUT).and_then(|mut statement| statement.execute(values)).map_err(failed)?;
    if put > 0 {
        return Ok(KeyPut::Put);
    }
    let there = get(connection, *hash)?;
    there
        .map(KeyPut::Occupied)
        .ok_or_else(|| StoreError::Corrupt(format!("the key {hash} is and is not there")))
}

pub(super) const GET: &str =
    "SELECT hash, passphrase_id, kept_at, encrypted_pem FROM private_keys WHERE hash = ?1";

fn get(connection: &Connection, hash: PublicKeyHash) -> Result<Option<StoredKey>, StoreError> {
    let mut statement = connection.prepare_cached(GET).map_err(failed)?;
    let mut rows = statement.query([hash.to_string()]).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    let KeySummary { hash, passphrase_id, kept_at } = summary(row)?;
    let encrypted_pem = row.get("encrypted_pem").map_err(failed)?;
    Ok(Some(StoredKey { hash, passphrase_id, kept_at, encrypted_pem }))
}

pub(super) const RE_ENCRYPT: &str = "
    UPDATE private_keys SET passphrase_id = ?5, encrypted_pem = ?6
    WHERE hash = ?1 AND passphrase_id = ?2 AND kept_at = ?3 AND encrypted_pem = ?4";

fn re_encrypt(connection: &Connection, seen: &StoredKey, by: &Encryption) -> Result<bool, StoreError> {
    let StoredKey { hash, passphrase_id, kept_at, encrypted_pem } = seen;
    let values = params![
        hash.to_string(),
        passphrase_id.as_str(),
        kept_at.as_millisecond(),
        encrypted_pem,
        by.passphrase_id.as_str(),
        by.encrypted_pem
    ];
    let changed = connection
        .prepare_cached(RE_ENCRYPT)
        .and_then(|mut statement| statement.execute(values))
        .map_err(failed)?;
    Ok(changed > 0)
}

pub(super) const DELETE: &str = "DELETE FROM private_keys WHERE hash = ?1";

fn delete(connection: &Connection, hash: PublicKeyHash) -> Result<bool, StoreError> {
    let deleted = connection
        .prepare_cached(DELETE)
        .and_then(|mut statement| statement.execute([hash.to_string()]))
        .map_err(failed)?;
    Ok(deleted > 0)
}

fn list(connection: &Connection) -> Result<Vec<KeySummary>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT hash, passphrase_id, kept_at FROM private_keys ORDER BY hash")
        .map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut summaries = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        summaries.push(summary(row)?);
    }
    Ok(summaries)
}

fn summary(row: &Row<'_>) -> Result<KeySummary, StoreError> {
    let hash: String = row.get("hash").map_err(failed)?;
    let passphrase_id: String = row.get("passphrase_id").map_err(failed)?;
    Ok(KeySummary {
        hash: hash.parse().map_err(|_| StoreError::Corrupt(format!("{hash} is no hash of a key")))?,
        passphrase_id: PassphraseId::new(passphrase_id),
        kept_at: timestamp(row.get("kept_at").map_err(failed)?)?,
    })
}
