//! Reading a certificate.

use super::extensions::Extensions;
use std::borrow::Cow;

use super::{Certificate, CertificateError, SerialNumber};
use crate::asn1::{DerError, Reader, Tag, unix_seconds};
use crate::content::Content;
use crate::key::PublicKey;
use crate::name::{NamePlace, NameView};
use crate::signature::SignatureAlgorithm;

const PART: &str = "certificate";

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// Unknown extensions and algorithms are no error.
    ///
    /// # Errors
    /// [`CertificateError`], which says what the input is if it is something else.
    pub fn from_der(der: impl Into<Vec<u8>>) -> Result<Self, CertificateError> {
        let der = der.into();
        let content = Content::from_der(&der);
        Self::read(der).map_err(|error| match content {
            Content::Certificate | Content::Other => error.into(),
            other => CertificateError::NotACertificate(other),
        })
    }

    /// Walks a Certificate (RFC 5280 §4.1).
    fn read(der: Vec<u8>) -> Result<Self, DerError> {
        let mut outer = Reader::whole_sequence(&der, PART)?;
        let signed = outer.expect(Tag::SEQUENCE)?;
        let signature_algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.expect(Tag::BIT_STRING)?;
        outer.finish()?;

        let mut fields = signed.reader(PART);
        // Absent in version 1.
        fields.optional(Tag::context(0))?;
        let serial_number = fields.expect(Tag::INTEGER)?;
        let inner_algorithm = fields.expect(Tag::SEQUENCE)?;
        // The outer one is not covered by the signature (RFC 5280 §4.1.1.2).
        if inner_algorithm.encoded != signature_algorithm.encoded {
            return Err(signature_algorithm.invalid("the two signature algorithms differ"));
        }
        let issuer = fields.expect(Tag::SEQUENCE)?;
        let validity = fields.expect(Tag::SEQUENCE)?;
        let subject = fields.expect(Tag::SEQUENCE)?;
        let public_key = fields.expect(Tag::SEQUENCE)?;
        // Unique identifiers, which nobody uses.
        fields.optional(Tag::context_primitive(1))?;
        fields.optional(Tag::context_primitive(2))?;
        let extension_field = fields.optional(Tag::context(3))?;
        fields.finish()?;

        let mut validity = validity.reader("validity");
        let not_before = unix_seconds(&validity.next()?)?;
        let not_after = unix_seconds(&validity.next()?)?;
        validity.finish()?;

        let mut extensions = Extensions::default();
        if let Some(field) = extension_field {
            let mut field = field.reader(PART);
            extensions = Extensions::read(&field.expect(Tag::SEQUENCE)?)?;
            field.finish()?;
        }

        NameView::read(&issuer)?;
        let common_name = NameView::read(&subject)?.common_name();
        let common_name = common_name.map(|name| name.value().map(Cow::into_owned)).transpose()?;

        // The contents of a BIT STRING without its first byte, which says that no bits are unused.
        let signature_length = signature.bit_string_bytes()?.len();
        let signature_end = signature.range().end;
        Ok(Self {
            signed: signed.range(),
            signature: signature_end - signature_length..signature_end,
            signature_algorithm: SignatureAlgorithm::from_identifier(&signature_algorithm)?,
            serial_number: SerialNumber::from_bytes(serial_number.content),
            issuer: NamePlace::of(&issuer),
            subject: NamePlace::of(&subject),
            common_name,
            not_before,
            not_after,
            public_key: PublicKey::from_der(public_key.encoded)?,
            extensions,
            der,
        })
    }
}
