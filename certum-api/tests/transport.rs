//! The client over a transport of somebody else's.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use certum_api::operations::{GetOrderState, QuickOrder};
use certum_api::types::{OrderParameters, OrderRequest, RequestorInfo};
use certum_api::{
    Client, ClientBuilder, Credentials, Environment, Error, ErrorKind, Retry, RetryPolicy, Transport,
    TransportAnswer, TransportError, TransportRequest,
};

const PASSWORD: &str = "pa55-w0rd";

const STATE: &str = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
    <t:getOrderStateResponse xmlns:t='http://webservice.api.muc.unizeto.pl/'>\
    <responseHeader><successCode>0</successCode></responseHeader>\
    <lastUpdateDate>2026-11-21T12:00:00Z</lastUpdateDate><orderStatus>ENROLLED</orderStatus>\
    </t:getOrderStateResponse></s:Body></s:Envelope>";

const FAULT: &str = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault>\
    <faultcode>s:Server</faultcode><faultstring>oops</faultstring></s:Fault></s:Body></s:Envelope>";

type Answer = Result<TransportAnswer, TransportError>;

/// Gives the answers that it was told to, in turn, and keeps what it was asked.
#[derive(Clone, Default)]
struct Scripted {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Arc::new(Mutex::new(answers.into_iter().collect()));
        Self { answers, asked: Arc::default() }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn post(&self, request: TransportRequest<'_>) -> Answer {
        let document = String::from_utf8(request.document.to_vec()).expect("text");
        self.asked.lock().expect("not poisoned").push(document);
        self.answers.lock().expect("not poisoned").pop_front().expect("an answer for each request")
    }
}

/// Never answers.
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn post(&self, _request: TransportRequest<'_>) -> Answer {
        std::future::pending().await
    }
}

fn builder(transport: impl Transport + 'static) -> ClientBuilder {
    let endpoint = Environment::Custom("http://ca.example.com/service".parse().expect("a URL"));
    Client::builder(endpoint, Credentials::new("reseller", PASSWORD)).transport(transport)
}

fn client(answers: impl IntoIterator<Item = Answer>) -> Client {
    builder(Scripted::new(answers)).build().expect("a client")
}

fn answer(status: u16, body: &'static str) -> Answer {
    Ok(TransportAnswer::new(status, body))
}

fn purchase() -> QuickOrder {
    let parameters = OrderParameters::new("the request", "customer-7", "601");
    OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak")).into()
}

async fn failed_purchase(answer: Answer) -> Error {
    client([answer]).call(&purchase()).await.expect_err("an error")
}

#[tokio::test]
async fn posts_the_document_to_the_endpoint_and_reads_what_comes_back() {
    struct Looking;
    #[async_trait::async_trait]
    impl Transport for Looking {
        async fn post(&self, request: TransportRequest<'_>) -> Answer {
            assert_eq!(request.endpoint.as_str(), "http://ca.example.com/service");
            assert_eq!(request.operation, "getOrderState");
            assert_eq!(request.response_limit, 4000);
            assert!(request.timeout <= Duration::from_secs(7));
            let document = String::from_utf8(request.document.to_vec()).expect("text");
            assert!(document.contains("<orderID>order-1</orderID>"), "{document}");
            answer(200, STATE)
        }
    }
    let builder = builder(Looking).response_limit(4000).total_timeout(Duration::from_secs(7));
    let state = builder.build().expect("a client").call(&GetOrderState::new("order-1")).await;
    assert_eq!(state.expect("a state").order_status.to_string(), "ENROLLED");
}

#[tokio::test]
async fn a_purchase_that_was_not_sent_may_be_sent_again_and_one_in_doubt_may_not() {
    let error = failed_purchase(Err(TransportError::NotSent("unplugged".into()))).await;
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
    assert_eq!(error.retry(), Retry::Later);
    let error = failed_purchase(Err(TransportError::Unknown("unplugged".into()))).await;
    assert!(matches!(error.kind(), ErrorKind::Interrupted(_)), "{error}");
    assert_eq!(error.retry(), Retry::AskFirst);
}

