//! What a service is at a moment.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use cert_domain::{
    Configuration, CustomerId, DnsName, Findings, Form, Instruction, Language, NameSet, Offer,
    OrganizationCheckValidUntil, PhoneNumber, ProductCode, RequestPem, VerificationCode, VerificationMethod,
    instructions,
};
use csr_tools::PublicKeyHash;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::account::{Account, CancellationRequest, ConfigurationLink, Noticed, Running};
use super::certificate::ServiceCertificate;
use super::event::HoldReason;
use crate::authority::{
    CertificateStanding, CheckKind, ListedOrder, NameState, NewOrder, OrderCheck, OrderKind, Proof, Purpose,
};
use crate::{OrderId, ServiceId};

/// How long a call can be under way, and the CA's answers can lag behind what it has done: far longer than either is known
/// to take.
pub(super) const LONGEST_CALL: SignedDuration = SignedDuration::from_mins(30);

/// How long after the intent to send an order was stored it may be sent. With what the call takes at most, and the CA after
/// that, it is less than [`LONGEST_CALL`].
const LATEST_CALL: SignedDuration = SignedDuration::from_mins(5);

/// What a customer bought, as its events tell it.
///
/// What grows with its age is shared between clones: a clone of an old service costs what one of a new service does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Service {
    /// The service's identifier.
    pub id: ServiceId,
    /// What was sold.
    pub offer: Arc<Offer>,
    /// Who bought it.
    pub customer: CustomerId,
    /// Where notices go to until the form says better.
    pub email: Option<String>,
    /// The language of notices.
    pub language: Language,
    /// When it was created.
    pub created_at: Timestamp,
    /// How many events it consists of.
    pub version: u64,
    /// How many orders were tried.
    pub attempts: u32,
    /// What was filled in so far, and not handed in.
    pub draft: Option<Form>,
    /// The link that opens the form.
    pub link: Option<ConfigurationLink>,
    /// Why the CA refused the last order, until the next one is placed.
    pub refusal: Option<Refusal>,
    /// Its certificates, the newest last. They stay whatever becomes of a later order.
    pub certificates: Arc<Vec<Arc<ServiceCertificate>>>,
    /// Whether one of them is to be revoked.
    pub(crate) is_revoking: bool,
    /// A request for the next certificate.
    pub stored_request: Option<StoredRequest>,
    /// The keys of all orders that the CA has taken: none of them serves a second one.
    pub used_keys: Arc<Vec<PublicKeyHash>>,
    /// Orders that the CA has for it, and that it no longer waits for: for the reseller to cancel.
    pub stray_orders: Vec<OrderId>,
    /// When the CA took them, as far as a list has told.
    pub(crate) stray_placements: Vec<(OrderId, Timestamp)>,
    /// Certificates that were revoked before they were fetched, by their serial numbers, and since when.
    pub(crate) revoked_unseen: Vec<(String, Option<Timestamp>)>,
    /// Those that were found while nothing was under way, and that nobody was asked about yet: the reseller is, before another
    /// order is placed.
    pub new_strays: Vec<OrderId>,
    /// Orders that were given up without certainty: looked for once more as soon as no call for them can be under way, and before
    /// another is placed.
    pub doubtful_orders: Vec<DoubtfulOrder>,
    /// What is paid for, and what was bought with it.
    pub account: Account,
    /// Whether it goes on.
    pub running: Running,
    /// Whether somebody has stopped the last successor: none comes of itself until somebody asks, pays, or brings a request.
    pub keeps_back: bool,
    /// Until when the CA can rely on its check of the organization, if it has said so.
    pub organization_check: Option<OrganizationCheckValidUntil>,
    /// Whether the customer wants it to end.
    pub cancellation: Option<CancellationRequest>,
    /// What people were told already.
    pub noticed: Noticed,
    /// What was published for the customer, and not withdrawn yet.
    pub published: Vec<Instruction>,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// Since when it stands where it stands.
    pub since: Timestamp,
    /// Where it stands.
    pub state: State,
}

