//! The names that people find a service by.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::failed;
use crate::store::StoreError;

pub(super) const FORGET: &str = "DELETE FROM names WHERE service_id = ?1";

pub(super) const ADD: &str = "INSERT INTO names (service_id, name) VALUES (?1, ?2)";

pub(super) fn replace(connection: &Connection, names: &BTreeSet<String>, id: &str) -> Result<(), StoreError> {
    connection.prepare_cached(FORGET).and_then(|mut forget| forget.execute([id])).map_err(failed)?;
    let mut add = connection.prepare_cached(ADD).map_err(failed)?;
    for name in names {
        add.execute(params![id, name]).map_err(failed)?;
    }
    Ok(())
}
