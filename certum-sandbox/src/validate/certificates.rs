//! Certificates that a request names, by their serial number or by themselves.

use csr_tools::Certificate;

use super::{
    Findings,
    texts::{is_blank, is_longer},
};

/// The most digits of a serial number.
const MAX_SERIAL: usize = 64;

/// The codes about a serial number. Nearly every place where one can stand has its own.
#[derive(Debug)]
pub(crate) struct SerialCodes {
    missing: u32,
    too_long: u32,
    not_hex: u32,
}

impl SerialCodes {
    /// Of `getCertificate`, `renewCertificate` and `reissueCertificate`: an element that is there, but empty, is 1160.
    pub(crate) const NAMED: Self = Self { missing: 1160, too_long: 1161, not_hex: 2096 };
    /// Of `revokeCertificate`.
    pub(crate) const REVOKED: Self = Self { missing: 1132, too_long: 1134, not_hex: 1146 };
    /// Of the certificates that `orderSNICertificate` gathers.
    pub(super) const GATHERED: Self = Self { missing: 2000, too_long: 2001, not_hex: 2002 };
    /// Of the certificate that `modifySNICertificate` changes, of those that it adds, and of those that it removes.
    pub(super) const MODIFIED: Self = Self { missing: 2028, too_long: 2029, not_hex: 2030 };
    pub(super) const ADDED: Self = Self { missing: 2036, too_long: 2037, not_hex: 2038 };
    pub(super) const REMOVED: Self = Self { missing: 2040, too_long: 2041, not_hex: 2042 };
}

/// A certificate as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// In lower case, without leading zeros.
    pub(crate) serial: String,
    /// Only where the certificate itself was given.
    pub(crate) der: Option<Vec<u8>>,
}

/// Reads a serial number. It is a number: case and leading zeros are a matter of taste, and are left out.
pub(crate) fn read_serial(text: &str, codes: &SerialCodes, findings: &mut Findings) -> Option<String> {
    let digits = text.trim();
    if digits.is_empty() {
        findings.add(codes.missing);
    } else if is_longer(digits, MAX_SERIAL) {
        findings.add_with(codes.too_long, digits);
    } else if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        findings.add_with(codes.not_hex, digits);
    } else {
        return Some(normalize(digits));
    }
    None
}

/// The number that digits stand for.
pub(super) fn normalize(digits: &str) -> String {
    digits.trim().trim_start_matches('0').to_ascii_lowercase()
}

/// Reads a certificate in PEM or bare base64. It is not told back: whoever sent it has it.
pub(super) fn read_certificate(text: &str, malformed: u32, findings: &mut Findings) -> Option<Named> {
    let certificate = Certificate::from_pem_or_base64(text).ok();
    if certificate.is_none() {
        findings.add(malformed);
    }
    let certificate = certificate?;
    Some(Named {
        serial: normalize(&certificate.serial_number().to_string()),
        der: Some(certificate.as_der().to_vec()),
    })
}

/// Reads which certificate to renew or to reissue: exactly one of the two ways to name it.
pub(crate) fn read_named(
    serial: Option<&str>,
    certificate: Option<&str>,
    findings: &mut Findings,
) -> Option<Named> {
    match (serial, certificate.filter(|text| !is_blank(text))) {
        (Some(serial), None) => {
            read_serial(serial, &SerialCodes::NAMED, findings).map(|serial| Named { serial, der: None })
        }
        (None, Some(certificate)) => read_certificate(certificate, 1165, findings),
        (None, None) | (Some(_), Some(_)) => {
            findings.add(1164);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serial(text: &str) -> Result<String, Vec<u32>> {
        let mut findings = Findings::default();
        let read = read_serial(text, &SerialCodes::NAMED, &mut findings);
        read.ok_or_else(|| findings.into_errors().iter().map(|error| error.code.number()).collect())
    }

    #[test]
    fn reads_a_serial_number_in_any_case_and_with_leading_zeros() {
        assert_eq!(serial(" 00782D878E ").unwrap(), "782d878e");
        assert_eq!(serial(" ").unwrap_err(), [1160]);
        assert_eq!(serial(&"a".repeat(65)).unwrap_err(), [1161]);
        assert_eq!(serial("78:2d").unwrap_err(), [2096]);
        assert!(serial(&"a".repeat(64)).is_ok());
    }

    #[test]
    fn wants_exactly_one_way_to_name_a_certificate() {
        let codes = |serial, certificate| {
            let mut findings = Findings::default();
            read_named(serial, certificate, &mut findings);
            findings.into_errors().iter().map(|error| error.code.number()).collect::<Vec<_>>()
        };
        assert_eq!(codes(None, None), [1164]);
        assert_eq!(codes(Some("a"), Some("b")), [1164]);
        assert_eq!(codes(None, Some("b")), [1165]);
        assert_eq!(codes(Some(""), None), [1160]);
        assert!(codes(Some("a"), Some(" ")).is_empty());
    }
}
