//! Private keys in memory.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _};
use zeroize::Zeroizing;

use super::{
    EllipticCurve, KeyAlgorithm, PublicKey, PublicKeyAlgorithm, PublicKeyHash, SigningError, SigningKey,
};
use crate::asn1::{DerError, Element, Oid, Reader, Tag, oids};
use crate::content::Content;
use crate::pem::{self, PemError};
use crate::signature::SignatureAlgorithm;

const LABEL: &str = "PRIVATE KEY";

/// A private key in memory, wiped when it is dropped, and never shown.
///
/// ```
/// use csr_tools::{KeyAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let pem = key.to_pkcs8_pem()?;
/// assert_eq!(PrivateKey::from_pkcs8_pem(pem.as_bytes())?.public_key_hash(), key.public_key_hash());
/// # Ok::<_, csr_tools::KeyError>(())
/// ```
pub struct PrivateKey {
    pair: Pair,
    public_key: PublicKey,
}

/// The library's keys, which wipe themselves.
enum Pair {
    EcdsaP256(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

impl PrivateKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if there is none.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyError> {
        let pair = match algorithm {
            KeyAlgorithm::EcdsaP256 => {
                EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_ASN1_SIGNING).map(Pair::EcdsaP256)
            }
            KeyAlgorithm::Rsa2048 => rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map(Pair::Rsa),
        };
        Self::new(pair.map_err(|_| KeyError::Generation)?)
    }

    /// Reads an unencrypted PKCS#8 key in PEM (RFC 7468 §10). Text around the block is ignored.
    ///
    /// # Errors
    /// [`KeyError`], which says what the text is if it is not such a key, and quotes none of it.
    pub fn from_pkcs8_pem(pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let blocks = pem::blocks(pem.as_ref())?;
        let mut keys = blocks.iter().filter(|block| block.content() == Content::PrivateKey);
        let Some(key) = keys.next() else {
            return Err(blocks
                .first()
                .map_or(KeyError::NoPemBlock, |block| KeyError::NotAKey(block.content())));
        };
        if keys.next().is_some() {
            return Err(KeyError::SeveralKeys);
        }
        match key.label {
            LABEL => Self::from_pkcs8_der(&key.decode()?),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            _ => Err(KeyError::NotPkcs8),
        }
    }

    /// Reads an unencrypted PKCS#8 key in DER (RFC 5208, RFC 5958).
    ///
    /// # Errors
    /// [`KeyError`], which says what the input is if it is not such a key, and quotes none of it.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let pair = match stored_algorithm(der)? {
            StoredAlgorithm::EcdsaP256 => {
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, der).map(Pair::EcdsaP256)
            }
            StoredAlgorithm::Rsa => rsa::KeyPair::from_pkcs8(der).map(Pair::Rsa),
        };
        let key = Self::new(pair.map_err(|_| KeyError::Rejected)?)?;
        // What can be loaded is what can be generated: the name of each algorithm holds its size.
        match key.public_key.algorithm() {
            PublicKeyAlgorithm::Rsa { bits } if bits != 2048 => Err(KeyError::UnsupportedRsaSize { bits }),
            _ => Ok(key),
        }
    }

    fn new(pair: Pair) -> Result<Self, KeyError> {
        let spki: PublicKeyX509Der<'_> = match &pair {
            Pair::EcdsaP256(pair) => pair.public_key().as_der(),
            Pair::Rsa(pair) => pair.public_key().as_der(),
        }
        .map_err(|_| KeyError::Rejected)?;
        let public_key = PublicKey::from_der(spki.as_ref())?;
        Ok(Self { pair, public_key })
    }

    /// Writes the key as PKCS#8 in PEM, unencrypted. The text wipes itself; so should every copy of it.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the cryptographic library fails.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        match &self.pair {
            Pair::EcdsaP256(pair) => {
                let document = pair.to_pkcs8v1().map_err(|_| KeyError::Encoding)?;
                Ok(pem::encode(LABEL, document.as_ref()))
            }
            Pair::Rsa(pair) => {
                let document: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Encoding)?;
                Ok(pem::encode(LABEL, document.as_ref()))
            }
        }
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> KeyAlgorithm {
        match self.pair {
            Pair::EcdsaP256(_) => KeyAlgorithm::EcdsaP256,
            Pair::Rsa(_) => KeyAlgorithm::Rsa2048,
        }
    }

    /// The public half.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The identity of the key pair.
    pub fn public_key_hash(&self) -> PublicKeyHash {
        self.public_key.hash()
    }
}

