//! Every command, and what the CA can answer to every call.

use cert_domain::{VerificationCode, VerificationMethod};

use super::super::*;
use super::world::{World, offer_with_title, report};
use crate::OrderId;
use crate::acceptance::IssuedCertificate;
use crate::authority::{
    Cancellation, CertificateStanding, FoundOrder, ListedCertificate, ListedOrder, OrderKind, OrderProgress,
    PlacedOrder, Purpose,
};
use crate::vault::{AuditRecord, KeyAction};

/// Writes down patterns for all variants of an enumeration once, for a match without a gap and for a list: a variant that
/// is added can be left out of neither.
macro_rules! variants {
    ($name:ident, $all:ident, $enum:ty: $($pattern:pat => $word:literal,)+) => {
        pub(super) fn $name(value: &$enum) -> &'static str {
            match value { $($pattern => $word,)+ }
        }
        pub(super) const $all: &[&str] = &[$($word,)+];
    };
}

variants! { kind_of_command, COMMANDS, Command:
    Command::Create { .. } => "Create",
    Command::Import(_) => "Import",
    Command::MakeLink(_) => "MakeLink",
    Command::SaveDraft(_) => "SaveDraft",
    Command::Configure(_) => "Configure",
    Command::Succeed { .. } => "Succeed",
    Command::ChangeOffer(_) => "ChangeOffer",
    Command::StoreRequest(_) => "StoreRequest",
    Command::ChangeMethod { .. } => "ChangeMethod",
    Command::ResendVerification => "ResendVerification",
    Command::RequestCheck => "RequestCheck",
    Command::RecordEvidence { .. } => "RecordEvidence",
    Command::CancelOrder { .. } => "CancelOrder",
    Command::Revoke(_) => "Revoke",
    Command::SendCertificate { .. } => "SendCertificate",
    Command::RequestCancellation(_) => "RequestCancellation",
    Command::WithdrawCancellation => "WithdrawCancellation",
    Command::SetRunning(_) => "SetRunning",
    Command::ReceivePayment { .. } => "ReceivePayment",
    Command::ProposeDueDate => "ProposeDueDate",
    Command::RecordKey(_) => "RecordKey",
    Command::BeginOrder => "BeginOrder",
    Command::Advance => "Advance",
    Command::Resume => "Resume",
    Command::Abandon => "Abandon",
    Command::RecordPlacement { .. } => "RecordPlacement",
    Command::RecordLookup { .. } => "RecordLookup",
    Command::RecordSearch { .. } => "RecordSearch",
    Command::RecordCode { .. } => "RecordCode",
    Command::RecordCodeRefused => "RecordCodeRefused",
    Command::RecordCodeLost(_) => "RecordCodeLost",
    Command::RecordEmailResent => "RecordEmailResent",
    Command::RecordPublished { .. } => "RecordPublished",
    Command::RecordWithdrawn => "RecordWithdrawn",
    Command::RecordCheckStarted { .. } => "RecordCheckStarted",
    Command::RecordReport(_) => "RecordReport",
    Command::RecordNames(_) => "RecordNames",
    Command::RecordCertificate(_) => "RecordCertificate",
    Command::RecordCancellation { .. } => "RecordCancellation",
    Command::RecordRevocation { .. } => "RecordRevocation",
    Command::RecordRequest(_) => "RecordRequest",
    Command::RecordListed(_) => "RecordListed",
    Command::Adopt(_) => "Adopt",
    Command::RecordStrayCancelled(_) => "RecordStrayCancelled",
}

variants! { kind_of_state, STATES, StateKind:
    StateKind::AwaitingConfiguration => "awaiting_configuration",
    StateKind::Ordering => "ordering",
    StateKind::Validating => "validating",
    StateKind::Issuing => "issuing",
    StateKind::Active => "active",
    StateKind::Rejected => "rejected",
    StateKind::Held => "held",
}

variants! { kind_of_effect, EFFECTS, Effect:
    Effect::PlaceOrder(_) => "PlaceOrder",
    Effect::LookUpOrder { .. } => "LookUpOrder",
    Effect::SearchOrder(_) => "SearchOrder",
    Effect::RenewCode { .. } => "RenewCode",
    Effect::ResendEmail(_) => "ResendEmail",
    Effect::Publish { .. } => "Publish",
    Effect::Withdraw(_) => "Withdraw",
    Effect::StartCheck { .. } => "StartCheck",
    Effect::ReadReport(_) => "ReadReport",
    Effect::ReadNames(_) => "ReadNames",
    Effect::FetchCertificate { .. } => "FetchCertificate",
    Effect::CancelOrder(_) => "CancelOrder",
    Effect::Revoke(_) => "Revoke",
    Effect::MakeRequest(_) => "MakeRequest",
}

