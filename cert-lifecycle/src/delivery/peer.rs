//! What is said about peers, and what is asked of them.

use std::net::IpAddr;

/// The longest quotation of what a peer has said.
const MAX_QUOTE: usize = 200;

/// Whether a host is this machine, which is reached without a network to protect from.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What a peer has said, in one line of a sane length.
pub(super) fn quote(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_QUOTE).collect();
    line.trim().to_owned()
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

    #[test]
    fn quotes_one_short_line() {
        assert_eq!(quote("no\r\nsuch user\n"), "no  such user");
        assert_eq!(quote(&"ż".repeat(900)).chars().count(), MAX_QUOTE);
    }
}
