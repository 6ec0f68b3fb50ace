//! A process that dies between the intent and its outcome. A real process, killed for real.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cert_lifecycle::service::{Event, RecordedEvent};
use cert_lifecycle::store::{Append, AppendError, Claim, ClaimRequest, Release};
use cert_lifecycle::{ServiceId, SqliteStore, StateKind, Store, StoreError, Summary};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint, Sandbox, SandboxClock};
use jiff::{SignedDuration, Timestamp};

use crate::common::{NAME, Shop, StandIn, certum, form, lifecycle, sandbox};

const ENDPOINT: &str = "CRASH_TEST_ENDPOINT";
const DATABASE: &str = "CRASH_TEST_DATABASE";
const NOW: &str = "CRASH_TEST_NOW";
const DIE_AT: &str = "CRASH_TEST_DIE_AT";

/// Counts each time the worker is about to cross, or has crossed, a border to the outside; dies at one of them.
struct Borders {
    left: AtomicUsize,
}

impl Borders {
    fn pass(&self, border: &str) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            println!("died {border}");
            // No destructor, no flush, no answer: what a power cut leaves.
            std::process::abort();
        }
    }
}

struct MortalStore {
    store: SqliteStore,
    borders: Arc<Borders>,
}

#[async_trait]
impl Store for MortalStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        let what = match append.events.last().map(|recorded| &recorded.event) {
            Some(Event::OrderIntended { .. }) => "the intent",
            Some(Event::OrderPlaced { .. }) => "the answer",
            _ => "something else",
        };
        self.borders.pass(&format!("before storing {what}"));
        let stored = self.store.append(append).await;
        self.borders.pass(&format!("after storing {what}"));
        stored
    }
    async fn history(&self, id: ServiceId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.store.history(id).await
    }
    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let claims = self.store.claim(claim).await;
        self.borders.pass("after claiming");
        claims
    }
    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        self.borders.pass("before releasing");
        self.store.release(claim, release).await
    }
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due().await
    }
    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        self.store.summary(id).await
    }
}

/// The process that dies: not a test of its own, but what the tests below start this program again for.
#[tokio::test]
async fn worker_process() {
    let Ok(endpoint) = std::env::var(ENDPOINT) else { return };
    let variable = |name: &str| std::env::var(name).unwrap();
    let borders = Arc::new(Borders { left: AtomicUsize::new(variable(DIE_AT).parse().unwrap()) });
    let store = SqliteStore::open(variable(DATABASE)).unwrap();
    let store = MortalStore { store, borders: Arc::clone(&borders) };
    let at_the_call = move |border: &str| borders.pass(border);
    let authority = StandIn { around_order: Box::new(at_the_call), ..StandIn::for_certum(certum(&endpoint)) };
    let clock = SandboxClock::fixed(variable(NOW).parse().unwrap());
    lifecycle(store, authority, clock).worker().tick().await.unwrap();
}

fn start_worker_process(sandbox: &Sandbox, database: &Path, die_at: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::worker_process", "--nocapture"])
        .env(ENDPOINT, sandbox.endpoint().as_str())
        .env(DATABASE, database)
        .env(NOW, sandbox.clock().now().to_string())
        .env(DIE_AT, die_at.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A shop whose database other processes can open.
async fn shop_on_disk(directory: &Path) -> (Shop, ServiceId) {
    let sandbox = sandbox().await;
    let authority = certum(sandbox.endpoint().as_str());
    let shop = Shop::with(sandbox, SqliteStore::open(directory.join("services.db")).unwrap(), authority);
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    (shop, id)
}

/// Goes on after the crash, and checks that the customer got what he paid for, once.
async fn recover(shop: &Shop, id: ServiceId, circumstances: &str) {
    shop.prove_when_told(id).await;
    let service = shop.finish(id).await;
    assert_eq!(service.attempts, 1, "{circumstances}");
    assert_eq!(shop.orders(), 1, "{circumstances}");
}

#[tokio::test]
async fn finds_one_order_wherever_the_process_died() {
    let mut deaths = Vec::new();
    for die_at in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let (shop, id) = shop_on_disk(directory.path()).await;
        let child = start_worker_process(&shop.sandbox, &directory.path().join("services.db"), die_at);
        let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            break;
        }
        let death = printed.lines().find_map(|line| line.split_once("died ")).expect("the cause of death").1;
        recover(&shop, id, death).await;
        deaths.push(death.to_owned());
    }
    assert_eq!(
        deaths,
        [
            "after claiming",
            "before storing the intent",
            "after storing the intent",
            "before the call",
            "after the answer",
            "before storing the answer",
            "after storing the answer",
            "before releasing",
            "after claiming",
        ]
    );
}

#[tokio::test]
async fn finds_one_order_when_the_process_was_killed_between_commit_and_answer() {
    let directory = tempfile::tempdir().unwrap();
    let (shop, id) = shop_on_disk(directory.path()).await;
    let held_back =
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_secs(600)), FaultPoint::AfterCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(held_back));
    let mut child = start_worker_process(&shop.sandbox, &directory.path().join("services.db"), usize::MAX);
    while shop.orders() == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the process ended before it was killed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(shop.service(id).await.state.kind(), StateKind::Ordering, "the answer can't have been stored");
    shop.sandbox.set_faults(FaultPlan::new());
    recover(&shop, id, "killed while the answer was held back").await;
}

/// The first call is still on its way when the second worker looks, finds nothing, and orders.
#[tokio::test]
async fn finds_one_order_when_a_slow_first_call_arrives_after_the_second() {
    let directory = tempfile::tempdir().unwrap();
    let (shop, id) = shop_on_disk(directory.path()).await;
    let slow =
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_secs(2)), FaultPoint::BeforeCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(slow));
    let mut child = start_worker_process(&shop.sandbox, &directory.path().join("services.db"), usize::MAX);
    while shop.sandbox.calls().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The lease ends, another worker takes over, and orders before the first call is carried out.
    shop.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
    shop.work().await;
    assert_eq!(shop.orders(), 1);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(shop.orders(), 1, "the late twin was taken");
    recover(&shop, id, "a late twin").await;
}
