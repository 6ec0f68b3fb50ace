//! Answers that come late, lag or contradict each other, and two workers on one service.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::{Evidence, Finding, ListedProduct, Revocation, VerificationCode};
use cert_lifecycle::service::Event;
use cert_lifecycle::store::{Claim, ClaimRequest, StoreError};
use cert_lifecycle::{
    Approver, AuthorityError, Cancellation, CertificateAuthority, Changes, CheckKind, EmailState,
    FetchedCertificate, FoundOrder, Lifecycle, ListedOrder, NameState, NewOrder, OrderCheck, OrderId,
    OrderProgress, OrderQuery, OrderReport, PlacedOrder, Proof, ServiceId, SqliteStore, State, StateKind,
    Store, WorkerPolicy,
};
use certum_sandbox::SandboxClock;
use futures::FutureExt;
use futures::stream::{self, BoxStream, StreamExt};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use crate::common::{NAME, form, hasty, offer, patient};
use crate::stores::{Obstacle, Obstructed};

type Answer<T> = Result<T, AuthorityError>;

/// A CA that answers the nth call as a script says.
struct Scripted {
    place: fn(usize, &NewOrder) -> Answer<PlacedOrder>,
    find: fn(usize, &OrderId) -> Answer<Option<FoundOrder>>,
    places: Arc<AtomicUsize>,
    finds: Arc<AtomicUsize>,
    changes: Arc<Readings>,
    report: OrderReport,
    renew: fn(usize) -> Answer<Option<VerificationCode>>,
    renewals: AtomicUsize,
    /// Holds back the answer to the first look: says when it was asked, and waits to be let go.
    first_look: Option<(Arc<Notify>, Arc<Notify>)>,
}

/// What each reading of changes is told, and from when on it asked.
#[derive(Default)]
struct Readings {
    told: Mutex<VecDeque<Vec<Answer<Changes>>>>,
    asked_from: Mutex<Vec<Timestamp>>,
}

#[async_trait]
impl CertificateAuthority for Scripted {
    async fn place_order(&self, order: &NewOrder) -> Answer<PlacedOrder> {
        (self.place)(self.places.fetch_add(1, Ordering::SeqCst), order)
    }
    async fn find_order(&self, order_id: &OrderId) -> Answer<Option<FoundOrder>> {
        let number = self.finds.fetch_add(1, Ordering::SeqCst);
        let answer = (self.find)(number, order_id);
        if let Some((asked, go)) = self.first_look.as_ref().filter(|_| number == 0) {
            asked.notify_one();
            go.notified().await;
        }
        answer
    }
    async fn check_order(&self, _: &NewOrder) -> Answer<()> {
        Ok(())
    }
    fn orders(&self, _: OrderQuery) -> BoxStream<'_, Answer<ListedOrder>> {
        stream::iter([Err(unscripted())]).boxed()
    }
    fn changes(&self, from: Timestamp, _: Timestamp) -> BoxStream<'_, Answer<Changes>> {
        self.changes.asked_from.lock().unwrap().push(from);
        let told = self.changes.told.lock().unwrap().pop_front();
        stream::iter(told.unwrap_or_else(|| vec![Err(unscripted())])).boxed()
    }
    async fn renew_code(&self, _: &OrderId, _: Option<&Approver>) -> Answer<Option<VerificationCode>> {
        (self.renew)(self.renewals.fetch_add(1, Ordering::SeqCst))
    }
    async fn start_check(&self, _: &VerificationCode) -> Answer<()> {
        Ok(())
    }
    async fn order_report(&self, _: &OrderId) -> Answer<OrderReport> {
        Ok(self.report.clone())
    }
    async fn name_states(&self, _: &OrderId) -> Answer<Vec<NameState>> {
        Ok(Vec::new())
    }
    async fn certificate(&self, _: &OrderId) -> Answer<Option<FetchedCertificate>> {
        Ok(None)
    }
    async fn resend_email(&self, _: &OrderId) -> Answer<()> {
        Err(unscripted())
    }
    async fn email_state(&self, _: &OrderId) -> Answer<Option<EmailState>> {
        Err(unscripted())
    }
    async fn submit_evidence(&self, _: &OrderId, _: &Evidence) -> Answer<()> {
        Err(unscripted())
    }
    async fn cancel_order(&self, _: &OrderId) -> Answer<Cancellation> {
        Err(unscripted())
    }
    async fn revoke(&self, _: &Revocation) -> Answer<()> {
        Err(unscripted())
    }
    async fn products(&self) -> Answer<Vec<ListedProduct>> {
        Err(unscripted())
    }
}

