use std::io::Write as _;
use std::process::{Command, Stdio};

use reqwest::dns::Resolve as _;
use reqwest::header::HeaderValue;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::*;

const OLD: &[u8; 32] = b"an old secret of thirty-two byte";
const NEW: &[u8; 32] = b"the new secret of thirty-two byt";

fn secret(bytes: &[u8]) -> WebhookSecret {
    WebhookSecret::new(bytes).unwrap()
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

fn fact() -> Fact {
    Fact::new("invoice-7".parse().unwrap(), "invoice_due", now(), json!({"service": 7, "name": "żółw.pl"}))
}

fn to(server: &MockServer) -> WebhookDeliveryBuilder {
    WebhookDelivery::builder(format!("{}/hook", server.uri()), secret(OLD)).clock(now)
}

async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/hook")).respond_with(answer).mount(&server).await;
    server
}

/// What a receiver got from one delivery.
async fn received(delivery: impl FnOnce(WebhookDeliveryBuilder) -> WebhookDeliveryBuilder) -> Request {
    let server = answering(ResponseTemplate::new(204)).await;
    let delivery = delivery(to(&server)).build().unwrap();
    assert_eq!(delivery.deliver(&fact()).await, Delivery::Delivered);
    server.received_requests().await.unwrap().remove(0)
}

#[tokio::test]
async fn posts_a_fact_that_its_receiver_can_verify() {
    let request = received(|builder| builder).await;
    assert_eq!(request.headers[EVENT_ID_HEADER], "invoice-7");
    assert_eq!(request.headers["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let expected = json!({
        "id": "invoice-7", "kind": "invoice_due", "occurred_at": "2026-11-21T12:00:00Z",
        "data": {"service": 7, "name": "żółw.pl"},
    });
    assert_eq!(body, expected);
    assert_eq!(verify(&[secret(OLD)], &request.headers, &request.body, now(), minutes(5)), Ok(()));
}

#[tokio::test]
async fn posts_a_message_too() {
    let server = answering(ResponseTemplate::new(200)).await;
    let message = Message::new("m-1".parse().unwrap(), "jan@example.com", "subject", "text");
    assert_eq!(to(&server).build().unwrap().deliver(&message).await, Delivery::Delivered);
    let request = server.received_requests().await.unwrap().remove(0);
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&body["id"], &body["kind"]), (&json!("m-1"), &json!("message")));
    assert_eq!(serde_json::from_value::<Message>(body["message"].clone()).unwrap(), message);
}

#[tokio::test]
async fn signs_as_pythons_hmac_does() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3");
        return;
    }
    const SCRIPT: &str = "import hashlib, hmac, sys; key, timestamp = sys.argv[1:]; \
        print(hmac.new(key.encode(), timestamp.encode() + b'.' + sys.stdin.buffer.read(), hashlib.sha256).hexdigest())";
    let request = received(|builder| builder).await;
    let timestamp = request.headers[TIMESTAMP_HEADER].to_str().unwrap();
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT, std::str::from_utf8(OLD).unwrap(), timestamp])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(&request.body).unwrap();
    let printed = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(timestamp, now().as_second().to_string());
    assert_eq!(request.headers[SIGNATURE_HEADER].to_str().unwrap(), format!("v1={}", printed.trim()));
}

#[tokio::test]
async fn either_secret_verifies_while_the_receiver_changes_over() {
    let request = received(|builder| builder.secret(secret(NEW))).await;
    let verify_with =
        |secrets: &[WebhookSecret]| verify(secrets, &request.headers, &request.body, now(), minutes(5));
    assert_eq!(verify_with(&[secret(OLD)]), Ok(()));
    assert_eq!(verify_with(&[secret(NEW)]), Ok(()));
    assert_eq!(verify_with(&[secret(b"a secret of nobody, thirty-two b"), secret(NEW)]), Ok(()));
    assert_eq!(verify_with(&[secret(b"a secret of nobody, thirty-two b")]), Err(SignatureError::Wrong));
    assert_eq!(verify_with(&[]), Err(SignatureError::Wrong));
}

