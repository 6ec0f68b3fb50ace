//! PEM (RFC 7468), read forgivingly and written strictly.
//!
//! People paste PEM out of mails and web forms: with a byte order mark, CRLF, indents, blank lines, any line
//! width and text around it. None of that is ambiguous, so all of it is read. What is written has 64 columns
//! and LF: public blocks by the `pem` crate, and private keys here, in a buffer that is sized once and wipes
//! itself.

use std::mem;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use pem::{EncodeConfig, LineEnding, Pem};
use zeroize::Zeroizing;

use crate::content::Content;

/// Why a text that has a PEM block in it could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PemError {
    /// A BEGIN line without an END line: the paste was cut off.
    #[error("the PEM block {label:?} is cut off: its END line is missing")]
    Unterminated {
        /// The label of the BEGIN line.
        label: String,
    },

    /// The END line belongs to another kind of block.
    #[error("the PEM block {label:?} ends with the END line of another kind of block")]
    MismatchedEnd {
        /// The label of the BEGIN line.
        label: String,
    },

    /// The text between the BEGIN and the END line is not base64.
    #[error("the PEM block {label:?} does not hold valid base64: look at line {line}")]
    #[non_exhaustive]
    InvalidBase64 {
        /// The label of the BEGIN line.
        label: String,
        /// The line of the text at which decoding stopped, the first being 1.
        line: usize,
    },
}

/// One block, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) body: &'a [u8],
    /// The whole text, and where the body starts in it.
    text: &'a [u8],
    start: usize,
}

impl Block<'_> {
    /// What the label promises.
    pub(crate) fn content(&self) -> Content {
        Content::from_label(self.label)
    }

    /// Whether the block has this header of RFC 1421.
    pub(crate) fn has_header(&self, header: &str) -> bool {
        let headers = self.body.len() - skip_headers(self.body).len();
        self.body[..headers].split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == header.as_bytes())
    }

    /// Decodes a body that is no secret: wiping the buffers would take as long as decoding.
    pub(crate) fn decode_public(&self) -> Result<Vec<u8>, PemError> {
        let body = skip_headers(self.body);
        let decoded = decode_through(body, &mut Vec::with_capacity(body.len()));
        decoded.map(|mut der| mem::take(&mut *der)).ok_or_else(|| self.invalid())
    }

    /// Decodes the body. It may be a private key, so that the buffer wipes itself; [`mem::take`] keeps public
    /// data.
    pub(crate) fn decode(&self) -> Result<Zeroizing<Vec<u8>>, PemError> {
        decode_base64(skip_headers(self.body)).ok_or_else(|| self.invalid())
    }

    fn invalid(&self) -> PemError {
        let body = skip_headers(self.body);
        let start = self.start + (self.body.len() - body.len());
        let lines = self.text[..start + first_wrong(body)].iter().filter(|byte| **byte == b'\n').count();
        PemError::InvalidBase64 { label: self.label.to_owned(), line: lines + 1 }
    }
}

/// What follows the BEGIN line of the first block that does not end.
pub(crate) fn unterminated(text: &[u8]) -> Option<(&str, &[u8])> {
    let mut rest = text;
    while let Some((label, after_begin)) = find_boundary(rest, b"-----BEGIN ") {
        let (body, tail) = after_begin.split_at(find(after_begin, b"-----").unwrap_or(after_begin.len()));
        match boundary(tail, b"-----END ") {
            Some((_, after_end)) => rest = after_end,
            None => return Some((label, body)),
        }
    }
    None
}

/// Finds all blocks, in order. No block at all is for the caller to judge, who knows which was wanted.
pub(crate) fn blocks(text: &[u8]) -> Result<Vec<Block<'_>>, PemError> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((label, after_begin)) = find_boundary(rest, b"-----BEGIN ") {
        let (body, tail) = after_begin.split_at(find(after_begin, b"-----").unwrap_or(after_begin.len()));
        match boundary(tail, b"-----END ") {
            Some((found, after_end)) if found == label => rest = after_end,
            Some(_) => return Err(PemError::MismatchedEnd { label: label.to_owned() }),
            None => return Err(PemError::Unterminated { label: label.to_owned() }),
        }
        blocks.push(Block { label, body, text, start: text.len() - after_begin.len() });
    }
    Ok(blocks)
}

