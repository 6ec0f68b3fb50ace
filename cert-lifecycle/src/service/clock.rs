//! What becomes due by the clock alone.

use cert_domain::{
    Billing, CertificateLife, DomainCheckValidUntil, KeyChoice, Life, PaidThrough, ProductKind,
    next_reissue_after,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::account::Running;
use super::apply::{last_whole_day, utc};
use super::certificate::ServiceCertificate;
use super::event::Event;
use super::state::{Check, DoubtfulOrder, Service, State, Validating};
use crate::Terms;
use crate::authority::{Proof, Purpose};
use crate::notice::{Audience, Course, InvoiceDue, Outlook};

/// What follows the newest certificate, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Successor {
    /// Whether it is bought, or comes with what was bought.
    pub course: Course,
    /// When it is begun; nothing where somebody has to act first.
    pub begin_at: Option<Timestamp>,
    /// What becomes of the certificate without the customer.
    pub outlook: Outlook,
}

/// What follows the newest certificate of a service, as things stand.
#[must_use]
pub fn successor(service: &Service, terms: &Terms) -> Option<Successor> {
    let current = service.certificate().filter(|certificate| certificate.is_good())?;
    let last_day = last_whole_day(&current.certificate);
    let term_ends = service.account.term_ends.filter(|_| !service.account.lapsed).unwrap_or(last_day);
    let is_recurring = matches!(service.offer.billing, Billing::Recurring { .. });
    let paid = service.account.paid_through.filter(|_| is_recurring).map(PaidThrough::date);
    let is_ending = service.cancellation.is_some() || service.running == Running::Terminated;
    let is_at_once = service.cancellation.as_ref().is_some_and(|request| !request.at_end_of_period);
    let ends = Successor { course: Course::Renewal, begin_at: None, outlook: Outlook::Ends };
    if is_at_once || service.running == Running::Terminated {
        return Some(ends);
    }
    let covered = paid.unwrap_or(term_ends);
    let spare = i32::from(terms.windows.spare_days.saturating_add(terms.windows.check_days));
    let early = i32::from(terms.renewal_days);
    // What is left of a period that was paid for before the last purchase is bought as late as can be: the payment for the
    // next period may come yet.
    let is_next_paid = is_next_paid(covered, term_ends, terms);
    let lead = if is_next_paid { early } else { early.min(spare) };
    let renewal_from = term_ends.saturating_sub(lead.days());
    // For a few days more nobody buys a year: they are what a leap year adds, or a customer who leaves.
    let worth_it = term_ends.saturating_add(i32::from(terms.spared_days).days());
    let is_paid_beyond = covered > worth_it && !is_ending;
    // Where the next purchase comes in time anyway, or can come at once since what it waited for came late, no reissue is
    // made for the days before it: unless the CA has refused something, so that it may refuse the purchase, too.
    let comes_of_itself = outlook(service, Course::Renewal, terms) == Outlook::Automatic;
    let may_come_at_once = service.refusal.is_none() && !service.noticed.expired;
    let is_in_time = last_day.saturating_sub(spare.days()) >= renewal_from
        || may_come_at_once && service.changed_at >= start_of(renewal_from);
    let is_bridged = is_paid_beyond && comes_of_itself && is_in_time;
    let until = PaidThrough::new(covered.min(term_ends));
    let planned = if is_bridged { None } else { first_reissue(service, current, last_day, until, terms) };
    let by_hand = Successor { course: Course::Renewal, begin_at: None, outlook: Outlook::ByHand };
    // Somebody has stopped the last one, or what is to be reissued is over: the CA reissues nothing that is.
    if service.keeps_back || planned.is_some() && service.noticed.expired {
        return Some(by_hand);
    }
    if let Some(begin_on) = planned {
        let course = Course::Reissue;
        return Some(Successor {
            course,
            begin_at: Some(start_of(begin_on)),
            outlook: outlook(service, course, terms),
        });
    }
    let course = Course::Renewal;
    Some(if is_ending {
        ends
    } else if is_paid_beyond {
        let begin_at = Some(start_of(renewal_from).max(current.received_at));
        Successor { course, begin_at, outlook: outlook(service, course, terms) }
    } else if is_recurring {
        let has_request = outlook(service, course, terms) == Outlook::Automatic;
        let outlook = if has_request { Outlook::WhenPaid } else { Outlook::RequestNeeded };
        Successor { course, begin_at: None, outlook }
    } else {
        by_hand
    })
}

/// Whether what is paid reaches so far beyond what was bought that the next purchase is paid for, too, and not only the
/// days that an early renewal has left over.
fn is_next_paid(paid: Date, term_ends: Date, terms: &Terms) -> bool {
    paid > term_ends.saturating_add((2 * i32::from(terms.renewal_days)).days())
}

