//! Why something asked of a lifecycle was not done.

use cert_domain::Findings;

use crate::ServiceId;
use crate::authority::AuthorityError;
use crate::clock::EntropyError;
use crate::service::{CorruptHistory, NotAllowed};
use crate::store::StoreError;

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
    /// The service is changed by others all the time.
    #[error("service {0} keeps being changed by others: try again")]
    Busy(ServiceId),
    /// The source of randomness failed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}
