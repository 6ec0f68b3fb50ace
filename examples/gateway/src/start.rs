//! Opens the database, the CA and the services, and serves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cert_domain::Mode;
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{SmtpDelivery, SmtpSecurity};
use cert_lifecycle::precheck::NetworkLookups;
use cert_lifecycle::records::{RecordStore, Records};
use cert_lifecycle::vault::{KeyStore, KeyVault, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{
    Certum, Clock, Lifecycle, Observation, Observe, SqliteStore, Store, SystemClock, SystemEntropy,
    WorkerPolicy,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{Sandbox, SandboxClock};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::database::Database;
use crate::gateway::{Asked, Gateway};
use crate::inbox::Inbox;
use crate::metrics::Metrics;
use crate::settings::{CertumService, Command, Ownership, Settings, TokenCommand};
use crate::tasks::Tasks;
use crate::token::Scope;
use crate::{authority, openapi, owner, routes, serve, token, webhooks};

/// The host that a demonstration is for.
pub(crate) const DEMONSTRATION: &str = "demonstration";

/// A gateway that is served, until it is [stopped](Self::stop).
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The sandbox, where it stands in the place of Certum.
    pub sandbox: Option<Arc<Sandbox>>,
    /// The token of the demonstration's host, which may do everything.
    pub token: Option<String>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<()>>,
}

impl Running {
    /// Serves.
    ///
    /// # Errors
    /// If a setting is wrong, or what it names can't be reached.
    pub async fn start(settings: Settings) -> Result<Self> {
        let listener = TcpListener::bind(settings.listen).await.context("can't listen there")?;
        let address = listener.local_addr().context("can't listen there")?;
        let (gateway, sandbox) = open(&settings).await?;
        let token = match settings.demonstrates() {
            true => Some(token::renew(&gateway.records, DEMONSTRATION, Scope::ALL).await?),
            false => None,
        };
        let gateway = Arc::new(gateway);
        let (stop, stopped) = oneshot::channel::<()>();
        let tasks = tasks(&gateway, listener);
        let serving = tokio::spawn(tasks.run(async {
            let _ = stopped.await;
        }));
        Ok(Self { address, sandbox, token, stop, serving })
    }

    /// What a program that starts the gateway has to know: one line of JSON.
    #[must_use]
    pub fn line(&self) -> Value {
        let base = format!("http://{}", self.address);
        let control = self.sandbox.as_ref().map(|sandbox| sandbox.control_url().to_string());
        json!({
            "address": base,
            "openapi": format!("{base}/v1/openapi.json"),
            "host": self.token.as_ref().map(|_| DEMONSTRATION),
            "token": self.token,
            "sandbox": control,
        })
    }

    /// Serves until `stop` completes. Calls that are under way then are answered, if they don't take too long.
    ///
    /// # Errors
    /// If it no longer serves, delivers, or works on services although nobody stopped it.
    pub async fn until(mut self, stop: impl Future<Output = ()>) -> Result<()> {
        tokio::select! {
            ended = &mut self.serving => return ended?,
            () = stop => {}
        }
        let _ = self.stop.send(());
        self.serving.await?
    }

    /// Stops serving.
    pub async fn stop(self) {
        if let Err(error) = self.until(std::future::ready(())).await {
            tracing::error!(%error, "the gateway had stopped before");
        }
    }
}

/// Does what a command says, on the database alone, and answers what it prints.
///
/// # Errors
/// If no database is named, or the command can't be carried out.
pub async fn administer(settings: &Settings, command: Command) -> Result<Vec<String>> {
    let database = Database::named(settings).await?;
    let database = database.context("what a demonstration has ends with it: name the --database")?;
    let records = database.records();
    Ok(match command {
        Command::Token(TokenCommand::Add { host, scopes }) => {
            vec![token::add(&records, &host, &scopes).await?]
        }
        Command::Token(TokenCommand::List) => token::list(&records).await?,
        Command::Token(TokenCommand::Revoke { id }) => {
            token::revoke(&records, &id).await?;
            Vec::new()
        }
        Command::Assign(Ownership { host, service, reference }) => {
            owner::assign(&database, &host, service, &reference).await?;
            Vec::new()
        }
        Command::Unassign(Ownership { host, service, reference }) => {
            owner::unassign(&records, &host, service, &reference).await?;
            Vec::new()
        }
    })
}

/// What goes on all the time: serving, working on services, delivering to webhooks, and forgetting what has expired.
fn tasks(gateway: &Arc<Gateway>, listener: TcpListener) -> Tasks {
    let mut tasks = Tasks::new();
    let app = serve::router(gateway.clone(), routes::all());
    tasks.begin("serving", |stop| async move {
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stop.told()).await {
            tracing::error!(%error, "the gateway is no longer served");
        }
    });
    let worker = gateway.lifecycle.worker();
    tasks.begin("working on services", |stop| async move { worker.run(stop.told()).await });
    let delivering = gateway.clone();
    tasks.begin("delivering to webhooks", |stop| stop.or(webhooks::deliver(delivering)));
    let records = gateway.records.clone();
    tasks.begin("forgetting what has expired", |stop| stop.or(tidy(records)));
    tasks
}

