//! The same world with services in PostgreSQL, where its server is installed.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may")]

#[path = "../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, reason = "a world needs the server and no more")]
mod server;

use simulate::{Faults, Settings, StoreKind, judged};

use server::Server;

#[test]
fn leads_to_the_same_events_as_in_memory() {
    let Some(server) = Server::shared() else { return };
    let mut settings = Settings::new(12, 1, Faults::Heavy, 7);
    let in_memory = judged(&settings).unwrap();
    settings.store = StoreKind::Postgres;
    settings.database_url =
        Some(server.description(&format!("options='-c search_path={}'", server.schema())));
    let in_postgres = judged(&settings).unwrap();
    assert_eq!(in_postgres.hash, in_memory.hash, "another store leads to other events");
    let again = judged(&settings).unwrap_err().to_string();
    assert!(again.contains("there are services in the database"), "{again}");
}
