//! How the panel is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use url::Url;

/// A web panel that sells and keeps certificates.
///
/// Without any of these it shows a shop with demonstration data, on a sandbox in the place of Certum, and forgets
/// everything when it ends. Secrets come from the environment: CERTUM_PASSWORD, PANEL_ADMIN_PASSWORD, PANEL_KEY_PASSPHRASE
/// (16 characters at least; without it no private keys are kept), PANEL_SMTP_PASSWORD, PANEL_DATABASE.
// Without `Debug`: neither is to be shown.
#[derive(Clone, Parser)]
#[command(name = "panel", version)]
#[non_exhaustive]
pub struct Settings {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Which of Certum's services to order from, in the place of the sandbox
    #[arg(long, value_enum, conflicts_with = "endpoint")]
    pub environment: Option<CertumService>,
    /// The address of a Partner API, in the place of the sandbox
    #[arg(long)]
    pub endpoint: Option<Url>,
    /// The user at Certum
    #[arg(long, env = "CERTUM_USER", default_value = "")]
    pub user: String,
    /// The database: a file for SQLite, or postgres://… (whose password belongs into PANEL_DATABASE instead)
    #[arg(long)]
    pub database: Option<String>,
    /// The shop's name
    #[arg(long, default_value = "Example Hosting")]
    pub name: String,
    /// The address under which people reach the panel, for links in letters
    #[arg(long)]
    pub public_url: Option<Url>,
    /// The address of the first administrator
    #[arg(long, default_value = "admin@example.com")]
    pub admin: String,
    /// The mail server, such as mail.example.com; without one, the panel shows letters itself
    #[arg(long)]
    pub smtp: Option<String>,
    /// The user at the mail server
    #[arg(long, requires = "smtp")]
    pub smtp_user: Option<String>,
    /// The mailbox that letters come from
    #[arg(long, default_value = "certificates@example.com")]
    pub mailbox: String,
    /// A file with certificate authorities of the database server, PEM
    #[arg(long)]
    pub database_roots: Option<PathBuf>,
    /// A proxy in front says where people come from (the last address of X-Forwarded-For)
    #[arg(long)]
    pub behind_proxy: bool,
    /// No demonstration data
    #[arg(long)]
    pub bare: bool,
    /// What comes from the environment.
    #[arg(skip)]
    pub secrets: Secrets,
}

/// Which of Certum's services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum CertumService {
    /// The test service.
    Test,
    /// The service that costs money.
    Live,
}

/// What nobody else is to see.
#[derive(Clone, Default)]
#[allow(clippy::exhaustive_structs, reason = "programs and tests make it")]
pub struct Secrets {
    /// The password at Certum.
    pub certum: Option<String>,
    /// The first administrator's password.
    pub admin: Option<String>,
    /// What kept keys are encrypted with.
    pub keys: Option<String>,
    /// The password at the mail server.
    pub smtp: Option<String>,
    /// The database's address with its password.
    pub database: Option<String>,
}

impl Secrets {
    /// Those of the environment.
    #[must_use]
    pub fn of_environment() -> Self {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            certum: read("CERTUM_PASSWORD"),
            admin: read("PANEL_ADMIN_PASSWORD"),
            keys: read("PANEL_KEY_PASSPHRASE"),
            smtp: read("PANEL_SMTP_PASSWORD"),
            database: read("PANEL_DATABASE"),
        }
    }
}

impl Settings {
    /// Whether the sandbox stands in the place of Certum.
    #[must_use]
    pub fn demonstrates(&self) -> bool {
        self.endpoint.is_none() && self.environment.is_none()
    }
}
