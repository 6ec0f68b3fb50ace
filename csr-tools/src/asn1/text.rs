//! The string types of a name.

use std::borrow::Cow;
use std::fmt;

use super::{DerError, Element, Tag};

/// The ASN.1 type of a value in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StringType {
    /// UTF8String: any letters.
    Utf8,
    /// PrintableString: Latin letters, digits, space and `'()+,-./:=?`.
    Printable,
    /// IA5String: ASCII.
    Ia5,
    /// TeletexString: T.61 in the standard, Latin-1 in practice.
    Teletex,
    /// BMPString: UTF-16 of the basic plane.
    Bmp,
    /// UniversalString: UTF-32.
    Universal,
    /// NumericString: digits and space.
    Numeric,
    /// VisibleString: ASCII without control characters.
    Visible,
    /// Something that is not a string, by its tag.
    Other(u8),
}

impl StringType {
    pub(crate) fn of(element: &Element<'_>) -> Self {
        match element.tag {
            Tag::UTF8_STRING => Self::Utf8,
            Tag::PRINTABLE_STRING => Self::Printable,
            Tag::IA5_STRING => Self::Ia5,
            Tag::TELETEX_STRING => Self::Teletex,
            Tag::BMP_STRING => Self::Bmp,
            Tag::UNIVERSAL_STRING => Self::Universal,
            Tag::NUMERIC_STRING => Self::Numeric,
            Tag::VISIBLE_STRING => Self::Visible,
            Tag(other) => Self::Other(other),
        }
    }

    /// Whether a text can be written in this type. Only the types that requests are made with can be asked.
    pub(crate) fn holds(self, text: &str) -> bool {
        match self {
            Self::Printable => text.bytes().all(is_printable),
            Self::Ia5 => text.is_ascii(),
            _ => true,
        }
    }
}

impl fmt::Display for StringType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF8String",
            Self::Printable => "PrintableString",
            Self::Ia5 => "IA5String",
            Self::Teletex => "TeletexString",
            Self::Bmp => "BMPString",
            Self::Universal => "UniversalString",
            Self::Numeric => "NumericString",
            Self::Visible => "VisibleString",
            Self::Other(tag) => return write!(f, "the tag 0x{tag:02x}"),
        })
    }
}

/// The characters of PrintableString (X.680 §41.4).
fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte)
}

/// Decodes as [`decode_text`] does, and borrows the text where its bytes are UTF-8 already.
pub(crate) fn borrow_text<'a>(element: &Element<'a>) -> Result<Cow<'a, str>, DerError> {
    let is_ascii = || element.content.is_ascii();
    let borrowed = match element.tag {
        Tag::UTF8_STRING => str::from_utf8(element.content).ok(),
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | Tag::NUMERIC_STRING | Tag::VISIBLE_STRING if is_ascii() => {
            str::from_utf8(element.content).ok()
        }
        _ => None,
    };
    borrowed.map_or_else(|| decode_text(element).map(Cow::Owned), |text| Ok(Cow::Borrowed(text)))
}

/// Decodes any of the string types that a name's attribute may have (RFC 5280 §4.1.2.4 and, for strings
/// beyond DirectoryString, what old tools write).
pub(crate) fn decode_text(element: &Element<'_>) -> Result<String, DerError> {
    let bytes = element.content;
    let text = match element.tag {
        Tag::UTF8_STRING => str::from_utf8(bytes).ok().map(str::to_owned),
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | Tag::NUMERIC_STRING | Tag::VISIBLE_STRING => {
            str::from_utf8(bytes).ok().filter(|text| text.is_ascii()).map(str::to_owned)
        }
        // T.61 in the standard, Latin-1 in practice.
        Tag::TELETEX_STRING => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BMP_STRING => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
            rest.is_empty().then_some(units).and_then(|units| String::from_utf16(&units).ok())
        }
        Tag::UNIVERSAL_STRING => {
            let (units, rest) = bytes.as_chunks::<4>();
            let text = units.iter().copied().map(|unit| char::from_u32(u32::from_be_bytes(unit))).collect();
            if rest.is_empty() { text } else { None }
        }
        _ => return Err(element.invalid("a value is not a string")),
    };
    text.ok_or_else(|| element.invalid("a string is not in the encoding that its type promises"))
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    fn decode(der: &[u8]) -> Result<String, DerError> {
        decode_text(&Reader::new(der, "value").next()?)
    }

    #[test]
    fn decodes_each_string_type() {
        assert_eq!(decode(&[0x0c, 2, 0xc5, 0xbc]).unwrap(), "ż");
        assert_eq!(decode(&[0x13, 2, b'P', b'L']).unwrap(), "PL");
        assert_eq!(decode(&[0x14, 1, 0xf3]).unwrap(), "ó");
        assert_eq!(decode(&[0x1e, 2, 0x01, 0x7c]).unwrap(), "ż");
        assert_eq!(decode(&[0x1c, 4, 0, 0, 0x01, 0x7c]).unwrap(), "ż");
    }

    #[test]
    fn refuses_bytes_that_the_type_does_not_allow() {
        for der in
            [&[0x0c, 1, 0xff][..], &[0x13, 1, 0xf3], &[0x1e, 1, 0], &[0x1c, 4, 0, 0x11, 0, 0], &[0x02, 1, 0]]
        {
            assert!(decode(der).is_err(), "{der:02x?}");
        }
    }
}
