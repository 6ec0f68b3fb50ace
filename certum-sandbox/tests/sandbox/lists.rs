//! Orders by date and by change, certificates by their end; page by page.

use certum_sandbox::{DnsRecord, Habits, SandboxClock};
use jiff::SignedDuration;

use super::support::{Order, World, all};

const ORDERS: [&str; 7] = ["order-1", "order-2", "order-3", "order-4", "order-5", "order-6", "order-7"];

/// Seven orders, an hour apart, and pages of three.
async fn world() -> World {
    let habits = Habits::plain().with_page_length(3);
    let world = World::start_with(|builder| builder.habits(habits)).await;
    for id in ORDERS {
        world.order(&Order::new(id, "601", &["example.com"], "DNS_TXT")).await;
        world.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
    }
    world
}

fn range(from: &str, page: Option<u32>, to: &str) -> String {
    let page = page.map(|page| format!("<pageNumber>{page}</pageNumber>")).unwrap_or_default();
    let option = "<orderOption><orderStatus>true</orderStatus></orderOption>";
    format!("<fromDate>{from}</fromDate>{option}{page}<toDate>{to}</toDate>")
}

#[tokio::test]
async fn orders_of_a_range_come_page_by_page() {
    let world = world().await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let fields = range("2026-11-21T12:00:00Z", Some(page), "2026-11-21T23:00:00+01:00");
        let answer = world.call("getOrdersByDateRange", &fields).await;
        let header = ["currentPage", "pagesCount", "returnCount"].map(|name| answer.text(name).unwrap());
        let on_it = if page == 3 { "1" } else { "3" };
        assert_eq!(header, [page.to_string().as_str(), "3", on_it]);
        seen.extend(all(&answer.body, "orderID"));
    }
    assert_eq!(seen, ORDERS);
    let part = range("2026-11-21T13:30:00Z", None, "2026-11-21T15:00:00Z");
    let answer = world.call("getOrdersByDateRange", &part).await;
    assert_eq!(all(&answer.body, "orderID"), ["order-3", "order-4"]);
}

#[tokio::test]
async fn a_page_that_is_not_there_and_a_range_that_is_backwards_are_refused() {
    let world = world().await;
    for operation in ["getOrdersByDateRange", "getModifiedOrders"] {
        let ask = async |from, page, to| world.call(operation, &range(from, page, to)).await.codes();
        let (early, late) = ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
        assert_eq!(ask(early, Some(4), late).await, [1155]);
        assert_eq!(ask(early, Some(0), late).await, [1153]);
        assert_eq!(ask(early, Some(101), late).await, [1153]);
        assert_eq!(ask(late, None, early).await, [2057]);
        assert_eq!(ask("2020-01-01T00:00:00Z", None, "2020-01-02T00:00:00Z").await, Vec::<u32>::new());
    }
}

