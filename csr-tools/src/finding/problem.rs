//! Everything that can be found, with the Partner API's codes.

use crate::asn1::StringType;
use crate::dns_name::DnsNameProblem;
use crate::key::PublicKeyAlgorithm;
use crate::name::AttributeType;
use crate::request::RequestError;
use crate::signature::SignatureAlgorithm;

/// What can be found about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say what the variant's line says")]
pub enum Problem {
    /// Nothing was given.
    Missing,
    /// What was given is no request, or cannot be read.
    Unreadable(RequestError),

    /// The key cannot be read.
    KeyUnreadable,
    /// The key has fewer bits than the policy asks for.
    KeyTooShort { bits: usize, least: usize },
    /// The key has more bits than the policy allows.
    KeyTooLong { bits: usize, most: usize },
    /// The size of the modulus is not a multiple of eight bits (Baseline Requirements §6.1.5).
    KeyLength { bits: usize },
    /// The policy does not allow keys of this algorithm or curve.
    KeyAlgorithm(PublicKeyAlgorithm),
    /// The public exponent is 1: what is encrypted stays as it is.
    ExponentOne,
    /// The public exponent is even: no private key belongs to it.
    ExponentEven,
    /// The public exponent is odd but smaller than 65537 (Baseline Requirements §6.1.6 advise against it).
    ExponentSmall,
    /// The public exponent has more than 256 bits (Baseline Requirements §6.1.6).
    ExponentHuge,
    /// The key has the fingerprint of the flawed generator of CVE-2017-15361.
    Roca,
    /// The two primes are so close that Fermat's method factors the key.
    ClosePrimes,
    /// The modulus has a small factor.
    SmallFactor(u32),
    /// The key is in the blocklist.
    KeyBlocked,

    /// The signature does not fit the request and the key.
    BadSignature,
    /// The signature is made with a broken digest.
    WeakSignature(&'static str),
    /// The signature's algorithm cannot be checked, or does not belong to the key.
    UncheckedSignature(SignatureAlgorithm),

    /// The attribute is written in another string type than the CA demands.
    AttributeType { kind: AttributeType, found: StringType, wanted: StringType },
    /// The attribute is missing.
    AttributeMissing(AttributeType),
    /// The attribute is too long.
    AttributeTooLong { kind: AttributeType, length: usize, limit: usize },
    /// The attribute is blank, a filler such as `-`, not decodable, or has a control character in it.
    AttributeInvalid(AttributeType),
    /// Neither a locality nor a state is given.
    LocalityOrStateMissing,
    /// The business category is not one of the four.
    BusinessCategory,
    /// One of the unstructured name and the unstructured address is demanded.
    UnstructuredMissing,
    /// Only one of the unstructured name and the unstructured address is allowed.
    UnstructuredBoth,

    /// The common name is not among the alternative names.
    CommonNameNotListed,
    /// The request has no alternative names.
    NoNames,
    /// There are more names than the product allows.
    TooManyNames { count: usize, most: usize },
    /// The text is no DNS name. If it is an internationalized one, its A-label form is given.
    NotAName { place: Place, problem: DnsNameProblem, ascii: Option<String> },
    /// The address is one that nobody owns in public.
    PrivateAddress,
    /// The name has one label, or ends in one that is reserved: nobody owns it in public.
    InternalName(Place),
    /// The name is reserved for documentation.
    DocumentationName,
    /// The name ends in a label that is no known top-level domain.
    UnknownTopLevel,
    /// The name is a public suffix, under which anybody registers domains, or a wildcard of one.
    PublicSuffix,
    /// The name is a suffix of a hosting service, under which customers have domains.
    PrivateSuffix,
    /// The product allows no wildcards.
    Wildcard(Place),
    /// The product demands a wildcard.
    WildcardDemanded(Place),
    /// There are more wildcards than the product allows.
    TooManyWildcards { count: usize, most: usize },
    /// An A-label does not decode to letters that a name may have.
    BadInternationalName(Place),
    /// The name is internationalized: so it looks.
    InternationalName { unicode: String },
    /// A label mixes scripts that no language mixes.
    MixedScripts { unicode: String },
    /// A label in another script looks like one in Latin letters.
    LooksLatin { unicode: String },
    /// The name is there more than once.
    RepeatedName,
    /// A name of this kind has no place in such a certificate.
    NameKind,

    /// The request asks for a CA's certificate, by its basic constraints or by a key usage.
    CertificateAuthority,
    /// The request asks for purposes, and none of them is the product's.
    OtherPurpose,

    /// The request has a challenge password, which anybody can read.
    ChallengePassword,
}

/// Where a host name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// In the subject, as the common name.
    CommonName,
    /// Among the alternative names.
    AlternativeNames,
}

