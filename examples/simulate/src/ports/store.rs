//! The store, which fails now and then, and tells whoever watches what it has committed.

use std::sync::Arc;

use async_trait::async_trait;
use cert_lifecycle::service::RecordedEvent;
use cert_lifecycle::store::{
    Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Release, Search, WaitingMessage,
};
use cert_lifecycle::{OrderId, ServiceId, StateKind, Store, StoreError, Summary};
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use crate::FaultKind;
use crate::planted::{self, Plant};
use crate::ports::deliver_late;
use crate::world::World;

pub(crate) struct AroundStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) world: Arc<World>,
}

/// How a change goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It does not.
    Spared,
    /// Nothing is stored.
    Refused,
    /// It is stored, and nobody hears of it.
    Unheard,
}

impl AroundStore {
    fn down(&self) -> StoreError {
        self.world.lock().has_failed = true;
        StoreError::Unavailable("the database can't be reached".into())
    }

    /// A border before something is read.
    async fn before_reading(&self) -> Result<(), StoreError> {
        self.world.stage.pass().await;
        deliver_late(&self.world).await;
        if self.world.weather.store_down.cover(self.world.now()) {
            self.world.struck(FaultKind::StoreDown);
            return Err(self.down());
        }
        Ok(())
    }

    /// A border before something is changed, and what becomes of the change.
    async fn before_changing(&self) -> Result<Fate, StoreError> {
        /// How often a change fails, in millionths; half of them once they are stored.
        const ODDS: u64 = 600;

        self.before_reading().await?;
        let odds = ODDS * u64::from(self.world.settings.share(FaultKind::StoreErrors)) / 1000;
        let subject = self.world.stage.subject();
        let (fails, is_stored) = {
            let mut state = self.world.lock();
            let dice = state.store.of(subject);
            (dice.ppm(odds), dice.percent(50))
        };
        if fails {
            self.world.struck(FaultKind::StoreErrors);
        }
        match (fails, is_stored) {
            (false, _) => Ok(Fate::Spared),
            (true, true) => Ok(Fate::Unheard),
            (true, false) => Ok(Fate::Refused),
        }
    }

    /// Makes a change between two borders.
    async fn change<T, E: From<StoreError>>(
        &self,
        change: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let fate = self.before_changing().await?;
        if fate == Fate::Refused {
            return Err(self.down().into());
        }
        let outcome = change.await;
        self.world.stage.pass().await;
        if fate == Fate::Unheard && outcome.is_ok() {
            return Err(self.down().into());
        }
        outcome
    }
}

#[async_trait]
impl Store for AroundStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        let (id, version, events) = (append.id, append.version(), append.events.clone());
        self.world.stage.work_on(self.world.number(id));
        self.change(async {
            self.store.append(append).await?;
            if !events.is_empty() {
                self.world.stored(id, version, &events);
            }
            Ok(())
        })
        .await
    }

    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        self.before_reading().await?;
        self.store.history_after(id, version).await
    }

    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        self.world.stage.work_on(None);
        self.change(async {
            let claims = self.store.claim(claim).await?;
            let first = claims.first().and_then(|claim| self.world.number(claim.id));
            self.world.stage.work_on(first);
            Ok(claims)
        })
        .await
    }

    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        let outcome = self.change(self.store.release(claim, release)).await;
        self.world.stage.work_on(None);
        outcome
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due().await
    }

    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        self.before_reading().await?;
        self.store.summary(id).await
    }

    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError> {
        self.before_reading().await?;
        self.store.search(search).await
    }

    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError> {
        self.before_reading().await?;
        self.store.service_of_order(order_id).await
    }

    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError> {
        self.before_reading().await?;
        self.store.service_of_key(key).await
    }

    async fn claim_messages(
        &self,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        self.change(self.store.claim_messages(topic, claim)).await
    }

    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        self.change(self.store.remove_messages(ids)).await
    }

    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError> {
        self.change(self.store.postpone_message(claim, due_at)).await
    }

    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError> {
        self.before_reading().await?;
        self.store.messages(topic, after, limit).await
    }

    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError> {
        self.before_reading().await?;
        self.store.counts().await
    }

    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.before_reading().await?;
        if self.world.settings.plant == Some(Plant::Watermark) {
            return planted::watermark(&*self.store, name, self.world.now()).await;
        }
        self.store.watermark(name).await
    }

    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError> {
        self.change(self.store.move_watermark(name, seen, to)).await
    }
}