/// How far an order can have come.
pub(super) fn progresses() -> [OrderProgress; 5] {
    let unknown = OrderProgress::Unknown("NEW".into());
    [
        OrderProgress::Validating,
        OrderProgress::Accepted,
        OrderProgress::Issued,
        OrderProgress::Rejected,
        unknown,
    ]
}

impl World {
    /// Every command, brought to the service as it is.
    pub(super) fn commands(&self, service: Option<&Service>) -> Vec<(&'static str, Command)> {
        let mut commands = self.asked(service);
        commands.extend(self.orders(service));
        commands.extend(self.proofs(service));
        commands.extend(self.certificates());
        commands
    }

    fn asked(&self, service: Option<&Service>) -> Vec<(&'static str, Command)> {
        let offer = service.map_or(&self.offer, |service| &service.offer);
        let retitled = offer_with_title(offer);
        let (mailbox, _) = self.mailbox.clone();
        let is_mailbox = offer.product.code == mailbox.product.code;
        let other = if is_mailbox { self.offer.clone() } else { mailbox };
        let following = Box::new(self.following());
        let succeed = |purpose| Command::Succeed { purpose, configuration: following.clone() };
        let link = ConfigurationLink { digest: "01".into(), expires_at: self.now };
        let request = CancellationRequest { reason: "moved away".into(), at_end_of_period: true };
        let (serial_number, email) = ("A1".into(), "anna@example.com".into());
        let offer = Box::new(self.offer.clone());
        let (customer, paid_on) = (self.customer.clone(), utc(self.now));
        let key = self.configuration.request().public_key_hash();
        let record = AuditRecord { action: KeyAction::Used, key, actor: "staff:anna".into(), at: self.now };
        vec![
            ("create", Command::Create { offer, customer, email: None, language: None }),
            ("import", Command::Import(Box::new(self.imported()))),
            ("link", Command::MakeLink(link)),
            ("draft", Command::SaveDraft(Box::new(self.configuration.to_form()))),
            ("configure", Command::Configure(self.configuration.clone())),
            ("renew", succeed(self.renewal())),
            ("reissue", succeed(self.reissue())),
            ("first again", succeed(Purpose::New)),
            ("other terms", Command::ChangeOffer(Box::new(retitled))),
            ("other product", Command::ChangeOffer(Box::new(other))),
            ("store request", Command::StoreRequest(self.spare.clone())),
            ("cancel order", Command::CancelOrder { replaces: false }),
            ("replace order", Command::CancelOrder { replaces: true }),
            ("revoke", Command::Revoke(self.revocation())),
            ("send certificate", Command::SendCertificate { serial_number, email }),
            ("request cancellation", Command::RequestCancellation(request)),
            ("withdraw cancellation", Command::WithdrawCancellation),
            ("go on", Command::SetRunning(Running::Running)),
            ("suspend", Command::SetRunning(Running::Suspended)),
            ("terminate", Command::SetRunning(Running::Terminated)),
            ("pay", Command::ReceivePayment { period_start: None, paid_on }),
            ("propose due date", Command::ProposeDueDate),
            ("use key", Command::RecordKey(record)),
            ("begin order", Command::BeginOrder),
            ("advance", Command::Advance),
            ("resume", Command::Resume),
            ("abandon", Command::Abandon),
        ]
    }

    /// What comes of placing the open order, or the first, and of looking for it.
    fn orders(&self, service: Option<&Service>) -> Vec<(&'static str, Command)> {
        let seen_version = service.map_or(0, |service| service.version);
        let open = service.and_then(|service| service.open_attempt().map(|(_, attempt)| attempt.clone()));
        let doubtful = service.and_then(|service| service.doubtful_orders.first());
        let attempt = open.unwrap_or_else(|| self.attempt());
        let order_id = doubtful.map_or(&attempt.order_id, |doubtful| &doubtful.order_id).clone();
        let current = service.filter(|service| service.open_attempt().is_none());
        let theirs = match current.and_then(|service| service.state.order_id()) {
            Some(placed) => placed.clone(),
            None if attempt.kind == OrderKind::New => order_id.clone(),
            None => self.their_order_id(),
        };
        let placed = PlacedOrder { order_id: theirs.clone(), code: Some(self.code()) };
        let placement = |placement| Command::RecordPlacement { order_id: order_id.clone(), placement };
        let found = |customer| FoundOrder { order_id: order_id.clone(), ..self.found(customer, "601") };
        let lookup = |found| Command::RecordLookup { order_id: order_id.clone(), found, seen_version };
        let candidate = |name: &str| self.candidate(name, OrderProgress::Validating);
        let search = |candidates| Command::RecordSearch {
            order_id: order_id.clone(),
            candidates,
            seen_version,
            began_at: self.now,
        };
        let other_name = Candidate { names: vec!["other.example.com".into()], ..candidate("CA-2") };
        let cancellation =
            |cancellation| Command::RecordCancellation { order_id: theirs.clone(), cancellation };
        vec![
            ("placed", placement(Placement::Placed(placed))),
            ("refused", placement(Placement::Refused(self.findings()))),
            ("blocked", placement(Placement::Blocked(self.findings()))),
            ("other mode", placement(Placement::OtherMode)),
            ("taken", placement(Placement::IdentifierTaken)),
            ("found", lookup(Some(found("customer-7")))),
            ("foreign", lookup(Some(found("customer-8")))),
            ("not found", lookup(None)),
            ("one candidate", search(vec![candidate("CA-2")])),
            ("two candidates", search(vec![candidate("CA-2"), candidate("CA-3")])),
            ("no candidate", search(Vec::new())),
            ("unfit candidate", search(vec![other_name])),
            ("cancelled", cancellation(Cancellation::Cancelled)),
            ("too late", cancellation(Cancellation::TooLate)),
            ("listed", self.listed_as(&theirs, OrderProgress::Validating)),
            ("listed as accepted", self.listed_as(&theirs, OrderProgress::Accepted)),
            ("listed as rejected", self.listed_as(&theirs, OrderProgress::Rejected)),
        ]
    }

