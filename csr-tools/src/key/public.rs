//! Public keys.

use std::fmt;

use super::PublicKeyHash;
use crate::asn1::{DerError, Element, Oid, Reader, Tag, oids};

const PART: &str = "public key";

/// A public key where it lies: a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKeyView<'a> {
    der: &'a [u8],
    algorithm: PublicKeyAlgorithm,
    key: &'a [u8],
}

impl<'a> PublicKeyView<'a> {
    /// Reads a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`DerError`] if it is not one, or if something follows it. An unknown algorithm is no error.
    pub fn read(der: &'a [u8]) -> Result<Self, DerError> {
        let mut fields = Reader::whole_sequence(der, PART)?;
        let identifier = fields.expect(Tag::SEQUENCE)?;
        let bits = fields.expect(Tag::BIT_STRING)?;
        fields.finish()?;

        let key = bits.bit_string_bytes()?;
        Ok(Self { der, algorithm: PublicKeyAlgorithm::read(&identifier, key)?, key })
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn as_der(&self) -> &'a [u8] {
        self.der
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    /// The identity of the key pair.
    pub fn hash(&self) -> PublicKeyHash {
        PublicKeyHash::of_spki(self.der)
    }

    /// The numbers of an RSA key.
    pub fn rsa(&self) -> Option<RsaNumbers<'a>> {
        match self.algorithm {
            PublicKeyAlgorithm::Rsa { .. } => RsaNumbers::read(self.key).ok(),
            _ => None,
        }
    }

    /// The key without its algorithm: a PKCS#1 RSAPublicKey, a point, or what else the algorithm says.
    pub(crate) fn key_bytes(&self) -> &'a [u8] {
        self.key
    }
}

impl fmt::Debug for PublicKeyView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { der: _, algorithm, key: _ } = self;
        f.debug_struct("PublicKeyView")
            .field("algorithm", algorithm)
            .field("hash", &self.hash())
            .finish_non_exhaustive()
    }
}

/// The numbers of an RSAPublicKey (RFC 8017 §A.1.1), big-endian and without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RsaNumbers<'a> {
    /// The modulus.
    pub modulus: &'a [u8],
    /// The public exponent.
    pub exponent: &'a [u8],
}

impl<'a> RsaNumbers<'a> {
    fn read(key: &'a [u8]) -> Result<Self, DerError> {
        let mut fields = Reader::whole_sequence(key, "RSA public key")?;
        let modulus = fields.expect(Tag::INTEGER)?.unsigned()?;
        let exponent = fields.expect(Tag::INTEGER)?.unsigned()?;
        fields.finish()?;
        Ok(Self { modulus, exponent })
    }

    /// The exponent, where it fits: nearly all keys have 65537.
    pub fn small_exponent(&self) -> Option<u64> {
        let leading = self.exponent.iter().take_while(|byte| **byte == 0).count();
        let significant = &self.exponent[leading..];
        (significant.len() <= 8)
            .then(|| significant.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}

/// A public key that keeps the bytes it was read from.
///
/// Equality and [`hash`](Self::hash) are over those bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    der: Box<[u8]>,
    algorithm: PublicKeyAlgorithm,
    /// Where the key proper starts, which runs to the end.
    key_start: usize,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`DerError`] if it is not one, or if something follows it. An unknown algorithm is no error.
    pub fn from_der(der: &[u8]) -> Result<Self, DerError> {
        PublicKeyView::read(der).map(Self::from)
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    /// The identity of the key pair.
    pub fn hash(&self) -> PublicKeyHash {
        PublicKeyHash::of_spki(&self.der)
    }

    /// The key without its algorithm: a PKCS#1 RSAPublicKey, a point, or what else the algorithm says.
    pub(crate) fn key_bytes(&self) -> &[u8] {
        &self.der[self.key_start..]
    }
}

impl From<PublicKeyView<'_>> for PublicKey {
    fn from(view: PublicKeyView<'_>) -> Self {
        let PublicKeyView { der, algorithm, key } = view;
        Self { der: der.into(), algorithm, key_start: der.len() - key.len() }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.algorithm).field("hash", &self.hash()).finish()
    }
}

/// What kind of public key one is, and its size or curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKeyAlgorithm {
    /// RSA (RFC 8017).
    #[non_exhaustive]
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// A key on a named elliptic curve (RFC 5480).
    EllipticCurve(EllipticCurve),
    /// Ed25519 (RFC 8410).
    Ed25519,
    /// An algorithm that this crate does not know, or a curve given by its parameters instead of its name.
    Other(Oid),
}

