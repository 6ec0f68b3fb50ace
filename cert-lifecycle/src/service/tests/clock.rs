//! What the clock brings.

use cert_domain::{CertificateLife, KeyChoice, PaidThrough, Threshold, plan_reissues_after};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::*;
use super::world::{World, days};
use crate::Terms;
use crate::authority::{OrderKind, Purpose};
use crate::notice::{Audience, Course, Outlook};

/// Where nothing is reissued by itself, so that a certificate lives to its end.
fn by_hand() -> Terms {
    Terms { keeps_key: false, ..Terms::default() }
}

fn on(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).unwrap().timestamp()
}

/// The first thing that is due, stored.
fn advance(service: Service, terms: &Terms, now: Timestamp) -> (Service, Option<Event>) {
    let decision = decide(Some(&service), Command::Advance, now, terms).unwrap();
    assert!(decision.events.len() <= 1 && decision.effect.is_none(), "{decision:?}");
    let event = decision.events.into_iter().next();
    let recorded = event.clone().map(|event| RecordedEvent { at: now, by: None, event });
    let service =
        recorded.into_iter().fold(service, |service, event| apply(service.id, Some(service), event).unwrap());
    (service, event)
}

/// Everything that is due at a moment, stored.
pub(super) fn catch_up(service: Service, terms: &Terms, now: Timestamp) -> (Service, Vec<Event>) {
    let mut service = service;
    let mut told = Vec::new();
    loop {
        assert!(told.len() < 10, "always something else is due: {told:?}");
        match advance(service, terms, now) {
            (after, None) => return (after, told),
            (after, Some(event)) => {
                told.push(event);
                service = after;
            }
        }
    }
}

/// What the clock brings between two moments to whoever looks so often.
pub(super) fn looked_at_every(
    step: SignedDuration,
    service: Service,
    terms: &Terms,
    (from, to): (Timestamp, Timestamp),
) -> Vec<(Timestamp, Event)> {
    let (mut service, mut now, mut told) = (service, from, Vec::new());
    while now <= to {
        let (after, events) = catch_up(service, terms, now);
        told.extend(events.into_iter().map(|event| (now, event)));
        service = after;
        now += step;
    }
    told
}

/// What the clock brings to whoever looks only when something is said to be due.
pub(super) fn looked_at_when_due(
    service: Service,
    terms: &Terms,
    (from, to): (Timestamp, Timestamp),
) -> Vec<(Timestamp, Event)> {
    let (mut service, mut told) = catch_up(service, terms, from);
    let mut told: Vec<_> = told.drain(..).map(|event| (from, event)).collect();
    let mut now = from;
    while let Some(moment) = next_moment(&service, terms, now).filter(|moment| *moment <= to) {
        assert!(moment > now, "the clock stands still");
        now = moment;
        let (after, events) = catch_up(service, terms, now);
        told.extend(events.into_iter().map(|event| (now, event)));
        service = after;
    }
    told
}

fn kinds(told: &[(Timestamp, Event)]) -> Vec<std::mem::Discriminant<Event>> {
    told.iter().map(|(_, event)| std::mem::discriminant(event)).collect()
}

#[test]
fn says_of_nothing_twice_that_it_is_due_whatever_was_slept_through() {
    let world = World::new();
    for terms in super::all_terms().into_iter().chain([by_hand()]) {
        for (name, history) in world.histories() {
            let Some(service) = world.replay(&history) else { continue };
            for later in [0, 8, 100, 150, 198, 200, 365, 400, 4000] {
                let now = world.now + days(later);
                let (after, _) = catch_up(service.clone(), &terms, now);
                let next = resume(&after, &terms, now);
                assert_ne!(next, Next::Decide(Command::Advance), "{name}, {later} days later");
            }
        }
    }
}

/// Whoever sleeps until the next moment misses nothing that somebody notices who looks all the time.
#[test]
fn wakes_up_in_time_for_everything_that_becomes_due() {
    let world = World::new();
    let span = (world.now, world.now + days(420));
    for terms in [Terms::default(), by_hand()] {
        for (name, history) in world.histories() {
            let Some(service) = world.replay(&history) else { continue };
            let told = looked_at_when_due(service.clone(), &terms, span);
            let step = SignedDuration::from_hours(6);
            let watched = looked_at_every(step, service, &terms, span);
            assert_eq!(kinds(&told), kinds(&watched), "{name}");
            for ((due, event), (seen, _)) in told.iter().zip(&watched) {
                assert!(
                    due <= seen && seen.duration_since(*due) < step,
                    "{name}: {event:?} due {due}, seen {seen}"
                );
            }
        }
    }
}

