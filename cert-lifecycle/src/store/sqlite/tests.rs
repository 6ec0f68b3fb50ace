//! What only SQLite has: its file's versions, and how it finds things.

use cert_domain::{Catalogue, ContactForm, Form, Offer, VerificationMethod};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey};
use rusqlite::types::{Null, Value};
use rusqlite::{OptionalExtension, params};

use super::*;
use crate::records::RecordQuery;
use crate::service::{Event, StateKind};

#[tokio::test]
async fn refuses_a_file_of_a_newer_version() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(error.to_string(), "the store has schema 99, and this version knows 4");
}

const FIRST: &str = "0193a5c0-0000-7000-8000-000000000001";
const SECOND: &str = "0193a5c0-0000-7000-8000-000000000002";

const OLD_VERSIONS: [(i64, &str); 3] =
    [(1, include_str!("schema-1.sql")), (2, include_str!("schema-2.sql")), (3, include_str!("schema-3.sql"))];

/// The event of a service that was configured for some names.
fn configured(offer: &Offer, names: &[&str]) -> String {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let form = Form {
        csr: CertificateRequest::builder().common_name(names[0]).sign(&key).unwrap().to_pem(),
        names: names.iter().map(|&name| name.into()).collect(),
        contact: ContactForm {
            first_name: "Jan".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: String::new(),
        },
        ..Form::default()
    };
    let configuration = offer.check(&form).unwrap();
    serde_json::to_string(&Event::Configured { configuration }).unwrap()
}

/// A file as an old version wrote it, with an active service that had two orders, and one that is claimed.
fn write_version(path: &Path, version: i64, schema: &str) {
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    let offer = Offer::new(product, VerificationMethod::File).unwrap();
    let configured = [&["old.example.com"][..], &["shop.example.com", "www.shop.example.com"]]
        .map(|names| configured(&offer, names));
    let created = Event::Created {
        offer: Box::new(offer),
        customer: "customer-7".parse().unwrap(),
        email: None,
        language: None,
    };
    let created = serde_json::to_string(&created).unwrap();
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;").unwrap();
    connection.execute_batch(schema).unwrap();
    connection.pragma_update(None, "user_version", version).unwrap();
    let service = "INSERT INTO services VALUES (?1, ?2, ?3, 'customer-7', '601', 'shop.example.com', ?4, ?5, ?6, 1, ?7, 2,
                                                'why', ?8, ?9)";
    connection
        .execute(
            service,
            params![FIRST, 6, "active", "order-2", "7f", 1_900_000_000_000_i64, Null, Null, Null],
        )
        .unwrap();
    let lease = params![
        SECOND,
        1,
        "awaiting_configuration",
        Null,
        Null,
        Null,
        1_800_000_000_000_i64,
        "token",
        1_800_000_060_000_i64
    ];
    connection.execute(service, lease).unwrap();
    let event = "INSERT INTO events (service_id, version, at, body) VALUES (?1, ?2, 1800000000000, ?3)";
    let events = [
        created.as_str(),
        configured[0].as_str(),
        configured[1].as_str(),
        r#"{"event":"order_placed","order_id":"order-1","code":null,"adopted":false}"#,
        r#"{"event":"stray_order","order_id":"order-2"}"#,
        r#"{"event":"resumed"}"#,
    ];
    for (version, body) in (1..).zip(events) {
        connection.execute(event, params![FIRST, version, body]).unwrap();
    }
    connection.execute(event, params![SECOND, 1, created]).unwrap();
    let key = PublicKeyHash::from_bytes([7; 32]).to_string();
    connection.execute("INSERT INTO public_keys VALUES (?1, ?2)", params![key, FIRST]).unwrap();
    if version > 1 {
        for order in ["order-1", "order-2"] {
            connection.execute("INSERT INTO orders VALUES (?1, ?2)", params![order, FIRST]).unwrap();
        }
    }
    if version > 2 {
        for name in ["shop.example.com", "www.shop.example.com"] {
            connection.execute("INSERT INTO names VALUES (?1, ?2)", params![FIRST, name]).unwrap();
        }
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn claim_at(now: Timestamp) -> ClaimRequest {
    ClaimRequest { now, lease_until: Timestamp::MAX, token: "new".into(), limit: 10 }
}

#[tokio::test]
async fn takes_over_a_file_of_an_old_version_with_all_that_it_holds() {
    for (version, schema) in OLD_VERSIONS {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("services.db");
        write_version(&path, version, schema);
        holds_all(&SqliteStore::open(&path).await.unwrap()).await;
    }
}

async fn holds_all(store: &SqliteStore) {
    let (first, second) = (FIRST.parse().unwrap(), SECOND.parse().unwrap());
    let history = store.history(first).await.unwrap();
    assert_eq!(history.len(), 6);
    assert_eq!(history[5], RecordedEvent { at: at(0), by: None, event: Event::Resumed });
    let summary = store.summary(first).await.unwrap().unwrap();
    assert_eq!((summary.version, summary.tries, summary.note.as_deref()), (6, 2, Some("why")));
    assert_eq!(summary.row.state, StateKind::Active);
    assert_eq!(summary.row.common_name.as_deref(), Some("shop.example.com"));
    assert_eq!(summary.row.not_after, Timestamp::from_second(1_900_000_000).ok());
    let key = PublicKeyHash::from_bytes([7; 32]);
    assert_eq!(store.service_of_key(&key).await.unwrap(), Some(first));
    for order in ["order-1", "order-2"] {
        let order = OrderId::from_authority(order);
        assert_eq!(store.service_of_order(&order).await.unwrap(), Some(first), "{order}");
    }
    for (name, count) in [("old.example.com", 0), ("shop.example.com", 1), ("www.shop.example.com", 1)] {
        let named = Search { name: Some(name.into()), ..Search::default() };
        let found = store.search(named).await.unwrap();
        assert_eq!(found.iter().filter(|found| found.id == first).count(), count, "{name}");
    }
    assert_eq!(store.next_due().await.unwrap(), Some(at(60)), "the lease holds");
    assert!(store.claim(claim_at(at(59))).await.unwrap().is_empty());
    let claims = store.claim(claim_at(at(60))).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.id).collect::<Vec<_>>(), [second]);
}