impl Service {
    /// The newest certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&ServiceCertificate> {
        self.certificates.last().map(Arc::as_ref)
    }

    /// The certificate with a serial number.
    #[must_use]
    pub fn certificate_with(&self, serial_number: &str) -> Option<&ServiceCertificate> {
        // The newest are asked for most.
        let mut certificates = self.certificates.iter().rev().map(Arc::as_ref);
        certificates.find(|certificate| certificate.certificate.serial_number == serial_number)
    }

    /// The mailbox that notices go to.
    #[must_use]
    pub fn mailbox(&self) -> Option<&str> {
        let last = self.certificate().map(|certificate| &certificate.configuration);
        let configuration = self.state.configuration().or(last);
        let person = configuration.map(|configuration| match configuration.administrative() {
            Some(person) => person.contact.email.as_str(),
            None => configuration.contact().email.as_str(),
        });
        let drafted =
            self.draft.as_ref().map(|draft| draft.contact.email.trim()).filter(|email| !email.is_empty());
        person.or(drafted).or(self.email.as_deref())
    }

    /// The common name of what is ordered, or of what was issued last.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        let last = self.certificate().map(|certificate| &certificate.configuration);
        let ordered = self.state.configuration().or(last).and_then(Configuration::common_name);
        let drafted =
            self.draft.as_ref().and_then(|draft| draft.names.first()).map(|entry| entry.name.trim());
        ordered.or(drafted.filter(|name| !name.is_empty()))
    }

    /// Whether the customer may fill in the form for a first certificate: there is none yet, or none that another could
    /// follow, since it was revoked or is over.
    #[must_use]
    pub fn takes_form(&self) -> bool {
        match &self.state {
            State::AwaitingConfiguration | State::Rejected { .. } => true,
            State::Active => {
                let newest = self.certificate().map(|certificate| &certificate.standing);
                self.noticed.expired || matches!(newest, Some(CertificateStanding::Revoked { .. }))
            }
            _ => false,
        }
    }

    /// The attempt that is open, even while the service is held.
    pub(crate) fn open_attempt(&self) -> Option<(&Ordering, &Attempt)> {
        match self.state.suspended() {
            State::Ordering(ordering) => Some((ordering, ordering.attempt.as_ref()?)),
            _ => None,
        }
    }

    /// Whether it is too late to send what was about to be sent: somebody may come to look for it before it is known what
    /// became of the call.
    pub(crate) fn is_late_to_send(&self, now: Timestamp) -> bool {
        self.open_attempt().is_none_or(|(ordering, _)| now.duration_since(ordering.sent_at) >= LATEST_CALL)
    }

    /// What the order that is under way is for.
    #[must_use]
    pub fn purpose(&self) -> Option<&Purpose> {
        match self.state.suspended() {
            State::Ordering(ordering) => Some(&ordering.purpose),
            State::Validating(validating) => Some(&validating.purpose),
            State::Issuing(issuing) => Some(&issuing.purpose),
            _ => None,
        }
    }

    /// Whether the service knows that an order exists, as one of its own or as a stray.
    pub(crate) fn knows_order(&self, order_id: &OrderId) -> bool {
        let is_placed = !matches!(self.open_attempt(), Some((_, attempt)) if attempt.order_id == *order_id);
        is_placed && self.state.order_id() == Some(order_id)
            || self.stray_orders.contains(order_id)
            || self.certificates.iter().any(|certificate| certificate.order_id == *order_id)
    }

    /// Whether an order of a list is one of the strays. Where reissues share the identifier of the order that they reissue,
    /// the moment at which the CA took them tells one from another.
    pub(crate) fn is_stray(&self, listed: &ListedOrder) -> bool {
        let is_this = |order_id: &OrderId| *order_id == listed.order_id;
        let mut told = self.stray_placements.iter().filter(|(order_id, _)| is_this(order_id)).peekable();
        if told.peek().is_some() {
            return told.any(|(_, placed_at)| *placed_at == listed.placed_at);
        }
        let is_shared = self.certificates.iter().any(|certificate| is_this(&certificate.order_id));
        !is_shared && self.stray_orders.contains(&listed.order_id)
    }

    /// Whether the CA can be asked to cancel a stray: under an identifier that reissues share, it would end the reissue that is
    /// under way.
    pub(crate) fn may_cancel_stray(&self, order_id: &OrderId) -> bool {
        let is_awaited = match self.state.suspended() {
            State::Ordering(_) => {
                let is_reissue =
                    self.open_attempt().is_some_and(|(_, attempt)| attempt.kind == OrderKind::Reissue);
                is_reissue && self.certificates.iter().any(|certificate| certificate.order_id == *order_id)
            }
            state => {
                matches!(state, State::Validating(_) | State::Issuing(_))
                    && state.order_id() == Some(order_id)
            }
        };
        self.stray_orders.contains(order_id) && !is_awaited
    }

    /// Whether the service waits for the outcome of an order of this kind, or doubts it, that the CA may list by this code.
    pub(crate) fn may_await(&self, kind: OrderKind, product: &str) -> bool {
        let waits = self.open_attempt().is_some_and(|(_, attempt)| attempt.kind == kind);
        let doubts = self.doubtful_orders.iter().any(|doubtful| doubtful.purpose.kind() == kind);
        (waits || doubts) && self.listed_codes(kind).any(|code| code.as_str() == product)
    }

    /// The codes that the CA may list an order of this kind by. A reissue has the code of the order that it reissues, which may
    /// have been a renewal.
    pub(crate) fn listed_codes(&self, kind: OrderKind) -> impl Iterator<Item = &ProductCode> {
        let renewal = (kind == OrderKind::Reissue).then(|| self.product_code(OrderKind::Renewal));
        [self.product_code(kind)].into_iter().chain(renewal)
    }

    /// The code that an order of this kind is made by.
    pub(crate) fn product_code(&self, kind: OrderKind) -> &ProductCode {
        let product = &self.offer.product;
        match (kind, &product.renewal_code) {
            (OrderKind::Renewal, Some(code)) => code,
            _ => &product.code,
        }
    }
}

