//! `getDocumentsList`: what was handed in for an order.
//!
//! The real answer's form is not known. This one repeats the names of `verifyOrder`, without the contents.

use certum_api::{
    operations::{GetDocumentsList, GetDocumentsListResponse},
    wire::RawElement,
};

use super::{Refused, Serve, Served, orders};
use crate::{orders::StoredDocument, service::Service};

impl Serve for GetDocumentsList {
    async fn serve(self, service: &Service) -> Result<Served<GetDocumentsListResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (book, _) = service.settled();
        let (_, order) = orders::find(&book, &self.order_id)?;
        let documents = order.documents.iter().filter_map(tell).collect();
        let list = with_children("documents", documents);
        Ok(GetDocumentsListResponse::from(Vec::from_iter(list)).into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

fn tell(document: &StoredDocument) -> Option<RawElement> {
    let files = document
        .file_names
        .iter()
        .filter_map(|name| with_children("file", vec![with_text("fileName", name)?]));
    with_children(
        "document",
        vec![
            with_text("description", &document.description)?,
            with_text("type", document.kind.as_str())?,
            with_text("date", &document.received_at.to_string())?,
            with_children("files", files.collect())?,
        ],
    )
}

fn with_children(name: &str, children: Vec<RawElement>) -> Option<RawElement> {
    let mut element = RawElement::new(name)?;
    element.children = children;
    Some(element)
}

fn with_text(name: &str, text: &str) -> Option<RawElement> {
    let mut element = RawElement::new(name)?;
    element.text = text.to_owned();
    Some(element)
}
