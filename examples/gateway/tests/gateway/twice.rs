//! The same call, twice: replayed, in the middle, under another key, after somebody was killed.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Host, Stage, sale};

/// How often the CA was asked for something.
fn calls(stage: &Stage, operation: &str) -> usize {
    let calls = stage.sandbox().calls();
    calls.iter().filter(|call| call.operation.as_deref() == Some(operation)).count()
}

#[tokio::test]
async fn answers_the_same_to_the_same_key_and_nothing_to_another_request() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let sell = async |reference: &str, key| {
        host.send(Method::POST, "/v1/services", sale(reference, "601"), Some(key)).await
    };
    let first = sell("whmcs:1", "key-1").await;
    assert_eq!((first.status, first.is_replayed), (201, false));
    let again = sell("whmcs:1", "key-1").await;
    assert_eq!((again.status, again.is_replayed, &again.body), (201, true, &first.body));
    sell("whmcs:2", "key-1").await.refused(422, "key_reused");
    let other = sell("whmcs:1", "key-2").await;
    assert_eq!((other.status, other.is_replayed), (200, false), "the reference is the same");
    for key in ["", " ", "with space", &"x".repeat(256)] {
        sell("whmcs:3", key).await.refused(400, "unreadable");
    }

    // What was refused may be tried again under the same key.
    let id = first.body["id"].as_str().unwrap();
    let path = format!("/v1/services/{id}/actions/withdraw_cancellation");
    let withdraw = async || host.send(Method::POST, &path, Value::Null, Some("key-3")).await;
    withdraw().await.refused(409, "not_possible");
    host.act(id, "request_cancellation", json!({ "at_end_of_period": true })).await.ok();
    assert_eq!(withdraw().await.status, 200);
    assert!(withdraw().await.is_replayed);

    // A key belongs to its token.
    let second = stage.host("demonstration", gateway::Scope::ALL).await;
    let theirs = second.send(Method::POST, "/v1/services", sale("whmcs:1", "601"), Some("key-1")).await;
    assert_eq!((theirs.status, theirs.is_replayed), (200, false));
}

#[tokio::test]
async fn hands_a_key_out_again_to_whoever_lost_the_answer_and_keeps_it_in_no_clear_text() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    let take = format!("/v1/services/{id}/actions/take_key");
    let first = host.send(Method::POST, &take, json!({}), Some("take-1")).await.ok();
    let again = host.send(Method::POST, &take, json!({}), Some("take-1")).await;
    assert!(again.is_replayed);
    assert_eq!(again.ok()["data"], first["data"]);
    host.send(Method::POST, &take, json!({}), Some("take-2")).await.refused(409, "not_possible");
    let pem = first["data"]["private_key"].as_str().unwrap();
    let line = pem.lines().nth(1).unwrap();
    for file in std::fs::read_dir(stage.directory()).unwrap() {
        let kept = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!kept.windows(line.len()).any(|part| part == line.as_bytes()));
        assert!(!kept.windows(host.token.len()).any(|part| part == host.token.as_bytes()));
    }
}

#[tokio::test]
async fn loses_no_key_that_was_taken_out_for_an_answer_that_is_lost() {
    let stage = Stage::new().await;
    let (host, marks) = (stage.all_powerful(), stage.marks());
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    let take = async || host.act_under("take-1", &id, "take_key", json!({})).await;
    // The vault fails after the key was opened.
    marks.hold_keys(true);
    assert!(take().await.status >= 500);
    marks.hold_keys(false);
    // It is taken out, and the gateway dies before it has kept its answer.
    marks.lose_answers();
    let lost = take().await.ok();
    marks.pass_the_lease();
    host.act_under("take-2", &id, "take_key", json!({})).await.refused(409, "not_possible");
    let again = take().await;
    assert!(!again.is_replayed);
    assert_eq!(again.ok()["data"], lost["data"]);
    marks.keep_answers();
    marks.pass_the_lease();
    assert_eq!(take().await.ok()["data"], lost["data"]);
    assert!(take().await.is_replayed);
    let events = host.get(&format!("/v1/services/{id}/events")).await.ok().to_string();
    assert_eq!(events.matches("no longer kept").count(), 1, "{events}");
}

