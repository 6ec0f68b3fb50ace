//! Names that a certificate may carry.

use std::{fmt, net::IpAddr};

use url::Host;

/// The longest a domain name may be, in characters.
const MAX_LENGTH: usize = 253;

/// The longest one label may be.
const MAX_LABEL: usize = 63;

/// A DNS name as ordered, in lower case: a host name, or a wildcard directly under one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CertName(String);

/// Why a text is no name for a certificate. The order of the variants is the order of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameFault {
    Empty,
    TooLong,
    LabelTooLong,
    Malformed,
    PrivateAddress,
    PublicAddress,
    PublicSuffix,
}

impl CertName {
    pub(crate) fn parse(text: &str) -> Result<Self, NameFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameFault::Empty);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Err(match is_private(address) {
                true => NameFault::PrivateAddress,
                false => NameFault::PublicAddress,
            });
        }
        if text.len() > MAX_LENGTH {
            return Err(NameFault::TooLong);
        }
        let host = text.strip_prefix("*.").unwrap_or(text);
        if host.split('.').any(|label| label.len() > MAX_LABEL) {
            return Err(NameFault::LabelTooLong);
        }
        if !host.split('.').all(is_label) {
            return Err(NameFault::Malformed);
        }
        let name = text.to_ascii_lowercase();
        let host = name.strip_prefix("*.").unwrap_or(&name);
        match host.rsplit_once('.') {
            // A name of one label is a top-level domain, or local to some network: nobody can prove either.
            None => Err(NameFault::PublicSuffix),
            Some((_, top)) if top.bytes().all(|byte| byte.is_ascii_digit()) => Err(NameFault::Malformed),
            Some(_) if !is_international(host) => Err(NameFault::Malformed),
            Some(_) if is_registry(host) => Err(NameFault::PublicSuffix),
            Some(_) => Ok(Self(name)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// The domain whose control proves this name: for a wildcard, what stands after `*.`.
    pub(crate) fn domain(&self) -> &str {
        self.0.strip_prefix("*.").unwrap_or(&self.0)
    }

    /// Whether control of `domain` says something about this name: it is the name's own domain, or one above.
    pub(crate) fn is_at_or_below(&self, domain: &str) -> bool {
        self.domain().strip_suffix(domain).is_some_and(|left| left.is_empty() || left.ends_with('.'))
    }

    /// The other half of the pair that a single-name certificate covers: with `www.`, or without.
    pub(crate) fn www_counterpart(&self) -> String {
        match self.0.strip_prefix("www.") {
            Some(bare) => bare.to_owned(),
            None => format!("www.{}", self.0),
        }
    }
}

impl fmt::Display for CertName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CertName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether all labels with two hyphens in third and fourth place are what these are reserved for: names in other
/// scripts (RFC 5890, section 2.3.1), which decode to something that encodes to them again.
fn is_international(host: &str) -> bool {
    let mut reserved = host.split('.').filter(|label| label.get(2..4) == Some("--")).peekable();
    if reserved.peek().is_none() {
        return true;
    }
    // The parser is that of URLs, and knows those labels.
    let is_itself = || matches!(Host::parse(host), Ok(Host::Domain(domain)) if domain == host);
    reserved.all(|label| label.starts_with("xn--")) && is_itself()
}

/// Whether names are registered under this one by everybody, so that nobody controls it as a whole (Baseline
/// Requirements, 3.2.2.6). The names under which hosting companies give out others have an owner all the same.
fn is_registry(host: &str) -> bool {
    let is_suffix = |suffix: &psl::Suffix<'_>| suffix.is_known() && suffix.as_bytes() == host.as_bytes();
    psl::suffix(host.as_bytes())
        .filter(is_suffix)
        .is_some_and(|suffix| suffix.typ() != Some(psl::Type::Private))
}

/// Whether the address belongs to no one in particular: to every private network, or to none (RFC 6890).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            let local = v4.is_private() || v4.is_loopback() || v4.is_link_local();
            local || shared || v4.is_unspecified() || v4.is_broadcast() || v4.is_multicast()
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(IpAddr::V4(v4)),
            None => {
                let local = v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local();
                local || v6.is_unspecified() || v6.is_multicast()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_host_names_and_wildcards_in_any_case() {
        assert_eq!(CertName::parse(" Shop.Example.COM ").unwrap().as_str(), "shop.example.com");
        let wildcard = CertName::parse("*.example.com").unwrap();
        assert!(wildcard.is_wildcard());
        assert_eq!(wildcard.domain(), "example.com");
        assert!(CertName::parse("xn--wgv71a.example").is_ok());
        assert!(CertName::parse("*.XN--w-uga1v8h.a--b.pl").is_ok());
        assert!(CertName::parse("bbc.co.uk").is_ok());
        // A hosting company's: it is theirs.
        assert!(CertName::parse("github.io").is_ok());
    }

    #[test]
    fn refuses_each_kind_of_nonsense_with_its_own_reason() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long = format!("{}example.com", "abcdefg.".repeat(32));
        for (text, fault) in [
            ("", NameFault::Empty),
            ("  ", NameFault::Empty),
            (long.as_str(), NameFault::TooLong),
            (long_label.as_str(), NameFault::LabelTooLong),
            ("a b.example", NameFault::Malformed),
            ("a..example", NameFault::Malformed),
            ("a.example.", NameFault::Malformed),
            ("-a.example", NameFault::Malformed),
            ("_dmarc.example", NameFault::Malformed),
            ("w*.example.com", NameFault::Malformed),
            ("*.*.example.com", NameFault::Malformed),
            ("żółw.example", NameFault::Malformed),
            ("http://a.example", NameFault::Malformed),
            ("a.123", NameFault::Malformed),
            ("ab--c.example", NameFault::Malformed),
            ("*.shop.ab--c.example", NameFault::Malformed),
            ("xn--99999999.example", NameFault::Malformed),
            ("xn--abc-.example", NameFault::Malformed),
            ("xn--a.example", NameFault::Malformed),
            ("10.0.0.1", NameFault::PrivateAddress),
            ("100.64.0.1", NameFault::PrivateAddress),
            ("100.128.0.1", NameFault::PublicAddress),
            ("192.0.2.1", NameFault::PublicAddress),
            ("::1", NameFault::PrivateAddress),
            ("::ffff:192.168.1.1", NameFault::PrivateAddress),
            ("2001:db8::1", NameFault::PublicAddress),
            ("com", NameFault::PublicSuffix),
            ("*.com", NameFault::PublicSuffix),
            ("co.uk", NameFault::PublicSuffix),
            ("*.CO.UK", NameFault::PublicSuffix),
            ("com.pl", NameFault::PublicSuffix),
        ] {
            assert_eq!(CertName::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn knows_what_lies_below_a_domain() {
        let name = CertName::parse("a.b.example.com").unwrap();
        assert!(name.is_at_or_below("a.b.example.com") && name.is_at_or_below("example.com"));
        assert!(!name.is_at_or_below("ample.com") && !name.is_at_or_below("x.a.b.example.com"));
        assert!(CertName::parse("*.example.com").unwrap().is_at_or_below("example.com"));
    }

    #[test]
    fn pairs_a_name_with_its_www_form() {
        assert_eq!(CertName::parse("example.com").unwrap().www_counterpart(), "www.example.com");
        assert_eq!(CertName::parse("www.example.com").unwrap().www_counterpart(), "example.com");
    }
}
