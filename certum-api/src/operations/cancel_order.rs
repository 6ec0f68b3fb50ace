//! `cancelOrder`: ends an order that has no certificate yet.

use super::operation;
use crate::wire::record;

record! {
    /// Ends an order that has no certificate yet; once there is one, it can only be revoked (code 1136).
    pub struct CancelOrder {
        /// Which order.
        required parameters: CancelParameters = "cancelParameters",
    }
}

record! {
    /// Which order to cancel.
    pub struct CancelParameters {
        /// A note for the CA.
        optional note: String = "note",
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

impl CancelOrder {
    /// Cancels the order with an identifier.
    #[must_use]
    pub fn by_order_id(order_id: impl Into<String>) -> Self {
        Self::new(CancelParameters::new(order_id))
    }
}

record! {
    /// The order is cancelled.
    pub struct CancelOrderResponse {}
}

operation!(CancelOrder = "cancelOrder", Termination, CancelOrderResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut request = CancelOrder::by_order_id("svc-1-1");
        request.parameters.note = Some("ordered by mistake".into());
        check(
            golden!("cancel_order.request"),
            &request,
            golden!("cancel_order.response"),
            &CancelOrderResponse::new(),
        );
    }
}
