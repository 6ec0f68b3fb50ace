//! What the store says has happened: invoices, reminders, payments, and what follows from orders and certificates.

use cert_domain::{Configuration, KeyChoice};
use cert_lifecycle::service::{Event, HoldReason, RecordedEvent, Running};
use cert_lifecycle::{CertificateStanding, OrderKind};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::certificates;
use super::duties::Duty;
use super::first;
use super::life::{Attempt, Hold, Known, Life, Order, digest, place};
use super::notices;
use super::periods;
use super::times::{DAY, later, utc};
use super::waits::Part;
use super::{Court, Guarantee};

/// How many orders that are over are remembered.
const REMEMBERED: usize = 6;

/// An append was committed.
pub(super) fn stored(court: &mut Court, life: &mut Life, version: u64, events: &[RecordedEvent]) {
    let from = version.saturating_sub(u64::try_from(events.len()).unwrap_or_default()) + 1;
    for recorded in events {
        happened(court, life, &recorded.event);
        if let Some(kind) = notices::told_of(&recorded.event) {
            court.duties.open(life, Duty::Tell { kind, from, to: version }, &court.times);
        }
    }
}

fn happened(court: &mut Court, life: &mut Life, event: &Event) {
    let now = court.now();
    match event {
        Event::Configured { configuration } => begun(court, life, OrderKind::New, configuration, false),
        Event::SuccessorBegun { purpose, configuration, of_itself } => {
            begun(court, life, purpose.kind(), configuration, *of_itself);
        }
        Event::OrderIntended { attempt } => intended(life, attempt.kind),
        Event::OrderRefused { .. } => refused(court, life),
        Event::OrderAbandoned => {
            abandoned(life, now);
            settled(life);
            life.attempt = None;
            ended(life, now);
            let_go(life, now);
        }
        Event::OrderPlaced { order_id, adopted, .. } => placed(court, life, order_id.as_str(), *adopted),
        Event::StrayOrder { order_id, .. } => {
            court.verdict.figures.strays += 1;
            knows(court, life, order_id.as_str(), None, true);
            // What was begun waits for another.
            if life.waits() && !life.has_to(Duty::Order) {
                court.duties.open(life, Duty::Order, &court.times);
            }
        }
        Event::OrderRejected | Event::OrderCancelled => {
            is_ended(court, life);
            ended(life, now);
        }
        Event::OrderAccepted => asked(life, now),
        Event::ProofsPublished { .. } => asked(life, now),
        // What was proved is to be proved anew, by other means.
        Event::MethodChanged { .. } => method_changed(court, life),
        Event::Stalled { .. } => court.verdict.figures.stalls += 1,
        Event::CertificateIssued { certificate, .. } => {
            let (not_before, not_after) = (certificate.not_before, certificate.not_after);
            certificates::issued(court, life, &certificate.serial_number, not_before, not_after);
        }
        Event::Imported { order_id, certificate, .. } => {
            life.intents[0] += 1;
            knows(court, life, order_id.as_str(), Some(OrderKind::New), true);
            let (not_before, not_after) = (certificate.not_before, certificate.not_after);
            certificates::issued(court, life, &certificate.serial_number, not_before, not_after);
        }
        Event::CertificateStanding { serial_number, standing } => {
            certificates::stands(court, life, digest(serial_number), standing);
        }
        Event::CertificateRevoked { serial_number } => {
            certificates::stands(
                court,
                life,
                digest(serial_number),
                &CertificateStanding::Revoked { at: None },
            );
        }
        Event::RevocationRequested { revocation }
            if !life.is_to_be_revoked(digest(&revocation.serial_number)) =>
        {
            let what = "a certificate is to be revoked, and nobody wants that";
            court.breach(Guarantee::AsWanted, Some(life.number), what);
        }
        Event::RevocationRefused { serial_number, .. } => {
            life.done(|duty| *duty == Duty::Revoke { serial: digest(serial_number) });
            periods::plan_invoice(court, life);
        }
        // The customer, who once brought a request of his own, is asked for another.
        Event::RequestMissed { .. } => {
            life.done(|duty| *duty == Duty::Begin);
        }
        Event::RequestStored { .. } => life.cycle.waits.end(&[Part::Request], now),
        Event::InvoiceRaised { invoice } => periods::invoiced(court, life, invoice),
        Event::PaymentReceived { paid_through, .. } => periods::kept(court, life, paid_through.date()),
        Event::Reminded { settled, .. } => certificates::reminded(court, life, settled),
        Event::Expired => certificates::expired(court, life),
        Event::CancellationRequested { request } => periods::ends(court, life, !request.at_end_of_period),
        Event::CancellationWithdrawn => {
            court.breach(Guarantee::AsWanted, Some(life.number), "it goes on, and nobody wants that");
        }
        Event::RunningChanged { running } => runs(court, life, *running),
        Event::Held { reason } => held(court, life, reason),
        Event::Resumed => resumed(court, life),
        _ => {}
    }
}

