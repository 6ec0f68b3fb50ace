//! The findings in English.

use super::{Place, Problem};
use crate::name::AttributeType;

pub(super) fn text(problem: &Problem) -> String {
    use Problem as P;
    let plain = match problem {
        P::Missing => "there is no certificate request",
        P::Unreadable(error) => return error.to_string(),
        P::KeyUnreadable => "the public key cannot be read",
        P::KeyTooShort { bits, least } => {
            return format!("the key has {bits} bits: at least {least} are needed");
        }
        P::KeyTooLong { bits, most } => {
            return format!("the key has {bits} bits: at most {most} are allowed");
        }
        P::KeyLength { bits } => return format!("the key has {bits} bits, which is not a multiple of 8"),
        P::KeyAlgorithm(algorithm) => {
            return format!("keys of this kind are not certified: {algorithm}. Use RSA, P-256 or P-384");
        }
        P::ExponentOne => "the key's exponent is 1, so that it protects nothing: make a new key",
        P::ExponentEven => "the key's exponent is even, so that it cannot work: make a new key",
        P::ExponentSmall => "the key's exponent is smaller than 65537, which is advised against",
        P::ExponentHuge => "the key's exponent has more than 256 bits: make a new key",
        P::Roca => {
            "the key was made by a flawed generator (ROCA, CVE-2017-15361) and can be broken: make a new key elsewhere"
        }
        P::ClosePrimes => {
            "the key's primes are too close to each other, so that it is broken at once: make a new key with other software"
        }
        P::SmallFactor(factor) => {
            return format!(
                "the key's modulus is divisible by {factor}: it is damaged or broken, make a new key"
            );
        }
        P::KeyBlocked => "the key is known to others (it is in a list of compromised keys): make a new key",
        P::BadSignature => {
            "the signature does not verify: the request was changed after signing, or another key signed it"
        }
        P::WeakSignature(digest) => {
            return format!(
                "the request is signed with a broken digest ({digest}): make it again with SHA-256"
            );
        }
        P::UncheckedSignature(algorithm) => {
            return format!("the signature ({algorithm}) cannot be checked with this key");
        }
        P::AttributeType { kind, found, wanted } => {
            return format!("the {} is written as {found}: {wanted} is needed", attribute(*kind));
        }
        P::AttributeMissing(kind) => return format!("the {} is missing", attribute(*kind)),
        P::AttributeTooLong { kind, length, limit } => {
            return format!("the {} has {length} characters: {limit} are allowed", attribute(*kind));
        }
        P::AttributeInvalid(kind) => return format!("the {} is not a valid value", attribute(*kind)),
        P::LocalityOrStateMissing => "a locality or a state is needed",
        P::BusinessCategory => {
            "the business category must be Private Organization, Government Entity, Business Entity or Non-Commercial Entity"
        }
        P::UnstructuredMissing => "an unstructured name or an unstructured address is needed",
        P::UnstructuredBoth => "only one of the unstructured name and the unstructured address is allowed",
        P::CommonNameNotListed => "the common name is not among the alternative names",
        P::NoNames => "the request has no alternative names: browsers look at nothing else",
        P::TooManyNames { count, most } => return format!("{count} names are too many: the most is {most}"),
        P::NotAName { problem, ascii, .. } => {
            let hint = ascii.as_ref().map(|ascii| format!(". Write {ascii}")).unwrap_or_default();
            return format!("this is not a domain name: {problem}{hint}");
        }
        P::PrivateAddress => "the address is not a public one: no public CA certifies it",
        P::InternalName(_) => "the name is internal or reserved, so that nobody can prove to own it",
        P::DocumentationName => "the name is reserved for documentation, so that nobody can prove to own it",
        P::UnknownTopLevel => "the last label is not a known top-level domain",
        P::PublicSuffix => "anybody registers domains under this ending: it belongs to a registry",
        P::PrivateSuffix => "customers of a hosting service have their domains under this ending",
        P::Wildcard(_) => "the product allows no wildcards",
        P::WildcardDemanded(Place::CommonName) => {
            "the product needs a wildcard as the common name, as in *.example.com"
        }
        P::WildcardDemanded(Place::AlternativeNames) => "the product needs a wildcard, as in *.example.com",
        P::TooManyWildcards { count, most } => {
            return format!("{count} wildcards are too many: the most is {most}");
        }
        P::BadInternationalName(_) => "an internationalized label (xn--…) does not decode to a valid one",
        P::InternationalName { unicode } => return format!("this is the internationalized name {unicode}"),
        P::MixedScripts { unicode } => {
            return format!("{unicode} mixes letters of several scripts, as forged names do");
        }
        P::LooksLatin { unicode } => {
            return format!("{unicode} looks like a name in Latin letters, but has others");
        }
        P::RepeatedName => "the name is there more than once",
        P::NameKind => "a name of this kind has no place in such a certificate, and will be left out",
        P::CertificateAuthority => {
            "the request asks for a CA's certificate, which no customer gets: make it again without CA:TRUE and keyCertSign"
        }
        P::OtherPurpose => {
            "the request asks for other purposes (extended key usage) than the product has: they will be left out"
        }
        P::ChallengePassword => {
            "the request holds a challenge password, which anybody can read who sees the request"
        }
    };
    plain.to_owned()
}

fn attribute(kind: AttributeType) -> String {
    use AttributeType as A;
    let name = match kind {
        A::CommonName => "common name",
        A::Surname => "surname",
        A::SerialNumber => "registration number (serialNumber)",
        A::Country => "country",
        A::Locality => "locality",
        A::State => "state or province",
        A::StreetAddress => "street address",
        A::Organization => "organization",
        A::OrganizationalUnit => "organizational unit",
        A::Title => "title",
        A::Description => "description",
        A::BusinessCategory => "business category",
        A::PostalCode => "postal code",
        A::GivenName => "given name",
        A::EmailAddress => "e-mail address",
        A::UnstructuredName => "unstructured name",
        A::UnstructuredAddress => "unstructured address",
        A::JurisdictionLocality => "locality of registration",
        A::JurisdictionState => "state of registration",
        A::JurisdictionCountry => "country of registration",
        other => return other.to_string(),
    };
    name.to_owned()
}
