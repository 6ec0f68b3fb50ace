//! The names of an order, against the rules of DNS and of the product.

use std::collections::HashSet;

use certum_api::types::SanEntry;

use super::{Findings, MOST_ITEMS, subject::MAX_COMMON_NAME, texts::is_longer};
use crate::{
    checks::Method,
    names::{CertName, NameFault},
    products::{MAX_NAMES, NamesAllowed, Product},
};

/// Reads the common name of a host. Where the CSR could not be read nobody knows whether there is one in it.
pub(super) fn read_common_name(
    text: Option<&str>,
    csr_was_read: bool,
    findings: &mut Findings,
) -> Option<CertName> {
    let Some(text) = text else {
        if csr_was_read {
            findings.add(1015);
        }
        return None;
    };
    if is_longer(text, MAX_COMMON_NAME) {
        findings.add_with(1101, text);
        return None;
    }
    CertName::parse(text).map_err(|_| findings.add_with(2051, text)).ok()
}

/// Reads the names to certify, each once, of an order that has to have some.
pub(crate) fn read_entries(
    entries: &[SanEntry],
    method: Option<Method>,
    findings: &mut Findings,
) -> Vec<CertName> {
    if entries.is_empty() {
        findings.add(1007);
    }
    read_added_entries(entries, method, findings)
}

/// Reads names, each once. There may be none. A list that is far too long is not even looked at (1107).
///
/// A public IP address is a name that the CA might certify, but nothing in the Partner API says how. By a method
/// for domains it can't be proven (2171); with a file it could be, and is refused for not being a domain name (1008).
pub(crate) fn read_added_entries(
    entries: &[SanEntry],
    method: Option<Method>,
    findings: &mut Findings,
) -> Vec<CertName> {
    if entries.len() > MOST_ITEMS {
        findings.add_with(1107, entries.len().to_string());
        return Vec::new();
    }
    let mut names = Vec::with_capacity(entries.len());
    let mut seen = HashSet::with_capacity(entries.len());
    for entry in entries {
        let text = entry.dns_name.as_str();
        match CertName::parse(text) {
            Ok(name) => {
                if seen.insert(name.clone()) {
                    names.push(name);
                }
            }
            Err(NameFault::Empty) => findings.add(2095),
            Err(fault) => findings.add_with(
                match fault {
                    NameFault::TooLong => 1085,
                    NameFault::LabelTooLong => 2088,
                    NameFault::PrivateAddress => 1148,
                    NameFault::PublicAddress if method.is_some_and(|method| method != Method::File) => 2171,
                    NameFault::PublicSuffix => 1157,
                    NameFault::Empty | NameFault::Malformed | NameFault::PublicAddress => 1008,
                },
                text,
            ),
        }
    }
    names
}

/// The names that a reissue adds: of those that the certificate has, none can be added once more.
pub(crate) fn check_added(added: &[CertName], issued: &[CertName], findings: &mut Findings) {
    for name in added.iter().filter(|name| issued.contains(name)) {
        findings.add_with(2130, name.as_str());
    }
}

/// Whether the product can hold these names. `common_name` is absent where it was faulty by itself.
pub(crate) fn check_against_product(
    product: &Product,
    common_name: Option<&CertName>,
    names: &[CertName],
    findings: &mut Findings,
) {
    if let Some(common_name) = common_name {
        match (product.names, common_name.is_wildcard()) {
            (NamesAllowed::Wildcard, false) => findings.add_with(1117, common_name.as_str()),
            (NamesAllowed::Single | NamesAllowed::Multi, true) => {
                findings.add_with(1116, common_name.as_str());
            }
            _ => {}
        }
        if !names.is_empty() && !names.contains(common_name) {
            findings.add_with(1045, common_name.as_str());
        }
    }
    let wildcards: Vec<&CertName> = names.iter().filter(|name| name.is_wildcard()).collect();
    match product.names {
        NamesAllowed::Wildcard => check_wildcard(&wildcards, names, findings),
        NamesAllowed::None => {}
        NamesAllowed::Single | NamesAllowed::Multi => {
            for name in wildcards {
                findings.add_with(1115, name.as_str());
            }
        }
    }
    match product.names {
        NamesAllowed::Multi if names.len() > MAX_NAMES => findings.add_with(1107, names.len().to_string()),
        NamesAllowed::Single => {
            let belongs = |name: &CertName| {
                name.is_wildcard()
                    || common_name.is_none_or(|own| name == own || name.as_str() == own.www_counterpart())
            };
            if let Some(excess) = names.iter().find(|name| !belongs(name)) {
                findings.add_with(1107, excess.as_str());
            }
        }
        _ => {}
    }
}

/// One wildcard, and besides it at most the name that it stands under.
fn check_wildcard(wildcards: &[&CertName], names: &[CertName], findings: &mut Findings) {
    match wildcards {
        [] => {
            if let Some(name) = names.first() {
                findings.add_with(1118, name.as_str());
            }
        }
        [wildcard] => {
            let belongs = |name: &CertName| name == *wildcard || name.as_str() == wildcard.domain();
            if let Some(excess) = names.iter().find(|name| !belongs(name)) {
                findings.add_with(1107, excess.as_str());
            }
        }
        [_, second, ..] => findings.add_with(1046, second.as_str()),
    }
}
