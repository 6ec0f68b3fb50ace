//! DNS questions, asked for real, or of the sandbox's own table where there are no sockets.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hickory_proto::rr::{Name, RData, RecordType};
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::runtime::TokioRuntimeProvider,
};

use crate::dns::DnsTable;

/// How long one question may take, per try.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Who answers questions: both say the same of the same records.
pub(crate) enum Lookups {
    /// A resolver without a memory, pointed at one DNS server.
    Network(Box<TokioResolver>),
    /// The table that the sandbox's own server would answer from.
    Table(Arc<DnsTable>),
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
        Ok(Self::Network(Box::new(builder.build().map_err(|error| error.to_string())?)))
    }

    /// The data of that type at that name, aliases followed; empty where there is none.
    /// `Err` is a sentence: the question got no answer.
    pub(crate) async fn find(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, String> {
        let mut question =
            Name::from_ascii(name).map_err(|_| format!("{name} cannot be asked for in DNS"))?;
        question.set_fqdn(true);
        let resolver = match self {
            Self::Network(resolver) => resolver,
            Self::Table(table) => return Ok(table.find(&question, kind)),
        };
        match resolver.lookup(question, kind).await {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{DnsRecord, DnsRecordType, DnsServer};

    #[tokio::test]
    async fn the_table_answers_as_the_server_before_it_does() {
        use DnsRecordType::{A, Caa, Cname, Txt};
        let table = Arc::new(DnsTable::default());
        let mut records = vec![
            ("a.example.com".to_owned(), Txt, "one".to_owned()),
            ("a.example.com".to_owned(), Txt, "two".to_owned()),
            ("alias.example.com".to_owned(), Cname, "a.example.com".to_owned()),
            ("astray.example.com".to_owned(), Cname, "nowhere.example.com".to_owned()),
            ("x.example.com".to_owned(), Cname, "y.example.com".to_owned()),
            ("y.example.com".to_owned(), Cname, "x.example.com".to_owned()),
            ("self.example.com".to_owned(), Cname, "self.example.com".to_owned()),
            ("caa.example.com".to_owned(), Caa, "0 issue \"certum.pl\"".to_owned()),
            ("caa-alias.example.com".to_owned(), Cname, "caa.example.com".to_owned()),
            ("web.example.com".to_owned(), A, "127.0.0.9".to_owned()),
            ("chain-70.example.com".to_owned(), Txt, "end".to_owned()),
        ];
        for link in 0..70 {
            let target = format!("chain-{}.example.com", link + 1);
            records.push((format!("chain-{link}.example.com"), Cname, target));
        }
        for (name, kind, value) in &records {
            table.publish(DnsRecord::new(name, *kind, value).unwrap());
        }
        table.add_web_host("files.example.com");
        let server = DnsServer::start("127.0.0.1:0".parse().unwrap(), Arc::clone(&table)).await.unwrap();
        let (network, own) = (Lookups::new(server.address()).unwrap(), Lookups::Table(table));
        let others =
            ["nowhere.example.com", "example.com", "FILES.example.com", "A.Example.COM", "a..com", "com"];
        for name in records.iter().map(|(name, ..)| name.as_str()).chain(others) {
            for kind in [RecordType::TXT, RecordType::CNAME, RecordType::CAA, RecordType::A] {
                let (network, own) = (network.find(name, kind).await, own.find(name, kind).await);
                assert_eq!(network, own, "{kind} at {name}");
            }
        }
    }
}
