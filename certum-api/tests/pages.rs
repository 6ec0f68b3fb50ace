//! Lists of many pages, against a server that holds one.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use certum_api::operations::{GetExpiringCertificates, GetModifiedOrders, GetOrdersByDateRange};
use certum_api::types::{Order, OrderStatus, OrderStatusDetails, ResponseError, ResponseHeader};
use certum_api::wire::{Operation, decode_request, encode_response, operation_name};
use certum_api::{Client, Credentials, Environment, Error, ErrorCode, ErrorKind, Timestamp, pages};
use futures::{StreamExt, TryStreamExt};
use std::pin::pin;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// A CA with one order a second from [`START`] on, that tells at most some at once.
struct Ca {
    orders: i64,
    page_length: i64,
    most_at_once: i64,
    tells_pages: bool,
    /// From and until when, counted from the start, and the page: what was asked for.
    asked: std::sync::Arc<Mutex<Vec<(i64, i64, i64)>>>,
}

const START: i64 = 1_700_000_000;

impl Ca {
    fn new(orders: i64, page_length: i64, most_at_once: i64) -> Self {
        Self { orders, page_length, most_at_once, tells_pages: true, asked: Default::default() }
    }

    async fn start(self) -> (MockServer, Client) {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(self).mount(&server).await;
        let endpoint = Environment::Custom(server.uri().parse().expect("a URL"));
        let client = Client::builder(endpoint, Credentials::new("reseller", "x")).build().expect("a client");
        (server, client)
    }

    fn page<O: Operation>(
        &self,
        from: i64,
        to: i64,
        page: Option<u32>,
        response: impl FnOnce(Vec<i64>) -> O::Response,
    ) -> String {
        let page = i64::from(page.expect("a page"));
        self.asked.lock().expect("unpoisoned").push((from, to, page));
        let found: Vec<i64> = (from.max(0)..to.min(self.orders)).collect();
        let count = i64::try_from(found.len()).expect("few");
        let pages_count = (count + self.page_length - 1) / self.page_length;
        let mut header = ResponseHeader::new(1);
        let refused = |header: &mut ResponseHeader, code| {
            header.errors = vec![ResponseError::new(ErrorCode::new(code))];
        };
        if count > self.most_at_once {
            refused(&mut header, 1154);
        } else if page > 100 {
            refused(&mut header, 1153);
        } else if page > pages_count.max(1) || (count == 0 && !self.tells_pages) {
            refused(&mut header, 1155);
        } else {
            header = ResponseHeader::new(0);
            header.pages_count = self.tells_pages.then_some(pages_count);
            let skip = usize::try_from((page - 1) * self.page_length).expect("few");
            let take = usize::try_from(self.page_length).expect("few");
            let page = found.into_iter().skip(skip).take(take).collect();
            return encode_response::<O>(&header, Some(&response(page))).expect("writable");
        }
        encode_response::<O>(&header, None).expect("writable")
    }
}

fn order(number: i64) -> Order {
    let mut order = Order::new();
    let at = Timestamp::from_second(START + number).expect("in range");
    order.order_status =
        Some(OrderStatusDetails::new("customer", at, number.to_string(), OrderStatus::Enrolled, "601"));
    order
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second() - START
}

impl Respond for Ca {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body = match operation_name(&request.body).expect("an operation").as_str() {
            "getOrdersByDateRange" => {
                let (_, asked) = decode_request::<GetOrdersByDateRange>(&request.body).expect("readable");
                let (from, to) = (seconds(asked.from_date), seconds(asked.to_date));
                self.page::<GetOrdersByDateRange>(from, to, asked.page_number, |page| {
                    let mut response = certum_api::operations::GetOrdersByDateRangeResponse::new();
                    response.orders = page.into_iter().map(order).collect();
                    response
                })
            }
            "getModifiedOrders" => {
                let (_, asked) = decode_request::<GetModifiedOrders>(&request.body).expect("readable");
                let (from, to) = (seconds(asked.from_date), seconds(asked.to_date));
                self.page::<GetModifiedOrders>(from, to, asked.page_number, |page| {
                    let mut response = certum_api::operations::GetModifiedOrdersResponse::new();
                    response.orders = page.into_iter().map(order).collect();
                    response
                })
            }
            _ => {
                let (_, asked) = decode_request::<GetExpiringCertificates>(&request.body).expect("readable");
                self.page::<GetExpiringCertificates>(0, self.orders, asked.page_number, |page| {
                    let mut response = certum_api::operations::GetExpiringCertificatesResponse::new();
                    let certificate = |number: i64| {
                        let at = Timestamp::from_second(START).expect("in range");
                        certum_api::operations::ExpiringCertificate::new(number.to_string(), "0A", at, 3)
                    };
                    response.expiring_certificates = page.into_iter().map(certificate).collect();
                    response
                })
            }
        };
        ResponseTemplate::new(200).set_body_string(body)
    }
}

