//! `verifyOrder`: hands in notes and documents.

use super::operation;
use crate::types::Documents;
use crate::wire::record;

record! {
    /// Hands in a note, and documents, for the CA's people who verify the order.
    pub struct VerifyOrder {
        /// For which order, and what.
        required parameters: VerifyOrderParameters = "verifyOrderParameters",
    }
}

record! {
    /// What is handed in.
    pub struct VerifyOrderParameters {
        /// A note, at most 227 characters.
        required note: String = "note",
        /// The order's identifier.
        required order_id: String = "orderID",
        /// The documents.
        optional documents: Documents = "documents",
    }
}

record! {
    /// It was handed in.
    pub struct VerifyOrderResponse {}
}

operation!(VerifyOrder = "verifyOrder", Verification, VerifyOrderResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden};

    use crate::types::{Document, DocumentFile, DocumentType, FileContent};

    #[test]
    fn matches_its_golden_files() {
        let file = |name: &str, content: &[u8]| DocumentFile::new(name, FileContent::from_bytes(content));
        let mut parameters = VerifyOrderParameters::new("the extract from the register", "svc-1-1");
        parameters.documents = Some(Documents::from_iter([
            Document::new(
                "register",
                DocumentType::Organization,
                [file("page1.pdf", b"first"), file("page2.pdf", b"second")]
                    .into_iter()
                    .collect::<crate::types::DocumentFiles>(),
            ),
            Document::new(
                "consent",
                DocumentType::from("NEW_KIND"),
                [file("consent.pdf", b"")].into_iter().collect::<crate::types::DocumentFiles>(),
            ),
        ]));
        check(
            golden!("verify_order.request"),
            &VerifyOrder::new(parameters),
            golden!("verify_order.response"),
            &VerifyOrderResponse::new(),
        );
    }
}
