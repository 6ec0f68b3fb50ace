//! What an officer of the CA decides, and what customers hand in for that; mailboxes.

use certum_api::types::{OrderVerificationState, OrderVerificationType};
use certum_sandbox::{DnsRecord, VerificationDecision};
use jiff::SignedDuration;
use reqwest::Method;

use super::support::{Order, World, all};

/// What an organization says about itself.
const ORGANIZATION: &str = "<organization>Example Sp. z o.o.</organization><locality>Szczecin</locality>\
    <country>PL</country><state>zachodniopomorskie</state>";

fn ov() -> Order {
    let mut order = Order::new("order-1", "631", &["example.com"], "DNS_TXT");
    order.extra = ORGANIZATION.to_owned();
    let number = "<organizationInfo><taxIdentificationNumber>PL5250001009</taxIdentificationNumber></organizationInfo>";
    order.requestor.insert_str(0, number);
    order
}

fn mailbox() -> Order {
    let mut order = Order::new("order-1", "731", &["jan@example.com"], "");
    order.names.clear();
    order.approver.clear();
    order.extra = "<email>jan@example.com</email><commonName>jan@example.com</commonName>".to_owned();
    order
}

async fn decide(world: &World, kind: &str, state: &str) -> u16 {
    let body = format!("{{\"type\":\"{kind}\",\"state\":\"{state}\"}}");
    world.control(Method::POST, "orders/order-1/verifications", &body).await.0
}

async fn verifications(world: &World) -> Vec<(String, String)> {
    let answer = world.call("getOrderState", "<orderID>order-1</orderID>").await;
    let [types, states] = ["type", "state"].map(|name| all(&answer.body, name));
    types.into_iter().zip(states).collect()
}

#[tokio::test]
async fn an_organization_is_looked_into_besides_its_domain() {
    let world = World::start().await;
    let code = world.order(&ov()).await;
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    let pair = |kind: &str, state: &str| (kind.to_owned(), state.to_owned());
    assert_eq!(
        verifications(&world).await,
        [
            pair("DOMAIN", "VERIFIED"),
            pair("SYSTEM", "VERIFIED"),
            pair("ORGANIZATION", "REQUIRED"),
            pair("APPLICANT", "REQUIRED")
        ]
    );
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    assert_eq!(decide(&world, "ORGANIZATION", "VERIFIED").await, 200);
    assert_eq!(decide(&world, "APPLICANT", "FAILED").await, 200);
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    assert_eq!(decide(&world, "APPLICANT", "NOT_REQUIRED").await, 200);
    assert_eq!(world.status("order-1").await, "ENROLLED");
    assert_eq!(decide(&world, "APPLICANT", "VERIFIED").await, 409, "it is over");
}

#[tokio::test]
async fn a_decision_that_makes_no_sense_is_refused_with_its_field() {
    let world = World::start().await;
    world.order(&ov()).await;
    assert_eq!(decide(&world, "WEATHER", "VERIFIED").await, 400);
    assert_eq!(decide(&world, "ORGANIZATION", "FINE").await, 400);
    assert_eq!(decide(&world, "EMAIL", "VERIFIED").await, 409, "nobody asked for that");
    assert_eq!(decide(&world, "DOMAIN", "REQUIRED").await, 409);
    let nowhere = world.control(
        Method::POST,
        "orders/order-2/verifications",
        "{\"type\":\"DOMAIN\",\"state\":\"VERIFIED\"}",
    );
    assert_eq!(nowhere.await.0, 404);
}

#[tokio::test]
async fn the_page_behind_a_link_shows_a_mailbox_as_text() {
    let world = World::start().await;
    let mut order = mailbox();
    order.extra = "<email>o'neil&amp;sons@example.com</email><commonName>O'Neil</commonName>".to_owned();
    assert!(world.call("quickOrder", &order.fields()).await.is_success());
    let link = world.sandbox.mail()[0].approve_url.clone().unwrap();
    for request in [world.http.get(link.clone()), world.http.post(link)] {
        let page = request.send().await.unwrap().text().await.unwrap();
        assert!(page.contains("<b>o&apos;neil&amp;sons@example.com</b>"), "{page}");
    }
}

