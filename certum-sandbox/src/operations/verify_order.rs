//! `verifyOrder`: hands in notes and documents.

use certum_api::operations::{VerifyOrder, VerifyOrderResponse};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::StoredDocument,
    service::Service,
    validate::{self, Findings, refusal},
};

impl Serve for VerifyOrder {
    /// What is handed in is kept for an officer, who decides through the control API.
    async fn serve(self, service: &Service) -> Result<Served<VerifyOrderResponse>, Refused> {
        let mut findings = Findings::default();
        validate::check_documents(&self.parameters, &mut findings);
        findings.stop()?;
        let order_id = self.parameters.order_id.as_str();
        let (mut book, now) = service.settled();
        let (key, order) = orders::find(&book, order_id)?;
        if !order.is_open() {
            return Err(refusal(2056, order_id).into());
        }
        let documents = self.parameters.documents.map(|documents| documents.items).unwrap_or_default();
        let stored = documents.into_iter().map(|document| StoredDocument {
            kind: document.kind,
            description: document.description,
            file_names: document.files.items.into_iter().map(|file| file.name).collect(),
            received_at: now,
        });
        let stored: Vec<_> = stored.collect();
        book.change(key, now, |order| {
            order.documents.extend(stored);
            order.noted_at = Some(now);
        });
        Ok(VerifyOrderResponse::new().into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.parameters.order_id.clone())
    }
}
