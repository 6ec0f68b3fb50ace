//! What resellers do with a service: create, cancel, replace, invite.

use cert_domain::{Form, Language, SetupTrigger};
use cert_lifecycle::service::{Actor, Event};
use cert_lifecycle::store::Search;
use cert_lifecycle::{Error, NewService, OrderProgress, State, StateKind};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use jiff::SignedDuration;

use crate::account::{beginning, now};
use crate::common::{NAME, form};
use crate::desk::{Desk, any_offer};

#[tokio::test]
async fn creates_a_service_once_for_one_reference() {
    let desk = Desk::open().await;
    let new = || {
        let new = NewService::new(any_offer("601"), "customer-7".parse().unwrap());
        new.with_reference("whmcs:1234")
            .with_email("jan@example.com")
            .with_language(Language::English)
            .inviting()
    };
    let id = desk.lifecycle.create(new()).await.unwrap();
    assert_eq!(desk.lifecycle.create(new()).await.unwrap(), id);
    let service = desk.service(id).await;
    assert_eq!((service.language, service.mailbox()), (Language::English, Some("jan@example.com")));
    desk.work().await;
    assert_eq!(desk.told(id, "configuration_link").len(), 1);

    let theirs =
        NewService::new(any_offer("601"), "customer-8".parse().unwrap()).with_reference("whmcs:1234");
    assert!(matches!(desk.lifecycle.create(theirs).await, Err(Error::Exists(_))));
    let other = NewService::new(any_offer("741"), "customer-7".parse().unwrap()).with_reference("whmcs:1234");
    assert!(matches!(desk.lifecycle.create(other).await, Err(Error::Exists(_))));
}

#[tokio::test]
async fn creates_a_service_at_the_moment_that_the_offer_says() {
    let desk = Desk::open().await;
    let moments = [
        SetupTrigger::AtOrder,
        SetupTrigger::AtFirstPayment,
        SetupTrigger::WhenAccepted,
        SetupTrigger::Never,
    ];
    for setup in moments {
        let mut offer = crate::desk::yearly("601");
        offer.setup = setup;
        for moment in moments {
            let new = NewService::new(offer.clone(), "customer-7".parse().unwrap());
            let created = desk.lifecycle.create_at(moment, new).await.unwrap();
            assert_eq!(created.is_some(), moment == setup, "{setup:?} {moment:?}");
        }
    }
}

#[tokio::test]
async fn cancels_an_order_that_has_no_certificate() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    desk.lifecycle.cancel_order(id).await.unwrap();
    desk.work().await;
    let service = desk.service(id).await;
    assert!(matches!(service.state, State::Rejected { is_cancelled: true, .. }), "{:?}", service.state);
    let order_id = service.state.order_id().unwrap().clone();
    assert_eq!(desk.lifecycle.order_report(id).await.unwrap().progress, OrderProgress::Rejected);
    assert_eq!(desk.carried_out("cancelOrder"), 1);
    // The form is kept, and can be handed in again under the same service.
    let draft = desk.lifecycle.draft(id).await.unwrap();
    desk.lifecycle.configure(id, &draft).await.unwrap();
    desk.settle(id).await;
    let service = desk.finish(id).await;
    assert_ne!(service.certificate().unwrap().order_id, order_id);
}

#[tokio::test]
async fn cancels_an_order_although_answers_are_lost() {
    for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
        let desk = Desk::open().await;
        let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.work().await;
        let lost = Fault::new("cancelOrder", FaultKind::Drop, point).times(2);
        desk.sandbox.set_faults(FaultPlan::new().with(lost));
        desk.lifecycle.cancel_order(id).await.unwrap();
        desk.until(id, |service| service.state.kind() == StateKind::Rejected).await;
    }
}

/// The officer was faster: what there is a certificate for is not cancelled, and the certificate is not lost.
#[tokio::test]
async fn takes_the_certificate_where_it_was_too_late_to_cancel() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.settle(id).await;
    desk.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    desk.lifecycle.cancel_order(id).await.unwrap();
    let service = desk.finish(id).await;
    assert_eq!(service.certificates.len(), 1);
    assert!(matches!(desk.lifecycle.cancel_order(id).await, Err(Error::NotAllowed(_))));
}

#[tokio::test]
async fn replaces_an_order_whose_domain_was_mistyped() {
    let desk = Desk::open().await;
    let mistyped = form(&["shpo.example.com"], "dns");
    let id = desk.sell_offer(any_offer("601"), &mistyped).await;
    desk.work().await;
    let before = desk.service(id).await.state.order_id().unwrap().clone();
    desk.lifecycle.replace_order(id).await.unwrap();
    desk.work().await;
    assert_eq!(desk.service(id).await.state.kind(), StateKind::AwaitingConfiguration);
    let draft = desk.lifecycle.draft(id).await.unwrap();
    assert_eq!(draft.names, ["shpo.example.com".into()]);
    // The request said the wrong name, too. Its key was never certified, and may serve again.
    let fresh = form(&[NAME], "dns");
    desk.lifecycle.configure(id, &Form { csr: fresh.csr, names: fresh.names, ..draft }).await.unwrap();
    desk.settle(id).await;
    let service = desk.finish(id).await;
    assert_eq!(service.certificate().unwrap().certificate.names, [NAME]);
    assert_ne!(service.certificate().unwrap().order_id, before);
    assert!(desk.lifecycle.drift(beginning(), now(&desk)).await.unwrap().drifts.is_empty());
}

