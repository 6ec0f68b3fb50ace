//! The string types of a name.

use super::{DerError, Element, Tag};

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
