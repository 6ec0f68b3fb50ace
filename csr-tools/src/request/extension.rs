//! Extensions that a request asks for.

use std::fmt;

use crate::asn1::{DerError, Element, Oid, Reader, oids};
use crate::extension::{self, BasicConstraints, ExtendedKeyUse, Extension, KeyUsage};

/// An extension that a request asks for: whatever it is, its value is kept.
#[derive(Clone, Copy)]
pub struct RequestedExtension<'a> {
    oid: Oid,
    critical: bool,
    value: Element<'a>,
}

impl<'a> RequestedExtension<'a> {
    /// Walks an Extension (RFC 5280 §4.1), and the alternative names in it if they are such.
    pub(super) fn read(extension: &Element<'a>) -> Result<Self, DerError> {
        let extension = Self::read_outside(extension)?;
        if extension.oid == oids::SUBJECT_ALT_NAME {
            let mut names = extension::alternative_names(&extension.value)?;
            while !names.is_empty() {
                names.next()?;
            }
        }
        Ok(extension)
    }

    /// The same, without looking into the value.
    pub(super) fn read_outside(extension: &Element<'a>) -> Result<Self, DerError> {
        let Extension { oid, is_critical, value } = Extension::read(extension)?;
        Ok(Self { oid: Oid::from_element(&oid)?, critical: is_critical, value })
    }

    /// The alternative names in it, one element each, if it is the extension that holds them.
    pub(super) fn names(&self) -> Option<impl Iterator<Item = Element<'a>> + use<'a>> {
        let is_list = self.oid == oids::SUBJECT_ALT_NAME;
        let list = if is_list { extension::alternative_names(&self.value).ok() } else { None };
        list.map(Reader::elements)
    }

    /// The object identifier of its kind.
    pub fn oid(&self) -> Oid {
        self.oid
    }

    /// The name of its kind, if it is one that requests often ask for.
    pub fn name(&self) -> Option<&'static str> {
        const NAMES: &[(Oid, &str)] = &[
            (oids::SUBJECT_ALT_NAME, "subjectAltName"),
            (oids::KEY_USAGE, "keyUsage"),
            (oids::EXTENDED_KEY_USAGE, "extendedKeyUsage"),
            (oids::BASIC_CONSTRAINTS, "basicConstraints"),
            (oids::SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier"),
            (oids::CERTIFICATE_POLICIES, "certificatePolicies"),
            (oids::TLS_FEATURE, "tlsFeature"),
        ];
        NAMES.iter().find(|named| named.0 == self.oid).map(|named| named.1)
    }

    /// Whether it is marked as critical.
    pub fn is_critical(&self) -> bool {
        self.critical
    }

    /// The value: DER, by the rules of its kind.
    pub fn value(&self) -> &'a [u8] {
        self.value.content
    }
}

/// What the extensions say that requests most often ask for, beside names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownExtension {
    /// What the key may be used for.
    KeyUsage(KeyUsage),
    /// For which purposes.
    ExtendedKeyUsage(Vec<ExtendedKeyUse>),
    /// Whether the certificate is to be a CA's. No CA grants that to a customer.
    #[non_exhaustive]
    BasicConstraints {
        /// Whether it is.
        is_ca: bool,
        /// How many CAs may follow it on the way to a leaf, if that is limited.
        path_length: Option<u32>,
    },
}

impl RequestedExtension<'_> {
    /// What the extension says, if it is one of the known kinds and well-formed. The alternative names are in
    /// [`RequestView::names`](crate::RequestView::names).
    pub fn known(&self) -> Option<KnownExtension> {
        let value = &self.value;
        match self.oid {
            oid if oid == oids::KEY_USAGE => extension::key_usage(value).ok().map(KnownExtension::KeyUsage),
            oid if oid == oids::EXTENDED_KEY_USAGE => {
                extension::extended_key_usage(value).ok().map(KnownExtension::ExtendedKeyUsage)
            }
            oid if oid == oids::BASIC_CONSTRAINTS => {
                let BasicConstraints { is_ca, path_length } = BasicConstraints::read(value).ok()?;
                Some(KnownExtension::BasicConstraints { is_ca, path_length })
            }
            _ => None,
        }
    }
}

impl fmt::Debug for RequestedExtension<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { oid, critical, value } = self;
        let bytes = value.content.len();
        write!(f, "{} (critical: {critical}, {bytes} bytes)", self.name().unwrap_or(&oid.to_string()))
    }
}
