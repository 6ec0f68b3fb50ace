//! The port to the certificate authority.

use std::error::Error as StdError;
use std::fmt;

use async_trait::async_trait;
use cert_domain::{
    Configuration, CustomerId, DnsName, Evidence, Findings, Language, ListedProduct, Mode, Offer,
    ProductCode, Revocation, VerificationCode, VerificationMethod,
};
use csr_tools::{Certificate, CertificateError};
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, TryFutureExt, TryStreamExt};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::OrderId;
use crate::draft::DraftOrder;

/// A certificate authority, as far as a reseller's services need one.
///
/// # Assumptions
/// - A new order's identifier is ours to choose, and the CA refuses a second order with the same one. Renewals and
///   reissues get an identifier of the CA's choice; of them, the CA refuses a second one with the same key.
/// - Each method makes at most one call that changes anything, and sends nothing again by itself.
/// - [`place_order`](Self::place_order) ends within twenty minutes, and whatever came of it, the CA takes no order for it later
///   than half an hour after the intent was stored, and shows by then the one that it has taken. What is called later than five
///   minutes after its intent was stored is not called at all. Buying once rests on this, where an order was given up.
#[async_trait]
pub trait CertificateAuthority: Send + Sync {
    /// Which of the CA's services this is, if that is known: an offer of the other mode is not sold here.
    fn mode(&self) -> Option<Mode> {
        None
    }

    /// Checks a new order without placing it. Renewals and reissues can't be checked beforehand.
    async fn check_order(&self, order: &NewOrder) -> Result<(), AuthorityError>;

    /// Says everything that is wrong with a form that may not be in order yet. Nothing is placed. `None`: this CA can't be
    /// asked about such a form.
    async fn check_draft(&self, _draft: &DraftOrder) -> Result<Option<Findings>, AuthorityError> {
        Ok(None)
    }

    /// Places an order: the one call that costs money. It ends within twenty minutes, with
    /// [`UnknownOutcome`](AuthorityError::UnknownOutcome) if there is no answer by then, and nothing of it is sent afterwards.
    async fn place_order(&self, order: &NewOrder) -> Result<PlacedOrder, AuthorityError>;

    /// Looks an order up by its identifier. `None` is a clear answer: there is no such order.
    async fn find_order(&self, order_id: &OrderId) -> Result<Option<FoundOrder>, AuthorityError>;

    /// The account's orders of a stretch of time, oldest first. An order and its reissues may share an identifier.
    /// The stream ends after an error.
    fn orders(&self, query: OrderQuery) -> BoxStream<'_, Result<ListedOrder, AuthorityError>>;

    /// The orders that have changed in a stretch of time, part by part, the earliest first: whoever fails half-way goes on
    /// where the last part ended. The stream ends after an error. Unless an adapter knows better, all of them are one
    /// part, which may be torn: whoever wraps an adapter passes this on to it, too.
    fn changes(&self, from: Timestamp, to: Timestamp) -> BoxStream<'_, Result<Changes, AuthorityError>> {
        let query = OrderQuery { by: OrderDate::Changed, from, to, with_requestor: false };
        let whole = self.orders(query).try_collect();
        whole.map_ok(move |orders| Changes { orders, through: to }).into_stream().boxed()
    }

    /// Asks for a fresh verification code, by the method of the order or by another; the former code no longer counts.
    async fn renew_code(
        &self,
        order_id: &OrderId,
        approver: Option<&Approver>,
    ) -> Result<Option<VerificationCode>, AuthorityError>;

    /// Asks the CA to look for the proofs now.
    async fn start_check(&self, code: &VerificationCode) -> Result<(), AuthorityError>;

    /// Where an order stands, and what the CA still wants verified. Of an identifier that an order and its reissues
    /// share, the newest.
    async fn order_report(&self, order_id: &OrderId) -> Result<OrderReport, AuthorityError>;

    /// How far the proof of each name has come.
    async fn name_states(&self, order_id: &OrderId) -> Result<Vec<NameState>, AuthorityError>;

    /// Has the CA write again to the mailbox that is to be verified.
    async fn resend_email(&self, order_id: &OrderId) -> Result<(), AuthorityError>;

    /// How far the verification of the mailbox has come; `None` where there is none.
    async fn email_state(&self, order_id: &OrderId) -> Result<Option<EmailState>, AuthorityError>;

    /// Hands in documents for an order.
    async fn submit_evidence(&self, order_id: &OrderId, evidence: &Evidence) -> Result<(), AuthorityError>;

    /// The newest certificate of an order, if it was issued.
    async fn certificate(&self, order_id: &OrderId) -> Result<Option<FetchedCertificate>, AuthorityError>;

    /// Cancels an order that has no certificate. One that was cancelled already is a success.
    async fn cancel_order(&self, order_id: &OrderId) -> Result<Cancellation, AuthorityError>;

    /// Revokes a certificate. One that was revoked already is a success.
    async fn revoke(&self, revocation: &Revocation) -> Result<(), AuthorityError>;

    /// The products that the account may order.
    async fn products(&self) -> Result<Vec<ListedProduct>, AuthorityError>;
}