fn first_reissue(
    service: &Service,
    current: &ServiceCertificate,
    last_day: Date,
    until: PaidThrough,
    terms: &Terms,
) -> Option<Date> {
    let kind = service.offer.product.kind;
    let life = CertificateLife::new(utc(current.certificate.not_before), last_day);
    let checked_on = Some(utc(current.proved_at));
    let next = next_reissue_after(kind, life, checked_on, until, &terms.calendar, terms.windows);
    next.map(|reissue| reissue.begin_on)
}

fn outlook(service: &Service, course: Course, terms: &Terms) -> Outlook {
    let is_possible = match course {
        _ if service.stored_request.is_some() || may_make(service, terms) => true,
        Course::Reissue => terms.keeps_key,
        Course::New | Course::Renewal => false,
    };
    if is_possible { Outlook::Automatic } else { Outlook::RequestNeeded }
}

/// Whether the system may make a key for the next certificate: it made and kept the last.
fn may_make(service: &Service, terms: &Terms) -> bool {
    let key = service.certificate().map(|certificate| certificate.configuration.key());
    terms.makes_keys && matches!(key, Some(KeyChoice::Generate { keep: true, .. }))
}

/// The start of a day, in UTC.
fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |start| start.timestamp())
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Something that the clock brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chore {
    Remind,
    Invoice,
    MissRequest,
    Begin,
    EndProof,
    Expire,
    Stall,
    Doubt,
}

/// When each thing that the clock brings is due.
fn agenda(service: &Service, terms: &Terms) -> Vec<(Timestamp, Chore)> {
    let mut agenda = Vec::new();
    // The CA may have an order that is to be paid for, whatever became of the service.
    agenda.extend(unclear(service, terms).map(|(at, _)| (at, Chore::Doubt)));
    if service.running == Running::Terminated {
        return agenda;
    }
    let next = successor(service, terms);
    agenda.extend(stall_at(service, next, terms).map(|at| (at, Chore::Stall)));
    agenda.extend(invoice_at(service, terms).map(|at| (at, Chore::Invoice)));
    let Some(current) = service.certificate().filter(|certificate| certificate.is_good()) else {
        return agenda;
    };
    let noticed = &service.noticed;
    let end = current.certificate.not_after;
    if !noticed.expired {
        agenda.push((later(end, SignedDuration::from_secs(1)), Chore::Expire));
        let life = Life::new(current.certificate.not_before, end);
        // What comes before a threshold that was told is settled by it.
        let settled = noticed.thresholds.iter().map(|threshold| threshold.moment(life)).max();
        let moments = terms.reminders.thresholds().iter().map(|threshold| threshold.moment(life));
        let open = moments.filter(|moment| settled.is_none_or(|settled| *moment > settled));
        agenda.extend(open.min().map(|at| (at, Chore::Remind)));
    }
    let Some(next) = next else { return agenda };
    agenda.extend(proof_at(service, current, next, terms).map(|at| (at, Chore::EndProof)));
    let Some(begin_at) = next.begin_at.filter(|_| service.state == State::Active) else { return agenda };
    match next.outlook {
        Outlook::Automatic if service.running == Running::Running => {
            let pause = service.refusal.as_ref().map(|refusal| later(refusal.at, terms.pause_after_refusal));
            let begin_at = pause.map_or(begin_at, |pause| begin_at.max(pause));
            // A reissue of what is over would be refused: that is for the reseller to settle.
            if next.course == Course::Renewal || begin_at < end && !noticed.expired {
                agenda.push((begin_at, Chore::Begin));
            }
        }
        Outlook::RequestNeeded if !noticed.request => {
            // A purchase that is paid for waits for nothing else: the sooner the customer knows, the better.
            let at = if next.course == Course::Renewal { current.received_at } else { begin_at };
            agenda.push((at, Chore::MissRequest));
        }
        _ => {}
    }
    agenda
}

/// The first doubt that nobody was told of, and when somebody is, if nothing is clear by then.
fn unclear<'a>(service: &'a Service, terms: &Terms) -> Option<(Timestamp, &'a DoubtfulOrder)> {
    // Where an order is wanted, the service is held for it.
    let mut doubts = service.doubtful_orders.iter().filter(|_| service.state.is_at_rest());
    let doubtful = doubts.find(|doubtful| !doubtful.is_told)?;
    Some((later(doubtful.silent_from(), terms.patience), doubtful))
}

