//! The account: its orders, codes, certificates and messages, in memory.

mod approver;
mod certificate;
mod checks;
mod inbox;
mod looks;
mod names;
mod order;
mod papers;

use std::collections::{BTreeSet, HashMap, HashSet};

use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use crate::{ca::Issued, random::Randomness};

pub(crate) use self::{
    approver::{Approver, MAILBOXES, Mailbox, method_of, wire_method},
    certificate::{Certificate, Revocation, Worth},
    checks::{Check, CheckKind, Standing, SystemBlock, checks_of},
    inbox::{Inbox, Letter, StoredMail},
    looks::{next_look, still_looks},
    names::{Caa, NameState, Proof, days},
    order::{Due, Order, Origin, Rejection, Status, Verification},
    papers::{EmailVerification, MAILBOX_REUSE_DAYS, StoredDocument},
};

/// Everything that an account has at the CA. Held under one lock, and never across an await.
///
/// Orders change through [`change`](Self::change) alone, which keeps the indexes true. What happens by itself
/// is on the agenda, and happens in [`settle`](Self::settle) in the order of its dates, however late somebody
/// looks.
#[derive(Default)]
pub(crate) struct Book {
    orders: Vec<Order>,
    places: Vec<Place>,
    /// Orders by their identifier: the original first, then its reissues.
    ids: HashMap<String, Vec<OrderKey>>,
    /// Which order a verification code was made for. Replaced codes stay known, as expired.
    codes: HashMap<String, OrderKey>,
    /// Which orders use a public key: an order and its reissues may share one.
    keys: HashMap<PublicKeyHash, Vec<OrderKey>>,
    /// Keys that others have.
    compromised: HashSet<PublicKeyHash>,
    /// Which order a certificate came from, by serial number.
    serials: HashMap<String, OrderKey>,
    /// Which order was the last to replace the certificate of another.
    successors: HashMap<OrderKey, OrderKey>,
    by_placement: BTreeSet<(Timestamp, OrderKey)>,
    by_change: BTreeSet<(Timestamp, OrderKey)>,
    by_expiry: BTreeSet<(Timestamp, OrderKey)>,
    /// When each order next changes by itself.
    agenda: BTreeSet<(Timestamp, OrderKey)>,
    /// When the CA next looks at the names of each order by itself.
    looks: BTreeSet<(Timestamp, OrderKey)>,
    pub(crate) inbox: Inbox,
    /// The latest time at which anything was done.
    latest: Option<Timestamp>,
}

/// An order's number in the book, in the sequence of placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OrderKey(usize);

#[cfg(test)]
impl OrderKey {
    pub(crate) const FIRST: Self = Self(0);
}

/// Under which dates an order stands in the indexes.
#[derive(Default)]
struct Place {
    changed_at: Option<Timestamp>,
    turn_at: Option<Timestamp>,
    look_at: Option<Timestamp>,
}

impl Book {
    /// The time at which things are done now: never before what was done already, whatever the clock does.
    pub(crate) fn arrive_at(&mut self, now: Timestamp) -> Timestamp {
        let now = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(now);
        now
    }

    pub(crate) fn is_taken(&self, order_id: &str) -> bool {
        self.ids.contains_key(order_id)
    }

    /// Whether an order that may still have a certificate, or has one, uses this key. A refused order's key is
    /// free: no certificate will ever have it.
    pub(crate) fn uses_key(&self, key: &PublicKeyHash, now: Timestamp) -> bool {
        let users = self.keys.get(key).into_iter().flatten().filter_map(|key| self.get(*key));
        users.into_iter().any(|order| order.status(now) != Status::Rejected)
    }

    /// Whether a certificate with this key was given up because others have the key.
    pub(crate) fn is_compromised(&self, key: &PublicKeyHash) -> bool {
        self.compromised.contains(key)
    }

    /// Notes that others have the key: no certificate is made with it any more.
    pub(crate) fn give_up_key(&mut self, key: PublicKeyHash) {
        self.compromised.insert(key);
    }

    /// When an order last changed, as lists tell it.
    pub(crate) fn changed_at(&self, key: OrderKey) -> Option<Timestamp> {
        self.places.get(key.0)?.changed_at
    }

    pub(crate) fn get(&self, key: OrderKey) -> Option<&Order> {
        self.orders.get(key.0)
    }

