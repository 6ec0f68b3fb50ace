//! Private keys under a password (PBES2, RFC 8018 §6.2).
//!
//! The cryptography is that of the `pkcs8` and `pkcs5` crates. What is added is a bound on the work that a
//! file may ask for.

use der::{Decode as _, Encode as _};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, ScryptParams};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use zeroize::Zeroizing;

use super::KeyError;
use crate::asn1::{Oid, Reader, Tag, oids};
use crate::random::{RandomnessError, SystemRandomness, draw};

/// How the key of the encryption is made from the password. The cipher is AES-256 in CBC mode either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum KeyEncryption {
    /// scrypt (RFC 7914) with 16 MiB of memory, which is what OpenSSL takes without being asked.
    #[default]
    Scrypt,
    /// PBKDF2 with 600,000 rounds of HMAC-SHA-256, for software that has no scrypt.
    Pbkdf2,
    /// scrypt with 16 KiB of memory, which takes a thousandth of the time: it makes no guess dear. For passwords of 128
    /// random bits or more, which nobody guesses, and for tests and simulations.
    QuickScrypt,
}

/// N of scrypt as a power of two, r and p. OpenSSL reads no more than 32 MiB by default.
const SCRYPT: (u8, u32, u32) = (14, 8, 1);
const QUICK_SCRYPT: (u8, u32, u32) = (4, 8, 1);
/// What OWASP recommends.
const PBKDF2_ROUNDS: u32 = 600_000;

/// The most rounds of PBKDF2: about a second with the slowest digest.
const MOST_ROUNDS: u32 = 1_000_000;
/// The most memory that scrypt may take, and walk over twice in all its lanes.
const MOST_SCRYPT_BYTES: u64 = 128 << 20;

const SALT_LENGTH: usize = 16;
const BLOCK_LENGTH: usize = 16;

pub(super) fn encrypt(der: &[u8], password: &[u8], encryption: KeyEncryption) -> Result<Vec<u8>, KeyError> {
    let draw_all = || Ok::<_, RandomnessError>((draw(&SystemRandomness)?, draw(&SystemRandomness)?));
    let (salt, iv): ([u8; SALT_LENGTH], [u8; BLOCK_LENGTH]) = draw_all().map_err(|_| KeyError::Encoding)?;

    let by_scrypt = |(log_n, r, p)| {
        let parameters = scrypt::Params::new(log_n, r, p).map_err(|_| KeyError::Encoding)?;
        Parameters::generate_scrypt_aes256cbc(parameters, &salt, iv).map_err(|_| KeyError::Encoding)
    };
    let parameters = match encryption {
        KeyEncryption::Scrypt => by_scrypt(SCRYPT)?,
        KeyEncryption::QuickScrypt => by_scrypt(QUICK_SCRYPT)?,
        KeyEncryption::Pbkdf2 => Parameters::generate_pbkdf2_sha256_aes256cbc(PBKDF2_ROUNDS, &salt, iv)
            .map_err(|_| KeyError::Encoding)?,
    };

    // The buffer holds the key until it is encrypted in place.
    let mut buffer = Zeroizing::new(vec![0; der.len() + BLOCK_LENGTH]);
    buffer[..der.len()].copy_from_slice(der);
    let encrypted =
        parameters.encrypt_in_place(password, &mut buffer, der.len()).map_err(|_| KeyError::Encoding)?;
    let encrypted_data = OctetStringRef::new(encrypted).map_err(|_| KeyError::Encoding)?;
    EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data }
        .to_der()
        .map_err(|_| KeyError::Encoding)
}

pub(super) fn decrypt(der: &[u8], password: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if !is_pbes2(der)? {
        return Err(KeyError::UnsupportedEncryption);
    }
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| KeyError::UnsupportedEncryption)?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(KeyError::UnsupportedEncryption);
    };
    check_work(&parameters.kdf)?;

    let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let length =
        parameters.decrypt_in_place(password, &mut buffer).map_err(|_| KeyError::WrongPassword)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

