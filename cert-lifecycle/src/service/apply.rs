//! Folding events into a service.

use std::sync::Arc;

use cert_domain::{
    Calendar, Configuration, CustomerId, Findings, Offer, OrganizationCheckValidUntil, PaidThrough, Term,
};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::account::{Account, Noticed, Running};
use super::certificate::ServiceCertificate;
use super::event::{Event, HoldReason, RecordedEvent};
use super::state::{
    Cancelling, Check, Code, Doubt, DoubtfulOrder, Issuing, Ordering, Refusal, Service, State, StateKind,
    StoredRequest, Validating,
};
use crate::acceptance::IssuedCertificate;
use crate::authority::{CertificateStanding, CheckKind, OrderKind, Purpose};
use crate::{OrderId, ServiceId};

/// The service that a history tells, or `None` for an empty one.
///
/// # Errors
/// If an event can't have followed those before it.
pub fn replay(
    id: ServiceId,
    history: impl IntoIterator<Item = RecordedEvent>,
) -> Result<Option<Service>, CorruptHistory> {
    history.into_iter().try_fold(None, |service, recorded| apply(id, service, recorded).map(Some))
}

/// A service after more of its history.
pub(crate) fn replay_after(
    service: Service,
    news: impl IntoIterator<Item = RecordedEvent>,
) -> Result<Service, CorruptHistory> {
    let id = service.id;
    news.into_iter().try_fold(service, |service, recorded| apply(id, Some(service), recorded))
}

/// The service after an event.
///
/// # Errors
/// If the event can't follow what the service is.
pub fn apply(
    id: ServiceId,
    service: Option<Service>,
    RecordedEvent { at, by: _, event }: RecordedEvent,
) -> Result<Service, CorruptHistory> {
    let Some(mut service) = service else {
        return begin(id, at, event).ok_or(CorruptHistory { id, version: 0, state: None });
    };
    let corrupt = CorruptHistory { id, version: service.version, state: Some(service.state.kind()) };
    service.version += 1;
    service.changed_at = at;
    let Some(event) = note(&mut service, at, event) else { return Ok(service) };
    let before = service.state.kind();
    let state = std::mem::replace(&mut service.state, State::AwaitingConfiguration);
    service.state = go_on(&mut service, state, at, event).ok_or(corrupt)?;
    if service.state.kind() != before {
        service.since = at;
        service.noticed.stuck = false;
    }
    Ok(service)
}

fn begin(id: ServiceId, at: Timestamp, event: Event) -> Option<Service> {
    match event {
        Event::Created { offer, customer, email, language } => {
            let language = language.unwrap_or(offer.language);
            Some(Service { email, language, ..empty(id, at, offer.into(), customer) })
        }
        Event::Imported {
            offer,
            customer,
            order_id,
            configuration,
            certificate,
            standing,
            placed_at,
            term_ends,
        } => {
            let mut service = empty(id, at, offer.into(), customer);
            service.account.term_ends = Some(term_ends);
            service.used_keys = Arc::new(vec![configuration.request().public_key_hash()]);
            let imported = ServiceCertificate {
                order_id,
                kind: OrderKind::New,
                configuration: *configuration,
                certificate: *certificate,
                received_at: at,
                proved_at: placed_at,
                standing,
                replaced_at: None,
                revoking: None,
            };
            service.certificates = Arc::new(vec![Arc::new(imported)]);
            Some(Service { state: State::Active, ..service })
        }
        _ => None,
    }
}

fn empty(id: ServiceId, at: Timestamp, offer: Arc<Offer>, customer: CustomerId) -> Service {
    Service {
        id,
        language: offer.language,
        offer,
        customer,
        email: None,
        created_at: at,
        version: 1,
        attempts: 0,
        draft: None,
        link: None,
        refusal: None,
        certificates: Arc::default(),
        is_revoking: false,
        stored_request: None,
        used_keys: Arc::default(),
        stray_orders: Vec::new(),
        stray_placements: Vec::new(),
        revoked_unseen: Vec::new(),
        new_strays: Vec::new(),
        doubtful_orders: Vec::new(),
        account: Account::default(),
        running: Running::Running,
        keeps_back: false,
        organization_check: None,
        cancellation: None,
        noticed: Noticed::default(),
        published: Vec::new(),
        changed_at: at,
        since: at,
        state: State::AwaitingConfiguration,
    }
}

