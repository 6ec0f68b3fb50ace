//! Private keys in memory.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair as _};
use zeroize::Zeroizing;

use super::stored::{self, Form};
use super::{
    EllipticCurve, KeyAlgorithm, KeyEncryption, KeyError, PublicKey, PublicKeyAlgorithm, PublicKeyHash,
    SigningError, SigningKey, encrypted,
};
use crate::pem;
use crate::signature::SignatureAlgorithm;

const LABEL: &str = "PRIVATE KEY";
const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// A private key in memory, wiped when it is dropped, and never shown.
///
/// ```
/// use csr_tools::{KeyAlgorithm, KeyEncryption, KeyError, PrivateKey};
///
/// let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
/// let pem = key.to_pkcs8_pem()?;
/// assert_eq!(PrivateKey::read(pem.as_bytes())?.public_key_hash(), key.public_key_hash());
///
/// let encrypted = key.to_encrypted_pkcs8_pem("correct horse", KeyEncryption::Scrypt)?;
/// let read = PrivateKey::read_encrypted(&encrypted, "correct horse")?;
/// assert_eq!(read.public_key_hash(), key.public_key_hash());
/// assert_eq!(PrivateKey::read_encrypted(&encrypted, "battery").unwrap_err(), KeyError::WrongPassword);
/// # Ok::<_, csr_tools::KeyError>(())
/// ```
pub struct PrivateKey {
    pair: Pair,
    algorithm: KeyAlgorithm,
    public_key: PublicKey,
}

/// The library's keys, which wipe themselves.
enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

impl PrivateKey {
    /// Makes a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if there is none.
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyError> {
        let ecdsa = |curve: &Curve| match EcdsaKeyPair::generate(curve.signing) {
            Ok(pair) => Self::on(curve, pair),
            Err(_) => Err(KeyError::Generation),
        };
        let rsa = |size| match rsa::KeyPair::generate(size) {
            Ok(pair) => Self::from_rsa(pair),
            Err(_) => Err(KeyError::Generation),
        };
        match algorithm {
            KeyAlgorithm::EcdsaP256 => ecdsa(&P256),
            KeyAlgorithm::EcdsaP384 => ecdsa(&P384),
            KeyAlgorithm::Rsa2048 => rsa(rsa::KeySize::Rsa2048),
            KeyAlgorithm::Rsa3072 => rsa(rsa::KeySize::Rsa3072),
            KeyAlgorithm::Rsa4096 => rsa(rsa::KeySize::Rsa4096),
        }
    }

    /// Reads an unencrypted key in whatever form it is stored: PKCS#8, PKCS#1 or SEC 1, in PEM or DER. Text
    /// around a PEM block is ignored.
    ///
    /// # Errors
    /// [`KeyError`], which says what the input is if it is not such a key, and quotes none of it.
    pub fn read(input: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Self::from_any_der(&stored::der(input.as_ref())?)
    }

    /// Reads a key that may be encrypted with this password: PKCS#8 by PBES2 (RFC 8018), with PBKDF2 or
    /// scrypt, and AES or triple DES. A key that is not encrypted is read without it.
    ///
    /// A file can ask for so much work that decrypting it never ends; what would take more than about a
    /// second, or 128 MiB, is refused.
    ///
    /// # Errors
    /// [`KeyError`]; [`KeyError::WrongPassword`] if nothing sensible comes out, which a damaged file causes
    /// too.
    pub fn read_encrypted(input: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let der = stored::der(input.as_ref())?;
        match stored::form(&der)? {
            Form::Encrypted => {
                let decrypted = encrypted::decrypt(&der, password.as_ref())?;
                // Decrypting with a wrong password succeeds by chance once in some hundred times.
                stored::form(&decrypted).map_err(|_| KeyError::WrongPassword)?;
                Self::from_any_der(&decrypted)
            }
            _ => Self::from_any_der(&der),
        }
    }

