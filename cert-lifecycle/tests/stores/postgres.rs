//! PostgreSQL.

#[path = "../support/server.rs"]
mod server;

use std::sync::Arc;
use std::time::Duration;

use cert_domain::{ContactForm, Form};
use cert_lifecycle::records::{Record, RecordQuery, RecordStore as _};
use cert_lifecycle::service::Event;
use cert_lifecycle::store::{Append, AppendError, Search};
use cert_lifecycle::{PostgresOptions, PostgresStore, StoreError};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use server::Server;

use crate::common::*;
use crate::keys::{AnyKeyStore, keys_conformance};
use crate::records::{AnyRecordStore, records_conformance};
use crate::suite::conformance;

fn options(server: &Server, schema: &str) -> PostgresOptions {
    server.options(&format!("application_name={schema} options='-c search_path={schema}'"))
}

async fn open_schema(server: &Server, schema: &str) -> AnyStore {
    let options = options(server, schema);
    Arc::new(PostgresStore::connect(options).await.unwrap())
}

async fn open() -> Option<AnyStore> {
    let server = Server::shared()?;
    Some(open_schema(server, &server.schema()).await)
}

conformance!(open);

async fn open_keys() -> Option<AnyKeyStore> {
    let server = Server::shared()?;
    Some(Arc::new(PostgresStore::connect(options(server, &server.schema())).await.unwrap()))
}

keys_conformance!(open_keys);

async fn open_records() -> Option<AnyRecordStore> {
    let server = Server::shared()?;
    Some(Arc::new(PostgresStore::connect(options(server, &server.schema())).await.unwrap()))
}

records_conformance!(open_records);

