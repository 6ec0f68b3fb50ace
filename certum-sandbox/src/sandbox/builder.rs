//! Settings of a sandbox, and its start.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use certum_api::Credentials;
use jiff::SignedDuration;
use url::Url;

use super::{Sandbox, Sockets};
use crate::{
    ca::{Authority, IssuerKeys},
    calls::{CallLog, DEFAULT_LIMIT},
    checks::{Checker, Lookups, Web},
    clock::SandboxClock,
    dns::{DnsServer, DnsTable},
    error::StartError,
    faults::{FaultPlan, Faults},
    habits::Habits,
    http::{Listener, bind},
    orders::Book,
    random::Randomness,
    service::Service,
    web::WebFiles,
};

/// The account that a sandbox knows unless told otherwise.
const DEFAULT_USER: &str = "reseller";
const DEFAULT_PASSWORD: &str = "sandbox";

/// How long a revocation takes unless told otherwise.
const REVOCATION_TAKES: SignedDuration = SignedDuration::from_mins(5);

/// Any free port, for programs on this machine alone.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The address of what has no sockets.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Settings of a [`Sandbox`].
#[derive(Debug, Clone)]
pub struct SandboxBuilder {
    listen: SocketAddr,
    credentials: Credentials,
    seed: u64,
    clock: SandboxClock,
    habits: Option<Habits>,
    issue_delay: Option<SignedDuration>,
    revocation_takes: SignedDuration,
    faults: FaultPlan,
    http_check_port: Option<u16>,
    dns_server: Option<SocketAddr>,
    call_limit: usize,
    issuer_keys: IssuerKeys,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN,
            credentials: Credentials::new(DEFAULT_USER, DEFAULT_PASSWORD),
            seed: 0,
            clock: SandboxClock::system(),
            habits: None,
            issue_delay: None,
            revocation_takes: REVOCATION_TAKES,
            faults: FaultPlan::new(),
            http_check_port: None,
            dns_server: None,
            call_limit: DEFAULT_LIMIT,
            issuer_keys: IssuerKeys::OfEachKind,
        }
    }
}

