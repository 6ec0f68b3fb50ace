//! What happened to a service.

use std::fmt;

use cert_domain::{
    Configuration, CustomerId, Findings, Form, Instruction, Language, Offer, PaidThrough, RequestPem,
    Revocation, Threshold, VerificationCode,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::account::{CancellationRequest, ConfigurationLink, Running};
use super::state::Attempt;
use crate::OrderId;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{CertificateStanding, NameState, OrderCheck, Purpose};
use crate::notice::{Audience, Course, InvoiceDue, Outlook};
use crate::vault::AuditRecord;

/// Something that happened to a service. Events are the truth: they are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A customer bought it.
    Created {
        /// What was sold.
        offer: Box<Offer>,
        /// Who bought it.
        customer: CustomerId,
        /// Where notices go to until the form says better.
        #[serde(default)]
        email: Option<String>,
        /// The language of notices, if not the offer's.
        #[serde(default)]
        language: Option<Language>,
    },
    /// It was taken over from the account at the CA, with the certificate in force.
    Imported {
        /// What it is sold as.
        offer: Box<Offer>,
        /// Whose it is.
        customer: CustomerId,
        /// The order.
        order_id: OrderId,
        /// What is known of what was ordered.
        configuration: Box<Configuration>,
        /// The certificate.
        certificate: Box<IssuedCertificate>,
        /// Where the certificate stands at the CA.
        standing: CertificateStanding,
        /// When it was ordered.
        placed_at: Timestamp,
        /// The last day of what was bought at the CA.
        term_ends: Date,
    },
    /// It is sold on other terms from now on.
    OfferChanged {
        /// Which.
        offer: Box<Offer>,
    },
    /// A link to the form was made. The token itself is only in the notice.
    LinkMade {
        /// What is kept of it.
        link: ConfigurationLink,
    },
    /// Somebody filled in a part of the form.
    DraftSaved {
        /// The form.
        draft: Box<Form>,
    },
    /// The form was filled in.
    Configured {
        /// What was filled in.
        configuration: Configuration,
    },
    /// A certificate is to be followed by another.
    SuccessorBegun {
        /// What the order is for.
        purpose: Purpose,
        /// What is ordered.
        configuration: Configuration,
        /// Whether nobody asked for it.
        #[serde(default)]
        of_itself: bool,
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
    /// An order that was given up without certainty is no longer looked for: it does not exist, or is a stray by now.
    DoubtSettled {
        /// Our name of it.
        order_id: OrderId,
    },
    /// What became of an order that was given up is not clear for long, and somebody is told.
    DoubtLasts {
        /// Our name of it.
        order_id: OrderId,
    },
    /// A list tells that the certificate of the order under way is revoked already, before anybody fetched it.
    RevokedUnseen {
        /// Its serial number.
        serial_number: String,
        /// Since when, if the CA says it.
        at: Option<Timestamp>,
    },
    /// The CA took an order that the service no longer waits for.
    StrayOrder {
        /// The order.
        order_id: OrderId,
        /// When the CA took it, where a list has told so: a reissue may share its identifier with the order that it reissues.
        #[serde(default)]
        placed_at: Option<Timestamp>,
    },
    /// An order that nobody waited for was cancelled.
    StrayCancelled {
        /// The order.
        order_id: OrderId,
    },
    /// The names are to be proved by another method.
    MethodChanged {
        /// What is ordered, with the method.
        configuration: Configuration,
    },
    /// The CA gave a fresh code.
    CodeRenewed {
        /// The code; without one the CA tells none for this order.
        code: Option<VerificationCode>,
    },
    /// The CA no longer knows the code, or a fresh one is wanted.
    CodeLost,
    /// The CA is to write to the mailbox again.
    EmailRequested,
    /// The CA wrote to the mailbox again.
    EmailResent,
    /// Documents were handed in.
    EvidenceSubmitted {
        /// What was said with them.
        note: String,
        /// How many.
        documents: u32,
    },
    /// The proofs were published for the customer.
    ProofsPublished {
        /// What was published.
        instructions: Vec<Instruction>,
    },
    /// What was published for the customer was taken back.
    ProofsWithdrawn,
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
    /// The CA said how far its verifications of the order have come.
    ChecksReported {
        /// What it said.
        checks: Vec<OrderCheck>,
    },
    /// Everything is proved.
    OrderAccepted,
    /// The CA wants something proved after all.
    VerificationReopened,
    /// The CA refused the order after taking it, or somebody cancelled it at the CA.
    OrderRejected,
    /// The order is to be cancelled.
    OrderCancelling {
        /// Whether the customer is to order anew.
        replaces: bool,
    },
    /// The order is cancelled.
    OrderCancelled,
    /// The order can't be cancelled any more.
    CancellingRefused,
    /// What the CA hands out is not what was ordered, for a reason that may pass.
    CertificateDoubted {
        /// What is wrong with it.
        flaws: Flaws,
    },
    /// The certificate is there, and was held against the order.
    CertificateIssued {
        /// The certificate.
        certificate: IssuedCertificate,
        /// Whether it has fewer days than the calendar allowed by then. What was stored before anybody noted it is held
        /// against the calendar that there is.
        #[serde(default)]
        is_cut_short: Option<bool>,
    },
    /// The certificate's files were sent to somebody again.
    CertificateSent {
        /// Which certificate.
        serial_number: String,
        /// To which mailbox.
        email: String,
    },
    /// A certificate stands elsewhere at the CA.
    CertificateStanding {
        /// Which one.
        serial_number: String,
        /// Where.
        standing: CertificateStanding,
    },
    /// A certificate is to be revoked.
    RevocationRequested {
        /// Which one, and why.
        revocation: Revocation,
    },
    /// The CA revoked a certificate.
    CertificateRevoked {
        /// Which one.
        serial_number: String,
    },
    /// The CA did not revoke a certificate.
    RevocationRefused {
        /// Which one.
        serial_number: String,
        /// Why not.
        findings: Findings,
    },
    /// There is a request for the next certificate.
    RequestStored {
        /// The request.
        request: RequestPem,
        /// Whether the system made it, and keeps its key.
        #[serde(default)]
        is_made: bool,
    },
    /// A private key was kept, used, handed out or deleted.
    KeyTouched {
        /// What was done, with which key, by whom.
        record: AuditRecord,
    },
    /// A period is to be paid for.
    InvoiceRaised {
        /// Which one, and how much.
        invoice: InvoiceDue,
    },
    /// A period is paid for.
    PaymentReceived {
        /// The last day that is paid for by now.
        paid_through: PaidThrough,
        /// The first day of the period, as the host said it, or as it followed the one before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period_start: Option<Date>,
    },
    /// The due date that follows from the newest certificate was told.
    DueDateProposed {
        /// The date.
        due_on: Date,
    },
    /// A threshold before the end of the newest certificate was crossed, and somebody is told.
    Reminded {
        /// All thresholds that are settled by it.
        settled: Vec<Threshold>,
        /// What becomes of the certificate without the customer.
        outlook: Outlook,
        /// What will follow it.
        course: Course,
    },
    /// Somebody is told that a request for the next certificate is missing.
    RequestMissed {
        /// For what.
        course: Course,
    },
    /// The CA's check of the names counts for no longer soon, and somebody is told.
    ProofEnding {
        /// Its last moment.
        valid_until: Timestamp,
    },
    /// The time of the newest certificate is over.
    Expired,
    /// Nothing has moved for long, and somebody is told.
    Stalled {
        /// Who has to act.
        who: Audience,
    },
    /// The customer wants the service to end.
    CancellationRequested {
        /// How.
        request: CancellationRequest,
    },
    /// The customer has thought better of it.
    CancellationWithdrawn,
    /// The service goes on, pauses, or has ended.
    RunningChanged {
        /// Which.
        running: Running,
    },
    /// Something only the reseller can settle.
    Held {
        /// What it is.
        reason: HoldReason,
    },
    /// The reseller has settled it.
    Resumed,
}

impl Event {
    /// Its name, as it stands in stores and interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Imported { .. } => "imported",
            Self::OfferChanged { .. } => "offer_changed",
            Self::LinkMade { .. } => "link_made",
            Self::DraftSaved { .. } => "draft_saved",
            Self::Configured { .. } => "configured",
            Self::SuccessorBegun { .. } => "successor_begun",
            Self::OrderIntended { .. } => "order_intended",
            Self::OrderNotFound => "order_not_found",
            Self::OrderRefusalDoubted { .. } => "order_refusal_doubted",
            Self::OrderRefused { .. } => "order_refused",
            Self::OrderPlaced { .. } => "order_placed",
            Self::OrderIdentifierTaken => "order_identifier_taken",
            Self::OrderAbandoned => "order_abandoned",
            Self::DoubtSettled { .. } => "doubt_settled",
            Self::DoubtLasts { .. } => "doubt_lasts",
            Self::RevokedUnseen { .. } => "revoked_unseen",
            Self::StrayOrder { .. } => "stray_order",
            Self::StrayCancelled { .. } => "stray_cancelled",
            Self::MethodChanged { .. } => "method_changed",
            Self::CodeRenewed { .. } => "code_renewed",
            Self::CodeLost => "code_lost",
            Self::EmailRequested => "email_requested",
            Self::EmailResent => "email_resent",
            Self::EvidenceSubmitted { .. } => "evidence_submitted",
            Self::ProofsPublished { .. } => "proofs_published",
            Self::ProofsWithdrawn => "proofs_withdrawn",
            Self::CheckRequested => "check_requested",
            Self::CheckStarted { .. } => "check_started",
            Self::NamesReported { .. } => "names_reported",
            Self::ChecksReported { .. } => "checks_reported",
            Self::OrderAccepted => "order_accepted",
            Self::VerificationReopened => "verification_reopened",
            Self::OrderRejected => "order_rejected",
            Self::OrderCancelling { .. } => "order_cancelling",
            Self::OrderCancelled => "order_cancelled",
            Self::CancellingRefused => "cancelling_refused",
            Self::CertificateDoubted { .. } => "certificate_doubted",
            Self::CertificateIssued { .. } => "certificate_issued",
            Self::CertificateSent { .. } => "certificate_sent",
            Self::CertificateStanding { .. } => "certificate_standing",
            Self::RevocationRequested { .. } => "revocation_requested",
            Self::CertificateRevoked { .. } => "certificate_revoked",
            Self::RevocationRefused { .. } => "revocation_refused",
            Self::RequestStored { .. } => "request_stored",
            Self::KeyTouched { .. } => "key_touched",
            Self::InvoiceRaised { .. } => "invoice_raised",
            Self::PaymentReceived { .. } => "payment_received",
            Self::DueDateProposed { .. } => "due_date_proposed",
            Self::Reminded { .. } => "reminded",
            Self::RequestMissed { .. } => "request_missed",
            Self::ProofEnding { .. } => "proof_ending",
            Self::Expired => "expired",
            Self::Stalled { .. } => "stalled",
            Self::CancellationRequested { .. } => "cancellation_requested",
            Self::CancellationWithdrawn => "cancellation_withdrawn",
            Self::RunningChanged { .. } => "running_changed",
            Self::Held { .. } => "held",
            Self::Resumed => "resumed",
        }
    }
}

