//! Messages on their way out, over the store in memory.

use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use async_trait::async_trait;
use cert_domain::Language;
use jiff::SignedDuration;

use super::*;
use crate::compose::StandardTexts;
use crate::notice::samples;
use crate::service::replay;
use crate::store::{Append, Message as Queued, MessageId, Row};
use crate::{Audience, EntropyError, MemoryStore, NoticeKind, SystemEntropy};

/// What a double answers, try after try; afterwards it takes everything.
#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Take,
    Later(Option<SignedDuration>),
    Never,
    /// Takes it, and never answers.
    TakeAndHang,
}

/// Somebody who takes what is delivered, and remembers it.
struct Receiver<T> {
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    taken: Mutex<Vec<T>>,
    answers: Mutex<HashMap<String, Vec<Answer>>>,
}

impl<T> Receiver<T> {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            taken: Mutex::default(),
            answers: Mutex::default(),
        })
    }

    /// The answers to what has this identifier, in their order.
    fn answer(&self, id: &str, answers: &[Answer]) {
        self.answers.lock().unwrap().insert(id.to_owned(), answers.to_vec());
    }

    async fn receive(&self, id: &DeliveryId, what: T) -> Delivery {
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let answer = match self.answers.lock().unwrap().get_mut(id.as_str()) {
            Some(answers) if !answers.is_empty() => answers.remove(0),
            _ => Answer::Take,
        };
        if matches!(answer, Answer::Take | Answer::TakeAndHang) {
            self.taken.lock().unwrap().push(what);
        }
        match answer {
            Answer::Take => Delivery::Delivered,
            Answer::Later(wait) => Delivery::Later { reason: "busy".into(), wait },
            Answer::Never => Delivery::Never { reason: "unknown".into() },
            Answer::TakeAndHang => pending().await,
        }
    }
}

#[async_trait]
impl Deliver<Message> for Receiver<Message> {
    async fn deliver(&self, message: &Message) -> Delivery {
        self.receive(&message.id, message.clone()).await
    }
}

#[async_trait]
impl Deliver<Fact> for Receiver<Fact> {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        self.receive(&fact.id, fact.clone()).await
    }
}

/// A store, the time, a mailbox and a program.
struct World {
    store: Arc<MemoryStore>,
    seconds: Arc<AtomicI64>,
    mail: Arc<Receiver<Message>>,
    program: Arc<Receiver<Fact>>,
}

impl World {
    fn new() -> Self {
        Self {
            store: Arc::new(MemoryStore::new()),
            seconds: Arc::new(AtomicI64::new(0)),
            mail: Receiver::new(),
            program: Receiver::new(),
        }
    }

    fn policy() -> OutboxPolicy {
        OutboxPolicy {
            concurrency: NonZeroUsize::new(3).unwrap(),
            lease: Duration::from_secs(100),
            retry: Backoff::new(Duration::from_secs(10), Duration::from_secs(60)),
        }
    }

    fn outbox(&self) -> Outbox {
        let seconds = self.seconds.clone();
        let clock = move || Timestamp::from_second(seconds.load(Ordering::SeqCst)).unwrap();
        let compose = StandardTexts::new("Hosting").mailbox("staff@example.com");
        Outbox::new(self.store.clone(), Arc::new(clock), Arc::new(SystemEntropy), Self::policy())
            .people(Arc::new(compose), self.mail.clone())
            .programs(self.program.clone())
    }

    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    async fn deliver(&self) -> Deliveries {
        self.outbox().deliver_due().await.unwrap()
    }

    /// Appends a new service with these messages, due at once.
    async fn append(&self, service: ServiceId, messages: Vec<(&str, String)>) {
        let created = samples::created();
        let row = Row::from(&replay(service, [created.clone()]).unwrap().unwrap());
        let due_at = Timestamp::UNIX_EPOCH;
        let queued = |(topic, body): (&str, String)| Queued { topic: topic.to_owned(), body, due_at };
        let append = Append {
            id: service,
            expected_version: 0,
            events: vec![created],
            row,
            due_at: None,
            keys: Vec::new(),
            orders: Vec::new(),
            names: None,
            messages: messages.into_iter().map(queued).collect(),
            ends_claim: None,
        };
        self.store.append(append).await.unwrap();
    }