/// None of the scripts gets here.
fn unscripted() -> AuthorityError {
    AuthorityError::Unavailable("not in the script".into())
}

fn lost() -> AuthorityError {
    AuthorityError::UnknownOutcome("no answer".into())
}

fn key_used() -> AuthorityError {
    let english = "already used in another certificate";
    AuthorityError::Refused(Finding::stated(1032, "CSR public key", english, "użyty już wcześniej").into())
}

fn found(order_id: &OrderId) -> Option<FoundOrder> {
    Some(FoundOrder {
        order_id: order_id.clone(),
        customer: "customer-7".into(),
        product: "601".into(),
        progress: OrderProgress::Validating,
    })
}

/// A CA whose orders wait for proofs that nobody has to give.
fn scripted(
    place: fn(usize, &NewOrder) -> Answer<PlacedOrder>,
    find: fn(usize, &OrderId) -> Answer<Option<FoundOrder>>,
) -> Scripted {
    Scripted {
        place,
        find,
        places: Arc::default(),
        finds: Arc::default(),
        changes: Arc::default(),
        report: OrderReport { progress: OrderProgress::Validating, checks: Vec::new() },
        renew: |_| Ok(Some(VerificationCode::new("c0de"))),
        renewals: AtomicUsize::new(0),
        first_look: None,
    }
}

/// Counts the claims that held something.
struct Counted(Arc<AtomicUsize>);

#[async_trait]
impl Obstacle for Counted {
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        let claims = store.claim(claim).await?;
        self.0.fetch_add(usize::from(!claims.is_empty()), Ordering::SeqCst);
        Ok(claims)
    }
}

struct Race {
    lifecycle: Lifecycle,
    clock: SandboxClock,
    places: Arc<AtomicUsize>,
    finds: Arc<AtomicUsize>,
    claims: Arc<AtomicUsize>,
    changes: Arc<Readings>,
    id: ServiceId,
}

impl Race {
    /// A service whose first order is sent, and whose answer is lost although the CA has taken it.
    async fn begin(
        place: fn(usize, &NewOrder) -> Answer<PlacedOrder>,
        find: fn(usize, &OrderId) -> Answer<Option<FoundOrder>>,
        first_look: Option<(Arc<Notify>, Arc<Notify>)>,
    ) -> Self {
        Self::among(Scripted { first_look, ..scripted(place, find) }, patient()).await
    }

    /// A service whose first order is sent.
    async fn among(ca: Scripted, policy: WorkerPolicy) -> Self {
        let (places, finds) = (Arc::clone(&ca.places), Arc::clone(&ca.finds));
        let changes = Arc::clone(&ca.changes);
        let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
        let (claims, time) = (Arc::new(AtomicUsize::new(0)), clock.clone());
        let obstacle = Counted(Arc::clone(&claims));
        let store = Obstructed { store: SqliteStore::in_memory().await.unwrap(), obstacle };
        let lifecycle = Lifecycle::builder(store, ca).clock(move || time.now()).policy(policy).build();
        let customer = "customer-7".parse().unwrap();
        let id = lifecycle.create_service(offer("601"), customer).await.unwrap();
        lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
        lifecycle.worker().tick().await.unwrap();
        assert_eq!(places.load(Ordering::SeqCst), 1);
        Self { lifecycle, clock, places, finds, claims, changes, id }
    }

