//! Certification authority authorization: whether the domain's owner lets this CA issue (RFC 8659), by this
//! method and for this account (RFC 8657).

use hickory_proto::rr::{RData, RecordType, rdata::CAA};

use super::{lookup::Lookups, proof::Method};

/// The names under which Certum may be allowed.
const OWN_NAMES: [&str; 2] = ["certum.pl", "certum.eu"];

/// The properties that mean something to us; `issuemail` (RFC 9495) means that it isn't about TLS. Others are
/// passed over, unless they are critical.
const KNOWN: [&str; 4] = ["issue", "issuewild", "issuemail", "iodef"];

/// What CAA is asked about.
#[derive(Clone, Copy)]
pub(super) struct Intent<'a> {
    pub(super) wildcard: bool,
    pub(super) method: Method,
    /// The account that orders, as a URI.
    pub(super) account: &'a str,
}

/// Finds the records that govern the domain, climbing the tree, and reads them. An alias is followed for the
/// records of its own name; the climb goes on from the name itself, not from the alias' target (RFC 8659,
/// section 3).
///
/// An unanswered question forbids issuing, as it must: silence is not consent.
pub(super) async fn check(lookups: &Lookups, domain: &str, intent: Intent<'_>) -> Result<(), String> {
    let mut at = domain;
    loop {
        let found = lookups.find(at, RecordType::CAA).await.map_err(|reason| format!("CAA: {reason}"))?;
        let records: Vec<CAA> = found
            .into_iter()
            .filter_map(|data| match data {
                RData::CAA(caa) => Some(caa),
                _ => None,
            })
            .collect();
        if !records.is_empty() {
            return read(&records, intent).map_err(|reason| format!("CAA at {at}: {reason}"));
        }
        match at.split_once('.') {
            Some((_, parent)) => at = parent,
            None => return Ok(()),
        }
    }
}

fn read(records: &[CAA], intent: Intent<'_>) -> Result<(), String> {
    let has_tag = |caa: &&CAA, tag: &str| caa.tag.eq_ignore_ascii_case(tag);
    if let Some(unknown) =
        records.iter().find(|caa| caa.issuer_critical && !KNOWN.iter().any(|tag| has_tag(caa, tag)))
    {
        return Err(format!("critical property {} is not understood", unknown.tag));
    }
    let with_tag =
        |tag: &'static str| records.iter().filter(move |caa| has_tag(caa, tag)).collect::<Vec<_>>();
    let mut governing = with_tag("issuewild");
    if !intent.wildcard || governing.is_empty() {
        governing = with_tag("issue");
    }
    if governing.is_empty() {
        return Ok(());
    }
    let ours = governing.iter().filter_map(|caa| Grant::parse(&caa.value)).filter(Grant::names_us);
    // One that lets us is enough; of those that don't, the first says why.
    let mut refusal = None;
    for grant in ours {
        match grant.allows(intent) {
            Ok(()) => return Ok(()),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    Err(refusal.unwrap_or_else(|| "does not allow certum.pl or certum.eu".to_owned()))
}

/// The value of an `issue` or `issuewild` property.
struct Grant<'a> {
    issuer: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Grant<'a> {
    /// By the grammar of RFC 8659, section 4.2. What doesn't follow it allows nobody.
    fn parse(value: &'a [u8]) -> Option<Self> {
        let value = std::str::from_utf8(value).ok()?;
        let (issuer, rest) = value.split_once(';').unwrap_or((value, ""));
        let mut parameters = Vec::new();
        if !trim(rest).is_empty() {
            for parameter in rest.split(';') {
                let (tag, value) = trim(parameter).split_once('=')?;
                let is_tag = |tag: &str| {
                    tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                        && !tag.is_empty()
                        && !tag.starts_with('-')
                        && !tag.ends_with('-')
                };
                if !is_tag(tag) || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return None;
                }
                parameters.push((tag, value));
            }
        }
        Some(Self { issuer: trim(issuer), parameters })
    }

    fn names_us(&self) -> bool {
        OWN_NAMES.iter().any(|own| self.issuer.eq_ignore_ascii_case(own))
    }

    /// Whether the parameters let the intent pass. Those of other CAs' making are passed over.
    fn allows(&self, intent: Intent<'_>) -> Result<(), String> {
        if let Some(methods) = self.parameter("validationmethods")? {
            let labels = labels(intent.method);
            let is_listed = |method: &str| labels.iter().any(|label| label.eq_ignore_ascii_case(method));
            if !methods.split(',').any(is_listed) {
                return Err(format!("allows {} by {methods}, not by {}", self.issuer, labels.join(" or ")));
            }
        }
        match self.parameter("accounturi")? {
            Some(account) if account != intent.account => {
                Err(format!("allows {} for the account {account}, not for {}", self.issuer, intent.account))
            }
            _ => Ok(()),
        }
    }

    /// The value of a parameter that must not be there twice (RFC 8657, sections 3 and 4).
    fn parameter(&self, tag: &str) -> Result<Option<&'a str>, String> {
        let mut found = self.parameters.iter().filter(|(found, _)| found.eq_ignore_ascii_case(tag));
        match (found.next(), found.next()) {
            (_, Some(_)) => {
                Err(format!("allows {} with two of {tag}, which nothing can satisfy", self.issuer))
            }
            (found, None) => Ok(found.map(|(_, value)| *value)),
        }
    }
}

