//! The reseller's road: offers, orders gone wrong, and the account against what is kept here.

use cert_domain::{Catalogue, ContactForm, Form, Mode, Offer, VerificationMethod};
use cert_lifecycle::{Certum, Lifecycle, SqliteStore, State, StateKind};
use certum_api::{Client, Credentials, Environment};
use jiff::SignedDuration;

use crate::driver::Browser;
use crate::road::request;

const TITLE: &str = "Walked SSL";
const FOREIGN: &str = "elsewhere.example.com";

/// What the pages say on the way.
struct Words {
    one_mistake: &'static str,
    no_price: &'static str,
    saved: &'static str,
    sure: &'static str,
    cancelled: &'static str,
    one_difference: &'static str,
    one_taken: &'static str,
    changes_read: &'static str,
    taken_over: &'static str,
}

const ENGLISH: Words = Words {
    one_mistake: "One thing is not right yet",
    no_price: "a free offer has no price",
    saved: "The offer is saved.",
    sure: "This can't be taken back.",
    cancelled: "rejected or cancelled",
    one_difference: "1 difference",
    one_taken: "Take over 1 purchase",
    changes_read: "The changes are read",
    taken_over: "The import is done",
};
const POLISH: Words = Words {
    one_mistake: "Jedna rzecz wymaga poprawy",
    no_price: "bezpłatna oferta nie ma ceny",
    saved: "Ofertę zapisano.",
    sure: "Tego nie można cofnąć.",
    cancelled: "odrzucony lub anulowany",
    one_difference: "1 rozbieżność",
    one_taken: "Przejmij 1 zakup",
    changes_read: "Zmiany odczytano",
    taken_over: "Import zakończony",
};

/// Two people at the same time, each at a panel of their own: most of the road is waiting.
#[tokio::test]
async fn administers_in_both_languages() {
    tokio::join!(walk("en", &ENGLISH), walk("pl", &POLISH));
}

