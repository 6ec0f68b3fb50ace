//! What can be asked of a service, and what can be asked of the worker.

use cert_domain::{
    Configuration, CustomerId, Findings, Form, Instruction, Language, Offer, RequestPem, Revocation,
    VerificationCode, VerificationMethod,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::account::{CancellationRequest, ConfigurationLink, Running};
use super::event::Event;
use crate::OrderId;
use crate::acceptance::{Flaws, IssuedCertificate};
use crate::authority::{
    Approver, Cancellation, FoundOrder, ListedOrder, NameState, NewOrder, OrderKind, OrderProgress,
    OrderReport, PlacedOrder, Purpose,
};
use crate::vault::AuditRecord;

/// What can be asked of a service: by people, or by the worker that brings an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Create it.
    Create {
        /// What was sold.
        offer: Box<Offer>,
        /// Who bought it.
        customer: CustomerId,
        /// Where notices go to until the form says better.
        email: Option<String>,
        /// The language of notices, if not the offer's.
        language: Option<Language>,
    },
    /// Take it over from the account at the CA: the event that says so.
    Import(Box<Event>),
    /// Make the link that opens the form.
    MakeLink(ConfigurationLink),
    /// Keep what was filled in so far.
    SaveDraft(Box<Form>),
    /// Take what the customer filled in.
    Configure(Configuration),
    /// Have a certificate followed by another: renewed, or reissued.
    Succeed {
        /// What the order is for.
        purpose: Purpose,
        /// What is ordered.
        configuration: Box<Configuration>,
    },
    /// Sell it on other terms: the price, the settings. The product stays.
    ChangeOffer(Box<Offer>),
    /// Keep a request for the next certificate, in the place of one that is kept.
    StoreRequest(RequestPem),
    /// Prove the names by another method, or have the message sent again.
    ChangeMethod {
        /// The method.
        method: VerificationMethod,
        /// Whether the CA is to write to the customer by itself.
        send_messages: Option<bool>,
    },
    /// Have the CA give a fresh code, or write to the mailbox again.
    ResendVerification,
    /// The code is published: have the CA look for it.
    RequestCheck,
    /// Documents were handed in.
    RecordEvidence {
        /// What was said with them.
        note: String,
        /// How many.
        documents: u32,
    },
    /// Cancel the order that has no certificate yet.
    CancelOrder {
        /// Whether the customer is to order anew.
        replaces: bool,
    },
    /// Revoke a certificate.
    Revoke(Revocation),
    /// The files of a certificate are to be sent to somebody.
    SendCertificate {
        /// Which certificate.
        serial_number: String,
        /// To which mailbox.
        email: String,
    },
    /// The customer wants the service to end.
    RequestCancellation(CancellationRequest),
    /// The customer has thought better of it.
    WithdrawCancellation,
    /// Go on, pause, or end.
    SetRunning(Running),
    /// A period was paid for.
    ReceivePayment {
        /// The first day of the period, if the host knows it: a payment that was told before changes nothing. So does any
        /// day up to half a period after the last one.
        period_start: Option<Date>,
        /// The day of payment.
        paid_on: Date,
    },
    /// Tell the due date that follows from the newest certificate.
    ProposeDueDate,
    /// A private key was kept, used, handed out or deleted.
    RecordKey(AuditRecord),
    /// Store the intent to order.
    BeginOrder,
    /// Do what has become due by the clock.
    Advance,
    /// What the reseller had to settle is settled.
    Resume,
    /// Give up an attempt to order.
    Abandon,
    /// An order at the CA is the one whose answer was lost: the reseller has looked, and says so.
    Adopt(FoundOrder),
    /// An order that nobody waits for was cancelled.
    RecordStrayCancelled(OrderId),
    /// What came of placing an order.
    RecordPlacement {
        /// Our name of the order.
        order_id: OrderId,
        /// What came of it.
        placement: Placement,
    },
    /// What came of looking for an order by its identifier.
    RecordLookup {
        /// The identifier that was looked for.
        order_id: OrderId,
        /// The order, if the CA has it.
        found: Option<FoundOrder>,
        /// How many events the service had when the look began: that there was no order then says nothing of later.
        seen_version: u64,
    },
    /// What came of looking for an order among those of the account.
    RecordSearch {
        /// Our name of the order.
        order_id: OrderId,
        /// The orders that may be it, and that no other service has.
        candidates: Vec<Candidate>,
        /// How many events the service had when the look began.
        seen_version: u64,
        /// When it began: what came to be listed since, it has not seen.
        began_at: Timestamp,
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
    /// The CA wrote to the mailbox again, or will not.
    RecordEmailResent,
    /// Proofs were published.
    RecordPublished {
        /// The code that they hold.
        code: VerificationCode,
        /// What was published.
        instructions: Vec<Instruction>,
    },
    /// Proofs were taken back.
    RecordWithdrawn,
    /// The CA was asked to look for the code.
    RecordCheckStarted {
        /// Which of the customer's requests this answers, from 1.
        request: u32,
    },
    /// Where the order stands.
    RecordReport(OrderReport),
    /// How far the proof of each name has come.
    RecordNames(Vec<NameState>),
    /// What came of fetching the certificate: none yet, one to keep, or one that is not what was ordered.
    RecordCertificate(Option<Result<IssuedCertificate, Flaws>>),
    /// What came of cancelling an order.
    RecordCancellation {
        /// The order.
        order_id: OrderId,
        /// What came of it.
        cancellation: Cancellation,
    },
    /// What came of revoking a certificate.
    RecordRevocation {
        /// Its serial number.
        serial_number: String,
        /// Why not, if the CA refused.
        refusal: Option<Findings>,
    },
    /// The system made a key and a request.
    RecordRequest(RequestPem),
    /// An order of the service, as a list of the CA's has it.
    RecordListed(Box<ListedOrder>),
}

impl Command {
    /// What the command does, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Import(_) => "import",
            Self::MakeLink(_) => "make a link to the form",
            Self::SaveDraft(_) => "save a draft",
            Self::Configure(_) => "configure",
            Self::Succeed { purpose: Purpose::Reissue { .. }, .. } => "reissue",
            Self::Succeed { .. } => "renew",
            Self::ChangeOffer(_) => "change the offer",
            Self::StoreRequest(_) => "store a request",
            Self::ChangeMethod { .. } => "change the method",
            Self::ResendVerification => "resend the verification",
            Self::RequestCheck => "request a check",
            Self::RecordEvidence { .. } => "record documents",
            Self::CancelOrder { .. } => "cancel the order",
            Self::Revoke(_) => "revoke",
            Self::SendCertificate { .. } => "send a certificate",
            Self::RequestCancellation(_) => "request the cancellation",
            Self::WithdrawCancellation => "withdraw the cancellation",
            Self::SetRunning(_) => "suspend, go on or end",
            Self::ReceivePayment { .. } => "receive a payment",
            Self::ProposeDueDate => "propose a due date",
            Self::RecordKey(_) => "record the use of a key",
            Self::BeginOrder => "begin an order",
            Self::Advance => "do what is due",
            Self::Resume => "resume",
            Self::Abandon => "abandon the order",
            Self::Adopt(_) => "adopt an order",
            Self::RecordStrayCancelled(_) => "record the cancellation of a stray order",
            Self::RecordPlacement { .. } => "record the placement of an order",
            Self::RecordLookup { .. } => "record the look-up of an order",
            Self::RecordSearch { .. } => "record the search for an order",
            Self::RecordCode { .. } => "record a code",
            Self::RecordCodeRefused => "record the refusal of a code",
            Self::RecordCodeLost(_) => "record the loss of a code",
            Self::RecordEmailResent => "record a message",
            Self::RecordPublished { .. } => "record published proofs",
            Self::RecordWithdrawn => "record withdrawn proofs",
            Self::RecordCheckStarted { .. } => "record the start of a check",
            Self::RecordReport(_) => "record an order's progress",
            Self::RecordNames(_) => "record the state of names",
            Self::RecordCertificate(_) => "record a certificate",
            Self::RecordCancellation { .. } => "record a cancellation",
            Self::RecordRevocation { .. } => "record a revocation",
            Self::RecordRequest(_) => "record a request",
            Self::RecordListed(_) => "record an order of a list",
        }
    }
}

