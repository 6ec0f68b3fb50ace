//! The statements, each method of the store one transaction.

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, named_params, params};

use super::failed;
use crate::ServiceId;
use crate::service::RecordedEvent;
use crate::store::{Append, AppendError, Claim, ClaimRequest, Release, Row, StoreError, Summary};

/// A transaction that takes the write lock at once: one begun by reading could be refused it later.
pub(super) fn begin(connection: &mut Connection) -> Result<Transaction<'_>, StoreError> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)
}

pub(super) fn append(connection: &mut Connection, append: &Append) -> Result<(), AppendError> {
    let transaction = begin(connection)?;
    let id = append.id.to_string();
    let Append { expected_version, events, row, due_at, key, .. } = append;
    let version = expected_version.saturating_add(u64::try_from(events.len()).unwrap_or(u64::MAX));
    let sql = if *expected_version == 0 {
        "INSERT INTO services (id, version, state, customer, product, common_name, order_id, serial_number, not_after, stray_orders, due_at)
         SELECT :id, :version, :state, :customer, :product, :common_name, :order_id, :serial_number, :not_after, :stray_orders, :due_at
         WHERE :expected = 0
         ON CONFLICT (id) DO NOTHING"
    } else {
        "UPDATE services
         SET version = :version, state = :state, customer = :customer, product = :product,
             common_name = :common_name, order_id = :order_id, serial_number = :serial_number,
             not_after = :not_after, stray_orders = :stray_orders, due_at = :due_at, tries = 0, note = NULL
         WHERE id = :id AND version = :expected"
    };
    let changed = transaction
        .prepare_cached(sql)
        .and_then(|mut statement| {
            statement.execute(named_params! {
                ":id": id,
                ":version": version,
                ":expected": expected_version,
                ":state": row.state.as_str(),
                ":customer": row.customer,
                ":product": row.product,
                ":common_name": row.common_name,
                ":order_id": row.order_id,
                ":serial_number": row.serial_number,
                ":not_after": row.not_after.map(Timestamp::as_millisecond),
                ":stray_orders": row.stray_orders,
                ":due_at": due_at.map(Timestamp::as_millisecond),
            })
        })
        .map_err(failed)?;
    if changed == 0 {
        return Err(AppendError::Conflict);
    }
    insert_events(&transaction, &id, *expected_version, events)?;
    if let Some(key) = key {
        let owner: String = transaction
            .prepare_cached(
                "INSERT INTO public_keys (hash, service_id) VALUES (?1, ?2)
                 ON CONFLICT (hash) DO UPDATE SET service_id = service_id
                 RETURNING service_id",
            )
            .and_then(|mut statement| statement.query_row(params![key.to_string(), id], |row| row.get(0)))
            .map_err(failed)?;
        if owner != id {
            return Err(AppendError::KeyTaken);
        }
    }
    transaction.commit().map_err(failed)?;
    Ok(())
}

fn insert_events(
    transaction: &Transaction<'_>,
    id: &str,
    after: u64,
    events: &[RecordedEvent],
) -> Result<(), AppendError> {
    let mut statement = transaction
        .prepare_cached("INSERT INTO events (service_id, version, at, body) VALUES (?1, ?2, ?3, ?4)")
        .map_err(failed)?;
    for (version, RecordedEvent { at, event }) in (after.saturating_add(1)..).zip(events) {
        let body = serde_json::to_string(event).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        match statement.execute(params![id, version, at.as_millisecond(), body]) {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                return Err(AppendError::Conflict);
            }
            Err(error) => return Err(failed(error).into()),
        }
    }
    Ok(())
}

pub(super) fn history(connection: &Connection, id: ServiceId) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT at, body FROM events WHERE service_id = ?1 ORDER BY version")
        .map_err(failed)?;
    let rows = statement
        .query_map([id.to_string()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .map_err(failed)?;
    rows.map(|row| {
        let (at, body) = row.map_err(failed)?;
        let event = serde_json::from_str(&body)
            .map_err(|error| StoreError::Corrupt(format!("an event of service {id}: {error}")))?;
        Ok(RecordedEvent { at: timestamp(at)?, event })
    })
    .collect()
}

pub(super) fn claim(connection: &mut Connection, request: &ClaimRequest) -> Result<Vec<Claim>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "UPDATE services SET lease_token = :token, lease_until = :until
             WHERE id IN (
                 SELECT id FROM services
                 WHERE due_at <= :now AND (lease_until IS NULL OR lease_until <= :now)
                 ORDER BY due_at LIMIT :limit
             )
             RETURNING id, tries",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map(
            named_params! {
                ":token": request.token,
                ":until": request.lease_until.as_millisecond(),
                ":now": request.now.as_millisecond(),
                ":limit": i64::try_from(request.limit).unwrap_or(i64::MAX),
            },
            |row| Ok((row.get::<_, String>(0)?, row.get(1)?)),
        )
        .map_err(failed)?;
    rows.map(|row| {
        let (id, tries) = row.map_err(failed)?;
        Ok(Claim { id: service_id(&id)?, token: request.token.clone(), tries })
    })
    .collect()
}

pub(super) fn release(
    connection: &mut Connection,
    claim: &Claim,
    release: &Release,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE services SET
                 lease_token = NULL,
                 lease_until = NULL,
                 due_at = CASE WHEN :seen IS NULL OR version = :seen THEN :due_at ELSE due_at END,
                 tries = CASE WHEN :seen IS NULL OR version = :seen THEN :tries ELSE tries END,
                 note = CASE WHEN :seen IS NULL OR version = :seen THEN :note ELSE note END
             WHERE id = :id AND lease_token = :token",
        )
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

pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let due: Option<i64> = connection
        .prepare_cached(
            "SELECT min(max(due_at, ifnull(lease_until, due_at))) FROM (
                 SELECT due_at, lease_until FROM services WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1000
             )",
        )
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failed)?;
    due.map(timestamp).transpose()
}

pub(super) fn summary(connection: &Connection, id: ServiceId) -> Result<Option<Summary>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT version, state, customer, product, common_name, order_id, serial_number, not_after,
                    stray_orders, due_at, tries, note
             FROM services WHERE id = ?1",
        )
        .map_err(failed)?;
    let mut rows = statement.query([id.to_string()]).map_err(failed)?;
    rows.next().map_err(failed)?.map(|row| read_summary(id, row)).transpose()
}

fn read_summary(id: ServiceId, row: &rusqlite::Row<'_>) -> Result<Summary, StoreError> {
    let time = |column| {
        let millis: Option<i64> = row.get(column).map_err(failed)?;
        millis.map(timestamp).transpose()
    };
    let state: String = row.get("state").map_err(failed)?;
    Ok(Summary {
        id,
        version: row.get("version").map_err(failed)?,
        row: Row {
            state: state.parse().map_err(|_| StoreError::Corrupt(format!("no state is called {state}")))?,
            customer: row.get("customer").map_err(failed)?,
            product: row.get("product").map_err(failed)?,
            common_name: row.get("common_name").map_err(failed)?,
            order_id: row.get("order_id").map_err(failed)?,
            serial_number: row.get("serial_number").map_err(failed)?,
            not_after: time("not_after")?,
            stray_orders: row.get("stray_orders").map_err(failed)?,
        },
        due_at: time("due_at")?,
        tries: row.get("tries").map_err(failed)?,
        note: row.get("note").map_err(failed)?,
    })
}

fn timestamp(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn service_id(text: &str) -> Result<ServiceId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("a service's identifier is no UUID".to_owned()))
}