/// Why the CA refused an order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// Why.
    pub findings: Findings,
    /// When.
    pub at: Timestamp,
}

/// A request for the next certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredRequest {
    /// The request.
    pub request: RequestPem,
    /// Whether the system made it, and keeps its key.
    pub is_made: bool,
}

/// An order that was given up without certainty.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoubtfulOrder {
    /// Our name of it.
    pub order_id: OrderId,
    /// What it was for.
    pub purpose: Purpose,
    /// Since when it may exist.
    pub since: Timestamp,
    /// When it was last about to be sent.
    pub sent_at: Timestamp,
    /// What was ordered.
    pub configuration: Configuration,
    /// Whether somebody was told that it is not clear for long what became of it.
    pub(crate) is_told: bool,
}

impl DoubtfulOrder {
    /// From when on no call for it can be under way any more: that the CA has none counts from here on.
    pub(crate) fn silent_from(&self) -> Timestamp {
        self.sent_at.checked_add(LONGEST_CALL).unwrap_or(Timestamp::MAX)
    }
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
    /// The certificate is there, and nothing is under way.
    Active,
    /// The CA refused the order after taking it, or it was cancelled.
    Rejected {
        /// The order.
        order_id: OrderId,
        /// Whether we asked for its end.
        is_cancelled: bool,
    },
    /// Something only the reseller can settle; nothing happens until it is resumed.
    Held {
        /// What it is.
        reason: HoldReason,
        /// Where the service stood, and goes on from when it is resumed.
        suspended: Box<Self>,
    },
}

/// The form is filled in; the order is about to be placed, or its outcome is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ordering {
    /// What it is for.
    pub purpose: Purpose,
    /// What was filled in.
    pub configuration: Configuration,
    /// When the open attempt was stored.
    pub intended_at: Timestamp,
    /// When the order was last about to be sent.
    pub sent_at: Timestamp,
    /// The open attempt. While there is one, an order with its identifier may exist.
    pub attempt: Option<Attempt>,
    /// How often the order was, or may have been, sent.
    pub sends: u32,
    /// How many of these have had no clear answer since the service was last resumed.
    pub unanswered: u32,
    /// The CA has said in some way that it has an order for the attempt: it must not be sent again.
    pub is_taken: bool,
    /// A refusal that another call of the same attempt, whose outcome is not known, may have caused.
    pub doubt: Option<Doubt>,
}

/// A refusal that may be the doing of another call that is still under way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Doubt {
    /// Why the order was refused.
    pub findings: Findings,
    /// Since when it is doubted.
    pub since: Timestamp,
}

/// An intent to order, stored before the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Its number among the service's attempts, from 1.
    pub number: u32,
    /// What is ordered.
    pub kind: OrderKind,
    /// The identifier that the order has, or will have.
    pub order_id: OrderId,
    /// The hash of what is ordered: a repeated call says the very same.
    pub request_hash: RequestHash,
}

impl Attempt {
    pub(crate) fn new(number: u32, order: &NewOrder) -> Self {
        let order_id = order.order_id.clone();
        Self { number, kind: order.purpose.kind(), order_id, request_hash: RequestHash::of(order) }
    }
}

/// SHA-256 over what an order says, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestHash(String);