    /// Reads an unencrypted PKCS#8 key in PEM (RFC 7468 §10). Text around the block is ignored.
    ///
    /// # Errors
    /// [`KeyError`], which says what the text is if it is not such a key, and quotes none of it.
    pub fn from_pkcs8_pem(pem: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let block = stored::only_block(pem.as_ref())?;
        match block.label {
            LABEL => Self::from_pkcs8_der(&block.decode()?),
            ENCRYPTED_LABEL => Err(KeyError::Encrypted),
            _ => Err(KeyError::NotPkcs8),
        }
    }

    /// Reads an unencrypted PKCS#8 key in DER (RFC 5208, RFC 5958).
    ///
    /// # Errors
    /// [`KeyError`], which says what the input is if it is not such a key, and quotes none of it.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        match stored::form(der)? {
            Form::Pkcs1 | Form::Sec1(_) => Err(KeyError::NotPkcs8),
            _ => Self::from_any_der(der),
        }
    }

    fn from_any_der(der: &[u8]) -> Result<Self, KeyError> {
        let rejected = |_| KeyError::Rejected;
        match stored::form(der)? {
            Form::Encrypted => Err(KeyError::Encrypted),
            Form::Pkcs8Ec(curve) => {
                let curve = Curve::named(curve)?;
                Self::on(curve, EcdsaKeyPair::from_pkcs8(curve.signing, der).map_err(rejected)?)
            }
            Form::Sec1(curve) => {
                let curve = Curve::named(curve)?;
                Self::on(curve, EcdsaKeyPair::from_private_key_der(curve.signing, der).map_err(rejected)?)
            }
            Form::Pkcs8Rsa => Self::from_rsa(rsa::KeyPair::from_pkcs8(der).map_err(rejected)?),
            Form::Pkcs1 => Self::from_rsa(rsa::KeyPair::from_der(der).map_err(rejected)?),
        }
    }

    /// The library has the point at hand, but computes it anew to write a SubjectPublicKeyInfo: a sixth of the time that a new
    /// key takes on P-256.
    fn on(curve: &Curve, pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        let spki = [curve.before_point, pair.public_key().as_ref()].concat();
        Self::new(Pair::Ecdsa(pair), &spki)
    }

    fn from_rsa(pair: rsa::KeyPair) -> Result<Self, KeyError> {
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| KeyError::Rejected)?;
        Self::new(Pair::Rsa(pair), spki.as_ref())
    }

    fn new(pair: Pair, spki: &[u8]) -> Result<Self, KeyError> {
        let public_key = PublicKey::from_der(spki)?;
        // What can be loaded is what can be generated: the name of each algorithm holds its size.
        let algorithm = match public_key.algorithm() {
            PublicKeyAlgorithm::EllipticCurve(EllipticCurve::P256) => KeyAlgorithm::EcdsaP256,
            PublicKeyAlgorithm::EllipticCurve(EllipticCurve::P384) => KeyAlgorithm::EcdsaP384,
            PublicKeyAlgorithm::Rsa { bits: 2048 } => KeyAlgorithm::Rsa2048,
            PublicKeyAlgorithm::Rsa { bits: 3072 } => KeyAlgorithm::Rsa3072,
            PublicKeyAlgorithm::Rsa { bits: 4096 } => KeyAlgorithm::Rsa4096,
            PublicKeyAlgorithm::Rsa { bits } => return Err(KeyError::UnsupportedRsaSize { bits }),
            other => return Err(KeyError::UnsupportedAlgorithm(other)),
        };
        Ok(Self { pair, algorithm, public_key })
    }

    /// Writes the key as PKCS#8 in DER, unencrypted. The bytes wipe themselves; so should every copy.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the cryptographic library fails.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let document = pair.to_pkcs8v1().map_err(|_| KeyError::Encoding)?;
                Ok(Zeroizing::new(document.as_ref().to_vec()))
            }
            Pair::Rsa(pair) => {
                let document: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Encoding)?;
                Ok(Zeroizing::new(document.as_ref().to_vec()))
            }
        }
    }

    /// Writes the key as PKCS#8 in PEM, unencrypted. The text wipes itself; so should every copy of it.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the cryptographic library fails.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        Ok(pem::encode(LABEL, &self.to_pkcs8_der()?))
    }

    /// Writes the key as PKCS#8 in DER, encrypted with a password by AES-256 (PBES2, RFC 8018).
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the cryptographic library fails.
    pub fn to_encrypted_pkcs8_der(
        &self,
        password: impl AsRef<[u8]>,
        encryption: KeyEncryption,
    ) -> Result<Vec<u8>, KeyError> {
        encrypted::encrypt(&self.to_pkcs8_der()?, password.as_ref(), encryption)
    }

    /// The same in PEM.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if the cryptographic library fails.
    pub fn to_encrypted_pkcs8_pem(
        &self,
        password: impl AsRef<[u8]>,
        encryption: KeyEncryption,
    ) -> Result<String, KeyError> {
        let der = self.to_encrypted_pkcs8_der(password, encryption)?;
        Ok(pem::encode_public(ENCRYPTED_LABEL, &der))
    }

    /// What kind of key it is.
    pub fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
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
        match self.algorithm {
            KeyAlgorithm::EcdsaP256 => SignatureAlgorithm::EcdsaSha256,
            KeyAlgorithm::EcdsaP384 => SignatureAlgorithm::EcdsaSha384,
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                SignatureAlgorithm::RsaPkcs1Sha256
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ecdsa(pair) => pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
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
        let Self { pair: _, algorithm: _, public_key } = self;
        f.debug_struct("PrivateKey").field("public_key", public_key).finish_non_exhaustive()
    }
}

