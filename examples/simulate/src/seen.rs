//! What is seen of a world, in the order in which it happens: all that the judge goes by.

#![allow(
    clippy::exhaustive_structs,
    clippy::exhaustive_enums,
    reason = "worlds are made by hand, too, where a judge is tried"
)]

use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::RecordedEvent;
use cert_lifecycle::{OrderKind, Terms};
use jiff::Timestamp;
use jiff::civil::Date;

/// A service's number within a run, from 0. The same number leads the same life in runs that leave out others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub u32);

/// One thing that happened.
#[derive(Debug)]
pub struct Line<'a> {
    /// When, by the CA's clock.
    pub at: Timestamp,
    /// What.
    pub seen: Seen<'a>,
}

/// What happened.
#[derive(Debug)]
pub enum Seen<'a> {
    /// The world begins.
    Begun {
        /// The terms that the reseller has settled.
        terms: &'a Terms,
    },
    /// A customer wants a service: what is owed from here on. Comes before any event of it.
    Wanted {
        /// Which.
        number: Number,
        /// What.
        wish: Wish,
    },
    /// Events that the store has committed, told once each, in the order of their versions, even if the worker that
    /// stored them never heard of it.
    Stored {
        /// Whose.
        number: Number,
        /// The version after them.
        version: u64,
        /// They.
        events: &'a [RecordedEvent],
    },
    /// An order that is new in the CA's books, or has changed there. Read from the books once per tick at least, and always
    /// before the books forget.
    Booked {
        /// Whose it is, by the name that it is for; `None` would be nobody's.
        number: Option<Number>,
        /// What the books say.
        order: BookedOrder,
    },
    /// The host was told a fact. The same fact may come again.
    Told {
        /// Whose; a fact is always about a service.
        number: Number,
        /// The fact.
        fact: &'a Fact,
    },
    /// The customer, the host, or an officer of the CA did something.
    Done {
        /// For which service.
        number: Number,
        /// What.
        deed: Deed,
    },
    /// A call reached the wire.
    Called {
        /// The operation of the Partner API.
        operation: &'a str,
        /// What became of it on the way.
        fault: Option<&'static str>,
        /// Whether the CA carried it out (or will have, if it only arrives late).
        is_carried_out: bool,
    },
    /// A caller has heard that the CA refuses an order for a service.
    Refused {
        /// Whose.
        number: Number,
    },
    /// From now on the CA can, or can't, be reached by calls.
    Reachable(bool),
    /// From now on workers run, or none does.
    Working(bool),
    /// Each worker has just worked on all that was due, without dying.
    Ticked,
    /// A service's life is over, or the run is: no more comes of it. All books about it were read.
    Over {
        /// Which.
        number: Number,
    },
}

/// What a customer wants, and what he will do for it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The product's code.
    pub product: String,
    /// Whether periods are billed one after the other.
    pub is_recurring: bool,
    /// What a period costs, in the currency's smallest unit.
    pub price: i64,
    /// How many months a period has; of what is sold once, how long it lasts.
    pub months: u32,
    /// A word for this sort of customer, for reports.
    pub sort: &'static str,
    /// Whether proofs are put where they belong without him.
    pub is_published_for: bool,
    /// Whether keys for successors are made by the system.
    pub keeps_keys: bool,
    /// Whose it is, as the CA is to know him.
    pub customer: String,
    /// The host names that he wants at first; none for a product without.
    pub names: Vec<String>,
}

/// What people do. What they ask of the lifecycle is told before it is asked, and perhaps again where they try again: they
/// have done their part, whatever is answered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Deed {
    /// The form is handed in, with all that belongs in it.
    Configured,
    /// A period is paid for: told once.
    Paid {
        /// The first day of the period.
        period_start: Date,
        /// The day, by the host's clock.
        paid_on: Date,
        /// How much, in the currency's smallest unit.
        amount: i64,
    },
    /// A proof that the CA waits for is to be seen from now on.
    Proved,
    /// A request for the next certificate was handed in.
    BroughtRequest,
    /// Asks for a renewal or a reissue by hand.
    Asked(OrderKind),
    /// Asks for a name beside those that he has.
    AddedName(String),
    /// Wants to prove his names by another method.
    ChangedMethod,
    /// Asks for a revocation.
    Revoked {
        /// Of which certificate.
        serial_number: String,
    },
    /// The CA revoked by itself.
    RevokedByAuthority,
    /// An officer of the CA rejected the order.
    RejectedByAuthority,
    /// Officers have settled all that is theirs.
    OfficersDone,
    /// The order was cancelled by its customer or the reseller.
    CancelledOrder,
    /// The service is to end: at the end of what is paid, or at once.
    Ends {
        /// Whether at once.
        at_once: bool,
    },
    /// The customer will not pay from now on.
    StopsPaying,
}

/// An order as the CA's books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedOrder {
    /// Its place among all orders of the shop: an order and its reissues can share an identifier, but not this.
    pub entry: u64,
    /// The place of the order whose certificate it renews or replaces.
    pub follows: Option<u64>,
    /// Its identifier at the CA.
    pub order_id: String,
    /// What it is.
    pub kind: OrderKind,
    /// The product's code.
    pub product: String,
    /// Who it is for.
    pub customer: String,
    /// For which host names.
    pub names: Vec<String>,
    /// The hash of its public key, in hexadecimal.
    pub key: String,
    /// When the CA took it.
    pub placed_at: Timestamp,
    /// Where it stands.
    pub standing: BookedStanding,
    /// Whether an officer of the CA has something to decide about it.
    pub awaits_officers: bool,
    /// The certificate, once issued.
    pub certificate: Option<BookedCertificate>,
}

/// Where an order stands at the CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookedStanding {
    /// Something is to be proved.
    Waiting,
    /// All is proved.
    Accepted,
    /// It has a certificate.
    Issued,
    /// It came to nothing: the CA said no.
    Rejected,
    /// It came to nothing: it was cancelled.
    Cancelled,
}

/// A certificate as the CA's books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedCertificate {
    /// Its serial number, as the store writes it.
    pub serial_number: String,
    /// The first moment of its validity.
    pub not_before: Timestamp,
    /// The last.
    pub not_after: Timestamp,
    /// When it was or will be revoked: that of a certificate that was replaced is set days ahead.
    pub revoked_at: Option<Timestamp>,
}