fn stall_at(service: &Service, next: Option<Successor>, terms: &Terms) -> Option<Timestamp> {
    if service.noticed.stuck {
        return None;
    }
    match &service.state {
        State::Rejected { .. } => None,
        State::Active => overdue_at(service, next?, terms),
        _ => Some(later(service.since, terms.patience)),
    }
}

/// When to tell that a successor should have come, and did not: nothing begins it, or nothing can.
fn overdue_at(service: &Service, next: Successor, terms: &Terms) -> Option<Timestamp> {
    const GRACE: SignedDuration = SignedDuration::from_hours(24);
    let current = service.certificate()?;
    let is_left = service.noticed.expired && next.outlook == Outlook::ByHand && !service.keeps_back;
    let is_begun = next.outlook == Outlook::Automatic && service.running == Running::Running;
    let pause = service.refusal.as_ref().map(|refusal| later(refusal.at, terms.pause_after_refusal));
    match next.begin_at {
        // A payment, say, may have come long after the moment at which it would have been early enough.
        Some(begin_at) if is_begun => {
            let possible = begin_at.max(service.changed_at);
            Some(later(pause.map_or(possible, |pause| possible.max(pause)), GRACE))
        }
        _ if is_left && is_paid(service, current) => Some(later(current.certificate.not_after, GRACE)),
        _ => None,
    }
}

/// Whether days are paid for that the certificate does not cover.
fn is_paid(service: &Service, current: &ServiceCertificate) -> bool {
    let last_day = last_whole_day(&current.certificate);
    let covered = match service.offer.billing {
        Billing::Recurring { .. } => service.account.paid_through.map(PaidThrough::date),
        _ => service.account.term_ends,
    };
    covered.is_some_and(|covered| covered > last_day)
}

fn invoice_at(service: &Service, terms: &Terms) -> Option<Timestamp> {
    let Billing::Recurring { .. } = service.offer.billing else { return None };
    let start = next_period(service)?;
    let is_raised = service.account.invoiced == Some(start);
    // Nobody pays for the years after a revocation without asking for a new certificate.
    let is_revoked = service.certificate().is_some_and(|newest| !newest.is_good());
    // A purchase may end before what is paid for: its renewal is to be paid by then, unless it is already.
    let end = match service.account.term_ends {
        Some(last) if !is_next_paid(start, last, terms) => start.min(last.saturating_add(1.day())),
        _ => start,
    };
    (!is_raised && !is_revoked && service.cancellation.is_none())
        .then(|| start_of(end.saturating_sub(i32::from(terms.invoices.lead_days).days())))
}

/// The first day that is not paid for.
fn next_period(service: &Service) -> Option<Date> {
    service.account.paid_through.map(|paid| paid.date().saturating_add(1.day()))
}

/// When to tell that the check of the names counts for no longer soon: where the next certificate needs a fresh one, and
/// checks last long enough for that to be news.
fn proof_at(
    service: &Service,
    current: &ServiceCertificate,
    next: Successor,
    terms: &Terms,
) -> Option<Timestamp> {
    const LEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
    let until = proof_ends(service, current, terms)?;
    let at = later(until, -LEAD);
    let is_news = at > later(current.proved_at, LEAD) && at > current.received_at;
    let is_needed = next.begin_at.is_some_and(|begin_at| begin_at > until);
    // Where the system publishes, nobody has to do anything about it.
    (is_news && is_needed && !terms.publishes && !service.noticed.proof).then_some(at)
}

fn proof_ends(service: &Service, current: &ServiceCertificate, terms: &Terms) -> Option<Timestamp> {
    let kind = service.offer.product.kind;
    (kind == ProductKind::Tls)
        .then(|| DomainCheckValidUntil::by_calendar(current.proved_at, kind, &terms.calendar).moment())
}

/// The first thing that is due.
pub(super) fn due(service: &Service, terms: &Terms, now: Timestamp) -> Option<Event> {
    let mut agenda = agenda(service, terms);
    agenda.retain(|(at, _)| *at <= now);
    agenda.sort_by_key(|(at, _)| *at);
    agenda.into_iter().find_map(|(_, chore)| event(service, chore, terms, now))
}

/// When something becomes due next: nothing before it needs a look.
#[must_use]
pub fn next_moment(service: &Service, terms: &Terms, now: Timestamp) -> Option<Timestamp> {
    let agenda = agenda(service, terms).into_iter().map(|(at, _)| at);
    agenda.chain(silences(service)).filter(|at| *at > now).min()
}

/// When what was given up can be looked for.
fn silences(service: &Service) -> impl Iterator<Item = Timestamp> {
    service.doubtful_orders.iter().map(DoubtfulOrder::silent_from)
}

