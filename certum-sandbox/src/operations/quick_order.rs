//! `quickOrder`: places an order, unless anything is wrong with it.

use certum_api::{
    operations::{QuickOrder, QuickOrderResponse},
    types::ResponseError,
};
use jiff::Timestamp;

use super::{Refused, Serve, Served, orders};
use crate::{
    orders::{Book, CheckKind, EmailVerification, NameState, Order, Origin, Verification, checks_of},
    service::Service,
    subject::Subject,
    validate::{self, Draft},
};

impl Serve for QuickOrder {
    async fn serve(self, service: &Service) -> Result<Served<QuickOrderResponse>, Refused> {
        let order = validate::read_order(&self.order, service.login(), service.clock.now());
        // One lock over the check and the commit: of two orders with one identifier, one is second.
        let (mut book, now) = service.settled();
        let draft = order.check(&book, now)?;
        let order = make_order(draft, service, &book, now);
        let mut response = QuickOrderResponse::new(order.id.as_str());
        response.san_verification = orders::san_verification(&order);
        book.place(order, &service.random);
        Ok(response.into())
    }

    fn check(&self, service: &Service) -> Vec<ResponseError> {
        let order = validate::read_order(&self.order, service.login(), service.clock.now());
        let (book, now) = service.settled();
        order.check(&book, now).err().unwrap_or_default()
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        self.order.order_parameters.order_id.clone()
    }

    fn made_order_id(response: &QuickOrderResponse) -> Option<String> {
        Some(response.order_id.clone())
    }
}

fn make_order(draft: Draft, service: &Service, book: &Book, now: Timestamp) -> Order {
    let checks = checks_of(draft.product);
    let asks_mailbox = checks.iter().any(|check| check.kind == CheckKind::Email);
    Order {
        id: draft.id.unwrap_or_else(|| service.new_order_id(book)),
        placed_at: now,
        origin: Origin::New,
        customer: draft.customer,
        product: draft.product,
        public_key: draft.request.public_key().clone(),
        hash_algorithm: draft.hash_algorithm,
        last_day: draft.last_day,
        paid_until: None,
        names: draft.names.into_iter().map(NameState::new).collect(),
        verification: draft.approver.map(|approver| Verification {
            code: service.new_code(approver.method),
            approver,
            given_at: now,
        }),
        checks,
        email: asks_mailbox.then(|| {
            let mailbox = draft.subject.email.clone().unwrap_or_else(|| draft.requestor.email.clone());
            EmailVerification::sent(mailbox, now)
        }),
        subject: Subject {
            tax_number: draft.organization.as_ref().map(|told| told.tax_identification_number.clone()),
            ..draft.subject
        },
        requestor: draft.requestor,
        organization: draft.organization,
        blocked: None,
        documents: Vec::new(),
        noted_at: None,
        decided_at: None,
        next_look: None,
        issue_delay: service.habits.issue_delay,
        rejected: None,
        certificate: None,
        members: Vec::new(),
    }
}