/// What an event says beside where the service stands. Answers with the event if it also moves the service.
fn note(service: &mut Service, at: Timestamp, event: Event) -> Option<Event> {
    match event {
        Event::OfferChanged { offer } => service.offer = offer.into(),
        Event::LinkMade { link } => service.link = Some(link),
        Event::DraftSaved { draft } => service.draft = Some(*draft),
        Event::StrayOrder { order_id, placed_at } => {
            service.doubtful_orders.retain(|doubtful| doubtful.order_id != order_id);
            service.stray_placements.extend(placed_at.map(|placed_at| (order_id.clone(), placed_at)));
            if service.state.is_at_rest() && !service.new_strays.contains(&order_id) {
                service.new_strays.push(order_id.clone());
            }
            if !service.stray_orders.contains(&order_id) {
                service.stray_orders.push(order_id);
            }
        }
        Event::StrayCancelled { order_id } => {
            forget_stray(service, &order_id);
        }
        Event::DoubtSettled { order_id } => {
            service.doubtful_orders.retain(|doubtful| doubtful.order_id != order_id);
        }
        Event::DoubtLasts { order_id } => {
            let mut doubts = service.doubtful_orders.iter_mut();
            if let Some(doubtful) = doubts.find(|doubtful| doubtful.order_id == order_id) {
                doubtful.is_told = true;
            }
        }
        Event::ProofsWithdrawn => service.published.clear(),
        Event::RevokedUnseen { serial_number, at } => service.revoked_unseen.push((serial_number, at)),
        Event::CertificateStanding { serial_number, standing } => {
            service.revoked_unseen.retain(|(unseen, _)| *unseen != serial_number);
            if let Some(certificate) = certificate_mut(service, &serial_number) {
                if matches!(standing, CertificateStanding::Revoked { .. }) {
                    certificate.revoking = None;
                }
                certificate.standing = standing;
                see_revocations(service);
            }
        }
        Event::RevocationRequested { revocation } => {
            if let Some(certificate) = certificate_mut(service, &revocation.serial_number) {
                certificate.revoking = Some(revocation);
                see_revocations(service);
            }
        }
        Event::CertificateRevoked { serial_number } => {
            if let Some(certificate) = certificate_mut(service, &serial_number) {
                certificate.revoking = None;
                certificate.standing = CertificateStanding::Revoked { at: Some(at) };
                see_revocations(service);
            }
        }
        Event::RevocationRefused { serial_number, findings: _ } => {
            if let Some(certificate) = certificate_mut(service, &serial_number) {
                certificate.revoking = None;
                see_revocations(service);
            }
        }
        Event::RequestStored { request, is_made } => {
            service.noticed.request = false;
            service.keeps_back &= is_made;
            service.stored_request = Some(StoredRequest { request, is_made });
        }
        Event::InvoiceRaised { invoice } => service.account.invoiced = Some(invoice.period_start),
        Event::PaymentReceived { paid_through, period_start } => {
            // Older histories don't say which period it was: the one after what was paid.
            let next = service.account.paid_through.map(|paid| paid.date().saturating_add(1.day()));
            service.account.paid_from = period_start.or(next);
            paid(service, paid_through, at);
        }
        Event::Reminded { settled, .. } => service.noticed.thresholds = settled,
        Event::RequestMissed { course: _ } => service.noticed.request = true,
        Event::ProofEnding { valid_until: _ } => service.noticed.proof = true,
        Event::Expired => service.noticed.expired = true,
        Event::Stalled { who: _ } => service.noticed.stuck = true,
        Event::CancellationRequested { request } => service.cancellation = Some(request),
        Event::CancellationWithdrawn => service.cancellation = None,
        Event::RunningChanged { running } => service.running = running,
        Event::KeyTouched { .. } | Event::DueDateProposed { .. } | Event::CertificateSent { .. } => {}
        Event::EvidenceSubmitted { .. } => {
            if let State::Validating(validating) = &mut service.state {
                validating.has_evidence = true;
            }
        }
        event => return Some(event),
    }
    None
}

fn forget_stray(service: &mut Service, order_id: &OrderId) {
    service.stray_orders.retain(|stray| stray != order_id);
    service.stray_placements.retain(|(stray, _)| stray != order_id);
    service.new_strays.retain(|stray| stray != order_id);
}

