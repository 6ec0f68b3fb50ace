//! Verifying a chain against trusted roots.
//!
//! The walk is that of the `rustls-webpki` crate, which Rust's TLS stands on, for mail and programs as well:
//! signatures, dates, basic constraints, path lengths, name constraints, extended key usage and critical
//! extensions follow the same rules for all three, and only the wanted purpose differs. This module adds what
//! that crate leaves out: the key usage of every certificate, the dates of the root, and for programs that
//! the purpose is named and not merely not ruled out.

use std::time::Duration;

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, VerifiedPath, anchor_from_trusted_cert};

use super::{Chain, VerifyError};
use crate::certificate::Certificate;
use crate::extension::{ExtendedKeyUse, KeyUse};

/// What a chain is verified for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A TLS server. Which host it is, [`Certificate::covers`] says.
    TlsServer,
    /// Signed or encrypted mail (S/MIME).
    EmailProtection,
    /// Signed programs.
    CodeSigning,
}

impl Purpose {
    /// The contents of the purpose's identifier, as `webpki` wants it.
    fn usage(self) -> webpki::KeyUsage {
        match self {
            Self::TlsServer => webpki::KeyUsage::server_auth(),
            Self::EmailProtection => {
                webpki::KeyUsage::required_if_present(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04])
            }
            Self::CodeSigning => {
                webpki::KeyUsage::required_if_present(&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03])
            }
        }
    }

    /// The uses of which the leaf's key must allow one (RFC 5280 §4.2.1.12).
    fn key_uses(self) -> &'static [KeyUse] {
        match self {
            Self::TlsServer => &[KeyUse::DigitalSignature, KeyUse::KeyEncipherment, KeyUse::KeyAgreement],
            Self::EmailProtection => &[
                KeyUse::DigitalSignature,
                KeyUse::ContentCommitment,
                KeyUse::KeyEncipherment,
                KeyUse::KeyAgreement,
            ],
            Self::CodeSigning => &[KeyUse::DigitalSignature],
        }
    }

    fn allows(self, leaf: &Certificate) -> bool {
        let key_use =
            leaf.key_usage().is_none_or(|usage| self.key_uses().iter().any(|key_use| usage.allows(*key_use)));
        // The Code Signing Baseline Requirements §7.1.2.3 demand the purpose; Windows runs nothing without.
        let named = self != Self::CodeSigning
            || leaf.extended_key_usage().is_some_and(|uses| uses.contains(&ExtendedKeyUse::CodeSigning));
        key_use && named
    }
}

impl Chain {
    /// Verifies the chain against these roots, for a purpose, at a time in seconds since the Unix epoch.
    ///
    /// The chain's own root counts for nothing: only those given here are trusted, so long as they are valid.
    ///
    /// # Caveats
    /// Revocation is not looked at. Name constraints on mail addresses, URIs and directory names, and
    /// certificate policies marked critical, are refused where they apply rather than evaluated. A leaf
    /// without an extended key usage passes for servers and mail, as RFC 5280 has it.
    ///
    /// # Errors
    /// [`VerifyError`] with the reason of the way that came furthest.
    pub fn verify(&self, roots: &[Certificate], purpose: Purpose, at: i64) -> Result<(), VerifyError> {
        let leaf = &self.leaf;
        if at < leaf.not_before() {
            return Err(VerifyError::NotYetValid { not_before: leaf.not_before() });
        }
        if at > leaf.not_after() {
            return Err(VerifyError::Expired { not_after: leaf.not_after() });
        }
        if leaf.is_ca() {
            return Err(VerifyError::LeafIsCa);
        }
        if !purpose.allows(leaf) {
            return Err(VerifyError::UseNotAllowed);
        }
        // Nothing that X.509 can hold is so old, and `webpki` has no word for it.
        let time = u64::try_from(at).map_err(|_| VerifyError::CaNotValid)?;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(time));

        let valid_roots = roots.iter().filter(|root| root.is_valid_at(at) && may_sign_certificates(root));
        let root_ders: Vec<CertificateDer<'_>> =
            valid_roots.map(|root| CertificateDer::from(root.as_der())).collect();
        let anchors: Vec<TrustAnchor<'_>> =
            root_ders.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
        let intermediates: Vec<CertificateDer<'_>> =
            self.intermediates.iter().map(|one| CertificateDer::from(one.as_der())).collect();

