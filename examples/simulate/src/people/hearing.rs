//! What the host and the customers do about what they are told.

use cert_lifecycle::delivery::Fact;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Customer, DAY, HOUR, later};
use crate::agenda::Task;
use crate::life::Sort;
use crate::world::World;

/// Plans what is done about a fact.
pub(super) fn react(world: &World, customer: &mut Customer, fact: &Fact) {
    let text = |field: &str| fact.data.get(field).and_then(|value| value.as_str()).unwrap_or_default();
    let number = customer.life.number;
    match fact.kind.as_str() {
        "verification_needed" => plan_with(world, customer, "proof", Task::Look),
        "issued" => customer.newest = Some(text("serial_number").to_owned()),
        // One that was replaced is revoked in the end: nobody minds.
        "revoked" if customer.newest.as_deref() != Some(text("serial_number")) => {}
        "order_refused" | "order_rejected" | "expired" | "revoked" => {
            plan_with(world, customer, "form", Task::Look);
            if !customer.life.keeps_keys {
                plan_with(world, customer, "request", Task::Bring);
            }
        }
        "request_needed" => plan_with(world, customer, "request", Task::Bring),
        "successor_coming" if text("outlook") == "request_needed" => {
            plan_with(world, customer, "request", Task::Bring);
        }
        "invoice_due" => {
            let Ok(period_start) = text("period_start").parse() else { return };
            plan_payment(world, customer, period_start);
        }
        "held" | "stray_order" => {
            let wait = customer.dice.hours(1, 12);
            world.plan(later(world.now(), wait), number, Task::Settle);
        }
        "stuck" => {
            let wait = customer.dice.hours(1, 24);
            world.plan(later(world.now(), wait), number, Task::Settle);
            world.plan(later(world.now(), wait + HOUR), number, Task::Look);
        }
        _ => {}
    }
}

/// How long a customer takes for something.
pub(super) fn delay(customer: &mut Customer, what: &'static str) -> SignedDuration {
    let (dice, sort) = (&mut customer.dice, customer.life.sort);
    match (sort, what) {
        (Sort::Late, _) if dice.percent(40) => dice.hours(3 * 24, 20 * 24),
        (_, "proof") => dice.minutes(5, 30 * 60),
        _ => dice.minutes(10, 44 * 60),
    }
}

fn plan_with(world: &World, customer: &mut Customer, what: &'static str, task: Task) {
    let wait = delay(customer, what);
    world.plan(later(world.now(), wait), customer.life.number, task);
}

/// Most pay within a week of the invoice, which is before the period begins.
fn plan_payment(world: &World, customer: &mut Customer, period_start: Date) {
    let (now, number) = (world.now(), customer.life.number);
    let begins = period_start.to_zoned(TimeZone::UTC).map_or(now, |start| start.timestamp());
    if !customer.pays {
        world.plan(later(begins, DAY * 21), number, Task::Terminate);
        return;
    }
    let is_late = customer.life.sort == Sort::Late && customer.dice.percent(40);
    let at = match is_late {
        true => later(begins.max(now), customer.dice.hours(1, 30 * 24)),
        false => later(now, customer.dice.minutes(30, 8 * 24 * 60)),
    };
    world.plan(at, number, Task::Pay(period_start));
    // Some know that a request will be wanted, and bring it with the payment.
    if !customer.life.keeps_keys && customer.dice.percent(50) {
        world.plan(later(at, -HOUR).max(now), number, Task::Bring);
    }
}
