//! A gateway on a sandbox, and hosts that call it.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use certum_sandbox::{DnsRecord, Sandbox};
use clap::Parser;
use gateway::{Command, Running, Scope, Settings, TokenCommand, administer};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::marks::Marks;

/// A gateway with a database of its own.
pub(crate) struct Stage {
    pub(crate) running: Running,
    settings: Settings,
    directory: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("gateway.db");
        Self::in_directory(directory, database.to_str().unwrap(), &["--inner-webhooks"]).await
    }

    /// With the settings that a gateway has unless somebody says otherwise.
    pub(crate) async fn unsettled() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("gateway.db");
        Self::in_directory(directory, database.to_str().unwrap(), &[]).await
    }

    /// On a database that is there.
    pub(crate) async fn on(database: &str) -> Self {
        Self::in_directory(tempfile::tempdir().unwrap(), database, &[]).await
    }

    async fn in_directory(directory: TempDir, database: &str, more: &[&str]) -> Self {
        let arguments = ["gateway", "--listen", "127.0.0.1:0", "--database", database];
        let mut settings = Settings::parse_from([&arguments, more].concat());
        settings.secrets.keys = Some("correct horse battery".to_owned());
        let running = Running::start(settings.clone()).await.unwrap();
        Self { running, settings, directory }
    }

    /// The gateway stopped, and started again on the same database.
    pub(crate) async fn again(self) -> Self {
        let Self { running, settings, directory } = self;
        running.stop().await;
        let running = Running::start(settings.clone()).await.unwrap();
        Self { running, settings, directory }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.running.sandbox.as_ref().unwrap()
    }

    /// What writes leave in the database.
    pub(crate) fn marks(&self) -> Marks {
        Marks::of(&self.directory().join("gateway.db"))
    }

    /// Where the database's files are.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// A host that may do everything.
    pub(crate) fn all_powerful(&self) -> Host {
        self.with(self.running.token.clone().unwrap())
    }

    /// Another host.
    pub(crate) async fn host(&self, name: &str, scopes: &[Scope]) -> Host {
        let command = TokenCommand::Add { host: name.to_owned(), scopes: scopes.to_vec() };
        let printed = administer(&self.settings, Command::Token(command)).await.unwrap();
        let host = self.with(printed[0].clone());
        match name {
            "demonstration" => host,
            _ => Host { customer: format!("customer-of-{name}"), ..host },
        }
    }

    pub(crate) fn with(&self, token: String) -> Host {
        Host::new(&format!("http://{}", self.running.address), &token)
    }

    pub(crate) async fn administer(&self, command: Command) -> Result<Vec<String>, String> {
        administer(&self.settings, command).await.map_err(|error| error.to_string())
    }

    /// Waits until everything was told that there is to tell.
    pub(crate) async fn told(&self) {
        let host = self.all_powerful();
        for _ in 0..600 {
            let numbers = host.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
            if numbers.lines().any(|line| line == "outbox_waiting 0") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("something is never told");
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub(crate) struct Host {
    client: Client,
    base: String,
    pub(crate) token: String,
    /// Who buys from it.
    pub(crate) customer: String,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) is_replayed: bool,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.body["status"], status);
        self.body
    }
}

