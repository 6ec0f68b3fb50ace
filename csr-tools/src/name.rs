//! Distinguished names (RFC 5280 §4.1.2.4), as far as a common name needs them.

use crate::asn1::{DerError, Element, Tag, decode_text, element, oids};

/// The common name. Of several the last counts, which is the most specific (RFC 6125 §1.8).
pub(crate) fn common_name(name: &Element<'_>) -> Result<Option<String>, DerError> {
    let mut found = None;
    let mut relative_names = name.reader("name");
    while !relative_names.is_empty() {
        let mut attributes = relative_names.expect(Tag::SET)?.reader("name");
        while !attributes.is_empty() {
            let mut attribute = attributes.expect(Tag::SEQUENCE)?.reader("name");
            let oid = attribute.expect(Tag::OID)?;
            let value = attribute.next()?;
            attribute.finish()?;
            if oid.content == oids::COMMON_NAME.as_bytes() {
                found = Some(value);
            }
        }
    }
    found.map(|value| decode_text(&value)).transpose()
}

/// Writes a name that holds at most a common name.
///
/// It is a UTF8String whatever its letters: Certum refuses others (code 1024), and RFC 5280 §4.1.2.4 prefers
/// it.
pub(crate) fn write_name(common_name: Option<&str>) -> Vec<u8> {
    let Some(common_name) = common_name else { return element(Tag::SEQUENCE, &[]) };
    let oid = element(Tag::OID, &[oids::COMMON_NAME.as_bytes()]);
    let value = element(Tag::UTF8_STRING, &[common_name.as_bytes()]);
    let attribute = element(Tag::SEQUENCE, &[&oid, &value]);
    element(Tag::SEQUENCE, &[&element(Tag::SET, &[&attribute])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;

    fn read(der: &[u8]) -> Option<String> {
        common_name(&Reader::new(der, "name").next().unwrap()).unwrap()
    }

    #[test]
    fn reads_what_it_writes() {
        assert_eq!(read(&write_name(Some("żółw.example"))).as_deref(), Some("żółw.example"));
        assert_eq!(read(&write_name(None)), None);
    }

    #[test]
    fn takes_the_last_of_several_common_names() {
        let (first, second) = (write_name(Some("first")), write_name(Some("second")));
        let both = element(Tag::SEQUENCE, &[&first[2..], &second[2..]]);
        assert_eq!(read(&both).as_deref(), Some("second"));
    }
}
