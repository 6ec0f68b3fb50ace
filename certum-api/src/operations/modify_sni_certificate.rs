//! `modifySNICertificate`: changes which names an SNI certificate holds.

use super::operation;
use crate::types::{HashAlgorithm, SerialNumbers};
use crate::wire::record;

record! {
    /// Orders an SNI certificate anew with other names. The certificate is named by its serial number or given
    /// itself. The sources list both elements as required, but there is a code for giving neither (2027), so each
    /// may be left out here.
    pub choice struct ModifySniCertificate {
        /// The certificate's serial number, hexadecimal.
        optional serial_number: String = "serialNumber",
        /// The certificate, PEM.
        optional x509_cert: String = "X509Cert",
        /// The certificates whose names to add.
        optional add_serial_numbers: SerialNumbers = "addSerialNumbers",
        /// The certificates whose names to remove.
        optional remove_serial_numbers: SerialNumbers = "removeSerialNumbers",
        /// The algorithm that the CA signs with.
        optional hash_algorithm: HashAlgorithm = "hashAlgorithm",
    }
}

impl ModifySniCertificate {
    /// Changes the certificate with a serial number (hexadecimal).
    #[must_use]
    pub fn by_serial_number(serial_number: impl Into<String>) -> Self {
        Self { serial_number: Some(serial_number.into()), ..Self::new() }
    }

    /// Changes a certificate (PEM).
    #[must_use]
    pub fn by_certificate(x509_cert: impl Into<String>) -> Self {
        Self { x509_cert: Some(x509_cert.into()), ..Self::new() }
    }
}

record! {
    /// The order was placed.
    pub struct ModifySniCertificateResponse {
        /// The order's identifier.
        required order_id: String = "orderID",
        /// The certificates whose names it can't hold.
        list invalid_serial_numbers: String = "invalidSerialNumbers" / "serialNumber",
    }
}

operation!(ModifySniCertificate = "modifySNICertificate", Purchase, ModifySniCertificateResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut request = ModifySniCertificate::by_serial_number("782D878E");
        request.add_serial_numbers = Some(SerialNumbers::from_iter(["0A", "0B"]));
        request.remove_serial_numbers = Some(SerialNumbers::from_iter(["0C"]));
        request.hash_algorithm = Some(HashAlgorithm::EccSha256);
        check(
            golden!("modify_sni_certificate.request"),
            &request,
            golden!("modify_sni_certificate.response"),
            &ModifySniCertificateResponse::new("1-27"),
        );
    }

    #[test]
    fn tells_an_empty_list_from_an_absent_one() {
        let document = golden!("modify_sni_certificate.request.foreign");
        let (_, request) = crate::wire::decode_request::<ModifySniCertificate>(document.as_bytes()).unwrap();
        assert_eq!(request.add_serial_numbers, Some(SerialNumbers::new()));
        assert_eq!(request.remove_serial_numbers, None);
        assert_eq!(request.x509_cert.as_deref(), Some("MIIB"));
    }
}
