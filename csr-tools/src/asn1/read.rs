//! A borrowed walk over DER (X.690): every element knows its own encoding, so that signatures are checked
//! over it.

use std::ops::Range;
use std::{fmt, iter};

/// The identifier octet of an element, in the form with a tag number below 31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) u8);

impl Tag {
    pub(crate) const BOOLEAN: Self = Self(0x01);
    pub(crate) const INTEGER: Self = Self(0x02);
    pub(crate) const BIT_STRING: Self = Self(0x03);
    pub(crate) const OCTET_STRING: Self = Self(0x04);
    pub(crate) const OID: Self = Self(0x06);
    pub(crate) const UTF8_STRING: Self = Self(0x0c);
    pub(crate) const NUMERIC_STRING: Self = Self(0x12);
    pub(crate) const PRINTABLE_STRING: Self = Self(0x13);
    pub(crate) const TELETEX_STRING: Self = Self(0x14);
    pub(crate) const IA5_STRING: Self = Self(0x16);
    pub(crate) const UTC_TIME: Self = Self(0x17);
    pub(crate) const GENERALIZED_TIME: Self = Self(0x18);
    pub(crate) const VISIBLE_STRING: Self = Self(0x1a);
    pub(crate) const UNIVERSAL_STRING: Self = Self(0x1c);
    pub(crate) const BMP_STRING: Self = Self(0x1e);
    pub(crate) const SEQUENCE: Self = Self(0x30);
    pub(crate) const SET: Self = Self(0x31);

    /// `[number]`, holding other elements (EXPLICIT, or IMPLICIT of a SEQUENCE or SET).
    pub(crate) const fn context(number: u8) -> Self {
        Self(0xa0 | number)
    }

    /// `[number]` IMPLICIT over a type without inner elements.
    pub(crate) const fn context_primitive(number: u8) -> Self {
        Self(0x80 | number)
    }
}

/// Why some DER could not be read: in which part, at which byte, and what was wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {part} cannot be read at byte {offset}: {problem}")]
pub struct DerError {
    part: &'static str,
    offset: usize,
    problem: Problem,
}

impl DerError {
    /// The part of the structure that was being read, in words.
    pub fn part(&self) -> &str {
        self.part
    }

    /// The byte at which reading stopped, counted from the start of the outermost DER.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Problem {
    CutOff { expected: usize, actual: usize },
    TrailingData { bytes: usize },
    UnexpectedTag { expected: Tag, found: Tag },
    Invalid(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff { expected, actual } => write!(f, "cut off after {actual} of {expected} bytes"),
            Self::TrailingData { bytes } => write!(f, "{bytes} bytes too many"),
            Self::UnexpectedTag { expected, found } => {
                write!(f, "expected the tag 0x{:02x}, found 0x{:02x}", expected.0, found.0)
            }
            Self::Invalid(what) => f.write_str(what),
        }
    }
}

/// One element: its tag, its contents, and its whole encoding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) content: &'a [u8],
    pub(crate) encoded: &'a [u8],
    start: usize,
    part: &'static str,
}

impl<'a> Element<'a> {
    /// Where the element lies in the outermost DER.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.start + self.encoded.len()
    }

    /// Where the element's contents lie in the outermost DER.
    pub(crate) fn content_range(&self) -> Range<usize> {
        let end = self.start + self.encoded.len();
        end - self.content.len()..end
    }

    /// Walks the elements inside; `part` names them in errors.
    pub(crate) fn reader(&self, part: &'static str) -> Reader<'a> {
        Reader { rest: self.content, offset: self.content_range().start, part }
    }

    /// The bytes of a BIT STRING that is a whole number of bytes, as all in X.509 that hold DER or signatures
    /// are.
    pub(crate) fn bit_string_bytes(&self) -> Result<&'a [u8], DerError> {
        match self.content.split_first() {
            Some((0, bytes)) => Ok(bytes),
            _ => Err(self.invalid("a bit string is not a whole number of bytes")),
        }
    }

    /// The magnitude of a non-negative INTEGER, without the sign byte.
    pub(crate) fn unsigned(&self) -> Result<&'a [u8], DerError> {
        match self.content {
            [] => Err(self.invalid("an integer is empty")),
            [first, ..] if *first >= 0x80 => Err(self.invalid("an integer is negative")),
            [0, magnitude @ ..] if !magnitude.is_empty() => Ok(magnitude),
            all => Ok(all),
        }
    }

    /// An error at this element.
    pub(crate) fn invalid(&self, problem: &'static str) -> DerError {
        DerError { part: self.part, offset: self.start, problem: Problem::Invalid(problem) }
    }
}

/// Walks the elements of one level, in order.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
    part: &'static str,
}

impl<'a> Reader<'a> {
    /// Starts at the outermost level; `part` names it in errors.
    pub(crate) fn new(der: &'a [u8], part: &'static str) -> Self {
        Self { rest: der, offset: 0, part }
    }

