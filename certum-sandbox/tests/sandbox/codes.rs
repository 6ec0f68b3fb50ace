//! Every code that a request alone can earn, earned.

mod csr;
mod orders;
mod others;
mod requests;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use certum_api::{ErrorOrigin, KNOWN_ERROR_CODES};
use certum_sandbox::DnsRecord;
use jiff::SignedDuration;

use self::requests::{HOST, Row, device, extended, hosts, long, mail, order, organization, software};
use super::support::{Order, World, all, envelope, inner};

/// An account in which there is something to ask about.
struct Scene {
    world: World,
    /// What stands in the places that rows leave open.
    places: BTreeMap<&'static str, String>,
}

impl Scene {
    /// A certificate that is over (the order `over`), one that isn't (`issued`), and an open order (`open`).
    async fn set() -> Self {
        let world = World::start().await;
        let over = issue(&world, &Order::new("over", "601", &[HOST], "DNS_TXT")).await;
        world.sandbox.advance_clock(SignedDuration::from_hours(24 * 250)).unwrap();
        let issued = issue(&world, &Order::new("issued", "931", &[HOST], "DNS_TXT")).await;
        world.order(&Order::new("open", "931", &["c.example.com"], "DNS_TXT")).await;
        let today = world.sandbox.clock().now().to_string();
        let places = BTreeMap::from([
            ("{over}", inner(&over, "serialNumber").unwrap()),
            ("{over-date}", date(&inner(&over, "endDate").unwrap())),
            ("{serial}", inner(&issued, "serialNumber").unwrap()),
            ("{pem}", inner(&issued, "X509Cert").unwrap()),
            ("{today}", date(&today)),
        ]);
        Self { world, places }
    }

    fn fill(&self, text: &str) -> String {
        self.places.iter().fold(text.to_owned(), |text, (place, value)| text.replace(place, value))
    }

    /// Whether the answer to a row's request is the row's. If not, it says so.
    async fn earns(&self, row: &Row, operation: &str) -> bool {
        let answer = self.world.call(operation, &self.fill(&row.request.fields)).await;
        let value = row.value.as_deref().map(|value| self.fill(value));
        let mut told = errors(&answer.body);
        let mut expected: Vec<_> = row.besides.iter().map(|code| (*code, None)).collect();
        expected.push((row.code, value));
        for (code, value) in &mut told {
            // The values of the codes that come along are for their own rows to judge.
            *value = value.take().filter(|_| *code == row.code);
        }
        told.sort();
        expected.sort();
        if told != expected {
            let shown: String = answer.body.chars().take(1500).collect();
            eprintln!("{operation} for {}: expected {expected:?}, got {shown}", row.code);
        }
        told == expected
    }
}

/// An order of [`HOST`], as far as its certificate: the part of the answer that tells it.
async fn issue(world: &World, order: &Order) -> String {
    let code = world.order(order).await;
    world.sandbox.publish_dns(DnsRecord::txt(HOST, &code).unwrap());
    assert!(world.perform(&code).await.is_success());
    let answer = world.call("getCertificate", &format!("<orderID>{}</orderID>", order.id)).await;
    answer.text("certificateDetails").unwrap_or_else(|| panic!("{}", answer.body))
}

fn date(moment: &str) -> String {
    moment.split('T').next().unwrap().to_owned()
}

/// The codes of an answer, with their values.
fn errors(body: &str) -> Vec<(u32, Option<String>)> {
    let plain = |text: String| text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    all(body, "Error")
        .iter()
        .map(|error| (inner(error, "errorCode").unwrap().parse().unwrap(), inner(error, "value").map(plain)))
        .collect()
}

fn local_codes() -> BTreeSet<u32> {
    let local = KNOWN_ERROR_CODES.iter().filter(|known| known.origin == ErrorOrigin::Local);
    local.map(|known| known.code.number()).collect()
}

#[tokio::test]
async fn every_local_code_can_be_provoked_and_names_the_datum() {
    let scene = Scene::set().await;
    let (mut provoked, mut missed) = (BTreeSet::new(), BTreeSet::new());
    for row in orders::rows().iter().chain(&others::rows()) {
        let operation = row.request.operation;
        // Asking says what ordering says. It comes first: an order that is taken would spoil those after it.
        let asked = operation != "quickOrder" || scene.earns(row, "validateOrderParameters").await;
        let earned = asked && scene.earns(row, operation).await;
        let codes = if earned { &mut provoked } else { &mut missed };
        codes.insert(row.code);
    }
    for (code, user, password) in
        [(1084, long(256), "sandbox".to_owned()), (1090, "reseller".to_owned(), long(256))]
    {
        let document = envelope(&user, &password, "getOrderState", "<orderID>open</orderID>");
        let told = errors(&scene.world.post(document).await.unwrap().body);
        // The password is a secret.
        let earned = told == [(code, (code == 1084).then_some(user))];
        let codes = if earned { &mut provoked } else { &mut missed };
        codes.insert(code);
    }
    provoked.retain(|code| !missed.contains(code));

    let local = local_codes();
    let count = provoked.intersection(&local).count();
    // Past the harness, which keeps to itself what tests print that pass.
    writeln!(std::io::stdout(), "provoked {count} of {}", local.len()).unwrap();
    assert_eq!(missed, BTreeSet::new(), "earned something else");
    let left: Vec<_> = local.difference(&provoked).collect();
    assert_eq!(left, Vec::<&u32>::new(), "no row earned them");
}