    /// The newest order of that identifier.
    pub(crate) fn newest(&self, order_id: &str) -> Option<(OrderKey, &Order)> {
        let key = *self.ids.get(order_id)?.last()?;
        Some((key, self.get(key)?))
    }

    /// All orders of that identifier: the original, then its reissues.
    pub(crate) fn all_of(&self, order_id: &str) -> impl Iterator<Item = &Order> {
        self.ids.get(order_id).into_iter().flatten().filter_map(|key| self.get(*key))
    }

    /// The order that a code was made for, whether or not a newer code replaced it.
    pub(crate) fn of_code(&self, code: &str) -> Option<(OrderKey, &Order)> {
        let key = *self.codes.get(code)?;
        Some((key, self.get(key)?))
    }

    /// The order that the certificate with this serial number came from: lower case, no zeros in front.
    pub(crate) fn of_serial(&self, serial: &str) -> Option<(OrderKey, &Order, &Certificate)> {
        let key = *self.serials.get(serial)?;
        let order = self.get(key)?;
        Some((key, order, order.certificate.as_ref()?))
    }

    /// Whether another order is to replace the certificate of this one, or has done so.
    pub(crate) fn is_replaced(&self, key: OrderKey, now: Timestamp) -> bool {
        let successor = self.successors.get(&key).and_then(|key| self.get(*key));
        successor.is_some_and(|order| order.status(now) != Status::Rejected)
    }

