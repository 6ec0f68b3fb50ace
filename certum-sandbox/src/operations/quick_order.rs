//! `quickOrder`: places an order, unless anything is wrong with it.

use certum_api::operations::{QuickOrder, QuickOrderResponse};
use jiff::Timestamp;

use super::{Refused, Serve, orders};
use crate::{
    orders::{Book, NameState, Order, Verification},
    random::Purpose,
    service::Service,
    validate::{self, Draft},
};

impl Serve for QuickOrder {
    async fn serve(self, service: &Service, now: Timestamp) -> Result<QuickOrderResponse, Refused> {
        // One lock over the check and the commit: of two orders with one identifier, one is second.
        let mut book = service.book();
        let draft = validate::validate(&self.order, service.login(), now, &book)?;
        let order = make_order(draft, service, &book, now);
        let mut response = QuickOrderResponse::new(order.id.as_str());
        response.san_verification = Some(orders::san_verification(&order));
        book.place(order, &service.random);
        Ok(response)
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        self.order.order_parameters.order_id.clone()
    }

    fn made_order_id(response: &QuickOrderResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn make_order(draft: Draft, service: &Service, book: &Book, now: Timestamp) -> Order {
    let id = draft.id.unwrap_or_else(|| {
        loop {
            let id = service.random.hex::<8>(Purpose::Orders);
            if !book.is_taken(&id) {
                break id;
            }
        }
    });
    let code = service.new_code(draft.approver.method);
    Order {
        id,
        placed_at: now,
        customer: draft.customer,
        product: draft.product,
        requestor: draft.requestor,
        organization: draft.organization,
        public_key: draft.request.public_key().clone(),
        subject: draft.subject,
        hash_algorithm: draft.hash_algorithm,
        last_day: draft.last_day,
        names: draft.names.into_iter().map(NameState::new).collect(),
        verification: Verification { approver: draft.approver, code, given_at: now },
        issue_delay: service.habits.issue_delay,
        rejected: None,
        issued: None,
    }
}
