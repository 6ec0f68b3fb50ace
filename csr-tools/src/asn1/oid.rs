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

impl From<Oid> for ObjectIdentifier {
    fn from(oid: Oid) -> Self {
        oid.0
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
        // Attributes of a name (X.520, RFC 4519).
        COMMON_NAME = "2.5.4.3";
        SURNAME = "2.5.4.4";
        SERIAL_NUMBER = "2.5.4.5";
        COUNTRY = "2.5.4.6";
        LOCALITY = "2.5.4.7";
        STATE = "2.5.4.8";
        STREET_ADDRESS = "2.5.4.9";
        ORGANIZATION = "2.5.4.10";
        ORGANIZATIONAL_UNIT = "2.5.4.11";
        TITLE = "2.5.4.12";
        DESCRIPTION = "2.5.4.13";
        BUSINESS_CATEGORY = "2.5.4.15";
        POSTAL_CODE = "2.5.4.17";
        TELEPHONE_NUMBER = "2.5.4.20";
        NAME = "2.5.4.41";
        GIVEN_NAME = "2.5.4.42";
        INITIALS = "2.5.4.43";
        DN_QUALIFIER = "2.5.4.46";
        PSEUDONYM = "2.5.4.65";
        ORGANIZATION_IDENTIFIER = "2.5.4.97";
        USER_ID = "0.9.2342.19200300.100.1.1";
        DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";

        // Attributes of a name that PKCS#9 defines (RFC 2985 §5.2, §5.3.1).
        EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
        UNSTRUCTURED_NAME = "1.2.840.113549.1.9.2";
        UNSTRUCTURED_ADDRESS = "1.2.840.113549.1.9.8";

        // Where an organization is registered (EV Guidelines §7.1.4.2.4).
        JURISDICTION_LOCALITY = "1.3.6.1.4.1.311.60.2.1.1";
        JURISDICTION_STATE = "1.3.6.1.4.1.311.60.2.1.2";
        JURISDICTION_COUNTRY = "1.3.6.1.4.1.311.60.2.1.3";

        // Attributes of a request: RFC 2985 §5.4, and the one that Microsoft used before it.
        CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";
        EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
        MICROSOFT_CERT_EXTENSIONS = "1.3.6.1.4.1.311.2.1.14";

        // Extensions (RFC 5280 §4.2.1).
        SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
        KEY_USAGE = "2.5.29.15";
        SUBJECT_ALT_NAME = "2.5.29.17";
        BASIC_CONSTRAINTS = "2.5.29.19";
        CRL_DISTRIBUTION_POINTS = "2.5.29.31";
        CERTIFICATE_POLICIES = "2.5.29.32";
        AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
        EXTENDED_KEY_USAGE = "2.5.29.37";
        AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
        TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

        // Access methods (RFC 5280 §4.2.2.1).
        OCSP = "1.3.6.1.5.5.7.48.1";
        CA_ISSUERS = "1.3.6.1.5.5.7.48.2";

        // Extended key usages (RFC 5280 §4.2.1.12, RFC 9336).
        ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
        SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
        CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
        CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
        EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
        TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
        OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
        DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

        // Policies of the CA/Browser Forum (its register of object identifiers).
        EXTENDED_VALIDATION = "2.23.140.1.1";
        DOMAIN_VALIDATED = "2.23.140.1.2.1";
        ORGANIZATION_VALIDATED = "2.23.140.1.2.2";
        INDIVIDUAL_VALIDATED = "2.23.140.1.2.3";
        EXTENDED_VALIDATION_CODE_SIGNING = "2.23.140.1.3";
        CODE_SIGNING_BASELINE = "2.23.140.1.4.1";
        TIME_STAMPING_BASELINE = "2.23.140.1.4.2";
        SMIME_MAILBOX_LEGACY = "2.23.140.1.5.1.1";
        SMIME_MAILBOX_MULTIPURPOSE = "2.23.140.1.5.1.2";
        SMIME_MAILBOX_STRICT = "2.23.140.1.5.1.3";
        SMIME_ORGANIZATION_LEGACY = "2.23.140.1.5.2.1";
        SMIME_ORGANIZATION_MULTIPURPOSE = "2.23.140.1.5.2.2";
        SMIME_ORGANIZATION_STRICT = "2.23.140.1.5.2.3";
        SMIME_SPONSOR_LEGACY = "2.23.140.1.5.3.1";
        SMIME_SPONSOR_MULTIPURPOSE = "2.23.140.1.5.3.2";
        SMIME_SPONSOR_STRICT = "2.23.140.1.5.3.3";
        SMIME_INDIVIDUAL_LEGACY = "2.23.140.1.5.4.1";
        SMIME_INDIVIDUAL_MULTIPURPOSE = "2.23.140.1.5.4.2";
        SMIME_INDIVIDUAL_STRICT = "2.23.140.1.5.4.3";

        // Keys (RFC 3279 §2.3, RFC 5480, RFC 8410).
        RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
        EC_PUBLIC_KEY = "1.2.840.10045.2.1";
        P256 = "1.2.840.10045.3.1.7";
        P384 = "1.3.132.0.34";
        P521 = "1.3.132.0.35";
        ED25519 = "1.3.101.112";

        // Encryption by password (RFC 8018).
        PBES2 = "1.2.840.113549.1.5.13";

        // Signatures (RFC 4055, RFC 5758).
        MGF1 = "1.2.840.113549.1.1.8";
        SHA256 = "2.16.840.1.101.3.4.2.1";
        SHA384 = "2.16.840.1.101.3.4.2.2";
        SHA512 = "2.16.840.1.101.3.4.2.3";
        RSA_PSS = "1.2.840.113549.1.1.10";
        SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
        SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
        SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
        ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
        ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
        ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";

        // Signatures that are refused by name (RFC 3279 §2.2).
        MD2_WITH_RSA = "1.2.840.113549.1.1.2";
        SHA1_WITH_RSA_OIW = "1.3.14.3.2.29";
        DSA_WITH_SHA1 = "1.2.840.10040.4.3";
        MD5_WITH_RSA = "1.2.840.113549.1.1.4";
        SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
        ECDSA_WITH_SHA1 = "1.2.840.10045.4.1";
    }
}
