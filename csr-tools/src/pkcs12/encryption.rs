//! Encrypting and decrypting the parts of a file.

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm as Aes, DecryptionContext, EncryptionContext,
    PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use des::TdesEde3;
use zeroize::Zeroizing;

use super::derive::{Budget, Use, derive, wide_password};
use super::{Pkcs12Error, Pkcs12Form, oids};
use crate::asn1::{DerError, Element, Oid, Tag, element};
use crate::random::{Randomness, draw};

/// How much work a guess at the password costs, in the form of today. Java writes 10,000 too.
pub(super) const MODERN_ITERATIONS: u32 = 10_000;
/// The same in the older form, as OpenSSL always wrote it: what old systems were tested with.
pub(super) const LEGACY_ITERATIONS: u32 = 2_048;

const PART: &str = "algorithm of an encryption";
const BLOCK_OF_TRIPLE_DES: usize = 8;
const KEY_OF_TRIPLE_DES: usize = 24;

/// A scheme with all it needs beside the password.
pub(super) struct Scheme<'a> {
    salt: &'a [u8],
    iterations: u32,
    cipher: Cipher,
}

enum Cipher {
    /// PBES2 (RFC 8018 §6.2) with PBKDF2.
    Aes { algorithm: &'static Aes, key_length: usize, hash: pbkdf2::Algorithm, iv: [u8; 16] },
    /// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 §C).
    TripleDes,
}

/// Encrypts `plain`, which must have room for a block more: growing would leave a copy behind. Returns the
/// AlgorithmIdentifier; `plain` is then encrypted.
pub(super) fn encrypt(
    form: Pkcs12Form,
    password: &str,
    plain: &mut Zeroizing<Vec<u8>>,
    randomness: &dyn Randomness,
) -> Result<Vec<u8>, Pkcs12Error> {
    match form {
        Pkcs12Form::Modern => {
            let (salt, iv): ([u8; 16], [u8; 16]) = (draw(randomness)?, draw(randomness)?);
            let cipher =
                Cipher::Aes { algorithm: &AES_256, key_length: 32, hash: pbkdf2::PBKDF2_HMAC_SHA256, iv };
            let scheme = Scheme { salt: &salt, iterations: MODERN_ITERATIONS, cipher };
            scheme.encrypt(password, plain)?;
            Ok(pbes2_identifier(&salt, scheme.iterations, &iv))
        }
        Pkcs12Form::Legacy => {
            let salt: [u8; 8] = draw(randomness)?;
            let scheme = Scheme { salt: &salt, iterations: LEGACY_ITERATIONS, cipher: Cipher::TripleDes };
            scheme.encrypt(password, plain)?;
            Ok(triple_des_identifier(&salt, scheme.iterations))
        }
    }
}

impl<'a> Scheme<'a> {
    /// Reads an AlgorithmIdentifier.
    pub(super) fn read(identifier: &Element<'a>) -> Result<Self, Pkcs12Error> {
        let mut fields = identifier.reader(PART);
        let oid = Oid::from_element(&fields.expect(Tag::OID)?)?;
        let mut parameters = fields.expect(Tag::SEQUENCE)?.reader(PART);
        fields.finish()?;
        if oid == oids::SHA1_AND_TRIPLE_DES {
            let salt = parameters.expect(Tag::OCTET_STRING)?.content;
            let iterations = iterations(&parameters.expect(Tag::INTEGER)?)?;
            parameters.finish()?;
            Ok(Self { salt, iterations, cipher: Cipher::TripleDes })
        } else if oid == oids::PBES2 {
            let derivation = parameters.expect(Tag::SEQUENCE)?;
            let cipher = parameters.expect(Tag::SEQUENCE)?;
            parameters.finish()?;
            Self::read_pbes2(&derivation, &cipher)
        } else {
            Err(Pkcs12Error::UnsupportedAlgorithm(oid))
        }
    }