impl SigningKey for PrivateKey {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn signature_algorithm(&self) -> SignatureAlgorithm {
        match self.pair {
            Pair::EcdsaP256(_) => SignatureAlgorithm::EcdsaSha256,
            Pair::Rsa(_) => SignatureAlgorithm::RsaPkcs1Sha256,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::EcdsaP256(pair) => pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut signature).map(|()| signature)
            }
        }
        .map_err(SigningError::new)
    }
}

impl fmt::Debug for PrivateKey {
    /// Shows the public half only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pair: _, public_key } = self;
        f.debug_struct("PrivateKey").field("public_key", public_key).finish_non_exhaustive()
    }
}

enum StoredAlgorithm {
    EcdsaP256,
    Rsa,
}

/// Reads the head of a PrivateKeyInfo, so that a key of another kind is refused by name.
fn stored_algorithm(der: &[u8]) -> Result<StoredAlgorithm, KeyError> {
    const PART: &str = "private key";
    let mut fields = Reader::whole_sequence(der, PART)?;
    if fields.peek() != Some(Tag::INTEGER) {
        // EncryptedPrivateKeyInfo is an algorithm and an OCTET STRING.
        let head = fields.next()?;
        let encrypted = head.tag == Tag::SEQUENCE && fields.peek() == Some(Tag::OCTET_STRING);
        return Err(if encrypted { KeyError::Encrypted } else { KeyError::NotAKey(Content::from_der(der)) });
    }
    fields.expect(Tag::INTEGER)?;
    // PKCS#1 and SEC 1 have their numbers here.
    if fields.peek() != Some(Tag::SEQUENCE) {
        return Err(KeyError::NotPkcs8);
    }
    let identifier: Element<'_> = fields.expect(Tag::SEQUENCE)?;

    let mut identifier = identifier.reader("private key's algorithm");
    let oid = Oid::from_element(&identifier.expect(Tag::OID)?)?;
    if oid == oids::RSA_ENCRYPTION {
        return Ok(StoredAlgorithm::Rsa);
    }
    if oid == oids::EC_PUBLIC_KEY
        && let Some(curve) = identifier.optional(Tag::OID)?
    {
        let curve = Oid::from_element(&curve)?;
        return match EllipticCurve::from(curve) {
            EllipticCurve::P256 => Ok(StoredAlgorithm::EcdsaP256),
            other => Err(KeyError::UnsupportedAlgorithm(PublicKeyAlgorithm::EllipticCurve(other))),
        };
    }
    Err(KeyError::UnsupportedAlgorithm(if oid == oids::ED25519 {
        PublicKeyAlgorithm::Ed25519
    } else {
        PublicKeyAlgorithm::Other(oid)
    }))
}

