//! The port to the certificate authority.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use cert_domain::{Configuration, CustomerId, Findings, Language, Offer, ProductCode, VerificationCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::OrderId;

/// A certificate authority, as far as a reseller's services need one.
///
/// # Assumptions
/// - An order's identifier is ours to choose, and the CA refuses a second order with the same one.
/// - Each method makes at most one call that changes anything, and sends nothing again by itself.
#[async_trait]
pub trait CertificateAuthority: Send + Sync {
    /// Checks an order without placing it.
    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError>;

    /// Places an order: the one call that costs money.
    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError>;

    /// Looks an order up by its identifier. `None` is a clear answer: there is no such order.
    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError>;

    /// Asks for a fresh verification code; the former one no longer counts.
    async fn renew_code(&self, order_id: &OrderId) -> Result<Option<VerificationCode>, AuthorityError>;

    /// Asks the CA to look for the proofs now.
    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError>;

    /// Where an order stands.
    async fn order_progress(&self, order_id: &OrderId) -> Result<OrderProgress, AuthorityError>;

    /// How far the proof of each name has come.
    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError>;

    /// The newest certificate of an order, if it was issued.
    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError>;
}

/// What an order says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewOrder {
    /// Our identifier of the order.
    pub order_id: OrderId,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The product.
    pub product: ProductCode,
    /// The language of the CA's messages.
    pub language: Language,
    /// What the customer filled in.
    pub configuration: Configuration,
}

impl NewOrder {
    pub(crate) fn new(
        order_id: OrderId,
        customer: &CustomerId,
        offer: &Offer,
        configuration: &Configuration,
    ) -> Self {
        Self {
            order_id,
            customer: customer.clone(),
            product: offer.product.code.clone(),
            language: offer.language,
            configuration: configuration.clone(),
        }
    }
}

/// The CA took the order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct PlacedOrder {
    /// The order's identifier, as the CA tells it.
    pub order_id: OrderId,
    /// The code with which to prove control of the names.
    pub code: Option<VerificationCode>,
}

/// An order that the CA knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct FoundOrder {
    /// The order's identifier, as the CA tells it.
    pub order_id: OrderId,
    /// Whom it is for.
    pub customer: String,
    /// The product's code.
    pub product: String,
    /// Where it stands.
    pub progress: OrderProgress,
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderProgress {
    /// The CA waits for proofs, or has not looked at the order yet.
    Validating,
    /// Everything is proved: about to be issued.
    Accepted,
    /// The certificate is issued.
    Issued,
    /// The order is refused, or cancelled.
    Rejected,
    /// A value that this version doesn't know.
    Unknown(String),
}

/// How far the proof of a name has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct NameState {
    /// The name, as the CA tells it.
    pub name: String,
    /// How far its proof has come.
    pub proof: Proof,
    /// Until when the proof can be used.
    pub valid_until: Option<Timestamp>,
    /// What the CA says about it, such as why it failed.
    pub info: Option<String>,
    /// Checks of the CA's own that block the name.
    pub blocked_by: Vec<String>,
}

/// How far a proof has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Proof {
    /// Not given yet.
    Required,
    /// The CA looked and did not find it.
    Failed,
    /// Given.
    Verified,
    /// A value that this version doesn't know.
    Unknown(String),
}

/// A certificate as the CA hands it out: PEM or bare base64.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct FetchedCertificate {
    /// The certificate.
    pub certificate: String,
    /// The certificates above it.
    pub chain: Vec<String>,
}

/// Why a call to the CA did not succeed, by what may be done next.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthorityError {
    /// A clear no, and why: something to change in what was asked.
    Refused(Findings),
    /// A clear no, and why: something that only the reseller or the CA can change.
    Blocked(Findings),
    /// The order's identifier is taken: an earlier call with it arrived.
    OrderIdTaken,
    /// The verification code is not, or no longer, known.
    CodeUnknown,
    /// The CA did not do it, and may do it later.
    Unavailable(Box<dyn StdError + Send + Sync>),
    /// Nobody knows whether the CA did it: look before doing anything else.
    UnknownOutcome(Box<dyn StdError + Send + Sync>),
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Values are the customer's data, and this text stands in logs.
            Self::Refused(findings) | Self::Blocked(findings) => {
                f.write_str("refused by the CA:")?;
                findings
                    .as_slice()
                    .iter()
                    .try_for_each(|finding| write!(f, " {} ({})", finding.code, finding.field))
            }
            Self::OrderIdTaken => f.write_str("the order's identifier is taken"),
            Self::CodeUnknown => f.write_str("the verification code is not known to the CA"),
            Self::Unavailable(_) => f.write_str("the CA could not be asked"),
            Self::UnknownOutcome(_) => f.write_str("it is unknown what became of the call"),
        }
    }
}

impl StdError for AuthorityError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unavailable(source) | Self::UnknownOutcome(source) => Some(&**source),
            Self::Refused(_) | Self::Blocked(_) | Self::OrderIdTaken | Self::CodeUnknown => None,
        }
    }
}
