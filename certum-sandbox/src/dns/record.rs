//! One record, as the control API takes it.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use hickory_proto::rr::{
    Name, RData,
    rdata::{A, CAA, CNAME, TXT},
};
use serde::{Deserialize, Serialize};

use crate::error::InvalidInput;

/// The longest text of one TXT segment; longer values are split, as RFC 1035 demands.
const TXT_SEGMENT: usize = 255;

/// The longest value: half of what a message can carry (RFC 1035, section 4.2.2), so that there is room for
/// the rest of it.
const MAX_VALUE: usize = 1 << 15;

/// The longest tag of a CAA property that resolvers can be trusted to read (RFC 6844, section 5.1).
const MAX_TAG: usize = 15;

/// A record of the sandbox's DNS server.
///
/// The value is checked when the record is made: a table never holds what the server could not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DnsRecord {
    name: String,
    #[serde(rename = "type")]
    kind: DnsRecordType,
    value: String,
    #[serde(skip)]
    data: RData,
}

/// The record types that the sandbox's DNS server keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum DnsRecordType {
    /// Text, in as many segments as it takes.
    Txt,
    /// An alias; its value is a domain name.
    Cname,
    /// Who may issue; its value is the presentation form, such as `0 issue "certum.pl"`.
    Caa,
    /// An IPv4 address.
    A,
}

impl DnsRecord {
    /// Checks and takes one record.
    ///
    /// Names are compared without regard to case; a final dot makes no difference.
    pub fn new(name: &str, kind: DnsRecordType, value: &str) -> Result<Self, InvalidInput> {
        let owner = super::table::host_name(name)?;
        if value.len() > MAX_VALUE {
            return Err(InvalidInput::new("value", format!("is longer than {MAX_VALUE} bytes")));
        }
        let data = match kind {
            DnsRecordType::Txt => {
                // An empty text is one empty segment: a TXT record without segments is malformed.
                let segments = match value.is_empty() {
                    true => vec![value.as_bytes()],
                    false => value.as_bytes().chunks(TXT_SEGMENT).collect(),
                };
                RData::TXT(TXT::from_bytes(segments))
            }
            DnsRecordType::Cname => {
                let target =
                    super::table::host_name(value).map_err(|e| InvalidInput::new("value", e.reason))?;
                RData::CNAME(CNAME(to_name(&target)?))
            }
            DnsRecordType::Caa => RData::CAA(parse_caa(value)?),
            DnsRecordType::A => {
                let address = Ipv4Addr::from_str(value.trim())
                    .map_err(|_| InvalidInput::new("value", "is not an IPv4 address"))?;
                RData::A(A(address))
            }
        };
        Ok(Self { name: owner, kind, value: value.to_owned(), data })
    }

    /// Text at a name.
    pub fn txt(name: &str, text: &str) -> Result<Self, InvalidInput> {
        Self::new(name, DnsRecordType::Txt, text)
    }

    /// An alias from a name to another.
    pub fn cname(name: &str, target: &str) -> Result<Self, InvalidInput> {
        Self::new(name, DnsRecordType::Cname, target)
    }

    /// Who holds it: lower case, without a final dot.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    pub fn kind(&self) -> DnsRecordType {
        self.kind
    }

    /// Its value, as given.
    pub fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn data(&self) -> &RData {
        &self.data
    }
}

impl fmt::Display for DnsRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {:?} {}", self.name, self.kind, self.value)
    }
}

/// Reads `<flags> <tag> <value>`, the value with or without quotes.
fn parse_caa(text: &str) -> Result<CAA, InvalidInput> {
    let wrong = || InvalidInput::new("value", "is not of the form: 0 issue \"certum.pl\"");
    let (flags, rest) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let (tag, value) = rest.trim_start().split_once(' ').ok_or_else(wrong)?;
    let flags: u8 = flags.parse().map_err(|_| wrong())?;
    if tag.is_empty() || tag.len() > MAX_TAG || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong());
    }
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let mut caa = CAA::new_issue(flags & 0x80 != 0, None, Vec::new());
    caa.reserved_flags = flags & 0x7f;
    caa.tag = tag.to_ascii_lowercase();
    caa.value = value.as_bytes().to_vec();
    Ok(caa)
}

pub(super) fn to_name(host: &str) -> Result<Name, InvalidInput> {
    let mut name = Name::from_ascii(host).map_err(|_| InvalidInput::new("name", "is not a domain name"))?;
    name.set_fqdn(true);
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_long_text_into_segments() {
        let record = DnsRecord::txt("a.example.", &"x".repeat(600)).unwrap();
        let RData::TXT(txt) = record.data() else { panic!("not a TXT") };
        assert_eq!(txt.txt_data.iter().map(|segment| segment.len()).collect::<Vec<_>>(), [255, 255, 90]);
    }

    #[test]
    fn reads_caa_with_and_without_quotes() {
        for text in ["128 issue \"certum.pl\"", "128 issue certum.pl"] {
            let record = DnsRecord::new("example.com", DnsRecordType::Caa, text).unwrap();
            let RData::CAA(caa) = record.data() else { panic!("not a CAA") };
            assert!(caa.issuer_critical);
            assert_eq!((caa.tag.as_str(), caa.value.as_slice()), ("issue", b"certum.pl".as_slice()));
        }
    }

    #[test]
    fn takes_the_longest_that_can_be_answered_and_nothing_longer() {
        let take = |kind, value: String| DnsRecord::new("a.example", kind, &value).map_err(|e| e.field);
        let caa = |length| format!("0 {} \"x\"", "t".repeat(length));
        for (kind, longest, too_long) in [
            (DnsRecordType::Txt, "x".repeat(1 << 15), "x".repeat((1 << 15) + 1)),
            (DnsRecordType::Caa, caa(15), caa(16)),
        ] {
            let record = take(kind, longest).unwrap();
            let record = hickory_proto::rr::Record::from_rdata(Name::root(), 0, record.data().clone());
            let mut message = hickory_proto::op::Message::query();
            message.add_answer(record);
            let read = hickory_proto::op::Message::from_vec(&message.to_vec().unwrap()).unwrap();
            assert_eq!(read.answers, message.answers);
            assert_eq!(take(kind, too_long), Err("value"));
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        let field = |name, kind, value| DnsRecord::new(name, kind, value).unwrap_err().field;
        assert_eq!(field("a b", DnsRecordType::Txt, "x"), "name");
        assert_eq!(field("", DnsRecordType::Txt, "x"), "name");
        assert_eq!(field("a.example", DnsRecordType::A, "not an address"), "value");
        assert_eq!(field("a.example", DnsRecordType::Caa, "issue certum.pl"), "value");
        assert_eq!(field("a.example", DnsRecordType::Cname, "-"), "value");
    }
}