/// What an order says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NewOrder {
    /// Our name of the order. A new order has it at the CA too.
    pub order_id: OrderId,
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The code to order by. Renewals have one of their own; reissues say none.
    pub product: ProductCode,
    /// The language of the CA's messages.
    pub language: Language,
    /// What the customer filled in.
    pub configuration: Configuration,
}

impl NewOrder {
    /// An order for a first certificate.
    #[must_use]
    pub fn new(
        order_id: OrderId,
        customer: &CustomerId,
        offer: &Offer,
        configuration: &Configuration,
    ) -> Self {
        Self {
            order_id,
            purpose: Purpose::New,
            customer: customer.clone(),
            product: offer.product.code.clone(),
            language: offer.language,
            configuration: configuration.clone(),
        }
    }
}

/// What an order is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// A first certificate.
    New,
    /// A certificate for the next term: another purchase.
    Renewal {
        /// The serial number of the certificate that it follows.
        serial_number: String,
    },
    /// Another certificate under the same purchase.
    Reissue {
        /// The serial number of the certificate that it replaces.
        serial_number: String,
        /// The names that the replaced certificate has not.
        added: Vec<DnsName>,
    },
}

impl Purpose {
    /// What kind of order it is.
    #[must_use]
    pub fn kind(&self) -> OrderKind {
        match self {
            Self::New => OrderKind::New,
            Self::Renewal { .. } => OrderKind::Renewal,
            Self::Reissue { .. } => OrderKind::Reissue,
        }
    }

    /// The serial number of the certificate that the order follows.
    #[must_use]
    pub fn follows(&self) -> Option<&str> {
        match self {
            Self::New => None,
            Self::Renewal { serial_number } | Self::Reissue { serial_number, .. } => Some(serial_number),
        }
    }
}

/// A kind of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderKind {
    /// For a first certificate.
    New,
    /// For the next term.
    Renewal,
    /// For another certificate under the same purchase.
    Reissue,
}

/// How names are to be proved, where an order says it anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles read it")]
pub struct Approver {
    /// The method.
    pub method: VerificationMethod,
    /// Whether the CA is to write to the customer by itself.
    pub send_messages: bool,
}

/// Which orders to list: those of a stretch of time, the ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles read it")]
pub struct OrderQuery {
    /// Which of their dates counts.
    pub by: OrderDate,
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Whether to tell who ordered.
    pub with_requestor: bool,
}

impl OrderQuery {
    /// How far back a query goes, if nobody says.
    const USUAL: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// The orders of these days, in UTC, without who ordered: up to now if no last day is said, from 30 days before if no first
    /// one is.
    #[must_use]
    pub fn of_days(by: OrderDate, first: Option<Date>, last: Option<Date>, now: Timestamp) -> Self {
        let midnight = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
        let next = last.and_then(|day| midnight(day.tomorrow().ok()?));
        let to = next.unwrap_or(now);
        let from = first.and_then(midnight).or_else(|| to.checked_sub(Self::USUAL).ok()).unwrap_or(to);
        Self { by, from, to, with_requestor: false }
    }
}

/// A date of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderDate {
    /// When it was placed.
    Placed,
    /// When it, or its certificate, last changed.
    Changed,
}

/// A part of what has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct Changes {
    /// The orders.
    pub orders: Vec<ListedOrder>,
    /// Whatever changed before this moment is told with this part and those before it.
    pub through: Timestamp,
}

/// An order of the account, as the CA lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct ListedOrder {
    /// The order's identifier, which reissues may share with the order that they reissue.
    pub order_id: OrderId,
    /// Whether it is a reissue.
    pub is_reissue: bool,
    /// Whom it is for.
    pub customer: String,
    /// The code that it was ordered by.
    pub product: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Where it stands.
    pub progress: OrderProgress,
    /// Its certificate, if it was issued.
    pub certificate: Option<ListedCertificate>,
    /// Who ordered, if that was asked for.
    pub requestor: Option<Requestor>,
}

