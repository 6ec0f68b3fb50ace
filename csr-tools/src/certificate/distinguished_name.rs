//! The names of subjects and issuers, attribute by attribute.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::asn1::{DerError, Element, Oid, Tag, borrow_text};

/// A name (RFC 5280 §4.1.2.4): a list of attributes, from the most general to the most specific.
///
/// It is shown as RFC 4514 wants it, the most specific attribute first: `CN=shop.example.com,O=Sklep,C=PL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistinguishedName {
    attributes: Vec<DistinguishedNameAttribute>,
}

impl DistinguishedName {
    /// Reads a Name. An attribute whose value is no string, or a malformed one, is kept all the same.
    pub(super) fn read(name: &Element<'_>) -> Result<Self, DerError> {
        let mut attributes = Vec::new();
        let mut relative_names = name.reader("name");
        while !relative_names.is_empty() {
            let mut set = relative_names.expect(Tag::SET)?.reader("name");
            let mut joined = false;
            while !set.is_empty() {
                let mut fields = set.expect(Tag::SEQUENCE)?.reader("name");
                let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
                let value = fields.next()?;
                fields.finish()?;
                let text = borrow_text(&value).ok().map(Cow::into_owned);
                attributes.push(DistinguishedNameAttribute { oid, text, der: value.encoded.into(), joined });
                joined = true;
            }
        }
        Ok(Self { attributes })
    }

    /// The attributes in the order of the certificate.
    pub fn attributes(&self) -> &[DistinguishedNameAttribute] {
        &self.attributes
    }

    /// Whether there are no attributes, as in certificates whose names are all alternative names.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The text of the last attribute of this short name, as `O`, `C` or `serialNumber`.
    pub fn get(&self, short_name: &str) -> Option<&str> {
        let mut wanted = self.attributes.iter().rev().filter(|one| one.short_name() == Some(short_name));
        wanted.find_map(DistinguishedNameAttribute::text)
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each group is one relative name; groups are shown backwards, their attributes forwards.
        let groups = self.attributes.chunk_by(|_, next| next.joined);
        for (index, group) in groups.rev().enumerate() {
            for (inner, attribute) in group.iter().enumerate() {
                let separator = if inner > 0 { "+" } else { [",", ""][usize::from(index == 0)] };
                write!(f, "{separator}{attribute}")?;
            }
        }
        Ok(())
    }
}

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistinguishedNameAttribute {
    oid: Oid,
    text: Option<String>,
    der: Box<[u8]>,
    /// Whether it stands in one relative name with the attribute before it.
    joined: bool,
}

/// The attributes of subjects that CAs use, by the names that RFC 4514 §3 and OpenSSL give them.
const SHORT_NAMES: [(&str, Oid); 26] = [
    ("CN", Oid::constant("2.5.4.3")),
    ("SN", Oid::constant("2.5.4.4")),
    ("serialNumber", Oid::constant("2.5.4.5")),
    ("C", Oid::constant("2.5.4.6")),
    ("L", Oid::constant("2.5.4.7")),
    ("ST", Oid::constant("2.5.4.8")),
    ("street", Oid::constant("2.5.4.9")),
    ("O", Oid::constant("2.5.4.10")),
    ("OU", Oid::constant("2.5.4.11")),
    ("title", Oid::constant("2.5.4.12")),
    ("description", Oid::constant("2.5.4.13")),
    ("businessCategory", Oid::constant("2.5.4.15")),
    ("postalCode", Oid::constant("2.5.4.17")),
    ("telephoneNumber", Oid::constant("2.5.4.20")),
    ("name", Oid::constant("2.5.4.41")),
    ("GN", Oid::constant("2.5.4.42")),
    ("initials", Oid::constant("2.5.4.43")),
    ("pseudonym", Oid::constant("2.5.4.65")),
    ("organizationIdentifier", Oid::constant("2.5.4.97")),
    ("UID", Oid::constant("0.9.2342.19200300.100.1.1")),
    ("DC", Oid::constant("0.9.2342.19200300.100.1.25")),
    ("emailAddress", Oid::constant("1.2.840.113549.1.9.1")),
    ("unstructuredName", Oid::constant("1.2.840.113549.1.9.2")),
    ("jurisdictionL", Oid::constant("1.3.6.1.4.1.311.60.2.1.1")),
    ("jurisdictionST", Oid::constant("1.3.6.1.4.1.311.60.2.1.2")),
    ("jurisdictionC", Oid::constant("1.3.6.1.4.1.311.60.2.1.3")),
];