#[tokio::test]
async fn what_the_table_spoils_is_right_before() {
    let world = World::start().await;
    let router = [
        (csr::COMMON_NAME, csr::PRINTABLE, HOST),
        (csr::UNSTRUCTURED_NAME, csr::PRINTABLE, "router.example.com"),
    ];
    let addressed =
        [(csr::COMMON_NAME, csr::PRINTABLE, HOST), (csr::UNSTRUCTURED_ADDRESS, csr::PRINTABLE, "1.1.1.1")];
    for request in [
        order(),
        hosts("931", &[HOST, "b.example.com"]),
        hosts("741", &["*.example.com", "example.com"]),
        organization(),
        extended(),
        mail(),
        software(),
        device(&router),
        device(&addressed),
        order().set("CSR", &csr::with_attribute(csr::DESCRIPTION, csr::UTF8, "a shop")),
    ] {
        let answer = world.call("validateOrderParameters", &request.fields).await;
        assert!(answer.is_success(), "{}: {}", request.fields, answer.body);
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_told_with_the_rest_and_nothing_is_placed() {
    let mut world = World::start().await;
    let maybe = "<verificationNotificationEnabled>may &amp; be</verificationNotificationEnabled>";
    let odd = order().add("SANApprover", maybe);
    assert_eq!(
        errors(&world.call("quickOrder", &odd.fields).await.body),
        [(2059, Some("may & be".to_owned()))]
    );
    assert_eq!(world.call("getOrderState", "<orderID>new-order</orderID>").await.codes(), [1033]);
    let worse = odd.set("customer", "reseller").set("validityPeriod", "").cut("CSR");
    for operation in ["quickOrder", "validateOrderParameters"] {
        let codes = world.call(operation, &worse.fields).await.codes();
        assert_eq!(BTreeSet::from_iter(codes), BTreeSet::from([1002, 1023, 2059, 2187]), "{operation}");
    }
    // Who asks comes first.
    world.password = "wrong";
    let answer = world.call("quickOrder", &worse.fields).await;
    assert_eq!((answer.text("successCode").as_deref(), answer.codes()), (Some("2"), vec![]));
}

#[tokio::test]
async fn what_a_csr_says_in_characters_that_xml_lacks_is_told_all_the_same() {
    let world = World::start().await;
    let odd = order().set("CSR", &csr::with_attribute("2.5.4.10", csr::UTF8, "Sklep\u{0}\u{ffff}"));
    let answer = world.call("quickOrder", &odd.fields).await;
    assert_eq!(errors(&answer.body), [(2168, Some("Sklep\\u{0}\\u{ffff}".to_owned()))]);
    // The order's own word counts instead, and nothing is left of the other.
    let odd = odd.set("organization", "Sklep");
    let answer = world.call("validateOrderParameters", &odd.fields).await;
    assert!(answer.is_success() && answer.text("organization").is_none(), "{}", answer.body);
}

#[tokio::test]
async fn a_key_that_was_given_up_as_known_to_others_is_refused_as_such() {
    let world = World::start().await;
    let mut order = Order::new("order-1", "601", &[HOST], "DNS_TXT");
    let certificate = issue(&world, &order).await;
    order.id = "order-2";
    assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [1032]);
    let revoke = format!(
        "<revokeCertificateParameters><revocationReason>KEYCOMPROMISE</revocationReason>\
         <serialNumber>{}</serialNumber></revokeCertificateParameters>",
        inner(&certificate, "serialNumber").unwrap()
    );
    assert!(world.call("revokeCertificate", &revoke).await.is_success());
    assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [1063]);
}

#[tokio::test]
async fn the_list_of_products_says_what_can_be_ordered() {
    let world = World::start().await;
    let plain = world.call("getProductList", "").await;
    let products = all(&plain.body, "product");
    let find = |code: &str| {
        let wanted = format!("<code>{code}</code>");
        products.iter().find(|product| product.contains(&wanted)).unwrap()
    };
    assert_eq!(inner(find("601"), "type").as_deref(), Some("Commercial SSL"));
    assert_eq!(inner(find("606"), "type").as_deref(), Some("Commercial SSL (renewal)"));
    assert_eq!(inner(find("691"), "validityPeriod").as_deref(), Some("30"));
    assert!(!plain.body.contains("hashAlgorithm"), "{}", plain.body);
    for product in &products {
        let code = inner(product, "code").unwrap();
        let order = order().set("productCode", &code);
        let codes = world.call("validateOrderParameters", &order.fields).await.codes();
        assert!(!codes.contains(&1075) && !codes.contains(&1006), "{code}: {codes:?}");
    }
    let full = world.call("getProductList", "<hashAlgorithm>true</hashAlgorithm>").await;
    let mail = all(&full.body, "product").into_iter().find(|product| product.contains("<code>731</code>"));
    assert_eq!(all(&mail.unwrap(), "hashAlgorithm"), ["RSA-SHA256"]);
    let host = all(&full.body, "product").into_iter().find(|product| product.contains("<code>601</code>"));
    assert_eq!(all(&host.unwrap(), "hashAlgorithm"), ["RSA-SHA256", "ECC-SHA256"]);
}
