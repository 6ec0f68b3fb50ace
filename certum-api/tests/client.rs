//! The client against an HTTP server that misbehaves on demand.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::time::Duration;

use certum_api::operations::{GetOrderState, PerformSanVerification, QuickOrder};
use certum_api::types::{OrderParameters, OrderRequest, RequestorInfo};
use certum_api::wire::{Operation, TARGET_NAMESPACE};
use certum_api::{BuildError, Client, Credentials, Environment, Error, ErrorCode, ErrorKind, Retry};
use wiremock::matchers::{body_string_contains, header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PASSWORD: &str = "pa55-w0rd";
const CSR: &str = "-----BEGIN CERTIFICATE REQUEST-----";

fn client(server: &MockServer) -> Client {
    builder(&server.uri()).build().expect("a client")
}

fn builder(endpoint: &str) -> certum_api::ClientBuilder {
    let endpoint = Environment::Custom(endpoint.parse().expect("a URL"));
    Client::builder(endpoint, Credentials::new("reseller", PASSWORD)).total_timeout(Duration::from_secs(5))
}

fn purchase() -> QuickOrder {
    let parameters = OrderParameters::new(CSR, "customer-7", "601");
    OrderRequest::new(parameters, RequestorInfo::new("jan@example.com", "Jan", "Nowak")).into()
}

fn answer<O: Operation>(header: &str, fields: &str) -> String {
    format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><t:{name} xmlns:t='{TARGET_NAMESPACE}'>\
         <responseHeader>{header}<timestamp>2026-11-21T12:00:00Z</timestamp></responseHeader>{fields}\
         </t:{name}></s:Body></s:Envelope>",
        name = O::RESPONSE_NAME
    )
}

fn refusal<O: Operation>(codes: &[u32]) -> String {
    let errors: String =
        codes.iter().map(|code| format!("<Error><errorCode>{code}</errorCode></Error>")).collect();
    answer::<O>(&format!("<errors>{errors}</errors><successCode>1</successCode>"), "")
}

const FAULT: &str = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault>\
    <faultcode>s:Server</faultcode><faultstring>oops</faultstring></s:Fault></s:Body></s:Envelope>";

/// A server that answers every call the same way, and expects exactly one.
async fn answering(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(response).expect(1).mount(&server).await;
    server
}

async fn purchase_error(response: ResponseTemplate) -> Error {
    let server = answering(response).await;
    client(&server).call(&purchase()).await.expect_err("an error")
}

async fn read_error(response: ResponseTemplate) -> Error {
    let server = answering(response).await;
    client(&server).call(&GetOrderState::new("o-1")).await.expect_err("an error")
}

#[tokio::test]
async fn sends_a_soap_request_and_reads_the_answer() {
    let server = MockServer::start().await;
    let body = answer::<QuickOrder>("<successCode>0</successCode>", "<orderID>o-1</orderID>");
    Mock::given(method("POST"))
        .and(header("content-type", "text/xml; charset=utf-8"))
        .and(header("soapaction", "\"\""))
        .and(body_string_contains(format!("<password>{PASSWORD}</password><userName>reseller</userName>")))
        .and(body_string_contains("<customer>customer-7</customer>"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "text/xml"))
        .expect(1)
        .mount(&server)
        .await;
    let response = client(&server).call(&purchase()).await.expect("an answer");
    assert_eq!(response.order_id, "o-1");
}

#[tokio::test]
async fn keeps_every_code_of_a_refusal() {
    let error =
        purchase_error(ResponseTemplate::new(200).set_body_string(refusal::<QuickOrder>(&[1000, 1076])))
            .await;
    let codes: Vec<_> = error.reported().iter().map(|reported| reported.code.number()).collect();
    assert_eq!(codes, [1000, 1076]);
    assert!(error.has_code(ErrorCode::new(1076)));
    assert_eq!(error.retry(), Retry::Never);
}

#[tokio::test]
async fn takes_a_taken_order_id_and_a_refusal_without_a_known_reason_as_unknown_outcomes() {
    for codes in [&[1012][..], &[1076, 1012], &[], &[9999]] {
        let error =
            purchase_error(ResponseTemplate::new(200).set_body_string(refusal::<QuickOrder>(codes))).await;
        assert_eq!(error.retry(), Retry::AskFirst, "{codes:?}");
    }
}

#[tokio::test]
async fn takes_both_success_codes_as_refused_credentials() {
    for code in [2, 3] {
        let body = answer::<QuickOrder>(&format!("<successCode>{code}</successCode>"), "");
        let error = purchase_error(ResponseTemplate::new(200).set_body_string(body)).await;
        assert!(matches!(error.kind(), ErrorKind::Credentials));
        assert_eq!(error.retry(), Retry::Never);
    }
}