/// A payment that comes after the certificate's end pays for another purchase: the CA reissues nothing that is over.
fn paid(service: &mut Service, paid_through: PaidThrough, at: Timestamp) {
    service.account.paid_through = Some(paid_through);
    service.keeps_back = false;
    let is_over = service.certificate().is_some_and(|newest| newest.certificate.not_after < at);
    if is_over && service.state == State::Active {
        service.account.lapsed = true;
    }
}

fn certificate_mut<'a>(service: &'a mut Service, serial_number: &str) -> Option<&'a mut ServiceCertificate> {
    let has_number =
        |certificate: &Arc<ServiceCertificate>| certificate.certificate.serial_number == serial_number;
    let position = service.certificates.iter().rposition(has_number)?;
    Arc::make_mut(&mut service.certificates).get_mut(position).map(Arc::make_mut)
}

/// Sees whether a certificate is to be revoked, so that nobody has to look through all of them each time.
fn see_revocations(service: &mut Service) {
    service.is_revoking = service.certificates.iter().any(|certificate| certificate.revoking.is_some());
}

/// Where an event takes a service.
fn go_on(service: &mut Service, state: State, at: Timestamp, event: Event) -> Option<State> {
    Some(match (state, event) {
        (
            State::AwaitingConfiguration | State::Rejected { .. } | State::Active,
            Event::Configured { configuration },
        ) => {
            service.draft = None;
            service.link = None;
            ordering(Purpose::New, configuration, at)
        }
        (State::Active, Event::SuccessorBegun { purpose, configuration, of_itself: _ }) => {
            service.keeps_back = false;
            let key = configuration.request().public_key_hash();
            if service.stored_request.as_ref().is_some_and(|stored| stored.request.public_key_hash() == key) {
                service.stored_request = None;
            }
            ordering(purpose, configuration, at)
        }
        (State::Ordering(ordering), event) => go_on_ordering(service, ordering, at, event)?,
        (State::Validating(validating), event) => go_on_validating(service, validating, at, event)?,
        (State::Issuing(issuing), event) => go_on_issuing(service, issuing, at, event)?,
        (State::Held { suspended, .. }, event) => match (*suspended, event) {
            (State::Ordering(ordering), Event::OrderAbandoned) => abandoned(service, ordering, at),
            (State::Ordering(ordering), Event::OrderPlaced { order_id, code, adopted }) => {
                placed(service, ordering, order_id, code.map_or(code_untold(adopted), Code::Known))
            }
            (State::Issuing(issuing), Event::OrderAbandoned) => {
                keep_back(service, at);
                at_rest(service, &issuing.configuration)
            }
            (State::Issuing(issuing), Event::OrderCancelling { replaces }) => {
                State::Issuing(Issuing { cancelling: Some(Cancelling { replaces }), ..issuing })
            }
            (State::Ordering(ordering), Event::Resumed) => {
                State::Ordering(Ordering { unanswered: 0, ..ordering })
            }
            (State::Issuing(issuing), Event::Resumed) => {
                State::Issuing(Issuing { doubtful_since: None, ..issuing })
            }
            _ => return None,
        },
        _ => return None,
    })
}

fn ordering(purpose: Purpose, configuration: Configuration, at: Timestamp) -> State {
    State::Ordering(Ordering {
        purpose,
        configuration,
        intended_at: at,
        sent_at: at,
        attempt: None,
        sends: 0,
        unanswered: 0,
        is_taken: false,
        doubt: None,
    })
}

