//! Codes, checks, and what the CA hands out.

use cert_domain::{Form, Instruction, VerificationCode, VerificationMethod};
use jiff::SignedDuration;

use super::super::*;
use super::world::{World, decided, form, report, resume};
use crate::authority::{CheckKind, OrderCheck, OrderProgress, Proof};
use crate::{Approver, NameState, Terms};

fn renew(world: &World, service: &Service) -> Effect {
    let method = world.configuration.method().unwrap().clone();
    let approver = Some(Approver { method, send_messages: false });
    Effect::RenewCode { order_id: world.order_id(), approver, seen_version: service.version }
}

#[test]
fn asks_for_a_fresh_code_where_the_code_was_lost() {
    let world = World::new();
    let adopted = world.service("adopted").unwrap();
    assert_eq!(resume(&adopted), Next::Perform(renew(&world, &adopted)));
    let State::Validating(validating) = &adopted.state else { panic!("{adopted:?}") };
    assert!(validating.instructions().is_empty());
}

/// What the CA relied on when it took the order has ended since.
#[test]
fn asks_once_for_a_code_that_was_not_told_if_the_names_are_to_be_proved_after_all() {
    let world = World::new();
    let placed = Event::OrderPlaced { order_id: world.order_id(), code: None, adopted: false };
    let placed = [world.history("intended"), vec![placed]].concat();
    let reported = |proof| Event::ChecksReported {
        checks: vec![OrderCheck { kind: CheckKind::Domain, proof, valid_until: None }],
    };
    let next = |events: &[Event], minutes| {
        let service = world.replay(&[&placed, events].concat()).unwrap();
        let now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        (super::super::resume(&service, &Terms::default(), now), service)
    };
    for proof in [Proof::Required, Proof::Failed] {
        let (asked, service) = next(&[reported(proof.clone())], 60);
        assert_eq!(asked, Next::Perform(renew(&world, &service)), "{proof:?}");
        let events = [reported(proof), Event::CodeRenewed { code: None }];
        assert!(matches!(next(&events, 600).0, Next::Poll(_)), "it has none to tell");
    }
    assert!(matches!(next(&[reported(Proof::Required)], 59).0, Next::Poll(_)), "it has just taken the order");
    assert!(matches!(next(&[reported(Proof::Verified)], 60).0, Next::Poll(_)));
    assert!(matches!(next(&[], 60).0, Next::Poll(_)), "it has not said what it wants");

    let (_, service) = next(&[reported(Proof::Required)], 60);
    let refused = decided(Some(&service), Command::RecordCodeRefused).unwrap();
    assert_eq!(refused.events, [Event::CodeRenewed { code: None }]);
}

#[test]
fn asks_again_for_a_code_that_was_not_told_only_when_the_customer_asks() {
    let world = World::new();
    let untold = world.service("untold").unwrap();
    assert_eq!(resume(&untold), Next::Poll(Effect::ReadReport(world.order_id())));
    let asked = world.replay(&[world.history("untold"), vec![Event::CheckRequested]].concat()).unwrap();
    assert_eq!(resume(&asked), Next::Perform(renew(&world, &asked)));
}

/// Two workers asked for a fresh code, and which one the CA counts is not known.
#[test]
fn trusts_no_code_that_came_beside_another() {
    let world = World::new();
    let before = world.service("adopted").unwrap();
    let other = Event::CodeRenewed { code: Some(world.code()) };
    let after = world.replay(&[world.history("adopted"), vec![other]].concat()).unwrap();
    let late =
        Command::RecordCode { code: Some(VerificationCode::new("late")), seen_version: before.version };
    assert_eq!(decided(Some(&after), late).unwrap().events, [Event::CodeLost]);
}

