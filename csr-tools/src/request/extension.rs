//! Extensions that a request asks for.

use std::fmt;

use crate::asn1::{DerError, Element, Oid, Tag, oids};

/// An extension that a request asks for: whatever it is, its value is kept.
#[derive(Clone, Copy)]
pub struct RequestedExtension<'a> {
    oid: Oid,
    critical: bool,
    value: Element<'a>,
}

const PART: &str = "list of extensions";
const NAMES_PART: &str = "list of alternative names";

impl<'a> RequestedExtension<'a> {
    /// Walks an Extension (RFC 5280 §4.1), and the alternative names in it if they are such.
    pub(super) fn read(extension: &Element<'a>) -> Result<Self, DerError> {
        let extension = Self::read_outside(extension)?;
        if extension.oid == oids::SUBJECT_ALT_NAME {
            let mut names = extension.name_list()?.reader(NAMES_PART);
            while !names.is_empty() {
                names.next()?;
            }
        }
        Ok(extension)
    }

    /// The same, without looking into the value.
    pub(super) fn read_outside(extension: &Element<'a>) -> Result<Self, DerError> {
        let mut fields = extension.reader(PART);
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        // DER leaves the default, FALSE, out, but some write it.
        let critical = fields.optional(Tag::BOOLEAN)?.is_some_and(|flag| flag.content != [0]);
        let value = fields.expect(Tag::OCTET_STRING)?;
        fields.finish()?;
        Ok(Self { oid, critical, value })
    }

    fn name_list(&self) -> Result<Element<'a>, DerError> {
        let mut value = self.value.reader(NAMES_PART);
        let list = value.expect(Tag::SEQUENCE)?;
        value.finish()?;
        Ok(list)
    }

    /// The alternative names in it, one element each, if it is the extension that holds them.
    pub(super) fn names(&self) -> Option<impl Iterator<Item = Element<'a>> + use<'a>> {
        let list = if self.oid == oids::SUBJECT_ALT_NAME { self.name_list().ok() } else { None };
        list.map(|list| list.reader(NAMES_PART).elements())
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
    /// What the key may be used for, in the words of RFC 5280 §4.2.1.3.
    KeyUsage(Vec<&'static str>),
    /// For which purposes, by object identifier.
    ExtendedKeyUsage(Vec<Oid>),
    /// Whether the certificate is to be a CA's. No CA grants that to a customer.
    #[non_exhaustive]
    BasicConstraints {
        /// Whether it is.
        is_ca: bool,
    },
}

/// The bits of KeyUsage, the first being the highest of the first byte.
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl RequestedExtension<'_> {
    /// What the extension says, if it is one of the known kinds and well-formed. The alternative names are in
    /// [`RequestView::names`](crate::RequestView::names).
    pub fn known(&self) -> Option<KnownExtension> {
        let mut value = self.value.reader("extension");
        if self.oid == oids::KEY_USAGE {
            let bits = value.expect(Tag::BIT_STRING).ok()?.content.get(1..)?;
            let is_set =
                |index: usize| bits.get(index / 8).is_some_and(|byte| byte & 0x80 >> (index % 8) != 0);
            let named = KEY_USAGES.iter().enumerate().filter(|(index, _)| is_set(*index));
            return Some(KnownExtension::KeyUsage(named.map(|(_, name)| *name).collect()));
        }
        if self.oid == oids::EXTENDED_KEY_USAGE {
            let purposes = value.expect(Tag::SEQUENCE).ok()?.reader("extension").elements();
            let purposes: Result<_, _> = purposes.map(|purpose| Oid::from_element(&purpose)).collect();
            return purposes.ok().map(KnownExtension::ExtendedKeyUsage);
        }
        if self.oid == oids::BASIC_CONSTRAINTS {
            let mut fields = value.expect(Tag::SEQUENCE).ok()?.reader("extension");
            let is_ca = fields.optional(Tag::BOOLEAN).ok()?.is_some_and(|flag| flag.content != [0]);
            return Some(KnownExtension::BasicConstraints { is_ca });
        }
        None
    }
}

impl fmt::Debug for RequestedExtension<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { oid, critical, value } = self;
        let bytes = value.content.len();
        write!(f, "{} (critical: {critical}, {bytes} bytes)", self.name().unwrap_or(&oid.to_string()))
    }
}
