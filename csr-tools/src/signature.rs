//! Signatures: their algorithms, and the one function that checks them, for requests and certificates alike.

use std::fmt;

use aws_lc_rs::signature::{self as library, UnparsedPublicKey, VerificationAlgorithm};

use crate::asn1::{DerError, Element, Oid, Reader, Tag, element, oids};
use crate::key::{EllipticCurve, PublicKey, PublicKeyAlgorithm};

/// The algorithm of a signature, as an AlgorithmIdentifier names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaPkcs1Sha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaPkcs1Sha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaPkcs1Sha512,
    /// RSA-PSS with SHA-256, MGF1 of the same and a salt of 32 bytes.
    RsaPssSha256,
    /// RSA-PSS with SHA-384, MGF1 of the same and a salt of 48 bytes.
    RsaPssSha384,
    /// RSA-PSS with SHA-512, MGF1 of the same and a salt of 64 bytes.
    RsaPssSha512,
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// ECDSA with SHA-384.
    EcdsaSha384,
    /// ECDSA with SHA-512.
    EcdsaSha512,
    /// Ed25519.
    Ed25519,
    /// One that this crate does not check: broken, as those with MD5 and SHA-1 are, rare, or with unusual
    /// parameters.
    Other(Oid),
}

impl SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier.
    pub(crate) fn from_identifier(identifier: &Element<'_>) -> Result<Self, DerError> {
        let mut fields = identifier.reader("signature's algorithm");
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        if oid == oids::RSA_PSS {
            return Ok(read_pss_parameters(fields).ok().flatten().unwrap_or(Self::Other(oid)));
        }
        Ok(match oid {
            _ if oid == oids::SHA256_WITH_RSA => Self::RsaPkcs1Sha256,
            _ if oid == oids::SHA384_WITH_RSA => Self::RsaPkcs1Sha384,
            _ if oid == oids::SHA512_WITH_RSA => Self::RsaPkcs1Sha512,
            _ if oid == oids::ECDSA_WITH_SHA256 => Self::EcdsaSha256,
            _ if oid == oids::ECDSA_WITH_SHA384 => Self::EcdsaSha384,
            _ if oid == oids::ECDSA_WITH_SHA512 => Self::EcdsaSha512,
            _ if oid == oids::ED25519 => Self::Ed25519,
            other => Self::Other(other),
        })
    }

    /// The AlgorithmIdentifier in DER.
    ///
    /// # Errors
    /// [`SignatureError::UnsupportedAlgorithm`] for [`Other`](Self::Other), whose parameters are not known.
    pub fn identifier(self) -> Result<Vec<u8>, SignatureError> {
        const NULL: &[u8] = &[0x05, 0x00];
        let (oid, parameters) = match self {
            // RFC 4055 §5 demands the NULL; RFC 5758 §3.2 and RFC 8410 §3 forbid any parameters.
            Self::RsaPkcs1Sha256 => (oids::SHA256_WITH_RSA, NULL.to_vec()),
            Self::RsaPkcs1Sha384 => (oids::SHA384_WITH_RSA, NULL.to_vec()),
            Self::RsaPkcs1Sha512 => (oids::SHA512_WITH_RSA, NULL.to_vec()),
            Self::RsaPssSha256 => (oids::RSA_PSS, pss_parameters(1, 32)),
            Self::RsaPssSha384 => (oids::RSA_PSS, pss_parameters(2, 48)),
            Self::RsaPssSha512 => (oids::RSA_PSS, pss_parameters(3, 64)),
            Self::EcdsaSha256 => (oids::ECDSA_WITH_SHA256, Vec::new()),
            Self::EcdsaSha384 => (oids::ECDSA_WITH_SHA384, Vec::new()),
            Self::EcdsaSha512 => (oids::ECDSA_WITH_SHA512, Vec::new()),
            Self::Ed25519 => (oids::ED25519, Vec::new()),
            Self::Other(oid) => return Err(SignatureError::UnsupportedAlgorithm(oid)),
        };
        Ok(element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid.as_bytes()]), &parameters]))
    }

    /// The check for this algorithm with such a key.
    fn check(self, key: PublicKeyAlgorithm) -> Result<&'static dyn VerificationAlgorithm, SignatureError> {
        use EllipticCurve::{P256, P384, P521};
        use PublicKeyAlgorithm::{EllipticCurve as Ec, Rsa};

        if let Self::Other(oid) = self {
            return Err(SignatureError::UnsupportedAlgorithm(oid));
        }
        if let Rsa { bits } = key
            && !(RSA_MIN_BITS..=RSA_MAX_BITS).contains(&bits)
        {
            return Err(SignatureError::UnsupportedRsaSize { bits });
        }
        Ok(match (self, key) {
            (Self::RsaPkcs1Sha256, Rsa { .. }) => &library::RSA_PKCS1_2048_8192_SHA256,
            (Self::RsaPkcs1Sha384, Rsa { .. }) => &library::RSA_PKCS1_2048_8192_SHA384,
            (Self::RsaPkcs1Sha512, Rsa { .. }) => &library::RSA_PKCS1_2048_8192_SHA512,
            (Self::RsaPssSha256, Rsa { .. }) => &library::RSA_PSS_2048_8192_SHA256,
            (Self::RsaPssSha384, Rsa { .. }) => &library::RSA_PSS_2048_8192_SHA384,
            (Self::RsaPssSha512, Rsa { .. }) => &library::RSA_PSS_2048_8192_SHA512,
            (Self::EcdsaSha256, Ec(P256)) => &library::ECDSA_P256_SHA256_ASN1,
            (Self::EcdsaSha384, Ec(P256)) => &library::ECDSA_P256_SHA384_ASN1,
            (Self::EcdsaSha512, Ec(P256)) => &library::ECDSA_P256_SHA512_ASN1,
            (Self::EcdsaSha256, Ec(P384)) => &library::ECDSA_P384_SHA256_ASN1,
            (Self::EcdsaSha384, Ec(P384)) => &library::ECDSA_P384_SHA384_ASN1,
            (Self::EcdsaSha512, Ec(P384)) => &library::ECDSA_P384_SHA512_ASN1,
            (Self::EcdsaSha256, Ec(P521)) => &library::ECDSA_P521_SHA256_ASN1,
            (Self::EcdsaSha384, Ec(P521)) => &library::ECDSA_P521_SHA384_ASN1,
            (Self::EcdsaSha512, Ec(P521)) => &library::ECDSA_P521_SHA512_ASN1,
            (Self::Ed25519, PublicKeyAlgorithm::Ed25519) => &library::ED25519,
            (_, PublicKeyAlgorithm::Other(_) | Ec(EllipticCurve::Other(_))) => {
                return Err(SignatureError::UnsupportedKey(key));
            }
            _ => return Err(SignatureError::WrongKey { algorithm: self, key }),
        })
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaPkcs1Sha256 => "RSA with SHA-256",
            Self::RsaPkcs1Sha384 => "RSA with SHA-384",
            Self::RsaPkcs1Sha512 => "RSA with SHA-512",
            Self::RsaPssSha256 => "RSA-PSS with SHA-256",
            Self::RsaPssSha384 => "RSA-PSS with SHA-384",
            Self::RsaPssSha512 => "RSA-PSS with SHA-512",
            Self::EcdsaSha256 => "ECDSA with SHA-256",
            Self::EcdsaSha384 => "ECDSA with SHA-384",
            Self::EcdsaSha512 => "ECDSA with SHA-512",
            Self::Ed25519 => "Ed25519",
            Self::Other(oid) => return oid.fmt(f),
        })
    }
}