/// Forgets for ever what has expired.
async fn tidy(records: Records) {
    let mut hours = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        hours.tick().await;
        if let Err(error) = records.forget_expired().await {
            tracing::warn!(%error, "what has expired was not forgotten");
        }
    }
}

async fn open(settings: &Settings) -> Result<(Gateway, Option<Arc<Sandbox>>)> {
    let database = match Database::named(settings).await? {
        Some(database) => database,
        None if settings.demonstrates() => Database::Sqlite(SqliteStore::in_memory().await?),
        None => Database::Sqlite(SqliteStore::open("gateway.db").await?),
    };
    authority::hold(&database, settings).await?;
    match database.clone() {
        Database::Sqlite(store) => open_on(store, database, settings).await,
        Database::Postgres(store) => open_on(store, database, settings).await,
    }
}

async fn open_on<D>(
    store: D,
    database: Database,
    settings: &Settings,
) -> Result<(Gateway, Option<Arc<Sandbox>>)>
where
    D: Store + KeyStore + RecordStore + Clone + 'static,
{
    let World { certum, mode, sandbox, clock, lookups, policy } = match settings.demonstrates() {
        true => World::sandboxed().await.context("the sandbox did not start")?,
        false => World::real(settings)?,
    };
    let time = || {
        let clock = Arc::clone(&clock);
        move || clock.now()
    };
    let records = database.records();
    let (inbox, metrics) = (Inbox::new(records.clone()), Arc::new(Metrics::new()));
    let texts = texts(settings).context("an address can't stand in letters")?;
    let counter = metrics.clone();
    let mut builder = Lifecycle::builder(store.clone(), certum)
        .clock(time())
        .policy(policy)
        .lookups(lookups)
        .observer(Counting(counter))
        .tell_programs(inbox.clone());
    builder = match mail_server(settings)? {
        Some(server) => builder.tell_people(texts, server),
        None => builder.tell_people(texts, inbox.clone()),
    };
    if let Some(passphrase) = passphrase(settings)? {
        let passphrases = SinglePassphrase::new(PassphraseId::new("1"), passphrase);
        builder = builder.vault(KeyVault::new(store, passphrases, time()));
    }
    let document = serde_json::to_string(&openapi::document(&routes::all()))?;
    let lifecycle = builder.build();
    let gateway = Gateway {
        lifecycle,
        records,
        mode,
        inbox,
        metrics,
        document,
        asked: Asked::default(),
        clock,
        webhooks_inside: settings.inner_webhooks,
    };
    Ok((gateway, sandbox))
}

