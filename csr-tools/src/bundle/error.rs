//! What goes wrong with bundles.

use super::ArtefactKind;
use crate::certificate::{CertificateError, NotIssuedBy};
use crate::chain::ChainError;
use crate::key::KeyError;
use crate::pkcs12::Pkcs12Error;

/// Why a bundle could not be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The private key belongs to another certificate.
    #[error("the private key is not the certificate's: their public keys differ")]
    KeyMismatch,

    /// None of the issuers issued the leaf, or a signature in the chain is wrong.
    #[error("the certificates do not make a chain: {0}")]
    BrokenChain(NotIssuedBy),

    /// One of the issuers has no place in the chain.
    #[error("a certificate does not belong to the chain: {}", common_name.as_deref().unwrap_or("nameless"))]
    UnrelatedCertificate {
        /// Its common name.
        common_name: Option<String>,
    },

    /// What was asked for has the private key in it, and the bundle has none.
    #[error("this file holds the private key, which the bundle does not have")]
    NoKey,

    /// The request is for another key than the certificate.
    #[error("the request is not for the certificate: their public keys differ")]
    RequestMismatch,

    /// The certificates are no heap that can be put in order.
    #[error(transparent)]
    Chain(#[from] ChainError),

    /// The PKCS#12 file could not be written or read back.
    #[error(transparent)]
    Pkcs12(#[from] Pkcs12Error),

    /// The archive could not be written or read back.
    #[error("the archive could not be written")]
    Archive,

    /// The private key could not be written or read back.
    #[error(transparent)]
    Key(#[from] KeyError),

    /// A certificate did not read back.
    #[error(transparent)]
    Certificate(#[from] CertificateError),

    /// An artefact read back as something else.
    #[error("the {0} file does not read back as what was written")]
    ReadBack(ArtefactKind),
}