/// Why a private key could not be made, read or written. No variant holds any of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text has no PEM block.
    #[error("no PEM block found: a private key starts with -----BEGIN PRIVATE KEY-----")]
    NoPemBlock,

    /// The PEM block is cut off or is not base64.
    #[error(transparent)]
    Pem(#[from] PemError),

    /// The input is something else.
    #[error("this is {0}, not a private key")]
    NotAKey(Content),

    /// The text has more than one private key.
    #[error("there are several private keys in the text")]
    SeveralKeys,

    /// The key is encrypted with a password.
    #[error("the private key is encrypted: decrypt it first")]
    Encrypted,

    /// The key is in an older form: PKCS#1, SEC 1 or OpenSSH.
    #[error("the private key is not in PKCS#8 form: convert it with `openssl pkcs8 -topk8 -nocrypt`")]
    NotPkcs8,

    /// The key is not well-formed.
    #[error(transparent)]
    Malformed(#[from] DerError),

    /// The key is of a kind that this crate does not load.
    #[error("private keys of this kind are not supported: {0}")]
    UnsupportedAlgorithm(PublicKeyAlgorithm),

    /// The RSA key has a size that this crate does not load.
    #[error("RSA private keys of {bits} bits are not supported: 2048 bits are")]
    UnsupportedRsaSize {
        /// Bits of the modulus.
        bits: usize,
    },

    /// The key's numbers do not belong together.
    #[error("the private key is not valid: its numbers do not belong together")]
    Rejected,

    /// The cryptographic library could not make a key.
    #[error("the key could not be generated")]
    Generation,

    /// The cryptographic library could not write the key.
    #[error("the key could not be encoded")]
    Encoding,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::element;
    use crate::test_data as data;

    fn reading(pem: impl AsRef<[u8]>) -> KeyError {
        PrivateKey::from_pkcs8_pem(pem).unwrap_err()
    }

    #[test]
    fn keys_of_each_algorithm_read_back() {
        for algorithm in KeyAlgorithm::ALL {
            let key = PrivateKey::generate(*algorithm).unwrap();
            let read = PrivateKey::from_pkcs8_pem(&*key.to_pkcs8_pem().unwrap()).unwrap();
            assert_eq!((read.algorithm(), read.public_key()), (*algorithm, key.public_key()));
        }
    }

    #[test]
    fn shows_nothing_but_the_public_half() {
        let key = data::leaf_key();
        let shown = format!("{key:?}");
        assert!(shown.contains(&key.public_key_hash().to_string()) && shown.len() < 250, "{shown}");
    }

    #[test]
    fn says_what_other_input_is() {
        let pem = data::leaf_key().to_pkcs8_pem().unwrap();
        let labelled = |label: &str| pem.replace(LABEL, label);
        assert_eq!(reading("secret"), KeyError::NoPemBlock);
        assert_eq!(reading(data::LEAF), KeyError::NotAKey(Content::Certificate));
        assert_eq!(reading(pem.repeat(2)), KeyError::SeveralKeys);
        assert_eq!(reading(labelled("ENCRYPTED PRIVATE KEY")), KeyError::Encrypted);
        assert_eq!(reading(labelled("EC PRIVATE KEY")), KeyError::NotPkcs8);
        let certificate = data::leaf();
        let error = PrivateKey::from_pkcs8_der(certificate.as_der()).unwrap_err();
        assert_eq!(error, KeyError::NotAKey(Content::Certificate));
    }

    #[test]
    fn tells_older_and_encrypted_forms_apart_in_der() {
        let sec1 = element(Tag::SEQUENCE, &[&[0x02, 1, 1], &[0x04, 1, 7]]);
        assert_eq!(PrivateKey::from_pkcs8_der(&sec1).unwrap_err(), KeyError::NotPkcs8);
        let encrypted = element(Tag::SEQUENCE, &[&[0x30, 0], &[0x04, 1, 7]]);
        assert_eq!(PrivateKey::from_pkcs8_der(&encrypted).unwrap_err(), KeyError::Encrypted);
    }

    #[test]
    fn refuses_kinds_of_key_by_name() {
        let stored = |identifier: &[&[u8]]| {
            let der =
                element(Tag::SEQUENCE, &[&[0x02, 1, 0], &element(Tag::SEQUENCE, identifier), &[0x04, 1, 7]]);
            PrivateKey::from_pkcs8_der(&der).unwrap_err()
        };
        let oid = |oid: Oid| element(Tag::OID, &[oid.as_bytes()]);
        let error = stored(&[&oid(oids::EC_PUBLIC_KEY), &oid(oids::P384)]);
        assert_eq!(error.to_string(), "private keys of this kind are not supported: EC, P-384");
        let error = stored(&[&oid(oids::ED25519)]);
        assert_eq!(error.to_string(), "private keys of this kind are not supported: Ed25519");
        let error = stored(&[&oid(oids::RSA_ENCRYPTION), &[0x05, 0]]);
        assert_eq!(error, KeyError::Rejected);
    }

    #[test]
    fn refuses_a_cut_off_key() {
        let pem = data::leaf_key().to_pkcs8_pem().unwrap();
        assert!(matches!(reading(&pem[..pem.len() / 2]), KeyError::Pem(PemError::Unterminated { .. })));
    }
}
