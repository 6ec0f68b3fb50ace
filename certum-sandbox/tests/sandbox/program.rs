//! The program.

use std::{process::Stdio, time::Duration};

use certum_sandbox::DnsRecord;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::support::{Order, World, envelope, inner};

const PATIENCE: Duration = Duration::from_secs(20);

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_certum-sandbox"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn first_line(child: &mut Child) -> serde_json::Value {
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test]
async fn prints_one_line_of_json_serves_and_stops_when_told() {
    let plan = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(plan.path(), r#"[{"operation":"getOrderState","kind":"http_500","count":1}]"#).unwrap();
    let plan = plan.path().to_str().unwrap();
    let mut child = program(&[
        "--listen",
        "127.0.0.1:0",
        "--user",
        "u",
        "--password",
        "p",
        "--seed",
        "7",
        "--faults",
        plan,
    ])
    .spawn()
    .unwrap();
    let info = first_line(&mut child).await;
    let http = reqwest::Client::new();
    let served: serde_json::Value = serde_json::from_slice(
        &http
            .get(format!("{}info", info["control"].as_str().unwrap()))
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
    )
    .unwrap();
    assert_eq!(served["endpoint"], info["endpoint"]);

    let document = envelope("u", "p", "getOrderState", "<orderID>x</orderID>");
    let call = || http.post(info["endpoint"].as_str().unwrap()).body(document.clone()).send();
    assert_eq!(call().await.unwrap().status(), 500);
    assert!(call().await.unwrap().text().await.unwrap().contains("<errorCode>1033</errorCode>"));

    let id = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());
}

#[tokio::test]
async fn looks_where_it_is_told_to() {
    // Somebody else's servers, as the program sees them.
    let other = World::start().await;
    let (dns, port) = (other.sandbox.dns_addr().to_string(), other.sandbox.endpoint().port().unwrap());
    let port = port.to_string();
    let mut child = program(&["--plain", "--dns-server", &dns, "--http-check-port", &port]).spawn().unwrap();
    let endpoint = first_line(&mut child).await["endpoint"].as_str().unwrap().to_owned();
    let http = reqwest::Client::new();
    let call = async |operation, fields: String| {
        let document = envelope("reseller", "sandbox", operation, &fields);
        http.post(&endpoint).body(document).send().await.unwrap().text().await.unwrap()
    };
    for (id, method) in [("by-record", "DNS_TXT"), ("by-file", "FILE")] {
        let order = Order::new(id, "601", &["example.com"], method);
        let code = inner(&call("quickOrder", order.fields()).await, "code").unwrap();
        match method {
            "FILE" => {
                let (path, body) = ("/.well-known/pki-validation/certum.txt", format!("{code}-certum.pl"));
                other.sandbox.publish_http("example.com", path, &body).unwrap();
            }
            _ => other.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap()),
        }
        call("performSanVerification", format!("<code>{code}</code>")).await;
        let state = call("getOrderState", format!("<orderID>{id}</orderID>")).await;
        assert_eq!(inner(&state, "orderStatus").as_deref(), Some("ENROLLED"), "{state}");
    }
}

#[tokio::test]
async fn says_in_one_line_what_is_wrong() {
    let plan = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(plan.path(), r#"[{"operation":"*","kind":"earthquake"}]"#).unwrap();
    let path = plan.path().to_str().unwrap();
    for (arguments, expected) in [
        (["--faults", path], "kind: is none of"),
        (["--faults", "/nonexistent/plan"], "/nonexistent/plan"),
        (["--listen", "192.0.2.1:1"], "cannot listen on 192.0.2.1:1"),
    ] {
        let mut child = program(&arguments).spawn().unwrap();
        let mut text = String::new();
        timeout(PATIENCE, child.stderr.as_mut().unwrap().read_to_string(&mut text)).await.unwrap().unwrap();
        assert!(!timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());
        assert!(text.starts_with("certum-sandbox: ") && text.contains(expected), "{text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