    /// An order of the account that has the names of what was ordered.
    pub(super) fn candidate(&self, order_id: &str, progress: OrderProgress) -> Candidate {
        let order = self.listed(&OrderId::from_authority(order_id), progress);
        Candidate { order, names: vec!["shop.example.com".into()], is_claimed: false, key: None }
    }

    pub(super) fn listed(&self, order_id: &OrderId, progress: OrderProgress) -> ListedOrder {
        ListedOrder {
            order_id: order_id.clone(),
            is_reissue: false,
            customer: self.customer.to_string(),
            product: "606".into(),
            placed_at: self.now,
            progress,
            certificate: None,
            requestor: None,
        }
    }

    fn listed_as(&self, order_id: &OrderId, progress: OrderProgress) -> Command {
        Command::RecordListed(Box::new(self.listed(order_id, progress)))
    }

    fn proofs(&self, service: Option<&Service>) -> Vec<(&'static str, Command)> {
        let seen_version = service.map_or(0, |service| service.version);
        let kind = service.and_then(|service| service.purpose()).map_or(OrderKind::New, Purpose::kind);
        let product = service.map(|service| service.product_code(kind).to_string()).unwrap_or_default();
        let code = |code| Command::RecordCode { code, seen_version };
        let method = VerificationMethod::DnsCname;
        let published = Command::RecordPublished { code: self.code(), instructions: self.instructions() };
        vec![
            ("change method", Command::ChangeMethod { method, send_messages: None }),
            ("resend verification", Command::ResendVerification),
            ("request check", Command::RequestCheck),
            ("documents", Command::RecordEvidence { note: "extract".into(), documents: 1 }),
            ("code", code(Some(VerificationCode::new("fresh")))),
            ("no code", code(None)),
            ("code refused", Command::RecordCodeRefused),
            ("code lost", Command::RecordCodeLost(self.code())),
            ("message sent", Command::RecordEmailResent),
            ("published", published),
            ("withdrawn", Command::RecordWithdrawn),
            ("adopt", Command::Adopt(self.found("customer-7", &product))),
            ("stray cancelled", Command::RecordStrayCancelled(OrderId::from_authority("stray"))),
            ("check started", Command::RecordCheckStarted { request: 1 }),
            ("still validating", report(OrderProgress::Validating)),
            ("accepted", report(OrderProgress::Accepted)),
            ("issued", report(OrderProgress::Issued)),
            ("rejected", report(OrderProgress::Rejected)),
            ("unknown progress", report(OrderProgress::Unknown("NEW".into()))),
            ("names", Command::RecordNames(self.names())),
        ]
    }

    fn certificates(&self) -> Vec<(&'static str, Command)> {
        let revocation = |refusal| Command::RecordRevocation { serial_number: "A1".into(), refusal };
        let fetched = |fetched| Command::RecordCertificate(Some(fetched));
        vec![
            ("no certificate", Command::RecordCertificate(None)),
            ("certificate", fetched(Ok(self.issued("C3", self.now)))),
            ("certificate before", fetched(Ok(self.certificate()))),
            ("bad certificate", fetched(Err(self.flaws()))),
            ("unfinished certificate", fetched(Err(self.passing_flaws()))),
            ("revoked", revocation(None)),
            ("not revoked", revocation(Some(self.findings()))),
            ("listed as revoked", self.listed_with(CertificateStanding::Revoked { at: None })),
            ("listed as being revoked", self.listed_with(CertificateStanding::Revoking)),
            ("request made", Command::RecordRequest(self.spare.clone())),
        ]
    }