        let leaf = CertificateDer::from(leaf.as_der());
        let leaf = EndEntityCert::try_from(&leaf).map_err(translate)?;
        let check_path = |path: &VerifiedPath<'_>| self.check_key_usage(path);
        leaf.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &anchors,
            &intermediates,
            time,
            purpose.usage(),
            None,
            Some(&check_path),
        )
        .map(|_| ())
        .map_err(|error| match translate(error) {
            // The root is there and out of date: that is the better answer.
            VerifyError::NoTrustedRoot if self.leads_to_a_root_out_of_date(roots, at) => {
                VerifyError::CaNotValid
            }
            other => other,
        })
    }

    fn leads_to_a_root_out_of_date(&self, roots: &[Certificate], at: i64) -> bool {
        let mut outdated = roots.iter().filter(|root| !root.is_valid_at(at));
        outdated.any(|root| self.certificates().any(|one| one.issuer_der() == root.subject_der()))
    }

    /// Checks that the CAs on the way may sign certificates, by their key usage.
    fn check_key_usage(&self, path: &VerifiedPath<'_>) -> Result<(), webpki::Error> {
        let mut on_the_way = path.intermediate_certificates();
        let allowed = on_the_way.all(|one| {
            let der = one.der();
            self.intermediates.iter().any(|own| own.as_der() == &*der && may_sign_certificates(own))
        });
        if allowed { Ok(()) } else { Err(webpki::Error::EndEntityUsedAsCa) }
    }
}

fn may_sign_certificates(ca: &Certificate) -> bool {
    ca.key_usage().is_none_or(|usage| usage.allows(KeyUse::CertificateSigning))
}

/// Names the reason in our words.
fn translate(error: webpki::Error) -> VerifyError {
    use webpki::Error as E;
    match error {
        // The leaf's own dates are checked before.
        E::CertExpired { .. } | E::CertNotValidYet { .. } | E::InvalidCertValidity => VerifyError::CaNotValid,
        E::UnknownIssuer => VerifyError::NoTrustedRoot,
        E::InvalidSignatureForPublicKey => VerifyError::WrongSignature,
        E::UnsupportedSignatureAlgorithmContext(_)
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext(_)
        | E::SignatureAlgorithmMismatch => VerifyError::UnsupportedSignature,
        E::CaUsedAsEndEntity => VerifyError::LeafIsCa,
        E::EndEntityUsedAsCa => VerifyError::NotACa,
        E::PathLenConstraintViolated => VerifyError::PathTooLong,
        E::NameConstraintViolation => VerifyError::NameNotAllowed,
        E::RequiredEkuNotFoundContext(_) | E::EmptyEkuExtension => VerifyError::UseNotAllowed,
        E::UnsupportedCriticalExtension => VerifyError::UnknownCriticalExtension,
        _ => VerifyError::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data as data;

    fn verify(roots: &[Certificate], purpose: Purpose, at: i64) -> Result<(), VerifyError> {
        Chain::order(&[data::intermediate(), data::leaf()]).unwrap().verify(roots, purpose, at)
    }

    #[test]
    fn accepts_a_chain_to_a_given_root_while_it_is_valid() {
        let (roots, leaf) = ([data::root()], data::leaf());
        for at in [leaf.not_before(), leaf.not_after()] {
            assert_eq!(verify(&roots, Purpose::TlsServer, at), Ok(()));
        }
        let (not_before, not_after) = (leaf.not_before(), leaf.not_after());
        let early = verify(&roots, Purpose::TlsServer, not_before - 1);
        assert_eq!(early, Err(VerifyError::NotYetValid { not_before }));
        let late = verify(&roots, Purpose::TlsServer, not_after + 1);
        assert_eq!(late, Err(VerifyError::Expired { not_after }));
    }

    #[test]
    fn refuses_another_purpose() {
        let at = data::leaf().not_before();
        for purpose in [Purpose::EmailProtection, Purpose::CodeSigning] {
            assert_eq!(verify(&[data::root()], purpose, at), Err(VerifyError::UseNotAllowed));
        }
    }

    #[test]
    fn trusts_no_root_but_those_given() {
        let at = data::leaf().not_before();
        let whole = Chain::order(&[data::root(), data::intermediate(), data::leaf()]).unwrap();
        assert_eq!(whole.verify(&[], Purpose::TlsServer, at), Err(VerifyError::NoTrustedRoot));
        let roots = [data::leaf()];
        assert_eq!(whole.verify(&roots, Purpose::TlsServer, at), Err(VerifyError::NoTrustedRoot));
    }

    #[test]
    fn needs_the_intermediate() {
        let chain = Chain::order(&[data::leaf()]).unwrap();
        let at = data::leaf().not_before();
        let verified = chain.verify(&[data::root()], Purpose::TlsServer, at);
        assert_eq!(verified, Err(VerifyError::NoTrustedRoot));
    }

    #[test]
    fn refuses_a_ca_for_a_leaf() {
        let chain = Chain::order(&[data::intermediate()]).unwrap();
        let at = data::intermediate().not_before();
        let verified = chain.verify(&[data::root()], Purpose::TlsServer, at);
        assert_eq!(verified, Err(VerifyError::LeafIsCa));
    }
}
