//! What has to happen within a time that counts: deadlines, so that nothing scans all services.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::life::Life;
use super::times::{Counts, DAY, Times};
use super::verdict::Guarantee;
use crate::seen::Number;

/// Something that has to happen to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// The store knows an order of the books.
    KnowOrder { order: u64 },
    /// The store has a certificate of the books.
    HearOfCertificate { order: u64, serial: u64 },
    /// The store knows that a certificate is revoked.
    HearOfRevocation { serial: u64 },
    /// The store knows that an order came to nothing.
    HearOfEnd { order: u64 },
    /// What was begun is ordered, refused, or held.
    Order,
    /// A successor that was paid for late is begun.
    Begin,
    /// The customer is asked to prove what the first order is for, if there is something to prove.
    Ask,
    /// There is a first certificate: everybody has done his part.
    Certify,
    /// An invoice is asked for.
    Invoice { period_start: Date },
    /// A threshold is settled.
    Remind { serial: u64, threshold: u8 },
    /// A certificate is said to be over.
    Expire { serial: u64 },
    /// The store has a payment.
    KeepPayment { paid_through: Date },
    /// The store knows that the service is to end.
    KeepEnd { at_once: bool },
    /// The CA revokes what somebody wants revoked, or refuses to.
    Revoke { serial: u64 },
    /// The books say of an order that it came to nothing, as the store does.
    ProveEnd { order: u64 },
    /// The books say of a certificate that it is revoked, as the store does.
    ProveRevocation { serial: u64 },
    /// The host is told a fact of an append.
    Tell { kind: &'static str, from: u64, to: u64 },
}

impl Duty {
    /// How much time there is for it, and which time counts.
    ///
    /// A change is read in one of the next turns, a lost answer is looked for in the next, and doubted for half an hour; with
    /// one call of some failing, a day is a lot. A host may be down for a day, and the outbox waits an hour at most. Proofs are
    /// seen hours late, and looked for again some hours later.
    fn within(self) -> (Counts, SignedDuration) {
        match self {
            Self::KnowOrder { .. }
            | Self::HearOfCertificate { .. }
            | Self::HearOfRevocation { .. }
            | Self::HearOfEnd { .. }
            | Self::Order
            | Self::Begin
            | Self::Revoke { .. } => (Counts::Good, DAY),
            Self::KeepPayment { .. }
            | Self::KeepEnd { .. }
            | Self::ProveEnd { .. }
            | Self::ProveRevocation { .. } => (Counts::Worked, DAY),
            Self::Ask | Self::Certify => (Counts::Good, DAY * 2),
            Self::Invoice { .. } | Self::Remind { .. } | Self::Expire { .. } => {
                (Counts::Worked, SignedDuration::from_hours(12))
            }
            Self::Tell { .. } => (Counts::Worked, DAY * 2),
        }
    }

    /// What is broken if it was not done, and the words for it.
    pub(super) fn breach(self) -> (Guarantee, String) {
        match self {
            Self::KnowOrder { .. } => (Guarantee::NoOrderLost, "the store knows nothing of an order".into()),
            Self::HearOfCertificate { .. } => {
                (Guarantee::ChangesHeard, "a certificate was issued, and is not in the store".into())
            }
            Self::HearOfRevocation { .. } => {
                (Guarantee::ChangesHeard, "a certificate was revoked, and the store does not know".into())
            }
            Self::HearOfEnd { .. } => {
                (Guarantee::ChangesHeard, "an order came to nothing, and the store does not know".into())
            }
            Self::Order => (Guarantee::OrderedInTime, "what was begun is not ordered".into()),
            Self::Begin => (Guarantee::OrderedInTime, "what was paid for late is not begun".into()),
            Self::Ask => (Guarantee::CertifiedInTime, "the customer was not asked for proofs".into()),
            Self::Certify => (
                Guarantee::CertifiedInTime,
                "everybody has done his part, and there is no certificate".into(),
            ),
            Self::Invoice { period_start } => {
                (Guarantee::Invoices, format!("no invoice for the period from {period_start}"))
            }
            Self::Remind { threshold, .. } => {
                (Guarantee::NoNoticeMissed, format!("threshold {threshold} before the end was not told"))
            }
            Self::Expire { .. } => {
                (Guarantee::NoNoticeMissed, "a certificate is over, and nobody was told".into())
            }
            Self::KeepPayment { paid_through } => {
                (Guarantee::AsWanted, format!("a payment up to {paid_through} is not stored"))
            }
            Self::KeepEnd { .. } => (Guarantee::AsWanted, "it is to end, and the store does not know".into()),
            Self::Revoke { .. } => {
                (Guarantee::AsWanted, "a certificate is to be revoked, and the CA does not know".into())
            }
            Self::ProveEnd { .. } => (
                Guarantee::ChangesHeard,
                "the store says that an order came to nothing, and the books do not".into(),
            ),
            Self::ProveRevocation { .. } => (
                Guarantee::ChangesHeard,
                "the store says that a certificate is revoked, and the books do not".into(),
            ),
            Self::Tell { kind, .. } => (Guarantee::NoNoticeMissed, format!("the host was not told {kind}")),
        }
    }
}

