//! The crate `x509-parser`: views into the request's bytes.

use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::FromDer as _;

use crate::documents::Extracted;

pub(crate) fn extract(pem: &str) -> Extracted {
    let (_, pem) = parse_x509_pem(pem.as_bytes()).unwrap();
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
    let info = &request.certification_request_info;
    let common_name = info.subject.iter_common_name().last().map(|name| name.as_str().unwrap().to_owned());
    let mut names = Vec::new();
    for extension in request.requested_extensions().into_iter().flatten() {
        let ParsedExtension::SubjectAlternativeName(list) = extension else { continue };
        names.extend(list.general_names.iter().filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            _ => None,
        }));
    }
    (common_name, names, info.subject_pki.raw.to_vec())
}
