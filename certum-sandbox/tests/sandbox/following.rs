//! Renewals and reissues: orders that follow another.

use certum_sandbox::{DnsRecord, Habits};
use jiff::SignedDuration;

use super::support::{Answer, Order, World, all, csr};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Places an order that is proven by DNS, and returns the serial number of its certificate.
async fn enrol(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    for name in &order.names {
        world.sandbox.publish_dns(DnsRecord::txt(&format!("_certum.{name}"), &code).unwrap());
    }
    world.perform(&code).await;
    serial_of(world, order.id).await
}

async fn serial_of(world: &World, order_id: &str) -> String {
    let answer = world.call("getCertificate", &format!("<orderID>{order_id}</orderID>")).await;
    answer.text("serialNumber").unwrap_or_else(|| panic!("{}", answer.body))
}

async fn status_of(world: &World, serial: &str) -> String {
    let answer = world.call("getCertificate", &format!("<serialNumber>{serial}</serialNumber>")).await;
    answer.text("certificateStatus").unwrap_or_else(|| panic!("{}", answer.body))
}

/// Asks for a renewal. `handle` is the element that names the former certificate.
async fn renew(
    world: &World,
    csr: &str,
    product: &str,
    customer: &str,
    handle: &str,
    approver: &str,
) -> Answer {
    let fields = format!(
        "{approver}<CSR>{csr}</CSR><customer>{customer}</customer><productCode>{product}</productCode>{handle}"
    );
    world.call("renewCertificate", &fields).await
}

async fn reissue(world: &World, serial: &str, csr: Option<&str>, approver: &str, added: &[&str]) -> Answer {
    let csr = csr.map(|csr| format!("<CSR>{csr}</CSR>")).unwrap_or_default();
    let entries: String =
        added.iter().map(|name| format!("<SANEntry><DNSName>{name}</DNSName></SANEntry>")).collect();
    let entries = if added.is_empty() { entries } else { format!("<SANEntries>{entries}</SANEntries>") };
    let fields = format!("<serialNumber>{serial}</serialNumber>{csr}{approver}{entries}");
    world.call("reissueCertificate", &fields).await
}

const DNS: &str = "<SANApprover><approverMethod>DNS_TXT_PREFIX</approverMethod></SANApprover>";

fn single() -> Order {
    Order::new("order-1", "601", &["example.com", "www.example.com"], "DNS_TXT_PREFIX")
}

fn multi() -> Order {
    Order::new("order-1", "931", &["example.com", "example.org"], "DNS_TXT_PREFIX")
}

fn by_serial(serial: &str) -> String {
    format!("<serialNumber>{serial}</serialNumber>")
}

#[tokio::test]
async fn a_renewal_rests_on_young_proofs_and_has_a_certificate_at_once() {
    let world = World::start().await;
    let serial = enrol(&world, &single()).await;
    world.sandbox.advance_clock(days(180)).unwrap();
    let upper = by_serial(&format!("00{}", serial.to_uppercase()));
    let renewed = renew(&world, &csr("example.com"), "606", "customer-1", &upper, "").await;
    assert!(renewed.is_success(), "{}", renewed.body);
    assert_eq!(renewed.text("code"), None, "nothing is left to prove");
    let id = renewed.text("orderID").unwrap();
    assert_ne!(id, "order-1");
    assert_eq!(world.status(&id).await, "ENROLLED");
    let order = world.call("getOrderByOrderID", &format!("<orderID>{id}</orderID>")).await;
    assert_eq!(order.text("productCode").as_deref(), Some("606"));
    assert_eq!(order.text("DNSNames").as_deref(), Some("example.com, www.example.com"));
    assert!(order.body.contains("reissue=\"false\"") || !order.body.contains("reissue="), "{}", order.body);
    // The former certificate is nobody's business: it ends when it ends.
    world.sandbox.advance_clock(days(15)).unwrap();
    assert_eq!(status_of(&world, &serial).await, "VALID");
}

