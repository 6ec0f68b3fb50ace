//! Databases full of services, and what happens to a service in them.

use std::path::Path;

use cert_domain::{Catalogue, Offer, VerificationMethod};
use cert_lifecycle::service::{Event, RecordedEvent};
use cert_lifecycle::store::{Append, Claim, ClaimRequest, Message, Row};
use cert_lifecycle::{OrderId, ServiceId, SqliteStore, StateKind};
use certum_benches::Outcome;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

/// When services are due, unless said otherwise: from here on, one each second.
pub(crate) const FIRST_DUE: i64 = 1_800_000_000_000;

/// Later than any service is due.
pub(crate) const LATE: i64 = 4_000_000_000_000;

pub(crate) fn at(millis: i64) -> Outcome<Timestamp> {
    Ok(Timestamp::from_millisecond(millis)?)
}

pub(crate) fn service(number: u64) -> String {
    format!("0193a5c0-0000-7000-8000-{number:012x}")
}

/// A file of so many services, each with an event, an order, a key and a name.
pub(crate) fn fill(runtime: &Runtime, file: &Path, services: u64) -> Outcome<()> {
    drop(runtime.block_on(SqliteStore::open(file))?);
    let connection = Connection::open(file)?;
    // What is half full after a crash is no measurement anyway.
    connection.execute_batch("PRAGMA synchronous = OFF; BEGIN")?;
    connection.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
         INSERT INTO services (id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                               stray_orders, due_at)
         SELECT printf('0193a5c0-0000-7000-8000-%012x', n), 1, 'active', 'customer-' || n / 10, '601',
                'host-' || n || '.example.com', printf('0193a5c0000070008000%012x-1', n), printf('%032x', n * 7919),
                ?2 + n * 1000, 0, ?2 + n * 1000
         FROM numbers",
        params![services, FIRST_DUE],
    )?;
    let body = serde_json::to_string(&created()?)?;
    connection.execute(
        "INSERT INTO events (service_id, version, at, actor, body) SELECT id, 1, ?1, 'customer:7', ?2 FROM services",
        params![FIRST_DUE, body],
    )?;
    connection.execute_batch(
        "INSERT INTO orders (id, service_id) SELECT order_id, id FROM services;
         INSERT INTO public_keys (hash, service_id) SELECT serial_number || serial_number, id FROM services;
         INSERT INTO names (service_id, name) SELECT id, common_name FROM services;
         COMMIT",
    )?;
    Ok(())
}

fn created() -> Outcome<Event> {
    let product = Catalogue::built_in().product(&"601".parse()?)?.clone();
    let offer = Offer::new(product, VerificationMethod::File)?;
    let (customer, offer) = ("customer-7".parse()?, Box::new(offer));
    Ok(Event::Created { offer, customer, email: None, language: None })
}

/// What happens in a step.
pub(crate) fn event() -> Event {
    let order_id = OrderId::from_authority("0193a5c0000070008000000000000007-1");
    Event::OrderPlaced { order_id, code: None, adopted: false }
}

/// What a step tells somebody.
pub(crate) fn notice() -> String {
    format!("{{\"notice\":\"verification_needed\",\"text\":\"{}\"}}", "publish the code ".repeat(20))
}

pub(crate) const TOPIC: &str = "notices";

/// A row as a step leaves it.
pub(crate) fn row() -> Row {
    Row {
        state: StateKind::Validating,
        customer: "customer-7".into(),
        product: "601".into(),
        common_name: Some("shop.example.com".into()),
        order_id: Some("0193a5c0000070008000000000000007-1".into()),
        serial_number: None,
        not_after: None,
        stray_orders: 0,
    }
}

/// Asks for what is due, whenever that is.
pub(crate) fn request(token: String, limit: usize, lease_until: i64) -> Outcome<ClaimRequest> {
    Ok(ClaimRequest { now: at(LATE)?, lease_until: at(lease_until)?, token, limit })
}

/// A step of a service that has so many events: an event, the row, a message; the next step is due later.
pub(crate) fn step(claim: Claim, expected_version: u64, due_at: i64) -> Outcome<Append> {
    let now = at(FIRST_DUE)?;
    Ok(Append {
        id: claim.id,
        expected_version,
        events: vec![RecordedEvent { at: now, by: None, event: event() }],
        row: row(),
        due_at: Some(at(due_at)?),
        keys: Vec::new(),
        orders: Vec::new(),
        names: None,
        messages: vec![Message { topic: TOPIC.into(), body: notice(), due_at: now }],
        ends_claim: Some(claim.token),
    })
}

/// How many events a service has that was filled in, and what became of those that had a step.
#[derive(Default)]
pub(crate) struct Versions(std::collections::HashMap<ServiceId, u64>);

impl Versions {
    /// The version before a step that is about to be made.
    pub(crate) fn next(&mut self, id: ServiceId) -> u64 {
        let version = self.0.entry(id).or_default();
        *version += 1;
        *version
    }
}
