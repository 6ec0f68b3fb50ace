//! When a certificate is owed, when one is in force, and what is missing.
//!
//! A service is looked at from its first certificate on; up to there, what has to happen within a time is a duty. Time goes on
//! piece by piece, from one border to the next: certificates end, payments reach so far. What is missing is kept apart until
//! the next certificate comes, since the books tell of one only after it was issued; an excuse for it is looked for day by
//! day.

use jiff::{SignedDuration, Timestamp, ToSpan};

use super::curve::{Share, seconds};
use super::duties::Chore;
use super::excuses::excuse;
use super::life::{Certificate, Life};
use super::times::{DAY, later, midnight};
use super::{Court, Excuse, Guarantee};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// A time without a certificate that goes on, or has just ended.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    from: Timestamp,
    /// The parts of it in which one was owed, and why it may be missing.
    owed: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    from: Timestamp,
    until: Timestamp,
    /// When an excuse is looked for anew.
    looks_until: Timestamp,
    excuse: Option<Excuse>,
}

/// A certificate is new in the books.
pub(super) fn begins(court: &mut Court, life: &mut Life, certificate: Certificate) {
    look_again(court, life, certificate.end());
    let Some(looked_to) = life.looked_to else {
        life.looked_to = Some(certificate.not_before);
        return;
    };
    // What was thought to be missing since it began was not.
    let Some(gap) = &mut life.gap else { return };
    if certificate.not_before < looked_to {
        let from = certificate.not_before.max(gap.from);
        life.looked_to = Some(from);
        gap.owed.retain(|piece| piece.from < from);
        gap.owed.iter_mut().for_each(|piece| piece.until = piece.until.min(from));
    }
}

/// A certificate was revoked, which the books may tell late.
pub(super) fn ends(court: &mut Court, life: &mut Life, at: Timestamp) {
    let Some(looked_to) = life.looked_to.filter(|looked_to| at < *looked_to && life.gap.is_none()) else {
        return;
    };
    if !is_covered(life, at) {
        let counted = owed_until(court, life).min(looked_to);
        court.verdict.figures.covered_seconds -= seconds(counted.duration_since(at));
        court.verdict.curve.take_covered(at, counted);
        life.looked_to = Some(at);
        look_again(court, life, court.now());
    }
}

/// Something begins or ends then: a second later there is something to see of what follows.
pub(super) fn look_again(court: &mut Court, life: &Life, at: Timestamp) {
    court.duties.plan(later(at, SECOND), life.number, Chore::Cover);
}

/// Looks at everything up to a moment.
pub(super) fn look(court: &mut Court, life: &mut Life, to: Timestamp) {
    let Some(mut from) = life.looked_to else { return };
    while from < to {
        let owed_until = owed_until(court, life);
        let mut until = to.min(border(life, from));
        if from < owed_until {
            until = until.min(owed_until);
        }
        if let Some(renewed) = life.gap.as_ref().and_then(|gap| gap.owed.last()).map(|last| last.looks_until)
        {
            until = if renewed > from { until.min(renewed) } else { until };
        }
        piece(court, life, (from, until), from < owed_until);
        from = until;
    }
    life.looked_to = life.looked_to.max(Some(to));
}

/// No more comes of a service.
pub(super) fn end(court: &mut Court, life: &mut Life, at: Timestamp) {
    look(court, life, at);
    close(court, life);
}

fn piece(court: &mut Court, life: &mut Life, (from, until): (Timestamp, Timestamp), is_owed: bool) {
    if is_covered(life, from) {
        close(court, life);
        if is_owed {
            court.verdict.figures.covered_seconds += seconds(until.duration_since(from));
            court.verdict.curve.add(from, until, Share::Covered);
        }
        return;
    }
    let mut gap = life.gap.take().unwrap_or(Gap { from, owed: Vec::new() });
    if is_owed {
        match gap.owed.last_mut().filter(|last| last.until == from && from < last.looks_until) {
            Some(last) => last.until = until,
            None => {
                let excuse = excuse(court, life, from);
                let looks_until = later(from, DAY);
                look_again(court, life, looks_until);
                match gap.owed.last_mut().filter(|last| last.until == from && last.excuse == excuse) {
                    Some(last) => (last.until, last.looks_until) = (until, looks_until),
                    None => gap.owed.push(Piece { from, until, looks_until, excuse }),
                }
            }
        }
    }
    life.gap = Some(gap);
}

/// A gap is at its end: what was owed in it is missing, or excused.
fn close(court: &mut Court, life: &mut Life) {
    let Some(gap) = life.gap.take() else { return };
    let mut whole = 0;
    for Piece { from, until, excuse, .. } in gap.owed.into_iter().filter(|piece| piece.from < piece.until) {
        let missing = seconds(until.duration_since(from));
        whole += missing;
        let Some(excuse) = excuse else {
            court.verdict.figures.gap_seconds += missing;
            court.verdict.curve.add(from, until, Share::Missing);
            let what = format!("no certificate in force for {missing} seconds from {from} on");
            court.breach(Guarantee::NoGap, Some(life.number), what);
            continue;
        };
        court.verdict.curve.add(from, until, Share::Excused);
        let is_first = !life.excuses.contains(&excuse);
        if is_first {
            life.excuses.push(excuse);
        }
        let excused = court.verdict.excuses.entry(excuse).or_default();
        excused.services += u64::from(is_first);
        excused.seconds += missing;
        if whole > excused.longest_seconds {
            (excused.longest_seconds, excused.longest_service) = (whole, life.number.0);
        }
    }
}

fn certificates(life: &Life) -> impl Iterator<Item = Certificate> {
    life.orders.iter().filter_map(|order| order.certificate)
}

fn is_covered(life: &Life, at: Timestamp) -> bool {
    certificates(life).any(|certificate| certificate.not_before <= at && at < certificate.end())
}

/// Up to when nothing begins or ends.
fn border(life: &Life, from: Timestamp) -> Timestamp {
    let borders = certificates(life).flat_map(|certificate| [certificate.not_before, certificate.end()]);
    borders.filter(|border| *border > from).min().unwrap_or(Timestamp::MAX)
}

/// Up to when a certificate is owed, as things stand. What is sold once is owed for what was bought; what is paid by periods,
/// for these, but for the few days that are not worth a purchase, and for whoever leaves no further than what was bought.
fn owed_until(court: &Court, life: &Life) -> Timestamp {
    if life.cancelling == Some(true) {
        return Timestamp::MIN;
    }
    let bought = life.term_ends.and_then(|last| midnight(last.saturating_add(1.day())));
    let bought = bought.unwrap_or(Timestamp::MIN).min(life.sells_until.unwrap_or(Timestamp::MAX));
    if !life.sold.is_recurring {
        return bought;
    }
    let spared = i32::from(court.terms.spared_days);
    let paid = life.paid_through().map(|last| last.saturating_add((1 - spared).days())).and_then(midnight);
    let paid = paid.unwrap_or(Timestamp::MIN);
    if life.cancelling.is_some() { paid.min(bought) } else { paid }
}
