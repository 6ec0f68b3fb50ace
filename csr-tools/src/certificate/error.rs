//! Why a certificate is not accepted.

use crate::asn1::DerError;
use crate::content::Content;
use crate::pem::PemError;
use crate::signature::SignatureError;

/// Why a certificate could not be read. The text quotes none of the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The text has no PEM block.
    #[error("no PEM block found: a certificate starts with -----BEGIN CERTIFICATE-----")]
    NoPemBlock,

    /// A PEM block is cut off or is not base64.
    #[error(transparent)]
    Pem(#[from] PemError),

    /// The input is, or holds, something else.
    #[error("this is {0}, not a certificate")]
    NotACertificate(Content),

    /// A PKCS#7 container was asked for, and the input is something else.
    #[error("this is {0}, not a PKCS#7 container")]
    NotAContainer(Content),

    /// The text has more than one certificate, where one was asked for.
    #[error("there are {count} certificates in the text: one is wanted")]
    SeveralCertificates {
        /// How many.
        count: usize,
    },

    /// The certificate is not well-formed, or something follows it.
    #[error(transparent)]
    Malformed(#[from] DerError),
}

/// Why one certificate is not the issuer of another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotIssuedBy {
    /// The certificate gives another name for its issuer.
    #[error("the certificate names another issuer")]
    OtherName,

    /// The supposed issuer may not issue certificates.
    #[error("the issuer's certificate is not that of a CA")]
    NotACa,

    /// The issuer's key did not make the signature, or the signature cannot be checked.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}
