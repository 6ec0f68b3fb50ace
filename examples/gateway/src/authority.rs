//! Which CA a database is for.
//!
//! Orders, certificates and the place in the list of changes are those of one CA. Another one in its place would be asked for orders
//! that it never had, and would be sent what the first one was paid for.

use std::fmt;

use anyhow::{Result, bail};
use cert_lifecycle::records::Kept;
use cert_lifecycle::store::Search;
use serde::{Deserialize, Serialize};

use crate::database::Database;
use crate::settings::{CertumService, Settings};
use crate::start::DEMONSTRATION;
use crate::token::Token;

/// A CA.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Authority {
    Sandbox,
    Test,
    Live,
    /// At an address of one's own.
    At(String),
}

impl Kept for Authority {
    const KIND: &'static str = "gateway_authority";
}

/// What the one record of its kind is kept under.
const KEY: &str = "authority";

impl Authority {
    fn of(settings: &Settings) -> Self {
        match (&settings.endpoint, settings.environment) {
            (Some(url), _) => Self::At(url.to_string()),
            (None, Some(CertumService::Live)) => Self::Live,
            (None, Some(CertumService::Test)) => Self::Test,
            (None, None) => Self::Sandbox,
        }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sandbox => f.write_str("a sandbox"),
            Self::Test => f.write_str("Certum's test service"),
            Self::Live => f.write_str("Certum's live service"),
            Self::At(url) => f.write_str(url),
        }
    }
}

/// Holds a database to the CA that it was first started for.
pub(crate) async fn hold(database: &Database, settings: &Settings) -> Result<()> {
    let (asked, records) = (Authority::of(settings), database.records());
    let known: Option<Authority> = records.find(KEY).await?;
    // What others have begun in it, they did not begin with a sandbox.
    if known.is_none() && asked == Authority::Sandbox && is_begun(database).await? {
        bail!(
            "the database has services or tokens already, and no sandbox is let at them: say --environment"
        );
    }
    records.add(KEY, None, &asked).await?;
    match records.find::<Authority>(KEY).await? {
        Some(known) if known != asked => bail!("the database is for {known}, and can't be used with {asked}"),
        _ => Ok(()),
    }
}

/// Whether there is anything in a database that no demonstration made.
async fn is_begun(database: &Database) -> Result<bool> {
    let tokens: Vec<(String, Token)> = database.records().all(None).await?;
    let any = Search { limit: 1, ..Search::default() };
    Ok(tokens.iter().any(|(_, token)| token.host != DEMONSTRATION)
        || !database.store().search(any).await?.is_empty())
}
