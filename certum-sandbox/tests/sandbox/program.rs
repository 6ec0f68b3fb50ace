//! The program.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

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

    let document = super::support::envelope("u", "p", "getOrderState", "<orderID>x</orderID>");
    let call = || http.post(info["endpoint"].as_str().unwrap()).body(document.clone()).send();
    assert_eq!(call().await.unwrap().status(), 500);
    assert!(call().await.unwrap().text().await.unwrap().contains("<errorCode>1033</errorCode>"));

    let id = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());
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
