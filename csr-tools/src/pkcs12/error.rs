//! What goes wrong with PKCS#12 files.

use crate::asn1::{DerError, Oid};
use crate::certificate::CertificateError;
use crate::key::KeyError;
use crate::pkcs12::Pkcs12;
use crate::random::RandomnessError;

/// Why a PKCS#12 file could not be written or read. No variant holds any of the key or the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// A file with a key in it must have a password.
    #[error("a PKCS#12 file needs a password")]
    EmptyPassword,

    /// The first certificate is not that of the key, or there is none.
    #[error("the private key is not that of the first certificate")]
    KeyMismatch,

    /// The password is wrong, or the file was changed.
    #[error("the password is wrong, or the file is damaged")]
    WrongPassword,

    /// The file has no MAC, so that a wrong password could not be told from a damaged file.
    #[error("the PKCS#12 file has no integrity check")]
    NoMac,

    /// A part of the file is protected by an algorithm that is not read here.
    #[error("the PKCS#12 file uses the algorithm {0}, which is not supported")]
    UnsupportedAlgorithm(Oid),

    /// The file asks for more work than any honest one.
    #[error(
        "the PKCS#12 file asks for more work than {} iterations of key derivation",
        Pkcs12::MAX_ITERATIONS
    )]
    TooManyIterations,

    /// The file has more than one private key.
    #[error("there are several private keys in the PKCS#12 file")]
    SeveralKeys,

    /// The file is not well-formed, or not in DER.
    #[error(transparent)]
    Malformed(#[from] DerError),

    /// The private key in it could not be written or read.
    #[error(transparent)]
    Key(#[from] KeyError),

    /// A certificate in it could not be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),

    /// There is no randomness to salt the encryption with.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),

    /// The cryptographic library failed.
    #[error("the cryptographic library could not encrypt")]
    Encryption,
}
