//! How a client is set up.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::Client;
use super::observer::{ExchangeObserver, Observed};
use super::rate_limit::RateLimit;
use super::retry::RetryPolicy;
use super::spelling::JurisdictionSpelling;
use super::transport::{Custom, Transport};
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
    pub(super) proxy: Option<Url>,
    pub(super) proxy_credentials: Option<Credentials>,
    #[cfg(feature = "tls")]
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) jurisdiction_spelling: JurisdictionSpelling,
    pub(super) observer: Observed,
    pub(super) transport: Custom,
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
            proxy: None,
            proxy_credentials: None,
            #[cfg(feature = "tls")]
            root_certificates: Vec::new(),
            rate_limit: None,
            retry: None,
            jurisdiction_spelling: JurisdictionSpelling::default(),
            observer: Observed::default(),
            transport: Custom::default(),
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

    /// How long a whole call may take, from the call to the last byte of the answer. Waiting for the rate limit and
    /// all attempts of a read are part of it. A year or more is as long as it takes.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// How orders spell the fields of the jurisdiction of incorporation, where [the default](JurisdictionSpelling) is
    /// not understood.
    #[must_use]
    pub fn jurisdiction_spelling(mut self, spelling: JurisdictionSpelling) -> Self {
        self.jurisdiction_spelling = spelling;
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

    /// An HTTP proxy that all calls go through. Proxy settings of the environment are never used.
    #[must_use]
    pub fn proxy(mut self, url: Url) -> Self {
        self.proxy = Some(url);
        self
    }

    /// What the proxy asks for (HTTP Basic).
    #[must_use]
    pub fn proxy_credentials(mut self, credentials: Credentials) -> Self {
        self.proxy_credentials = Some(credentials);
        self
    }

    /// Certificates, PEM, that the service's certificate may lead to besides the usual roots: one after another, any
    /// number of times.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// How many calls to make in a while. Those past it wait, as long as their deadline lets them. Without it, calls
    /// go out as they come.
    #[must_use]
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Sends reads again that failed on the way. Without it, every request is sent once. Whatever is not a read is
    /// sent once in any case.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Shows the documents of each exchange, redacted, for debugging.
    #[must_use]
    pub fn observer(mut self, observer: impl ExchangeObserver + 'static) -> Self {
        self.observer = Observed(Some(Arc::new(observer)));
        self
    }

    /// What carries the requests, in the place of the crate's own HTTP. What is settled here about connections (their
    /// time-outs, the user agent, the proxy, the roots) is that one's business then, and so is TLS; everything else
    /// stays as it is.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Custom(Some(Arc::new(transport)));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// If the endpoint can't be called, the user agent is no header value, or the proxy or a root certificate can't
    /// be used.
    pub fn build(self) -> Result<Client, BuildError> {
        let endpoint = Url::parse(self.environment.endpoint()).map_err(|_| BuildError::Scheme)?;
        match endpoint.scheme() {
            "https" if cfg!(feature = "tls") || self.transport.0.is_some() => {}
            "https" => return Err(BuildError::TlsMissing),
            "http" => {}
            _ => return Err(BuildError::Scheme),
        }
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            return Err(BuildError::CredentialsInUrl);
        }
        if let Some(proxy) = &self.proxy {
            if !matches!(proxy.scheme(), "http" | "https") {
                return Err(BuildError::Proxy);
            }
            if !proxy.username().is_empty() || proxy.password().is_some() {
                return Err(BuildError::CredentialsInUrl);
            }
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
    /// The endpoint or the proxy's URL holds a user name or a password, which would end up in logs.
    #[error("endpoint or proxy: credentials don't belong in a URL")]
    CredentialsInUrl,
    /// The proxy is neither `https` nor `http`.
    #[error("proxy: the scheme is neither https nor http")]
    Proxy,
    /// A root certificate can't be read, or there is none in the PEM.
    #[error("root certificates: not readable as PEM certificates")]
    RootCertificates,
    /// The endpoint is `https`, and the crate was built without its `tls` feature.
    #[error("endpoint: https needs the feature `tls`")]
    TlsMissing,
    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}
