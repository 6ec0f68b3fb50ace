//! What can be asked of a service, and what can be asked of the worker.

use cert_domain::{Configuration, CustomerId, Findings, Offer, VerificationCode};

use crate::OrderId;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{FoundOrder, NameState, NewOrder, OrderProgress, PlacedOrder};

/// What can be asked of a service: by people, or by the worker that brings an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Create it.
    Create {
        /// What was sold.
        offer: Offer,
        /// Who bought it.
        customer: CustomerId,
    },
    /// Take what the customer filled in.
    Configure(Configuration),
    /// The code is published: have the CA look for it.
    RequestCheck,
    /// Store the intent to order.
    BeginOrder,
    /// What the reseller had to settle is settled.
    Resume,
    /// Give up an attempt to order; the customer fills in the form again.
    Abandon,
    /// What came of placing an order.
    RecordPlacement {
        /// The order's identifier, as it was sent.
        order_id: OrderId,
        /// What came of it.
        placement: Placement,
    },
    /// What came of looking for an order.
    RecordLookup {
        /// The identifier that was looked for.
        order_id: OrderId,
        /// The order, if the CA has it.
        found: Option<FoundOrder>,
        /// How many events the service had when the look began: that there was no order then says nothing of later.
        seen_version: u64,
    },
    /// The CA gave a fresh code, or told none.
    RecordCode {
        /// The code.
        code: Option<VerificationCode>,
        /// How many events the service had when it was asked for.
        seen_version: u64,
    },
    /// The CA gives no fresh code for the order as it stands.
    RecordCodeRefused,
    /// The CA no longer knows a code.
    RecordCodeLost(VerificationCode),
    /// The CA was asked to look for the code.
    RecordCheckStarted {
        /// Which of the customer's requests this answers, from 1.
        request: u32,
    },
    /// Where the order stands.
    RecordProgress(OrderProgress),
    /// How far the proof of each name has come.
    RecordNames(Vec<NameState>),
    /// What came of fetching the certificate: none yet, one to keep, or one that is not what was ordered.
    RecordCertificate(Option<Result<IssuedCertificate, Flaws>>),
}

impl Command {
    /// What the command does, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Configure(_) => "configure",
            Self::RequestCheck => "request a check",
            Self::BeginOrder => "begin an order",
            Self::Resume => "resume",
            Self::Abandon => "abandon the order",
            Self::RecordPlacement { .. } => "record the placement of an order",
            Self::RecordLookup { .. } => "record the look-up of an order",
            Self::RecordCode { .. } => "record a code",
            Self::RecordCodeRefused => "record the refusal of a code",
            Self::RecordCodeLost(_) => "record the loss of a code",
            Self::RecordCheckStarted { .. } => "record the start of a check",
            Self::RecordProgress(_) => "record an order's progress",
            Self::RecordNames(_) => "record the state of names",
            Self::RecordCertificate(_) => "record a certificate",
        }
    }
}

/// A clear outcome of placing an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placement {
    /// The CA took it.
    Placed(PlacedOrder),
    /// The CA refused it, for what the customer filled in.
    Refused(Findings),
    /// The CA refused it, for something that only the reseller or the CA can change.
    Blocked(Findings),
    /// The CA has an order with its identifier already.
    IdentifierTaken,
}

/// A call that the worker is to make.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Place the order. Only a decision asks for it, never [`resume`](super::resume).
    PlaceOrder(Box<NewOrder>),
    /// Find out whether the order exists.
    LookUpOrder {
        /// The order's identifier.
        order_id: OrderId,
        /// How many events the service has.
        seen_version: u64,
    },
    /// Have the CA give a fresh code.
    RenewCode {
        /// The order's identifier.
        order_id: OrderId,
        /// How many events the service has.
        seen_version: u64,
    },
    /// Have the CA look for the code.
    StartCheck {
        /// The order's identifier.
        order_id: OrderId,
        /// The code.
        code: VerificationCode,
        /// Which of the customer's requests this answers, from 1.
        request: u32,
    },
    /// Find out where the order stands.
    ReadProgress(OrderId),
    /// Find out how far the proof of each name has come.
    ReadNames(OrderId),
    /// Fetch the certificate, and hold it against what was ordered.
    FetchCertificate(OrderId, Box<Configuration>),
}

impl Effect {
    /// What the call does, for logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::PlaceOrder(_) => "place order",
            Self::LookUpOrder { .. } => "look up order",
            Self::RenewCode { .. } => "renew code",
            Self::StartCheck { .. } => "start check",
            Self::ReadProgress(_) => "read progress",
            Self::ReadNames(_) => "read names",
            Self::FetchCertificate(..) => "fetch certificate",
        }
    }
}