fn range(from: i64, to: i64) -> GetOrdersByDateRange {
    let at = |second| Timestamp::from_second(START + second).expect("in range");
    GetOrdersByDateRange::new(at(from), at(to))
}

async fn numbers(client: &Client, request: GetOrdersByDateRange) -> Result<Vec<i64>, Error> {
    pages::orders_by_date_range(client, request)
        .map_ok(|order| order.order_status.expect("a status").order_id.parse::<i64>().expect("a number"))
        .try_collect()
        .await
}

#[tokio::test]
async fn fetches_page_after_page_and_stops_at_the_last() {
    let ca = Ca::new(25, 10, 1000);
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    let found = numbers(&client, range(0, 100)).await.expect("the orders");
    assert_eq!(found, (0..25).collect::<Vec<_>>());
    assert_eq!(*asked.lock().expect("unpoisoned"), [(0, 100, 1), (0, 100, 2), (0, 100, 3)]);
}

#[tokio::test]
async fn stops_where_the_ca_says_that_there_is_no_such_page() {
    let mut ca = Ca::new(20, 10, 1000);
    ca.tells_pages = false;
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    assert_eq!(numbers(&client, range(0, 100)).await.expect("the orders").len(), 20);
    assert_eq!(asked.lock().expect("unpoisoned").len(), 3);
}

#[tokio::test]
async fn finds_nothing_in_an_empty_range() {
    for tells_pages in [true, false] {
        let mut ca = Ca::new(5, 10, 1000);
        ca.tells_pages = tells_pages;
        let asked = ca.asked.clone();
        let (_server, client) = ca.start().await;
        assert!(numbers(&client, range(50, 60)).await.expect("none").is_empty());
        assert_eq!(asked.lock().expect("unpoisoned").len(), 1);
    }
}

#[tokio::test]
async fn splits_a_range_that_is_too_wide_and_keeps_the_order_of_time() {
    let ca = Ca::new(64, 3, 10);
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    assert_eq!(numbers(&client, range(0, 64)).await.expect("the orders"), (0..64).collect::<Vec<_>>());
    let asked = asked.lock().expect("unpoisoned");
    assert_eq!(asked[..4], [(0, 64, 1), (0, 32, 1), (0, 16, 1), (0, 8, 1)]);
    // Eight ranges of eight, in pages of three, and the seven that were too wide.
    assert_eq!(asked.len(), 8 * 3 + 7);
}

#[tokio::test]
async fn gives_up_on_a_second_that_is_too_wide() {
    let (_server, client) = Ca::new(64, 3, 0).start().await;
    let error = numbers(&client, range(0, 64)).await.expect_err("an error");
    assert!(error.has_code(ErrorCode::RANGE_TOO_WIDE), "{error:?}");
}

#[tokio::test]
async fn splits_a_range_that_has_more_pages_than_can_be_asked_for() {
    let ca = Ca::new(128, 1, 1000);
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    assert_eq!(numbers(&client, range(0, 128)).await.expect("the orders"), (0..128).collect::<Vec<_>>());
    assert!(asked.lock().expect("unpoisoned").iter().all(|(_, _, page)| *page <= 100));
}

#[tokio::test]
async fn asks_for_no_page_past_the_hundredth() {
    let mut ca = Ca::new(128, 1, 1000);
    ca.tells_pages = false;
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    let error = numbers(&client, range(0, 128)).await.expect_err("an error");
    assert!(matches!(error.kind(), ErrorKind::TooManyPages { limit: 100 }), "{error:?}");
    assert_eq!(asked.lock().expect("unpoisoned").len(), 100);
}