    /// All certificates ever made.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.orders.iter().filter_map(|order| order.certificate.as_ref())
    }

    /// Orders placed between two moments, both included, the oldest first.
    pub(crate) fn placed(&self, from: Timestamp, to: Timestamp) -> Vec<OrderKey> {
        between(&self.by_placement, from, to)
    }

    /// Orders that last changed between two moments, both included, the longest unchanged first.
    pub(crate) fn changed(&self, from: Timestamp, to: Timestamp) -> Vec<OrderKey> {
        between(&self.by_change, from, to)
    }

    /// Orders whose certificate ends between two moments, both included, the first to end first.
    pub(crate) fn expiring(&self, from: Timestamp, to: Timestamp) -> Vec<OrderKey> {
        between(&self.by_expiry, from, to)
    }

    /// Orders that the CA looks at by itself by now.
    pub(crate) fn looks_due(&self, now: Timestamp) -> Vec<OrderKey> {
        between(&self.looks, Timestamp::MIN, now)
    }

    /// Takes an order in, with the messages that go out for it.
    pub(crate) fn place(&mut self, mut order: Order, random: &Randomness) -> OrderKey {
        let key = OrderKey(self.orders.len());
        if let Some(verification) = &order.verification {
            self.codes.insert(verification.code.clone(), key);
        }
        self.keys.entry(order.public_key.hash()).or_default().push(key);
        self.ids.entry(order.id.clone()).or_default().push(key);
        if let Origin::Reissue(replaced) = order.origin {
            self.successors.insert(replaced, key);
        }
        self.by_placement.insert((order.placed_at, key));
        self.inbox.announce(key, &order, random);
        self.inbox.ask_mailbox(key, &order, random);
        let now = order.placed_at;
        order.next_look = next_look(&order, now);
        self.orders.push(order);
        self.places.push(Place::default());
        self.index(key, now);
        key
    }

    /// Changes an order, and notes what follows from that.
    pub(crate) fn change<R>(
        &mut self,
        key: OrderKey,
        now: Timestamp,
        change: impl FnOnce(&mut Order) -> R,
    ) -> Option<R> {
        let result = change(self.orders.get_mut(key.0)?);
        self.index(key, now);
        Some(result)
    }

    /// Gives an order a new code, and sends the messages that go with it.
    pub(crate) fn renew_code(&mut self, key: OrderKey, verification: Verification, random: &Randomness) {
        let now = verification.given_at;
        self.codes.insert(verification.code.clone(), key);
        self.change(key, now, |order| {
            order.start_verification(verification);
            order.next_look = next_look(order, now);
        });
        if let Some(order) = self.orders.get(key.0) {
            self.inbox.announce(key, order, random);
        }
    }

    /// Sends the message to the mailbox that a certificate is for once more.
    pub(crate) fn renew_email(&mut self, key: OrderKey, now: Timestamp, random: &Randomness) {
        self.change(key, now, |order| {
            order.noted_at = Some(now);
            order.settle_check(CheckKind::Email, Standing::Required);
            if let Some(email) = &mut order.email {
                email.sent_at = now;
            }
        });
        if let Some(order) = self.orders.get(key.0) {
            self.inbox.ask_mailbox(key, order, random);
        }
    }

    /// Lets everything happen that was to happen by now, in the order of its dates.
    ///
    /// Certificates are made when somebody looks, and dated when they were due: nothing runs in the
    /// background, and a clock that jumped over the moment leads to the same certificate.
    pub(crate) fn settle(
        &mut self,
        now: Timestamp,
        issue: impl Fn(&Order, Timestamp, Timestamp) -> Result<Issued, String>,
    ) {
        while let Some((at, key)) = self.agenda.first().copied().filter(|(at, _)| *at <= now) {
            self.agenda.pop_first();
            if let Some(place) = self.places.get_mut(key.0) {
                place.turn_at = None;
            }
            match self.orders.get(key.0).and_then(|order| order.due(at)) {
                Some(Due::Certificate { not_before, not_after }) => {
                    match self.make(key, |order| issue(order, not_before, not_after)) {
                        Ok(issued) => self.enroll(key, issued, at),
                        Err(reason) => self.refuse(key, at, reason),
                    }
                }
                Some(Due::Rejection(rejection)) => self.refuse(key, at, rejection.reason),
                None => self.index(key, at),
            }
        }
    }

    fn make(
        &self,
        key: OrderKey,
        issue: impl FnOnce(&Order) -> Result<Issued, String>,
    ) -> Result<Issued, String> {
        let order = self.orders.get(key.0).ok_or("there is no such order")?;
        // It may have become known while the order waited.
        match self.is_compromised(&order.public_key.hash()) {
            true => Err("the key is known to others".to_owned()),
            false => issue(order),
        }
    }

    fn refuse(&mut self, key: OrderKey, at: Timestamp, reason: String) {
        tracing::info!(reason, "rejected an order");
        self.change(key, at, |order| order.rejected = Some(Rejection { at, reason }));
    }

    /// `at` is the moment of issue, of which the certificate says whole seconds alone.
    fn enroll(&mut self, key: OrderKey, issued: Issued, at: Timestamp) {
        let (serial, not_before, not_after) = (issued.serial.clone(), issued.not_before, issued.not_after);
        tracing::debug!(serial, "issued a certificate");
        self.serials.insert(serial.trim_start_matches('0').to_owned(), key);
        self.by_expiry.insert((not_after, key));
        let origin = self.change(key, at, |order| {
            order.paid_until = Some(order.paid_from(not_before));
            order.certificate = Some(Certificate::new(issued));
            order.next_look = None;
            order.origin
        });
        if let Some(Origin::Reissue(replaced)) = origin {
            self.change(replaced, at, |order| {
                if let Some(certificate) = &mut order.certificate {
                    certificate.supersede(at);
                }
            });
        }
    }

    /// Puts an order where it belongs in the indexes, as of now.
    fn index(&mut self, key: OrderKey, now: Timestamp) {
        let (Some(order), Some(place)) = (self.orders.get(key.0), self.places.get_mut(key.0)) else { return };
        let looks_at = order.next_look.filter(|_| order.is_open());
        // Not back in time: what a client has seen as changed at a date must not move behind that date.
        let changed_at = Some(order.last_update(now)).max(place.changed_at);
        move_to(&mut self.by_change, key, &mut place.changed_at, changed_at);
        move_to(&mut self.agenda, key, &mut place.turn_at, order.next_turn(now));
        move_to(&mut self.looks, key, &mut place.look_at, looks_at);
    }
}

fn move_to(
    index: &mut BTreeSet<(Timestamp, OrderKey)>,
    key: OrderKey,
    place: &mut Option<Timestamp>,
    at: Option<Timestamp>,
) {
    if *place == at {
        return;
    }
    if let Some(before) = std::mem::replace(place, at) {
        index.remove(&(before, key));
    }
    if let Some(at) = at {
        index.insert((at, key));
    }
}

fn between(index: &BTreeSet<(Timestamp, OrderKey)>, from: Timestamp, to: Timestamp) -> Vec<OrderKey> {
    if from > to {
        return Vec::new();
    }
    index.range((from, OrderKey(0))..=(to, OrderKey(usize::MAX))).map(|(_, key)| *key).collect()
}
