//! Object identifiers.

use std::fmt;

use const_oid::ObjectIdentifier;

use super::{DerError, Element};

/// An object identifier, shown with dots: `1.2.840.113549.1.1.11`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(ObjectIdentifier);

impl Oid {
    /// A known identifier; a malformed one does not compile.
    pub(crate) const fn constant(dotted: &str) -> Self {
        Self(ObjectIdentifier::new_unwrap(dotted))
    }

    /// The contents of the OBJECT IDENTIFIER in DER.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Reads an OBJECT IDENTIFIER. Those longer than any in use (39 bytes) are refused.
    pub(crate) fn from_element(element: &Element<'_>) -> Result<Self, DerError> {
        ObjectIdentifier::from_bytes(element.content)
            .map(Self)
            .map_err(|_| element.invalid("an object identifier is malformed"))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({})", self.0)
    }
}

/// The object identifiers that this crate acts on.
pub(crate) mod names {
    use super::Oid;

    macro_rules! oids {
        ($($name:ident = $oid:literal;)*) => {
            $(pub(crate) const $name: Oid = Oid::constant($oid);)*
        };
    }

    oids! {
        // Attributes of a name (X.520).
        COMMON_NAME = "2.5.4.3";

        // Attributes of a request: RFC 2985 §5.4.2, and the one that Microsoft used before it.
        EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
        MICROSOFT_CERT_EXTENSIONS = "1.3.6.1.4.1.311.2.1.14";

        // Extensions (RFC 5280 §4.2.1).
        SUBJECT_ALT_NAME = "2.5.29.17";

        // Keys (RFC 3279 §2.3, RFC 5480, RFC 8410).
        RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
        EC_PUBLIC_KEY = "1.2.840.10045.2.1";
        P256 = "1.2.840.10045.3.1.7";
        P384 = "1.3.132.0.34";
        P521 = "1.3.132.0.35";
        ED25519 = "1.3.101.112";

        // Signatures (RFC 4055, RFC 5758).
        RSA_PSS = "1.2.840.113549.1.1.10";
        SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
        SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
        SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
        ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
        ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
        ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";

        // Signatures that are refused by name (RFC 3279 §2.2).
        MD5_WITH_RSA = "1.2.840.113549.1.1.4";
        SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
        ECDSA_WITH_SHA1 = "1.2.840.10045.4.1";
    }
}
