//! What comes of watching: figures, breaches and excuses, and how those of several shops add up.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::curve::Curve;

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Guarantee {
    /// One intent buys one order, and nothing is bought before its time.
    BoughtOnce,
    /// Each order at the CA is known to the one service that it is for.
    NoOrderLost,
    /// What was begun is ordered in time.
    OrderedInTime,
    /// Once everybody has done his part, there is a first certificate in time.
    CertifiedInTime,
    /// Whenever a certificate is owed, one is in force.
    NoGap,
    /// One invoice per period, of the right amount, in time, and none after the end.
    Invoices,
    /// Each reminder, and each trouble, is told.
    NoNoticeMissed,
    /// Nothing is told twice.
    NoNoticeDoubled,
    /// Nothing is bought that is not paid.
    PaidFirst,
    /// No key serves two services, or two purchases.
    OwnKeys,
    /// What changes at the CA is in the store in time.
    ChangesHeard,
    /// What is ordered, paid for and ended is what people wanted.
    AsWanted,
    /// Workers that run come to the end of their turns.
    TurnsEnd,
}

impl Guarantee {
    /// Every guarantee, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::BoughtOnce,
        Self::NoOrderLost,
        Self::OrderedInTime,
        Self::CertifiedInTime,
        Self::NoGap,
        Self::Invoices,
        Self::NoNoticeMissed,
        Self::NoNoticeDoubled,
        Self::PaidFirst,
        Self::OwnKeys,
        Self::ChangesHeard,
        Self::AsWanted,
        Self::TurnsEnd,
    ];

    /// What a breach of it is, in words.
    #[must_use]
    pub fn breach(self) -> &'static str {
        match self {
            Self::BoughtOnce => "duplicates",
            Self::NoOrderLost => "lost orders",
            Self::OrderedInTime => "ordered too late",
            Self::CertifiedInTime => "certified too late",
            Self::NoGap => "gaps",
            Self::Invoices => "invoices wrong",
            Self::NoNoticeMissed => "notices missed",
            Self::NoNoticeDoubled => "notices doubled",
            Self::PaidFirst => "bought unpaid",
            Self::OwnKeys => "keys used twice",
            Self::ChangesHeard => "changes not heard of",
            Self::AsWanted => "not as wanted",
            Self::TurnsEnd => "turns without end",
        }
    }
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Breach {
    /// Which.
    pub guarantee: Guarantee,
    /// Whose service; nobody's, if an order can be given to none.
    pub service: Option<u32>,
    /// When it was seen.
    pub at: Timestamp,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guarantee, service, at, what } = self;
        let service = service.map_or_else(|| "nobody".to_owned(), |number| format!("service {number}"));
        write!(f, "{} at {at}, {service}: {what}", guarantee.breach())
    }
}

/// Why a certificate that is paid for may be missing. The program's README says what each asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Excuse {
    /// The period was paid for when there was no time left.
    PaidLate,
    /// The customer was asked for a request, and brought it late or never.
    RequestLate,
    /// The customer was told what to prove, and proved it late or never.
    ProofLate,
    /// The customer left undone what only he can do.
    Neglected,
    /// Officers of the CA took longer than there was time.
    OfficersLate,
    /// An officer of the CA rejected the order when there was no time for another.
    RejectedLate,
    /// The certificate was revoked, by the customer's wish or the CA's own.
    Revoked,
    /// The reseller was told that only he can go on, and had not yet.
    Held,
    /// The CA could not be reached, or no worker ran, for longer than the terms spare.
    Outage,
}

impl Excuse {
    /// The name of it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PaidLate => "paid late",
            Self::RequestLate => "request late",
            Self::ProofLate => "proof late",
            Self::Neglected => "neglected by the customer",
            Self::OfficersLate => "officers late",
            Self::RejectedLate => "rejected late",
            Self::Revoked => "revoked",
            Self::Held => "held for the reseller",
            Self::Outage => "outage",
        }
    }
}

