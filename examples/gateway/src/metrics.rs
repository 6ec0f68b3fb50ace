//! What is counted, for Prometheus.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use cert_lifecycle::{Observation, Observe, StateKind};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

type Labels = Vec<(&'static str, String)>;
type Counters = Family<Labels, Counter>;

/// What is counted. No label tells of a host or a customer.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Counters,
    durations: Family<Labels, Histogram>,
    calls: Counters,
    transitions: Counters,
    listed: Counter,
    news: Counter,
    deliveries: Counters,
    webhooks: Counters,
    services: Family<Labels, Gauge>,
    waiting: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let durations = || Histogram::new(exponential_buckets(0.001, 4.0, 9));
        let metrics = Self {
            registry: Mutex::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            calls: Family::default(),
            transitions: Family::default(),
            listed: Counter::default(),
            news: Counter::default(),
            deliveries: Family::default(),
            webhooks: Family::default(),
            services: Family::default(),
            waiting: Gauge::default(),
        };
        if let Ok(mut registry) = metrics.registry.lock() {
            registry.register("gateway_requests", "Calls by route and status", metrics.requests.clone());
            let took = "Seconds that calls took";
            registry.register("gateway_request_seconds", took, metrics.durations.clone());
            let calls = "Calls of workers, by whether they led to something to record";
            registry.register("worker_calls", calls, metrics.calls.clone());
            let transitions = "How often services went from one state to another";
            registry.register("service_transitions", transitions, metrics.transitions.clone());
            registry.register(
                "ca_changes_listed",
                "Orders in the CA's list of changes",
                metrics.listed.clone(),
            );
            registry.register("ca_changes_news", "Those that said something new", metrics.news.clone());
            let deliveries = "What became of messages of the outbox";
            registry.register("outbox_deliveries", deliveries, metrics.deliveries.clone());
            let webhooks = "What became of facts at webhooks";
            registry.register("webhook_deliveries", webhooks, metrics.webhooks.clone());
            registry.register("services", "Services by state", metrics.services.clone());
            let waiting = "Messages in the outbox; more than a thousand are not counted";
            registry.register("outbox_waiting", waiting, metrics.waiting.clone());
        }
        metrics
    }

    /// A call was answered.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let route = vec![("method", method.to_owned()), ("route", route.to_owned())];
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
        let mut labels = route;
        labels.push(("status", status.to_string()));
        self.requests.get_or_create(&labels).inc();
    }

    /// A fact was taken by a webhook, refused, or postponed.
    pub(crate) fn told_a_webhook(&self, fate: &str) {
        self.webhooks.get_or_create(&vec![("fate", fate.to_owned())]).inc();
    }

    /// Everything, with what is counted only when somebody looks.
    pub(crate) fn text(&self, services: &[(StateKind, u64)], waiting: usize) -> Result<String, fmt::Error> {
        for (state, count) in services {
            let labels = vec![("state", state.as_str().to_owned())];
            self.services.get_or_create(&labels).set(i64::try_from(*count).unwrap_or(i64::MAX));
        }
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        let mut text = String::new();
        let registry = self.registry.lock().map_err(|_| fmt::Error)?;
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Observe for Metrics {
    fn observe(&self, what: Observation) {
        match what {
            Observation::Call { name, is_done } => {
                let labels = vec![("call", name.to_owned()), ("is_done", is_done.to_string())];
                self.calls.get_or_create(&labels).inc();
            }
            Observation::Transition { from, to } => {
                let labels = vec![("from", from.as_str().to_owned()), ("to", to.as_str().to_owned())];
                self.transitions.get_or_create(&labels).inc();
            }
            Observation::Synchronized { listed, news } => {
                self.listed.inc_by(listed);
                self.news.inc_by(news);
            }
            Observation::Delivered(deliveries) => {
                let fates = [
                    ("delivered", deliveries.delivered),
                    ("postponed", deliveries.postponed),
                    ("given_up", deliveries.given_up),
                    ("unaddressed", deliveries.unaddressed),
                ];
                for (fate, count) in fates {
                    let labels = vec![("fate", fate.to_owned())];
                    self.deliveries.get_or_create(&labels).inc_by(count as u64);
                }
            }
            _ => {}
        }
    }
}
