//! What is read as a certificate request reads the same after being written.
#![no_main]

use csr_tools::CertificateRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(request) = CertificateRequest::from_pem(input) {
        let again = CertificateRequest::from_pem(request.to_pem()).expect("what was written can be read");
        assert_eq!(again, request);
    }
});