    /// Reads `der` as exactly one SEQUENCE with nothing after it, and walks its elements.
    pub(crate) fn whole_sequence(der: &'a [u8], part: &'static str) -> Result<Self, DerError> {
        let mut outer = Self::new(der, part);
        let sequence = outer.expect(Tag::SEQUENCE)?;
        outer.finish()?;
        Ok(sequence.reader(part))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element's tag, unread.
    pub(crate) fn peek(&self) -> Option<Tag> {
        self.rest.first().copied().map(Tag)
    }

    /// The next element, whatever it is.
    pub(crate) fn next(&mut self) -> Result<Element<'a>, DerError> {
        let (header, length) = self.header()?;
        let expected = header.saturating_add(length);
        let Some((encoded, rest)) = self.rest.split_at_checked(expected) else {
            return Err(self.error(Problem::CutOff { expected, actual: self.rest.len() }));
        };
        let element = Element {
            tag: Tag(encoded[0]),
            content: &encoded[header..],
            encoded,
            start: self.offset,
            part: self.part,
        };
        self.rest = rest;
        self.offset += expected;
        Ok(element)
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, DerError> {
        match self.peek() {
            Some(found) if found != tag => Err(self.error(Problem::UnexpectedTag { expected: tag, found })),
            _ => self.next(),
        }
    }

    /// The next element if it has this tag: an OPTIONAL field.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, DerError> {
        if self.peek() == Some(tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// The elements that are left, up to the first that cannot be read: for a level that was walked before.
    pub(crate) fn elements(mut self) -> impl Iterator<Item = Element<'a>> {
        iter::from_fn(move || self.next().ok())
    }

    /// Refuses anything left over.
    pub(crate) fn finish(self) -> Result<(), DerError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error(Problem::TrailingData { bytes: self.rest.len() }))
        }
    }

    /// The lengths of the next element's header and contents, as X.690 §10.1 allows them: definite and
    /// shortest.
    fn header(&self) -> Result<(usize, usize), DerError> {
        let tag_length = match self.rest.first() {
            // Tag numbers from 31 up go on in bytes with the high bit set. Nothing read here has one, but it
            // may be skipped.
            Some(first) if first & 0x1f == 0x1f => {
                let more = self.rest.iter().skip(1).take_while(|byte| **byte >= 0x80).count();
                more + 2
            }
            _ => 1,
        };
        let actual = self.rest.len();
        let Some(&first) = self.rest.get(tag_length) else {
            return Err(self.error(Problem::CutOff { expected: tag_length + 1, actual }));
        };
        if first < 0x80 {
            return Ok((tag_length + 1, usize::from(first)));
        }

        let count = usize::from(first & 0x7f);
        let header = tag_length + 1 + count;
        // Four bytes hold any length that fits in memory worth reading; zero of them is BER's "indefinite".
        if !(1..=4).contains(&count) {
            return Err(self.error(Problem::Invalid("a length is not in DER's form")));
        }
        let Some(bytes) = self.rest.get(tag_length + 1..header) else {
            return Err(self.error(Problem::CutOff { expected: header, actual }));
        };
        let length = bytes.iter().fold(0_usize, |length, byte| (length << 8) | usize::from(*byte));
        if length < 0x80 || bytes[0] == 0 {
            return Err(self.error(Problem::Invalid("a length is not in its shortest form")));
        }
        Ok((header, length))
    }

    fn error(&self, problem: Problem) -> DerError {
        DerError { part: self.part, offset: self.offset, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_much_of_a_cut_off_element_is_there() {
        let error = Reader::new(&[0x30, 0x05, 0x02, 0x01], "request").next().unwrap_err();
        assert_eq!(error.to_string(), "the request cannot be read at byte 0: cut off after 4 of 7 bytes");
    }

    #[test]
    fn refuses_trailing_data() {
        let error = Reader::whole_sequence(&[0x30, 0x00, 0x00], "request").unwrap_err();
        assert_eq!(error.to_string(), "the request cannot be read at byte 2: 1 bytes too many");
    }

    #[test]
    fn refuses_lengths_that_are_not_der() {
        for der in
            [&[0x04, 0x80, 0, 0][..], &[0x04, 0x81, 0x01, 0xff], &[0x04, 0x82, 0x00, 0x81], &[0x04, 0x85]]
        {
            assert!(Reader::new(der, "value").next().is_err(), "{der:02x?}");
        }
    }

    #[test]
    fn refuses_empty_and_headerless_input() {
        for der in [&[][..], &[0x30], &[0x1f], &[0x1f, 0x81], &[0x30, 0x82, 0x01]] {
            assert!(Reader::new(der, "value").next().is_err(), "{der:02x?}");
        }
    }

    #[test]
    fn skips_elements_with_long_tag_numbers() {
        let mut reader = Reader::new(&[0x5f, 0x81, 0x01, 0x01, 0xff, 0x05, 0x00], "value");
        assert_eq!(reader.next().unwrap().content, [0xff]);
        assert_eq!(reader.next().unwrap().encoded, [0x05, 0x00]);
    }

    #[test]
    fn knows_where_an_inner_element_lies() {
        let der = [0x30, 0x05, 0x05, 0x00, 0x02, 0x01, 0x07];
        let mut inner = Reader::whole_sequence(&der, "value").unwrap();
        inner.next().unwrap();
        let integer = inner.next().unwrap();
        assert_eq!((integer.range(), integer.content_range()), (4..7, 6..7));
        assert_eq!(&der[integer.range()], integer.encoded);
    }
}