/// An event, and when it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores make it")]
pub struct RecordedEvent {
    /// When it was stored, to the millisecond.
    pub at: Timestamp,
    /// Who asked for it; nobody, where the system itself went on.
    pub by: Option<Actor>,
    /// What happened.
    pub event: Event,
}

/// Who asks for something, in the host's words: `customer:7`, `staff:anna`. It stands in the history, and is not checked
/// against anything.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// Somebody.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What only the reseller can settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum HoldReason {
    /// The CA refuses the order for something that only the reseller or the CA can change, such as the account's
    /// rights.
    Blocked {
        /// Why.
        findings: Findings,
    },
    /// The offer is for the CA's other service, test or production: nothing is ordered there. Give the service another offer.
    OtherMode,
    /// The order was sent again and again, and never got a clear answer.
    NoClearAnswer,
    /// The CA has an order for the service from an attempt that it had seemed to refuse: another would be a second
    /// purchase. Cancel one of the two.
    StrayOrder {
        /// The order.
        order_id: OrderId,
    },
    /// Several orders at the CA may be the one whose answer was lost: taking the wrong one would be another customer's loss.
    SeveralOrders {
        /// These.
        order_ids: Vec<OrderId>,
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
            Self::OtherMode => f.write_str("the offer is for the CA's other service: test or production"),
            Self::StrayOrder { order_id } => {
                write!(f, "the CA has order {order_id}, which it had seemed to refuse")
            }
            Self::SeveralOrders { order_ids } => {
                write!(f, "{} orders at the CA may be the one whose answer was lost", order_ids.len())
            }
            Self::NoClearAnswer => f.write_str("the CA gives no clear answer to the order"),
            Self::RequestChanged => f.write_str("the order is no longer what was sent before"),
            Self::CertificateUnacceptable { flaws } => {
                write!(f, "what was issued is not what was ordered: {flaws}")
            }
        }
    }
}