fn go_on_ordering(service: &mut Service, ordering: Ordering, at: Timestamp, event: Event) -> Option<State> {
    Some(match event {
        Event::OrderIntended { attempt } => {
            service.attempts = attempt.number;
            // Older histories have strays that no order was held for.
            service.new_strays.clear();
            let attempt = Some(attempt);
            State::Ordering(Ordering {
                attempt,
                intended_at: at,
                sent_at: at,
                sends: 1,
                unanswered: 1,
                ..ordering
            })
        }
        Event::OrderNotFound => {
            let sends = ordering.sends.saturating_add(1);
            let unanswered = ordering.unanswered.saturating_add(1);
            State::Ordering(Ordering { sent_at: at, sends, unanswered, ..ordering })
        }
        Event::OrderIdentifierTaken => State::Ordering(Ordering { is_taken: true, doubt: None, ..ordering }),
        Event::OrderRefusalDoubted { findings } => {
            State::Ordering(Ordering { doubt: Some(Doubt { findings, since: at }), ..ordering })
        }
        Event::OrderRefused { findings } => {
            service.refusal = Some(Refusal { findings, at });
            if ordering.sends > 1 {
                given_up(service, ordering)
            } else {
                at_rest(service, &ordering.configuration)
            }
        }
        Event::OrderAbandoned => abandoned(service, ordering, at),
        Event::OrderPlaced { order_id, code, adopted } => {
            placed(service, ordering, order_id, code.map_or(code_untold(adopted), Code::Known))
        }
        Event::Held { reason } => {
            // An order that is not ours stands where ours should: whatever the reseller settles, ours is not sent again.
            let is_taken = ordering.is_taken || matches!(reason, HoldReason::ForeignOrder { .. });
            if let HoldReason::StrayOrder { order_id } = &reason {
                service.new_strays.retain(|stray| stray != order_id);
            }
            let suspended = Box::new(State::Ordering(Ordering { is_taken, ..ordering }));
            State::Held { reason, suspended }
        }
        _ => return None,
    })
}

/// Where a service stands when no order is under way. The form of a first order that came to nothing comes back.
fn at_rest(service: &mut Service, configuration: &Configuration) -> State {
    if !service.certificates.is_empty() {
        return State::Active;
    }
    service.draft = Some(configuration.to_form());
    State::AwaitingConfiguration
}

fn given_up(service: &mut Service, ordering: Ordering) -> State {
    let Ordering { purpose, configuration, intended_at, sent_at, attempt, .. } = ordering;
    let state = at_rest(service, &configuration);
    service.doubtful_orders.extend(attempt.map(|attempt| DoubtfulOrder {
        order_id: attempt.order_id,
        purpose,
        since: intended_at,
        sent_at,
        configuration,
        is_told: false,
    }));
    state
}

fn abandoned(service: &mut Service, ordering: Ordering, at: Timestamp) -> State {
    keep_back(service, at);
    given_up(service, ordering)
}

/// A successor came to nothing: the next one that comes of itself waits a while.
fn pause(service: &mut Service, at: Timestamp) {
    if !service.certificates.is_empty() {
        service.refusal = Some(Refusal { findings: Findings::new(), at });
    }
}

/// Somebody has stopped a successor: the next one does not come of itself.
fn keep_back(service: &mut Service, at: Timestamp) {
    pause(service, at);
    service.keeps_back = !service.certificates.is_empty();
}

/// Why there is no code: it was lost with the answer, or the CA tells none, since nothing is left to prove.
fn code_untold(adopted: bool) -> Code {
    if adopted { Code::Lost } else { Code::Untold }
}

fn placed(service: &mut Service, ordering: Ordering, order_id: OrderId, code: Code) -> State {
    service.refusal = None;
    // A reissue that shares its identifier with another is taken only once that one is over.
    forget_stray(service, &order_id);
    let key = ordering.configuration.request().public_key_hash();
    // It was kept for the next certificate, which would get no other key than this one.
    if service.stored_request.as_ref().is_some_and(|stored| stored.request.public_key_hash() == key) {
        service.stored_request = None;
    }
    Arc::make_mut(&mut service.used_keys).push(key);
    State::Validating(Validating {
        purpose: ordering.purpose,
        configuration: ordering.configuration,
        order_id,
        code,
        check: Check::NotRequested,
        requests: 0,
        publications: 0,
        names: Vec::new(),
        checks: Vec::new(),
        resends: false,
        published_at: None,
        has_asked_for_code: false,
        has_evidence: false,
        cancelling: None,
    })
}

