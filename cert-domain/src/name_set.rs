//! The names of one certificate.

use serde::{Deserialize, Serialize};

use crate::{DnsName, Finding, Findings, NameRule};

/// The names of one certificate: the common name first, each once.
///
/// The common name always stands among the alternative names too, as the Partner API (code 1045) and the
/// Baseline Requirements (7.1.2.7.12) demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DnsName>", into = "Vec<DnsName>")]
pub struct NameSet(Vec<DnsName>);

impl NameSet {
    const FIELD: &'static str = "SANEntries";
    /// The most names that are looked at. No product takes as many.
    const MAX_NAMES: usize = 1000;
    /// The longest common name a subject can hold (RFC 5280, ub-common-name).
    const MAX_COMMON_NAME: usize = 64;

    /// The names of a form, held against the product's rule. The first is the common name, or a wildcard product's
    /// wildcard wherever it stands (code 1117); what stands twice counts once.
    ///
    /// # Errors
    /// Everything that is wrong with the names.
    pub fn check<T: AsRef<str>>(names: &[T], rule: NameRule) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let mut set: Vec<DnsName> = Vec::new();
        if names.len() > Self::MAX_NAMES {
            let problem = format!("{} names are more than {}", names.len(), Self::MAX_NAMES);
            return Err(Finding::new(1107, Self::FIELD, problem).into());
        }
        for text in names.iter().map(AsRef::as_ref) {
            let parsed = text.parse::<DnsName>().map_err(|error| error.finding(text));
            if let Some(name) = findings.keep(parsed)
                && !set.contains(&name)
            {
                set.push(name);
            }
        }
        if names.is_empty() {
            findings.push(Finding::new(1007, Self::FIELD, "no names are given"));
        }
        if rule == NameRule::Wildcard {
            set.sort_by_key(|name| !name.is_wildcard());
        }
        findings.extend(broken_rules(&set, rule));
        if let Some(common_name) = set.first()
            && common_name.as_str().len() > Self::MAX_COMMON_NAME
        {
            let problem = "is longer than 64 characters: put a shorter name first";
            findings.push(
                Finding::new(1101, "orderParameters/commonName", problem).with_value(common_name.as_str()),
            );
        }
        if findings.is_empty() { Ok(Self(set)) } else { Err(findings) }
    }

    /// The subject's common name.
    #[must_use]
    pub fn common_name(&self) -> &DnsName {
        // Every way to a set refuses an empty one.
        &self.0[0]
    }

    /// All names, the common name first.
    #[must_use]
    pub fn as_slice(&self) -> &[DnsName] {
        &self.0
    }

    /// The names of this set that are not among `others`.
    #[must_use]
    pub fn missing_from<T: AsRef<str>>(&self, others: &[T]) -> Vec<&DnsName> {
        let among =
            |name: &DnsName| others.iter().any(|other| name.as_str().eq_ignore_ascii_case(other.as_ref()));
        self.0.iter().filter(|name| !among(name)).collect()
    }

    /// Whether a name belongs to the set: one of its names, the `www.` form of one or the name that it is the
    /// `www.` form of, or a wildcard's base. A CA may put these into a certificate unasked.
    #[must_use]
    pub fn implies(&self, name: &str) -> bool {
        self.0.iter().any(|ours| {
            let twin = !ours.is_wildcard() && name.eq_ignore_ascii_case(&ours.www_twin());
            twin || name.eq_ignore_ascii_case(ours.as_str()) || name.eq_ignore_ascii_case(ours.base())
        })
    }

    /// The names whose proof covers all others: those that lie within no other.
    pub(crate) fn topmost(&self) -> impl Iterator<Item = &DnsName> {
        self.0.iter().enumerate().filter_map(|(at, name)| {
            let covered = self.0.iter().enumerate().any(|(other_at, other)| {
                let same_base = name.base() == other.base();
                at != other_at && name.lies_within(other) && (!same_base || other_at < at)
            });
            (!covered).then_some(name)
        })
    }
}

impl TryFrom<Vec<DnsName>> for NameSet {
    type Error = &'static str;

    fn try_from(names: Vec<DnsName>) -> Result<Self, Self::Error> {
        if names.is_empty() { Err("a set of names holds at least one") } else { Ok(Self(names)) }
    }
}

impl From<NameSet> for Vec<DnsName> {
    fn from(set: NameSet) -> Self {
        set.0
    }
}

