//! The statements of a step in a bare loop over rusqlite: the same ones, on one thread, with everything at hand. A test
//! compares their texts with those of the store.

use std::collections::HashMap;
use std::path::Path;

use certum_benches::Outcome;
use rusqlite::{Connection, TransactionBehavior, named_params, params};

use crate::filling::{FIRST_DUE, LATE, TOPIC, event, notice, row};

const DUE: &str = "SELECT id, tries FROM services WHERE wake_at <= ?1 ORDER BY wake_at, id LIMIT ?2";

const LEASE: &str = "UPDATE services SET lease_token = ?1, lease_until = ?2 WHERE id = ?3";

const UPDATE: &str = "
    UPDATE services
    SET version = :version, state = :state, customer = :customer, product = :product, common_name = :common_name,
        order_id = :order_id, serial_number = :serial_number, not_after = :not_after, stray_orders = :stray_orders,
        due_at = :due_at, tries = 0, note = NULL,
        lease_until = CASE WHEN lease_token = :ends THEN NULL ELSE lease_until END,
        lease_token = CASE WHEN lease_token = :ends THEN NULL ELSE lease_token END
    WHERE id = :id AND version = :expected";

const ADD_EVENT: &str =
    "INSERT INTO events (service_id, version, at, actor, body) VALUES (?1, ?2, ?3, ?4, ?5)";

const PUSH: &str =
    "INSERT INTO outbox (service_id, version, number, topic, body, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

pub(crate) struct Bare {
    connection: Connection,
    versions: HashMap<String, u64>,
    due_at: i64,
}

impl Bare {
    pub(crate) fn open(file: &Path) -> Outcome<Self> {
        let connection = Connection::open(file)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
        )?;
        Ok(Self { connection, versions: HashMap::new(), due_at: LATE / 2 })
    }

    /// Claims so many services, and makes a step with each, in one transaction or in two.
    pub(crate) fn steps(&mut self, limit: u32, transactions: Transactions) -> Outcome<()> {
        let Self { connection, versions, due_at } = self;
        let (body, notice, row) = (serde_json::to_string(&event())?, notice(), row());
        let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let claimed = {
            let mut due = transaction.prepare_cached(DUE)?;
            let due: Vec<(String, u32)> = due
                .query_map(params![LATE, limit], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            let mut lease = transaction.prepare_cached(LEASE)?;
            for (id, _) in &due {
                lease.execute(params!["a token", LATE + 1, id])?;
            }
            due
        };
        if transactions == Transactions::Two {
            transaction.commit()?;
            transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        }
        {
            let mut update = transaction.prepare_cached(UPDATE)?;
            let mut add_event = transaction.prepare_cached(ADD_EVENT)?;
            let mut push = transaction.prepare_cached(PUSH)?;
            for (id, _) in claimed {
                let before = versions.entry(id.clone()).or_insert(1);
                let version = *before + 1;
                *due_at += 1;
                let changed = update.execute(named_params! {
                    ":id": id,
                    ":version": version,
                    ":state": row.state.as_str(),
                    ":customer": row.customer,
                    ":product": row.product,
                    ":common_name": row.common_name,
                    ":order_id": row.order_id,
                    ":serial_number": row.serial_number,
                    ":not_after": None::<i64>,
                    ":stray_orders": row.stray_orders,
                    ":due_at": *due_at,
                    ":expected": *before,
                    ":ends": "a token",
                })?;
                if changed != 1 {
                    return Err(format!("{id} is not at {before}").into());
                }
                add_event.execute(params![id, version, FIRST_DUE, None::<String>, body])?;
                push.execute(params![id, version, 0, TOPIC, notice, FIRST_DUE])?;
                *before = version;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

/// How many transactions a claim and its steps are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transactions {
    /// Everything at once.
    One,
    /// The claim, and then the steps: whoever calls a CA in between has no choice.
    Two,
}
