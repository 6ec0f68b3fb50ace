//! What a customer hands in to prove who they are.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::wire::{DecodeError, Element, EncodeError, Reader, Start, Type, Writer, open_enum, record};

open_enum! {
    /// What a document proves.
    pub enum DocumentType {
        /// That the applicant may order.
        Authorization = "AUTHORIZATION",
        /// A report on a verification.
        VerificationReport = "VERIFICATION_REPORT",
        /// A report on a verification, of the kind that the service calls OTF.
        VerificationReportOtf = "VERIFICATION_REPORT_OTF",
        /// Who the applicant is.
        Applicant = "APPLICANT",
        /// That the organization exists.
        Organization = "ORGANIZATION",
        /// Anything else.
        Additional = "ADDITIONAL",
    }
}

record! {
    /// A document of one or more files.
    pub struct Document {
        /// What it is, at most 1000 characters.
        required description: String = "description",
        /// What it proves.
        required kind: DocumentType = "type",
        /// Its files.
        required files: DocumentFiles = "files",
    }
}

record! {
    /// Documents.
    pub struct Documents {
        /// One after another; at least one.
        repeated items: Document = "document",
    }
}

impl FromIterator<Document> for Documents {
    fn from_iter<I: IntoIterator<Item = Document>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

record! {
    /// The files of a document.
    pub struct DocumentFiles {
        /// One after another; at least one.
        repeated items: DocumentFile = "file",
    }
}

impl FromIterator<DocumentFile> for DocumentFiles {
    fn from_iter<I: IntoIterator<Item = DocumentFile>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

record! {
    /// A file.
    pub struct DocumentFile {
        /// Its name: 3 to 255 characters, none of `\ / : * ? " < > |`.
        required name: String = "fileName",
        /// What is in it.
        required content: FileContent = "content",
    }
}

/// The content of a file, at most 30 MB, as it travels: base64. `Debug` keeps it to itself.
#[derive(Clone, PartialEq, Eq)]
pub struct FileContent(String);

impl FileContent {
    /// The content of a file with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(STANDARD.encode(bytes))
    }

    /// The content as it stands on the wire, whatever that is.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }

    /// The file's bytes, or `None` if what came is no base64 (code 2070). White space in it is read over.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        if self.0.contains(|c: char| c.is_ascii_whitespace()) {
            let joined: String = self.0.split_ascii_whitespace().collect();
            return STANDARD.decode(joined).ok();
        }
        STANDARD.decode(&self.0).ok()
    }
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} characters of base64]", self.0.len())
    }
}

impl Element for FileContent {
    const TYPE: Type = Type::Simple("base64Binary");

    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Ok(String::read(start, reader)?.map(Self))
    }

    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        self.0.write(name, writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_base64_of_any_line_width_and_nothing_else() {
        assert_eq!(FileContent("aGVs\n  bG8=\n".into()).to_bytes().unwrap(), b"hello");
        assert_eq!(FileContent("not base64!".into()).to_bytes(), None);
        assert_eq!(FileContent::from_bytes(b"hello").as_base64(), "aGVsbG8=");
    }

    #[test]
    fn prints_no_content() {
        let file = DocumentFile::new("id.pdf", FileContent::from_bytes(b"hello"));
        assert!(!format!("{file:?}").contains("aGVs"));
    }
}