/// What the system has to make a request for, before it can go on by itself.
pub(super) fn wanted_request(service: &Service, terms: &Terms, now: Timestamp) -> bool {
    let is_due = agenda(service, terms).iter().any(|(at, chore)| *chore == Chore::Begin && *at <= now);
    is_due && service.stored_request.is_none() && may_make(service, terms)
}

fn event(service: &Service, chore: Chore, terms: &Terms, now: Timestamp) -> Option<Event> {
    let current = service.certificate();
    let next = successor(service, terms);
    match chore {
        Chore::Doubt => unclear(service, terms)
            .map(|(_, doubtful)| Event::DoubtLasts { order_id: doubtful.order_id.clone() }),
        Chore::Stall => Some(Event::Stalled { who: who_must_act(service) }),
        Chore::Invoice => invoice(service, terms, now),
        Chore::Expire => Some(Event::Expired),
        Chore::EndProof => Some(Event::ProofEnding { valid_until: proof_ends(service, current?, terms)? }),
        Chore::MissRequest => Some(Event::RequestMissed { course: next?.course }),
        Chore::Remind => {
            let certificate = &current?.certificate;
            let life = Life::new(certificate.not_before, certificate.not_after);
            let crossed = terms.reminders.crossed(life, &service.noticed.thresholds, now)?;
            let Successor { course, outlook, .. } = next?;
            Some(Event::Reminded { settled: crossed.settled, outlook, course })
        }
        Chore::Begin => begin(service, current?, next?.course, terms, now),
    }
}

fn invoice(service: &Service, terms: &Terms, now: Timestamp) -> Option<Event> {
    let billing = service.offer.billing;
    let Billing::Recurring { price, cycle } = billing else { return None };
    let paid = service.account.paid_through?;
    let period_start = next_period(service)?;
    let period_end = paid.extended(cycle.term(), period_start);
    let pay_by = utc(now).saturating_add(i32::from(terms.invoices.pay_days).days());
    let invoice = InvoiceDue::new(period_start, period_end, billing.mode(), price, pay_by);
    Some(Event::InvoiceRaised { invoice })
}

/// Begins the successor with the request that is stored, or with the key that there is.
fn begin(
    service: &Service,
    current: &ServiceCertificate,
    course: Course,
    terms: &Terms,
    now: Timestamp,
) -> Option<Event> {
    let stored = service.stored_request.as_ref();
    let keeps = course == Course::Reissue && terms.keeps_key && !may_make(service, terms);
    let before = &current.configuration;
    let configuration = match stored {
        Some(stored) if stored.is_made => before.with_request(stored.request.clone()),
        Some(stored) => before.with_brought_request(stored.request.clone()),
        None if keeps => before.clone(),
        None => return None,
    };
    let serial_number = current.certificate.serial_number.clone();
    let is_over = now >= current.certificate.not_after;
    let purpose = match course {
        Course::Reissue if is_over => return None,
        Course::Reissue => Purpose::Reissue { serial_number, added: Vec::new() },
        // The CA renews nothing that is over, and not every product.
        _ if is_over || service.offer.product.renewal_code.is_none() => Purpose::New,
        _ => Purpose::Renewal { serial_number },
    };
    Some(Event::SuccessorBegun { purpose, configuration, of_itself: true })
}

/// Who has to act for a service to go on.
#[must_use]
pub fn who_must_act(service: &Service) -> Audience {
    match &service.state {
        State::AwaitingConfiguration => Audience::Customer,
        // Whatever should have followed by itself, and did not.
        State::Active | State::Rejected { .. } | State::Held { .. } => Audience::Reseller,
        State::Ordering(_) | State::Issuing(_) => Audience::Authority,
        State::Validating(validating) => who_must_prove(validating),
    }
}

fn who_must_prove(validating: &Validating) -> Audience {
    use crate::authority::CheckKind;
    let is_open = |kind: &CheckKind| {
        let open = |proof: &Proof| matches!(proof, Proof::Required | Proof::Failed);
        validating.checks.iter().any(|check| check.kind == *kind && open(&check.proof))
    };
    let is_with_ca = matches!(validating.check, Check::Requested | Check::Started);
    let names_open = validating.configuration.names().is_some()
        && !is_with_ca
        && (validating.checks.is_empty() || is_open(&CheckKind::Domain));
    const PAPERS: [CheckKind; 4] = [
        CheckKind::Organization,
        CheckKind::ExtendedValidation,
        CheckKind::Applicant,
        CheckKind::Authorization,
    ];
    // What was handed in is the CA's to look at.
    let papers_open = !validating.has_evidence && PAPERS.iter().any(is_open);
    if names_open || papers_open || is_open(&CheckKind::Email) {
        Audience::Customer
    } else {
        Audience::Authority
    }
}
