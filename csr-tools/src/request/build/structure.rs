//! The structure of a new request.
//!
//! It is put together from `x509-cert`'s types, which know the encodings and sort what DER wants sorted. Time
//! does not matter here, as the signature takes nearly all of it. Reading is another matter, and is done by
//! walking what was sent: those types keep no raw bytes and sort on reading, so that a signature over
//! attributes in another order would seem broken, and they take seven times as long.

use der::asn1::{Any, BitString, Ia5String, OctetString, SetOfVec};
use der::oid::ObjectIdentifier;
use der::{Decode as _, Encode as _, Tag};
use x509_cert::attr::{Attribute, AttributeTypeAndValue};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::request::{CertReq, CertReqInfo, ExtensionReq, Version};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::{BuildError, RequestBuilder};
use crate::asn1::{StringType, oids};
use crate::key::SigningKey;
use crate::name::AttributeType;

/// Encodes and signs a request whose parts have been checked.
pub(super) fn sign(parts: &RequestBuilder, key: &dyn SigningKey) -> Result<Vec<u8>, BuildError> {
    let identifier = key.signature_algorithm().identifier()?;
    let info = info(parts, key).map_err(BuildError::Encoding)?;
    let signature = key.sign(&info.to_der().map_err(BuildError::Encoding)?)?;
    finish(info, &identifier, &signature).map_err(BuildError::Encoding)
}

fn info(parts: &RequestBuilder, key: &dyn SigningKey) -> der::Result<CertReqInfo> {
    let mut attributes = SetOfVec::new();
    if !parts.has_no_names() {
        attributes.insert(extension_request(parts)?)?;
    }
    Ok(CertReqInfo {
        version: Version::V1,
        subject: subject(&parts.attributes)?,
        public_key: SubjectPublicKeyInfoOwned::from_der(key.public_key().as_der())?,
        attributes,
    })
}

fn finish(info: CertReqInfo, identifier: &[u8], signature: &[u8]) -> der::Result<Vec<u8>> {
    let algorithm = AlgorithmIdentifierOwned::from_der(identifier)?;
    CertReq { info, algorithm, signature: BitString::from_bytes(signature)? }.to_der()
}

/// One attribute in each relative name, as all tools write them.
fn subject(attributes: &[(AttributeType, String)]) -> der::Result<Name> {
    let mut names = RdnSequence::default();
    for (kind, value) in attributes {
        let tag = match kind.string_type() {
            StringType::Printable => Tag::PrintableString,
            StringType::Ia5 => Tag::Ia5String,
            _ => Tag::Utf8String,
        };
        let mut name = RelativeDistinguishedName::default();
        let value = Any::new(tag, value.as_bytes())?;
        name.insert(AttributeTypeAndValue { oid: kind.oid().into(), value })?;
        names.push(name);
    }
    Name::from_der(&names.to_der()?)
}

fn extension_request(parts: &RequestBuilder) -> der::Result<Attribute> {
    let dns_names = parts.dns_names.iter().map(|name| Ia5String::new(name).map(GeneralName::DnsName));
    let addresses = parts.ip_addresses.iter().map(|address| Ok(GeneralName::from(*address)));
    let emails = parts.emails.iter().map(|mailbox| Ia5String::new(mailbox).map(GeneralName::Rfc822Name));
    let names: Vec<GeneralName> = dns_names.chain(addresses).chain(emails).collect::<der::Result<_>>()?;
    let extension = Extension {
        extn_id: ObjectIdentifier::from(oids::SUBJECT_ALT_NAME),
        // RFC 5280 §4.2.1.6: without a subject, the alternative names are critical.
        critical: parts.attributes.is_empty(),
        extn_value: OctetString::new(names.to_der()?)?,
    };
    ExtensionReq(vec![extension]).try_into()
}
