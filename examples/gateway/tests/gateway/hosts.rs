//! Several hosts of one gateway: whose a service, a customer and a letter is.

use std::slice::from_ref;

use cert_domain::{Catalogue, Offer, VerificationMethod};
use cert_lifecycle::{Certum, Lifecycle, NewService, SqliteStore};
use certum_api::{Client, Credentials, Environment};
use gateway::{Command, Ownership, Scope};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::{Host, Stage, sale, with};

/// A service that no host created, such as one that was imported, whose customer is sent the form.
async fn nobodys(stage: &Stage, customer: &str) -> String {
    let store = SqliteStore::open(stage.directory().join("gateway.db")).await.unwrap();
    let here = Environment::Custom(stage.sandbox().endpoint());
    let client = Client::builder(here, Credentials::new("reseller", "sandbox")).build().unwrap();
    let sandbox = stage.running.sandbox.clone().unwrap();
    let clock = move || sandbox.clock().now();
    let lifecycle = Lifecycle::builder(store, Certum::new(client)).clock(clock).leave_for_people().build();
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    let offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
    let new = NewService::new(offer, customer.parse().unwrap()).with_email("jan@example.com").inviting();
    lifecycle.create(new).await.unwrap().to_string()
}

fn ownership(host: &str, service: &str, reference: &str) -> Ownership {
    let (host, reference) = (host.to_owned(), reference.to_owned());
    Ownership { host, service: service.parse().unwrap(), reference }
}

fn assign(host: &str, service: &str, reference: &str) -> Command {
    Command::Assign(ownership(host, service, reference))
}

fn unassign(host: &str, service: &str, reference: &str) -> Command {
    Command::Unassign(ownership(host, service, reference))
}

async fn ids(host: &Host, query: &str) -> Vec<String> {
    let page = host.get(&format!("/v1/services{query}")).await.ok();
    assert_eq!(page["next"], Value::Null, "{page}");
    let ids = page["services"].as_array().unwrap().iter();
    ids.map(|service| service["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn means_the_same_service_by_a_reference_whatever_is_assigned() {
    let stage = Stage::new().await;
    let host = stage.host("shop", Scope::ALL).await;
    let created = host.sell("orig", "601").await;
    let imported = nobodys(&stage, "customer-9").await;
    let refused = async |command: Command| stage.administer(command).await.unwrap_err();

    assert!(refused(assign("shop", &imported, "orig")).await.contains("another service"));
    assert!(refused(assign("shpo", &imported, "new")).await.contains("no host"));
    assert!(refused(assign("shop", &imported, "")).await.contains("reference"));
    let unknown = "00000000-0000-8000-8000-000000000000";
    assert!(refused(assign("shop", unknown, "new")).await.contains("no such service"));
    assert!(refused(assign("shop", &created, "new")).await.contains("somebody's"));
    assert_eq!(ids(&host, "?reference=orig").await, from_ref(&created));
    let again = with(sale("orig", "601"), json!({ "customer": host.customer }));
    assert_eq!(host.post("/v1/services", again).await.status, 200, "it is not sold twice");
    assert_eq!(ids(&host, "").await, from_ref(&created), "nothing is left of what was refused");

    stage.administer(assign("shop", &imported, "new")).await.unwrap();
    stage.administer(assign("shop", &imported, "new")).await.unwrap();
    assert_eq!(ids(&host, "?reference=new").await, from_ref(&imported));
    let other = stage.host("other", Scope::ALL).await;
    assert!(refused(assign("other", &imported, "new")).await.contains("somebody's"));
    assert!(refused(unassign("other", &imported, "new")).await.contains("not given"));
    assert!(refused(unassign("shop", &created, "orig")).await.contains("not given"), "it created that one");

    stage.administer(unassign("shop", &imported, "new")).await.unwrap();
    assert_eq!(ids(&host, "").await, [created]);
    host.get(&format!("/v1/services/{imported}")).await.refused(404, "not_found");
    assert!(refused(assign("other", &imported, "theirs")).await.contains("customer-9"), "the customer stays");
    stage.administer(assign("shop", &imported, "newer")).await.unwrap();
    assert_eq!(ids(&host, "?reference=newer").await, [imported]);
    assert_eq!(ids(&other, "").await, [""; 0]);
}

#[tokio::test]
async fn tells_a_host_nothing_of_what_is_others_by_pages_overviews_and_filters() {
    let stage = Stage::new().await;
    let owner = stage.all_powerful();
    let id = owner.issue(&stage, "m:1", &["shop.example.com"]).await;
    let scopes: Vec<_> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::System).collect();
    let host = stage.host("other", &scopes).await;
    let serial = &owner.get(&format!("/v1/services/{id}")).await.ok()["certificates"][0]["serial_number"];
    let serial = serial.as_str().unwrap();
    for query in [
        "customer=customer-7",
        "text=shop",
        "name=shop.example.com",
        &format!("text={serial}"),
        "state=active",
    ] {
        assert_eq!(ids(&owner, &format!("?{query}")).await, from_ref(&id), "{query}");
        // Even a page that would be full with it ends.
        assert_eq!(ids(&host, &format!("?{query}&limit=1")).await, [""; 0], "{query}");
    }
    for (method, path) in [("GET", "/v1/overview"), ("GET", "/v1/status"), ("POST", "/v1/synchronize")] {
        let answer = host.send(method.parse().unwrap(), path, Value::Null, None).await;
        answer.refused(403, "forbidden");
    }
    owner.get("/v1/services?reference=m:1&name=nothing.example").await.refused(400, "unreadable");
    owner.get("/v1/services?reference=m:1&text=nothing").await.refused(400, "unreadable");
    assert_eq!(ids(&owner, "?reference=m:1&state=active").await, [id]);
    assert_eq!(ids(&owner, "?reference=m:1&customer=nobody").await, [""; 0]);
}

#[tokio::test]
async fn sells_to_no_customer_of_another_host_and_to_no_mailbox_that_is_none() {
    let stage = Stage::new().await;
    let (one, other) = (stage.host("one", Scope::ALL).await, stage.host("other", Scope::ALL).await);
    one.post("/v1/services", sale("a:1", "601")).await.ok();
    one.post("/v1/services", sale("a:2", "601")).await.ok();
    let refused = other.post("/v1/services", sale("a:1", "601")).await.refused(409, "exists");
    assert_eq!(refused["findings"][0]["field"], "customer", "{refused}");
    for email in ["a@b\r\nBcc: x@y", "jan", "a@example.com, b@example.com"] {
        let sold = with(sale("a:3", "601"), json!({ "email": email }));
        let refused = one.post("/v1/services", sold).await.refused(422, "findings");
        assert_eq!(refused["findings"][0]["field"], "email", "{refused}");
    }
    assert_eq!(ids(&other, "").await, [""; 0]);
    assert_eq!(ids(&one, "").await.len(), 2);
}

#[tokio::test]
async fn opens_the_form_by_the_link_that_was_sent_last() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "601").await;
    let link = format!("/v1/services/{id}/link");
    let first = host.act(&id, "resend_configuration", Value::Null).await.ok()["data"]["token"].clone();
    let open = async |token: &Value, customer: &str| {
        host.post(&link, json!({ "token": token, "customer": customer })).await
    };
    assert_eq!(open(&first, "customer-7").await.status, 204);
    assert_eq!(host.post(&link, json!({ "token": first })).await.status, 204, "nobody is logged in");
    open(&first, "customer-8").await.refused(404, "not_found");
    open(&json!("x"), "customer-7").await.refused(404, "not_found");
    let second = host.act(&id, "resend_configuration", Value::Null).await.ok()["data"]["token"].clone();
    open(&first, "customer-7").await.refused(404, "not_found");
    stage.sandbox().advance_clock(SignedDuration::from_hours(15 * 24)).unwrap();
    open(&second, "customer-7").await.refused(404, "not_found");
}