/// How often something was excused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Excused {
    /// How many services.
    pub services: u64,
    /// For how many seconds in all.
    pub seconds: u64,
    /// How many seconds the longest time without a certificate had that ended with this excuse.
    pub longest_seconds: u64,
    /// Whose it was.
    pub longest_service: u32,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Services that were sold.
    pub services: u64,
    /// Of them, by the sort of customer.
    pub sorts: BTreeMap<&'static str, u64>,
    /// Events that were stored.
    pub events: u64,
    /// Turns in which every worker worked on all that was due.
    pub ticks: u64,
    /// New orders and renewals in the CA's books, those that came to nothing among them.
    pub purchases: u64,
    /// Reissues in the CA's books.
    pub reissues: u64,
    /// Orders that came to nothing.
    pub ended_orders: u64,
    /// Certificates in the CA's books.
    pub certificates: u64,
    /// Services that never had one, by what they waited for at last.
    pub uncertified: BTreeMap<&'static str, u64>,
    /// How often the CA refused to take an order.
    pub refusals: u64,
    /// How often only the reseller could go on.
    pub holds: u64,
    /// Orders that the CA had, and that nobody waited for.
    pub strays: u64,
    /// How often somebody was told that nothing moves.
    pub stalls: u64,
    /// Orders whose answers were lost, and that were found.
    pub adoptions: u64,
    /// Seconds for which a certificate was owed, and one was in force.
    pub covered_seconds: u64,
    /// Seconds for which one was owed, none was in force, and nothing excuses it.
    pub gap_seconds: u64,
    /// Invoices that were asked for.
    pub invoices: u64,
    /// Reminders that were stored.
    pub reminders: u64,
    /// Facts that the host was told, each once.
    pub facts: u64,
    /// How often a fact came again.
    pub facts_again: u64,
    /// Calls that reached the wire, by operation.
    pub calls: BTreeMap<String, u64>,
    /// What became of calls on the way, by fault.
    pub faults: BTreeMap<&'static str, u64>,
    /// What polling each open order would have taken, in calls.
    pub polling_calls: u64,
}

impl Figures {
    /// All calls.
    #[must_use]
    pub fn all_calls(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Calls that no fault befell.
    #[must_use]
    pub fn calls_without_fault(&self) -> u64 {
        self.all_calls().saturating_sub(self.faults.values().sum())
    }
}

/// What comes of watching.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// What was counted.
    pub figures: Figures,
    /// How often each promise was broken.
    pub breaches: BTreeMap<Guarantee, u64>,
    /// The first breaches.
    pub first: Vec<Breach>,
    /// Which services were excused for what.
    pub excuses: BTreeMap<Excuse, Excused>,
    /// How it went over time.
    pub curve: Curve,
}

impl Verdict {
    /// How many breaches are told one by one.
    const TOLD: usize = 100;

    /// Whether every promise was kept.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.breaches.is_empty()
    }

    /// How often a promise was broken.
    #[must_use]
    pub fn count(&self, guarantee: Guarantee) -> u64 {
        self.breaches.get(&guarantee).copied().unwrap_or_default()
    }

    /// Notes a breach.
    pub(super) fn breach(&mut self, breach: Breach) {
        *self.breaches.entry(breach.guarantee).or_default() += 1;
        if self.first.len() < Self::TOLD {
            self.first.push(breach);
        }
    }

    /// Adds what was seen of another shop.
    pub fn merge(&mut self, other: Self) {
        let Self { figures, breaches, first, excuses, curve } = other;
        self.figures.merge(figures);
        add(&mut self.breaches, breaches);
        self.first.extend(first);
        self.first.sort_by_key(|breach| (breach.at, breach.service));
        self.first.truncate(Self::TOLD);
        for (excuse, other) in excuses {
            let excused = self.excuses.entry(excuse).or_default();
            excused.services += other.services;
            excused.seconds += other.seconds;
            if other.longest_seconds > excused.longest_seconds {
                excused.longest_seconds = other.longest_seconds;
                excused.longest_service = other.longest_service;
            }
        }
        self.curve.merge(&curve);
    }
}

impl Figures {
    fn merge(&mut self, other: Self) {
        let Self {
            services,
            sorts,
            events,
            ticks,
            purchases,
            reissues,
            ended_orders,
            certificates,
            uncertified,
            refusals,
            holds,
            strays,
            stalls,
            adoptions,
            covered_seconds,
            gap_seconds,
            invoices,
            reminders,
            facts,
            facts_again,
            calls,
            faults,
            polling_calls,
        } = other;
        self.services += services;
        add(&mut self.sorts, sorts);
        self.events += events;
        self.ticks += ticks;
        self.purchases += purchases;
        self.reissues += reissues;
        self.ended_orders += ended_orders;
        self.certificates += certificates;
        add(&mut self.uncertified, uncertified);
        self.refusals += refusals;
        self.holds += holds;
        self.strays += strays;
        self.stalls += stalls;
        self.adoptions += adoptions;
        self.covered_seconds += covered_seconds;
        self.gap_seconds += gap_seconds;
        self.invoices += invoices;
        self.reminders += reminders;
        self.facts += facts;
        self.facts_again += facts_again;
        add(&mut self.calls, calls);
        add(&mut self.faults, faults);
        self.polling_calls += polling_calls;
    }
}

fn add<K: Ord>(sums: &mut BTreeMap<K, u64>, others: BTreeMap<K, u64>) {
    for (key, count) in others {
        *sums.entry(key).or_default() += count;
    }
}
