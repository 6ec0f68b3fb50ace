//! Placing orders, and asking about them.

use jiff::SignedDuration;

use super::support::{Order, World, csr};

#[tokio::test]
async fn an_order_goes_from_awaiting_to_a_certificate_by_facts_and_the_clock() {
    let world = World::start_with(|builder| builder.issue_delay(SignedDuration::from_mins(10))).await;
    let order = Order::new("order-1", "601", &["shop.example.com", "www.shop.example.com"], "DNS_TXT_PREFIX");
    let code = world.order(&order).await;
    assert_eq!(code.len(), 64);
    assert_eq!(world.status("order-1").await, "AWAITING");

    assert!(world.perform(&code).await.is_success());
    assert_eq!(world.status("order-1").await, "VERIFICATION");
    let state = world.names_state("order-1").await;
    assert_eq!(state.text("state").unwrap(), "FAILED");
    assert_eq!(state.text("info").unwrap(), "no TXT record at _certum.shop.example.com");

    let record = certum_sandbox::DnsRecord::txt("_certum.shop.example.com", &code).unwrap();
    world.sandbox.publish_dns(record);
    assert!(world.perform(&code).await.is_success());
    assert_eq!(world.status("order-1").await, "ACCEPTED");
    let early = world.call("getCertificate", "<orderID>order-1</orderID>").await;
    assert_eq!(early.codes(), [1159]);

    world.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    assert_eq!(world.status("order-1").await, "ENROLLED");
    assert!(world.certificate("order-1").await.starts_with("-----BEGIN CERTIFICATE-----"));
    let verified = world.names_state("order-1").await;
    // 200 days of reuse from the day of the check.
    assert_eq!(verified.text("expireDate").unwrap(), "2027-06-09T12:00:00Z");
}

#[tokio::test]
async fn a_taken_identifier_and_a_used_key_are_refused_and_nothing_is_placed() {
    let world = World::start().await;
    let first = Order::new("order-1", "601", &["a.example.com"], "FILE");
    world.order(&first).await;

    let mut twin = Order::new("order-1", "601", &["a.example.com"], "FILE");
    let answer = world.call("quickOrder", &twin.fields()).await;
    assert_eq!((answer.codes(), answer.text("value").as_deref()), (vec![1012], Some("order-1")));

    twin.id = "order-2";
    twin.csr = first.csr.clone();
    let answer = world.call("quickOrder", &twin.fields()).await;
    assert_eq!(answer.codes(), [1032]);
    assert_eq!(world.call("getOrderState", "<orderID>order-2</orderID>").await.codes(), [1033]);

    // A refused order frees its key.
    world.sandbox.reject_order("order-1").unwrap();
    assert_eq!(world.status("order-1").await, "REJECTED");
    assert!(world.call("quickOrder", &twin.fields()).await.is_success());
}

#[tokio::test]
async fn an_order_for_today_that_is_due_tomorrow_is_rejected_with_the_reason_and_frees_its_key() {
    let world = World::start_with(|builder| builder.issue_delay(SignedDuration::from_hours(24))).await;
    let mut order = Order::new("order-1", "601", &["example.com"], "DNS_TXT");
    order.extra = "<shortenedValidityPeriod>2026-11-21</shortenedValidityPeriod>".to_owned();
    let code = world.order(&order).await;
    world.sandbox.publish_dns(certum_sandbox::DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "ACCEPTED");

    world.sandbox.advance_clock(SignedDuration::from_hours(24)).unwrap();
    // Before anybody has asked about the first.
    let mut again = Order::new("order-2", "601", &["example.com"], "DNS_TXT");
    again.csr = order.csr.clone();
    assert!(world.call("quickOrder", &again.fields()).await.is_success());
    let state = world.names_state("order-1").await;
    let reason = "the validity was to end on 2026-11-21, which was over before the issue";
    assert_eq!(state.text("info").as_deref(), Some(reason), "{}", state.body);
    assert_eq!(world.status("order-1").await, "REJECTED");
    assert_eq!(world.call("getCertificate", "<orderID>order-1</orderID>").await.codes(), [1159]);
    assert_eq!(world.perform(&code).await.codes(), [1176]);
    // The key is the second order's now.
    assert_eq!(world.status("order-2").await, "AWAITING");
    again.id = "order-3";
    assert_eq!(world.call("quickOrder", &again.fields()).await.codes(), [1032]);
}

#[tokio::test]
async fn a_refusal_by_hand_says_so() {
    let world = World::start().await;
    world.order(&Order::new("order-1", "601", &["a.example.com"], "FILE")).await;
    world.sandbox.reject_order("order-1").unwrap();
    let info = world.names_state("order-1").await.text("info").unwrap();
    assert_eq!(info, "the order was refused through the control API");
}