#[tokio::test]
async fn refuses_what_was_changed_is_too_old_or_comes_from_the_future() {
    let request = received(|builder| builder).await;
    let (headers, body, secrets) = (request.headers, request.body, [secret(OLD)]);
    let window = minutes(5);
    let mut changed = body.clone();
    changed[2] ^= 1;
    assert_eq!(verify(&secrets, &headers, &changed, now(), window), Err(SignatureError::Wrong));
    for (later, expected) in [
        (minutes(5), Ok(())),
        (minutes(-5), Ok(())),
        (minutes(6), Err(SignatureError::OutsideWindow)),
        (minutes(-6), Err(SignatureError::OutsideWindow)),
    ] {
        assert_eq!(verify(&secrets, &headers, &body, now() + later, window), expected, "{later}");
    }
    // A newer time for an old signature.
    let mut headers = headers;
    headers.insert(TIMESTAMP_HEADER, (now().as_second() + 600).into());
    assert_eq!(verify(&secrets, &headers, &body, now() + minutes(10), window), Err(SignatureError::Wrong));
}

#[tokio::test]
async fn refuses_headers_that_are_missing_twice_there_or_unreadable() {
    let request = received(|builder| builder).await;
    let verdict = |change: &dyn Fn(&mut HeaderMap)| {
        let mut headers = request.headers.clone();
        change(&mut headers);
        verify(&[secret(OLD)], &headers, &request.body, now(), minutes(5))
    };
    let signature = request.headers[SIGNATURE_HEADER].clone();
    let hex = signature.to_str().unwrap().strip_prefix("v1=").unwrap().to_owned();
    let signed_with = |value: &str| {
        let value: HeaderValue = value.parse().unwrap();
        verdict(&|headers| drop(headers.insert(SIGNATURE_HEADER, value.clone())))
    };
    use SignatureError::{Malformed, Missing, Wrong};
    assert_eq!(verdict(&|headers| drop(headers.remove(SIGNATURE_HEADER))), Err(Missing));
    assert_eq!(verdict(&|headers| drop(headers.remove(TIMESTAMP_HEADER))), Err(Missing));
    assert_eq!(verdict(&|h| assert!(h.append(SIGNATURE_HEADER, signature.clone()))), Err(Malformed));
    assert_eq!(verdict(&|h| assert!(h.append(TIMESTAMP_HEADER, 1.into()))), Err(Malformed));
    assert_eq!(verdict(&|h| drop(h.insert(TIMESTAMP_HEADER, "1e9".parse().unwrap()))), Err(Malformed));
    assert_eq!(signed_with(""), Err(Wrong));
    assert_eq!(signed_with("v1=zz"), Err(Malformed));
    assert_eq!(signed_with(&format!("v2={hex}")), Err(Wrong));
    assert_eq!(signed_with(&format!("v2=new, v1={hex}")), Ok(()));
    // A part of the signature is none.
    assert_eq!(signed_with(&format!("v1={}", &hex[..32])), Err(Wrong));
}

