//! Certificates in a PKCS#7 container (RFC 2315 §9, RFC 5652 §5): the `.p7b` files of Windows and Java.
//!
//! Such a container is a SignedData without signers, a few dozen bytes around the certificates. It is written
//! here and not by the `cms` crate, whose version for today's `der` is a release candidate, and whose sets
//! are sorted: the order of the certificates, leaf first, would be lost, and people read these files.

use crate::asn1::{DerError, Oid, Reader, Tag, element};
use crate::certificate::{Certificate, CertificateError};
use crate::content::Content;
use crate::pem;

/// The PEM label that OpenSSL, Java and Windows agree on.
pub(crate) const LABEL: &str = "PKCS7";

pub(crate) const DATA: Oid = Oid::constant("1.2.840.113549.1.7.1");
const SIGNED_DATA: Oid = Oid::constant("1.2.840.113549.1.7.2");
const PART: &str = "PKCS#7 container";

/// Writes the certificates, in this order.
pub(crate) fn write<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> Vec<u8> {
    let certificates: Vec<u8> = certificates.flat_map(Certificate::as_der).copied().collect();
    let no_content = element(Tag::SEQUENCE, &[&element(Tag::OID, &[DATA.as_bytes()])]);
    let empty = element(Tag::SET, &[]);
    let signed_data = element(
        Tag::SEQUENCE,
        &[
            &element(Tag::INTEGER, &[&[1]]),
            &empty,
            &no_content,
            &element(Tag::context(0), &[&certificates]),
            &empty,
        ],
    );
    let content_type = element(Tag::OID, &[SIGNED_DATA.as_bytes()]);
    element(Tag::SEQUENCE, &[&content_type, &element(Tag::context(0), &[&signed_data])])
}

/// Reads the certificates of a SignedData; what it signs, and who, is passed over.
fn read(der: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    certificates(der)?.into_iter().map(Certificate::from_der).collect()
}

fn certificates(der: &[u8]) -> Result<Vec<&[u8]>, DerError> {
    let mut outer = Reader::whole_sequence(der, PART)?;
    let content_type = outer.expect(Tag::OID)?;
    if content_type.content != SIGNED_DATA.as_bytes() {
        return Err(content_type.invalid("the container is not of the kind that holds certificates"));
    }
    let mut content = outer.expect(Tag::context(0))?.reader(PART);
    outer.finish()?;
    let mut signed_data = content.expect(Tag::SEQUENCE)?.reader(PART);
    content.finish()?;

    signed_data.expect(Tag::INTEGER)?;
    signed_data.expect(Tag::SET)?;
    signed_data.expect(Tag::SEQUENCE)?;
    let Some(set) = signed_data.optional(Tag::context(0))? else { return Ok(Vec::new()) };
    let mut set = set.reader(PART);
    let mut found = Vec::new();
    while !set.is_empty() {
        // Attribute certificates have context tags, and nobody uses them.
        let entry = set.next()?;
        if entry.tag == Tag::SEQUENCE {
            found.push(entry.encoded);
        }
    }
    Ok(found)
}

impl Certificate {
    /// Reads all certificates of a PKCS#7 container (a `.p7b` file), in PEM or DER, in their order. Nobody
    /// vouches for the order, or for the container having any certificate: [`Chain`](crate::Chain) puts them
    /// in order.
    ///
    /// ```
    /// use csr_tools::{ArtefactKind, Bundle, Certificate};
    ///
    /// # let leaf = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
    /// # let ca_bundle = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ca-bundle.pem"));
    /// let leaf = Certificate::from_pem(leaf)?;
    /// let bundle = Bundle::new(&leaf, &Certificate::chain_from_pem(ca_bundle)?, None)?;
    /// let container = bundle.pkcs7()?;
    /// assert_eq!(Certificate::all_from_pkcs7(container.contents())?[0], leaf);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`CertificateError`], which says what the input is if it is something else.
    pub fn all_from_pkcs7(container: impl AsRef<[u8]>) -> Result<Vec<Self>, CertificateError> {
        let container = container.as_ref();
        let blocks = pem::blocks(container)?;
        match &blocks[..] {
            [] => read(container).map_err(|error| match Content::from_der(container) {
                Content::Pkcs7 | Content::Other => error,
                other => CertificateError::NotAContainer(other),
            }),
            [block] if block.content() == Content::Pkcs7 => read(&block.decode()?),
            [block, ..] => Err(CertificateError::NotAContainer(block.content())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data as data;

    #[test]
    fn reads_what_it_writes_in_either_form() {
        let certificates = [data::leaf(), data::intermediate()];
        let der = write(certificates.iter());
        assert_eq!(Certificate::all_from_pkcs7(&der).unwrap(), certificates);
        let pem = pem::encode(LABEL, &der);
        assert_eq!(Certificate::all_from_pkcs7(&*pem).unwrap(), certificates);
        assert_eq!(Certificate::all_from_pkcs7(write([].iter())).unwrap(), []);
    }

    #[test]
    fn says_what_other_input_is() {
        let error = Certificate::all_from_pkcs7(data::LEAF).unwrap_err();
        assert_eq!(error.to_string(), "this is a certificate, not a PKCS#7 container");
        let error = Certificate::all_from_pkcs7(data::leaf().as_der()).unwrap_err();
        assert_eq!(error.to_string(), "this is a certificate, not a PKCS#7 container");
    }

    #[test]
    fn every_cut_is_refused() {
        let der = write([data::leaf()].iter());
        for index in 0..der.len() {
            assert!(Certificate::all_from_pkcs7(&der[..index]).is_err(), "cut at {index}");
        }
        assert!(Certificate::all_from_pkcs7([&der[..], &[0]].concat()).is_err());
    }
}
