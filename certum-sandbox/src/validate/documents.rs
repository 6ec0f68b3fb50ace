//! Notes and documents for the CA's people.

use certum_api::{
    operations::VerifyOrderParameters,
    types::{Document, DocumentFile, DocumentType},
};

use super::{
    Findings,
    texts::{ABSENT, check_asked_id, check_length, check_note, is_blank},
};

const MAX_NOTE: usize = 227;
const MAX_DESCRIPTION: usize = 1000;
const MAX_FILE_BYTES: usize = 30 << 20;
const FILE_NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=255;

/// What the names of files may not hold.
const FORBIDDEN: [char; 9] = ['\\', '/', ':', '*', '?', '"', '<', '>', '|'];

pub(crate) fn check_documents(parameters: &VerifyOrderParameters, findings: &mut Findings) {
    let VerifyOrderParameters { note, order_id, documents, .. } = parameters;
    if is_blank(note) {
        findings.add(2049);
    }
    check_note(Some(note), MAX_NOTE, 2050, findings);
    check_asked_id(order_id, 2055, findings);
    let Some(documents) = documents else { return };
    if documents.items.is_empty() {
        findings.add(2063);
    }
    for document in &documents.items {
        check_document(document, findings);
    }
}

fn check_document(document: &Document, findings: &mut Findings) {
    if is_blank(&document.description) {
        findings.add(2065);
    }
    check_length(Some(&document.description), MAX_DESCRIPTION, 2170, findings);
    match &document.kind {
        DocumentType::Unknown(kind) if kind == ABSENT => findings.add(2064),
        DocumentType::Unknown(kind) => findings.add_with(2083, kind.as_str()),
        _ => {}
    }
    match document.files.items.as_slice() {
        [] => findings.add(2067),
        // What stands for the list where there is none.
        [file] if file.name == ABSENT => findings.add(2066),
        files => files.iter().for_each(|file| check_file(file, findings)),
    }
}

/// An empty file says as little as none.
fn check_file(file: &DocumentFile, findings: &mut Findings) {
    let name = file.name.as_str();
    if is_blank(name) {
        findings.add(2068);
    } else {
        if !FILE_NAME_LENGTH.contains(&name.chars().count()) {
            findings.add_with(2082, name);
        }
        if name.contains(FORBIDDEN) {
            findings.add_with(2081, name);
        }
    }
    match file.content.to_bytes() {
        Some(bytes) if bytes.is_empty() => findings.add(2069),
        Some(bytes) if bytes.len() > MAX_FILE_BYTES => findings.add_with(2085, name),
        Some(_) => {}
        None => findings.add_with(2070, name),
    }
}
