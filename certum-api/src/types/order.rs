//! An order and its certificate, as the CA tells them.

use jiff::Timestamp;

use crate::wire::{open_enum, record};

open_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        /// Received.
        Awaiting = "AWAITING",
        /// Waiting for proofs.
        Verification = "VERIFICATION",
        /// Everything is proved: about to be issued.
        Accepted = "ACCEPTED",
        /// The certificate is issued.
        Enrolled = "ENROLLED",
        /// Refused, or cancelled.
        Rejected = "REJECTED",
    }
}

open_enum! {
    /// Where a certificate stands. There is no value for an expired one.
    pub enum CertificateStatus {
        /// In force (until its last day).
        Valid = "VALID",
        /// About to be revoked, as after a reissue.
        Revoking = "REVOKING",
        /// Revoked.
        Revoked = "REVOKED",
    }
}

record! {
    /// Who orders. `Debug` keeps the person's data to itself.
    pub redacted struct RequestorInfo {
        /// E-mail address.
        required email: String = "email",
        /// First name.
        required first_name: String = "firstName",
        /// Last name.
        required last_name: String = "lastName",
        /// Phone number, at most 32 characters.
        optional phone: String = "phone",
    }
}

record! {
    /// The organization behind an order.
    pub struct OrganizationInfo {
        /// Its tax number.
        required tax_identification_number: String = "taxIdentificationNumber",
    }
}

record! {
    /// Which parts of each order an answer is to hold.
    pub struct OrderOption {
        /// The certificate.
        optional certificate_details: bool = "certificateDetails",
        /// Requestor and organization.
        optional order_details: bool = "orderDetails",
        /// Status, customer, product.
        optional order_status: bool = "orderStatus",
    }
}

impl OrderOption {
    /// Every part there is.
    #[must_use]
    pub fn everything() -> Self {
        Self { certificate_details: Some(true), order_details: Some(true), order_status: Some(true) }
    }
}

record! {
    /// An order as the CA tells it. One identifier can stand for several: the original and its reissues,
    /// the newest last.
    pub struct Order {
        /// Whether this is a reissue.
        flag reissue = "reissue",
        /// The certificate, once issued.
        optional certificate_details: CertificateDetails = "certificateDetails",
        /// Requestor and organization.
        optional order_details: OrderDetails = "orderDetails",
        /// Status, customer, product.
        optional order_status: OrderStatusDetails = "orderStatus",
    }
}

record! {
    /// Status, customer and product of an order.
    pub struct OrderStatusDetails {
        /// The reseller's name of the customer.
        required customer: String = "customer",
        /// When the order was placed.
        required order_date: Timestamp = "orderDate",
        /// The order's identifier.
        required order_id: String = "orderID",
        /// Where the order stands.
        required status: OrderStatus = "orderStatus",
        /// The product's code.
        required product_code: String = "productCode",
        /// The serial number of the certificate, hexadecimal, once issued.
        optional serial_number: String = "serialNumber",
    }
}

record! {
    /// Requestor and organization of an order.
    pub struct OrderDetails {
        /// The organization.
        optional organization_info: OrganizationInfo = "organizationInfo",
        /// Who ordered.
        required requestor_info: RequestorInfo = "requestorInfo",
    }
}

record! {
    /// A certificate as the CA tells it.
    pub struct CertificateDetails {
        /// Where the certificate stands.
        required status: CertificateStatus = "certificateStatus",
        /// The subject's common name.
        required common_name: String = "commonName",
        /// The names in it, in one string.
        optional dns_names: String = "DNSNames",
        /// The last moment of its validity.
        required end_date: Timestamp = "endDate",
        /// When it was revoked.
        optional revoked_date: Timestamp = "revokedDate",
        /// The serial number, hexadecimal.
        required serial_number: String = "serialNumber",
        /// The first moment of its validity.
        required start_date: Timestamp = "startDate",
        /// The subject as text.
        required subject_name: String = "subjectName",
        /// The certificate: PEM or bare base64, of any line width.
        required x509_cert: String = "X509Cert",
    }
}
