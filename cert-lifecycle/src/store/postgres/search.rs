//! The rows that people query.

use std::fmt::Write as _;

use deadpool_postgres::Object;
use tokio_postgres::types::ToSql;

use super::text::{escape, unescape};
use super::{failed, signed, timestamp, unsigned};
use crate::ServiceId;
use crate::store::search::Operand;
use crate::store::{Row, Search, StoreError, Summary};

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
    for (comparison, operand) in search.conditions() {
        let word = if values.is_empty() { "WHERE" } else { "AND" };
        values.push(match operand {
            Operand::Text(text) => Box::new(escape(text).into_owned()),
            Operand::Time(time) => Box::new(time.as_millisecond()),
            Operand::Service(id) => Box::new(id.uuid()),
        });
        // Writing to a string can't fail.
        let _ = write!(sql, " {word} {comparison} ${}", values.len());
    }
    values.push(Box::new(signed(search.limit)));
    let _ = write!(sql, " ORDER BY id LIMIT ${}", values.len());
    let statement = connection.prepare_cached(&sql).await.map_err(failed)?;
    let values: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
    let rows = connection.query(&statement, &values).await.map_err(failed)?;
    rows.iter().map(read).collect()
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
    let state = text("state")?;
    Ok(Summary {
        id: ServiceId::from_uuid(row.try_get("id").map_err(failed)?),
        version: unsigned(count("version")?)?,
        row: Row {
            state: state.parse().map_err(|_| StoreError::Corrupt(format!("no state is called {state}")))?,
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
