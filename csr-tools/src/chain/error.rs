//! Why certificates make no chain, or none that is to be trusted.

use crate::chain::Chain;

/// Why a heap of certificates could not be put in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The heap is empty.
    #[error("there is no certificate")]
    NoCertificate,

    /// More than one certificate could be the leaf.
    #[error("there are {count} certificates that could be the leaf: one is wanted")]
    SeveralLeaves {
        /// How many.
        count: usize,
    },

    /// Every certificate issued another one: they go round in a circle.
    #[error("none of the certificates is the leaf: each issued another one")]
    NoLeaf,

    /// The heap is larger than any that a CA sends.
    #[error("{count} certificates are too many: {} are read", Chain::MAX_CERTIFICATES)]
    TooManyCertificates {
        /// How many different ones there are.
        count: usize,
    },

    /// The certificates are namesakes of each other to such a number that telling them apart is too much
    /// work.
    #[error("too many of the certificates have the same names")]
    TooManyNamesakes,
}

/// Why a chain is not to be trusted for a purpose at a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The time is before the leaf's validity.
    #[error("the certificate is not valid yet")]
    NotYetValid {
        /// The first second of its validity, since the Unix epoch.
        not_before: i64,
    },

    /// The time is after the leaf's validity.
    #[error("the certificate has expired")]
    Expired {
        /// The last second of its validity, since the Unix epoch.
        not_after: i64,
    },

    /// A CA's certificate is not valid at this time.
    #[error("the certificate of a CA in the chain is not valid at this time")]
    CaNotValid,

    /// None of the roots is above the chain, or a CA between is missing.
    #[error(
        "the chain does not lead to a trusted root: a CA's certificate is missing, or the root is not known"
    )]
    NoTrustedRoot,

    /// A signature is wrong.
    #[error("a signature in the chain is wrong")]
    WrongSignature,

    /// A signature's algorithm is not checked here.
    #[error("a signature in the chain has an algorithm that is not supported")]
    UnsupportedSignature,

    /// The leaf is a CA's certificate.
    #[error("the certificate is that of a CA, not of a server, a person or a program")]
    LeafIsCa,

    /// A certificate above the leaf may not issue.
    #[error("a certificate in the chain is used as a CA's and is not one")]
    NotACa,

    /// There are more CAs than one of them allows.
    #[error("a CA in the chain does not allow so many others below it")]
    PathTooLong,

    /// A CA may not issue for these names.
    #[error("a CA in the chain is not allowed to issue for these names")]
    NameNotAllowed,

    /// The key usage or the extended key usage does not allow the purpose.
    #[error("the certificate, or that of a CA above it, does not allow this use of its key")]
    UseNotAllowed,

    /// A certificate has a critical extension that is not known here.
    #[error("a certificate in the chain has an unknown extension that is marked critical")]
    UnknownCriticalExtension,

    /// Another rule of RFC 5280 is broken, or the certificates are too many.
    #[error("the chain breaks a rule of RFC 5280")]
    Malformed,
}
