//! What can come of a call that did not succeed, by whose part it is.

use std::error::Error as StdError;
use std::fmt;

use crate::error_code::{ErrorClass, ErrorCode};
use crate::types::{Effect, ResponseError, ResponseHeader};
use crate::wire::{DecodeError, EncodeError, Fault};

/// A call that did not succeed.
#[derive(Debug)]
pub struct Error {
    operation: &'static str,
    effect: Effect,
    attempts: u32,
    kind: Box<ErrorKind>,
}

impl Error {
    /// An error of a call; for clients of other kinds, and for test doubles.
    #[must_use]
    pub fn new(operation: &'static str, effect: Effect, kind: ErrorKind) -> Self {
        Self { operation, effect, attempts: 1, kind: Box::new(kind) }
    }

    /// The same error, after a number of attempts.
    #[must_use]
    pub fn after_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// How often the request was sent, or was about to be. More than once only for a read, by a client that was told
    /// to send those again; what went wrong is then what the last attempt met.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The errors that the CA reported; empty if it did not get that far.
    #[must_use]
    pub fn reported(&self) -> &[ResponseError] {
        match &*self.kind {
            ErrorKind::Refused(refusal) => refusal.errors(),
            _ => &[],
        }
    }

    /// Whether the CA reported a code.
    #[must_use]
    pub fn has_code(&self, code: ErrorCode) -> bool {
        self.reported().iter().any(|reported| reported.code == code)
    }

    /// Whether the call may be made again.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match &*self.kind {
            ErrorKind::Request(_) | ErrorKind::Credentials | ErrorKind::TooManyPages { .. } => Retry::Never,
            ErrorKind::Refused(refusal) => refusal.retry(self.effect),
            // Nothing was sent.
            ErrorKind::Connect(_) | ErrorKind::RateLimited => Retry::Later,
            // It was sent, or may have been, and what became of it isn't known.
            ErrorKind::Interrupted(_)
            | ErrorKind::Status(_)
            | ErrorKind::Fault(_)
            | ErrorKind::Answer(_)
            | ErrorKind::TooLarge { .. } => {
                if self.effect.is_repeatable() {
                    Retry::Later
                } else {
                    Retry::AskFirst
                }
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.kind)?;
        if self.attempts > 1 {
            write!(f, " (after {} attempts)", self.attempts)?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The kind's own text is part of this one's.
        StdError::source(&*self.kind)
    }
}

/// What went wrong with a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's part: the request can't be written.
    #[error("the request can't be written")]
    Request(#[source] EncodeError),
    /// The CA said no, and why.
    #[error("refused by the CA: {0}")]
    Refused(Refusal),
    /// The CA refused the user name, the password, or the address that the call came from.
    #[error("the CA refused the credentials")]
    Credentials,
    /// The client's own limit on calls leaves this one no time before its deadline: nothing was sent.
    #[error("the client's rate limit leaves no time for the call")]
    RateLimited,
    /// No connection came about: nothing was sent.
    #[error("no connection to the CA")]
    Connect(#[source] Box<dyn StdError + Send + Sync>),
    /// The connection failed or a deadline passed after the request was, or may have been, sent.
    #[error("the exchange with the CA was cut short")]
    Interrupted(#[source] Box<dyn StdError + Send + Sync>),
    /// An HTTP status that carries no answer.
    #[error("the CA answered with HTTP status {0}")]
    Status(u16),
    /// A SOAP fault. Its text may quote what was sent; it stands in the fault alone.
    #[error("the CA answered with a SOAP fault")]
    Fault(Fault),
    /// The answer can't be read.
    #[error("the CA's answer can't be read")]
    Answer(#[source] DecodeError),
    /// The answer is larger than the client takes.
    #[error("the CA's answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A list has more pages than can be asked for.
    #[error("the list has more than {limit} pages")]
    TooManyPages {
        /// How many can be asked for.
        limit: u32,
    },
}

impl ErrorKind {
    /// The kind in one word, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Request(_) => "request",
            Self::Refused(_) => "refused",
            Self::Credentials => "credentials",
            Self::RateLimited => "rate_limited",
            Self::Connect(_) => "connect",
            Self::Interrupted(_) => "interrupted",
            Self::Status(_) => "status",
            Self::Fault(_) => "fault",
            Self::Answer(_) => "answer",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyPages { .. } => "too_many_pages",
        }
    }
}

/// A clear no of the CA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    header: ResponseHeader,
}

impl Refusal {
    /// A refusal, from the header of an answer.
    #[must_use]
    pub fn new(header: ResponseHeader) -> Self {
        Self { header }
    }

    /// Every error that the CA reported.
    #[must_use]
    pub fn errors(&self) -> &[ResponseError] {
        &self.header.errors
    }

    /// The number that stands for how the call ended.
    #[must_use]
    pub fn success_code(&self) -> i64 {
        self.header.success_code
    }

    fn retry(&self, effect: Effect) -> Retry {
        let classes = || self.errors().iter().map(|error| error.code.class());
        let unknown = || self.errors().iter().any(|error| error.code.known().is_none());
        // An answer that names no error, or one that this version doesn't know, is no clear no.
        if self.errors().is_empty() || unknown() || classes().any(|class| class == ErrorClass::LookFirst) {
            if effect.is_repeatable() { Retry::Never } else { Retry::AskFirst }
        } else if classes().all(|class| class == ErrorClass::Wait) {
            Retry::Later
        } else {
            Retry::Never
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.errors().is_empty() {
            return write!(f, "no reason given (success code {})", self.success_code());
        }
        for (position, error) in self.errors().iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{}", error.code)?;
        }
        Ok(())
    }
}

/// Whether a call that did not succeed may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// The same call will fail the same way.
    Never,
    /// The same call may succeed after a while, and making it again does no harm.
    Later,
    /// The outcome is unknown: find out what the first call did before making another.
    AskFirst,
}
