//! What people do, and what has to come of it in the store and at the CA.

use cert_lifecycle::OrderKind;
use jiff::civil::Date;

use super::coverage;
use super::duties::Duty;
use super::first;
use super::life::{Life, digest, place};
use super::notices;
use super::periods;
use super::waits::Part;
use super::{Court, Guarantee};
use crate::seen::Deed;

/// How many payments are remembered.
const REMEMBERED: usize = 6;

/// People did something.
pub(super) fn done(court: &mut Court, life: &mut Life, deed: &Deed) {
    let now = court.now();
    match deed {
        Deed::Configured => {
            asks(life, OrderKind::New);
            life.cycle.waits.end(&[Part::Form, Part::Request], now);
        }
        Deed::Paid { period_start, paid_on, amount } => {
            if *amount != life.sold.price {
                let what = format!("{amount} is paid, and not {}", life.sold.price);
                court.breach(Guarantee::Invoices, Some(life.number), what);
            }
            paid(court, life, *period_start, *paid_on);
        }
        Deed::Proved => {
            life.cycle.proved = Some(now);
            life.cycle.waits.end(&[Part::Proof], now);
            first::look(court, life);
        }
        Deed::BroughtRequest => {
            life.brings_keys = true;
            life.cycle.waits.end(&[Part::Request], now);
        }
        Deed::Asked(kind) => {
            life.brings_keys = true;
            asks(life, *kind);
        }
        Deed::AddedName(name) => {
            if !life.sold.added.contains(name) {
                life.sold.added.push(name.clone());
            }
        }
        Deed::ChangedMethod => life.changes_method = true,
        Deed::Revoked { serial_number } => revoked(court, life, digest(serial_number)),
        Deed::OfficersDone => life.cycle.officers_done = Some(now),
        Deed::RejectedByAuthority => life.cycle.rejected = Some(now),
        Deed::Ends { at_once } => ends(court, life, *at_once),
        // What these come to is in the books, or in what does not happen any more.
        Deed::RevokedByAuthority | Deed::CancelledOrder | Deed::StopsPaying => {}
    }
}

/// Somebody asks for an order.
fn asks(life: &mut Life, kind: OrderKind) {
    if let Some(asked) = life.asked.get_mut(place(kind)) {
        *asked = true;
    }
}

/// A period is paid for.
fn paid(court: &mut Court, life: &mut Life, period_start: Date, paid_on: Date) {
    let now = court.now();
    coverage::look(court, life, now);
    coverage::look_again(court, life, now);
    let paid_through = life.sold.paid_from(life.paid_through(), period_start, paid_on);
    life.payments.push_back((paid_through, now));
    if life.payments.len() > REMEMBERED {
        life.payments.pop_front();
    }
    court.duties.open(life, Duty::KeepPayment { paid_through }, &court.times);
    periods::paid(court, life);
}

/// Somebody wants a certificate revoked. Until it is clear whether it is, nobody has to be reminded of its end.
fn revoked(court: &mut Court, life: &mut Life, serial: u64) {
    let duty = Duty::Revoke { serial };
    let is_booked = |order: &super::life::Order| {
        order.certificate.is_some_and(|known| known.serial == serial && known.revoked_at.is_some())
    };
    if !life.orders.iter().any(is_booked) && !life.has_to(duty) {
        court.duties.open(life, duty, &court.times);
        notices::put_off(court, life);
    }
}

/// The service is to end.
fn ends(court: &mut Court, life: &mut Life, at_once: bool) {
    coverage::look(court, life, court.now());
    if life.cancelling == Some(true) || life.cancelling == Some(at_once) {
        return;
    }
    life.cancelling = Some(at_once);
    life.is_end_stored = false;
    life.done(|duty| matches!(duty, Duty::Invoice { .. } | Duty::Begin));
    court.duties.open(life, Duty::KeepEnd { at_once }, &court.times);
}
