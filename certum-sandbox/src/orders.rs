//! The account: its orders, codes and messages, in memory.

mod approver;
mod inbox;
mod order;

use std::collections::{BTreeMap, HashMap};

use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use crate::random::Randomness;

pub(crate) use self::{
    approver::{Approver, MAILBOXES, Mailbox, method_of, wire_method},
    inbox::{Inbox, StoredMail},
    order::{Caa, Due, NameState, Order, Proof, Rejection, Status, Verification},
};

/// Everything that an account has at the CA. Held under one lock, and never across an await.
#[derive(Default)]
pub(crate) struct Book {
    orders: BTreeMap<String, Order>,
    /// Which order a verification code was made for. Replaced codes stay known, as expired.
    codes: HashMap<String, String>,
    /// Which order was the last to use a public key.
    keys: HashMap<PublicKeyHash, String>,
    /// Which order a certificate came from, by serial number.
    serials: HashMap<String, String>,
    pub(crate) inbox: Inbox,
}

impl Book {
    pub(crate) fn is_taken(&self, order_id: &str) -> bool {
        self.orders.contains_key(order_id)
    }

    /// Whether an order that may still have a certificate, or has one, uses this key. A refused order's key is
    /// free: no certificate will ever have it.
    pub(crate) fn uses_key(&self, key: &PublicKeyHash, now: Timestamp) -> bool {
        let user = self.keys.get(key).and_then(|order_id| self.orders.get(order_id));
        user.is_some_and(|order| order.status(now) != Status::Rejected)
    }

    /// Takes an order in, with the messages that go out for it.
    pub(crate) fn place(&mut self, order: Order, random: &Randomness) {
        self.codes.insert(order.verification.code.clone(), order.id.clone());
        self.keys.insert(order.public_key.hash(), order.id.clone());
        self.inbox.announce(&order, random);
        self.orders.insert(order.id.clone(), order);
    }

    pub(crate) fn order(&self, order_id: &str) -> Option<&Order> {
        self.orders.get(order_id)
    }

    pub(crate) fn order_mut(&mut self, order_id: &str) -> Option<&mut Order> {
        self.orders.get_mut(order_id)
    }

    /// The order that a code was made for, whether or not a newer code replaced it.
    pub(crate) fn order_of_code(&self, code: &str) -> Option<&Order> {
        self.codes.get(code).and_then(|order_id| self.orders.get(order_id))
    }

    pub(crate) fn order_of_serial(&self, serial: &str) -> Option<&str> {
        self.serials.get(serial).map(String::as_str)
    }

    /// Remembers whose certificate has this serial number.
    pub(crate) fn index_serial(&mut self, serial: String, order_id: String) {
        self.serials.insert(serial, order_id);
    }

    /// Gives an order a new code, and sends the messages that go with it.
    pub(crate) fn renew_code(&mut self, order_id: &str, verification: Verification, random: &Randomness) {
        let Some(order) = self.orders.get_mut(order_id) else { return };
        self.codes.insert(verification.code.clone(), order_id.to_owned());
        order.start_verification(verification);
        self.inbox.announce(order, random);
    }
}
