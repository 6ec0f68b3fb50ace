//! Records with a type.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Record, RecordQuery, RecordStore};
use crate::Clock;
use crate::store::StoreError;

/// Something that a host keeps as a record of one kind.
pub trait Kept: Serialize + DeserializeOwned {
    /// The kind of its records: nothing else of the host has it.
    const KIND: &'static str;
}

/// The records of a host, each kind with its type.
///
/// # Guarantees
/// - Of all who [`add`](Self::add) under one key, one succeeds.
/// - A [`change`](Self::change) is made to what is kept at that moment: whoever changed it meanwhile is not overwritten.
#[derive(Clone)]
pub struct Records {
    store: Arc<dyn RecordStore>,
    clock: Arc<dyn Clock>,
}

impl Records {
    /// Records in a store, which expire by a clock.
    pub fn new(store: impl RecordStore + 'static, clock: impl Clock + 'static) -> Self {
        Self { store: Arc::new(store), clock: Arc::new(clock) }
    }

    /// The same records, which expire by another clock.
    #[must_use]
    pub fn by_clock(&self, clock: impl Clock + 'static) -> Self {
        Self { store: Arc::clone(&self.store), clock: Arc::new(clock) }
    }

    /// What is kept under a key.
    ///
    /// # Errors
    /// If the store fails, or holds something else under the key.
    pub async fn find<T: Kept>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let found = self.store.record(T::KIND, key, self.clock.now()).await?;
        found.map(|record| read(&record)).transpose()
    }

    /// What is kept of a kind, of one owner or of all: the highest keys first, so that keys which grow with time list what is
    /// newest.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn list<T: Kept>(
        &self,
        owner: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, T)>, StoreError> {
        self.page(owner, None, limit).await
    }

    /// Everything that is kept of a kind, of one owner or of all, in the same order.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn all<T: Kept>(&self, owner: Option<&str>) -> Result<Vec<(String, T)>, StoreError> {
        const PAGE: usize = 500;
        let mut all: Vec<(String, T)> = Vec::new();
        loop {
            let after = all.last().map(|(key, _)| key.clone());
            let page = self.page(owner, after, PAGE).await?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// What is kept of a kind, of one owner or of all, that comes after a key: the lowest keys first, for whoever reads on where
    /// he left off.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn after<T: Kept>(
        &self,
        owner: Option<&str>,
        key: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let (kind, owner, after) = (T::KIND.to_owned(), owner.map(str::to_owned), key.map(str::to_owned));
        self.read_page(RecordQuery { kind, owner, after, newest_first: false, limit }).await
    }

    async fn page<T: Kept>(
        &self,
        owner: Option<&str>,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let (kind, owner) = (T::KIND.to_owned(), owner.map(str::to_owned));
        self.read_page(RecordQuery { kind, owner, after, newest_first: true, limit }).await
    }

    async fn read_page<T: Kept>(&self, query: RecordQuery) -> Result<Vec<(String, T)>, StoreError> {
        let found = self.store.records(query, self.clock.now()).await?;
        found.into_iter().map(|record| Ok((record.key.clone(), read(&record)?))).collect()
    }

    /// Keeps something new, and says whether there was nothing under the key yet.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn add<T: Kept>(&self, key: &str, owner: Option<&str>, what: &T) -> Result<bool, StoreError> {
        self.put(Record { owner: owner.map(str::to_owned), ..Record::new(T::KIND, key, write(what)?) }).await
    }

    /// Keeps something new until a moment, and says whether there was nothing under the key yet.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn add_until<T: Kept>(&self, key: &str, what: &T, end: Timestamp) -> Result<bool, StoreError> {
        self.put(Record::new(T::KIND, key, write(what)?).expiring_at(end)).await
    }

    /// Keeps something new of an owner until a moment, and says whether there was nothing under the key yet.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn add_owned_until<T: Kept>(
        &self,
        key: &str,
        owner: &str,
        what: &T,
        end: Timestamp,
    ) -> Result<bool, StoreError> {
        self.put(Record::new(T::KIND, key, write(what)?).with_owner(owner).expiring_at(end)).await
    }

    /// Changes what is kept under a key, and answers it as it is then; `None` if nothing is there.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn change<T: Kept>(
        &self,
        key: &str,
        mut change: impl FnMut(&mut T) + Send,
    ) -> Result<Option<T>, StoreError> {
        loop {
            let Some(mut record) = self.store.record(T::KIND, key, self.clock.now()).await? else {
                return Ok(None);
            };
            let mut what = read(&record)?;
            change(&mut what);
            record.body = write(&what)?;
            if self.put(record).await? {
                return Ok(Some(what));
            }
        }
    }

    /// Forgets what is kept under a key, and says whether anything was.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn remove<T: Kept>(&self, key: &str) -> Result<bool, StoreError> {
        self.store.remove_record(T::KIND, key).await
    }

    /// Forgets whatever has expired, and says how many that were.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn forget_expired(&self) -> Result<usize, StoreError> {
        self.store.forget_expired(self.clock.now()).await
    }

    async fn put(&self, record: Record) -> Result<bool, StoreError> {
        Ok(self.store.put_record(record, self.clock.now()).await?.is_some())
    }
}

fn read<T: Kept>(record: &Record) -> Result<T, StoreError> {
    serde_json::from_str(&record.body)
        .map_err(|error| StoreError::Corrupt(format!("{} {}: {error}", record.kind, record.key)))
}

fn write<T: Kept>(what: &T) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|error| StoreError::Corrupt(format!("{}: {error}", T::KIND)))
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").finish_non_exhaustive()
    }
}
