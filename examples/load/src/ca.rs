//! The sandbox in a process of its own, so that what it uses is told apart.

use std::io::Write;
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::Instruction;
use cert_lifecycle::{Certum, ProofPublisher, PublishError};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint, Habits, Sandbox, SandboxClock};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::Outcome;
use crate::process::{Helper, Usage, until_input_ends};

const USER: &str = "reseller";
const PASSWORD: &str = "sandbox";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What codes, identifiers and serial numbers follow from.
    #[arg(long)]
    seed: u64,
    /// When time begins, and stands still until it is moved. Otherwise it is the machine's.
    #[arg(long)]
    start: Option<Timestamp>,
    /// How many milliseconds pass before a call is carried out.
    #[arg(long, default_value_t = 0)]
    answers_after: u64,
}

impl Options {
    /// What makes the sandbox as slow as that.
    fn faults(&self) -> FaultPlan {
        let delay = FaultKind::Delay(Duration::from_millis(self.answers_after));
        match self.answers_after {
            0 => FaultPlan::new(),
            _ => FaultPlan::new().with(Fault::new("*", delay, FaultPoint::BeforeCommit)),
        }
    }
}

/// The child's side: a sandbox until standard input ends.
pub(crate) async fn serve(options: &Options) -> Outcome<()> {
    let clock = options.start.map_or_else(SandboxClock::system, SandboxClock::fixed);
    let builder = Sandbox::builder().seed(options.seed).credentials(USER, PASSWORD).clock(clock);
    let sandbox = builder.habits(Habits::plain()).faults(options.faults()).start().await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(&sandbox.info())?)?;
    out.flush()?;
    until_input_ends().await;
    sandbox.shutdown().await;
    Ok(())
}

/// The parent's side.
pub(crate) struct Ca {
    helper: Helper,
    endpoint: String,
    control: Control,
}

impl Ca {
    pub(crate) fn start(seed: u64, start: Option<Timestamp>, answers_after: u64) -> Outcome<Self> {
        let (seed, start) = (seed.to_string(), start.map(|start| start.to_string()));
        let answers_after = answers_after.to_string();
        let mut arguments = vec!["ca", "--seed", &seed, "--answers-after", &answers_after];
        arguments.extend(start.iter().flat_map(|start| ["--start", start]));
        let helper = Helper::start(&arguments)?;
        let info: Value = serde_json::from_str(&helper.ready)?;
        let address = |name: &str| -> Outcome<String> {
            let text = info.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}"))?;
            Ok(text.trim_end_matches('/').to_owned())
        };
        let control = Control { client: reqwest::Client::new(), root: address("control")? };
        Ok(Self { endpoint: address("endpoint")?, control, helper })
    }

    pub(crate) fn certum(&self) -> Outcome<Certum> {
        let endpoint = Environment::Custom(self.endpoint.parse()?);
        Ok(Certum::new(Client::builder(endpoint, Credentials::new(USER, PASSWORD)).build()?))
    }

    /// Whoever publishes in the sandbox's own DNS.
    pub(crate) fn publisher(&self) -> Control {
        self.control.clone()
    }

    /// Lets time pass there.
    pub(crate) async fn advance(&self, by: SignedDuration) -> Outcome<()> {
        let body = json!({"advance_seconds": by.as_secs()});
        let sent = self.control.client.post(format!("{}/clock", self.control.root)).json(&body).send();
        sent.await?.error_for_status()?;
        Ok(())
    }

    pub(crate) fn usage(&self) -> Outcome<Usage> {
        self.helper.usage()
    }

    pub(crate) fn stop(self) -> Outcome<()> {
        self.helper.stop()
    }
}

/// The sandbox's control interface.
#[derive(Clone)]
pub(crate) struct Control {
    client: reqwest::Client,
    root: String,
}

impl Control {
    async fn send(&self, method: reqwest::Method, instruction: &Instruction) -> Result<(), PublishError> {
        let (name, value) = instruction.txt_record().ok_or(PublishError::Unsupported)?;
        let record = json!({"name": name, "type": "TXT", "value": value});
        let sent = self.client.request(method, format!("{}/dns", self.root)).json(&record).send().await;
        let answer = sent.map_err(|error| PublishError::Unavailable(error.into()))?;
        // What is not there needs no withdrawing.
        if answer.status().is_success() || answer.status() == reqwest::StatusCode::NOT_FOUND {
            return Ok(());
        }
        Err(PublishError::Unavailable(format!("the sandbox answers {}", answer.status()).into()))
    }
}

#[async_trait]
impl ProofPublisher for Control {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        self.send(reqwest::Method::POST, instruction).await
    }
    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        self.send(reqwest::Method::DELETE, instruction).await
    }
}
