//! Facts to the addresses that hosts have registered: each webhook reads on in its host's row of facts.
//!
//! One that doesn't answer holds up nothing but itself. Two gateways over one database may both deliver a fact; its identifier
//! stays the same.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cert_lifecycle::delivery::{Deliver, Delivery, Fact, WebhookDelivery, WebhookSecret};
use cert_lifecycle::records::Kept;
use cert_lifecycle::{Backoff, StoreError, SystemClock};
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};

use crate::gateway::Gateway;
use crate::inbox::MESSAGE;

/// A webhook as it is kept, under its identifier. The secret is kept as it is: every delivery is signed with it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Hook {
    pub(crate) host: String,
    pub(crate) url: String,
    pub(crate) secret: String,
    /// The number of the last fact that it took.
    pub(crate) delivered_to: u64,
    /// Whether it is told what customers are told, by the scope of whoever registered it.
    #[serde(default)]
    pub(crate) letters: bool,
}

impl Kept for Hook {
    const KIND: &'static str = "gateway_webhook";
}

/// How often it is looked whether there is something to deliver.
const EVERY: Duration = Duration::from_secs(1);
/// How many facts a webhook gets in a row.
const PAGE: usize = 50;
const RETRY: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(60 * 60));

/// A webhook as it is known here.
#[derive(Default)]
struct Known {
    is_under_way: bool,
    /// After how many tries it is left alone for a while, and until when.
    wait: Option<(u32, Instant)>,
    /// Kept from one fact to the next: it has connections, and the roots that it trusts.
    carrier: Option<WebhookDelivery>,
}

/// How deliveries to a webhook ended.
struct Ended {
    id: String,
    carrier: Option<WebhookDelivery>,
    /// How long it wants to be left alone, if it did not take everything.
    wait: Result<Option<Duration>, StoreError>,
}

/// Delivers for ever.
pub(crate) async fn deliver(gateway: Arc<Gateway>) {
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut under_way: FuturesUnordered<BoxFuture<'_, Ended>> = FuturesUnordered::new();
    let mut looks = interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            Some(ended) = under_way.next(), if !under_way.is_empty() => settle(&mut known, ended),
            _ = looks.tick() => match gateway.records.all::<Hook>(None).await {
                Ok(hooks) => {
                    known.retain(|id, _| hooks.iter().any(|(there, _)| there == id));
                    for (id, hook) in hooks {
                        let now = Instant::now();
                        let about = known.entry(id.clone()).or_default();
                        if about.is_under_way || about.wait.is_some_and(|(_, until)| now < until) {
                            continue;
                        }
                        about.is_under_way = true;
                        under_way.push(Box::pin(deliver_to(&gateway, id, hook, about.carrier.take())));
                    }
                }
                Err(error) => tracing::warn!(%error, "webhooks can't be read"),
            },
        }
    }
}

/// Notes how deliveries ended, and when they go on.
fn settle(known: &mut HashMap<String, Known>, ended: Ended) {
    let Ended { id, carrier, wait } = ended;
    // It may have been removed meanwhile.
    let Some(about) = known.get_mut(&id) else { return };
    (about.is_under_way, about.carrier) = (false, carrier);
    match wait {
        Ok(None) => about.wait = None,
        Ok(Some(wait)) => {
            let tries = about.wait.map_or(0, |(tries, _)| tries).saturating_add(1);
            about.wait = Some((tries, Instant::now() + RETRY.delay(tries).max(wait)));
        }
        Err(error) => tracing::warn!(%error, "a webhook's facts can't be read"),
    }
}

async fn deliver_to(gateway: &Gateway, id: String, hook: Hook, carrier: Option<WebhookDelivery>) -> Ended {
    let mut carrier = carrier;
    let wait = deliver_news(gateway, &id, &hook, &mut carrier).await;
    Ended { id, carrier, wait }
}

/// Delivers what a webhook has not had yet, until it refuses one. Says how long it wants to be left alone then.
async fn deliver_news(
    gateway: &Gateway,
    id: &str,
    hook: &Hook,
    kept: &mut Option<WebhookDelivery>,
) -> Result<Option<Duration>, StoreError> {
    for (number, fact) in gateway.inbox.after(&hook.host, hook.delivered_to, PAGE).await? {
        if fact.kind != MESSAGE || hook.letters {
            let known = kept.take().or_else(|| carrier(&hook.url, &hook.secret, gateway.webhooks_inside));
            // Under other settings it was one that facts may go to.
            let Some(carrier) = known else { return Ok(Some(RETRY.delay(u32::MAX))) };
            let carrier = kept.insert(carrier);
            if let Some(wait) = deliver_one(gateway, carrier, hook, &fact).await {
                return Ok(Some(wait));
            }
        }
        let taken = |hook: &mut Hook| hook.delivered_to = hook.delivered_to.max(number);
        if gateway.records.change(id, taken).await?.is_none() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Delivers a fact. Says how long the webhook wants to be left alone if it did not take it, and may yet.
async fn deliver_one(
    gateway: &Gateway,
    carrier: &WebhookDelivery,
    hook: &Hook,
    fact: &Fact,
) -> Option<Duration> {
    let (fate, wait) = match carrier.deliver(fact).await {
        Delivery::Later { reason, wait } => {
            tracing::warn!(host = hook.host, fact = %fact.id, reason, "a webhook will be tried again");
            let wait = wait.and_then(|wait| Duration::try_from(wait).ok()).unwrap_or_default();
            ("postponed", Some(wait))
        }
        Delivery::Never { reason } => {
            tracing::error!(host = hook.host, fact = %fact.id, reason, "a webhook will not take a fact");
            ("refused", None)
        }
        Delivery::Delivered => ("taken", None),
    };
    gateway.metrics.told_a_webhook(fate);
    wait
}

/// What carries facts to an address; none if it is not one that facts may go to.
pub(crate) fn carrier(url: &str, secret: &str, inside: bool) -> Option<WebhookDelivery> {
    let secret = WebhookSecret::new(secret).ok()?;
    let builder = WebhookDelivery::builder(url, secret).clock(SystemClock::default());
    let builder = if inside { builder } else { builder.outside_only() };
    builder.build().ok()
}