/// Tables and indexes as SQLite keeps them, without what is only spelling.
fn schema(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let broken: Option<String> =
        connection.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional().unwrap();
    assert_eq!(broken, None);
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")
        .unwrap();
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let tables = tables.map(|sql| {
        let sql = sql.unwrap().replace('"', "");
        let lines = sql.lines().filter(|line| !line.trim_start().starts_with("--"));
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    });
    tables.chain([format!("version {version}")]).collect()
}

#[tokio::test]
async fn has_the_same_schema_whether_new_or_taken_over() {
    let directory = tempfile::tempdir().unwrap();
    let new = directory.path().join("new.db");
    drop(SqliteStore::open(&new).await.unwrap());
    for (version, written) in OLD_VERSIONS {
        let old = directory.path().join(format!("old-{version}.db"));
        write_version(&old, version, written);
        drop(SqliteStore::open(&old).await.unwrap());
        assert_eq!(schema(&new), schema(&old), "from version {version}");
    }
}

/// How SQLite would carry a statement out.
fn plan(connection: &Connection, sql: &str, values: &[Value]) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // What is not given is NULL: plans don't depend on values.
    for (number, value) in (1..).zip(values) {
        statement.raw_bind_parameter(number, value).unwrap();
    }
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

fn current() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("schema.sql")).unwrap();
    connection
}

#[test]
fn scans_no_table_in_what_runs_all_the_time() {
    let connection = current();
    let statements = [
        statements::UPDATE,
        statements::HISTORY,
        statements::DUE,
        statements::LEASE,
        statements::RELEASE,
        ledgers::OF_KEY,
        ledgers::OF_ORDER,
        outbox::DUE,
        outbox::LEASE,
        outbox::REMOVE,
        outbox::POSTPONE,
        outbox::HOLD_BACK,
        outbox::WAITING,
        names::FORGET,
        private_keys::GET,
        private_keys::RE_ENCRYPT,
        private_keys::DELETE,
        records::GET,
        records::REPLACE,
        records::REMOVE,
        records::FORGET,
        // An index's first entry.
        statements::NEXT_DUE,
    ];
    for sql in statements {
        let steps = plan(&connection, sql, &[]);
        let is_sought = |step: &String| step.starts_with("SEARCH") || step.starts_with("CORRELATED");
        assert!(steps.iter().all(is_sought) && !steps.is_empty(), "{sql}\n{steps:#?}");
    }
    let due = plan(&connection, statements::DUE, &[]);
    assert_eq!(due, ["SEARCH services USING INDEX services_wake (wake_at<?)"]);
}

