//! `getOrderByOrderID`: what is known of an order.

use certum_api::operations::{GetOrderByOrderId, GetOrderByOrderIdResponse};

use super::{Refused, Serve, Served, orders};
use crate::service::Service;

impl Serve for GetOrderByOrderId {
    /// The original comes first, reissues under the same identifier after it.
    async fn serve(self, service: &Service) -> Result<Served<GetOrderByOrderIdResponse>, Refused> {
        orders::check_order_id(&self.order_id)?;
        let (book, now) = service.settled();
        orders::find(&book, &self.order_id)?;
        let mut response = GetOrderByOrderIdResponse::new();
        let option = self.order_option.as_ref();
        response.orders =
            book.all_of(&self.order_id).map(|order| orders::tell(service, order, option, now)).collect();
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        Some(self.order_id.clone())
    }
}
