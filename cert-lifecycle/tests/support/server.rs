//! A PostgreSQL server for the tests, from Debian's programs.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use cert_lifecycle::PostgresOptions;

/// A server that ends with this process.
pub(crate) struct Server {
    /// Keeps the server's standard input open.
    child: Child,
    programs: PathBuf,
    directory: PathBuf,
    schemas: AtomicU32,
}

impl Server {
    /// The server that the tests share; `None`, and a line that says so, if this machine has no PostgreSQL.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER
            .get_or_init(|| {
                Self::start(&["fsync = off", "autovacuum = off", "max_prepared_transactions = 2"])
            })
            .as_ref()
    }

    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            // Written past the test's captured output: whoever reads the log shall see it.
            let _ = writeln!(std::io::stderr(), "skipped: PostgreSQL is not installed (Debian: postgresql)");
            return None;
        };
        let mut child = as_postgres("sh")
            // Another user may not be let into our directories.
            .args(["-c", include_str!("start.sh"), "start.sh"])
            .arg(&programs)
            .args(settings)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut directory = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut directory).unwrap();
        assert!(!directory.is_empty(), "the server did not start");
        Some(Self { child, programs, directory: directory.trim_end().into(), schemas: AtomicU32::new(0) })
    }

    /// How to reach it; `more` is added to the description.
    pub(crate) fn options(&self, more: &str) -> PostgresOptions {
        PostgresOptions::new(self.description(more)).pool_size(4)
    }

    /// The same in words, for another process.
    pub(crate) fn description(&self, more: &str) -> String {
        format!("host={} user=postgres dbname=postgres {more}", self.directory.display())
    }

    /// A place of its own for a test's tables.
    pub(crate) fn schema(&self) -> String {
        let name = format!("test_{}", self.schemas.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE SCHEMA {name}"));
        name
    }

    /// Runs SQL by PostgreSQL's own client.
    pub(crate) fn run(&self, sql: &str) -> String {
        let output = self
            .client("psql")
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .output()
            .unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// One of PostgreSQL's own clients, told where the server is.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.env("PGHOST", &self.directory).env("PGUSER", "postgres").env("PGDATABASE", "postgres");
        command
    }

    /// Has PostgreSQL's own control program do something.
    pub(crate) fn control(&self, arguments: &[&str]) {
        let status = as_postgres(self.programs.join("pg_ctl"))
            .arg("-D")
            .arg(self.directory.join("data"))
            .arg("-l")
            .arg(self.directory.join("log"))
            .arg("-w")
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{arguments:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Where Debian keeps the newest server's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version = |directory: &PathBuf| directory.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).filter_map(|path| Some((version(&path)?, path))).max()?;
    let programs = newest.1.join("bin");
    ["initdb", "postgres", "pg_ctl", "psql"]
        .iter()
        .all(|program| programs.join(program).is_file())
        .then_some(programs)
}

/// PostgreSQL refuses to run as root.
fn as_postgres(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}
