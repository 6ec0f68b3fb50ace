//! `getOrderState`: where an order stands, and what it waits for.

use certum_api::{
    operations::{GetOrderState, GetOrderStateResponse},
    types::{OrderVerification, OrderVerificationState, OrderVerificationType},
};
use jiff::Timestamp;

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Caa, Check, CheckKind, Order, Proof, Standing},
    service::Service,
};

impl Serve for GetOrderState {
    async fn serve(self, service: &Service) -> Result<Served<GetOrderStateResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (book, now) = service.settled();
        let (key, order) = orders::find(&book, &self.order_id)?;
        let status = orders::wire_status(order.status(now));
        let mut response =
            GetOrderStateResponse::new(book.changed_at(key).unwrap_or(order.placed_at), status);
        if !order.names.is_empty() {
            response.verifications = vec![domain(order, now), system(order)];
        }
        response.verifications.extend(CheckKind::ALL.into_iter().filter_map(|kind| check(order, kind)));
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

/// Control of all names together.
fn domain(order: &Order, now: Timestamp) -> OrderVerification {
    let proofs = || order.names.iter().map(|state| &state.proof);
    let is_proven = order.has_all_proofs(now);
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

/// The CA's own checks.
fn system(order: &Order) -> OrderVerification {
    let is_blocked = |caa: &Caa| matches!(caa, Caa::Blocked { .. });
    let state = if order.blocked.is_some() || order.names.iter().any(|state| is_blocked(&state.caa)) {
        OrderVerificationState::Failed
    } else if order.is_allowed_by_caa() {
        OrderVerificationState::Verified
    } else {
        OrderVerificationState::Required
    };
    OrderVerification::new(OrderVerificationType::System, state)
}

/// What an officer or a mailbox settles. That nobody looks at the organization is told, as it is what people
/// wonder about; other checks that the product doesn't ask for are not.
fn check(order: &Order, kind: CheckKind) -> Option<OrderVerification> {
    let check = order.checks.iter().find(|check| check.kind == kind);
    let state = match check.map(|check| check.standing) {
        None if kind == CheckKind::Organization => OrderVerificationState::NotRequired,
        None => return None,
        Some(Standing::Required) => OrderVerificationState::Required,
        Some(Standing::NotRequired { .. }) => OrderVerificationState::NotRequired,
        Some(Standing::Failed { .. }) => OrderVerificationState::Failed,
        Some(Standing::Verified { .. }) => OrderVerificationState::Verified,
    };
    let mut told = OrderVerification::new(kind.wire(), state);
    told.expire_date = check.and_then(Check::expires_at);
    Some(told)
}
