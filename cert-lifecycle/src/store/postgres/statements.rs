//! Appending and claiming: what runs all the time, each in one statement.

use deadpool_postgres::Object;
use jiff::Timestamp;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::text::{escape, unescape};
use super::{failed, signed, timestamp, unsigned};
use crate::ServiceId;
use crate::service::{Actor, RecordedEvent};
use crate::store::{Append, AppendError, Claim, ClaimRequest, Release, StoreError};

const CREATE: &str = "
    WITH changed AS (
        INSERT INTO services (id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                              stray_orders, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )";

const UPDATE: &str = "
    WITH changed AS (
        UPDATE services
        SET version = $2, state = $3, customer = $4, product = $5, common_name = $6, order_id = $7, serial_number = $8,
            not_after = $9, stray_orders = $10, due_at = $11, tries = 0, note = NULL,
            lease_until = CASE WHEN lease_token = $23 THEN NULL ELSE lease_until END,
            lease_token = CASE WHEN lease_token = $23 THEN NULL ELSE lease_token END
        WHERE id = $1 AND version = $22
        RETURNING id
    )";

/// What follows if the service was as the caller knew it. What belongs to another service fails by its primary key, the keys
/// before the orders. The parts of a statement don't see each other's changes: names that stay are left alone.
const ADD: &str = ",
    events_added AS (
        INSERT INTO events (service_id, version, at, actor, body)
        SELECT changed.id, event.version, event.at, event.actor, event.body
        FROM changed, unnest($12::bigint[], $13::bigint[], $14::text[], $15::text[]) AS event (version, at, actor, body)
    ),
    keys_taken AS (
        INSERT INTO public_keys (hash, service_id)
        SELECT taken.hash, changed.id FROM changed, (SELECT DISTINCT unnest($16::text[]) AS hash ORDER BY 1) AS taken
        WHERE NOT EXISTS (SELECT 1 FROM public_keys WHERE public_keys.hash = taken.hash AND service_id = $1)
        RETURNING hash
    ),
    orders_taken AS (
        INSERT INTO orders (id, service_id)
        SELECT taken.id, changed.id FROM changed, (SELECT DISTINCT unnest($17::text[]) AS id ORDER BY 1) AS taken
        WHERE (SELECT count(*) FROM keys_taken) >= 0
          AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = taken.id AND service_id = $1)
    ),
    names_removed AS (
        DELETE FROM names USING changed
        WHERE $18::text[] IS NOT NULL AND names.service_id = changed.id AND names.name <> ALL ($18)
    ),
    names_added AS (
        INSERT INTO names (service_id, name)
        SELECT changed.id, given.name FROM changed, unnest($18::text[]) AS given (name)
        WHERE NOT EXISTS (SELECT 1 FROM names WHERE service_id = $1 AND names.name = given.name)
    ),
    messages_added AS (
        INSERT INTO outbox (service_id, version, number, topic, body, due_at)
        SELECT changed.id, $2, message.number - 1, message.topic, message.body, message.due_at
        FROM changed, unnest($19::text[], $20::text[], $21::bigint[]) WITH ORDINALITY
                      AS message (topic, body, due_at, number)
    )
    SELECT count(*) FROM changed";