#[tokio::test]
async fn does_once_what_was_done_for_an_answer_that_is_lost() {
    let stage = Stage::new().await;
    let (host, marks) = (stage.all_powerful(), stage.marks());
    let id = host.issue(&stage, "whmcs:1", &["shop.example.com"]).await;
    let send = async || {
        let body = json!({ "email": "jan@example.org" });
        host.act_under("send-1", &id, "send_certificate", body).await
    };
    let letters = async || {
        host.until(&id, |_| true).await;
        let facts = host.get("/v1/facts").await.ok();
        let is_letter = |fact: &&Value| fact["data"]["recipient"] == "jan@example.org";
        facts["facts"].as_array().unwrap().iter().filter(is_letter).count()
    };
    marks.lose_answers();
    send().await.ok();
    assert_eq!(letters().await, 1);
    send().await.refused(409, "in_progress");
    marks.keep_answers();
    marks.pass_the_lease();
    let again = send().await;
    assert_eq!((again.status, again.is_replayed), (200, false));
    assert!(send().await.is_replayed);
    assert_eq!(letters().await, 1);
}

/// Sends a call, and hangs up once the gateway works on it.
async fn send_and_die(stage: &Stage, host: &Host, path: &str, body: &Value, key: &str) {
    let (body, token, marks) = (body.to_string(), &host.token, stage.marks());
    let before = marks.begun();
    let mut stream = TcpStream::connect(stage.running.address).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {token}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    marks.until_begun(before).await;
    stream.shutdown(std::net::Shutdown::Both).unwrap();
}

#[tokio::test]
async fn goes_on_with_what_a_host_asked_for_that_died_in_the_middle() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let id = host.sell("whmcs:1", "601").await;
    let form = host.fill_in(&id, &["shop.example.com"]).await;
    let validate = format!("/v1/services/{id}/validate");
    // The CA takes so long that the host is gone before it answers.
    let delay = FaultKind::Delay(Duration::from_millis(700));
    let slow = Fault::new("validateOrderParameters", delay, FaultPoint::BeforeCommit);
    stage.sandbox().set_faults(FaultPlan::new().with(slow));
    send_and_die(&stage, &host, &validate, &form, "validate").await;
    assert_eq!(stage.marks().under_way(), 1);
    let answer = host.insist(&validate, &form, "validate").await;
    assert!(answer.is_replayed, "nobody but the first asked the CA");
    assert_eq!(answer.ok()["authority"], "heard");
    assert_eq!(calls(&stage, "validateOrderParameters"), 1);
}

#[tokio::test]
async fn does_once_what_a_host_asked_for_that_died() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let sold = sale("whmcs:1", "601");
    send_and_die(&stage, &host, "/v1/services", &sold, "sell").await;
    let service = host.insist("/v1/services", &sold, "sell").await;
    assert!(service.is_replayed);
    let id = service.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(host.get("/v1/services").await.ok()["services"].as_array().unwrap().len(), 1);

    let form = host.fill_in(&id, &["shop.example.com"]).await;
    let configure = format!("/v1/services/{id}/actions/configure");
    send_and_die(&stage, &host, &configure, &form, "configure").await;
    let configured = host.insist(&configure, &form, "configure").await;
    assert!(configured.is_replayed);
    configured.ok();
    // Without the key, too: the request's own key says that it is the same order.
    host.act(&id, "configure", form.clone()).await.ok();
    host.prove(&stage, &id).await;
    host.act(&id, "configure", form).await.ok();
    assert_eq!(calls(&stage, "quickOrder"), 1);
}

#[tokio::test]
async fn sells_once_to_all_who_ask_at_the_same_time() {
    let stage = Stage::new().await;
    let host = stage.all_powerful();
    let asked = (0..12).map(|number| {
        let host = host.clone();
        let key = format!("key-{}", number % 3);
        async move { host.send(Method::POST, "/v1/services", sale("whmcs:1", "601"), Some(&key)).await }
    });
    let mut ids = Vec::new();
    for answer in futures::future::join_all(asked).await {
        match answer.status {
            409 => assert_eq!(answer.body["code"], "in_progress"),
            _ => ids.push(answer.ok()["id"].clone()),
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}
