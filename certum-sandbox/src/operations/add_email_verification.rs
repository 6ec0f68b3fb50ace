//! `addEmailVerification`: asks the mailbox that a certificate is for once more.

use certum_api::operations::{AddEmailVerification, AddEmailVerificationResponse};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::CheckKind,
    service::Service,
    validate::{Findings, check_supported, refusal},
};

impl Serve for AddEmailVerification {
    async fn serve(self, service: &Service) -> Result<Served<AddEmailVerificationResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let order_id = self.order_id.as_str();
        let (mut book, now) = service.settled();
        let (key, order) = orders::find(&book, order_id)?;
        let mut findings = Findings::default();
        check_supported(order.product, order.email.is_some(), &mut findings);
        findings.stop()?;
        let Some(email) = &order.email else { return Err(orders::refuse(1138).into()) };
        if email.verified_at.is_some() || !order.can_be_verified(now) {
            return Err(refusal(1113, order_id).into());
        }
        // What an officer has refused needs a new answer, whatever was sent before.
        if now <= email.link_valid_until() && !order.has_failed(CheckKind::Email) {
            return Err(refusal(1114, order_id).into());
        }
        book.renew_email(key, now, &service.random);
        Ok(AddEmailVerificationResponse::new().into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}