#[tokio::test]
async fn an_order_without_an_identifier_gets_one() {
    let world = World::start().await;
    let answer = world.call("quickOrder", &Order::new("", "601", &["a.example.com"], "FILE").fields()).await;
    let id = answer.text("orderID").unwrap();
    assert!(!id.is_empty());
    assert_eq!(world.status(&id).await, "AWAITING");
}

#[tokio::test]
async fn asking_validates_as_placing_does_and_places_nothing() {
    let world = World::start().await;
    let order = Order::new("order-1", "601", &["a.example.com"], "FILE");
    let answer = world.call("validateOrderParameters", &order.fields()).await;
    assert!(answer.is_success(), "{}", answer.body);
    assert_eq!(answer.text("commonName").as_deref(), Some("a.example.com"));
    assert_eq!(world.call("getOrderState", "<orderID>order-1</orderID>").await.codes(), [1033]);
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_with_the_datum() {
    let world = World::start().await;
    let mut order = Order::new("bad<id", "606", &["*.example.com", "a b", ""], "PIGEON");
    order.id = "bad&amp;id";
    order.customer = "reseller".to_owned();
    order.extra = "<hashAlgorithm>MD5</hashAlgorithm>".to_owned();
    order.requestor =
        "<requestorInfo><email>nobody</email><lastName>Nowak</lastName></requestorInfo>".to_owned();
    order.csr = "not a request".to_owned();
    for operation in ["quickOrder", "validateOrderParameters"] {
        let answer = world.call(operation, &order.fields()).await;
        let mut codes = answer.codes();
        codes.sort_unstable();
        assert_eq!(codes, [1008, 1023, 1042, 1043, 1054, 1060, 1078, 1181, 2090, 2095], "{}", answer.body);
        for value in ["bad&amp;id", "reseller", "606", "a b", "PIGEON", "MD5", "nobody"] {
            assert!(answer.body.contains(&format!("<value>{value}</value>")), "{value}: {}", answer.body);
        }
        assert!(!answer.body.contains("not a request"), "a CSR is not told back");
    }
}

#[tokio::test]
async fn what_is_missing_altogether_is_told_too() {
    let world = World::start().await;
    let answer = world.call("quickOrder", "").await;
    assert_eq!(answer.codes(), [1010, 1014, 1009, 1007, 2162], "{}", answer.body);

    let mut order = Order::new("order-1", "601", &["a.example.com"], "FILE");
    order.approver = "<SANApprover/>".to_owned();
    order.requestor = "<requestorInfo><phone>1</phone></requestorInfo>".to_owned();
    let fields = order.fields().replace("<customer>customer-1</customer>", "");
    let answer = world.call("quickOrder", &fields).await;
    assert_eq!(answer.codes(), [1076, 1053, 1054, 1055, 1152], "{}", answer.body);
}

#[tokio::test]
async fn each_product_takes_its_own_names() {
    let world = World::start().await;
    for (product, names, expected) in [
        ("601", vec!["example.com", "www.example.com"], vec![]),
        ("601", vec!["www.example.com", "example.com"], vec![]),
        ("601", vec!["example.com", "mail.example.com"], vec![1107]),
        ("601", vec!["*.example.com"], vec![1116, 1115]),
        ("741", vec!["*.example.com", "example.com"], vec![]),
        ("741", vec!["example.com"], vec![1117, 1118]),
        ("741", vec!["*.example.com", "*.example.org"], vec![1046]),
        ("741", vec!["*.example.com", "a.example.com"], vec![1107]),
        ("931", vec!["example.com", "example.org", "a.example.net"], vec![]),
        ("931", vec!["example.com", "*.example.org"], vec![1115]),
        ("691", vec!["example.com"], vec![]),
        ("651", vec!["example.com"], vec![1006]),
        ("999", vec!["example.com"], vec![1075]),
        ("6011", vec!["example.com"], vec![1080]),
    ] {
        let order = Order::new("order-1", product, &names, "DNS_TXT");
        let answer = world.call("validateOrderParameters", &order.fields()).await;
        assert_eq!(answer.codes(), expected, "{product} {names:?}: {}", answer.body);
    }
    let mut order = Order::new("order-1", "931", &["a.example.com", "b.example.com"], "DNS_TXT");
    order.csr = csr("c.example.com");
    let answer = world.call("validateOrderParameters", &order.fields()).await;
    assert_eq!((answer.codes(), answer.text("value").as_deref()), (vec![1045], Some("c.example.com")));
    // The parameter overrides the CSR.
    order.extra = "<commonName>b.example.com</commonName>".to_owned();
    assert!(world.call("validateOrderParameters", &order.fields()).await.is_success());
}

#[tokio::test]
async fn the_approver_is_checked_against_method_and_names() {
    let world = World::start().await;
    let approver = |inside: &str| format!("<SANApprover>{inside}</SANApprover>");
    let admin = "<approverMethod>ADMIN</approverMethod>";
    for (inside, product, name, expected) in [
        ("<approverMethod>FILE</approverMethod>".to_owned(), "741", "*.example.com", vec![2186]),
        (admin.to_owned(), "601", "example.com", vec![2159]),
        (format!("{admin}<approverEmail/>"), "601", "example.com", vec![2160]),
        (format!("{admin}<approverEmail>nobody</approverEmail>"), "601", "example.com", vec![1037]),
        (
            format!("{admin}<approverEmail>admin@example.org</approverEmail>"),
            "601",
            "example.com",
            vec![1147],
        ),
        (format!("{admin}<approverEmailPrefix>ROOT</approverEmailPrefix>"), "601", "example.com", vec![1108]),
        (
            format!(
                "{admin}<approverEmail>admin@example.com</approverEmail>\
                 <approverEmailPrefix>ADMIN</approverEmailPrefix>"
            ),
            "601",
            "example.com",
            vec![2158],
        ),
        (
            format!("{admin}<approverEmail>admin@example.com</approverEmail>"),
            "601",
            "www.example.com",
            vec![],
        ),
        (
            "<approverMethod>DNS</approverMethod><verificationNotificationEnabled>maybe\
             </verificationNotificationEnabled>"
                .to_owned(),
            "601",
            "example.com",
            vec![2059],
        ),
    ] {
        let mut order = Order::new("order-1", product, &[name], "");
        order.approver = approver(&inside);
        let answer = world.call("validateOrderParameters", &order.fields()).await;
        assert_eq!(answer.codes(), expected, "{inside}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_csr_is_refused_for_its_own_reason() {
    let world = World::start().await;
    let mut order = Order::new("order-1", "601", &["a.example.com"], "FILE");
    for (csr, expected) in [("", 1002), ("text", 1078)] {
        order.csr = csr.to_owned();
        assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [expected], "{csr}");
    }
    for (arguments, expected) in [("rsa:1024", 1000), ("ed25519", 1001)] {
        order.csr = super::certificates::openssl_csr(arguments, "a.example.com");
        assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [expected], "{arguments}");
    }
    // One bit of the signature, which stands at the end.
    let mut der = csr_tools::CertificateRequest::from_pem(csr("a.example.com")).unwrap().as_der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    order.csr = super::certificates::openssl_pem(&der);
    assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [2125]);
}