/// What is to be known of a curve.
struct Curve {
    /// How the library signs with keys on it.
    signing: &'static signature::EcdsaSigningAlgorithm,
    /// What comes before an uncompressed point in a SubjectPublicKeyInfo (RFC 5480 §2): the tags and lengths of the whole,
    /// the algorithm with the curve's name, and the head of a BIT STRING without unused bits.
    before_point: &'static [u8],
}

const P256: Curve = Curve {
    signing: &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
    before_point: b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
};

const P384: Curve = Curve {
    signing: &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
    before_point: b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00",
};

impl Curve {
    fn named(curve: EllipticCurve) -> Result<&'static Self, KeyError> {
        match curve {
            EllipticCurve::P256 => Ok(&P256),
            EllipticCurve::P384 => Ok(&P384),
            other => Err(KeyError::UnsupportedAlgorithm(PublicKeyAlgorithm::EllipticCurve(other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{Oid, Tag, element, oids};
    use crate::content::Content;
    use crate::pem::PemError;
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
    fn writes_the_public_half_as_the_library_does() {
        for curve in [&P256, &P384] {
            let pair = EcdsaKeyPair::generate(curve.signing).unwrap();
            let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            let key = PrivateKey::on(curve, pair).unwrap();
            assert_eq!(key.public_key().as_der(), der.as_ref());
        }
    }

    #[test]
    fn encrypted_keys_read_back_with_their_password_alone() {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP384).unwrap();
        let pem = key.to_encrypted_pkcs8_pem("żółw", KeyEncryption::Scrypt).unwrap();
        let read = PrivateKey::read_encrypted(&pem, "żółw").unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert_eq!(PrivateKey::read(&pem).unwrap_err(), KeyError::Encrypted);
        for wrong in ["", "zolw"] {
            assert_eq!(PrivateKey::read_encrypted(&pem, wrong).unwrap_err(), KeyError::WrongPassword);
        }
        assert_ne!(pem, key.to_encrypted_pkcs8_pem("żółw", KeyEncryption::Scrypt).unwrap());
        let plain = key.to_pkcs8_der().unwrap();
        assert!(PrivateKey::read_encrypted(&*plain, "unneeded").is_ok());
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
        let sec1 = element(Tag::SEQUENCE, &[&[0x02, 1, 1], &element(Tag::OCTET_STRING, &[&[7; 32]])]);
        assert_eq!(PrivateKey::from_pkcs8_der(&sec1).unwrap_err(), KeyError::NotPkcs8);
        let encrypted = element(Tag::SEQUENCE, &[&[0x30, 3, 0x06, 1, 0x2a], &[0x04, 1, 7]]);
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
        let error = stored(&[&oid(oids::EC_PUBLIC_KEY), &oid(oids::P521)]);
        assert_eq!(error.to_string(), "private keys of this kind are not supported: EC, P-521");
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