impl RequestHash {
    /// Over an explicit list of fields, each with its length before it: stored hashes outlive changes of the types.
    pub(crate) fn of(order: &NewOrder) -> Self {
        let configuration = &order.configuration;
        let contact = configuration.contact();
        let method = configuration.method().map(ToString::to_string).unwrap_or_default();
        let language = order.language.as_str();
        let fields = [
            "1",
            order.order_id.as_str(),
            order.customer.as_str(),
            order.product.as_str(),
            language,
            configuration.request().pem(),
            &method,
            &contact.email,
            &contact.first_name,
            &contact.last_name,
            contact.phone.as_ref().map(PhoneNumber::as_str).unwrap_or_default(),
        ];
        let names = configuration.names().map(NameSet::as_slice).unwrap_or_default();
        // What few orders say comes last, each with its name, so that the hashes of the others stay what they were.
        let algorithm = configuration.hash_algorithm().map(|algorithm| ("hashAlgorithm", algorithm.as_str()));
        let mailbox = configuration.revocation_contact().map(|email| ("revocationContactEmail", email));
        let is_message = configuration.method().is_some_and(|method| !method.is_published());
        let sends = (configuration.send_messages() != is_message)
            .then_some(("verificationNotificationEnabled", if is_message { "false" } else { "true" }));
        let subject = configuration.subject().iter().map(|(field, value)| (field.path(), value));
        let follows = match &order.purpose {
            Purpose::New => None,
            Purpose::Renewal { serial_number } => Some(("renews", serial_number.as_str())),
            Purpose::Reissue { serial_number, .. } => Some(("reissues", serial_number.as_str())),
        };
        let others = algorithm.into_iter().chain(mailbox).chain(sends).chain(subject).chain(follows);
        let others = others.flat_map(|(name, value)| [name, value]);
        let mut hash = Sha256::new();
        for field in fields.into_iter().chain(names.iter().map(DnsName::as_str)).chain(others) {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        Self(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// How often the system publishes a code for an order.
const MOST_PUBLICATIONS: u32 = 5;

/// How long a code that the system has published may not be found.
const CODE_PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// How long after an order nobody asks for a code that was not told with it.
const CODE_AWAITED: SignedDuration = SignedDuration::from_hours(1);

/// The order is placed; the CA waits for proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validating {
    /// What the order is for.
    pub purpose: Purpose,
    /// What was filled in.
    pub configuration: Configuration,
    /// The order.
    pub order_id: OrderId,
    /// The code to publish.
    pub code: Code,
    /// How far looking for the code has come.
    pub check: Check,
    /// How often the customer has said that the code is published.
    pub requests: u32,
    /// How often the system has published a code.
    pub(crate) publications: u32,
    /// What the CA last said about each name.
    pub names: Vec<NameState>,
    /// What the CA last said about the order's verifications.
    pub checks: Vec<OrderCheck>,
    /// Whether the CA is to be asked for a fresh code, or to write to the mailbox again, though none was lost.
    pub resends: bool,
    /// When somebody tried to publish the code for the customer.
    pub published_at: Option<Timestamp>,
    /// Whether the CA has answered when it was asked for a code.
    pub has_asked_for_code: bool,
    /// Whether documents were handed in.
    pub has_evidence: bool,
    /// Whether the order is to be cancelled.
    pub cancelling: Option<Cancelling>,
}

/// An order is to be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cancelling {
    /// Whether the customer is to order anew.
    pub replaces: bool,
}

impl Validating {
    /// What the customer has to do to prove control of the names that the CA has no proof of. Empty while there is no code.
    ///
    /// A name below another is proved with it by most methods, unless the CA relies on what it knows of that one, and does not
    /// look there: a file, say, proves one name alone.
    #[must_use]
    pub fn instructions(&self) -> Vec<Instruction> {
        let code = match &self.code {
            Code::Known(code) => Some(code),
            Code::Lost | Code::Untold => None,
        };
        match (self.configuration.names(), self.configuration.method()) {
            (Some(names), Some(method)) => {
                let is_proved = |name: &DnsName| {
                    let mut told =
                        self.names.iter().filter(|told| told.name.eq_ignore_ascii_case(name.as_str()));
                    told.any(|told| told.proof == Proof::Verified)
                };
                let open = names.filter(|name| !is_proved(name));
                instructions(open.as_ref().unwrap_or(names), method, code)
            }
            _ => Vec::new(),
        }
    }

    /// Whether what the CA says about each name is of interest: a check was asked for, or a message waits for its
    /// answer.
    pub(crate) fn is_answer_awaited(&self) -> bool {
        matches!(self.check, Check::Started | Check::Answered) || !self.is_published()
    }

    /// Whether the system, if it can, is to publish the code: once for each code, and not for ever, should the CA forget
    /// one after the other.
    pub(crate) fn is_to_be_published(&self) -> bool {
        self.is_published() && self.published_at.is_none() && self.publications < MOST_PUBLICATIONS
    }

    /// Whether the code that was published for the customer may no longer count: a day later, the CA still does not find it. A
    /// call for a fresh code, whose answer was lost, may have come to the CA after the one that was answered.
    pub(crate) fn is_code_doubtful(&self, now: Timestamp) -> bool {
        let is_old = self.published_at.is_some_and(|at| now.duration_since(at) >= CODE_PATIENCE);
        is_old && matches!(self.code, Code::Known(_)) && self.publications < MOST_PUBLICATIONS
    }

    /// Whether the CA told no code with the order, and wants the names proved all the same: what it relied on may have ended
    /// meanwhile. What it says of an order that it has just taken may not be its last word.
    pub(crate) fn misses_code(&self, age: SignedDuration) -> bool {
        let is_open = |check: &OrderCheck| {
            check.kind == CheckKind::Domain && matches!(check.proof, Proof::Required | Proof::Failed)
        };
        let is_wanted = self.is_published() && self.checks.iter().any(is_open);
        is_wanted && !self.has_asked_for_code && age >= CODE_AWAITED
    }

    /// Whether the customer publishes something that the CA then looks for.
    pub(crate) fn is_published(&self) -> bool {
        self.configuration.method().is_some_and(VerificationMethod::is_published)
    }
}

/// The code to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// It was lost with the answer that told it, or no longer counts: a fresh one has to be asked for.
    Lost,
    /// The CA was asked for one, and told none.
    Untold,
    /// The code.
    Known(VerificationCode),
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
    /// What the order is for.
    pub purpose: Purpose,
    /// What was filled in.
    pub configuration: Configuration,
    /// The order.
    pub order_id: OrderId,
    /// Since when the CA hands out something that is not what was ordered, for a reason that may pass.
    pub doubtful_since: Option<Timestamp>,
    /// When control of the names was proved.
    pub proved_at: Timestamp,
    /// Whether the order is to be cancelled.
    pub cancelling: Option<Cancelling>,
}

impl State {
    /// Where it stands, whether or not it is held.
    pub(crate) fn suspended(&self) -> &Self {
        match self {
            Self::Held { suspended, .. } => suspended,
            other => other,
        }
    }

