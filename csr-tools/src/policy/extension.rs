//! Findings about the extensions that a request asks for. The CA writes its own: what is said here tells the
//! customer that something else is coming than was asked for.

use super::Profile;
use crate::extension::{ExtendedKeyUse, KeyUse};
use crate::finding::{Finding, Problem};
use crate::request::{KnownExtension, RequestView};

pub(super) fn check(profile: Profile, request: &RequestView<'_>) -> Vec<Finding> {
    let known: Vec<_> = request.extensions().filter_map(|extension| extension.known()).collect();
    let asks_for_ca = known.iter().any(|extension| match extension {
        KnownExtension::BasicConstraints { is_ca, .. } => *is_ca,
        KnownExtension::KeyUsage(usage) => {
            usage.allows(KeyUse::CertificateSigning) || usage.allows(KeyUse::RevocationListSigning)
        }
        KnownExtension::ExtendedKeyUsage(_) => false,
    });
    let wanted = purpose(profile);
    let has_other_purpose = known.iter().any(|extension| match extension {
        KnownExtension::ExtendedKeyUsage(uses) => {
            !uses.contains(&wanted) && !uses.contains(&ExtendedKeyUse::Any)
        }
        _ => false,
    });
    let authority = asks_for_ca.then(|| Finding::warning(Problem::CertificateAuthority));
    let other_purpose = has_other_purpose.then(|| Finding::info(Problem::OtherPurpose));
    authority.into_iter().chain(other_purpose).collect()
}

/// The purpose that certificates of this profile have.
fn purpose(profile: Profile) -> ExtendedKeyUse {
    match profile {
        Profile::DomainValidated | Profile::OrganizationValidated | Profile::ExtendedValidation => {
            ExtendedKeyUse::ServerAuth
        }
        Profile::Mailbox => ExtendedKeyUse::EmailProtection,
        Profile::CodeSigning => ExtendedKeyUse::CodeSigning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Oid, Tag, element, oids};
    use crate::test_data as data;

    /// What there is to say of a request for this extension.
    fn problems(profile: Profile, oid: Oid, value: &[u8]) -> Vec<Problem> {
        let oid = element(Tag::OID, &[oid.as_bytes()]);
        let extension = element(Tag::SEQUENCE, &[&oid, &element(Tag::OCTET_STRING, &[value])]);
        let attribute = element(
            Tag::SEQUENCE,
            &[
                &element(Tag::OID, &[oids::EXTENSION_REQUEST.as_bytes()]),
                &element(Tag::SET, &[&element(Tag::SEQUENCE, &[&extension])]),
            ],
        );
        let key = data::leaf_key();
        let attributes = element(Tag::context(0), &[&attribute]);
        let info = element(Tag::SEQUENCE, &[&[0x02, 1, 0, 0x30, 0], key.public_key().as_der(), &attributes]);
        let algorithm = element(Tag::SEQUENCE, &[&element(Tag::OID, &[oids::ECDSA_WITH_SHA256.as_bytes()])]);
        let der = element(Tag::SEQUENCE, &[&info, &algorithm, &[0x03, 1, 0]]);
        let findings = check(profile, &RequestView::read(&der).unwrap());
        findings.into_iter().map(|finding| finding.problem().clone()).collect()
    }

    #[test]
    fn finds_requests_for_a_ca_and_no_others() {
        let server = Profile::DomainValidated;
        for value in [&[0x30, 0][..], &[0x30, 3, 1, 1, 0]] {
            assert_eq!(problems(server, oids::BASIC_CONSTRAINTS, value), []);
        }
        let authority = [Problem::CertificateAuthority];
        assert_eq!(problems(server, oids::BASIC_CONSTRAINTS, &[0x30, 3, 1, 1, 0xff]), authority);
        // Signatures and key encipherment, as servers ask for; signing of certificates; of revocation lists.
        assert_eq!(problems(server, oids::KEY_USAGE, &[3, 2, 5, 0xa0]), []);
        assert_eq!(problems(server, oids::KEY_USAGE, &[3, 2, 2, 0x04]), authority);
        assert_eq!(problems(server, oids::KEY_USAGE, &[3, 2, 1, 0x02]), authority);
    }

    #[test]
    fn finds_purposes_that_are_not_the_products() {
        use ExtendedKeyUse::{Any, ClientAuth, CodeSigning, EmailProtection, ServerAuth};
        let purposes = |profile, uses: &[ExtendedKeyUse]| {
            let uses: Vec<u8> =
                uses.iter().flat_map(|one| element(Tag::OID, &[one.oid().as_bytes()])).collect();
            problems(profile, oids::EXTENDED_KEY_USAGE, &element(Tag::SEQUENCE, &[&uses]))
        };
        for (profile, fitting) in [
            (Profile::DomainValidated, ServerAuth),
            (Profile::ExtendedValidation, ServerAuth),
            (Profile::Mailbox, EmailProtection),
            (Profile::CodeSigning, CodeSigning),
        ] {
            assert_eq!(purposes(profile, &[ClientAuth, fitting]), []);
            assert_eq!(purposes(profile, &[Any]), []);
            assert_eq!(purposes(profile, &[ClientAuth]), [Problem::OtherPurpose]);
        }
    }
}