/// Faults, other statuses, and answers that can't be read say nothing about what became of a purchase.
#[tokio::test]
async fn never_calls_an_unclear_answer_to_a_purchase_a_no() {
    let good = answer::<QuickOrder>("<successCode>0</successCode>", "<orderID>o-1</orderID>");
    let unclear = [
        ("fault", ResponseTemplate::new(500).set_body_string(FAULT)),
        ("fault with 200", ResponseTemplate::new(200).set_body_string(FAULT)),
        ("bare 500", ResponseTemplate::new(500)),
        ("an answer with 500", ResponseTemplate::new(500).set_body_string(good.clone())),
        ("502", ResponseTemplate::new(502).set_body_string("bad gateway")),
        ("redirect", ResponseTemplate::new(307).insert_header("location", "/elsewhere")),
        ("garbage", ResponseTemplate::new(200).set_body_string("<html>")),
        ("cut", ResponseTemplate::new(200).set_body_string(&good[..good.len() - 9])),
        ("another answer", ResponseTemplate::new(200).set_body_string(refusal::<GetOrderState>(&[1]))),
    ];
    for (name, response) in unclear {
        assert_eq!(purchase_error(response.clone()).await.retry(), Retry::AskFirst, "{name}");
        if name != "another answer" {
            assert_eq!(read_error(response).await.retry(), Retry::Later, "{name}, of a read");
        }
    }
}

#[tokio::test]
async fn tells_a_call_that_was_never_sent_from_one_that_may_have_been() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let error = builder(&endpoint).build().expect("a client").call(&purchase()).await.expect_err("refused");
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error:?}");
    assert_eq!(error.retry(), Retry::Later);

    let silent = answering(ResponseTemplate::new(200).set_delay(Duration::from_secs(30))).await;
    let impatient =
        builder(&silent.uri()).total_timeout(Duration::from_millis(200)).build().expect("a client");
    let error = impatient.call(&purchase()).await.expect_err("a time-out");
    assert!(matches!(error.kind(), ErrorKind::Interrupted(_)), "{error:?}");
    assert_eq!(error.retry(), Retry::AskFirst);
}

#[tokio::test]
async fn stops_reading_an_answer_past_the_limit() {
    let server = answering(ResponseTemplate::new(200).set_body_string("x".repeat(2000))).await;
    let client = builder(&server.uri()).response_limit(1000).build().expect("a client");
    let error = client.call(&PerformSanVerification::new("c")).await.expect_err("too large");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: 1000 }));
}

#[tokio::test]
async fn sends_nothing_that_xml_cannot_carry() {
    let server = MockServer::start().await;
    let error = client(&server).call(&GetOrderState::new("o\u{1}")).await.expect_err("unwritable");
    let ErrorKind::Request(problem) = error.kind() else { panic!("{error:?}") };
    assert_eq!(problem.path().to_string(), "getOrderState/orderID");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn prints_no_secret_in_errors_or_debug_output() {
    let echo = FAULT.replace("oops", &format!("invalid: {CSR} {PASSWORD} jan@example.com"));
    let refusal = refusal::<QuickOrder>(&[1000]);
    for body in [echo, refusal] {
        let server = answering(ResponseTemplate::new(200).set_body_string(body)).await;
        let client = client(&server);
        let order = purchase();
        let error = client.call(&order).await.expect_err("refused");
        for printed in [format!("{client:?}"), format!("{order:?}"), format!("{error:?}"), error.to_string()]
        {
            for secret in [PASSWORD, CSR, "jan@"] {
                assert!(!printed.contains(secret), "{printed}");
            }
        }
    }
}

#[test]
fn refuses_endpoints_that_cannot_be_called_safely() {
    let build = |endpoint: &str| builder(endpoint).build().expect_err("refused");
    assert!(matches!(build("ftp://127.0.0.1/"), BuildError::Scheme));
    assert!(matches!(build("https://user:secret@gs.certum.pl/"), BuildError::CredentialsInUrl));
    let built = builder("https://gs.certum.pl/").build();
    if cfg!(feature = "tls") {
        assert!(built.is_ok());
    } else {
        assert!(matches!(built, Err(BuildError::TlsMissing)));
    }
}

#[tokio::test]
async fn spells_the_jurisdiction_as_it_is_told() {
    let server = MockServer::start().await;
    let taken = answer::<QuickOrder>("<successCode>0</successCode>", "<orderID>1</orderID>");
    for element in ["<joiln>Szczecin</joiln>", "<joILN>Szczecin</joILN>"] {
        let response = ResponseTemplate::new(200).set_body_raw(taken.clone(), "text/xml");
        Mock::given(body_string_contains(element)).respond_with(response).expect(1).mount(&server).await;
    }
    let mut order = purchase();
    order.order.order_parameters.jurisdiction_locality = Some("Szczecin".into());
    client(&server).call(&order).await.expect("an answer");
    let other = builder(&server.uri()).jurisdiction_spelling(certum_api::JurisdictionSpelling::Mixed);
    other.build().expect("a client").call(&order).await.expect("an answer");
}
