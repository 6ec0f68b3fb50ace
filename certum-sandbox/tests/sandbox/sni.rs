//! Certificates that gather the names of others.

use certum_sandbox::DnsRecord;
use jiff::SignedDuration;

use super::support::{Answer, Order, World, all, csr};

const REQUESTOR: &str = "<requestorInfo><email>jan@example.com</email><firstName>Jan</firstName>\
    <lastName>Nowak</lastName><phone>+48911234567</phone></requestorInfo>";

/// Certificates for these names, one each; their serial numbers.
async fn enrol<const N: usize>(world: &World, names: [&'static str; N]) -> [String; N] {
    let mut serials = [const { String::new() }; N];
    for (serial, name) in serials.iter_mut().zip(names) {
        *serial = enrol_one(world, name, &[name]).await;
    }
    serials
}

/// The serial number of a certificate for all these names.
async fn enrol_one(world: &World, id: &'static str, names: &[&'static str]) -> String {
    let code = world.order(&Order::new(id, "931", names, "DNS_TXT")).await;
    for name in names {
        world.sandbox.publish_dns(DnsRecord::txt(name, &code).unwrap());
    }
    world.perform(&code).await;
    certificate(world, id).await.text("serialNumber").unwrap()
}

/// The serial number of a certificate that has no names at all.
async fn enrol_mailbox(world: &World) -> String {
    let mut order = Order::new("mailbox", "791", &["jan@example.com"], "");
    order.names.clear();
    order.approver.clear();
    order.extra = "<email>jan@example.com</email>".to_owned();
    assert!(world.call("quickOrder", &order.fields()).await.is_success());
    world.sandbox.approve_mail(world.sandbox.mail().last().unwrap().id).await.unwrap();
    certificate(world, "mailbox").await.text("serialNumber").unwrap()
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

#[tokio::test]
async fn a_name_stays_as_long_as_one_member_brings_it() {
    let world = World::start().await;
    let one = enrol_one(&world, "one", &["a.example", "b.example"]).await;
    let two = enrol_one(&world, "two", &["b.example", "c.example"]).await;
    let inner = enrol_one(&world, "three", &["b.example"]).await;
    let placed = order(&world, &[&one, &two]).await;
    let first = certificate(&world, &placed.text("orderID").unwrap()).await;
    assert_eq!(first.text("DNSNames").as_deref(), Some("a.example, b.example, c.example"));
    let serial = first.text("serialNumber").unwrap();

    // Its name is there, and it is no member all the same.
    assert_eq!(modify(&world, &serial, &list("removeSerialNumbers", &[&inner])).await.codes(), [2047]);
    let changes = list("addSerialNumbers", &[&inner]) + &list("removeSerialNumbers", &[&one]);
    let changed = modify(&world, &serial, &changes).await;
    let second = certificate(&world, &changed.text("orderID").unwrap()).await;
    assert_eq!(second.text("DNSNames").as_deref(), Some("b.example, c.example"));

    let serial = second.text("serialNumber").unwrap();
    assert_eq!(modify(&world, &serial, &list("addSerialNumbers", &[&inner])).await.codes(), [2046]);
    assert_eq!(modify(&world, &serial, &list("removeSerialNumbers", &[&one])).await.codes(), [2047]);
    let changed = modify(&world, &serial, &list("removeSerialNumbers", &[&two])).await;
    let third = certificate(&world, &changed.text("orderID").unwrap()).await;
    assert_eq!(third.text("DNSNames").as_deref(), Some("b.example"));
}

#[tokio::test]
async fn a_certificate_without_names_has_nothing_to_gather() {
    let world = World::start().await;
    let mail = enrol_mailbox(&world).await;
    let [host] = enrol(&world, ["a.example"]).await;
    assert_eq!(order(&world, &[&mail]).await.codes(), [2005]);
    let placed = order(&world, &[&mail, &host]).await;
    assert_eq!(all(&placed.body, "serialNumber"), [mail.as_str()]);
    let sni = certificate(&world, &placed.text("orderID").unwrap()).await.text("serialNumber").unwrap();
    assert_eq!(modify(&world, &sni, &list("addSerialNumbers", &[&mail])).await.codes(), [2005]);
}

#[tokio::test]
async fn a_change_that_changes_nothing_places_nothing() {
    let world = World::start().await;
    let [host] = enrol(&world, ["a.example"]).await;
    let placed = order(&world, &[&host]).await;
    let sni = certificate(&world, &placed.text("orderID").unwrap()).await.text("serialNumber").unwrap();
    assert_eq!(modify(&world, &sni, "").await.codes(), [2035]);
    assert_eq!(modify(&world, &sni, &list("removeSerialNumbers", &["ff"])).await.codes(), [2035]);
    assert_eq!(modify(&world, &sni, "<hashAlgorithm>ECC-SHA256</hashAlgorithm>").await.codes(), [2035]);
    let signed_anew = modify(&world, &sni, "<hashAlgorithm>RSA-SHA256</hashAlgorithm>").await;
    assert!(signed_anew.is_success(), "{}", signed_anew.body);
}

#[tokio::test]
async fn gathers_no_more_names_than_a_certificate_may_have() {
    let world = World::start().await;
    let many = |letter: char| -> Vec<&'static str> {
        let name = |number| &*Box::leak(format!("{letter}{number}.example").into_boxed_str());
        (0..60).map(name).collect()
    };
    let one = enrol_one(&world, "one", &many('a')).await;
    let two = enrol_one(&world, "two", &many('b')).await;
    let refused = order(&world, &[&one, &two]).await;
    assert_eq!((refused.codes(), refused.text("value").as_deref()), (vec![1107], Some("120")));
    let placed = order(&world, &[&one]).await;
    let sni = certificate(&world, &placed.text("orderID").unwrap()).await.text("serialNumber").unwrap();
    assert_eq!(modify(&world, &sni, &list("addSerialNumbers", &[&two])).await.codes(), [1107]);
}

#[tokio::test]
async fn a_list_that_is_far_too_long_is_not_read() {
    let world = World::start().await;
    let endless = vec!["xyz"; 1001];
    let refused = order(&world, &endless).await;
    assert_eq!((refused.codes(), refused.text("value").as_deref()), (vec![2080], Some("1001")));
    assert_eq!(modify(&world, "ff", &list("addSerialNumbers", &endless)).await.codes(), [2080]);
    assert_eq!(order(&world, &endless[..1000]).await.codes(), [2002; 1000]);
}
