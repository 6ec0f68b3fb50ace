//! A gateway that is killed in the middle, and started again on the same database.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use certum_sandbox::{CallOutcome, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::marks::Marks;
use crate::stage::{Host, csr, sale};

/// The gateway as a program.
struct Program {
    child: Child,
    host: Host,
}

impl Program {
    fn start(sandbox: &Sandbox, database: &Path, token: &str) -> Self {
        let mut child = command(database)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--user",
                "reseller",
                "--endpoint",
                sandbox.endpoint().as_str(),
            ])
            .env("CERTUM_PASSWORD", "sandbox")
            .env("GATEWAY_KEY_PASSPHRASE", "correct horse battery")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["token"], Value::Null, "nobody but the database knows tokens");
        let host = Host::new(line["address"].as_str().unwrap(), token);
        Self { child, host }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(database: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.arg("--database").arg(database);
    command
}

/// A gateway that dies again and again, the CA, and what is left each time.
struct Grave {
    sandbox: Sandbox,
    directory: TempDir,
    token: String,
    marks: Marks,
    program: Program,
    /// How long the gateway lives on once it has begun.
    wait: Duration,
    /// How often it died in the middle of a call.
    hits: usize,
}

impl Grave {
    async fn dig() -> Self {
        let sandbox = Sandbox::builder().credentials("reseller", "sandbox").start().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let database = database_in(&directory);
        let scopes = "read,write,keys,billing,admin";
        let mut add = command(&database);
        add.args(["token", "add", "--host", "shop", "--scopes", scopes]);
        let token = String::from_utf8(add.output().unwrap().stdout).unwrap().trim().to_owned();
        assert!(token.starts_with("gw_"), "{token}");
        let program = Program::start(&sandbox, &database, &token);
        let (marks, wait, hits) = (Marks::of(&database), Duration::ZERO, 0);
        Self { sandbox, directory, token, marks, program, wait, hits }
    }

    fn host(&self) -> &Host {
        &self.program.host
    }

    /// Asks for something, has the gateway killed while it works on it or soon after, and asks the next one for the same.
    async fn survive(&mut self, path: &str, body: Value) -> Value {
        let before = self.marks.begun();
        let key = format!("key-{before}");
        let (host, asked) = (self.host().clone(), (path.to_owned(), body.clone(), key.clone()));
        let asked = tokio::spawn(async move {
            let (path, body, key) = asked;
            host.send(Method::POST, &path, body, Some(&key)).await
        });
        self.marks.until_begun(before).await;
        tokio::time::sleep(self.wait).await;
        asked.abort();
        self.program.kill();
        self.hits += self.marks.under_way();
        self.marks.pass_the_lease();
        self.program = Program::start(&self.sandbox, &database_in(&self.directory), &self.token);
        let answer = self.host().insist(path, &body, &key).await;
        assert!(answer.status < 300, "{path}: {answer:?}");
        answer.body
    }

    async fn act(&mut self, id: &str, action: &str, body: Value) -> Value {
        self.survive(&format!("/v1/services/{id}/actions/{action}"), body).await
    }

    /// How often the CA carried something out.
    fn carried_out(&self, operation: &str) -> usize {
        let calls = self.sandbox.calls();
        let is_one = |call: &&certum_sandbox::Call| {
            call.operation.as_deref() == Some(operation) && call.outcome == CallOutcome::Success
        };
        calls.iter().filter(is_one).count()
    }
}

fn database_in(directory: &TempDir) -> PathBuf {
    directory.path().join("gateway.db")
}

#[tokio::test(flavor = "multi_thread")]
async fn does_nothing_twice_whenever_it_is_killed() {
    let mut grave = Grave::dig().await;
    // From before anything was stored to after everything was.
    let waits = [0, 2, 10, 40].map(Duration::from_millis);
    for (number, wait) in waits.into_iter().enumerate() {
        grave.wait = wait;
        let service = grave.survive("/v1/services", sale(&format!("whmcs:{number}"), "601")).await;
        let id = service["id"].as_str().unwrap().to_owned();
        let name = format!("shop{number}.example.com");
        let filled_in = grave.host().fill_in(&id, &[&name]).await;
        grave.act(&id, "configure", filled_in).await;
        let service = grave.host().prove_at(&grave.sandbox, &id, 1).await;
        assert_eq!(service["common_name"], name.as_str());
        let first = service["certificates"][0]["serial_number"].clone();

        let today = service["created_at"].as_str().unwrap()[..10].to_owned();
        let payment = json!({ "paid_on": today, "period_start": today });
        let paid = grave.act(&id, "receive_payment", payment).await;
        let paid_through = paid["service"]["account"]["paid_through"].as_str().unwrap().to_owned();
        let years = |date: &str| date[..4].parse::<i32>().unwrap();
        assert_eq!(years(&paid_through), years(&today) + 1, "{paid_through}");

        grave.act(&id, "reissue", json!({ "csr": csr(&[&name]) })).await;
        grave.host().prove_at(&grave.sandbox, &id, 2).await;
        grave.act(&id, "renew?role=reseller", json!({ "csr": csr(&[&name]) })).await;
        let renewed = grave.host().prove_at(&grave.sandbox, &id, 3).await;
        assert_eq!(renewed["certificates"].as_array().unwrap().len(), 3);

        let taken = grave.act(&id, "take_key", json!({ "serial_number": first })).await;
        assert!(taken["data"]["private_key"].as_str().unwrap().contains("PRIVATE KEY"));
        let again = grave.host().act_under(&format!("again-{number}"), &id, "take_key", json!({})).await;
        again.refused(409, "not_possible");

        grave.act(&id, "revoke", json!({ "reason": "SUPERSEDED" })).await;
        let is_revoked = |service: &Value| service["certificates"][0]["standing"] == "revoked";
        grave.host().until(&id, is_revoked).await;

        let done = number + 1;
        let listed = grave.host().get("/v1/services").await.ok();
        assert_eq!(listed["services"].as_array().unwrap().len(), done);
        let counts = ["quickOrder", "reissueCertificate", "renewCertificate", "revokeCertificate"]
            .map(|operation| grave.carried_out(operation));
        assert_eq!(counts, [done; 4], "one of each for each service");
    }
    assert!(grave.hits > 0, "it never died in the middle");
}