/// Something is to be ordered.
fn begun(court: &mut Court, life: &mut Life, kind: OrderKind, what: &Configuration, of_itself: bool) {
    let now = court.now();
    // Whoever asked has asked for one order.
    let asked = life.asked.get_mut(place(kind)).filter(|_| !of_itself);
    let is_asked_for = asked.is_some_and(std::mem::take);
    if kind != OrderKind::Reissue {
        is_paid(court, life, kind == OrderKind::Renewal, is_asked_for);
    }
    let makes_key = matches!(what.key(), KeyChoice::Generate { keep: true, .. });
    life.attempt = Some(Attempt {
        kind,
        is_asked_for,
        makes_key,
        began_at: now,
        is_intended: false,
        is_open: true,
        was_held: false,
    });
    life.is_refused = false;
    life.cycle.begun.get_or_insert(now);
    life.cycle.waits.end(&[Part::Form, Part::Request], now);
    life.done(|duty| matches!(duty, Duty::Order | Duty::Begin));
    court.duties.open(life, Duty::Order, &court.times);
}

/// What was begun is about to be ordered: once, however often it is said.
fn intended(life: &mut Life, kind: OrderKind) {
    let Some(attempt) = &mut life.attempt else { return };
    if attempt.is_open && attempt.kind == kind && !attempt.is_intended {
        attempt.is_intended = true;
        intends(life, kind, 1);
    }
}

/// The CA is said to have refused the order.
fn refused(court: &mut Court, life: &mut Life) {
    court.verdict.figures.refusals += 1;
    if !std::mem::take(&mut life.is_refused) {
        let what = "an order is said to be refused, and nobody heard the CA refuse it";
        court.breach(Guarantee::OrderedInTime, Some(life.number), what);
    }
    if let Some(attempt) = life.attempt.filter(|attempt| attempt.is_intended) {
        intends(life, attempt.kind, -1);
    }
    settled(life);
}

/// The order that the service waits for is said to have come to nothing: the books say so, too, or will once they are read.
fn is_ended(court: &mut Court, life: &mut Life) {
    let Some(known) = life.known.iter().rev().find(|known| known.is_open).copied() else { return };
    let is_it = |order: &Order| order.order == known.order && Some(order.kind) == known.kind;
    if !life.orders.iter().any(|order| is_it(order) && order.is_ended()) {
        court.duties.open(life, Duty::ProveEnd { order: known.order }, &court.times);
    }
}

/// What was proved is to be proved anew, by other means.
fn method_changed(court: &mut Court, life: &mut Life) {
    if !std::mem::take(&mut life.changes_method) {
        court.breach(Guarantee::AsWanted, Some(life.number), "another method is used, and nobody wants that");
    }
    life.cycle.proved = None;
    life.done(|duty| *duty == Duty::Certify);
    if life.known.iter().any(|known| known.is_open) {
        is_to_be_asked(court, life);
    }
    first::look(court, life);
}