pub(super) async fn append(connection: &Object, append: &Append) -> Result<(), AppendError> {
    let Append { id, expected_version, events, row, due_at, keys, orders, messages, ends_claim, .. } = append;
    let first = signed(*expected_version).saturating_add(1);
    let versions: Vec<i64> = (first..).take(events.len()).collect();
    let times: Vec<i64> = events.iter().map(|event| event.at.as_millisecond()).collect();
    let bodies = events
        .iter()
        .map(|RecordedEvent { event, .. }| {
            serde_json::to_string(event).map(|body| escape(&body).into_owned())
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    let optional = |text: &Option<String>| text.as_deref().map(|text| escape(text).into_owned());
    let actors: Vec<_> =
        events.iter().map(|event| event.by.as_ref().map(|actor| escape(actor.as_str()))).collect();
    let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
    let names = append.names_to_keep();
    let names: Option<Vec<_>> =
        names.map(|names| names.iter().map(|name| escape(name).into_owned()).collect());
    let orders: Vec<_> = orders.iter().map(|order| escape(order.as_str())).collect();
    let topics: Vec<_> = messages.iter().map(|message| escape(&message.topic)).collect();
    let messages_said: Vec<_> = messages.iter().map(|message| escape(&message.body)).collect();
    let messages_due: Vec<_> = messages.iter().map(|message| message.due_at.as_millisecond()).collect();
    let values: [&(dyn ToSql + Sync); 23] = [
        &id.uuid(),
        &signed(append.version()),
        &row.state.as_str(),
        &escape(&row.customer),
        &escape(&row.product),
        &optional(&row.common_name),
        &optional(&row.order_id),
        &optional(&row.serial_number),
        &row.not_after.map(Timestamp::as_millisecond),
        &signed(row.stray_orders),
        &due_at.map(Timestamp::as_millisecond),
        &versions,
        &times,
        &actors,
        &bodies,
        &keys,
        &orders,
        &names,
        &topics,
        &messages_said,
        &messages_due,
        // For updates alone.
        &signed(*expected_version),
        &optional(ends_claim),
    ];
    let (change, values) =
        if *expected_version == 0 { (CREATE, &values[..21]) } else { (UPDATE, &values[..]) };
    let statement = connection.prepare_cached(&format!("{change}{ADD}")).await.map_err(failed)?;
    let changed: i64 =
        connection.query_one(&statement, values).await.and_then(|row| row.try_get(0)).map_err(refused)?;
    if changed == 0 { Err(AppendError::Conflict) } else { Ok(()) }
}

/// What a failure says of the append. The names are those that PostgreSQL gives to primary keys.
fn refused(error: tokio_postgres::Error) -> AppendError {
    let broken = error.as_db_error().filter(|error| *error.code() == SqlState::UNIQUE_VIOLATION);
    match broken.and_then(|error| error.constraint()) {
        Some("public_keys_pkey") => AppendError::KeyTaken,
        Some("orders_pkey") => AppendError::OrderTaken,
        Some("events_pkey") => AppendError::Conflict,
        _ => failed(error).into(),
    }
}

pub(super) async fn history_after(
    connection: &Object,
    id: ServiceId,
    version: u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = "SELECT at, actor, body FROM events WHERE service_id = $1 AND version > $2 ORDER BY version";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let rows = connection.query(&statement, &[&id.uuid(), &signed(version)]).await.map_err(failed)?;
    let read = |row: tokio_postgres::Row| {
        let actor = row.try_get::<_, Option<String>>(1).map_err(failed)?.map(unescape).transpose()?;
        let body = unescape(row.try_get(2).map_err(failed)?)?;
        let event = serde_json::from_str(&body)
            .map_err(|error| StoreError::Corrupt(format!("an event of service {id}: {error}")))?;
        let at = timestamp(row.try_get(0).map_err(failed)?)?;
        Ok(RecordedEvent { at, by: actor.map(Actor::new), event })
    };
    rows.into_iter().map(read).collect()
}

const CLAIM: &str = "
    WITH due AS (
        SELECT id, wake_at FROM services WHERE wake_at <= $1
        ORDER BY wake_at, id LIMIT $2
        FOR UPDATE SKIP LOCKED
    ),
    claimed AS (
        UPDATE services SET lease_token = $3, lease_until = $4 FROM due WHERE services.id = due.id
        RETURNING services.id, services.tries, due.wake_at
    )
    SELECT id, tries FROM claimed ORDER BY wake_at, id";

pub(super) async fn claim(connection: &Object, request: &ClaimRequest) -> Result<Vec<Claim>, StoreError> {
    let statement = connection.prepare_cached(CLAIM).await.map_err(failed)?;
    let ClaimRequest { now, lease_until, token, limit } = request;
    let values: [&(dyn ToSql + Sync); 4] =
        [&now.as_millisecond(), &signed(*limit), &escape(token), &lease_until.as_millisecond()];
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    let read = |row: tokio_postgres::Row| {
        let id = ServiceId::from_uuid(row.try_get(0).map_err(failed)?);
        Ok(Claim { id, token: token.clone(), tries: unsigned(row.try_get(1).map_err(failed)?)? })
    };
    rows.into_iter().map(read).collect()
}

const RELEASE: &str = "
    UPDATE services
    SET lease_token = NULL,
        lease_until = NULL,
        due_at = CASE WHEN $3::bigint IS NULL OR version = $3 THEN $4 ELSE due_at END,
        tries = CASE WHEN $3 IS NULL OR version = $3 THEN $5 ELSE tries END,
        note = CASE WHEN $3 IS NULL OR version = $3 THEN $6 ELSE note END
    WHERE id = $1 AND lease_token = $2";

pub(super) async fn release(connection: &Object, claim: &Claim, release: &Release) -> Result<(), StoreError> {
    let statement = connection.prepare_cached(RELEASE).await.map_err(failed)?;
    let Release { seen_version, due_at, tries, note } = release;
    let values: [&(dyn ToSql + Sync); 6] = [
        &claim.id.uuid(),
        &escape(&claim.token),
        &seen_version.map(signed),
        &due_at.map(Timestamp::as_millisecond),
        &signed(*tries),
        &note.as_deref().map(escape),
    ];
    connection.execute(&statement, &values).await.map_err(failed)?;
    Ok(())
}

pub(super) async fn next_due(connection: &Object) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT min(wake_at) FROM services WHERE wake_at IS NOT NULL";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let row = connection.query_one(&statement, &[]).await.map_err(failed)?;
    row.try_get::<_, Option<i64>>(0).map_err(failed)?.map(timestamp).transpose()
}
