//! PKCS#12 files (RFC 7292): a certificate, its chain and its key under a password, as `.pfx` for Windows and
//! as the keystore of Java.
//!
//! The structure is written and read here. The crates that do so were looked at first: `p12-keystore` draws
//! its own randomness, reads any number of iterations that a file asks for, and leaves copies of the key in
//! memory; RustCrypto's `pkcs12` is a pre-release, and its stable version stands on an older `der`. What is
//! cryptography comes from crates: AES, PBKDF2, HMAC and the digests from `aws-lc-rs`, Triple-DES from
//! RustCrypto's `des` and `cbc`. The one exception is RFC 7292's own key derivation, which is a loop around a
//! digest ([`derive`](derive)).

mod authentication;
mod derive;
mod encryption;
mod error;
mod read;
mod write;

pub use error::Pkcs12Error;
pub use write::Pkcs12Writer;

use std::fmt;

use crate::certificate::Certificate;
use crate::key::PrivateKey;

/// Which algorithms protect a PKCS#12 file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Pkcs12Form {
    /// AES-256 and SHA-256: OpenSSL since 1.1, Java since 8u301, Windows since 10 (1709) and Server 2019.
    #[default]
    Modern,
    /// Triple-DES and SHA-1, for older systems. Whoever gets hold of the file guesses its password about a
    /// hundred times faster.
    Legacy,
}

/// The contents of a PKCS#12 file.
///
/// ```
/// use csr_tools::{Certificate, Pkcs12, Pkcs12Writer, PrivateKey};
///
/// # let leaf = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.pem"));
/// # let key = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leaf.key"));
/// let leaf = Certificate::from_pem(leaf)?;
/// let key = PrivateKey::from_pkcs8_pem(key)?;
/// let file = Pkcs12Writer::new("correct horse").write(&key, &[leaf.clone()])?;
///
/// let read = Pkcs12::from_der(&file, "correct horse")?;
/// assert_eq!(read.certificates(), [leaf]);
/// assert!(Pkcs12::from_der(&file, "wrong horse").is_err());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Pkcs12 {
    key: Option<PrivateKey>,
    certificates: Vec<Certificate>,
    friendly_name: Option<String>,
}

impl Pkcs12 {
    /// The most iterations of key derivation that one part of a file may ask for; all parts together may ask
    /// for eight times as many digests. More would let a file waste minutes instead of half a second. Common
    /// tools write between 1 and 10,000 iterations a part, GnuTLS 600,000.
    pub const MAX_ITERATIONS: u32 = 1_000_000;

    /// The private key, if there is one.
    pub fn key(&self) -> Option<&PrivateKey> {
        self.key.as_ref()
    }

    /// The certificates, in the order of the file.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The name that the file gives the key: Java's alias, Windows' friendly name.
    pub fn friendly_name(&self) -> Option<&str> {
        self.friendly_name.as_deref()
    }

    /// Hands key and certificates over.
    pub fn into_parts(self) -> (Option<PrivateKey>, Vec<Certificate>) {
        (self.key, self.certificates)
    }
}

impl fmt::Debug for Pkcs12 {
    /// Shows of the key the public half only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, certificates, friendly_name } = self;
        f.debug_struct("Pkcs12")
            .field("key", key)
            .field("certificates", certificates)
            .field("friendly_name", friendly_name)
            .finish()
    }
}

/// The object identifiers of PKCS#12 and of what it takes from PKCS#5, #7 and #9.
mod oids {
    use crate::asn1::Oid;
    pub(super) use crate::asn1::oids::{PBES2, SHA256, SHA384, SHA512};

    macro_rules! oids {
        ($($name:ident = $oid:literal;)*) => {
            $(pub(super) const $name: Oid = Oid::constant($oid);)*
        };
    }

