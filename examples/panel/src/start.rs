//! Opens the database, the CA and the services, and serves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use cert_domain::{ContactForm, Language, Mode};
use cert_lifecycle::compose::StandardTexts;
use cert_lifecycle::delivery::{SmtpDelivery, SmtpSecurity};
use cert_lifecycle::precheck::NetworkLookups;
use cert_lifecycle::records::{RecordStore, Records};
use cert_lifecycle::sales::{Ledger, Mailroom, Sales};
use cert_lifecycle::vault::{KeyStore, KeyVault, Passphrase, PassphraseId, SinglePassphrase};
use cert_lifecycle::{
    Certum, Clock, Lifecycle, PostgresOptions, PostgresStore, SqliteStore, Store, SystemClock, SystemEntropy,
    WorkerPolicy,
};
use certum_api::{Client, Credentials, Environment};
use certum_sandbox::{Sandbox, SandboxClock};
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::demonstration;
use crate::page::Pages;
use crate::people::{Registration, Role, Tries};
use crate::settings::{CertumService, Settings};
use crate::shop::Shop;
use crate::web;

/// A panel that is served, until it is [stopped](Self::stop).
pub struct Panel {
    /// Where it listens.
    pub address: SocketAddr,
    /// The shop behind it.
    pub shop: Arc<Shop>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Panel {
    /// Serves a shop.
    ///
    /// # Errors
    /// If a setting is wrong, or what it names can't be reached.
    pub async fn start(settings: Settings) -> Result<Self> {
        let listener = TcpListener::bind(settings.listen).await.context("can't listen there")?;
        let address = listener.local_addr().context("can't listen there")?;
        let shop = Arc::new(open(&settings, address).await?);
        // A database that outlives the sandbox is furnished once.
        if settings.demonstrates() && !settings.bare && shop.sales.offers().await?.is_empty() {
            demonstration::furnish(&shop).await.context("the demonstration data can't be made")?;
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let app: Router = web::routes(&shop);
        let working = shop.clone();
        let serving = tokio::spawn(async move {
            let service = app.into_make_service_with_connect_info::<SocketAddr>();
            let stopped = async {
                let _ = stopped.await;
            };
            tokio::select! {
                served = async { axum::serve(listener, service).await } => {
                    if let Err(error) = served {
                        tracing::error!(%error, "the panel is no longer served");
                    }
                }
                () = work(&working) => {}
                () = stopped => {}
            }
        });
        Ok(Self { address, shop, stop, serving })
    }

    /// Stops serving. What was under way in the database ends by itself.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }
}

/// Goes on with the services for ever, and forgets what has expired.
async fn work(shop: &Shop) {
    let worker = shop.lifecycle.worker();
    let tidying = async {
        let mut hours = tokio::time::interval(Duration::from_secs(60 * 60));
        loop {
            hours.tick().await;
            if let Err(error) = shop.records.forget_expired().await {
                tracing::warn!(%error, "what has expired was not forgotten");
            }
        }
    };
    tokio::join!(worker.run(std::future::pending()), tidying);
}

async fn open(settings: &Settings, address: SocketAddr) -> Result<Shop> {
    let place = settings.secrets.database.as_deref().or(settings.database.as_deref());
    match place {
        Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            let mut options = PostgresOptions::new(url);
            if let Some(roots) = &settings.database_roots {
                options =
                    options.tls_roots(std::fs::read_to_string(roots).context("the roots can't be read")?);
            }
            open_on(PostgresStore::connect(options).await?, settings, address).await
        }
        Some(file) => open_on(SqliteStore::open(file).await?, settings, address).await,
        // A sandbox forgets its orders when it ends: services that outlive it would have lost theirs.
        None if settings.demonstrates() => open_on(SqliteStore::in_memory().await?, settings, address).await,
        None => open_on(SqliteStore::open("panel.db").await?, settings, address).await,
    }
}

/// The shop, on a database that holds services, keys and records.
async fn open_on<D>(database: D, settings: &Settings, address: SocketAddr) -> Result<Shop>
where
    D: Store + KeyStore + RecordStore + Clone + 'static,
{
    let World { certum, sandbox, clock, lookups, policy } = match settings.demonstrates() {
        true => World::sandboxed(settings.bare).await.context("the sandbox did not start")?,
        false => World::real(settings)?,
    };
    let time = || {
        let clock = Arc::clone(&clock);
        move || clock.now()
    };
    let records = Records::new(database.clone(), time());
    let public = match &settings.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{address}"),
    };
    let form_link = format!("{public}/invitations/{{service}}?token={{token}}");
    let texts = StandardTexts::new(&settings.name)
        .mailbox(&settings.mailbox)
        .form_link(&form_link)
        .and_then(|texts| texts.service_link(&format!("{public}/services/{{service}}")))
        .context("the public address can't stand in letters")?;
    let mut builder = Lifecycle::builder(database.clone(), certum)
        .clock(time())
        .policy(policy)
        .lookups(lookups)
        .tell_programs(Ledger::new(records.clone()));
    builder = match mail_server(settings)? {
        Some(server) => builder.tell_people(texts, server),
        None => builder.tell_people(texts, Mailroom::new(records.clone(), time())),
    };
    if let Some(passphrase) = passphrase(settings)? {
        let passphrases = SinglePassphrase::new(PassphraseId::new("1"), passphrase);
        builder = builder.vault(KeyVault::new(database, passphrases, time()));
    }
    let lifecycle = builder.build();
    let shop = Shop {
        sales: Sales::new(lifecycle.clone(), records.clone()),
        lifecycle,
        sandbox,
        records: records.by_clock(SystemClock::default()),
        pages: Pages::load(&settings.name, settings.demonstrates())?,
        tries: Tries::default(),
        is_behind_proxy: settings.behind_proxy,
        is_secure: settings.public_url.as_ref().is_some_and(|url| url.scheme() == "https"),
        clock,
    };
    first_admin(&shop, settings).await?;
    Ok(shop)
}

