//! What is remembered of a service: little, whatever it has lived through.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use cert_domain::{Catalogue, ProductKind, Term};
use cert_lifecycle::OrderKind;
use cert_lifecycle::service::Running;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::coverage::Gap;
use super::duties::{Duty, Open};
use super::times::{earlier, later, utc};
use super::verdict::Excuse;
use super::waits::Waits;
use crate::seen::{BookedStanding, Number, Wish};

/// A service, as far as it matters to the judge.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) number: Number,
    pub(super) sold: Sold,
    /// What has to happen to it.
    pub(super) open: Vec<Open>,

    // What people want, and did.
    /// How it is to end, if it is: whether at once.
    pub(super) cancelling: Option<bool>,
    /// The last payments, oldest first: how far they reach, and when they came.
    pub(super) payments: VecDeque<(Date, Timestamp)>,
    /// Of which kinds somebody has asked for an order that is not begun yet.
    pub(super) asked: [bool; 3],
    /// Whether the customer has handed in a request for a key of his own.
    pub(super) brings_keys: bool,
    pub(super) changes_method: bool,

    // What the store says.
    pub(super) running: Running,
    /// Whether it knows that the service is to end.
    pub(super) is_end_stored: bool,
    /// The first day of the period that was invoiced last.
    pub(super) invoiced: Option<Date>,
    pub(super) attempt: Option<Attempt>,
    /// Whether a caller has heard that the CA refuses what was begun last.
    pub(super) is_refused: bool,
    /// How many intents there were of each kind that may have an order in force.
    pub(super) intents: [i32; 3],
    /// What was given up last, and when: an order for it may have been under way.
    pub(super) abandoned: Option<(OrderKind, Timestamp)>,
    /// Whether the system makes the key of the next certificate: it made that of the newest.
    pub(super) makes_keys: bool,
    pub(super) certificates: Vec<Kept>,
    /// The thresholds of the newest certificate that are settled, a bit each.
    pub(super) settled: u16,
    /// Whether it was said that the newest certificate is over.
    pub(super) is_said_over: bool,
    /// The orders that the store knows.
    pub(super) known: VecDeque<Known>,

    // What the books say.
    pub(super) orders: Vec<Order>,
    /// How many orders of each kind stand, or have yielded a certificate.
    pub(super) standing: [i32; 3],
    /// The last day of what was bought last.
    pub(super) term_ends: Option<Date>,
    /// The end of a certificate that was the last that the CA gave for it, though the calendar allows more.
    pub(super) sells_until: Option<Timestamp>,

    // What people did since the newest certificate.
    pub(super) cycle: Cycle,
    pub(super) held: Option<Hold>,

    // What the host was told.
    pub(super) told: VecDeque<Told>,
    /// How many facts came too late so far, or are still to come.
    pub(super) missed: u32,

    // How it is covered.
    /// Up to when coverage was looked at; nothing before the first certificate.
    pub(super) looked_to: Option<Timestamp>,
    pub(super) gap: Option<Gap>,
    /// What it was excused for.
    pub(super) excuses: Vec<Excuse>,
}

/// What was sold.
#[derive(Clone, Debug)]
pub(super) struct Sold {
    pub(super) product: String,
    pub(super) customer: String,
    /// The host names that he wanted at first, and those that he has asked for since.
    pub(super) names: Vec<String>,
    pub(super) added: Vec<String>,
    pub(super) is_recurring: bool,
    /// In the currency's smallest unit.
    pub(super) price: i64,
    pub(super) months: u32,
    pub(super) kind: ProductKind,
    /// For how long the CA sells it.
    pub(super) term: Term,
    /// Whether proofs are put where they belong without the customer.
    pub(super) is_published_for: bool,
    /// Whether the system makes keys for successors.
    pub(super) keeps_keys: bool,
}

/// What is being ordered, or was ordered last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) kind: OrderKind,
    /// Whether somebody asked for it, or filled in a form for it.
    pub(super) is_asked_for: bool,
    /// Whether its key is one that the system has made, and keeps.
    pub(super) makes_key: bool,
    pub(super) began_at: Timestamp,
    /// Whether an order for it may exist.
    pub(super) is_intended: bool,
    /// Whether nothing has come of it yet.
    pub(super) is_open: bool,
    /// Whether it was held for the reseller before.
    pub(super) was_held: bool,
}

/// A time for which only the reseller could go on.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    pub(super) since: Timestamp,
    /// What is to be done once he lets go, and how much time there is left for it.
    pub(super) put_off: Vec<(Duty, SignedDuration)>,
    /// When he let go.
    pub(super) until: Option<Timestamp>,
}

