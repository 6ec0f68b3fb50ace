//! `getModifiedOrders`: the orders whose state changed in a range of time.

use jiff::Timestamp;

use super::operation;
use crate::types::{Order, OrderOption};
use crate::wire::record;

record! {
    /// Asks for the orders whose last change of state lies in a range of time, a page at a time.
    /// Too wide a range is refused (code 1154), and so is a page past the last (1155).
    pub struct GetModifiedOrders {
        /// From when.
        required from_date: Timestamp = "fromDate",
        /// Which parts of each order to tell.
        optional order_option: OrderOption = "orderOption",
        /// Which page, from 1 to 100; the first, if left out.
        optional page_number: u32 = "pageNumber",
        /// Until when.
        required to_date: Timestamp = "toDate",
    }
}

record! {
    /// A page of orders. The answer's header says how many pages there are.
    pub struct GetModifiedOrdersResponse {
        /// The orders of this page.
        list orders: Order = "orders" / "Order",
    }
}

operation!(GetModifiedOrders = "getModifiedOrders", Read, GetModifiedOrdersResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden, order_status};

    #[test]
    fn matches_its_golden_files() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut request = GetModifiedOrders::new(at("2026-11-01T00:00:00Z"), at("2026-11-21T12:00:00Z"));
        let mut option = OrderOption::new();
        option.order_status = Some(true);
        request.order_option = Some(option);
        request.page_number = Some(2);
        let mut order = Order::new();
        order.order_status = Some(order_status());
        let mut response = GetModifiedOrdersResponse::new();
        response.orders = vec![order, Order::new()];
        check(
            golden!("get_modified_orders.request"),
            &request,
            golden!("get_modified_orders.response"),
            &response,
        );
    }

    #[test]
    fn reads_an_empty_page_as_other_stacks_write_it() {
        let (header, response) =
            answered::<GetModifiedOrders>(golden!("get_modified_orders.response.foreign"));
        assert_eq!(
            (header.current_page, header.pages_count, header.return_count),
            (Some(1), Some(0), Some(0))
        );
        assert!(response.orders.is_empty());
    }
}
