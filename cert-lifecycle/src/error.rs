//! Why something asked of a lifecycle was not done.

use cert_domain::Findings;
use csr_tools::{BuildError, BundleError, KeyError};

use crate::ServiceId;
use crate::authority::AuthorityError;
use crate::clock::EntropyError;
use crate::lifecycle::InvalidInput;
use crate::service::{Action, CorruptHistory, NotAllowed, StateKind};
use crate::store::StoreError;
use crate::vault::KeyVaultError;

/// Why something asked of a lifecycle was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller's part: there is no such service.
    #[error("there is no service {0}")]
    NotFound(ServiceId),
    /// The caller's part: the service's state does not allow it.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The caller's part: the action is not offered to whoever asks for it, or not now.
    #[error("{action} is not possible while the service is {state}, or not for everybody")]
    NotOffered {
        /// The action.
        action: Action,
        /// Where the service stands.
        state: StateKind,
    },
    /// The caller's part: the action has a method of its own.
    #[error("{0} has a method of its own")]
    OwnMethod(Action),
    /// The caller's part: an action's input can't be read.
    #[error(transparent)]
    Input(#[from] InvalidInput),
    /// The customer's part: the form, and everything that is wrong with it.
    #[error("{0}")]
    Findings(Findings),
    /// The CA could not be asked, or did not say.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store holds a history that no service can have had.
    #[error(transparent)]
    Corrupt(#[from] CorruptHistory),
    /// The caller's part: a service with this identifier exists, and is not the same.
    #[error("service {0} exists already")]
    Exists(ServiceId),
    /// The caller's part: the link is another one, too old, or somebody else's.
    #[error("this link opens nothing, or no longer")]
    LinkInvalid,
    /// The caller's part: the service has no such certificate.
    #[error("the service has no such certificate")]
    NoCertificate,
    /// The caller's part: no key is kept, or there is no vault.
    #[error("no private key is kept")]
    NoKey,
    /// An order that would belong to the service belongs to another.
    #[error("an order of service {0} belongs to another service")]
    OrderTaken(ServiceId),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] KeyVaultError),
    /// A key can't be made or written.
    #[error(transparent)]
    Key(KeyError),
    /// A request can't be made.
    #[error(transparent)]
    Request(BuildError),
    /// Files can't be made of the certificate.
    #[error(transparent)]
    Files(#[from] BundleError),
    /// The service is changed by others all the time.
    #[error("service {0} keeps being changed by others: try again")]
    Busy(ServiceId),
    /// The source of randomness failed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}
