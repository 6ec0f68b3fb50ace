//! `quickOrder`: places a new order.

use super::{extends_order_request, operation};
use crate::types::{OrderRequest, SanVerification};
use crate::wire::record;

extends_order_request! {
    /// Places a new order. With an `orderID` of the caller's choice it can be found again after a lost answer:
    /// a second order with the same one is refused (code 1012).
    pub struct QuickOrder;
}

record! {
    /// The order was placed.
    pub struct QuickOrderResponse {
        /// The order's identifier: the caller's own, where it chose one.
        required order_id: String = "orderID",
        /// The code with which to prove control of the names. Only this answer and that of
        /// `addSanVerification` tell it.
        optional san_verification: SanVerification = "SANVerification",
    }
}

operation!(QuickOrder = "quickOrder", Purchase, QuickOrderResponse);
