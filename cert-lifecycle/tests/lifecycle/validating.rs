//! Everything that is wrong with a form at once, whoever says so.

use cert_domain::{CustomerId, Form, Mode, NameEntry, VerificationMethod};
use cert_lifecycle::{Certum, FormFinding, SaidBy, SecondOpinion, SqliteStore, Validation};
use certum_sandbox::{CallOutcome, Fault, FaultKind, FaultPlan, FaultPoint};
use csr_tools::{KeyAlgorithm, PrivateKey};

use crate::common::{NAME, Shop, StandIn, USER, certum, form, offer, sandbox};
use crate::desk::{any_offer, full_form};

fn customer() -> CustomerId {
    "customer-7".parse().unwrap()
}

/// Code, field of the form, and who says so.
fn told<'a>(validation: &'a Validation) -> Vec<(u32, Option<&'a str>, SaidBy)> {
    let row = |told: &'a FormFinding| (told.finding.code, told.form_field.as_deref(), told.said_by);
    validation.findings.iter().map(row).collect()
}

/// How often the CA was asked to look at an order.
fn looks(shop: &Shop) -> usize {
    let is_look = |call: &&certum_sandbox::Call| call.operation.as_deref() == Some("validateOrderParameters");
    shop.sandbox.calls().iter().filter(is_look).count()
}

#[tokio::test]
async fn says_all_that_we_and_the_ca_find_in_the_order_of_the_form() {
    let shop = Shop::open().await;
    let mut form = form(&[NAME], "file");
    form.names = vec![NAME.into(), NameEntry { name: "a b".into(), www: true }, "*.example.com".into()];
    form.contact.first_name = " ".into();
    form.contact.email = "jan".into();
    form.contact.phone = "call me".into();
    form.administrative.contact.email = "anna".into();
    form.administrative.contact.first_name = "Anna".into();
    form.administrative.contact.last_name = "Nowak".into();
    form.revocation_contact = "nobody".into();
    // A customer like the login, which only the CA can compare.
    let customer = USER.parse().unwrap();
    let validation = shop.lifecycle.validate(&customer, &offer("931"), &form).await.unwrap();
    use SaidBy::{Authority, Both, Us};
    assert_eq!(
        told(&validation),
        [
            (1054, Some("contact.first_name"), Both),
            (1060, Some("contact.email"), Both),
            (0, Some("contact.phone"), Us),
            (0, Some("administrative.contact.email"), Us),
            (2173, Some("revocation_contact"), Both),
            (1008, Some("names.1.name"), Both),
            (1115, Some("names.2.name"), Both),
            // Without all names in order, we can't tell yet.
            (2186, Some("method"), Authority),
            (1023, None, Authority),
        ],
    );
    assert!(matches!(validation.authority, SecondOpinion::Heard) && !validation.is_valid());
    // Where both say it, the words are ours.
    let known = cert_domain::Problem::NotEmail;
    assert!(validation.findings.iter().any(|told| told.finding.problem == known && told.said_by == Both));
    assert_eq!((looks(&shop), shop.orders()), (1, 0));
}

/// What is shown to the CA says no more and no less than the order would.
#[tokio::test]
async fn hears_nothing_of_the_ca_about_what_is_in_order() {
    let shop = Shop::open().await;
    for (product, names) in [
        ("601", &[NAME][..]),
        ("741", &["*.example.com"]),
        ("931", &["a.example.com", "b.example.org"]),
        ("631", &[NAME]),
        ("641", &[NAME]),
        ("691", &[NAME]),
        ("731", &[]),
        ("711", &[]),
        ("721", &[]),
        ("841", &[]),
        ("851", &[]),
    ] {
        let mut form = full_form(names.first().unwrap_or(&"Jan Nowak"), names);
        form.subject.country = "pl".into();
        let validation = shop.lifecycle.validate(&customer(), &any_offer(product), &form).await.unwrap();
        assert!(validation.is_valid(), "{product}: {validation:?}");
        form.contact.last_name.clear();
        let validation = shop.lifecycle.validate(&customer(), &any_offer(product), &form).await.unwrap();
        assert_eq!(told(&validation), [(1055, Some("contact.last_name"), SaidBy::Both)], "{product}");
        form.subject.common_name.clear();
        if !names.is_empty() {
            form.names.clear();
            // The request says the name.
            let validation = shop.lifecycle.validate(&customer(), &any_offer(product), &form).await.unwrap();
            assert_eq!(told(&validation), [(1055, Some("contact.last_name"), SaidBy::Both)], "{product}");
        }
    }
}