#[tokio::test]
async fn an_officer_can_vouch_for_domains_and_lists_can_block() {
    let world = World::start().await;
    world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let block = "{\"type\":\"SYSTEM\",\"state\":\"FAILED\",\"method\":\"PHISHTANK\"}";
    assert_eq!(world.control(Method::POST, "orders/order-1/verifications", block).await.0, 200);
    let decision = |kind| VerificationDecision::new(kind, OrderVerificationState::Verified);
    world.sandbox.decide_verification("order-1", decision(OrderVerificationType::Domain)).await.unwrap();
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    assert_eq!(world.names_state("order-1").await.text("method").as_deref(), Some("PHISHTANK"));
    world.sandbox.decide_verification("order-1", decision(OrderVerificationType::System)).await.unwrap();
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn an_order_can_be_given_everything_that_it_waits_for() {
    for method in ["DNS_TXT", "DNS_CNAME_PREFIX", "FILE", "ADMIN"] {
        let world = World::start().await;
        let mut order = ov();
        order.approver = Order::new("order-1", "631", &["example.com"], method).approver;
        if method == "ADMIN" {
            let prefix = "<approverEmailPrefix>ADMIN</approverEmailPrefix></SANApprover>";
            order.approver = order.approver.replace("</SANApprover>", prefix);
        }
        let placed = world.order(&order).await;
        world.sandbox.satisfy("order-1").await.unwrap();
        if method != "ADMIN" {
            assert_eq!(world.status("order-1").await, "VERIFICATION", "nobody was told to look");
            world.perform(&placed).await;
        }
        assert_eq!(world.status("order-1").await, "ENROLLED", "{method}");
    }
    let world = World::start().await;
    let placed = world.call("quickOrder", &mailbox().fields().replace("<SANEntries></SANEntries>", "")).await;
    assert!(placed.is_success(), "{}", placed.body);
    assert_eq!(world.control(Method::POST, "orders/order-1/satisfy", "").await.0, 200);
    assert_eq!(world.status("order-1").await, "ENROLLED");
    assert_eq!(world.control(Method::POST, "orders/order-2/satisfy", "").await.0, 404);
}

#[tokio::test]
async fn documents_are_kept_and_told_without_their_contents() {
    let world = World::start().await;
    world.order(&ov()).await;
    let note = |documents: &str| {
        format!(
            "<verifyOrderParameters><note>the extract</note><orderID>order-1</orderID>{documents}\
             </verifyOrderParameters>"
        )
    };
    let documents = "<documents><document><description>KRS</description><type>ORGANIZATION</type><files><file>\
        <fileName>krs.pdf</fileName><content>aGVsbG8=</content></file></files></document></documents>";
    assert!(world.call("verifyOrder", &note("")).await.is_success());
    let handed_in = world.call("verifyOrder", &note(documents)).await;
    assert!(handed_in.is_success(), "{}", handed_in.body);
    let listed = world.call("getDocumentsList", "<orderID>order-1</orderID>").await;
    assert_eq!(all(&listed.body, "fileName"), ["krs.pdf"]);
    assert_eq!(all(&listed.body, "type"), ["ORGANIZATION"]);
    assert!(!listed.body.contains("aGVsbG8="), "{}", listed.body);
    world.sandbox.reject_order("order-1").unwrap();
    assert_eq!(world.call("verifyOrder", &note("")).await.codes(), [2056]);
}

#[tokio::test]
async fn a_mailbox_is_asked_and_asked_again_when_the_link_has_expired() {
    let world = World::start().await;
    let placed = world.call("quickOrder", &mailbox().fields().replace("<SANEntries></SANEntries>", "")).await;
    assert!(placed.is_success(), "{}", placed.body);
    let mail = world.sandbox.mail();
    assert_eq!(mail[0].to, "jan@example.com");
    let state = async || world.call("getEmailVerification", "<orderID>order-1</orderID>").await;
    assert_eq!(state().await.text("verified").as_deref(), Some("false"));

    let again = async || world.call("addEmailVerification", "<orderID>order-1</orderID>").await.codes();
    assert_eq!(again().await, [1114]);
    world.sandbox.advance_clock(SignedDuration::from_hours(4 * 24)).unwrap();
    assert!(world.sandbox.approve_mail(1).await.is_err(), "the link has expired");
    assert_eq!(again().await, Vec::<u32>::new());
    assert!(world.sandbox.approve_mail(1).await.is_err(), "a newer one replaced it");
    world.sandbox.approve_mail(2).await.unwrap();
    world.sandbox.approve_mail(2).await.unwrap();
    assert_eq!(state().await.text("verified").as_deref(), Some("true"));
    assert_eq!(world.status("order-1").await, "ENROLLED");
    assert_eq!(again().await, [1113]);
    assert_eq!(verifications(&world).await[0], ("EMAIL".to_owned(), "VERIFIED".to_owned()));
}

#[tokio::test]
async fn an_order_for_hosts_has_no_mailbox_to_ask() {
    let world = World::start().await;
    world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    let asked = world.call("addEmailVerification", "<orderID>order-1</orderID>").await;
    assert_eq!((asked.codes(), asked.text("value").as_deref()), (vec![2163], Some("601")));
    let told = world.call("getEmailVerification", "<orderID>order-1</orderID>").await;
    assert!(told.is_success() && told.text("email").is_none(), "{}", told.body);
}

#[tokio::test]
async fn whoever_wants_it_is_told_by_mail_what_to_publish() {
    let world = World::start().await;
    let mut order = Order::new("order-1", "601", &["example.com"], "");
    order.approver =
        "<SANApprover><approverMethod>DNS_TXT</approverMethod><verificationNotificationEnabled>true\
                      </verificationNotificationEnabled></SANApprover>"
            .to_owned();
    let code = world.order(&order).await;
    let mail = world.sandbox.mail();
    assert_eq!((mail[0].to.as_str(), &mail[0].approve_url), ("jan@example.com", &None));
    assert!(mail[0].text.contains(&code), "{}", mail[0].text);
    assert!(world.sandbox.approve_mail(1).await.is_err());
}

#[tokio::test]
async fn the_ca_looks_by_itself_and_says_how_often_it_did() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.perform(&code).await;
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let state = world.names_state("order-1").await;
    let reason = "no TXT record at example.com (look 2, at 2026-11-21T12:05:00Z)";
    assert_eq!(state.text("info").as_deref(), Some(reason));
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    world.sandbox.advance_clock(SignedDuration::from_mins(25)).unwrap();
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn the_ca_stops_looking_after_thirty_days() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.advance_clock(SignedDuration::from_hours(24 * 31)).unwrap();
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    assert_eq!(world.status("order-1").await, "AWAITING");
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn one_look_is_made_for_all_that_ask_at_once() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.perform(&code).await;
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let ask = || world.status("order-1");
    let _ = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask(), ask(), ask());
    let info = world.names_state("order-1").await.text("info").unwrap();
    assert!(info.contains("(look 2,"), "{info}");
}

