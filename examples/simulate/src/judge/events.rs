//! What the store says has happened: invoices, reminders, payments, and what follows from orders and certificates.

use cert_domain::{Configuration, KeyChoice, Life as Span, Term};
use cert_lifecycle::service::{Event, HoldReason, RecordedEvent, Running};
use cert_lifecycle::{CertificateStanding, InvoiceDue, OrderKind};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::coverage;
use super::duties::{Chore, Duty};
use super::first;
use super::life::{Attempt, Cycle, Hold, Kept, Known, Life, Order, digest, place};
use super::notices;
use super::times::{DAY, later, midnight, utc};
use super::waits::Part;
use super::{Court, Guarantee};

/// How many payments, and orders that are over, are remembered.
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
        Event::OrderIntended { attempt } => {
            intends(life, attempt.kind, 1);
            if let Some(attempt) = &mut life.attempt {
                attempt.is_intended = true;
            }
        }
        Event::OrderRefused { .. } => {
            if let Some(attempt) = life.attempt {
                intends(life, attempt.kind, -1);
            }
            settled(life);
            life.cycle.begun = None;
        }
        Event::OrderAbandoned => {
            abandoned(life, now);
            settled(life);
            life.attempt = None;
            ended(life, now);
            let_go(life, now);
        }
        Event::OrderPlaced { order_id, adopted, .. } => placed(court, life, order_id.as_str(), *adopted),
        Event::StrayOrder { order_id } => {
            court.verdict.figures.strays += 1;
            knows(court, life, order_id.as_str(), None);
            // What was begun waits for another.
            if life.waits() && !life.has_to(Duty::Order) {
                court.duties.open(life, Duty::Order, &court.times);
            }
        }
        Event::OrderRejected => {
            life.cycle.rejected = Some(now);
            ended(life, now);
        }
        Event::OrderCancelled => {
            life.cycle.is_cancelled = true;
            ended(life, now);
        }
        Event::OrderAccepted => asked(life, now),
        Event::ProofsPublished { .. } => asked(life, now),
        // What was proved is to be proved anew, by other means.
        Event::MethodChanged { .. } => {
            life.cycle.proved = None;
            life.done(|duty| *duty == Duty::Certify);
            first::look(court, life);
        }
        Event::Stalled { .. } => court.verdict.figures.stalls += 1,
        Event::CertificateIssued { certificate } => {
            issued(court, life, &certificate.serial_number, certificate.not_before, certificate.not_after);
        }
        Event::Imported { order_id, certificate, .. } => {
            life.intents[0] += 1;
            knows(court, life, order_id.as_str(), Some(OrderKind::New));
            issued(court, life, &certificate.serial_number, certificate.not_before, certificate.not_after);
        }
        Event::CertificateStanding { serial_number, standing } => {
            stands(court, life, digest(serial_number), standing);
        }
        Event::CertificateRevoked { serial_number } => {
            stands(court, life, digest(serial_number), &CertificateStanding::Revoked { at: None });
        }
        Event::RevocationRequested { revocation } => {
            if let Some(kept) = life.certificate_mut(digest(&revocation.serial_number)) {
                kept.is_revoking = true;
            }
        }
        Event::RevocationRefused { serial_number, .. } => {
            if let Some(kept) = life.certificate_mut(digest(serial_number)) {
                kept.is_revoking = false;
            }
            plan_invoice(court, life);
        }
        // The customer, who once brought a request of his own, is asked for another.
        Event::RequestMissed { .. } => {
            life.done(|duty| *duty == Duty::Begin);
        }
        Event::RequestStored { is_made, .. } => {
            life.cycle.is_cancelled &= *is_made;
            life.cycle.waits.end(&[Part::Request], now);
        }
        Event::InvoiceRaised { invoice } => invoiced(court, life, invoice),
        Event::PaymentReceived { paid_through } => paid(court, life, paid_through.date()),
        Event::Reminded { settled, .. } => reminded(court, life, settled),
        Event::Expired => {
            if life.is_said_over {
                court.breach(Guarantee::NoNoticeDoubled, Some(life.number), "a certificate is over twice");
            }
            life.is_said_over = true;
            life.done(|duty| matches!(duty, Duty::Expire { .. } | Duty::Remind { .. }));
        }
        Event::CancellationRequested { request } => {
            coverage::look(court, life, now);
            life.cancelling = Some(!request.at_end_of_period);
            life.done(|duty| matches!(duty, Duty::Invoice { .. } | Duty::Begin));
        }
        Event::CancellationWithdrawn => {
            coverage::look(court, life, now);
            coverage::look_again(court, life, now);
            life.cancelling = None;
            plan_invoice(court, life);
        }
        Event::RunningChanged { running } => runs(court, life, *running),
        Event::Held { reason } => held(court, life, reason),
        Event::Resumed => {
            let_go(life, now);
            if life.waits() {
                court.duties.open(life, Duty::Order, &court.times);
            }
        }
        _ => {}
    }
}

