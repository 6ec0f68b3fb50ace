//! The people of the CA: what its books say is told to whoever watches, officers decide, certificates are revoked.

use std::collections::BTreeMap;
use std::sync::Arc;

use cert_lifecycle::OrderKind;
use certum_api::types::{OrderVerificationState, OrderVerificationType, RevocationReason};
use certum_sandbox::{
    BookedCertificate as Certificate, BookedKind, BookedOrder as Entry, BookedStanding as Standing,
    VerificationDecision,
};
use csr_tools::SerialNumber;
use jiff::{SignedDuration, Timestamp};

use crate::FaultKind;
use crate::agenda::Task;
use crate::dice::Purpose;
use crate::ports::number_in;
use crate::seen::{BookedCertificate, BookedOrder, BookedStanding, Deed, Number, Seen};
use crate::world::{Throws, World};

/// The people of the CA.
pub(crate) struct Authority {
    world: Arc<World>,
    throws: Throws,
    /// How far its books were read.
    cursor: u64,
    /// The orders that are not over, with what was planned for them.
    open: BTreeMap<u64, Known>,
    /// The number of the order that comes next.
    newest: u64,
    forgot_at: Timestamp,
}

#[derive(Default)]
struct Known {
    order_id: String,
    /// Whether an officer is going to decide about it.
    is_assigned: bool,
    /// Whether one has thought of rejecting it.
    is_examined: bool,
    is_accepted: bool,
}

impl Authority {
    pub(crate) fn new(world: Arc<World>, shop: u32) -> Self {
        let throws = Throws::new(world.settings.seed, Purpose::Officers, shop);
        let forgot_at = world.now();
        Self { world, throws, cursor: 0, open: BTreeMap::new(), newest: 0, forgot_at }
    }

    /// Tells what has changed in the books, and has people act on it.
    pub(crate) fn read_books(&mut self) {
        let books = self.world.sandbox.books(self.cursor);
        self.cursor = books.cursor;
        // They come in the order of their changes: all that are new are so until the last was taken up.
        let newest = books.orders.iter().map(|entry| entry.number + 1).max().unwrap_or_default();
        for entry in books.orders {
            let number = whose(&entry);
            if let Some(number) = number {
                self.take_up(number, &entry);
            }
            self.world.see(Seen::Booked { number, order: booked(entry) });
        }
        self.newest = self.newest.max(newest);
        self.forget();
    }

    /// Within what time something is expected of the CA, while it has orders that are not over.
    pub(crate) fn attention(&self) -> Option<SignedDuration> {
        let is_near = self.open.values().any(|known| known.is_accepted);
        (!self.open.is_empty()).then(|| SignedDuration::from_hours(if is_near { 1 } else { 4 }))
    }

    /// What is long over is forgotten once a month, so that years fit into the memory.
    fn forget(&mut self) {
        const EVERY: SignedDuration = SignedDuration::from_hours(30 * 24);
        const KEPT_FOR: SignedDuration = SignedDuration::from_hours(60 * 24);

        let now = self.world.now();
        if now.duration_since(self.forgot_at) < EVERY {
            return;
        }
        self.forgot_at = now;
        if let Ok(before) = now.checked_sub(KEPT_FOR) {
            self.world.sandbox.forget_ended(before);
        }
    }

