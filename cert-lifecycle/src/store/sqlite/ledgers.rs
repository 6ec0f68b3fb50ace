//! What belongs to which service, for good; and how far things have come.

use csr_tools::PublicKeyHash;
use rusqlite::{Connection, OptionalExtension, params};

use super::{failed, service_id};
use crate::store::{AppendError, StoreError};
use crate::{OrderId, ServiceId};

pub(super) const TAKE_KEY: &str = "
    INSERT INTO public_keys (hash, service_id) VALUES (?1, ?2)
    ON CONFLICT (hash) DO UPDATE SET service_id = service_id
    RETURNING service_id";

pub(super) const TAKE_ORDER: &str = "
    INSERT INTO orders (id, service_id) VALUES (?1, ?2)
    ON CONFLICT (id) DO UPDATE SET service_id = service_id
    RETURNING service_id";

pub(super) fn take_keys(
    connection: &Connection,
    keys: &[PublicKeyHash],
    id: &str,
) -> Result<(), AppendError> {
    for key in keys {
        if owner_after(connection, TAKE_KEY, &key.to_string(), id)? != id {
            return Err(AppendError::KeyTaken);
        }
    }
    Ok(())
}

pub(super) fn take_orders(connection: &Connection, orders: &[OrderId], id: &str) -> Result<(), AppendError> {
    for order in orders {
        if owner_after(connection, TAKE_ORDER, order.as_str(), id)? != id {
            return Err(AppendError::OrderTaken);
        }
    }
    Ok(())
}

fn owner_after(connection: &Connection, sql: &str, what: &str, id: &str) -> Result<String, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(params![what, id], |row| row.get(0)))
        .map_err(failed)
}

pub(super) const OF_KEY: &str = "SELECT service_id FROM public_keys WHERE hash = ?1";
pub(super) const OF_ORDER: &str = "SELECT service_id FROM orders WHERE id = ?1";

pub(super) fn service_of_key(
    connection: &Connection,
    key: PublicKeyHash,
) -> Result<Option<ServiceId>, StoreError> {
    text(connection, OF_KEY, &key.to_string())?.map(|id| service_id(&id)).transpose()
}

pub(super) fn service_of_order(
    connection: &Connection,
    order: &OrderId,
) -> Result<Option<ServiceId>, StoreError> {
    text(connection, OF_ORDER, order.as_str())?.map(|id| service_id(&id)).transpose()
}

pub(super) fn watermark(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    text(connection, "SELECT value FROM watermarks WHERE name = ?1", name)
}

pub(super) fn move_watermark(
    connection: &Connection,
    name: &str,
    seen: Option<&str>,
    to: &str,
) -> Result<bool, StoreError> {
    let changed = match seen {
        Some(seen) => connection
            .prepare_cached("UPDATE watermarks SET value = ?2 WHERE name = ?1 AND value = ?3")
            .and_then(|mut statement| statement.execute(params![name, to, seen])),
        None => connection
            .prepare_cached(
                "INSERT INTO watermarks (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
            )
            .and_then(|mut statement| statement.execute(params![name, to])),
    };
    Ok(changed.map_err(failed)? > 0)
}

fn text(connection: &Connection, sql: &str, about: &str) -> Result<Option<String>, StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([about], |row| row.get(0)).optional())
        .map_err(failed)
}
