//! Findings about the names of a TLS server.

mod international;

use std::collections::HashSet;
use std::net::IpAddr;

use super::{Policy, WildcardRule, address};
use crate::dns_name::{self, DnsNameProblem};
use crate::finding::{Finding, Place, Problem};
use crate::general_name::GeneralName;
use crate::request::RequestView;

pub(super) fn check(policy: &Policy, request: &RequestView<'_>, findings: &mut Vec<Finding>) {
    let common_name = request.subject().common_name().and_then(|name| name.value().ok());
    let listed: Vec<GeneralName<'_>> = request.names().collect();
    let mut hosts: Vec<String> = Vec::new();
    let mut seen = HashSet::new();

    let common_name = common_name.map(|name| name.to_lowercase());
    let is_listed = listed.iter().any(|name| common_name.as_deref().is_some_and(|host| is_host(name, host)));
    if let Some(name) = common_name.filter(|_| !is_listed) {
        check_text(policy, Place::CommonName, &name, findings);
        if !listed.is_empty() {
            findings.push(Finding::warning(Problem::CommonNameNotListed).about(name.clone()));
        }
        seen.insert(name.clone());
        hosts.push(name);
    }
    if listed.is_empty() {
        findings.push(Finding::warning(Problem::NoNames));
    }

    for name in &listed {
        let shown = name_text(name);
        if !seen.insert(shown.clone()) {
            findings.push(Finding::info(Problem::RepeatedName).about(shown));
            continue;
        }
        match name {
            GeneralName::Dns(_) => check_text(policy, Place::AlternativeNames, &shown, findings),
            GeneralName::Ip(address) => findings.extend(check_address(policy, *address)),
            _ => {
                findings.push(Finding::info(Problem::NameKind).about(name.to_string()));
                continue;
            }
        }
        hosts.push(shown);
    }
    // Where there are no alternative names, the common name is what is to change.
    let place = if listed.is_empty() { Place::CommonName } else { Place::AlternativeNames };
    check_count(policy, place, &hosts, findings);
}

fn is_host(name: &GeneralName<'_>, host: &str) -> bool {
    match name {
        GeneralName::Dns(name) => name.to_lowercase() == host,
        GeneralName::Ip(address) => host.parse() == Ok(*address),
        _ => false,
    }
}

fn name_text(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::Dns(name) => name.to_lowercase(),
        GeneralName::Ip(address) => address.to_string(),
        other => other.to_string(),
    }
}

/// How many names there are, and how many wildcards among them.
fn check_count(policy: &Policy, place: Place, hosts: &[String], findings: &mut Vec<Finding>) {
    if let Some(most) = policy.most_names.filter(|most| hosts.len() > *most) {
        findings.push(Finding::error(Problem::TooManyNames { count: hosts.len(), most }));
    }
    let wildcards = hosts.iter().filter(|host| host.starts_with("*.")).count();
    if let Some(most) = policy.most_wildcards.filter(|most| wildcards > *most) {
        findings.push(Finding::error(Problem::TooManyWildcards { count: wildcards, most }));
    }
    if policy.wildcards == WildcardRule::Demanded && wildcards == 0 {
        findings.push(Finding::error(Problem::WildcardDemanded(place)));
    }
}

fn check_address(policy: &Policy, address: IpAddr) -> Option<Finding> {
    address::is_reserved(address)
        .then(|| Finding::new(policy.reserved_names, Problem::PrivateAddress).about(address.to_string()))
}

/// A text that should be a host name.
fn check_text(policy: &Policy, place: Place, text: &str, findings: &mut Vec<Finding>) {
    if place == Place::CommonName
        && let Ok(address) = text.parse::<IpAddr>()
    {
        findings.extend(check_address(policy, address));
        return;
    }
    let name = match dns_name::normalize(text) {
        Ok(name) => name,
        Err(problem) => {
            let ascii = (problem == DnsNameProblem::NotAscii).then(|| international::ascii(text)).flatten();
            findings.push(Finding::error(Problem::NotAName { place, problem, ascii }).about(text));
            return;
        }
    };
    if name.starts_with("*.") && policy.wildcards == WildcardRule::Forbidden {
        findings.push(Finding::error(Problem::Wildcard(place)).about(text));
    }
    findings.extend(check_owner(policy, place, &name).map(|finding| finding.about(text)));
    let found = international::check(place, &name);
    findings.extend(found.into_iter().map(|finding| finding.about(text)));
}

/// Whether anybody can own the name in public.
fn check_owner(policy: &Policy, place: Place, name: &str) -> Option<Finding> {
    let base = name.strip_prefix("*.").unwrap_or(name);
    let reserved = |problem| Some(Finding::new(policy.reserved_names, problem));
    if !base.contains('.') && psl::suffix(base.as_bytes()).is_none_or(|suffix| !suffix.is_known()) {
        return reserved(Problem::InternalName(place));
    }
    let ends_in = |ending: &&str| {
        base.strip_suffix(*ending).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if INTERNAL.iter().any(ends_in) {
        return reserved(Problem::InternalName(place));
    }
    if DOCUMENTATION.iter().any(ends_in) {
        return Some(Finding::info(Problem::DocumentationName));
    }
    let suffix = psl::suffix(base.as_bytes())?;
    if !suffix.is_known() {
        return Some(Finding::warning(Problem::UnknownTopLevel));
    }
    if suffix == base {
        return Some(match suffix.typ() {
            Some(psl::Type::Private) => Finding::warning(Problem::PrivateSuffix),
            _ => Finding::error(Problem::PublicSuffix),
        });
    }
    None
}

/// Endings that are reserved for other uses than the public DNS, or that private networks use so much that
/// they will never be given out.
const INTERNAL: &[&str] = &[
    // RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, and ICANN's resolution of 2024-07-29.
    "test",
    "example",
    "invalid",
    "localhost",
    "local",
    "onion",
    "home.arpa",
    "alt",
    "internal",
    // ICANN's resolution of 2018-02-04, RFC 6762 §G.
    "home",
    "corp",
    "mail",
    "lan",
    "intranet",
    "private",
    "localdomain",
];

/// RFC 6761 §6.5: names for examples. They are a matter of information, since examples are full of them.
const DOCUMENTATION: &[&str] = &["example.com", "example.net", "example.org"];