    /// PBES2-params (RFC 8018 §A.4): PBKDF2-params, and a cipher with its initialization vector.
    fn read_pbes2(derivation: &Element<'a>, cipher: &Element<'a>) -> Result<Self, Pkcs12Error> {
        let mut derivation = derivation.reader(PART);
        let oid = Oid::from_element(&derivation.expect(Tag::OID)?)?;
        if oid != oids::PBKDF2 {
            return Err(Pkcs12Error::UnsupportedAlgorithm(oid));
        }
        let mut parameters = derivation.expect(Tag::SEQUENCE)?.reader(PART);
        let salt = parameters.expect(Tag::OCTET_STRING)?.content;
        let iterations = iterations(&parameters.expect(Tag::INTEGER)?)?;
        // The length of the key, which the cipher says as well.
        parameters.optional(Tag::INTEGER)?;
        let hash = match parameters.optional(Tag::SEQUENCE)? {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(function) => match Oid::from_element(&function.reader(PART).expect(Tag::OID)?)? {
                oid if oid == oids::HMAC_WITH_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
                oid if oid == oids::HMAC_WITH_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
                oid if oid == oids::HMAC_WITH_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
                oid if oid == oids::HMAC_WITH_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
                other => return Err(Pkcs12Error::UnsupportedAlgorithm(other)),
            },
        };
        parameters.finish()?;

        let mut cipher = cipher.reader(PART);
        let (algorithm, key_length) = match Oid::from_element(&cipher.expect(Tag::OID)?)? {
            oid if oid == oids::AES128_CBC => (&AES_128, 16),
            oid if oid == oids::AES192_CBC => (&AES_192, 24),
            oid if oid == oids::AES256_CBC => (&AES_256, 32),
            other => return Err(Pkcs12Error::UnsupportedAlgorithm(other)),
        };
        let vector = cipher.expect(Tag::OCTET_STRING)?;
        let iv = vector.content.try_into();
        let iv = iv.map_err(|_| vector.invalid("an initialization vector has not 16 bytes"))?;
        cipher.finish()?;
        Ok(Self { salt, iterations, cipher: Cipher::Aes { algorithm, key_length, hash, iv } })
    }

    fn encrypt(&self, password: &str, plain: &mut Zeroizing<Vec<u8>>) -> Result<(), Pkcs12Error> {
        match &self.cipher {
            Cipher::Aes { algorithm, key_length, hash, iv } => {
                let key = self.aes_key(password, *hash, *key_length);
                let key =
                    UnboundCipherKey::new(algorithm, &key).and_then(PaddedBlockEncryptingKey::cbc_pkcs7);
                let context = EncryptionContext::Iv128(FixedLength::from(iv));
                let encrypted = key.and_then(|key| key.less_safe_encrypt(&mut **plain, context));
                encrypted.map(|_| ()).map_err(|_| Pkcs12Error::Encryption)
            }
            Cipher::TripleDes => {
                let (key, iv) = self.triple_des_key(password);
                let length = plain.len();
                plain.resize((length + 1).next_multiple_of(BLOCK_OF_TRIPLE_DES), 0);
                let encryptor = cbc::Encryptor::<TdesEde3>::new(&(*key).into(), &iv.into());
                let encrypted = encryptor.encrypt_padded::<Pkcs7>(plain, length);
                encrypted.map(|_| ()).map_err(|_| Pkcs12Error::Encryption)
            }
        }
    }

    /// Decrypts a part. The MAC was right before: what doesn't decrypt was encrypted with another password.
    pub(super) fn decrypt(
        &self,
        password: &str,
        encrypted: &[u8],
        budget: &mut Budget,
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12Error> {
        let mut buffer = Zeroizing::new(encrypted.to_vec());
        let length = match &self.cipher {
            Cipher::Aes { algorithm, key_length, hash, iv } => {
                budget.spend(self.iterations, digests(*hash))?;
                let key = self.aes_key(password, *hash, *key_length);
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                let key =
                    UnboundCipherKey::new(algorithm, &key).and_then(PaddedBlockDecryptingKey::cbc_pkcs7);
                key.and_then(|key| key.decrypt(&mut buffer, context).map(|plain| plain.len())).ok()
            }
            Cipher::TripleDes => {
                // Two digests for the key, one for the vector.
                budget.spend(self.iterations, 3)?;
                let (key, iv) = self.triple_des_key(password);
                let decryptor = cbc::Decryptor::<TdesEde3>::new(&(*key).into(), &iv.into());
                decryptor.decrypt_padded::<Pkcs7>(&mut buffer).map(<[u8]>::len).ok()
            }
        };
        buffer.truncate(length.ok_or(Pkcs12Error::WrongPassword)?);
        Ok(buffer)
    }

    fn aes_key(&self, password: &str, hash: pbkdf2::Algorithm, length: usize) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(vec![0; length]);
        let iterations = NonZeroU32::new(self.iterations).unwrap_or(NonZeroU32::MIN);
        pbkdf2::derive(hash, iterations, self.salt, password.as_bytes(), &mut key);
        key
    }