    fn mailed(&self) -> Vec<String> {
        self.mail.taken.lock().unwrap().iter().map(|message| message.id.to_string()).collect()
    }
}

fn body(service: ServiceId, kind: NoticeKind) -> String {
    serde_json::to_string(&Notice { service, ..samples::notice(kind) }).unwrap()
}

fn for_people(service: ServiceId) -> (&'static str, String) {
    (Notice::FOR_PEOPLE, body(service, NoticeKind::OrderRejected))
}

fn for_reseller(service: ServiceId) -> (&'static str, String) {
    let notice = samples::notice(NoticeKind::Held { reason: samples::hold_reasons().remove(0) });
    let notice = Notice { service, audience: Audience::Reseller, email: None, ..notice };
    (Notice::FOR_RESELLER, serde_json::to_string(&notice).unwrap())
}

/// The identifier of a message of a new service.
fn message_id(service: ServiceId, number: u32) -> String {
    MessageId { service, version: 1, number }.to_string()
}

fn came_to(delivered: usize, postponed: usize, given_up: usize) -> Deliveries {
    Deliveries { delivered, postponed, given_up, unaddressed: 0 }
}

#[tokio::test]
async fn carries_notices_to_people_and_facts_to_programs() {
    let world = World::new();
    let service = samples::id(1);
    let messages = samples::kinds().into_iter().map(|kind| (Notice::FOR_PROGRAMS, body(service, kind)));
    world.append(service, messages.chain([for_people(service)]).collect()).await;
    let kinds = samples::kinds();
    assert_eq!(world.deliver().await, came_to(kinds.len() + 1, 0, 0));
    assert_eq!(world.deliver().await, Deliveries::default(), "nothing is left");

    let mail = world.mail.taken.lock().unwrap();
    assert_eq!((mail.len(), &*mail[0].recipient), (1, "jan@example.com"));
    let facts = world.program.taken.lock().unwrap();
    for (number, (fact, kind)) in facts.iter().zip(&kinds).enumerate() {
        assert_eq!(fact.id.as_str(), message_id(service, number as u32));
        assert_eq!(fact.kind, kind.name());
        assert_eq!(fact.occurred_at, samples::notice(kind.clone()).occurred_at);
        assert_eq!(fact.data["common_name"], "shop.example.com");
    }
    let invoice = facts.iter().find(|fact| fact.kind == "invoice_due").unwrap();
    assert_eq!(invoice.data["price"]["minor_units"], 12_990);
    assert_eq!(invoice.data["period_start"], "2027-11-22");
}

#[tokio::test]
async fn gives_no_token_to_programs() {
    let world = World::new();
    let service = samples::id(1);
    let link = body(service, samples::configuration_link());
    assert!(link.contains("a5a5a5"));
    world.append(service, vec![(Notice::FOR_PROGRAMS, link)]).await;
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
    let facts = world.program.taken.lock().unwrap();
    assert!(!serde_json::to_string(&facts[0]).unwrap().contains("a5a5a5"));
    assert_eq!(facts[0].data["expires_at"], "2026-12-05T10:11:12Z");
}

#[tokio::test]
async fn leaves_what_nobody_carries_in_the_store() {
    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service), for_reseller(service)]).await;
    let people_are_missing = Outbox { people: None, ..world.outbox() };
    assert_eq!(people_are_missing.deliver_due().await.unwrap(), Deliveries::default());
    assert_eq!(world.deliver().await, came_to(2, 0, 0));
}