/// The metrics, shared.
struct Counting(Arc<Metrics>);

impl Observe for Counting {
    fn observe(&self, what: Observation) {
        self.0.observe(what);
    }
}

/// What stands in the place of the world: the CA, the time, and where its look-ups go.
struct World {
    certum: Certum,
    mode: Option<Mode>,
    sandbox: Option<Arc<Sandbox>>,
    clock: Arc<dyn Clock>,
    lookups: NetworkLookups,
    policy: WorkerPolicy,
}

impl World {
    /// A sandbox, whose clock can be moved on.
    async fn sandboxed() -> Result<Self> {
        let clock = SandboxClock::system();
        let (user, password) = ("reseller", "sandbox");
        let sandbox = Sandbox::builder().credentials(user, password).clock(clock.clone()).start().await?;
        let (here, port) = (sandbox.endpoint(), sandbox.endpoint().port().unwrap_or(80));
        let client = Client::builder(Environment::Custom(here), Credentials::new(user, password)).build()?;
        Ok(Self {
            certum: Certum::new(client).in_mode(Mode::Test),
            mode: Some(Mode::Test),
            lookups: NetworkLookups::new(sandbox.dns_addr())?.within_sandbox(port),
            sandbox: Some(Arc::new(sandbox)),
            clock: Arc::new(move || clock.now()),
            policy: WorkerPolicy::attentive(),
        })
    }

    fn real(settings: &Settings) -> Result<Self> {
        let environment = match (&settings.endpoint, settings.environment) {
            (Some(url), _) => Environment::Custom(url.clone()),
            (None, Some(CertumService::Live)) => Environment::Production,
            _ => Environment::Test,
        };
        let Some(password) = settings.secrets.certum.as_ref().filter(|_| !settings.user.is_empty()) else {
            bail!("Certum wants a user, --user, and a password, CERTUM_PASSWORD");
        };
        let client = Client::builder(environment, Credentials::new(&settings.user, password)).build();
        let certum = Certum::new(client.context("the CA's client can't be set up")?);
        // An address of one's own may be either.
        let mode = settings.environment.map(|service| match service {
            CertumService::Live => Mode::Production,
            CertumService::Test => Mode::Test,
        });
        Ok(Self {
            certum: match mode {
                Some(mode) => certum.in_mode(mode),
                None => certum,
            },
            mode,
            lookups: NetworkLookups::system().context("no resolver can be asked")?,
            sandbox: None,
            clock: Arc::new(SystemClock::default()),
            policy: WorkerPolicy::default(),
        })
    }
}

fn texts(settings: &Settings) -> Result<StandardTexts> {
    let mut texts = StandardTexts::new(&settings.name).mailbox(&settings.mailbox);
    if let Some(link) = &settings.form_link {
        texts = texts.form_link(link)?;
    }
    if let Some(link) = &settings.service_link {
        texts = texts.service_link(link)?;
    }
    Ok(texts)
}

fn mail_server(settings: &Settings) -> Result<Option<SmtpDelivery>> {
    let Some(server) = &settings.smtp else { return Ok(None) };
    let mut builder = SmtpDelivery::builder(server, SmtpSecurity::StartTls, &settings.mailbox);
    if let (Some(user), Some(password)) = (&settings.smtp_user, &settings.secrets.smtp) {
        builder = builder.credentials(user, password);
    }
    builder.build().map(Some).context("letters can't be sent")
}

/// What kept keys are encrypted with. A demonstration forgets them, and makes one up.
fn passphrase(settings: &Settings) -> Result<Option<Passphrase>> {
    match (&settings.secrets.keys, settings.demonstrates()) {
        (Some(secret), _) => Passphrase::new(secret.clone()).map(Some).context("GATEWAY_KEY_PASSPHRASE"),
        (None, true) => Passphrase::random(&SystemEntropy::default()).map(Some).context("no randomness"),
        (None, false) => Ok(None),
    }
}
