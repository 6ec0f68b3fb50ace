//! DNS and web servers, asked for real.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use http::{Request, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::lookups::{Answer, CaaRecord, FetchError, LookupError, ProofLookups, WebAnswer};
use crate::internet::is_public;

/// How long one question may take, per try, and how often it is tried.
const DNS_TIMEOUT: Duration = Duration::from_secs(2);
const DNS_TRIES: usize = 2;

/// How long a file may take.
const WEB_TIMEOUT: Duration = Duration::from_secs(5);

/// The most that is read of a body. A proof has a hundred bytes.
const MAX_BODY: usize = 4096;

/// Asks a resolver, and web servers from this machine.
///
/// # Guarantees
/// Each question ends within seconds and reads a few kilobytes. Nothing is remembered here; resolvers of others
/// remember, as the CA's may. Addresses that are none of the internet are not asked, so that a customer who points a
/// name at an inner network learns nothing about it.
///
/// # Assumptions
/// A tokio runtime with time and IO.
///
/// # Caveats
/// Files are fetched by one address, IPv4 if there is one. The web is seen from this machine alone, whichever
/// resolver is asked.
#[derive(Clone)]
pub struct NetworkLookups {
    name: String,
    resolver: TokioResolver,
    http_port: u16,
    takes_local_addresses: bool,
}

impl NetworkLookups {
    /// Asks the resolver at this address.
    ///
    /// # Errors
    /// If the resolver can't be set up.
    pub fn new(resolver: SocketAddr) -> Result<Self, ResolverError> {
        let connection = |mut connection: ConnectionConfig| {
            connection.port = resolver.port();
            connection
        };
        let mut server = NameServerConfig::udp_and_tcp(resolver.ip());
        server.connections = vec![connection(ConnectionConfig::udp()), connection(ConnectionConfig::tcp())];
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        Self::build(resolver.to_string(), config)
    }

    /// Asks the resolvers that this machine is set up with, as in `/etc/resolv.conf`.
    ///
    /// # Errors
    /// If there are none, or they can't be set up.
    pub fn system() -> Result<Self, ResolverError> {
        let (config, _) = hickory_resolver::system_conf::read_system_conf().map_err(ResolverError)?;
        // Search lists are for names that people type, not for those of certificates.
        let config = ResolverConfig::from_parts(None, Vec::new(), config.name_servers().to_vec());
        Self::build("system".to_owned(), config)
    }

    fn build(name: String, config: ResolverConfig) -> Result<Self, ResolverError> {
        let mut options = ResolverOpts::default();
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.timeout = DNS_TIMEOUT;
        options.attempts = DNS_TRIES;
        options.edns0 = true;
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        let resolver = builder.build().map_err(ResolverError)?;
        Ok(Self { name, resolver, http_port: 80, takes_local_addresses: false })
    }

    /// The same under another name in reports.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The same with web servers asked at another port, and at this machine's and inner networks' addresses too. For
    /// sandboxes: the CA asks at port 80, and whoever can order could look around in the inner network.
    #[must_use]
    pub fn within_sandbox(mut self, http_port: u16) -> Self {
        self.http_port = http_port;
        self.takes_local_addresses = true;
        self
    }

    async fn ask<T>(
        &self,
        name: &str,
        kind: RecordType,
        read: impl Fn(RData) -> Option<T>,
    ) -> Result<Answer<T>, LookupError> {
        let mut question = Name::from_ascii(name)
            .map_err(|_| LookupError::Failed(format!("{name} can't be asked for in DNS")))?;
        question.set_fqdn(true);
        match self.resolver.lookup(question, kind).await {
            Ok(found) => {
                let records: Vec<T> =
                    found.answers().iter().filter_map(|record| read(record.data.clone())).collect();
                Ok(if records.is_empty() { Answer::Empty } else { Answer::Found(records) })
            }
            Err(error) if error.is_nx_domain() => Ok(Answer::NoSuchName),
            Err(error) if error.is_no_records_found() => Ok(Answer::Empty),
            Err(NetError::Timeout) => Err(LookupError::Timeout),
            Err(error) => Err(LookupError::Failed(error.to_string())),
        }
    }