#[tokio::test]
async fn keeps_the_order_of_a_service_even_where_the_first_has_to_wait() {
    let world = World::new();
    let (slow, quick) = (samples::id(1), samples::id(2));
    for service in [slow, quick] {
        world.append(service, vec![for_people(service), for_people(service), for_people(service)]).await;
    }
    world.mail.answer(&message_id(slow, 0), &[Answer::Later(None)]);
    assert_eq!(world.deliver().await, came_to(3, 1, 0));
    assert_eq!(world.mailed(), [0, 1, 2].map(|number| message_id(quick, number)));
    world.pass(10);
    assert_eq!(world.deliver().await, came_to(3, 0, 0));
    assert_eq!(world.mailed()[3..], [0, 1, 2].map(|number| message_id(slow, number)));
}

#[tokio::test]
async fn lets_no_mailbox_of_a_customer_hold_up_the_reseller() {
    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service), for_reseller(service), for_people(service)]).await;
    world.mail.answer(&message_id(service, 0), &[Answer::Later(Some(SignedDuration::from_hours(1000)))]);
    assert_eq!(world.deliver().await, came_to(1, 1, 0));
    let recipients = || {
        let mail = world.mail.taken.lock().unwrap();
        mail.iter().map(|message| message.recipient.clone()).collect::<Vec<_>>()
    };
    assert_eq!(recipients(), ["staff@example.com"]);
    world.pass(1000 * 60 * 60);
    assert_eq!(world.deliver().await, came_to(2, 0, 0));
    assert_eq!(recipients(), ["staff@example.com", "jan@example.com", "jan@example.com"]);
}

#[tokio::test]
async fn has_as_many_under_way_as_it_may() {
    let world = World::new();
    for number in 1..=10 {
        let service = samples::id(number);
        world.append(service, vec![for_people(service)]).await;
    }
    assert_eq!(world.deliver().await, came_to(10, 0, 0));
    let most = world.mail.most_under_way.load(Ordering::SeqCst);
    assert_eq!(most, World::policy().concurrency.get());
}

#[tokio::test]
async fn waits_longer_each_time_and_as_long_as_the_receiver_wants() {
    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service)]).await;
    let minutes = |minutes| Answer::Later(Some(SignedDuration::from_mins(minutes)));
    let none = Answer::Later(None);
    let backwards = Answer::Later(Some(SignedDuration::from_secs(-5)));
    world.mail.answer(&message_id(service, 0), &[none, none, minutes(5), backwards]);
    for wait in [10, 20, 300, 60] {
        assert_eq!(world.deliver().await, came_to(0, 1, 0));
        world.pass(wait - 1);
        assert_eq!(world.deliver().await, Deliveries::default(), "too early, with {wait} s to wait");
        world.pass(1);
    }
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
    assert_eq!(world.mailed(), [message_id(service, 0)]);
}

#[tokio::test]
async fn gives_up_what_is_never_taken_and_goes_on() {
    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service), for_people(service)]).await;
    world.mail.answer(&message_id(service, 0), &[Answer::Never]);
    assert_eq!(world.deliver().await, came_to(1, 0, 1));
    world.pass(1_000_000);
    assert_eq!(world.deliver().await, Deliveries::default());
    assert_eq!(world.mailed(), [message_id(service, 1)]);
}

#[tokio::test]
async fn gives_up_what_cannot_be_read_and_goes_on() {
    let service = samples::id(1);
    let unknown = body(service, NoticeKind::OrderRejected).replace("order_rejected", "order_levitated");
    let poison = ["", "{}", "null", &unknown].map(str::to_owned);
    for topic in [Notice::FOR_PEOPLE, Notice::FOR_RESELLER, Notice::FOR_PROGRAMS] {
        let world = World::new();
        let bodies = poison.iter().map(|body| (topic, body.clone()));
        let good = (topic, body(service, NoticeKind::OrderRejected));
        world.append(service, bodies.chain([good]).collect()).await;
        assert_eq!(world.deliver().await, came_to(1, 0, poison.len()), "{topic}");
        assert_eq!(world.deliver().await, Deliveries::default());
    }
}

