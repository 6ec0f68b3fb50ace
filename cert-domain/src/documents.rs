//! Documents that prove who an organization is.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::Field;
use crate::{Finding, Findings, Language, Problem};

/// What a document proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum DocumentKind {
    /// That somebody may act for the organization.
    Authorization,
    /// What a reseller checked.
    VerificationReport,
    /// What a reseller checked, on the fly.
    VerificationReportOtf,
    /// Who the applicant is.
    Applicant,
    /// That the organization exists.
    Organization,
    /// Something else.
    Additional,
}

impl DocumentKind {
    /// Every kind, for menus.
    pub const ALL: &[Self] = &[
        Self::Authorization,
        Self::VerificationReport,
        Self::VerificationReportOtf,
        Self::Applicant,
        Self::Organization,
        Self::Additional,
    ];

    /// The CA's word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "AUTHORIZATION",
            Self::VerificationReport => "VERIFICATION_REPORT",
            Self::VerificationReportOtf => "VERIFICATION_REPORT_OTF",
            Self::Applicant => "APPLICANT",
            Self::Organization => "ORGANIZATION",
            Self::Additional => "ADDITIONAL",
        }
    }

    /// What it proves, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Authorization => ("authorization", "upoważnienie"),
            Self::VerificationReport => ("verification report", "raport z weryfikacji"),
            Self::VerificationReportOtf => {
                ("verification report, on the fly", "raport z weryfikacji na bieżąco")
            }
            Self::Applicant => ("the applicant's identity", "tożsamość wnioskodawcy"),
            Self::Organization => ("the organization's existence", "istnienie organizacji"),
            Self::Additional => ("additional document", "dokument dodatkowy"),
        };
        language.choose(english, polish)
    }
}

impl FromStr for DocumentKind {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Self, Finding> {
        const PATH: &str = "document/type";
        let word = text.trim();
        let known = Self::ALL.iter().copied().find(|kind| kind.as_str() == word);
        known.ok_or_else(|| match word {
            "" => Finding::new(2064, PATH, Problem::Missing),
            _ => Finding::new(2083, PATH, Problem::UnknownDocumentKind).with_value(word),
        })
    }
}

/// A file of a document: its name and what it holds.
#[derive(Clone, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct DocumentFile {
    /// The file's name, 3 to 255 characters.
    pub name: String,
    /// What the file holds, at most 30 MB.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for DocumentFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The contents are nobody's business, and there is much of them.
        f.debug_struct("DocumentFile").field("bytes", &self.content.len()).finish_non_exhaustive()
    }
}

/// A document as it is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct DocumentForm {
    /// The kind, by the CA's word.
    pub kind: String,
    /// What it is, at most 1000 characters.
    pub description: String,
    /// The files, one at least.
    pub files: Vec<DocumentFile>,
}

/// A document that the CA takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// What it proves.
    pub kind: DocumentKind,
    /// What it is.
    pub description: String,
    /// The files.
    pub files: Vec<DocumentFile>,
}

/// A note for the validation officers, with documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct EvidenceForm {
    /// The note, at most 227 characters.
    pub note: String,
    /// The documents; may be left empty.
    pub documents: Vec<DocumentForm>,
}

/// A note for the validation officers that the CA takes, with documents.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The note.
    pub note: String,
    /// The documents.
    pub documents: Vec<Document>,
}

const NOTE: Field =
    Field { path: "verifyOrderParameters/note", missing: Some(2049), too_long: 2050, limit: 227 };
const DESCRIPTION: Field =
    Field { path: "document/description", missing: Some(2065), too_long: 2170, limit: 1000 };
const FILE_NAME: &str = "document/files/file/fileName";
const CONTENT: &str = "document/files/file/content";

impl EvidenceForm {
    /// What the form hands in.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self) -> Result<Evidence, Findings> {
        let mut findings = Findings::new();
        let note = findings.keep(NOTE.required(&self.note));
        let documents: Vec<_> =
            self.documents.iter().filter_map(|document| findings.keep_all(document.check())).collect();
        match note {
            Some(note) if findings.is_empty() => Ok(Evidence { note, documents }),
            _ => Err(findings),
        }
    }

    /// Everything that is wrong with it, each with its field, and the numbers of the document and the file:
    /// `documents.1.files.0.name`.
    #[must_use]
    pub fn problems(&self) -> Vec<(String, Finding)> {
        let note = NOTE.required(&self.note).err().map(|finding| ("note".to_owned(), finding));
        let documents = self.documents.iter().enumerate().flat_map(|(number, document)| {
            let problems = document.problems().into_iter();
            problems.map(move |(field, finding)| (format!("documents.{number}.{field}"), finding))
        });
        note.into_iter().chain(documents).collect()
    }
}

