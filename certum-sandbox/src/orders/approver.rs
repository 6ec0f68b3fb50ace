//! How control of an order's names is to be proven, and by whom.

use certum_api::types::ApproverMethod;

use crate::{checks::Method, names::CertName};

/// The local parts of mailboxes that may approve a domain (Baseline Requirements, 3.2.2.4.4).
pub(crate) const MAILBOXES: [&str; 5] = ["admin", "administrator", "postmaster", "hostmaster", "webmaster"];

/// A checked `SANApprover`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approver {
    pub(crate) method: Method,
    /// Whom to write to; only with [`Method::Admin`].
    pub(crate) mailbox: Option<Mailbox>,
    /// Whether the CA tells the customer by mail what to publish.
    pub(crate) notifies: bool,
}

impl Approver {
    /// Whether the other one proves names the same way.
    pub(crate) fn is_same_way(&self, other: &Self) -> bool {
        (self.method, &self.mailbox) == (other.method, &other.mailbox)
    }
}

/// Whom to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mailbox {
    /// One address for all names.
    Exact { local: String, domain: String },
    /// This mailbox at each domain.
    Prefix(&'static str),
}

impl Mailbox {
    /// Reads a whole address; its form only.
    pub(crate) fn parse(address: &str) -> Option<Self> {
        let (local, domain) = address.trim().split_once('@')?;
        let domain = CertName::parse(domain).ok().filter(|domain| !domain.is_wildcard())?;
        let local_ok = !local.is_empty() && !local.contains(|c: char| c.is_whitespace() || c == '@');
        local_ok
            .then(|| Self::Exact { local: local.to_ascii_lowercase(), domain: domain.as_str().to_owned() })
    }

    /// Whether a click in this mailbox would prove the name.
    pub(crate) fn can_approve(&self, name: &CertName) -> bool {
        match self {
            Self::Exact { local, domain } => {
                MAILBOXES.contains(&local.as_str()) && name.is_at_or_below(domain)
            }
            Self::Prefix(_) => true,
        }
    }

    /// The addresses to write to for these names, each with the domain that it proves. A domain that lies
    /// below another needs no message of its own.
    pub(crate) fn addresses(&self, names: &[CertName]) -> Vec<(String, String)> {
        match self {
            Self::Exact { local, domain } => vec![(format!("{local}@{domain}"), domain.clone())],
            Self::Prefix(prefix) => {
                let mut domains: Vec<&str> = names.iter().map(CertName::domain).collect();
                domains.sort_unstable();
                domains.dedup();
                let has_parent = |domain: &str| {
                    domains
                        .iter()
                        .any(|other| domain.strip_suffix(other).is_some_and(|left| left.ends_with('.')))
                };
                domains
                    .iter()
                    .filter(|domain| !has_parent(domain))
                    .map(|domain| (format!("{prefix}@{domain}"), (*domain).to_owned()))
                    .collect()
            }
        }
    }
}

/// The method by the word of the Partner API, if it is one.
pub(crate) fn method_of(wire: &ApproverMethod) -> Option<Method> {
    Some(match wire {
        ApproverMethod::Dns => Method::Dns,
        ApproverMethod::DnsTxt => Method::DnsTxt,
        ApproverMethod::DnsTxtPrefix => Method::DnsTxtPrefix,
        ApproverMethod::DnsCname => Method::DnsCname,
        ApproverMethod::DnsCnamePrefix => Method::DnsCnamePrefix,
        ApproverMethod::File => Method::File,
        ApproverMethod::Admin => Method::Admin,
        _ => return None,
    })
}

/// The word of the Partner API for a method.
pub(crate) fn wire_method(method: Method) -> ApproverMethod {
    match method {
        Method::Dns => ApproverMethod::Dns,
        Method::DnsTxt => ApproverMethod::DnsTxt,
        Method::DnsTxtPrefix => ApproverMethod::DnsTxtPrefix,
        Method::DnsCname => ApproverMethod::DnsCname,
        Method::DnsCnamePrefix => ApproverMethod::DnsCnamePrefix,
        Method::File => ApproverMethod::File,
        Method::Admin => ApproverMethod::Admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<CertName> {
        names.iter().map(|name| CertName::parse(name).unwrap()).collect()
    }

    #[test]
    fn writes_once_to_each_domain_that_has_no_parent_in_the_order() {
        let ordered = names(&["example.com", "www.example.com", "*.example.com", "a.example.org"]);
        assert_eq!(
            Mailbox::Prefix("postmaster").addresses(&ordered),
            [
                ("postmaster@a.example.org".to_owned(), "a.example.org".to_owned()),
                ("postmaster@example.com".to_owned(), "example.com".to_owned()),
            ]
        );
    }

    #[test]
    fn an_address_approves_names_at_and_below_its_domain() {
        let mailbox = Mailbox::parse("Admin@Example.com").unwrap();
        assert!(mailbox.can_approve(&names(&["www.example.com"])[0]));
        assert!(!mailbox.can_approve(&names(&["example.org"])[0]));
        assert!(!Mailbox::parse("john@example.com").unwrap().can_approve(&names(&["example.com"])[0]));
        for nonsense in ["", "admin", "@example.com", "admin@", "a b@example.com", "admin@a@b.example"] {
            assert_eq!(Mailbox::parse(nonsense), None, "{nonsense}");
        }
    }
}