fn go_on_validating(
    service: &mut Service,
    validating: Validating,
    at: Timestamp,
    event: Event,
) -> Option<State> {
    let validating = match event {
        Event::MethodChanged { configuration } => Validating {
            configuration,
            code: Code::Lost,
            check: Check::NotRequested,
            resends: true,
            published_at: None,
            ..validating
        },
        Event::CodeRenewed { code } => {
            // What was published and looked for was the former code.
            let code = code.map_or(Code::Untold, Code::Known);
            Validating {
                code,
                check: Check::NotRequested,
                resends: false,
                published_at: None,
                has_asked_for_code: true,
                ..validating
            }
        }
        Event::CodeLost => {
            Validating { code: Code::Lost, check: Check::NotRequested, published_at: None, ..validating }
        }
        Event::EmailRequested => Validating { resends: true, ..validating },
        Event::EmailResent => Validating { resends: false, ..validating },
        Event::ProofsPublished { instructions } if instructions.is_empty() => {
            Validating { published_at: Some(at), ..validating }
        }
        Event::ProofsPublished { instructions } => {
            service.published = instructions;
            let requests = validating.requests.saturating_add(1);
            let publications = validating.publications.saturating_add(1);
            let check = Check::Requested;
            Validating { published_at: Some(at), check, requests, publications, ..validating }
        }
        Event::CheckRequested => {
            let requests = validating.requests.saturating_add(1);
            Validating { check: Check::Requested, requests, ..validating }
        }
        Event::CheckStarted { request } => {
            // Asked for again meanwhile, the CA has to look again.
            let check = if request == validating.requests { Check::Started } else { validating.check };
            Validating { check, ..validating }
        }
        Event::NamesReported { names } => {
            let check = match validating.check {
                Check::Started => Check::Answered,
                other => other,
            };
            Validating { names, check, ..validating }
        }
        Event::ChecksReported { checks } => {
            let organization = checks.iter().find(|check| check.kind == CheckKind::Organization);
            let valid_until = organization.and_then(|check| check.valid_until);
            service.organization_check =
                valid_until.map(OrganizationCheckValidUntil::new).or(service.organization_check);
            Validating { checks, ..validating }
        }
        Event::OrderAccepted => return Some(accepted(service, validating, at)),
        Event::OrderCancelling { replaces } => {
            Validating { cancelling: Some(Cancelling { replaces }), ..validating }
        }
        Event::CancellingRefused => Validating { cancelling: None, ..validating },
        Event::OrderRejected | Event::OrderCancelled => {
            let Validating { configuration, order_id, cancelling, .. } = validating;
            return Some(ended(service, &event, (configuration, order_id, cancelling), at));
        }
        _ => return None,
    };
    Some(State::Validating(validating))
}

fn accepted(service: &Service, validating: Validating, at: Timestamp) -> State {
    // Where nothing had to be proved, what was proved for the predecessor goes on to count.
    let is_proved_anew = matches!(validating.code, Code::Known(_)) || validating.check != Check::NotRequested;
    let before = service.certificate().filter(|_| !is_proved_anew).map(|certificate| certificate.proved_at);
    State::Issuing(Issuing {
        purpose: validating.purpose,
        configuration: validating.configuration,
        order_id: validating.order_id,
        doubtful_since: None,
        proved_at: before.unwrap_or(at),
        cancelling: validating.cancelling,
    })
}

fn ended(
    service: &mut Service,
    event: &Event,
    (configuration, order_id, cancelling): (Configuration, OrderId, Option<Cancelling>),
    at: Timestamp,
) -> State {
    let replaces = cancelling.is_some_and(|cancelling| cancelling.replaces);
    let is_ours = cancelling.is_some() || matches!(event, Event::OrderCancelled);
    let key = configuration.request().public_key_hash();
    let mut certified = service.certificates.iter().map(|certificate| &certificate.configuration);
    if certified.all(|configuration| configuration.request().public_key_hash() != key) {
        // Nothing was certified: the key is as good as new.
        Arc::make_mut(&mut service.used_keys).retain(|used| *used != key);
    }
    if !service.certificates.is_empty() {
        if is_ours {
            keep_back(service, at);
        } else {
            pause(service, at);
        }
        return State::Active;
    }
    service.draft = Some(configuration.to_form());
    if replaces { State::AwaitingConfiguration } else { State::Rejected { order_id, is_cancelled: is_ours } }
}

fn go_on_issuing(service: &mut Service, issuing: Issuing, at: Timestamp, event: Event) -> Option<State> {
    Some(match event {
        Event::OrderRejected | Event::OrderCancelled => {
            let Issuing { configuration, order_id, cancelling, .. } = issuing;
            ended(service, &event, (configuration, order_id, cancelling), at)
        }
        Event::OrderCancelling { replaces } => {
            State::Issuing(Issuing { cancelling: Some(Cancelling { replaces }), ..issuing })
        }
        Event::CancellingRefused => State::Issuing(Issuing { cancelling: None, ..issuing }),
        Event::VerificationReopened => reopened(issuing),
        Event::CertificateDoubted { flaws: _ } => {
            State::Issuing(Issuing { doubtful_since: Some(at), ..issuing })
        }
        Event::CertificateIssued { certificate, is_cut_short: noted } => {
            let is_cut_short = noted.unwrap_or_else(|| is_cut_short(&service.offer, &certificate));
            issued(service, issuing, certificate, is_cut_short, at)
        }
        Event::Held { reason } => State::Held { reason, suspended: Box::new(State::Issuing(issuing)) },
        _ => return None,
    })
}

