//! Undoing what mail programs, web forms and terminals do to text.

use std::mem;

use zeroize::Zeroizing;

use super::encoded::{PRIVATE_KEY, from_text, not_a_request};
use super::{EncodedRequest, RequestError};
use crate::content::Content;
use crate::pem::{self, CutOff};

/// Each undoes one thing, and says nothing if the thing was not done. They are tried in this order, each on
/// what the last one left.
const REPAIRS: [fn(&str) -> Option<String>; 6] =
    [invisible_characters, escaped_line_breaks, html, quoted_printable, quotation_marks, dashes];

/// Reads a text that was not readable as it was, or says what it looks like.
pub(super) fn read(input: &[u8], first_error: &RequestError) -> Result<EncodedRequest, RequestError> {
    // It may turn out to be a private key.
    let mut text =
        Zeroizing::new(utf16(input).unwrap_or_else(|| String::from_utf8_lossy(input).into_owned()));
    let mut error = first_error.clone();
    let mut attempt = |text: &str| match from_text(text.as_bytes()) {
        Err(RequestError::NoPemBlock) => None,
        // An error about a repaired text says more, unless it's about the lines of a text that nobody has.
        Err(RequestError::Pem(_)) if error != RequestError::NoPemBlock => None,
        Err(other @ (RequestError::Pem(_) | RequestError::CutOff { .. })) => {
            error = other;
            None
        }
        outcome => Some(outcome),
    };
    if let Some(outcome) = attempt(&text) {
        return outcome;
    }
    for repair in REPAIRS {
        if let Some(repaired) = repair(&text) {
            text = Zeroizing::new(repaired);
            if let Some(outcome) = attempt(&text) {
                return outcome;
            }
        }
    }
    if error != RequestError::NoPemBlock {
        return Err(error);
    }
    bare_base64(&text).unwrap_or_else(|| {
        Err(match Content::from_text(input) {
            Content::Other => RequestError::NoPemBlock,
            content => not_a_request(content),
        })
    })
}

/// Base64 of long DER without any PEM around it, at the start of a line.
fn bare_base64(text: &str) -> Option<Result<EncodedRequest, RequestError>> {
    if text.as_bytes().windows(PRIVATE_KEY.len()).any(|window| window == PRIVATE_KEY) {
        return Some(Err(RequestError::PrivateKey));
    }
    // "MI" is what 30 81 and 30 82 look like in base64.
    let mut starts = text.match_indices("MI").filter(|(index, _)| {
        text[..*index].chars().next_back().is_none_or(|before| !before.is_ascii_alphanumeric())
    });
    let found = starts.find_map(|(index, _)| pem::decode_by_length(&text.as_bytes()[index..]))?;
    Some(match found {
        Ok(mut der) => match Content::from_der(&der) {
            Content::CertificateRequest => Ok(EncodedRequest::from_der(mem::take(&mut *der))),
            // Something that begins like DER by chance is not worth a word about DER.
            Content::Other => Err(RequestError::NoPemBlock),
            content => Err(not_a_request(content)),
        },
        Err(CutOff { actual, expected }) => Err(RequestError::CutOff { actual, expected }),
    })
}

/// UTF-16, with or without a byte order mark: text in it has a zero for every other byte.
fn utf16(input: &[u8]) -> Option<String> {
    let (pairs, rest) = input.as_chunks::<2>();
    let decode = |unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        rest.is_empty().then(|| String::from_utf16_lossy(&units))
    };
    match pairs.first()? {
        [0xff, 0xfe] | [1..=255, 0] => decode(u16::from_le_bytes),
        [0xfe, 0xff] | [0, 1..=255] => decode(u16::from_be_bytes),
        _ => None,
    }
}

/// Characters that show nothing, and the space that does not break.
fn invisible_characters(text: &str) -> Option<String> {
    let is_invisible = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let is_space = |c: char| !c.is_ascii() && c.is_whitespace();
    text.contains(|c| is_invisible(c) || is_space(c)).then(|| {
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if is_space(c) { ' ' } else { c }).collect()
    })
}

/// Line breaks spelled out, as in a JSON string.
fn escaped_line_breaks(text: &str) -> Option<String> {
    text.contains("\\n").then(|| text.replace("\\r", "").replace("\\n", "\n").replace("\\/", "/"))
}

/// HTML: elements stand for line breaks, entities for characters. A text may have been escaped twice.
fn html(text: &str) -> Option<String> {
    if !text.contains('&') && !text.contains('<') {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        plain.push_str(&rest[..start]);
        let Some(length) = rest[start..].find('>') else { break };
        plain.push('\n');
        rest = &rest[start + length + 1..];
    }
    plain.push_str(rest);
    Some(entities(&entities(&plain)))
}

fn entities(text: &str) -> String {
    /// The longest that is looked for, without `&` and `;`.
    const LONGEST: usize = 8;
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        let end = rest.bytes().take(LONGEST + 1).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[..end])?, end))) {
            Some((character, end)) => {
                plain.push(character);
                rest = &rest[end + 1..];
            }
            None => plain.push('&'),
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        "plus" => Some('+'),
        "equals" => Some('='),
        "sol" => Some('/'),
        "NewLine" => Some('\n'),
        _ => match name.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => number(&hex[1..], 16),
            decimal => number(decimal, 10),
        },
    }
}

/// Quoted-printable (RFC 2045 §6.7): soft breaks at line ends, and `=3D` for `=`. Padding before an END line
/// is no soft break.
fn quoted_printable(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(start) = rest.find('=') {
        plain.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let next_line = after
            .trim_start_matches([' ', '\t'])
            .strip_prefix("\r\n")
            .or_else(|| after.trim_start_matches([' ', '\t']).strip_prefix('\n'));
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (next_line, code) {
            (Some(next), _) if next.starts_with(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c)) => {
                rest = next;
                changed = true;
            }
            (_, Some(code)) if code.is_ascii() => {
                plain.push(char::from(code));
                rest = &after[2..];
                changed = true;
            }
            _ => {
                plain.push('=');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    changed.then_some(plain)
}

/// The marks at line starts with which mail programs quote, and quotes around each line of a program.
fn quotation_marks(text: &str) -> Option<String> {
    let is_mark = |c: char| c.is_whitespace() || "<>|#*\"'`,;".contains(c);
    let unquoted: Vec<&str> = text.lines().map(|line| line.trim_matches(is_mark)).collect();
    let is_changed = text.lines().zip(&unquoted).any(|(line, unquoted)| line.trim() != *unquoted);
    is_changed.then(|| unquoted.join("\n"))
}

/// Boundaries whose dashes were lost or made longer ones, or that are in small letters.
fn dashes(text: &str) -> Option<String> {
    let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '=' | '*');
    let mut changed = false;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let words = line.trim().trim_matches(is_dash).trim().to_ascii_uppercase();
            let is_boundary = ["BEGIN ", "END "].iter().any(|start| words.starts_with(start))
                && ["CERTIFICATE REQUEST", "CERTIFICATE", "PRIVATE KEY"]
                    .iter()
                    .any(|label| words.ends_with(label));
            if !is_boundary {
                return line.to_owned();
            }
            changed = true;
            let words: Vec<&str> = words.split_whitespace().collect();
            format!("-----{}-----", words.join(" "))
        })
        .collect();
    changed.then(|| lines.join("\n"))
}
