//! Certification authority authorization: whether the domain's owner lets this CA issue (RFC 8659).

use hickory_proto::rr::{RData, RecordType, rdata::CAA};

use super::lookup::Lookups;

/// The names under which Certum may be allowed.
const OWN_NAMES: [&str; 2] = ["certum.pl", "certum.eu"];

/// Finds the records that govern the domain, climbing the tree, and reads them.
///
/// An unanswered question forbids issuing, as it must: silence is not consent. The parameters of a property
/// (`validationmethods`, `accounturi`) are not looked at yet.
pub(super) async fn check(lookups: &Lookups, domain: &str, wildcard: bool) -> Result<(), String> {
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
            return read(&records, wildcard).map_err(|reason| format!("CAA at {at}: {reason}"));
        }
        match at.split_once('.') {
            Some((_, parent)) => at = parent,
            None => return Ok(()),
        }
    }
}

fn read(records: &[CAA], wildcard: bool) -> Result<(), String> {
    const KNOWN: [&str; 3] = ["issue", "issuewild", "iodef"];
    let has_tag = |caa: &&CAA, tag: &str| caa.tag.eq_ignore_ascii_case(tag);
    if let Some(unknown) =
        records.iter().find(|caa| caa.issuer_critical && !KNOWN.iter().any(|tag| has_tag(caa, tag)))
    {
        return Err(format!("critical property {} is not understood", unknown.tag));
    }
    let with_tag =
        |tag: &'static str| records.iter().filter(move |caa| has_tag(caa, tag)).collect::<Vec<_>>();
    let mut governing = with_tag("issuewild");
    if !wildcard || governing.is_empty() {
        governing = with_tag("issue");
    }
    if governing.is_empty() || governing.iter().any(|caa| names_us(&caa.value)) {
        return Ok(());
    }
    Err("does not allow certum.pl or certum.eu".to_owned())
}

fn names_us(value: &[u8]) -> bool {
    let value = String::from_utf8_lossy(value);
    let issuer = value.split(';').next().unwrap_or_default().trim();
    OWN_NAMES.iter().any(|own| issuer.eq_ignore_ascii_case(own))
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
        check(&Lookups::new(server.address()).unwrap(), domain, wildcard).await.is_ok()
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
}
