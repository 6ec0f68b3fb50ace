//! The functional core: every state with every command, and every event after every state.

mod buying;
mod verifying;
mod world;

use super::*;
use world::{World, decided};

/// The commands that each state takes; every other one is refused. Whatever the CA says of an order is taken always:
/// it may come late.
const TAKEN: &[(&str, &[&str])] = &[
    ("nothing", &["create"]),
    ("awaiting configuration", &["configure"]),
    ("refused", &["configure"]),
    ("abandoned", &["configure"]),
    ("configured", &["begin order"]),
    ("intended", OPEN),
    ("resent", OPEN),
    ("doubted", OPEN),
    ("taken", OPEN),
    ("placed", VALIDATING),
    ("adopted", VALIDATING),
    ("untold", VALIDATING),
    ("code lost", VALIDATING),
    ("check requested", VALIDATING),
    ("check started", VALIDATING),
    ("check answered", VALIDATING),
    ("issuing", ISSUING),
    ("certificate doubted", ISSUING),
    ("active", &[]),
    ("rejected", &[]),
    ("held", &["resume", "abandon"]),
];

const ALWAYS: &[&str] = &["placed", "taken", "found", "foreign", "not found"];

const OPEN: &[&str] = &["refused", "blocked", "abandon"];

const VALIDATING: &[&str] = &[
    "request check",
    "code",
    "no code",
    "code refused",
    "code lost",
    "check started",
    "still validating",
    "accepted",
    "issued",
    "rejected",
    "unknown progress",
    "names",
];

const ISSUING: &[&str] = &[
    "still validating",
    "accepted",
    "issued",
    "rejected",
    "unknown progress",
    "no certificate",
    "certificate",
    "bad certificate",
];

#[test]
fn takes_exactly_the_commands_that_make_sense_in_each_state() {
    let world = World::new();
    for (state, events) in world.histories() {
        let service = world.replay(&events);
        let (_, taken) = TAKEN.iter().find(|(known, _)| *known == state).expect("every state has a row");
        for (name, command) in world.commands(service.as_ref()) {
            let decision = decided(service.as_ref(), command);
            // A held attempt's identifier is no news.
            let always = ALWAYS.contains(&name) && service.is_some() && (state, name) != ("held", "taken");
            assert_eq!(decision.is_ok(), always || taken.contains(&name), "{state} × {name}: {decision:?}");
            // What is decided can be told: no decision makes a history that can't be replayed.
            let more = decision.map(|decision| decision.events).unwrap_or_default();
            world.replay(&[events.clone(), more].concat());
        }
    }
}

/// From every state the worker comes to rest: no chain of outcomes leads round in a circle without a pause.
#[test]
fn comes_to_rest_whatever_the_ca_answers() {
    let world = World::new();
    for (name, events) in world.histories() {
        let Some(start) = world.replay(&events) else { continue };
        let first = match resume(&start) {
            Next::Poll(effect) => Next::Perform(effect),
            other => other,
        };
        let mut open = vec![(events, first, 0)];
        while let Some((events, next, steps)) = open.pop() {
            assert!(steps < 12, "{name}: goes on and on: {events:?}");
            let service = world.replay(&events);
            let answers: Vec<_> = match next {
                Next::Decide(command) => vec![command],
                Next::Perform(effect) => world.answers(service.as_ref(), &effect),
                Next::Rest | Next::Poll(_) => continue,
            };
            for answer in answers {
                let Ok(decision) = decided(service.as_ref(), answer) else { continue };
                let events = [events.clone(), decision.events.clone()].concat();
                let after = world.replay(&events).unwrap();
                match decision.effect {
                    Some(effect) => open.push((events, Next::Perform(effect), steps + 1)),
                    None if decision.events.is_empty() => {}
                    None => open.push((events, resume(&after), steps + 1)),
                }
            }
        }
    }
}

#[test]
fn reads_back_every_event_it_stores() {
    let world = World::new();
    for (_, events) in world.histories() {
        for event in events {
            let stored = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), event, "{stored}");
        }
    }
}

#[test]
fn refuses_a_history_that_cannot_have_been() {
    let world = World::new();
    let told = [Event::OrderAccepted].map(|event| RecordedEvent { at: world.now, event });
    let error = replay(world.id, told).unwrap_err();
    assert!(error.to_string().ends_with("event 1 can't follow nothing"), "{error}");
}

#[test]
fn has_a_name_for_each_state_that_reads_back() {
    for kind in StateKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(*kind));
    }
}
