//! What is forgotten, what stays, and what a forgotten order leaves behind.

use certum_api::types::RevocationReason;
use certum_sandbox::{BookedOrder, DnsRecord};
use jiff::SignedDuration;

use super::support::{Order, World, all, csr};

fn order(id: &'static str, name: &'static str) -> Order {
    Order::new(id, "601", &[name], "DNS_TXT")
}

async fn enrol(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    world.sandbox.publish_dns(DnsRecord::txt(order.names[0], &code).unwrap());
    world.perform(&code).await;
    serial_of(world, order.id).await
}

async fn serial_of(world: &World, order_id: &str) -> String {
    let certificate = world.call("getCertificate", &format!("<orderID>{order_id}</orderID>")).await;
    certificate.text("serialNumber").unwrap_or_else(|| panic!("{}", certificate.body))
}

async fn cancel(world: &World, order_id: &str) {
    let fields =
        format!("<cancelParameters><note>a note</note><orderID>{order_id}</orderID></cancelParameters>");
    assert!(world.call("cancelOrder", &fields).await.is_success());
}

async fn reissue(world: &World, serial: &str) -> Vec<u32> {
    let fields = format!("<serialNumber>{serial}</serialNumber><CSR>{}</CSR>", csr("a.example.com"));
    world.call("reissueCertificate", &fields).await.codes()
}

fn left(world: &World) -> Vec<String> {
    let mut orders = world.sandbox.books(0).orders;
    orders.sort_by_key(|order: &BookedOrder| order.number);
    orders.into_iter().map(|order| order.order_id).collect()
}

fn forget_until_now(world: &World) -> usize {
    world.sandbox.forget_ended(world.sandbox.clock().now())
}

fn wait(world: &World, days: i64) {
    world.sandbox.advance_clock(SignedDuration::from_hours(24 * days)).unwrap();
}

#[tokio::test]
async fn what_has_ended_is_forgotten_and_what_lives_or_waits_is_not() {
    let world = World::within();
    enrol(&world, &order("expired", "a.example.com")).await;
    wait(&world, 100);
    enrol(&world, &order("live", "b.example.com")).await;
    enrol(&world, &order("revoked", "c.example.com")).await;
    world.sandbox.revoke_by_authority("revoked", RevocationReason::Unspecified).unwrap();
    world.order(&order("cancelled", "d.example.com")).await;
    cancel(&world, "cancelled").await;
    world.order(&order("rejected", "e.example.com")).await;
    world.sandbox.reject_order("rejected").unwrap();
    world.order(&order("waiting", "f.example.com")).await;
    // At this very moment nothing has ended before it.
    assert_eq!(forget_until_now(&world), 0);
    wait(&world, 101);
    assert_eq!(forget_until_now(&world), 4);
    assert_eq!(left(&world), ["live", "waiting"]);
    assert_eq!(forget_until_now(&world), 0);

    let range = "<fromDate>2026-11-01T00:00:00Z</fromDate><toDate>2027-11-01T00:00:00Z</toDate>";
    for list in ["getOrdersByDateRange", "getModifiedOrders"] {
        let mut told = all(&world.call(list, range).await.body, "orderID");
        told.sort();
        assert_eq!(told, ["live", "waiting"], "{list}");
    }
    for id in ["expired", "revoked", "cancelled", "rejected"] {
        let answer = world.call("getOrderState", &format!("<orderID>{id}</orderID>")).await;
        assert_eq!(answer.codes(), [1033], "{id}");
    }
    assert_eq!(
        (world.status("live").await, world.status("waiting").await),
        ("ENROLLED".into(), "AWAITING".into())
    );
    wait(&world, 75);
    let expiring = world.call("getExpiringCertificates", "<validityDaysLeft>30</validityDaysLeft>").await;
    assert_eq!(all(&expiring.body, "orderID"), ["live"]);
    // Years later, nothing that was forgotten turns up on an agenda.
    wait(&world, 1000);
    assert_eq!(forget_until_now(&world), 1);
    assert_eq!(left(&world), ["waiting"]);
}

#[tokio::test]
async fn a_key_that_was_certified_stays_refused_and_that_of_a_cancelled_order_does_not() {
    let world = World::within();
    let (certified, cancelled) = (order("order-1", "a.example.com"), order("order-2", "b.example.com"));
    enrol(&world, &certified).await;
    world.order(&cancelled).await;
    cancel(&world, "order-2").await;
    wait(&world, 201);
    assert_eq!(forget_until_now(&world), 2);
    // Their identifiers are free again.
    assert_eq!(world.call("quickOrder", &certified.fields()).await.codes(), [1032]);
    assert!(world.call("quickOrder", &cancelled.fields()).await.is_success());
}

