//! What a service is at a moment.

use std::fmt;

use cert_domain::{Configuration, CustomerId, Findings, Instruction, Offer, VerificationCode, instructions};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::event::HoldReason;
use crate::acceptance::IssuedCertificate;
use crate::authority::{NameState, NewOrder};
use crate::{OrderId, ServiceId};

/// What a customer bought, as its events tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// The service's identifier.
    pub id: ServiceId,
    /// What was sold.
    pub offer: Offer,
    /// Who bought it.
    pub customer: CustomerId,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many events it consists of.
    pub version: u64,
    /// How many orders were tried.
    pub attempts: u32,
    /// Why the CA refused the last order, until the next one is placed.
    pub refusal: Option<Findings>,
    /// Where it stands.
    pub state: State,
}

/// Where a service stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The customer has to fill in the form.
    AwaitingConfiguration,
    /// The form is filled in; the order is about to be placed, or its outcome is not known.
    Ordering(Ordering),
    /// The order is placed; the CA waits for proofs.
    Validating(Validating),
    /// Everything is proved; the certificate is about to be issued.
    Issuing(Issuing),
    /// The certificate is there.
    Active(Active),
    /// The CA refused the order after taking it, or it was cancelled.
    Rejected {
        /// The order.
        order_id: OrderId,
    },
    /// Something only the reseller can settle; nothing happens until then.
    Held {
        /// What it is.
        reason: HoldReason,
    },
}

/// The form is filled in; the order is about to be placed, or its outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ordering {
    /// What was filled in.
    pub configuration: Configuration,
    /// The open attempt. While there is one, an order with its identifier may exist.
    pub attempt: Option<Attempt>,
}

/// An intent to order, stored before the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number among the service's attempts, from 1.
    pub number: u32,
    /// The identifier that the order has, or will have.
    pub order_id: OrderId,
    /// The hash of what is ordered: a repeated call says the very same.
    pub request_hash: RequestHash,
}

impl Attempt {
    pub(crate) fn new(number: u32, order: &NewOrder) -> Self {
        Self { number, order_id: order.order_id.clone(), request_hash: RequestHash::of(order) }
    }
}

/// SHA-256 over an order, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestHash(String);

impl RequestHash {
    pub(crate) fn of(order: &NewOrder) -> Self {
        // Its fields and their order are fixed by the types, and none of them has a map: the text is canonical.
        // Serializing such types into memory can't fail; were it to, an empty text would match no other attempt.
        let canonical = serde_json::to_vec(order).unwrap_or_default();
        let digest = Sha256::digest(canonical);
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The order is placed; the CA waits for proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validating {
    /// What was filled in.
    pub configuration: Configuration,
    /// The order.
    pub order_id: OrderId,
    /// The code to publish. It is lost when the answer to the order was.
    pub code: Option<VerificationCode>,
    /// How far looking for the code has come.
    pub check: Check,
    /// What the CA last said about each name.
    pub names: Vec<NameState>,
}

impl Validating {
    /// What the customer has to do to prove control of the names. Empty while there is no code.
    #[must_use]
    pub fn instructions(&self) -> Vec<Instruction> {
        instructions(self.configuration.names(), self.configuration.method(), self.code.as_ref())
    }

    pub(crate) fn needs_code(&self) -> bool {
        self.code.is_none() && self.configuration.method().is_published()
    }
}

/// How far looking for a published code has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// Nobody said that the code is published.
    NotRequested,
    /// The customer says that it is published; the CA has not been asked yet.
    Requested,
    /// The CA was asked to look.
    Started,
    /// The CA looked, and not every name was proved.
    Answered,
}

/// Everything is proved; the certificate is about to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issuing {
    /// What was filled in.
    pub configuration: Configuration,
    /// The order.
    pub order_id: OrderId,
}

/// The certificate is there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Active {
    /// What was filled in.
    pub configuration: Configuration,
    /// The order.
    pub order_id: OrderId,
    /// The certificate, which was held against the order.
    pub certificate: IssuedCertificate,
}

impl State {
    /// The state without its data.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        match self {
            Self::AwaitingConfiguration => StateKind::AwaitingConfiguration,
            Self::Ordering(_) => StateKind::Ordering,
            Self::Validating(_) => StateKind::Validating,
            Self::Issuing(_) => StateKind::Issuing,
            Self::Active(_) => StateKind::Active,
            Self::Rejected { .. } => StateKind::Rejected,
            Self::Held { .. } => StateKind::Held,
        }
    }
}

/// A state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateKind {
    /// The customer has to fill in the form.
    AwaitingConfiguration,
    /// The order is about to be placed, or its outcome is not known.
    Ordering,
    /// The CA waits for proofs.
    Validating,
    /// The certificate is about to be issued.
    Issuing,
    /// The certificate is there.
    Active,
    /// The CA refused the order, or it was cancelled.
    Rejected,
    /// Something only the reseller can settle.
    Held,
}

impl StateKind {
    /// The state's name, as it stands in stores and interfaces.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingConfiguration => "awaiting_configuration",
            Self::Ordering => "ordering",
            Self::Validating => "validating",
            Self::Issuing => "issuing",
            Self::Active => "active",
            Self::Rejected => "rejected",
            Self::Held => "held",
        }
    }
}

impl fmt::Display for StateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().replace('_', " "))
    }
}
