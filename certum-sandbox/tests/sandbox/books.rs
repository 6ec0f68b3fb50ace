//! What the CA's books say, and what the CA does to a certificate by itself.

use certum_api::types::RevocationReason;
use certum_sandbox::{BookedKind, BookedOrder, BookedStanding, ControlError, DnsRecord};
use csr_tools::EncodedRequest;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::json;

use super::support::{Order, World, all, csr, start_time};

fn order(id: &'static str, name: &'static str) -> Order {
    Order::new(id, "601", &[name], "DNS_TXT")
}

async fn enrol(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    world.sandbox.publish_dns(DnsRecord::txt(order.names[0], &code).unwrap());
    world.perform(&code).await;
    let certificate = world.call("getCertificate", &format!("<orderID>{}</orderID>", order.id)).await;
    certificate.text("serialNumber").unwrap_or_else(|| panic!("{}", certificate.body))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn standings(orders: &[BookedOrder]) -> Vec<(&str, BookedStanding)> {
    orders.iter().map(|order| (order.order_id.as_str(), order.standing)).collect()
}

#[tokio::test]
async fn an_order_stands_in_the_books_with_all_that_an_auditor_asks_for() {
    let world = World::within();
    let order = Order { names: vec!["example.com", "www.example.com"], ..order("order-1", "example.com") };
    let serial = enrol(&world, &order).await;
    let books = world.sandbox.books(0);
    let [booked] = &books.orders[..] else { panic!("{books:?}") };
    assert_eq!((booked.number, booked.order_id.as_str(), booked.kind), (0, "order-1", BookedKind::New));
    assert_eq!((booked.follows, booked.product_code, booked.customer.as_str()), (None, "601", "customer-1"));
    assert_eq!(
        (booked.common_name.as_str(), &booked.names[..]),
        ("example.com", &["example.com".to_owned(), "www.example.com".to_owned()][..])
    );
    let request = EncodedRequest::from_paste(&order.csr).unwrap();
    let hash = request.view().unwrap().public_key().unwrap().hash();
    assert_eq!(booked.public_key_hash, hash.to_string());
    assert_eq!((booked.placed_at, booked.standing), (start_time(), BookedStanding::Issued));
    let certificate = booked.certificate.as_ref().unwrap();
    assert_eq!(certificate.serial_number, serial);
    assert_eq!((certificate.not_before, certificate.not_after), (start_time(), at("2027-06-08T11:59:59Z")));
    assert_eq!(certificate.revoked_at, None);
}

#[tokio::test]
async fn the_cursor_leads_to_what_has_changed_since_and_to_nothing_else() {
    let world = World::within_with(|builder| builder.issue_delay(SignedDuration::from_mins(10)));
    use BookedStanding::{Accepted, Cancelled, Issued, Rejected, Waiting};
    let mut cursor = 0;
    let mut changes = || {
        let books = world.sandbox.books(cursor);
        cursor = books.cursor;
        books.orders
    };
    let code = world.order(&order("order-1", "a.example.com")).await;
    world.order(&order("order-2", "b.example.com")).await;
    world.order(&order("order-3", "c.example.com")).await;
    assert_eq!(standings(&changes()), [("order-1", Waiting), ("order-2", Waiting), ("order-3", Waiting)]);
    assert_eq!(changes(), []);
    let note = "<cancelParameters><note>a note</note><orderID>order-3</orderID></cancelParameters>";
    assert!(world.call("cancelOrder", note).await.is_success());
    world.sandbox.reject_order("order-2").unwrap();
    assert_eq!(standings(&changes()), [("order-3", Cancelled), ("order-2", Rejected)]);
    world.sandbox.publish_dns(DnsRecord::txt("a.example.com", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(standings(&changes()), [("order-1", Accepted)]);
    // What happens by itself is in the books, although nobody has asked.
    world.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    assert_eq!(standings(&changes()), [("order-1", Issued)]);
    assert_eq!(changes(), []);
    assert_eq!(world.sandbox.books(0).orders.len(), 3);
}

#[tokio::test]
async fn a_successor_names_what_it_follows_although_they_share_an_identifier() {
    let world = World::within();
    let serial = enrol(&world, &order("order-1", "a.example.com")).await;
    let handle = format!("<serialNumber>{serial}</serialNumber><CSR>{}</CSR>", csr("a.example.com"));
    assert!(world.call("reissueCertificate", &handle).await.is_success());
    let renewal = format!(
        "<CSR>{}</CSR><customer>customer-1</customer><productCode>606</productCode><serialNumber>{serial}</serialNumber>",
        csr("a.example.com")
    );
    let renewed = world.call("renewCertificate", &renewal).await;
    assert!(renewed.is_success(), "{}", renewed.body);
    let orders = world.sandbox.books(0).orders;
    let follows = |number: usize| {
        let order = orders.iter().find(|order| order.number == number as u64).unwrap();
        (order.kind, order.follows, order.order_id == "order-1")
    };
    assert_eq!(follows(0), (BookedKind::New, None, true));
    assert_eq!(follows(1), (BookedKind::Reissue, Some(0), true));
    assert_eq!(follows(2), (BookedKind::Renewal, Some(0), false));
    // The end of what was replaced is in the books before it comes.
    let replaced = orders.iter().find(|order| order.number == 0).unwrap().certificate.clone().unwrap();
    assert_eq!(replaced.revoked_at, Some(at("2026-12-05T12:00:00Z")));
}

#[tokio::test]
async fn a_certificate_that_the_ca_takes_back_is_told_like_any_other_that_is_revoked() {
    let world = World::within();
    let serial = enrol(&world, &order("order-1", "a.example.com")).await;
    enrol(&world, &order("order-2", "b.example.com")).await;
    let now = world.sandbox.advance_clock(SignedDuration::from_hours(24)).unwrap();
    world.sandbox.revoke_by_authority(&serial.to_uppercase(), RevocationReason::Unspecified).unwrap();
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let range = format!("<fromDate>{now}</fromDate><toDate>2026-11-30T00:00:00Z</toDate>");
    let told = world.call("getModifiedOrders", &range).await;
    assert_eq!(all(&told.body, "orderID"), ["order-1"]);
    assert_eq!(all(&told.body, "certificateStatus"), ["REVOKED"]);
    assert_eq!(told.text("revokedDate").as_deref(), Some("2026-11-22T12:05:00Z"));
    let again = world.sandbox.revoke_by_authority("order-1", RevocationReason::Unspecified);
    assert!(matches!(again, Err(ControlError::Conflict { .. })), "{again:?}");
    let nobody = world.sandbox.revoke_by_authority("nobody", RevocationReason::Unspecified);
    assert!(matches!(nobody, Err(ControlError::NotFound { .. })), "{nobody:?}");
}

#[tokio::test]
async fn a_key_that_the_ca_knows_to_be_compromised_is_refused_from_then_on() {
    let world = World::within();
    let taken_back = order("order-1", "a.example.com");
    enrol(&world, &taken_back).await;
    world.sandbox.revoke_by_authority("order-1", RevocationReason::KeyCompromise).unwrap();
    let again = Order { csr: taken_back.csr, ..order("order-2", "a.example.com") };
    assert_eq!(world.call("quickOrder", &again.fields()).await.codes(), [1063]);
}

#[tokio::test]
async fn the_control_api_takes_certificates_and_files_back() {
    let world = World::start().await;
    enrol(&world, &order("order-1", "a.example.com")).await;
    let revoke =
        async |id: &str, body: &str| world.control(Method::POST, &format!("orders/{id}/revoke"), body).await;
    let (status, answer) = revoke("order-1", r#"{"reason":"BOREDOM"}"#).await;
    assert_eq!((status, &answer["field"]), (400, &json!("reason")));
    assert_eq!(revoke("order-1", r#"{"reason":"CESSATIONOFOPERATION"}"#).await.0, 200);
    assert_eq!(revoke("order-1", "").await.0, 409);
    assert_eq!(revoke("nobody", "").await.0, 404);
    let certificate = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    assert_eq!(certificate.text("certificateStatus").as_deref(), Some("REVOKING"));

    let file = json!({"host": "a.example.com", "path": "/x", "body": "y"}).to_string();
    let named = json!({"host": "A.example.com", "path": "/x"}).to_string();
    assert_eq!(world.control(Method::DELETE, "http", &named).await.0, 404);
    assert_eq!(world.control(Method::POST, "http", &file).await.0, 200);
    assert_eq!(world.control(Method::DELETE, "http", &named).await.0, 200);
    let url = world.sandbox.control_url().join("/x").unwrap();
    let gone = world.http.get(url).header("host", "a.example.com").send().await.unwrap();
    assert_eq!(gone.status(), 404);
}