#[tokio::test]
async fn codes_messages_links_and_calls_go_with_the_order_and_no_others_do() {
    let world = World::within();
    let by_mail = |id, name| {
        let prefix = "<approverEmailPrefix>ADMIN</approverEmailPrefix><approverMethod>ADMIN</approverMethod>";
        Order { approver: format!("<SANApprover>{prefix}</SANApprover>"), ..order(id, name) }
    };
    let former = world.order(&by_mail("order-1", "a.example.com")).await;
    let again = world.call("addSanVerification", "<orderID>order-1</orderID>").await;
    let code = again.text("code").unwrap();
    cancel(&world, "order-1").await;
    let kept = world.order(&by_mail("order-2", "b.example.com")).await;
    wait(&world, 1);
    assert_eq!(world.perform(&former).await.codes(), [1184]);
    assert_eq!(world.sandbox.mail_about("order-1").len(), 2);

    assert_eq!(forget_until_now(&world), 1);
    assert_eq!(world.perform(&former).await.codes(), [1186]);
    assert_eq!(world.perform(&code).await.codes(), [1186]);
    assert!(world.perform(&kept).await.is_success());
    assert!(world.sandbox.mail_about("order-1").is_empty());
    let [mail] = &world.sandbox.mail()[..] else { panic!("not one message") };
    assert_eq!((mail.id, mail.order_id.as_str()), (3, "order-2"));
    assert!(world.sandbox.approve_mail(1).await.is_err());
    world.sandbox.approve_mail(3).await.unwrap();
    assert_eq!(world.status("order-2").await, "ENROLLED");
    let about: Vec<_> = world.sandbox.calls().into_iter().filter_map(|call| call.order_id).collect();
    assert!(!about.contains(&"order-1".to_owned()) && about.contains(&"order-2".to_owned()), "{about:?}");
    // Numbers of messages and of calls go on.
    world.order(&by_mail("order-3", "c.example.com")).await;
    assert_eq!(world.sandbox.mail().last().map(|mail| mail.id), Some(4));
    assert_eq!(
        world.sandbox.calls().last().and_then(|call| call.order_id.clone()).as_deref(),
        Some("order-3")
    );
}

#[tokio::test]
async fn calls_about_orders_that_never_were_stay() {
    let world = World::within();
    world.order(&order("order-1", "a.example.com")).await;
    cancel(&world, "order-1").await;
    assert_eq!(world.call("getOrderState", "<orderID>never</orderID>").await.codes(), [1033]);
    wait(&world, 1);
    assert_eq!(forget_until_now(&world), 1);
    let about: Vec<_> = world.sandbox.calls().into_iter().filter_map(|call| call.order_id).collect();
    assert_eq!(about, ["never"]);
}

#[tokio::test]
async fn what_follows_a_forgotten_order_goes_on() {
    let world = World::within();
    let first = enrol(&world, &order("order-1", "a.example.com")).await;
    wait(&world, 100);
    assert_eq!(reissue(&world, &first).await, Vec::<u32>::new());
    let second = serial_of(&world, "order-1").await;
    wait(&world, 15);
    assert_eq!(forget_until_now(&world), 1);
    assert_eq!(left(&world), ["order-1"]);
    // The identifier is still the successor's.
    assert_eq!(serial_of(&world, "order-1").await, second);
    let again = world.call("quickOrder", &order("order-1", "a.example.com").fields()).await;
    assert_eq!(again.codes(), [1012]);
    assert_eq!(world.sandbox.books(0).orders[0].follows, Some(0));
    assert_eq!(reissue(&world, &first).await, [1159]);
    assert_eq!(reissue(&world, &second).await, Vec::<u32>::new());
}

#[tokio::test]
async fn a_certificate_whose_successor_is_forgotten_is_replaced_all_the_same() {
    let world = World::within();
    let first = enrol(&world, &order("order-1", "a.example.com")).await;
    assert_eq!(reissue(&world, &first).await, Vec::<u32>::new());
    let second = serial_of(&world, "order-1").await;
    world.sandbox.revoke_by_authority(&second, RevocationReason::Unspecified).unwrap();
    wait(&world, 1);
    assert_eq!(forget_until_now(&world), 1);
    assert_eq!(reissue(&world, &first).await, [2126]);
}

#[tokio::test]
async fn a_certificate_whose_successor_was_cancelled_and_forgotten_can_be_replaced() {
    let world = World::within();
    let first = enrol(&world, &order("order-1", "a.example.com")).await;
    // Too old to rest on: the reissue waits for a proof, and is given up.
    wait(&world, 150);
    let fields = format!(
        "<serialNumber>{first}</serialNumber><CSR>{}</CSR>\
         <SANApprover><approverMethod>FILE</approverMethod></SANApprover>\
         <SANEntries><SANEntry><DNSName>www.a.example.com</DNSName></SANEntry></SANEntries>",
        csr("a.example.com")
    );
    let waiting = world.call("reissueCertificate", &fields).await;
    assert!(waiting.is_success(), "{}", waiting.body);
    cancel(&world, "order-1").await;
    wait(&world, 1);
    assert_eq!(forget_until_now(&world), 1);
    assert_eq!(reissue(&world, &first).await, Vec::<u32>::new());
}
