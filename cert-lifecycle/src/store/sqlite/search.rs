//! The rows that people query.

use std::collections::HashMap;
use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::{failed, limit, service_id, timestamp};
use crate::ServiceId;
use crate::service::StateKind;
use crate::store::search::{Condition, Operand, after_all_that_begin};
use crate::store::{Recorded, Row, Search, StoreError, Summary, of_every_state};

const COLUMNS: &str =
    "SELECT id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                              stray_orders, due_at, tries, note
                       FROM services";

pub(super) fn summary(connection: &Connection, id: ServiceId) -> Result<Option<Summary>, StoreError> {
    let sql = format!("{COLUMNS} WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query([id.to_string()]).map_err(failed)?;
    rows.next().map_err(failed)?.map(read).transpose()
}

pub(super) fn search(connection: &Connection, search: &Search) -> Result<Vec<Summary>, StoreError> {
    let (sql, values) = statement(search);
    let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(failed)?;
    let mut summaries = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        summaries.push(read(row)?);
    }
    Ok(summaries)
}

/// A statement for just the conditions given, so that an index serves it.
pub(super) fn statement(search: &Search) -> (String, Vec<Value>) {
    // A window of time is found by its index and then sorted. Without the plus SQLite may prefer to walk through all
    // services in their order, to be spared the sorting.
    let id = if search.is_by_time_alone() { "+id" } else { "id" };
    let mut sql = COLUMNS.to_owned();
    let mut values = Vec::new();
    let mut bind = |value| {
        values.push(value);
        format!("?{}", values.len())
    };
    let mut word = "WHERE";
    for condition in search.conditions() {
        let condition = match condition {
            Condition::Column(comparison, Operand::Text(text)) => {
                format!("{comparison} {}", bind(Value::Text(text.to_owned())))
            }
            Condition::Column(comparison, Operand::Time(time)) => {
                format!("{comparison} {}", bind(Value::Integer(time.as_millisecond())))
            }
            Condition::Column(_, Operand::Service(after)) => {
                format!("{id} > {}", bind(Value::Text(after.to_string())))
            }
            Condition::Name(name) => {
                format!("id IN (SELECT service_id FROM names WHERE name = {})", bind(Value::Text(name)))
            }
            Condition::Recorded(Recorded { kind, owner }) => {
                let (kind, owner) = (bind(Value::Text(kind.clone())), bind(Value::Text(owner.clone())));
                format!("id IN (SELECT key FROM records WHERE kind = {kind} AND owner = {owner})")
            }
            Condition::Text(text) => {
                let end = after_all_that_begin(text).map(|end| bind(Value::Text(end)));
                let end = end.map(|end| format!("AND common_name < {end}")).unwrap_or_default();
                let text = bind(Value::Text(text.to_owned()));
                format!(
                    "id IN (SELECT id FROM services WHERE common_name >= {text} {end}
                            UNION ALL SELECT id FROM services WHERE customer = {text}
                            UNION ALL SELECT id FROM services WHERE serial_number = {text}
                            UNION ALL SELECT service_id FROM orders WHERE id = {text})"
                )
            }
        };
        // Writing to a string can't fail.
        let _ = write!(sql, " {word} {condition}");
        word = "AND";
    }
    let limit = bind(Value::Integer(limit(search.limit)));
    let _ = write!(sql, " ORDER BY {id} LIMIT {limit}");
    (sql, values)
}

pub(super) fn counts(connection: &Connection) -> Result<Vec<(StateKind, u64)>, StoreError> {
    let sql = "SELECT state, count(*) FROM services GROUP BY state";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let name: String = row.get(0).map_err(failed)?;
        found.insert(state(&name)?, row.get(1).map_err(failed)?);
    }
    Ok(of_every_state(&found))
}

fn state(name: &str) -> Result<StateKind, StoreError> {
    name.parse().map_err(|_| StoreError::Corrupt(format!("no state is called {name}")))
}

fn read(row: &rusqlite::Row<'_>) -> Result<Summary, StoreError> {
    let time = |column| {
        let millis: Option<i64> = row.get(column).map_err(failed)?;
        millis.map(timestamp).transpose()
    };
    let id: String = row.get("id").map_err(failed)?;
    let name: String = row.get("state").map_err(failed)?;
    Ok(Summary {
        id: service_id(&id)?,
        version: row.get("version").map_err(failed)?,
        row: Row {
            state: state(&name)?,
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