#[test]
fn reminds_once_at_each_threshold_and_loses_none_when_days_are_skipped() {
    let world = World::new();
    let thresholds = Terms::default().reminders.thresholds().to_vec();
    let end = world.certificate().not_after;
    for step in [1, 3, 17, 45, 100] {
        let service = world.service("active").unwrap();
        let told = looked_at_every(days(step), service, &by_hand(), (world.now, end));
        let mut settled: Vec<Threshold> = Vec::new();
        for (at, event) in &told {
            let Event::Reminded { settled: all, .. } = event else { continue };
            assert!(all.len() > settled.len(), "reminded twice of the same, every {step} days: {at}");
            settled.clone_from(all);
        }
        let last_look = world.now + days(198 / step * step);
        let life = cert_domain::Life::new(world.now, end);
        let crossed = thresholds.iter().filter(|threshold| threshold.is_crossed(life, last_look)).count();
        assert_eq!(settled.len(), crossed, "lost one, every {step} days: {settled:?}");
        assert!(step > 1 || settled.len() == thresholds.len());
    }
}

#[test]
fn says_what_becomes_of_the_certificate_without_the_customer() {
    let world = World::new();
    let outlook = |name: &str, terms: &Terms| successor(&world.service(name).unwrap(), terms).unwrap();
    let keeping = Terms::default();
    let making = Terms { makes_keys: true, keeps_key: false, ..Terms::default() };
    let reissue = |name: &str, terms: &Terms| {
        let next = outlook(name, terms);
        assert_eq!(next.course, Course::Reissue, "{name}");
        next.outlook
    };
    assert_eq!(reissue("active", &keeping), Outlook::Automatic);
    assert_eq!(reissue("active", &by_hand()), Outlook::RequestNeeded);
    assert_eq!(reissue("with a request", &by_hand()), Outlook::Automatic);
    assert_eq!(reissue("with a kept key", &making), Outlook::Automatic);
    assert_eq!(reissue("active", &making), Outlook::RequestNeeded, "the system keeps no key of it");

    let last = |name: &str| {
        // At the end of what was bought.
        let mut service = world.service(name).unwrap();
        service.account.term_ends = utc(world.certificate().not_after).yesterday().ok();
        service.account.paid_through =
            service.account.paid_through.and(service.account.term_ends.map(PaidThrough::new));
        successor(&service, &by_hand()).unwrap()
    };
    let renewal = |outlook| Successor { course: Course::Renewal, begin_at: None, outlook };
    assert_eq!(last("active"), renewal(Outlook::ByHand));
    assert_eq!(last("paid"), renewal(Outlook::RequestNeeded));
    assert_eq!(last("ending"), renewal(Outlook::Ends));
    assert_eq!(successor(&world.service("revoked").unwrap(), &keeping), None);
    assert_eq!(successor(&world.service("configured").unwrap(), &keeping), None);
}

#[test]
fn begins_the_reissues_of_a_term_as_planned() {
    let world = World::new();
    let terms = Terms::default();
    let service = world.service("active").unwrap();
    let last_day = utc(world.certificate().not_after).yesterday().unwrap();
    let life = CertificateLife::new(utc(world.now), last_day);
    let until = PaidThrough::new(service.account.term_ends.unwrap());
    let kind = service.offer.product.kind;
    let plan = plan_reissues_after(kind, life, Some(utc(world.now)), until, &terms.calendar, terms.windows);
    let told = looked_at_when_due(service, &terms, (world.now, world.now + days(198)));
    let begun: Vec<_> =
        told.iter().filter(|(_, event)| matches!(event, Event::SuccessorBegun { .. })).collect();
    let [(at, Event::SuccessorBegun { purpose, configuration, of_itself: true })] = begun.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(*at, on(plan[0].begin_on));
    assert_eq!(*purpose, world.reissue());
    assert_eq!(configuration, &world.configuration, "with the key that it has");
}

/// A service that is paid for another period, with the last certificate of what was bought.
pub(super) fn paid_beyond(world: &World, request: bool) -> Service {
    let reissued_at = on(date(2027, 6, 1));
    let before = world.service("paid").unwrap();
    let purpose = world.reissue();
    let configuration = world.following();
    let placed = Event::OrderPlaced { order_id: world.their_order_id(), code: None, adopted: false };
    let stored = Event::RequestStored { request: world.spare.clone(), is_made: false };
    let events = [
        Event::SuccessorBegun { purpose: purpose.clone(), configuration, of_itself: true },
        Event::OrderIntended { attempt: world.second_attempt(&purpose) },
        placed,
        Event::OrderAccepted,
        Event::CertificateIssued { certificate: world.issued("B2", reissued_at), is_cut_short: None },
        Event::PaymentReceived { paid_through: PaidThrough::new(date(2028, 11, 20)), period_start: None },
    ];
    let service = world.after(Some(before), &events, reissued_at).unwrap();
    assert_eq!(service.account.term_ends, Some(date(2027, 11, 20)));
    if request { world.after(Some(service), &[stored], reissued_at).unwrap() } else { service }
}