/// A certificate that the store has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) serial: u64,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    /// Whether the store says that it is revoked.
    pub(super) is_revoked: bool,
}

/// An order that the store knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) order: u64,
    /// Nothing for an order that nobody waits for.
    pub(super) kind: Option<OrderKind>,
    pub(super) at: Timestamp,
    /// Whether the service still waits for it.
    pub(super) is_open: bool,
    /// Whether a look has found it, and not the call itself told of it.
    pub(super) is_found: bool,
}

impl Known {
    /// Whether it is this order, which may share its identifier with others.
    pub(super) fn is_of(&self, order: u64, placed_at: Timestamp) -> bool {
        let since = earlier(placed_at, SignedDuration::from_mins(30));
        // What a call tells hours later is its own order, and not one before it of the same name.
        let is_in_time = self.is_found || self.at <= later(placed_at, LATEST);
        self.order == order && self.at >= since && is_in_time
    }
}

/// How long after it was sent, or given up, an order may come to be: calls are under way for less than that.
pub(super) const LATEST: SignedDuration = SignedDuration::from_hours(1);

/// An order of the books.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// Its place in the books.
    pub(super) entry: u64,
    /// The place of the order that it follows.
    pub(super) follows: Option<u64>,
    /// What stands for its identifier, which it may share.
    pub(super) order: u64,
    pub(super) kind: OrderKind,
    pub(super) key: u64,
    pub(super) placed_at: Timestamp,
    pub(super) standing: BookedStanding,
    /// Whether an officer has something to decide about it.
    pub(super) awaits_officers: bool,
    pub(super) certificate: Option<Certificate>,
    /// Whether it was held against those before it.
    pub(super) is_judged: bool,
    /// When what somebody asked for was begun, if it may be that.
    pub(super) asked_for: Option<Timestamp>,
    /// Which of the names that were wanted it has, a bit each.
    pub(super) names: u64,
    /// How often the list of changes had been read when it was placed.
    pub(super) reads: u64,
    /// The last day of what was bought before it.
    pub(super) bought_until: Option<Date>,
}

impl Order {
    /// Whether it came to nothing.
    pub(super) fn is_ended(&self) -> bool {
        matches!(self.standing, BookedStanding::Rejected | BookedStanding::Cancelled)
    }

    /// Whether it waits for something.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.standing, BookedStanding::Waiting | BookedStanding::Accepted)
    }
}

/// A certificate of the books.
#[derive(Clone, Copy, Debug)]
pub(super) struct Certificate {
    pub(super) serial: u64,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) revoked_at: Option<Timestamp>,
}

impl Certificate {
    /// The first moment at which it is of no use.
    pub(super) fn end(&self) -> Timestamp {
        let end = self.not_after.saturating_add(1.second()).unwrap_or(self.not_after);
        self.revoked_at.map_or(end, |revoked| revoked.min(end))
    }
}

/// What people were told, and did, since the newest certificate; and how long they took shortly before.
#[derive(Clone, Debug, Default)]
pub(super) struct Cycle {
    pub(super) waits: Waits,
    /// When nothing but officers' decisions was missing.
    pub(super) officers: Waits,
    /// When a successor was begun first, whatever became of it.
    pub(super) begun: Option<Timestamp>,
    /// When the customer proved what he was asked for last.
    pub(super) proved: Option<Timestamp>,
    /// How often he was asked for another proof once he had proved.
    pub(super) asked_again: u32,
    pub(super) officers_done: Option<Timestamp>,
    pub(super) rejected: Option<Timestamp>,
}

/// A fact that the host was told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub(super) version: u64,
    pub(super) number: u32,
    pub(super) content: u64,
}

impl Life {
    pub(super) fn new(number: Number, wish: &Wish) -> Self {
        Self {
            number,
            sold: Sold::new(wish),
            open: Vec::new(),
            cancelling: None,
            payments: VecDeque::new(),
            asked: [false; 3],
            brings_keys: false,
            changes_method: false,
            running: Running::Running,
            is_end_stored: false,
            invoiced: None,
            attempt: None,
            is_refused: false,
            intents: [0; 3],
            abandoned: None,
            makes_keys: false,
            certificates: Vec::new(),
            settled: 0,
            is_said_over: false,
            known: VecDeque::new(),
            orders: Vec::new(),
            standing: [0; 3],
            term_ends: None,
            sells_until: None,
            cycle: Cycle::default(),
            held: None,
            told: VecDeque::new(),
            missed: 0,
            looked_to: None,
            gap: None,
            excuses: Vec::new(),
        }
    }

    /// The newest certificate that the store has.
    pub(super) fn newest(&self) -> Option<&Kept> {
        self.certificates.last()
    }

