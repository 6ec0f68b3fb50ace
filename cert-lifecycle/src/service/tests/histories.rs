//! A history for each state that commands can tell apart.

use cert_domain::{Instruction, Offer, PaidThrough, VerificationCode};
use jiff::civil::date;

use super::super::*;
use super::world::World;
use crate::authority::{CertificateStanding, Purpose};
use crate::notice::{Course, Outlook};
use crate::{OrderId, Terms};

/// Histories by their names, each a continuation of one before.
struct Told(Vec<(&'static str, Vec<Event>)>);

impl Told {
    /// Goes on from the history that was told last.
    fn then(&mut self, name: &'static str, event: Event) {
        let last = self.0.last().map(|(_, events)| events.clone()).unwrap_or_default();
        self.0.push((name, last.into_iter().chain([event]).collect()));
    }

    /// Goes on from a history before.
    fn after(&mut self, before: &str, name: &'static str, events: impl IntoIterator<Item = Event>) {
        let (_, told) = self.0.iter().find(|(known, _)| *known == before).expect("a known history");
        self.0.push((name, told.iter().cloned().chain(events).collect()));
    }
}

impl World {
    pub(super) fn histories(&self) -> Vec<(&'static str, Vec<Event>)> {
        let mut told = Told(vec![("nothing", Vec::new())]);
        self.tell_first_order(&mut told);
        self.tell_proofs(&mut told);
        self.tell_ends_of_orders(&mut told);
        self.tell_successor(&mut told, &self.renewal(), RENEWAL);
        self.tell_successor(&mut told, &self.reissue(), REISSUE);
        self.tell_certificates(&mut told);
        self.tell_pauses(&mut told);
        self.tell_account(&mut told);
        self.tell_mailbox(&mut told);
        told.0
    }

    pub(super) fn created(&self, offer: Offer) -> Event {
        let customer = self.customer.clone();
        Event::Created { offer: Box::new(offer), customer, email: None, language: None }
    }

    pub(super) fn placed(&self) -> Event {
        Event::OrderPlaced { order_id: self.order_id(), code: Some(self.code()), adopted: false }
    }

    fn tell_first_order(&self, told: &mut Told) {
        told.then("awaiting configuration", self.created(self.offer.clone()));
        told.then("configured", Event::Configured { configuration: self.configuration.clone() });
        told.then("intended", Event::OrderIntended { attempt: self.attempt() });
        told.then("placed", self.placed());
        told.then("check requested", Event::CheckRequested);
        told.then("check started", Event::CheckStarted { request: 1 });
        told.then("check answered", Event::NamesReported { names: self.names() });
        told.then("issuing", Event::OrderAccepted);
        told.then("active", Event::CertificateIssued { certificate: self.certificate(), is_cut_short: None });

        let expires_at = self.now + super::world::days(14);
        let link = ConfigurationLink { digest: "00".into(), expires_at };
        told.after("awaiting configuration", "link made", [Event::LinkMade { link }]);
        let draft = Box::new(self.configuration.to_form());
        told.after("awaiting configuration", "draft saved", [Event::DraftSaved { draft }]);
    }

    fn tell_proofs(&self, told: &mut Told) {
        let adopted = Event::OrderPlaced { order_id: self.order_id(), code: None, adopted: true };
        told.after("intended", "adopted", [adopted.clone()]);
        told.after("intended", "untold", [adopted, Event::CodeRenewed { code: None }]);
        told.after("placed", "code lost", [Event::CodeLost]);
        told.after("placed", "resending", [Event::EmailRequested]);
        let method = cert_domain::VerificationMethod::DnsCnamePrefix;
        let configuration = self.configuration.with_method(method, None).unwrap();
        told.after("placed", "method changed", [Event::MethodChanged { configuration }]);
        told.after("placed", "published", [Event::ProofsPublished { instructions: self.instructions() }]);
        let fresh = Some(VerificationCode::new("other"));
        told.after("published", "published in vain", [Event::CodeRenewed { code: fresh }]);
        told.after("published", "issuing what was published", [Event::OrderAccepted]);
        told.after("placed", "left to the customer", [Event::ProofsPublished { instructions: Vec::new() }]);
    }

    pub(super) fn instructions(&self) -> Vec<Instruction> {
        vec![Instruction::TxtRecord { name: "_certum.shop.example.com".into(), value: "c0de".into() }]
    }

    fn tell_ends_of_orders(&self, told: &mut Told) {
        let findings = self.findings();
        told.after("intended", "resent", [Event::OrderNotFound]);
        told.after("resent", "doubted", [Event::OrderRefusalDoubted { findings: findings.clone() }]);
        told.after("intended", "taken", [Event::OrderIdentifierTaken]);
        told.after("intended", "refused", [Event::OrderRefused { findings }]);
        told.after("intended", "held", [Event::Held { reason: HoldReason::RequestChanged }]);
        told.after("intended", "abandoned", [Event::OrderAbandoned]);
        let configured = Event::Configured { configuration: self.configuration.clone() };
        told.after("abandoned", "configured in doubt", [configured]);
        let order_id = self.order_id();
        let stray = [
            Event::StrayOrder { order_id: order_id.clone(), placed_at: None },
            Event::Held { reason: HoldReason::StrayOrder { order_id } },
        ];
        told.after("configured in doubt", "held for a stray", stray);
        told.after("placed", "rejected", [Event::OrderRejected]);
        told.after("placed", "cancelling", [Event::OrderCancelling { replaces: false }]);
        told.after("cancelling", "cancelled", [Event::OrderCancelled]);
        told.after("placed", "replacing", [Event::OrderCancelling { replaces: true }]);
        told.after("replacing", "replaced order", [Event::OrderCancelled]);
        told.after("issuing", "cancelling in issuing", [Event::OrderCancelling { replaces: false }]);
        let flaws = self.passing_flaws();
        told.after("issuing", "certificate doubted", [Event::CertificateDoubted { flaws }]);
        let reason = HoldReason::CertificateUnacceptable { flaws: self.flaws() };
        told.after("issuing", "held in issuing", [Event::Held { reason }]);
    }

    fn tell_successor(&self, told: &mut Told, purpose: &Purpose, names: SuccessorNames) {
        let [
            begun,
            intended,
            resent,
            doubted,
            placed,
            issuing,
            issued,
            refused,
            rejected,
            abandoned,
            in_doubt,
            held,
        ] = names;
        let configuration = self.following();
        let begin = Event::SuccessorBegun { purpose: purpose.clone(), configuration, of_itself: false };
        let findings = self.findings();
        told.after("active", begun, [begin.clone()]);
        told.then(intended, Event::OrderIntended { attempt: self.second_attempt(purpose) });
        let code = Some(self.code());
        told.then(placed, Event::OrderPlaced { order_id: self.their_order_id(), code, adopted: false });
        told.then(issuing, Event::OrderAccepted);
        told.then(
            issued,
            Event::CertificateIssued { certificate: self.issued("B2", self.now), is_cut_short: None },
        );
        told.after(intended, resent, [Event::OrderNotFound]);
        told.after(resent, doubted, [Event::OrderRefusalDoubted { findings: findings.clone() }]);
        told.after(intended, refused, [Event::OrderRefused { findings }]);
        told.after(placed, rejected, [Event::OrderRejected]);
        told.after(intended, abandoned, [Event::OrderAbandoned]);
        told.after(abandoned, in_doubt, [begin]);
        let order_ids = vec![self.their_order_id(), OrderId::from_authority("CA-3")];
        told.after(intended, held, [Event::Held { reason: HoldReason::SeveralOrders { order_ids } }]);
    }

    fn tell_certificates(&self, told: &mut Told) {
        let request = self.spare.clone();
        told.after("active", "with a request", [Event::RequestStored { request, is_made: false }]);
        told.after("active", "revoking", [Event::RevocationRequested { revocation: self.revocation() }]);
        told.then("revoked", Event::CertificateRevoked { serial_number: "A1".into() });
        told.after("active", "expired", [Event::Expired]);
        let settled = Terms::default().reminders.thresholds().to_vec();
        let (outlook, course) = (Outlook::Automatic, Course::Reissue);
        told.after("active", "reminded", [Event::Reminded { settled, outlook, course }]);
        told.0.push(("imported", vec![self.imported()]));
        let configured = Event::Configured { configuration: self.kept() };
        told.after("awaiting configuration", "with a kept key", self.issue(configured));
    }

    /// The first certificate, from the form on.
    pub(super) fn issue(&self, configured: Event) -> [Event; 5] {
        let intended = Event::OrderIntended { attempt: self.attempt() };
        let issued = Event::CertificateIssued { certificate: self.certificate(), is_cut_short: None };
        [configured, intended, self.placed(), Event::OrderAccepted, issued]
    }

    pub(super) fn imported(&self) -> Event {
        Event::Imported {
            offer: Box::new(self.offer.clone()),
            customer: self.customer.clone(),
            order_id: OrderId::from_authority("CA-1"),
            configuration: Box::new(self.configuration.clone()),
            certificate: Box::new(self.certificate()),
            standing: CertificateStanding::Valid,
            placed_at: self.now,
            term_ends: date(2027, 11, 20),
        }
    }

    fn tell_pauses(&self, told: &mut Told) {
        let to = |running| [Event::RunningChanged { running }];
        told.after("awaiting configuration", "suspended before the form", to(Running::Suspended));
        told.after("active", "suspended", to(Running::Suspended));
        told.after("awaiting configuration", "terminated before the form", to(Running::Terminated));
        told.after("configured", "terminated before the order", to(Running::Terminated));
        told.after("intended", "terminated before the answer", to(Running::Terminated));
        told.after("placed", "terminated before the proof", to(Running::Terminated));
        told.after("active", "terminated", to(Running::Terminated));
    }

    fn tell_account(&self, told: &mut Told) {
        let offer = Box::new(self.recurring());
        told.after("awaiting configuration", "recurring", [Event::OfferChanged { offer: offer.clone() }]);
        told.after("active", "recurring and active", [Event::OfferChanged { offer }]);
        let paid_through = PaidThrough::new(date(2027, 11, 20));
        told.then("paid", Event::PaymentReceived { paid_through, period_start: None });
        let request = CancellationRequest { reason: "too dear".into(), at_end_of_period: true };
        told.then("ending", Event::CancellationRequested { request });
    }

    /// A product without names: its order is proved by a message to the mailbox.
    fn tell_mailbox(&self, told: &mut Told) {
        let (offer, configuration) = self.mailbox.clone();
        let order = crate::NewOrder::new(self.order_id(), &self.customer, &offer, &configuration);
        let attempt = Attempt::new(1, &order);
        told.0.push(("mailbox sold", vec![self.created(offer)]));
        told.then("mailbox configured", Event::Configured { configuration });
        told.then("mailbox intended", Event::OrderIntended { attempt });
        let order_id = self.order_id();
        told.then("mailbox placed", Event::OrderPlaced { order_id, code: None, adopted: false });
        told.then("mailbox resending", Event::EmailRequested);
        told.after("mailbox placed", "mailbox issuing", [Event::OrderAccepted]);
        let certificate = self.certificate();
        told.then("mailbox active", Event::CertificateIssued { certificate, is_cut_short: None });
    }
}

/// Begun, intended, sent again, its refusal doubted, placed, issuing, issued, refused, rejected, abandoned, begun again
/// then, held.
type SuccessorNames = [&'static str; 12];

const RENEWAL: SuccessorNames = [
    "renewal begun",
    "renewal intended",
    "renewal resent",
    "renewal doubted",
    "renewal placed",
    "renewal issuing",
    "renewed",
    "renewal refused",
    "renewal rejected",
    "renewal abandoned",
    "renewal in doubt",
    "renewal held",
];

const REISSUE: SuccessorNames = [
    "reissue begun",
    "reissue intended",
    "reissue resent",
    "reissue doubted",
    "reissue placed",
    "reissue issuing",
    "reissued",
    "reissue refused",
    "reissue rejected",
    "reissue abandoned",
    "reissue in doubt",
    "reissue held",
];
