//! Appending and claiming: what runs all the time. Each function is part of a transaction, and is undone if it fails.

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, named_params, params};

use super::{failed, ledgers, limit, names, outbox, service_id, timestamp};
use crate::ServiceId;
use crate::service::{Actor, RecordedEvent};
use crate::store::{Append, AppendError, Claim, ClaimRequest, Release, StoreError};

pub(super) const CREATE: &str = "
    INSERT INTO services (id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                          stray_orders, due_at)
    VALUES (:id, :version, :state, :customer, :product, :common_name, :order_id, :serial_number, :not_after,
            :stray_orders, :due_at)
    ON CONFLICT (id) DO NOTHING";

pub(super) const UPDATE: &str = "
    UPDATE services
    SET version = :version, state = :state, customer = :customer, product = :product, common_name = :common_name,
        order_id = :order_id, serial_number = :serial_number, not_after = :not_after, stray_orders = :stray_orders,
        due_at = :due_at, tries = 0, note = NULL,
        lease_until = CASE WHEN lease_token = :ends THEN NULL ELSE lease_until END,
        lease_token = CASE WHEN lease_token = :ends THEN NULL ELSE lease_token END
    WHERE id = :id AND version = :expected";

pub(super) const ADD_EVENT: &str =
    "INSERT INTO events (service_id, version, at, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)";

pub(super) fn append(connection: &Connection, append: &Append) -> Result<(), AppendError> {
    let id = append.id.to_string();
    let version = append.version();
    let Append { expected_version, events, row, due_at, keys, orders, messages, ends_claim, .. } = append;
    let (state, not_after) = (row.state.as_str(), row.not_after.map(Timestamp::as_millisecond));
    let due_at = due_at.map(Timestamp::as_millisecond);
    let values = named_params! {
        ":id": id,
        ":version": version,
        ":state": state,
        ":customer": row.customer,
        ":product": row.product,
        ":common_name": row.common_name,
        ":order_id": row.order_id,
        ":serial_number": row.serial_number,
        ":not_after": not_after,
        ":stray_orders": row.stray_orders,
        ":due_at": due_at,
    };
    let changed = if *expected_version == 0 {
        connection.prepare_cached(CREATE).and_then(|mut statement| statement.execute(values))
    } else {
        let conditions = named_params! { ":expected": expected_version, ":ends": ends_claim };
        connection
            .prepare_cached(UPDATE)
            .and_then(|mut statement| statement.execute(&*[values, conditions].concat()))
    };
    if changed.map_err(failed)? == 0 {
        return Err(AppendError::Conflict);
    }
    add_events(connection, &id, *expected_version, events)?;
    ledgers::take_keys(connection, keys, &id)?;
    ledgers::take_orders(connection, orders, &id)?;
    if let Some(names) = append.names_to_keep() {
        names::replace(connection, &names, &id)?;
    }
    outbox::push(connection, &id, version, messages)?;
    Ok(())
}

fn add_events(
    connection: &Connection,
    id: &str,
    after: u64,
    events: &[RecordedEvent],
) -> Result<(), AppendError> {
    let mut statement = connection.prepare_cached(ADD_EVENT).map_err(failed)?;
    for (version, RecordedEvent { at, by, event }) in (after.saturating_add(1)..).zip(events) {
        let body = serde_json::to_string(event).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let actor = by.as_ref().map(Actor::as_str);
        match statement.execute(params![id, version, at.as_millisecond(), actor, body]) {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                return Err(AppendError::Conflict);
            }
            Err(error) => return Err(failed(error).into()),
        }
    }
    Ok(())
}

pub(super) const HISTORY: &str =
    "SELECT at, actor, body FROM events WHERE service_id = ?1 AND version > ?2 ORDER BY version";

pub(super) fn history_after(
    connection: &Connection,
    id: ServiceId,
    version: u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    // No service has more events than SQLite can count.
    let Ok(version) = i64::try_from(version) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(HISTORY).map_err(failed)?;
    let rows = statement
        .query_map(params![id.to_string(), version], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, String>(2)?))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (at, actor, body) = row.map_err(failed)?;
        let event = serde_json::from_str(&body)
            .map_err(|error| StoreError::Corrupt(format!("an event of service {id}: {error}")))?;
        Ok(RecordedEvent { at: timestamp(at)?, by: actor.map(Actor::new), event })
    })
    .collect()
}

pub(super) const DUE: &str =
    "SELECT id, tries FROM services WHERE wake_at <= ?1 ORDER BY wake_at, id LIMIT ?2";

pub(super) const LEASE: &str = "UPDATE services SET lease_token = ?1, lease_until = ?2 WHERE id = ?3";

pub(super) fn claim(connection: &Connection, request: &ClaimRequest) -> Result<Vec<Claim>, StoreError> {
    let mut due = connection.prepare_cached(DUE).map_err(failed)?;
    // Read to the end before anything is changed: the leases move what is being read.
    let due: Vec<(String, u32)> = due
        .query_map(params![request.now.as_millisecond(), limit(request.limit)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .and_then(Iterator::collect)
        .map_err(failed)?;
    let mut lease = connection.prepare_cached(LEASE).map_err(failed)?;
    let until = request.lease_until.as_millisecond();
    let claimed = due.into_iter().map(|(id, tries)| {
        lease.execute(params![request.token, until, id]).map_err(failed)?;
        Ok(Claim { id: service_id(&id)?, token: request.token.clone(), tries })
    });
    claimed.collect()
}

pub(super) const RELEASE: &str = "
    UPDATE services
    SET lease_token = NULL,
        lease_until = NULL,
        due_at = CASE WHEN :seen IS NULL OR version = :seen THEN :due_at ELSE due_at END,
        tries = CASE WHEN :seen IS NULL OR version = :seen THEN :tries ELSE tries END,
        note = CASE WHEN :seen IS NULL OR version = :seen THEN :note ELSE note END
    WHERE id = :id AND lease_token = :token";

pub(super) fn release(connection: &Connection, claim: &Claim, release: &Release) -> Result<(), StoreError> {
    connection
        .prepare_cached(RELEASE)
        .and_then(|mut statement| {
            statement.execute(named_params! {
                ":id": claim.id.to_string(),
                ":token": claim.token,
                ":seen": release.seen_version,
                ":due_at": release.due_at.map(Timestamp::as_millisecond),
                ":tries": release.tries,
                ":note": release.note,
            })
        })
        .map_err(failed)?;
    Ok(())
}

pub(super) const NEXT_DUE: &str = "SELECT min(wake_at) FROM services WHERE wake_at IS NOT NULL";

pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let due: Option<i64> = connection
        .prepare_cached(NEXT_DUE)
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failed)?;
    due.map(timestamp).transpose()
}