    /// Whether the newest certificate that the store has is in force by the books, or was until its end.
    pub(super) fn is_newest_good(&self, now: Timestamp) -> bool {
        self.newest().is_some_and(|newest| !self.is_revoked(newest.serial, now))
    }

    /// Whether somebody wants a certificate revoked, or the books say that it is.
    pub(super) fn is_to_be_revoked(&self, serial: u64) -> bool {
        self.has_to(Duty::Revoke { serial }) || self.is_revoked(serial, Timestamp::MAX)
    }

    /// Whether a certificate is revoked by the books.
    pub(super) fn is_revoked(&self, serial: u64, now: Timestamp) -> bool {
        let mut certificates = self.orders.iter().filter_map(|order| order.certificate);
        certificates.any(|certificate| {
            certificate.serial == serial && certificate.revoked_at.is_some_and(|at| at <= now)
        })
    }

    pub(super) fn certificate_mut(&mut self, serial: u64) -> Option<&mut Kept> {
        self.certificates.iter_mut().find(|kept| kept.serial == serial)
    }

    /// The last day that is paid for.
    pub(super) fn paid_through(&self) -> Option<Date> {
        self.payments.back().map(|(paid_through, _)| *paid_through)
    }

    /// Whether the service waits for an order.
    pub(super) fn waits(&self) -> bool {
        self.attempt.is_some_and(|attempt| attempt.is_open)
    }

    /// Whether the store has heard of an order: by an event of about the same time, since orders may share an identifier.
    pub(super) fn has_heard_of(&self, order: u64, kind: OrderKind, placed_at: Timestamp) -> bool {
        self.known.iter().any(|known| match known.kind {
            None => known.order == order,
            Some(known_kind) => known_kind == kind && known.is_of(order, placed_at),
        })
    }

    /// Whether something is to happen.
    pub(super) fn has_to(&self, duty: Duty) -> bool {
        self.open.iter().any(|open| open.duty == duty)
    }

    /// What was to happen has happened.
    pub(super) fn done(&mut self, is_it: impl Fn(&Duty) -> bool) -> bool {
        let before = self.open.len();
        self.open.retain(|open| !is_it(&open.duty));
        self.open.len() < before
    }

    /// The first that was to happen of several alike has happened.
    pub(super) fn done_once(&mut self, is_it: impl Fn(&Duty) -> bool) -> bool {
        let found = self.open.iter().position(|open| is_it(&open.duty));
        found.map(|index| self.open.remove(index)).is_some()
    }
}

impl Sold {
    fn new(wish: &Wish) -> Self {
        let product = wish.product.parse().ok().and_then(|code| Catalogue::built_in().product(&code).ok());
        Self {
            product: wish.product.clone(),
            customer: wish.customer.clone(),
            names: wish.names.clone(),
            added: Vec::new(),
            is_recurring: wish.is_recurring,
            price: wish.price,
            months: wish.months,
            kind: product.map_or(ProductKind::Tls, |product| product.kind),
            term: product.map_or(Term::YEAR, |product| product.term),
            is_published_for: wish.is_published_for,
            keeps_keys: wish.keeps_keys,
        }
    }

    /// Which of the names that were wanted these are, a bit each; `None` if one of them was never wanted.
    pub(super) fn names_among(&self, names: &[String]) -> Option<u64> {
        names.iter().try_fold(0, |bits, name| {
            let mut wanted = self.names.iter().chain(&self.added);
            let place = u32::try_from(wanted.position(|other| other == name)?).ok()?;
            Some(bits | 1_u64.checked_shl(place)?)
        })
    }

    /// The last day that a payment pays for: from the day after what is paid, or from that of the payment if that is later.
    pub(super) fn paid_from(&self, before: Option<Date>, period_start: Date, paid_on: Date) -> Date {
        let term = Term::Months(u16::try_from(self.months).unwrap_or_default());
        let Some(before) = before else { return term.last_day(period_start) };
        term.last_day(before.saturating_add(1.day()).max(paid_on)).max(before)
    }

    /// The last day of a purchase whose first certificate begins then: a year of the CA's has 365 days.
    pub(super) fn term_end(&self, began_at: Timestamp) -> Date {
        let first = utc(began_at);
        let last = self.term.last_day(first);
        let Term::Months(months) = self.term else { return last };
        let years = i32::from(months / 12);
        if months % 12 == 0 { last.min(first.saturating_add((years * 365 - 1).days())) } else { last }
    }
}

/// The place of a kind in counts by kind.
pub(super) fn place(kind: OrderKind) -> usize {
    match kind {
        OrderKind::New => 0,
        OrderKind::Renewal => 1,
        _ => 2,
    }
}

/// A short name of something long: the same in each run.
pub(super) fn digest(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}
