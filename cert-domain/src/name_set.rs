//! The names of one certificate.

mod rules;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DnsName, Finding, Findings, NameRule, Problem};

/// A line of a form for names: a name, and whether its `www.` form is wanted besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct NameEntry {
    /// The name. A line that is left blank is passed over.
    pub name: String,
    /// Whether `www.` before the name is to be protected too. It says nothing for wildcards, and for names that begin
    /// so.
    pub www: bool,
}

impl From<&str> for NameEntry {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<String> for NameEntry {
    fn from(name: String) -> Self {
        Self { name, www: false }
    }
}

/// What keeps a set of names within bounds: the product's rule, and the offer's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NameLimits {
    /// Which names the product takes.
    pub rule: NameRule,
    /// The most domains that the offer takes. A name and its `www.` form are one.
    pub domains: Option<usize>,
}

impl NameLimits {
    /// The product's rule, and a limit of the offer's.
    #[must_use]
    pub fn new(rule: NameRule, domains: Option<usize>) -> Self {
        Self { rule, domains }
    }
}

impl From<NameRule> for NameLimits {
    fn from(rule: NameRule) -> Self {
        Self::new(rule, None)
    }
}

/// The names of one certificate: the common name first, each once.
///
/// The common name always stands among the alternative names too, as the Partner API (code 1045) and the
/// Baseline Requirements (7.1.2.7.12) demand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DnsName>", into = "Vec<DnsName>")]
pub struct NameSet(Arc<[DnsName]>);

impl NameSet {
    const FIELD: &'static str = "SANEntries";
    /// The most names that are looked at. No product takes as many.
    const MAX_NAMES: usize = 1000;
    /// The longest common name a subject can hold (RFC 5280, ub-common-name).
    pub(crate) const MAX_COMMON_NAME: usize = 64;

    /// The names of a list, held against the product's rule. The first is the common name, or a wildcard product's
    /// wildcard wherever it stands (code 1117); what stands twice counts once.
    ///
    /// # Errors
    /// Everything that is wrong with the names.
    pub fn check<T: AsRef<str>>(names: &[T], limits: impl Into<NameLimits>) -> Result<Self, Findings> {
        let limits = limits.into();
        let mut findings = Findings::new();
        let mut set: Vec<DnsName> = Vec::new();
        if names.len() > Self::MAX_NAMES {
            let problem = Problem::TooManyNames { count: names.len(), limit: Self::MAX_NAMES };
            return Err(Finding::new(1107, Self::FIELD, problem).into());
        }
        for text in names.iter().map(AsRef::as_ref) {
            let parsed = text.parse::<DnsName>().map_err(|error| error.finding(text));
            let public = parsed.and_then(|name| {
                name.check_public().map_err(|problem| crate::name::entry(problem, text)).map(|()| name)
            });
            if let Some(name) = findings.keep(public)
                && !set.contains(&name)
            {
                set.push(name);
            }
        }
        if names.is_empty() {
            findings.push(Finding::new(1007, Self::FIELD, Problem::NoNames));
        }
        if limits.rule == NameRule::Wildcard {
            set.sort_by_key(|name| !name.is_wildcard());
        }
        findings.extend(rules::broken(&set, limits));
        if let Some(common_name) = set.first()
            && common_name.as_str().len() > Self::MAX_COMMON_NAME
        {
            let problem = Problem::CommonNameTooLong { limit: Self::MAX_COMMON_NAME };
            let finding = Finding::new(1101, "orderParameters/commonName", problem);
            findings.push(finding.with_value(common_name.as_str()));
        }
        if findings.is_empty() { Ok(Self(set.into())) } else { Err(findings) }
    }

    /// The names of a form: the common name, if it says one, then its lines, each with its `www.` form if that is
    /// wanted.
    ///
    /// # Errors
    /// Everything that is wrong with the names.
    pub fn from_form(
        common_name: &str,
        entries: &[NameEntry],
        limits: impl Into<NameLimits>,
    ) -> Result<Self, Findings> {
        let limits = limits.into();
        let mut findings = Findings::new();
        let common_name = common_name.trim();
        let mut names: Vec<String> = Vec::new();
        if !common_name.is_empty() {
            names.push(common_name.to_owned());
            findings.extend(rules::wrong_common_name(common_name, entries, limits.rule));
        }
        for entry in entries.iter().filter(|entry| !entry.name.trim().is_empty()) {
            let name = entry.name.trim();
            names.push(name.to_owned());
            if let (true, Ok(parsed)) = (entry.www, name.parse::<DnsName>()) {
                names.extend(parsed.with_www());
            }
        }
        match Self::check(&names, limits) {
            Ok(set) if findings.is_empty() => Ok(set),
            Ok(_) => Err(findings),
            Err(found) => {
                findings.extend(found);
                Err(findings)
            }
        }
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

    /// Whether the name itself is in the set.
    #[must_use]
    pub fn contains(&self, name: &DnsName) -> bool {
        self.0.contains(name)
    }

    /// Those of the names that are of interest, in their order. `None` if none is.
    #[must_use]
    pub fn filter(&self, is_wanted: impl Fn(&DnsName) -> bool) -> Option<Self> {
        let names: Arc<[DnsName]> = self.0.iter().filter(|name| is_wanted(name)).cloned().collect();
        (!names.is_empty()).then_some(Self(names))
    }

    /// How the set becomes another one.
    #[must_use]
    pub fn change_to(&self, other: &Self) -> NameChange {
        let (kept, added) = other.0.iter().cloned().partition(|name| self.contains(name));
        let removed = self.0.iter().filter(|name| !other.contains(name)).cloned().collect();
        NameChange { added, removed, kept }
    }

    /// The set with more names behind its own. What is in it already is a finding (code 2130).
    ///
    /// # Errors
    /// Everything that is wrong with the names, or with the set that would come of them.
    pub fn with_added<T: AsRef<str>>(
        &self,
        added: &[T],
        limits: impl Into<NameLimits>,
    ) -> Result<Self, Findings> {
        let is_in = |name: &&T| name.as_ref().parse().is_ok_and(|name: DnsName| self.contains(&name));
        let mut findings: Findings = added
            .iter()
            .filter(is_in)
            .map(|name| crate::name::entry(Problem::NameAlreadyIn, name.as_ref()))
            .collect();
        let own = self.0.iter().map(DnsName::as_str);
        let all: Vec<&str> = own.chain(added.iter().map(AsRef::as_ref)).collect();
        let set = findings.keep_all(Self::check(&all, limits));
        set.filter(|_| findings.is_empty()).ok_or(findings)
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
        if names.is_empty() { Err("a set of names holds at least one") } else { Ok(Self(names.into())) }
    }
}

impl From<NameSet> for Vec<DnsName> {
    fn from(set: NameSet) -> Self {
        set.0.to_vec()
    }
}

/// What changes between two sets of names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NameChange {
    /// Names of the second set that are not in the first: they need a proof.
    pub added: Vec<DnsName>,
    /// Names of the first set that are not in the second.
    pub removed: Vec<DnsName>,
    /// Names of both.
    pub kept: Vec<DnsName>,
}

impl NameChange {
    /// Whether the sets have the same names, in whatever order.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

#[cfg(test)]
mod tests;
