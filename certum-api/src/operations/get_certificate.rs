//! `getCertificate`: a certificate and those above it.

use super::operation;
use crate::types::CertificateDetails;
use crate::wire::record;

record! {
    /// Asks for a certificate, by its order or by its serial number: exactly one of the two.
    pub struct GetCertificate {
        /// The order's identifier.
        optional order_id: String = "orderID",
        /// The certificate's serial number, hexadecimal.
        optional serial_number: String = "serialNumber",
    }
}

impl GetCertificate {
    /// The newest certificate of an order.
    #[must_use]
    pub fn by_order_id(order_id: impl Into<String>) -> Self {
        Self { order_id: Some(order_id.into()), serial_number: None }
    }

    /// The certificate with a serial number.
    #[must_use]
    pub fn by_serial_number(serial_number: impl Into<String>) -> Self {
        Self { order_id: None, serial_number: Some(serial_number.into()) }
    }
}

record! {
    /// The certificate, where there is one.
    pub struct GetCertificateResponse {
        /// The certificate.
        optional certificate_details: CertificateDetails = "certificateDetails",
        /// The certificates above it, each PEM or bare base64.
        list ca_bundle: String = "caBundle" / "X509Cert",
    }
}

operation!(GetCertificate = "getCertificate", Read, GetCertificateResponse);
