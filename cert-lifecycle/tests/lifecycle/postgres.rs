//! Several worker processes on one PostgreSQL database, killed at any moment.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::Instruction;
use cert_lifecycle::store::Search;
use cert_lifecycle::{
    Backoff, CertificateAuthority, Lifecycle, OrderDate, OrderQuery, PostgresOptions, PostgresStore,
    ProofPublisher, PublishError, ServiceId, StateKind, WorkerPolicy,
};
use certum_sandbox::{Sandbox, SandboxClock};
use csr_tools::Certificate;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::SignedDuration;
use serde_json::json;

use crate::common::{PASSWORD, USER, certum, form, offer, orders};

#[path = "../support/server.rs"]
#[allow(dead_code, reason = "the tests of the store use more of it")]
mod server;

use server::Server;

const ENDPOINT: &str = "KILLED_TEST_ENDPOINT";
const CONTROL: &str = "KILLED_TEST_CONTROL";
const DATABASE: &str = "KILLED_TEST_DATABASE";

const SERVICES: usize = 1000;
const PROCESSES: usize = 4;
/// For how long processes are killed, if the services are not active before.
const KILLING: Duration = Duration::from_secs(60);

/// Publishes by the sandbox's control interface.
struct OverHttp {
    client: reqwest::Client,
    records: String,
}

impl OverHttp {
    async fn send(&self, method: reqwest::Method, instruction: &Instruction) -> Result<(), PublishError> {
        let Instruction::TxtRecord { name, value } = instruction else {
            return Err(PublishError::Unsupported);
        };
        let record = json!({"name": name, "type": "TXT", "value": value});
        let sent = self.client.request(method, &self.records).json(&record).send().await;
        let answer = sent.map_err(|error| PublishError::Unavailable(error.into()))?;
        // What is not there needs no withdrawing.
        assert!(answer.status().is_success() || answer.status() == 404, "{}", answer.status());
        Ok(())
    }
}

#[async_trait]
impl ProofPublisher for OverHttp {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        self.send(reqwest::Method::POST, instruction).await
    }
    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        self.send(reqwest::Method::DELETE, instruction).await
    }
}

async fn open(description: &str, endpoint: &str, control: &str) -> Lifecycle {
    let store = PostgresStore::connect(PostgresOptions::new(description).pool_size(8)).await.unwrap();
    let clock = SandboxClock::system();
    let mut policy = WorkerPolicy::default();
    policy.lease = Duration::from_secs(8);
    policy.poll = Backoff::new(Duration::from_secs(1), Duration::from_secs(4));
    policy.retry = Backoff::new(Duration::from_secs(1), Duration::from_secs(4));
    policy.idle = Duration::from_secs(1);
    policy.sync = Some(Duration::from_secs(5));
    let publisher = OverHttp { client: reqwest::Client::new(), records: format!("{control}/dns") };
    Lifecycle::builder(store, certum(endpoint))
        .clock(move || clock.now())
        .policy(policy)
        .publisher(publisher)
        .build()
}

/// A process that works until it is killed.
#[ignore = "no test of its own: the test below starts this program again for it"]
#[tokio::test]
async fn worker_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let lifecycle = open(&variable(DATABASE), &variable(ENDPOINT), &variable(CONTROL)).await;
    lifecycle.worker().run(std::future::pending()).await;
}

/// What the processes have to know.
struct Surroundings {
    database: String,
    endpoint: String,
    control: String,
}

impl Surroundings {
    fn start_worker(&self) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "postgres::worker_process", "--ignored", "--nocapture"])
            .env(DATABASE, &self.database)
            .env(ENDPOINT, &self.endpoint)
            .env(CONTROL, &self.control)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

/// Numbers that look random, and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Worker processes that end with the test, however it ends.
struct Workers(Vec<Child>);