#[tokio::test]
async fn shows_the_ca_a_wildcard_as_the_common_name_wherever_it_stands() {
    let shop = Shop::open().await;
    let mut form = form(&["*.example.com"], "dns");
    form.names = vec!["example.com".into(), "*.example.com".into()];
    form.contact.last_name.clear();
    let validation = shop.lifecycle.validate(&customer(), &offer("741"), &form).await.unwrap();
    assert_eq!(told(&validation), [(1055, Some("contact.last_name"), SaidBy::Both)]);
}

#[tokio::test]
async fn validates_an_empty_form() {
    let shop = Shop::open().await;
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &Form::default()).await.unwrap();
    use SaidBy::{Authority, Both, Us};
    assert_eq!(
        told(&validation),
        [
            (1002, Some("csr"), Both),
            (1054, Some("contact.first_name"), Us),
            (1055, Some("contact.last_name"), Us),
            (1053, Some("contact.email"), Us),
            (1007, Some("names"), Authority),
            // To the CA, nobody who has no name and no mailbox is there at all.
            (1009, None, Authority),
        ],
    );
    assert!(matches!(validation.authority, SecondOpinion::Heard));
}

/// What was pasted in the place of a request may be the key.
#[tokio::test]
async fn sends_nobody_a_key_that_was_pasted_for_a_request() {
    let shop = Shop::open().await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let form = Form { csr: key.to_pkcs8_pem().unwrap().to_string(), ..form(&[NAME], "dns") };
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    let told = told(&validation);
    assert!(!told.is_empty());
    assert!(told.iter().all(|(_, field, by)| *field == Some("csr") && *by == SaidBy::Us), "{told:?}");
    assert_eq!(looks(&shop), 1);
    let draft = cert_lifecycle::DraftOrder::new(
        cert_lifecycle::OrderId::from_authority("draft"),
        &customer(),
        &offer("601"),
        &form,
    );
    assert_eq!(draft.request, None);
    assert!(!format!("{validation:?}").contains("PRIVATE"));
}

#[tokio::test]
async fn says_what_it_knows_where_the_ca_does_not_answer() {
    let shop = Shop::open().await;
    let fault = Fault::new("validateOrderParameters", FaultKind::Drop, FaultPoint::BeforeCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(fault));
    let mut form = form(&[NAME], "dns");
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    assert!(matches!(validation.authority, SecondOpinion::Unanswered(_)) && !validation.is_valid());
    form.contact.last_name.clear();
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    assert!(matches!(validation.authority, SecondOpinion::Unanswered(_)));
    assert_eq!(told(&validation), [(1055, Some("contact.last_name"), SaidBy::Us)]);
    assert!(shop.sandbox.calls().iter().all(|call| call.outcome != CallOutcome::Success));
}

/// One that checks orders, and no drafts of them.
#[tokio::test]
async fn leaves_a_ca_alone_that_takes_no_form_with_faults() {
    let sandbox = sandbox().await;
    let authority = StandIn::for_certum(certum(sandbox.endpoint().as_str()));
    let shop = Shop::with(sandbox, SqliteStore::in_memory().await.unwrap(), authority);
    let mut form = form(&[NAME], "dns");
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    assert!(validation.is_valid() && looks(&shop) == 1);
    form.contact.last_name.clear();
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    assert!(matches!(validation.authority, SecondOpinion::NotAsked));
    assert_eq!(told(&validation), [(1055, Some("contact.last_name"), SaidBy::Us)]);
    assert_eq!(looks(&shop), 1);
}

#[tokio::test]
async fn asks_no_ca_about_an_offer_for_the_other_service() {
    let sandbox = sandbox().await;
    let authority: Certum = certum(sandbox.endpoint().as_str()).in_mode(Mode::Production);
    let shop = Shop::with(sandbox, SqliteStore::in_memory().await.unwrap(), authority);
    let mut form = form(&[NAME], "dns");
    form.method = Some(VerificationMethod::File);
    let validation = shop.lifecycle.validate(&customer(), &offer("601"), &form).await.unwrap();
    assert_eq!(told(&validation), [(0, None, SaidBy::Us)]);
    assert!(matches!(validation.authority, SecondOpinion::NotAsked));
    assert!(shop.sandbox.calls().is_empty());
}
