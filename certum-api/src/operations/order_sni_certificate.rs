//! `orderSNICertificate`: one certificate for the names of several.

use super::operation;
use crate::types::{Csr, HashAlgorithm, Language, OrganizationInfo, RequestorInfo, SerialNumbers};
use crate::wire::record;

record! {
    /// Orders one certificate for the names of several that the account has already.
    pub struct OrderSniCertificate {
        /// The order itself.
        required parameters: OrderSniParameters = "orderSNIParameters",
        /// The certificates whose names it is to hold.
        required serial_numbers: SerialNumbers = "serialNumbers",
        /// Who orders. The phone number is required here (code 2013).
        required requestor_info: RequestorInfo = "requestorInfo",
        /// The organization behind the order.
        optional organization_info: OrganizationInfo = "organizationInfo",
    }
}

record! {
    /// The order of an SNI certificate.
    pub struct OrderSniParameters {
        /// The PKCS#10 request, PEM.
        required csr: Csr = "CSR",
        /// The language of the CA's messages.
        optional language: Language = "language",
        /// The algorithm that the CA signs with.
        optional hash_algorithm: HashAlgorithm = "hashAlgorithm",
    }
}

record! {
    /// The order was placed.
    pub struct OrderSniCertificateResponse {
        /// The order's identifier.
        required order_id: String = "orderID",
        /// The certificates whose names it can't hold.
        list invalid_serial_numbers: String = "invalidSerialNumbers" / "serialNumber",
    }
}

operation!(OrderSniCertificate = "orderSNICertificate", Purchase, OrderSniCertificateResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut parameters = OrderSniParameters::new("csr");
        parameters.language = Some(Language::Polish);
        parameters.hash_algorithm = Some(HashAlgorithm::RsaSha256);
        let mut requestor = RequestorInfo::new("jan@example.com", "Jan", "Nowak");
        requestor.phone = Some("+48221234567".into());
        let mut request =
            OrderSniCertificate::new(parameters, SerialNumbers::from_iter(["782D878E", "0A"]), requestor);
        request.organization_info = Some(OrganizationInfo::new("PL5250001009"));
        let mut response = OrderSniCertificateResponse::new("1-26");
        response.invalid_serial_numbers = vec!["0A".into()];
        check(
            golden!("order_sni_certificate.request"),
            &request,
            golden!("order_sni_certificate.response"),
            &response,
        );
    }

    #[test]
    fn reads_an_empty_list_and_an_absent_one_alike() {
        let document = golden!("order_sni_certificate.response.foreign");
        let (_, response) = answered::<OrderSniCertificate>(document);
        assert_eq!(response.order_id, "1-26");
        assert!(response.invalid_serial_numbers.is_empty());
    }
}
