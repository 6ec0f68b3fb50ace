//! The embedded store: SQLite on a thread of its own.

mod statements;
#[cfg(test)]
mod tests;
mod thread;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::Connection;

use super::{Append, AppendError, Claim, ClaimRequest, Release, Store, StoreError, Summary};
use crate::ServiceId;
use crate::service::RecordedEvent;
use thread::DatabaseThread;

/// Services in an SQLite database: the embedded default, for one machine.
///
/// # Guarantees
/// What a method stored is on the disk when it returns (write-ahead log, `synchronous = FULL`).
///
/// # Caveats
/// The file holds the customers' contact data in the clear: keep it where only the reseller's program reads.
/// Several processes on one machine may share it; several machines may not.
#[derive(Debug)]
pub struct SqliteStore {
    database: DatabaseThread,
}

impl SqliteStore {
    const SCHEMA_VERSION: i64 = 1;
    /// How long to wait for another process's transaction.
    const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

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
            connection
                .execute_batch(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                )
                .map_err(failed)?;
            Self::migrate(&mut connection)?;
            Ok(connection)
        };
        Ok(Self { database: DatabaseThread::start(prepare).await? })
    }

    fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
        let transaction = statements::begin(connection)?;
        let found: i64 =
            transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        match found {
            0 => {
                transaction.execute_batch(include_str!("schema.sql")).map_err(failed)?;
                transaction.pragma_update(None, "user_version", Self::SCHEMA_VERSION).map_err(failed)?;
                transaction.commit().map_err(failed)
            }
            Self::SCHEMA_VERSION => Ok(()),
            found => Err(StoreError::NewerSchema { found, known: Self::SCHEMA_VERSION }),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        self.database.run(move |connection| statements::append(connection, &append)).await?
    }

    async fn history(&self, id: ServiceId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.database.run(move |connection| statements::history(connection, id)).await?
    }

    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        self.database.run(move |connection| statements::claim(connection, &claim)).await?
    }

    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        let claim = claim.clone();
        self.database.run(move |connection| statements::release(connection, &claim, &release)).await?
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.database.run(|connection| statements::next_due(connection)).await?
    }

    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        self.database.run(move |connection| statements::summary(connection, id)).await?
    }
}

fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}
