//! `getOrderByOrderID`: what is known of an order.

use certum_api::{
    operations::{GetOrderByOrderId, GetOrderByOrderIdResponse},
    types::{Order as WireOrder, OrderDetails, OrderStatusDetails},
};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{orders::Order, service::Service, validate::refusal};

impl Serve for GetOrderByOrderId {
    /// Without an option all parts come back; with one, those that it asks for.
    async fn serve(self, service: &Service, now: Timestamp) -> Result<GetOrderByOrderIdResponse, Refused> {
        orders::check_order_id(&self.order_id)?;
        let book = service.settled(&self.order_id, now)?;
        let order = book.order(&self.order_id).ok_or_else(|| refusal(1033, self.order_id.as_str()))?;
        let wants = |part: fn(&certum_api::types::OrderOption) -> Option<bool>| {
            self.order_option.as_ref().is_none_or(|option| part(option) == Some(true))
        };
        let mut told = WireOrder::new();
        if wants(|option| option.certificate_details) {
            told.certificate_details = order
                .issued
                .as_ref()
                .map(|issued| orders::certificate_details(order, issued, &service.habits));
        }
        if wants(|option| option.order_details) {
            told.order_details = Some(details(order));
        }
        if wants(|option| option.order_status) {
            told.order_status = Some(status(order, now));
        }
        let mut response = GetOrderByOrderIdResponse::new();
        response.orders.push(told);
        Ok(response)
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}

fn details(order: &Order) -> OrderDetails {
    let mut details = OrderDetails::new(order.requestor.clone());
    details.organization_info = order.organization.clone();
    details
}

fn status(order: &Order, now: Timestamp) -> OrderStatusDetails {
    let mut status = OrderStatusDetails::new(
        order.customer.as_str(),
        order.placed_at,
        order.id.as_str(),
        orders::wire_status(order.status(now)),
        order.product.code,
    );
    status.serial_number = order.issued.as_ref().map(|issued| issued.serial.clone());
    status
}
