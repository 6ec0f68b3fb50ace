//! What the host is told: of each thing once, however often it is delivered.

use cert_lifecycle::CertificateStanding;
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::service::Event;
use jiff::SignedDuration;

use super::duties::{Chore, Duty};
use super::first;
use super::life::{Life, Told, digest};
use super::periods;
use super::times::later;
use super::waits::Part;
use super::{Court, Guarantee};

/// How many facts are remembered, so that they are recognised when they come again.
const REMEMBERED: usize = 16;

/// How often a customer who has proved what he was asked for is asked for another proof, and is waited for.
const ASKED_AGAIN: u32 = 3;

/// What the host has to be told because of an event, whatever the service is at.
pub(super) fn told_of(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::OrderRefused { .. } => "order_refused",
        Event::OrderRejected => "order_rejected",
        Event::CertificateIssued { .. } => "issued",
        Event::CertificateStanding { standing: CertificateStanding::Revoked { .. }, .. }
        | Event::CertificateRevoked { .. } => "revoked",
        Event::RevocationRefused { .. } => "revocation_refused",
        Event::InvoiceRaised { .. } => "invoice_due",
        Event::DueDateProposed { .. } => "due_date_proposed",
        Event::Reminded { .. } => "successor_coming",
        Event::RequestMissed { .. } => "request_needed",
        Event::ProofEnding { .. } => "proof_expiring",
        Event::Expired => "expired",
        Event::Stalled { .. } | Event::DoubtLasts { .. } => "stuck",
        Event::Held { .. } => "held",
        Event::CancellationRequested { .. } => "cancellation_requested",
        _ => return None,
    })
}

/// What the host may be told besides: whether it is depends on what the service is at.
const ALSO: [&str; 4] =
    ["verification_needed", "replaced_certificate_ends", "configuration_link", "stray_order"];

/// The host is told a fact, perhaps not for the first time.
pub(super) fn told(court: &mut Court, life: &mut Life, fact: &Fact) {
    let mut parts = fact.id.as_str().rsplit('.');
    let number = parts.next().and_then(|number| number.parse::<u32>().ok());
    let version = parts.next().and_then(|version| version.parse::<u64>().ok());
    let (Some(number), Some(version)) = (number, version) else {
        let what = format!("the identifier {} is no message's", fact.id);
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), what);
        return;
    };
    let content = digest((&fact.kind, fact.occurred_at, fact.data.to_string()));
    let same = life.told.iter().find(|told| (told.version, told.number) == (version, number));
    // A fact that is older than all that are remembered was told long ago.
    let is_old = life.told.len() >= REMEMBERED
        && life.told.iter().all(|told| (told.version, told.number) > (version, number));
    if let Some(same) = same {
        court.verdict.figures.facts_again += 1;
        if same.content != content {
            let what = format!("{} came again with other words", fact.id);
            court.breach(Guarantee::NoNoticeDoubled, Some(life.number), what);
        }
        return;
    }
    if is_old {
        court.verdict.figures.facts_again += 1;
        return;
    }
    court.verdict.figures.facts += 1;
    life.told.push_back(Told { version, number, content });
    if life.told.len() > REMEMBERED {
        let oldest = life.told.iter().enumerate().min_by_key(|(_, told)| (told.version, told.number));
        if let Some((index, _)) = oldest {
            life.told.remove(index);
        }
    }
    asks(court, life, fact);
    let is_it = |duty: &Duty| matches!(duty, Duty::Tell { kind, from, to } if *kind == fact.kind && (*from..=*to).contains(&version));
    if life.done_once(is_it) || ALSO.contains(&fact.kind.as_str()) {
        return;
    }
    // One that came too late was missed, and is not one too many.
    if life.missed > 0 {
        life.missed -= 1;
    } else {
        let what = format!("{} was told by {}, and nothing of the kind has happened", fact.kind, fact.id);
        court.breach(Guarantee::NoNoticeDoubled, Some(life.number), what);
    }
}

/// Nobody has to be told of the newest certificate's end any more.
pub(super) fn silence(life: &mut Life) {
    life.done(|duty| matches!(duty, Duty::Remind { .. } | Duty::Expire { .. }));
}

/// What has to be told of the newest certificate is looked at again in an hour: it may be revoked by then.
pub(super) fn put_off(court: &mut Court, life: &mut Life) {
    let at = later(court.now(), SignedDuration::from_hours(1));
    for open in &life.open {
        let chore = match open.duty {
            Duty::Remind { serial, threshold } => Chore::Remind { serial, threshold },
            Duty::Expire { serial } => Chore::Expire { serial },
            Duty::Invoice { period_start } => Chore::Invoice { period_start },
            _ => continue,
        };
        court.duties.plan(at, life.number, chore);
    }
    silence(life);
    life.done(|duty| matches!(duty, Duty::Invoice { .. }));
}

/// What is told may ask something of the customer: from now on the service waits for him.
fn asks(court: &mut Court, life: &mut Life, fact: &Fact) {
    let now = court.now();
    let serial = fact.data.get("serial_number").and_then(|serial| serial.as_str()).map(digest);
    // A certificate that is good is followed without a form.
    let is_good = life.is_newest_good(now) && !life.is_said_over;
    let is_newest = life.newest().map(|newest| newest.serial) == serial;
    match fact.kind.as_str() {
        "verification_needed" => {
            life.done(|duty| *duty == Duty::Ask);
            proofs_wanted(court, life);
        }
        // Where the system makes the keys, it has nothing to ask for, unless the customer has brought one himself.
        "request_needed" if life.sold.keeps_keys && !life.brings_keys => {}
        "request_needed" => life.cycle.waits.begin(Part::Request, now),
        "invoice_due" => periods::told(court, life, fact),
        "order_refused" | "order_rejected" if !is_good && !life.waits() => {
            life.cycle.waits.begin(Part::Form, now);
        }
        "revoked" if is_newest && !life.waits() => life.cycle.waits.begin(Part::Form, now),
        "expired" if life.is_said_over && !life.waits() => life.cycle.waits.begin(Part::Form, now),
        _ => {}
    }
}

/// The customer is asked to prove something. Those of some the reseller publishes, and nobody has to prove
/// again and again.
fn proofs_wanted(court: &mut Court, life: &mut Life) {
    if life.sold.is_published_for {
        return;
    }
    let cycle = &mut life.cycle;
    cycle.asked_again += u32::from(cycle.proved.is_some());
    if cycle.asked_again <= ASKED_AGAIN {
        cycle.proved = None;
        cycle.waits.begin(Part::Proof, court.times.now());
    }
    first::look(court, life);
}
