//! `getOrderState`: where an order stands, and what it waits for.

use certum_api::{
    operations::{GetOrderState, GetOrderStateResponse},
    types::{OrderVerification, OrderVerificationState, OrderVerificationType},
};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{
    orders::{Caa, Order, Proof},
    service::Service,
    validate::refusal,
};

impl Serve for GetOrderState {
    async fn serve(self, service: &Service, now: Timestamp) -> Result<GetOrderStateResponse, Refused> {
        orders::check_order_id(&self.order_id)?;
        let book = service.settled(&self.order_id, now)?;
        let order = book.order(&self.order_id).ok_or_else(|| refusal(1033, self.order_id.as_str()))?;
        let status = orders::wire_status(order.status(now));
        let mut response = GetOrderStateResponse::new(order.last_update(now), status);
        response.verifications = vec![domain(order, now), system(order), organization()];
        Ok(response)
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

/// The names taken together: as far as the least of them.
fn domain(order: &Order, now: Timestamp) -> OrderVerification {
    let proofs = || order.names.iter().map(|state| &state.proof);
    let is_proven = proofs().all(|proof| order.counts(proof, now));
    let state = if is_proven {
        OrderVerificationState::Verified
    } else if proofs().any(|proof| matches!(proof, Proof::Failed { .. })) {
        OrderVerificationState::Failed
    } else {
        OrderVerificationState::Required
    };
    let mut told = OrderVerification::new(OrderVerificationType::Domain, state);
    let expiries = proofs().map(Proof::expires_at).collect::<Option<Vec<_>>>();
    told.expire_date = expiries.filter(|_| is_proven).and_then(|expiries| expiries.into_iter().min());
    told
}

/// The CA's own checks, of which CAA is the one there is.
fn system(order: &Order) -> OrderVerification {
    let checks = || order.names.iter().map(|state| &state.caa);
    let state = if checks().any(|caa| matches!(caa, Caa::Blocked { .. })) {
        OrderVerificationState::Failed
    } else if checks().all(|caa| matches!(caa, Caa::Allowed { .. })) {
        OrderVerificationState::Verified
    } else {
        OrderVerificationState::Required
    };
    OrderVerification::new(OrderVerificationType::System, state)
}

/// Domain validation says nothing about organizations.
fn organization() -> OrderVerification {
    OrderVerification::new(OrderVerificationType::Organization, OrderVerificationState::NotRequired)
}