async fn walk(language: &str, words: &Words) {
    let Some(browser) = Browser::open(language).await else { return };
    browser.log_in("admin").await;
    offer(&browser, words).await;
    cancel(&browser, words).await;
    replace(&browser, words).await;
    let foreign = order_elsewhere(&browser).await;
    compare(&browser, &foreign, words).await;
    take_over(&browser, words).await;
    browser.go("/admin/health").await;
    browser.find("#health-authority .state-ok").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// Makes an offer with every setting, at first with two that contradict each other.
async fn offer(browser: &Browser, words: &Words) {
    browser.go("/admin/offers").await;
    browser.click("#new-offer").await;
    for (menu, value) in [
        ("product", "931"),
        ("validation", "domain"),
        ("default_method", "dns-txt-prefix"),
        ("mode", "test"),
        ("language", "pl"),
        ("billing", "free"),
        ("setup", "at_order"),
    ] {
        browser.choose(&format!("#form-offer #{menu}"), value).await;
    }
    for (field, text) in [("title", TITLE), ("domains_limit", "15"), ("price", "149.00"), ("currency", "PLN")]
    {
        browser.fill(&format!("#form-offer #{field}"), text).await;
    }
    for name in ["show_title", "additional_domains", "allow_more_domains", "hide_renew"] {
        browser.click(&format!("#form-offer #{name}")).await;
    }
    browser.click("#do-save").await;
    browser.wait_for_text(words.one_mistake).await;
    assert!(browser.text("#mistakes").await.contains(words.no_price));
    assert!(browser.has("#price[aria-invalid='true']").await);
    browser.choose("#billing", "recurring").await;
    browser.choose("#cycle", "annually").await;
    browser.click("#due_date_follows_certificate").await;
    browser.click("#do-save").await;
    browser.wait_for_text(words.saved).await;

    let offers = browser.panel.shop.sales.offers().await.unwrap();
    let (key, made) = offers.iter().find(|(_, offered)| offered.form.title == TITLE).unwrap();
    assert!(made.is_sold && made.offer.hide_renew && made.offer.due_date_follows_certificate);
    assert_eq!(made.offer.domain_limit(), Some(15));
    browser.click(&format!("a[href='/admin/offers/{key}']")).await;
    assert_eq!(browser.value("#price").await, "149.00");
    browser.go("/").await;
    browser.wait_for_text(TITLE).await;
}

/// Cancels the demonstration's order that waits for its proof.
async fn cancel(browser: &Browser, words: &Words) {
    browser.go("/admin/services").await;
    browser.fill("#text", "blog.example.com").await;
    browser.click("#do-search").await;
    browser.wait_for_text("blog.example.com").await;
    browser.click("#found tbody tr:only-child th a").await;
    let id = browser.service_id().await;
    browser.click("#do-cancel_order").await;
    browser.wait_for_text(words.sure).await;
    assert_eq!(browser.service(id).await.state.kind(), StateKind::Validating, "nobody has confirmed it");
    browser.click("#do-it").await;
    browser.wait_for_text(words.cancelled).await;
}

/// Orders for a mistyped name, and puts another order in its place.
async fn replace(browser: &Browser, words: &Words) {
    let offers = browser.panel.shop.sales.offers().await.unwrap().into_iter().filter(|(_, one)| one.is_sold);
    let id = browser.buy(&format!("#order-{}", offers.count())).await;
    browser.paste_request(&request("shpo.example.com", &[]).0).await;
    browser.click("#do-order").await;
    browser.find("#verify").await;
    browser.click("#do-replace_order").await;
    browser.wait_for_text(words.sure).await;
    browser.click("#do-it").await;
    browser.click("#configure").await;
    browser.paste("#csr", &request("shop2.example.com", &[]).0).await;
    browser.click("#do-continue").await;
    assert_eq!(browser.value("[id='names.0.name']").await, "shpo.example.com");
    browser.fill("[id='names.0.name']", "shop2.example.com").await;
    browser.click("#do-order").await;
    browser.prove().await;
    let service = browser.service(id).await;
    assert_eq!(service.certificate().unwrap().certificate.names, ["shop2.example.com"]);
}

/// Another program buys a certificate on the same account. The order's number.
async fn order_elsewhere(browser: &Browser) -> String {
    let sandbox = browser.panel.shop.sandbox.as_ref().unwrap();
    let here = Environment::Custom(sandbox.endpoint());
    let client = Client::builder(here, Credentials::new("reseller", "sandbox")).build().unwrap();
    let clock = sandbox.clock().clone();
    let builder = Lifecycle::builder(SqliteStore::in_memory().await.unwrap(), Certum::new(client));
    let lifecycle = builder.clock(move || clock.now()).build();
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    let mut offer = Offer::new(product, VerificationMethod::DnsTxtPrefix).unwrap();
    offer.mode = Mode::Test;
    let id = lifecycle.create_service(offer, "somebody".parse().unwrap()).await.unwrap();
    let contact = ContactForm::new("Jan", "Nowak", "jan@example.com");
    let names = vec![FOREIGN.into()];
    let form = Form { csr: request(FOREIGN, &[]).0, contact, names, ..Form::default() };
    lifecycle.configure(id, &form).await.unwrap();
    let mut order_id = String::new();
    for _ in 0..20 {
        lifecycle.worker().tick().await.unwrap();
        match lifecycle.service(id).await.unwrap().state {
            State::Active => return order_id,
            State::Validating(validating) => {
                order_id = validating.order_id.to_string();
                sandbox.satisfy(&order_id).await.unwrap();
                lifecycle.request_check(id).await.unwrap();
            }
            _ => {}
        }
        sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    }
    panic!("nothing was issued elsewhere");
}

/// Finds the foreign order among the differences, and reads the account's changes.
async fn compare(browser: &Browser, foreign: &str, words: &Words) {
    browser.go("/admin/drift").await;
    browser.click("#do-drift").await;
    browser.wait_for_text(foreign).await;
    assert_eq!(browser.text("#differences").await, words.one_difference);
    browser.click("#do-sync").await;
    browser.wait_for_text(words.changes_read).await;
}

/// Looks at what would be taken over, and takes it over.
async fn take_over(browser: &Browser, words: &Words) {
    let lifecycle = &browser.panel.shop.lifecycle;
    let services = async || lifecycle.search(Default::default()).await.unwrap().len();
    let before = services().await;
    browser.go("/admin/drift").await;
    browser.click("td a[href^='/admin/import']").await;
    browser.click("#do-plan").await;
    browser.wait_for_text(words.one_taken).await;
    assert_eq!(services().await, before, "a look takes nothing over");
    browser.click("#do-import").await;
    browser.wait_for_text(words.taken_over).await;
    browser.click("#done li a").await;
    browser.wait_for_text(FOREIGN).await;
    assert_eq!(services().await, before + 1);
    browser.go("/admin/drift").await;
    assert!(!browser.has("td a[href^='/admin/import']").await, "it is no difference any longer");
}