const CSR: &str = "CSR";
const KEY: &str = "CSR public key";
const NAMES: &str = "SANEntries";
const NAME: &str = "SANEntries/SANEntry/DNSName";
const UNSTRUCTURED: &str = "CSR unstructuredName, unstructuredAddress";

impl Problem {
    /// The Partner API's code, where it has one for this.
    pub fn code(&self) -> Option<u16> {
        self.code_and_field().0
    }

    /// The field it is about, as the Partner API's codes name it.
    pub fn field(&self) -> &'static str {
        self.code_and_field().1
    }

    fn code_and_field(&self) -> (Option<u16>, &'static str) {
        use Place::{AlternativeNames, CommonName};

        let (code, field) = match self {
            Self::Missing => (1002, "orderParameters/CSR"),
            Self::Unreadable(_) => (1078, "orderParameters/CSR"),
            Self::KeyUnreadable => (1049, KEY),
            Self::KeyTooShort { .. } => (1000, KEY),
            Self::KeyTooLong { .. } => (1150, KEY),
            Self::KeyLength { .. } => (2109, KEY),
            Self::KeyAlgorithm(_) => (1001, KEY),
            Self::ExponentOne
            | Self::ExponentEven
            | Self::ExponentSmall
            | Self::ExponentHuge
            | Self::Roca
            | Self::ClosePrimes
            | Self::SmallFactor(_)
            | Self::KeyBlocked => (1063, KEY),
            Self::BadSignature | Self::WeakSignature(_) | Self::UncheckedSignature(_) => (2125, CSR),
            Self::AttributeType {
                kind: AttributeType::CommonName, wanted: StringType::Printable, ..
            } => (1031, "CSR commonName"),
            Self::AttributeType { kind, .. } => return Codes::of(*kind).string_type(),
            Self::AttributeMissing(kind) => return Codes::of(*kind).missing(),
            Self::AttributeTooLong { kind, .. } => return Codes::of(*kind).too_long(),
            Self::AttributeInvalid(kind) => return Codes::of(*kind).invalid(),
            Self::LocalityOrStateMissing => (2058, "locality, state"),
            Self::BusinessCategory => (2137, "businessCategory"),
            Self::UnstructuredMissing => (2175, UNSTRUCTURED),
            Self::UnstructuredBoth => (2176, UNSTRUCTURED),
            Self::CommonNameNotListed => (1045, NAMES),
            Self::NoNames => (1007, NAMES),
            Self::TooManyNames { .. } => (1107, NAMES),
            Self::NotAName { place: CommonName, .. }
            | Self::InternalName(CommonName)
            | Self::BadInternationalName(CommonName) => (2051, "commonName"),
            Self::NotAName { problem: DnsNameProblem::TooLong, .. } => (1085, NAME),
            Self::NotAName { problem: DnsNameProblem::LongLabel, .. } => (2088, NAME),
            Self::NotAName { problem: DnsNameProblem::Empty, .. } => (2095, NAME),
            Self::NotAName { place: AlternativeNames, .. }
            | Self::InternalName(AlternativeNames)
            | Self::BadInternationalName(AlternativeNames)
            | Self::DocumentationName
            | Self::UnknownTopLevel
            | Self::MixedScripts { .. }
            | Self::LooksLatin { .. } => (1008, NAME),
            Self::PrivateAddress => (1148, NAME),
            Self::PublicSuffix | Self::PrivateSuffix => (1157, NAME),
            Self::Wildcard(AlternativeNames) => (1115, NAME),
            Self::Wildcard(CommonName) => (1116, "commonName"),
            Self::WildcardDemanded(CommonName) => (1117, "commonName"),
            Self::WildcardDemanded(AlternativeNames) => (1118, NAME),
            Self::TooManyWildcards { .. } => (1046, NAME),
            Self::InternationalName { .. } | Self::RepeatedName => return (None, NAME),
            Self::NameKind => return (None, NAMES),
            Self::CertificateAuthority | Self::OtherPurpose | Self::ChallengePassword => {
                return (None, CSR);
            }
        };
        (Some(code), field)
    }
}

