//! The embedded store: SQLite on a thread of its own.

mod ledgers;
mod names;
mod outbox;
mod private_keys;
mod records;
mod search;
mod statements;
#[cfg(test)]
mod tests;
mod thread;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::{
    Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release, Search, Store, StoreError,
    Summary, WaitingMessage,
};
use crate::service::{RecordedEvent, StateKind};
use crate::{OrderId, ServiceId};
use thread::DatabaseThread;

/// Services in an SQLite database: the embedded default, for one machine. It holds the keys of a
/// [vault](crate::vault::KeyStore) and a host's [records](crate::records::RecordStore), too. Clones share what they hold.
///
/// # Guarantees
/// What a method stored is on the disk when it returns (write-ahead log, `synchronous = FULL`). What is asked for at the
/// same time shares a transaction, so that a hundred callers wait for the disk once; each is refused or carried out by
/// itself.
///
/// # Caveats
/// The file holds the customers' contact data in the clear: keep it where only the reseller's program reads.
/// Several processes on one machine may share it; several machines may not.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    database: DatabaseThread,
}

impl SqliteStore {
    const SCHEMA_VERSION: i64 = 4;
    /// How long to wait for another process's transaction.
    const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
    /// How many statements stay prepared: more than this store has.
    const STATEMENTS: usize = 96;

    /// Opens a database file, creating it if there is none.
    ///
    /// # Errors
    /// If the file can't be opened or was written by a newer version.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        Self::start(move || Connection::open(path)).await
    }

    /// A database in memory, gone when the store is dropped.
    ///
    /// # Errors
    /// If SQLite can't be started.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::start(Connection::open_in_memory).await
    }

    async fn start(
        open: impl FnOnce() -> rusqlite::Result<Connection> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let prepare = move || {
            let mut connection = open().map_err(failed)?;
            connection.busy_timeout(Self::BUSY_TIMEOUT).map_err(failed)?;
            Self::write_ahead(&connection).map_err(failed)?;
            connection
                .execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;")
                .map_err(failed)?;
            Self::migrate(&mut connection)?;
            connection.pragma_update(None, "foreign_keys", true).map_err(failed)?;
            connection.set_prepared_statement_cache_capacity(Self::STATEMENTS);
            Ok(connection)
        };
        Ok(Self { database: DatabaseThread::start(prepare).await? })
    }

    /// Has the file keep a write-ahead log. While another process does the same with a fresh file, SQLite refuses at once
    /// instead of waiting as it does elsewhere.
    fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
        const PAUSE: Duration = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        loop {
            match connection.execute_batch("PRAGMA journal_mode = WAL;") {
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                        && waited < Self::BUSY_TIMEOUT =>
                {
                    std::thread::sleep(PAUSE);
                    waited += PAUSE;
                }
                outcome => return outcome,
            }
        }
    }

    fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
        // A transaction begun by reading could be refused the lock for writing later.
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let found: i64 =
            transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        let changes: &[&str] = match found {
            0 => &[include_str!("schema.sql")],
            1 => &[
                include_str!("schema-1-to-2.sql"),
                include_str!("schema-2-to-3.sql"),
                include_str!("schema-3-to-4.sql"),
            ],
            2 => &[include_str!("schema-2-to-3.sql"), include_str!("schema-3-to-4.sql")],
            3 => &[include_str!("schema-3-to-4.sql")],
            Self::SCHEMA_VERSION => return Ok(()),
            found => return Err(StoreError::NewerSchema { found, known: Self::SCHEMA_VERSION }),
        };
        for change in changes {
            transaction.execute_batch(change).map_err(failed)?;
        }
        transaction.pragma_update(None, "user_version", Self::SCHEMA_VERSION).map_err(failed)?;
        transaction.commit().map_err(failed)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        self.database.write(move |connection| statements::append(connection, &append)).await
    }

    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        self.database.read(move |connection| statements::history_after(connection, id, version)).await
    }

    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        self.database.write(move |connection| statements::claim(connection, &claim)).await
    }

    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.database.write(move |connection| statements::release(connection, &claim, &release)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.database.read(statements::next_due).await
    }

    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        self.database.read(move |connection| search::summary(connection, id)).await
    }

    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError> {
        self.database.read(move |connection| search::search(connection, &search)).await
    }

    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError> {
        let order_id = order_id.clone();
        self.database.read(move |connection| ledgers::service_of_order(connection, &order_id)).await
    }

    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError> {
        let key = *key;
        self.database.read(move |connection| ledgers::service_of_key(connection, key)).await
    }

    async fn claim_messages(
        &self,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        let topic = topic.to_owned();
        self.database.write(move |connection| outbox::claim(connection, &topic, &claim)).await
    }

    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        let ids = ids.to_vec();
        self.database.write(move |connection| outbox::remove(connection, &ids)).await
    }

    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.database.write(move |connection| outbox::postpone(connection, &claim, due_at)).await
    }

    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError> {
        let topic = topic.map(str::to_owned);
        let read = move |connection: &Connection| outbox::waiting(connection, topic.as_deref(), after, limit);
        self.database.read(read).await
    }

    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError> {
        self.database.read(search::counts).await
    }

    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.database.read(move |connection| ledgers::watermark(connection, &name)).await
    }

    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError> {
        let (name, seen, to) = (name.to_owned(), seen.map(str::to_owned), to.to_owned());
        self.database
            .write(move |connection| ledgers::move_watermark(connection, &name, seen.as_deref(), &to))
            .await
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn timestamp(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn service_id(text: &str) -> Result<ServiceId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("a service's identifier is no UUID".to_owned()))
}

/// As many rows as a caller asks for; SQLite knows no more than this anyway.
fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