/// Decodes base64, leaving out white space wherever it stands, taking padding or none, and in the URL's
/// alphabet too (RFC 4648 §5).
pub(crate) fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decode_through(text, &mut Zeroizing::new(Vec::with_capacity(text.len())))
}

/// Decodes by way of a buffer, which holds the same text without white space afterwards.
fn decode_through(text: &[u8], compact: &mut Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    // Lines are taken to be as long as the first, which spares looking at each character; the decoder finds
    // out whether there is more to leave out.
    let mut rest = text.trim_ascii_start();
    let end_of_line = |text: &[u8]| text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let width = end_of_line(rest);
    while !rest.is_empty() {
        let end = if rest.get(width) == Some(&b'\n') { width } else { end_of_line(rest) };
        let (line, tail) = rest.split_at(end);
        compact.extend_from_slice(line.trim_ascii());
        rest = tail.get(1..).unwrap_or_default();
    }
    decode_compact(compact, &STRICT_BITS).or_else(|| {
        compact.clear();
        compact.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| standard(*byte)));
        decode_compact(compact, &STRICT_BITS)
    })
}

/// Takes padding or none.
static STRICT_BITS: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, UNPADDED);
/// Takes bits beyond the last byte too, as a cut leaves them.
static ANY_BITS: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, UNPADDED.with_decode_allow_trailing_bits(true));
const UNPADDED: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Decodes base64 without white space.
fn decode_compact(compact: &[u8], engine: &GeneralPurpose) -> Option<Zeroizing<Vec<u8>>> {
    // The buffer is sized once: growing would leave copies of a key behind.
    let mut decoded = Zeroizing::new(vec![0; base64::decoded_len_estimate(compact.len())]);
    let length = engine.decode_slice(compact, &mut decoded).ok()?;
    decoded.truncate(length);
    Some(decoded)
}

/// The character of the usual alphabet for one of the URL's.
fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte)
}

/// Where base64 stops being base64; if only its end is wrong, there.
fn first_wrong(body: &[u8]) -> usize {
    let padding = body.iter().position(|byte| *byte == b'=').unwrap_or(body.len());
    let wrong = |byte: &u8| !is_base64(*byte) && !byte.is_ascii_whitespace();
    body[..padding].iter().position(wrong).unwrap_or_else(|| body.trim_ascii_end().len())
}

/// A structure in base64 that ends before its own header says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CutOff {
    pub(crate) actual: usize,
    pub(crate) expected: usize,
}

/// Decodes as much base64 as the DER in it says it is long, whatever follows: for text that has no END line.
/// `None` if no long DER starts here.
pub(crate) fn decode_by_length(text: &[u8]) -> Option<Result<Zeroizing<Vec<u8>>, CutOff>> {
    let mut digits = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    let head: Vec<u8> = digits.by_ref().take(8).map(standard).collect();
    let expected = match **decode_compact(&head, &ANY_BITS)? {
        [0x30, 0x81, length, ..] => 3 + usize::from(length),
        [0x30, 0x82, high, low, ..] => 4 + usize::from(u16::from_be_bytes([high, low])),
        _ => return None,
    };
    let mut compact = Zeroizing::new(Vec::with_capacity(expected.div_ceil(3) * 4));
    compact.extend_from_slice(&head);
    let wanted = (expected * 4).div_ceil(3);
    let rest = digits.take_while(|byte| is_base64(*byte)).map(standard);
    compact.extend(rest.take(wanted.saturating_sub(head.len())));
    // One digit alone makes no byte.
    let whole = if compact.len() % 4 == 1 { compact.len() - 1 } else { compact.len() };
    let decoded = decode_compact(&compact[..whole], &ANY_BITS)?;
    let actual = decoded.len();
    Some(if actual == expected { Ok(decoded) } else { Err(CutOff { actual, expected }) })
}

/// Writes one block that is no secret, with 64 columns and LF.
pub(crate) fn encode_public(label: &str, der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    ::pem::encode_config(&Pem::new(label, der), config)
}

