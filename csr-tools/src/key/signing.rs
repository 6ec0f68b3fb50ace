//! The port through which requests are signed.

use std::error::Error;

use super::PublicKey;
use crate::signature::SignatureAlgorithm;

/// A private key that can sign, wherever it lives: in memory ([`PrivateKey`](crate::PrivateKey)) or in an
/// HSM.
///
/// Implement it for a key that must not leave its device, and hand it to
/// [`RequestBuilder::sign`](crate::RequestBuilder::sign). What it signs is verified before it is used, so
/// that a mistaken implementation ends in an error, not in a bad request.
pub trait SigningKey {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// The algorithm of the signatures that [`sign`](Self::sign) makes.
    fn signature_algorithm(&self) -> SignatureAlgorithm;

    /// Signs the message (not its digest). ECDSA signatures are in DER (RFC 3279 §2.2.3).
    ///
    /// # Errors
    /// [`SigningError`] with the device's reason.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError>;
}

/// A key, or the device that holds it, could not sign.
#[derive(Debug, thiserror::Error)]
#[error("the key could not sign")]
pub struct SigningError {
    source: Box<dyn Error + Send + Sync>,
}

impl SigningError {
    /// Wraps the reason.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
