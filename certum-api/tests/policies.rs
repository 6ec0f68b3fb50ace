//! What the client does beyond one exchange: repeating reads, keeping to a rate, being watched.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::io;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certum_api::operations::{CancelOrder, GetOrderState, PerformSanVerification, QuickOrder};
use certum_api::types::{OrderParameters, OrderRequest, RequestorInfo};
use certum_api::wire::{Operation, TARGET_NAMESPACE};
use certum_api::{
    BuildError, Client, ClientBuilder, Credentials, Direction, Environment, Error, ErrorKind, Message,
    RateLimit, RetryPolicy,
};
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PASSWORD: &str = "pa55-w0rd";

fn builder(endpoint: &str) -> ClientBuilder {
    let endpoint = Environment::Custom(endpoint.parse().expect("a URL"));
    Client::builder(endpoint, Credentials::new("reseller", PASSWORD)).total_timeout(Duration::from_secs(20))
}

fn at_once() -> RetryPolicy {
    RetryPolicy::new(|| 0).delays(Duration::ZERO, Duration::ZERO)
}

fn answer<O: Operation>(header: &str, fields: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
         <t:{name} xmlns:t='{TARGET_NAMESPACE}'><responseHeader>{header}</responseHeader>{fields}</t:{name}>\
         </s:Body></s:Envelope>",
        name = O::RESPONSE_NAME
    ))
}

fn order_state() -> ResponseTemplate {
    answer::<GetOrderState>(
        "<successCode>0</successCode>",
        "<lastUpdateDate>2026-11-21T12:00:00Z</lastUpdateDate><orderStatus>ENROLLED</orderStatus>",
    )
}

fn refusal<O: Operation>(codes: &[u32]) -> ResponseTemplate {
    let errors: String =
        codes.iter().map(|code| format!("<Error><errorCode>{code}</errorCode></Error>")).collect();
    answer::<O>(&format!("<errors>{errors}</errors><successCode>1</successCode>"), "")
}

fn purchase() -> QuickOrder {
    let parameters = OrderParameters::new("the request", "customer-7", "601");
    OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak")).into()
}

/// A server that answers so many times one way, and then another.
async fn failing(times: u64, first: ResponseTemplate, then: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(first).up_to_n_times(times).mount(&server).await;
    Mock::given(method("POST")).respond_with(then).mount(&server).await;
    server
}

async fn calls(server: &MockServer) -> usize {
    server.received_requests().await.expect("recorded").len()
}

#[tokio::test]
async fn sends_a_read_again_until_it_is_answered() {
    for failure in [
        ResponseTemplate::new(503),
        ResponseTemplate::new(429),
        ResponseTemplate::new(200).set_body_string("<html>"),
    ] {
        let server = failing(2, failure, order_state()).await;
        let client = builder(&server.uri()).retry(at_once()).build().expect("a client");
        let state = client.call(&GetOrderState::new("o-1")).await.expect("an answer");
        assert_eq!(state.order_status.as_str(), "ENROLLED");
        assert_eq!(calls(&server).await, 3);
    }
}

#[tokio::test]
async fn tells_how_often_it_tried_and_what_it_met_last() {
    let server = failing(2, ResponseTemplate::new(503), ResponseTemplate::new(502)).await;
    let client = builder(&server.uri()).retry(at_once()).build().expect("a client");
    let error = client.call(&GetOrderState::new("o-1")).await.expect_err("an error");
    assert_eq!(error.attempts(), 3);
    assert!(matches!(error.kind(), ErrorKind::Status(502)), "{error:?}");
    assert!(error.to_string().ends_with("(after 3 attempts)"), "{error}");
}

