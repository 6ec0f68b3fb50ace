//! Everything that an order waits for, at once: for demonstrations and trials.

use crate::{
    checks::{Method, file_proof},
    error::{ControlError, InvalidInput},
    orders::Standing,
    service::{Service, VerificationDecision},
};
use certum_api::types::OrderVerificationState;

impl Service {
    /// Publishes the proofs, follows the links, and decides what officers would. Nobody is told to look: whoever ordered
    /// asks for that, or the CA looks by itself in its time.
    pub(crate) async fn satisfy(&self, order_id: &str) -> Result<(), ControlError> {
        self.catch_up().await;
        let (key, proofs, wanted) = {
            let (book, _) = self.settled();
            let (key, order) = book.newest(order_id).ok_or(ControlError::NotFound { what: "order" })?;
            let verification = order.verification.as_ref();
            let proofs: Vec<(Method, String, String)> = verification
                .into_iter()
                .flat_map(|asked| {
                    order.names.iter().map(|name| (asked.approver.method, name.name.domain(), &asked.code))
                })
                .map(|(method, domain, code)| (method, domain.to_owned(), code.clone()))
                .collect();
            let wanted: Vec<_> =
                order.checks.iter().filter(|check| check.standing == Standing::Required).collect();
            (key, proofs, wanted.into_iter().map(|check| check.kind.wire()).collect::<Vec<_>>())
        };
        for (method, domain, code) in proofs {
            if let Some(record) = method.record(&domain, &code) {
                self.publish_dns(record.map_err(unpublished)?);
            }
            if method == Method::File {
                let (path, body) = file_proof(&code);
                self.publish_http(&domain, path, &body).map_err(unpublished)?;
            }
        }
        let letters: Vec<_> = self.book().inbox.about(key).cloned().collect();
        for letter in letters {
            // Former letters and those that ask for nothing can't be answered.
            let _ = self.approve(letter).await;
        }
        for kind in wanted {
            // A letter may have settled it.
            let _ = self
                .decide(order_id, VerificationDecision::new(kind, OrderVerificationState::Verified))
                .await;
        }
        Ok(())
    }
}

fn unpublished(error: InvalidInput) -> ControlError {
    ControlError::Conflict { reason: error.to_string() }
}
