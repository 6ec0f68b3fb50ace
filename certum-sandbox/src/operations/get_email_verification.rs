//! `getEmailVerification`: whether the mailbox that a certificate is for is proven.

use certum_api::{
    operations::{GetEmailVerification, GetEmailVerificationResponse},
    types::EmailVerification as WireEmailVerification,
};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{MAILBOX_REUSE_DAYS, days},
    service::Service,
};

impl Serve for GetEmailVerification {
    /// An order whose certificate is for no mailbox has nothing to tell.
    async fn serve(self, service: &Service) -> Result<Served<GetEmailVerificationResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (book, _) = service.settled();
        let (_, order) = orders::find(&book, &self.order_id)?;
        let mut response = GetEmailVerificationResponse::new();
        response.email_verification = order.email.as_ref().map(|email| {
            let mut told = WireEmailVerification::new(
                email.email.as_str(),
                email.verified_at.is_some(),
                email.sent_at,
                email.link_valid_until(),
            );
            told.verification_date = email.verified_at;
            let validity = email.verified_at.and_then(|at| at.checked_add(days(MAILBOX_REUSE_DAYS)).ok());
            told.verification_validity = validity.map(|end| end.to_string());
            told
        });
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}
