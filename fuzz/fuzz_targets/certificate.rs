//! Reads certificates out of any bytes and any text; what was read must survive being written, and every part
//! of it must be fit to be shown.
#![no_main]

use csr_tools::{Certificate, SerialNumber};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(certificate) = Certificate::from_pem_or_base64(data) {
        assert_eq!(Certificate::from_pem_or_base64(certificate.to_pem()).as_ref(), Ok(&certificate));
        assert_eq!(Certificate::from_der(certificate.as_der()), Ok(certificate));
    }
    if let Ok(certificate) = Certificate::from_der(data) {
        assert_eq!(certificate.as_der(), data);
        let serial = certificate.serial_number();
        assert!(
            serial.to_string().len() > SerialNumber::MAX_DIGITS
                || serial.to_string().parse() == Ok(serial.clone())
        );
        let shown = format!("{certificate:?} {} {}", certificate.subject(), certificate.issuer());
        assert!(!shown.contains(['\n', '\r', '\0']));
        let _ = (
            certificate.profile(),
            certificate.covers("www.example.com"),
            certificate.is_issued_by(&certificate),
        );
        assert_eq!(Certificate::from_pem(certificate.to_pem()), Ok(certificate));
    }
});