#[test]
fn lists_records_in_their_order_by_an_index() {
    let connection = current();
    let of_all = [
        (None, "sqlite_autoindex_records_1 (kind=?)"),
        (Some("0"), "sqlite_autoindex_records_1 (kind=? AND key"),
    ];
    let of_one = [
        (None, "records_owner (kind=? AND owner=?)"),
        (Some("0"), "records_owner (kind=? AND owner=? AND key"),
    ];
    for (owner, cases) in [(None, of_all), (Some("anna"), of_one)] {
        for ((after, index), newest_first) in
            cases.into_iter().zip([false, true]).chain(cases.into_iter().zip([true, false]))
        {
            let (owner, after) = (owner.map(str::to_owned), after.map(str::to_owned));
            let query = RecordQuery { owner, after, newest_first, ..RecordQuery::of("offer") };
            let (sql, values) = records::statement(&query, at(0));
            let steps = plan(&connection, &sql, &values);
            assert_eq!(steps.len(), 1, "it is not sorted: {sql}\n{steps:#?}");
            assert!(
                steps[0].starts_with(&format!("SEARCH records USING INDEX {index}")),
                "{sql}\n{steps:#?}"
            );
        }
    }
}

#[test]
fn finds_what_people_search_by_an_index() {
    let connection = current();
    let all = Search::default;
    let window = Some(at(0)..at(1));
    let searches = [
        (Search { customer: Some(String::new()), ..all() }, "services_customer (customer=?)"),
        (Search { state: Some(StateKind::Held), ..all() }, "services_state (state=?)"),
        (Search { common_name: Some(String::new()), ..all() }, "services_common_name (common_name=?)"),
        (Search { serial_number: Some(String::new()), ..all() }, "services_serial_number (serial_number=?)"),
        (Search { due: window.clone(), ..all() }, "services_due (due_at>? AND due_at<?)"),
        (Search { expiring: window, ..all() }, "services_not_after (not_after>? AND not_after<?)"),
    ];
    for (search, index) in searches {
        for after in [None, FIRST.parse().ok()] {
            let (sql, values) = search::statement(&Search { after, ..search.clone() });
            let steps = plan(&connection, &sql, &values);
            let index = index.strip_suffix(')').unwrap();
            assert!(
                steps[0].starts_with(&format!("SEARCH services USING INDEX {index}")),
                "{sql}\n{steps:#?}"
            );
        }
    }
    let name = Search { name: Some(String::new()), ..all() };
    let by_name = ["SEARCH names USING COVERING INDEX names_name (name=?)"];
    let typed = Search { text: Some("shop".into()), ..all() };
    let by_text = [
        "SEARCH services USING COVERING INDEX services_common_name (common_name>? AND common_name<?)",
        "SEARCH services USING COVERING INDEX services_customer (customer=?)",
        "SEARCH services USING COVERING INDEX services_serial_number (serial_number=?)",
        "SEARCH orders USING PRIMARY KEY (id=?)",
    ];
    let recorded = crate::store::Recorded { kind: "owner".into(), owner: "shop".into() };
    let of_owner = Search { recorded: Some(recorded), ..all() };
    let by_owner = ["SEARCH records USING COVERING INDEX records_owner (kind=? AND owner=?)"];
    for (search, found_by) in [(name, &by_name[..]), (typed, &by_text), (of_owner, &by_owner)] {
        for after in [None, FIRST.parse().ok()] {
            let (sql, values) = search::statement(&Search { after, ..search.clone() });
            let steps = plan(&connection, &sql, &values);
            assert!(steps[0].starts_with("SEARCH services USING PRIMARY KEY (id=?"), "{sql}\n{steps:#?}");
            let searches: Vec<_> = steps[1..].iter().filter(|step| step.starts_with("SEARCH")).collect();
            assert_eq!(searches, found_by, "{steps:#?}");
            assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}\n{steps:#?}");
        }
    }
    let (sql, values) = search::statement(&Search { after: FIRST.parse().ok(), ..all() });
    assert_eq!(plan(&connection, &sql, &values), ["SEARCH services USING PRIMARY KEY (id>?)"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn opens_a_fresh_file_from_many_sides_at_once() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("services.db");
        let opening = (0..16).map(|_| tokio::spawn(SqliteStore::open(path.clone())));
        for opened in futures::future::join_all(opening).await {
            opened.unwrap().unwrap();
        }
    }
}
