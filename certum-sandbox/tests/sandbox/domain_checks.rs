//! Proving names, each way.

use certum_sandbox::{DnsRecord, DnsRecordType};
use jiff::SignedDuration;

use super::support::{Order, World, all};

async fn state_of_names(world: &World, order_id: &str) -> Vec<String> {
    let answer = world.names_state(order_id).await;
    all(&answer.body, "state")
}

#[tokio::test]
async fn every_dns_method_leads_to_a_certificate() {
    for method in ["DNS", "DNS_TXT", "DNS_TXT_PREFIX", "DNS_CNAME", "DNS_CNAME_PREFIX"] {
        let world = World::start().await;
        let code =
            world.order(&Order::new("order-1", "741", &["*.example.com", "example.com"], method)).await;
        let name = if method.ends_with("PREFIX") { "_certum.example.com" } else { "example.com" };
        world.sandbox.publish_dns(match method.contains("CNAME") {
            true => DnsRecord::cname(name, &format!("{code}.certum.pl")).unwrap(),
            false => DnsRecord::txt(name, &code).unwrap(),
        });
        assert!(world.perform(&code).await.is_success(), "{method}");
        assert_eq!(world.status("order-1").await, "ENROLLED", "{method}");
    }
}

#[tokio::test]
async fn a_file_proves_only_the_very_host() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["example.com", "www.example.com"], "FILE")).await;
    let path = "/.well-known/pki-validation/certum.txt";
    world.sandbox.publish_http("example.com", path, &format!("{code}-certum.pl\n")).unwrap();
    world.perform(&code).await;
    assert_eq!(state_of_names(&world, "order-1").await, ["VERIFIED", "FAILED"]);
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    world.sandbox.publish_http("WWW.example.com", path, &format!("{code}-certum.pl")).unwrap();
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn a_proof_that_has_expired_when_the_last_name_is_proven_has_to_be_given_again() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "931", &["example.com", "example.org"], "DNS_TXT")).await;
    let proof = |domain| DnsRecord::txt(domain, &code).unwrap();
    world.sandbox.publish_dns(proof("example.com"));
    world.perform(&code).await;
    assert_eq!(state_of_names(&world, "order-1").await, ["VERIFIED", "FAILED"]);

    world.sandbox.advance_clock(SignedDuration::from_hours(201 * 24)).unwrap();
    let state = world.names_state("order-1").await;
    assert_eq!(all(&state.body, "state"), ["REQUIRED", "FAILED"]);
    let too_old = "the proof of 2026-11-21T12:00:00Z is too old to be used";
    assert_eq!((state.text("info").as_deref(), state.text("expireDate")), (Some(too_old), None));
    let order = world.call("getOrderState", "<orderID>order-1</orderID>").await;
    assert_eq!(order.text("expireDate"), None, "{}", order.body);

    // The second name alone is not enough.
    world.sandbox.withdraw_dns(&proof("example.com")).unwrap();
    world.sandbox.publish_dns(proof("example.org"));
    world.perform(&code).await;
    assert_eq!(state_of_names(&world, "order-1").await, ["FAILED", "VERIFIED"]);
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    world.sandbox.publish_dns(proof("example.com"));
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
    // The certificate is there, however old its proofs grow.
    world.sandbox.advance_clock(SignedDuration::from_hours(201 * 24)).unwrap();
    assert_eq!(state_of_names(&world, "order-1").await, ["VERIFIED", "VERIFIED"]);
}

