//! What hosts are told: facts about their services, in an order that never changes.
//!
//! Each host has a row of facts without a gap. Whoever adds one takes the next number, of all who try only one succeeds, so
//! that no fact ever comes to stand before one that was read already.

use async_trait::async_trait;
use cert_lifecycle::delivery::{Deliver, Delivery, DeliveryId, Fact, Message};
use cert_lifecycle::records::{Kept, Records};
use cert_lifecycle::store::MessageId;
use cert_lifecycle::view::with;
use cert_lifecycle::{Clock, StoreError, SystemClock};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::owner;

/// What facts are called that are letters to customers.
pub(crate) const MESSAGE: &str = "message";

/// How long facts are kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(60 * 24);
/// How long letters are kept: no longer than the links in them open something.
const LETTERS_KEPT_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The facts of all hosts.
#[derive(Clone)]
pub(crate) struct Inbox {
    records: Records,
}

#[derive(Serialize, Deserialize)]
struct KeptFact(Fact);

impl Kept for KeptFact {
    const KIND: &'static str = "gateway_fact";
}

/// The number of a host's newest fact.
#[derive(Serialize, Deserialize)]
struct Newest(u64);

impl Kept for Newest {
    const KIND: &'static str = "gateway_newest_fact";
}

impl Inbox {
    pub(crate) fn new(records: Records) -> Self {
        Self { records }
    }

    /// A host's facts after a number, each with its own.
    pub(crate) async fn after(
        &self,
        host: &str,
        number: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Fact)>, StoreError> {
        let page: Vec<(String, KeptFact)> =
            self.records.after(Some(host), Some(&key(host, number)), limit).await?;
        let numbered = |(key, KeptFact(fact)): (String, KeptFact)| {
            let number = key.rsplit('/').next().and_then(|number| number.parse().ok());
            (number.unwrap_or_default(), fact)
        };
        Ok(page.into_iter().map(numbered).collect())
    }

    /// The number of a host's newest fact; 0 if it never had one.
    pub(crate) async fn newest(&self, host: &str) -> Result<u64, StoreError> {
        Ok(self.records.find(host).await?.map_or(0, |Newest(number)| number))
    }

    async fn add(&self, host: &str, fact: Fact) -> Result<(), StoreError> {
        let kept_for = if fact.kind == MESSAGE { LETTERS_KEPT_FOR } else { KEPT_FOR };
        let fact = KeptFact(fact);
        let now = SystemClock::default().now();
        let end = now.checked_add(kept_for).unwrap_or(jiff::Timestamp::MAX);
        loop {
            let next = self.newest(host).await?.saturating_add(1);
            let is_added = self.records.add_owned_until(&key(host, next), host, &fact, end).await?;
            // Whoever took the number may have died before this was said.
            if !self.records.add(host, None, &Newest(next)).await? {
                self.records.change(host, |Newest(number): &mut _| *number = next.max(*number)).await?;
            }
            if is_added {
                return Ok(());
            }
        }
    }

    async fn tell(&self, id: &DeliveryId, fact: Fact) -> Delivery {
        let Ok(MessageId { service, .. }) = id.as_str().parse() else { return Delivery::Delivered };
        let told = async {
            // What happens to a service that is no host's concerns none of them. But its customer has to be told.
            let Some(owned) = owner::find(&self.records, service).await? else {
                return Ok(fact.kind != MESSAGE);
            };
            self.add(&owned.host, fact).await.map(|()| true)
        };
        match told.await {
            Ok(true) => Delivery::Delivered,
            Ok(false) => {
                let reason = "no host has the service, and there is no mail server".to_owned();
                Delivery::Later { reason, wait: None }
            }
            Err(error) => {
                let error: StoreError = error;
                Delivery::Later { reason: error.to_string(), wait: None }
            }
        }
    }
}

fn key(host: &str, number: u64) -> String {
    format!("{host}/{number:020}")
}

#[async_trait]
impl Deliver<Fact> for Inbox {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        self.tell(&fact.id, fact.clone()).await
    }
}

/// Without a mail server, hosts send the letters.
#[async_trait]
impl Deliver<Message> for Inbox {
    async fn deliver(&self, message: &Message) -> Delivery {
        let Ok(MessageId { service, .. }) = message.id.as_str().parse() else { return Delivery::Delivered };
        let data = with(message, json!({ "service": service }));
        let now = SystemClock::default().now();
        self.tell(&message.id, Fact::new(message.id.clone(), MESSAGE, now, data)).await
    }
}

#[cfg(test)]
mod tests {
    use cert_lifecycle::MemoryStore;
    use futures::future::join_all;

    use super::*;

    fn inbox() -> Inbox {
        Inbox::new(Records::new(MemoryStore::new(), SystemClock::default()))
    }

    fn fact(name: &str) -> Fact {
        Fact::new(name.parse().unwrap(), "issued", SystemClock::default().now(), json!({}))
    }

    async fn numbers(inbox: &Inbox, host: &str, after: u64) -> Vec<u64> {
        inbox.after(host, after, 100).await.unwrap().into_iter().map(|(number, _)| number).collect()
    }

    #[tokio::test]
    async fn numbers_facts_without_a_gap_however_many_are_told_at_once() {
        let inbox = inbox();
        let told = (0..20).map(|number| {
            let (inbox, fact) = (inbox.clone(), fact(&format!("fact-{number}")));
            async move { inbox.add("shop", fact).await.unwrap() }
        });
        join_all(told).await;
        inbox.add("shop-2", fact("other")).await.unwrap();
        assert_eq!(numbers(&inbox, "shop", 0).await, (1..=20).collect::<Vec<_>>());
        assert_eq!(numbers(&inbox, "shop", 18).await, [19, 20]);
        assert_eq!((numbers(&inbox, "shop-2", 0).await, inbox.newest("shop").await.unwrap()), (vec![1], 20));
    }

    #[tokio::test]
    async fn goes_on_after_a_number_whose_writer_died_before_it_said_so() {
        let inbox = inbox();
        inbox.add("shop", fact("first")).await.unwrap();
        let end = jiff::Timestamp::MAX;
        let dead = KeptFact(fact("second"));
        inbox.records.add_owned_until(&key("shop", 2), "shop", &dead, end).await.unwrap();
        assert_eq!(inbox.newest("shop").await.unwrap(), 1, "it did not say so");
        inbox.add("shop", fact("third")).await.unwrap();
        assert_eq!(numbers(&inbox, "shop", 0).await, [1, 2, 3]);
    }
}
