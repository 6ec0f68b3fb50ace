//! `cancelOrder`: ends an order that has no certificate yet.

use certum_api::operations::{CancelOrder, CancelOrderResponse};

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Rejection, Status},
    service::Service,
    validate::{Findings, check_cancellation, refusal},
};

/// What the names of a cancelled order are told.
const CANCELLED: &str = "the order was cancelled";

impl Serve for CancelOrder {
    /// Of several orders under one identifier the newest is meant: the others have their certificates.
    async fn serve(self, service: &Service) -> Result<Served<CancelOrderResponse>, Refused> {
        let parameters = &self.parameters;
        let order_id = parameters.order_id.as_str();
        let mut findings = Findings::default();
        check_cancellation(parameters, &mut findings);
        findings.stop()?;
        let (mut book, now) = service.settled();
        let (key, order) = orders::find(&book, order_id)?;
        let has_expired = order.certificate.as_ref().is_some_and(|certificate| certificate.has_expired(now));
        match order.status(now) {
            Status::Rejected => return Err(refusal(1151, order_id).into()),
            Status::Enrolled if has_expired => return Err(refusal(1137, order_id).into()),
            Status::Enrolled => return Err(refusal(1136, order_id).into()),
            // It is being made at this moment, and will be there to be revoked.
            Status::Accepted => return Err(refusal(1139, order_id).into()),
            Status::Awaiting | Status::Verification => {}
        }
        book.change(key, now, |order| {
            let reason = CANCELLED.to_owned();
            order.rejected = Some(Rejection { at: now, reason, is_cancelled: true });
        });
        Ok(CancelOrderResponse::new().into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.parameters.order_id.clone())
    }
}