#[tokio::test]
async fn the_file_is_where_a_browser_would_find_it() {
    let world = World::start().await;
    world.sandbox.publish_http("example.com", "/proof.txt", "text").unwrap();
    let url = world.sandbox.control_url().join("/proof.txt").unwrap();
    let get = |host: &str| world.http.get(url.clone()).header("host", host).send();
    assert_eq!(get("example.com").await.unwrap().text().await.unwrap(), "text");
    assert_eq!(get("example.org").await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_link_in_a_message_is_opened_without_effect_and_pressed_with_effect() {
    let world = World::start().await;
    let mut order = Order::new("order-1", "931", &["example.com", "www.example.com", "example.org"], "");
    order.approver = "<SANApprover><approverMethod>ADMIN</approverMethod>\
                      <approverEmailPrefix>POSTMASTER</approverEmailPrefix></SANApprover>"
        .to_owned();
    world.order(&order).await;
    let mail = world.sandbox.mail();
    let to: Vec<_> = mail.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["postmaster@example.com", "postmaster@example.org"]);

    let shown = format!("{mail:?}");
    assert!(shown.contains("postmaster@example.com") && !shown.contains("approve/"), "{shown}");

    let page =
        world.http.get(mail[0].approve_url.clone().unwrap()).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("example.com") && page.contains("<button>"), "{page}");
    assert_eq!(state_of_names(&world, "order-1").await, ["REQUIRED", "REQUIRED", "REQUIRED"]);

    let pressed = world.http.post(mail[0].approve_url.clone().unwrap()).send().await.unwrap();
    assert_eq!(pressed.status(), 200);
    assert_eq!(state_of_names(&world, "order-1").await, ["VERIFIED", "VERIFIED", "REQUIRED"]);
    world.sandbox.approve_mail(mail[1].id).await.unwrap();
    world.sandbox.approve_mail(mail[1].id).await.unwrap();
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn a_new_code_ends_the_old_one_and_its_messages() {
    let world = World::start().await;
    let mut order = Order::new("order-1", "601", &["example.com"], "");
    order.approver = "<SANApprover><approverMethod>ADMIN</approverMethod>\
                      <approverEmail>admin@example.com</approverEmail></SANApprover>"
        .to_owned();
    let old = world.order(&order).await;
    let again = |approver: &str| format!("{approver}<orderID>order-1</orderID>");
    let same = world.call("addSanVerification", &again(&order.approver)).await;
    assert_eq!(same.codes(), [1173]);

    let resent = world.call("addSanVerification", &again("")).await;
    let fresh = resent.text("code").unwrap();
    assert_ne!(fresh, old);
    assert_eq!(resent.text("approverEmail").as_deref(), Some("admin@example.com"));
    assert!(world.sandbox.approve_mail(1).await.is_err());

    let file = "<SANApprover><approverMethod>FILE</approverMethod></SANApprover>";
    let changed = world.call("addSanVerification", &again(file)).await;
    assert_eq!(changed.text("approverMethod").as_deref(), Some("FILE"));
    assert!(world.sandbox.approve_mail(2).await.is_err());
    assert_eq!(world.perform(&fresh).await.codes(), [1184]);
    assert_eq!(world.perform("ffff").await.codes(), [1186]);
    assert_eq!(world.perform("").await.codes(), [1182]);
    assert_eq!(world.perform(&"a".repeat(256)).await.codes(), [1183]);
    assert_eq!(world.call("addSanVerification", "<orderID>nobody</orderID>").await.codes(), [1033]);

    let code = changed.text("code").unwrap();
    let path = "/.well-known/pki-validation/certum.txt";
    world.sandbox.publish_http("example.com", path, &format!("{code}-certum.pl")).unwrap();
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
    assert_eq!(world.call("addSanVerification", &again("")).await.codes(), [1176]);
}

#[tokio::test]
async fn caa_of_another_issuer_blocks_and_says_so_until_it_is_gone() {
    let world = World::start().await;
    let code = world.order(&Order::new("order-1", "601", &["shop.example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(DnsRecord::txt("shop.example.com", &code).unwrap());
    let caa = DnsRecord::new("example.com", DnsRecordType::Caa, "0 issue \"ca.example\"").unwrap();
    world.sandbox.publish_dns(caa.clone());
    world.perform(&code).await;
    let state = world.names_state("order-1").await;
    assert_eq!(
        (state.text("state").as_deref(), state.text("method").as_deref()),
        (Some("VERIFIED"), Some("CAA"))
    );
    assert_eq!(
        state.text("info").as_deref(),
        Some("CAA at example.com: does not allow certum.pl or certum.eu")
    );
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    world.sandbox.withdraw_dns(&caa).unwrap();
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");
}

#[tokio::test]
async fn caa_may_let_the_ca_in_by_one_method_and_for_one_account() {
    let world = World::start().await;
    let account = world.sandbox.control_url().join("/account/reseller").unwrap();
    let allow = |parameter: String| {
        let value = format!("0 issue \"certum.pl; {parameter}\"");
        DnsRecord::new("example.com", DnsRecordType::Caa, &value).unwrap()
    };
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(DnsRecord::txt("example.com", &code).unwrap());
    for (record, expected) in [
        (allow("validationmethods=ca-tbr-4".to_owned()), "by ca-tbr-4, not by dns-01 or ca-tbr-7".to_owned()),
        (allow(format!("accounturi={account}x")), format!("for the account {account}x, not for {account}")),
    ] {
        world.sandbox.publish_dns(record.clone());
        world.perform(&code).await;
        let info = world.names_state("order-1").await.text("info").unwrap();
        assert_eq!(info, format!("CAA at example.com: allows certum.pl {expected}"));
        assert_eq!(world.status("order-1").await, "VERIFICATION");
        world.sandbox.withdraw_dns(&record).unwrap();
    }
    let both = allow(format!("accounturi={account}; validationmethods=http-01,dns-01"));
    world.sandbox.publish_dns(both);
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ENROLLED");

    // A message is a method, too.
    let mut order = Order::new("order-2", "601", &["example.org"], "");
    order.approver = "<SANApprover><approverMethod>ADMIN</approverMethod>\
                      <approverEmailPrefix>ADMIN</approverEmailPrefix></SANApprover>"
        .to_owned();
    world.order(&order).await;
    let value = "0 issue \"certum.pl; validationmethods=ca-tbr-4\"";
    world.sandbox.publish_dns(DnsRecord::new("example.org", DnsRecordType::Caa, value).unwrap());
    world.sandbox.approve_mail(1).await.unwrap();
    assert_eq!(world.status("order-2").await, "ENROLLED");
}
