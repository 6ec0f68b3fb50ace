//! The records, and which of them answer a question.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use hickory_proto::{
    op::ResponseCode,
    rr::{
        Name, RData, Record, RecordType,
        rdata::{A, SOA},
    },
};

use super::record::{DnsRecord, to_name};
use crate::error::InvalidInput;

/// Answers are never to be kept: a test that publishes and asks again must not see the past.
const TTL: u32 = 0;

/// How many aliases in a row an answer follows. A loop ends there.
const ALIAS_LIMIT: usize = 8;

/// How many names in a row a resolver looks at: where an answer ends it asks on, seven times, and then takes no alias any
/// more.
const RESOLVER_LIMIT: usize = 7 * ALIAS_LIMIT + 1;

/// The zone of everything: the server is authoritative for the whole tree, since nobody else will be asked.
pub(crate) struct DnsTable {
    state: Mutex<State>,
    /// Where hosts without an address record live: on the sandbox's own listener.
    web_address: Ipv4Addr,
}

impl Default for DnsTable {
    fn default() -> Self {
        Self::new(Ipv4Addr::LOCALHOST)
    }
}

#[derive(Default)]
struct State {
    records: BTreeMap<String, Vec<DnsRecord>>,
    web_hosts: BTreeSet<String>,
}

/// What the table says to one question.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: ResponseCode,
    pub(crate) records: Vec<Record>,
    /// With an empty answer: how long "no" may be kept, which is not at all.
    pub(crate) authority: Option<Record>,
}

impl DnsTable {
    pub(crate) fn new(web_address: Ipv4Addr) -> Self {
        Self { state: Mutex::default(), web_address }
    }

    /// Adds a record; one that is there already stays there once.
    pub(crate) fn publish(&self, record: DnsRecord) {
        let mut state = self.lock();
        let records = state.records.entry(record.name().to_owned()).or_default();
        if !records.contains(&record) {
            records.push(record);
        }
    }

    /// Takes a record away. Says whether it was there.
    pub(crate) fn withdraw(&self, record: &DnsRecord) -> bool {
        let mut state = self.lock();
        let Some(records) = state.records.get_mut(record.name()) else { return false };
        let before = records.len();
        records.retain(|kept| kept != record);
        let found = records.len() < before;
        if records.is_empty() {
            state.records.remove(record.name());
        }
        found
    }

    /// Makes a host that serves files known, so that it has an address.
    pub(crate) fn add_web_host(&self, host: &str) {
        self.lock().web_hosts.insert(host.to_owned());
    }

    pub(crate) fn answer(&self, question: &Name, kind: RecordType) -> Answer {
        let state = self.lock();
        let mut records = Vec::new();
        state.walk(question, kind, ALIAS_LIMIT, self.web_address, |name, data| {
            records.push(Record::from_rdata(name.clone(), TTL, data));
        });
        let code = match records.is_empty() && !state.exists(&key_of(question)) {
            true => ResponseCode::NXDomain,
            false => ResponseCode::NoError,
        };
        let authority = records.is_empty().then(start_of_authority);
        Answer { code, records, authority }
    }

    /// The data of that type that a resolver finds here, aliases followed.
    pub(crate) fn find(&self, question: &Name, kind: RecordType) -> Vec<RData> {
        let mut found = Vec::new();
        self.lock().walk(question, kind, RESOLVER_LIMIT, self.web_address, |_, data| {
            if data.record_type() == kind {
                found.push(data);
            }
        });
        found
    }

    /// Where hosts without an address record live.
    pub(crate) fn web_address(&self) -> Ipv4Addr {
        self.web_address
    }

