//! Why a certificate that is owed may be missing: by what was seen, and by nothing else.
//!
//! The terms say how long before the end of a certificate the work on its successor has begun at the latest: as many days as
//! a customer may take to prove something, and as many to spare. Whoever did his part within his days, while the world was in
//! order but for the days to spare, has no gap.

use cert_lifecycle::Terms;
use jiff::{SignedDuration, Timestamp};

use cert_lifecycle::service::Running;

use super::life::{Life, Order};
use super::times::{DAY, earlier, later, midnight};
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
    let is_late = |asked: Timestamp, done: Option<Timestamp>| {
        done.is_none_or(|done| done > later(asked, check).max(begin))
    };
    let cycle = &life.cycle;
    let newest = life.orders.iter().filter_map(|order| order.certificate);
    let newest =
        newest.filter(|certificate| certificate.not_before <= at).max_by_key(|newest| newest.not_before);
    if newest.is_some_and(|newest| newest.revoked_at.is_some_and(|revoked_at| revoked_at <= at)) {
        return Some(Excuse::Revoked);
    }
    if life.running == Running::Suspended || life.suspended_until.is_some_and(|until| until > begin) {
        return Some(Excuse::Suspended);
    }
    if life.held_until.is_some_and(|until| until > begin) {
        return Some(Excuse::Held);
    }
    if cycle.is_cancelled {
        return Some(Excuse::OrderCancelled);
    }
    if paid_at(court, life, at).is_some_and(|paid_at| paid_at > begin) {
        return Some(Excuse::PaidLate);
    }
    if let Some(neglect) = life.neglect.filter(|neglect| neglect.ended.is_none_or(|ended| ended > begin)) {
        return Some(match neglect.what {
            "payment" => Excuse::PaidLate,
            "request" => Excuse::RequestLate,
            "proof" => Excuse::ProofLate,
            _ => Excuse::Neglected,
        });
    }
    if !life.sold.keeps_keys && cycle.request_asked.is_some_and(|asked| is_late(asked, cycle.request_brought))
    {
        return Some(Excuse::RequestLate);
    }
    if cycle.proof_asked.is_some_and(|asked| is_late(asked, cycle.proved)) {
        return Some(Excuse::ProofLate);
    }
    if life.sold.is_vetted && officers_are_late(life, later(begin, spare), earlier(at, spare)) {
        return Some(Excuse::OfficersLate);
    }
    if cycle.rejected.is_some_and(|rejected| later(rejected, terms.pause_after_refusal) > begin) {
        return Some(Excuse::RejectedLate);
    }
    (court.times.bad_within(begin, at) > spare).then_some(Excuse::Outage)
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
    let is_waiting = |order: &Order| order.is_open() && order.placed_at <= in_time;
    life.orders.iter().any(is_waiting) && life.cycle.officers_done.is_none_or(|done| done > until)
}
