//! What people and programs are told of a service.

#[cfg(test)]
pub(crate) mod samples;

use std::fmt;

use cert_domain::{BillingMode, Findings, Instruction, Language, Money, PaidThrough};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::authority::OrderKind;
use crate::service::HoldReason;
use crate::{OrderId, ServiceId};

/// Something that somebody is told of a service: which action, which certificate, when.
///
/// # Guarantees
/// - It is stored in the transaction of the event that it tells of, and delivered at least once, under an identifier
///   that stays the same.
/// - It says enough to be understood alone: the action, the common name, the serial number where there is one, dates.
///
/// # Caveats
/// A [`ConfigurationLink`](NoticeKind::ConfigurationLink) holds a token that opens the form for whoever has it; the
/// outbox holds it until it is delivered. `Debug` does not show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Notice {
    /// The service.
    pub service: ServiceId,
    /// Whose service it is.
    pub customer: String,
    /// Who is to be told.
    pub audience: Audience,
    /// Where to: nothing where no mailbox is known, and for the reseller, whose mailbox is the program's to know.
    pub email: Option<String>,
    /// In which language.
    pub language: Language,
    /// What was sold, as customers see it.
    pub title: String,
    /// The common name, once there is one.
    pub common_name: Option<String>,
    /// The serial number of the certificate that it is about, in hexadecimal.
    pub serial_number: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub kind: NoticeKind,
}

impl Notice {
    /// The outbox's topic for notices that go to customers.
    pub const FOR_PEOPLE: &'static str = "notice";
    /// The outbox's topic for notices that go to the reseller's people: what a customer's mailbox does not take holds none
    /// of them up.
    pub const FOR_RESELLER: &'static str = "reseller_notice";
    /// The outbox's topic for notices that go to programs, as facts.
    pub const FOR_PROGRAMS: &'static str = "fact";

    /// The topic under which people find it.
    pub(crate) fn topic_for_people(&self) -> Option<&'static str> {
        let topic = match self.audience {
            Audience::Customer => Self::FOR_PEOPLE,
            Audience::Reseller | Audience::Authority => Self::FOR_RESELLER,
        };
        (!self.kind.is_for_programs()).then_some(topic)
    }

    /// The topic under which programs find it.
    pub(crate) fn topic_for_programs(&self) -> Option<&'static str> {
        (!self.kind.is_for_people()).then_some(Self::FOR_PROGRAMS)
    }
}

/// Who is told, or who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Audience {
    /// Whoever bought the service.
    Customer,
    /// Whoever runs this program.
    Reseller,
    /// The certificate authority: nobody here can do anything but ask it.
    Authority,
}

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "notice", rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeKind {
    /// The form waits to be filled in.
    ConfigurationLink {
        /// Opens the form. Programs are not told it.
        #[cfg_attr(feature = "schema", schemars(skip))]
        token: LinkToken,
        /// Until when it does.
        expires_at: Timestamp,
    },
    /// The CA refused the order: the form has to be filled in anew.
    OrderRefused {
        /// Why.
        findings: Findings,
    },
    /// The CA refused the order after it had taken it, or somebody cancelled it.
    OrderRejected,
    /// The customer has to prove something.
    VerificationNeeded {
        /// What is ordered.
        course: Course,
        /// What to do. Empty where the CA itself writes to the customer, or an officer decides.
        instructions: Vec<Instruction>,
    },
    /// The certificate is there. Whoever delivers the notice adds the files.
    Issued {
        /// What was ordered.
        course: Course,
        /// Its last moment.
        not_after: Timestamp,
    },
    /// Somebody asked for a certificate that is there to be sent. Whoever delivers the notice adds the files.
    CertificateSent {
        /// Its last moment.
        not_after: Timestamp,
    },
    /// A certificate is followed by another soon.
    SuccessorComing {
        /// By which.
        course: Course,
        /// The last moment of the certificate that there is.
        not_after: Timestamp,
        /// What becomes of it without the customer.
        outlook: Outlook,
    },
    /// Without a new request nothing goes on.
    RequestNeeded {
        /// For what.
        course: Course,
        /// The last moment of the certificate that there is.
        not_after: Timestamp,
    },
    /// The next period is to be paid for.
    InvoiceDue(InvoiceDue),
    /// The certificate was replaced, and ends before its time.
    ReplacedCertificateEnds {
        /// When it is revoked at the latest.
        by: Timestamp,
    },
    /// The certificate was revoked.
    Revoked {
        /// Since when, if the CA says it.
        at: Option<Timestamp>,
    },
    /// The CA did not revoke the certificate.
    RevocationRefused {
        /// Why.
        findings: Findings,
    },
    /// The certificate's time is over, and no other has taken its place.
    Expired {
        /// Its last moment.
        not_after: Timestamp,
    },
    /// The CA's check of the names counts for no longer, and the next certificate needs a fresh one.
    ProofExpiring {
        /// Its last moment.
        valid_until: Timestamp,
    },
    /// Nothing has moved for long.
    Stuck {
        /// Who has to act.
        who: Audience,
        /// Since when.
        since: Timestamp,
    },
    /// Only the reseller can settle this.
    Held {
        /// What it is.
        reason: HoldReason,
    },
    /// The CA has an order for the service that nobody waits for.
    StrayOrder {
        /// The order.
        order_id: OrderId,
    },
    /// The customer wants the service to end.
    CancellationRequested {
        /// Why, in the customer's words.
        reason: String,
        /// Whether at the end of what is paid, and not at once.
        at_end_of_period: bool,
    },
    /// The due date that follows from the certificate: a proposal, which moves nothing by itself.
    DueDateProposed {
        /// The date.
        due_on: Date,
    },
}