/// Where names break the product's rule.
fn broken_rules(names: &[DnsName], rule: NameRule) -> Findings {
    let entry = |code, name: &DnsName, problem| {
        Finding::new(code, "SANEntries/SANEntry/DNSName", problem).with_value(name.as_str())
    };
    match rule {
        NameRule::None => {
            names.iter().map(|name| entry(2163, name, "the product takes no domain names")).collect()
        }
        NameRule::Single => {
            let first = names.iter().find(|name| !name.is_wildcard());
            let wildcard = |name: &DnsName| entry(1115, name, "the product takes no wildcard");
            let surplus = |name: &DnsName| {
                entry(1107, name, "the product takes one name, with or without its www form")
            };
            let problem = |name: &DnsName| {
                if name.is_wildcard() {
                    Some(wildcard(name))
                } else if first.is_some_and(|first| first != name && first.www_twin() != name.as_str()) {
                    Some(surplus(name))
                } else {
                    None
                }
            };
            names.iter().filter_map(problem).collect()
        }
        NameRule::Wildcard => {
            let first = names.iter().find(|name| name.is_wildcard());
            let problem = |name: &DnsName| match first {
                Some(first) if name == first || name.as_str() == first.base() => None,
                Some(_) if name.is_wildcard() => Some(entry(1046, name, "the product takes one wildcard")),
                _ => Some(entry(1118, name, "the product demands a wildcard, such as *.example.com")),
            };
            names.iter().filter_map(problem).collect()
        }
        NameRule::Multi { limit } => {
            let mut findings: Findings = names
                .iter()
                .filter(|name| name.is_wildcard())
                .map(|name| entry(1115, name, "the product takes no wildcard"))
                .collect();
            if let Some(limit) = limit.map(usize::from)
                && names.len() > limit
            {
                let problem = format!("{} names are more than the product's {limit}", names.len());
                findings.push(Finding::new(1107, NameSet::FIELD, problem));
            }
            findings
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(names: &[&str], rule: NameRule) -> Vec<u32> {
        match NameSet::check(names, rule) {
            Ok(_) => Vec::new(),
            Err(findings) => findings.as_slice().iter().map(|finding| finding.code).collect(),
        }
    }

    const MULTI: NameRule = NameRule::Multi { limit: Some(2) };

    #[test]
    fn takes_what_the_product_takes() {
        assert_eq!(codes(&["example.com"], NameRule::Single), [0u32; 0]);
        assert_eq!(codes(&["example.com", "www.example.com"], NameRule::Single), [0u32; 0]);
        assert_eq!(codes(&["www.example.com", "example.com"], NameRule::Single), [0u32; 0]);
        assert_eq!(codes(&["*.example.com"], NameRule::Wildcard), [0u32; 0]);
        assert_eq!(codes(&["example.com", "*.example.com"], NameRule::Wildcard), [0u32; 0]);
        assert_eq!(codes(&["a.example.com", "b.example.org", "A.example.com"], MULTI), [0u32; 0]);
    }

    #[test]
    fn refuses_what_the_product_does_not_take() {
        assert_eq!(codes(&[], NameRule::Single), [1007]);
        assert_eq!(codes(&["example.com", "shop.example.com"], NameRule::Single), [1107]);
        assert_eq!(codes(&["*.example.com"], NameRule::Single), [1115]);
        assert_eq!(codes(&["example.com"], NameRule::Wildcard), [1118]);
        assert_eq!(codes(&["*.example.com", "*.example.org"], NameRule::Wildcard), [1046]);
        assert_eq!(codes(&["*.example.com", "www.example.com"], NameRule::Wildcard), [1118]);
        assert_eq!(codes(&["*.example.com", "a.example.com"], MULTI), [1115]);
        assert_eq!(codes(&["a.example.com", "b.example.com", "c.example.com"], MULTI), [1107]);
        assert_eq!(codes(&["example.com"], NameRule::None), [2163]);
        assert_eq!(codes(&[&format!("{}.example.com", "a".repeat(60))], NameRule::Single), [1101]);
    }

    #[test]
    fn makes_the_wildcard_the_common_name_wherever_it_stands() {
        let set = NameSet::check(&["example.com", "*.example.com"], NameRule::Wildcard).unwrap();
        assert_eq!(set.common_name().as_str(), "*.example.com");
    }

    #[test]
    fn looks_at_no_more_names_than_anybody_can_order() {
        let names: Vec<_> = (0..=NameSet::MAX_NAMES).map(|number| format!("h{number}.example.com")).collect();
        let rule = NameRule::Multi { limit: None };
        assert!(NameSet::check(&names[1..], rule).is_ok());
        assert_eq!(NameSet::check(&names, rule).unwrap_err().as_slice()[0].code, 1107);
    }

    #[test]
    fn reports_everything_at_once() {
        assert_eq!(
            codes(&["a b.example.com", "", "a.example.com", "*.example.com"], MULTI),
            [1008, 2095, 1115]
        );
    }

    #[test]
    fn compares_names_whatever_their_order_and_case() {
        let set = NameSet::check(&["a.example.com", "b.example.com"], MULTI).unwrap();
        assert_eq!(
            set.missing_from(&["B.example.com", "a.example.com", "c.example.com"]),
            Vec::<&DnsName>::new()
        );
        assert_eq!(set.missing_from(&["a.example.com"]), [&set.as_slice()[1]]);
    }

    #[test]
    fn implies_what_a_ca_may_add_and_nothing_else() {
        let single = NameSet::check(&["www.example.com"], NameRule::Single).unwrap();
        assert!(single.implies("www.example.com") && single.implies("Example.com"));
        assert!(!single.implies("mail.example.com") && !single.implies("*.example.com"));
        let wildcard = NameSet::check(&["*.example.com"], NameRule::Wildcard).unwrap();
        assert!(wildcard.implies("example.com") && !wildcard.implies("www.example.com"));
    }

    #[test]
    fn finds_the_topmost_names() {
        let top = |names: &[&str]| {
            let set = NameSet::check(names, NameRule::Multi { limit: None }).unwrap();
            set.topmost().map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(top(&["www.example.com", "example.com", "example.org"]), ["example.com", "example.org"]);
        assert_eq!(top(&["a.example.com", "b.example.com"]), ["a.example.com", "b.example.com"]);
    }

    #[test]
    fn is_never_empty_even_when_read_back() {
        assert!(serde_json::from_str::<NameSet>("[]").is_err());
        assert!(serde_json::from_str::<NameSet>("[\"a.example.com\"]").is_ok());
        assert!(serde_json::from_str::<NameSet>("[\"no name\"]").is_err());
    }
}
