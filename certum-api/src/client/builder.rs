//! How a client is set up.

use std::time::Duration;

use url::Url;

use super::Client;
use crate::types::Credentials;

/// Where the service is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// Certum's test service.
    Test,
    /// Certum's production service: orders cost money.
    Production,
    /// Another endpoint, such as the sandbox's.
    Custom(Url),
}

impl Environment {
    const TEST: &'static str = "https://gs.test.certum.pl/service/PartnerApi.wsdl";
    const PRODUCTION: &'static str = "https://gs.certum.pl/service/PartnerApi.wsdl";

    fn endpoint(&self) -> &str {
        match self {
            // The service takes calls at the very URL of its WSDL.
            Self::Test => Self::TEST,
            Self::Production => Self::PRODUCTION,
            Self::Custom(url) => url.as_str(),
        }
    }
}

/// Sets up a [`Client`].
#[derive(Clone, Debug)]
pub struct ClientBuilder {
    pub(super) environment: Environment,
    pub(super) credentials: Credentials,
    pub(super) connect_timeout: Duration,
    pub(super) read_timeout: Duration,
    pub(super) total_timeout: Duration,
    pub(super) response_limit: usize,
    pub(super) user_agent: String,
}

impl ClientBuilder {
    /// How long a connection may take to come about, unless told otherwise.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
    /// How long the CA may be silent during an answer, unless told otherwise.
    pub const READ_TIMEOUT: Duration = Duration::from_secs(60);
    /// How long a whole call may take, unless told otherwise.
    pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(120);
    /// The largest answer that is read, in bytes, unless told otherwise.
    pub const RESPONSE_LIMIT: usize = 16 * 1024 * 1024;

    pub(super) fn new(environment: Environment, credentials: Credentials) -> Self {
        Self {
            environment,
            credentials,
            connect_timeout: Self::CONNECT_TIMEOUT,
            read_timeout: Self::READ_TIMEOUT,
            total_timeout: Self::TOTAL_TIMEOUT,
            response_limit: Self::RESPONSE_LIMIT,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// How long a connection may take to come about.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the CA may be silent during an answer.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// How long a whole call may take, from connecting to the last byte of the answer.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// The largest answer that is read, in bytes.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// What the client calls itself in the `User-Agent` header.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The client.
    ///
    /// # Errors
    /// If the endpoint can't be called, or the user agent is no header value.
    pub fn build(self) -> Result<Client, BuildError> {
        let endpoint = Url::parse(self.environment.endpoint()).map_err(|_| BuildError::Scheme)?;
        match endpoint.scheme() {
            "https" if cfg!(feature = "tls") => {}
            "https" => return Err(BuildError::TlsMissing),
            "http" => {}
            _ => return Err(BuildError::Scheme),
        }
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            return Err(BuildError::CredentialsInUrl);
        }
        Client::from_builder(self, endpoint)
    }
}

/// A client that can't be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The endpoint is neither `https` nor `http`.
    #[error("endpoint: the scheme is neither https nor http")]
    Scheme,
    /// The endpoint holds a user name or a password, which would end up in logs.
    #[error("endpoint: credentials don't belong in a URL")]
    CredentialsInUrl,
    /// The endpoint is `https`, and the crate was built without its `tls` feature.
    #[error("endpoint: https needs the feature `tls`")]
    TlsMissing,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}
