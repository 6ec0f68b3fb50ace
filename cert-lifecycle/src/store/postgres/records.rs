//! What a host keeps beside the services.

use async_trait::async_trait;
use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::text::{escape, unescape};
use super::{PostgresStore, failed, settle, signed, timestamp, unsigned};
use crate::records::{Record, RecordQuery, RecordStore};
use crate::store::StoreError;

#[async_trait]
impl RecordStore for PostgresStore {
    async fn record(&self, kind: &str, key: &str, now: Timestamp) -> Result<Option<Record>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(get(&connection, kind, key, now)).await;
        settle(connection, outcome)
    }

    async fn put_record(&self, record: Record, now: Timestamp) -> Result<Option<Record>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(put(&connection, record, now)).await;
        settle(connection, outcome)
    }

    async fn records(&self, query: RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(list(&connection, &query, now)).await;
        settle(connection, outcome)
    }

    async fn remove_record(&self, kind: &str, key: &str) -> Result<bool, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(remove(&connection, kind, key)).await;
        settle(connection, outcome)
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(forget(&connection, now)).await;
        settle(connection, outcome)
    }
}

async fn get(
    connection: &Object,
    kind: &str,
    key: &str,
    now: Timestamp,
) -> Result<Option<Record>, StoreError> {
    let sql = "
        SELECT kind, key, owner, expires_at, version, body FROM records
        WHERE kind = $1 AND key = $2 AND (expires_at IS NULL OR expires_at > $3)";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let values: [&(dyn ToSql + Sync); 3] = [&escape(kind), &key.as_bytes(), &now.as_millisecond()];
    let row = connection.query_opt(&statement, &values).await.map_err(failed)?;
    row.map(read).transpose()
}

/// Takes the place of none, or of one that has expired.
const CREATE: &str = "
    INSERT INTO records (kind, key, owner, expires_at, version, body) VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (kind, key) DO UPDATE
    SET owner = excluded.owner, expires_at = excluded.expires_at, version = 1, body = excluded.body
    WHERE records.expires_at <= $6";

const REPLACE: &str = "
    UPDATE records SET owner = $3, expires_at = $4, version = version + 1, body = $5
    WHERE kind = $1 AND key = $2 AND version = $7 AND (expires_at IS NULL OR expires_at > $6)";

async fn put(connection: &Object, record: Record, now: Timestamp) -> Result<Option<Record>, StoreError> {
    let Record { kind, key, owner, expires_at, version, body } = &record;
    let (kind, owner, body) = (escape(kind), owner.as_deref().map(escape), escape(body));
    let (key, expires_at) = (key.as_bytes(), expires_at.map(Timestamp::as_millisecond));
    let (now, version) = (now.as_millisecond(), signed(*version));
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&kind, &key, &owner, &expires_at, &body, &now];
    let sql = if version == 0 {
        CREATE
    } else {
        values.push(&version);
        REPLACE
    };
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let is_put = connection.execute(&statement, &values).await.map_err(failed)? > 0;
    Ok(is_put.then(|| record.once_put()))
}

async fn list(connection: &Object, query: &RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError> {
    let RecordQuery { kind, owner, after, newest_first, limit } = query;
    let (beyond, order) = if *newest_first { ("<", "DESC") } else { (">", "ASC") };
    let (kind, now, limit) = (escape(kind), now.as_millisecond(), signed(*limit));
    let (owner, after) = (owner.as_deref().map(escape), after.as_deref().map(str::as_bytes));
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&kind, &now, &limit];
    // Just the conditions given, so that an index serves them.
    let mut conditions = String::new();
    if let Some(owner) = &owner {
        values.push(owner);
        conditions += &format!(" AND owner = ${}", values.len());
    }
    if let Some(after) = &after {
        values.push(after);
        conditions += &format!(" AND key {beyond} ${}", values.len());
    }
    let sql = format!(
        "SELECT kind, key, owner, expires_at, version, body FROM records
         WHERE kind = $1 AND (expires_at IS NULL OR expires_at > $2){conditions}
         ORDER BY key {order} LIMIT $3"
    );
    let statement = connection.prepare_cached(&sql).await.map_err(failed)?;
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    rows.into_iter().map(read).collect()
}

async fn remove(connection: &Object, kind: &str, key: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM records WHERE kind = $1 AND key = $2";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let removed = connection.execute(&statement, &[&escape(kind), &key.as_bytes()]).await.map_err(failed)?;
    Ok(removed > 0)
}

async fn forget(connection: &Object, now: Timestamp) -> Result<usize, StoreError> {
    let sql = "DELETE FROM records WHERE expires_at <= $1";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let forgotten = connection.execute(&statement, &[&now.as_millisecond()]).await.map_err(failed)?;
    Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
}

fn read(row: Row) -> Result<Record, StoreError> {
    let key: Vec<u8> = row.try_get("key").map_err(failed)?;
    let owner: Option<String> = row.try_get("owner").map_err(failed)?;
    let expires_at: Option<i64> = row.try_get("expires_at").map_err(failed)?;
    Ok(Record {
        kind: unescape(row.try_get("kind").map_err(failed)?)?,
        key: String::from_utf8(key)
            .map_err(|_| StoreError::Corrupt("a record's key is no text".to_owned()))?,
        owner: owner.map(unescape).transpose()?,
        expires_at: expires_at.map(timestamp).transpose()?,
        version: unsigned(row.try_get("version").map_err(failed)?)?,
        body: unescape(row.try_get("body").map_err(failed)?)?,
    })
}
