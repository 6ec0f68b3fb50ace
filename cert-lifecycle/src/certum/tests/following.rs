//! Placing orders: first ones, and those that follow.

use certum_api::{Transport, TransportAnswer, TransportError, TransportRequest};

use super::*;

/// Placing it again is refused, by a code that tells that the first one arrived.
async fn refuses_again(desk: &Desk, order: &NewOrder, expected: &[u32]) {
    assert_eq!(refusal(desk.certum.place_order(order).await), expected, "{:?}", order.purpose.kind());
}

#[tokio::test]
async fn places_a_first_order_under_our_identifier_once() {
    let desk = Desk::open().await;
    let first = order("order-1", "601");
    let placed = desk.place(&first).await;
    assert_eq!((placed.order_id.as_str(), placed.code.is_some()), ("order-1", true));
    let again = desk.certum.place_order(&first).await;
    assert!(matches!(again, Err(AuthorityError::OrderIdTaken)), "{again:?}");
    let found = desk.certum.find_order(&first.order_id).await.unwrap().unwrap();
    assert_eq!((found.customer.as_str(), found.product.as_str()), ("customer-7", "601"));
    assert_eq!(desk.certum.find_order(&OrderId::from_authority("order-2")).await.unwrap(), None);
}

/// A CA that never answers.
struct Silent;

