//! `reissueCertificate`: replaces a certificate under the same purchase.

use super::operation;
use crate::types::{Csr, HashAlgorithm, SanApprover, SanEntry, SanVerification};
use crate::wire::record;

record! {
    /// Replaces a certificate, which is named by its serial number or given itself: exactly one of the two (code
    /// 1164). The CA revokes the replaced one within 14 days. It can't carry an `orderID` of the caller's choice:
    /// after a lost answer, look at the orders of the replaced certificate.
    pub choice struct ReissueCertificate {
        /// The replaced certificate's serial number, hexadecimal.
        optional serial_number: String = "serialNumber",
        /// The replaced certificate, PEM.
        optional x509_cert: String = "X509Cert",
        /// The algorithm that the CA signs with.
        optional hash_algorithm: HashAlgorithm = "hashAlgorithm",
        /// A PKCS#10 request, PEM, for another key; without one the former key is kept.
        optional csr: Csr = "CSR",
        /// How control of the added names is to be proved.
        optional san_approver: SanApprover = "SANApprover",
        /// Names to add. Only products for several names take them.
        list san_entries: SanEntry = "SANEntries" / "SANEntry",
        /// The program that orders.
        optional user_agent: String = "userAgent",
    }
}

impl ReissueCertificate {
    /// Replaces the certificate with a serial number (hexadecimal).
    #[must_use]
    pub fn by_serial_number(serial_number: impl Into<String>) -> Self {
        Self { serial_number: Some(serial_number.into()), ..Self::new() }
    }

    /// Replaces a certificate (PEM).
    #[must_use]
    pub fn by_certificate(x509_cert: impl Into<String>) -> Self {
        Self { x509_cert: Some(x509_cert.into()), ..Self::new() }
    }
}

record! {
    /// The reissue was ordered.
    pub struct ReissueCertificateResponse {
        /// The order's identifier. Whether it is the former one or another, the sources don't say.
        required order_id: String = "orderID",
        /// The code with which to prove control of the added names.
        optional san_verification: SanVerification = "SANVerification",
    }
}

operation!(ReissueCertificate = "reissueCertificate", Purchase, ReissueCertificateResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden, san_verification};

    #[test]
    fn matches_its_golden_files() {
        let mut request = ReissueCertificate::by_certificate("MIIB");
        request.hash_algorithm = Some(HashAlgorithm::RsaSha256);
        request.csr = Some("csr".into());
        request.san_approver = Some(SanApprover::new(crate::types::ApproverMethod::DnsTxt));
        request.san_entries = vec![SanEntry::new("new.example.com"), SanEntry::new("*.new.example.com")];
        request.user_agent = Some("shop/2".into());
        let mut response = ReissueCertificateResponse::new("svc-1-1");
        response.san_verification = Some(san_verification());
        check(
            golden!("reissue_certificate.request"),
            &request,
            golden!("reissue_certificate.response"),
            &response,
        );
    }

    #[test]
    fn names_the_replaced_certificate_one_way_only() {
        let request = ReissueCertificate::by_serial_number("782D878E");
        assert_eq!((request.serial_number.as_deref(), request.x509_cert), (Some("782D878E"), None));
    }
}
