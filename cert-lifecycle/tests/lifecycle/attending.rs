//! Working on one service while somebody waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cert_domain::{Form, Language, RevocationForm};
use cert_lifecycle::store::ClaimRequest;
use cert_lifecycle::{
    Action, Blame, Error, Lifecycle, NewService, Patience, Role, Seen, Service, ServiceId, SqliteStore,
    Standstill, StateKind, Store, WorkerPolicy,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use jiff::SignedDuration;

use crate::common::{NAME, PASSWORD, Shop, USER, certum, form, lifecycle, offer, orders, sandbox};
use crate::desk::{codes, reissue_of, renewal_of};

#[tokio::test]
async fn works_on_one_service_and_on_no_other() {
    let shop = Shop::open().await;
    let mine = shop.sell("601", &form(&[NAME], "dns")).await;
    let other = shop.sell("601", &form(&["www.example.org"], "dns")).await;
    let attendance = shop.lifecycle.attend(mine, 0).await.unwrap();
    assert_eq!((attendance.tries, attendance.trouble), (0, None));
    assert_eq!(shop.service(mine).await.state.kind(), StateKind::Validating);
    assert_eq!(shop.service(other).await.state.kind(), StateKind::Ordering);
    assert_eq!(shop.orders(), 1);

    shop.prove(mine).await;
    let due_at = shop.lifecycle.attend(mine, 0).await.unwrap().due_at.unwrap();
    assert!(due_at > shop.sandbox.clock().now(), "the CA is asked again at once");
    shop.sandbox.advance_clock(SignedDuration::from_mins(3)).unwrap();
    while shop.service(mine).await.state.kind() != StateKind::Active {
        shop.lifecycle.attend(mine, 0).await.unwrap();
    }
    assert_eq!(shop.service(mine).await.certificates.len(), 1);
}

#[tokio::test]
async fn goes_on_at_once_with_a_service_that_a_dead_worker_has_claimed() {
    let sandbox = sandbox().await;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    let authority = certum(sandbox.endpoint().as_str());
    let shop = Shop::with(sandbox, SqliteStore::open(&path).await.unwrap(), authority);
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    let now = shop.sandbox.clock().now();
    let lease_until = now.checked_add(SignedDuration::from_hours(1)).unwrap();
    let request = ClaimRequest { now, lease_until, token: "dead".into(), limit: 10 };
    let claims = SqliteStore::open(&path).await.unwrap().claim(request).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!(shop.lifecycle.worker().tick().await.unwrap(), 0, "a worker waits for the lease");
    shop.lifecycle.attend(id, 0).await.unwrap();
    assert_eq!(shop.service(id).await.state.kind(), StateKind::Validating);
}

#[tokio::test]
async fn tells_whose_part_it_is_that_nothing_came_of_it() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    let attendance = shop.lifecycle.attend(id, 0).await.unwrap();
    assert_eq!(attendance.trouble.map(|trouble| trouble.blame), Some(Blame::UnknownOutcome));
    assert_eq!(attendance.tries, 1);
    let attendance = shop.lifecycle.attend(id, attendance.tries).await.unwrap();
    assert_eq!((attendance.trouble, shop.orders()), (None, 1));

    let user = Credentials::new(USER, "not the password");
    let client = Client::builder(Environment::Custom(shop.sandbox.endpoint()), user).build().unwrap();
    let store = SqliteStore::in_memory().await.unwrap();
    let locked_out = lifecycle(store, cert_lifecycle::Certum::new(client), shop.sandbox.clock().clone());
    let id = locked_out.create_service(offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    locked_out.configure(id, &form(&[NAME], "dns")).await.unwrap();
    let trouble = locked_out.attend(id, 0).await.unwrap().trouble.unwrap();
    assert_eq!(trouble.blame, Blame::Authority);
    assert!(!trouble.note.contains("password") && !trouble.note.contains(PASSWORD), "{}", trouble.note);
}

#[cfg(feature = "precheck")]
#[tokio::test]
async fn asks_the_ca_to_look_once_the_proof_can_be_seen() {
    use cert_lifecycle::precheck::NetworkLookups;

    use crate::desk::{Desk, any_offer, full_form, sandbox_with};

    let sandbox = sandbox_with(true).await;
    let lookups = NetworkLookups::new(sandbox.dns_addr()).unwrap();
    let desk = Desk::with(sandbox, |builder| builder.lookups(lookups)).await;
    let id = desk.sell_offer(any_offer("601"), &full_form(NAME, &[NAME])).await;
    desk.lifecycle.attend(id, 0).await.unwrap();
    assert!(!desk.lifecycle.request_check_once_seen(id).await.unwrap(), "nothing is published");
    let cert_lifecycle::State::Validating(validating) = desk.service(id).await.state else {
        panic!("not validating")
    };
    for instruction in validating.instructions() {
        crate::common::follow(&desk.sandbox, instruction).await;
    }
    assert!(desk.lifecycle.request_check_once_seen(id).await.unwrap());
    assert!(!desk.lifecycle.request_check_once_seen(id).await.unwrap(), "it was asked already");
    desk.lifecycle.attend(id, 0).await.unwrap();
    let looked = |call: &certum_sandbox::Call| {
        call.operation.as_deref() == Some("performSanVerification")
            && call.outcome == certum_sandbox::CallOutcome::Success
    };
    assert_eq!(desk.sandbox.calls().iter().filter(|call| looked(call)).count(), 1);
}

/// A sale of a product by DNS to customer 7.
fn sale(product: &str) -> NewService {
    NewService::new(offer(product), "customer-7".parse().unwrap())
}

#[tokio::test]
async fn sells_once_for_a_key_however_often_it_is_asked_to() {
    let shop = Shop::open().await;
    let form = form(&[NAME], "dns");
    let id = shop.lifecycle.order_once(sale("601"), &form).await.unwrap();
    assert_eq!(shop.lifecycle.order_once(sale("601"), &form).await.unwrap(), id, "asked for again at once");
    shop.prove_when_told(id).await;
    assert_eq!(shop.lifecycle.order_once(sale("601"), &form).await.unwrap(), id, "while it is verified");
    shop.finish(id).await;
    assert_eq!(shop.lifecycle.order_once(sale("601"), &form).await.unwrap(), id, "once it is there");
    shop.lifecycle.configure_once(id, &form).await.unwrap();
    assert_eq!(shop.orders(), 1);

    let other_names = Form { names: vec!["www.example.org".into()], ..form.clone() };
    assert_eq!(codes(shop.lifecycle.order_once(sale("601"), &other_names).await), [1032]);
    assert_eq!(codes(shop.lifecycle.configure_once(id, &other_names).await), [1032]);
    let other_key = crate::common::form(&[NAME], "dns");
    assert!(matches!(shop.lifecycle.configure_once(id, &other_key).await, Err(Error::NotAllowed(_))));
    assert!(matches!(shop.lifecycle.order_once(sale("741"), &form).await, Err(Error::Findings(_))));
    assert_eq!(shop.orders(), 1);
}

#[tokio::test]
async fn orders_anew_under_the_same_service_what_the_ca_refused() {
    let shop = Shop::open().await;
    let taken = form(&[NAME], "dns");
    let mut sale_to_login = sale("601");
    // The account's own login, which only the CA compares here.
    sale_to_login.customer = USER.parse().unwrap();
    let id = shop.lifecycle.order_once(sale_to_login.clone(), &taken).await.unwrap();
    let seen = see(&shop, id, Patience::NONE).await;
    let Some(Standstill::Refused(findings)) = &seen.standstill else { panic!("{seen:?}") };
    assert_eq!(findings.as_slice()[0].code, 1023);
    let standstill = seen.standstill.unwrap();
    assert_eq!((standstill.blame(), standstill.findings().as_slice().len()), (Blame::Authority, 1));
    assert_ne!(standstill.text(Language::English), standstill.text(Language::Polish));
    assert_eq!(shop.lifecycle.order_once(sale_to_login, &taken).await.unwrap(), id);
    assert_eq!(shop.service(id).await.state.kind(), StateKind::Ordering, "it is tried again");
}

#[tokio::test]
async fn reissues_and_renews_once_for_a_request() {
    let shop = Shop::open().await;
    let id = shop.lifecycle.order_once(sale("601"), &form(&[NAME], "dns")).await.unwrap();
    shop.prove_when_told(id).await;
    let reissue = reissue_of(&shop.finish(id).await);
    for _ in 0..3 {
        shop.lifecycle.reissue_once(id, &reissue).await.unwrap();
        shop.work().await;
    }
    let renewal = renewal_of(&shop.finish(id).await);
    shop.lifecycle.reissue_once(id, &reissue).await.unwrap();
    let act_once = async |action, form: serde_json::Value| {
        shop.lifecycle.act_once(id, Role::Reseller, action, &form).await
    };
    act_once(Action::Reissue, serde_json::to_value(&reissue).unwrap()).await.unwrap();
    for _ in 0..3 {
        shop.lifecycle.renew_once(id, &renewal).await.unwrap();
        act_once(Action::Renew, serde_json::to_value(&renewal).unwrap()).await.unwrap();
        shop.work().await;
    }
    let late = act_once(Action::Reissue, serde_json::to_value(&reissue).unwrap()).await;
    assert!(matches!(late, Err(Error::NotOffered { .. })), "a renewal came after it: {late:?}");
    let service = shop.finish(id).await;
    shop.lifecycle.renew_once(id, &renewal).await.unwrap();
    assert_eq!(shop.service(id).await.version, service.version);
    assert_eq!(service.certificates.len(), 3);
    let another = renewal_of(&service);
    let renewed = shop.lifecycle.renew_once(id, &another).await;
    assert!(renewed.is_ok(), "another request is another renewal: {renewed:?}");
}

#[tokio::test]
async fn says_why_somebody_waited_for_nothing() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    let down = Fault::new("*", FaultKind::Drop, FaultPoint::BeforeCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(down));
    let standstill = see(&shop, id, Patience::NONE).await.standstill.unwrap();
    assert_eq!(standstill.blame(), Blame::UnknownOutcome);
    let standstill = see(&shop, id, Patience::NONE).await.standstill.unwrap();
    assert_eq!(standstill.blame(), Blame::Network, "a look that fails has no outcome");

    shop.sandbox.set_faults(FaultPlan::new());
    let seen = see(&shop, id, Patience::NONE).await;
    assert_eq!((seen.standstill, shop.orders()), (None, 1));
    let order_id = seen.service.state.order_id().unwrap().to_string();
    shop.sandbox.reject_order(&order_id).unwrap();
    assert_eq!(see(&shop, id, Patience::ENDLESS).await.standstill, Some(Standstill::Rejected));
}