    fn take_up(&mut self, number: Number, entry: &Entry) {
        let is_over = matches!(entry.standing, Standing::Rejected | Standing::Cancelled);
        if is_over {
            self.open.remove(&entry.number);
            return;
        }
        let is_new = entry.number >= self.newest;
        if !is_new && !self.open.contains_key(&entry.number) {
            // It was issued long ago: all that is to come of it is planned.
            return;
        }
        let known = self.open.entry(entry.number).or_default();
        let dice = self.throws.of(Some(number));
        let settings = &self.world.settings;
        let now = self.world.now();
        let plan = |wait: SignedDuration, task: Task| {
            let at = now.checked_add(wait).unwrap_or(now);
            self.world.plan(at, number, task);
        };
        if entry.awaits_officers && !known.is_assigned {
            known.is_assigned = true;
            let share = u64::from(settings.share(FaultKind::Officers));
            let longest = if dice.ppm(300_000 * share / 1000) { 5 * 24 } else { 20 };
            plan(dice.hours(1, longest), Task::Decide { order_id: entry.order_id.clone() });
            if longest > 24 {
                self.world.struck(FaultKind::Officers);
            }
        }
        known.order_id.clone_from(&entry.order_id);
        known.is_accepted = entry.standing == Standing::Accepted;
        if entry.standing == Standing::Issued {
            let share = u64::from(settings.share(FaultKind::AuthorityRevokes));
            self.open.remove(&entry.number);
            if let Some(certificate) = entry.certificate.as_ref().filter(|_| dice.ppm(1_500 * share / 1000)) {
                let serial_number = certificate.serial_number.clone();
                plan(dice.hours(1, 40 * 24), Task::RevokeByAuthority { serial_number });
            }
        }
    }

    /// Officers decide about an order, if there is anything to decide.
    pub(crate) async fn decide(&mut self, number: Number, order_id: &str) {
        let share = u64::from(self.world.settings.share(FaultKind::Rejection));
        let done = |deed| self.world.see(Seen::Done { number, deed });
        let assigned = |known: &&mut Known| known.order_id == order_id && known.is_assigned;
        let Some(known) = self.open.values_mut().find(assigned) else { return };
        known.is_assigned = false;
        let is_new = !std::mem::replace(&mut known.is_examined, true);
        if is_new && self.throws.of(Some(number)).ppm(20_000 * share / 1000) {
            if self.world.sandbox.reject_order(order_id).is_ok() {
                done(Deed::RejectedByAuthority);
            }
            return;
        }
        let mut has_decided = false;
        for kind in [
            OrderVerificationType::Organization,
            OrderVerificationType::Applicant,
            OrderVerificationType::Authorization,
            OrderVerificationType::ExtendedValidation,
        ] {
            let decision = VerificationDecision::new(kind, OrderVerificationState::Verified);
            // Not each order has each check.
            has_decided |= self.world.sandbox.decide_verification(order_id, decision).await.is_ok();
        }
        if has_decided {
            done(Deed::OfficersDone);
        }
    }

    /// The CA revokes a certificate that it should not have issued.
    pub(crate) fn revoke(&self, number: Number, serial_number: &str) {
        let outcome = self.world.sandbox.revoke_by_authority(serial_number, RevocationReason::Superseded);
        if outcome.is_ok() {
            self.world.see(Seen::Done { number, deed: Deed::RevokedByAuthority });
        }
    }
}

/// Whose an order is, by the names in it.
fn whose(entry: &Entry) -> Option<Number> {
    let names = entry.names.iter().map(String::as_str);
    names.chain([entry.common_name.as_str()]).find_map(number_in)
}

fn booked(entry: Entry) -> BookedOrder {
    BookedOrder {
        entry: entry.number,
        follows: entry.follows,
        order_id: entry.order_id,
        kind: match entry.kind {
            BookedKind::Renewal => OrderKind::Renewal,
            BookedKind::Reissue => OrderKind::Reissue,
            _ => OrderKind::New,
        },
        product: entry.product_code.to_owned(),
        customer: entry.customer,
        names: entry.names,
        key: entry.public_key_hash,
        placed_at: entry.placed_at,
        standing: match entry.standing {
            Standing::Accepted => BookedStanding::Accepted,
            Standing::Issued => BookedStanding::Issued,
            Standing::Rejected => BookedStanding::Rejected,
            Standing::Cancelled => BookedStanding::Cancelled,
            _ => BookedStanding::Waiting,
        },
        awaits_officers: entry.awaits_officers,
        certificate: entry.certificate.map(certificate),
    }
}

fn certificate(listed: Certificate) -> BookedCertificate {
    // As the store writes it.
    let serial_number = listed.serial_number.parse::<SerialNumber>().map(|serial| serial.to_string());
    BookedCertificate {
        serial_number: serial_number.unwrap_or(listed.serial_number),
        not_before: listed.not_before,
        not_after: listed.not_after,
        revoked_at: listed.revoked_at,
    }
}
