//! Where names break the rules of a product or an offer.

use super::{NameEntry, NameLimits, NameSet};
use crate::name::entry;
use crate::{DnsName, Finding, Findings, NameRule, Problem};

/// Where names break the limits.
pub(super) fn broken(names: &[DnsName], limits: NameLimits) -> Findings {
    let mut findings: Findings = match limits.rule {
        NameRule::None => names.iter().map(|name| entry(Problem::NoDomainNames, name.as_str())).collect(),
        NameRule::Single => single(names),
        NameRule::Wildcard => wildcard(names),
        NameRule::Multi { limit } => multi(names, limit.map(usize::from)),
    };
    if let Some(limit) = limits.domains {
        let count = domains(names);
        if count > limit {
            findings.push(Finding::new(1107, NameSet::FIELD, Problem::TooManyDomains { count, limit }));
        }
    }
    findings
}

/// How many domains there are, where a name and its `www.` form are one.
fn domains(names: &[DnsName]) -> usize {
    let is_www_of_another = |name: &&DnsName| {
        let without = name.as_str().strip_prefix("www.");
        without.is_some_and(|without| names.iter().any(|other| other.as_str() == without))
    };
    names.len() - names.iter().filter(is_www_of_another).count()
}

fn single(names: &[DnsName]) -> Findings {
    let first = names.iter().find(|name| !name.is_wildcard());
    let problem = |name: &DnsName| {
        let surplus = first.is_some_and(|first| first != name && first.www_twin() != name.as_str());
        match (name.is_wildcard(), surplus) {
            (true, _) => Some(Problem::NoWildcard),
            (false, true) => Some(Problem::OneName),
            (false, false) => None,
        }
    };
    names.iter().filter_map(|name| Some(entry(problem(name)?, name.as_str()))).collect()
}

fn wildcard(names: &[DnsName]) -> Findings {
    let first = names.iter().find(|name| name.is_wildcard());
    let problem = |name: &DnsName| match first {
        Some(first) if name == first || name.as_str() == first.base() => None,
        Some(_) if name.is_wildcard() => Some(Problem::OneWildcard),
        _ => Some(Problem::WildcardWanted),
    };
    names.iter().filter_map(|name| Some(entry(problem(name)?, name.as_str()))).collect()
}

fn multi(names: &[DnsName], limit: Option<usize>) -> Findings {
    let wildcards = names.iter().filter(|name| name.is_wildcard());
    let mut findings: Findings = wildcards.map(|name| entry(Problem::NoWildcard, name.as_str())).collect();
    if let Some(limit) = limit
        && names.len() > limit
    {
        let problem = Problem::TooManyNames { count: names.len(), limit };
        findings.push(Finding::new(1107, NameSet::FIELD, problem));
    }
    findings
}

/// What the Partner API says of a common name, besides what it says of the same name among the others.
pub(super) fn wrong_common_name(text: &str, entries: &[NameEntry], rule: NameRule) -> Option<Finding> {
    let has_wildcard = entries.iter().any(|entry| entry.name.trim().starts_with("*."));
    let (code, problem) = match text.parse::<DnsName>() {
        Err(error) => (2051, error.problem()),
        Ok(name) if name.is_wildcard() && matches!(rule, NameRule::Single | NameRule::Multi { .. }) => {
            (1116, Problem::NoWildcard)
        }
        // A wildcard that stands beside its base becomes the common name itself.
        Ok(name) if rule == NameRule::Wildcard && !name.is_wildcard() && !has_wildcard => {
            (1117, Problem::WildcardWanted)
        }
        Ok(_) => return None,
    };
    Some(Finding::new(code, "orderParameters/commonName", problem).with_value(text))
}
