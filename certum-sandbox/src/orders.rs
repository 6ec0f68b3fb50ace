//! The account: its orders, codes, certificates and messages, in memory.

mod approver;
mod certificate;
mod checks;
mod forgetting;
mod inbox;
mod looks;
mod names;
mod order;
mod papers;
mod settling;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Bound,
};

use certum_api::types::RevocationReason;
use csr_tools::PublicKeyHash;
use jiff::{SignedDuration, Timestamp};

use crate::random::Randomness;

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
    orders: BTreeMap<OrderKey, Box<Entry>>,
    /// How many orders were ever placed.
    placed: u64,
    /// How many changes there were, for cursors.
    changes: u64,
    /// Orders by their identifier: the original first, then its reissues.
    ids: HashMap<String, Vec<OrderKey>>,
    /// Which order a verification code was made for. Replaced codes stay known, as expired.
    codes: HashMap<String, OrderKey>,
    /// Which orders use a public key: an order and its reissues may share one.
    keys: HashMap<PublicKeyHash, Vec<OrderKey>>,
    /// Keys of forgotten orders that had certificates.
    used_keys: HashSet<PublicKeyHash>,
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
    /// When each order ended or will end, where that is known.
    by_end: BTreeSet<(Timestamp, OrderKey)>,
    /// Which change was the last of each order.
    by_sequence: BTreeMap<u64, OrderKey>,
    pub(crate) inbox: Inbox,
    /// The latest time at which anything was done.
    latest: Option<Timestamp>,
}

/// An order's number in the book, in the sequence of placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OrderKey(u64);

impl OrderKey {
    #[cfg(test)]
    pub(crate) const FIRST: Self = Self(0);
    const LAST: Self = Self(u64::MAX);

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// An order, and where it is found.
struct Entry {
    order: Order,
    place: Place,
    /// All verification codes that it ever had.
    codes: Vec<String>,
}

/// Under which dates an order stands in the indexes.
#[derive(Default)]
struct Place {
    changed_at: Option<Timestamp>,
    turn_at: Option<Timestamp>,
    look_at: Option<Timestamp>,
    end_at: Option<Timestamp>,
    /// The last change.
    sequence: u64,
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
        let mut users = self.keys.get(key).into_iter().flatten().filter_map(|key| self.get(*key));
        self.used_keys.contains(key) || users.any(|order| order.status(now) != Status::Rejected)
    }

    /// Whether a certificate with this key was given up because others have the key.
    pub(crate) fn is_compromised(&self, key: &PublicKeyHash) -> bool {
        self.compromised.contains(key)
    }

    /// Ends the certificate of an order before its time. Of a key that others have no certificate is made any more.
    pub(crate) fn revoke(
        &mut self,
        key: OrderKey,
        now: Timestamp,
        takes: SignedDuration,
        reason: RevocationReason,
        compromised_at: Option<Timestamp>,
    ) {
        let is_compromised = reason == RevocationReason::KeyCompromise;
        let public_key = self.change(key, now, |order| {
            if let Some(certificate) = &mut order.certificate {
                certificate.revoke(now, takes, reason, compromised_at);
            }
            order.public_key.hash()
        });
        self.compromised.extend(public_key.filter(|_| is_compromised));
    }

    /// When an order last changed, as lists tell it.
    pub(crate) fn changed_at(&self, key: OrderKey) -> Option<Timestamp> {
        self.orders.get(&key)?.place.changed_at
    }

    pub(crate) fn get(&self, key: OrderKey) -> Option<&Order> {
        self.orders.get(&key).map(|entry| &entry.order)
    }

    /// How many changes there were.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// Orders that changed after so many changes, the longest unchanged first.
    pub(crate) fn changed_after(&self, changes: u64) -> impl Iterator<Item = OrderKey> {
        self.by_sequence.range((Bound::Excluded(changes), Bound::Unbounded)).map(|(_, key)| *key)
    }

    /// The orders of that identifier: the original, then its reissues.
    pub(crate) fn keys_of(&self, order_id: &str) -> &[OrderKey] {
        self.ids.get(order_id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest order of that identifier.
    pub(crate) fn newest(&self, order_id: &str) -> Option<(OrderKey, &Order)> {
        let key = *self.ids.get(order_id)?.last()?;
        Some((key, self.get(key)?))
    }

    /// All orders of that identifier: the original, then its reissues.
    pub(crate) fn all_of(&self, order_id: &str) -> impl Iterator<Item = &Order> {
        self.keys_of(order_id).iter().filter_map(|key| self.get(*key))
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
        // One that is forgotten had a certificate: of those that were refused no trace is left.
        let holds = |key| self.get(key).is_none_or(|order| order.status(now) != Status::Rejected);
        self.successors.get(&key).is_some_and(|key| holds(*key))
    }

    /// All certificates, as far as they are not forgotten.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.orders.values().filter_map(|entry| entry.order.certificate.as_ref())
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
        let key = OrderKey(self.placed);
        self.placed += 1;
        let codes = order.verification.iter().map(|verification| verification.code.clone()).collect();
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
        self.orders.insert(key, Box::new(Entry { order, place: Place::default(), codes }));
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
        let result = change(&mut self.orders.get_mut(&key)?.order);
        self.index(key, now);
        Some(result)
    }

    /// Gives an order a new code, and sends the messages that go with it.
    pub(crate) fn renew_code(&mut self, key: OrderKey, verification: Verification, random: &Randomness) {
        let now = verification.given_at;
        self.codes.insert(verification.code.clone(), key);
        if let Some(entry) = self.orders.get_mut(&key) {
            entry.codes.push(verification.code.clone());
        }
        self.change(key, now, |order| {
            order.start_verification(verification);
            order.next_look = next_look(order, now);
        });
        if let Some(entry) = self.orders.get(&key) {
            self.inbox.announce(key, &entry.order, random);
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
        if let Some(entry) = self.orders.get(&key) {
            self.inbox.ask_mailbox(key, &entry.order, random);
        }
    }

    /// Puts an order where it belongs in the indexes, as of now.
    fn index(&mut self, key: OrderKey, now: Timestamp) {
        let Some(entry) = self.orders.get_mut(&key) else { return };
        let Entry { order, place, .. } = &mut **entry;
        let looks_at = order.next_look.filter(|_| order.is_open());
        // Not back in time: what a client has seen as changed at a date must not move behind that date.
        let changed_at = Some(order.last_update(now)).max(place.changed_at);
        move_to(&mut self.by_change, key, &mut place.changed_at, changed_at);
        move_to(&mut self.agenda, key, &mut place.turn_at, order.next_turn(now));
        move_to(&mut self.looks, key, &mut place.look_at, looks_at);
        move_to(&mut self.by_end, key, &mut place.end_at, order.ends_at());
        self.by_sequence.remove(&place.sequence);
        self.changes += 1;
        place.sequence = self.changes;
        self.by_sequence.insert(place.sequence, key);
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
    index.range((from, OrderKey(0))..=(to, OrderKey::LAST)).map(|(_, key)| *key).collect()
}