/// An order of the account that may be the one whose answer was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "workers and tests make it")]
pub struct Candidate {
    /// The order.
    pub order: ListedOrder,
    /// Its names, where it has any.
    pub names: Vec<String>,
    /// Whether another service of the same customer looks for such an order, too.
    pub is_claimed: bool,
    /// The hash of its certificate's public key, if it was issued.
    pub key: Option<csr_tools::PublicKeyHash>,
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
    /// It was not sent: the offer is for the CA's other mode.
    OtherMode,
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
    /// Find out whether an order exists whose identifier is not known.
    SearchOrder(Box<Search>),
    /// Have the CA give a fresh code.
    RenewCode {
        /// The order's identifier.
        order_id: OrderId,
        /// How the names are to be proved.
        approver: Option<Approver>,
        /// How many events the service has.
        seen_version: u64,
    },
    /// Have the CA write to the mailbox again.
    ResendEmail(OrderId),
    /// Publish proofs for the customer.
    Publish {
        /// The code.
        code: VerificationCode,
        /// What to publish.
        instructions: Vec<Instruction>,
    },
    /// Take back what was published.
    Withdraw(Vec<Instruction>),
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
    ReadReport(OrderId),
    /// Find out how far the proof of each name has come.
    ReadNames(OrderId),
    /// Fetch the certificate, and hold it against what was ordered.
    FetchCertificate {
        /// The order's identifier.
        order_id: OrderId,
        /// What was ordered.
        configuration: Box<Configuration>,
        /// The serial numbers of the certificates that the service has: a reissue may share its identifier with the order
        /// that it reissues.
        known: Vec<String>,
    },
    /// Cancel the order.
    CancelOrder(OrderId),
    /// Revoke a certificate.
    Revoke(Box<Revocation>),
    /// Make a key, keep it, and make a request for what was ordered.
    MakeRequest(Box<Configuration>),
}