/// The shortest RSA key whose signatures are checked.
const RSA_MIN_BITS: usize = 2048;
/// The longest one: a check costs time with the square of the size, and whoever sends a request chooses the
/// size.
const RSA_MAX_BITS: usize = 8192;

/// Checks a signature over exactly these bytes.
pub(crate) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    verify_with(key.algorithm(), key.key_bytes(), algorithm, message, signature)
}

/// The same with a key where it lies.
pub(crate) fn verify_with(
    key: PublicKeyAlgorithm,
    key_bytes: &[u8],
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let check = algorithm.check(key)?;
    UnparsedPublicKey::new(check, key_bytes).verify(message, signature).map_err(|_| SignatureError::Invalid)
}

/// Reads RSASSA-PSS-params (RFC 4055 §3.1): the same digest for both purposes, and a salt of its length, as
/// is everywhere in use. Others give `None`.
fn read_pss_parameters(mut fields: Reader<'_>) -> Result<Option<SignatureAlgorithm>, DerError> {
    const PART: &str = "signature's parameters";
    let mut parameters = fields.expect(Tag::SEQUENCE)?.reader(PART);
    let digest = |tagged: Element<'_>| -> Result<Oid, DerError> {
        let mut identifier = tagged.reader(PART).expect(Tag::SEQUENCE)?.reader(PART);
        Oid::from_element(&identifier.expect(Tag::OID)?)
    };
    let signed_with = digest(parameters.expect(Tag::context(0))?)?;
    let mask = parameters.expect(Tag::context(1))?;
    let mut mask_fields = mask.reader(PART).expect(Tag::SEQUENCE)?.reader(PART);
    let mask_generation = Oid::from_element(&mask_fields.expect(Tag::OID)?)?;
    let mut mask_digest = mask_fields.expect(Tag::SEQUENCE)?.reader(PART);
    let masked_with = Oid::from_element(&mask_digest.expect(Tag::OID)?)?;
    let salt_length = parameters.expect(Tag::context(2))?.reader(PART).expect(Tag::INTEGER)?;
    // The trailer has one value, which DER leaves out and some write.
    let trailer = parameters.optional(Tag::context(3))?;
    let trailer_is_known = trailer.is_none_or(|field| field.content == [0x02, 1, 1]);
    if mask_generation != oids::MGF1 || masked_with != signed_with || !trailer_is_known {
        return Ok(None);
    }
    Ok(match salt_length.unsigned()? {
        [32] if signed_with == oids::SHA256 => Some(SignatureAlgorithm::RsaPssSha256),
        [48] if signed_with == oids::SHA384 => Some(SignatureAlgorithm::RsaPssSha384),
        [64] if signed_with == oids::SHA512 => Some(SignatureAlgorithm::RsaPssSha512),
        _ => None,
    })
}

