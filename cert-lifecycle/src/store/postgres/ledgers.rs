//! What belongs to which service, for good; and how far things have come.

use csr_tools::PublicKeyHash;
use deadpool_postgres::Object;
use tokio_postgres::types::{FromSqlOwned, ToSql};
use uuid::Uuid;

use super::failed;
use super::text::{escape, unescape};
use crate::store::StoreError;
use crate::{OrderId, ServiceId};

pub(super) async fn service_of_key(
    connection: &Object,
    key: &PublicKeyHash,
) -> Result<Option<ServiceId>, StoreError> {
    let sql = "SELECT service_id FROM public_keys WHERE hash = $1";
    Ok(one::<Uuid>(connection, sql, &key.to_string()).await?.map(ServiceId::from_uuid))
}

pub(super) async fn service_of_order(
    connection: &Object,
    order: &OrderId,
) -> Result<Option<ServiceId>, StoreError> {
    let sql = "SELECT service_id FROM orders WHERE id = $1";
    Ok(one::<Uuid>(connection, sql, &escape(order.as_str())).await?.map(ServiceId::from_uuid))
}

pub(super) async fn watermark(connection: &Object, name: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM watermarks WHERE name = $1";
    one::<String>(connection, sql, &escape(name)).await?.map(unescape).transpose()
}

async fn one<T: FromSqlOwned>(connection: &Object, sql: &str, about: &str) -> Result<Option<T>, StoreError> {
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let row = connection.query_opt(&statement, &[&about]).await.map_err(failed)?;
    row.map(|row| row.try_get(0)).transpose().map_err(failed)
}

pub(super) async fn move_watermark(
    connection: &Object,
    name: &str,
    seen: Option<&str>,
    to: &str,
) -> Result<bool, StoreError> {
    let (name, seen, to) = (escape(name), seen.map(escape), escape(to));
    let sql = match seen {
        Some(_) => "UPDATE watermarks SET value = $2 WHERE name = $1 AND value = $3",
        None => "INSERT INTO watermarks (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
    };
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&name, &to];
    if let Some(seen) = &seen {
        values.push(seen);
    }
    Ok(connection.execute(&statement, &values).await.map_err(failed)? > 0)
}
