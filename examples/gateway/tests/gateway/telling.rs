//! What hosts are told: webhooks, and the numbers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use cert_lifecycle::delivery::{SignatureError, WebhookSecret, verify};
use cert_lifecycle::{Clock, SystemClock};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stage::Stage;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// A host's side: takes what is signed, fresh and new, and nothing else.
#[derive(Clone, Default)]
struct Receiver {
    taken: Arc<Mutex<Vec<Value>>>,
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    /// How often it is out of order yet.
    failures: Arc<Mutex<u32>>,
}

impl Receiver {
    fn take(&self, headers: &HeaderMap, body: &Bytes, late: SignedDuration) -> Result<bool, SignatureError> {
        let secrets = [WebhookSecret::new(SECRET).unwrap()];
        let now = SystemClock::default().now().checked_add(late).unwrap();
        verify(&secrets, headers, body, now, WINDOW)?;
        let fact: Value = serde_json::from_slice(body).unwrap();
        let mut taken = self.taken.lock().unwrap();
        let is_new = !taken.iter().any(|known| known["id"] == fact["id"]);
        if is_new {
            taken.push(fact);
        }
        Ok(is_new)
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut failures = receiver.failures.lock().unwrap();
    if *failures > 0 {
        *failures -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    receiver.seen.lock().unwrap().push((headers.clone(), body.clone()));
    match receiver.take(&headers, &body, SignedDuration::ZERO) {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

#[tokio::test]
async fn tells_a_webhook_what_the_inbox_holds_signed_and_in_order() {
    let receiver = Receiver { failures: Arc::new(Mutex::new(1)), ..Receiver::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });

    let stage = Stage::new().await;
    let host = stage.all_powerful();
    host.issue(&stage, "whmcs:0", &["before.example.com"]).await;
    let before: u64 = host.get("/v1/facts").await.ok()["next"].as_str().unwrap().parse().unwrap();
    let hook = host.post("/v1/webhooks", json!({ "url": url, "secret": SECRET })).await.ok();
    assert!(hook["delivered_to"].as_str().unwrap().parse::<u64>().unwrap() >= before, "not what was before");
    // Nothing of another host comes here.
    let other = stage.host("other", gateway::Scope::ALL).await;
    other.issue(&stage, "whmcs:1", &["other.example.com"]).await;
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;

    let expected =
        host.get(&format!("/v1/facts?after={}", hook["delivered_to"].as_str().unwrap())).await.ok();
    let expected = expected["facts"].as_array().unwrap().clone();
    for _ in 0..400 {
        if receiver.taken.lock().unwrap().len() >= expected.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let taken = receiver.taken.lock().unwrap().clone();
    let ids = |facts: &[Value]| facts.iter().map(|fact| fact["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&taken[..expected.len()]), ids(&expected));
    assert!(taken.iter().all(|fact| fact["data"]["service"] == id.as_str()));

    let (headers, body) = receiver.seen.lock().unwrap()[0].clone();
    assert!(!receiver.take(&headers, &body, SignedDuration::ZERO).unwrap(), "within the window, it is known");
    let late = receiver.take(&headers, &body, WINDOW + SignedDuration::from_mins(1));
    assert_eq!(late, Err(SignatureError::OutsideWindow));
    let other_body = Bytes::from(body.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(receiver.take(&headers, &other_body, SignedDuration::ZERO), Err(SignatureError::Wrong));
}

#[tokio::test]
async fn counts_calls_and_services() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    host.get("/v1/services/7").await.refused(404, "not_found");
    let response = host.request(reqwest::Method::GET, "/metrics").send().await.unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = response.text().await.unwrap();
    for line in [
        "services{state=\"active\"} 1",
        "services{state=\"held\"} 0",
        "gateway_requests_total{method=\"POST\",route=\"/v1/services\",status=\"201\"} 1",
        "gateway_requests_total{method=\"GET\",route=\"/v1/services/{id}\",status=\"404\"} 1",
        "service_transitions_total{from=\"awaiting_configuration\",to=\"ordering\"} 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    for part in
        ["worker_calls_total", "outbox_deliveries_total", "outbox_waiting ", "gateway_request_seconds_bucket"]
    {
        assert!(text.contains(part), "{part}");
    }
    assert!(!text.contains("customer-7") && !text.contains("shop.example.com"), "{text}");
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn says_how_the_system_fares() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    host.sell("whmcs:1", "601").await;
    assert_eq!(host.get("/health").await.ok(), json!({ "status": "ok" }));
    let connection = host.get("/v1/connection").await.ok();
    assert_eq!((&connection["authority"], &connection["mode"]), (&json!(true), &json!("test")));
    assert_eq!(host.get("/v1/status").await.ok()["authority"], true);
    let overview = host.get("/v1/overview?days=7").await.ok();
    assert_eq!(
        overview["counts"][0],
        json!({ "state": "awaiting_configuration", "state_text": "awaiting configuration", "count": 1 })
    );
    assert_eq!(host.post("/v1/synchronize", Value::Null).await.ok()["unknown"], 0);
    let products = host.get("/v1/products?language=pl").await.ok();
    assert!(products["products"].as_array().unwrap().len() > 20);
}
