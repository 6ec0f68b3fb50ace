//! What the settings of an offer and the fields of a form come to, as the CA and the customer see it.

use cert_domain::{
    BillingCycle, BillingMode, Catalogue, Form, Language, Mode, NameEntry, Offer, OfferForm, SetupTrigger,
    VerificationMethod,
};
use cert_lifecycle::service::HoldReason;
use cert_lifecycle::{
    Blame, CertificateAuthority, Error, MemoryStore, NewService, OrderDate, OrderQuery, SqliteStore,
    Standstill, State,
};
use csr_tools::{AttributeType, Certificate};
use futures::TryStreamExt;

use crate::common::{NAME, Shop, certum, form, lifecycle, offer, sandbox};
use crate::desk::{Desk, any_offer, codes, full_form};

/// The settings page of the WHMCS module, every field of it filled in.
fn settings(product: &str) -> OfferForm {
    OfferForm {
        product: product.into(),
        title: "Shop protection".into(),
        default_method: Some(VerificationMethod::DnsCnamePrefix),
        language: Language::English,
        show_title: true,
        due_date_follows_certificate: true,
        hide_renew: true,
        billing: BillingMode::Recurring,
        price: "129.90".into(),
        currency: "PLN".into(),
        cycle: Some(BillingCycle::Annually),
        setup: SetupTrigger::AtFirstPayment,
        ..OfferForm::default()
    }
}

fn sold_as(settings: &OfferForm) -> Offer {
    settings.check(Catalogue::built_in()).unwrap()
}

fn domains(count: usize) -> Vec<NameEntry> {
    (0..count).map(|number| NameEntry::from(format!("shop-{number}.example.com").as_str())).collect()
}

