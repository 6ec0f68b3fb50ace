//! `getExpiringCertificates`: the certificates that end soon.

use jiff::Timestamp;

use super::operation;
use crate::wire::record;

record! {
    /// Asks for the certificates that end within a number of days, a page at a time.
    pub struct GetExpiringCertificates {
        /// Within how many days; an integration documents 1 to 30.
        required validity_days_left: i64 = "validityDaysLeft",
        /// Which page, from 1 to 100; the first, if left out.
        optional page_number: u32 = "pageNumber",
    }
}

record! {
    /// A page of certificates. The answer's header says how many pages there are.
    pub struct GetExpiringCertificatesResponse {
        /// The certificates of this page.
        repeated expiring_certificates: ExpiringCertificate = "expiringCertificates",
    }
}

record! {
    /// A certificate that ends soon.
    pub struct ExpiringCertificate {
        /// The identifier of its order.
        required order_id: String = "orderID",
        /// Its serial number, hexadecimal.
        required serial_number: String = "serialNumber",
        /// The last moment of its validity.
        required expiring_date: Timestamp = "expiringDate",
        /// How many days that is away.
        required validity_days_left: i64 = "validityDaysLeft",
    }
}

operation!(GetExpiringCertificates = "getExpiringCertificates", Read, GetExpiringCertificatesResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut request = GetExpiringCertificates::new(30);
        request.page_number = Some(1);
        let certificate = |id: &str, serial: &str, at: &str, days: i64| {
            ExpiringCertificate::new(id, serial, at.parse::<Timestamp>().unwrap(), days)
        };
        let mut response = GetExpiringCertificatesResponse::new();
        response.expiring_certificates = vec![
            certificate("svc-1-1", "782D878E", "2026-11-29T11:59:59Z", 8),
            certificate("svc-2-1", "0A", "2026-12-21T11:59:59Z", 30),
        ];
        check(
            golden!("get_expiring_certificates.request"),
            &request,
            golden!("get_expiring_certificates.response"),
            &response,
        );
    }

    #[test]
    fn reads_certificates_between_which_other_elements_stand() {
        let document = golden!("get_expiring_certificates.response.foreign");
        let (_, response) = answered::<GetExpiringCertificates>(document);
        let ids: Vec<_> =
            response.expiring_certificates.iter().map(|found| found.order_id.as_str()).collect();
        assert_eq!(ids, ["svc-1-1", "svc-2-1"]);
        assert_eq!(response.expiring_certificates[0].expiring_date.to_string(), "2026-11-29T10:59:59Z");
    }
}
