//! How a gateway ends, and what it does not begin.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use clap::Parser;
use gateway::{Running, Settings, TokenCommand, administer};

#[test]
fn ends_when_a_supervisor_says_so() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gateway"))
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("address"), "{line}");
    let told = Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap();
    assert!(told.success());
    let ended = program.wait().unwrap();
    assert!(ended.success(), "it was killed, and did not end: {ended}");
}

async fn refusal(arguments: &[&str]) -> String {
    let mut settings = Settings::parse_from([&["gateway", "--listen", "127.0.0.1:0"], arguments].concat());
    settings.secrets.certum = Some("password".to_owned());
    let error = Running::start(settings).await.err().unwrap();
    error.to_string()
}

#[tokio::test]
async fn lets_no_other_ca_at_a_database() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("gateway.db");
    let database = ["--database", database.to_str().unwrap()];
    let with = |arguments: &[&'static str]| [&database[..], arguments].concat();

    // Somebody made a token for a host, and forgets to say which CA it is for.
    let settings = Settings::parse_from([&["gateway"], &database[..]].concat());
    let add = TokenCommand::Add { host: "shop".to_owned(), scopes: vec![gateway::Scope::Read] };
    administer(&settings, gateway::Command::Token(add)).await.unwrap();
    let refused = refusal(&with(&[])).await;
    assert!(refused.contains("--environment"), "{refused}");

    let settings = with(&["--user", "user", "--environment", "test"]);
    let mut settings =
        Settings::parse_from([&["gateway", "--listen", "127.0.0.1:0"], &settings[..]].concat());
    settings.secrets.certum = Some("password".to_owned());
    Running::start(settings).await.unwrap().stop().await;
    let refused = refusal(&with(&["--user", "user", "--environment", "live"])).await;
    assert!(refused.contains("is for Certum's test service"), "{refused}");
    assert!(refusal(&with(&[])).await.contains("test service"));
    let elsewhere = with(&["--user", "user", "--endpoint", "https://ca.example.com/"]);
    assert!(refusal(&elsewhere).await.contains("test service"));
}