/// The codes about one attribute, and how the Partner API calls it: alone and within the request. A zero is
/// no code.
struct Codes {
    field: &'static str,
    in_request: &'static str,
    missing: u16,
    too_long: u16,
    string_type: u16,
    invalid: u16,
}

impl Codes {
    fn of(kind: AttributeType) -> Self {
        use AttributeType as A;

        let (field, in_request, [missing, too_long, string_type, invalid]) = match kind {
            A::CommonName => ("commonName", "CSR commonName", [1015, 1101, 1024, 2051]),
            A::Organization => ("organization", "CSR organization", [1016, 1102, 1030, 2168]),
            A::OrganizationalUnit => ("organizationalUnit", "CSR organizationalUnit", [0, 1103, 1029, 2167]),
            A::Locality => ("locality", "CSR locality", [2058, 1104, 1028, 2166]),
            A::State => ("state", "CSR state", [1019, 1105, 1027, 2156]),
            A::Country => ("country", "CSR country", [1020, 1119, 1026, 1119]),
            A::EmailAddress => ("email", "CSR emailAddress", [1021, 1106, 1025, 1022]),
            A::SerialNumber => {
                ("serialNumber (subject)", "CSR serialNumber (subject)", [1095, 1100, 1126, 2164])
            }
            A::JurisdictionLocality => ("joiln", "CSR joiln", [1094, 1098, 1127, 2165]),
            A::JurisdictionState => ("joisopn", "CSR joisopn", [1092, 1097, 1129, 2155]),
            A::JurisdictionCountry => ("joisocn", "CSR joisocn", [1093, 1096, 1128, 1099]),
            A::StreetAddress => ("streetAddress", "CSR streetAddress", [2139, 2140, 2141, 2169]),
            A::PostalCode => ("postalCode", "CSR postalCode", [2142, 2143, 2144, 2154]),
            A::BusinessCategory => ("businessCategory", "CSR businessCategory", [2138, 2137, 0, 2137]),
            A::UnstructuredName => ("CSR unstructuredName", "CSR unstructuredName", [2175, 2179, 2177, 2181]),
            A::UnstructuredAddress => {
                ("CSR unstructuredAddress", "CSR unstructuredAddress", [2175, 2180, 2178, 2182])
            }
            A::Description => ("CSR description", "CSR description", [0, 2184, 2183, 0]),
            _ => (CSR, CSR, [0; 4]),
        };
        Self { field, in_request, missing, too_long, string_type, invalid }
    }

    fn missing(&self) -> (Option<u16>, &'static str) {
        (some(self.missing), self.field)
    }

    fn too_long(&self) -> (Option<u16>, &'static str) {
        (some(self.too_long), if self.too_long == 1119 { self.in_request } else { self.field })
    }

    fn string_type(&self) -> (Option<u16>, &'static str) {
        (some(self.string_type), self.in_request)
    }

    fn invalid(&self) -> (Option<u16>, &'static str) {
        // What the CA says of a country it says of the request's.
        (some(self.invalid), if self.invalid == 1119 { self.in_request } else { self.field })
    }
}

fn some(code: u16) -> Option<u16> {
    (code != 0).then_some(code)
}