/// The CA wants something proved after all.
fn reopened(issuing: Issuing) -> State {
    let Issuing { purpose, configuration, order_id, cancelling, .. } = issuing;
    State::Validating(Validating {
        purpose,
        configuration,
        order_id,
        code: Code::Lost,
        check: Check::NotRequested,
        requests: 0,
        publications: 0,
        names: Vec::new(),
        checks: Vec::new(),
        resends: false,
        published_at: None,
        has_asked_for_code: false,
        has_evidence: false,
        cancelling,
    })
}

fn issued(
    service: &mut Service,
    issuing: Issuing,
    mut certificate: IssuedCertificate,
    is_cut_short: bool,
    at: Timestamp,
) -> State {
    let Issuing { purpose, configuration, order_id, proved_at, .. } = issuing;
    let kind = purpose.kind();
    match &purpose {
        Purpose::Reissue { serial_number, .. } => {
            if let Some(predecessor) = certificate_mut(service, serial_number) {
                predecessor.replaced_at = Some(at);
                let (before, now) = (&predecessor.certificate, &certificate);
                let age = now.not_before.duration_since(before.not_before);
                let is_late = age >= before.not_after.duration_since(before.not_before) / 4;
                let last = last_whole_day(now);
                // What was bought reaches no further: the calendar has more days for it.
                if is_late && last <= last_whole_day(before) && is_cut_short {
                    service.account.term_ends = service.account.term_ends.map(|day| day.min(last));
                }
            }
        }
        Purpose::New | Purpose::Renewal { .. } => {
            service.account.lapsed = false;
            service.account.term_ends = Some(term_end(&service.offer, certificate.not_before));
        }
    }
    service.noticed = Noticed::default();
    service.keeps_back = false;
    if let Some(before) = service.certificate()
        && before.certificate.chain == certificate.chain
    {
        certificate.chain = Arc::clone(&before.certificate.chain);
    }
    let issued = ServiceCertificate {
        order_id,
        kind,
        configuration,
        certificate,
        received_at: at,
        proved_at,
        standing: CertificateStanding::Valid,
        replaced_at: None,
        revoking: None,
    };
    Arc::make_mut(&mut service.certificates).push(Arc::new(issued));
    State::Active
}

/// Whether a certificate has fewer days than the calendar allows on the day of its issue.
pub(super) fn is_cut_short(offer: &Offer, certificate: &IssuedCertificate) -> bool {
    let issued_on = utc(certificate.not_before);
    let allowed = Calendar::public_trust().certificate_days(offer.product.kind, issued_on);
    let reached = issued_on.saturating_add(i32::from(allowed).days()).saturating_sub(1.day());
    last_whole_day(certificate) < reached
}

/// The last day of what is bought with a purchase whose first certificate begins then. A year of the CA's has 365 days, also
/// where the calendar's has one more.
pub(crate) fn term_end(offer: &Offer, began_at: Timestamp) -> Date {
    let first = utc(began_at);
    let last = offer.product.term.last_day(first);
    let Term::Months(months) = offer.product.term else { return last };
    let years = i32::from(months / 12);
    if months % 12 == 0 { last.min(first.saturating_add((years * 365 - 1).days())) } else { last }
}

/// The day of a moment, in UTC.
pub(crate) fn utc(moment: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(moment).date()
}

/// The last day that a certificate covers to its end.
pub(super) fn last_whole_day(certificate: &IssuedCertificate) -> Date {
    let end = certificate.not_after.saturating_add(1.second()).unwrap_or(certificate.not_after);
    utc(end).saturating_sub(1.day())
}

/// A stored history that no service can have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the history of service {id} is corrupt: event {} can't follow {}", .version + 1, .state.map_or("nothing", StateKind::as_str))]
pub struct CorruptHistory {
    id: ServiceId,
    version: u64,
    state: Option<StateKind>,
}