#[tokio::test]
async fn sends_nothing_but_reads_again() {
    async fn attempts<O: Operation>(operation: &O) -> (Error, usize) {
        let server = failing(1, ResponseTemplate::new(503), ResponseTemplate::new(503)).await;
        let client = builder(&server.uri()).retry(at_once().attempts(9)).build().expect("a client");
        let error = client.call(operation).await.err().expect("an error");
        (error, calls(&server).await)
    }
    let outcomes = [
        attempts(&purchase()).await,
        attempts(&CancelOrder::by_order_id("o-1")).await,
        attempts(&PerformSanVerification::new("c")).await,
    ];
    for (error, calls) in outcomes {
        assert_eq!((error.attempts(), calls), (1, 1), "{error}");
    }
}

#[tokio::test]
async fn takes_a_clear_no_for_an_answer() {
    let server = failing(1, refusal::<GetOrderState>(&[1033]), order_state()).await;
    let client = builder(&server.uri()).retry(at_once()).build().expect("a client");
    assert_eq!(client.call(&GetOrderState::new("o-1")).await.expect_err("refused").attempts(), 1);
}

#[tokio::test]
async fn begins_no_attempt_past_the_deadline() {
    let server = failing(1, ResponseTemplate::new(503), order_state()).await;
    let hour = Duration::from_secs(3600);
    let policy = RetryPolicy::new(|| 0).delays(hour, hour);
    let client = builder(&server.uri()).retry(policy).build().expect("a client");
    let error = client.call(&GetOrderState::new("o-1")).await.expect_err("an error");
    assert!(matches!(error.kind(), ErrorKind::Status(503)));
    assert_eq!(calls(&server).await, 1);
}

#[tokio::test]
async fn keeps_to_its_rate_and_sends_nothing_that_would_come_too_late() {
    let server = failing(9, order_state(), order_state()).await;
    let limit = RateLimit::new(NonZeroU32::new(2).expect("two"), Duration::from_secs(3600));
    let client = builder(&server.uri()).rate_limit(limit).build().expect("a client");
    for _ in 0..2 {
        client.clone().call(&GetOrderState::new("o-1")).await.expect("an answer");
    }
    let error = client.call(&GetOrderState::new("o-1")).await.expect_err("too many");
    assert!(matches!(error.kind(), ErrorKind::RateLimited), "{error:?}");
    assert_eq!(calls(&server).await, 2);
}

#[tokio::test]
async fn waits_for_its_place_where_the_deadline_allows_it() {
    let server = failing(9, order_state(), order_state()).await;
    let limit = RateLimit::new(NonZeroU32::MIN, Duration::from_millis(10));
    let client = builder(&server.uri()).rate_limit(limit).build().expect("a client");
    for _ in 0..3 {
        client.call(&GetOrderState::new("o-1")).await.expect("an answer");
    }
    assert_eq!(calls(&server).await, 3);
}

#[tokio::test]
async fn can_be_cancelled_and_used_again() {
    let slow = order_state().set_delay(Duration::from_secs(60));
    let server = failing(1, slow, order_state()).await;
    let client = builder(&server.uri()).build().expect("a client");
    let request = GetOrderState::new("o-1");
    let cancelled = tokio::time::timeout(Duration::from_millis(200), client.call(&request)).await;
    assert!(cancelled.is_err());
    client.call(&request).await.expect("an answer");
}

/// An operation, the attempt, the direction and the document.
type Seen = (String, u32, Direction, String);

#[tokio::test]
async fn shows_each_exchange_without_secrets() {
    let server = failing(1, ResponseTemplate::new(503).set_body_string("<html>"), order_state()).await;
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let keep = Arc::clone(&seen);
    let observer = move |message: &Message<'_>| {
        keep.lock().expect("unpoisoned").push((
            message.operation.to_owned(),
            message.attempt,
            message.direction,
            message.document.to_owned(),
        ));
    };
    let client = builder(&server.uri()).retry(at_once()).observer(observer).build().expect("a client");
    client.call(&GetOrderState::new("o-1")).await.expect("an answer");
    let _ = client.call(&purchase()).await;
    let seen = seen.lock().expect("unpoisoned");
    let directions: Vec<_> = seen.iter().map(|(_, attempt, direction, _)| (*attempt, *direction)).collect();
    assert_eq!(
        directions,
        [
            (1, Direction::Request),
            (1, answered(503)),
            (2, Direction::Request),
            (2, answered(200)),
            (1, Direction::Request),
            (1, answered(200)),
        ]
    );
    assert!(seen[0].3.contains("<orderID>o-1</orderID>"));
    assert_eq!(seen[1].3, "[6 bytes that can't be read as XML]");
    assert!(seen[3].3.contains("<orderStatus>ENROLLED</orderStatus>"));
    assert_eq!(seen[4].0, "quickOrder");
    for (.., document) in seen.iter() {
        for secret in [PASSWORD, "the request", "jan@", "Nowak"] {
            assert!(!document.contains(secret), "{document}");
        }
    }
}