#[tokio::test]
async fn asks_for_a_page_only_when_the_former_was_taken() {
    let ca = Ca::new(25, 10, 1000);
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    let mut orders = pin!(pages::orders_by_date_range(&client, range(0, 100)));
    for _ in 0..10 {
        orders.next().await.expect("an order").expect("readable");
    }
    assert_eq!(asked.lock().expect("unpoisoned").len(), 1);
    orders.next().await.expect("an order").expect("readable");
    assert_eq!(asked.lock().expect("unpoisoned").len(), 2);
}

#[tokio::test]
async fn streams_modified_orders_and_expiring_certificates_too() {
    let (_server, client) = Ca::new(25, 10, 20).start().await;
    let at = |second| Timestamp::from_second(START + second).expect("in range");
    let request = GetModifiedOrders::new(at(0), at(30));
    let orders: Vec<Order> =
        pages::modified_orders(&client, request).try_collect().await.expect("the orders");
    assert_eq!(orders.len(), 25);

    let (_server, client) = Ca::new(25, 10, 1000).start().await;
    let found: Vec<_> = pages::expiring_certificates(&client, GetExpiringCertificates::new(30))
        .try_collect()
        .await
        .expect("the certificates");
    assert_eq!(found.len(), 25);

    let (_server, client) = Ca::new(101, 1, 1000).start().await;
    let mut stream = pin!(pages::expiring_certificates(&client, GetExpiringCertificates::new(30)));
    let error = stream.next().await.expect("an item").expect_err("too many");
    assert!(matches!(error.kind(), ErrorKind::TooManyPages { .. }));
    assert!(stream.next().await.is_none());
}

/// A CA with some orders, of which the first changes after each answer about the first minute, and is behind the last from
/// then on.
struct Busy {
    changed_at: Mutex<Vec<(i64, i64)>>,
    tells_pages: bool,
}

impl Respond for Busy {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        const PAGE: usize = 3;
        let (_, asked) = decode_request::<GetModifiedOrders>(&request.body).expect("readable");
        let (from, to) = (seconds(asked.from_date), seconds(asked.to_date));
        let mut orders = self.changed_at.lock().expect("unpoisoned");
        let found: Vec<i64> =
            orders.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, number)| *number).collect();
        let mut header = ResponseHeader::new(0);
        header.pages_count = i64::try_from(found.len().div_ceil(PAGE)).ok().filter(|_| self.tells_pages);
        let skip = PAGE * usize::try_from(asked.page_number.expect("a page") - 1).expect("few");
        let mut response = certum_api::operations::GetModifiedOrdersResponse::new();
        response.orders = found.into_iter().skip(skip).take(PAGE).map(order).collect();
        if to <= 64 {
            let (_, first) = orders.remove(0);
            let last = orders.last().map_or(0, |(at, _)| *at);
            orders.push((last.max(64) + 4, first));
        }
        let body = encode_response::<GetModifiedOrders>(&header, Some(&response)).expect("writable");
        ResponseTemplate::new(200).set_body_string(body)
    }
}

#[tokio::test]
async fn misses_no_change_while_others_come() {
    for tells_pages in [true, false] {
        let changed_at = Mutex::new((0..16).map(|number| (number * 4, number)).collect());
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(Busy { changed_at, tells_pages }).mount(&server).await;
        let endpoint = Environment::Custom(server.uri().parse().expect("a URL"));
        let client = Client::builder(endpoint, Credentials::new("reseller", "x")).build().expect("a client");
        let at = |second| Timestamp::from_second(START + second).expect("in range");
        // What has changed once more meanwhile is beyond the range, and told with the next one.
        let mut found = Vec::new();
        for request in [GetModifiedOrders::new(at(0), at(64)), GetModifiedOrders::new(at(64), at(2_000))] {
            let orders: Vec<Order> =
                pages::modified_orders(&client, request).try_collect().await.expect("the orders");
            let orders = orders.into_iter().filter_map(|order| order.order_status);
            found.extend(orders.map(|order| order.order_id));
        }
        let missed: Vec<_> = (0..16).filter(|number| !found.contains(&number.to_string())).collect();
        assert_eq!(missed, Vec::<i64>::new(), "{tells_pages}");
    }
}

