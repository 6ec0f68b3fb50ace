//! The CA's books, for whoever audits: every order in short, and what of it is forgotten when.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Service;
use crate::{
    orders::{Check, Order, OrderKey, Origin, Rejection, Status},
    random::to_hex,
};

/// What the CA's books say of orders that have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Books {
    /// Each order once, as it stands now: the one that has gone longest without a change first.
    pub orders: Vec<BookedOrder>,
    /// What to ask for next time, to be told what changes from now on.
    pub cursor: u64,
}

/// An order in the CA's books.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BookedOrder {
    /// Its place in the sequence of all orders, from 0. An order and its reissues can share an identifier, but not this.
    pub number: u64,
    /// Its identifier at the CA.
    pub order_id: String,
    /// What it is.
    pub kind: BookedKind,
    /// The number of the order whose certificate it renews or replaces.
    pub follows: Option<u64>,
    /// The product's code, also where it is renewed.
    pub product_code: &'static str,
    /// Who it is for.
    pub customer: String,
    /// The common name of its certificate.
    pub common_name: String,
    /// The host names of its certificate.
    pub names: Vec<String>,
    /// SHA-256 of its public key (the whole `SubjectPublicKeyInfo`), in lower-case hexadecimal.
    pub public_key_hash: String,
    /// When the CA took it.
    pub placed_at: Timestamp,
    /// Where it stands.
    pub standing: BookedStanding,
    /// Whether an officer has something to decide about it.
    pub awaits_officers: bool,
    /// The certificate, once issued.
    pub certificate: Option<BookedCertificate>,
}

/// What kind of order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookedKind {
    /// The first of a purchase.
    New,
    /// A purchase that follows another.
    Renewal,
    /// Another certificate under a purchase.
    Reissue,
}

/// Where an order stands at the CA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookedStanding {
    /// Something is still to be proven or decided.
    Waiting,
    /// Nothing stands in the way of the certificate.
    Accepted,
    /// It has a certificate, whatever became of that.
    Issued,
    /// The CA refused it.
    Rejected,
    /// The account cancelled it.
    Cancelled,
}

/// A certificate in the CA's books.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BookedCertificate {
    /// Its serial number, in lower-case hexadecimal.
    pub serial_number: String,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last.
    pub not_after: Timestamp,
    /// When it was or will be revoked: a revocation takes its time, and that of a replaced certificate is set days ahead.
    pub revoked_at: Option<Timestamp>,
}

impl Service {
    pub(crate) fn books(&self, after: u64) -> Books {
        let (book, now) = self.settled();
        let changed = book.changed_after(after).filter_map(|key| Some((key, book.get(key)?)));
        let orders = changed.map(|(key, order)| entry(key, order, now)).collect();
        Books { orders, cursor: book.changes() }
    }

    pub(crate) fn forget_ended(&self, before: Timestamp) -> usize {
        let (mut book, _) = self.settled();
        let forgotten = book.forget_ended(before);
        // An identifier that an order and its reissues share is gone with the last of them.
        let gone: HashSet<&str> =
            forgotten.iter().map(String::as_str).filter(|order_id| !book.is_taken(order_id)).collect();
        if !gone.is_empty() {
            self.calls
                .forget(|call| call.order_id.as_deref().is_some_and(|order_id| gone.contains(order_id)));
        }
        forgotten.len()
    }
}

fn entry(key: OrderKey, order: &Order, now: Timestamp) -> BookedOrder {
    let (kind, follows) = match order.origin {
        Origin::New => (BookedKind::New, None),
        Origin::Renewal(before) => (BookedKind::Renewal, Some(before)),
        Origin::Reissue(before) => (BookedKind::Reissue, Some(before)),
    };
    let standing = match order.status(now) {
        Status::Awaiting | Status::Verification => BookedStanding::Waiting,
        Status::Accepted => BookedStanding::Accepted,
        Status::Enrolled => BookedStanding::Issued,
        Status::Rejected => match &order.rejected {
            Some(Rejection { is_cancelled: true, .. }) => BookedStanding::Cancelled,
            _ => BookedStanding::Rejected,
        },
    };
    BookedOrder {
        number: key.number(),
        order_id: order.id.clone(),
        kind,
        follows: follows.map(OrderKey::number),
        product_code: order.product.code,
        customer: order.customer.clone(),
        common_name: order.subject.common_name.clone(),
        names: order.names.iter().map(|state| state.name.as_str().to_owned()).collect(),
        public_key_hash: to_hex(order.public_key.hash().as_bytes()),
        placed_at: order.placed_at,
        standing,
        awaits_officers: order.is_open() && order.checks.iter().any(Check::awaits_officer),
        certificate: order.certificate.as_ref().map(|certificate| BookedCertificate {
            serial_number: certificate.issued.serial.clone(),
            not_before: certificate.issued.not_before,
            not_after: certificate.issued.not_after,
            revoked_at: certificate.revocation.as_ref().map(|revocation| revocation.effective_at),
        }),
    }
}
