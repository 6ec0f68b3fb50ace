//! The CA's books: what was bought, for whom, how often, and whether the store knows.

use cert_lifecycle::OrderKind;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::coverage;
use super::curve::seconds;
use super::duties::Chore;
use super::life::{Attempt, Certificate, Known, Life, Order, digest, place};
use super::times::{DAY, earlier, later, midnight, utc};
use super::{Court, Duty, Guarantee, POLLED_EVERY_MINUTES, first};
use crate::seen::{BookedOrder, BookedStanding};

/// How far the reseller's clock and the CA's may be apart, and a day to be on the safe side of dates.
const LEEWAY: SignedDuration = SignedDuration::from_hours(36);
/// How long after it was given up an order may come to be: calls are under way for less than that.
const LATEST: SignedDuration = SignedDuration::from_hours(1);
/// How long what is over is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(45 * 24);

/// An order is new in the books, or has changed there.
pub(super) fn booked(court: &mut Court, life: &mut Life, booked: &BookedOrder) {
    let order = digest(&booked.order_id);
    let key = digest(&booked.key);
    let index = match life.orders.iter().position(|other| other.entry == booked.entry) {
        Some(index) => index,
        None => {
            let is_asked_for =
                life.attempt.is_some_and(|attempt| attempt.kind == booked.kind && !attempt.of_itself);
            life.orders.push(Order {
                entry: booked.entry,
                follows: booked.follows,
                order,
                kind: booked.kind,
                key,
                placed_at: booked.placed_at,
                standing: BookedStanding::Waiting,
                awaits_officers: false,
                certificate: None,
                is_judged: false,
                is_asked_for,
                bought_until: life.term_ends,
            });
            is_new(court, life, booked, order, key);
            life.orders.len() - 1
        }
    };
    let Some(before) = life.orders.get(index).copied() else { return };
    let mut after = Order { standing: booked.standing, awaits_officers: booked.awaits_officers, ..before };
    if after.is_ended() && !before.is_ended() {
        ended(court, life, &before);
    }
    if let Some(certificate) = &booked.certificate {
        let serial = digest(&certificate.serial_number);
        let (not_before, not_after) = (certificate.not_before, certificate.not_after);
        let now = Certificate { serial, not_before, not_after, revoked_at: certificate.revoked_at };
        after.certificate = Some(now);
        if let Some(order) = life.orders.get_mut(index) {
            *order = after;
        }
        if before.certificate.is_none() {
            issued(court, life, &after, now);
        }
        let before = before.certificate.and_then(|before| before.revoked_at);
        if let Some(revoked_at) = now.revoked_at.filter(|revoked_at| Some(*revoked_at) != before) {
            court.duties.plan(revoked_at, life.number, Chore::Revoke { serial });
            coverage::look_again(court, life, revoked_at);
            coverage::ends(court, life, revoked_at);
        }
    }
    if let Some(order) = life.orders.get_mut(index) {
        *order = after;
    }
    first::look(court, life);
}

fn is_new(court: &mut Court, life: &mut Life, booked: &BookedOrder, order: u64, key: u64) {
    let figures = &mut court.verdict.figures;
    match booked.kind {
        OrderKind::Reissue => figures.reissues += 1,
        _ => figures.purchases += 1,
    }
    if let Some(kind) = life.standing.get_mut(place(booked.kind)) {
        *kind += 1;
    }
    let is_its_own = |attempt: Attempt| attempt.is_open && attempt.kind == booked.kind;
    if life.attempt.is_some_and(is_its_own) {
        life.done(|duty| *duty == Duty::Order);
    }
    court.booked.insert(order, life.number);
    if court.stored.get(&order).is_some_and(|owner| *owner != life.number) {
        let what = format!("order {} is another service's in the store", booked.order_id);
        court.breach(Guarantee::NoOrderLost, Some(life.number), what);
    }
    if !life.has_heard_of(order, booked.kind, booked.placed_at) {
        court.duties.open(life, Duty::KnowOrder { order }, &court.times);
    }
    let (owner, is_bought) = *court.keys.entry(key).or_insert((life.number, false));
    if owner != life.number {
        let what = format!("a key of service {} is ordered for", owner.0);
        court.breach(Guarantee::OwnKeys, Some(life.number), what);
    } else if is_bought && booked.kind != OrderKind::Reissue {
        court.breach(Guarantee::OwnKeys, Some(life.number), "a key is bought for twice");
    }
}