impl PublicKeyAlgorithm {
    fn read(identifier: &Element<'_>, key: &[u8]) -> Result<Self, DerError> {
        const PART: &str = "public key's algorithm";
        let mut fields = identifier.reader(PART);
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        // An RSA key restricted to PSS (RFC 4055 §1.2) is left to Other: no public CA may certify one
        // (Baseline Requirements §7.1.3.1.1).
        if oid == oids::RSA_ENCRYPTION {
            return rsa_bits(key).map(|bits| Self::Rsa { bits });
        }
        if oid == oids::EC_PUBLIC_KEY {
            return match fields.optional(Tag::OID)? {
                Some(curve) => Oid::from_element(&curve).map(EllipticCurve::from).map(Self::EllipticCurve),
                None => Ok(Self::Other(oid)),
            };
        }
        Ok(if oid == oids::ED25519 { Self::Ed25519 } else { Self::Other(oid) })
    }
}

impl PublicKeyAlgorithm {
    /// The size of the modulus or of the curve's order in bits, if the kind of key is known.
    pub fn bits(self) -> Option<usize> {
        match self {
            Self::Rsa { bits } => Some(bits),
            Self::EllipticCurve(EllipticCurve::P256) | Self::Ed25519 => Some(256),
            Self::EllipticCurve(EllipticCurve::P384) => Some(384),
            Self::EllipticCurve(EllipticCurve::P521) => Some(521),
            Self::EllipticCurve(EllipticCurve::Other(_)) | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for PublicKeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA, {bits} bits"),
            Self::EllipticCurve(curve) => write!(f, "EC, {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Other(oid) => oid.fmt(f),
        }
    }
}

/// A named elliptic curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EllipticCurve {
    /// P-256, also called prime256v1 and secp256r1.
    P256,
    /// P-384, also called secp384r1.
    P384,
    /// P-521, also called secp521r1.
    P521,
    /// Another curve.
    Other(Oid),
}

impl From<Oid> for EllipticCurve {
    fn from(oid: Oid) -> Self {
        match oid {
            _ if oid == oids::P256 => Self::P256,
            _ if oid == oids::P384 => Self::P384,
            _ if oid == oids::P521 => Self::P521,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for EllipticCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::P521 => f.write_str("P-521"),
            Self::Other(oid) => oid.fmt(f),
        }
    }
}

/// The modulus' size in an RSAPublicKey (RFC 8017 §A.1.1).
fn rsa_bits(key: &[u8]) -> Result<usize, DerError> {
    let RsaNumbers { modulus, .. } = RsaNumbers::read(key)?;
    let leading_zeros = modulus.first().map_or(0, |first| first.leading_zeros());
    Ok(modulus.len() * 8 - leading_zeros as usize)
}

#[cfg(test)]
mod tests {
    use super::super::{KeyAlgorithm, PrivateKey};
    use super::*;
    use crate::asn1::{bit_string, element};

    fn spki(oid: &[u8], parameters: &[u8], key: &[u8]) -> Vec<u8> {
        let identifier = element(Tag::SEQUENCE, &[&element(Tag::OID, &[oid]), parameters]);
        element(Tag::SEQUENCE, &[&identifier, &bit_string(key)])
    }

    #[test]
    fn names_the_kinds_of_key() {
        for (algorithm, shown) in
            [(KeyAlgorithm::EcdsaP256, "EC, P-256"), (KeyAlgorithm::Rsa2048, "RSA, 2048 bits")]
        {
            let key = PrivateKey::generate(algorithm).unwrap();
            assert_eq!(key.public_key().algorithm().to_string(), shown);
        }
    }

    #[test]
    fn keeps_unknown_algorithms_and_curves() {
        let ed448 = PublicKey::from_der(&spki(&[0x2b, 0x65, 0x71], &[], &[0; 57])).unwrap();
        assert_eq!(ed448.algorithm().to_string(), "1.3.101.113");

        let secp256k1 = element(Tag::OID, &[&[0x2b, 0x81, 0x04, 0x00, 0x0a]]);
        let key = PublicKey::from_der(&spki(oids::EC_PUBLIC_KEY.as_bytes(), &secp256k1, &[4; 65])).unwrap();
        assert_eq!(key.algorithm().to_string(), "EC, 1.3.132.0.10");

        let explicit = element(Tag::SEQUENCE, &[]);
        let key = PublicKey::from_der(&spki(oids::EC_PUBLIC_KEY.as_bytes(), &explicit, &[4; 65])).unwrap();
        assert_eq!(key.algorithm().to_string(), "1.2.840.10045.2.1");
    }

    #[test]
    fn counts_the_bits_of_an_odd_sized_modulus() {
        let key = element(Tag::SEQUENCE, &[&[0x02, 2, 0x01, 0xff], &[0x02, 1, 3]]);
        let key = PublicKey::from_der(&spki(oids::RSA_ENCRYPTION.as_bytes(), &[0x05, 0], &key)).unwrap();
        assert_eq!(key.algorithm(), PublicKeyAlgorithm::Rsa { bits: 9 });
    }

    #[test]
    fn refuses_trailing_data() {
        let mut der = spki(oids::ED25519.as_bytes(), &[], &[0; 32]);
        der.push(0);
        assert!(PublicKey::from_der(&der).is_err());
    }
}