/// What a search for an order looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// Our name of the order.
    pub order_id: OrderId,
    /// Since when it may have been placed.
    pub since: Timestamp,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The codes that it may be listed by; a reissue has that of the order that it reissues, whichever it was.
    pub products: Vec<String>,
    /// Whether it is a reissue.
    pub is_reissue: bool,
    /// The serial numbers of the certificates that the service has.
    pub known: Vec<String>,
    /// How many events the service has.
    pub seen_version: u64,
    /// The time now.
    pub began_at: Timestamp,
}

impl Search {
    /// What kind of order it is.
    pub(crate) fn kind(&self) -> OrderKind {
        if self.is_reissue { OrderKind::Reissue } else { OrderKind::Renewal }
    }

    /// Whether an order of a list may be the one.
    pub(crate) fn fits(&self, listed: &ListedOrder) -> bool {
        let is_known = listed
            .certificate
            .as_ref()
            .is_some_and(|certificate| self.known.contains(&certificate.serial_number));
        listed.is_reissue == self.is_reissue
            && listed.customer == self.customer.as_str()
            && self.products.contains(&listed.product)
            && listed.progress != OrderProgress::Rejected
            && !is_known
    }
}

impl Effect {
    /// What the call does, for logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::PlaceOrder(_) => "place order",
            Self::LookUpOrder { .. } => "look up order",
            Self::SearchOrder(_) => "search order",
            Self::RenewCode { .. } => "renew code",
            Self::ResendEmail(_) => "resend e-mail",
            Self::Publish { .. } => "publish proofs",
            Self::Withdraw(_) => "withdraw proofs",
            Self::StartCheck { .. } => "start check",
            Self::ReadReport(_) => "read order state",
            Self::ReadNames(_) => "read names",
            Self::FetchCertificate { .. } => "fetch certificate",
            Self::CancelOrder(_) => "cancel order",
            Self::Revoke(_) => "revoke certificate",
            Self::MakeRequest(_) => "make request",
        }
    }
}
