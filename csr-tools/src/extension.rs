//! Extensions that certificates have and requests ask for (RFC 5280 §4.2).

mod usage;

pub use usage::{ExtendedKeyUse, KeyUsage, KeyUse};

use crate::asn1::{DerError, Element, Oid, Reader, Tag};

/// One extension, whose value nobody has looked into.
#[derive(Clone, Copy)]
pub(crate) struct Extension<'a> {
    pub(crate) oid: Element<'a>,
    pub(crate) is_critical: bool,
    pub(crate) value: Element<'a>,
}

impl<'a> Extension<'a> {
    pub(crate) fn read(extension: &Element<'a>) -> Result<Self, DerError> {
        let mut fields = extension.reader("list of extensions");
        let oid = fields.expect(Tag::OID)?;
        let is_critical = default_false(&mut fields)?;
        let value = fields.expect(Tag::OCTET_STRING)?;
        fields.finish()?;
        Ok(Self { oid, is_critical, value })
    }
}

/// A BOOLEAN. DER leaves the default, FALSE, out, but some write it.
fn default_false(fields: &mut Reader<'_>) -> Result<bool, DerError> {
    Ok(fields.optional(Tag::BOOLEAN)?.is_some_and(|flag| flag.content != [0]))
}

/// The one element in an extension's value.
pub(crate) fn only<'a>(value: &Element<'a>, tag: Tag, part: &'static str) -> Result<Element<'a>, DerError> {
    let mut reader = value.reader(part);
    let element = reader.expect(tag)?;
    reader.finish()?;
    Ok(element)
}

/// The same for a SEQUENCE, to be walked.
pub(crate) fn sequence<'a>(value: &Element<'a>, part: &'static str) -> Result<Reader<'a>, DerError> {
    only(value, Tag::SEQUENCE, part).map(|sequence| sequence.reader(part))
}

/// The subject's alternative names (RFC 5280 §4.2.1.6), undecoded.
pub(crate) fn alternative_names<'a>(value: &Element<'a>) -> Result<Reader<'a>, DerError> {
    sequence(value, "list of alternative names")
}

/// Key usage (RFC 5280 §4.2.1.3).
pub(crate) fn key_usage(value: &Element<'_>) -> Result<KeyUsage, DerError> {
    KeyUsage::read(&only(value, Tag::BIT_STRING, "key usage")?)
}

/// Extended key usage (RFC 5280 §4.2.1.12).
pub(crate) fn extended_key_usage(value: &Element<'_>) -> Result<Vec<ExtendedKeyUse>, DerError> {
    let mut list = sequence(value, "extended key usage")?;
    let mut purposes = Vec::new();
    while !list.is_empty() {
        purposes.push(Oid::from_element(&list.expect(Tag::OID)?)?.into());
    }
    Ok(purposes)
}

/// Basic constraints (RFC 5280 §4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) is_ca: bool,
    pub(crate) path_length: Option<u32>,
}

impl BasicConstraints {
    pub(crate) fn read(value: &Element<'_>) -> Result<Self, DerError> {
        let mut fields = sequence(value, "basic constraints")?;
        let is_ca = default_false(&mut fields)?;
        let mut path_length = None;
        if let Some(length) = fields.optional(Tag::INTEGER)? {
            let bytes = length.unsigned()?;
            if bytes.len() > size_of::<u32>() {
                return Err(length.invalid("the path length is absurd"));
            }
            path_length = Some(bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)));
        }
        fields.finish()?;
        Ok(Self { is_ca, path_length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::element;

    #[test]
    fn reads_basic_constraints_in_each_form() {
        let read = |value: &[u8]| {
            let value = element(Tag::OCTET_STRING, &[value]);
            let read = BasicConstraints::read(&Reader::new(&value, "value").next().unwrap()).unwrap();
            (read.is_ca, read.path_length)
        };
        assert_eq!(read(&[0x30, 0]), (false, None));
        assert_eq!(read(&[0x30, 3, 1, 1, 0]), (false, None));
        assert_eq!(read(&[0x30, 3, 1, 1, 0xff]), (true, None));
        assert_eq!(read(&[0x30, 6, 1, 1, 0xff, 2, 1, 0]), (true, Some(0)));
    }
}
