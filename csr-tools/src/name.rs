//! Distinguished names (RFC 5280 §4.1.2.4).

mod attribute_type;

pub use attribute_type::AttributeType;

use std::borrow::Cow;
use std::fmt;

use crate::asn1::{DerError, Element, Oid, StringType, Tag, borrow_text};

const PART: &str = "name";

/// A distinguished name where it lies, attribute by attribute.
#[derive(Clone, Copy)]
pub struct NameView<'a>(Element<'a>);

impl<'a> NameView<'a> {
    /// Walks the name once, so that its attributes can be listed without errors.
    pub(crate) fn read(name: Element<'a>) -> Result<Self, DerError> {
        let mut relative_names = name.reader(PART);
        while !relative_names.is_empty() {
            let mut attributes = relative_names.expect(Tag::SET)?.reader(PART);
            while !attributes.is_empty() {
                NameAttribute::read(&attributes.expect(Tag::SEQUENCE)?)?;
            }
        }
        Ok(Self(name))
    }

    /// The name in DER, as it was sent.
    pub fn as_der(&self) -> &'a [u8] {
        self.0.encoded
    }

    /// Whether it has no attribute.
    pub fn is_empty(&self) -> bool {
        self.0.content.is_empty()
    }

    /// The attributes in their order, most general first as most tools write them.
    pub fn attributes(&self) -> impl Iterator<Item = NameAttribute<'a>> + use<'a> {
        let relative_names = self.0.reader(PART).elements();
        relative_names
            .flat_map(|name| name.reader(PART).elements())
            .filter_map(|attribute| NameAttribute::read(&attribute).ok())
    }

    /// The attributes of one kind.
    pub fn all(&self, kind: AttributeType) -> impl Iterator<Item = NameAttribute<'a>> + use<'a> {
        let oid = kind.oid();
        self.attributes().filter(move |attribute| attribute.oid == oid)
    }

    /// The common name. Of several the last counts, which is the most specific (RFC 6125 §1.8).
    pub fn common_name(&self) -> Option<NameAttribute<'a>> {
        self.all(AttributeType::CommonName).last()
    }
}

impl fmt::Debug for NameView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.attributes()).finish()
    }
}

/// One attribute of a name.
#[derive(Clone, Copy)]
pub struct NameAttribute<'a> {
    oid: Oid,
    value: Element<'a>,
}

impl<'a> NameAttribute<'a> {
    fn read(attribute: &Element<'a>) -> Result<Self, DerError> {
        let mut fields = attribute.reader(PART);
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        let value = fields.next()?;
        fields.finish()?;
        Ok(Self { oid, value })
    }

    /// The object identifier of its kind.
    pub fn oid(&self) -> Oid {
        self.oid
    }

    /// Its kind.
    pub fn kind(&self) -> AttributeType {
        self.oid.into()
    }

    /// The ASN.1 type of the value.
    pub fn string_type(&self) -> StringType {
        StringType::of(&self.value)
    }

    /// The value as text.
    ///
    /// # Errors
    /// [`DerError`] if it is no string, or not in the encoding that its type promises.
    pub fn value(&self) -> Result<Cow<'a, str>, DerError> {
        borrow_text(&self.value)
    }

    /// The value in DER, with its tag and length.
    pub fn raw_value(&self) -> &'a [u8] {
        self.value.encoded
    }
}

impl fmt::Debug for NameAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}:{:?}", self.kind(), self.string_type(), self.value().unwrap_or("?".into()))
    }
}

/// The common name as text, for structures that keep nothing else of a name.
pub(crate) fn common_name(name: &Element<'_>) -> Result<Option<String>, DerError> {
    let found = NameView::read(*name)?.common_name();
    found.map(|attribute| attribute.value().map(Cow::into_owned)).transpose()
}

/// Writes a name that holds at most a common name.
#[cfg(test)]
pub(crate) fn write_name(common_name: Option<&str>) -> Vec<u8> {
    use crate::asn1::{element, oids};
    let Some(common_name) = common_name else { return element(Tag::SEQUENCE, &[]) };
    let oid = element(Tag::OID, &[oids::COMMON_NAME.as_bytes()]);
    let value = element(Tag::UTF8_STRING, &[common_name.as_bytes()]);
    let attribute = element(Tag::SEQUENCE, &[&oid, &value]);
    element(Tag::SEQUENCE, &[&element(Tag::SET, &[&attribute])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Reader, element, oids};

    /// A name of single attributes.
    fn name(attributes: &[(Oid, Tag, &[u8])]) -> Vec<u8> {
        let sets = attributes.iter().flat_map(|(oid, tag, value)| {
            let attribute =
                element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid.as_bytes()]), &element(*tag, &[value])]);
            element(Tag::SET, &[&attribute])
        });
        element(Tag::SEQUENCE, &[&sets.collect::<Vec<_>>()])
    }

    fn read(der: &[u8]) -> NameView<'_> {
        NameView::read(Reader::new(der, "name").next().unwrap()).unwrap()
    }

    #[test]
    fn lists_attributes_with_their_types() {
        let der = name(&[
            (oids::COUNTRY, Tag::PRINTABLE_STRING, b"PL"),
            (oids::ORGANIZATION, Tag::TELETEX_STRING, b"\xd3sma"),
            (oids::SHA256, Tag::INTEGER, &[7]),
        ]);
        let shown = format!("{:?}", read(&der));
        assert_eq!(
            shown,
            r#"[C = PrintableString:"PL", O = TeletexString:"Ósma", 2.16.840.1.101.3.4.2.1 = the tag 0x02:"?"]"#
        );
        assert!(read(&name(&[])).is_empty() && read(&name(&[])).common_name().is_none());
    }

    #[test]
    fn takes_the_last_of_several_common_names() {
        let one = |value: &'static [u8]| (oids::COMMON_NAME, Tag::UTF8_STRING, value);
        let der = name(&[one(b"first"), one("żółw.example".as_bytes())]);
        assert_eq!(read(&der).common_name().unwrap().value().unwrap(), "żółw.example");
        let element = Reader::new(&der, "name").next().unwrap();
        assert_eq!(common_name(&element).unwrap().as_deref(), Some("żółw.example"));
    }

    #[test]
    fn refuses_what_is_no_name() {
        for der in [&[0x30, 2, 0x30, 0][..], &[0x30, 4, 0x31, 2, 0x30, 0], &[0x30, 1, 0x31]] {
            let element = Reader::new(der, "name").next().unwrap();
            assert!(NameView::read(element).is_err(), "{der:02x?}");
        }
    }
}
