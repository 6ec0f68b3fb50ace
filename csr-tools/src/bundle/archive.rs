//! Archives of files.
//!
//! The `zip` crate writes them, without its optional features: a bundle is a few kilobytes, so that
//! compression gains nothing. Lengths stand before the contents, which readers of streams need, and every
//! file has the same date, the first that the format knows: this crate has no clock.

use std::io::{Cursor, Read as _, Write as _};

use zeroize::Zeroizing;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{Artefact, ArtefactKind, Bundle, BundleError};

/// What an entry costs beside its name (which stands twice) and its contents, rounded up.
const OVERHEAD: usize = 200;

impl Bundle {
    /// Puts files into a `.zip`. It is a secret if one of them is, and secret files in it are marked as for
    /// their owner only.
    ///
    /// # Errors
    /// [`BundleError::Archive`] if two files have the same name, or [`BundleError::ReadBack`].
    pub fn archive(&self, files: &[Artefact]) -> Result<Artefact, BundleError> {
        let contents = write(files).map_err(|_| BundleError::Archive)?;
        if !reads_back(&contents, files).map_err(|_| BundleError::Archive)? {
            return Err(BundleError::ReadBack(ArtefactKind::Archive));
        }
        Ok(Artefact::archive(&self.stem, contents, files.iter().any(Artefact::is_secret)))
    }
}

fn write(files: &[Artefact]) -> Result<Zeroizing<Vec<u8>>, ZipError> {
    let size = files.iter().map(|file| file.contents().len() + 2 * file.file_name().len() + OVERHEAD);
    // Sized once: growing would leave copies of a key behind.
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(size.sum::<usize>() + OVERHEAD)));
    for file in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(if file.is_secret() { 0o600 } else { 0o644 });
        writer.start_file(file.file_name(), options)?;
        writer.write_all(file.contents())?;
    }
    Ok(Zeroizing::new(writer.finish()?.into_inner()))
}

fn reads_back(contents: &[u8], files: &[Artefact]) -> Result<bool, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(contents))?;
    if archive.len() != files.len() {
        return Ok(false);
    }
    for file in files {
        let mut entry = archive.by_name(file.file_name())?;
        let mut read = Zeroizing::new(Vec::with_capacity(file.contents().len() + 1));
        entry.read_to_end(&mut read)?;
        if *read != file.contents() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data as data;

    fn bundle() -> Bundle {
        Bundle::new(&data::leaf(), &[data::intermediate()], Some(&data::leaf_key())).unwrap()
    }

    #[test]
    fn an_archive_is_as_secret_as_its_files() {
        let bundle = bundle();
        let (secret, public): (Vec<_>, Vec<_>) =
            bundle.artefacts().iter().cloned().partition(Artefact::is_secret);
        assert!(!bundle.archive(&public).unwrap().is_secret());
        assert!(bundle.archive(&secret).unwrap().is_secret());
    }

    #[test]
    fn the_same_files_make_the_same_archive_without_growing() {
        let bundle = bundle();
        let [one, other] = [(), ()].map(|()| write(bundle.artefacts()).unwrap());
        assert_eq!(one, other);
        let size: usize = bundle
            .artefacts()
            .iter()
            .map(|file| file.contents().len() + 2 * file.file_name().len() + OVERHEAD)
            .sum();
        assert!(one.capacity() == size + OVERHEAD, "{} of {size}", one.capacity());
    }

    #[test]
    fn refuses_two_files_of_one_name() {
        let bundle = bundle();
        let twice = [bundle.artefacts()[0].clone(), bundle.artefacts()[0].clone()];
        assert_eq!(bundle.archive(&twice).unwrap_err(), BundleError::Archive);
    }
}
