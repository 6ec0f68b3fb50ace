//! Certificates for a mailbox and for software, with a key that the panel makes.

use cert_lifecycle::{ServiceId, StateKind};
use csr_tools::PrivateKey;

use crate::driver::Browser;

/// Speaks Polish to the mailbox's owner and English to the author of software, by the switch in between.
#[tokio::test]
async fn issues_for_a_mailbox_and_for_software_and_shows_the_key_once() {
    let Some(browser) = Browser::open("pl").await else { return };
    browser.log_in("customer").await;
    let mailbox = browser.buy("#order-6").await;
    browser.click("#key-generate").await;
    mistaken(&browser, "subject.email").await;
    for (field, text) in [("email", "anna@example.com"), ("common_name", "Anna Nowak"), ("country", "PL")] {
        fill_subject(&browser, field, text).await;
    }
    browser.click("#do-continue").await;
    browser.wait_for_text("W certyfikacie znajdą się:").await;
    issue(&browser, mailbox, "Zapisz ten klucz teraz.").await;

    browser.click("button[name='language'][value='en']").await;
    browser.wait_for_text("Certificates and files").await;
    let software = browser.buy("#order-7").await;
    browser.click("#key-generate").await;
    browser.choose("[id='key.algorithm']", "rsa-4096").await;
    for (field, text) in [
        ("common_name", "Anna Nowak"),
        ("email", "anna@example.com"),
        ("organization", "Open Source Developer"),
        ("locality", "Łódź"),
        ("state", "łódzkie"),
        ("tax_number", "525-000-00-00"),
        ("country", "PL"),
    ] {
        fill_subject(&browser, field, text).await;
    }
    browser.click("#do-continue").await;
    browser.wait_for_text("The certificate will say:").await;
    issue(&browser, software, "Save this key now.").await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// Says of a form that lacks a field that it does.
async fn mistaken(browser: &Browser, field: &str) {
    browser.click("#do-continue").await;
    browser.find("#mistakes").await;
    assert!(browser.has(&format!("[id='{field}'][aria-invalid='true']")).await, "{field} is not marked");
}

/// Fills in a field of the subject, where the product has it.
async fn fill_subject(browser: &Browser, field: &str, text: &str) {
    let css = format!("[id='subject.{field}']");
    if browser.has(&css).await {
        browser.fill(&css, text).await;
    }
}

/// Takes the key, orders with it, and has mailbox and officers agree.
async fn issue(browser: &Browser, id: ServiceId, once: &str) {
    browser.click("#do-order").await;
    browser.wait_for_text(once).await;
    let key = PrivateKey::from_pkcs8_pem(browser.value("#key").await).unwrap();
    let state = browser.service(id).await.state.kind();
    assert_eq!(state, StateKind::AwaitingConfiguration, "ordered before the key was saved");
    browser.click("#do-order").await;
    browser.prove().await;
    let service = browser.service(id).await;
    let certificate = service.certificate().unwrap();
    assert_eq!(certificate.configuration.request().public_key_hash(), key.public_key_hash());
    for page in ["", "/certificates", "/configure"] {
        browser.go(&format!("/services/{id}{page}")).await;
        assert!(
            !browser
                .ask("return document.documentElement.outerHTML")
                .await
                .to_string()
                .contains("PRIVATE KEY")
        );
    }
    browser.go(&format!("/services/{id}/certificates")).await;
}