#[tokio::test]
async fn drops_what_is_for_nobody() {
    let world = World::new();
    let service = samples::id(1);
    let nobody = Notice { service, email: None, ..samples::notice(NoticeKind::OrderRejected) };
    let nobody = serde_json::to_string(&nobody).unwrap();
    world.append(service, vec![(Notice::FOR_PEOPLE, nobody), for_people(service)]).await;
    let expected = Deliveries { delivered: 1, unaddressed: 1, ..Deliveries::default() };
    assert_eq!(world.deliver().await, expected);
}

#[tokio::test]
async fn puts_off_a_notice_of_a_service_that_the_store_does_not_have() {
    let world = World::new();
    let (known, unknown) = (samples::id(1), samples::id(2));
    world.append(known, vec![for_people(unknown)]).await;
    assert_eq!(world.deliver().await, came_to(0, 1, 0));
    world.append(unknown, Vec::new()).await;
    world.pass(10);
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
}

#[tokio::test]
async fn delivers_again_under_the_same_identifier_after_a_crash_between_delivery_and_removal() {
    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service)]).await;
    world.mail.answer(&message_id(service, 0), &[Answer::TakeAndHang]);
    let outbox = world.outbox();
    let crashed = tokio::select! {
        biased;
        done = outbox.deliver_due() => done.is_ok(),
        () = async { while world.mailed().is_empty() { tokio::task::yield_now().await } } => false,
    };
    assert!(!crashed && world.mailed().len() == 1, "it was taken, and nobody knows");
    world.pass(99);
    assert_eq!(world.deliver().await, Deliveries::default(), "the lease still runs");
    world.pass(1);
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
    assert_eq!(world.mailed(), [message_id(service, 0), message_id(service, 0)]);
    let mail = world.mail.taken.lock().unwrap();
    assert_eq!(mail[0], mail[1], "the second says the same as the first");
}

#[tokio::test]
async fn delivers_each_message_once_however_many_outboxes_share_the_store() {
    let world = World::new();
    for number in 1..=40 {
        let service = samples::id(number);
        world.append(service, vec![for_people(service), for_people(service)]).await;
    }
    let mut outboxes = tokio::task::JoinSet::new();
    for outbox in [(); 4].map(|()| world.outbox()) {
        outboxes.spawn(async move { outbox.deliver_due().await.unwrap().delivered });
    }
    let done = outboxes.join_all().await;
    assert_eq!(done.iter().sum::<usize>(), 80);
    assert!(done.iter().all(|part| *part > 0), "they share the work: {done:?}");
    let mailed = world.mailed();
    assert_eq!((mailed.len(), mailed.iter().collect::<HashSet<_>>().len()), (80, 80));
}

#[tokio::test]
async fn writes_to_each_in_their_language() {
    let world = World::new();
    let service = samples::id(1);
    let in_polish = Notice {
        service,
        language: Language::Polish,
        audience: Audience::Reseller,
        ..samples::notice(NoticeKind::OrderRejected)
    };
    let body = serde_json::to_string(&in_polish).unwrap();
    world.append(service, vec![(Notice::FOR_PEOPLE, body)]).await;
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
    let mail = world.mail.taken.lock().unwrap();
    assert_eq!(mail[0].recipient, "staff@example.com");
    assert!(mail[0].subject.starts_with("Zamówienie certyfikatu"), "{}", mail[0].subject);
}

#[tokio::test]
async fn delivers_nothing_without_randomness_and_loses_nothing() {
    struct Dry;

    impl Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }

    let world = World::new();
    let service = samples::id(1);
    world.append(service, vec![for_people(service)]).await;
    let dry = Outbox { entropy: Arc::new(Dry), ..world.outbox() };
    assert!(matches!(dry.deliver_due().await, Err(Error::Entropy(_))));
    assert_eq!(world.deliver().await, came_to(1, 0, 0));
}
