//! `addSanVerification`: a fresh code, and perhaps another way to prove the names.

use certum_api::operations::{AddSanVerification, AddSanVerificationResponse};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::Verification,
    service::Service,
    validate::{ApproverCodes, Findings, check_supported, read_approver, refusal},
};

impl Serve for AddSanVerification {
    /// With an approver the way changes; without one the same way starts anew. Either way the former code
    /// stops working, and messages sent for it approve nothing any more.
    async fn serve(self, service: &Service) -> Result<Served<AddSanVerificationResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (mut book, now) = service.settled();
        let (key, order) = orders::find(&book, &self.order_id)?;
        let mut findings = Findings::default();
        check_supported(order.product, order.product.has_names(), &mut findings);
        findings.stop()?;
        if !order.can_be_verified(now) {
            return Err(refusal(1176, self.order_id.as_str()).into());
        }
        let former = order.verification.as_ref().map(|verification| verification.approver.clone());
        let approver = match (&self.san_approver, former) {
            (None, Some(former)) => former,
            (wanted, former) => {
                let names: Vec<_> = order.names.iter().map(|state| state.name.clone()).collect();
                let mut findings = Findings::default();
                let approver = read_approver(wanted.as_ref(), &names, &ApproverCodes::CHANGED, &mut findings);
                match approver {
                    Some(approver) if findings.is_empty() => {
                        if former.is_some_and(|former| former.is_same_way(&approver)) {
                            findings.add(1173);
                            return Err(findings.into());
                        }
                        approver
                    }
                    _ => return Err(findings.into()),
                }
            }
        };
        let code = service.new_code(approver.method);
        let verification = Verification { approver, code, given_at: now };
        book.renew_code(key, verification, &service.random);
        let mut response = AddSanVerificationResponse::new();
        response.san_verification = book.get(key).and_then(orders::san_verification);
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}