/// A duty that is not done yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    id: u32,
    pub(super) duty: Duty,
    /// Since when.
    pub(super) since: Timestamp,
    /// How many turns there had been.
    ticks: u64,
    /// How much of the time that counts will have passed when it is late.
    until: SignedDuration,
}

impl Open {
    /// How much time there is left for it.
    pub(super) fn left(&self, times: &Times) -> SignedDuration {
        let (counts, _) = self.duty.within();
        (self.until - times.counted(counts)).max(SignedDuration::ZERO)
    }
}

/// Something to look at when a moment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chore {
    /// A threshold before the end of a certificate, by its place among the terms' thresholds.
    Remind { serial: u64, threshold: u8 },
    /// The end of a certificate.
    Expire { serial: u64 },
    /// The last day for an invoice to be asked for.
    Invoice { period_start: Date },
    /// The revocation of a certificate, as the books have set it.
    Revoke { serial: u64 },
    /// A moment at which coverage may end.
    Cover,
}

/// A heap with the least on top.
type Queue<T> = BinaryHeap<Reverse<T>>;

/// What is to be looked at, and when.
#[derive(Debug, Default)]
pub(super) struct Duties {
    next: u32,
    worked: Queue<(SignedDuration, Number, u32)>,
    good: Queue<(SignedDuration, Number, u32)>,
    agenda: Queue<(Timestamp, Number, Chore)>,
}

impl Duties {
    /// In how many turns at least a duty can be done: time may leap from one to the next.
    const TURNS: u64 = 8;

    /// From now on a service has something to do.
    pub(super) fn open(&mut self, life: &mut Life, duty: Duty, times: &Times) {
        let (_, within) = duty.within();
        self.open_within(life, duty, within, times);
    }

    /// From now on a service has something to do, for which there is so much time.
    pub(super) fn open_within(&mut self, life: &mut Life, duty: Duty, within: SignedDuration, times: &Times) {
        let id = self.next;
        self.next = self.next.wrapping_add(1);
        let (counts, _) = duty.within();
        let until = times.counted(counts) + within;
        life.open.push(Open { id, duty, since: times.now(), ticks: times.ticks(), until });
        self.queue(counts).push(Reverse((until, life.number, id)));
    }

    /// At a moment, something is to be looked at.
    pub(super) fn plan(&mut self, at: Timestamp, number: Number, chore: Chore) {
        self.agenda.push(Reverse((at, number, chore)));
    }

    /// The first thing that is to be looked at by now.
    pub(super) fn planned(&mut self, now: Timestamp) -> Option<(Timestamp, Number, Chore)> {
        let Reverse((at, number, chore)) = *self.agenda.peek().filter(|next| next.0.0 <= now)?;
        self.agenda.pop();
        Some((at, number, chore))
    }

    /// The duties whose time is over, done or not.
    pub(super) fn due(&mut self, times: &Times) -> Vec<(Number, u32)> {
        let mut due = Vec::new();
        for counts in [Counts::Worked, Counts::Good] {
            let counted = times.counted(counts);
            let queue = self.queue(counts);
            while let Some(Reverse((_, number, id))) =
                queue.peek().filter(|next| next.0.0 <= counted).copied()
            {
                queue.pop();
                due.push((number, id));
            }
        }
        due
    }

    /// Takes a duty whose time is over from its service, if it was not done; puts it off if there were too few turns.
    pub(super) fn overdue(&mut self, life: &mut Life, id: u32, times: &Times) -> Option<Open> {
        let index = life.open.iter().position(|open| open.id == id)?;
        let open = *life.open.get(index)?;
        if times.ticks() < open.ticks + Self::TURNS {
            let (counts, _) = open.duty.within();
            self.queue(counts).push(Reverse((
                times.counted(counts) + SignedDuration::from_mins(1),
                life.number,
                id,
            )));
            return None;
        }
        life.open.swap_remove(index);
        Some(open)
    }

    fn queue(&mut self, counts: Counts) -> &mut Queue<(SignedDuration, Number, u32)> {
        match counts {
            Counts::Worked => &mut self.worked,
            Counts::Good => &mut self.good,
        }
    }
}
