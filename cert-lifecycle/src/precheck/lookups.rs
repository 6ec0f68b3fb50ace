//! The port to DNS and to web servers.

use std::net::IpAddr;

use async_trait::async_trait;

/// One place in the world from which DNS and web servers can be asked.
///
/// # Guarantees that an implementation gives
/// Each question ends within a bounded time and reads a bounded amount. Answers are fresh: nothing is remembered from
/// one question to the next, so that what was just published is seen. Redirects are not followed.
#[async_trait]
pub trait ProofLookups: Send + Sync {
    /// What this place is called in reports, such as `8.8.8.8`.
    fn vantage_point(&self) -> &str;

    /// The texts at a name, the segments of each put together; aliases are followed.
    async fn txt(&self, name: &str) -> Result<Answer<Vec<u8>>, LookupError>;

    /// The target of the alias at a name, without a final dot.
    async fn cname(&self, name: &str) -> Result<Answer<String>, LookupError>;

    /// The CAA records of this very name, not of those above it; aliases are followed.
    async fn caa(&self, name: &str) -> Result<Answer<CaaRecord>, LookupError>;

    /// What `http://host/path` answers at port 80.
    async fn file(&self, host: &str, path: &str) -> Result<WebAnswer, FetchError>;
}

/// What DNS says to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "DNS has no fourth answer")]
pub enum Answer<T> {
    /// These records, one at least.
    Found(Vec<T>),
    /// The name is there, and has no such record.
    Empty,
    /// There is no such name (NXDOMAIN).
    NoSuchName,
}

impl<T> Answer<T> {
    /// The records, if there are any.
    pub(super) fn records(self) -> Vec<T> {
        match self {
            Self::Found(records) => records,
            Self::Empty | Self::NoSuchName => Vec::new(),
        }
    }
}

/// A CAA record (RFC 8659).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other resolvers make it")]
pub struct CaaRecord {
    /// Whether whoever doesn't know the property must not issue.
    pub critical: bool,
    /// The property, such as `issue`.
    pub tag: String,
    /// What it says.
    pub value: Vec<u8>,
}

/// DNS gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// Nobody answered in time.
    #[error("there was no answer in time")]
    Timeout,
    /// Somebody answered that it can't be answered, or could not be understood.
    #[error("{0}")]
    Failed(String),
}

/// What a web server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "other clients make it")]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// Where a redirect points.
    pub location: Option<String>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
    /// Whether there was more of it than is read.
    pub is_cut: bool,
}

/// A web server gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The host's address could not be looked up.
    #[error("the address can't be looked up")]
    Dns(#[source] LookupError),
    /// The host has no address.
    #[error("the host has no address")]
    NoAddress,
    /// The host's address is none of the internet. It was not asked.
    #[error("the address {0} is none of the internet")]
    NotPublic(IpAddr),
    /// Nothing listens there.
    #[error("{0} refuses connections")]
    Refused(IpAddr),
    /// There was no answer in time.
    #[error("there was no answer in time")]
    Timeout,
    /// The connection or the answer broke.
    #[error("{0}")]
    Failed(String),
}
