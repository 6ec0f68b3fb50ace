//! The first certificate of a service: from when on it has to come, and why it may not have.

use cert_lifecycle::service::Running;

use super::Court;
use super::duties::Duty;
use super::life::{Life, Order};
use super::waits::Part;
use crate::seen::BookedStanding;

/// Once the CA has the order, and the customer and the officers have done their part, there is a certificate within a time.
pub(super) fn look(court: &mut Court, life: &mut Life) {
    let is_ready = is_uncertified(life)
        && life.running == Running::Running
        && life.orders.iter().any(|order| order.is_open() && is_ready(life, order));
    if !is_ready {
        life.done(|duty| *duty == Duty::Certify);
    } else if !life.has_to(Duty::Certify) {
        court.duties.open(life, Duty::Certify, &court.times);
    }
}

/// A service for which there never was a certificate is counted, by what it waited for at last.
pub(super) fn count(court: &mut Court, life: &Life) {
    let (cycle, waits) = (&life.cycle, |part| life.cycle.waits.is_open(part));
    if !is_uncertified(life) {
        return;
    }
    let why = if life.running == Running::Terminated || life.cancelling.is_some() {
        "left before"
    } else if life.attempt.is_none() || waits(Part::Form) || waits(Part::Request) {
        "no form"
    } else if waits(Part::Proof) {
        "no proof"
    } else if life.held.as_ref().is_some_and(|hold| hold.until.is_none()) {
        "held for the reseller"
    } else if life.orders.iter().any(|order| order.is_open() && order.awaits_officers) {
        "officers"
    } else if cycle.rejected.is_some() {
        "rejected"
    } else {
        "under way"
    };
    *court.verdict.figures.uncertified.entry(why).or_default() += 1;
}

fn is_uncertified(life: &Life) -> bool {
    life.looked_to.is_none()
}

/// Whether nobody but the CA and the reseller's side has anything left to do for an order.
fn is_ready(life: &Life, order: &Order) -> bool {
    let is_proved = life.sold.is_published_for
        || order.standing == BookedStanding::Accepted
        || life.cycle.proved.is_some_and(|proved| proved >= order.placed_at);
    is_proved && !order.awaits_officers && !life.cycle.waits.is_open(Part::Proof)
}
