//! Takes messages out of the store's outbox, to people and to programs.

#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use serde::Serialize;

use crate::compose::Compose;
use crate::delivery::{Deliver, Delivery, DeliveryId, Fact, Message};
use crate::error::Error;
use crate::policy::after;
use crate::service::Service;
use crate::services::Services;
use crate::store::{ClaimRequest, MessageClaim, Store};
use crate::{Backoff, Clock, Entropy, Notice, ServiceId};

/// How an [`Outbox`] goes about its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutboxPolicy {
    /// How many messages of a topic are under way at a time.
    pub concurrency: NonZeroUsize,
    /// How long a claim holds: longer than a delivery can take, so that nobody else begins it meanwhile.
    pub lease: Duration,
    /// How long to wait after a delivery that did not succeed, unless its receiver wants to be left alone for longer.
    pub retry: Backoff,
}

impl Default for OutboxPolicy {
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::MIN.saturating_add(7),
            lease: Duration::from_secs(5 * 60),
            retry: Backoff::new(Duration::from_secs(30), Duration::from_secs(60 * 60)),
        }
    }
}

/// Delivers the notices that wait in the store.
///
/// # Expected flow
/// [`people`](Self::people), [`programs`](Self::programs), or both; then [`deliver_due`](Self::deliver_due) again and
/// again.
///
/// # Guarantees
/// - Each message is delivered at least once, under an identifier that never changes, and removed only once somebody has
///   taken responsibility for it, or it has turned out that nobody ever will.
/// - A service's messages of one topic are delivered in their order; the topics don't wait for each other, nor do services.
///   What is for the reseller's people has a topic of its own.
/// - A message that can't be read is logged and removed: it stops nothing behind it.
/// - Programs never get the token of a form.
/// - Any number of outboxes may share a store.
///
/// # Caveats
/// A topic that nobody carries stays in the store. A message that is put off again and again holds up what comes after it
/// for the same service.
#[derive(Clone)]
pub struct Outbox {
    store: Arc<dyn Store>,
    services: Arc<Services>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: OutboxPolicy,
    people: Option<Letters>,
    programs: Option<Arc<dyn Deliver<Fact>>>,
}

/// What writes to people.
#[derive(Clone)]
struct Letters {
    compose: Arc<dyn Compose>,
    carrier: Arc<dyn Deliver<Message>>,
}

/// What came of the messages that were due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Deliveries {
    /// Somebody else has taken responsibility for so many.
    pub delivered: usize,
    /// So many are tried again later.
    pub postponed: usize,
    /// So many will never be taken, or can't be read.
    pub given_up: usize,
    /// So many are for nobody, such as for a customer without a known mailbox.
    pub unaddressed: usize,
}

impl AddAssign for Deliveries {
    fn add_assign(&mut self, other: Self) {
        self.delivered += other.delivered;
        self.postponed += other.postponed;
        self.given_up += other.given_up;
        self.unaddressed += other.unaddressed;
    }
}

/// What became of one message.
enum Fate {
    Delivered,
    Postponed,
    GivenUp,
    Unaddressed,
}

impl From<Fate> for Deliveries {
    fn from(fate: Fate) -> Self {
        let none = Self::default();
        match fate {
            Fate::Delivered => Self { delivered: 1, ..none },
            Fate::Postponed => Self { postponed: 1, ..none },
            Fate::GivenUp => Self { given_up: 1, ..none },
            Fate::Unaddressed => Self { unaddressed: 1, ..none },
        }
    }
}

