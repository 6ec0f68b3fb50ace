//! `getOrdersByDateRange` and `getModifiedOrders`: orders between two moments.

use certum_api::{
    operations::{
        GetModifiedOrders, GetModifiedOrdersResponse, GetOrdersByDateRange, GetOrdersByDateRangeResponse,
    },
    types::{Order as WireOrder, OrderOption},
};
use jiff::{SignedDuration, Timestamp};

use super::{Page, Refused, Serve, Served, orders, pages};
use crate::{
    orders::{Book, OrderKey},
    service::Service,
    validate::{Findings, check_range, read_page},
};

/// The range that nobody is asked to narrow, however many orders it holds: where the clock stands still, everything
/// happens at one moment.
const NARROWEST: SignedDuration = SignedDuration::from_secs(1);

/// What both operations ask.
struct Question {
    from: Timestamp,
    to: Timestamp,
    option: Option<OrderOption>,
    page: Option<u32>,
}

fn answer(
    question: &Question,
    service: &Service,
    select: impl FnOnce(&Book, Timestamp, Timestamp) -> Vec<OrderKey>,
) -> Result<(Vec<WireOrder>, Page), Refused> {
    let Question { from, to, option, page } = question;
    let mut findings = Findings::default();
    check_range(*from, *to, &mut findings);
    let page = read_page(*page, &mut findings);
    findings.stop()?;
    let (book, now) = service.settled();
    let found = select(&book, *from, *to);
    // The client is to narrow the range, where there is anything left to narrow.
    let too_wide = (to.duration_since(*from) > NARROWEST).then(|| format!("{from} - {to}"));
    let (keys, page) = pages::cut(&found, page, service.habits.page_length, too_wide)?;
    let told = keys.into_iter().filter_map(|key| book.get(key));
    Ok((told.map(|order| orders::tell(service, order, option.as_ref(), now)).collect(), page))
}

impl Serve for GetOrdersByDateRange {
    /// By the date of the order, the oldest first.
    async fn serve(self, service: &Service) -> Result<Served<GetOrdersByDateRangeResponse>, Refused> {
        let Self { from_date: from, to_date: to, order_option: option, page_number: page, .. } = self;
        let (orders, page) = answer(&Question { from, to, option, page }, service, Book::placed)?;
        let mut response = GetOrdersByDateRangeResponse::new();
        response.orders = orders;
        Ok(Served { response, page: Some(page) })
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }
}

impl Serve for GetModifiedOrders {
    /// By the last change of the order or of its certificate, the longest unchanged first.
    async fn serve(self, service: &Service) -> Result<Served<GetModifiedOrdersResponse>, Refused> {
        let Self { from_date: from, to_date: to, order_option: option, page_number: page, .. } = self;
        let (orders, page) = answer(&Question { from, to, option, page }, service, Book::changed)?;
        let mut response = GetModifiedOrdersResponse::new();
        response.orders = orders;
        Ok(Served { response, page: Some(page) })
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }
}
