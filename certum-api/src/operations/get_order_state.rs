//! `getOrderState`: where an order stands, and what it still needs.

use jiff::Timestamp;

use super::operation;
use crate::types::{OrderStatus, OrderVerification};
use crate::wire::record;

record! {
    /// Asks where an order stands.
    pub struct GetOrderState {
        /// The order's identifier.
        required order_id: String = "orderID",
    }
}

record! {
    /// Where the order stands.
    pub struct GetOrderStateResponse {
        /// What the CA wants proved, and how far that has come.
        list verifications: OrderVerification = "verifications" / "verification",
        /// When the order last changed.
        required last_update_date: Timestamp = "lastUpdateDate",
        /// Where the order stands.
        required order_status: OrderStatus = "orderStatus",
    }
}

operation!(GetOrderState = "getOrderState", Read, GetOrderStateResponse);
