//! `renewCertificate`: orders a certificate that follows another.

use jiff::civil::Date;

use super::operation;
use crate::types::{Csr, HashAlgorithm, SanApprover, SanVerification};
use crate::wire::record;

record! {
    /// Orders a certificate that follows another, which is named by its serial number or given itself: exactly one
    /// of the two (code 1164). Customer, common name and account have to be the former ones (1169, 1168, 1170).
    /// It can't carry an `orderID` of the caller's choice: after a lost answer the order is found among those of
    /// the customer.
    pub choice struct RenewCertificate {
        /// How control of the names is to be proved.
        optional san_approver: SanApprover = "SANApprover",
        /// The PKCS#10 request, PEM.
        required csr: Csr = "CSR",
        /// The reseller's name of the customer, as in the order that is renewed.
        required customer: String = "customer",
        /// The product's code for renewals.
        required product_code: String = "productCode",
        /// The former certificate's serial number, hexadecimal.
        optional serial_number: String = "serialNumber",
        /// The former certificate, PEM.
        optional x509_cert: String = "X509Cert",
        /// The algorithm that the CA signs with.
        optional hash_algorithm: HashAlgorithm = "hashAlgorithm",
        /// The program that orders.
        optional user_agent: String = "userAgent",
        /// Whom to tell when the certificate is revoked.
        optional revocation_contact_email: String = "revocationContactEmail",
        /// A last day earlier than the product's own.
        optional shortened_validity_period: Date = "shortenedValidityPeriod",
    }
}

impl RenewCertificate {
    /// Follows the certificate with a serial number (hexadecimal).
    #[must_use]
    pub fn by_serial_number(
        serial_number: impl Into<String>,
        csr: impl Into<Csr>,
        customer: impl Into<String>,
        product_code: impl Into<String>,
    ) -> Self {
        Self { serial_number: Some(serial_number.into()), ..Self::new(csr, customer, product_code) }
    }

    /// Follows a certificate (PEM).
    #[must_use]
    pub fn by_certificate(
        x509_cert: impl Into<String>,
        csr: impl Into<Csr>,
        customer: impl Into<String>,
        product_code: impl Into<String>,
    ) -> Self {
        Self { x509_cert: Some(x509_cert.into()), ..Self::new(csr, customer, product_code) }
    }
}

record! {
    /// The order was placed.
    pub struct RenewCertificateResponse {
        /// The order's identifier.
        required order_id: String = "orderID",
        /// The code with which to prove control of the names.
        optional san_verification: SanVerification = "SANVerification",
    }
}

operation!(RenewCertificate = "renewCertificate", Purchase, RenewCertificateResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden, san_verification};

    #[test]
    fn matches_its_golden_files() {
        let mut request = RenewCertificate::by_serial_number("782D878E", "csr", "customer-7", "936");
        request.san_approver = Some(SanApprover::new(crate::types::ApproverMethod::DnsCnamePrefix));
        request.hash_algorithm = Some(HashAlgorithm::EccSha256);
        request.user_agent = Some("shop/2".into());
        request.revocation_contact_email = Some("security@example.com".into());
        request.shortened_validity_period = Some("2027-01-31".parse().unwrap());
        let mut response = RenewCertificateResponse::new("1-25");
        response.san_verification = Some(san_verification());
        check(
            golden!("renew_certificate.request"),
            &request,
            golden!("renew_certificate.response"),
            &response,
        );
    }

    #[test]
    fn names_the_former_certificate_one_way_only() {
        let request = RenewCertificate::by_certificate("MIIB", "csr", "customer-7", "936");
        assert_eq!((request.x509_cert.as_deref(), request.serial_number), (Some("MIIB"), None));
    }
}
