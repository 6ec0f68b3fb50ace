//! The rows that people query.

use std::collections::HashMap;
use std::fmt::Write as _;

use deadpool_postgres::Object;
use tokio_postgres::types::ToSql;

use super::text::{escape, unescape};
use super::{failed, signed, timestamp, unsigned};
use crate::ServiceId;
use crate::service::StateKind;
use crate::store::search::{Condition, Operand, after_all_that_begin};
use crate::store::{Recorded, Row, Search, StoreError, Summary, of_every_state};

const COLUMNS: &str =
    "SELECT id, version, state, customer, product, common_name, order_id, serial_number, not_after,
                              stray_orders, due_at, tries, note
                       FROM services";

pub(super) async fn summary(connection: &Object, id: ServiceId) -> Result<Option<Summary>, StoreError> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    let statement = connection.prepare_cached(&sql).await.map_err(failed)?;
    let row = connection.query_opt(&statement, &[&id.uuid()]).await.map_err(failed)?;
    row.as_ref().map(read).transpose()
}

/// A statement for just the conditions given, so that an index serves it.
pub(super) async fn search(connection: &Object, search: &Search) -> Result<Vec<Summary>, StoreError> {
    let mut sql = COLUMNS.to_owned();
    let mut values: Vec<Box<dyn ToSql + Sync + Send>> = Vec::new();
    let mut bind = |value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut word = "WHERE";
    for condition in search.conditions() {
        let condition = match condition {
            Condition::Column(comparison, operand) => {
                let value = bind(match operand {
                    Operand::Text(text) => Box::new(escape(text).into_owned()),
                    Operand::Time(time) => Box::new(time.as_millisecond()),
                    Operand::Service(id) => Box::new(id.uuid()),
                });
                format!("{comparison} {value}")
            }
            Condition::Name(name) => {
                let name = bind(Box::new(escape(&name).into_owned()));
                format!("id IN (SELECT service_id FROM names WHERE name = {name})")
            }
            Condition::Recorded(Recorded { kind, owner }) => {
                let kind = bind(Box::new(escape(kind).into_owned()));
                let owner = bind(Box::new(escape(owner).into_owned()));
                format!(
                    "id IN (SELECT convert_from(key, 'UTF8')::uuid FROM records
                            WHERE kind = {kind} AND owner = {owner})"
                )
            }
            Condition::Text(text) => {
                let text = escape(text).into_owned();
                // By code points, whatever the database's language, as the index has them.
                let end = after_all_that_begin(&text).map(|end| bind(Box::new(end)));
                let end = end.map(|end| format!("AND common_name ~<~ {end}")).unwrap_or_default();
                let text = bind(Box::new(text));
                format!(
                    "id IN (SELECT id FROM services WHERE common_name ~>=~ {text} {end}
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
    let limit = bind(Box::new(signed(search.limit)));
    let _ = write!(sql, " ORDER BY id LIMIT {limit}");
    let statement = connection.prepare_cached(&sql).await.map_err(failed)?;
    let values: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    rows.iter().map(read).collect()
}

pub(super) async fn counts(connection: &Object) -> Result<Vec<(StateKind, u64)>, StoreError> {
    let sql = "SELECT state, count(*) FROM services GROUP BY state";
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let rows = connection.query(&statement, &[]).await.map_err(failed)?;
    let mut found = HashMap::new();
    for row in rows {
        let count = unsigned(row.try_get(1).map_err(failed)?)?;
        found.insert(state(row.try_get(0).map_err(failed)?)?, count);
    }
    Ok(of_every_state(&found))
}

fn state(name: &str) -> Result<StateKind, StoreError> {
    name.parse().map_err(|_| StoreError::Corrupt(format!("no state is called {name}")))
}

fn read(row: &tokio_postgres::Row) -> Result<Summary, StoreError> {
    let time = |column| {
        let millis: Option<i64> = row.try_get(column).map_err(failed)?;
        millis.map(timestamp).transpose()
    };
    let text = |column| unescape(row.try_get(column).map_err(failed)?);
    let optional = |column| {
        let text: Option<String> = row.try_get(column).map_err(failed)?;
        text.map(unescape).transpose()
    };
    let count = |column| -> Result<i64, StoreError> { row.try_get(column).map_err(failed) };
    Ok(Summary {
        id: ServiceId::from_uuid(row.try_get("id").map_err(failed)?),
        version: unsigned(count("version")?)?,
        row: Row {
            state: state(row.try_get("state").map_err(failed)?)?,
            customer: text("customer")?,
            product: text("product")?,
            common_name: optional("common_name")?,
            order_id: optional("order_id")?,
            serial_number: optional("serial_number")?,
            not_after: time("not_after")?,
            stray_orders: unsigned(count("stray_orders")?)?,
        },
        due_at: time("due_at")?,
        tries: unsigned(count("tries")?)?,
        note: optional("note")?,
    })
}