    /// Whether no order is under way, or about to be.
    pub(crate) fn is_at_rest(&self) -> bool {
        matches!(self, Self::AwaitingConfiguration | Self::Active | Self::Rejected { .. })
    }

    /// The state without its data.
    #[must_use]
    pub fn kind(&self) -> StateKind {
        match self {
            Self::AwaitingConfiguration => StateKind::AwaitingConfiguration,
            Self::Ordering(_) => StateKind::Ordering,
            Self::Validating(_) => StateKind::Validating,
            Self::Issuing(_) => StateKind::Issuing,
            Self::Active => StateKind::Active,
            Self::Rejected { .. } => StateKind::Rejected,
            Self::Held { .. } => StateKind::Held,
        }
    }

    /// The order that is under way.
    #[must_use]
    pub fn order_id(&self) -> Option<&OrderId> {
        match self {
            Self::AwaitingConfiguration | Self::Active => None,
            Self::Ordering(ordering) => ordering.attempt.as_ref().map(|attempt| &attempt.order_id),
            Self::Validating(validating) => Some(&validating.order_id),
            Self::Issuing(issuing) => Some(&issuing.order_id),
            Self::Rejected { order_id, .. } => Some(order_id),
            Self::Held { suspended, .. } => suspended.order_id(),
        }
    }

    /// What was filled in for the order that is under way.
    #[must_use]
    pub fn configuration(&self) -> Option<&Configuration> {
        match self {
            Self::AwaitingConfiguration | Self::Active | Self::Rejected { .. } => None,
            Self::Ordering(ordering) => Some(&ordering.configuration),
            Self::Validating(validating) => Some(&validating.configuration),
            Self::Issuing(issuing) => Some(&issuing.configuration),
            Self::Held { suspended, .. } => suspended.configuration(),
        }
    }
}

/// A state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::AwaitingConfiguration,
        Self::Ordering,
        Self::Validating,
        Self::Issuing,
        Self::Active,
        Self::Rejected,
        Self::Held,
    ];

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

impl FromStr for StateKind {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name).ok_or(UnknownState(()))
    }
}

/// A text that is the name of no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no state has this name")]
pub struct UnknownState(());
