//! The graph of states, as the code has it, beside the one in the docs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::SignedDuration;

use super::super::*;
use super::world::{World, days};
use crate::Terms;

const HEAD: &str = "\
# The graph of states

Where a service stands, and which command takes it further. Written by the tests from what `decide` and `apply` do, by
`UPDATE_DOCS=1 cargo test -p cert-lifecycle --lib service::tests::graph`.

";

/// The edges of the graph: from a state, by a command, to a state. Where nothing is, nothing stands.
fn edges() -> BTreeSet<(Option<StateName>, &'static str, StateName)> {
    let world = World::new();
    let terms = Terms::default();
    // At once, when a refusal is believed, when nothing has moved, and when the certificate nears its end.
    let later = [days(0), SignedDuration::from_mins(30), days(8), days(150)];
    let mut edges = BTreeSet::new();
    for (now, (_, events)) in
        later.iter().flat_map(|later| world.histories().into_iter().map(|told| (world.now + *later, told)))
    {
        let service = world.replay(&events);
        let from = service.as_ref().map(StateName::of);
        for (_, command) in world.commands(service.as_ref()) {
            let name = command.name();
            let Ok(decision) = decide(service.as_ref(), command, now, &terms) else { continue };
            if decision.events.is_empty() {
                continue;
            }
            if let Some(after) = world.after(service.clone(), &decision.events, now) {
                edges.insert((from, name, StateName::of(&after)));
            }
        }
    }
    edges
}

/// A state's place among all, and its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct StateName(usize, &'static str);

impl StateName {
    fn of(service: &Service) -> Self {
        let kind = service.state.kind();
        let place = StateKind::ALL.iter().position(|known| *known == kind).expect("every state is listed");
        Self(place, kind.as_str())
    }
}

fn document() -> String {
    let mut by_ends: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    let mut staying: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for (from, command, to) in edges() {
        if from == Some(to) {
            staying.entry(to).or_default().push(command);
        } else {
            by_ends.entry((from, to)).or_default().push(command);
        }
    }
    let mut text = String::from(HEAD);
    text.push_str("```mermaid\nstateDiagram-v2\n");
    for ((from, to), commands) in &by_ends {
        let from = from.map_or("[*]", |from| from.1);
        let _ = writeln!(text, "    {from} --> {}: {}", to.1, commands.join(", "));
    }
    text.push_str("```\n\n| from | by | to |\n| --- | --- | --- |\n");
    for ((from, to), commands) in &by_ends {
        let from = from.map_or("nothing", |from| from.1);
        let _ = writeln!(text, "| {from} | {} | {} |", commands.join(", "), to.1);
    }
    text.push_str("\nWhat leaves a service where it stands, and is worth an event:\n\n");
    text.push_str("| state | command |\n| --- | --- |\n");
    for (state, commands) in &staying {
        let _ = writeln!(text, "| {} | {} |", state.1, commands.join(", "));
    }
    text
}

#[test]
fn is_drawn_in_the_docs_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/states.md");
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some_and(|wanted| wanted == "1") {
        std::fs::write(&path, &document).unwrap();
    }
    let drawn = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(drawn, document, "run this test with UPDATE_DOCS=1, and read what has changed");
}
