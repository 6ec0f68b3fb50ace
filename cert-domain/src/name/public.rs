//! Names and addresses that nobody owns in public, so that no public CA may certify them (Baseline Requirements, 4.2.2
//! and 7.1.4.2.1).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::DnsName;
use crate::Problem;

/// Endings that are reserved for other uses than the public DNS, or that private networks use so much that they will
/// never be given out. The names for examples (`example.com`, RFC 6761) are not among them: they are what people try
/// things out with.
const RESERVED: &[&str] = &[
    "test",        // RFC 6761
    "example",     // RFC 6761
    "invalid",     // RFC 6761
    "localhost",   // RFC 6761
    "local",       // RFC 6762
    "onion",       // RFC 7686: has certificates, but by rules of its own
    "alt",         // RFC 9476
    "home.arpa",   // RFC 8375
    "internal",    // ICANN, 2024-07-29
    "corp",        // ICANN, 2018-02-04
    "home",        // ICANN, 2018-02-04
    "mail",        // ICANN, 2018-02-04
    "lan",         // RFC 6762, appendix G
    "intranet",    // RFC 6762, appendix G
    "private",     // RFC 6762, appendix G
    "localdomain", // what systems call themselves
    "in-addr.arpa",
    "ip6.arpa",
];

impl DnsName {
    /// Whether somebody can own the name in public.
    pub(crate) fn check_public(&self) -> Result<(), Problem> {
        let base = self.base();
        let ends_in = |ending: &&str| {
            base.strip_suffix(*ending).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        if RESERVED.iter().any(ends_in) {
            return Err(Problem::ReservedName);
        }
        // Hosting services list the endings of their customers' domains too. Those they may certify themselves.
        let is_suffix = psl::suffix(base.as_bytes()).is_some_and(|suffix| {
            suffix.is_known() && suffix == base && suffix.typ() == Some(psl::Type::Icann)
        });
        if is_suffix { Err(Problem::PublicSuffix) } else { Ok(()) }
    }

    /// Whether the name ends in a top-level domain that is known. If not, it is mistyped, or newer than the list.
    #[must_use]
    pub fn has_known_ending(&self) -> bool {
        psl::suffix(self.base().as_bytes()).is_some_and(|suffix| suffix.is_known())
    }

    /// The domain that was registered for the name, such as `example.com` for `www.shop.example.com`.
    #[must_use]
    pub fn registrable(&self) -> Option<&str> {
        psl::domain_str(self.base())
    }
}

/// What is wrong with an address where a name should stand.
pub(super) fn problem_of_address(address: IpAddr) -> Problem {
    let is_public = match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    };
    if is_public { Problem::Address } else { Problem::PrivateAddress }
}

/// IANA's register of special IPv4 addresses (RFC 6890).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_broadcast()
        || matches!(
            (a, b, c),
            (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _)
        )
        || a >= 224;
    !special
}

/// Only 2000::/3 is given out, and some of that for special purposes (RFC 6890, RFC 3849, RFC 9637).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = matches!((a, b), (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff));
    (0x2000..0x4000).contains(&a) && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), Problem> {
        text.parse::<DnsName>().unwrap().check_public()
    }

    #[test]
    fn refuses_endings_that_nobody_owns() {
        for name in ["shop.test", "nas.local", "a.b.corp", "x.home.arpa", "host.internal", "1.2.in-addr.arpa"]
        {
            assert_eq!(check(name), Err(Problem::ReservedName), "{name}");
        }
        for name in ["co.uk", "*.co.uk", "com.pl", "*.waw.pl"] {
            assert_eq!(check(name), Err(Problem::PublicSuffix), "{name}");
        }
        for name in ["shop.example.com", "testing.pl", "local.pl", "latest.pl", "github.io", "shop.co.uk"] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn tells_private_addresses_from_public_ones() {
        for address in [
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "127.0.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "169.254.1.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "fd00::1",
            "2001:db8::1",
        ] {
            assert_eq!(problem_of_address(address.parse().unwrap()), Problem::PrivateAddress, "{address}");
        }
        for address in ["1.1.1.1", "172.32.0.1", "2a00:1450::1", "::ffff:1.1.1.1"] {
            assert_eq!(problem_of_address(address.parse().unwrap()), Problem::Address, "{address}");
        }
    }

    #[test]
    fn knows_where_a_domain_was_registered() {
        let name = |text: &str| text.parse::<DnsName>().unwrap();
        assert_eq!(name("*.a.shop.co.uk").registrable(), Some("shop.co.uk"));
        assert!(name("shop.example.com").has_known_ending());
        assert!(!name("shop.example.con").has_known_ending());
    }
}