    async fn pass(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
        self.lifecycle.worker().tick().await.unwrap();
    }

    async fn state(&self) -> StateKind {
        self.lifecycle.service(self.id).await.unwrap().state.kind()
    }
}

/// The first call is carried out after the look that found nothing; the second is refused for the used key; and what the
/// CA shows lags a quarter of an hour behind.
#[tokio::test]
async fn finds_the_order_behind_a_refusal_although_the_ca_lags() {
    let place = |number, _: &NewOrder| if number == 0 { Err(lost()) } else { Err(key_used()) };
    let find = |number, order_id: &OrderId| Ok(if number < 6 { None } else { found(order_id) });
    let race = Race::begin(place, find, None).await;
    for _ in 0..30 {
        race.pass(2).await;
        assert_ne!(race.state().await, StateKind::AwaitingConfiguration, "the paid order was given up");
    }
    assert_eq!(race.state().await, StateKind::Validating);
    assert_eq!(race.places.load(Ordering::SeqCst), 2);
}

/// Nothing is ever found: the customer gets the refusal after all, and nothing was sent meanwhile.
#[tokio::test]
async fn believes_a_refusal_in_the_end() {
    let place = |number, _: &NewOrder| if number == 0 { Err(lost()) } else { Err(key_used()) };
    let race = Race::begin(place, |_, _| Ok(None), None).await;
    for _ in 0..60 {
        race.pass(2).await;
    }
    let service = race.lifecycle.service(race.id).await.unwrap();
    assert_eq!(service.state.kind(), StateKind::AwaitingConfiguration);
    assert_eq!(service.refusal.unwrap().findings.as_slice()[0].code, 1032);
    assert_eq!(race.places.load(Ordering::SeqCst), 2);
}

/// A worker looks, finds nothing, and sleeps past its lease. Another sends the order and is refused. The first wakes.
#[tokio::test]
async fn lets_no_stale_look_settle_a_doubt() {
    let place = |number, _: &NewOrder| if number == 0 { Err(lost()) } else { Err(key_used()) };
    let find = |number, order_id: &OrderId| Ok(if number < 2 { None } else { found(order_id) });
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first_look = Some((Arc::clone(&asked), Arc::clone(&go)));
    let race = Race::among(Scripted { first_look, ..scripted(place, find) }, hasty()).await;
    race.clock.advance(SignedDuration::from_mins(1)).unwrap();
    let sleeper = race.lifecycle.worker();
    let sleeping = tokio::spawn(async move { sleeper.tick().await.unwrap() });
    asked.notified().await;

    // The sleeper's lease ends; another worker looks, sends, and is refused.
    race.pass(16).await;
    assert_eq!(race.places.load(Ordering::SeqCst), 2);
    go.notify_one();
    sleeping.await.unwrap();
    assert_eq!(race.state().await, StateKind::Ordering, "the stale look settled it");
    race.pass(2).await;
    assert_eq!(race.state().await, StateKind::Validating);
    assert_eq!(race.places.load(Ordering::SeqCst), 2);
}

