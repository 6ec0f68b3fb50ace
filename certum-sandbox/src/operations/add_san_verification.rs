//! `addSanVerification`: a fresh code, and perhaps another way to prove the names.

use certum_api::operations::{AddSanVerification, AddSanVerificationResponse};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{
    orders::Verification,
    service::Service,
    validate::{ApproverCodes, Findings, read_approver, refusal},
};

impl Serve for AddSanVerification {
    /// With an approver the way changes; without one the same way starts anew. Either way the former code
    /// stops working, and messages sent for it approve nothing any more.
    async fn serve(self, service: &Service, now: Timestamp) -> Result<AddSanVerificationResponse, Refused> {
        orders::check_order_id(&self.order_id)?;
        let mut book = service.book();
        let order = book.order(&self.order_id).ok_or_else(|| refusal(1033, self.order_id.as_str()))?;
        if !order.can_be_verified(now) {
            return Err(refusal(1176, self.order_id.as_str()).into());
        }
        let approver = match &self.san_approver {
            None => order.verification.approver.clone(),
            Some(wanted) => {
                let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
                let mut findings = Findings::default();
                let approver = read_approver(Some(wanted), &names, &ApproverCodes::CHANGED, &mut findings);
                match approver {
                    Some(approver) if findings.is_empty() && approver == order.verification.approver => {
                        findings.add(1173);
                        return Err(findings.into());
                    }
                    Some(approver) if findings.is_empty() => approver,
                    _ => return Err(findings.into()),
                }
            }
        };
        let code = service.new_code(approver.method);
        book.renew_code(&self.order_id, Verification { approver, code, given_at: now }, &service.random);
        let mut response = AddSanVerificationResponse::new();
        response.san_verification = book.order(&self.order_id).map(orders::san_verification);
        Ok(response)
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}
