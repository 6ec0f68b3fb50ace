//! Certificates as others name them: by serial number, or by themselves.

use csr_tools::Certificate;

use super::{Findings, is_longer};

/// The longest serial number.
const MAX_SERIAL: usize = 64;

/// What an operation calls the faults of a serial number.
#[derive(Clone, Copy)]
pub(crate) struct SerialCodes {
    pub(crate) missing: u32,
    pub(crate) too_long: u32,
    pub(crate) not_hex: u32,
}

/// Reads a serial number: lower case, no zeros in front, as it is a number.
pub(crate) fn read_serial(text: &str, codes: SerialCodes, findings: &mut Findings) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        findings.add(codes.missing);
    } else if is_longer(text, MAX_SERIAL) {
        findings.add_with(codes.too_long, text);
    } else if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        findings.add_with(codes.not_hex, text);
    } else {
        return Some(text.to_ascii_lowercase().trim_start_matches('0').to_owned());
    }
    None
}

/// Reads a certificate in PEM, or its bare base64.
pub(crate) fn read_certificate_pem(
    text: &str,
    malformed: u32,
    findings: &mut Findings,
) -> Option<Certificate> {
    let read = Certificate::from_pem_or_base64(text);
    if read.is_err() {
        findings.add(malformed);
    }
    read.ok()
}
