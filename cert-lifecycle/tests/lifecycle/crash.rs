//! A process that dies between the intent and its outcome. A real process, killed for real.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cert_lifecycle::service::Event;
use cert_lifecycle::store::{Append, AppendError, Claim, ClaimRequest, Release};
use cert_lifecycle::{ServiceId, SqliteStore, StateKind, Store, StoreError};
use certum_sandbox::{CallOutcome, Fault, FaultKind, FaultPlan, FaultPoint, Sandbox, SandboxClock};
use futures::FutureExt;
use futures::future;
use jiff::SignedDuration;

use crate::common::{NAME, Shop, StandIn, certum, form, lifecycle, sandbox};
use crate::stores::{Obstacle, Obstructed};

const ENDPOINT: &str = "CRASH_TEST_ENDPOINT";
const DATABASE: &str = "CRASH_TEST_DATABASE";
const NOW: &str = "CRASH_TEST_NOW";
const DIE_AT: &str = "CRASH_TEST_DIE_AT";

/// Sees each time the worker is about to cross, or has crossed, a border to the outside; dies at one of them: the
/// one with a number, or the first with a name.
struct Borders {
    die_at: String,
    passed: AtomicUsize,
}

impl Borders {
    fn pass(&self, border: &str) {
        let number = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if self.die_at == border || self.die_at == number.to_string() {
            println!("died {border}");
            // No destructor, no flush, no answer: what a power cut leaves.
            std::process::abort();
        }
    }
}

/// Each border around the store is one to die at.
struct AtEachBorder(Arc<Borders>);

#[async_trait]
impl Obstacle for AtEachBorder {
    async fn append(&self, store: &SqliteStore, append: Append) -> Result<(), AppendError> {
        let what = match append.events.last().map(|recorded| &recorded.event) {
            Some(Event::OrderIntended { .. }) => "the intent",
            Some(Event::OrderPlaced { .. }) => "the order",
            Some(Event::OrderNotFound) => "that there is no order",
            Some(Event::CodeRenewed { .. }) => "the code",
            Some(Event::OrderIdentifierTaken) => "that the identifier is taken",
            _ => "something else",
        };
        self.0.pass(&format!("before storing {what}"));
        let stored = store.append(append).await;
        self.0.pass(&format!("after storing {what}"));
        stored
    }
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let claims = store.claim(claim).await;
        self.0.pass("after claiming");
        claims
    }
    async fn release(&self, store: &SqliteStore, claim: &Claim, release: Release) -> Result<(), StoreError> {
        self.0.pass("before releasing");
        store.release(claim, release).await
    }
}

/// The process that dies.
#[ignore = "no test of its own: the tests below start this program again for it"]
#[tokio::test]
async fn worker_process() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let endpoint = variable(ENDPOINT);
    let borders = Arc::new(Borders { die_at: variable(DIE_AT), passed: AtomicUsize::new(0) });
    let store = SqliteStore::open(variable(DATABASE)).await.unwrap();
    let of_calls = Arc::clone(&borders);
    let store = Obstructed { store, obstacle: AtEachBorder(borders) };
    let around = Box::new(move |border: &str| {
        of_calls.pass(border);
        future::ready(()).boxed()
    });
    let authority = StandIn { around, ..StandIn::for_certum(certum(&endpoint)) };
    let clock = SandboxClock::fixed(variable(NOW).parse().unwrap());
    lifecycle(store, authority, clock).worker().tick().await.unwrap();
}

fn start_worker_process(sandbox: &Sandbox, directory: &Path, die_at: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::worker_process", "--ignored", "--nocapture"])
        .env(ENDPOINT, sandbox.endpoint().as_str())
        .env(DATABASE, directory.join("services.db"))
        .env(NOW, sandbox.clock().now().to_string())
        .env(DIE_AT, die_at)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A shop whose database other processes can open.
async fn shop_on_disk(directory: &Path) -> (Shop, ServiceId) {
    let sandbox = sandbox().await;
    let authority = certum(sandbox.endpoint().as_str());
    let shop =
        Shop::with(sandbox, SqliteStore::open(directory.join("services.db")).await.unwrap(), authority);
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

/// Runs a worker until it has nothing to do, or dies. Returns where it died.
pub(crate) async fn life(shop: &Shop, directory: &Path, die_at: &str) -> Option<String> {
    let child = start_worker_process(&shop.sandbox, directory, die_at);
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let death = printed.lines().find_map(|line| line.split_once("died "));
    assert_eq!(output.status.success(), death.is_none(), "{printed}");
    death.map(|(_, border)| border.to_owned())
}

#[tokio::test]
async fn finds_one_order_wherever_the_process_died() {
    let mut deaths = Vec::new();
    for die_at in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let (shop, id) = shop_on_disk(directory.path()).await;
        let Some(death) = life(&shop, directory.path(), &die_at.to_string()).await else { break };
        recover(&shop, id, &death).await;
        deaths.push(death);
    }
    assert_eq!(
        deaths,
        [
            "after claiming",
            "before storing the intent",
            "after storing the intent",
            "before placing",
            "after placing",
            "before storing the order",
            "after storing the order",
            "before releasing",
            "after claiming",
        ]
    );
}

/// The second life finds an intent of unknown outcome, and dies too: with the order placed, and without.
#[tokio::test]
async fn finds_one_order_wherever_the_process_died_again() {
    let mut deaths = Vec::new();
    for first_death in ["before placing", "after placing"] {
        for die_at in 1.. {
            let directory = tempfile::tempdir().unwrap();
            let (shop, id) = shop_on_disk(directory.path()).await;
            assert_eq!(life(&shop, directory.path(), first_death).await.as_deref(), Some(first_death));
            // The lease of the dead ends.
            shop.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
            let Some(death) = life(&shop, directory.path(), &die_at.to_string()).await else { break };
            recover(&shop, id, &format!("{first_death}, then {death}")).await;
            deaths.push(death);
        }
    }
    for death in [
        "before finding",
        "after finding",
        "after storing that there is no order",
        "after placing",
        "before storing the order",
        "after storing the order",
        "before renewing the code",
        "after renewing the code",
        "before storing the code",
    ] {
        assert!(deaths.iter().any(|known| known == death), "nobody died {death}: {deaths:?}");
    }
}

#[tokio::test]
async fn finds_one_order_when_the_process_was_killed_between_commit_and_answer() {
    let directory = tempfile::tempdir().unwrap();
    let (shop, id) = shop_on_disk(directory.path()).await;
    let held_back =
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_secs(600)), FaultPoint::AfterCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(held_back));
    let mut child = start_worker_process(&shop.sandbox, directory.path(), "nowhere");
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
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_secs(5)), FaultPoint::BeforeCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(slow));
    let mut child = start_worker_process(&shop.sandbox, directory.path(), "nowhere");
    while shop.sandbox.calls().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The lease ends, another worker takes over, and orders before the first call is carried out.
    shop.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
    shop.work().await;
    let outcome_of_first = || shop.sandbox.calls().remove(0).outcome;
    assert_eq!(
        (shop.orders(), outcome_of_first()),
        (1, CallOutcome::Unprocessed),
        "the second call was first"
    );
    while outcome_of_first() == CallOutcome::Unprocessed {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let CallOutcome::Refused { codes, .. } = outcome_of_first() else { panic!("{:?}", outcome_of_first()) };
    assert!(codes.contains(&1012), "{codes:?}");
    recover(&shop, id, "a late twin").await;
}
