//! Writing PKCS#12 files.

use std::fmt;

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::{Pkcs12Error, Pkcs12Form, authentication, encryption, oids};
use crate::asn1::{Oid, Tag, element};
use crate::certificate::Certificate;
use crate::key::PrivateKey;
use crate::pkcs7::DATA;
use crate::random::{Randomness, SystemRandomness};

/// Writes PKCS#12 files: a password, and what else there is to choose.
///
/// Passwords should keep to ASCII: how other letters reach the cipher, tools do not agree on.
#[derive(Clone, Copy)]
pub struct Pkcs12Writer<'a> {
    password: &'a str,
    form: Pkcs12Form,
    friendly_name: Option<&'a str>,
    randomness: &'a dyn Randomness,
}

impl<'a> Pkcs12Writer<'a> {
    /// Starts with the form of today, the system's randomness, and the leaf's common name for the key.
    pub fn new(password: &'a str) -> Self {
        Self { password, form: Pkcs12Form::Modern, friendly_name: None, randomness: &SystemRandomness }
    }

    /// Chooses the algorithms.
    #[must_use]
    pub fn form(mut self, form: Pkcs12Form) -> Self {
        self.form = form;
        self
    }

    /// Names the key: Java's alias (which it shows in lower case), Windows' friendly name.
    #[must_use]
    pub fn friendly_name(mut self, name: &'a str) -> Self {
        self.friendly_name = Some(name);
        self
    }

    /// Takes salts and initialization vectors from this source.
    #[must_use]
    pub fn randomness(mut self, source: &'a dyn Randomness) -> Self {
        self.randomness = source;
        self
    }

    pub(crate) fn password(&self) -> &str {
        self.password
    }

    /// Writes the key and its certificates, the leaf first, in DER.
    ///
    /// # Errors
    /// [`Pkcs12Error`] if the password is empty, if the key is not the first certificate's, or if there is no
    /// randomness.
    pub fn write(
        &self,
        key: &PrivateKey,
        certificates: &[Certificate],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        let Some(leaf) = certificates.first().filter(|leaf| leaf.matches_key(key)) else {
            return Err(Pkcs12Error::KeyMismatch);
        };
        self.write_pkcs8(&key.to_pkcs8_der()?, leaf, &certificates[1..])
    }

    /// The same with the key in PKCS#8.
    pub(crate) fn write_pkcs8(
        &self,
        pkcs8: &[u8],
        leaf: &Certificate,
        issuers: &[Certificate],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        if self.password.is_empty() {
            return Err(Pkcs12Error::EmptyPassword);
        }
        let attributes = self.attributes(leaf);
        let bags = [certificate_bag(leaf, &attributes)].into_iter();
        let bags: Vec<u8> =
            bags.chain(issuers.iter().map(|issuer| certificate_bag(issuer, &[]))).flatten().collect();
        let certificates = self.encrypted_content(&element(Tag::SEQUENCE, &[&bags]))?;
        let key = content(DATA, &element(Tag::OCTET_STRING, &[&self.key_bags(pkcs8, &attributes)?]));

        let contents = element(Tag::SEQUENCE, &[&certificates, &key]);
        let mac = authentication::write(self.form, self.password, &contents, self.randomness)?;
        let contents = content(DATA, &element(Tag::OCTET_STRING, &[&contents]));
        Ok(Zeroizing::new(element(Tag::SEQUENCE, &[&element(Tag::INTEGER, &[&[3]]), &contents, &mac])))
    }

    /// The attributes that tie the key to its certificate: a name, and an identifier that only has to be the
    /// same in both.
    fn attributes(&self, leaf: &Certificate) -> Vec<u8> {
        let attribute = |oid: Oid, value: &[u8]| {
            element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid.as_bytes()]), &element(Tag::SET, &[value])])
        };
        let identifier = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, leaf.as_der());
        let identifier = element(Tag::OCTET_STRING, &[identifier.as_ref()]);
        let mut attributes = vec![attribute(oids::LOCAL_KEY_ID, &identifier)];
        if let Some(name) = self.friendly_name.or(leaf.common_name()) {
            let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
            attributes.push(attribute(oids::FRIENDLY_NAME, &element(Tag::BMP_STRING, &[&wide])));
        }
        // X.690 §11.6: a set is sorted by encoding.
        attributes.sort();
        element(Tag::SET, &[&attributes.concat()])
    }

    /// SafeContents with the encrypted key in it.
    fn key_bags(&self, pkcs8: &[u8], attributes: &[u8]) -> Result<Vec<u8>, Pkcs12Error> {
        let mut buffer = with_room_for_padding(pkcs8);
        let algorithm = encryption::encrypt(self.form, self.password, &mut buffer, self.randomness)?;
        let shrouded = element(Tag::SEQUENCE, &[&algorithm, &element(Tag::OCTET_STRING, &[&buffer])]);
        Ok(element(Tag::SEQUENCE, &[&bag(oids::SHROUDED_KEY_BAG, &shrouded, attributes)]))
    }

    /// An EncryptedData (RFC 5652 §8) as ContentInfo.
    fn encrypted_content(&self, plain: &[u8]) -> Result<Vec<u8>, Pkcs12Error> {
        let mut buffer = with_room_for_padding(plain);
        let algorithm = encryption::encrypt(self.form, self.password, &mut buffer, self.randomness)?;
        let kind = element(Tag::OID, &[DATA.as_bytes()]);
        let encrypted = element(Tag::context_primitive(0), &[&buffer]);
        let inner = element(Tag::SEQUENCE, &[&kind, &algorithm, &encrypted]);
        let data = element(Tag::SEQUENCE, &[&element(Tag::INTEGER, &[&[0]]), &inner]);
        Ok(content(oids::ENCRYPTED_DATA, &data))
    }
}

impl fmt::Debug for Pkcs12Writer<'_> {
    /// Leaves out the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { password: _, form, friendly_name, randomness: _ } = self;
        f.debug_struct("Pkcs12Writer")
            .field("form", form)
            .field("friendly_name", friendly_name)
            .finish_non_exhaustive()
    }
}

/// Copies into a buffer that encryption does not have to grow, which would leave a copy of a key behind.
fn with_room_for_padding(plain: &[u8]) -> Zeroizing<Vec<u8>> {
    const LONGEST_BLOCK: usize = 16;
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + LONGEST_BLOCK));
    buffer.extend_from_slice(plain);
    buffer
}

/// A ContentInfo.
fn content(oid: Oid, value: &[u8]) -> Vec<u8> {
    let oid = element(Tag::OID, &[oid.as_bytes()]);
    element(Tag::SEQUENCE, &[&oid, &element(Tag::context(0), &[value])])
}

/// A SafeBag; `attributes` is the encoded set, or nothing.
fn bag(oid: Oid, value: &[u8], attributes: &[u8]) -> Vec<u8> {
    let oid = element(Tag::OID, &[oid.as_bytes()]);
    element(Tag::SEQUENCE, &[&oid, &element(Tag::context(0), &[value]), attributes])
}

fn certificate_bag(certificate: &Certificate, attributes: &[u8]) -> Vec<u8> {
    let kind = element(Tag::OID, &[oids::X509_CERTIFICATE.as_bytes()]);
    let value = element(Tag::OCTET_STRING, &[certificate.as_der()]);
    let value = element(Tag::SEQUENCE, &[&kind, &element(Tag::context(0), &[&value])]);
    bag(oids::CERTIFICATE_BAG, &value, attributes)
}
