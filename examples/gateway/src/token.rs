//! Who may call what.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};
use cert_lifecycle::records::{Kept, Records};
use cert_lifecycle::{Clock, Entropy, StoreError, SystemClock, SystemEntropy};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Something that a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scope {
    /// See services, drafts, certificates, facts.
    Read,
    /// Whatever a customer may do.
    Write,
    /// Be handed private keys.
    Keys,
    /// Tell of payments.
    Billing,
    /// Be handed the letters that customers are sent, with the links in them.
    Letters,
    /// What is the reseller's alone.
    Admin,
    /// Register webhooks.
    Hooks,
    /// See and do what is about the services of all hosts.
    System,
    /// Read the metrics.
    Metrics,
}

impl Scope {
    /// Every scope.
    pub const ALL: &[Self] = &[
        Self::Read,
        Self::Write,
        Self::Keys,
        Self::Billing,
        Self::Letters,
        Self::Admin,
        Self::Hooks,
        Self::System,
        Self::Metrics,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Keys => "keys",
            Self::Billing => "billing",
            Self::Letters => "letters",
            Self::Admin => "admin",
            Self::Hooks => "hooks",
            Self::System => "system",
            Self::Metrics => "metrics",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is the name of no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScope(());

impl fmt::Display for UnknownScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no scope has this name")
    }
}

impl std::error::Error for UnknownScope {}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == name).ok_or(UnknownScope(()))
    }
}

/// A token as it is kept, under its hash.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) host: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) created_at: Timestamp,
}

impl Kept for Token {
    const KIND: &'static str = "gateway_token";
}

/// How many digits of its hash a token is called by.
const SHOWN: usize = 12;

/// What a token is kept under: whoever reads the database can't call with it, and a look-up compares nothing secret.
pub(crate) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// A new token for a host.
pub(crate) async fn add(records: &Records, host: &str, scopes: &[Scope]) -> Result<String> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if host.is_empty() || host.len() > 64 || !host.bytes().all(is_plain) {
        bail!("a host's name has 1 to 64 small letters, digits and hyphens");
    }
    let token = format!("gw_{}", random()?);
    let scopes = scopes.iter().copied().collect();
    let kept = Token { host: host.to_owned(), scopes, created_at: SystemClock::default().now() };
    records.add(&hash(&token), Some(host), &kept).await?;
    Ok(token)
}

/// A new token for a host, in the place of all that it had.
pub(crate) async fn renew(records: &Records, host: &str, scopes: &[Scope]) -> Result<String> {
    let former: Vec<(String, Token)> = records.all(Some(host)).await?;
    for (hash, _) in former {
        records.remove::<Token>(&hash).await?;
    }
    add(records, host, scopes).await
}

/// What each token is called, and what it may, the newest first.
pub(crate) async fn list(records: &Records) -> Result<Vec<String>, StoreError> {
    let mut tokens: Vec<(String, Token)> = records.all(None).await?;
    tokens.sort_by_key(|(_, token)| std::cmp::Reverse(token.created_at));
    let line = |(hash, token): (String, Token)| {
        let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
        let id: String = hash.chars().take(SHOWN).collect();
        format!("{id}  {}  {}  {}", token.created_at, token.host, scopes.join(","))
    };
    Ok(tokens.into_iter().map(line).collect())
}

pub(crate) async fn revoke(records: &Records, id: &str) -> Result<()> {
    let tokens: Vec<(String, Token)> = records.all(None).await?;
    let mut named = tokens.into_iter().filter(|(hash, _)| id.len() >= SHOWN && hash.starts_with(id));
    match (named.next(), named.next()) {
        (Some((hash, _)), None) => records.remove::<Token>(&hash).await?,
        _ => bail!("no token is called so: see `gateway token list`"),
    };
    Ok(())
}

/// 32 unpredictable bytes in hexadecimal.
pub(crate) fn random() -> Result<String, cert_lifecycle::EntropyError> {
    let mut bytes = [0; 32];
    SystemEntropy::default().fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