/// A worker waits for the CA's answer while somebody attends to the same service, and the other way round: the CA is asked once.
#[tokio::test]
async fn asks_the_ca_once_for_two_who_are_at_a_service_at_the_same_time() {
    for is_worker_first in [true, false] {
        let place = |number, _: &NewOrder| Err(if number == 0 { lost() } else { key_used() });
        let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let first_look = Some((Arc::clone(&asked), Arc::clone(&go)));
        let race = Race::begin(place, |_, _| Ok(None), first_look).await;
        race.clock.advance(SignedDuration::from_mins(1)).unwrap();
        let worker = race.lifecycle.worker();
        let tick = async { worker.tick().await.map(drop).unwrap() }.boxed();
        let attend = async { race.lifecycle.attend(race.id, 0).await.map(drop).unwrap() }.boxed();
        let [mut first, mut second] = if is_worker_first { [tick, attend] } else { [attend, tick] };
        tokio::select! {
            () = asked.notified() => {}
            () = &mut first => panic!("the look is held back"),
        }
        // Somebody who attends is in turn at once, a worker as soon as its claim holds.
        while {
            assert!((&mut second).now_or_never().is_none());
            race.claims.load(Ordering::SeqCst) < 2
        } {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!((&mut second).now_or_never().is_none());
        go.notify_one();
        tokio::join!(first, second);
        assert_eq!(race.finds.load(Ordering::SeqCst), 1, "worker first: {is_worker_first}");
        assert_eq!(race.state().await, StateKind::Ordering, "it would have to be looked at again");
        assert_eq!(race.places.load(Ordering::SeqCst), 2);
    }
}

/// The CA says that the identifier is taken, and shows the order much later.
#[tokio::test]
async fn never_sends_again_while_the_identifier_is_taken() {
    let place =
        |number, _: &NewOrder| if number == 0 { Err(lost()) } else { Err(AuthorityError::OrderIdTaken) };
    let find = |number, order_id: &OrderId| Ok(if number < 9 { None } else { found(order_id) });
    let race = Race::begin(place, find, None).await;
    for _ in 0..100 {
        race.pass(10).await;
    }
    assert_eq!(race.places.load(Ordering::SeqCst), 2);
    assert_eq!(race.state().await, StateKind::Validating);
}

/// However much there is to read, and however often a call fails, each answer brings the reading further.
#[tokio::test]
async fn goes_on_where_a_reading_of_changes_failed() {
    let place = |_, order: &NewOrder| Ok(PlacedOrder { order_id: order.order_id.clone(), code: None });
    let race = Race::begin(place, |_, _| Ok(None), None).await;
    let order_id = race.lifecycle.service(race.id).await.unwrap().state.order_id().unwrap().clone();
    let rejected = ListedOrder {
        order_id,
        is_reissue: false,
        customer: "customer-7".into(),
        product: "601".into(),
        placed_at: race.clock.now(),
        progress: OrderProgress::Rejected,
        certificate: None,
        requestor: None,
    };
    race.clock.advance(SignedDuration::from_hours(12)).unwrap();
    let ago = |hours| race.clock.now() - SignedDuration::from_hours(hours);
    let part = |orders, hours| Ok(Changes { orders, through: ago(hours) });
    let minutes_ago = |minutes| {
        let through = race.clock.now() - SignedDuration::from_mins(minutes);
        Ok(Changes { orders: Vec::new(), through })
    };
    let fails = || Err(AuthorityError::Unavailable("closed".into()));
    *race.changes.told.lock().unwrap() = VecDeque::from([
        // As long as each time brings it further, it goes on at once.
        vec![part(vec![rejected], 8), part(Vec::new(), 6), fails()],
        vec![part(Vec::new(), 5), fails()],
        vec![part(Vec::new(), 5), fails()],
        vec![fails()],
        // Also while it reads once more what was read before.
        vec![minutes_ago(305), fails()],
        vec![part(Vec::new(), 4), fails()],
        vec![part(Vec::new(), 0)],
        vec![part(Vec::new(), 0)],
    ]);
    race.changes.asked_from.lock().unwrap().clear();
    for _ in 0..2 {
        race.lifecycle.synchronize().await.unwrap_err();
    }
    assert_eq!(race.state().await, StateKind::Rejected, "the first answer was not taken in");
    for _ in 0..2 {
        race.lifecycle.synchronize().await.unwrap();
    }
    let overlap = SignedDuration::from_mins(10);
    let asked = race.changes.asked_from.lock().unwrap().clone();
    let begun = [ago(24), ago(6), ago(5)];
    let again = [ago(5) - overlap, ago(5) - overlap, ago(5) - overlap / 2, ago(4), ago(0) - overlap];
    assert_eq!(asked, [&begun[..], &again].concat());
}

/// What blocks a call, such as the account's rights, may be settled: it is no word on whether there is a code.
#[tokio::test]
async fn asks_for_a_code_again_once_nothing_blocks_it() {
    let place = |_, order: &NewOrder| Ok(PlacedOrder { order_id: order.order_id.clone(), code: None });
    let renew = |number| {
        if number < 3 {
            let finding = Finding::stated(1075, "productCode", "no right to it", "brak uprawnień");
            Err(AuthorityError::Blocked(finding.into()))
        } else {
            Ok(Some(VerificationCode::new("c0de")))
        }
    };
    let wanted = OrderCheck { kind: CheckKind::Domain, proof: Proof::Required, valid_until: None };
    let report = OrderReport { progress: OrderProgress::Validating, checks: vec![wanted] };
    let race = Race::among(Scripted { renew, report, ..scripted(place, |_, _| Ok(None)) }, patient()).await;
    let has_code = async || match race.lifecycle.service(race.id).await.unwrap().state {
        State::Validating(validating) => !validating.instructions().is_empty(),
        state => panic!("{state:?}"),
    };
    assert!(!has_code().await);
    for _ in 0..60 {
        race.pass(10).await;
    }
    assert!(has_code().await);
}

/// Each of two machines would find that the other has taken its turn long ago, or long from now.
#[tokio::test]
async fn reads_changes_no_oftener_where_clocks_disagree() {
    let place = |_, order: &NewOrder| Ok(PlacedOrder { order_id: order.order_id.clone(), code: None });
    let (store, changes) = (SqliteStore::in_memory().await.unwrap(), Arc::new(Readings::default()));
    let clock = SandboxClock::fixed("2026-11-21T12:00:00Z".parse().unwrap());
    let machines = [0, 40].map(|ahead| {
        let mut policy = WorkerPolicy::default();
        policy.sync = Some(Duration::from_secs(30));
        let clock = clock.clone();
        let ca = Scripted { changes: Arc::clone(&changes), ..scripted(place, |_, _| Ok(None)) };
        Lifecycle::builder(store.clone(), ca)
            .clock(move || clock.now() + SignedDuration::from_secs(ahead))
            .policy(policy)
            .build()
    });
    for _ in 0..60 {
        for machine in &machines {
            machine.worker().tick().await.unwrap();
        }
        clock.advance(SignedDuration::from_secs(1)).unwrap();
    }
    let readings = changes.asked_from.lock().unwrap().len();
    assert_eq!(readings, 4, "two in a minute by each");
}

/// A look takes so long that too little of the lease is left to send the order: another turn looks again, and sends it.
#[tokio::test]
async fn counts_no_order_as_sent_that_it_is_too_late_to_send() {
    let place = |number, order: &NewOrder| match number {
        0 => Err(lost()),
        _ => Ok(PlacedOrder { order_id: order.order_id.clone(), code: None }),
    };
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let first_look = Some((Arc::clone(&asked), Arc::clone(&go)));
    let race = Race::begin(place, |_, _| Ok(None), first_look).await;
    race.clock.advance(SignedDuration::from_mins(1)).unwrap();
    let worker = race.lifecycle.worker();
    let working = tokio::spawn(async move { worker.tick().await.unwrap() });
    asked.notified().await;
    race.clock.advance(SignedDuration::from_mins(10)).unwrap();
    go.notify_one();
    working.await.unwrap();
    let history = race.lifecycle.history(race.id).await.unwrap();
    let sent = history.iter().filter(|recorded| recorded.event == Event::OrderNotFound).count();
    assert_eq!((sent, race.places.load(Ordering::SeqCst)), (1, 2));
}