/// What was to be ordered is settled.
fn settled(life: &mut Life) {
    if let Some(attempt) = &mut life.attempt {
        attempt.is_open = false;
    }
    life.done(|duty| *duty == Duty::Order);
}

/// More or fewer orders of a kind are meant.
fn intends(life: &mut Life, kind: OrderKind, by: i32) {
    if let Some(intents) = life.intents.get_mut(place(kind)) {
        *intents += by;
    }
}

/// The reseller has given up what was to be ordered: it is meant no more, unless the CA has an order for it already.
fn abandoned(life: &mut Life, now: Timestamp) {
    let Some(attempt) = life.attempt.filter(|attempt| attempt.is_open && attempt.is_intended) else { return };
    let is_its_own = |order: &Order| order.kind == attempt.kind && order.placed_at >= attempt.began_at;
    if !life.orders.iter().any(|order| !order.is_ended() && is_its_own(order)) {
        intends(life, attempt.kind, -1);
        life.abandoned = Some((attempt.kind, now));
    }
}

/// A purchase is paid for: by periods, beyond what was bought for a renewal, and to this day for a new one. What is sold once
/// is paid by whoever asks for it.
fn is_paid(court: &mut Court, life: &Life, follows: bool, is_asked_for: bool) {
    if !life.sold.is_recurring {
        if !is_asked_for {
            let what = "a purchase of what is sold once was begun, and nobody asked for it";
            court.breach(Guarantee::PaidFirst, Some(life.number), what);
        }
        return;
    }
    // The reseller's day may have begun, or not ended.
    let today = utc(court.now()).saturating_sub(1.day());
    let is_over = life.newest().is_none_or(|newest| newest.not_after <= later(court.now(), DAY));
    let bought = if is_over || !follows { today } else { life.term_ends.unwrap_or(today) };
    if life.paid_through().is_none_or(|paid| paid <= bought) {
        let paid = life.paid_through().map_or_else(|| "nothing".to_owned(), |paid| paid.to_string());
        let what = format!("a purchase was begun; paid through {paid}, bought to {bought}");
        court.breach(Guarantee::PaidFirst, Some(life.number), what);
    }
}

fn placed(court: &mut Court, life: &mut Life, order_id: &str, is_adopted: bool) {
    let kind = life.attempt.map_or(OrderKind::New, |attempt| attempt.kind);
    // Found when it had come to nothing already: what was meant has come to nothing only now.
    let order = digest(order_id);
    let mut entries = life.orders.iter().filter(|entry| entry.order == order && entry.kind == kind);
    let newest = entries.next_back().copied().filter(|_| is_adopted && life.waits());
    if let Some(newest) = newest.filter(|newest| !life.has_heard_of(order, kind, newest.placed_at)) {
        let count = life.intents.get_mut(place(kind)).filter(|_| newest.is_ended());
        count.into_iter().for_each(|count| *count -= 1);
    }
    settled(life);
    let_go(life, court.now());
    (life.cycle.proved, life.cycle.asked_again) = (None, 0);
    court.verdict.figures.adoptions += u64::from(is_adopted);
    knows(court, life, order_id, Some(kind), is_adopted);
    if kind == OrderKind::New {
        is_to_be_asked(court, life);
    }
}

/// The customer is to be asked for the proofs of a first order.
fn is_to_be_asked(court: &mut Court, life: &mut Life) {
    let is_first = life.orders.iter().all(|order| order.certificate.is_none());
    if is_first && !life.sold.is_published_for && !life.has_to(Duty::Ask) {
        court.duties.open(life, Duty::Ask, &court.times);
    }
}

/// The customer was asked for proofs, or nothing is to be proved.
fn asked(life: &mut Life, now: Timestamp) {
    life.done(|duty| *duty == Duty::Ask);
    life.cycle.waits.end(&[Part::Proof], now);
}