/// A certificate, as the CA lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct ListedCertificate {
    /// Its serial number, in hexadecimal as [`IssuedCertificate`](crate::IssuedCertificate) has it.
    pub serial_number: String,
    /// Where it stands.
    pub standing: CertificateStanding,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last moment of its validity.
    pub not_after: Timestamp,
    /// The certificate: PEM or bare base64.
    pub certificate: String,
}

/// Where a certificate stands at the CA, which knows no such thing as "expired".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CertificateStanding {
    /// It is not revoked.
    Valid,
    /// It is about to be revoked.
    Revoking,
    /// It is revoked.
    Revoked {
        /// Since when, if the CA says it.
        at: Option<Timestamp>,
    },
    /// A value that this version doesn't know.
    Unknown(String),
}

impl CertificateStanding {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoking => "revoking",
            Self::Revoked { .. } => "revoked",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Who ordered, as the CA tells it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct Requestor {
    /// The given name.
    pub first_name: String,
    /// The surname.
    pub last_name: String,
    /// The mailbox.
    pub email: String,
    /// The telephone number.
    pub phone: Option<String>,
}

impl fmt::Debug for Requestor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requestor").finish_non_exhaustive()
    }
}

/// What came of cancelling an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "there is nothing between")]
pub enum Cancellation {
    /// It is cancelled, now or before.
    Cancelled,
    /// It has a certificate already, and can only be revoked.
    TooLate,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
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

impl OrderProgress {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Validating => "validating",
            Self::Accepted => "accepted",
            Self::Issued => "issued",
            Self::Rejected => "rejected",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Where an order stands, and what the CA wants verified about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct OrderReport {
    /// Where it stands.
    pub progress: OrderProgress,
    /// What is, was or will be verified.
    pub checks: Vec<OrderCheck>,
}

/// One of the CA's verifications of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct OrderCheck {
    /// What is verified.
    pub kind: CheckKind,
    /// How far it has come.
    pub proof: Proof,
    /// Until when its outcome can be relied on.
    pub valid_until: Option<Timestamp>,
}

/// What the CA verifies about an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CheckKind {
    /// Control of a mailbox.
    Email,
    /// What the CA looks at by itself: lists of bad names, CAA.
    System,
    /// Control of the names.
    Domain,
    /// The product.
    Product,
    /// What extended validation asks for.
    ExtendedValidation,
    /// The organization.
    Organization,
    /// The applicant's identity.
    Applicant,
    /// The applicant's authorization.
    Authorization,
    /// A value that this version doesn't know.
    Unknown(String),
}

impl CheckKind {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::System => "system",
            Self::Domain => "domain",
            Self::Product => "product",
            Self::ExtendedValidation => "extended_validation",
            Self::Organization => "organization",
            Self::Applicant => "applicant",
            Self::Authorization => "authorization",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// How far the verification of a mailbox has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "adapters and test doubles make it")]
pub struct EmailState {
    /// The mailbox.
    pub email: String,
    /// Whether somebody has followed the link.
    pub verified: bool,
    /// When the message was sent.
    pub sent_at: Timestamp,
    /// Until when the link can be followed.
    pub link_valid_until: Timestamp,
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
    /// Nobody asks for it.
    NotRequired,
    /// Not given yet.
    Required,
    /// The CA looked and did not find it.
    Failed,
    /// Given.
    Verified,
    /// A value that this version doesn't know.
    Unknown(String),
}

impl Proof {
    /// Its name, as it stands in interfaces.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Required => "required",
            Self::Failed => "failed",
            Self::Verified => "verified",
            Self::Unknown(_) => "unknown",
        }
    }
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

impl FetchedCertificate {
    /// It and those above it.
    ///
    /// # Errors
    /// If one of them can't be read.
    pub fn certificates(&self) -> Result<Vec<Certificate>, CertificateError> {
        std::iter::once(&self.certificate).chain(&self.chain).map(Certificate::from_pem_or_base64).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_whole_days_or_the_last_month() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let day = |text: &str| Some(text.parse().unwrap());
        let of_days = |first, last| {
            let query = OrderQuery::of_days(OrderDate::Placed, first, last, now);
            (query.from.to_string(), query.to.to_string())
        };
        let told = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(of_days(None, None), told("2026-10-23T12:00:00Z", "2026-11-22T12:00:00Z"));
        assert_eq!(
            of_days(day("2026-11-01"), day("2026-11-01")),
            told("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")
        );
        assert_eq!(of_days(None, day("2026-10-31")), told("2026-10-02T00:00:00Z", "2026-11-01T00:00:00Z"));
    }
}
