//! The certificates that the store has: when people are told of their ends, and what is said of their standing.

use cert_domain::{Life as Span, Threshold};
use cert_lifecycle::CertificateStanding;
use cert_lifecycle::service::Running;
use jiff::{SignedDuration, Timestamp};

use super::duties::{Chore, Duty};
use super::events;
use super::excuses::lead;
use super::life::{Cycle, Kept, Life, digest};
use super::notices;
use super::periods::{is_to_be_invoiced, plan_invoice};
use super::times::{DAY, earlier, later};
use super::{Court, Guarantee};

/// How far ahead of the CA's a machine's clock is at most, and some minutes more.
const AHEAD: SignedDuration = SignedDuration::from_mins(20);

pub(super) fn issued(
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
    events::over(life);
    life.makes_keys = life.attempt.is_some_and(|attempt| attempt.makes_key);
    life.certificates.retain(|kept| later(kept.not_after, DAY * 30) > now);
    life.certificates.push(Kept { serial, not_before, not_after, is_revoked: false });
    life.settled = 0;
    life.is_said_over = false;
    // How long people took for this certificate counts for the next one, too, where that is wanted within days.
    let Cycle { mut waits, mut officers, .. } = std::mem::take(&mut life.cycle);
    let since = earlier(now, lead(&court.terms));
    waits.close(now, since);
    officers.close(now, since);
    life.cycle = Cycle { waits, officers, ..Cycle::default() };
    let span = Span::new(not_before, not_after);
    for (threshold, remind) in (0..).zip(court.terms.reminders.thresholds()) {
        court.duties.plan(remind.moment(span), life.number, Chore::Remind { serial, threshold });
    }
    court.duties.plan(later(not_after, DAY / 24), life.number, Chore::Expire { serial });
    plan_invoice(court, life);
}

/// The store says where a certificate stands. Whether anybody is told of its end goes by the books alone.
pub(super) fn stands(court: &mut Court, life: &mut Life, serial: u64, standing: &CertificateStanding) {
    let is_revoked = matches!(standing, CertificateStanding::Revoked { .. });
    let Some(kept) = life.certificate_mut(serial) else { return };
    kept.is_revoked = is_revoked;
    if !is_revoked {
        plan_invoice(court, life);
        return;
    }
    life.done(|duty| *duty == Duty::HearOfRevocation { serial });
    let mut booked = life.orders.iter().filter_map(|order| order.certificate);
    let booked = booked.find(|certificate| certificate.serial == serial);
    if booked.is_some_and(|certificate| certificate.revoked_at.is_none()) {
        court.duties.open(life, Duty::ProveRevocation { serial }, &court.times);
    }
}

/// Something has become due by the clock: if it still matters, it has to be done in time.
pub(super) fn falls_due(court: &mut Court, life: &mut Life, chore: Chore) {
    if life.running == Running::Terminated {
        return;
    }
    let now = court.now();
    let newest = life.newest().copied();
    // While the CA is asked to revoke it, it is not clear whether anybody is to be told.
    let is_doubtful = newest.is_some_and(|newest| life.has_to(Duty::Revoke { serial: newest.serial }));
    if is_doubtful && !matches!(chore, Chore::Revoke { .. } | Chore::Cover) {
        court.duties.plan(later(now, DAY / 24), life.number, chore);
        return;
    }
    let is_good = life.is_newest_good(now);
    let is_newest = |serial: u64| is_good && newest.is_some_and(|newest| newest.serial == serial);
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
            is_to_be_invoiced(life, period_start, now).then_some(Duty::Invoice { period_start })
        }
        Chore::Revoke { .. } | Chore::Cover => None,
    };
    if let Some(duty) = duty.filter(|duty| !life.has_to(*duty)) {
        court.duties.open(life, duty, &court.times);
    }
}

pub(super) fn reminded(court: &mut Court, life: &mut Life, settled: &[Threshold]) {
    court.verdict.figures.reminders += 1;
    let thresholds = court.terms.reminders.thresholds();
    let told = || (0..).zip(thresholds).filter(|(_, threshold)| settled.contains(threshold));
    let bits = told().fold(0_u16, |bits, (place, _)| bits | 1 << place);
    let span = life.newest().map(|newest| Span::new(newest.not_before, newest.not_after));
    let by_now = later(court.now(), AHEAD);
    let is_early = span.is_some_and(|span| told().any(|(_, threshold)| threshold.moment(span) > by_now));
    if is_early {
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), "reminded too early");
    }
    if bits & !life.settled == 0 {
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), "reminded twice of the same");
    }
    life.settled |= bits;
    let all = life.settled;
    life.done(|duty| matches!(duty, Duty::Remind { threshold, .. } if all & (1 << threshold) != 0));
}

/// The newest certificate is said to be over.
pub(super) fn expired(court: &mut Court, life: &mut Life) {
    if life.is_said_over {
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), "a certificate is over twice");
    }
    let now = court.now();
    if life.newest().is_none_or(|newest| earlier(newest.not_after, AHEAD) > now) {
        court.breach(
            Guarantee::NoNoticeDoubled,
            Some(life.number),
            "a certificate is said to be over too early",
        );
    }
    life.is_said_over = true;
    notices::silence(life);
}
