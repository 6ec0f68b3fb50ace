//! The control API, and what two sandboxes have in common: nothing.

use certum_sandbox::CallOutcome;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
};
use reqwest::Method;
use serde_json::json;

use super::support::{Order, START, World};

#[tokio::test]
async fn info_tells_where_everything_is() {
    let world = World::start().await;
    let (status, info) = world.control(Method::GET, "info", "").await;
    assert_eq!(status, 200);
    assert_eq!(info["endpoint"], world.sandbox.endpoint().as_str());
    assert_eq!(info["dns"], world.sandbox.dns_addr().to_string());
    assert_eq!(info["now"], START);
    assert_eq!(info, serde_json::to_value(world.sandbox.info()).unwrap());
    let roots = world.http.get(info["roots"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert_eq!(roots, world.sandbox.roots_pem());
}

#[tokio::test]
async fn an_order_can_be_driven_by_json_alone() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let record = json!({"name": "example.com", "type": "TXT", "value": code}).to_string();
    assert_eq!(world.control(Method::POST, "dns", &record).await.0, 200);
    assert_eq!(world.control(Method::DELETE, "dns", &record).await.0, 200);
    assert_eq!(world.control(Method::DELETE, "dns", &record).await.0, 404);
    let file = json!({"host": "example.com", "path": "/x", "body": "y"}).to_string();
    assert_eq!(world.control(Method::POST, "http", &file).await.0, 200);
    let (_, clock) = world.control(Method::POST, "clock", r#"{"advance_seconds":86400}"#).await;
    assert_eq!(clock["now"], "2026-11-22T12:00:00Z");
    let (status, _) = world.control(Method::POST, "orders/order-1/reject", "").await;
    assert_eq!((status, world.status("order-1").await.as_str()), (200, "REJECTED"));
    assert_eq!(world.control(Method::POST, "orders/nobody/reject", "").await.0, 404);
    assert_eq!(world.control(Method::POST, "mail/7/approve", "").await.0, 404);
    assert_eq!(world.control(Method::GET, "mail", "").await.1, json!([]));
}

#[tokio::test]
async fn calls_are_recorded_in_order_without_secrets() {
    let world = World::start().await;
    let order = Order::new("order-1", "601", &["example.com"], "DNS_TXT");
    let code = world.order(&order).await;
    world.perform(&code).await;
    world.call("getOrderState", "<orderID>nobody</orderID>").await;
    world.post("nonsense").await.unwrap();
    let (_, calls) = world.control(Method::GET, "calls", "").await;
    let call = |operation, order_id, outcome| json!({"at": START, "operation": operation, "order_id": order_id, "outcome": outcome, "faults": []});
    let success = || json!({"kind": "success"});
    let refused = json!({"kind": "refused", "codes": [1033]});
    assert_eq!(
        calls,
        json!([
            call(Some("quickOrder"), Some("order-1"), success()),
            call(Some("performSanVerification"), Some("order-1"), success()),
            call(Some("getOrderState"), Some("nobody"), refused),
            call(None, None, json!({"kind": "soap_fault"})),
        ])
    );
}

#[tokio::test]
async fn the_record_keeps_the_newest_calls_and_only_the_beginning_of_endless_names() {
    let world = World::start_with(|builder| builder.call_limit(2)).await;
    let endless = "x".repeat(1000);
    world.call("getOrderState", "<orderID>nobody</orderID>").await;
    world.call(&endless, "").await;
    world.call("getOrderState", &format!("<orderID>{endless}</orderID>")).await;
    let calls = world.sandbox.calls();
    let told: Vec<_> =
        calls.iter().map(|call| (call.operation.as_deref().unwrap(), call.order_id.as_deref())).collect();
    let beginning = "x".repeat(64);
    assert_eq!(told, [(beginning.as_str(), None), ("getOrderState", Some(beginning.as_str()))]);
    assert!(matches!(calls[0].outcome, CallOutcome::SoapFault), "{calls:?}");
}

#[tokio::test]
async fn mistakes_are_answered_in_json_with_the_field() {
    let world = World::start().await;
    for (method, path, body, status, field) in [
        (Method::POST, "dns", r#"{"name":"a b","type":"TXT","value":"x"}"#, 400, json!("name")),
        (Method::POST, "dns", r#"{"name":"a.example","type":"MX","value":"x"}"#, 400, json!("type")),
        (Method::POST, "http", r#"{"host":"a.example","body":"x"}"#, 400, json!("path")),
        (
            Method::POST,
            "http",
            r#"{"host":"a.example","path":"/pki/root.cer","body":"x"}"#,
            400,
            json!("path"),
        ),
        (Method::POST, "clock", r#"{"advance_seconds":-1}"#, 400, json!("advance_seconds")),
        (Method::POST, "clock", r#"{"advance_seconds":18446744073709551615}"#, 400, json!("advance_seconds")),
        (Method::PUT, "faults", r#"[{"operation":"*","kind":"x"}]"#, 400, json!("kind")),
        (Method::POST, "mail/x/approve", "", 400, json!("id")),
        (Method::GET, "nothing", "", 404, json!(null)),
        (Method::PUT, "clock", "", 405, json!(null)),
    ] {
        let (got, answer) = world.control(method, path, body).await;
        assert_eq!((got, &answer["field"]), (status, &field), "{path} {body}: {answer}");
        assert!(answer["error"].is_string());
    }
    let endless = "x".repeat(4 << 20);
    for (method, path) in [
        (Method::POST, "clock"),
        (Method::POST, "dns"),
        (Method::DELETE, "dns"),
        (Method::POST, "http"),
        (Method::PUT, "faults"),
        (Method::POST, "orders/nobody/verifications"),
    ] {
        let (got, answer) = world.control(method, path, &endless).await;
        assert!(got == 413 && answer["error"].is_string(), "{path}: {got} {answer}");
    }
}

#[tokio::test]
async fn its_dns_answers_others_over_udp_and_tcp() {
    let world = World::start().await;
    let record = certum_sandbox::DnsRecord::txt("_certum.example.com", &"x".repeat(1500)).unwrap();
    world.sandbox.publish_dns(record);
    world.sandbox.publish_http("shop.example.com", "/x", "y").unwrap();
    for connection in [ConnectionConfig::udp(), ConnectionConfig::tcp()] {
        let mut connection = connection;
        connection.port = world.sandbox.dns_addr().port();
        let is_udp = connection.protocol == hickory_resolver::config::ProtocolConfig::Udp;
        let mut server = NameServerConfig::udp(world.sandbox.dns_addr().ip());
        server.connections = vec![connection];
        let config = ResolverConfig::from_parts(None, vec![], vec![server]);
        let resolver =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().unwrap();
        let address = resolver.lookup("SHOP.example.com.", RecordType::A).await.unwrap();
        assert!(matches!(&address.answers()[0].data, RData::A(a) if a.0.is_loopback()));
        let missing = resolver.lookup("nothing.example.com.", RecordType::TXT).await.unwrap_err();
        assert!(missing.is_nx_domain(), "{missing}");
        let empty = resolver.lookup("shop.example.com.", RecordType::CAA).await.unwrap_err();
        assert!(empty.is_no_records_found() && !empty.is_nx_domain(), "{empty}");
        // Too long for a datagram: over UDP alone it can't be had.
        let long = resolver.lookup("_certum.example.com.", RecordType::TXT).await;
        assert_eq!(long.is_err(), is_udp, "{long:?}");
    }
}

#[tokio::test]
async fn two_sandboxes_share_nothing() {
    let (one, two) = (World::start().await, World::start_with(|builder| builder.seed(2)).await);
    let first = one.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let second = two.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    assert_ne!(first, second);
    assert_ne!(one.sandbox.roots_pem(), two.sandbox.roots_pem());
    one.sandbox.publish_dns(certum_sandbox::DnsRecord::txt("example.com", &second).unwrap());
    two.perform(&second).await;
    assert_eq!(two.status("order-1").await, "VERIFICATION");
    one.sandbox.advance_clock(jiff::SignedDuration::from_hours(1)).unwrap();
    assert_eq!(two.sandbox.clock().now(), super::support::start_time());
    assert_eq!(one.sandbox.calls().len(), 1);
    assert_eq!(two.perform(&first).await.codes(), [1186]);
}

#[tokio::test]
async fn a_seed_repeats_the_codes() {
    let order = || Order::new("order-1", "601", &["example.com"], "DNS_TXT");
    let (one, two) = (World::start().await, World::start().await);
    assert_eq!(one.order(&order()).await, two.order(&order()).await);
}

#[tokio::test]
async fn shutting_down_and_dropping_close_the_sockets() {
    let world = World::start().await;
    let (endpoint, dns) = (world.sandbox.endpoint(), world.sandbox.dns_addr());
    world.call("getOrderState", "<orderID>x</orderID>").await;
    world.sandbox.shutdown().await;
    assert!(world.http.post(endpoint.clone()).send().await.is_err());
    assert!(tokio::net::TcpStream::connect(dns).await.is_err());

    let world = World::start().await;
    let (endpoint, http) = (world.sandbox.endpoint(), world.http);
    drop(world.sandbox);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(http.post(endpoint).send().await.is_err());
}