/// Who carries a topic.
#[derive(Clone, Copy)]
enum Carrier<'a> {
    People(&'a Letters),
    Programs(&'a dyn Deliver<Fact>),
}

impl Outbox {
    /// An outbox that nothing is carried from yet.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        policy: OutboxPolicy,
    ) -> Self {
        let services = Arc::new(Services::new(Arc::clone(&store), 0));
        Self { store, services, clock, entropy, policy, people: None, programs: None }
    }

    /// Has it share the services that others have at hand.
    pub(crate) fn reading(mut self, services: Arc<Services>) -> Self {
        self.services = services;
        self
    }

    /// What puts notices into words for people, and what carries them.
    #[must_use]
    pub fn people(mut self, compose: Arc<dyn Compose>, carrier: Arc<dyn Deliver<Message>>) -> Self {
        self.people = Some(Letters { compose, carrier });
        self
    }

    /// What carries facts to programs.
    #[must_use]
    pub fn programs(mut self, carrier: Arc<dyn Deliver<Fact>>) -> Self {
        self.programs = Some(carrier);
        self
    }

    /// Delivers what is due now. What falls due meanwhile waits for the next call.
    ///
    /// # Errors
    /// If the store or the source of randomness fails. What was under way is finished before.
    pub async fn deliver_due(&self) -> Result<Deliveries, Error> {
        let people = self.people.as_ref().map(Carrier::People);
        let programs = self.programs.as_deref().map(Carrier::Programs);
        let (customers, reseller, programs) = tokio::join!(
            self.deliver_all(Notice::FOR_PEOPLE, people),
            self.deliver_all(Notice::FOR_RESELLER, people),
            self.deliver_all(Notice::FOR_PROGRAMS, programs),
        );
        let mut deliveries = customers?;
        deliveries += reseller?;
        deliveries += programs?;
        Ok(deliveries)
    }

    /// Delivers a topic's messages, a number at a time, until none is due. A topic that nobody carries stays as it is.
    async fn deliver_all(&self, topic: &str, carrier: Option<Carrier<'_>>) -> Result<Deliveries, Error> {
        let Some(carrier) = carrier else { return Ok(Deliveries::default()) };
        let started = self.clock.now();
        let mut under_way = FuturesUnordered::new();
        let mut deliveries = Deliveries::default();
        let mut failure = None;
        loop {
            let free = self.policy.concurrency.get() - under_way.len();
            if failure.is_none() && free > 0 {
                let mut claims = std::pin::pin!(self.claim(topic, started, free));
                // What is under way goes on meanwhile: it may have been promised the store's last connection.
                let claims = loop {
                    tokio::select! {
                        claims = &mut claims => break claims,
                        Some(settled) = under_way.next(), if !under_way.is_empty() => match settled {
                            Ok(fate) => deliveries += Deliveries::from(fate),
                            Err(error) => failure = failure.or(Some(error)),
                        },
                    }
                };
                match claims {
                    Ok(claims) => {
                        under_way.extend(claims.into_iter().map(|claim| self.carry(carrier, claim)));
                    }
                    Err(error) => failure = failure.or(Some(error)),
                }
            }
            match under_way.next().await {
                Some(Ok(fate)) => deliveries += fate.into(),
                Some(Err(error)) => failure = failure.or(Some(error)),
                None => return failure.map_or(Ok(deliveries), Err),
            }
        }
    }

    /// Claims what was due when the round began: what is put off in it does not come back in it.
    async fn claim(&self, topic: &str, started: Timestamp, limit: usize) -> Result<Vec<MessageClaim>, Error> {
        let mut token = [0; 16];
        self.entropy.fill(&mut token)?;
        let request = ClaimRequest {
            now: started,
            lease_until: after(self.clock.now(), self.policy.lease),
            token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
            limit,
        };
        Ok(self.store.claim_messages(topic, request).await?)
    }

    async fn carry(&self, carrier: Carrier<'_>, claim: MessageClaim) -> Result<Fate, Error> {
        let message = claim.id;
        let notice: Notice = match serde_json::from_str(&claim.body) {
            Ok(notice) => notice,
            Err(error) => {
                // The error's own words may quote the body.
                tracing::error!(%message, kind = ?error.classify(), "gave up a notice that can't be read");
                return self.remove(&claim, Fate::GivenUp).await;
            }
        };
        let delivery = match carrier {
            Carrier::People(Letters { compose, carrier }) => {
                let service = match self.load(notice.service).await {
                    Ok(service) => service,
                    Err(Error::Store(error)) => return Err(error.into()),
                    Err(error) => {
                        let reason = error.to_string();
                        return self.settle(&claim, &notice, Delivery::Later { reason, wait: None }).await;
                    }
                };
                let Some(composed) = compose.compose(message.into(), &notice, &service) else {
                    tracing::info!(%message, notice = notice.kind.name(), "a notice is for nobody");
                    return self.remove(&claim, Fate::Unaddressed).await;
                };
                carrier.deliver(&composed).await
            }
            Carrier::Programs(carrier) => match fact(message.into(), &notice) {
                Ok(fact) => carrier.deliver(&fact).await,
                Err(error) => Delivery::Never { reason: error.to_string() },
            },
        };
        self.settle(&claim, &notice, delivery).await
    }

    /// Stores what became of a delivery.
    async fn settle(&self, claim: &MessageClaim, notice: &Notice, delivery: Delivery) -> Result<Fate, Error> {
        let (message, notice) = (claim.id, notice.kind.name());
        match delivery {
            Delivery::Delivered => self.remove(claim, Fate::Delivered).await,
            Delivery::Never { reason } => {
                tracing::error!(%message, notice, %reason, "gave up a notice that nobody takes");
                self.remove(claim, Fate::GivenUp).await
            }
            Delivery::Later { reason, wait } => {
                let own = self.policy.retry.delay(claim.tries.saturating_add(1));
                let asked = wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or_default();
                let due_at = after(self.clock.now(), own.max(asked));
                tracing::warn!(%message, notice, %reason, %due_at, "will deliver a notice again");
                self.store.postpone_message(claim, due_at).await?;
                Ok(Fate::Postponed)
            }
        }
    }

    async fn remove(&self, claim: &MessageClaim, fate: Fate) -> Result<Fate, Error> {
        self.store.remove_messages(&[claim.id]).await?;
        Ok(fate)
    }

    async fn load(&self, id: ServiceId) -> Result<Service, Error> {
        self.services.load(id).await?.ok_or(Error::NotFound(id))
    }
}

/// A notice for programs, which have no use for the token that opens a form.
fn fact(id: DeliveryId, notice: &Notice) -> Result<Fact, serde_json::Error> {
    let mut data = serde_json::to_value(notice)?;
    if let Some(fields) = data.as_object_mut() {
        fields.remove("token");
    }
    Ok(Fact::new(id, notice.kind.name(), notice.occurred_at, data))
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("policy", &self.policy)
            .field("people", &self.people.is_some())
            .field("programs", &self.programs.is_some())
            .finish_non_exhaustive()
    }
}
