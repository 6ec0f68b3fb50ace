//! Where everything is kept.

use anyhow::{Context, Result};
use cert_lifecycle::records::Records;
use cert_lifecycle::{PostgresOptions, PostgresStore, SqliteStore, Store, SystemClock};

use crate::settings::Settings;

/// A database that holds services, keys and records.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite(SqliteStore),
    Postgres(PostgresStore),
}

impl Database {
    /// The one that the settings name; none if they name none.
    pub(crate) async fn named(settings: &Settings) -> Result<Option<Self>> {
        let place = settings.secrets.database.as_deref().or(settings.database.as_deref());
        let Some(place) = place else { return Ok(None) };
        if !place.starts_with("postgres://") && !place.starts_with("postgresql://") {
            return Ok(Some(Self::Sqlite(SqliteStore::open(place).await?)));
        }
        let mut options = PostgresOptions::new(place);
        if let Some(roots) = &settings.database_roots {
            options = options.tls_roots(std::fs::read_to_string(roots).context("the roots can't be read")?);
        }
        Ok(Some(Self::Postgres(PostgresStore::connect(options).await?)))
    }

    /// The store of the services.
    pub(crate) fn store(&self) -> &dyn Store {
        match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }

    /// The gateway's records. They expire by the clock on the wall: a sandbox's days pass faster.
    pub(crate) fn records(&self) -> Records {
        match self {
            Self::Sqlite(store) => Records::new(store.clone(), SystemClock::default()),
            Self::Postgres(store) => Records::new(store.clone(), SystemClock::default()),
        }
    }
}
