//! Buying exactly once, checked in every situation that a small world can get into.
//!
//! The decisions are the engine's own: [`cert_lifecycle::service::decide`], [`apply`](cert_lifecycle::service::apply) and
//! [`resume`](cert_lifecycle::service::resume), on real services that consist of real events. What is modelled is the world
//! around them: workers that stop anywhere, calls that arrive late, twice or never, a CA that refuses and lags, people who
//! give up and ask again. `docs/model.md` says what is in it, and what is not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test stops at the first surprise"
)]

mod ca;
mod engine;
mod faults;
mod properties;
mod sold;
mod world;

use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model};

use crate::properties::{DOUBT_SETTLED, FOUND_AT_REST, FOUND_BEFORE_ANOTHER, STRAY};
use crate::sold::Purchase;
use crate::world::{Bounds, World};

/// What happens in the runs of every day.
const SMALL: Bounds = Bounds {
    stops: 1,
    lags: 1,
    refusals: 1,
    surrenders: 1,
    releases: 1,
    wishes: 1,
    echoes: 0,
    doubles: 0,
    lapses: 0,
    has_other: false,
    is_prompt: false,
    slow_looks: true,
};

/// The same where nobody gives up, and what the CA shows is stored within a quarter of an hour: what telling of a refusal
/// rests on. What is heard may be stored twice.
const QUICK: Bounds = Bounds { surrenders: 0, echoes: 1, slow_looks: false, ..SMALL };

/// The same beside another service of the customer, which orders the like.
const BESIDE_ANOTHER: Bounds = Bounds { refusals: 0, surrenders: 0, wishes: 0, has_other: true, ..SMALL };

/// Two workers stop, or one of them twice.
const LARGE: Bounds = Bounds { stops: 2, ..SMALL };

/// What is not met where nobody gives up, and no refusal is believed too early.
const UNLESS_GIVEN_UP: [&str; 4] = [STRAY, DOUBT_SETTLED, FOUND_BEFORE_ANOTHER, FOUND_AT_REST];

#[test]
fn buys_a_first_certificate_once() {
    check_and_meet_everything(Purchase::New, SMALL);
}

#[test]
fn buys_a_renewal_once() {
    check_and_meet_everything(Purchase::Renewal, SMALL);
}

#[test]
fn reissues_once() {
    check_and_meet_everything(Purchase::Reissue, SMALL);
}

#[test]
fn reissues_once_for_the_key_that_there_is() {
    check_and_meet_everything(Purchase::ReissueOfTheKey, SMALL);
}

#[test]
fn tells_of_no_refusal_where_an_order_stands() {
    for purchase in Purchase::ALL {
        check_and_meet_all_but(&UNLESS_GIVEN_UP, purchase, QUICK);
    }
}

#[test]
fn takes_no_order_of_another_service() {
    for purchase in Purchase::FOLLOWING {
        check_and_meet_all_but(&[FOUND_BEFORE_ANOTHER], purchase, BESIDE_ANOTHER);
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release -p cert-lifecycle --test model -- --ignored --nocapture"]
fn buys_once_whatever_happens() {
    for purchase in Purchase::ALL {
        check_and_meet_everything(purchase, LARGE);
        check_and_meet_all_but(&UNLESS_GIVEN_UP, purchase, Bounds { stops: 2, ..QUICK });
    }
}

/// Every situation that there can be, and every property in each. Tells what was never met of what should be.
fn check(purchase: Purchase, bounds: Bounds) -> Vec<&'static str> {
    let checker = World::new(purchase, bounds).checker().spawn_bfs().join();
    assert!(checker.is_done());
    let services = checker.model().engine.count();
    let (situations, steps) = (checker.unique_state_count(), checker.state_count());
    println!("{purchase:?}: {situations} situations, {steps} steps, {services} services");
    let mut missed = Vec::new();
    for property in checker.model().properties() {
        let name = property.name;
        let is_found = checker.discovery(name).is_some();
        if property.expectation.discovery_is_failure() {
            assert!(!is_found, "{purchase:?}: not so: {name}: {}", road(&checker, name));
        } else if !is_found {
            missed.push(name);
        }
    }
    missed
}

fn check_and_meet_everything(purchase: Purchase, bounds: Bounds) {
    check_and_meet_all_but(&[], purchase, bounds);
}

fn check_and_meet_all_but(missed: &[&str], purchase: Purchase, bounds: Bounds) {
    assert_eq!(check(purchase, bounds), missed, "{purchase:?}: never met");
}

/// What does not hold in a world: one of these, as soon as it is known, or all that there is.
fn violated(world: World, wanted: &[&'static str]) -> BTreeSet<&'static str> {
    let mut checker = world.checker();
    if !wanted.is_empty() {
        checker = checker.finish_when(HasDiscoveries::AnyOf(wanted.iter().copied().collect()));
    }
    let checker = checker.spawn_bfs().join();
    let properties = checker.model().properties().into_iter();
    let failures = properties.filter(|property| property.expectation.discovery_is_failure());
    let names = failures.map(|property| property.name);
    names.filter(|name| checker.discovery(name).is_some()).collect()
}

/// How it came to something, for whoever has to find out why.
fn road(checker: &impl Checker<World>, name: &'static str) -> String {
    let Some(path) = checker.discovery(name) else { return String::new() };
    let engine = &checker.model().engine;
    let steps = path.into_vec().into_iter().map(|(situation, happening)| {
        let events: Vec<_> = engine.known(situation.service).events().map(|event| event.name()).collect();
        format!("\n{situation:?}\n  {events:?}\n{happening:?}")
    });
    steps.collect()
}
