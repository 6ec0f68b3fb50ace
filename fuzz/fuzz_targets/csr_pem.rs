//! Reads requests out of any text; what was read must survive being written.
#![no_main]

use csr_tools::CertificateRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = CertificateRequest::from_pem(data) {
        assert_eq!(CertificateRequest::from_pem(request.to_pem()).as_ref(), Ok(&request));
        assert_eq!(CertificateRequest::from_der(request.as_der()), Ok(request));
    }
    if let Ok(request) = CertificateRequest::from_der(data) {
        assert_eq!(request.as_der(), data);
        assert_eq!(CertificateRequest::from_pem(request.to_pem()), Ok(request));
    }
});