#[test]
fn begins_a_renewal_that_is_paid_for_before_the_term_ends() {
    let world = World::new();
    let service = paid_beyond(&world, true);
    let span = (on(date(2027, 6, 1)), on(date(2027, 12, 1)));
    let told = looked_at_when_due(service, &Terms::default(), span);
    let begun = told.iter().find_map(|(at, event)| match event {
        Event::SuccessorBegun { purpose, configuration, .. } => Some((at, purpose, configuration)),
        _ => None,
    });
    let (at, purpose, configuration) = begun.unwrap();
    assert_eq!(*at, on(date(2027, 10, 21)), "30 days before");
    assert_eq!(*purpose, Purpose::Renewal { serial_number: "B2".into() });
    assert_eq!(configuration.request(), &world.spare);
}

#[test]
fn buys_no_renewal_that_is_not_paid_for() {
    let world = World::new();
    let mut service = paid_beyond(&world, true);
    service.account.paid_through = Some(PaidThrough::new(date(2027, 11, 20)));
    let span = (on(date(2027, 6, 1)), on(date(2028, 12, 1)));
    let told = looked_at_when_due(service, &Terms::default(), span);
    assert!(told.iter().all(|(_, event)| !matches!(event, Event::SuccessorBegun { .. })), "{told:?}");
    assert!(told.iter().any(|(_, event)| *event == Event::Expired));
}

/// The CA renews nothing that is over.
#[test]
fn buys_anew_what_was_paid_for_too_late_to_renew() {
    let world = World::new();
    let service = paid_beyond(&world, true);
    let late = on(date(2028, 1, 10));
    let (after, _) = catch_up(service, &Terms::default(), late);
    assert_eq!(after.purpose(), Some(&Purpose::New));
    assert_eq!(after.certificates.len(), 2, "what there was stays");
}

#[test]
fn asks_once_for_a_request_that_is_missing() {
    let world = World::new();
    // The renewal is paid for: nothing else is missing, and the customer is asked at once.
    let service = paid_beyond(&world, false);
    let paid_on = on(date(2027, 6, 1));
    let told = looked_at_every(days(7), service, &Terms::default(), (paid_on, paid_on + days(190)));
    let asked: Vec<_> =
        told.iter().filter(|(_, event)| matches!(event, Event::RequestMissed { .. })).collect();
    assert_eq!(asked, [&(paid_on, Event::RequestMissed { course: Course::Renewal })]);

    // A reissue is asked for when it is due.
    let service = world.service("active").unwrap();
    let told = looked_at_every(days(1), service, &by_hand(), (world.now, world.now + days(190)));
    let asked: Vec<_> =
        told.iter().filter(|(_, event)| matches!(event, Event::RequestMissed { .. })).collect();
    let [(at, Event::RequestMissed { course: Course::Reissue })] = asked.as_slice() else {
        panic!("{told:?}")
    };
    assert!(*at > world.now + days(130) && *at < world.now + days(140), "{at}");
}

#[test]
fn makes_a_request_only_where_it_made_the_key_before() {
    let world = World::new();
    let making = Terms { makes_keys: true, ..Terms::default() };
    let now = world.now + days(150);
    let next = |name: &str| {
        let (service, _) = catch_up(world.service(name).unwrap(), &making, now);
        resume(&service, &making, now)
    };
    assert_eq!(next("with a kept key"), Next::Perform(Effect::MakeRequest(Box::new(world.kept()))));
    assert_eq!(next("active"), Next::Decide(Command::BeginOrder), "with the customer's own key");

    let (kept, _) = catch_up(world.service("with a kept key").unwrap(), &making, now);
    let made = Event::RequestStored { request: world.spare.clone(), is_made: true };
    let kept = world.after(Some(kept), &[made], now).unwrap();
    let (kept, _) = catch_up(kept, &making, now);
    let ordered = kept.state.configuration().unwrap();
    assert_eq!(
        (ordered.request(), ordered.key()),
        (&world.spare, world.kept().key()),
        "with a kept key, too"
    );

    let brought = Event::RequestStored { request: world.spare.clone(), is_made: false };
    let own = world.after(world.service("with a kept key"), &[brought], now).unwrap();
    let (own, _) = catch_up(own, &making, now);
    let ordered = own.state.configuration().unwrap();
    assert_eq!((ordered.request(), ordered.key()), (&world.spare, KeyChoice::Request), "the customer's own");
}

/// A service whose next certificate is to have a key that the system makes, and when it begins.
pub(super) fn with_a_key_to_make(world: &World) -> (Service, Terms, Timestamp) {
    let making = Terms { makes_keys: true, ..Terms::default() };
    let service = world.service("with a kept key").unwrap();
    let begin_at = successor(&service, &making).unwrap().begin_at.unwrap();
    (service, making, begin_at)
}