#[tokio::test]
async fn an_order_comes_back_in_the_parts_that_are_asked_for() {
    let world = World::start().await;
    world.order(&Order::new("order-1", "601", &["a.example.com"], "FILE")).await;
    let all = world.call("getOrderByOrderID", "<orderID>order-1</orderID>").await;
    assert_eq!(all.text("customer").as_deref(), Some("customer-1"));
    assert_eq!(all.text("orderDate").as_deref(), Some(super::support::START));
    assert_eq!(all.text("firstName").as_deref(), Some("Jan"));
    let option = "<orderOption><certificateDetails>false</certificateDetails><orderDetails>true</orderDetails>\
                  </orderOption>";
    let part = world.call("getOrderByOrderID", &format!("<orderID>order-1</orderID>{option}")).await;
    assert_eq!((part.text("customer"), part.text("firstName").as_deref()), (None, Some("Jan")));
    let unknown = world.call("getOrderByOrderID", "<orderID>order-2</orderID>").await;
    assert_eq!((unknown.codes(), unknown.text("value").as_deref()), (vec![1033], Some("order-2")));
    let odd = "<orderID>order-1</orderID><orderOption><orderStatus>perhaps</orderStatus></orderOption>";
    assert_eq!(world.call("getOrderByOrderID", odd).await.codes(), [2129]);
}

#[tokio::test]
async fn a_certificate_is_asked_for_by_exactly_one_handle() {
    let world = World::start().await;
    for (fields, expected) in [
        ("", 1162),
        ("<orderID>a</orderID><serialNumber>1</serialNumber>", 1163),
        ("<orderID>a</orderID>", 2131),
        ("<serialNumber>1a</serialNumber>", 1159),
        ("<serialNumber>xyz</serialNumber>", 2096),
    ] {
        assert_eq!(world.call("getCertificate", fields).await.codes(), [expected], "{fields}");
    }
}

#[tokio::test]
async fn an_order_whose_certificate_would_outlive_its_issuer_ends_rejected() {
    let world = World::start().await;
    world.sandbox.advance_clock(SignedDuration::from_hours(15 * 365 * 24)).unwrap();
    let code = world.order(&Order::new("order-1", "601", &["example.com"], "DNS_TXT")).await;
    world.sandbox.publish_dns(certum_sandbox::DnsRecord::txt("example.com", &code).unwrap());
    world.perform(&code).await;
    assert_eq!(world.status("order-1").await, "REJECTED");
    let info = world.names_state("order-1").await.text("info").unwrap();
    assert!(info.ends_with("the CA's own certificate ends before this one would"), "{info}");
}