/// Writes one block with 64 columns and LF (RFC 7468 §2). The text may be a private key and wipes itself.
pub(crate) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    /// Bytes that make a line of 64 characters.
    const BYTES_A_LINE: usize = 48;
    let lines = der.len().div_ceil(BYTES_A_LINE);
    let capacity = lines * 65 + 2 * (label.len() + 20);

    let mut text = Zeroizing::new(String::with_capacity(capacity));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for line in der.chunks(BYTES_A_LINE) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Finds the first well-formed boundary of this kind: its label, and what follows.
fn find_boundary<'a>(text: &'a [u8], start: &[u8]) -> Option<(&'a str, &'a [u8])> {
    let mut rest = text;
    loop {
        rest = &rest[find(rest, start)?..];
        if let Some(found) = boundary(rest, start) {
            return Some(found);
        }
        rest = &rest[1..];
    }
}

/// Where the needle, which starts with a dash, first stands.
fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        from += first_dash(&text[from..])?;
        if text[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// Where the first dash stands. Pieces without one are passed over whole, which the compiler makes a few
/// instructions each.
fn first_dash(text: &[u8]) -> Option<usize> {
    const PIECE: usize = 64;
    let has_dash = |piece: &[u8]| piece.iter().fold(false, |found, byte| found | (*byte == b'-'));
    let passed = text.chunks(PIECE).take_while(|piece| !has_dash(piece)).count() * PIECE;
    text.get(passed..)?.iter().position(|byte| *byte == b'-').map(|index| passed + index)
}

/// Reads `-----BEGIN LABEL-----` or `-----END LABEL-----` at the start of the text.
fn boundary<'a>(text: &'a [u8], start: &[u8]) -> Option<(&'a str, &'a [u8])> {
    /// The longest label in use has 25 characters; a bound keeps noise out of errors.
    const LONGEST_LABEL: usize = 40;
    let after = text.strip_prefix(start)?;
    let end = after.iter().take(LONGEST_LABEL + 1).position(|byte| *byte == b'-')?;
    let (label, tail) = after.split_at(end);
    let label = str::from_utf8(label).ok().filter(|label| {
        label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
    })?;
    Some((label, tail.strip_prefix(b"-----")?))
}

