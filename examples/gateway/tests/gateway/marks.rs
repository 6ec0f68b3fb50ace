//! What writes leave in a gateway's database, seen past the gateway.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

/// The marks of writes under a key.
pub(crate) struct Marks {
    database: Connection,
}

impl Marks {
    pub(crate) fn of(database: &Path) -> Self {
        let database = Connection::open(database).unwrap();
        database.busy_timeout(Duration::from_secs(10)).unwrap();
        Self { database }
    }

    /// How many writes were ever begun.
    pub(crate) fn begun(&self) -> usize {
        self.count("SELECT count(*) FROM records WHERE kind = 'gateway_write'")
    }

    /// How many are under way, as far as anybody has said.
    pub(crate) fn under_way(&self) -> usize {
        self.count(&format!("SELECT count(*) FROM records WHERE {UNDER_WAY}"))
    }

    /// Waits until more were begun than before.
    pub(crate) async fn until_begun(&self, before: usize) {
        while self.begun() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Lets so much time pass that whoever worked on something is taken for dead.
    pub(crate) fn pass_the_lease(&self) {
        let long_ago = "json_set(body, '$.stage.running.until', '1970-01-01T00:00:00Z')";
        let sql = format!("UPDATE records SET body = {long_ago}, version = version + 1 WHERE {UNDER_WAY}");
        self.database.execute(&sql, []).unwrap();
    }

    /// Has the database keep no answer.
    pub(crate) fn lose_answers(&self) {
        let sql = "CREATE TRIGGER lost BEFORE UPDATE ON records
            WHEN NEW.kind = 'gateway_write' AND json_extract(NEW.body, '$.stage.answered') IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'no answer is kept'); END";
        self.database.execute(sql, []).unwrap();
    }

    pub(crate) fn keep_answers(&self) {
        self.database.execute("DROP TRIGGER lost", []).unwrap();
    }

    /// Has the vault let go of no key, or of them again.
    pub(crate) fn hold_keys(&self, holds: bool) {
        let sql = match holds {
            true => {
                "CREATE TRIGGER held BEFORE DELETE ON private_keys BEGIN SELECT RAISE(ABORT, 'no key goes'); END"
            }
            false => "DROP TRIGGER held",
        };
        self.database.execute(sql, []).unwrap();
    }

    fn count(&self, sql: &str) -> usize {
        self.database.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

const UNDER_WAY: &str = "kind = 'gateway_write' AND json_extract(body, '$.stage.running') IS NOT NULL";
