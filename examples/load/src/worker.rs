//! A worker over SQLite against the sandbox, over real sockets, with many calls in flight.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cert_domain::Form;
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::Event;
use cert_lifecycle::{
    Backoff, CertificateAuthority, Lifecycle, OrderDate, OrderQuery, ServiceId, SqliteStore, StateKind,
    WorkerPolicy,
};
use clap::Args;
use futures::TryStreamExt;
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use crate::ca::Ca;
use crate::gauge::{Gauge, Gauged};
use crate::judge::Judge;
use crate::process::{Usage, load_average};
use crate::shop;
use crate::spread::Spread;
use crate::{Outcome, TOO_LONG};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many services are bought.
    #[arg(long, default_value_t = 5000)]
    services: usize,
    /// How many customers there are, each of whom buys one service after the other.
    #[arg(long, default_value_t = 256)]
    customers: usize,
    /// How many services the worker works on at a time: the most calls in flight.
    #[arg(long, default_value = "64")]
    calls: NonZeroUsize,
    /// How many milliseconds the sandbox takes to answer. Where it answers at once, fewer calls are in flight than there may be.
    #[arg(long, default_value_t = 100)]
    answers_after: u64,
    /// What the sandbox's codes and serial numbers follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) async fn run(options: &Options, judge: &mut Judge) -> Outcome<()> {
    let ca = Ca::start(options.seed, None, options.answers_after)?;
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("services.db")).await?;
    let (gauge, waiting) = (Arc::new(Gauge::default()), Waiting::default());
    let authority = Gauged { authority: ca.certum()?, gauge: Arc::clone(&gauge) };
    let mut policy = WorkerPolicy::default();
    policy.concurrency = options.calls;
    policy.poll = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
    policy.idle = Duration::from_millis(100);
    let heard = waiting.clone();
    let lifecycle = Lifecycle::builder(store, authority)
        .policy(policy)
        .publisher(ca.publisher())
        .tell_programs(move |fact: &Fact| heard.hear(fact))
        .build();
    let forms = (0..options.services).map(|number| Ok((number, shop::form(&shop::name(number))?)));
    let forms = forms.collect::<Outcome<Vec<_>>>()?;
    let forms = Arc::new(Mutex::new(forms));

    let (stop, stopped) = oneshot::channel::<()>();
    let worker = lifecycle.worker();
    let working = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        worker.run(stopped).await;
    });
    let (us, theirs, begun) = (Usage::of_this()?, ca.usage()?, Instant::now());
    let customers = (0..options.customers).map(|_| {
        let customer =
            Customer { lifecycle: lifecycle.clone(), waiting: waiting.clone(), forms: Arc::clone(&forms) };
        tokio::spawn(customer.buy())
    });
    let all = tokio::time::timeout(TOO_LONG, try_join_all(customers));
    let bought = all.await.map_err(|_| "some customers wait for ever")??;
    let bought = bought.into_iter().collect::<Outcome<Vec<_>>>()?;
    let took = begun.elapsed();
    let (us_after, theirs_after) = (Usage::of_this()?, ca.usage()?);
    let _ = stop.send(());
    working.await?;

    let services: Vec<_> = bought.into_iter().flatten().collect();
    let calls = gauge.took();
    let rate = |count: usize| count as f64 / took.as_secs_f64();
    let on_average = calls.iter().sum::<u64>() as f64 / 1e6 / took.as_secs_f64();
    println!("{} services in {took:.1?}, load average {}", services.len(), load_average()?);
    println!("  {:.0} certificates a second, {:.0} calls a second", rate(services.len()), rate(calls.len()));
    println!(
        "  at most {} calls in flight, {on_average:.1} on average; a call: {}",
        gauge.most_in_flight(),
        Spread::new(calls)
    );
    println!("  from the form to the certificate: {}", roads(&lifecycle, &services).await?);
    for (who, before, after) in [("this process", us, us_after), ("the sandbox", theirs, theirs_after)] {
        let processor = after.processor.saturating_sub(before.processor);
        let each = processor.as_secs_f64() * 1000.0 / services.len() as f64;
        let shares = processor.as_secs_f64() / took.as_secs_f64();
        println!(
            "  {who}: {shares:.2} processors, {each:.2} ms of them for each certificate; at most {} kB of memory",
            after.peak
        );
    }
    if options.answers_after > 0 {
        is_as_busy_as_it_may_be(options, gauge.most_in_flight(), judge);
    }
    nothing_is_lost(&lifecycle, &ca, &services, options.services, judge).await?;
    ca.stop()
}

