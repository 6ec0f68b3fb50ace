//! The functional core: every state with every command, and every event after every state.

mod actions;
mod answers;
mod boundaries;
mod buying;
mod clock;
mod commands;
mod following;
mod graph;
mod histories;
mod periods;
mod promises;
mod random;
mod revoked;
mod straying;
mod table;
mod told;
mod verifying;
mod world;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::*;
use crate::Terms;
use commands::{EFFECTS, kind_of_effect};
use world::{World, days};

/// The steps of the longest chain that is without a pause, and some.
const MANY: usize = 32;

/// What the reseller may have settled: nothing is made or published by the system, or everything is.
fn all_terms() -> [Terms; 2] {
    [Terms::default(), Terms { makes_keys: true, publishes: true, ..Terms::default() }]
}

/// From every state the worker comes to rest: no chain of outcomes leads round in a circle without a pause.
#[test]
fn comes_to_rest_whatever_the_ca_answers() {
    let world = World::new();
    let mut called = BTreeSet::new();
    // As soon as all this has happened, and when the certificate nears its end.
    let moments = [world.now, world.now + days(150)];
    for (terms, now) in all_terms().iter().flat_map(|terms| moments.map(|now| (terms, now))) {
        for (name, events) in world.histories() {
            let Some(service) = world.replay(&events) else { continue };
            rests(&world, name, service, (terms, now), &mut called);
        }
    }
    assert_eq!(called.into_iter().collect::<Vec<_>>(), sorted(EFFECTS), "every call was made");
}

fn rests(
    world: &World,
    name: &str,
    start: Service,
    (terms, now): (&Terms, Timestamp),
    called: &mut BTreeSet<&'static str>,
) {
    let first = match resume(&start, terms, now) {
        Next::Poll(effect) => Next::Perform(effect),
        other => other,
    };
    let mut open = vec![(start, first, Vec::new())];
    while let Some((service, next, road)) = open.pop() {
        assert!(road.len() < MANY, "{name}: goes on and on: {road:?}");
        let answers: Vec<_> = match next {
            Next::Decide(command) => vec![command],
            Next::Perform(effect) => {
                called.insert(kind_of_effect(&effect));
                world.answers(&effect)
            }
            Next::Rest | Next::Poll(_) => continue,
        };
        for answer in answers {
            let road = [road.clone(), vec![answer.name()]].concat();
            let Ok(decision) = decide(Some(&service), answer, now, terms) else { continue };
            let after = world.after(Some(service.clone()), &decision.events, now).unwrap();
            let next = match decision.effect {
                Some(effect) => Next::Perform(effect),
                // Nothing came of it: the worker waits before it tries again.
                None if decision.events.is_empty() => Next::Rest,
                None => resume(&after, terms, now),
            };
            open.push((after, next, road));
        }
    }
}

fn sorted(names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[test]
fn reads_back_every_event_it_stores() {
    let world = World::new();
    for (name, events) in world.histories() {
        let service = world.replay(&events);
        let decided = world.commands(service.as_ref()).into_iter().flat_map(|(_, command)| {
            let decision = world::decided(service.as_ref(), command);
            decision.map(|decision| decision.events).unwrap_or_default()
        });
        for event in events.iter().cloned().chain(decided) {
            let stored = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event, "{name}: {stored}");
            let tag = serde_json::from_str::<serde_json::Value>(&stored).unwrap()["event"].take();
            assert_eq!(tag, event.name(), "{name}");
        }
    }
}

#[test]
fn refuses_a_history_that_cannot_have_been() {
    let world = World::new();
    let told = [Event::OrderAccepted].map(|event| RecordedEvent { at: world.now, by: None, event });
    let error = replay(world.id, told).unwrap_err();
    assert!(error.to_string().ends_with("event 1 can't follow nothing"), "{error}");
}

#[test]
fn has_a_name_for_each_state_that_reads_back() {
    for kind in StateKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
        assert_eq!(kind.to_string(), kind.as_str().replace('_', " "));
    }
    let names: Vec<_> = StateKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names, commands::STATES, "no state is missing");
}