/// The kinds of a host's facts, once one of them is there.
async fn kinds(host: &Host, awaited: &str) -> Vec<String> {
    for _ in 0..400 {
        let facts = host.get("/v1/facts").await.ok();
        let kinds = facts["facts"].as_array().unwrap().iter();
        let kinds: Vec<_> = kinds.map(|fact| fact["kind"].as_str().unwrap().to_owned()).collect();
        if kinds.iter().any(|kind| kind == awaited) {
            return kinds;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{awaited} never comes");
}

#[tokio::test]
async fn shows_letters_to_those_alone_who_may_see_them() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    kinds(&host, "message").await;
    let shown = kinds(&host, "issued").await;
    let others: Vec<_> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::Letters).collect();
    let without = stage.host("demonstration", &others).await;
    let seen = kinds(&without, "issued").await;
    assert!(!seen.contains(&"message".to_owned()), "{seen:?}");
    assert!(shown.len() > seen.len());
    // A page of letters alone is not taken for the end.
    let (mut after, mut read) = (String::from("0"), Vec::new());
    loop {
        let page = without.get(&format!("/v1/facts?limit=1&after={after}")).await.ok();
        after = page["next"].as_str().unwrap().to_owned();
        let Some(fact) = page["facts"].as_array().unwrap().first() else { break };
        read.push(fact["kind"].as_str().unwrap().to_owned());
    }
    assert_eq!(read, seen);
}

#[tokio::test]
async fn keeps_a_letter_for_whoever_gets_the_service() {
    let stage = Stage::new().await;
    let host = stage.host("shop", Scope::ALL).await;
    let id = nobodys(&stage, "customer-9").await;
    let tried = "outbox_deliveries_total{fate=\"postponed\"}";
    let metrics = async || {
        let text = stage.all_powerful().request(reqwest::Method::GET, "/metrics").send().await.unwrap();
        text.text().await.unwrap()
    };
    for _ in 0..400 {
        if metrics().await.contains(tried) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(metrics().await.contains(tried), "it is not thrown away");
    stage.administer(assign("shop", &id, "imported")).await.unwrap();
    stage.sandbox().advance_clock(SignedDuration::from_hours(24)).unwrap();
    kinds(&host, "message").await;
}

#[tokio::test]
async fn asks_the_ca_no_more_often_than_it_has_to_however_often_hosts_ask() {
    let stage = Stage::new().await;
    let host = stage.host("shop", &[Scope::Metrics]).await;
    let before = stage.sandbox().calls().len();
    let asked = futures::future::join_all((0..50).map(|_| host.get("/v1/connection"))).await;
    assert!(asked.into_iter().all(|answer| answer.ok()["authority"] == true));
    let calls = stage.sandbox().calls();
    let products = calls[before..].iter().filter(|call| call.operation.as_deref() == Some("getProductList"));
    assert!(products.count() < 50);
}