/// Something is to be ordered.
fn begun(court: &mut Court, life: &mut Life, kind: OrderKind, what: &Configuration, of_itself: bool) {
    let now = court.now();
    if kind != OrderKind::Reissue {
        is_paid(court, life, kind == OrderKind::Renewal);
    }
    let makes_key = matches!(what.key(), KeyChoice::Generate { keep: true, .. });
    life.attempt =
        Some(Attempt { kind, of_itself, makes_key, began_at: now, is_intended: false, is_open: true });
    life.cycle.begun = Some(now);
    life.cycle.is_cancelled = false;
    life.cycle.waits.end(&[Part::Form, Part::Request], now);
    life.done(|duty| matches!(duty, Duty::Order | Duty::Begin));
    court.duties.open(life, Duty::Order, &court.times);
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
/// is paid with the first, and its renewals are asked for.
fn is_paid(court: &mut Court, life: &Life, follows: bool) {
    if !life.sold.is_recurring {
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
    court.verdict.figures.adoptions += u64::from(is_adopted);
    knows(court, life, order_id, Some(kind));
    let is_first = life.orders.iter().all(|order| order.certificate.is_none());
    if is_first && kind == OrderKind::New && !life.sold.is_published_for {
        court.duties.open(life, Duty::Ask, &court.times);
    }
}

/// The customer was asked for proofs, or nothing is to be proved.
fn asked(life: &mut Life, now: Timestamp) {
    life.done(|duty| *duty == Duty::Ask);
    life.cycle.waits.end(&[Part::Proof], now);
}

/// The store knows an order: as the service's own, or as one that nobody waits for.
fn knows(court: &mut Court, life: &mut Life, order_id: &str, kind: Option<OrderKind>) {
    let order = digest(order_id);
    life.done(|duty| *duty == Duty::KnowOrder { order });
    if kind.is_none() {
        life.done(|duty| matches!(duty, Duty::HearOfCertificate { order: other, .. } if *other == order));
    }
    life.known.push_back(Known { order, kind, at: court.now(), is_open: kind.is_some() });
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
    life.cycle.begun = None;
    over(life);
}

/// The service waits for no order any more.
fn over(life: &mut Life) {
    life.known.iter_mut().for_each(|known| known.is_open = false);
    life.done(|duty| matches!(duty, Duty::HearOfEnd { .. }));
}

fn issued(
    court: &mut Court,
    life: &mut Life,
    serial_number: &str,
    not_before: Timestamp,
    not_after: Timestamp,
) {
    let serial = digest(serial_number);
    let now = court.now();
    life.done(|duty| matches!(duty, Duty::HearOfCertificate { serial: other, .. } if *other == serial));
    life.done(|duty| matches!(duty, Duty::Remind { .. } | Duty::Expire { .. } | Duty::Begin | Duty::Ask));
    over(life);
    life.makes_keys = life.attempt.is_some_and(|attempt| attempt.makes_key);
    life.certificates.retain(|kept| later(kept.not_after, DAY * 30) > now);
    life.certificates.push(Kept { serial, not_after, is_revoked: false, is_revoking: false });
    life.settled = 0;
    life.is_said_over = false;
    life.cycle = Cycle::default();
    let span = Span::new(not_before, not_after);
    for (threshold, remind) in (0..).zip(court.terms.reminders.thresholds()) {
        court.duties.plan(remind.moment(span), life.number, Chore::Remind { serial, threshold });
    }
    court.duties.plan(later(not_after, DAY / 24), life.number, Chore::Expire { serial });
    plan_invoice(court, life);
}

fn stands(court: &mut Court, life: &mut Life, serial: u64, standing: &CertificateStanding) {
    let Some(kept) = life.certificate_mut(serial) else { return };
    kept.is_revoked = matches!(standing, CertificateStanding::Revoked { .. });
    kept.is_revoking = matches!(standing, CertificateStanding::Revoking);
    if kept.is_revoked {
        life.done(|duty| *duty == Duty::HearOfRevocation { serial });
    }
    if life.newest().is_some_and(|newest| !newest.is_good()) {
        life.done(|duty| {
            matches!(duty, Duty::Invoice { .. } | Duty::Remind { .. } | Duty::Expire { .. } | Duty::Begin)
        });
    } else {
        plan_invoice(court, life);
    }
}

fn paid(court: &mut Court, life: &mut Life, paid_through: Date) {
    let now = court.now();
    coverage::look(court, life, now);
    coverage::look_again(court, life, now);
    life.payments_stored += 1;
    // The host hears that a payment was taken after it is stored.
    if life.payments_stored > life.payments_told + 1 {
        court.breach(Guarantee::PaidFirst, Some(life.number), "more payments are stored than were told");
        life.payments_told = life.payments_stored;
    }
    if life.paid_through().is_some_and(|before| before >= paid_through) {
        court.breach(Guarantee::Invoices, Some(life.number), "what is paid has not moved forward");
    }
    life.payments.push_back((paid_through, now));
    if life.payments.len() > REMEMBERED {
        life.payments.pop_front();
    }
    life.cycle.is_cancelled = false;
    life.done(|duty| matches!(duty, Duty::Invoice { .. }));
    plan_invoice(court, life);
    let is_over = life.newest().is_some_and(|newest| newest.is_good() && newest.not_after < now);
    let goes_on = life.running == Running::Running && life.cancelling.is_none();
    // What is at the CA already is what this payment is for, too.
    let is_begun = life.waits() || life.known.iter().any(|known| known.is_open);
    if is_over && goes_on && life.makes_keys && !is_begun {
        court.duties.open(life, Duty::Begin, &court.times);
    }
}

/// When the next period is to be invoiced at the latest: so many days before it as the terms say.
fn plan_invoice(court: &mut Court, life: &Life) {
    if !life.sold.is_recurring {
        return;
    }
    let Some(period_start) = life.paid_through().map(|paid| paid.saturating_add(1.day())) else { return };
    let due = period_start.saturating_sub(i32::from(court.terms.invoices.lead_days).days());
    let at = midnight(due).unwrap_or(Timestamp::MAX).max(court.now());
    court.duties.plan(at, life.number, Chore::Invoice { period_start });
}

/// Something has become due by the clock: if it still matters, it has to be done in time.
pub(super) fn falls_due(court: &mut Court, life: &mut Life, chore: Chore) {
    if life.running == Running::Terminated {
        return;
    }
    let newest = life.newest().copied();
    let is_newest = |serial: u64| newest.is_some_and(|newest| newest.serial == serial && newest.is_good());
    let duty = match chore {
        Chore::Remind { serial, threshold } => {
            let is_settled = life.settled & (1 << threshold) != 0;
            (is_newest(serial) && !is_settled && !life.is_said_over)
                .then_some(Duty::Remind { serial, threshold })
        }
        Chore::Expire { serial } => {
            (is_newest(serial) && !life.is_said_over).then_some(Duty::Expire { serial })
        }
        Chore::Invoice { period_start } => {
            let is_next = life.paid_through().is_some_and(|paid| paid.tomorrow().ok() == Some(period_start));
            let is_open = is_next && life.invoiced != Some(period_start) && life.cancelling.is_none();
            let is_revoked = newest.is_some_and(|newest| !newest.is_good());
            (is_open && !is_revoked).then_some(Duty::Invoice { period_start })
        }
        Chore::Revoke { .. } | Chore::Cover => None,
    };
    if let Some(duty) = duty.filter(|duty| !life.has_to(*duty)) {
        court.duties.open(life, duty, &court.times);
    }
}

fn invoiced(court: &mut Court, life: &mut Life, invoice: &InvoiceDue) {
    let terms = &court.terms;
    let ahead = i32::from(terms.invoices.lead_days) + 2 * i32::from(terms.renewal_days) + 1;
    let start = invoice.period_start;
    let months = u16::try_from(life.sold.months).unwrap_or_default();
    let next = life.paid_through().and_then(|paid| paid.tomorrow().ok());
    let is_over = life.cancelling.is_some() || life.running == Running::Terminated;
    let wrongs = [
        (!life.sold.is_recurring, "an invoice for what is not paid by periods"),
        (life.invoiced.is_some_and(|before| before >= start), "a second invoice for a period"),
        (next != Some(start), "an invoice for a period that does not follow what is paid"),
        (invoice.period_end.date() != Term::Months(months).last_day(start), "an invoice for another period"),
        (i64::try_from(invoice.price.minor_units()) != Ok(life.sold.price), "an invoice of a wrong amount"),
        (start > utc(court.now()).saturating_add(ahead.days()), "an invoice long before its period"),
        (is_over, "an invoice after the end"),
    ];
    court.verdict.figures.invoices += 1;
    for what in wrongs.into_iter().filter_map(|(is_wrong, what)| is_wrong.then_some(what)) {
        court.breach(Guarantee::Invoices, Some(life.number), format!("{what}: {start}"));
    }
    life.invoiced = Some(start);
    life.done(|duty| matches!(duty, Duty::Invoice { .. }));
}

fn reminded(court: &mut Court, life: &mut Life, settled: &[cert_domain::Threshold]) {
    court.verdict.figures.reminders += 1;
    let thresholds = court.terms.reminders.thresholds();
    let bits = (0..).zip(thresholds).filter(|(_, threshold)| settled.contains(threshold));
    let bits = bits.fold(0_u16, |bits, (place, _)| bits | 1 << place);
    if bits & !life.settled == 0 {
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), "reminded twice of the same");
    }
    life.settled |= bits;
    let all = life.settled;
    life.done(|duty| matches!(duty, Duty::Remind { threshold, .. } if all & (1 << threshold) != 0));
}

fn runs(court: &mut Court, life: &mut Life, running: Running) {
    let now = court.now();
    coverage::look(court, life, now);
    if life.running == Running::Suspended {
        life.suspended_until = Some(now);
    }
    life.running = running;
    if running != Running::Running {
        life.done(|duty| matches!(duty, Duty::Order | Duty::Begin | Duty::Ask));
    }
    if running == Running::Terminated {
        life.done(|duty| matches!(duty, Duty::Invoice { .. } | Duty::Remind { .. } | Duty::Expire { .. }));
    }
}

/// The reseller is told that only he can go on, and of the orders that it is about.
fn held(court: &mut Court, life: &mut Life, reason: &HoldReason) {
    court.verdict.figures.holds += 1;
    life.held = Some(Hold { since: court.now(), until: None });
    life.done(|duty| matches!(duty, Duty::Order | Duty::Ask));
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

/// What only the reseller could settle is settled.
fn let_go(life: &mut Life, now: Timestamp) {
    if let Some(hold) = &mut life.held {
        hold.until.get_or_insert(now);
    }
}
