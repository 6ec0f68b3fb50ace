//! Revocation and cancellation.

use certum_sandbox::DnsRecord;
use jiff::SignedDuration;

use super::support::{Order, World};

async fn enrol(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    for name in &order.names {
        world.sandbox.publish_dns(DnsRecord::txt(name, &code).unwrap());
    }
    world.perform(&code).await;
    let certificate = world.call("getCertificate", &format!("<orderID>{}</orderID>", order.id)).await;
    certificate.text("serialNumber").unwrap_or_else(|| panic!("{}", certificate.body))
}

fn order() -> Order {
    Order::new("order-1", "601", &["example.com"], "DNS_TXT")
}

async fn revoke(world: &World, fields: &str) -> Vec<u32> {
    let fields = format!("<revokeCertificateParameters>{fields}</revokeCertificateParameters>");
    world.call("revokeCertificate", &fields).await.codes()
}

async fn cancel(world: &World, order_id: &str) -> Vec<u32> {
    let fields =
        format!("<cancelParameters><note>a note</note><orderID>{order_id}</orderID></cancelParameters>");
    world.call("cancelOrder", &fields).await.codes()
}

#[tokio::test]
async fn a_revocation_takes_a_while_and_happens_once() {
    let world = World::start().await;
    let serial = enrol(&world, &order()).await;
    let status = async || {
        let answer = world.call("getCertificate", "<orderID>order-1</orderID>").await;
        (answer.text("certificateStatus").unwrap(), answer.text("revokedDate"))
    };
    let fields =
        format!("<revocationReason>SUPERSEDED</revocationReason><serialNumber>{serial}</serialNumber>");
    assert_eq!(revoke(&world, &fields).await, Vec::<u32>::new());
    assert_eq!(status().await, ("REVOKING".to_owned(), None));
    assert_eq!(revoke(&world, &fields).await, [1143]);
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    assert_eq!(status().await, ("REVOKED".to_owned(), Some("2026-11-21T12:05:00Z".to_owned())));
    assert_eq!(revoke(&world, &fields).await, [1145]);
}

#[tokio::test]
async fn a_compromised_key_has_a_date_that_fits() {
    let world = World::start().await;
    let serial = enrol(&world, &order()).await;
    world.sandbox.advance_clock(SignedDuration::from_hours(24 * 10)).unwrap();
    let because = |date: &str, reason: &str| {
        format!(
            "<keyCompromitationDate>{date}</keyCompromitationDate><revocationReason>{reason}</revocationReason>\
             <serialNumber>{serial}</serialNumber>"
        )
    };
    assert_eq!(revoke(&world, &because("2026-11-20", "KEYCOMPROMISE")).await, [1141]);
    assert_eq!(revoke(&world, &because("2026-12-02", "KEYCOMPROMISE")).await, [1141]);
    assert_eq!(revoke(&world, &because("2026-11-25", "SUPERSEDED")).await, [2104]);
    assert_eq!(revoke(&world, &because("2026-11-25", "BOREDOM")).await, [1135, 2104]);
    assert_eq!(revoke(&world, &because("2026-12-01", "KEYCOMPROMISE")).await, Vec::<u32>::new());
}

#[tokio::test]
async fn an_expired_certificate_needs_no_revocation() {
    let world = World::start().await;
    let serial = enrol(&world, &order()).await;
    world.sandbox.advance_clock(SignedDuration::from_hours(24 * 199)).unwrap();
    assert_eq!(revoke(&world, &format!("<serialNumber>{serial}</serialNumber>")).await, [1144]);
    assert_eq!(revoke(&world, "<serialNumber>ff</serialNumber>").await, [1133]);
}

#[tokio::test]
async fn an_order_is_cancelled_once_and_its_certificate_never() {
    let world = World::start_with(|builder| builder.issue_delay(SignedDuration::from_mins(10))).await;
    assert_eq!(cancel(&world, "order-1").await, [1033]);
    world.order(&order()).await;
    assert_eq!(cancel(&world, "order-1").await, Vec::<u32>::new());
    assert_eq!(world.status("order-1").await, "REJECTED");
    assert_eq!(cancel(&world, "order-1").await, [1151]);
    let info = world.names_state("order-1").await.text("info").unwrap();
    assert_eq!(info, "the order was cancelled");

    let code = world.order(&Order::new("order-2", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(cancel(&world, "order-2").await, [1139], "it is being made");
    world.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    assert_eq!(cancel(&world, "order-2").await, [1136]);
    world.sandbox.advance_clock(SignedDuration::from_hours(24 * 200)).unwrap();
    assert_eq!(cancel(&world, "order-2").await, [1137]);
}