#[tokio::test]
async fn a_renewal_with_old_proofs_asks_for_them_again() {
    let world = World::start_with(|builder| builder.clock(at_long_reuse())).await;
    let serial = enrol(&world, &single()).await;
    // Proofs of 2026-03-14 hold 398 days, those of a later day 200; the certificate lives 397.
    world.sandbox.advance_clock(days(390)).unwrap();
    let handle = by_serial(&serial);
    let early = renew(&world, &csr("example.com"), "606", "customer-1", &handle, DNS).await;
    assert_eq!((early.codes(), early.text("code")), (vec![], None));
    let next = serial_of(&world, &early.text("orderID").unwrap()).await;
    // 100 days of validity by then, and the proofs ran out eight days after the renewal.
    world.sandbox.advance_clock(days(90)).unwrap();
    let handle = by_serial(&next);
    let bare = renew(&world, &csr("example.com"), "606", "customer-1", &handle, "").await;
    assert_eq!(bare.codes(), [2162]);
    let late = renew(&world, &csr("example.com"), "606", "customer-1", &handle, DNS).await;
    let (id, code) = (late.text("orderID").unwrap(), late.text("code").unwrap());
    assert_eq!(world.status(&id).await, "AWAITING");
    world.sandbox.publish_dns(DnsRecord::txt("_certum.example.com", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(world.status(&id).await, "ENROLLED");
}

fn at_long_reuse() -> certum_sandbox::SandboxClock {
    certum_sandbox::SandboxClock::fixed("2026-03-14T12:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn a_renewal_that_does_not_fit_is_told_everything_at_once() {
    let world = World::start().await;
    let order = single();
    let serial = enrol(&world, &order).await;
    let renew = |csr: String, product: &'static str, customer: &'static str, handle: String| {
        let world = &world;
        async move { renew(world, &csr, product, customer, &handle, DNS).await.codes() }
    };
    let handle = by_serial(&serial);
    let right = || csr("example.com");
    assert_eq!(renew(right(), "601", "customer-1", handle.clone()).await, [1166]);
    assert_eq!(renew(right(), "746", "customer-1", handle.clone()).await, [1167]);
    assert_eq!(renew(right(), "606", "customer-2", handle.clone()).await, [1169]);
    assert_eq!(renew(csr("example.org"), "606", "customer-1", handle.clone()).await, [1168]);
    assert_eq!(renew(order.csr.clone(), "606", "customer-1", handle.clone()).await, [1032]);
    assert_eq!(renew(csr("example.org"), "746", "customer-2", handle.clone()).await, [1167, 1169, 1168]);
    assert_eq!(renew(right(), "606", "customer-1", String::new()).await, [1164]);
    let both = format!("{handle}<X509Cert>x</X509Cert>");
    assert_eq!(renew(right(), "606", "customer-1", both).await, [1164]);
    assert_eq!(renew(right(), "606", "customer-1", "<X509Cert>x</X509Cert>".to_owned()).await, [1165]);
    assert_eq!(renew(right(), "606", "customer-1", by_serial("ff")).await, [1159]);
    // The root is a certificate too, and not one of this account's.
    let roots = world.sandbox.roots_pem();
    let root = roots.split_inclusive("-----END CERTIFICATE-----").next().unwrap();
    let root = format!("<X509Cert>{root}</X509Cert>");
    assert_eq!(renew(right(), "606", "customer-1", root).await, [1170]);
    world.sandbox.advance_clock(days(200)).unwrap();
    assert_eq!(renew(right(), "606", "customer-1", handle).await, [1044]);
}

#[tokio::test]
async fn a_certificate_is_named_by_itself_too() {
    let world = World::start().await;
    enrol(&world, &single()).await;
    let pem = world.certificate("order-1").await;
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for handle in [pem, bare] {
        let handle = format!("<X509Cert>{handle}</X509Cert>");
        let renewed = renew(&world, &csr("example.com"), "606", "customer-1", &handle, "").await;
        assert!(renewed.is_success(), "{}", renewed.body);
    }
}

#[tokio::test]
async fn a_reissue_replaces_the_certificate_which_is_revoked_after_fourteen_days() {
    let world = World::start().await;
    let old = enrol(&world, &multi()).await;
    let placed = reissue(&world, &old, Some(&csr("example.com")), "", &[]).await;
    assert!(placed.is_success(), "{}", placed.body);
    assert_eq!(placed.text("orderID").as_deref(), Some("order-1"));
    let new = serial_of(&world, "order-1").await;
    assert_ne!(new, old);
    let orders = world.call("getOrderByOrderID", "<orderID>order-1</orderID>").await;
    assert_eq!(orders.body.matches("<Order ").count(), 2, "{}", orders.body);
    assert!(
        orders.body.find("reissue=\"true\"") > orders.body.find(&old),
        "the newest last: {}",
        orders.body
    );

    assert_eq!(status_of(&world, &old).await, "VALID");
    world.sandbox.advance_clock(days(7)).unwrap();
    assert_eq!(status_of(&world, &old).await, "REVOKING");
    world.sandbox.advance_clock(days(7)).unwrap();
    let gone = world.call("getCertificate", &by_serial(&old)).await;
    assert_eq!(gone.text("certificateStatus").as_deref(), Some("REVOKED"));
    assert_eq!(gone.text("revokedDate").as_deref(), Some("2026-12-05T12:00:00Z"));
    assert_eq!(status_of(&world, &new).await, "VALID");
    assert_eq!(reissue(&world, &old, None, "", &[]).await.codes(), [2126]);
}

#[tokio::test]
async fn added_names_are_proven_before_the_old_certificate_counts_its_days() {
    let world = World::start().await;
    let old = enrol(&world, &multi()).await;
    let without = reissue(&world, &old, None, "", &["example.net"]).await;
    assert_eq!(without.codes(), [2162]);
    let placed = reissue(&world, &old, None, DNS, &["example.net"]).await;
    let code = placed.text("code").unwrap();
    assert_eq!(all(&placed.body, "FQDN"), ["example.com", "example.org", "example.net"]);
    assert_eq!(reissue(&world, &old, None, "", &[]).await.codes(), [2126], "one is under way");
    let states = all(&world.names_state("order-1").await.body, "state");
    assert_eq!(states, ["VERIFIED", "VERIFIED", "REQUIRED"]);

    world.sandbox.advance_clock(days(10)).unwrap();
    assert_eq!(status_of(&world, &old).await, "VALID");
    world.sandbox.publish_dns(DnsRecord::txt("_certum.example.net", &code).unwrap());
    world.perform(&code).await;
    let certificate = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    assert_eq!(certificate.text("DNSNames").as_deref(), Some("example.com, example.org, example.net"));
    world.sandbox.advance_clock(days(10)).unwrap();
    assert_eq!(status_of(&world, &old).await, "REVOKING");
}

#[tokio::test]
async fn a_reissue_that_was_cancelled_leaves_the_certificate_to_be_reissued() {
    let world = World::start().await;
    let old = enrol(&world, &multi()).await;
    assert!(reissue(&world, &old, None, DNS, &["example.net"]).await.is_success());
    let cancel = "<cancelParameters><orderID>order-1</orderID></cancelParameters>";
    assert!(world.call("cancelOrder", cancel).await.is_success());
    assert!(reissue(&world, &old, None, "", &[]).await.is_success());
    world.sandbox.advance_clock(days(14)).unwrap();
    assert_eq!(status_of(&world, &old).await, "REVOKED");
}

#[tokio::test]
async fn a_reissue_lives_no_longer_than_what_was_paid_and_then_there_are_none() {
    let world = World::start().await;
    let first = enrol(&world, &single()).await;
    world.sandbox.advance_clock(days(190)).unwrap();
    assert!(reissue(&world, &first, None, "", &[]).await.is_success());
    let second = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    // 365 days from the first, not 99 from today: what is shorter counts.
    assert_eq!(second.text("endDate").as_deref(), Some("2027-09-06T11:59:59Z"));
    world.sandbox.advance_clock(days(95)).unwrap();
    let serial = second.text("serialNumber").unwrap();
    // The proofs are 285 days old.
    assert_eq!(reissue(&world, &serial, None, "", &[]).await.codes(), [2188]);
    let third = reissue(&world, &serial, None, DNS, &[]).await;
    let code = third.text("code").unwrap();
    world.sandbox.publish_dns(DnsRecord::txt("_certum.example.com", &code).unwrap());
    world.perform(&code).await;
    let third = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    assert_eq!(third.text("endDate").as_deref(), Some("2027-11-21T11:59:59Z"));
}

#[tokio::test]
async fn a_reissue_that_does_not_fit_says_why() {
    let world = World::start().await;
    let old = enrol(&world, &multi()).await;
    let reissue = |csr: Option<String>, added: &'static [&'static str]| {
        let (world, old) = (&world, &old);
        async move { reissue(world, old, csr.as_deref(), DNS, added).await.codes() }
    };
    assert_eq!(reissue(None, &["example.com", "a b", "*.example.net"]).await, [1008, 2130, 1115]);
    assert_eq!(reissue(Some("nonsense".to_owned()), &[]).await, [2097]);
    let mut other = Order::new("order-2", "601", &["example.net"], "FILE");
    other.csr = csr("example.net");
    world.order(&other).await;
    assert_eq!(reissue(Some(other.csr.clone()), &[]).await, [1032]);
    world.sandbox.advance_clock(days(199)).unwrap();
    assert_eq!(reissue(None, &[]).await, [2093]);
}

#[tokio::test]
async fn only_multi_domain_products_take_more_names() {
    let world = World::start().await;
    let old = enrol(&world, &single()).await;
    let refused = reissue(&world, &old, None, DNS, &["mail.example.com"]).await;
    assert_eq!((refused.codes(), refused.text("value").as_deref()), (vec![1107], Some("mail.example.com")));
}

#[tokio::test]
async fn a_reissue_has_an_identifier_of_its_own_where_that_is_the_habit() {
    let habits = Habits::plain().with_reissue_keeping_order_id(false);
    let world = World::start_with(|builder| builder.habits(habits)).await;
    let old = enrol(&world, &single()).await;
    let placed = reissue(&world, &old, None, "", &[]).await;
    let id = placed.text("orderID").unwrap();
    assert_ne!(id, "order-1");
    assert_eq!(serial_of(&world, "order-1").await, old);
    assert_ne!(serial_of(&world, &id).await, old);
}

#[tokio::test]
async fn caa_that_turned_against_us_holds_up_what_was_proven_before() {
    let world = World::start().await;
    let old = enrol(&world, &single()).await;
    let caa = DnsRecord::new("example.com", certum_sandbox::DnsRecordType::Caa, "0 issue \";\"").unwrap();
    world.sandbox.publish_dns(caa.clone());
    let placed = reissue(&world, &old, None, "", &[]).await;
    assert!(placed.is_success(), "{}", placed.body);
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    // Nobody has a code to ask with: the CA looks again by itself.
    world.sandbox.withdraw_dns(&caa).unwrap();
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn a_carried_proof_is_told_to_caa_as_it_was_given() {
    let world = World::start().await;
    let old = enrol(&world, &single()).await;
    let caa = "0 issue \"certum.pl; validationmethods=dns-01\"";
    let caa = DnsRecord::new("example.com", certum_sandbox::DnsRecordType::Caa, caa).unwrap();
    world.sandbox.publish_dns(caa);
    assert!(reissue(&world, &old, None, "", &[]).await.is_success());
    assert_ne!(serial_of(&world, "order-1").await, old, "proven by DNS, before as now");
}

#[tokio::test]
async fn a_key_that_was_given_up_as_compromised_is_refused_for_good() {
    let world = World::start().await;
    let (bad, good) = (single(), Order::new("order-2", "931", &["example.org"], "DNS_TXT_PREFIX"));
    let serial = enrol(&world, &bad).await;
    let other = enrol(&world, &good).await;
    let fields = format!(
        "<revokeCertificateParameters><revocationReason>KEYCOMPROMISE</revocationReason>\
         <serialNumber>{serial}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &fields).await.is_success());
    assert_eq!(reissue(&world, &other, Some(&bad.csr), "", &[]).await.codes(), [1063]);
    let mut again = Order::new("order-3", "601", &["example.com"], "DNS_TXT");
    again.csr = bad.csr.clone();
    assert_eq!(world.call("quickOrder", &again.fields()).await.codes(), [1063]);
}

#[tokio::test]
async fn a_key_stays_in_use_when_the_reissue_that_shares_it_is_cancelled() {
    let world = World::start().await;
    let order = multi();
    let old = enrol(&world, &order).await;
    assert!(reissue(&world, &old, None, DNS, &["example.net"]).await.is_success());
    let cancel = "<cancelParameters><orderID>order-1</orderID></cancelParameters>";
    assert!(world.call("cancelOrder", cancel).await.is_success());
    let mut twin = Order::new("order-2", "601", &["example.com"], "DNS_TXT");
    twin.csr = order.csr.clone();
    assert_eq!(world.call("quickOrder", &twin.fields()).await.codes(), [1032]);
}

#[tokio::test]
async fn no_certificate_is_made_with_a_key_that_became_known_while_the_order_waited() {
    let world = World::start().await;
    let old = enrol(&world, &multi()).await;
    let placed = reissue(&world, &old, None, DNS, &["example.net"]).await;
    let code = placed.text("code").unwrap();
    let fields = format!(
        "<revokeCertificateParameters><revocationReason>KEYCOMPROMISE</revocationReason>\
         <serialNumber>{old}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &fields).await.is_success());
    world.sandbox.publish_dns(DnsRecord::txt("_certum.example.net", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "REJECTED");
    let info = world.names_state("order-1").await.text("info").unwrap();
    assert_eq!(info, "the key is known to others");
}

#[tokio::test]
async fn what_its_owner_has_revoked_is_not_renewed_and_what_a_reissue_replaced_is() {
    let world = World::start().await;
    let first = enrol(&world, &single()).await;
    assert!(reissue(&world, &first, Some(&csr("example.com")), "", &[]).await.is_success());
    world.sandbox.advance_clock(days(10)).unwrap();
    assert_eq!(status_of(&world, &first).await, "REVOKING");
    let handle = by_serial(&first);
    let renewed = renew(&world, &csr("example.com"), "606", "customer-1", &handle, "").await;
    assert!(renewed.is_success(), "{}", renewed.body);

    let second = serial_of(&world, "order-1").await;
    let fields = format!(
        "<revokeCertificateParameters><revocationReason>SUPERSEDED</revocationReason>\
         <serialNumber>{second}</serialNumber></revokeCertificateParameters>"
    );
    assert!(world.call("revokeCertificate", &fields).await.is_success());
    let handle = by_serial(&second);
    let renewed = renew(&world, &csr("example.com"), "606", "customer-1", &handle, "").await;
    assert_eq!(renewed.codes(), [1138]);
}
