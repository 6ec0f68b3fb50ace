//! What tells two runs apart: a hash of every event that was stored, in their order.

use cert_lifecycle::service::RecordedEvent;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::seen::Number;

/// A hash of what was stored. What keys and signatures make differs from run to run of the same seed: it is left out.
pub(crate) struct Record {
    hash: Sha256,
    line: Vec<u8>,
    known: Vec<u8>,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self { hash: Sha256::new(), line: Vec::new(), known: Vec::new() }
    }

    pub(crate) fn add(&mut self, at: Timestamp, Number(number): Number, events: &[RecordedEvent]) {
        for recorded in events {
            self.line.clear();
            self.known.clear();
            self.known.extend(at.as_millisecond().to_be_bytes());
            self.known.extend(recorded.at.as_millisecond().to_be_bytes());
            self.known.extend(number.to_be_bytes());
            // Events are data: that one can't be written is a fault that the store would have found.
            if serde_json::to_writer(&mut self.line, &recorded.event).is_ok() {
                keep_known(&self.line, &mut self.known);
            }
            self.hash.update(&self.known);
        }
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

/// Keeps JSON but for the texts in it that follow from keys: PEM, and hashes of 64 digits.
fn keep_known(json: &[u8], known: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(opening) = rest.iter().position(|byte| *byte == b'"') {
        let (before, text) = rest.split_at(opening + 1);
        known.extend_from_slice(before);
        let mut length = 0;
        while let Some(byte) = text.get(length).filter(|byte| **byte != b'"') {
            length += if *byte == b'\\' { 2 } else { 1 };
        }
        let (text, after) = text.split_at(length.min(text.len()));
        let is_hash = text.len() == 64 && text.iter().all(u8::is_ascii_hexdigit);
        if !is_hash && !text.starts_with(b"-----BEGIN") {
            known.extend_from_slice(text);
        }
        // The closing quotation mark opens nothing.
        let (closing, after) = after.split_at(1.min(after.len()));
        known.extend_from_slice(closing);
        rest = after;
    }
    known.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(json: &str) -> Vec<u8> {
        let mut known = Vec::new();
        keep_known(json.as_bytes(), &mut known);
        known
    }

    #[test]
    fn minds_everything_but_keys_and_signatures() {
        let of = |number: u8, pem: &str, digit: &str| {
            known(&format!(
                r#"{{"n":{number},"pem":"-----BEGIN {pem}","h":"{}","t":"a \" b"}}"#,
                digit.repeat(64)
            ))
        };
        assert_eq!(of(1, "x", "a"), of(1, "y", "b"));
        assert_ne!(of(1, "x", "a"), of(2, "x", "a"));
        assert_ne!(known(r#"{"a":"one","b":2}"#), known(r#"{"a":"two","b":2}"#));
    }
}