impl Host {
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let (base, token) = (base.to_owned(), token.to_owned());
        Self { client: Client::new(), base, token, customer: "customer-7".to_owned() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body, None).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value, key: Option<&str>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        answer(request.send().await.unwrap()).await
    }

    pub(crate) async fn act(&self, id: &str, action: &str, body: Value) -> Answer {
        self.post(&format!("/v1/services/{id}/actions/{action}"), body).await
    }

    /// An action under a key.
    pub(crate) async fn act_under(&self, key: &str, id: &str, action: &str, body: Value) -> Answer {
        self.send(Method::POST, &format!("/v1/services/{id}/actions/{action}"), body, Some(key)).await
    }

    /// Asks under a key until nobody else works on it.
    pub(crate) async fn insist(&self, path: &str, body: &Value, key: &str) -> Answer {
        for _ in 0..400 {
            let answer = self.send(Method::POST, path, body.clone(), Some(key)).await;
            if answer.body["code"] != "in_progress" {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it goes on for ever");
    }

    /// Sells a yearly service, and answers its identifier.
    pub(crate) async fn sell(&self, reference: &str, product: &str) -> String {
        let sale = json!({ "customer": self.customer });
        let sold = self.post("/v1/services", with(crate::stage::sale(reference, product), sale)).await.ok();
        sold["id"].as_str().unwrap().to_owned()
    }

    /// A form for names, with a key that is kept.
    pub(crate) async fn fill_in(&self, id: &str, names: &[&str]) -> Value {
        let mut form = form(names);
        let made = self.post(&format!("/v1/services/{id}/request"), form.clone()).await.ok();
        form["csr"] = made["csr"].clone();
        form
    }

    /// A service, once it stands where it is wanted.
    pub(crate) async fn until(&self, id: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            let service = self.post(&format!("/v1/services/{id}/work"), Value::Null).await.ok();
            if is_wanted(&service) {
                return service;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{}", self.get(&format!("/v1/services/{id}")).await.ok());
    }

    /// Sells a service and takes it to its first certificate, until all of it is told.
    pub(crate) async fn issue(&self, stage: &Stage, reference: &str, names: &[&str]) -> String {
        let product = if names.len() > 1 { "931" } else { "601" };
        let id = self.sell(reference, product).await;
        let form = self.fill_in(&id, names).await;
        self.act(&id, "configure", form).await.ok();
        self.prove(stage, &id).await;
        stage.told().await;
        id
    }

    /// Takes a service from the order to the certificate.
    pub(crate) async fn prove(&self, stage: &Stage, id: &str) -> Value {
        self.prove_until(stage, id, 1).await
    }

    /// Takes a service to so many certificates. What was proved before need not be proved again.
    pub(crate) async fn prove_until(&self, stage: &Stage, id: &str, count: usize) -> Value {
        self.prove_at(stage.sandbox(), id, count).await
    }

    /// The same at a sandbox of one's own.
    pub(crate) async fn prove_at(&self, sandbox: &Sandbox, id: &str, count: usize) -> Value {
        let is_there = |service: &Value| {
            service["state"] == "active" && service["certificates"].as_array().unwrap().len() >= count
        };
        let mut published = HashSet::new();
        loop {
            let service = self
                .until(id, |service| {
                    is_there(service) || records(service).any(|record| !published.contains(&record))
                })
                .await;
            if is_there(&service) {
                return service;
            }
            // A code may be replaced while it is read, such as after a gateway was killed: what counts is what is told last.
            for record in records(&service) {
                sandbox.publish_dns(DnsRecord::txt(&record.0, &record.1).unwrap());
                published.insert(record);
            }
            let asked = self.act(id, "request_check", Value::Null).await;
            assert!(
                asked.status == 200 || asked.body["code"] == "not_possible",
                "{} {}",
                asked.status,
                asked.body
            );
        }
    }
}

/// The records that a service's instructions ask for: their names and texts.
fn records(service: &Value) -> impl Iterator<Item = (String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    service["instructions"]
        .as_array()
        .unwrap()
        .iter()
        .map(move |told| (text(&told["record"]["name"]), text(&told["record"]["value"])))
}

async fn answer(response: Response) -> Answer {
    let status = response.status().as_u16();
    let is_replayed = response.headers().get("idempotent-replayed").is_some();
    let kind = response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    if status >= 400 {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{status}");
    }
    let bytes = response.bytes().await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status, is_replayed, body }
}

/// An object with some of its fields changed.
pub(crate) fn with(mut object: Value, changed: Value) -> Value {
    for (name, value) in changed.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

/// A yearly service.
pub(crate) fn sale(reference: &str, product: &str) -> Value {
    json!({
        "reference": reference,
        "customer": "customer-7",
        "offer": {
            "product": product, "default_method": "dns-txt-prefix",
            "additional_domains": product == "931", "allow_more_domains": product == "931",
            "billing": "recurring", "price": "49.00", "currency": "PLN", "cycle": "annually",
        },
        "email": "jan@example.com",
        "language": "en",
    })
}

pub(crate) fn form(names: &[&str]) -> Value {
    json!({
        "key": { "choice": "generate", "algorithm": "ec-p256", "keep": true },
        "contact": { "first_name": "Jan", "last_name": "Nowak", "email": "jan@example.com" },
        "names": names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
    })
}

/// A request for a key that nobody else has.
pub(crate) fn csr(names: &[&str]) -> String {
    use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let builder = CertificateRequest::builder().common_name(names[0]);
    names.iter().fold(builder, |builder, name| builder.dns_name(*name)).sign(&key).unwrap().to_pem()
}
