//! What a host keeps beside the services.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, named_params, params, params_from_iter};

use super::{SqliteStore, failed, limit, timestamp};
use crate::records::{Record, RecordQuery, RecordStore};
use crate::store::StoreError;

#[async_trait]
impl RecordStore for SqliteStore {
    async fn record(&self, kind: &str, key: &str, now: Timestamp) -> Result<Option<Record>, StoreError> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.database.read(move |connection| get(connection, &kind, &key, now)).await
    }

    async fn put_record(&self, record: Record, now: Timestamp) -> Result<Option<Record>, StoreError> {
        self.database.write(move |connection| put(connection, &record, now)).await
    }

    async fn records(&self, query: RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError> {
        self.database.read(move |connection| list(connection, &query, now)).await
    }

    async fn remove_record(&self, kind: &str, key: &str) -> Result<bool, StoreError> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        self.database.write(move |connection| remove(connection, &kind, &key)).await
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.database.write(move |connection| forget(connection, now)).await
    }
}

pub(super) const GET: &str = "
    SELECT kind, key, owner, expires_at, version, body FROM records
    WHERE kind = ?1 AND key = ?2 AND (expires_at IS NULL OR expires_at > ?3)";

fn get(connection: &Connection, kind: &str, key: &str, now: Timestamp) -> Result<Option<Record>, StoreError> {
    let mut statement = connection.prepare_cached(GET).map_err(failed)?;
    let mut rows = statement.query(params![kind, key, now.as_millisecond()]).map_err(failed)?;
    rows.next().map_err(failed)?.map(read).transpose()
}

/// Takes the place of none, or of one that has expired.
pub(super) const CREATE: &str = "
    INSERT INTO records (kind, key, owner, expires_at, version, body)
    VALUES (:kind, :key, :owner, :expires_at, 1, :body)
    ON CONFLICT (kind, key) DO UPDATE
    SET owner = excluded.owner, expires_at = excluded.expires_at, version = 1, body = excluded.body
    WHERE records.expires_at <= :now";

pub(super) const REPLACE: &str = "
    UPDATE records SET owner = :owner, expires_at = :expires_at, version = version + 1, body = :body
    WHERE kind = :kind AND key = :key AND version = :version AND (expires_at IS NULL OR expires_at > :now)";

fn put(connection: &Connection, record: &Record, now: Timestamp) -> Result<Option<Record>, StoreError> {
    let Record { kind, key, owner, expires_at, version, body } = record;
    let values = named_params! {
        ":kind": kind,
        ":key": key,
        ":owner": owner,
        ":expires_at": expires_at.map(Timestamp::as_millisecond),
        ":body": body,
        ":now": now.as_millisecond(),
    };
    let changed = if *version == 0 {
        connection.prepare_cached(CREATE).and_then(|mut statement| statement.execute(values))
    } else {
        // More than SQLite can count was never read.
        let Ok(version) = i64::try_from(*version) else { return Ok(None) };
        let values = [values, named_params! { ":version": version }].concat();
        connection.prepare_cached(REPLACE).and_then(|mut statement| statement.execute(&*values))
    };
    Ok((changed.map_err(failed)? > 0).then(|| record.clone().once_put()))
}

fn list(connection: &Connection, query: &RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError> {
    let (sql, values) = statement(query, now);
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        records.push(read(row)?);
    }
    Ok(records)
}

/// A statement for just the conditions given, so that an index serves it.
pub(super) fn statement(query: &RecordQuery, now: Timestamp) -> (String, Vec<Value>) {
    let RecordQuery { kind, owner, after, newest_first, limit: at_most } = query;
    let (beyond, order) = if *newest_first { ("<", "DESC") } else { (">", "ASC") };
    let mut values = vec![
        Value::Text(kind.clone()),
        Value::Integer(now.as_millisecond()),
        Value::Integer(limit(*at_most)),
    ];
    let mut condition = |comparison: &str, text: &Option<String>| {
        text.as_ref().map(|text| {
            values.push(Value::Text(text.clone()));
            format!("AND {comparison} ?{}", values.len())
        })
    };
    let owner = condition("owner =", owner).unwrap_or_default();
    let after = condition(&format!("key {beyond}"), after).unwrap_or_default();
    let sql = format!(
        "SELECT kind, key, owner, expires_at, version, body FROM records
         WHERE kind = ?1 AND (expires_at IS NULL OR expires_at > ?2) {owner} {after}
         ORDER BY key {order} LIMIT ?3"
    );
    (sql, values)
}

pub(super) const REMOVE: &str = "DELETE FROM records WHERE kind = ?1 AND key = ?2";

fn remove(connection: &Connection, kind: &str, key: &str) -> Result<bool, StoreError> {
    let removed = connection
        .prepare_cached(REMOVE)
        .and_then(|mut statement| statement.execute([kind, key]))
        .map_err(failed)?;
    Ok(removed > 0)
}

pub(super) const FORGET: &str = "DELETE FROM records WHERE expires_at <= ?1";

fn forget(connection: &Connection, now: Timestamp) -> Result<usize, StoreError> {
    connection
        .prepare_cached(FORGET)
        .and_then(|mut statement| statement.execute([now.as_millisecond()]))
        .map_err(failed)
}

fn read(row: &Row<'_>) -> Result<Record, StoreError> {
    let expires_at: Option<i64> = row.get("expires_at").map_err(failed)?;
    Ok(Record {
        kind: row.get("kind").map_err(failed)?,
        key: row.get("key").map_err(failed)?,
        owner: row.get("owner").map_err(failed)?,
        expires_at: expires_at.map(timestamp).transpose()?,
        version: row.get("version").map_err(failed)?,
        body: row.get("body").map_err(failed)?,
    })
}
