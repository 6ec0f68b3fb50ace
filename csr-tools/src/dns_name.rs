//! DNS names as certificates hold them.

/// Why a text cannot stand as a DNS name in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DnsNameProblem {
    /// A letter beyond ASCII.
    #[error("an internationalized name must be given in its A-label form (xn--…)")]
    NotAscii,
    /// No name at all.
    #[error("it is empty")]
    Empty,
    /// More than 253 characters.
    #[error("it is longer than {LONGEST_NAME} characters")]
    TooLong,
    /// Nothing before, after or between dots.
    #[error("a label is empty")]
    EmptyLabel,
    /// More than 63 characters in a label.
    #[error("a label is longer than {LONGEST_LABEL} characters")]
    LongLabel,
    /// A character that host names do not have.
    #[error("only letters, digits and hyphens may stand between the dots")]
    ForbiddenCharacter,
    /// A hyphen at an end of a label.
    #[error("a label starts or ends with a hyphen")]
    HyphenAtEdge,
    /// An asterisk other than as the whole left-most label, or with nothing after it.
    #[error("a wildcard must be the whole left-most label, as in *.example.com")]
    MisplacedWildcard,
    /// Numbers only, as an IP address.
    #[error("it is an IP address, or ends like one")]
    IpAddress,
}

/// RFC 1035 §2.3.4, counted without the trailing dot.
const LONGEST_NAME: usize = 253;
/// RFC 1035 §2.3.4.
const LONGEST_LABEL: usize = 63;

/// Checks a name for a request and lower-cases it: a host name (RFC 5280 §4.2.1.6 by RFC 1034 §3.5 and RFC
/// 1123 §2.1), whose left-most label may be a wildcard.
///
/// This is syntax alone. Which names a product allows, and which nobody may have, are rules of their own.
pub(crate) fn normalize(name: &str) -> Result<String, DnsNameProblem> {
    if !name.is_ascii() {
        return Err(DnsNameProblem::NotAscii);
    }
    if name.is_empty() {
        return Err(DnsNameProblem::Empty);
    }
    if name.len() > LONGEST_NAME {
        return Err(DnsNameProblem::TooLong);
    }
    let host = name.strip_prefix("*.").unwrap_or(name);
    for label in host.split('.') {
        check_label(label)?;
    }
    let last = host.rsplit('.').next().unwrap_or(host);
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DnsNameProblem::IpAddress);
    }
    Ok(name.to_ascii_lowercase())
}

fn check_label(label: &str) -> Result<(), DnsNameProblem> {
    if label.is_empty() {
        Err(DnsNameProblem::EmptyLabel)
    } else if label.len() > LONGEST_LABEL {
        Err(DnsNameProblem::LongLabel)
    } else if label.contains('*') {
        Err(DnsNameProblem::MisplacedWildcard)
    } else if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        Err(DnsNameProblem::ForbiddenCharacter)
    } else if label.starts_with('-') || label.ends_with('-') {
        Err(DnsNameProblem::HyphenAtEdge)
    } else {
        Ok(())
    }
}

/// Whether a name presented in a certificate, in lower case, covers this host name (RFC 9525 §6.3): equal, or
/// equal but for the left-most label where the certificate has `*`.
pub(crate) fn covers(presented: &str, name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    if presented.eq_ignore_ascii_case(name) {
        return true;
    }
    match (presented.split_once('.'), name.split_once('.')) {
        (Some(("*", parent)), Some((label, rest))) => !label.is_empty() && parent.eq_ignore_ascii_case(rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_host_names_and_wildcards_in_lower_case() {
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        for name in ["example.com", "*.example.com", "xn--w-uga1v8h.pl", "a-1.0.b", "localhost", &longest] {
            assert_eq!(normalize(name).as_deref(), Ok(name));
        }
        assert_eq!(normalize("WWW.Example.COM").as_deref(), Ok("www.example.com"));
    }

    #[test]
    fn refuses_other_names_and_says_why() {
        use DnsNameProblem as P;
        let long_label = "a".repeat(64);
        let long_name = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(62));
        for (name, problem) in [
            ("żółw.pl", P::NotAscii),
            (&long_name, P::TooLong),
            ("", P::Empty),
            ("example.com.", P::EmptyLabel),
            (".example.com", P::EmptyLabel),
            ("a..b", P::EmptyLabel),
            (&long_label, P::LongLabel),
            ("a b.example.com", P::ForbiddenCharacter),
            ("a_b.example.com", P::ForbiddenCharacter),
            ("https://example.com/", P::ForbiddenCharacter),
            ("-a.example.com", P::HyphenAtEdge),
            ("a-.example.com", P::HyphenAtEdge),
            ("*", P::MisplacedWildcard),
            ("*.*.example.com", P::MisplacedWildcard),
            ("w*.example.com", P::MisplacedWildcard),
            ("www.*.example.com", P::MisplacedWildcard),
            ("192.0.2.1", P::IpAddress),
        ] {
            assert_eq!(normalize(name), Err(problem), "{name}");
        }
    }

    #[test]
    fn a_wildcard_covers_one_label_and_no_more() {
        assert!(covers("*.example.com", "shop.example.com"));
        assert!(covers("*.example.com", "SHOP.EXAMPLE.COM."));
        assert!(covers("*.example.com", "*.example.com"));
        for name in ["example.com", "a.b.example.com", ".example.com", "shop.example.org", "com", ""] {
            assert!(!covers("*.example.com", name), "{name}");
        }
    }

    #[test]
    fn a_name_without_a_wildcard_covers_itself() {
        assert!(covers("shop.example.com", "shop.example.com"));
        assert!(!covers("shop.example.com", "www.example.com"));
        assert!(!covers("shop.example.com", "*.example.com"));
        assert!(!covers("s*.example.com", "shop.example.com"));
    }
}