    /// Takes the address away that a host has by its files.
    pub(crate) fn remove_web_host(&self, host: &str) {
        self.lock().web_hosts.remove(host);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Hands on the records that answer a question, and the aliases on the way to them.
    fn walk(
        &self,
        question: &Name,
        kind: RecordType,
        limit: usize,
        web_address: Ipv4Addr,
        mut tell: impl FnMut(&Name, RData),
    ) {
        let mut name = question.clone();
        for _ in 0..limit {
            let key = key_of(&name);
            let found = self.data_at(&key, kind, web_address);
            if !found.is_empty() {
                found.into_iter().for_each(|data| tell(&name, data));
                break;
            }
            // RFC 1034: an alias answers for every other type, and the search goes on at its target.
            let Some(RData::CNAME(target)) =
                self.data_at(&key, RecordType::CNAME, web_address).into_iter().next()
            else {
                break;
            };
            tell(&name, RData::CNAME(target.clone()));
            name = target.0;
        }
    }

    fn data_at(&self, key: &str, kind: RecordType, web_address: Ipv4Addr) -> Vec<RData> {
        let records = self.records.get(key).map(Vec::as_slice).unwrap_or_default();
        let of_type = |wanted: RecordType| {
            records.iter().map(DnsRecord::data).filter(move |data| data.record_type() == wanted).cloned()
        };
        let mut found: Vec<RData> = of_type(kind).collect();
        let is_alias = of_type(RecordType::CNAME).next().is_some();
        if found.is_empty() && kind == RecordType::A && !is_alias && self.web_hosts.contains(key) {
            found.push(RData::A(A(web_address)));
        }
        found
    }

    /// Whether the name, or one below it, holds anything: between "no such name" and "nothing of that type".
    fn exists(&self, key: &str) -> bool {
        let at_or_below = |name: &String| {
            name == key || name.strip_suffix(key).is_some_and(|left| left.ends_with('.')) || key.is_empty()
        };
        self.records.keys().any(at_or_below) || self.web_hosts.iter().any(at_or_below)
    }
}

/// A host name in the form that tables are keyed by: lower case, without a final dot.
pub(crate) fn host_name(text: &str) -> Result<String, InvalidInput> {
    let wrong = |reason| InvalidInput::new("name", reason);
    let text = text.trim().strip_suffix('.').unwrap_or(text.trim());
    if text.is_empty() {
        return Err(wrong("is empty"));
    }
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(label_ok) {
        return Err(wrong("is not a domain name"));
    }
    Ok(text.to_ascii_lowercase())
}

fn key_of(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

fn start_of_authority() -> Record {
    let server = to_name("dns.certum-sandbox.invalid").unwrap_or_else(|_| Name::root());
    let soa = SOA::new(server.clone(), server, 1, 0, 0, 0, TTL);
    Record::from_rdata(Name::root(), TTL, RData::SOA(soa))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::DnsRecordType;

    fn table(records: &[(&str, DnsRecordType, &str)]) -> DnsTable {
        let table = DnsTable::default();
        for (name, kind, value) in records {
            table.publish(DnsRecord::new(name, *kind, value).unwrap());
        }
        table
    }

    fn ask(table: &DnsTable, name: &str, kind: RecordType) -> (ResponseCode, Vec<String>) {
        let answer = table.answer(&to_name(name).unwrap(), kind);
        (answer.code, answer.records.iter().map(|record| record.data.to_string()).collect())
    }

    #[test]
    fn answers_without_regard_to_case() {
        let table = table(&[("_Certum.Example.COM", DnsRecordType::Txt, "code")]);
        assert_eq!(
            ask(&table, "_CERTUM.example.com", RecordType::TXT),
            (ResponseCode::NoError, vec!["code".to_owned()])
        );
    }

    #[test]
    fn tells_a_missing_name_from_a_missing_type() {
        let table = table(&[("_certum.a.example", DnsRecordType::Txt, "code")]);
        assert_eq!(ask(&table, "b.example", RecordType::TXT).0, ResponseCode::NXDomain);
        assert_eq!(ask(&table, "_certum.a.example", RecordType::CNAME), (ResponseCode::NoError, vec![]));
        // An empty name between existing ones exists.
        assert_eq!(ask(&table, "a.example", RecordType::TXT), (ResponseCode::NoError, vec![]));
    }

    #[test]
    fn follows_an_alias_and_survives_a_loop() {
        let table = table(&[
            ("a.example", DnsRecordType::Cname, "b.example"),
            ("b.example", DnsRecordType::Txt, "text"),
            ("x.example", DnsRecordType::Cname, "y.example"),
            ("y.example", DnsRecordType::Cname, "x.example"),
        ]);
        assert_eq!(ask(&table, "a.example", RecordType::TXT).1, ["b.example.", "text"]);
        assert_eq!(ask(&table, "a.example", RecordType::CNAME).1, ["b.example."]);
        assert_eq!(ask(&table, "x.example", RecordType::TXT).1.len(), ALIAS_LIMIT);
    }

    #[test]
    fn hosts_with_a_published_file_live_on_the_own_listener_unless_an_address_is_given() {
        let table = table(&[("b.example", DnsRecordType::A, "127.0.0.9")]);
        table.add_web_host("a.example");
        table.add_web_host("b.example");
        assert_eq!(ask(&table, "a.example", RecordType::A).1, ["127.0.0.1"]);
        assert_eq!(ask(&table, "b.example", RecordType::A).1, ["127.0.0.9"]);
        assert_eq!(ask(&table, "a.example", RecordType::AAAA), (ResponseCode::NoError, vec![]));
    }

    #[test]
    fn a_withdrawn_record_is_gone() {
        let table =
            table(&[("a.example", DnsRecordType::Txt, "one"), ("a.example", DnsRecordType::Txt, "two")]);
        let one = DnsRecord::txt("a.example", "one").unwrap();
        assert!(table.withdraw(&one));
        assert!(!table.withdraw(&one));
        assert_eq!(ask(&table, "a.example", RecordType::TXT).1, ["two"]);
    }
}
