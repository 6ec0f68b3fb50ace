//! Reads requests out of any text; what was read must survive being written. What only reads, its signature
//! being anybody's, must be fit to be listed, judged and shown.
#![no_main]

use csr_tools::{CertificateRequest, EncodedRequest, Language, Policy, Profile};
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
    if let Ok(encoded) = EncodedRequest::from_strict_pem(data) {
        assert_eq!(EncodedRequest::from_paste(data), Ok(encoded));
    }
    let encoded = EncodedRequest::from_paste(data).unwrap_or_else(|_| EncodedRequest::from_der(data));
    if let Ok(view) = encoded.view() {
        let known: Vec<_> =
            view.extensions().map(|extension| (extension.known(), extension.name())).collect();
        let values: usize = view.attributes().map(|attribute| attribute.values().count()).sum();
        let shown = format!("{view:?} {} {known:?} {values}", view.subject());
        assert!(!shown.contains(['\n', '\r', '\0']));
        for finding in Policy::certum().profile(Profile::ExtendedValidation).check(&view) {
            assert!(!finding.to_string().is_empty() && !finding.text(Language::Polish).is_empty());
        }
    }
});
