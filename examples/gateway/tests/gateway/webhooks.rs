//! Webhooks that don't answer, and those that nobody may have.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::routing::post;
use gateway::Scope;
use serde_json::{Value, json};

use crate::stage::{Host, Stage};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Two receivers: one takes everything, the other never answers.
#[derive(Clone, Default)]
struct Receivers {
    taken: Arc<Mutex<Vec<Value>>>,
    hung: Arc<AtomicUsize>,
    was_left: Arc<AtomicBool>,
}

/// Notes that whoever waited for an answer waits no longer.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

async fn take(State(receivers): State<Receivers>, Json(fact): Json<Value>) -> StatusCode {
    receivers.taken.lock().unwrap().push(fact);
    StatusCode::NO_CONTENT
}

async fn hang(State(receivers): State<Receivers>) -> StatusCode {
    let _waiting = Waiting(receivers.was_left.clone());
    receivers.hung.fetch_add(1, Ordering::SeqCst);
    std::future::pending().await
}

async fn receivers() -> (Receivers, String) {
    let receivers = Receivers::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/take", post(take)).route("/hang", post(hang));
    let app = app.with_state(receivers.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (receivers, base)
}

async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..400 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it never comes to that");
}

async fn register(host: &Host, url: &str) -> Value {
    host.post("/v1/webhooks", json!({ "url": url, "secret": SECRET })).await.ok()
}

#[tokio::test]
async fn tells_others_while_one_does_not_answer() {
    let stage = Stage::new().await;
    let (receivers, base) = receivers().await;
    let slow = stage.host("slow", Scope::ALL).await;
    let quick = stage.host("quick", Scope::ALL).await;
    register(&slow, &format!("{base}/hang")).await;
    register(&quick, &format!("{base}/take")).await;
    let invite = json!({ "invite": true });
    let sell = async |host: &Host, reference: &str| {
        let sale = crate::stage::with(crate::stage::sale(reference, "601"), invite.clone());
        let sale = crate::stage::with(sale, json!({ "customer": host.customer }));
        host.post("/v1/services", sale).await.ok();
    };
    sell(&slow, "a:1").await;
    until(|| receivers.hung.load(Ordering::SeqCst) == 1).await;
    for number in 1..=2 {
        sell(&quick, &format!("b:{number}")).await;
        // Both the fact and the letter.
        until(|| receivers.taken.lock().unwrap().len() >= 2 * number).await;
    }
    assert!(!receivers.was_left.load(Ordering::SeqCst), "the other is waited for as before");
    assert_eq!(receivers.hung.load(Ordering::SeqCst), 1);
    let metrics = quick.request(reqwest::Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("webhook_deliveries_total{fate=\"taken\"}"), "{metrics}");
}

#[tokio::test]
async fn sends_letters_to_webhooks_of_those_alone_who_may_see_them() {
    let stage = Stage::new().await;
    let (receivers, base) = receivers().await;
    let host = stage.host("shop", &[Scope::Read, Scope::Write, Scope::Hooks]).await;
    register(&host, &format!("{base}/take")).await;
    host.issue(&stage, "a:1", &["shop.example.com"]).await;
    let told = stage.host("shop", &[Scope::Read, Scope::Letters]).await.get("/v1/facts").await.ok();
    let told = told["facts"].as_array().unwrap().clone();
    let is_letter = |fact: &Value| fact["kind"] == "message";
    assert!(told.iter().any(is_letter) && !told.iter().all(is_letter), "{told:?}");
    for _ in 0..400 {
        let hooks = host.get("/v1/webhooks").await.ok();
        if hooks["webhooks"][0]["delivered_to"] == told.last().unwrap()["cursor"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let ids = |facts: &[Value]| facts.iter().map(|fact| fact["id"].clone()).collect::<Vec<_>>();
    let (letters, facts): (Vec<_>, Vec<_>) = told.into_iter().partition(is_letter);
    assert_eq!(ids(&receivers.taken.lock().unwrap()), ids(&facts), "not {letters:?}");
}

#[tokio::test]
async fn lets_hosts_have_some_webhooks_and_none_inside() {
    let stage = Stage::unsettled().await;
    let host = stage.all_powerful();
    let refused = async |url: &str| {
        let refused = host.post("/v1/webhooks", json!({ "url": url, "secret": SECRET })).await;
        assert_eq!(refused.refused(422, "input")["findings"][0]["field"], "url", "{url}");
    };
    for url in ["http://127.0.0.1:80/", "http://localhost/", "https://127.0.0.1/", "https://10.0.0.1/hook"] {
        refused(url).await;
    }
    refused(&format!("https://example.com/{}", "x".repeat(2048))).await;
    let first = register(&host, "https://example.com/1").await;
    for number in 2..=10 {
        register(&host, &format!("https://example.com/{number}")).await;
    }
    refused("https://example.com/11").await;
    register(&stage.host("other", &[Scope::Hooks]).await, "https://example.com/").await;
    let one = format!("/v1/webhooks/{}", first["id"].as_str().unwrap());
    assert_eq!(host.send(reqwest::Method::DELETE, &one, Value::Null, None).await.status, 204);
    register(&host, "https://example.com/11").await;
}
