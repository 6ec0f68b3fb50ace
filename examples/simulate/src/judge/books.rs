//! The CA's books: what was bought, for whom, how often, and whether the store knows.

use cert_lifecycle::OrderKind;
use jiff::{SignedDuration, ToSpan};

use super::coverage;
use super::duties::Chore;
use super::life::{Attempt, Certificate, Known, LATEST, Life, Order, digest, place};
use super::times::{DAY, earlier, later, midnight, utc};
use super::waits::Part;
use super::{Court, Duty, Guarantee, first, notices};
use crate::faults::MOST_SKEW;
use crate::seen::{BookedOrder, BookedStanding};

/// How far the reseller's clock and the CA's may be apart, and a day to be on the safe side of dates.
const LEEWAY: SignedDuration = SignedDuration::from_hours(36);
/// How long what is over is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(45 * 24);

/// An order is new in the books, or has changed there.
pub(super) fn booked(court: &mut Court, life: &mut Life, booked: &BookedOrder) {
    let order = digest(&booked.order_id);
    let key = digest(&booked.key);
    let index = match life.orders.iter().position(|other| other.entry == booked.entry) {
        Some(index) => index,
        None => {
            let asked_for =
                life.attempt.filter(|attempt| attempt.kind == booked.kind && attempt.is_asked_for);
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
                asked_for: asked_for.map(|attempt| attempt.began_at),
                names: named(court, life, booked),
                reads: court.reads.count(),
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
        life.done(|duty| *duty == Duty::ProveEnd { order });
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
            life.done(|duty| matches!(duty, Duty::Revoke { serial: of } | Duty::ProveRevocation { serial: of } if *of == serial));
            court.duties.plan(revoked_at, life.number, Chore::Revoke { serial });
            coverage::look_again(court, life, revoked_at);
            coverage::ends(court, life, revoked_at);
        }
    }
    if let Some(order) = life.orders.get_mut(index) {
        *order = after;
    }
    let now = court.times.now();
    match life.orders.iter().any(|order| order.is_open() && order.awaits_officers) {
        true => life.cycle.officers.begin(Part::Decision, now),
        false => life.cycle.officers.end(&[Part::Decision], now),
    }
    first::look(court, life);
}

/// Which of the wanted names an order is for, a bit each. It has to be for all that were wanted from the beginning, for all of
/// the order that it follows, and for none that nobody wanted; and it has to be for the right product and customer.
fn named(court: &mut Court, life: &Life, booked: &BookedOrder) -> u64 {
    let sold = &life.sold;
    let names = sold.names_among(&booked.names);
    let wanted = sold.names_among(&sold.names).unwrap_or_default();
    let followed = life.orders.iter().find(|other| Some(other.entry) == booked.follows);
    let needed = followed.map_or(wanted, |followed| followed.names);
    let wrongs = [
        (booked.product != sold.product, format!("product {}", booked.product)),
        (booked.customer != sold.customer, format!("customer {}", booked.customer)),
        (names.is_none_or(|names| needed & !names != 0), format!("names {:?}", booked.names)),
    ];
    for (_, what) in wrongs.into_iter().filter(|(is_wrong, _)| *is_wrong) {
        let what = format!("order {} has the wrong {what}", booked.order_id);
        court.breach(Guarantee::AsWanted, Some(life.number), what);
    }
    names.unwrap_or(needed)
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
    count_polls(court, order);
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
    let is_held = life.held.as_ref().is_some_and(|hold| hold.until.is_none());
    if is_meant && life.waits() && !is_held && !life.has_to(Duty::Order) {
        court.duties.open(life, Duty::Order, &court.times);
    }
    let id = order.order;
    life.done(|duty| *duty == Duty::KnowOrder { order: id });
    let waits =
        |known: &Known| known.is_open && known.kind == Some(order.kind) && known.is_of(id, order.placed_at);
    if life.known.iter().any(waits) {
        court.duties.open(life, Duty::HearOfEnd { order: id }, &court.times);
    }
}

fn issued(court: &mut Court, life: &mut Life, order: &Order, certificate: Certificate) {
    court.verdict.figures.certificates += 1;
    // What was owed up to here goes by what was bought before.
    coverage::look(court, life, certificate.not_before);
    count_polls(court, order);
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
    let now = court.times.now();
    let is_newest = life.newest().is_some_and(|newest| newest.serial == serial);
    let is_revoked = life.is_revoked(serial, now);
    if is_newest && is_revoked {
        notices::silence(life);
        life.done(|duty| matches!(duty, Duty::Invoice { .. } | Duty::Begin));
    }
    let is_to_hear =
        |duty: &Duty| matches!(duty, Duty::HearOfCertificate { serial: other, .. } if *other == serial);
    let is_unheard = life.certificates.iter().any(|kept| kept.serial == serial && !kept.is_revoked)
        || life.open.iter().any(|open| is_to_hear(&open.duty));
    let duty = Duty::HearOfRevocation { serial };
    if is_revoked && is_unheard && !life.has_to(duty) {
        court.duties.open(life, duty, &court.times);
    }
}

/// An order is polled no more: it was looked at whenever the list of changes was read, and once at its end.
pub(super) fn count_polls(court: &mut Court, order: &Order) {
    let polls = court.reads.count().saturating_sub(order.reads);
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
    // Whoever asked has asked for one order.
    let is_before = |other: &Order| other.asked_for == order.asked_for && other.entry < order.entry;
    let is_asked_for = order.asked_for.is_some() && !others().any(is_before);
    let Some(newest) = newest.filter(|_| !is_asked_for) else { return };
    // A certificate that is over, or revoked, can be followed at any time. For a machine whose clock is ahead it is over earlier.
    if newest.end() <= later(order.placed_at, MOST_SKEW) {
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
