//! What an officer of the CA may decide about an order.

use certum_api::types::{OrderVerificationState, OrderVerificationType, SystemVerificationMethod};
use jiff::Timestamp;

use crate::{
    checks::Method,
    error::{ControlError, InvalidInput},
    orders::{CheckKind, Order, Proof, Standing, SystemBlock},
};

/// What an officer decides, in the Partner API's words.
///
/// `DOMAIN` speaks for all names of the order at once; `SYSTEM` for the CA's own lists, one of which may be named.
/// The other types are those that [`getOrderState`](certum_api::operations::GetOrderState) tells of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerificationDecision {
    /// What is decided about.
    pub kind: OrderVerificationType,
    /// What was decided.
    pub state: OrderVerificationState,
    /// Which of the CA's own lists blocks the order.
    pub method: Option<SystemVerificationMethod>,
}

impl VerificationDecision {
    /// A decision on one type of verification.
    pub fn new(kind: OrderVerificationType, state: OrderVerificationState) -> Self {
        Self { kind, state, method: None }
    }

    /// Reads the words of the control API.
    pub(crate) fn read(kind: &str, state: &str, method: Option<&str>) -> Result<Self, InvalidInput> {
        let kind = match OrderVerificationType::from(kind) {
            OrderVerificationType::Unknown(_) => {
                return Err(InvalidInput::new("type", "is no type of verification"));
            }
            kind => kind,
        };
        let state = match OrderVerificationState::from(state) {
            OrderVerificationState::Unknown(_) => {
                return Err(InvalidInput::new(
                    "state",
                    "is none of NOT_REQUIRED, REQUIRED, FAILED, VERIFIED",
                ));
            }
            state => state,
        };
        let method = method.map(SystemVerificationMethod::from);
        if let Some(SystemVerificationMethod::Unknown(_)) = &method {
            return Err(InvalidInput::new("method", "is none of the CA's own lists"));
        }
        Ok(Self { kind, state, method })
    }
}

/// Why an officer finds that a name is not proven.
const FAILED_BY_HAND: &str = "the domain was refused through the control API";

/// A decision that fits the order.
pub(super) enum Decision {
    /// On one of its checks.
    Check(CheckKind, Standing),
    /// On all of its names: proven, or not.
    Names(bool),
    /// One of the CA's own lists blocks the order, or none does any more.
    System(Option<SystemBlock>),
}

impl Decision {
    pub(super) fn read(
        order: &Order,
        decision: VerificationDecision,
        now: Timestamp,
    ) -> Result<Self, ControlError> {
        let VerificationDecision { kind: subject, state, method } = decision;
        let impossible = || ControlError::Conflict {
            reason: format!("{} cannot become {} for this order", subject.as_str(), state.as_str()),
        };
        let kind = CheckKind::ALL.into_iter().find(|kind| kind.wire() == subject);
        match (&subject, &state) {
            (OrderVerificationType::Domain, _) if order.names.is_empty() => Err(impossible()),
            (OrderVerificationType::Domain, OrderVerificationState::Verified) => Ok(Self::Names(true)),
            (OrderVerificationType::Domain, OrderVerificationState::Failed) => Ok(Self::Names(false)),
            (
                OrderVerificationType::System | OrderVerificationType::Internal,
                OrderVerificationState::Verified,
            ) => Ok(Self::System(None)),
            (
                OrderVerificationType::System | OrderVerificationType::Internal,
                OrderVerificationState::Failed,
            ) => {
                let method = method.unwrap_or(SystemVerificationMethod::TopSites);
                Ok(Self::System(Some(SystemBlock { method, at: now })))
            }
            _ => {
                let kind = kind.filter(|kind| order.checks.iter().any(|check| check.kind == *kind));
                let standing = match state {
                    OrderVerificationState::Required => Standing::Required,
                    OrderVerificationState::NotRequired => Standing::NotRequired { at: now },
                    OrderVerificationState::Failed => Standing::Failed { at: now },
                    OrderVerificationState::Verified => Standing::Verified { at: now },
                    _ => return Err(impossible()),
                };
                kind.map(|kind| Self::Check(kind, standing)).ok_or_else(impossible)
            }
        }
    }

    pub(super) fn carry_out(self, order: &mut Order, now: Timestamp) {
        order.decided_at = Some(now);
        match self {
            Self::Check(kind, standing) => {
                order.settle_check(kind, standing);
                if kind == CheckKind::Email
                    && let Some(email) = &mut order.email
                {
                    email.verified_at = match standing {
                        Standing::Verified { at } => Some(at),
                        _ => None,
                    };
                }
            }
            Self::System(block) => order.blocked = block,
            Self::Names(is_proven) => {
                for name in &mut order.names {
                    name.proof = match is_proven {
                        // An officer writes to somebody.
                        true => Proof::Verified { at: now, by: Method::Admin },
                        false => Proof::Failed { at: now, reason: FAILED_BY_HAND.to_owned(), tries: 1 },
                    };
                }
            }
        }
    }
}
