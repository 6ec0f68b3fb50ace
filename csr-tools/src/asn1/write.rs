//! Writing DER.

use super::Tag;

/// Encodes one element from its contents, which are given in pieces.
pub(crate) fn element(tag: Tag, contents: &[&[u8]]) -> Vec<u8> {
    let length: usize = contents.iter().map(|piece| piece.len()).sum();
    let mut der = Vec::with_capacity(length + 6);
    der.push(tag.0);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => der.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let leading = bytes.iter().take_while(|byte| **byte == 0).count();
            // A usize has at most eight bytes, so that the count fits beside the high bit.
            der.push(0x80 | (bytes.len() - leading) as u8);
            der.extend_from_slice(&bytes[leading..]);
        }
    }
    for piece in contents {
        der.extend_from_slice(piece);
    }
    der
}

/// Encodes whole bytes as a BIT STRING.
#[cfg(test)]
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(Tag::BIT_STRING, &[&[0], bytes])
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    #[test]
    fn what_it_writes_reads_back_at_each_length_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let contents = vec![7; length];
            let der = element(Tag::OCTET_STRING, &[&contents]);
            let mut reader = Reader::new(&der, "value");
            assert_eq!(reader.expect(Tag::OCTET_STRING).unwrap().content, contents);
            reader.finish().unwrap();
        }
    }
}