fn answered(status: u16) -> Direction {
    Direction::Response { status }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn leaves_a_span_with_operation_duration_outcome_and_codes() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // With one subscriber alone, tracing asks whichever thread makes the first call whether anybody listens: another test's,
    // where nobody does. With two it asks them all.
    let _nobody = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let server = failing(1, refusal::<QuickOrder>(&[1000, 1076]), order_state()).await;
    let client = builder(&server.uri()).build().expect("a client");
    client.call(&purchase()).await.expect_err("refused");
    client.call(&GetOrderState::new("o-1")).await.expect("an answer");
    let log = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    let closed: Vec<_> =
        log.lines().filter(|line| line.contains("certum_call{") && line.contains("close")).collect();
    let [refused, answered] = closed.as_slice() else { panic!("{log}") };
    for part in [
        "operation=\"quickOrder\"",
        "attempts=1",
        "duration_ms=",
        "outcome=\"refused\"",
        "codes=[1000, 1076]",
    ] {
        assert!(refused.contains(part), "{part} in {refused}");
    }
    assert!(answered.contains("outcome=\"success\"") && !answered.contains("codes="), "{answered}");
    for secret in [PASSWORD, "the request", "jan@"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[tokio::test]
async fn goes_through_a_proxy_and_signs_in_there() {
    let proxy = MockServer::start().await;
    Mock::given(method("POST"))
        .and(header("host", "service.invalid"))
        .and(header("proxy-authorization", "Basic cHJveHktdXNlcjpwcm94eS1wYXNz"))
        .respond_with(order_state())
        .expect(1)
        .mount(&proxy)
        .await;
    let client = builder("http://service.invalid/service")
        .proxy(proxy.uri().parse().expect("a URL"))
        .proxy_credentials(Credentials::new("proxy-user", "proxy-pass"))
        .build()
        .expect("a client");
    client.call(&GetOrderState::new("o-1")).await.expect("an answer");
}

#[test]
fn refuses_a_proxy_that_cannot_be_used_safely() {
    let build = |proxy: &str| {
        builder("http://127.0.0.1/").proxy(proxy.parse().expect("a URL")).build().expect_err("refused")
    };
    assert!(matches!(build("socks5://127.0.0.1/"), BuildError::Proxy));
    assert!(matches!(build("http://user:secret@127.0.0.1/"), BuildError::CredentialsInUrl));
}

#[cfg(feature = "tls")]
#[test]
fn takes_further_roots_that_can_be_read() {
    let build = |pem: &[u8]| builder("https://127.0.0.1/").root_certificates(pem).build();
    assert!(build(include_bytes!("data/root.pem")).is_ok());
    for pem in [&b"no certificate"[..], b"", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"]
    {
        assert!(build(pem).is_err(), "{pem:?}");
    }
}

#[tokio::test]
async fn takes_deadlines_that_no_clock_can_tell() {
    let server = failing(9, order_state(), order_state()).await;
    let limit = RateLimit::new(NonZeroU32::MIN, Duration::MAX);
    let client =
        builder(&server.uri()).total_timeout(Duration::MAX).retry(at_once()).build().expect("a client");
    client.call(&GetOrderState::new("o-1")).await.expect("an answer");
    let client = builder(&server.uri()).rate_limit(limit).build().expect("a client");
    assert!(client.call(&GetOrderState::new("o-1")).await.is_err());
}
