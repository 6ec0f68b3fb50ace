//! `getDocumentsList`: which documents were handed in.

use super::operation;
use crate::wire::{DecodeError, EncodeError, Field, RawElement, Reader, Record, Start, Writer, record};

record! {
    /// Asks which documents were handed in for an order.
    pub struct GetDocumentsList {
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

/// Which documents were handed in. The sources know this operation by name only, so the answer is kept as the
/// elements that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetDocumentsListResponse {
    /// What follows the header, in order.
    pub elements: Vec<RawElement>,
}

impl From<Vec<RawElement>> for GetDocumentsListResponse {
    fn from(elements: Vec<RawElement>) -> Self {
        Self { elements }
    }
}

impl Record for GetDocumentsListResponse {
    const FIELDS: &'static [Field] = &[Field::ANYTHING];

    fn read_fields(_: &Start<'_>, reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        RawElement::read_all(reader).map(|(elements, _)| Self { elements })
    }

    fn write_fields(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        self.elements.iter().try_for_each(|element| element.write(writer))
    }
}

operation!(GetDocumentsList = "getDocumentsList", Read, GetDocumentsListResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden};

    fn element(name: &str, text: &str) -> RawElement {
        let mut element = RawElement::new(name).unwrap();
        element.text = text.into();
        element
    }

    #[test]
    fn matches_its_golden_files() {
        let mut document = element("document", "");
        document.children = vec![element("description", "register & more"), element("type", "ORGANIZATION")];
        let mut documents = element("documents", "");
        documents.children = vec![document];
        check(
            golden!("get_documents_list.request"),
            &GetDocumentsList::new("svc-1-1"),
            golden!("get_documents_list.response"),
            &GetDocumentsListResponse::from(vec![documents, element("complete", "false")]),
        );
    }

    #[test]
    fn keeps_whatever_comes() {
        let (_, response) = answered::<GetDocumentsList>(golden!("get_documents_list.response.foreign"));
        let [text, list] = response.elements.as_slice() else { panic!("{response:?}") };
        assert_eq!((text.name(), text.text.as_str()), ("summary", "two documents"));
        assert_eq!(list.find("document").count(), 2);
        assert_eq!(list.find("document").next().unwrap().find("fileName").next().unwrap().text, "a.pdf");
    }
}
