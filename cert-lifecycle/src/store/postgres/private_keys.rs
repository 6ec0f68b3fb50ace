//! The vault's keys, encrypted.

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use deadpool_postgres::Object;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::text::{escape, unescape};
use super::{PostgresStore, failed, settle, timestamp};
use crate::store::StoreError;
use crate::vault::{Encryption, KeyPut, KeyStore, KeyStoreError, KeySummary, PassphraseId, StoredKey};

#[async_trait]
impl KeyStore for PostgresStore {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        let connection = self.connection().await.map_err(told)?;
        let outcome = self.in_time(put_if_absent(&connection, &key)).await;
        settle(connection, outcome).map_err(told)
    }

    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        let connection = self.connection().await.map_err(told)?;
        let outcome = self.in_time(get(&connection, hash)).await;
        settle(connection, outcome).map_err(told)
    }

    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        let connection = self.connection().await.map_err(told)?;
        let outcome = self.in_time(re_encrypt(&connection, seen, &by)).await;
        settle(connection, outcome).map_err(told)
    }

    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        let connection = self.connection().await.map_err(told)?;
        let outcome = self.in_time(delete(&connection, hash)).await;
        settle(connection, outcome).map_err(told)
    }

    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        let connection = self.connection().await.map_err(told)?;
        let outcome = self.in_time(list(&connection)).await;
        settle(connection, outcome).map_err(told)
    }
}

fn told(error: StoreError) -> KeyStoreError {
    KeyStoreError::new(error)
}

async fn put_if_absent(connection: &Object, key: &StoredKey) -> Result<KeyPut, StoreError> {
    let sql = "
        INSERT INTO private_keys (hash, passphrase_id, kept_at, encrypted_pem) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO NOTHING";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let StoredKey { hash, passphrase_id, kept_at, encrypted_pem } = key;
    let values: [&(dyn ToSql + Sync); 4] = [
        &hash.to_string(),
        &escape(passphrase_id.as_str()),
        &kept_at.as_millisecond(),
        &escape(encrypted_pem),
    ];
    // What stands in the way may be deleted before it is read: then there is room again.
    loop {
        if connection.execute(&statement, &values).await.map_err(failed)? > 0 {
            return Ok(KeyPut::Put);
        }
        if let Some(there) = get(connection, hash).await? {
            return Ok(KeyPut::Occupied(there));
        }
    }
}

async fn get(connection: &Object, hash: &PublicKeyHash) -> Result<Option<StoredKey>, StoreError> {
    let sql = "SELECT hash, passphrase_id, kept_at, encrypted_pem FROM private_keys WHERE hash = $1";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let row = connection.query_opt(&statement, &[&hash.to_string()]).await.map_err(failed)?;
    let read = |row: Row| {
        let KeySummary { hash, passphrase_id, kept_at } = summary(&row)?;
        let encrypted_pem = unescape(row.try_get("encrypted_pem").map_err(failed)?)?;
        Ok(StoredKey { hash, passphrase_id, kept_at, encrypted_pem })
    };
    row.map(read).transpose()
}

async fn re_encrypt(connection: &Object, seen: &StoredKey, by: &Encryption) -> Result<bool, StoreError> {
    let sql = "
        UPDATE private_keys SET passphrase_id = $5, encrypted_pem = $6
        WHERE hash = $1 AND passphrase_id = $2 AND kept_at = $3 AND encrypted_pem = $4";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let StoredKey { hash, passphrase_id, kept_at, encrypted_pem } = seen;
    let values: [&(dyn ToSql + Sync); 6] = [
        &hash.to_string(),
        &escape(passphrase_id.as_str()),
        &kept_at.as_millisecond(),
        &escape(encrypted_pem),
        &escape(by.passphrase_id.as_str()),
        &escape(&by.encrypted_pem),
    ];
    Ok(connection.execute(&statement, &values).await.map_err(failed)? > 0)
}

async fn delete(connection: &Object, hash: &PublicKeyHash) -> Result<bool, StoreError> {
    let statement =
        connection.prepare_cached("DELETE FROM private_keys WHERE hash = $1").await.map_err(failed)?;
    Ok(connection.execute(&statement, &[&hash.to_string()]).await.map_err(failed)? > 0)
}

async fn list(connection: &Object) -> Result<Vec<KeySummary>, StoreError> {
    // By bytes, whatever the database's language.
    let sql = "SELECT hash, passphrase_id, kept_at FROM private_keys ORDER BY hash COLLATE \"C\"";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let rows = connection.query(&statement, &[]).await.map_err(failed)?;
    rows.iter().map(summary).collect()
}

fn summary(row: &Row) -> Result<KeySummary, StoreError> {
    let hash: String = row.try_get("hash").map_err(failed)?;
    Ok(KeySummary {
        hash: hash.parse().map_err(|_| StoreError::Corrupt(format!("{hash} is no hash of a key")))?,
        passphrase_id: PassphraseId::new(unescape(row.try_get("passphrase_id").map_err(failed)?)?),
        kept_at: timestamp(row.try_get("kept_at").map_err(failed)?)?,
    })
}