    async fn address(&self, host: &str) -> Result<IpAddr, FetchError> {
        let v4 = self.ask(host, RecordType::A, |data| match data {
            RData::A(address) => Some(IpAddr::V4(address.0)),
            _ => None,
        });
        let v6 = self.ask(host, RecordType::AAAA, |data| match data {
            RData::AAAA(address) => Some(IpAddr::V6(address.0)),
            _ => None,
        });
        let mut found = v4.await.map_err(FetchError::Dns)?.records();
        if found.is_empty() {
            found = v6.await.map_err(FetchError::Dns)?.records();
        }
        let address = *found.first().ok_or(FetchError::NoAddress)?;
        if self.takes_local_addresses || is_public(address) {
            Ok(address)
        } else {
            Err(FetchError::NotPublic(address))
        }
    }
}

#[async_trait]
impl ProofLookups for NetworkLookups {
    fn vantage_point(&self) -> &str {
        &self.name
    }

    async fn txt(&self, name: &str) -> Result<Answer<Vec<u8>>, LookupError> {
        self.ask(name, RecordType::TXT, |data| match data {
            RData::TXT(txt) => {
                Some(txt.txt_data.iter().flat_map(|segment| segment.iter().copied()).collect())
            }
            _ => None,
        })
        .await
    }

    async fn cname(&self, name: &str) -> Result<Answer<String>, LookupError> {
        self.ask(name, RecordType::CNAME, |data| match data {
            RData::CNAME(target) => {
                let target = target.0.to_ascii();
                Some(target.strip_suffix('.').map_or_else(|| target.clone(), str::to_owned))
            }
            _ => None,
        })
        .await
    }

    async fn caa(&self, name: &str) -> Result<Answer<CaaRecord>, LookupError> {
        self.ask(name, RecordType::CAA, |data| match data {
            RData::CAA(caa) => {
                Some(CaaRecord { critical: caa.issuer_critical, tag: caa.tag, value: caa.value })
            }
            _ => None,
        })
        .await
    }

    async fn file(&self, host: &str, path: &str) -> Result<WebAnswer, FetchError> {
        let address = self.address(host).await?;
        let socket = SocketAddr::new(address, self.http_port);
        timeout(WEB_TIMEOUT, fetch(socket, host, path)).await.unwrap_or(Err(FetchError::Timeout))
    }
}

async fn fetch(socket: SocketAddr, host: &str, path: &str) -> Result<WebAnswer, FetchError> {
    let broken = |error: hyper::Error| FetchError::Failed(error.to_string());
    let stream = TcpStream::connect(socket).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::ConnectionRefused => FetchError::Refused(socket.ip()),
        kind => FetchError::Failed(kind.to_string()),
    })?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let request = Request::get(path)
        .header(header::HOST, host)
        .header(header::USER_AGENT, concat!("cert-lifecycle/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|error| FetchError::Failed(error.to_string()))?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(broken)?;
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let mut incoming = response.into_body();
        let mut body = Vec::new();
        while let Some(frame) = incoming.frame().await {
            if let Ok(data) = frame.map_err(broken)?.into_data() {
                body.extend_from_slice(&data);
            }
            if body.len() > MAX_BODY {
                break;
            }
        }
        let is_cut = body.len() > MAX_BODY;
        body.truncate(MAX_BODY);
        Ok(WebAnswer { status, location, body, is_cut })
    };
    // The connection has to be driven while the exchange waits on it, and is of no use afterwards.
    tokio::pin!(connection, exchange);
    let mut is_open = true;
    loop {
        tokio::select! {
            answer = &mut exchange => return answer,
            _ = &mut connection, if is_open => is_open = false,
        }
    }
}

/// The resolver can't be set up.
#[derive(Debug, thiserror::Error)]
#[error("the resolver can't be set up")]
pub struct ResolverError(#[source] NetError);

impl std::fmt::Debug for NetworkLookups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NetworkLookups").field("name", &self.name).finish_non_exhaustive()
    }
}
