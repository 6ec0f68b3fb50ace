//! IP addresses that nobody owns in public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether no public CA may certify the address: private, local or reserved, by IANA's registers of special
/// addresses (RFC 6890 and those after it).
pub(super) fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_reserved_v4(address),
        IpAddr::V6(address) => is_reserved_v6(address),
    }
}

fn is_reserved_v4(address: Ipv4Addr) -> bool {
    // Network and length of its prefix.
    const NETWORKS: &[([u8; 4], u32)] = &[
        ([0, 0, 0, 0], 8),      // this network (RFC 791)
        ([10, 0, 0, 0], 8),     // private (RFC 1918)
        ([100, 64, 0, 0], 10),  // shared behind a carrier's NAT (RFC 6598)
        ([127, 0, 0, 0], 8),    // loopback (RFC 1122)
        ([169, 254, 0, 0], 16), // link-local (RFC 3927)
        ([172, 16, 0, 0], 12),  // private
        ([192, 0, 0, 0], 24),   // protocols (RFC 6890)
        ([192, 0, 2, 0], 24),   // documentation (RFC 5737)
        ([192, 88, 99, 0], 24), // 6to4 relays, deprecated (RFC 7526)
        ([192, 168, 0, 0], 16), // private
        ([198, 18, 0, 0], 15),  // benchmarks (RFC 2544)
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4), // multicast (RFC 5771)
        ([240, 0, 0, 0], 4), // future use and broadcast (RFC 1112, RFC 919)
    ];
    let bits = address.to_bits();
    NETWORKS.iter().any(|(network, length)| {
        let mask = u32::MAX << (32 - length);
        bits & mask == Ipv4Addr::from(*network).to_bits()
    })
}

fn is_reserved_v6(address: Ipv6Addr) -> bool {
    if let Some(address) = address.to_ipv4_mapped() {
        return is_reserved_v4(address);
    }
    const NETWORKS: &[([u16; 8], u32)] = &[
        ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),  // local translation (RFC 8215)
        ([0x100, 0, 0, 0, 0, 0, 0, 0], 64),      // discard (RFC 6666)
        ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),     // protocols (RFC 2928)
        ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // documentation (RFC 3849)
        ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),     // 6to4 (RFC 3056)
        ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),     // documentation (RFC 9637)
        ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16),     // segment routing (RFC 9602)
    ];
    let within = |network: [u16; 8], length: u32| {
        let mask = u128::MAX << (128 - length);
        address.to_bits() & mask == Ipv6Addr::from(network).to_bits()
    };
    // What is not global unicast, 2000::/3 and 64:ff9b::/96, is local, multicast or not given out.
    let is_global = within([0x2000, 0, 0, 0, 0, 0, 0, 0], 3) || within([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);
    !is_global || NETWORKS.iter().any(|(network, length)| within(*network, *length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(address: &str) -> bool {
        is_reserved(address.parse().unwrap())
    }

    #[test]
    fn tells_public_addresses_from_others() {
        for address in [
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.1.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "2002:a00:1::",
        ] {
            assert!(reserved(address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "2a00:1450::1",
            "2001:200::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(!reserved(address), "{address}");
        }
    }
}