/// The customer changed the method while the CA was asked for a code, and perhaps changed it back.
#[test]
fn takes_no_code_that_was_asked_for_before_the_method_changed() {
    let world = World::new();
    let change = |service: &Service, method| {
        decided(Some(service), Command::ChangeMethod { method, send_messages: None }).unwrap().events
    };
    let placed = world.service("placed").unwrap();
    let mut history = world.history("placed");
    history.extend(change(&placed, VerificationMethod::DnsCname));
    let asking = world.replay(&history).unwrap();
    history.extend(change(&asking, VerificationMethod::DnsTxt));
    let after = world.replay(&history).unwrap();
    let late =
        Command::RecordCode { code: Some(VerificationCode::new("late")), seen_version: asking.version };
    assert_eq!(decided(Some(&after), late).unwrap().events, []);
    let Next::Perform(Effect::RenewCode { approver, .. }) = resume(&after) else { panic!("{after:?}") };
    assert_eq!(approver.map(|approver| approver.method), Some(VerificationMethod::DnsTxt));
}

#[test]
fn loses_only_the_code_that_the_ca_does_not_know() {
    let world = World::new();
    let placed = world.service("placed").unwrap();
    let lost = |code: &str| {
        decided(Some(&placed), Command::RecordCodeLost(VerificationCode::new(code))).unwrap().events
    };
    assert_eq!(lost("c0de"), [Event::CodeLost]);
    assert_eq!(lost("former"), []);
}

#[test]
fn looks_again_for_what_was_asked_during_a_look() {
    let world = World::new();
    let started = |request| {
        let events = [Event::CheckRequested, Event::CheckStarted { request }];
        world.replay(&[world.history("check requested"), events.to_vec()].concat()).unwrap()
    };
    assert!(matches!(resume(&started(1)), Next::Perform(Effect::StartCheck { request: 2, .. })));
    assert!(matches!(resume(&started(2)), Next::Poll(_)));
}

#[test]
fn asks_why_the_ca_is_not_satisfied_once_the_customer_did_his_part() {
    let world = World::new();
    let effect = |state: &str| {
        let service = world.service(state);
        decided(service.as_ref(), report(OrderProgress::Validating)).unwrap().effect
    };
    assert_eq!(effect("check started"), Some(Effect::ReadNames(world.order_id())));
    assert_eq!(effect("check answered"), Some(Effect::ReadNames(world.order_id())), "it may answer late");
    assert_eq!(effect("placed"), None);
}

#[test]
fn stores_what_the_ca_says_of_names_only_where_something_changed() {
    let world = World::new();
    let answered = world.service("check answered").unwrap();
    let events = |change: fn(&mut NameState)| {
        let mut names = world.names();
        change(&mut names[0]);
        decided(Some(&answered), Command::RecordNames(names)).unwrap().events.len()
    };
    assert_eq!(events(|_| {}), 0);
    assert_eq!(events(|name| name.info = Some("looked at 12:01".into())), 0);
    assert_eq!(events(|name| name.proof = Proof::Verified), 1);
    assert_eq!(events(|name| name.blocked_by = vec!["CAA".into()]), 1);
}

#[test]
fn fetches_for_a_while_what_may_yet_be_right_and_holds_what_is_wrong() {
    let world = World::new();
    let fetched = |state: &str, flaws, minutes| {
        let service = world.service(state);
        let now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        let outcome = Command::RecordCertificate(Some(Err(flaws)));
        decide(service.as_ref(), outcome, now, &Terms::default()).unwrap().events
    };
    assert!(matches!(fetched("issuing", world.passing_flaws(), 0)[..], [Event::CertificateDoubted { .. }]));
    assert_eq!(fetched("certificate doubted", world.passing_flaws(), 59), []);
    assert!(matches!(fetched("certificate doubted", world.passing_flaws(), 60)[..], [Event::Held { .. }]));
    assert!(matches!(fetched("issuing", world.flaws(), 0)[..], [Event::Held { .. }]));
}

/// Only what is known to be published can be taken back later.
#[test]
fn takes_back_what_was_published_for_a_former_code_before_it_publishes_the_next() {
    let world = World::new();
    let terms = Terms { publishes: true, ..Terms::default() };
    let next = Event::CodeRenewed { code: Some(VerificationCode::new("fresh")) };
    let service = world.replay(&[world.history("published"), vec![next]].concat()).unwrap();
    let resumed = super::super::resume(&service, &terms, world.now);
    assert_eq!(resumed, Next::Perform(Effect::Withdraw(service.published.clone())));
    let tidy = world.after(Some(service), &[Event::ProofsWithdrawn], world.now).unwrap();
    let resumed = super::super::resume(&tidy, &terms, world.now);
    assert!(matches!(resumed, Next::Perform(Effect::Publish { .. })), "{resumed:?}");
}

