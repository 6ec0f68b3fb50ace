//! A store whose connections are few.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact};
use cert_lifecycle::store::{Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release};
use cert_lifecycle::{Lifecycle, SqliteStore, StateKind, Store, StoreError};
use futures::FutureExt;
use tokio::sync::Semaphore;

use crate::common::{Shop, certum, form, sandbox};
use crate::stores::{Obstacle, Obstructed};

/// A store with one connection, for which all take turns.
struct OneConnection(Semaphore);

#[async_trait]
impl Obstacle for OneConnection {
    async fn append(&self, store: &SqliteStore, append: Append) -> Result<(), AppendError> {
        let _turn = self.0.acquire().await;
        store.append(append).await
    }
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let _turn = self.0.acquire().await;
        store.claim(claim).await
    }
    async fn release(&self, store: &SqliteStore, claim: &Claim, release: Release) -> Result<(), StoreError> {
        let _turn = self.0.acquire().await;
        store.release(claim, release).await
    }
    async fn claim_messages(
        &self,
        store: &SqliteStore,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        let _turn = self.0.acquire().await;
        store.claim_messages(topic, claim).await
    }
    async fn remove_messages(&self, store: &SqliteStore, ids: &[MessageId]) -> Result<(), StoreError> {
        let _turn = self.0.acquire().await;
        store.remove_messages(ids).await
    }
}

/// Counts what it is told.
struct Listener(Arc<AtomicUsize>);

#[async_trait]
impl Deliver<Fact> for Listener {
    async fn deliver(&self, _: &Fact) -> Delivery {
        self.0.fetch_add(1, Ordering::SeqCst);
        Delivery::Delivered
    }
}

/// Far more services than a worker and an outbox take at a time: both look for more while others stand in line.
#[tokio::test]
async fn looks_for_more_while_what_is_under_way_waits_for_the_store() {
    const SERVICES: usize = 40;
    let sandbox = sandbox().await;
    let clock = sandbox.clock().clone();
    let store = SqliteStore::in_memory().await.unwrap();
    let store = Obstructed { store, obstacle: OneConnection(Semaphore::new(1)) };
    let heard = Arc::new(AtomicUsize::new(0));
    let lifecycle = Lifecycle::builder(store, certum(sandbox.endpoint().as_str()))
        .clock(move || clock.now())
        .tell_programs(Listener(Arc::clone(&heard)))
        .build();
    let shop = Shop { sandbox, lifecycle };
    let mut ids = Vec::new();
    for number in 0..SERVICES {
        ids.push(shop.sell("601", &form(&[&format!("shop-{number}.example.com")], "dns")).await);
    }
    let worker = shop.lifecycle.worker();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move { worker.run(stopped.map(|_| ())).await });
    let all_are_placed = async {
        for id in ids {
            while shop.service(id).await.state.kind() != StateKind::Validating {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        stop.send(()).unwrap();
        running.await.unwrap();
        shop.lifecycle.deliver_due().await.unwrap();
    };
    let patience = Duration::from_secs(120);
    tokio::time::timeout(patience, all_are_placed).await.expect("the worker waits for itself");
    assert_eq!(heard.load(Ordering::SeqCst), SERVICES);
}