#[async_trait]
impl Transport for Silent {
    async fn post(&self, _: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn gives_up_placing_an_order_though_the_client_would_wait_for_ever() {
    let endless = Client::builder(Environment::Test, Credentials::new("reseller", "sandbox"))
        .transport(Silent)
        .total_timeout(Duration::MAX);
    let certum = Certum::new(endless.build().unwrap());
    assert_eq!(certum.longest_placement, Duration::from_secs(20 * 60));
    let certum = Certum { longest_placement: Duration::from_millis(1), ..certum };
    let given_up = certum.place_order(&order("order-1", "601")).await;
    assert!(matches!(given_up, Err(AuthorityError::UnknownOutcome(_))), "{given_up:?}");
}

#[tokio::test]
async fn renews_under_the_renewal_code_and_an_identifier_of_the_ca() {
    let desk = Desk::open().await;
    for code in ["601", "741", "931"] {
        let first = order(&format!("order-{code}"), code);
        let certificate = desk.enrol(&first).await;
        desk.pass_days(1);
        let next = renewal(&first, &certificate);
        let placed = desk.place(&next).await;
        assert!(placed.order_id != first.order_id && placed.order_id != next.order_id);
        assert_eq!(placed.code, None, "the proofs are young");
        let renewed = desk.certificate(&placed.order_id).await;
        assert_eq!(renewed.public_key_hash(), next.configuration.request().public_key_hash());
        assert_eq!(renewed.dns_names(), certificate.dns_names());
        let found = desk.certum.find_order(&placed.order_id).await.unwrap().unwrap();
        assert_eq!(found.product, next.product.as_str());
        refuses_again(&desk, &next, &[1032]).await;
    }
}

#[tokio::test]
async fn reissues_with_names_to_prove_however_the_ca_names_the_order() {
    for keeps in [true, false] {
        let desk = Desk::with(Habits::plain().with_reissue_keeping_order_id(keeps)).await;
        let first = order("order-1", "931");
        let certificate = desk.enrol(&first).await;
        let mut next = reissue(&first, &certificate);
        next.configuration = more_names(&next.configuration);
        let serial_number = certificate.serial_number().to_string();
        next.purpose = Purpose::Reissue { serial_number, added: vec!["new.example.org".parse().unwrap()] };
        let placed = desk.place(&next).await;
        assert_eq!(placed.order_id == first.order_id, keeps);
        assert_eq!(desk.progress(&placed.order_id).await, OrderProgress::Validating);
        desk.prove(&next, &placed.code.unwrap()).await;
        assert_eq!(desk.progress(&placed.order_id).await, OrderProgress::Issued);
        let reissued = desk.certificate(&placed.order_id).await;
        assert_eq!(reissued.dns_names(), ["shop.example.com", "new.example.org"]);
        assert_eq!(reissued.public_key_hash(), next.configuration.request().public_key_hash());
        refuses_again(&desk, &next, &[2126, 1032]).await;
    }
}

fn more_names(configuration: &Configuration) -> Configuration {
    let form =
        Form { names: vec!["shop.example.com".into(), "new.example.org".into()], ..configuration.to_form() };
    offer("931").check(&form).unwrap()
}

#[tokio::test]
async fn tells_a_twin_of_a_reissue_before_its_certificate_is_there_by_its_key() {
    let desk = Desk::open().await;
    let first = order("order-1", "931");
    let certificate = desk.enrol(&first).await;
    let next = reissue(&first, &certificate);
    let (one, other) = tokio::join!(desk.certum.place_order(&next), desk.certum.place_order(&next));
    let (placed, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
    assert_eq!((placed.len(), refused.len()), (1, 1));
    for outcome in refused {
        let codes = refusal(outcome);
        assert!(codes.contains(&1032), "{codes:?}");
    }
}

#[test]
fn says_all_that_a_form_says_of_orders_that_follow() {
    let first = order("order-1", "601");
    let method = VerificationMethod::Email(cert_domain::Mailbox::Postmaster);
    let configuration = first.configuration.with_method(method, Some(false)).unwrap();
    let first = NewOrder { configuration, ..first };
    let request = request::renewal(&first, "0A");
    let approver = request.san_approver.unwrap();
    assert_eq!(request.hash_algorithm.unwrap().as_str(), "RSA-SHA256");
    assert_eq!(request.revocation_contact_email.as_deref(), Some("security@example.com"));
    assert_eq!(approver.method.as_str(), "ADMIN");
    assert_eq!(approver.email_prefix.clone().unwrap().as_str(), "POSTMASTER");
    assert_eq!(approver.notification_enabled, Some(false));
    let request = request::reissue(&first, "0A", &[]);
    assert_eq!(request.hash_algorithm.unwrap().as_str(), "RSA-SHA256");
    assert_eq!(request.san_approver, Some(approver));
    assert!(request.csr.is_some() && request.san_entries.is_empty());
}

#[tokio::test]
async fn checks_nothing_of_orders_that_can_not_be_checked() {
    let desk = Desk::open().await;
    let first = order("order-1", "601");
    let certificate = desk.enrol(&first).await;
    for next in [renewal(&first, &certificate), reissue(&first, &certificate)] {
        desk.certum.check_order(&next).await.unwrap();
    }
    assert_eq!(desk.calls("validateOrderParameters"), 0);
}

#[tokio::test]
async fn tells_why_an_order_that_follows_is_refused() {
    let desk = Desk::open().await;
    let first = order("order-1", "601");
    let certificate = desk.enrol(&first).await;
    let next = renewal(&first, &certificate);
    let other = NewOrder { customer: "customer-8".parse().unwrap(), ..next.clone() };
    assert_eq!(refusal(desk.certum.place_order(&other).await), [1169]);
    let nowhere = Purpose::Renewal { serial_number: "FF".into() };
    assert_eq!(refusal(desk.certum.place_order(&NewOrder { purpose: nowhere, ..next }).await), [1159]);
    let nowhere = Purpose::Reissue { serial_number: "FF".into(), added: Vec::new() };
    let reissue = following(&first, nowhere);
    assert_eq!(refusal(desk.certum.place_order(&reissue).await), [1159]);
}

#[tokio::test]
async fn does_not_know_what_became_of_a_purchase_without_an_answer() {
    let desk = Desk::open().await;
    let first = order("order-1", "601");
    let certificate = desk.enrol(&first).await;
    for (operation, order) in [
        ("quickOrder", order("order-2", "601")),
        ("renewCertificate", renewal(&first, &certificate)),
        ("reissueCertificate", reissue(&first, &certificate)),
    ] {
        desk.lose_answer_of(operation);
        let before = desk.calls(operation);
        let lost = desk.certum.place_order(&order).await;
        assert!(matches!(lost, Err(AuthorityError::UnknownOutcome(_))), "{operation}: {lost:?}");
        assert_eq!(desk.calls(operation), before + 1, "sent once");
        let has_arrived = match desk.certum.place_order(&order).await {
            Err(AuthorityError::OrderIdTaken) => true,
            Err(AuthorityError::Refused(findings)) => codes(&findings).contains(&1032),
            _ => false,
        };
        assert!(has_arrived, "{operation}");
    }
}

#[tokio::test]
async fn knows_an_order_that_was_placed_elsewhere_by_its_certificate() {
    let desk = Desk::open().await;
    for code in ["601", "741", "641"] {
        let placed = order(&format!("order-{code}"), code);
        let answer = desk.place(&placed).await;
        proofs::vouch(&desk, &placed.order_id).await;
        desk.prove(&placed, &answer.code.unwrap()).await;
        let certificate = desk.certificate(&placed.order_id).await;
        let ours = &placed.configuration;
        let contact = ours.contact().clone();
        let known = Configuration::of_certificate(&offer(code), &certificate, contact).unwrap();
        assert_eq!((known.common_name(), known.method()), (ours.common_name(), ours.method()));
        assert_eq!(known.request().public_key_hash(), ours.request().public_key_hash());
        let tax_number = |field: &cert_domain::SubjectField| *field == cert_domain::SubjectField::TaxNumber;
        let said: Vec<_> = ours.subject().iter().filter(|(field, _)| !tax_number(field)).collect();
        assert_eq!(known.subject().iter().collect::<Vec<_>>(), said, "{code}");
    }
}

#[tokio::test]
async fn reissues_what_was_placed_elsewhere_with_the_key_that_it_has() {
    let desk = Desk::open().await;
    let placed = order("order-1", "601");
    let certificate = desk.enrol(&placed).await;
    let contact = placed.configuration.contact().clone();
    let configuration = Configuration::of_certificate(&offer("601"), &certificate, contact).unwrap();
    let next = desk.place(&NewOrder { configuration, ..reissue(&placed, &certificate) }).await;
    let reissued = desk.certificate(&next.order_id).await;
    assert_ne!(reissued.serial_number(), certificate.serial_number());
    assert_eq!(reissued.public_key_hash(), certificate.public_key_hash());
}
