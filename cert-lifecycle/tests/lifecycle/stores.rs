//! A store with something in its way.

use async_trait::async_trait;
use cert_lifecycle::service::RecordedEvent;
use cert_lifecycle::store::{
    Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release, Search, WaitingMessage,
};
use cert_lifecycle::{OrderId, ServiceId, SqliteStore, StateKind, Store, StoreError, Summary};
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

/// What stands in the way of a store's methods: nothing, unless told otherwise.
#[async_trait]
pub(crate) trait Obstacle: Send + Sync {
    async fn append(&self, store: &SqliteStore, append: Append) -> Result<(), AppendError> {
        store.append(append).await
    }
    async fn history_after(
        &self,
        store: &SqliteStore,
        id: ServiceId,
        version: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        store.history_after(id, version).await
    }
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        store.claim(claim).await
    }
    async fn release(&self, store: &SqliteStore, claim: &Claim, release: Release) -> Result<(), StoreError> {
        store.release(claim, release).await
    }
    async fn claim_messages(
        &self,
        store: &SqliteStore,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        store.claim_messages(topic, claim).await
    }
    async fn remove_messages(&self, store: &SqliteStore, ids: &[MessageId]) -> Result<(), StoreError> {
        store.remove_messages(ids).await
    }
    async fn move_watermark(
        &self,
        store: &SqliteStore,
        name: &str,
        seen: Option<&str>,
        to: &str,
    ) -> Result<bool, StoreError> {
        store.move_watermark(name, seen, to).await
    }
}

/// SQLite behind an obstacle.
pub(crate) struct Obstructed<O> {
    pub(crate) store: SqliteStore,
    pub(crate) obstacle: O,
}

#[async_trait]
impl<O: Obstacle> Store for Obstructed<O> {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        self.obstacle.append(&self.store, append).await
    }
    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        self.obstacle.history_after(&self.store, id, version).await
    }
    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        self.obstacle.claim(&self.store, claim).await
    }
    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        self.obstacle.release(&self.store, claim, release).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due().await
    }
    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        self.store.summary(id).await
    }
    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError> {
        self.store.search(search).await
    }
    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError> {
        self.store.service_of_order(order_id).await
    }
    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError> {
        self.store.service_of_key(key).await
    }
    async fn claim_messages(
        &self,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        self.obstacle.claim_messages(&self.store, topic, claim).await
    }
    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        self.obstacle.remove_messages(&self.store, ids).await
    }
    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError> {
        self.store.postpone_message(claim, due_at).await
    }
    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError> {
        self.store.messages(topic, after, limit).await
    }
    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError> {
        self.store.counts().await
    }
    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.store.watermark(name).await
    }
    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError> {
        self.obstacle.move_watermark(&self.store, name, seen, to).await
    }
}