/// The store knows an order: as the service's own, or as one that nobody waits for.
fn knows(court: &mut Court, life: &mut Life, order_id: &str, kind: Option<OrderKind>, is_found: bool) {
    let order = digest(order_id);
    life.done(|duty| *duty == Duty::KnowOrder { order });
    if kind.is_none() {
        life.done(|duty| matches!(duty, Duty::HearOfCertificate { order: other, .. } if *other == order));
    }
    life.known.push_back(Known { order, kind, at: court.now(), is_open: kind.is_some(), is_found });
    if life.known.len() > REMEMBERED {
        life.known.pop_front();
    }
    let others = [court.stored.insert(order, life.number), court.booked.get(&order).copied()];
    if others.into_iter().flatten().any(|owner| owner != life.number) {
        let what = format!("order {order_id} is another service's");
        court.breach(Guarantee::NoOrderLost, Some(life.number), what);
    }
}

/// The order that the service waited for has come to nothing.
fn ended(life: &mut Life, now: Timestamp) {
    asked(life, now);
    over(life);
}

/// The service waits for no order any more.
pub(super) fn over(life: &mut Life) {
    life.known.iter_mut().for_each(|known| known.is_open = false);
    life.done(|duty| matches!(duty, Duty::HearOfEnd { .. }));
}

/// The service goes on, pauses, or has ended: it only ends if somebody wants that, and nobody lets it pause.
fn runs(court: &mut Court, life: &mut Life, running: Running) {
    life.running = running;
    if running == Running::Terminated {
        periods::ends(court, life, true);
        notices::silence(life);
        life.done(|duty| matches!(duty, Duty::Invoice { .. }));
    } else {
        court.breach(Guarantee::AsWanted, Some(life.number), "it pauses or goes on, and nobody wants that");
    }
    if running != Running::Running {
        life.done(|duty| matches!(duty, Duty::Order | Duty::Begin | Duty::Ask));
    }
}

/// The reseller is told that only he can go on, and of the orders that it is about. What is to be done waits for him, once
/// for each order.
fn held(court: &mut Court, life: &mut Life, reason: &HoldReason) {
    court.verdict.figures.holds += 1;
    let was_held =
        life.attempt.as_mut().is_some_and(|attempt| std::mem::replace(&mut attempt.was_held, true));
    if !was_held {
        let is_put_off = |duty: &Duty| matches!(duty, Duty::Order | Duty::Ask);
        let put_off = life.open.iter().filter(|open| is_put_off(&open.duty));
        let put_off = put_off.map(|open| (open.duty, open.left(&court.times))).collect();
        life.done(is_put_off);
        life.held = Some(Hold { since: court.now(), put_off, until: None });
    }
    let told = match reason {
        HoldReason::StrayOrder { order_id } | HoldReason::ForeignOrder { order_id } => {
            std::slice::from_ref(order_id)
        }
        HoldReason::SeveralOrders { order_ids } => order_ids,
        _ => return,
    };
    for order_id in told {
        let order = digest(order_id.as_str());
        life.done(|duty| *duty == Duty::KnowOrder { order });
    }
}

/// What only the reseller could settle is settled: there is as much time for the rest as was left.
fn resumed(court: &mut Court, life: &mut Life) {
    let put_off = let_go(life, court.now());
    for (duty, left) in put_off {
        let is_meant = duty != Duty::Order || life.waits();
        if is_meant && !life.has_to(duty) {
            court.duties.open_within(life, duty, left, &court.times);
        }
    }
}

/// What only the reseller could settle is settled. Returns what waited for that.
fn let_go(life: &mut Life, now: Timestamp) -> Vec<(Duty, SignedDuration)> {
    let Some(hold) = &mut life.held else { return Vec::new() };
    hold.until.get_or_insert(now);
    std::mem::take(&mut hold.put_off)
}
