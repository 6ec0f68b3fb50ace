//! The hierarchy: which CA certificates there are, and what stands in them.

use std::sync::atomic::{AtomicU64, Ordering};

use certum_api::types::HashAlgorithm;
use csr_tools::{KeyAlgorithm, PublicKeyHash};
use der::{
    Decode,
    asn1::ObjectIdentifier,
    oid::db::rfc5280::{ID_KP_CODE_SIGNING, ID_KP_EMAIL_PROTECTION, ID_KP_SERVER_AUTH},
};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use x509_cert::{ext::pkix::SubjectKeyIdentifier, spki::SubjectPublicKeyInfoRef};

use super::{
    IssueError, SERIAL_BYTES,
    certificate::{self, Content},
    name,
    profile::{self, Pointers, policy},
    signer::Signer,
    to_pem,
};
use crate::{
    products::{Kind, Level},
    random::to_hex,
};

/// How long the root lives, and an intermediate: longer than any test in virtual time.
const ROOT_LIFE: SignedDuration = SignedDuration::from_hours(25 * 365 * 24);
const INTERMEDIATE_LIFE: SignedDuration = SignedDuration::from_hours(15 * 365 * 24);

/// One of the CA's certificates. All but the root are signed by the root, and sign for subscribers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum IssuerId {
    Root,
    DvEcc,
    DvRsa,
    OvEcc,
    OvRsa,
    EvEcc,
    EvRsa,
    Smime,
    CodeSigning,
}

/// What the keys of the CA are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssuerKeys {
    /// As those of the real products: RSA and ECDSA.
    OfEachKind,
    /// All of the kind that is made and signs fastest.
    Quick,
}

/// What tells one CA certificate from another.
pub(super) struct Facts {
    /// How its files are called.
    slug: &'static str,
    common_name: &'static str,
    key: KeyAlgorithm,
    /// What its certificates are for; none for the root, which is for all of it.
    pub(super) purpose: Option<ObjectIdentifier>,
    /// The policies that it issues under; none for the root.
    pub(super) policies: &'static [ObjectIdentifier],
}

impl IssuerId {
    pub(crate) const ALL: [Self; 9] = [
        Self::Root,
        Self::DvEcc,
        Self::DvRsa,
        Self::OvEcc,
        Self::OvRsa,
        Self::EvEcc,
        Self::EvRsa,
        Self::Smime,
        Self::CodeSigning,
    ];

    /// Who signs for a product. What is not for hosts is signed with RSA alone, as it is sold.
    pub(crate) fn of(kind: Kind, level: Level, hash_algorithm: &HashAlgorithm) -> Self {
        let is_rsa = *hash_algorithm == HashAlgorithm::RsaSha256;
        match (kind, level, is_rsa) {
            (Kind::Smime, ..) => Self::Smime,
            (Kind::CodeSigning, ..) => Self::CodeSigning,
            (Kind::Tls, Level::Domain | Level::Mailbox, false) => Self::DvEcc,
            (Kind::Tls, Level::Domain | Level::Mailbox, true) => Self::DvRsa,
            (Kind::Tls, Level::Organization | Level::Individual, false) => Self::OvEcc,
            (Kind::Tls, Level::Organization | Level::Individual, true) => Self::OvRsa,
            (Kind::Tls, Level::Extended, false) => Self::EvEcc,
            (Kind::Tls, Level::Extended, true) => Self::EvRsa,
        }
    }

    pub(crate) fn slug(self) -> &'static str {
        self.facts().slug
    }

    pub(crate) fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.slug() == slug)
    }

    pub(super) fn facts(self) -> Facts {
        use KeyAlgorithm::{EcdsaP256, EcdsaP384, Rsa2048, Rsa4096};
        let facts = |slug, common_name, key, purpose, policies| Facts {
            slug,
            common_name,
            key,
            purpose: Some(purpose),
            policies,
        };
        let tls =
            |slug, common_name, key, policies| facts(slug, common_name, key, ID_KP_SERVER_AUTH, policies);
        match self {
            Self::Root => Facts {
                slug: "root",
                common_name: "Certum Sandbox Root CA",
                key: EcdsaP384,
                purpose: None,
                policies: &[],
            },
            Self::DvEcc => tls("dv-tls-ecc", "Certum Sandbox DV TLS ECC CA", EcdsaP256, &[policy::DV]),
            Self::DvRsa => tls("dv-tls-rsa", "Certum Sandbox DV TLS RSA CA", Rsa2048, &[policy::DV]),
            Self::OvEcc => tls("ov-tls-ecc", "Certum Sandbox OV TLS ECC CA", EcdsaP256, &[policy::OV]),
            Self::OvRsa => tls("ov-tls-rsa", "Certum Sandbox OV TLS RSA CA", Rsa2048, &[policy::OV]),
            Self::EvEcc => tls("ev-tls-ecc", "Certum Sandbox EV TLS ECC CA", EcdsaP256, &[policy::EV]),
            Self::EvRsa => tls("ev-tls-rsa", "Certum Sandbox EV TLS RSA CA", Rsa2048, &[policy::EV]),
            Self::Smime => facts(
                "smime",
                "Certum Sandbox SMIME RSA CA",
                Rsa2048,
                ID_KP_EMAIL_PROTECTION,
                &[policy::SMIME_MAILBOX, policy::SMIME_ORGANIZATION, policy::SMIME_INDIVIDUAL],
            ),
            // Code Signing Baseline Requirements, 6.1.5.1: CAs need 4096 bits.
            Self::CodeSigning => facts(
                "code-signing",
                "Certum Sandbox Code Signing RSA CA",
                Rsa4096,
                ID_KP_CODE_SIGNING,
                &[policy::CODE_SIGNING, policy::EV_CODE_SIGNING],
            ),
        }
    }
}

