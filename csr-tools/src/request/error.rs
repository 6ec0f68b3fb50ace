//! Why a request is not accepted.

use crate::asn1::DerError;
use crate::content::Content;
use crate::pem::PemError;
use crate::signature::SignatureError;

/// Why a certificate request was not accepted. The text is meant for whoever pasted it, and quotes none of
/// it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The text has no PEM block.
    #[error("no PEM block found: a certificate request starts with -----BEGIN CERTIFICATE REQUEST-----")]
    NoPemBlock,

    /// A PEM block is cut off or is not base64.
    #[error(transparent)]
    Pem(#[from] PemError),

    /// The input is, or holds, a private key.
    #[error("this is a private key: never send it to anybody; a certificate request is wanted")]
    PrivateKey,

    /// The input is something else.
    #[error("this is {0}, not a certificate request")]
    NotARequest(Content),

    /// The text has more than one request.
    #[error("there are {count} certificate requests in one paste: give one")]
    SeveralRequests {
        /// How many.
        count: usize,
    },

    /// The end of the request is missing.
    #[error("the certificate request is cut off after {actual} of {expected} bytes: copy all of it")]
    #[non_exhaustive]
    CutOff {
        /// How many bytes are there.
        actual: usize,
        /// How many there should be.
        expected: usize,
    },

    /// The text is not PEM in the form that software exchanges. Only
    /// [`EncodedRequest::from_strict_pem`](crate::EncodedRequest::from_strict_pem) says so.
    #[error("line {line} is not in the strict form of PEM: {problem}")]
    #[non_exhaustive]
    NotStrictPem {
        /// The line, the first being 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The input is no PKCS#10 structure, or something follows it.
    #[error(transparent)]
    Malformed(#[from] DerError),

    /// The request's own signature is not accepted.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}