/// An order has come to nothing: whatever it was meant for is still to be ordered.
fn ended(court: &mut Court, life: &mut Life, order: &Order) {
    court.verdict.figures.ended_orders += 1;
    count_polls(court, order.placed_at, court.now());
    let kind = place(order.kind);
    if let Some(count) = life.standing.get_mut(kind) {
        *count -= 1;
    }
    // What the store has not heard of is looked for, not found, and ordered again, perhaps before the books tell of the end: it
    // is meant as before.
    let is_for_it = |attempt: Attempt| attempt.kind == order.kind && attempt.began_at <= order.placed_at;
    let is_meant =
        life.attempt.is_some_and(is_for_it) && !life.has_heard_of(order.order, order.kind, order.placed_at);
    if let Some(count) = life.intents.get_mut(kind).filter(|_| !is_meant) {
        *count -= 1;
    }
    let id = order.order;
    life.done(|duty| *duty == Duty::KnowOrder { order: id });
    let waits = |known: &Known| known.order == id && known.is_open && known.kind == Some(order.kind);
    if life.known.iter().any(waits) {
        court.duties.open(life, Duty::HearOfEnd { order: id }, &court.times);
    }
}

fn issued(court: &mut Court, life: &mut Life, order: &Order, certificate: Certificate) {
    court.verdict.figures.certificates += 1;
    // What was owed up to here goes by what was bought before.
    coverage::look(court, life, certificate.not_before);
    count_polls(court, order.placed_at, certificate.not_before);
    if order.kind != OrderKind::Reissue {
        life.term_ends = Some(life.sold.term_end(certificate.not_before));
        life.sells_until = None;
        if let Some((_, is_bought)) = court.keys.get_mut(&order.key) {
            *is_bought = true;
        }
    } else {
        shorten(court, life, certificate);
    }
    let serial = certificate.serial;
    let is_had = life.certificates.iter().any(|kept| kept.serial == serial);
    // Reissues may share an identifier with a stray of long ago.
    let is_it = |known: &Known| known.order == order.order && known.at >= order.placed_at;
    let is_stray = life.known.iter().any(|known| known.kind.is_none() && is_it(known));
    if !is_had && !is_stray {
        court.duties.open(life, Duty::HearOfCertificate { order: order.order, serial }, &court.times);
    }
    coverage::begins(court, life, certificate);
}

/// What was bought reaches no further than a reissue that is shorter than the calendar allows: the CA sells no more.
fn shorten(court: &Court, life: &mut Life, certificate: Certificate) {
    let longest = court.terms.calendar.certificate_days(life.sold.kind, utc(certificate.not_before));
    if life_days(certificate) < longest {
        life.sells_until = Some(later(certificate.not_after, SignedDuration::from_secs(1)));
        let last = utc(certificate.not_after);
        life.term_ends = life.term_ends.map(|day| day.min(last));
    }
}

/// The moment has come of which the books said that a certificate is revoked from then on.
pub(super) fn revoked(court: &mut Court, life: &mut Life, serial: u64) {
    let mut certificates = life.orders.iter().filter_map(|order| order.certificate);
    let is_revoked = |certificate: &Certificate| {
        certificate.serial == serial && certificate.revoked_at.is_some_and(|at| at <= court.times.now())
    };
    let is_to_hear =
        |duty: &Duty| matches!(duty, Duty::HearOfCertificate { serial: other, .. } if *other == serial);
    let is_unheard = life.certificates.iter().any(|kept| kept.serial == serial && !kept.is_revoked)
        || life.open.iter().any(|open| is_to_hear(&open.duty));
    let duty = Duty::HearOfRevocation { serial };
    if certificates.any(|certificate| is_revoked(&certificate)) && is_unheard && !life.has_to(duty) {
        court.duties.open(life, duty, &court.times);
    }
}