/// The certificates of an offer for trials are bought where they cost nothing, and those of the others where they are worth
/// something.
#[tokio::test]
async fn sells_an_offer_only_where_its_mode_belongs() {
    for mode in [Mode::Test, Mode::Production] {
        let sandbox = sandbox().await;
        let authority = certum(sandbox.endpoint().as_str()).in_mode(mode);
        let shop = Shop::with(sandbox, MemoryStore::new(), authority);
        for offered in [Mode::Test, Mode::Production] {
            let mut offer = offer("601");
            offer.mode = offered;
            let created = shop.lifecycle.create_service(offer, "customer-7".parse().unwrap()).await;
            match created {
                Ok(_) => assert_eq!(offered, mode),
                Err(Error::Findings(findings)) => {
                    assert_ne!(offered, mode);
                    assert_eq!(findings.as_slice()[0].field, "mode");
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Nor does an offer become one of the other mode afterwards, and what was sold so before costs nothing at a CA that it is not for.
#[tokio::test]
async fn orders_nothing_where_the_mode_of_the_offer_does_not_belong() {
    let sandbox = sandbox().await;
    let (authority, store) = (certum(sandbox.endpoint().as_str()), SqliteStore::in_memory().await.unwrap());
    let clock = sandbox.clock().clone();
    let anywhere = lifecycle(store.clone(), authority.clone(), clock.clone());
    let here = lifecycle(store, authority.in_mode(Mode::Test), clock);
    let (mut live, mut trial) = (offer("601"), offer("601"));
    (live.mode, trial.mode) = (Mode::Production, Mode::Test);
    let id = anywhere.create_service(live.clone(), "customer-7".parse().unwrap()).await.unwrap();
    here.configure(id, &form(&[NAME], "dns")).await.unwrap();
    here.worker().tick().await.unwrap();
    let held = here.service(id).await.unwrap().state;
    assert!(matches!(held, State::Held { reason: HoldReason::OtherMode, .. }), "{held:?}");
    assert_eq!(Standstill::Held(HoldReason::OtherMode).blame(), Blame::Caller, "the CA was not asked");
    assert!(sandbox.books(0).orders.is_empty());

    here.change_offer(id, trial.clone()).await.unwrap();
    let refused = here.change_offer(id, live).await;
    assert!(matches!(refused, Err(Error::Findings(found)) if found.as_slice()[0].field == "mode"));
    assert_eq!(*here.service(id).await.unwrap().offer, trial);
    here.resume(id).await.unwrap();
    here.worker().tick().await.unwrap();
    assert_eq!(sandbox.books(0).orders.len(), 1);
}

#[tokio::test]
async fn takes_as_many_domains_as_the_settings_allow() {
    for (additional, limit, more, most) in [
        (false, None, false, 1),
        (true, None, false, 10),
        (true, Some(4), false, 4),
        (true, Some(12), true, 12),
    ] {
        let desk = Desk::open().await;
        let offer = sold_as(&OfferForm {
            additional_domains: additional,
            domains_limit: limit,
            allow_more_domains: more,
            ..settings("931")
        });
        let id = desk.lifecycle.create_service(offer, "customer-7".parse().unwrap()).await.unwrap();
        let too_many = Form { names: domains(most + 1), ..form(&["shop-0.example.com"], "dns") };
        assert_eq!(codes(desk.lifecycle.configure(id, &too_many).await), [1107], "{most}");
        let as_many = Form { names: domains(most), ..too_many };
        desk.lifecycle.configure(id, &as_many).await.unwrap();
        desk.settle(id).await;
        let service = desk.finish(id).await;
        assert_eq!(service.certificate().unwrap().certificate.names.len(), most);
    }
}

#[tokio::test]
async fn sells_a_wildcard_where_the_settings_say_so() {
    let offer = sold_as(&OfferForm { wildcard: true, ..settings("741") });
    let desk = Desk::open().await;
    let mut form = form(&["*.example.com"], "dns");
    form.method = None;
    let (_, service) = desk.enrol(offer, &form).await;
    let held = service.certificate().unwrap();
    assert_eq!(held.certificate.names, ["*.example.com"]);
    assert_eq!(held.configuration.method(), Some(&VerificationMethod::DnsCnamePrefix));
    let mistaken = OfferForm { wildcard: true, ..settings("601") };
    assert!(mistaken.check(Catalogue::built_in()).is_err());
}

/// The CA's language, the notices' language and the product's name follow the settings; a customer may have another one.
#[tokio::test]
async fn writes_in_the_language_and_under_the_name_of_the_settings() {
    let desk = Desk::open().await;
    for (customer, language, expected) in
        [("customer-1", None, "certificate"), ("customer-2", Some(Language::Polish), "certyfikat")]
    {
        let mut new = NewService::new(sold_as(&settings("601")), customer.parse().unwrap())
            .with_email("jan@example.com")
            .inviting();
        if let Some(language) = language {
            new = new.with_language(language);
        }
        desk.lifecycle.create(new).await.unwrap();
        desk.work().await;
        let letter = desk.letters.all().pop().unwrap();
        assert!(letter.text.to_lowercase().contains(expected), "{}", letter.text);
        assert!(letter.text.contains("Shop protection"), "{}", letter.text);
    }
}

/// What an EV form asks for stands in the certificate, and what stands beside it is told to the CA.
#[tokio::test]
async fn says_in_the_certificate_what_the_form_says() {
    use AttributeType as A;
    let desk = Desk::open().await;
    let (_, service) = desk.enrol(any_offer("641"), &full_form(NAME, &[NAME])).await;
    let certificate = Certificate::from_pem(&service.certificate().unwrap().certificate.pem).unwrap();
    for (kind, expected) in [
        (A::CommonName, NAME),
        (A::Organization, "Żółw sp. z o.o."),
        (A::Locality, "Łódź"),
        (A::State, "łódzkie"),
        (A::Country, "PL"),
        (A::SerialNumber, "0000123456"),
        (A::BusinessCategory, "Private Organization"),
        (A::StreetAddress, "Piotrkowska 1"),
        (A::PostalCode, "90-001"),
        (A::JurisdictionLocality, "Łódź"),
        (A::JurisdictionState, "łódzkie"),
        (A::JurisdictionCountry, "PL"),
    ] {
        let said = certificate.subject().all(kind).last().map(|said| said.value().unwrap().to_string());
        assert_eq!(said.as_deref(), Some(expected), "{kind:?}");
    }
}

#[tokio::test]
async fn says_of_a_person_what_the_form_says() {
    use AttributeType as A;
    let desk = Desk::open().await;
    let mut form = full_form("Jan Nowak", &[]);
    form.subject.organizational_unit = "Support".into();
    let (_, service) = desk.enrol(any_offer("721"), &form).await;
    let certificate = Certificate::from_pem(&service.certificate().unwrap().certificate.pem).unwrap();
    for (kind, expected) in [
        (A::Organization, "Żółw sp. z o.o."),
        (A::OrganizationalUnit, "Support"),
        (A::Locality, "Łódź"),
        (A::Country, "PL"),
    ] {
        let said = certificate.subject().all(kind).last().map(|said| said.value().unwrap().to_string());
        assert_eq!(said.as_deref(), Some(expected), "{kind:?}");
    }
    assert_eq!(service.certificate().unwrap().configuration.to_form().subject.email, "jan@example.com");
}

#[tokio::test]
async fn tells_the_ca_who_orders() {
    let desk = Desk::open().await;
    desk.enrol(any_offer("601"), &full_form(NAME, &[NAME])).await;
    let query = OrderQuery {
        by: OrderDate::Placed,
        from: "2026-11-21T00:00:00Z".parse().unwrap(),
        to: desk.sandbox.clock().now(),
        with_requestor: true,
    };
    let certum = certum(desk.sandbox.endpoint().as_str());
    let orders: Vec<_> = certum.orders(query).try_collect().await.unwrap();
    let requestor = orders[0].requestor.clone().unwrap();
    assert_eq!((requestor.first_name.as_str(), requestor.last_name.as_str()), ("Jan", "Nowak"));
    assert_eq!(
        (requestor.email.as_str(), requestor.phone.as_deref()),
        ("jan@example.com", Some("+48221234567"))
    );
}
