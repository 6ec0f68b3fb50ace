//! The bundle on disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use csr_tools::{Artefact, Bundle, PrivateKey};

use crate::problem::Problem;

/// A directory that a bundle can be written to.
#[derive(Debug)]
pub(crate) struct BundleDirectory(PathBuf);

impl BundleDirectory {
    /// Makes the directory, and sees whether it can be written to: before anything is bought.
    pub(crate) fn prepare(path: &Path) -> Result<Self, Problem> {
        let failed = |error: io::Error| {
            Problem::about("--out", path.display(), format!("can't be written to: {error}"))
        };
        fs::create_dir_all(path).map_err(failed)?;
        tempfile::tempfile_in(path).map_err(failed)?;
        Ok(Self(path.to_owned()))
    }

    /// Writes the bundle, and moves an earlier one out of the way: no key is ever overwritten.
    pub(crate) fn write(&self, bundle: &Bundle, root_pem: &str) -> Result<Vec<PathBuf>, Problem> {
        let files: Vec<_> =
            bundle.artefacts().iter().map(|artefact| self.0.join(artefact.file_name())).collect();
        let failed = |path: &Path, error| Problem::about("--out", path.display(), error);
        let root = self.root_path();
        let all: Vec<_> = files.iter().cloned().chain([root.clone()]).collect();
        if all.iter().any(|path| path.exists()) {
            self.set_aside(&all).map_err(|error| failed(&self.0, error))?;
        }
        for (artefact, path) in bundle.artefacts().iter().zip(&files) {
            write_artefact(artefact, path).map_err(|error| failed(path, error))?;
        }
        fs::write(&root, root_pem).map_err(|error| failed(&root, error))?;
        // The bundle has it now.
        let pending = self.pending_key_path();
        if pending.exists() {
            fs::remove_file(&pending).map_err(|error| failed(&pending, error))?;
        }
        Ok(all)
    }

    /// Keeps a fresh key before anything is bought for it: a crash must not lose the key of a paid certificate.
    pub(crate) fn keep_key(&self, key: &PrivateKey) -> Result<(), Problem> {
        let path = self.pending_key_path();
        let failed = |error: &dyn std::fmt::Display| Problem::about("--out", path.display(), error);
        if path.exists() {
            self.set_aside(std::slice::from_ref(&path)).map_err(|error| failed(&error))?;
        }
        let pem = key.to_pkcs8_pem().map_err(|error| failed(&error))?;
        let mut file = create(&path, true).map_err(|error| failed(&error))?;
        file.write_all(pem.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_directory(&self.0))
            .map_err(|error| failed(&error))
    }

    fn pending_key_path(&self) -> PathBuf {
        self.0.join("pending.key")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The sandbox's root, which nobody else trusts.
    pub(crate) fn root_path(&self) -> PathBuf {
        self.0.join("sandbox-root.crt")
    }

    fn set_aside(&self, files: &[PathBuf]) -> io::Result<()> {
        let mut number = 1_u32;
        let aside = loop {
            let candidate = self.0.join(format!("previous-{number}"));
            match fs::create_dir(&candidate) {
                Ok(()) => break candidate,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        };
        for file in files.iter().filter(|file| file.exists()) {
            if let Some(name) = file.file_name() {
                fs::rename(file, aside.join(name))?;
            }
        }
        Ok(())
    }
}

fn write_artefact(artefact: &Artefact, path: &Path) -> io::Result<()> {
    let mut file = create(path, artefact.is_secret())?;
    file.write_all(artefact.contents())?;
    file.sync_all()
}

/// A file that was not there before; a secret one only its owner can read.
#[cfg(unix)]
fn create(path: &Path, secret: bool) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mode = if secret { 0o600 } else { 0o644 };
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _secret: bool) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Has the directory itself remember a new file.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
