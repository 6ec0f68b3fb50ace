//! Findings about the key and the signature.

use super::{Policy, weak_rsa};
use crate::asn1::{Oid, oids};
use crate::finding::{Finding, Problem};
use crate::key::{PublicKeyAlgorithm, PublicKeyView, RsaNumbers};
use crate::request::RequestView;
use crate::signature::{SignatureAlgorithm, SignatureError};

/// Moduli beyond this are not examined for weakness: the time grows with the size, and no CA takes them.
const LONGEST_EXAMINED: usize = 16_384;

pub(super) fn check(
    policy: &Policy,
    request: &RequestView<'_>,
    verified: &Result<(), SignatureError>,
    findings: &mut Vec<Finding>,
) {
    if policy.blocklist.as_ref().is_some_and(|list| list.contains(&request.public_key_hash())) {
        findings.push(Finding::error(Problem::KeyBlocked).about(request.public_key_hash().to_string()));
    }
    let Ok(key) = request.public_key() else {
        findings.push(Finding::error(Problem::KeyUnreadable));
        return;
    };
    let before = findings.len();
    check_key(policy, key, findings);
    let key_is_sound = findings.len() == before;
    findings.extend(check_signature(request, verified, key, key_is_sound));
}

fn check_key(policy: &Policy, key: &PublicKeyView<'_>, findings: &mut Vec<Finding>) {
    let algorithm = key.algorithm();
    match (algorithm, key.rsa()) {
        (PublicKeyAlgorithm::Rsa { bits, .. }, Some(numbers)) => {
            let (least, most) = policy.rsa_bits;
            if bits < least {
                findings.push(Finding::error(Problem::KeyTooShort { bits, least }));
            } else if bits > most {
                findings.push(Finding::error(Problem::KeyTooLong { bits, most }));
            } else if bits % 8 != 0 {
                findings.push(Finding::error(Problem::KeyLength { bits }));
            }
            findings.extend(check_exponent(&numbers));
            if bits <= LONGEST_EXAMINED {
                findings.extend(weak_rsa::check(numbers.modulus));
            }
        }
        (PublicKeyAlgorithm::EllipticCurve(curve), _) if policy.curves.contains(&curve) => {}
        _ => findings.push(Finding::error(Problem::KeyAlgorithm(algorithm))),
    }
}

/// Baseline Requirements §6.1.6: odd and at least 3; from 2^16+1 to 2^256-1 is advised, and more is no use
/// but to make verifying slow.
fn check_exponent(numbers: &RsaNumbers<'_>) -> Option<Finding> {
    const LONGEST: usize = 256 / 8;
    let length = numbers.exponent.iter().skip_while(|byte| **byte == 0).count();
    let is_even = numbers.exponent.last().is_none_or(|last| last % 2 == 0);
    Some(match numbers.small_exponent() {
        Some(1) => Finding::error(Problem::ExponentOne),
        _ if is_even => Finding::error(Problem::ExponentEven),
        _ if length > LONGEST => Finding::error(Problem::ExponentHuge),
        Some(small) if small < 65_537 => Finding::warning(Problem::ExponentSmall).about(small.to_string()),
        _ => return None,
    })
}

/// What there is to say of the signature. That a key which is refused anyway could not be used to check one
/// is not worth saying.
fn check_signature(
    request: &RequestView<'_>,
    verified: &Result<(), SignatureError>,
    key: &PublicKeyView<'_>,
    key_is_sound: bool,
) -> Option<Finding> {
    let algorithm = request.signature_algorithm();
    if let SignatureAlgorithm::Other(oid) = algorithm
        && let Some(name) = weak_digest(oid)
    {
        return Some(Finding::error(Problem::WeakSignature(name)));
    }
    match verified {
        Ok(()) => None,
        Err(SignatureError::Invalid) if key.rsa().is_none_or(|numbers| is_checked_with(&numbers)) => {
            Some(Finding::error(Problem::BadSignature))
        }
        Err(_) if !key_is_sound => None,
        // Such a key cannot have made it.
        Err(SignatureError::WrongKey { .. }) => Some(Finding::error(Problem::UncheckedSignature(algorithm))),
        // The CA may be able to check what this crate is not.
        Err(_) => Some(Finding::warning(Problem::UncheckedSignature(algorithm))),
    }
}

/// Whether signatures are checked with such an exponent at all: the library takes odd ones of up to 33 bits.
fn is_checked_with(numbers: &RsaNumbers<'_>) -> bool {
    numbers.small_exponent().is_some_and(|exponent| exponent > 1 && exponent % 2 == 1 && exponent < 1 << 33)
}

/// The broken digest in a signature's algorithm.
fn weak_digest(oid: Oid) -> Option<&'static str> {
    const WEAK: &[(Oid, &str)] = &[
        (oids::MD2_WITH_RSA, "MD2"),
        (oids::MD5_WITH_RSA, "MD5"),
        (oids::SHA1_WITH_RSA, "SHA-1"),
        (oids::SHA1_WITH_RSA_OIW, "SHA-1"),
        (oids::DSA_WITH_SHA1, "SHA-1"),
        (oids::ECDSA_WITH_SHA1, "SHA-1"),
    ];
    WEAK.iter().find(|weak| weak.0 == oid).map(|weak| weak.1)
}
