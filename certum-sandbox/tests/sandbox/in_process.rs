//! The same sandbox without sockets: what it answers, and what it needs for that.

use std::task::{Context, Poll, Waker};

use certum_sandbox::{DnsRecord, DnsRecordType, Fault, FaultKind, FaultPlan, FaultPoint, Sandbox};
use jiff::SignedDuration;

use super::support::{Answer, Order, World, csr, envelope};

/// Two sandboxes that differ in nothing but the way to them.
struct Twins {
    over: World,
    within: World,
}

impl Twins {
    async fn start() -> Self {
        Self { over: World::start().await, within: World::within() }
    }

    /// Asks both, and holds the answers against each other. None: the connection was closed, of both.
    async fn try_call(&self, operation: &str, fields: &str) -> Option<Answer> {
        let document = envelope("reseller", "sandbox", operation, fields);
        let within = self.within.sandbox.exchange(document.as_bytes()).await;
        let over = self.over.post(document).await.ok();
        assert_eq!(over.is_some(), within.is_some(), "{operation}");
        let (over, within) = (over?, within?);
        let text = String::from_utf8_lossy(&within.body);
        assert_eq!(
            (over.status, without_certificates(&over.body)),
            (within.status, without_certificates(&text)),
            "{operation}"
        );
        Some(over)
    }

    async fn call(&self, operation: &str, fields: &str) -> Answer {
        self.try_call(operation, fields).await.unwrap()
    }

    async fn order(&self, order: &Order) -> String {
        let answer = self.call("quickOrder", &order.fields()).await;
        answer.text("code").unwrap_or_else(|| panic!("{}", answer.body))
    }

    /// Looks for the code, and tells where the order and its names stand.
    async fn prove(&self, order_id: &str, code: &str) -> String {
        self.call("performSanVerification", &format!("<code>{code}</code>")).await;
        let id = format!("<orderID>{order_id}</orderID>");
        self.call("getSanVerificationState", &id).await;
        self.call("getOrderState", &id).await.text("orderStatus").unwrap()
    }

    async fn serial_of(&self, order_id: &str) -> String {
        let answer = self.call("getCertificate", &format!("<orderID>{order_id}</orderID>")).await;
        answer.text("serialNumber").unwrap_or_else(|| panic!("{}", answer.body))
    }

    fn both(&self, change: impl Fn(&Sandbox)) {
        change(&self.over.sandbox);
        change(&self.within.sandbox);
    }

    fn publish(&self, name: &str, kind: DnsRecordType, value: &str) {
        self.both(|sandbox| sandbox.publish_dns(DnsRecord::new(name, kind, value).unwrap()));
    }

    fn wait(&self, hours: i64) {
        self.both(|sandbox| {
            sandbox.advance_clock(SignedDuration::from_hours(hours)).unwrap();
        });
    }
}

/// An answer without what no two sandboxes have in common: keys and signatures.
fn without_certificates(body: &str) -> String {
    let mut pieces = body.split("-----BEGIN CERTIFICATE-----");
    let mut kept = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (_, rest) = piece.split_once("-----END CERTIFICATE-----").unwrap();
        kept.push_str("[certificate]");
        kept.push_str(rest);
    }
    kept
}

