//! Whose part it is that something was not done.

use std::fmt;

use crate::authority::AuthorityError;
use crate::error::Error;
use crate::worker::Chain;

/// Whose part it is that something was not done: what programs decide by, and exit with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blame {
    /// The caller's: there is no such thing, or it can't be asked for now.
    Caller,
    /// Whoever filled in the form: what is wrong stands in findings.
    Input,
    /// The CA's: it said no, to the order or to the credentials.
    Authority,
    /// Nobody knows what became of a call that may have been carried out: look before it is made again.
    UnknownOutcome,
    /// The network's, or that of a CA that does not answer as it should: it may be tried again.
    Network,
    /// Ours: the store, the vault, the machine.
    Internal,
}

impl Blame {
    /// Every part.
    pub const ALL: &[Self] =
        &[Self::Caller, Self::Input, Self::Authority, Self::UnknownOutcome, Self::Network, Self::Internal];

    /// The name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Input => "input",
            Self::Authority => "authority",
            Self::UnknownOutcome => "unknown_outcome",
            Self::Network => "network",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Error {
    /// Whose part it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Findings(_) | Self::Input(_) => Blame::Input,
            Self::Authority(error) => error.blame(),
            Self::NotFound(_)
            | Self::NotAllowed(_)
            | Self::NotOffered { .. }
            | Self::OwnMethod(_)
            | Self::Exists(_)
            | Self::LinkInvalid
            | Self::NoCertificate
            | Self::NoKey
            | Self::OrderTaken(_)
            | Self::Files(_) => Blame::Caller,
            Self::Store(_)
            | Self::Corrupt(_)
            | Self::Vault(_)
            | Self::Key(_)
            | Self::Request(_)
            | Self::Busy(_)
            | Self::Entropy(_) => Blame::Internal,
        }
    }
}

impl Error {
    /// What went wrong, with what caused it. Of a call that became of nothing, or of nobody knows what, only that: which of
    /// the two it was, [`blame`](Self::blame) says.
    #[must_use]
    pub fn causes(&self) -> String {
        match self {
            Self::Authority(AuthorityError::Unavailable(source) | AuthorityError::UnknownOutcome(source)) => {
                Chain(&**source).to_string()
            }
            other => Chain(other).to_string(),
        }
    }
}

impl AuthorityError {
    /// Whose part it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Refused(_) | Self::Blocked(_) | Self::OrderIdTaken | Self::CodeUnknown => Blame::Authority,
            Self::UnknownOutcome(_) => Blame::UnknownOutcome,
            #[cfg(feature = "certum")]
            Self::Unavailable(source) if crate::certum::is_clear_no(&**source) => Blame::Authority,
            Self::Unavailable(_) => Blame::Network,
        }
    }
}

#[cfg(test)]
mod tests {
    use cert_domain::{Finding, Findings};

    use super::*;

    #[test]
    fn knows_whose_part_an_error_is() {
        let findings = || Findings::from(Finding::stated(1012, "orderID", "taken", "zajęty"));
        for (error, blame) in [
            (Error::Findings(findings()), Blame::Input),
            (Error::NoCertificate, Blame::Caller),
            (AuthorityError::Refused(findings()).into(), Blame::Authority),
            (AuthorityError::UnknownOutcome("reset".into()).into(), Blame::UnknownOutcome),
            (AuthorityError::Unavailable("no route".into()).into(), Blame::Network),
            (Error::Entropy(crate::EntropyError), Blame::Internal),
        ] {
            assert_eq!(error.blame(), blame, "{error}");
        }
        assert_eq!(Error::from(AuthorityError::Unavailable("no route".into())).causes(), "no route");
    }

    #[cfg(feature = "certum")]
    #[test]
    fn blames_the_ca_for_refused_credentials_and_nobody_there_for_a_closed_port() {
        use certum_api::{Effect, ErrorKind};

        let error = |kind| AuthorityError::from(certum_api::Error::new("getProductList", Effect::Read, kind));
        assert_eq!(error(ErrorKind::Credentials).blame(), Blame::Authority);
        assert_eq!(error(ErrorKind::Connect("refused".into())).blame(), Blame::Network);
        assert_eq!(error(ErrorKind::Status(502)).blame(), Blame::Network);
    }
}
