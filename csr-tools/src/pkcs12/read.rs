//! Reading PKCS#12 files.

use zeroize::Zeroizing;

use super::derive::Budget;
use super::encryption::Scheme;
use super::{Pkcs12, Pkcs12Error, authentication, oids};
use crate::asn1::{DerError, Element, Oid, Reader, Tag, borrow_text};
use crate::certificate::Certificate;
use crate::key::PrivateKey;
use crate::pkcs7::DATA;

const PART: &str = "PKCS#12 file";
const BAGS: &str = "PKCS#12 file's contents";

impl Pkcs12 {
    /// Reads a file in DER, of either form, and of the common variants that OpenSSL, Java, GnuTLS and Windows
    /// write: a password for the whole file, AES or Triple-DES, a MAC of the SHA family.
    ///
    /// Certificate revocation lists and other secrets in it are passed over.
    ///
    /// # Errors
    /// [`Pkcs12Error`]: what is wrong with the file, or that the password is.
    pub fn from_der(der: &[u8], password: &str) -> Result<Self, Pkcs12Error> {
        let mut budget = Budget::new();
        let mut outer = Reader::whole_sequence(der, PART)?;
        let version = outer.expect(Tag::INTEGER)?;
        if version.content != [3] {
            return Err(version.invalid("the version is not that of PKCS#12").into());
        }
        let content = outer.expect(Tag::SEQUENCE)?;
        let mac_data = outer.optional(Tag::SEQUENCE)?.ok_or(Pkcs12Error::NoMac)?;
        outer.finish()?;

        let (kind, content) = content_info(&content)?;
        if kind != DATA {
            // Signed instead of authenticated with a password, which nobody writes.
            return Err(Pkcs12Error::UnsupportedAlgorithm(kind));
        }
        let contents = octets(&content)?;
        authentication::check(&mac_data, password, contents.content, &mut budget)?;

        let mut file = Self { key: None, certificates: Vec::new(), friendly_name: None };
        let mut list = Reader::whole_sequence(contents.content, PART)?;
        while !list.is_empty() {
            let (kind, content) = content_info(&list.expect(Tag::SEQUENCE)?)?;
            if kind == DATA {
                file.read_bags(octets(&content)?.content, password, &mut budget)?;
            } else if kind == oids::ENCRYPTED_DATA {
                let plain = decrypt_content(&content, password, &mut budget)?;
                file.read_bags(&plain, password, &mut budget)?;
            } else {
                return Err(Pkcs12Error::UnsupportedAlgorithm(kind));
            }
        }
        Ok(file)
    }

    /// SafeContents (RFC 7292 §4.2).
    fn read_bags(&mut self, bags: &[u8], password: &str, budget: &mut Budget) -> Result<(), Pkcs12Error> {
        let mut bags = Reader::whole_sequence(bags, BAGS)?;
        while !bags.is_empty() {
            let mut bag = bags.expect(Tag::SEQUENCE)?.reader(BAGS);
            let kind = Oid::from_element(&bag.expect(Tag::OID)?)?;
            let value = only(&bag.expect(Tag::context(0))?)?;
            let attributes = bag.optional(Tag::SET)?;
            bag.finish()?;
            if kind == oids::CERTIFICATE_BAG {
                if let Some(certificate) = certificate(&value)? {
                    self.certificates.push(Certificate::from_der(certificate)?);
                }
            } else if kind == oids::SHROUDED_KEY_BAG {
                let mut fields = value.reader(BAGS);
                let algorithm = fields.expect(Tag::SEQUENCE)?;
                let encrypted = fields.expect(Tag::OCTET_STRING)?.content;
                fields.finish()?;
                let plain = Scheme::read(&algorithm)?.decrypt(password, encrypted, budget)?;
                self.take_key(&plain, attributes.as_ref())?;
            } else if kind == oids::KEY_BAG {
                self.take_key(value.encoded, attributes.as_ref())?;
            }
        }
        Ok(())
    }

    fn take_key(&mut self, pkcs8: &[u8], attributes: Option<&Element<'_>>) -> Result<(), Pkcs12Error> {
        if self.key.is_some() {
            return Err(Pkcs12Error::SeveralKeys);
        }
        self.key = Some(PrivateKey::from_pkcs8_der(pkcs8)?);
        self.friendly_name = attributes.map(friendly_name).transpose()?.flatten();
        Ok(())
    }
}

/// The type and the contents of a ContentInfo.
fn content_info<'a>(element: &Element<'a>) -> Result<(Oid, Element<'a>), DerError> {
    let mut fields = element.reader(PART);
    let kind = Oid::from_element(&fields.expect(Tag::OID)?)?;
    let content = fields.expect(Tag::context(0))?;
    fields.finish()?;
    Ok((kind, content))
}

/// The one element inside.
fn only<'a>(element: &Element<'a>) -> Result<Element<'a>, DerError> {
    let mut reader = element.reader(BAGS);
    let inner = reader.next()?;
    reader.finish()?;
    Ok(inner)
}

fn octets<'a>(content: &Element<'a>) -> Result<Element<'a>, DerError> {
    let inner = only(content)?;
    if inner.tag == Tag::OCTET_STRING { Ok(inner) } else { Err(inner.invalid("there are no octets here")) }
}

/// An EncryptedData (RFC 5652 §8).
fn decrypt_content(
    content: &Element<'_>,
    password: &str,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
    let mut fields = only(content)?.reader(PART);
    fields.expect(Tag::INTEGER)?;
    let mut inner = fields.expect(Tag::SEQUENCE)?.reader(PART);
    fields.finish()?;
    inner.expect(Tag::OID)?;
    let algorithm = inner.expect(Tag::SEQUENCE)?;
    let encrypted = inner.expect(Tag::context_primitive(0))?.content;
    inner.finish()?;
    Scheme::read(&algorithm)?.decrypt(password, encrypted, budget)
}

/// The certificate of a CertBag, unless it is of the kind that only SDSI had.
fn certificate<'a>(bag: &Element<'a>) -> Result<Option<&'a [u8]>, DerError> {
    let mut fields = bag.reader(BAGS);
    let kind = fields.expect(Tag::OID)?;
    let value = fields.expect(Tag::context(0))?;
    fields.finish()?;
    if kind.content != oids::X509_CERTIFICATE.as_bytes() {
        return Ok(None);
    }
    octets(&value).map(|octets| Some(octets.content))
}

fn friendly_name(attributes: &Element<'_>) -> Result<Option<String>, DerError> {
    let mut attributes = attributes.reader(BAGS);
    while !attributes.is_empty() {
        let mut attribute = attributes.expect(Tag::SEQUENCE)?.reader(BAGS);
        let kind = attribute.expect(Tag::OID)?;
        let values = attribute.expect(Tag::SET)?;
        if kind.content == oids::FRIENDLY_NAME.as_bytes() {
            return only(&values).and_then(|value| borrow_text(&value)).map(|name| Some(name.into_owned()));
        }
    }
    Ok(None)
}
