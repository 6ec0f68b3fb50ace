//! Proofs of control that live in DNS.

use hickory_proto::rr::{RData, RecordType};

use super::lookup::Lookups;
use crate::{dns::DnsRecord, error::InvalidInput};

/// The label that the prefixed methods put before the domain.
const PREFIX: &str = "_certum";

/// Under which domain the aliases of the CNAME methods point.
const ALIAS_SUFFIX: &str = "certum.pl";

/// How control of a domain is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Any of the four DNS forms: the Partner API names this method without saying which form it means, so
    /// that a customer who followed any of the instructions passes.
    Dns,
    DnsTxt,
    DnsTxtPrefix,
    DnsCname,
    DnsCnamePrefix,
    File,
    /// A link in a message; nothing to look for.
    Admin,
}

impl Method {
    /// Whether the proof of a domain is one for the names below it. A file proves only the very host.
    pub(crate) fn covers_names_below(self) -> bool {
        self != Self::File
    }

    /// A record that proves control of a domain: one, though any form may do.
    pub(crate) fn record(self, domain: &str, code: &str) -> Option<Result<DnsRecord, InvalidInput>> {
        let place = Place::of(self).first()?;
        let name = place.name(domain);
        Some(match place.kind {
            RecordType::CNAME => DnsRecord::cname(&name, &format!("{code}.{ALIAS_SUFFIX}")),
            _ => DnsRecord::txt(&name, code),
        })
    }

    /// Whether the CA can look for the proof by itself.
    pub(crate) fn is_looked_up(self) -> bool {
        self != Self::Admin
    }

    /// Whether the code must fit one DNS label.
    ///
    /// The facts contradict each other here: codes of 64 digits were seen, and an alias points at
    /// `<code>.certum.pl`, but a label holds 63 characters (RFC 1035, section 2.3.4). So the sandbox gives a
    /// shorter code where an alias may have to carry it, and 64 digits everywhere else.
    pub(crate) fn needs_short_code(self) -> bool {
        matches!(self, Self::Dns | Self::DnsCname | Self::DnsCnamePrefix)
    }
}

/// One place where the code may stand.
#[derive(Clone, Copy)]
struct Place {
    kind: RecordType,
    prefixed: bool,
}

impl Place {
    const TXT: Self = Self { kind: RecordType::TXT, prefixed: false };
    const TXT_PREFIX: Self = Self { kind: RecordType::TXT, prefixed: true };
    const CNAME: Self = Self { kind: RecordType::CNAME, prefixed: false };
    const CNAME_PREFIX: Self = Self { kind: RecordType::CNAME, prefixed: true };

    fn of(method: Method) -> &'static [Self] {
        match method {
            Method::Dns => &[Self::TXT, Self::TXT_PREFIX, Self::CNAME, Self::CNAME_PREFIX],
            Method::DnsTxt => &[Self::TXT],
            Method::DnsTxtPrefix => &[Self::TXT_PREFIX],
            Method::DnsCname => &[Self::CNAME],
            Method::DnsCnamePrefix => &[Self::CNAME_PREFIX],
            Method::File | Method::Admin => &[],
        }
    }

    fn name(self, domain: &str) -> String {
        match self.prefixed {
            true => format!("{PREFIX}.{domain}"),
            false => domain.to_owned(),
        }
    }

    async fn check(self, lookups: &Lookups, domain: &str, code: &str) -> Result<(), String> {
        let name = self.name(domain);
        let found = lookups.find(&name, self.kind).await?;
        if found.is_empty() {
            return Err(format!("no {} record at {name}", self.kind));
        }
        match found.iter().any(|data| carries(data, code)) {
            true => Ok(()),
            false => Err(format!("{} at {name}: {} found, none with the code", self.kind, found.len())),
        }
    }
}

/// Looks for the code in DNS. `Err` is the reason, for the customer.
pub(super) async fn check_dns(
    lookups: &Lookups,
    method: Method,
    domain: &str,
    code: &str,
) -> Result<(), String> {
    let mut reasons = Vec::new();
    for place in Place::of(method) {
        match place.check(lookups, domain, code).await {
            Ok(()) => return Ok(()),
            Err(reason) => reasons.push(reason),
        }
    }
    Err(match reasons.is_empty() {
        true => format!("{domain} is proven by a message, which nobody has confirmed"),
        false => reasons.join("; "),
    })
}

