//! What happened to a service.

use std::fmt;

use cert_domain::{Configuration, CustomerId, Findings, Offer, VerificationCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::Attempt;
use crate::OrderId;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::NameState;

/// Something that happened to a service. Events are the truth: they are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A customer bought it.
    Created {
        /// What was sold.
        offer: Offer,
        /// Who bought it.
        customer: CustomerId,
    },
    /// The form was filled in.
    Configured {
        /// What was filled in.
        configuration: Configuration,
    },
    /// An order is about to be placed. From here on it may exist.
    OrderIntended {
        /// The intent.
        attempt: Attempt,
    },
    /// The order was looked for, and the CA has none: it may be placed again.
    OrderNotFound,
    /// The CA refused to take the order, while another call for it may still have been under way: its refusal may
    /// be the other's doing.
    OrderRefusalDoubted {
        /// Why it was refused.
        findings: Findings,
    },
    /// The CA refused to take the order.
    OrderRefused {
        /// Why.
        findings: Findings,
    },
    /// The CA has the order.
    OrderPlaced {
        /// The order.
        order_id: OrderId,
        /// The code to publish.
        code: Option<VerificationCode>,
        /// Whether it was found by looking, after its answer was lost.
        adopted: bool,
    },
    /// The CA says that the order's identifier is taken.
    OrderIdentifierTaken,
    /// The reseller has given the attempt up.
    OrderAbandoned,
    /// An order that was given up without certainty does not exist.
    DoubtSettled {
        /// The order.
        order_id: OrderId,
    },
    /// The CA took an order that the service no longer waits for.
    StrayOrder {
        /// The order.
        order_id: OrderId,
    },
    /// The CA gave a fresh code.
    CodeRenewed {
        /// The code; without one the CA tells none for this order.
        code: Option<VerificationCode>,
    },
    /// The CA no longer knows the code.
    CodeLost,
    /// The customer says that the code is published.
    CheckRequested,
    /// The CA was asked to look for the code.
    CheckStarted {
        /// Which of the customer's requests this answers, from 1.
        request: u32,
    },
    /// The CA said how far the proof of each name has come.
    NamesReported {
        /// What it said.
        names: Vec<NameState>,
    },
    /// Everything is proved.
    OrderAccepted,
    /// The CA refused the order after taking it, or it was cancelled.
    OrderRejected,
    /// What the CA hands out is not what was ordered, for a reason that may pass.
    CertificateDoubted {
        /// What is wrong with it.
        flaws: Flaws,
    },
    /// The certificate is there, and was held against the order.
    CertificateIssued {
        /// The certificate.
        certificate: IssuedCertificate,
    },
    /// Something only the reseller can settle.
    Held {
        /// What it is.
        reason: HoldReason,
    },
    /// The reseller has settled it.
    Resumed,
}

/// An event, and when it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct RecordedEvent {
    /// When it was stored, to the millisecond.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What only the reseller can settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum HoldReason {
    /// The CA refuses the order for something that only the reseller or the CA can change, such as the account's
    /// rights.
    Blocked {
        /// Why.
        findings: Findings,
    },
    /// The order was sent again and again, and never got a clear answer.
    NoClearAnswer,
    /// The CA has an order for the service from an attempt that it had seemed to refuse: another would be a second
    /// purchase. Cancel one of the two.
    StrayOrder {
        /// The order.
        order_id: OrderId,
    },
    /// What the CA has under our identifier is not our order: another customer's, product's, or identifier.
    ForeignOrder {
        /// The order.
        order_id: OrderId,
    },
    /// What would be sent again is not what was sent: the order can't be placed without risking a second one.
    RequestChanged,
    /// What was issued is not what was ordered.
    CertificateUnacceptable {
        /// What is wrong with it.
        flaws: Flaws,
    },
}

impl fmt::Display for HoldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignOrder { order_id } => {
                write!(f, "the CA's order {order_id} is not the one that was placed")
            }
            Self::Blocked { findings } => write!(f, "the CA refuses the order: {findings}"),
            Self::StrayOrder { order_id } => {
                write!(f, "the CA has order {order_id}, which it had seemed to refuse")
            }
            Self::NoClearAnswer => f.write_str("the CA gives no clear answer to the order"),
            Self::RequestChanged => f.write_str("the order is no longer what was sent before"),
            Self::CertificateUnacceptable { flaws } => {
                write!(f, "what was issued is not what was ordered: {flaws}")
            }
        }
    }
}