    oids! {
        // Contents (RFC 5652).
        ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

        // Bags and their attributes (RFC 7292 §4.2, RFC 2985 §5.5).
        KEY_BAG = "1.2.840.113549.1.12.10.1.1";
        SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
        CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
        X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
        FRIENDLY_NAME = "1.2.840.113549.1.9.20";
        LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

        // Encryption (RFC 8018 §A, RFC 7292 §C).
        PBKDF2 = "1.2.840.113549.1.5.12";
        HMAC_WITH_SHA1 = "1.2.840.113549.2.7";
        HMAC_WITH_SHA256 = "1.2.840.113549.2.9";
        HMAC_WITH_SHA384 = "1.2.840.113549.2.10";
        HMAC_WITH_SHA512 = "1.2.840.113549.2.11";
        AES128_CBC = "2.16.840.1.101.3.4.1.2";
        AES192_CBC = "2.16.840.1.101.3.4.1.22";
        AES256_CBC = "2.16.840.1.101.3.4.1.42";
        SHA1_AND_TRIPLE_DES = "1.2.840.113549.1.12.1.3";

        // A digest (RFC 3370).
        SHA1 = "1.3.14.3.2.26";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Randomness, RandomnessError};
    use crate::test_data as data;

    const FORMS: [Pkcs12Form; 2] = [Pkcs12Form::Modern, Pkcs12Form::Legacy];

    /// Draws 0, 1, 2 and so on.
    struct Counting;

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            bytes.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
            Ok(())
        }
    }

    fn write(form: Pkcs12Form) -> Vec<u8> {
        let chain = [data::leaf(), data::intermediate()];
        let writer = Pkcs12Writer::new("żółw 1").form(form).randomness(&Counting);
        writer.write(&data::leaf_key(), &chain).unwrap().to_vec()
    }

    #[test]
    fn both_forms_read_back() {
        for form in FORMS {
            let read = Pkcs12::from_der(&write(form), "żółw 1").unwrap();
            assert_eq!(read.key().unwrap().public_key_hash(), data::leaf().public_key_hash());
            assert_eq!(read.certificates(), [data::leaf(), data::intermediate()]);
            assert_eq!(read.friendly_name(), Some("shop.example.com"));
        }
    }

    #[test]
    fn the_same_randomness_makes_the_same_file() {
        for form in FORMS {
            assert_eq!(write(form), write(form));
        }
    }

    #[test]
    fn refuses_a_wrong_password_and_every_change() {
        for form in FORMS {
            let mut file = write(form);
            assert_eq!(Pkcs12::from_der(&file, "żółw 2").unwrap_err(), Pkcs12Error::WrongPassword);
            assert_eq!(Pkcs12::from_der(&file, "").unwrap_err(), Pkcs12Error::WrongPassword);
            for index in (0..file.len()).step_by(41) {
                file[index] ^= 0x10;
                assert!(Pkcs12::from_der(&file, "żółw 1").is_err(), "changed at {index}");
                file[index] ^= 0x10;
                assert!(Pkcs12::from_der(&file[..index], "żółw 1").is_err(), "cut at {index}");
            }
        }
    }

    #[test]
    fn refuses_to_write_an_empty_password_or_the_key_of_another_certificate() {
        let key = data::leaf_key();
        let error = Pkcs12Writer::new("").write(&key, &[data::leaf()]).unwrap_err();
        assert_eq!(error, Pkcs12Error::EmptyPassword);
        let error = Pkcs12Writer::new("a").write(&key, &[data::intermediate()]).unwrap_err();
        assert_eq!(error, Pkcs12Error::KeyMismatch);
        let error = Pkcs12Writer::new("a").write(&key, &[]).unwrap_err();
        assert_eq!(error, Pkcs12Error::KeyMismatch);
    }

    #[test]
    fn shows_no_secret_when_debugged() {
        let writer = Pkcs12Writer::new("hunter2");
        assert!(!format!("{writer:?}").contains("hunter2"));
        let read = Pkcs12::from_der(&write(Pkcs12Form::Legacy), "żółw 1").unwrap();
        assert!(format!("{read:?}").contains(&data::leaf().public_key_hash().to_string()));
    }
}
