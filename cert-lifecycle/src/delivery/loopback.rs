//! Which hosts are reached without a network to protect from.

use std::net::IpAddr;

/// Whether a host is this machine, which is reached without a network to protect from.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_this_machine_by_its_names_and_addresses_and_no_other() {
        for ours in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(ours), "{ours}");
        }
        for other in ["localhost.example.com", "10.0.0.1", "0.0.0.0", "::", "127.0.0.1.example.com", ""] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
