//! DNS questions, asked for real.

use std::{net::SocketAddr, time::Duration};

use hickory_proto::rr::{Name, RData, RecordType};
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::runtime::TokioRuntimeProvider,
};

/// How long one question may take, per try.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A resolver without a memory, pointed at one DNS server.
pub(crate) struct Lookups {
    resolver: TokioResolver,
}

impl Lookups {
    pub(crate) fn new(server: SocketAddr) -> Result<Self, String> {
        let connection = |mut connection: ConnectionConfig| {
            connection.port = server.port();
            connection
        };
        let mut name_server = NameServerConfig::udp_and_tcp(server.ip());
        name_server.connections =
            vec![connection(ConnectionConfig::udp()), connection(ConnectionConfig::tcp())];
        let mut options = ResolverOpts::default();
        // Whoever publishes and asks again must be seen at once.
        options.cache_size = 0;
        options.use_hosts_file = ResolveHosts::Never;
        options.timeout = TIMEOUT;
        options.attempts = 1;
        options.edns0 = true;
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server]);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        Ok(Self { resolver: builder.build().map_err(|error| error.to_string())? })
    }

    /// The data of that type at that name, aliases followed; empty where there is none.
    /// `Err` is a sentence: the question got no answer.
    pub(crate) async fn find(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, String> {
        let mut question =
            Name::from_ascii(name).map_err(|_| format!("{name} cannot be asked for in DNS"))?;
        question.set_fqdn(true);
        match self.resolver.lookup(question, kind).await {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .filter(|data| data.record_type() == kind)
                .collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(format!("the look-up of {kind} at {name} failed: {error}")),
        }
    }
}
