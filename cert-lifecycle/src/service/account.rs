//! What is paid for, what was bought with it, and what people were told.

use cert_domain::{PaidThrough, Threshold};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is paid for, and what was bought with it. The dates are never mixed: what happens at the CA moves none that is the
/// customer's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The last day that the customer has paid for; nothing for a service that is not paid by periods.
    pub paid_through: Option<PaidThrough>,
    /// The first day of the last period that was paid for, as the host said it: not always the day after the one before.
    pub paid_from: Option<Date>,
    /// The first day of the last period for which an invoice was asked for.
    pub invoiced: Option<Date>,
    /// The last day of what was bought at the CA: reissues reach no further.
    pub term_ends: Option<Date>,
    /// Whether a payment came when the certificate was over: whatever is left of what was bought, it needs a new purchase.
    pub lapsed: bool,
}

/// Whether a service goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Running {
    /// It does.
    Running,
    /// Nothing new is begun. What is under way goes on, and certificates stay in force.
    Suspended,
    /// Nothing new is begun, and nobody is reminded of anything. Certificates stay in force.
    Terminated,
}

/// That a customer wants a service to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CancellationRequest {
    /// Why, in the customer's words.
    pub reason: String,
    /// Whether at the end of what is paid, and not at once.
    pub at_end_of_period: bool,
}

/// A link that opens the form. Only its digest is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConfigurationLink {
    /// SHA-256 of the token, in hexadecimal.
    pub digest: String,
    /// Until when it opens the form.
    pub expires_at: Timestamp,
}

/// What people were told already: of the certificate that is the newest, and of where the service stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Noticed {
    /// The thresholds before its end of which somebody was told.
    pub thresholds: Vec<Threshold>,
    /// That its time is over.
    pub expired: bool,
    /// That its proof expires.
    pub proof: bool,
    /// That a request for its successor is missing.
    pub request: bool,
    /// That nothing moves.
    pub stuck: bool,
}