/// RSASSA-PSS-params (RFC 4055 §3.1) for the SHA-2 digest of this number (2.16.840.1.101.3.4.2.n), with the
/// NULLs that all in use have.
fn pss_parameters(sha2: u8, salt_length: u8) -> Vec<u8> {
    let digest = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, sha2, 0x05, 0x00];
    let mgf1 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    let mask = element(Tag::SEQUENCE, &[&mgf1, &digest]);
    element(
        Tag::SEQUENCE,
        &[
            &element(Tag::context(0), &[&digest]),
            &element(Tag::context(1), &[&mask]),
            &element(Tag::context(2), &[&element(Tag::INTEGER, &[&[salt_length]])]),
        ],
    )
}

/// Why a signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The signature does not fit the bytes and the key: they were changed after signing, or another key
    /// signed.
    #[error("the signature does not verify: the content was changed after signing, or another key signed it")]
    Invalid,

    /// The signature's algorithm is not checked here.
    #[error("the signature algorithm {0}{hint} is not supported", hint = weak_name(*.0))]
    UnsupportedAlgorithm(Oid),

    /// The key's algorithm or curve is not one whose signatures are checked here.
    #[error("keys of this kind are not supported: {0}")]
    UnsupportedKey(PublicKeyAlgorithm),

    /// The RSA key is too short to be trusted, or so long that checking it would be an attack.
    #[error("an RSA key of {bits} bits is not supported: {RSA_MIN_BITS} to {RSA_MAX_BITS} bits are")]
    UnsupportedRsaSize {
        /// Bits of the modulus.
        bits: usize,
    },

    /// The signature's algorithm is for another kind of key.
    #[error("a signature with {algorithm} cannot come from this key ({key})")]
    WrongKey {
        /// The signature's algorithm.
        algorithm: SignatureAlgorithm,
        /// The key that should have made it.
        key: PublicKeyAlgorithm,
    },
}

/// A name for the algorithms that old tools still use, so that people understand why.
fn weak_name(oid: Oid) -> &'static str {
    match oid {
        _ if oid == oids::MD5_WITH_RSA => " (MD5 with RSA)",
        _ if oid == oids::SHA1_WITH_RSA => " (SHA-1 with RSA)",
        _ if oid == oids::ECDSA_WITH_SHA1 => " (ECDSA with SHA-1)",
        _ if oid == oids::RSA_PSS => " (RSA-PSS with these parameters)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyAlgorithm, PrivateKey, SigningKey as _};

    const KNOWN: [SignatureAlgorithm; 10] = [
        SignatureAlgorithm::RsaPkcs1Sha256,
        SignatureAlgorithm::RsaPkcs1Sha384,
        SignatureAlgorithm::RsaPkcs1Sha512,
        SignatureAlgorithm::RsaPssSha256,
        SignatureAlgorithm::RsaPssSha384,
        SignatureAlgorithm::RsaPssSha512,
        SignatureAlgorithm::EcdsaSha256,
        SignatureAlgorithm::EcdsaSha384,
        SignatureAlgorithm::EcdsaSha512,
        SignatureAlgorithm::Ed25519,
    ];

    #[test]
    fn identifiers_read_back() {
        for algorithm in KNOWN {
            let der = algorithm.identifier().unwrap();
            let read = SignatureAlgorithm::from_identifier(&Reader::new(&der, "identifier").next().unwrap());
            assert_eq!(read.unwrap(), algorithm);
        }
    }

    #[test]
    fn accepts_its_own_signatures_and_no_changed_ones() {
        for algorithm in KeyAlgorithm::ALL {
            let key = PrivateKey::generate(*algorithm).unwrap();
            let signature = key.sign(b"message").unwrap();
            let check = |message| verify(key.public_key(), key.signature_algorithm(), message, &signature);
            assert_eq!(check(b"message"), Ok(()));
            assert_eq!(check(b"massage"), Err(SignatureError::Invalid));
        }
    }

    #[test]
    fn refuses_an_algorithm_that_the_key_cannot_have() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let error = verify(key.public_key(), SignatureAlgorithm::RsaPkcs1Sha256, b"", b"").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a signature with RSA with SHA-256 cannot come from this key (EC, P-256)"
        );
    }

    #[test]
    fn names_an_old_algorithm_when_it_refuses_it() {
        let sha1 = element(Tag::SEQUENCE, &[&element(Tag::OID, &[oids::SHA1_WITH_RSA.as_bytes()])]);
        let identifier = Reader::new(&sha1, "identifier").next().unwrap();
        let algorithm = SignatureAlgorithm::from_identifier(&identifier).unwrap();
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let error = verify(key.public_key(), algorithm, b"", b"").unwrap_err();
        let expected = "the signature algorithm 1.2.840.113549.1.1.5 (SHA-1 with RSA) is not supported";
        assert_eq!(error.to_string(), expected);
    }
}
