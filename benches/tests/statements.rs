//! The bare loops beside the stores run the stores' own statements. They can't be taken from there, where nobody but the
//! store sees them: so their texts are compared.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

const BARE: &str = include_str!("../benches/stores/bare.rs");
const PGBENCH: &str = include_str!("../benches/stores/claims.rs");
const SQLITE: &str = include_str!("../../cert-lifecycle/src/store/sqlite/statements.rs");
const SQLITE_OUTBOX: &str = include_str!("../../cert-lifecycle/src/store/sqlite/outbox.rs");
const POSTGRES: &str = include_str!("../../cert-lifecycle/src/store/postgres/statements.rs");

/// The text of a constant in a source, with one space for any between its words.
fn text(source: &str, name: &str) -> String {
    let (_, after) = source.split_once(&format!("const {name}: &str =")).unwrap();
    let (_, quoted) = after.split_once('"').unwrap();
    let (text, _) = quoted.split_once('"').unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_bare_loop_runs_the_statements_of_the_store_in_sqlite() {
    for name in ["DUE", "LEASE", "UPDATE", "ADD_EVENT"] {
        assert_eq!(text(BARE, name), text(SQLITE, name), "{name}");
    }
    assert_eq!(text(BARE, "PUSH"), text(SQLITE_OUTBOX, "PUSH"));
}

#[test]
fn pgbench_runs_the_claim_of_the_store_in_postgres() {
    let claim = text(PGBENCH, "CLAIM");
    let (_, claim) = claim.split_once("WITH due").unwrap();
    let store = text(POSTGRES, "CLAIM");
    let (_, store) = store.split_once("WITH due").unwrap();
    // pgbench has names for what is handed over, and leases that end at once.
    let mut store = store.to_owned();
    let now = "(extract(epoch FROM statement_timestamp()) * 1000)::bigint";
    for (number, value) in [("$1", ":now"), ("$2", ":most"), ("$3", ":token"), ("$4", now)] {
        assert_eq!(store.matches(number).count(), 1, "{number}");
        store = store.replace(number, value);
    }
    assert_eq!(claim, format!("{store};"));
}