#[test]
fn makes_no_request_before_one_is_due() {
    let world = World::new();
    let (service, making, begin_at) = with_a_key_to_make(&world);
    let before = begin_at - SignedDuration::from_secs(1);
    let (reminded, _) = catch_up(service, &making, before);
    assert_eq!(resume(&reminded, &making, before), Next::Rest);
}

#[test]
fn says_once_that_a_certificate_is_over() {
    let world = World::new();
    let service = world.service("active").unwrap();
    let end = world.certificate().not_after;
    let told = looked_at_every(days(1), service, &by_hand(), (world.now, end + days(60)));
    let over: Vec<_> = told.iter().filter(|(_, event)| *event == Event::Expired).collect();
    assert_eq!(over.len(), 1);
    assert!(over[0].0 > end && over[0].0 <= end + days(1));
    assert!(told.iter().all(|(at, event)| *at <= end || !matches!(event, Event::Reminded { .. })));
}

#[test]
fn says_once_in_each_state_who_keeps_a_service_from_moving() {
    let world = World::new();
    let later = world.now + days(8);
    let stalls =
        |events: &[Event]| events.iter().filter(|event| matches!(event, Event::Stalled { .. })).count();
    for (name, who) in [
        ("awaiting configuration", Audience::Customer),
        ("intended", Audience::Authority),
        ("placed", Audience::Customer),
        ("check started", Audience::Authority),
        ("mailbox placed", Audience::Authority),
        ("issuing", Audience::Authority),
        ("held", Audience::Reseller),
    ] {
        let service = world.service(name).unwrap();
        assert_eq!(who_must_act(&service), who, "{name}");
        let (stuck, told) = catch_up(service, &Terms::default(), later);
        assert_eq!(told, [Event::Stalled { who }], "{name}");
        assert_eq!(catch_up(stuck, &Terms::default(), later + days(100)).1, [], "{name}: once");
    }
    // The next state has a patience of its own.
    let (stuck, _) = catch_up(world.service("placed").unwrap(), &Terms::default(), later);
    let moved = world.after(Some(stuck), &[Event::OrderAccepted], later).unwrap();
    let (moved, told) = catch_up(moved, &Terms::default(), later + days(6));
    assert_eq!(stalls(&told), 0);
    assert_eq!(stalls(&catch_up(moved, &Terms::default(), later + days(7)).1), 1);
    for at_rest in ["active", "rejected"] {
        let (_, told) = catch_up(world.service(at_rest).unwrap(), &Terms::default(), later);
        assert_eq!(told, [], "{at_rest} waits for nothing");
    }
}

#[test]
fn begins_nothing_while_suspended_and_does_nothing_once_ended() {
    let world = World::new();
    let span = (world.now, world.now + days(400));
    let told = |name: &str| looked_at_when_due(world.service(name).unwrap(), &Terms::default(), span);
    let suspended = told("suspended");
    assert!(suspended.iter().all(|(_, event)| !matches!(event, Event::SuccessorBegun { .. })));
    assert!(suspended.iter().any(|(_, event)| matches!(event, Event::Reminded { .. })));
    for (name, history) in world.histories() {
        if world.replay(&history).is_some_and(|service| service.running == Running::Terminated) {
            assert_eq!(told(name), [], "{name}");
        }
    }
}

/// A certificate of 2027 outlives the check of its names, which counts for no later one.
#[test]
fn says_once_that_a_proof_ends_before_it_is_needed_again() {
    let world = World::new();
    let mut terms = by_hand();
    terms.windows.begin = Threshold::Days(14);
    let service = world.service("active").unwrap();
    let told = looked_at_every(days(1), service, &terms, (world.now, world.now + days(198)));
    let ending: Vec<_> =
        told.iter().filter(|(_, event)| matches!(event, Event::ProofEnding { .. })).collect();
    let [(at, Event::ProofEnding { valid_until })] = ending.as_slice() else { panic!("{told:?}") };
    assert_eq!(utc(*valid_until), date(2027, 3, 14), "the calendar's next era takes no check of 2026");
    assert!(valid_until.duration_since(*at) <= days(14) && *at < *valid_until);
}

#[test]
fn begins_a_successor_of_each_kind_from_rest_alone() {
    let world = World::new();
    let now = world.now + days(150);
    for (name, history) in world.histories() {
        let Some(service) = world.replay(&history) else { continue };
        let is_at_rest = service.state == State::Active;
        let (_, told) = catch_up(service, &Terms::default(), now);
        let begun = told.iter().find_map(|event| match event {
            Event::SuccessorBegun { purpose, .. } => Some(purpose.kind()),
            _ => None,
        });
        assert!(is_at_rest || begun.is_none(), "{name}");
        assert!(begun.is_none_or(|kind| kind == OrderKind::Reissue), "{name}: inside the term");
    }
}