#[tokio::test(flavor = "multi_thread")]
async fn shares_its_tables_with_other_stores_that_open_them_at_once() {
    let Some(server) = Server::shared() else { return };
    let schema = server.schema();
    let (first, second) = tokio::join!(open_schema(server, &schema), open_schema(server, &schema));
    create(&first, 1, Some(0)).await;
    assert_eq!(claimed(&second, "a", 0, 10).await, [id(1)]);
    assert_eq!(claimed(&first, "b", 0, 10).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_tables_of_a_newer_version() {
    let Some(server) = Server::shared() else { return };
    let schema = server.schema();
    open_schema(server, &schema).await;
    server.run(&format!("UPDATE {schema}.cert_lifecycle_schema SET version = 99"));
    let error = PostgresStore::connect(options(server, &schema)).await;
    assert_eq!(error.unwrap_err().to_string(), "the store has schema 99, and this version knows 3");
}

/// The event of a service that was configured for some names, as PostgreSQL keeps it.
fn configured(names: &[&str]) -> String {
    let Event::Created { offer, .. } = created().event else { unreachable!("it was created") };
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let form = Form {
        csr: CertificateRequest::builder().common_name(names[0]).sign(&key).unwrap().to_pem(),
        names: names.iter().map(|&name| name.into()).collect(),
        contact: ContactForm {
            first_name: "J\"a\\n".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: String::new(),
        },
        ..Form::default()
    };
    let configuration = offer.check(&form).unwrap();
    let body = serde_json::to_string(&Event::Configured { configuration }).unwrap();
    body.replace('\\', "\\\\")
}

/// Tables, indexes and constraints as PostgreSQL keeps them.
fn tables(server: &Server, schema: &str) -> String {
    let told = server.run(&format!(
        "SET search_path = {schema};
         SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default, generation_expression
         FROM information_schema.columns WHERE table_schema = '{schema}' ORDER BY 1, 2;
         SELECT indexdef FROM pg_indexes WHERE schemaname = '{schema}' ORDER BY indexname;
         SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = '{schema}'::regnamespace ORDER BY conname, conrelid::regclass::text;
         SELECT version FROM cert_lifecycle_schema"
    ));
    told.replace(schema, "")
}

const OLD_VERSIONS: [(i64, &str); 2] = [
    (1, include_str!("../../src/store/postgres/schema-1.sql")),
    (2, include_str!("../../src/store/postgres/schema-2.sql")),
];

#[tokio::test(flavor = "multi_thread")]
async fn takes_over_tables_of_an_old_version_with_all_that_they_hold() {
    let Some(server) = Server::shared() else { return };
    let new = server.schema();
    open_schema(server, &new).await;
    for (version, written) in OLD_VERSIONS {
        let old = server.schema();
        write_version(server, &old, version, written);
        holds_all(&open_schema(server, &old).await).await;
        assert_eq!(tables(server, &old), tables(server, &new), "from version {version}");
    }
}

/// Tables as an old version wrote them, with two services.
fn write_version(server: &Server, schema: &str, version: i64, tables: &str) {
    let body = |event: &Event| serde_json::to_string(event).unwrap();
    let service = |number| {
        format!(
            "INSERT INTO services (id, version, state, customer, product, common_name, stray_orders, due_at)
             VALUES ('{}', 3, 'validating', 'customer-7', '601', 'shop.example.com', 0, {})",
            id(number),
            at(5).as_millisecond()
        )
    };
    let event = |number, version, body: &str| {
        let at = at(0).as_millisecond();
        format!("INSERT INTO events VALUES ('{}', {version}, {at}, $event${body}$event$)", id(number))
    };
    let mut statements = vec![
        format!("SET search_path = {schema}"),
        tables.to_owned(),
        format!("INSERT INTO cert_lifecycle_schema (version) VALUES ({version})"),
        service(1),
        event(1, 1, &body(&created().event)),
        event(1, 2, &configured(&["old.example.com"])),
        event(1, 3, &configured(&["shop.example.com", "www.shop.example.com"])),
        // Not everything has names.
        service(2),
        event(2, 1, &body(&created().event)),
        event(2, 2, &configured(&["two.example.com"]).replace("[\"two.example.com\"]", "null")),
        event(2, 3, &body(&Event::Resumed)),
    ];
    if version > 1 {
        let name = |name| format!("INSERT INTO names VALUES ('{}', '{name}')", id(1));
        statements.extend(["shop.example.com", "www.shop.example.com"].map(name));
    }
    server.run(&statements.join(";\n"));
}

async fn holds_all(store: &AnyStore) {
    let history = store.history(id(1)).await.unwrap();
    assert_eq!((history.len(), &history[0]), (3, &created()));
    let Event::Configured { configuration } = &history[2].event else { panic!("{history:?}") };
    assert_eq!(configuration.common_name(), Some("shop.example.com"));
    assert_eq!(summary(store, id(1)).await.version, 3);
    for (name, count) in [("old.example.com", 0), ("shop.example.com", 1), ("www.shop.example.com", 1)] {
        let named = Search { name: Some(name.into()), ..Search::default() };
        assert_eq!(found(store, named).await, vec![id(1); count], "{name}");
    }
    assert_eq!(claimed(store, "a", 5, 10).await, [id(1), id(2)]);
}

/// A statement that waits for a lock that nobody lets go of.
#[tokio::test(flavor = "multi_thread")]
async fn gives_a_statement_up_that_takes_too_long() {
    let Some(server) = Server::shared() else { return };
    let schema = server.schema();
    let options = options(server, &schema);
    let store = PostgresStore::connect(options.statement_timeout(Duration::from_millis(200))).await.unwrap();
    let store: AnyStore = Arc::new(store);
    create(&store, 1, None).await;
    server.run(&format!("BEGIN; SELECT 1 FROM {schema}.services FOR UPDATE; PREPARE TRANSACTION '{schema}'"));
    let outcome = store.append(addition(id(1), 1, None)).await;
    assert!(matches!(outcome, Err(AppendError::Store(StoreError::Unavailable(_)))), "{outcome:?}");
    server.run(&format!("ROLLBACK PREPARED '{schema}'"));
    store.append(addition(id(1), 1, None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn comes_back_with_the_server_and_all_that_was_stored() {
    let Some(server) = Server::start(&[]) else { return };
    let store = open_schema(&server, "public").await;
    create(&store, 1, Some(0)).await;
    for mode in ["fast", "immediate"] {
        server.control(&["stop", "-m", mode]);
        let outcome = store.summary(id(1)).await;
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        let outcome = store.append(addition(id(1), 1, Some(0))).await;
        assert!(matches!(outcome, Err(AppendError::Store(StoreError::Unavailable(_)))), "{outcome:?}");
        server.control(&["start"]);
        assert_eq!(summary(&store, id(1)).await.version, 1, "after {mode}");
    }
    store.append(addition(id(1), 1, Some(0))).await.unwrap();
    // Connections that the server drops one by one.
    for version in 2..6 {
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
        // The first call may meet a dropped connection. It says so, and the store tells what became of it.
        if store.append(addition(id(1), version, Some(0))).await.is_err() {
            let mut read = store.summary(id(1)).await;
            while read.is_err() {
                read = store.summary(id(1)).await;
            }
            assert_eq!(read.unwrap().unwrap().version, version);
            store.append(addition(id(1), version, Some(0))).await.unwrap();
        }
        assert_eq!(summary(&store, id(1)).await.version, version + 1);
    }
    let other = open_schema(&server, "public").await;
    assert_eq!(other.history(id(1)).await.unwrap().len(), 6);
}

/// Waits until a schema's sessions have ended.
async fn wait_for_the_end(server: &Server, schema: &str) {
    let open = format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{schema}'");
    for _ in 0..300 {
        if server.run(&open) == "0" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let sessions = format!("SELECT * FROM pg_stat_activity WHERE application_name = '{schema}'");
    panic!("a session of {schema} goes on: {}", server.run(&sessions));
}

/// What a store asks for all the time goes by an index, on a table that is worth one.
#[tokio::test(flavor = "multi_thread")]
async fn scans_no_table_in_what_runs_all_the_time() {
    let Some(server) = Server::shared() else { return };
    let schema = server.schema();
    // Making the tables' indexes counts as scans. A session tells what it counted when it ends, at the latest.
    drop(open_schema(server, &schema).await);
    wait_for_the_end(server, &schema).await;
    let services = format!(
        "SET search_path = {schema};
         INSERT INTO services (id, version, state, customer, product, stray_orders, due_at)
         SELECT gen_random_uuid(), 1, 'active', 'customer-' || n, '601', 0, 1800000000000 + n * 1000
         FROM generate_series(1, 20000) AS n;
         INSERT INTO events (service_id, version, at, body) SELECT id, 1, 0, '{{}}' FROM services;
         INSERT INTO outbox (service_id, version, number, topic, body, due_at)
         SELECT id, 1, 0, 'notices', '', due_at FROM services;
         INSERT INTO records (kind, key, owner, expires_at, version, body)
         SELECT 'session', convert_to('key-' || n, 'UTF8'), 'customer-' || n % 100, 1800000000000 + n * 1000, 1, '{{}}'
         FROM generate_series(1, 20000) AS n;"
    );
    // The session is the test's own, and what it counts as well.
    server.run(&format!("SET application_name = '{schema}'; {services}"));
    wait_for_the_end(server, &schema).await;
    server.run(&format!("ANALYZE {schema}.services, {schema}.events, {schema}.outbox, {schema}.records"));
    let scans = || {
        // The others are empty, or as good as empty.
        let tables = "relname IN ('services', 'events', 'outbox', 'records')";
        server.run(&format!(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = '{schema}' AND {tables} ORDER BY 1"
        ))
    };
    let records = PostgresStore::connect(options(server, &schema)).await.unwrap();
    let store: AnyStore = Arc::new(records.clone());
    let before = scans();
    for round in 1..=20 {
        let token = format!("a{round}");
        let claims = claim(&store, &token, 10, 2).await;
        assert_eq!(claims.len(), if round <= 5 { 2 } else { 0 });
        for claim in claims {
            let append = Append { ends_claim: Some(token.clone()), ..addition(claim.id, 1, None) };
            store.append(append).await.unwrap();
            store.history(claim.id).await.ok();
            store.release(&claim, release(None, None)).await.unwrap();
            summary(&store, claim.id).await;
        }
        for message in messages(&store, "notices", &token, 10).await {
            store.postpone_message(&message, at(100_000)).await.unwrap();
            store.remove_messages(&[message.id]).await.unwrap();
        }
        let search = Search { customer: Some(token), ..Default::default() };
        assert_eq!(found(&store, search).await, []);
        store.next_due().await.unwrap();
        let after = store.messages(None, None, 2).await.unwrap()[1].id;
        assert_eq!(store.messages(None, Some(after), 2).await.unwrap().len(), 2);
        use_records(&records, round).await;
    }
    drop((store, records));
    wait_for_the_end(server, &schema).await;
    assert_eq!(scans(), before);
}

/// What a host asks for all the time.
async fn use_records(store: &PostgresStore, round: i64) {
    let now = at(round);
    assert_eq!(store.forget_expired(now).await.unwrap(), 1);
    let key = format!("key-{}", 100 + round);
    let found = store.record("session", &key, now).await.unwrap().unwrap();
    assert!(store.put_record(found, now).await.unwrap().is_some());
    assert!(
        store.put_record(Record::new("session", format!("new-{round}"), "{}"), now).await.unwrap().is_some()
    );
    let all = RecordQuery { after: Some(key.clone()), limit: 5, ..RecordQuery::of("session") };
    for newest_first in [false, true] {
        let all = RecordQuery { newest_first, ..all.clone() };
        let of_one = RecordQuery { owner: Some("customer-7".into()), ..all.clone() };
        assert_eq!(store.records(all, now).await.unwrap().len(), 5);
        assert!(!store.records(of_one, now).await.unwrap().is_empty());
    }
    assert!(store.remove_record("session", &key).await.unwrap());
}

/// Questions as `random` asks them of SQLite.
#[test]
fn answers_as_the_store_in_memory_does() {
    let Some(server) = Server::shared() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    crate::random::check(50, |questions| {
        runtime.block_on(async {
            let store = open_schema(server, &server.schema()).await;
            crate::random::compare(store, questions).await;
        });
    });
}