/// The words for a method in `validationmethods`: that of ACME (RFC 8657, section 4) where ACME has one like
/// it, and the number in section 3.2.2.4 of the Baseline Requirements (ballot SC-098). Certum's own words are
/// not known.
fn labels(method: Method) -> &'static [&'static str] {
    match method {
        Method::Dns | Method::DnsTxt | Method::DnsTxtPrefix | Method::DnsCname | Method::DnsCnamePrefix => {
            &["dns-01", "ca-tbr-7"]
        }
        Method::File => &["http-01", "ca-tbr-18"],
        Method::Admin => &["ca-tbr-4"],
    }
}

/// Without the white space that the grammar knows.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dns::{DnsRecord, DnsRecordType, DnsServer, DnsTable};

    async fn allowed(records: &[(&str, &str)], domain: &str, wildcard: bool) -> bool {
        let table = Arc::new(DnsTable::default());
        for (name, value) in records {
            table.publish(DnsRecord::new(name, DnsRecordType::Caa, value).unwrap());
        }
        let server = DnsServer::start("127.0.0.1:0".parse().unwrap(), table).await.unwrap();
        let intent = Intent { wildcard, ..INTENT };
        check(&Lookups::new(server.address()).unwrap(), domain, intent).await.is_ok()
    }

    const INTENT: Intent<'_> =
        Intent { wildcard: false, method: Method::DnsTxt, account: "https://ca.example/account/me" };

    /// What one `issue` property says.
    fn judge(value: &str, intent: Intent<'_>) -> Result<(), String> {
        let mut caa = CAA::new_issue(false, None, Vec::new());
        caa.value = value.as_bytes().to_vec();
        read(&[caa], intent)
    }

    #[tokio::test]
    async fn absent_records_and_own_names_allow() {
        assert!(allowed(&[], "a.example", false).await);
        assert!(allowed(&[("a.example", "0 issue \"certum.pl\"")], "a.example", false).await);
        assert!(allowed(&[("a.example", "0 issue \"Certum.EU; x=y\"")], "a.example", true).await);
        assert!(allowed(&[("a.example", "0 iodef \"mailto:x@a.example\"")], "a.example", false).await);
    }

    #[tokio::test]
    async fn other_issuers_nobody_and_unknown_critical_tags_forbid() {
        assert!(!allowed(&[("a.example", "0 issue \"ca.example\"")], "a.example", false).await);
        assert!(!allowed(&[("a.example", "0 issue \";\"")], "a.example", false).await);
        assert!(!allowed(&[("a.example", "128 mystery \"x\"")], "a.example", false).await);
        assert!(allowed(&[("a.example", "128 issuemail \";\"")], "a.example", false).await);
    }

    #[tokio::test]
    async fn the_nearest_records_up_the_tree_govern() {
        let records = [("example", "0 issue \"ca.example\""), ("b.example", "0 issue \"certum.pl\"")];
        assert!(!allowed(&records, "deep.a.example", false).await);
        assert!(allowed(&records, "deep.b.example", false).await);
    }

    #[tokio::test]
    async fn issuewild_governs_wildcards_alone() {
        let records = [("a.example", "0 issue \"certum.pl\""), ("a.example", "0 issuewild \";\"")];
        assert!(allowed(&records, "a.example", false).await);
        assert!(!allowed(&records, "a.example", true).await);
    }

    #[tokio::test]
    async fn an_alias_lends_its_targets_records_but_not_its_targets_parents() {
        let table = Arc::new(DnsTable::default());
        let publish =
            |name: &str, kind, value: &str| table.publish(DnsRecord::new(name, kind, value).unwrap());
        publish("a.alias.example", DnsRecordType::Cname, "target.other.test");
        publish("b.alias.example", DnsRecordType::Cname, "empty.other.test");
        publish("target.other.test", DnsRecordType::Caa, "0 issue \"ca.example\"");
        publish("other.test", DnsRecordType::Caa, "0 issue \"ca.example\"");
        publish("alias.example", DnsRecordType::Caa, "0 issue \"certum.pl\"");
        let server = DnsServer::start("127.0.0.1:0".parse().unwrap(), table).await.unwrap();
        let lookups = Lookups::new(server.address()).unwrap();
        assert!(check(&lookups, "a.alias.example", INTENT).await.is_err());
        assert_eq!(check(&lookups, "b.alias.example", INTENT).await, Ok(()));
    }

    #[test]
    fn a_method_must_be_among_those_that_are_named() {
        for (methods, method, expected) in [
            ("dns-01", Method::DnsCnamePrefix, true),
            ("http-01,DNS-01", Method::Dns, true),
            ("ca-tbr-7", Method::DnsTxtPrefix, true),
            ("http-01", Method::DnsTxt, false),
            ("http-01", Method::File, true),
            ("ca-tbr-18", Method::File, true),
            ("ca-tbr-19", Method::File, false),
            ("ca-tbr-4", Method::Admin, true),
            ("dns-01,http-01,tls-alpn-01", Method::Admin, false),
            ("", Method::DnsTxt, false),
        ] {
            let judged =
                judge(&format!("certum.pl; validationmethods={methods}"), Intent { method, ..INTENT });
            assert_eq!(judged.is_ok(), expected, "{methods} {method:?}");
        }
        assert_eq!(
            judge("certum.eu; validationmethods=http-01", INTENT),
            Err("allows certum.eu by http-01, not by dns-01 or ca-tbr-7".to_owned())
        );
    }

    #[test]
    fn an_account_must_be_the_one_that_is_named() {
        assert_eq!(judge("certum.pl; accounturi=https://ca.example/account/me", INTENT), Ok(()));
        assert_eq!(
            judge("certum.pl; accounturi=https://ca.example/account/you", INTENT),
            Err("allows certum.pl for the account https://ca.example/account/you, not for \
                 https://ca.example/account/me"
                .to_owned())
        );
        let both = "certum.pl; accounturi=https://ca.example/account/me; validationmethods=http-01";
        assert!(judge(both, INTENT).is_err());
        let twice = "certum.pl; validationmethods=dns-01; validationmethods=dns-01";
        assert!(judge(twice, INTENT).unwrap_err().contains("two of validationmethods"));
    }

    #[test]
    fn what_does_not_follow_the_grammar_allows_nobody() {
        for fine in ["certum.pl", " certum.pl\t;", "certum.pl;a=b ; c-d=", "Certum.PL; policy=x=y"] {
            assert_eq!(judge(fine, INTENT), Ok(()), "{fine}");
        }
        for wrong in
            ["certum.pl; a", "certum.pl; a=b;", "certum.pl; a=b c", "certum.pl; -a=b", "certum.pl; ;a=b", ""]
        {
            assert!(judge(wrong, INTENT).is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_several_grants_one_that_fits_is_enough() {
        let issue = |value: &str| {
            let mut caa = CAA::new_issue(false, None, Vec::new());
            caa.value = value.as_bytes().to_vec();
            caa
        };
        let records = ["ca.example", "certum.pl; validationmethods=http-01", "certum.eu"].map(issue);
        assert_eq!(read(&records, INTENT), Ok(()));
        assert!(read(&records[..2], INTENT).unwrap_err().starts_with("allows certum.pl by http-01"));
    }
}
