//! The store for workers on several machines: PostgreSQL.

mod ledgers;
mod options;
mod outbox;
mod private_keys;
mod records;
mod search;
mod statements;
mod text;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use deadpool_postgres::{Object, Pool};
use jiff::Timestamp;

use super::{
    Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release, Search, Store, StoreError,
    Summary, WaitingMessage,
};
use crate::service::{RecordedEvent, StateKind};
use crate::{OrderId, ServiceId};
pub use options::PostgresOptions;

/// Services in a PostgreSQL database, for workers on several machines. It holds the keys of a
/// [vault](crate::vault::KeyStore) and a host's [records](crate::records::RecordStore), too. Clones share their
/// connections.
///
/// # Guarantees
/// Those of a [`Store`]. An append is one statement, and so is a claim, which passes over what others are just claiming
/// (`FOR UPDATE SKIP LOCKED`): claimers never wait for each other. A server that goes away costs the calls that are under
/// way an error; connections are made anew.
///
/// # Assumptions
/// The server keeps what it has committed (`fsync` and `synchronous_commit` are on, as they are by default), and nothing
/// stands between that hands a session's connections to others in the middle, but for PgBouncer's session mode.
///
/// # Caveats
/// The tables hold the customers' contact data in the clear.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
    patience: Duration,
}

impl PostgresStore {
    const SCHEMA_VERSION: i64 = 3;
    /// Whoever changes the schema holds the advisory lock of this number.
    const SCHEMA_LOCK: i64 = 0x6365_7274_6c69_6665;

    /// Connects, and makes the tables if there are none.
    ///
    /// # Errors
    /// If the server can't be reached, or the tables were made by a newer version.
    pub async fn connect(options: PostgresOptions) -> Result<Self, StoreError> {
        let store = Self { pool: options.pool()?, patience: options.patience() };
        let mut connection = store.connection().await?;
        let migrated = store.in_time(Self::migrate(&mut connection)).await;
        settle(connection, migrated)?;
        Ok(store)
    }

    async fn migrate(connection: &mut Object) -> Result<(), StoreError> {
        let transaction = connection.transaction().await.map_err(failed)?;
        transaction.query("SELECT pg_advisory_xact_lock($1)", &[&Self::SCHEMA_LOCK]).await.map_err(failed)?;
        let table = "SELECT to_regclass('cert_lifecycle_schema') IS NOT NULL";
        let exists: bool =
            transaction.query_one(table, &[]).await.and_then(|row| row.try_get(0)).map_err(failed)?;
        if !exists {
            transaction.batch_execute(include_str!("schema.sql")).await.map_err(failed)?;
            let version = "INSERT INTO cert_lifecycle_schema (version) VALUES ($1)";
            transaction.execute(version, &[&Self::SCHEMA_VERSION]).await.map_err(failed)?;
            return transaction.commit().await.map_err(failed);
        }
        let version = "SELECT version FROM cert_lifecycle_schema";
        let found: i64 =
            transaction.query_one(version, &[]).await.and_then(|row| row.try_get(0)).map_err(failed)?;
        let changes: &[&str] = match found {
            1 => &[include_str!("schema-1-to-2.sql"), include_str!("schema-2-to-3.sql")],
            2 => &[include_str!("schema-2-to-3.sql")],
            Self::SCHEMA_VERSION => return Ok(()),
            found => return Err(StoreError::NewerSchema { found, known: Self::SCHEMA_VERSION }),
        };
        for change in changes {
            transaction.batch_execute(change).await.map_err(failed)?;
        }
        let version = "UPDATE cert_lifecycle_schema SET version = $1";
        transaction.execute(version, &[&Self::SCHEMA_VERSION]).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn connection(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unavailable(Box::new(error)))
    }

    /// What comes of asking the server; `None` if it does not answer.
    async fn in_time<T>(&self, answer: impl Future<Output = T> + Send) -> Option<T> {
        tokio::time::timeout(self.patience, answer).await.ok()
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("connections", &self.pool.status().size).finish_non_exhaustive()
    }
}

/// Gives a connection back, unless its server did not answer: then nobody shall wait for it again.
fn settle<T, E: From<StoreError>>(connection: Object, outcome: Option<Result<T, E>>) -> Result<T, E> {
    outcome.unwrap_or_else(|| {
        drop(Object::take(connection));
        Err(StoreError::Unavailable("the server does not answer".into()).into())
    })
}

#[async_trait]
impl Store for PostgresStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(statements::append(&connection, &append)).await;
        settle(connection, outcome)
    }

    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(statements::history_after(&connection, id, version)).await;
        settle(connection, outcome)
    }

    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(statements::claim(&connection, &claim)).await;
        settle(connection, outcome)
    }

    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(statements::release(&connection, claim, &release)).await;
        settle(connection, outcome)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(statements::next_due(&connection)).await;
        settle(connection, outcome)
    }

    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(search::summary(&connection, id)).await;
        settle(connection, outcome)
    }

    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(search::search(&connection, &search)).await;
        settle(connection, outcome)
    }

    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(ledgers::service_of_order(&connection, order_id)).await;
        settle(connection, outcome)
    }

    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(ledgers::service_of_key(&connection, key)).await;
        settle(connection, outcome)
    }

    async fn claim_messages(
        &self,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(outbox::claim(&connection, topic, &claim)).await;
        settle(connection, outcome)
    }

    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(outbox::remove(&connection, ids)).await;
        settle(connection, outcome)
    }

    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(outbox::postpone(&connection, claim, due_at)).await;
        settle(connection, outcome)
    }

    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(outbox::waiting(&connection, topic, after, limit)).await;
        settle(connection, outcome)
    }

    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(search::counts(&connection)).await;
        settle(connection, outcome)
    }

    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(ledgers::watermark(&connection, name)).await;
        settle(connection, outcome)
    }

    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError> {
        let connection = self.connection().await?;
        let outcome = self.in_time(ledgers::move_watermark(&connection, name, seen, to)).await;
        settle(connection, outcome)
    }
}

fn failed(error: tokio_postgres::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

fn timestamp(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A count as PostgreSQL knows it: signed.
fn signed(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A count that PostgreSQL kept.
fn unsigned<T: TryFrom<i64>>(count: i64) -> Result<T, StoreError> {
    T::try_from(count).map_err(|_| StoreError::Corrupt(format!("{count} is no count")))
}