async fn see(shop: &Shop, id: ServiceId, patience: Patience) -> Seen {
    let is_active = |service: &Service| service.state.kind() == StateKind::Active;
    shop.lifecycle.see_through(id, patience, is_active, |_| ()).await.unwrap()
}

#[tokio::test]
async fn goes_on_with_all_that_waits_for_the_ca_and_tells_what_has_moved() {
    let shop = Shop::open().await;
    let (one, other) = (form(&[NAME], "dns"), form(&["www.example.org"], "dns"));
    let (one, other) = (shop.sell("601", &one).await, shop.sell("601", &other).await);
    assert_eq!(shop.lifecycle.find("customer-7").await.unwrap().len(), 2);
    assert_eq!(shop.lifecycle.find(NAME).await.unwrap(), [one]);
    assert_eq!(shop.lifecycle.find(&other.to_string()).await.unwrap(), [other]);
    assert_eq!(shop.lifecycle.find("nobody").await.unwrap(), []);
    let moved = shop.lifecycle.attend_waiting().await.unwrap();
    assert_eq!(moved.iter().map(|summary| summary.id).collect::<Vec<_>>(), [one.min(other), one.max(other)]);
    assert!(moved.iter().all(|summary| summary.row.state == StateKind::Validating));
    assert_eq!(shop.lifecycle.attend_waiting().await.unwrap(), [], "nothing has moved");
    shop.prove(one).await;
    assert_eq!(shop.lifecycle.attend_waiting().await.unwrap(), [], "the CA was asked to look");
    let moved = shop.lifecycle.attend_waiting().await.unwrap();
    assert_eq!(moved.iter().map(|summary| summary.id).collect::<Vec<_>>(), [one]);
}

