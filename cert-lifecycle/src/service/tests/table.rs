//! The table of states and commands.

use std::collections::BTreeSet;

use super::super::*;
use super::commands::{COMMANDS, STATES, kind_of_command, kind_of_state};
use super::world::{World, decided};

/// The commands that each state takes, besides those that every service takes; every other one is refused.
const TAKEN: &[(&str, &[&[&str]])] = &[
    ("nothing", &[&["create", "import"]]),
    ("awaiting configuration", &[LIVE, FORM]),
    ("link made", &[LIVE, FORM]),
    ("draft saved", &[LIVE, FORM]),
    ("configured", &[LIVE, &["begin order"]]),
    ("intended", &[LIVE, OPEN]),
    ("placed", &[LIVE, VALIDATING, NAMES]),
    ("check requested", &[LIVE, VALIDATING, NAMES]),
    ("check started", &[LIVE, VALIDATING, NAMES]),
    ("check answered", &[LIVE, VALIDATING, NAMES]),
    ("issuing", &[LIVE, ISSUING]),
    ("active", &[LIVE, AT_REST, CERTIFIED]),
    // Proofs.
    ("adopted", &[LIVE, VALIDATING, NAMES]),
    ("untold", &[LIVE, VALIDATING, NAMES]),
    ("code lost", &[LIVE, VALIDATING, NAMES]),
    ("resending", &[LIVE, VALIDATING, NAMES]),
    ("method changed", &[LIVE, VALIDATING, NAMES]),
    ("published", &[LIVE, VALIDATING, NAMES]),
    ("published in vain", &[LIVE, VALIDATING, NAMES]),
    ("issuing what was published", &[LIVE, ISSUING]),
    ("left to the customer", &[LIVE, VALIDATING, NAMES]),
    // Orders that come to nothing, or whose outcome is not known.
    ("resent", &[LIVE, OPEN]),
    ("doubted", &[LIVE, OPEN]),
    ("taken", &[LIVE, OPEN]),
    ("refused", &[LIVE, FORM]),
    ("held", &[LIVE, HELD, &["abandon", "adopt"]]),
    ("abandoned", &[LIVE, FORM]),
    ("configured in doubt", &[LIVE]),
    ("held for a stray", &[LIVE, HELD, &["abandon"]]),
    ("rejected", &[LIVE, FORM]),
    ("cancelling", &[LIVE, VALIDATING, NAMES]),
    ("cancelled", &[LIVE, FORM]),
    ("replacing", &[LIVE, VALIDATING, NAMES]),
    ("replaced order", &[LIVE, FORM]),
    ("cancelling in issuing", &[LIVE, ISSUING]),
    ("certificate doubted", &[LIVE, ISSUING]),
    ("held in issuing", &[LIVE, HELD, CANCEL, &["abandon"]]),
    // Certificates that follow.
    ("renewal begun", &[LIVE, CERTIFIED, &["begin order"]]),
    ("renewal intended", &[LIVE, CERTIFIED, OPEN]),
    ("renewal resent", &[LIVE, CERTIFIED, OPEN]),
    ("renewal doubted", &[LIVE, CERTIFIED, OPEN]),
    ("renewal placed", &[LIVE, CERTIFIED, VALIDATING, NAMES]),
    ("renewal issuing", &[LIVE, CERTIFIED, ISSUING]),
    ("renewed", &[LIVE, CERTIFIED]),
    ("renewal refused", &[LIVE, CERTIFIED, AT_REST]),
    ("renewal rejected", &[LIVE, CERTIFIED, AT_REST]),
    ("renewal abandoned", &[LIVE, CERTIFIED, AT_REST]),
    ("renewal in doubt", &[LIVE, CERTIFIED]),
    ("renewal held", &[LIVE, CERTIFIED, HELD, &["abandon", "adopt"]]),
    ("reissue begun", &[LIVE, CERTIFIED, &["begin order"]]),
    ("reissue intended", &[LIVE, CERTIFIED, OPEN]),
    ("reissue resent", &[LIVE, CERTIFIED, OPEN]),
    ("reissue doubted", &[LIVE, CERTIFIED, OPEN]),
    ("reissue placed", &[LIVE, CERTIFIED, VALIDATING, NAMES]),
    ("reissue issuing", &[LIVE, CERTIFIED, ISSUING]),
    ("reissued", &[LIVE, CERTIFIED]),
    ("reissue refused", &[LIVE, CERTIFIED, AT_REST]),
    ("reissue rejected", &[LIVE, CERTIFIED, AT_REST]),
    ("reissue abandoned", &[LIVE, CERTIFIED, AT_REST]),
    ("reissue in doubt", &[LIVE, CERTIFIED]),
    ("reissue held", &[LIVE, CERTIFIED, HELD, &["abandon", "adopt"]]),
    // What a service at rest can be besides.
    ("with a request", &[LIVE, AT_REST, CERTIFIED]),
    ("revoking", &[LIVE, AT_REST, CERTIFIED]),
    // A form is taken, but not with the key that was used.
    ("revoked", &[LIVE, AT_REST, CERTIFIED, &["link", "draft"]]),
    ("expired", &[LIVE, AT_REST, CERTIFIED, &["link", "draft"]]),
    ("reminded", &[LIVE, AT_REST, CERTIFIED]),
    ("imported", &[LIVE, AT_REST, CERTIFIED]),
    ("with a kept key", &[LIVE, AT_REST, CERTIFIED]),
    ("suspended before the form", &[LIVE, &["link", "draft"]]),
    ("suspended", &[LIVE, CERTIFIED]),
    ("terminated before the form", &[]),
    ("terminated before the order", &[]),
    ("terminated before the answer", &[OPEN]),
    ("terminated before the proof", &[VALIDATING, NAMES]),
    ("terminated", &[CERTIFIED]),
    ("recurring", &[LIVE, FORM, RECURRING]),
    ("recurring and active", &[LIVE, AT_REST, CERTIFIED, RECURRING, &["propose due date"]]),
    ("paid", &[LIVE, AT_REST, CERTIFIED, RECURRING, &["propose due date"]]),
    ("ending", &[LIVE, AT_REST, CERTIFIED, RECURRING, &["propose due date"]]),
    // Products without names.
    ("mailbox sold", &[LIVE, FORM]),
    ("mailbox configured", &[LIVE, &["begin order"]]),
    ("mailbox intended", &[LIVE, OPEN]),
    ("mailbox placed", &[LIVE, VALIDATING]),
    ("mailbox resending", &[LIVE, VALIDATING]),
    ("mailbox issuing", &[LIVE, ISSUING]),
    ("mailbox active", &[LIVE, AT_REST, CERTIFIED]),
];