#[tokio::test]
async fn a_range_with_more_than_a_hundred_pages_is_too_wide() {
    let habits = Habits::plain().with_page_length(1);
    let world = World::start_with(|builder| builder.habits(habits)).await;
    for number in 0..=100 {
        let id: &'static str = Box::leak(format!("order-{number}").into_boxed_str());
        world.order(&Order::new(id, "601", &["example.com"], "DNS_TXT")).await;
    }
    let (from, to) = ("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
    let answer = world.call("getOrdersByDateRange", &range(from, None, to)).await;
    assert_eq!((answer.codes(), answer.text("value")), (vec![1154], Some(format!("{from} - {to}"))));
}

#[tokio::test]
async fn a_change_puts_an_order_at_the_end_of_the_modified_ones() {
    let world = world().await;
    let modified = async |from: &str| {
        let answer = world.call("getModifiedOrders", &range(from, None, "2030-01-01T00:00:00Z")).await;
        all(&answer.body, "orderID")
    };
    // By itself the CA has looked at most of them, and found nothing; the last was placed an hour ago.
    let noon = "2026-11-21T19:00:00Z";
    let before = modified(noon).await;
    world.sandbox.advance_clock(SignedDuration::from_secs(1)).unwrap();
    assert_eq!(modified("2026-11-21T19:00:01Z").await, Vec::<String>::new(), "{before:?}");
    let cancel = "<cancelParameters><orderID>order-2</orderID></cancelParameters>";
    assert!(world.call("cancelOrder", cancel).await.is_success());
    assert_eq!(modified("2026-11-21T19:00:01Z").await, ["order-2"]);
}

#[tokio::test]
async fn what_happens_by_itself_is_a_change_at_its_date() {
    let world = World::start_with(|builder| builder.issue_delay(SignedDuration::from_mins(10))).await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    world.sandbox.advance_clock(SignedDuration::from_hours(48)).unwrap();
    // Nobody has asked about the order since.
    let fields = range("2026-11-21T12:10:00Z", None, "2026-11-21T12:10:00Z");
    let answer = world.call("getModifiedOrders", &fields).await;
    assert_eq!(
        all(&answer.body, "orderStatus").last().map(String::as_str),
        Some("ENROLLED"),
        "{}",
        answer.body
    );

    let serial = answer.text("serialNumber").unwrap();
    let fields = format!(
        "<revokeCertificateParameters><serialNumber>{serial}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &fields).await.is_success());
    world.sandbox.advance_clock(SignedDuration::from_hours(24)).unwrap();
    let fields = range("2026-11-23T12:05:00Z", None, "2026-11-23T12:05:00Z");
    let answer = world.call("getModifiedOrders", &fields).await;
    assert_eq!(all(&answer.body, "orderID"), ["order-1"], "{}", answer.body);
}

#[tokio::test]
async fn certificates_that_end_soon_are_told_until_they_have_ended() {
    let world = World::start().await;
    for (id, product) in [("order-1", "601"), ("order-2", "691")] {
        let code = world.order(&Order::new(id, product, &["example.com"], "DNS_TXT")).await;
        world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
        world.perform(&code).await;
        assert_eq!(world.status(id).await, "ENROLLED");
    }
    let ask = async |days: i64| {
        let fields = format!("<validityDaysLeft>{days}</validityDaysLeft>");
        let answer = world.call("getExpiringCertificates", &fields).await;
        (answer.codes(), all(&answer.body, "orderID"), answer.text("expiringDate"))
    };
    assert_eq!(ask(0).await.0, [2052]);
    assert_eq!(ask(31).await.0, [2052]);
    assert_eq!(ask(29).await.1, Vec::<String>::new());
    let (_, ids, date) = ask(30).await;
    assert_eq!((ids, date.as_deref()), (vec!["order-2".to_owned()], Some("2026-12-21T11:59:59Z")));
    world.sandbox.advance_clock(SignedDuration::from_hours(30 * 24)).unwrap();
    assert_eq!(ask(30).await.1, Vec::<String>::new());
}

#[tokio::test]
async fn an_issue_is_seen_from_the_watermark_before_it_whatever_the_fraction_of_the_second() {
    let clock = SandboxClock::fixed("2026-11-21T12:00:00.789Z".parse().unwrap());
    let delay = SignedDuration::from_mins(10);
    let world = World::start_with(|builder| builder.clock(clock).issue_delay(delay)).await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let watermark = world.sandbox.clock().now();
    world.sandbox.advance_clock(SignedDuration::from_mins(6)).unwrap();
    let fields = range(&watermark.to_string(), None, "2030-01-01T00:00:00Z");
    let answer = world.call("getModifiedOrders", &fields).await;
    assert_eq!(
        all(&answer.body, "orderStatus").last().map(String::as_str),
        Some("ENROLLED"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn what_takes_time_is_dated_when_it_is_done() {
    // A resolver that answers nobody: the look takes as long as its time-outs.
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = silent.local_addr().unwrap();
    let world = World::start_with(|builder| builder.clock(SandboxClock::system()).dns_server(server)).await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let looking = world.perform(&code);
    let polling = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let watermark = world.sandbox.clock().now();
        let fields = range("2020-01-01T00:00:00Z", None, &watermark.to_string());
        let seen = world.call("getModifiedOrders", &fields).await;
        (watermark, all(&seen.body, "orderID"))
    };
    let (_, (watermark, seen)) = tokio::join!(looking, polling);
    assert_eq!(seen, ["order-1"]);
    let fields = range(&watermark.to_string(), None, "2100-01-01T00:00:00Z");
    let later = world.call("getModifiedOrders", &fields).await;
    assert_eq!(all(&later.body, "orderID"), ["order-1"], "the look ended after the watermark");
}

#[tokio::test]
async fn what_happened_at_one_moment_can_always_be_read() {
    let habits = Habits::plain().with_page_length(1);
    let world = World::start_with(|builder| builder.habits(habits)).await;
    for number in 0..=100 {
        let id: &'static str = Box::leak(format!("order-{number}").into_boxed_str());
        world.order(&Order::new(id, "601", &["example.com"], "DNS_TXT")).await;
    }
    let (from, to) = ("2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z");
    let mut seen = Vec::new();
    for page in 1..=51 {
        let answer = world.call("getOrdersByDateRange", &range(from, Some(page), to)).await;
        seen.extend(all(&answer.body, "orderID"));
    }
    assert_eq!(seen.len(), 101);
}
