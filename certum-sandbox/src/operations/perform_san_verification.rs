//! `performSanVerification`: looks for the code now.

use certum_api::{
    operations::{PerformSanVerification, PerformSanVerificationResponse},
    types::ResponseError,
};

use super::{Refused, Serve, Served, orders::refuse};
use crate::{
    orders::{OrderKey, Status},
    service::Service,
    validate::is_longer,
};

/// The longest code.
const MAX_CODE: usize = 255;

impl Serve for PerformSanVerification {
    /// The call succeeds when the CA has looked, whatever it found: that is told by
    /// `getSanVerificationState`.
    async fn serve(self, service: &Service) -> Result<Served<PerformSanVerificationResponse>, Refused> {
        let key = find(service, &self.code)?;
        service.look(key).await;
        Ok(PerformSanVerificationResponse::new().into())
    }

    fn order_id(&self, service: &Service) -> Option<String> {
        service.book().of_code(&self.code).map(|(_, order)| order.id.clone())
    }
}

/// The order that the code belongs to. A code is not told back: in the answer it would be of use to whoever
/// reads logs.
fn find(service: &Service, code: &str) -> Result<OrderKey, Vec<ResponseError>> {
    if code.trim().is_empty() {
        return Err(refuse(1182));
    }
    if is_longer(code, MAX_CODE) {
        return Err(refuse(1183));
    }
    let (book, now) = service.settled();
    let (key, order) = book.of_code(code).ok_or_else(|| refuse(1186))?;
    if !order.has_code(code) {
        return Err(refuse(1184));
    }
    if order.status(now) == Status::Rejected {
        return Err(refuse(1176));
    }
    Ok(key)
}