/// An earlier call for a code, whose answer was lost, has come to the CA after the one that was answered.
#[test]
fn asks_for_a_fresh_code_where_what_it_published_is_not_found_for_a_day() {
    let world = World::new();
    let failed = |state: &str, hours, proof: Proof| {
        let service = world.service(state);
        let now = world.now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        let mut names = world.names();
        names[0].proof = proof;
        let names = Command::RecordNames(names);
        let events = decide(service.as_ref(), names, now, &Terms::default()).unwrap().events;
        events.contains(&Event::CodeLost)
    };
    assert!(failed("published", 24, Proof::Failed));
    assert!(!failed("published", 23, Proof::Failed), "it may take a while to be seen");
    assert!(!failed("published", 24, Proof::Required), "nobody has looked");
    assert!(!failed("check answered", 24, Proof::Failed), "the customer has to publish it");
    let mut tried = world.service("placed").unwrap();
    tried =
        world.after(Some(tried), &[Event::ProofsPublished { instructions: Vec::new() }], world.now).unwrap();
    let names = Command::RecordNames(world.names());
    let much_later = world.now.checked_add(SignedDuration::from_hours(48)).unwrap();
    let events = decide(Some(&tried), names, much_later, &Terms::default()).unwrap().events;
    assert!(!events.contains(&Event::CodeLost), "nobody could publish it but the customer");

    // Not for ever, should the CA forget one code after the other.
    let mut history = world.history("published");
    for number in 2..=5 {
        let code = Some(VerificationCode::new(format!("c0de{number}")));
        let instructions = world.service("published").unwrap().published;
        history.extend([Event::CodeRenewed { code }, Event::ProofsPublished { instructions }]);
    }
    let tried = world.replay(&history).unwrap();
    let mut names = world.names();
    names[0].proof = Proof::Failed;
    let later = world.now.checked_add(SignedDuration::from_hours(24)).unwrap();
    let events =
        decide(Some(&tried), Command::RecordNames(names.clone()), later, &Terms::default()).unwrap().events;
    assert_eq!(events, [Event::NamesReported { names }]);
    // That somebody asks for a look again and again is no publication.
    history = world.history("published");
    history.extend(vec![Event::CheckRequested; 4]);
    let asked = world.replay(&history).unwrap();
    let State::Validating(validating) = &asked.state else { panic!("{:?}", asked.state) };
    assert!(validating.is_code_doubtful(later) && validating.requests == 5);
}

/// What the CA knows of a name it does not look for again: it would not see what is published there for the names below.
#[test]
fn tells_what_is_left_to_prove() {
    let world = World::new();
    let names = |states: [Proof; 2]| {
        let told = ["shop.example.com", "WWW.shop.example.com"].into_iter().zip(states);
        told.map(|(name, proof)| NameState { name: name.into(), proof, ..world.names().remove(0) }).collect()
    };
    let names_in = |states: [Proof; 2]| {
        let Some(State::Validating(placed)) = world.service("placed").map(|service| service.state) else {
            panic!("not placed")
        };
        let form = Form { names: vec!["shop.example.com".into(), "www.shop.example.com".into()], ..form() };
        let configuration = world.offer.check(&form).unwrap();
        let instructions = Validating { configuration, names: names(states), ..placed }.instructions();
        let places = instructions.into_iter().map(|told| match told {
            Instruction::TxtRecord { name, .. } => name,
            other => panic!("{other:?}"),
        });
        places.collect::<Vec<_>>()
    };
    let (above, below) = (["_certum.shop.example.com"], ["_certum.www.shop.example.com"]);
    assert_eq!(names_in([Proof::Required, Proof::Required]), above);
    assert_eq!(names_in([Proof::Verified, Proof::Failed]), below);
    assert_eq!(names_in([Proof::Failed, Proof::Verified]), above);
    assert_eq!(names_in([Proof::Verified, Proof::Verified]), above, "the CA says of each that it is proved");
}