/// Of each answer about the changes of half a minute, how many orders it has, and up to which second all is told.
async fn parts(client: &Client) -> Vec<(usize, i64)> {
    let at = |second| Timestamp::from_second(START + second).expect("in range");
    let parts = pages::changes(client, GetModifiedOrders::new(at(0), at(30)));
    parts.map_ok(|part| (part.orders.len(), seconds(part.through))).try_collect().await.expect("the changes")
}

#[tokio::test]
async fn says_up_to_when_changes_were_told() {
    let ca = Ca::new(25, 10, 20);
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    assert_eq!(parts(&client).await, [(5, 5), (5, 10), (5, 15), (10, 30)]);
    // The whole is too wide; the first half has two pages, and is read in three parts.
    let asked = asked.lock().expect("unpoisoned").clone();
    assert_eq!(asked, [(0, 30, 1), (0, 15, 1), (0, 5, 1), (5, 10, 1), (10, 15, 1), (15, 30, 1)]);
}

#[tokio::test]
async fn looks_whether_there_is_a_second_page_where_nobody_tells() {
    let mut ca = Ca::new(25, 10, 1000);
    ca.tells_pages = false;
    let asked = ca.asked.clone();
    let (_server, client) = ca.start().await;
    assert_eq!(parts(&client).await, [(7, 7), (8, 15), (10, 30)]);
    let asked = asked.lock().expect("unpoisoned").clone();
    let first = [(0, 30, 1), (0, 30, 2), (0, 15, 2), (0, 7, 2), (0, 7, 1)];
    assert_eq!(asked, [&first[..], &[(7, 15, 2), (7, 15, 1), (15, 30, 2), (15, 30, 1)]].concat());
}

/// The same, where some calls fail, by their number.
struct Flaky(Ca, fn(usize) -> bool, AtomicUsize);

impl Respond for Flaky {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let number = self.2.fetch_add(1, Ordering::Relaxed);
        if (self.1)(number) { ResponseTemplate::new(500) } else { self.0.respond(request) }
    }
}

#[tokio::test]
async fn asks_for_changes_again_where_one_call_between_others_fails() {
    let at = |second| Timestamp::from_second(START + second).expect("in range");
    // Each second one, two in a row, and the first one.
    let failing: [fn(usize) -> bool; 3] =
        [|number| number % 2 == 1, |number| [4, 5].contains(&number), |number| number == 0];
    for (failing, told) in failing.into_iter().zip([4, 2, 0]) {
        let ca = Ca::new(25, 10, 20);
        let asked = ca.asked.clone();
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(Flaky(ca, failing, 0.into())).mount(&server).await;
        let endpoint = Environment::Custom(server.uri().parse().expect("a URL"));
        let client = Client::builder(endpoint, Credentials::new("reseller", "x")).build().expect("a client");
        let mut stream = pin!(pages::changes(&client, GetModifiedOrders::new(at(0), at(30))));
        let (mut parts, mut failures) = (Vec::new(), 0);
        while let Some(part) = stream.next().await {
            match part {
                Ok(part) => parts.push((part.orders.len(), seconds(part.through))),
                Err(_) => failures += 1,
            }
        }
        assert_eq!(parts, [(5, 5), (5, 10), (5, 15), (10, 30)][..told]);
        assert_eq!(failures, usize::from(told < 4), "an error ends it");
        let whole = [(0, 30, 1), (0, 15, 1), (0, 5, 1), (5, 10, 1), (10, 15, 1), (15, 30, 1)];
        let asked = asked.lock().expect("unpoisoned").clone();
        assert_eq!(asked, whole[..asked.len()], "nothing is asked for twice that was answered");
    }
    let server = MockServer::start().await;
    let ca = Flaky(Ca::new(25, 10, 1000), |number| number == 1, 0.into());
    Mock::given(method("POST")).respond_with(ca).mount(&server).await;
    let endpoint = Environment::Custom(server.uri().parse().expect("a URL"));
    let client = Client::builder(endpoint, Credentials::new("reseller", "x")).build().expect("a client");
    let request = GetOrdersByDateRange::new(at(0), at(30));
    let orders: Result<Vec<Order>, Error> = pages::orders_by_date_range(&client, request).try_collect().await;
    assert!(orders.is_err(), "other lists are for whoever asked to ask for again");
}