/// As many calls were in flight as services may be worked on at a time, or as there were services at a time.
fn is_as_busy_as_it_may_be(options: &Options, most_in_flight: usize, judge: &mut Judge) {
    let at_a_time = options.customers.min(options.services).min(options.calls.get());
    let seen = format!("{most_in_flight} of {at_a_time}");
    judge.look("as many calls are in flight as there may be", most_in_flight == at_a_time, &seen);
}

/// Who waits for which certificate.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>);

impl Waiting {
    fn wait_for(&self, service: ServiceId) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(service.to_string(), sender);
        receiver
    }

    fn hear(&self, fact: &Fact) {
        let service = fact.data.get("service").and_then(serde_json::Value::as_str);
        let Some(service) = service.filter(|_| fact.kind == "issued") else { return };
        if let Some(waiting) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(service) {
            let _ = waiting.send(());
        }
    }
}

/// Somebody who buys a service, waits for the certificate, and buys the next.
struct Customer {
    lifecycle: Lifecycle,
    waiting: Waiting,
    forms: Arc<Mutex<Vec<(usize, Form)>>>,
}

impl Customer {
    async fn buy(self) -> Outcome<Vec<ServiceId>> {
        let mut bought = Vec::new();
        while let Some((number, form)) = self.next_form() {
            let customer = format!("customer-{number}").parse()?;
            let service = self.lifecycle.create_service(shop::offer()?, customer).await?;
            let issued = self.waiting.wait_for(service);
            self.lifecycle.configure(service, &form).await?;
            issued.await?;
            bought.push(service);
        }
        Ok(bought)
    }

    fn next_form(&self) -> Option<(usize, Form)> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// How long each service took from the form to the certificate, by its own history.
async fn roads(lifecycle: &Lifecycle, services: &[ServiceId]) -> Outcome<Spread> {
    let mut micros = Vec::with_capacity(services.len());
    for service in services {
        let history = lifecycle.history(*service).await?;
        let when = |is_it: fn(&Event) -> bool| -> Outcome<Timestamp> {
            let recorded = history.iter().find(|recorded| is_it(&recorded.event));
            Ok(recorded.ok_or("a road without beginning or end")?.at)
        };
        let begun = when(|event| matches!(event, Event::Configured { .. }))?;
        let ended = when(|event| matches!(event, Event::CertificateIssued { .. }))?;
        micros.push(u64::try_from(ended.duration_since(begun).as_micros())?);
    }
    Ok(Spread::new(micros))
}

/// Every service is active by its first attempt, and the CA's book has one order for each, and no other.
async fn nothing_is_lost(
    lifecycle: &Lifecycle,
    ca: &Ca,
    services: &[ServiceId],
    wanted: usize,
    judge: &mut Judge,
) -> Outcome<()> {
    let mut orders = BTreeSet::new();
    for id in services {
        let service = lifecycle.service(*id).await?;
        let is_as_wanted = service.state.kind() == StateKind::Active
            && (service.attempts, service.stray_orders.len(), service.certificates.len()) == (1, 0, 1);
        if let Some(certificate) = service.certificates.first().filter(|_| is_as_wanted) {
            orders.insert(certificate.order_id.as_str().to_owned());
        }
    }
    let seen = format!("{} of {wanted}", orders.len());
    judge.look("every service has its certificate by one attempt", orders.len() == wanted, &seen);
    let (now, around) = (Timestamp::now(), SignedDuration::from_hours(24));
    let (from, to) = (now.checked_sub(around)?, now.checked_add(around)?);
    let query = OrderQuery { by: OrderDate::Placed, from, to, with_requestor: false };
    let certum = ca.certum()?;
    let book: Vec<_> = certum.orders(query).map_ok(|order| order.order_id.to_string()).try_collect().await?;
    let distinct: BTreeSet<_> = book.iter().cloned().collect();
    let is_the_same = book.len() == distinct.len() && distinct == orders;
    judge.look("the CA's book has one order for each", is_the_same, &format!("{} orders", book.len()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_worker_that_makes_fewer_or_more_calls_than_it_may() {
        let options = |customers| {
            let calls = NonZeroUsize::new(64).unwrap();
            Options { services: 5000, customers, calls, answers_after: 100, seed: 1 }
        };
        let broken = |customers, most_in_flight| {
            let mut judge = Judge::default();
            is_as_busy_as_it_may_be(&options(customers), most_in_flight, &mut judge);
            judge.broken()
        };
        assert_eq!([broken(256, 64), broken(256, 55), broken(256, 65)], [0, 1, 1]);
        assert_eq!(
            [broken(30, 30), broken(30, 29)],
            [0, 1],
            "thirty customers have thirty services at a time"
        );
    }
}