impl Workers {
    fn kill(&mut self, number: usize) {
        // SIGKILL: nobody gets to tidy up.
        self.0[number].kill().unwrap();
        self.0[number].wait().unwrap();
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &mut self.0 {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

fn name(number: usize) -> String {
    format!("shop-{number}.example.com")
}

async fn sell(lifecycle: &Lifecycle, number: usize) -> ServiceId {
    let customer = format!("customer-{number}").parse().unwrap();
    let id = lifecycle.create_service(offer("601"), customer).await.unwrap();
    lifecycle.configure(id, &form(&[&name(number)], "dns")).await.unwrap();
    id
}

async fn active(lifecycle: &Lifecycle) -> usize {
    let mut search = Search { state: Some(StateKind::Active), ..Search::default() };
    let mut count = 0;
    loop {
        let page = lifecycle.search(search.clone()).await.unwrap();
        let Some(last) = page.last() else { return count };
        count += page.len();
        search.after = Some(last.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buys_once_for_each_of_a_thousand_services_however_often_processes_are_killed() {
    let Some(server) = Server::start(&["fsync = off", "autovacuum = off"]) else { return };
    let sandbox = Sandbox::builder()
        .seed(7)
        .credentials(USER, PASSWORD)
        .issue_delay(SignedDuration::from_secs(1))
        .call_limit(1_000_000);
    let sandbox = sandbox.start().await.unwrap();
    let around = Surroundings {
        database: server.description(""),
        endpoint: sandbox.endpoint().to_string(),
        control: sandbox.control_url().to_string().trim_end_matches('/').to_owned(),
    };
    let lifecycle = open(&around.database, &around.endpoint, &around.control).await;
    let sold = stream::iter(0..SERVICES).map(|number| sell(&lifecycle, number)).buffer_unordered(8);
    let ids: Vec<_> = sold.collect().await;

    let mut workers = Workers((0..PROCESSES).map(|_| around.start_worker()).collect());
    let (mut dice, mut kills) = (Dice(7), 0);
    let begun = tokio::time::Instant::now();
    while active(&lifecycle).await < SERVICES {
        tokio::time::sleep(Duration::from_millis(100 + dice.below(900))).await;
        if begun.elapsed() < KILLING {
            let number = usize::try_from(dice.below(PROCESSES as u64)).unwrap();
            workers.kill(number);
            workers.0[number] = around.start_worker();
            kills += 1;
        }
        let note = stuck(&lifecycle, &ids, begun.elapsed()).await;
        assert_eq!(note, None, "after {kills} kills");
    }
    drop(workers);

    assert_eq!(orders(&sandbox), SERVICES, "after {kills} kills");
    one_order_each(&lifecycle, &sandbox, &ids).await;
    println!("{SERVICES} services, {PROCESSES} processes, {kills} kills, {} calls", sandbox.calls().len());
}

/// Each service has one certificate, for its own order, and the CA has one order for each name.
async fn one_order_each(lifecycle: &Lifecycle, sandbox: &Sandbox, ids: &[ServiceId]) {
    let from = sandbox.clock().now() - SignedDuration::from_hours(1);
    let query = OrderQuery { by: OrderDate::Placed, from, to: sandbox.clock().now(), with_requestor: false };
    let listed: Vec<_> = certum(sandbox.endpoint().as_str()).orders(query).try_collect().await.unwrap();
    let mut orders: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for order in listed {
        let certificate = Certificate::from_pem_or_base64(&order.certificate.unwrap().certificate).unwrap();
        orders.entry(certificate.dns_names()[0].clone()).or_default().push(order.order_id);
    }
    assert_eq!(orders.len(), SERVICES);
    for id in ids {
        let service = lifecycle.service(*id).await.unwrap();
        let [certificate] = &service.certificates[..] else { panic!("{:?}", service.certificates) };
        let name = &certificate.certificate.names[0];
        assert_eq!(orders[name], std::slice::from_ref(&certificate.order_id), "{name}");
        assert_eq!((service.attempts, &service.stray_orders[..]), (1, &[][..]), "{name}");
    }
}

/// Why the first service that is not active waits, if that has taken far too long.
async fn stuck(lifecycle: &Lifecycle, ids: &[ServiceId], elapsed: Duration) -> Option<String> {
    const TOO_LONG: Duration = Duration::from_secs(600);
    if elapsed < TOO_LONG {
        return None;
    }
    for id in ids {
        let summary = lifecycle.summary(*id).await.unwrap();
        if summary.row.state != StateKind::Active {
            return Some(format!("{summary:?}"));
        }
    }
    None
}
