//! `performSanVerification`: looks for the code now.

use certum_api::{
    operations::{PerformSanVerification, PerformSanVerificationResponse},
    types::ResponseError,
};
use jiff::Timestamp;

use super::{Refused, Serve};
use crate::{
    checks::Method,
    names::CertName,
    orders::Status,
    service::Service,
    validate::{Findings, is_longer},
};

/// The longest code.
const MAX_CODE: usize = 255;

impl Serve for PerformSanVerification {
    /// The call succeeds when the CA has looked, whatever it found: that is told by
    /// `getSanVerificationState`.
    async fn serve(
        self,
        service: &Service,
        now: Timestamp,
    ) -> Result<PerformSanVerificationResponse, Refused> {
        let Some(order) = find_work(service, &self.code, now)? else {
            return Ok(PerformSanVerificationResponse::new());
        };
        let method = Some(order.method).filter(|method| method.is_looked_up());
        let findings = service.checker.check(&order.names, &self.code, method).await;
        // The world may have moved on meanwhile: what was found counts for the code that was looked for.
        let mut book = service.book();
        if let Some(order) = book.order_mut(&order.id).filter(|order| order.verification.code == self.code)
            && order.can_be_verified(now)
        {
            order.record(&findings, now);
        }
        Ok(PerformSanVerificationResponse::new())
    }

    fn order_id(&self, service: &Service) -> Option<String> {
        service.book().order_of_code(&self.code).map(|order| order.id.clone())
    }
}

/// What is to be looked at, copied out of the book so that it isn't locked meanwhile.
struct Work {
    id: String,
    names: Vec<CertName>,
    method: Method,
}

/// The order that the code belongs to; none if all is proven already.
fn find_work(service: &Service, code: &str, now: Timestamp) -> Result<Option<Work>, Vec<ResponseError>> {
    // A code is not told back: in the answer it would be of use to whoever reads logs.
    let refuse = |number| {
        let mut findings = Findings::default();
        findings.add(number);
        findings.into_errors()
    };
    if code.trim().is_empty() {
        return Err(refuse(1182));
    }
    if is_longer(code, MAX_CODE) {
        return Err(refuse(1183));
    }
    let book = service.book();
    let order = book.order_of_code(code).ok_or_else(|| refuse(1186))?;
    if order.verification.code != code {
        return Err(refuse(1184));
    }
    if order.status(now) == Status::Rejected {
        return Err(refuse(1176));
    }
    Ok(order.can_be_verified(now).then(|| Work {
        id: order.id.clone(),
        names: order.names.iter().map(|state| state.name.clone()).collect(),
        method: order.verification.approver.method,
    }))
}