#[tokio::test]
async fn each_status_has_its_outcome() {
    for (status, expected) in [
        (200, "delivered"),
        (202, "delivered"),
        (302, "later"),
        (307, "later"),
        (408, "later"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
        (301, "never"),
        (308, "never"),
        (304, "never"),
        (400, "never"),
        (401, "never"),
        (404, "never"),
        (410, "never"),
        (413, "never"),
    ] {
        let answer = ResponseTemplate::new(status).insert_header("location", "/elsewhere");
        let server = answering(answer).await;
        let outcome = to(&server).build().unwrap().deliver(&fact()).await;
        let told = match &outcome {
            Delivery::Delivered => "delivered",
            Delivery::Later { .. } => "later",
            Delivery::Never { .. } => "never",
        };
        assert_eq!(told, expected, "{status}: {outcome:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1, "{status} was followed");
    }
}

#[tokio::test]
async fn waits_as_long_as_the_receiver_asks_and_a_day_at_most() {
    let day = SignedDuration::from_hours(24);
    for (text, expected) in [
        ("120", Some(minutes(2))),
        ("0", Some(SignedDuration::ZERO)),
        ("Sat, 21 Nov 2026 12:10:00 GMT", Some(minutes(10))),
        ("Sat, 21 Nov 2026 11:00:00 GMT", Some(SignedDuration::ZERO)),
        ("999999999999999999999999", Some(day)),
        ("604800", Some(day)),
        ("soon", None),
        ("-5", None),
    ] {
        let server = answering(ResponseTemplate::new(503).insert_header("retry-after", text)).await;
        let outcome = to(&server).build().unwrap().deliver(&fact()).await;
        let Delivery::Later { wait, .. } = outcome else { panic!("{text}: {outcome:?}") };
        assert_eq!(wait, expected, "{text}");
    }
}

#[tokio::test]
async fn a_receiver_that_is_slow_or_not_there_may_be_tried_again() {
    let server = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(60))).await;
    let slow = to(&server).timeout(Duration::from_millis(200)).build().unwrap();
    assert_eq!(slow.deliver(&fact()).await, Delivery::later("the receiver took too long"));

    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = WebhookDelivery::builder(format!("http://127.0.0.1:{port}/"), secret(OLD)).build().unwrap();
    assert_eq!(nobody.deliver(&fact()).await, Delivery::later("the receiver can't be reached"));
}

#[tokio::test]
async fn does_not_send_what_is_too_large() {
    let server = answering(ResponseTemplate::new(200)).await;
    let outcome = to(&server).max_body(20).build().unwrap().deliver(&fact()).await;
    assert!(
        matches!(&outcome, Delivery::Never { reason } if reason.ends_with("and 20 may be sent")),
        "{outcome:?}"
    );
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[test]
fn refuses_addresses_without_tls_unless_they_are_this_machine() {
    let build = |url: &str| WebhookDelivery::builder(url, secret(OLD)).build().map(|_| ());
    for good in ["https://example.com/hook", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/"] {
        assert_eq!(build(good), Ok(()), "{good}");
    }
    for unprotected in ["http://example.com/", "http://localhost.example.com/", "http://10.0.0.1/"] {
        assert_eq!(build(unprotected), Err(WebhookConfigError::Unprotected), "{unprotected}");
    }
    for other in ["", "example.com", "ftp://example.com/", "file:///etc/passwd"] {
        assert_eq!(build(other), Err(WebhookConfigError::Url), "{other}");
    }
    let root =
        WebhookDelivery::builder("https://example.com/", secret(OLD)).root_certificate("nothing").build();
    assert_eq!(root.unwrap_err(), WebhookConfigError::Root);
}

#[test]
fn shows_no_secret_and_takes_no_short_one() {
    let builder = WebhookDelivery::builder("https://example.com/hook?token=s3cret", secret(OLD));
    let shown = format!("{builder:?} {:?} {:?}", builder.clone().build().unwrap(), secret(OLD));
    assert!(!shown.contains("s3cret") && !shown.contains("old secret"), "{shown}");
    assert!(WebhookSecret::new(&OLD[1..]).is_err());
}

#[tokio::test]
async fn reaches_nothing_inside_where_others_choose_the_address() {
    for inside in [
        "http://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://[fd00::1]/",
    ] {
        let builder = WebhookDelivery::builder(inside, secret(OLD)).outside_only();
        assert_eq!(builder.build().unwrap_err(), WebhookConfigError::Inside, "{inside}");
    }
    let outside = WebhookDelivery::builder("https://host.example.com/hook", secret(OLD)).outside_only();
    outside.build().unwrap();
    // Whose addresses a name has is seen whenever it is looked up.
    let found = OutsideOnly.resolve("localhost".parse().unwrap()).await;
    assert!(found.is_err(), "localhost is found");
}