fn carries(data: &RData, code: &str) -> bool {
    match data {
        RData::TXT(txt) => {
            let text: Vec<u8> = txt.txt_data.iter().flat_map(|segment| segment.iter().copied()).collect();
            text.trim_ascii() == code.as_bytes()
        }
        RData::CNAME(target) => {
            let target = target.0.to_ascii();
            let target = target.strip_suffix('.').unwrap_or(&target);
            target.eq_ignore_ascii_case(&format!("{code}.{ALIAS_SUFFIX}"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dns::{DnsRecord, DnsServer, DnsTable};

    const CODE: &str = "00aa11bb00aa11bb00aa11bb00aa11bb";

    async fn world(records: &[DnsRecord]) -> (DnsServer, Lookups) {
        let table = Arc::new(DnsTable::default());
        records.iter().cloned().for_each(|record| table.publish(record));
        let server = DnsServer::start("127.0.0.1:0".parse().unwrap(), table).await.unwrap();
        let lookups = Lookups::new(server.address()).unwrap();
        (server, lookups)
    }

    #[tokio::test]
    async fn each_method_looks_in_its_own_place() {
        let alias = format!("{CODE}.certum.pl");
        let (_server, lookups) = world(&[
            DnsRecord::txt("txt.example", CODE).unwrap(),
            DnsRecord::txt("_certum.txt-prefix.example", CODE).unwrap(),
            DnsRecord::cname("cname.example", &alias).unwrap(),
            DnsRecord::cname("_certum.cname-prefix.example", &alias).unwrap(),
        ])
        .await;
        let methods = [Method::DnsTxt, Method::DnsTxtPrefix, Method::DnsCname, Method::DnsCnamePrefix];
        let domains = ["txt.example", "txt-prefix.example", "cname.example", "cname-prefix.example"];
        for (i, method) in methods.into_iter().enumerate() {
            for (j, domain) in domains.into_iter().enumerate() {
                let passed = check_dns(&lookups, method, domain, CODE).await.is_ok();
                assert_eq!(passed, i == j, "{method:?} at {domain}");
                assert!(check_dns(&lookups, Method::Dns, domain, CODE).await.is_ok(), "any form at {domain}");
            }
        }
    }

    #[tokio::test]
    async fn says_what_was_found_instead_without_the_code() {
        let (_server, lookups) = world(&[
            DnsRecord::txt("a.example", "v=spf1 -all").unwrap(),
            DnsRecord::txt("a.example", "another").unwrap(),
        ])
        .await;
        let wrong = check_dns(&lookups, Method::DnsTxt, "a.example", CODE).await.unwrap_err();
        assert_eq!(wrong, "TXT at a.example: 2 found, none with the code");
        let missing = check_dns(&lookups, Method::DnsTxtPrefix, "b.example", CODE).await.unwrap_err();
        assert_eq!(missing, "no TXT record at _certum.b.example");
    }

    #[tokio::test]
    async fn sees_what_is_published_between_two_checks() {
        let table = Arc::new(DnsTable::default());
        let server = DnsServer::start("127.0.0.1:0".parse().unwrap(), Arc::clone(&table)).await.unwrap();
        let lookups = Lookups::new(server.address()).unwrap();
        assert!(check_dns(&lookups, Method::DnsTxt, "a.example", CODE).await.is_err());
        table.publish(DnsRecord::txt("a.example", CODE).unwrap());
        assert!(check_dns(&lookups, Method::DnsTxt, "a.example", CODE).await.is_ok());
    }

    #[tokio::test]
    async fn a_silent_dns_server_is_a_reason_and_not_a_hang() {
        let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let lookups = Lookups::new(silent.local_addr().unwrap()).unwrap();
        let reason = check_dns(&lookups, Method::DnsTxt, "a.example", CODE).await.unwrap_err();
        assert!(reason.starts_with("the look-up of TXT at a.example failed"), "{reason}");
    }
}
