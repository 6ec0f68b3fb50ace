//! Whether the domain's owner lets Certum issue (RFC 8659, RFC 8657).

use cert_domain::VerificationMethod;

use super::lookups::{CaaRecord, ProofLookups};
use super::problem::{Problem, shown, some_shown};

/// The names under which Certum may be allowed.
const CERTUM: [&str; 2] = ["certum.pl", "certum.eu"];

/// The properties that don't forbid by being critical.
const KNOWN_TAGS: [&str; 4] = ["issue", "issuewild", "issuemail", "iodef"];

/// What is to be issued, and how.
#[derive(Clone, Copy)]
pub(super) struct Intent<'a> {
    pub(super) is_wildcard: bool,
    pub(super) method: &'a VerificationMethod,
    /// The reseller's account as a URI, if it is known.
    pub(super) account: Option<&'a str>,
}

/// Reads the nearest records up the tree.
pub(super) async fn check(
    lookups: &dyn ProofLookups,
    domain: &str,
    intent: Intent<'_>,
) -> Result<(), Problem> {
    let mut at = domain;
    loop {
        let records = lookups
            .caa(at)
            .await
            .map_err(|error| Problem::CaaUnanswered { at: at.to_owned(), reason: error.to_string() })?
            .records();
        if !records.is_empty() {
            return judge(at, &records, intent);
        }
        match at.split_once('.') {
            Some((_, parent)) => at = parent,
            None => return Ok(()),
        }
    }
}

fn judge(at: &str, records: &[CaaRecord], intent: Intent<'_>) -> Result<(), Problem> {
    let is = |record: &CaaRecord, tag: &str| record.tag.eq_ignore_ascii_case(tag);
    let is_known = |record: &CaaRecord| KNOWN_TAGS.iter().any(|tag| is(record, tag));
    if let Some(unknown) = records.iter().find(|record| record.critical && !is_known(record)) {
        return Err(Problem::CaaCritical { at: at.to_owned(), tag: shown(unknown.tag.as_bytes()) });
    }
    let is_wildcard_rule = intent.is_wildcard && records.iter().any(|record| is(record, "issuewild"));
    let tag = if is_wildcard_rule { "issuewild" } else { "issue" };
    let mut governing = records.iter().filter(|record| is(record, tag)).peekable();
    if governing.peek().is_none() {
        return Ok(());
    }
    let grants: Vec<Grant<'_>> = governing.filter_map(|record| Grant::read(&record.value)).collect();
    // One that lets us is enough. Of those that name us and don't, the first says why.
    let mut refusal = None;
    for grant in grants.iter().filter(|grant| grant.names_certum()) {
        match grant.check(at, intent) {
            Ok(()) => return Ok(()),
            Err(problem) => refusal = refusal.or(Some(problem)),
        }
    }
    Err(refusal.unwrap_or_else(|| {
        let issuers: Vec<&str> =
            grants.iter().map(|grant| grant.issuer).filter(|name| !name.is_empty()).collect();
        Problem::CaaForbids { at: at.to_owned(), is_wildcard_rule, allowed: some_shown(&issuers) }
    }))
}

/// The value of `issue` or `issuewild` (RFC 8659, section 4.2).
struct Grant<'a> {
    issuer: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Grant<'a> {
    /// `None` for what doesn't follow the grammar: it lets nobody issue.
    fn read(value: &'a [u8]) -> Option<Self> {
        const BLANK: [char; 2] = [' ', '\t'];
        let value = std::str::from_utf8(value).ok()?;
        let (issuer, rest) = value.split_once(';').unwrap_or((value, ""));
        let mut parameters = Vec::new();
        if !rest.trim_matches(BLANK).is_empty() {
            for parameter in rest.split(';') {
                let (name, value) = parameter.trim_matches(BLANK).split_once('=')?;
                let is_name = !name.is_empty()
                    && !name.starts_with('-')
                    && !name.ends_with('-')
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                if !is_name || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return None;
                }
                parameters.push((name, value));
            }
        }
        Some(Self { issuer: issuer.trim_matches(BLANK), parameters })
    }

    fn names_certum(&self) -> bool {
        CERTUM.iter().any(|name| self.issuer.eq_ignore_ascii_case(name))
    }

    fn check(&self, at: &str, intent: Intent<'_>) -> Result<(), Problem> {
        if let Some(methods) = self.parameter(at, "validationmethods")? {
            let labels = labels(intent.method);
            let is_ours = |method: &str| labels.iter().any(|label| label.eq_ignore_ascii_case(method));
            if !methods.split(',').any(is_ours) {
                return Err(Problem::CaaMethod { at: at.to_owned(), allowed: shown(methods.as_bytes()) });
            }
        }
        match self.parameter(at, "accounturi")? {
            Some(account) if Some(account) != intent.account => {
                Err(Problem::CaaAccount { at: at.to_owned(), account: shown(account.as_bytes()) })
            }
            _ => Ok(()),
        }
    }

    /// A parameter that nothing satisfies if it is there twice (RFC 8657, sections 3 and 4).
    fn parameter(&self, at: &str, name: &'static str) -> Result<Option<&'a str>, Problem> {
        let mut found = self.parameters.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(Problem::CaaTwice { at: at.to_owned(), parameter: name }),
            (found, _) => Ok(found.map(|(_, value)| *value)),
        }
    }
}

/// What `validationmethods` calls a method: ACME's word where there is one like it (RFC 8657, section 4), and its
/// number in the Baseline Requirements (ballot SC-098). Certum's own words are not known.
fn labels(method: &VerificationMethod) -> &'static [&'static str] {
    match method {
        VerificationMethod::File => &["http-01", "ca-tbr-18"],
        VerificationMethod::Email(_) => &["ca-tbr-4"],
        _ => &["dns-01", "ca-tbr-7"],
    }
}
