//! One run of the program: settings, output, and what they open.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use cert_domain::Language;
use cert_lifecycle::precheck::NetworkLookups;
use cert_lifecycle::view::ServiceView;
use cert_lifecycle::{
    Certum, Clock, Error, Lifecycle, MemoryStore, Role, Service, SqliteStore, Store, SystemClock,
    WorkerPolicy,
};
use certum_api::Client;
use jiff::Timestamp;

use crate::config::Settings;
use crate::failure::Failure;
use crate::output::Output;
use crate::surroundings::Surroundings;

/// One run of the program.
pub(crate) struct Session<'a> {
    pub(crate) output: &'a Output,
    pub(crate) settings: Settings,
    pub(crate) surroundings: Surroundings,
}

impl Session<'_> {
    pub(crate) fn language(&self) -> Language {
        self.output.texts.language()
    }

    pub(crate) fn now(&self) -> Timestamp {
        SystemClock::default().now()
    }

    /// A service, as whoever runs this program is shown it.
    pub(crate) fn view(&self, service: &Service) -> ServiceView {
        ServiceView::of(service, Role::Reseller, self.language(), self.now())
    }

    /// The CA.
    pub(crate) fn authority(&self) -> Result<Certum, Failure> {
        let credentials = self.settings.credentials(&self.surroundings, &self.output.texts)?;
        let client = Client::builder(self.settings.environment.clone(), credentials).build();
        let certum =
            Certum::new(client.map_err(|error| Failure::usage("failed-endpoint", &[]).because(error))?);
        Ok(match self.settings.mode {
            Some(mode) => certum.in_mode(mode),
            None => certum,
        })
    }

    /// The services of the store.
    pub(crate) async fn lifecycle(&self) -> Result<Lifecycle, Failure> {
        let path = self.settings.store.as_ref().ok_or_else(|| Failure::usage("failed-no-store", &[]))?;
        let authority = self.authority()?;
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            let mut builder = DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.recursive(true).create(directory).map_err(|error| Failure::file(directory, error))?;
        }
        Ok(self.lifecycle_over(SqliteStore::open(path).await.map_err(Error::from)?, authority))
    }

    /// Services of which nothing is kept: to validate a form.
    pub(crate) fn passing_lifecycle(&self) -> Result<Lifecycle, Failure> {
        Ok(self.lifecycle_over(MemoryStore::new(), self.authority()?))
    }

    fn lifecycle_over(&self, store: impl Store + 'static, authority: Certum) -> Lifecycle {
        let builder = Lifecycle::builder(store, authority).policy(WorkerPolicy::attentive());
        match self.settings.resolver.map_or_else(NetworkLookups::system, NetworkLookups::new) {
            Ok(lookups) => builder.lookups(lookups).build(),
            // Nothing is seen from here: somebody has to say when the CA is to look.
            Err(_) => builder.build(),
        }
    }

    /// The one service that somebody names.
    pub(crate) async fn find(&self, lifecycle: &Lifecycle, named: &str) -> Result<Service, Failure> {
        match lifecycle.find(named).await?[..] {
            [id] => Ok(lifecycle.service(id).await?),
            [] => Err(Failure::usage("failed-no-service", &[("service", &named)])),
            _ => Err(Failure::usage("failed-many-services", &[("service", &named)])),
        }
    }
}

/// What a file holds, or standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes),
        false => fs::read(path),
    };
    read.map_err(|error| Failure::file(path, error))
}

/// The same as text. What is none is for others to refuse.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

/// Writes a file that was not there before; one with a key only its owner can read.
pub(crate) fn write_new(path: &Path, contents: &[u8], is_secret: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if is_secret { 0o600 } else { 0o644 });
    let written = options.write(true).create_new(true).open(path).and_then(|mut file| {
        file.write_all(contents)?;
        file.sync_all()
    });
    written.map_err(|error| Failure::file(path, error))
}
