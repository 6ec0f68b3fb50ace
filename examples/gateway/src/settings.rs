//! How the gateway is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use cert_lifecycle::ServiceId;
use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::token::Scope;

/// A JSON API over services, for hosts that aren't Rust.
///
/// Without any of these it stands before a sandbox in the place of Certum, makes a token that may do everything, and forgets
/// everything when it ends, unless a database is named, which is then for sandboxes alone. The first line that it prints says where
/// it listens. Secrets come from the environment:
/// CERTUM_PASSWORD, GATEWAY_KEY_PASSPHRASE (16 characters at least; without it no private keys are kept), GATEWAY_SMTP_PASSWORD,
/// GATEWAY_DATABASE.
// Without `Debug`: neither is to be shown.
#[derive(Clone, Parser)]
#[command(name = "gateway", version)]
#[non_exhaustive]
pub struct Settings {
    /// What to do in the place of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8090")]
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
    /// The database: a file for SQLite, or postgres://… (whose password belongs into GATEWAY_DATABASE instead)
    #[arg(long, global = true)]
    pub database: Option<String>,
    /// A file with certificate authorities of the database server, PEM
    #[arg(long, global = true)]
    pub database_roots: Option<PathBuf>,
    /// Let hosts have webhooks on this machine, and in inner networks
    #[arg(long)]
    pub inner_webhooks: bool,
    /// The name that letters are signed with
    #[arg(long, default_value = "Example Hosting")]
    pub name: String,
    /// The address of the form at the host, for links in letters, with {service} and {token}
    #[arg(long)]
    pub form_link: Option<String>,
    /// The address of a service at the host, for links in letters, with {service}
    #[arg(long)]
    pub service_link: Option<String>,
    /// The mail server, such as mail.example.com; without one, hosts are given the letters to send
    #[arg(long)]
    pub smtp: Option<String>,
    /// The user at the mail server
    #[arg(long, requires = "smtp")]
    pub smtp_user: Option<String>,
    /// The mailbox that letters come from
    #[arg(long, default_value = "certificates@example.com")]
    pub mailbox: String,
    /// What comes from the environment.
    #[arg(skip)]
    pub secrets: Secrets,
}

/// What can be done in the place of serving.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum Command {
    /// Tokens of hosts
    #[command(subcommand)]
    Token(TokenCommand),
    /// Give a service that is nobody's, such as an imported one, to a host
    Assign(Ownership),
    /// Take a service back that was given to a host
    Unassign(Ownership),
}

/// Whose a service is.
#[derive(Clone, Debug, Args)]
#[allow(clippy::exhaustive_structs, reason = "programs and tests make it")]
pub struct Ownership {
    /// The host
    #[arg(long)]
    pub host: String,
    /// The service
    #[arg(long)]
    pub service: ServiceId,
    /// The host's own name for it
    #[arg(long)]
    pub reference: String,
}

/// What can be done with tokens.
#[derive(Clone, Debug, Subcommand)]
#[non_exhaustive]
pub enum TokenCommand {
    /// Make a token for a host, and print it: nobody can see it again
    Add {
        /// The host: 1 to 64 small letters, digits and hyphens
        #[arg(long)]
        host: String,
        /// What it may: read, write, keys, billing, letters, admin, hooks, system, metrics
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<Scope>,
    },
    /// List tokens, by the beginning of their hash
    List,
    /// Have a token open nothing any longer
    Revoke {
        /// What `list` calls it
        id: String,
    },
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
            keys: read("GATEWAY_KEY_PASSPHRASE"),
            smtp: read("GATEWAY_SMTP_PASSWORD"),
            database: read("GATEWAY_DATABASE"),
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