#[tokio::test]
async fn tells_statuses_and_faults_apart_as_over_http() {
    let kinds =
        [(503, "busy"), (500, "busy"), (500, FAULT), (200, FAULT), (200, "<nonsense/>"), (204, STATE)];
    let mut names = Vec::new();
    for (status, body) in kinds {
        names.push(failed_purchase(answer(status, body)).await.kind().name());
    }
    assert_eq!(names, ["status", "status", "fault", "fault", "answer", "status"]);
}

#[tokio::test]
async fn takes_no_answer_past_the_limit_whatever_the_transport_lets_through() {
    let at_most = |limit| builder(Scripted::new([answer(200, STATE)])).response_limit(limit).build();
    let ask = GetOrderState::new("order-1");
    assert!(at_most(STATE.len()).expect("a client").call(&ask).await.is_ok());
    let limit = STATE.len() - 1;
    let error = at_most(limit).expect("a client").call(&ask).await.expect_err("an error");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: told } if *told == limit), "{error}");
    let error = failed_purchase(Err(TransportError::TooLarge)).await;
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_deadline_however_long_the_transport_waits() {
    let client = builder(Silent).total_timeout(Duration::from_secs(90)).build().expect("a client");
    let began = tokio::time::Instant::now();
    let error = client.call(&purchase()).await.expect_err("an error");
    assert!(matches!(error.kind(), ErrorKind::Interrupted(_)), "{error}");
    assert_eq!(error.retry(), Retry::AskFirst);
    assert_eq!(began.elapsed().as_secs(), 90);
}

#[test]
fn needs_no_runtime_for_a_transport_that_answers_at_once_nor_for_a_call_without_a_deadline() {
    let mut context = Context::from_waker(Waker::noop());
    let ask = GetOrderState::new("order-1");
    let client = client([answer(200, STATE)]);
    let Poll::Ready(state) = Box::pin(client.call(&ask)).as_mut().poll(&mut context) else {
        panic!("it waits")
    };
    assert!(state.is_ok());
    let endless = builder(Silent).total_timeout(Duration::MAX).build().expect("a client");
    assert!(Box::pin(endless.call(&ask)).as_mut().poll(&mut context).is_pending());
}

#[tokio::test]
async fn sends_a_read_again_and_a_purchase_once() {
    let lost = || Err(TransportError::Unknown("lost".into()));
    let at_once = RetryPolicy::new(|| 0).delays(Duration::ZERO, Duration::ZERO);
    let transport = Scripted::new([lost(), answer(200, STATE), lost()]);
    let client = builder(transport.clone()).retry(at_once).build().expect("a client");
    assert!(client.call(&GetOrderState::new("order-1")).await.is_ok());
    assert_eq!(transport.asked().len(), 2);
    assert!(client.call(&purchase()).await.is_err());
    assert_eq!(transport.asked().len(), 3);
}

#[tokio::test]
async fn no_debug_output_holds_the_document() {
    struct Telling(Arc<Mutex<String>>);
    #[async_trait::async_trait]
    impl Transport for Telling {
        async fn post(&self, request: TransportRequest<'_>) -> Answer {
            assert!(String::from_utf8_lossy(&request.document).contains(PASSWORD));
            *self.0.lock().expect("not poisoned") = format!("{request:?}");
            answer(200, STATE)
        }
    }
    let told = Arc::new(Mutex::new(String::new()));
    let builder = builder(Telling(Arc::clone(&told)));
    assert!(!format!("{builder:?}").contains(PASSWORD));
    builder.build().expect("a client").call(&GetOrderState::new("order-1")).await.expect("a state");
    let told = told.lock().expect("not poisoned").clone();
    assert!(
        told.contains("getOrderState") && !told.contains(PASSWORD) && !told.contains("order-1"),
        "{told}"
    );
}
