//! The crate `x509-cert`: owned types.

use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, DecodePem as _, Encode as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::{Extension, Extensions};
use x509_cert::request::CertReq;

use crate::documents::Extracted;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
const ALTERNATIVE_NAMES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");

pub(crate) fn extract(pem: &str) -> Extracted {
    let request = CertReq::from_pem(pem).unwrap();
    let attributes = request.info.subject.iter_rdn().flat_map(|name| name.iter());
    let common_name = attributes
        .filter(|attribute| attribute.oid == COMMON_NAME)
        .last()
        .map(|attribute| str::from_utf8(attribute.value.value()).unwrap().to_owned());
    let mut names = Vec::new();
    for attribute in request.info.attributes.iter().filter(|one| one.oid == EXTENSION_REQUEST) {
        for value in attribute.values.iter() {
            let extensions: Extensions = value.decode_as().unwrap();
            names.extend(dns_names(&extensions));
        }
    }
    (common_name, names, request.info.public_key.to_der().unwrap())
}

/// The DNS names among extensions.
pub(crate) fn dns_names(extensions: &[Extension]) -> Vec<String> {
    let mut names = Vec::new();
    for extension in extensions.iter().filter(|one| one.extn_id == ALTERNATIVE_NAMES) {
        let list = SubjectAltName::from_der(extension.extn_value.as_bytes()).unwrap();
        names.extend(list.0.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.as_str().to_owned()),
            _ => None,
        }));
    }
    names
}
