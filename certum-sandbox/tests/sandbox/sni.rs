//! Certificates that gather the names of others.

use certum_sandbox::DnsRecord;
use jiff::SignedDuration;

use super::support::{Answer, Order, World, all, csr};

const REQUESTOR: &str = "<requestorInfo><email>jan@example.com</email><firstName>Jan</firstName>\
    <lastName>Nowak</lastName><phone>+48911234567</phone></requestorInfo>";

/// Certificates for these names, one each; their serial numbers.
async fn enrol<const N: usize>(world: &World, names: [&'static str; N]) -> [String; N] {
    let mut serials = [const { String::new() }; N];
    for (index, name) in names.into_iter().enumerate() {
        let id: &'static str = Box::leak(format!("order-{index}").into_boxed_str());
        let code = world.order(&Order::new(id, "601", &[name], "DNS_TXT")).await;
        world.sandbox.publish_dns(DnsRecord::txt(name, &code).unwrap());
        world.perform(&code).await;
        let certificate = world.call("getCertificate", &format!("<orderID>{id}</orderID>")).await;
        serials[index] = certificate.text("serialNumber").unwrap();
    }
    serials
}

fn list(element: &str, serials: &[&str]) -> String {
    let serials: String =
        serials.iter().map(|serial| format!("<serialNumber>{serial}</serialNumber>")).collect();
    format!("<{element}>{serials}</{element}>")
}

async fn order(world: &World, serials: &[&str]) -> Answer {
    let csr = csr("sni.example.com");
    let fields = format!(
        "<orderSNIParameters><CSR>{csr}</CSR></orderSNIParameters>{}{REQUESTOR}",
        list("serialNumbers", serials)
    );
    world.call("orderSNICertificate", &fields).await
}

async fn modify(world: &World, serial: &str, changes: &str) -> Answer {
    let fields = format!("<serialNumber>{serial}</serialNumber>{changes}");
    world.call("modifySNICertificate", &fields).await
}

async fn certificate(world: &World, order_id: &str) -> Answer {
    world.call("getCertificate", &format!("<orderID>{order_id}</orderID>")).await
}

#[tokio::test]
async fn one_certificate_holds_the_names_of_several_and_others_come_and_go() {
    let world = World::start().await;
    let [a, b, c] = enrol(&world, ["a.example", "b.example", "c.example"]).await;
    let placed = order(&world, &[&a, &b, "ff"]).await;
    assert!(placed.is_success(), "{}", placed.body);
    assert_eq!(all(&placed.body, "serialNumber"), ["ff"]);
    let id = placed.text("orderID").unwrap();
    let first = certificate(&world, &id).await;
    assert_eq!(first.text("DNSNames").as_deref(), Some("a.example, b.example"));

    let serial = first.text("serialNumber").unwrap();
    let changes = list("addSerialNumbers", &[&c]) + &list("removeSerialNumbers", &[&a]);
    let changed = modify(&world, &serial, &changes).await;
    assert!(changed.is_success(), "{}", changed.body);
    let second = certificate(&world, &changed.text("orderID").unwrap()).await;
    assert_eq!(second.text("DNSNames").as_deref(), Some("b.example, c.example"));
    assert_eq!(modify(&world, &serial, &changes).await.codes(), [2126]);
    world.sandbox.advance_clock(SignedDuration::from_hours(14 * 24)).unwrap();
    let old = world.call("getCertificate", &format!("<serialNumber>{serial}</serialNumber>")).await;
    assert_eq!(old.text("certificateStatus").as_deref(), Some("REVOKED"));
}

#[tokio::test]
async fn what_cannot_be_gathered_is_refused() {
    let world = World::start().await;
    let [a, b] = enrol(&world, ["a.example", "b.example"]).await;
    assert_eq!(order(&world, &["ff"]).await.codes(), [2005]);
    let placed = order(&world, &[&a]).await;
    let sni = certificate(&world, &placed.text("orderID").unwrap()).await.text("serialNumber").unwrap();
    assert_eq!(order(&world, &[&b, &sni]).await.codes(), [2004]);
    assert_eq!(modify(&world, &b, "").await.codes(), [2032]);
    assert_eq!(modify(&world, "ff", "").await.codes(), [2031]);
    for (change, serial, expected) in [
        ("addSerialNumbers", "ff", 2044),
        ("addSerialNumbers", sni.as_str(), 2045),
        ("addSerialNumbers", a.as_str(), 2046),
        ("removeSerialNumbers", b.as_str(), 2047),
        ("removeSerialNumbers", a.as_str(), 2048),
    ] {
        assert_eq!(modify(&world, &sni, &list(change, &[serial])).await.codes(), [expected], "{change}");
    }
    let revoke = format!(
        "<revokeCertificateParameters><serialNumber>{b}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &revoke).await.is_success());
    assert_eq!(order(&world, &[&b]).await.codes(), [2003]);
    let reissue = format!("<serialNumber>{sni}</serialNumber>");
    assert_eq!(world.call("reissueCertificate", &reissue).await.codes(), [2163]);
}