#[tokio::test]
async fn a_resolver_that_answers_nobody_does_not_hold_up_everybody() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let server = silent.local_addr().unwrap();
    let world = World::start_with(|builder| builder.dns_server(server)).await;
    let ids = ["order-1", "order-2", "order-3", "order-4", "order-5", "order-6", "order-7", "order-8"];
    for id in ids {
        world.order(&Order::new(id, "601", &["a.b.c.example.com"], "DNS")).await;
    }
    world.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    // One after the other they would take minutes, and whoever asks next would wait again.
    assert_eq!(world.status("order-1").await, "AWAITING");
    assert_eq!(world.status("order-2").await, "AWAITING");
}

#[tokio::test]
async fn a_decision_taken_back_is_a_change_like_any_other() {
    let world = World::start().await;
    world.order(&ov()).await;
    let updated = async || {
        let answer = world.call("getOrderState", "<orderID>order-1</orderID>").await;
        answer.text("lastUpdateDate").unwrap()
    };
    for (minutes, state) in [(1, "VERIFIED"), (2, "REQUIRED"), (3, "FAILED")] {
        world.sandbox.advance_clock(SignedDuration::from_mins(1)).unwrap();
        assert_eq!(decide(&world, "ORGANIZATION", state).await, 200);
        assert_eq!(updated().await, format!("2026-11-21T12:0{minutes}:00Z"), "{state}");
    }
}

#[tokio::test]
async fn what_an_officer_says_of_a_mailbox_is_what_is_told() {
    let world = World::start().await;
    let fields = mailbox().fields().replace("<SANEntries></SANEntries>", "");
    assert!(world.call("quickOrder", &fields).await.is_success());
    let verified = async || {
        let answer = world.call("getEmailVerification", "<orderID>order-1</orderID>").await;
        answer.text("verified").unwrap()
    };
    assert_eq!(decide(&world, "EMAIL", "FAILED").await, 200);
    assert_eq!(verified().await, "false");
    let again = world.call("addEmailVerification", "<orderID>order-1</orderID>").await;
    assert!(again.is_success(), "{}", again.body);
    assert_eq!(decide(&world, "EMAIL", "VERIFIED").await, 200);
    assert_eq!(verified().await, "true");
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn a_code_signing_certificate_is_issued_and_not_reissued() {
    let world = World::start().await;
    let mut order = ov();
    order.product = "841";
    order.approver.clear();
    order.names.clear();
    let fields = order.fields().replace("<SANEntries></SANEntries>", "");
    let placed = world.call("quickOrder", &fields).await;
    assert!(placed.is_success(), "{}", placed.body);
    for kind in ["ORGANIZATION", "APPLICANT"] {
        assert_eq!(decide(&world, kind, "VERIFIED").await, 200);
    }
    let certificate = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    let serial = certificate.text("serialNumber").unwrap_or_else(|| panic!("{}", certificate.body));
    let refused = world.call("reissueCertificate", &format!("<serialNumber>{serial}</serialNumber>")).await;
    assert_eq!((refused.codes(), refused.text("value").as_deref()), (vec![2122], Some("841")));
}