#[tokio::test]
async fn finds_what_was_given_up_though_nobody_asks_for_another() {
    let shop = Shop::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    let mut given_up = Vec::new();
    for name in [NAME, "www.example.org"] {
        let id = shop.sell("601", &form(&[name], "dns")).await;
        shop.lifecycle.attend(id, 0).await.unwrap();
        shop.lifecycle.abandon_order(id).await.unwrap();
        given_up.push(id);
    }
    assert_eq!(shop.orders(), 2, "both arrived");
    let strays = async |id| shop.lifecycle.summary(id).await.unwrap().row.stray_orders;
    shop.sandbox.advance_clock(SignedDuration::from_mins(29)).unwrap();
    assert_eq!(shop.lifecycle.attend_waiting().await.unwrap(), []);
    shop.work().await;
    assert_eq!((strays(given_up[0]).await, strays(given_up[1]).await), (0, 0));
    shop.sandbox.advance_clock(SignedDuration::from_mins(1)).unwrap();
    // Of one another order is asked for, of the other none.
    let other = form(&["shop.example.org"], "dns");
    shop.lifecycle.configure(given_up[0], &other).await.unwrap();
    shop.work().await;
    assert_eq!(strays(given_up[0]).await, 1);
    assert_eq!(shop.service(given_up[0]).await.state.kind(), StateKind::Held);
    assert_eq!((strays(given_up[1]).await, shop.orders()), (1, 2));
}