fn count_polls(court: &mut Court, from: Timestamp, until: Timestamp) {
    let polls = seconds(until.duration_since(from)) / (POLLED_EVERY_MINUTES * 60);
    court.verdict.figures.polling_calls += polls + 1;
}

/// A reading is at its end: what is new in it is held against what was there, and what is long over is forgotten.
pub(super) fn close(court: &mut Court, life: &mut Life) {
    life.orders.sort_by_key(|order| order.placed_at);
    for index in 0..life.orders.len() {
        let Some(order) = life.orders.get(index).copied().filter(|order| !order.is_judged) else { continue };
        if let Some(order) = life.orders.get_mut(index) {
            order.is_judged = true;
        }
        if !order.is_ended() {
            judge(court, life, &order);
        }
    }
    for kind in [OrderKind::New, OrderKind::Renewal, OrderKind::Reissue] {
        let (Some(standing), Some(intents)) =
            (life.standing.get(place(kind)), life.intents.get_mut(place(kind)))
        else {
            continue;
        };
        let is_under_way = |order: &Order| {
            life.abandoned.is_some_and(|(of, at)| {
                of == kind && order.kind == kind && order.placed_at <= later(at, LATEST)
            })
        };
        if *standing > *intents && life.orders.iter().any(is_under_way) {
            *intents += 1;
            life.abandoned = None;
        }
        if standing > intents {
            let what = format!("{standing} orders stand ({kind:?}), and {intents} were meant");
            // Said once: from now on it is as if it had been meant.
            *intents = *standing;
            court.breach(Guarantee::BoughtOnce, Some(life.number), what);
        }
    }
    let now = court.now();
    life.orders.retain(|order| match order.certificate {
        Some(certificate) => later(certificate.end(), REMEMBERED) > now,
        None => order.is_open() || later(order.placed_at, REMEMBERED) > now,
    });
}

/// Whether an order came when there was room for one.
fn judge(court: &mut Court, life: &Life, order: &Order) {
    let others = || life.orders.iter().filter(|other| !other.is_ended() && other.entry != order.entry);
    let waits = |other: &Order| {
        let until = later(order.placed_at, SignedDuration::from_secs(1));
        other.placed_at <= order.placed_at
            && other.certificate.is_none_or(|certificate| certificate.not_before > until)
    };
    let is_twin = |other: &Order| other.follows == order.follows && other.kind == order.kind;
    let what = if others().any(waits) {
        "while another was open"
    } else if order.follows.is_some() && others().any(is_twin) {
        "to follow what another follows"
    } else {
        ""
    };
    if !what.is_empty() {
        let what = format!("an order ({:?}) was placed at {} {what}", order.kind, order.placed_at);
        court.breach(Guarantee::BoughtOnce, Some(life.number), what);
        return;
    }
    let before = others().filter_map(|other| other.certificate);
    let newest = before
        .filter(|certificate| certificate.not_before <= order.placed_at)
        .max_by_key(|certificate| certificate.not_before);
    let Some(newest) = newest.filter(|_| !order.is_asked_for) else { return };
    // A certificate that is over, or revoked, can be followed at any time.
    if newest.end() <= order.placed_at {
        return;
    }
    let from = match order.kind {
        OrderKind::Reissue => {
            let lead = court.terms.windows.lead_days(life_days(newest));
            earlier(newest.not_after, DAY * i32::from(lead) + LEEWAY)
        }
        _ => {
            let ends = order.bought_until.unwrap_or_else(|| utc(newest.not_after));
            let from = ends.saturating_sub(i32::from(court.terms.renewal_days).days());
            earlier(midnight(from).unwrap_or(order.placed_at), LEEWAY)
        }
    };
    if order.placed_at < from {
        let what = format!("an order ({:?}) was placed at {}, before {from}", order.kind, order.placed_at);
        court.breach(Guarantee::BoughtOnce, Some(life.number), what);
    }
}

fn life_days(certificate: Certificate) -> u16 {
    let hours = certificate.not_after.duration_since(certificate.not_before).as_hours();
    u16::try_from((hours + 12) / 24).unwrap_or(u16::MAX)
}
