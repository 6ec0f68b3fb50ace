//! Extensions for tests (RFC 5280 §4.2).

use crate::asn1::{Tag, element, oids};

/// Writes a list of extensions that holds DNS names as the subject's alternative names.
pub(crate) fn write_extensions<'a>(dns_names: impl Iterator<Item = &'a str>, critical: bool) -> Vec<u8> {
    let names: Vec<u8> =
        dns_names.flat_map(|name| element(Tag::context_primitive(2), &[name.as_bytes()])).collect();
    let oid = element(Tag::OID, &[oids::SUBJECT_ALT_NAME.as_bytes()]);
    let flag = if critical { element(Tag::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    let value = element(Tag::OCTET_STRING, &[&element(Tag::SEQUENCE, &[&names])]);
    element(Tag::SEQUENCE, &[&element(Tag::SEQUENCE, &[&oid, &flag, &value])])
}
