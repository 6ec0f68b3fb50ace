//! What is paid by periods: payments, invoices, and the end.

use cert_domain::Term;
use cert_lifecycle::InvoiceDue;
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::Running;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::duties::{Chore, Duty};
use super::life::Life;
use super::times::{midnight, utc};
use super::{Court, Guarantee};

/// What follows from a payment: what lapsed is taken up again.
pub(super) fn paid(court: &mut Court, life: &mut Life) {
    let now = court.now();
    life.done(|duty| matches!(duty, Duty::Invoice { .. }));
    plan_invoice(court, life);
    let is_over = life.newest().is_some_and(|newest| newest.not_after < now) && life.is_newest_good(now);
    let goes_on = life.running == Running::Running && life.cancelling.is_none();
    // What is at the CA already is what this payment is for, too.
    let is_begun = life.waits() || life.known.iter().any(|known| known.is_open);
    if is_over && goes_on && life.makes_keys && !is_begun && !life.has_to(Duty::Begin) {
        court.duties.open(life, Duty::Begin, &court.times);
    }
}

/// The store has a payment: it is one that somebody made, and pays for as much.
pub(super) fn kept(court: &mut Court, life: &mut Life, paid_through: Date) {
    if !life.done(|duty| *duty == Duty::KeepPayment { paid_through }) {
        let what = format!("a payment up to {paid_through} is stored, and nobody made it");
        court.breach(Guarantee::AsWanted, Some(life.number), what);
    }
}

/// The store knows that the service is to end, as somebody wants.
pub(super) fn ends(court: &mut Court, life: &mut Life, at_once: bool) {
    if life.cancelling.is_none_or(|wanted| at_once && !wanted) {
        court.breach(Guarantee::AsWanted, Some(life.number), "it is to end, and nobody wants that");
    }
    if life.cancelling == Some(at_once) {
        life.is_end_stored = true;
        life.done(|duty| *duty == Duty::KeepEnd { at_once });
    }
    life.done(|duty| matches!(duty, Duty::Begin));
}

/// When the next period is to be invoiced at the latest: so many days before it as the terms say.
pub(super) fn plan_invoice(court: &mut Court, life: &Life) {
    if !life.sold.is_recurring {
        return;
    }
    let Some(period_start) = life.paid_through().map(|paid| paid.saturating_add(1.day())) else { return };
    let due = period_start.saturating_sub(i32::from(court.terms.invoices.lead_days).days());
    let at = midnight(due).unwrap_or(Timestamp::MAX).max(court.now());
    court.duties.plan(at, life.number, Chore::Invoice { period_start });
}

/// Whether the next period is to be invoiced, and was not.
pub(super) fn is_to_be_invoiced(life: &Life, period_start: Date, now: Timestamp) -> bool {
    let is_next = life.paid_through().is_some_and(|paid| paid.tomorrow().ok() == Some(period_start));
    let is_revoked = life.newest().is_some() && !life.is_newest_good(now);
    is_next && life.invoiced != Some(period_start) && life.cancelling.is_none() && !is_revoked
}

pub(super) fn invoiced(court: &mut Court, life: &mut Life, invoice: &InvoiceDue) {
    let terms = &court.terms;
    let ahead = i32::from(terms.invoices.lead_days) + 2 * i32::from(terms.renewal_days) + 1;
    let start = invoice.period_start;
    let next = life.paid_through().and_then(|paid| paid.tomorrow().ok());
    let wrongs = [
        (!life.sold.is_recurring, "an invoice for what is not paid by periods"),
        (life.invoiced.is_some_and(|before| before >= start), "a second invoice for a period"),
        (next != Some(start), "an invoice for a period that does not follow what is paid"),
        (invoice.period_end.date() != last_day(life, start), "an invoice for another period"),
        (i64::try_from(invoice.price.minor_units()) != Ok(life.sold.price), "an invoice of a wrong amount"),
        (start > utc(court.now()).saturating_add(ahead.days()), "an invoice long before its period"),
        (life.is_end_stored, "an invoice after the end"),
    ];
    court.verdict.figures.invoices += 1;
    for what in wrongs.into_iter().filter_map(|(is_wrong, what)| is_wrong.then_some(what)) {
        court.breach(Guarantee::Invoices, Some(life.number), format!("{what}: {start}"));
    }
    life.invoiced = Some(start);
    life.done(|duty| matches!(duty, Duty::Invoice { .. }));
}

/// The host is told of an invoice: for the period and the amount that were agreed to.
pub(super) fn told(court: &mut Court, life: &Life, fact: &Fact) {
    let date = |field: &str| fact.data.get(field)?.as_str()?.parse::<Date>().ok();
    let amount = fact.data.get("price").and_then(|price| price.get("minor_units")?.as_i64());
    let (start, end) = (date("period_start"), date("period_end"));
    let is_right = start.is_some()
        && start == life.invoiced
        && end == start.map(|start| last_day(life, start))
        && amount == Some(life.sold.price);
    if !is_right {
        let what = format!("the host is told of an invoice from {start:?} to {end:?}, of {amount:?}");
        court.breach(Guarantee::Invoices, Some(life.number), what);
    }
}

fn last_day(life: &Life, start: Date) -> Date {
    Term::Months(u16::try_from(life.sold.months).unwrap_or_default()).last_day(start)
}