/// What every service takes. Whatever the CA says of an order or a certificate is taken always: it may come late.
const ALWAYS: &[&str] = &[
    "placed",
    "found",
    "foreign",
    "not found",
    "one candidate",
    "two candidates",
    "no candidate",
    "unfit candidate",
    "cancelled",
    "too late",
    "listed",
    "listed as accepted",
    "listed as rejected",
    "listed as revoked",
    "listed as being revoked",
    "revoked",
    "not revoked",
    "request made",
    "withdrawn",
    "stray cancelled",
    "documents",
    "use key",
    "advance",
    "pay",
    "other terms",
    "withdraw cancellation",
    "terminate",
];

/// What every service takes that has not ended.
const LIVE: &[&str] = &["go on", "suspend", "store request"];
const FORM: &[&str] = &["link", "draft", "configure"];
const OPEN: &[&str] = &["refused", "blocked", "other mode", "abandon", "adopt"];
const HELD: &[&str] = &["resume"];
const CANCEL: &[&str] = &["cancel order", "replace order"];
const AT_REST: &[&str] = &["renew", "reissue"];
const CERTIFIED: &[&str] = &["revoke", "send certificate"];
const RECURRING: &[&str] = &["request cancellation"];

const VALIDATING: &[&str] = &[
    "cancel order",
    "replace order",
    "resend verification",
    "code",
    "no code",
    "code refused",
    "code lost",
    "message sent",
    "published",
    "check started",
    "still validating",
    "accepted",
    "issued",
    "rejected",
    "unknown progress",
    "names",
];

/// What an order with names takes besides.
const NAMES: &[&str] = &["request check", "change method"];

const ISSUING: &[&str] = &[
    "cancel order",
    "replace order",
    "still validating",
    "accepted",
    "issued",
    "rejected",
    "unknown progress",
    "no certificate",
    "certificate",
    "certificate before",
    "bad certificate",
    "unfinished certificate",
];

#[test]
fn takes_exactly_the_commands_that_make_sense_in_each_state() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (state, events) in world.histories() {
        let service = world.replay(&events);
        let (_, taken) = TAKEN.iter().find(|(known, _)| *known == state).expect("every state has a row");
        for (name, command) in world.commands(service.as_ref()) {
            let decision = decided(service.as_ref(), command);
            // That a held attempt's identifier is taken is no news.
            let is_held = service.as_ref().is_some_and(|service| {
                matches!(service.state, State::Held { .. }) && service.open_attempt().is_some()
            });
            let always = service.is_some() && (ALWAYS.contains(&name) || name == "taken" && !is_held);
            if decision.is_ok() != (always || taken.iter().any(|group| group.contains(&name))) {
                wrong.push(format!("{state} × {name}: {:?}", decision.map(|_| "taken")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is decided can be told: no decision makes a history that can't be replayed.
#[test]
fn decides_nothing_that_cannot_follow() {
    let world = World::new();
    for (state, events) in world.histories() {
        let service = world.replay(&events);
        for (name, command) in world.commands(service.as_ref()) {
            let Ok(decision) = decided(service.as_ref(), command) else { continue };
            let history = events.iter().cloned().chain(decision.events).map(|event| RecordedEvent {
                at: world.now,
                by: None,
                event,
            });
            assert!(replay(world.id, history).is_ok(), "{state} × {name}");
        }
    }
}

#[test]
fn has_every_command_and_every_state_in_the_table() {
    let world = World::new();
    let commands: BTreeSet<_> =
        world.commands(None).iter().map(|(_, command)| kind_of_command(command)).collect();
    let missing: Vec<_> = COMMANDS.iter().filter(|command| !commands.contains(*command)).collect();
    assert!(missing.is_empty(), "no row of commands has {missing:?}");

    let services = world.histories().into_iter().filter_map(|(_, events)| world.replay(&events));
    let states: BTreeSet<_> = services.map(|service| kind_of_state(&service.state.kind())).collect();
    let missing: Vec<_> = STATES.iter().filter(|state| !states.contains(*state)).collect();
    assert!(missing.is_empty(), "no history leads to {missing:?}");

    let named: BTreeSet<_> = world.commands(None).into_iter().map(|(name, _)| name).collect();
    let told: Vec<_> = world.histories().into_iter().map(|(name, _)| name).collect();
    for (state, groups) in TAKEN {
        assert!(told.contains(state), "no history is called {state}");
        let unknown = groups.iter().flat_map(|group| group.iter()).find(|name| !named.contains(*name));
        assert_eq!(unknown, None, "{state}");
    }
}
