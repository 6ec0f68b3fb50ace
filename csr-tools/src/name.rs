//! Distinguished names (RFC 5280 §4.1.2.4).

mod attribute_type;

pub use attribute_type::AttributeType;

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;

use crate::asn1::{DerError, Element, Oid, Reader, StringType, Tag, borrow_text};

const PART: &str = "name";

/// A distinguished name where it lies, attribute by attribute: of a request's subject, or of a certificate's
/// subject or issuer. Attributes that are unknown, or no strings, are kept.
///
/// It is shown as RFC 4514 wants it, the most specific attribute first.
///
/// ```
/// use csr_tools::{AttributeType, Certificate};
///
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
/// let leaf = Certificate::from_pem(pem)?;
/// assert_eq!(leaf.subject().to_string(), "CN=shop.example.com");
/// let name = leaf.subject().all(AttributeType::CommonName).next();
/// assert_eq!(name.map(|name| name.value()).transpose()?.as_deref(), Some("shop.example.com"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NameView<'a> {
    encoded: &'a [u8],
    content: &'a [u8],
}

impl<'a> NameView<'a> {
    /// Walks the name once, so that its attributes can be listed without errors.
    pub(crate) fn read(name: &Element<'a>) -> Result<Self, DerError> {
        let mut relative_names = name.reader(PART);
        while !relative_names.is_empty() {
            let mut attributes = relative_names.expect(Tag::SET)?.reader(PART);
            while !attributes.is_empty() {
                NameAttribute::read(&attributes.expect(Tag::SEQUENCE)?)?;
            }
        }
        Ok(Self { encoded: name.encoded, content: name.content })
    }

    /// The name in DER, as it was sent.
    pub fn as_der(&self) -> &'a [u8] {
        self.encoded
    }

    /// Whether it has no attribute.
    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The attributes in their order, most general first as most tools write them.
    pub fn attributes(&self) -> impl Iterator<Item = NameAttribute<'a>> + use<'a> {
        self.relative_names().flat_map(attributes_of)
    }

    fn relative_names(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        Reader::new(self.content, PART).elements()
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

/// The attributes of one relative name, which is nearly always one.
fn attributes_of(relative_name: Element<'_>) -> impl Iterator<Item = NameAttribute<'_>> {
    relative_name.reader(PART).elements().filter_map(|attribute| NameAttribute::read(&attribute).ok())
}

impl fmt::Display for NameView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Relative names are shown backwards, their attributes forwards.
        let relative_names: Vec<_> = self.relative_names().collect();
        for (index, relative_name) in relative_names.into_iter().rev().enumerate() {
            for (inner, attribute) in attributes_of(relative_name).enumerate() {
                let separator = if inner > 0 { "+" } else { [",", ""][usize::from(index == 0)] };
                write!(f, "{separator}{attribute}")?;
            }
        }
        Ok(())
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

impl fmt::Display for NameAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.kind())?;
        if let Ok(text) = self.value() {
            return write_escaped(f, &text);
        }
        f.write_char('#')?;
        self.value.encoded.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
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

impl fmt::Debug for NameAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}:{:?}", self.kind(), self.string_type(), self.value().unwrap_or("?".into()))
    }
}

/// Where a name lies in the DER that its owner keeps, for owners that hand out views of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NamePlace {
    encoded: Range<usize>,
    content: Range<usize>,
}

impl NamePlace {
    /// Remembers the place of a name that was read.
    pub(crate) fn of(name: &Element<'_>) -> Self {
        Self { encoded: name.range(), content: name.content_range() }
    }

    /// The name in that DER.
    pub(crate) fn view<'a>(&self, der: &'a [u8]) -> NameView<'a> {
        NameView { encoded: &der[self.encoded.clone()], content: &der[self.content.clone()] }
    }
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
        let relative_names: Vec<_> = attributes.chunks(1).collect();
        grouped(&relative_names)
    }

    fn read(der: &[u8]) -> NameView<'_> {
        NameView::read(&Reader::new(der, "name").next().unwrap()).unwrap()
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
    }

    /// A name of relative names with several attributes each.
    fn grouped(relative_names: &[&[(Oid, Tag, &[u8])]]) -> Vec<u8> {
        let sets = relative_names.iter().flat_map(|attributes| {
            let attributes = attributes.iter().flat_map(|attribute| attribute_der(*attribute));
            element(Tag::SET, &[&attributes.collect::<Vec<_>>()])
        });
        element(Tag::SEQUENCE, &[&sets.collect::<Vec<_>>()])
    }

    fn attribute_der((oid, tag, value): (Oid, Tag, &[u8])) -> Vec<u8> {
        element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid.as_bytes()]), &element(tag, &[value])])
    }

    #[test]
    fn shows_the_most_specific_attribute_first_and_joins_multiple_ones() {
        let der = grouped(&[
            &[(oids::COUNTRY, Tag::PRINTABLE_STRING, b"PL")],
            &[
                (oids::COMMON_NAME, Tag::UTF8_STRING, "Żółw, sp. z o.o. ".as_bytes()),
                (Oid::constant("1.2.3"), Tag::INTEGER, &[7]),
            ],
        ]);
        assert_eq!(read(&der).to_string(), "CN=Żółw\\, sp. z o.o.\\ +1.2.3=#020107,C=PL");
        assert!(read(&name(&[])).to_string().is_empty());
    }

    #[test]
    fn escapes_what_would_forge_a_name_or_a_line() {
        let der = name(&[(oids::COMMON_NAME, Tag::UTF8_STRING, b"#a\",O=b\n")]);
        assert_eq!(read(&der).to_string(), "CN=\\#a\\\"\\,O=b\\0A");
    }

    #[test]
    fn refuses_what_is_no_name() {
        for der in [&[0x30, 2, 0x30, 0][..], &[0x30, 4, 0x31, 2, 0x30, 0], &[0x30, 1, 0x31]] {
            let element = Reader::new(der, "name").next().unwrap();
            assert!(NameView::read(&element).is_err(), "{der:02x?}");
        }
    }
}