/// What stands in the place of the world: the CA, the time, and where its look-ups go.
struct World {
    certum: Certum,
    sandbox: Option<Arc<Sandbox>>,
    clock: Arc<dyn Clock>,
    lookups: NetworkLookups,
    policy: WorkerPolicy,
}

impl World {
    /// A sandbox, in a time of its own: a shop to look at has a past.
    async fn sandboxed(is_bare: bool) -> Result<Self> {
        let past = || SandboxClock::starting_at(demonstration::beginning(SystemClock::default().now()));
        let clock = if is_bare { SandboxClock::system() } else { past() };
        let (user, password) = ("reseller", "sandbox");
        let sandbox = Sandbox::builder().credentials(user, password).clock(clock.clone());
        let sandbox = sandbox.issue_delay(SignedDuration::from_secs(2)).start().await?;
        let (here, port) = (sandbox.endpoint(), sandbox.endpoint().port().unwrap_or(80));
        let client = Client::builder(Environment::Custom(here), Credentials::new(user, password)).build()?;
        Ok(Self {
            certum: Certum::new(client).in_mode(Mode::Test),
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
        Ok(Self {
            // An address of one's own may be either.
            certum: match settings.environment {
                Some(CertumService::Live) => certum.in_mode(Mode::Production),
                Some(CertumService::Test) => certum.in_mode(Mode::Test),
                None => certum,
            },
            lookups: NetworkLookups::system().context("no resolver can be asked")?,
            sandbox: None,
            clock: Arc::new(SystemClock::default()),
            policy: WorkerPolicy::default(),
        })
    }
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
        (Some(secret), _) => Passphrase::new(secret.clone()).map(Some).context("PANEL_KEY_PASSPHRASE"),
        (None, true) => Passphrase::random(&SystemEntropy::default()).map(Some).context("no randomness"),
        (None, false) => Ok(None),
    }
}

async fn first_admin(shop: &Shop, settings: &Settings) -> Result<()> {
    let Some(password) = settings.secrets.admin.clone() else { return Ok(()) };
    let contact = ContactForm::new("Admin", &settings.name, &settings.admin);
    let admin = Registration { contact, password };
    // One who is there keeps the password.
    let refused = shop.register(&admin, Role::Admin, Language::default()).await?.err();
    let there = shop.user(&settings.admin.to_lowercase()).await?;
    match (refused, there) {
        (None, _) => Ok(()),
        (_, Some(user)) if user.role == Role::Admin => Ok(()),
        (_, Some(_)) => bail!("a customer has the administrator's address, --admin"),
        (Some(findings), None) => bail!("the administrator: {findings}"),
    }
}
