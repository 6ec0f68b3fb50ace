//! The object identifiers of certificates' extensions, purposes and policies.

use crate::asn1::Oid;

macro_rules! oids {
    ($($name:ident = $oid:literal;)*) => {
        $(pub(super) const $name: Oid = Oid::constant($oid);)*
    };
}

oids! {
    // Extensions (RFC 5280 §4.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    KEY_USAGE = "2.5.29.15";
    SUBJECT_ALT_NAME = "2.5.29.17";
    BASIC_CONSTRAINTS = "2.5.29.19";
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    CERTIFICATE_POLICIES = "2.5.29.32";
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    EXTENDED_KEY_USAGE = "2.5.29.37";
    AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";

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
}