/// A CA certificate with its key.
pub(super) struct Issuer {
    pub(super) signer: Signer,
    /// Its subject in DER.
    pub(super) name: Vec<u8>,
    /// Its public key as OCSP requests hash it: without the algorithm.
    pub(super) key_bits: Vec<u8>,
    pub(super) key_identifier: SubjectKeyIdentifier,
    /// When its own certificate ends, and with it what it can sign.
    pub(super) not_after: Timestamp,
    /// Its serial number, as its own issuer gave it.
    pub(super) serial: String,
    pub(super) der: Vec<u8>,
    pub(super) pem: String,
    /// The extensions that all its certificates have in common: who signed, and where to ask about that.
    pub(super) common_extensions: Vec<u8>,
    lists: AtomicU64,
}

impl Issuer {
    /// The root, valid from `not_before`. `base` is where the listener is reached.
    pub(super) fn root(base: &Url, keys: IssuerKeys, not_before: Timestamp) -> Result<Self, IssueError> {
        Self::new(IssuerId::Root, None, keys, base, not_before)
    }

    /// An intermediate below the root.
    pub(super) fn below(
        root: &Self,
        id: IssuerId,
        keys: IssuerKeys,
        base: &Url,
        not_before: Timestamp,
    ) -> Result<Self, IssueError> {
        Self::new(id, Some(root), keys, base, not_before)
    }

    fn new(
        id: IssuerId,
        root: Option<&Self>,
        keys: IssuerKeys,
        base: &Url,
        not_before: Timestamp,
    ) -> Result<Self, IssueError> {
        let facts = id.facts();
        let signer = Signer::generate(match keys {
            IssuerKeys::OfEachKind => facts.key,
            IssuerKeys::Quick => KeyAlgorithm::EcdsaP256,
        })?;
        let public_key = signer.public_key();
        let key_info = SubjectPublicKeyInfoRef::from_der(public_key.as_der())?;
        let key_bits = key_info.subject_public_key.raw_bytes().to_vec();
        let key_identifier = SubjectKeyIdentifier::try_from(key_info)?;
        let serial = serial_of_key(&public_key.hash());
        let name = name::of_authority(facts.common_name)?;
        let pointers = Pointers::new(base, id.slug());
        let common_extensions = profile::from_issuer(&key_identifier, &pointers)?;
        let extensions =
            profile::of_authority(&facts, &key_identifier, root.map(|root| &root.common_extensions[..]))?;
        let (life, signed_by, issuer_name) = match root {
            Some(root) => (INTERMEDIATE_LIFE, &root.signer, &root.name),
            None => (ROOT_LIFE, &signer, &name),
        };
        let not_after = not_before.checked_add(life)?;
        let der = certificate::make(
            &Content {
                serial: &serial,
                issuer: issuer_name,
                not_before,
                not_after,
                subject: &name,
                public_key: public_key.as_der(),
                extensions: &extensions,
            },
            signed_by,
        )?;
        Ok(Self {
            name,
            key_bits,
            key_identifier,
            not_after,
            serial: to_hex(&serial),
            pem: to_pem(&der)?,
            der,
            common_extensions,
            lists: AtomicU64::new(0),
            signer,
        })
    }

    /// A number for the next revocation list, greater than all before.
    pub(super) fn next_list(&self) -> u64 {
        self.lists.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A serial number that follows from the key, which is random: CA certificates draw nothing from the
/// sandbox's seed.
fn serial_of_key(hash: &PublicKeyHash) -> [u8; SERIAL_BYTES] {
    let mut serial = [0; SERIAL_BYTES];
    serial.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    super::positive(serial)
}

#[cfg(test)]
mod tests {
    use csr_tools::{EllipticCurve, PublicKeyAlgorithm};

    use super::*;

    #[test]
    fn each_issuer_has_a_place_and_a_name_of_its_own() {
        for (index, id) in IssuerId::ALL.into_iter().enumerate() {
            assert_eq!((id as usize, IssuerId::from_slug(id.slug())), (index, Some(id)));
            let same = |other: &IssuerId| other.facts().common_name == id.facts().common_name;
            assert_eq!(IssuerId::ALL.iter().filter(|other| same(other)).count(), 1);
        }
        assert_eq!(IssuerId::from_slug("intermediate"), None);
    }

    #[test]
    fn quick_keys_are_of_p256_whatever_the_issuer_signs() {
        let base = Url::parse("http://127.0.0.1:8080/").unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let root = Issuer::root(&base, IssuerKeys::Quick, now).unwrap();
        let below = IssuerId::ALL.map(|id| Issuer::below(&root, id, IssuerKeys::Quick, &base, now).unwrap());
        for issuer in below.iter().chain([&root]) {
            let algorithm = issuer.signer.public_key().algorithm();
            assert_eq!(algorithm, PublicKeyAlgorithm::EllipticCurve(EllipticCurve::P256));
        }
    }
}