impl SandboxBuilder {
    /// Where to listen for HTTP. Default: `127.0.0.1`, any free port. The DNS server listens on the same
    /// address, on a free port of its own. FILE checks look for web servers by IPv4 alone, so that the
    /// published files are not found on a listener of IPv6.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The one account there is. Default: `reseller` with the password `sandbox`.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Credentials::new(user, password.into());
        self
    }

    /// What codes, identifiers, serial numbers, dice and [`Habits`] follow from. Default: 0. Keys don't follow
    /// from it.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The clock to live by. Default: the machine's.
    #[must_use]
    pub fn clock(mut self, clock: SandboxClock) -> Self {
        self.clock = clock;
        self
    }

    /// What it does its own way. Default: what the seed says, [`Habits::from_seed`].
    #[must_use]
    pub fn habits(mut self, habits: Habits) -> Self {
        self.habits = Some(habits);
        self
    }

    /// How long issuing takes once everything is proven, on the sandbox's clock. Default: what the habits say.
    #[must_use]
    pub fn issue_delay(mut self, delay: SignedDuration) -> Self {
        self.issue_delay = Some(delay);
        self
    }

    /// How long the CA takes to revoke a certificate, on the sandbox's clock. Default: five minutes. Those that a
    /// reissue replaces are revoked 14 days after it, whatever this says.
    #[must_use]
    pub fn revocation_delay(mut self, delay: SignedDuration) -> Self {
        self.revocation_takes = delay.max(SignedDuration::ZERO);
        self
    }

    /// Faults from the first call on. Default: none.
    #[must_use]
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// At which port FILE checks ask web servers. Default: the sandbox's own listener, which serves the
    /// published files.
    #[must_use]
    pub fn http_check_port(mut self, port: u16) -> Self {
        self.http_check_port = Some(port);
        self
    }

    /// Which DNS server the checks ask. Default: the sandbox's own.
    #[must_use]
    pub fn dns_server(mut self, server: SocketAddr) -> Self {
        self.dns_server = Some(server);
        self
    }

    /// How many calls the record keeps; of more, the newest. Default: 100,000.
    #[must_use]
    pub fn call_limit(mut self, limit: usize) -> Self {
        self.call_limit = limit;
        self
    }

    /// Gives the root and all intermediates keys of ECDSA P-256, whatever a product is sold with: they are made and sign
    /// in a fraction of a millisecond, where keys of RSA take up to seconds and milliseconds. For thousands of
    /// certificates of all kinds. Default: keys as those of the real products.
    #[must_use]
    pub fn quick_issuers(mut self) -> Self {
        self.issuer_keys = IssuerKeys::Quick;
        self
    }

    /// Opens the sockets, makes the hierarchy, and serves.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let listen = |address| move |source| StartError::Listen { address, source };
        let (socket, address) = bind(self.listen).await.map_err(listen(self.listen))?;
        let dns_listen = SocketAddr::new(self.listen.ip(), 0);
        let table = Arc::new(match reachable(address) {
            SocketAddr::V4(v4) => DnsTable::new(*v4.ip()),
            SocketAddr::V6(_) => DnsTable::default(),
        });
        let dns = DnsServer::start(dns_listen, Arc::clone(&table)).await.map_err(listen(dns_listen))?;
        let address = reachable(address);
        let service = Arc::new(self.assemble(address, Some(reachable(dns.address())), table)?);
        let listener = Listener::start(socket, Arc::clone(&service));
        tracing::info!(%address, dns = %service.dns_address, "the sandbox is up");
        Ok(Sandbox { service, sockets: Some(Sockets { listener, _dns: dns }) })
    }

    /// Makes the hierarchy, and opens no sockets: calls are made by [`Sandbox::exchange`], and all else by its other
    /// methods. It is as the one that listens, but for this:
    ///
    /// - The checks look into the records and files that were published here, unless [`dns_server`](Self::dns_server)
    ///   or [`http_check_port`](Self::http_check_port) sends them elsewhere. Then they need a tokio runtime; otherwise
    ///   nothing here waits or spawns a task, and the same calls at the same times of the sandbox's clock have the same
    ///   answers, but for keys and signatures.
    /// - Nobody listens at [`endpoint`](Sandbox::endpoint) and the other addresses. Their port is 0.
    pub fn in_process(self) -> Result<Sandbox, StartError> {
        let service = self.assemble(NOWHERE, None, Arc::new(DnsTable::default()))?;
        Ok(Sandbox { service: Arc::new(service), sockets: None })
    }

    /// All but the sockets. The listener is reached at `address`; its own DNS server at another one, if there is one.
    pub(crate) fn assemble(
        self,
        address: SocketAddr,
        own_dns: Option<SocketAddr>,
        table: Arc<DnsTable>,
    ) -> Result<Service, StartError> {
        let base = Url::parse(&format!("http://{address}/"))
            .map_err(|error| StartError::Authority(error.to_string()))?;
        let account = account_uri(&base, self.credentials.user_name());
        let files = Arc::new(WebFiles::default());
        let lookups = match self.dns_server.or(own_dns) {
            Some(server) => Lookups::new(server).map_err(StartError::Resolver)?,
            None => Lookups::Table(Arc::clone(&table)),
        };
        let web = match self.http_check_port.or(own_dns.map(|_| address.port())) {
            Some(port) => Web::Network { port },
            None => Web::Own { files: Arc::clone(&files), address: table.web_address() },
        };
        let checker = Checker::new(lookups, web, &account);
        let authority = Authority::new(&base, self.issuer_keys, self.clock.now())
            .map_err(|error| StartError::Authority(error.to_string()))?;
        let mut habits = self.habits.unwrap_or_else(|| Habits::from_seed(self.seed));
        if let Some(delay) = self.issue_delay {
            habits = habits.with_issue_delay(delay);
        }
        let faults = Faults::default();
        faults.set(self.faults);
        Ok(Service {
            credentials: self.credentials,
            clock: self.clock,
            random: Randomness::from_seed(self.seed),
            habits,
            revocation_takes: self.revocation_takes,
            authority,
            checker,
            dns: table,
            files,
            faults,
            calls: CallLog::new(self.call_limit),
            base,
            dns_address: own_dns.unwrap_or(NOWHERE),
            book: Mutex::new(Book::default()),
        })
    }
}

/// The account as CAA records may name it (RFC 8657, section 3). A user name that a path can't hold comes
/// percent-encoded.
fn account_uri(base: &Url, user: &str) -> String {
    let mut uri = base.clone();
    // The base is one for HTTP, so that it has a path.
    if let Ok(mut path) = uri.path_segments_mut() {
        path.pop_if_empty().extend(["account", user]);
    }
    uri.into()
}

/// An address under which this machine reaches a listener: "all addresses" is none to call.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (std::net::Ipv6Addr::LOCALHOST, v6.port()).into(),
        other => other,
    }
}