impl DistinguishedNameAttribute {
    /// What kind of attribute it is.
    pub fn oid(&self) -> Oid {
        self.oid
    }

    /// The kind's short name, as `CN` or `businessCategory`, if it has one.
    pub fn short_name(&self) -> Option<&'static str> {
        SHORT_NAMES.iter().find(|(_, oid)| *oid == self.oid).map(|(name, _)| *name)
    }

    /// The value, if it is a well-formed string of any of the types that names may have.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The value in DER, with the tag of its string type.
    pub fn value_der(&self) -> &[u8] {
        &self.der
    }
}

impl fmt::Display for DistinguishedNameAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.short_name() {
            Some(name) => f.write_str(name)?,
            None => self.oid.fmt(f)?,
        }
        f.write_char('=')?;
        match &self.text {
            Some(text) => write_escaped(f, text),
            None => {
                f.write_char('#')?;
                self.der.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
            }
        }
    }
}

/// Escapes what RFC 4514 §2.4 wants escaped, and control characters, which could forge a line of a log.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, char) in text.chars().enumerate() {
        let special = match char {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' => true,
            '#' => index == 0,
            ' ' => index == 0 || index == last,
            _ => false,
        };
        if char.is_control() {
            let mut bytes = [0; 4];
            char.encode_utf8(&mut bytes).bytes().try_for_each(|byte| write!(f, "\\{byte:02X}"))?;
        } else {
            if special {
                f.write_char('\\')?;
            }
            f.write_char(char)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Reader, element};

    fn attribute(oid: Oid, tag: Tag, value: &[u8]) -> Vec<u8> {
        element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid.as_bytes()]), &element(tag, &[value])])
    }

    fn name(relative_names: &[&[&[u8]]]) -> DistinguishedName {
        let sets: Vec<u8> = relative_names.iter().flat_map(|set| element(Tag::SET, set)).collect();
        let der = element(Tag::SEQUENCE, &[&sets]);
        DistinguishedName::read(&Reader::new(&der, "name").next().unwrap()).unwrap()
    }

    const CN: Oid = Oid::constant("2.5.4.3");
    const C: Oid = Oid::constant("2.5.4.6");

    #[test]
    fn shows_the_most_specific_attribute_first_and_joins_multiple_ones() {
        let (country, first, second) = (
            attribute(C, Tag::PRINTABLE_STRING, b"PL"),
            attribute(CN, Tag::UTF8_STRING, "Żółw, sp. z o.o. ".as_bytes()),
            attribute(Oid::constant("1.2.3"), Tag::INTEGER, &[7]),
        );
        let name = name(&[&[&country], &[&first, &second]]);
        assert_eq!(name.to_string(), "CN=Żółw\\, sp. z o.o.\\ +1.2.3=#020107,C=PL");
        assert_eq!(name.get("C"), Some("PL"));
        assert_eq!((name.get("O"), name.attributes()[2].text()), (None, None));
        assert_eq!(name.attributes()[0].value_der(), [0x13, 2, b'P', b'L']);
    }

    #[test]
    fn escapes_what_would_forge_a_name_or_a_line() {
        let forged = attribute(CN, Tag::UTF8_STRING, b"#a\",O=b\n");
        assert_eq!(name(&[&[&forged]]).to_string(), "CN=\\#a\\\"\\,O=b\\0A");
    }

    #[test]
    fn an_empty_name_is_nothing() {
        let empty = name(&[]);
        assert!(empty.is_empty() && empty.to_string().is_empty());
    }
}