    /// The first certificate, as the CA lists it.
    pub(super) fn listed_with(&self, standing: CertificateStanding) -> Command {
        let IssuedCertificate { serial_number, not_before, not_after, pem: certificate, .. } =
            self.certificate();
        let listed = ListedCertificate { serial_number, standing, not_before, not_after, certificate };
        let order = self.listed(&self.order_id(), OrderProgress::Issued);
        Command::RecordListed(Box::new(ListedOrder { certificate: Some(listed), ..order }))
    }

    /// What can come of a call, answer by answer: all that the performer can bring.
    pub(super) fn answers(&self, effect: &Effect) -> Vec<Command> {
        let settled = || [OrderProgress::Accepted, OrderProgress::Rejected].map(report);
        match effect {
            Effect::PlaceOrder(order) => {
                let is_new = order.purpose.kind() == OrderKind::New;
                let order_id = if is_new { order.order_id.clone() } else { self.their_order_id() };
                let placement =
                    |placement| Command::RecordPlacement { order_id: order.order_id.clone(), placement };
                let mut answers = vec![
                    placement(Placement::Placed(PlacedOrder { order_id, code: Some(self.code()) })),
                    placement(Placement::Refused(self.findings())),
                    placement(Placement::Blocked(self.findings())),
                    placement(Placement::OtherMode),
                ];
                answers.extend(is_new.then(|| placement(Placement::IdentifierTaken)));
                answers
            }
            Effect::LookUpOrder { order_id, seen_version } => {
                let lookup = |found| Command::RecordLookup {
                    order_id: order_id.clone(),
                    found,
                    seen_version: *seen_version,
                };
                let ours = FoundOrder { order_id: order_id.clone(), ..self.found("customer-7", "601") };
                let foreign = FoundOrder { customer: "customer-8".into(), ..ours.clone() };
                let found = progresses().map(|progress| Some(FoundOrder { progress, ..ours.clone() }));
                found.into_iter().chain([Some(foreign), None]).map(lookup).collect()
            }
            Effect::SearchOrder(search) => {
                let one = |name: &str| self.candidate(name, OrderProgress::Validating);
                let ended = self.candidate("CA-2", OrderProgress::Rejected);
                // A reissue may have the identifier of the order before.
                let shared = one(self.order_id().as_str());
                [vec![], vec![one("CA-2")], vec![shared], vec![ended], vec![one("CA-2"), one("CA-3")]]
                    .map(|candidates| Command::RecordSearch {
                        order_id: search.order_id.clone(),
                        candidates,
                        seen_version: search.seen_version,
                        began_at: search.began_at,
                    })
                    .into()
            }
            Effect::RenewCode { seen_version, .. } => {
                let code = |code| Command::RecordCode { code, seen_version: *seen_version };
                let mut answers = vec![code(Some(VerificationCode::new("fresh"))), code(None)];
                answers.push(Command::RecordCodeRefused);
                answers.extend(settled());
                answers
            }
            Effect::ResendEmail(_) => [Command::RecordEmailResent].into_iter().chain(settled()).collect(),
            Effect::Publish { code, instructions } => [instructions.clone(), Vec::new()]
                .map(|instructions| Command::RecordPublished { code: code.clone(), instructions })
                .into(),
            Effect::Withdraw(_) => vec![Command::RecordWithdrawn],
            Effect::StartCheck { code, request, .. } => {
                let started = Command::RecordCheckStarted { request: *request };
                [started, Command::RecordCodeLost(code.clone())].into_iter().chain(settled()).collect()
            }
            Effect::ReadReport(_) => progresses().map(report).into(),
            Effect::ReadNames(_) => vec![Command::RecordNames(self.names())],
            Effect::FetchCertificate { .. } => {
                let commands = self.certificates().into_iter().map(|(_, command)| command);
                commands.filter(|command| matches!(command, Command::RecordCertificate(_))).collect()
            }
            Effect::CancelOrder(order_id) => {
                let outcomes = [Cancellation::Cancelled, Cancellation::TooLate].map(|cancellation| {
                    Command::RecordCancellation { order_id: order_id.clone(), cancellation }
                });
                outcomes.into_iter().chain(settled()).collect()
            }
            Effect::Revoke(revocation) => [None, Some(self.findings())]
                .map(|refusal| Command::RecordRevocation {
                    serial_number: revocation.serial_number.clone(),
                    refusal,
                })
                .into(),
            Effect::MakeRequest(_) => vec![Command::RecordRequest(self.spare.clone())],
        }
    }
}
