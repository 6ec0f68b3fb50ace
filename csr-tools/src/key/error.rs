//! Why a private key could not be used.

use super::PublicKeyAlgorithm;
use crate::asn1::DerError;
use crate::content::Content;
use crate::pem::PemError;

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

    /// The key is encrypted, and a password is needed.
    #[error("the private key is encrypted: its password is needed")]
    Encrypted,

    /// The password is wrong, or the file is damaged.
    #[error("the private key does not open with this password")]
    WrongPassword,

    /// The key is encrypted in a way that is not read here: by schemes older than PBES2, or rare ones.
    #[error(
        "the private key is encrypted in a way that is not supported: write it anew with `openssl pkcs8 -topk8`"
    )]
    UnsupportedEncryption,

    /// Trying one password on this file would take too long, or too much memory.
    #[error("the private key's encryption asks for too much work: it is refused")]
    ExcessiveWork,

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
    #[error("RSA private keys of {bits} bits are not supported: 2048, 3072 and 4096 are")]
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
