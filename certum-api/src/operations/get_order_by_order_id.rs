//! `getOrderByOrderID`: what the CA knows of an order.

use super::operation;
use crate::types::{Order, OrderOption};
use crate::wire::record;

record! {
    /// Asks what the CA knows of an order. An unknown identifier is refused (codes 1033, 2131).
    pub struct GetOrderByOrderId {
        /// The order's identifier.
        required order_id: String = "orderID",
        /// Which parts to tell.
        optional order_option: OrderOption = "orderOption",
    }
}

record! {
    /// What the CA knows of the order.
    pub struct GetOrderByOrderIdResponse {
        /// The original and its reissues, the newest last.
        list orders: Order = "orders" / "Order",
    }
}

operation!(GetOrderByOrderId = "getOrderByOrderID", Read, GetOrderByOrderIdResponse);