#[tokio::test]
async fn invites_by_a_link_that_is_random_expires_and_is_its_owners() {
    let desk = Desk::open().await;
    let owner = "customer-7".parse().unwrap();
    let stranger = "customer-8".parse().unwrap();
    let new = NewService::new(any_offer("601"), "customer-7".parse().unwrap()).with_email("jan@example.com");
    let id = desk.lifecycle.create(new).await.unwrap();
    let first = desk.lifecycle.invite(id).await.unwrap();
    let second = desk.lifecycle.invite(id).await.unwrap();
    assert_eq!((first.reveal().len(), second.reveal().len()), (64, 64));
    assert_ne!(first, second);
    let open = async |token: &str, customer| desk.lifecycle.open_link(id, token, customer).await.is_ok();
    assert!(!open(first.reveal(), None).await, "a former link");
    assert!(open(second.reveal(), None).await && open(second.reveal(), Some(&owner)).await);
    assert!(!open(second.reveal(), Some(&stranger)).await);
    assert!(!open(&"0".repeat(64), Some(&owner)).await);

    // The letter holds it; what programs are told, and the history, do not.
    desk.work().await;
    let letters = desk.letters.all();
    assert!(letters.last().unwrap().text.contains(second.reveal()));
    let facts = format!("{:?}", desk.facts.all());
    assert!(facts.contains("configuration_link") && !facts.contains(second.reveal()));
    let history = serde_json::to_string(
        &desk
            .lifecycle
            .history(id)
            .await
            .unwrap()
            .into_iter()
            .map(|recorded| recorded.event)
            .collect::<Vec<_>>(),
    )
    .unwrap();
    assert!(!history.contains(second.reveal()));

    desk.pass_days(14).await;
    assert!(!open(second.reveal(), Some(&owner)).await, "it expires");
    let third = desk.lifecycle.invite(id).await.unwrap();
    assert!(open(third.reveal(), Some(&owner)).await);
    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    assert!(!open(third.reveal(), Some(&owner)).await, "the form was handed in");
    assert!(matches!(desk.lifecycle.invite(id).await, Err(Error::NotAllowed(_))));
}

#[tokio::test]
async fn writes_down_who_asked_for_what() {
    let desk = Desk::open().await;
    let (jan, anna) = (Actor::new("customer:7"), Actor::new("staff:anna"));
    let id = desk
        .lifecycle
        .acting_for(anna.clone())
        .create_service(any_offer("601"), "customer-7".parse().unwrap())
        .await
        .unwrap();
    desk.lifecycle.acting_for(jan.clone()).configure(id, &form(&[NAME], "dns")).await.unwrap();
    desk.work().await;
    desk.lifecycle.acting_for(anna.clone()).cancel_order(id).await.unwrap();
    desk.work().await;
    let history = desk.lifecycle.history(id).await.unwrap();
    let who = |wanted: fn(&Event) -> bool| {
        let recorded = history.iter().find(|recorded| wanted(&recorded.event)).unwrap();
        recorded.by.clone()
    };
    assert_eq!(who(|event| matches!(event, Event::Created { .. })), Some(anna.clone()));
    assert_eq!(who(|event| matches!(event, Event::Configured { .. })), Some(jan));
    assert_eq!(who(|event| matches!(event, Event::OrderPlaced { .. })), None);
    assert_eq!(who(|event| matches!(event, Event::OrderCancelling { .. })), Some(anna));
    assert_eq!(who(|event| matches!(event, Event::OrderCancelled)), None);
    assert!(history.is_sorted_by_key(|recorded| recorded.at));
}

/// Whatever stands still is told to whoever has to act, once.
#[tokio::test]
async fn says_who_must_act_where_nothing_moves() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    for _ in 0..3 {
        desk.pass_days(8).await;
    }
    let told = desk.told(id, "stuck");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["who"], "customer");
    assert_eq!(told[0]["common_name"], NAME);
}

/// What holds the shop's services is found by what people type.
#[tokio::test]
async fn finds_services_by_customer_name_state_and_serial_number() {
    let desk = Desk::open().await;
    let (id, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.sell_offer(any_offer("601"), &form(&["open.example.com"], "dns")).await;
    let serial_number = service.certificate().unwrap().certificate.serial_number.clone();
    let search = Search::default;
    for search in [
        Search { state: Some(StateKind::Active), ..search() },
        Search { name: Some(NAME.into()), ..search() },
        Search { serial_number: Some(serial_number.clone()), ..search() },
        Search { text: Some(serial_number), ..search() },
    ] {
        let found = desk.lifecycle.search(search).await.unwrap();
        assert_eq!(found.iter().map(|summary| summary.id).collect::<Vec<_>>(), [id]);
    }
}
