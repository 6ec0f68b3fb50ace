//! Lists of orders.

use jiff::Timestamp;

use super::*;
use crate::authority::CertificateStanding;

async fn list(desk: &Desk, by: OrderDate, from: &str) -> Vec<ListedOrder> {
    let query = query(by, from.parse().unwrap());
    desk.certum.orders(query).try_collect().await.unwrap()
}

fn query(by: OrderDate, from: Timestamp) -> OrderQuery {
    OrderQuery { by, from, to: "2030-01-01T00:00:00Z".parse().unwrap(), with_requestor: false }
}

fn ids(orders: &[ListedOrder]) -> Vec<&str> {
    orders.iter().map(|order| order.order_id.as_str()).collect()
}

const DAWN: &str = "2026-11-21T00:00:00Z";

#[tokio::test]
async fn reads_lists_of_several_pages_whether_or_not_the_ca_counts_them() {
    for counts in [true, false] {
        let habits = Habits::plain().with_page_length(2).with_optional_told(counts);
        let desk = Desk::with(habits).await;
        for number in 1..=5 {
            desk.place(&order(&format!("order-{number}"), "601")).await;
            desk.sandbox.advance_clock(SignedDuration::from_secs(1)).unwrap();
        }
        let all = list(&desk, OrderDate::Placed, DAWN).await;
        assert_eq!(ids(&all), ["order-1", "order-2", "order-3", "order-4", "order-5"]);
        assert!(desk.calls("getOrdersByDateRange") >= 3);
        let late = list(&desk, OrderDate::Placed, "2026-11-21T12:00:04Z").await;
        assert_eq!(ids(&late), ["order-5"]);

        let now = desk.sandbox.clock().now().to_string();
        desk.certum.cancel_order(&OrderId::from_authority("order-2")).await.unwrap();
        let changed = list(&desk, OrderDate::Changed, &now).await;
        assert_eq!(ids(&changed), ["order-2"]);
        assert_eq!(changed[0].progress, OrderProgress::Rejected);
        assert_eq!(list(&desk, OrderDate::Changed, DAWN).await.len(), 5);
    }
}

#[tokio::test]
async fn tells_of_an_order_all_that_the_ca_tells() {
    let desk = Desk::open().await;
    let first = order("order-1", "631");
    desk.place(&first).await;
    let placed = list(&desk, OrderDate::Placed, DAWN).await.remove(0);
    assert_eq!((placed.customer.as_str(), placed.product.as_str()), ("customer-7", "631"));
    assert_eq!(placed.placed_at, desk.sandbox.clock().now());
    assert_eq!((placed.progress, placed.is_reissue), (OrderProgress::Validating, false));
    assert_eq!((placed.certificate, placed.requestor), (None, None));

    let query = OrderQuery { with_requestor: true, ..query(OrderDate::Placed, DAWN.parse().unwrap()) };
    let told: Vec<_> = desk.certum.orders(query).try_collect().await.unwrap();
    let requestor = told[0].requestor.clone().unwrap();
    assert_eq!((requestor.first_name.as_str(), requestor.last_name.as_str()), ("Jan", "Nowak"));
    assert_eq!(requestor.email, "jan@example.com");
    assert_eq!(requestor.phone.as_deref(), Some("+48221234567"));
}

#[tokio::test]
async fn tells_certificates_by_the_serial_numbers_that_they_hold() {
    for seed in 1..=4 {
        let habits = Habits::from_seed(seed).with_issue_delay(SignedDuration::ZERO);
        let desk = Desk::with(habits).await;
        let issued = desk.enrol(&order("order-1", "601")).await;
        let listed = list(&desk, OrderDate::Changed, DAWN).await.remove(0).certificate.unwrap();
        let read = Certificate::from_pem_or_base64(&*listed.certificate).unwrap();
        assert_eq!(read, issued);
        assert_eq!(listed.serial_number, issued.serial_number().to_string());
        assert_eq!(listed.standing, CertificateStanding::Valid);
        let (begin, end) = (listed.not_before.as_second(), listed.not_after.as_second());
        assert_eq!((begin, end), (issued.not_before(), issued.not_after()));
    }
}

#[tokio::test]
async fn follows_certificates_to_their_revocation_and_tells_reissues_apart() {
    for keeps in [true, false] {
        let desk = Desk::with(Habits::plain().with_reissue_keeping_order_id(keeps)).await;
        let first = order("order-1", "601");
        let certificate = desk.enrol(&first).await;
        desk.pass_days(1);
        let second = desk.place(&reissue(&first, &certificate)).await.order_id;
        let standings = async || {
            let listed = list(&desk, OrderDate::Placed, DAWN).await;
            let of = |order: &ListedOrder| (order.is_reissue, order.certificate.clone().unwrap().standing);
            assert_eq!(ids(&listed), ["order-1", second.as_str()]);
            listed.iter().map(of).collect::<Vec<_>>()
        };
        let is_new = (true, CertificateStanding::Valid);
        assert_eq!(standings().await, [(false, CertificateStanding::Valid), is_new.clone()]);
        desk.pass_days(7);
        assert_eq!(standings().await, [(false, CertificateStanding::Revoking), is_new.clone()]);
        desk.pass_days(7);
        let at = Some("2026-12-06T12:00:00Z".parse().unwrap());
        assert_eq!(standings().await, [(false, CertificateStanding::Revoked { at }), is_new]);
    }
}

#[tokio::test]
async fn ends_a_list_with_what_went_wrong() {
    let desk = Desk::with(Habits::plain().with_page_length(1)).await;
    desk.place(&order("order-1", "601")).await;
    desk.place(&order("order-2", "601")).await;
    let mut orders = desk.certum.orders(query(OrderDate::Placed, DAWN.parse().unwrap()));
    assert_eq!(orders.next().await.unwrap().unwrap().order_id.as_str(), "order-1");
    desk.lose_answer_of("getOrdersByDateRange");
    let lost = orders.next().await.unwrap();
    assert!(matches!(lost, Err(AuthorityError::Unavailable(_))), "{lost:?}");
    assert!(orders.next().await.is_none());
}

#[test]
fn takes_an_order_without_its_status_for_no_answer() {
    let outcome = answer::listed_order(Order::new());
    assert!(matches!(outcome, Err(AuthorityError::Unavailable(_))), "{outcome:?}");
}
