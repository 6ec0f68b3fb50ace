//! What can go wrong outside the SOAP service, whose errors are the Partner API's own.

use std::{io, net::SocketAddr};

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A listener could not be opened.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate authority could not make its keys and certificates.
    #[error("cannot set up the certificate authority: {0}")]
    Authority(String),
    /// The resolver for the domain checks could not be built.
    #[error("cannot set up the resolver for domain checks: {0}")]
    Resolver(String),
}

/// A control call that was refused, and which of its fields is to blame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
#[non_exhaustive]
pub struct InvalidInput {
    /// The field, by its name in the JSON of the control API.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidInput {
    pub(crate) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

/// Why a control call on one thing (a message, an order) did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// There is no such message or order.
    #[error("there is no such {what}")]
    NotFound {
        /// The kind of thing that was looked for.
        what: &'static str,
    },
    /// It exists, but its state does not allow this any more.
    #[error("{reason}")]
    Conflict {
        /// What stands in the way.
        reason: String,
    },
}
