//! `getModifiedOrders`: the orders whose state changed in a range of time.

use super::orders_in_range;
use crate::wire::record;

orders_in_range! {
    /// Asks for the orders whose last change of state lies in a range of time, a page at a time.
    pub struct GetModifiedOrders = "getModifiedOrders" answered by GetModifiedOrdersResponse;
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::operations::golden::{answered, check, golden, order_status};
    use crate::types::{Order, OrderOption};

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
