//! What a host keeps beside the services.

use std::collections::BTreeMap;
use std::ops::Bound;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryStore;
use crate::records::{Record, RecordQuery, RecordStore};
use crate::store::{StoreError, to_the_millisecond};

/// By kind and key.
#[derive(Default)]
pub(super) struct Records(BTreeMap<String, BTreeMap<String, Record>>);

#[async_trait]
impl RecordStore for MemoryStore {
    async fn record(&self, kind: &str, key: &str, now: Timestamp) -> Result<Option<Record>, StoreError> {
        Ok(self.lock().records.get(kind, key, now).cloned())
    }

    async fn put_record(&self, record: Record, now: Timestamp) -> Result<Option<Record>, StoreError> {
        Ok(self.lock().records.put(record, now))
    }

    async fn records(&self, query: RecordQuery, now: Timestamp) -> Result<Vec<Record>, StoreError> {
        Ok(self.lock().records.list(&query, now))
    }

    async fn remove_record(&self, kind: &str, key: &str) -> Result<bool, StoreError> {
        let mut state = self.lock();
        Ok(state.records.0.get_mut(kind).is_some_and(|records| records.remove(key).is_some()))
    }

    async fn forget_expired(&self, now: Timestamp) -> Result<usize, StoreError> {
        Ok(self.lock().records.forget_expired(now))
    }
}

impl Records {
    fn get(&self, kind: &str, key: &str, now: Timestamp) -> Option<&Record> {
        self.0.get(kind)?.get(key).filter(|record| is_alive(record, now))
    }

    /// Whom a record belongs to, expired or not.
    pub(super) fn owner(&self, kind: &str, key: &str) -> Option<&str> {
        self.0.get(kind)?.get(key)?.owner.as_deref()
    }

    fn put(&mut self, record: Record, now: Timestamp) -> Option<Record> {
        let there = self.get(&record.kind, &record.key, now);
        if there.map_or(0, |there| there.version) != record.version {
            return None;
        }
        let record = record.once_put();
        self.0.entry(record.kind.clone()).or_default().insert(record.key.clone(), record.clone());
        Some(record)
    }

    fn list(&self, query: &RecordQuery, now: Timestamp) -> Vec<Record> {
        let RecordQuery { kind, owner, after, newest_first, limit } = query;
        let Some(records) = self.0.get(kind) else { return Vec::new() };
        let end = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let is_asked_for = |record: &&Record| {
            is_alive(record, now) && owner.as_ref().is_none_or(|owner| record.owner.as_ref() == Some(owner))
        };
        if *newest_first {
            let before = records.range::<str, _>((Bound::Unbounded, end)).rev().map(|(_, record)| record);
            before.filter(is_asked_for).take(*limit).cloned().collect()
        } else {
            let behind = records.range::<str, _>((end, Bound::Unbounded)).map(|(_, record)| record);
            behind.filter(is_asked_for).take(*limit).cloned().collect()
        }
    }

    fn forget_expired(&mut self, now: Timestamp) -> usize {
        let count = |records: &Self| records.0.values().map(BTreeMap::len).sum::<usize>();
        let before = count(self);
        for records in self.0.values_mut() {
            records.retain(|_, record| is_alive(record, now));
        }
        before - count(self)
    }
}

fn is_alive(record: &Record, now: Timestamp) -> bool {
    record.expires_at.is_none_or(|expires_at| to_the_millisecond(now) < expires_at)
}
