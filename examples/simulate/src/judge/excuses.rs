//! Why a certificate that is owed may be missing: by what was seen, and by nothing else.
//!
//! The terms say how long before the end of a certificate the work on its successor has begun at the latest: as many days as
//! a customer may take to prove something, and as many to spare. Whoever did his part within his days, while the world was in
//! order but for the days to spare, has no gap.

use cert_lifecycle::Terms;
use jiff::{SignedDuration, Timestamp};

use super::life::{Hold, Life};
use super::times::{DAY, Span, earlier, later, midnight};
use super::waits::Part;
use super::{Court, Excuse};

/// How long before the end of a certificate the work on its successor has begun at the latest.
pub(super) fn lead(terms: &Terms) -> SignedDuration {
    DAY * (i32::from(terms.windows.spare_days) + i32::from(terms.windows.check_days))
}

/// Why no certificate is in force at a moment from which on one is owed, if there is an excuse.
pub(super) fn excuse(court: &Court, life: &Life, at: Timestamp) -> Option<Excuse> {
    let terms = &court.terms;
    let spare = DAY * i32::from(terms.windows.spare_days);
    let check = DAY * i32::from(terms.windows.check_days);
    let begin = earlier(at, lead(terms));
    let cycle = &life.cycle;
    if is_revoked(life, at) && cycle.begun.is_none_or(|begun| begun > begin) {
        return Some(Excuse::Revoked);
    }
    // He lets go within as many days as others have.
    let is_held = |hold: &Hold| hold.until.unwrap_or(later(hold.since, check)) > begin;
    if life.held.as_ref().is_some_and(is_held) {
        return Some(Excuse::Held);
    }
    if paid_at(court, life, at).is_some_and(|paid_at| paid_at > begin) {
        return Some(Excuse::PaidLate);
    }
    let (waiting, part) = cycle.waits.within(begin, at);
    let (deciding, decision) = cycle.officers.within(begin, at);
    let bad = court.times.bad_within(begin, at);
    // What is left when all of them take almost all that they may is too little for the rest. Time that is several counts once.
    let is_much =
        length(&union([waiting.clone(), deciding.clone(), bad.clone()].concat())) > lead(terms) - DAY;
    let (waited, decided, bad) = (length(&waiting), length(&deciding), length(&union(bad)));
    if waited > check || is_much && waited > decided.max(bad) {
        return part.map(Part::excuse);
    }
    if is_much && decided > bad {
        return decision.map(Part::excuse);
    }
    if officers_are_late(life, later(begin, spare), earlier(at, spare)) {
        return Some(Excuse::OfficersLate);
    }
    if cycle.rejected.is_some_and(|rejected| later(rejected, terms.pause_after_refusal) > begin) {
        return Some(Excuse::RejectedLate);
    }
    (bad > spare || is_much).then_some(Excuse::Outage)
}

fn length(spans: &[Span]) -> SignedDuration {
    spans.iter().fold(SignedDuration::ZERO, |sum, (from, until)| sum + until.duration_since(*from))
}

/// The spans of time that these cover together.
fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut united: Vec<Span> = Vec::new();
    for (from, until) in spans {
        match united.last_mut().filter(|(_, reached)| from <= *reached) {
            Some((_, reached)) => *reached = until.max(*reached),
            None => united.push((from, until)),
        }
    }
    united
}

/// Whether the newest certificate is revoked.
fn is_revoked(life: &Life, at: Timestamp) -> bool {
    let begun = life.orders.iter().filter_map(|order| order.certificate);
    let begun = begun.filter(|certificate| certificate.not_before <= at);
    let newest = begun.max_by_key(|newest| newest.not_before);
    newest.is_some_and(|newest| newest.revoked_at.is_some_and(|revoked_at| revoked_at <= at))
}

/// When the payment came that pays for a moment.
fn paid_at(court: &Court, life: &Life, at: Timestamp) -> Option<Timestamp> {
    let spared = DAY * i32::from(court.terms.spared_days);
    let reaches = |(last, _): &&(jiff::civil::Date, Timestamp)| {
        midnight(*last).is_some_and(|start| later(start, DAY - spared) > at)
    };
    life.payments.iter().find(reaches).map(|(_, paid_at)| *paid_at)
}

/// Whether an order was placed in time, and officers had not decided by the time that leaves some to spare.
fn officers_are_late(life: &Life, in_time: Timestamp, until: Timestamp) -> bool {
    let is_decided_late = life.cycle.officers_done.is_some_and(|done| done > until);
    let mut open = life.orders.iter().filter(|order| order.is_open() && order.placed_at <= in_time);
    open.any(|order| order.awaits_officers || is_decided_late)
}