#[tokio::test]
async fn proofs_of_each_kind_are_found_as_over_sockets() {
    let twins = Twins::start().await;
    let order = |id, names: &[&'static str], method| Order::new(id, "601", names, method);

    let prefixed = order("order-1", &["a.example.com"], "DNS_TXT_PREFIX");
    let code = twins.order(&prefixed).await;
    assert_eq!(twins.prove("order-1", &code).await, "VERIFICATION");
    twins.publish("_certum.a.example.com", DnsRecordType::Cname, "proofs.example.org");
    twins.publish("proofs.example.org", DnsRecordType::Txt, &code);
    assert_eq!(twins.prove("order-1", &code).await, "ENROLLED");
    twins.serial_of("order-1").await;

    let alias = order("order-2", &["b.example.com"], "DNS_CNAME");
    let code = twins.order(&alias).await;
    twins.publish("b.example.com", DnsRecordType::Cname, &format!("{code}.certum.pl"));
    assert_eq!(twins.prove("order-2", &code).await, "ENROLLED");

    let file = order("order-3", &["c.example.com", "www.c.example.com"], "FILE");
    let code = twins.order(&file).await;
    let path = "/.well-known/pki-validation/certum.txt";
    let publish = |host: &str, body: String| {
        twins.both(|sandbox| sandbox.publish_http(host, path, &body).unwrap());
    };
    assert_eq!(twins.prove("order-3", &code).await, "VERIFICATION");
    publish("c.example.com", "another".to_owned());
    publish("www.c.example.com", "x".repeat(5000));
    assert_eq!(twins.prove("order-3", &code).await, "VERIFICATION");
    publish("c.example.com", format!("{code}-certum.pl"));
    twins.both(|sandbox| sandbox.withdraw_http("www.c.example.com", path).unwrap());
    twins.both(|sandbox| sandbox.publish_http("www.c.example.com", "/other", "text").unwrap());
    assert_eq!(twins.prove("order-3", &code).await, "VERIFICATION");
    publish("www.c.example.com", format!("{code}-certum.pl\n"));
    assert_eq!(twins.prove("order-3", &code).await, "ENROLLED");

    let letters = Order::new("order-4", "741", &["*.d.example.com", "d.example.com"], "ADMIN");
    let prefix = "<approverEmailPrefix>ADMIN</approverEmailPrefix><approverMethod>ADMIN</approverMethod>";
    let letters = Order { approver: format!("<SANApprover>{prefix}</SANApprover>"), ..letters };
    twins.order(&letters).await;
    let (over, within) =
        (twins.over.sandbox.mail_about("order-4"), twins.within.sandbox.mail_about("order-4"));
    assert_eq!((over.len(), &over[0].to), (1, &within[0].to));
    for world in [&twins.over, &twins.within] {
        world.sandbox.approve_mail(over[0].id).await.unwrap();
    }
    assert_eq!(twins.serial_of("order-4").await.len(), 32);
}

#[tokio::test]
async fn caa_is_obeyed_as_over_sockets() {
    let twins = Twins::start().await;
    twins.publish("example.com", DnsRecordType::Caa, "0 issue \"ca.example.org\"");
    twins.publish("example.com", DnsRecordType::Caa, "0 issuewild \"certum.pl\"");
    twins.publish("alias.example.org", DnsRecordType::Cname, "a.b.example.com");
    let wildcard = Order::new("order-1", "741", &["*.b.example.com", "b.example.com"], "DNS_TXT");
    let code = twins.order(&wildcard).await;
    twins.publish("b.example.com", DnsRecordType::Txt, &code);
    assert_eq!(twins.prove("order-1", &code).await, "VERIFICATION");
    twins.publish("b.example.com", DnsRecordType::Caa, "0 issue \"certum.pl; validationmethods=dns-01\"");
    assert_eq!(twins.prove("order-1", &code).await, "ENROLLED");
    // The climb goes on from the alias, not from what it points at.
    let aliased = Order::new("order-2", "601", &["alias.example.org"], "DNS_TXT_PREFIX");
    let code = twins.order(&aliased).await;
    twins.publish("_certum.alias.example.org", DnsRecordType::Txt, &code);
    assert_eq!(twins.prove("order-2", &code).await, "ENROLLED");
}

#[tokio::test]
async fn a_life_of_years_goes_the_same_way_as_over_sockets() {
    let twins = Twins::start().await;
    let code = twins.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    // The CA finds it by itself.
    twins.publish("example.com", DnsRecordType::Txt, &code);
    twins.wait(1);
    let first = twins.serial_of("order-1").await;

    twins.wait(24 * 100);
    let named = |serial: &str, csr: &str| format!("<serialNumber>{serial}</serialNumber><CSR>{csr}</CSR>");
    let answer = twins.call("reissueCertificate", &named(&first, &csr("example.com"))).await;
    assert!(answer.is_success(), "{}", answer.body);
    twins.wait(24 * 20);
    twins.call("getCertificate", &format!("<serialNumber>{first}</serialNumber>")).await;
    let second = twins.serial_of("order-1").await;
    assert_ne!(first, second);

    let renewal = format!(
        "<CSR>{}</CSR><customer>customer-1</customer><productCode>606</productCode>\
         <serialNumber>{second}</serialNumber>",
        csr("example.com")
    );
    let renewed = twins.call("renewCertificate", &renewal).await;
    let renewed = renewed.text("orderID").unwrap_or_else(|| panic!("{}", renewed.body));
    let third = twins.serial_of(&renewed).await;
    let fields =
        format!("<revocationReason>SUPERSEDED</revocationReason><serialNumber>{third}</serialNumber>");
    let fields = format!("<revokeCertificateParameters>{fields}</revokeCertificateParameters>");
    twins.call("revokeCertificate", &fields).await;
    twins.call("revokeCertificate", &fields).await;

    twins.order(&Order::new("order-2", "601", &["other.example.com"], "FILE")).await;
    let note = "<cancelParameters><note>a note</note><orderID>order-2</orderID></cancelParameters>";
    twins.call("cancelOrder", note).await;
    twins.call("getModifiedOrders", &range("2026-11-01T00:00:00Z", "2027-12-01T00:00:00Z")).await;
    twins.call("getOrdersByDateRange", &range("2026-11-01T00:00:00Z", "2027-12-01T00:00:00Z")).await;
    twins.wait(24 * 155);
    let expiring = twins.call("getExpiringCertificates", "<validityDaysLeft>30</validityDaysLeft>").await;
    assert_eq!(expiring.text("serialNumber"), Some(second));
    let told = |world: &World| world.sandbox.calls();
    assert_eq!(told(&twins.over), told(&twins.within));
}

fn range(from: &str, to: &str) -> String {
    format!("<fromDate>{from}</fromDate><toDate>{to}</toDate>")
}

#[tokio::test]
async fn faults_strike_and_nonsense_is_answered_as_over_sockets() {
    let twins = Twins::start().await;
    let kinds = [
        FaultKind::Drop,
        FaultKind::Http500,
        FaultKind::SoapFault,
        FaultKind::Garbage,
        FaultKind::SlowBody(std::time::Duration::from_millis(1)),
        FaultKind::Delay(std::time::Duration::from_millis(1)),
    ];
    let points = [FaultPoint::BeforeCommit, FaultPoint::AfterCommit];
    let mut answered = Vec::new();
    for (kind, point) in kinds.into_iter().flat_map(|kind| points.map(|point| (kind, point))) {
        let plan = FaultPlan::new().with(Fault::new("getProductList", kind, point).times(1));
        twins.both(|sandbox| sandbox.set_faults(plan.clone()));
        answered.push(twins.try_call("getProductList", "").await.is_some());
    }
    assert_eq!(answered.iter().filter(|is_answered| !**is_answered).count(), 2, "{answered:?}");
    twins.both(|sandbox| sandbox.set_faults(FaultPlan::new()));
    assert_eq!(twins.over.sandbox.calls(), twins.within.sandbox.calls());

    twins.call("getOrderState", "").await;
    twins.call("nonsense", "").await;
    let nonsense = twins.within.sandbox.exchange(b"nonsense").await.unwrap();
    let over = twins.over.post("nonsense").await.unwrap();
    assert_eq!((nonsense.status, &nonsense.body[..]), (over.status, over.body.as_bytes()));
}

#[test]
fn it_needs_no_runtime_and_never_waits() {
    fn at_once<T>(future: impl Future<Output = T>) -> T {
        let Poll::Ready(value) = Box::pin(future).as_mut().poll(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("it waits")
        };
        value
    }
    let world = World::within();
    let path = "/.well-known/pki-validation/certum.txt";
    let names = ["example.com", "www.example.com"];
    let code = at_once(world.order(&Order::new("order-1", "601", &names, "FILE")));
    for name in names {
        world.sandbox.publish_http(name, path, &format!("{code}-certum.pl")).unwrap();
    }
    let other = at_once(world.order(&Order::new("order-2", "601", &["example.org"], "DNS")));
    world.sandbox.publish_dns(DnsRecord::txt("_certum.example.org", &other).unwrap());
    // One is asked for, one comes with the CA's own looks.
    assert!(at_once(world.perform(&code)).is_success());
    world.sandbox.advance_clock(SignedDuration::from_hours(1)).unwrap();
    assert_eq!(at_once(world.status("order-1")), "ENROLLED");
    assert_eq!(at_once(world.status("order-2")), "ENROLLED");
    at_once(world.sandbox.shutdown());
}

#[tokio::test]
async fn checks_can_still_be_sent_to_another_dns_server() {
    let other = World::start().await;
    let server = other.sandbox.dns_addr();
    let world = World::within_with(|builder| builder.dns_server(server));
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let record = DnsRecord::txt("example.com", &code).unwrap();
    world.sandbox.publish_dns(record.clone());
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    other.sandbox.publish_dns(record);
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
}