impl DocumentForm {
    /// The document that the form hands in.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self) -> Result<Document, Findings> {
        let findings: Findings = self.problems().into_iter().map(|(_, finding)| finding).collect();
        match (self.kind.parse(), DESCRIPTION.required(&self.description)) {
            (Ok(kind), Ok(description)) if findings.is_empty() => {
                Ok(Document { kind, description, files: self.files.clone() })
            }
            _ => Err(findings),
        }
    }

    /// Everything that is wrong with it, each with its field.
    fn problems(&self) -> Vec<(String, Finding)> {
        let kind = self.kind.parse::<DocumentKind>().err().map(|finding| ("kind".to_owned(), finding));
        let description = DESCRIPTION.required(&self.description).err();
        let description = description.map(|finding| ("description".to_owned(), finding));
        let none = Finding::new(2067, "document/files/file", Problem::Missing);
        let none = self.files.is_empty().then(|| ("files".to_owned(), none));
        let files = self.files.iter().enumerate().flat_map(|(number, file)| {
            let problems = file.problems();
            problems.map(move |(field, finding)| (format!("files.{number}.{field}"), finding))
        });
        kind.into_iter().chain(description).chain(none).chain(files).collect()
    }
}

impl DocumentFile {
    /// The most that a file may hold.
    const MEBIBYTES: usize = 30;

    /// What is wrong with its name and with what it holds.
    fn problems(&self) -> impl Iterator<Item = (&'static str, Finding)> + use<> {
        const LEAST: usize = 3;
        const MOST: usize = 255;
        let length = self.name.chars().count();
        let name = match length {
            0 => Some((2068, Problem::Missing)),
            _ if !(LEAST..=MOST).contains(&length) => {
                Some((2082, Problem::FileNameLength { least: LEAST, most: MOST }))
            }
            _ if self.name.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|']) => {
                Some((2081, Problem::FileNameCharacter))
            }
            _ => None,
        };
        let name = name.map(|(code, problem)| Finding::new(code, FILE_NAME, problem).with_value(&*self.name));
        let content = match self.content.len() {
            0 => Some(Finding::new(2069, CONTENT, Problem::Missing)),
            bytes if bytes > Self::MEBIBYTES * 1024 * 1024 => {
                let problem = Problem::FileTooLarge { mebibytes: Self::MEBIBYTES };
                Some(Finding::new(2085, "document/files/file", problem).with_value(&*self.name))
            }
            _ => None,
        };
        let name = name.map(|finding| ("name", finding));
        name.into_iter().chain(content.map(|finding| ("content", finding)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(kind: &str, name: &str, bytes: usize) -> DocumentForm {
        let file = DocumentFile { name: name.into(), content: vec![0; bytes] };
        DocumentForm { kind: kind.into(), description: "register".into(), files: vec![file] }
    }

    fn codes(form: &DocumentForm) -> Vec<u32> {
        form.check().err().unwrap_or_default().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn takes_what_the_ca_takes() {
        for kind in DocumentKind::ALL {
            assert_eq!(codes(&document(kind.as_str(), "krs.pdf", 1)), [0u32; 0]);
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        let most = document("APPLICANT", &"x".repeat(255), 30 * 1024 * 1024);
        let form = EvidenceForm { note: "x".repeat(227), documents: vec![most.clone()] };
        let evidence = form.check().unwrap();
        assert_eq!((&evidence.note, evidence.documents.len()), (&form.note, 1));
        assert_eq!(evidence.documents[0].kind, DocumentKind::Applicant);
        assert_eq!(evidence.documents[0].files, most.files);
    }

    #[test]
    fn reports_everything_at_once() {
        assert_eq!(codes(&DocumentForm::default()), [2064, 2065, 2067]);
        assert_eq!(codes(&document("PASSPORT", "ab", 0)), [2083, 2082, 2069]);
        assert_eq!(codes(&document("APPLICANT", "a/b.pdf", 30 * 1024 * 1024 + 1)), [2081, 2085]);
        let form = EvidenceForm { note: "x".repeat(228), documents: vec![document("APPLICANT", "", 1)] };
        let found: Vec<u32> = form.check().unwrap_err().into_iter().map(|finding| finding.code).collect();
        assert_eq!(found, [2050, 2068]);
        let form = EvidenceForm { note: "x".into(), documents: vec![DocumentForm::default()] };
        assert_eq!(form.check().unwrap_err().as_slice().len(), 3);
    }

    #[test]
    fn says_of_which_document_and_file_each_is() {
        let mut second = document("PASSPORT", "krs.pdf", 1);
        second.files.push(DocumentFile { name: "ab".into(), content: Vec::new() });
        let documents = vec![DocumentForm::default(), document("APPLICANT", "id.pdf", 1), second];
        let form = EvidenceForm { note: String::new(), documents };
        let (fields, found): (Vec<_>, Vec<_>) = form.problems().into_iter().unzip();
        let expected = [
            "note",
            "documents.0.kind",
            "documents.0.description",
            "documents.0.files",
            "documents.2.kind",
            "documents.2.files.1.name",
            "documents.2.files.1.content",
        ];
        assert_eq!(fields, expected);
        assert_eq!(form.check().unwrap_err().as_slice(), found);
    }

    #[test]
    fn prints_how_much_a_file_holds_and_nothing_of_it() {
        let printed = format!("{:?}", document("APPLICANT", "nowak.pdf", 7));
        assert!(printed.contains("bytes: 7") && !printed.contains("nowak"), "{printed}");
    }
}
