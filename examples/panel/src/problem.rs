//! Why a page was not served.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cert_domain::UnreadableFields;
use cert_lifecycle::sales::SaleError;
use cert_lifecycle::{EntropyError, Error, StoreError};

/// Why a page was not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("there is no such page, or it is somebody else's")]
    NotFound,
    #[error("somebody has to log in first")]
    LoginNeeded,
    #[error("the form was not made for this visitor")]
    Forged,
    #[error("the input can't be read")]
    Unreadable,
    #[error("the input is too large")]
    TooLarge,
    #[error("the state of the service does not allow it")]
    NotPossible,
    #[error("too many tries")]
    TooManyTries,
    #[error(transparent)]
    Lifecycle(#[from] Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Template(#[from] minijinja::Error),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    #[error("a password can't be hashed")]
    Password,
    #[error(transparent)]
    Sale(SaleError),
}

impl Problem {
    /// Its name among the panel's texts, and its status.
    fn told(&self) -> (&'static str, StatusCode) {
        use StatusCode as S;
        match self {
            Self::NotFound | Self::Lifecycle(Error::NotFound(_) | Error::NoCertificate | Error::NoKey) => {
                ("problem-not-found", S::NOT_FOUND)
            }
            Self::Lifecycle(Error::LinkInvalid) => ("problem-link", S::NOT_FOUND),
            Self::LoginNeeded => ("problem-login", S::UNAUTHORIZED),
            Self::Forged => ("problem-forged", S::FORBIDDEN),
            Self::Unreadable | Self::Lifecycle(Error::Findings(_) | Error::Input(_)) => {
                ("problem-unreadable", S::BAD_REQUEST)
            }
            Self::TooLarge => ("problem-too-large", S::PAYLOAD_TOO_LARGE),
            Self::NotPossible
            | Self::Lifecycle(Error::NotAllowed(_) | Error::NotOffered { .. } | Error::OwnMethod(_)) => {
                ("problem-not-possible", S::CONFLICT)
            }
            Self::Lifecycle(Error::Busy(_) | Error::Exists(_) | Error::OrderTaken(_)) => {
                ("problem-conflict", S::CONFLICT)
            }
            Self::TooManyTries => ("problem-too-many", S::TOO_MANY_REQUESTS),
            Self::Lifecycle(Error::Authority(_)) => ("problem-authority", S::BAD_GATEWAY),
            _ => ("problem-internal", S::INTERNAL_SERVER_ERROR),
        }
    }
}

impl From<UnreadableFields> for Problem {
    fn from(_: UnreadableFields) -> Self {
        Self::Unreadable
    }
}

impl From<SaleError> for Problem {
    fn from(error: SaleError) -> Self {
        match error {
            SaleError::NotOffered | SaleError::NotFound => Self::NotFound,
            SaleError::ForeignIntent => Self::Forged,
            SaleError::AwaitsPayment => Self::NotPossible,
            SaleError::Lifecycle(error) => error.into(),
            SaleError::Store(error) => error.into(),
            other => Self::Sale(other),
        }
    }
}

/// What the visitor is told of a problem: its name. The page is made where the visitor is known.
#[derive(Clone, Copy)]
pub(crate) struct Told(pub(crate) &'static str);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (key, status) = self.told();
        if status.is_server_error() {
            tracing::error!(error = &self as &dyn std::error::Error, "a page was not served");
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(Told(key));
        response
    }
}