/// Whether the scheme is the one that is read here.
fn is_pbes2(der: &[u8]) -> Result<bool, KeyError> {
    const PART: &str = "encrypted private key";
    let algorithm = Reader::whole_sequence(der, PART)?.expect(Tag::SEQUENCE)?;
    Ok(Oid::from_element(&algorithm.reader(PART).expect(Tag::OID)?)? == oids::PBES2)
}

fn check_work(kdf: &Kdf) -> Result<(), KeyError> {
    let is_bearable = match kdf {
        Kdf::Pbkdf2(parameters) => (1..=MOST_ROUNDS).contains(&parameters.iteration_count),
        Kdf::Scrypt(parameters) => {
            let ScryptParams { cost_parameter, block_size, parallelization, .. } = *parameters;
            let lanes = u64::from(block_size) * u64::from(parallelization);
            let bytes = cost_parameter.checked_mul(128).and_then(|bytes| bytes.checked_mul(lanes));
            // N must be a power of two greater than one; the library counts on it.
            cost_parameter > 1
                && cost_parameter.is_power_of_two()
                && bytes.is_some_and(|bytes| (1..=MOST_SCRYPT_BYTES).contains(&bytes))
        }
        _ => return Err(KeyError::UnsupportedEncryption),
    };
    if is_bearable { Ok(()) } else { Err(KeyError::ExcessiveWork) }
}

#[cfg(test)]
mod tests {
    use pkcs8::pkcs5::pbes2::{Pbkdf2Params, Pbkdf2Prf};

    use super::*;

    fn pbkdf2(iteration_count: u32) -> Kdf {
        let salt = [0; 8][..].try_into().unwrap();
        Pbkdf2Params { salt, iteration_count, key_length: None, prf: Pbkdf2Prf::HmacWithSha512 }.into()
    }

    fn scrypt(cost_parameter: u64, block_size: u16, parallelization: u16) -> Kdf {
        let salt = [0; 8][..].try_into().unwrap();
        ScryptParams { salt, cost_parameter, block_size, parallelization, key_length: None }.into()
    }

    #[test]
    fn takes_what_software_writes_and_refuses_what_would_hang() {
        for kdf in [
            pbkdf2(1),
            pbkdf2(2048),
            pbkdf2(PBKDF2_ROUNDS),
            pbkdf2(MOST_ROUNDS),
            scrypt(1 << 14, 8, 1),
            scrypt(1 << 17, 8, 1),
        ] {
            assert_eq!(check_work(&kdf), Ok(()), "{kdf:?}");
        }
        for kdf in [
            pbkdf2(0),
            pbkdf2(MOST_ROUNDS + 1),
            pbkdf2(u32::MAX),
            scrypt(0, 8, 1),
            scrypt(1, 8, 1),
            scrypt(3, 8, 1),
            scrypt(1 << 14, 0, 1),
            scrypt(1 << 14, 8, 0),
            scrypt(1 << 17, 8, 2),
            scrypt(1 << 18, 8, 1),
            scrypt(2, u16::MAX, u16::MAX),
            scrypt(1 << 63, u16::MAX, u16::MAX),
        ] {
            assert_eq!(check_work(&kdf), Err(KeyError::ExcessiveWork), "{kdf:?}");
        }
    }

    #[test]
    fn makes_guesses_as_dear_as_its_kind_says() {
        for (encryption, cost) in [(KeyEncryption::Scrypt, 1 << 14), (KeyEncryption::QuickScrypt, 1 << 4)] {
            let der = encrypt(&[0x30, 0], b"secret", encryption).unwrap();
            let info = EncryptedPrivateKeyInfoRef::from_der(&der).unwrap();
            let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else { panic!("not PBES2") };
            let Kdf::Scrypt(parameters) = &parameters.kdf else { panic!("not scrypt") };
            assert_eq!(parameters.cost_parameter, cost, "{encryption:?}");
        }
    }

    #[test]
    fn does_not_open_what_is_damaged() {
        let der = encrypt(&[0x30, 0], b"secret", KeyEncryption::Scrypt).unwrap();
        assert_eq!(*decrypt(&der, b"secret").unwrap(), [0x30, 0]);
        for length in 0..der.len() {
            assert!(decrypt(&der[..length], b"secret").is_err(), "{length}");
        }
    }
}