#[tokio::test]
async fn finds_what_was_given_up_without_a_worker() {
    let shop = Shop::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.lifecycle.attend(id, 0).await.unwrap();
    shop.lifecycle.abandon_order(id).await.unwrap();
    for (minutes, strays) in [(29, 0), (1, 1)] {
        shop.sandbox.advance_clock(SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(shop.lifecycle.attend_waiting().await.unwrap(), [], "it stands where it stood");
        assert_eq!(shop.lifecycle.summary(id).await.unwrap().row.stray_orders, strays);
    }
}

#[tokio::test]
async fn tells_what_an_order_waits_for_that_nobody_can_hasten() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    shop.lifecycle.attend(id, 0).await.unwrap();
    shop.lifecycle.abandon_order(id).await.unwrap();
    shop.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    let attendance = shop.lifecycle.attend(id, 0).await.unwrap();
    let note = attendance.note.unwrap();
    assert_eq!(
        (note.as_str(), attendance.trouble),
        ("an order that was given up may still arrive at the CA", None)
    );
    let standstill = see(&shop, id, Patience::NONE).await.standstill.unwrap();
    assert_eq!((standstill.text(Language::English), standstill.blame()), (note, Blame::UnknownOutcome));
}

/// A machine that slept, or a store that took long: nobody knows for how long such a call would be under way.
#[tokio::test]
async fn sends_no_order_long_after_its_intent_was_stored() {
    let sandbox = sandbox().await;
    let (began, passed) = (sandbox.clock().now(), AtomicI64::new(0));
    let each = Arc::new(AtomicI64::new(6));
    let slow = Arc::clone(&each);
    let clock = move || {
        let minutes = slow.load(Ordering::Relaxed);
        began + SignedDuration::from_mins(passed.fetch_add(minutes, Ordering::Relaxed))
    };
    let mut policy = WorkerPolicy::default();
    policy.lease = Duration::from_secs(1000 * 60 * 60);
    let authority = certum(sandbox.endpoint().as_str());
    let store = SqliteStore::in_memory().await.unwrap();
    let lifecycle = Lifecycle::builder(store, authority).clock(clock).policy(policy).build();
    let id = lifecycle.create_service(offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    for _ in 0..3 {
        lifecycle.attend(id, 0).await.unwrap();
        assert_eq!(lifecycle.service(id).await.unwrap().attempts, 1);
    }
    assert_eq!(orders(&sandbox), 0);
    each.store(0, Ordering::Relaxed);
    lifecycle.attend(id, 0).await.unwrap();
    assert_eq!(orders(&sandbox), 1);
}

#[tokio::test]
async fn tells_why_a_revocation_was_refused() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.prove_when_told(id).await;
    let serial_number = shop.finish(id).await.certificate().unwrap().certificate.serial_number.clone();
    assert_eq!(
        shop.lifecycle.refused_revocation(id, &serial_number).await.unwrap(),
        None,
        "nobody has asked"
    );
    // The CA revokes nothing that is over.
    shop.sandbox.advance_clock(SignedDuration::from_hours(24 * 400)).unwrap();
    let revocation = RevocationForm { reason: "superseded".into(), ..RevocationForm::default() };
    shop.lifecycle.revoke(id, &revocation).await.unwrap();
    shop.lifecycle.attend(id, 0).await.unwrap();
    let refused = shop.lifecycle.refused_revocation(id, &serial_number.to_lowercase()).await.unwrap();
    assert!(refused.is_some_and(|findings| !findings.is_empty()));
}