    fn triple_des_key(
        &self,
        password: &str,
    ) -> (Zeroizing<[u8; KEY_OF_TRIPLE_DES]>, [u8; BLOCK_OF_TRIPLE_DES]) {
        let password = wide_password(password);
        let fill = |purpose, output: &mut [u8]| {
            derive(&SHA1_FOR_LEGACY_USE_ONLY, purpose, &password, self.salt, self.iterations, output);
        };
        let mut key = Zeroizing::new([0; KEY_OF_TRIPLE_DES]);
        let mut iv = [0; BLOCK_OF_TRIPLE_DES];
        fill(Use::Key, &mut *key);
        fill(Use::InitializationVector, &mut iv);
        (key, iv)
    }
}

/// How many digests an iteration of PBKDF2 takes for a key of AES, in the [`Budget`]'s count: two for each block
/// of output, of which SHA-1 needs two.
fn digests(hash: pbkdf2::Algorithm) -> u32 {
    if hash == pbkdf2::PBKDF2_HMAC_SHA1 {
        4
    } else if hash == pbkdf2::PBKDF2_HMAC_SHA256 {
        2
    } else {
        6
    }
}

/// Reads an iteration count; that it is not too high, the [`Budget`] says.
pub(super) fn iterations(integer: &Element<'_>) -> Result<u32, DerError> {
    let bytes = integer.unsigned()?;
    match bytes.iter().try_fold(0_u32, |value, byte| Some(value.checked_mul(256)? | u32::from(*byte))) {
        Some(0) => Err(integer.invalid("there are no iterations")),
        // Beyond what counts, all are equally too many.
        found => Ok(found.unwrap_or(u32::MAX)),
    }
}

/// Writes a non-negative INTEGER.
pub(super) fn integer(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1);
    // A high bit would make it negative.
    let sign: &[u8] = if bytes[zeros] >= 0x80 { &[0] } else { &[] };
    element(Tag::INTEGER, &[sign, &bytes[zeros..]])
}

fn pbes2_identifier(salt: &[u8], iterations: u32, iv: &[u8]) -> Vec<u8> {
    let oid = |oid: Oid| element(Tag::OID, &[oid.as_bytes()]);
    let sequence = |parts: &[&[u8]]| element(Tag::SEQUENCE, parts);
    let hash = sequence(&[&oid(oids::HMAC_WITH_SHA256), &[0x05, 0x00]]);
    let parameters = sequence(&[&element(Tag::OCTET_STRING, &[salt]), &integer(iterations), &hash]);
    let derivation = sequence(&[&oid(oids::PBKDF2), &parameters]);
    let cipher = sequence(&[&oid(oids::AES256_CBC), &element(Tag::OCTET_STRING, &[iv])]);
    sequence(&[&oid(oids::PBES2), &sequence(&[&derivation, &cipher])])
}

fn triple_des_identifier(salt: &[u8], iterations: u32) -> Vec<u8> {
    let oid = element(Tag::OID, &[oids::SHA1_AND_TRIPLE_DES.as_bytes()]);
    let parameters = element(Tag::SEQUENCE, &[&element(Tag::OCTET_STRING, &[salt]), &integer(iterations)]);
    element(Tag::SEQUENCE, &[&oid, &parameters])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;
    use crate::pkcs12::Pkcs12;
    use crate::random::SystemRandomness;

    #[test]
    fn decrypts_what_it_encrypts_at_any_length() {
        for form in [Pkcs12Form::Modern, Pkcs12Form::Legacy] {
            for length in [0, 1, 7, 8, 15, 16, 17, 1000] {
                let mut buffer = Zeroizing::new(Vec::with_capacity(length + 16));
                buffer.resize(length, 7);
                let capacity = buffer.capacity();
                let identifier = encrypt(form, "x", &mut buffer, &SystemRandomness).unwrap();
                assert_eq!(buffer.capacity(), capacity);
                let identifier = Reader::new(&identifier, "identifier").next().unwrap();
                let scheme = Scheme::read(&identifier).unwrap();
                let plain = scheme.decrypt("x", &buffer, &mut Budget::new()).unwrap();
                assert_eq!(*plain, vec![7; length]);
            }
        }
    }

    #[test]
    fn refuses_files_that_ask_for_endless_work() {
        for count in [Pkcs12::MAX_ITERATIONS + 1, u32::MAX] {
            let identifier = triple_des_identifier(&[1; 8], count);
            let identifier = Reader::new(&identifier, "identifier").next().unwrap();
            let error = Scheme::read(&identifier).unwrap().decrypt("x", &[0; 8], &mut Budget::new());
            assert_eq!(error.unwrap_err(), Pkcs12Error::TooManyIterations);
        }
        let read = |der: &[u8]| iterations(&Reader::new(der, "count").next().unwrap());
        assert_eq!(read(&[0x02, 6, 1, 0, 0, 0, 0, 0]), Ok(u32::MAX));
        assert!(read(&[0x02, 1, 0]).is_err() && read(&[0x02, 1, 0x80]).is_err());
    }

    #[test]
    fn writes_integers_without_a_sign() {
        for (value, der) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (2_048, &[2, 2, 8, 0]),
            (u32::MAX, &[2, 5, 0, 255, 255, 255, 255]),
        ] {
            assert_eq!(integer(value), der);
        }
    }
}
