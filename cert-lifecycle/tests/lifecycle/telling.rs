//! Who delivers what: other processes, and mailboxes that take nothing.

use async_trait::async_trait;
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{Deliver, Delivery, Fact, Message};
use cert_lifecycle::{Lifecycle, LifecycleBuilder, NewService, Notice, ServiceId, SqliteStore, StateKind};
use certum_sandbox::Sandbox;

use crate::common::certum;
use crate::desk::{Desk, Tray, sandbox_with, yearly};

const STAFF: &str = "certificates@example.com";

fn over(store: &SqliteStore, sandbox: &Sandbox) -> LifecycleBuilder {
    let clock = sandbox.clock().clone();
    Lifecycle::builder(store.clone(), certum(sandbox.endpoint().as_str())).clock(move || clock.now())
}

/// A service whose customer is sent a link, and whose customer then wants to go.
async fn invited(lifecycle: &Lifecycle) -> ServiceId {
    let new = NewService::new(yearly("601"), "customer-7".parse().unwrap()).with_email("jan@example.com");
    let id = lifecycle.create(new.inviting()).await.unwrap();
    lifecycle.request_cancellation(id, "moved", true).await.unwrap();
    id
}

#[tokio::test]
async fn leaves_notices_for_the_process_that_delivers_them() {
    let sandbox = sandbox_with(true).await;
    let store = SqliteStore::in_memory().await.unwrap();
    let (letters, facts) = (Tray::<Message>::new(), Tray::<Fact>::new());
    let texts = StandardTexts::new("Example Hosting").mailbox(STAFF);
    let worker =
        over(&store, &sandbox).tell_people(texts, letters.clone()).tell_programs(facts.clone()).build();

    invited(&over(&store, &sandbox).build()).await;
    worker.deliver_due().await.unwrap();
    assert_eq!((letters.all().len(), facts.all().len()), (0, 0), "nobody was said to deliver them");

    let panels = [
        (over(&store, &sandbox).leave_for_people(), (2, 0)),
        (over(&store, &sandbox).leave_for_programs(), (0, 2)),
        (over(&store, &sandbox).leave_for_people().leave_for_programs(), (2, 2)),
    ];
    for (panel, expected) in panels {
        let panel = panel.build();
        let before = (letters.all().len(), facts.all().len());
        invited(&panel).await;
        panel.deliver_due().await.unwrap();
        assert_eq!((letters.all().len(), facts.all().len()), before, "a panel delivers nothing");
        worker.deliver_due().await.unwrap();
        let after = (letters.all().len(), facts.all().len());
        assert_eq!((after.0 - before.0, after.1 - before.1), expected);
    }
}

#[tokio::test]
async fn shows_what_waits_in_the_outbox_and_where_services_stand() {
    let desk = Desk::open().await;
    let id = invited(&desk.lifecycle).await;
    let waiting = desk.lifecycle.waiting_messages(None, None, 10).await.unwrap();
    assert!(waiting.iter().all(|message| message.id.service == id), "{waiting:?}");
    for topic in [Notice::FOR_PEOPLE, Notice::FOR_RESELLER, Notice::FOR_PROGRAMS] {
        let of_topic = desk.lifecycle.waiting_messages(Some(topic), None, 10).await.unwrap();
        let expected: Vec<_> = waiting.iter().filter(|message| message.topic == topic).cloned().collect();
        assert!(of_topic == expected && !expected.is_empty(), "{topic}: {waiting:?}");
    }
    let rest = desk.lifecycle.waiting_messages(None, Some(waiting[0].id), 10).await.unwrap();
    assert_eq!(rest, waiting[1..]);
    desk.work().await;
    assert_eq!(desk.lifecycle.waiting_messages(None, None, 10).await.unwrap(), []);

    let counts = desk.lifecycle.counts().await.unwrap();
    let somewhere: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).copied().collect();
    assert_eq!(somewhere, [(StateKind::AwaitingConfiguration, 1)]);
    assert_eq!(counts.len(), StateKind::ALL.len());
}

/// Takes what is for the reseller's own people alone.
struct Customerless(Tray<Message>);

#[async_trait]
impl Deliver<Message> for Customerless {
    async fn deliver(&self, message: &Message) -> Delivery {
        if message.recipient == STAFF {
            return self.0.deliver(message).await;
        }
        Delivery::Later { reason: "mailbox full".into(), wait: None }
    }
}

#[tokio::test]
async fn tells_the_reseller_although_the_customers_mailbox_is_full() {
    let letters = Tray::new();
    let carrier = Customerless(letters.clone());
    let texts = StandardTexts::new("Example Hosting").mailbox(STAFF);
    let desk = Desk::with(sandbox_with(true).await, |builder| builder.tell_people(texts, carrier)).await;
    invited(&desk.lifecycle).await;
    desk.work().await;
    let told = letters.all();
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("moved"), "{}", told[0].text);
}
