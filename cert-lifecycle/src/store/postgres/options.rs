//! How to reach the server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::store::StoreError;

/// How to reach a PostgreSQL server.
#[derive(Clone)]
pub struct PostgresOptions {
    server: String,
    pool_size: usize,
    statement_timeout: Duration,
    roots: Option<String>,
}

impl PostgresOptions {
    /// The server as libpq writes it: `host=db.internal user=reseller dbname=certificates password=…`, or
    /// `postgresql://…`. The tables stand in the database's schema that comes first in the search path; a database of their
    /// own keeps them apart from others of the same names.
    ///
    /// Eight connections, and ten seconds for a statement. Without [`tls_roots`](Self::tls_roots) nothing is encrypted:
    /// for a Unix socket, or a network that nobody else listens to.
    #[must_use]
    pub fn new(server: impl Into<String>) -> Self {
        Self { server: server.into(), pool_size: 8, statement_timeout: Duration::from_secs(10), roots: None }
    }

    /// The most connections at a time. What waits for the disk shares it best with few.
    #[must_use]
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = connections;
        self
    }

    /// How long a statement may take, and a caller wait for a connection. The tables of an older version are changed within
    /// that time, too: [`connect`](super::PostgresStore::connect) fails, and changes nothing, if it is too short.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout;
        self
    }

    /// Speaks TLS, and nothing but TLS, with a server whose certificate leads to one of these roots, in PEM, and holds the
    /// host's name. No test of this crate has such a server yet: try it with yours before you rely on it.
    #[must_use]
    pub fn tls_roots(mut self, pem: impl Into<String>) -> Self {
        self.roots = Some(pem.into());
        self
    }

    /// How long a caller waits for the server: longer than it takes the server to give a statement up by itself.
    pub(super) fn patience(&self) -> Duration {
        self.statement_timeout.saturating_add(Duration::from_secs(5))
    }

    pub(super) fn pool(&self) -> Result<Pool, StoreError> {
        let mut config: Config = self.server.parse().map_err(unusable)?;
        let before = config.get_options().unwrap_or_default();
        // Zero would mean that it may take forever.
        let millis = self.statement_timeout.as_millis().max(1);
        let options = format!("{before} -c statement_timeout={millis}");
        config.options(options.trim_start());
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(self.statement_timeout);
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.roots {
            Some(roots) => {
                config.ssl_mode(SslMode::Require);
                Manager::from_config(config, tls(roots)?, recycling)
            }
            None => Manager::from_config(config, NoTls, recycling),
        };
        Pool::builder(manager)
            .max_size(self.pool_size.max(1))
            .wait_timeout(Some(self.statement_timeout))
            .create_timeout(Some(self.statement_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(unusable)
    }
}

fn tls(roots: &str) -> Result<MakeRustlsConnect, StoreError> {
    let mut store = rustls::RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(roots.as_bytes()) {
        store.add(root.map_err(unusable)?).map_err(unusable)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn unusable(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The server's description may hold a password.
        let Self { server: _, pool_size, statement_timeout, roots } = self;
        f.debug_struct("PostgresOptions")
            .field("pool_size", pool_size)
            .field("statement_timeout", statement_timeout)
            .field("tls", &roots.is_some())
            .finish_non_exhaustive()
    }
}