impl NoticeKind {
    /// Its name, as it stands in stores and interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ConfigurationLink { .. } => "configuration_link",
            Self::OrderRefused { .. } => "order_refused",
            Self::OrderRejected => "order_rejected",
            Self::VerificationNeeded { .. } => "verification_needed",
            Self::Issued { .. } => "issued",
            Self::CertificateSent { .. } => "certificate_sent",
            Self::SuccessorComing { .. } => "successor_coming",
            Self::RequestNeeded { .. } => "request_needed",
            Self::InvoiceDue(_) => "invoice_due",
            Self::ReplacedCertificateEnds { .. } => "replaced_certificate_ends",
            Self::Revoked { .. } => "revoked",
            Self::RevocationRefused { .. } => "revocation_refused",
            Self::Expired { .. } => "expired",
            Self::ProofExpiring { .. } => "proof_expiring",
            Self::Stuck { .. } => "stuck",
            Self::Held { .. } => "held",
            Self::StrayOrder { .. } => "stray_order",
            Self::CancellationRequested { .. } => "cancellation_requested",
            Self::DueDateProposed { .. } => "due_date_proposed",
        }
    }

    /// Whether it is a matter between programs alone, of which no person is told.
    #[must_use]
    pub fn is_for_programs(&self) -> bool {
        matches!(self, Self::DueDateProposed { .. })
    }

    /// Whether it is a matter of people alone, of which no program is told: nothing has happened to the service.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        matches!(self, Self::CertificateSent { .. })
    }
}

/// What an order is for, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Course {
    /// A first certificate.
    New,
    /// A certificate for the next term.
    Renewal,
    /// Another certificate inside the term.
    Reissue,
}

impl From<OrderKind> for Course {
    fn from(kind: OrderKind) -> Self {
        match kind {
            OrderKind::New => Self::New,
            OrderKind::Renewal => Self::Renewal,
            OrderKind::Reissue => Self::Reissue,
        }
    }
}

/// What becomes of a certificate whose end nears, if the customer does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outlook {
    /// The next one is ordered by itself.
    Automatic,
    /// The next one is ordered once the invoice is paid.
    WhenPaid,
    /// A new request is missing.
    RequestNeeded,
    /// The customer has to order.
    ByHand,
    /// It ends, because the service does.
    Ends,
}

/// That a period is to be paid for. The host makes the invoice.
///
/// # Guarantees
/// Once per service and period, whatever crashes: [`period_start`](Self::period_start) and the service identify it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InvoiceDue {
    /// The first day of the period.
    pub period_start: Date,
    /// Its last day.
    pub period_end: PaidThrough,
    /// How the service is billed.
    pub billing: BillingMode,
    /// The price.
    pub price: Money,
    /// The last day to pay.
    pub pay_by: Date,
}

impl InvoiceDue {
    pub(crate) fn new(
        period_start: Date,
        period_end: PaidThrough,
        billing: BillingMode,
        price: Money,
        pay_by: Date,
    ) -> Self {
        Self { period_start, period_end, billing, price, pay_by }
    }
}

/// Opens the form of a service for whoever has it: 32 random bytes in hexadecimal. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkToken(String);

impl LinkToken {
    pub(crate) fn new(random: [u8; 32]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The token, for a link.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_after_being_stored_whatever_its_kind() {
        let mut names = std::collections::BTreeSet::new();
        for kind in samples::kinds() {
            names.insert(kind.name());
            let notice = samples::notice(kind);
            let stored = serde_json::to_string(&notice).unwrap();
            assert!(stored.contains(&format!(r#""notice":"{}""#, notice.kind.name())), "{stored}");
            assert_eq!(serde_json::from_str::<Notice>(&stored).unwrap(), notice);
        }
        assert_eq!(names.len(), 19, "a kind has no sample: {names:?}");
    }
}