/// Leaves out the headers of RFC 1421 (`Proc-Type: …`), which end at a blank line.
fn skip_headers(body: &[u8]) -> &[u8] {
    if !body.contains(&b':') {
        return body;
    }
    let mut rest = body.trim_ascii_start();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, tail) = rest.split_at(end + 1);
        if line.trim_ascii().is_empty() {
            return tail;
        }
        rest = tail;
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "not a certificate", which is 17 bytes.
    const BODY: &str = "bm90IGEgY2VydGlmaWNhdGU=";

    fn only(text: &[u8]) -> Vec<u8> {
        let blocks = blocks(text).unwrap();
        assert_eq!(blocks.len(), 1);
        blocks[0].decode().unwrap().to_vec()
    }

    #[test]
    fn reads_what_it_writes() {
        for length in [0, 1, 47, 48, 49, 1000] {
            let der = vec![0xa5; length];
            let text = encode("CERTIFICATE", &der);
            assert_eq!(only(text.as_bytes()), der);
            assert_eq!(encode_public("CERTIFICATE", &der), *text);
            assert!(text.lines().all(|line| line.len() <= 64));
        }
    }

    #[test]
    fn does_not_grow_the_text_while_writing_a_key() {
        for length in [0, 1, 48, 1217] {
            let text = encode("ENCRYPTED PRIVATE KEY", &vec![1; length]);
            let capacity = length.div_ceil(48) * 65 + 2 * (21 + 20);
            assert!(text.len() <= capacity && text.capacity() == capacity, "{length}");
        }
    }

    #[test]
    fn reads_pastes_that_are_untidy_but_clear() {
        let (head, tail) = BODY.split_at(7);
        for text in [
            format!("\u{feff}-----BEGIN X-----\r\n{BODY}\r\n-----END X-----\r\n"),
            format!(
                "Dear sir,\n\n  -----BEGIN X-----  \n   {head} \n\n\t{tail}\n -----END X-----\nYours - me"
            ),
            format!("-----BEGIN X-----{BODY}-----END X-----"),
            format!("------BEGIN X-----\n{}\n-----END X------", BODY.trim_end_matches('=')),
            format!("-----BEGIN X-----\nProc-Type: 2\nOther: a\n b\n\n{BODY}\n-----END X-----\n"),
        ] {
            assert_eq!(only(text.as_bytes()), b"not a certificate", "{text}");
        }
    }

    #[test]
    fn reads_text_around_a_block_in_any_encoding() {
        let text = [b"\xb3\xf3d\x9f\n", encode("X", b"Lodz").as_bytes(), b"\xff"].concat();
        assert_eq!(only(&text), b"Lodz");
    }

    #[test]
    fn reads_the_alphabet_of_urls_and_spaces_inside_lines() {
        for (text, bytes) in
            [("-_8=", &[0xfb, 0xff][..]), ("+ / 8", &[0xfb, 0xff]), ("-__-", &[0xfb, 0xff, 0xfe])]
        {
            assert_eq!(decode_base64(text.as_bytes()).unwrap().as_slice(), bytes);
        }
    }

    #[test]
    fn tells_the_line_that_is_wrong() {
        let text = "Hello,\n-----BEGIN X-----\nbm90\nbm!0\nbm90\n-----END X-----\n";
        let error = blocks(text.as_bytes()).unwrap()[0].decode().unwrap_err();
        assert_eq!(error, PemError::InvalidBase64 { label: "X".to_owned(), line: 4 });
        let text = "-----BEGIN X-----\nbm90\nbm9\nbm\n-----END X-----\n";
        let error = blocks(text.as_bytes()).unwrap()[0].decode().unwrap_err();
        assert_eq!(error, PemError::InvalidBase64 { label: "X".to_owned(), line: 4 });
    }

    #[test]
    fn takes_what_the_length_says_and_counts_what_is_missing() {
        for length in [130, 131, 132, 300] {
            let der = crate::asn1::element(crate::asn1::Tag::SEQUENCE, &[&vec![0xff; length]]);
            let text = STANDARD.encode(&der);
            for tail in ["", "\nRegards", " -----END"] {
                let paste = format!("{text}{tail}");
                assert_eq!(**decode_by_length(paste.as_bytes()).unwrap().as_ref().unwrap(), der);
            }
            for cut in 8..text.len() - 4 {
                let cut_off = decode_by_length(&text.as_bytes()[..cut]).unwrap().unwrap_err();
                assert_eq!((cut_off.actual, cut_off.expected), (cut * 3 / 4, der.len()), "{cut}");
            }
        }
        assert_eq!(decode_by_length(b"bm90IGEgY2VydGlmaWNhdGU="), None);
    }

    #[test]
    fn finds_several_blocks_in_order() {
        let text = format!("{}between{}", *encode("A", b"1"), *encode("B", b"2"));
        let labels: Vec<_> = blocks(text.as_bytes()).unwrap().iter().map(|block| block.label).collect();
        assert_eq!(labels, ["A", "B"]);
    }

    #[test]
    fn finds_no_block_in_other_text() {
        for text in ["", "127.0.0.1 localhost", "-----BEGIN", "-----BEGIN lower-----", "-----BEGIN X----"] {
            assert!(blocks(text.as_bytes()).unwrap().is_empty(), "{text}");
        }
    }

    #[test]
    fn refuses_blocks_that_do_not_end() {
        let label = || "X".to_owned();
        for (text, error) in [
            (format!("-----BEGIN X-----\n{BODY}\n"), PemError::Unterminated { label: label() }),
            (
                format!("-----BEGIN X-----\n{BODY}\n-----BEGIN X-----"),
                PemError::Unterminated { label: label() },
            ),
            (
                format!("-----BEGIN X-----\n{BODY}\n-----END Y-----"),
                PemError::MismatchedEnd { label: label() },
            ),
        ] {
            assert_eq!(blocks(text.as_bytes()).unwrap_err(), error);
        }
    }

    #[test]
    fn refuses_a_body_that_is_not_base64() {
        for body in ["!", "A", "Proc-Type: 1", "bm90.IGEg"] {
            let text = format!("-----BEGIN X-----\n{body}\n-----END X-----");
            assert!(blocks(text.as_bytes()).unwrap()[0].decode().is_err(), "{body}");
        }
    }
}
