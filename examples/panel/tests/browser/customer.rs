//! A customer's road, from the order to the certificate that is revoked years later.

use std::fs;
use std::process::Command;

use cert_lifecycle::{Service, ServiceId, StateKind};
use certum_sandbox::DnsRecord;
use csr_tools::Certificate;

use crate::driver::Browser;
use crate::road::request;

const NAME: &str = "walk.example.com";
const ADDED: &str = "added.example.com";

/// What the pages say on the way.
struct Words {
    bought: &'static str,
    validating: &'static str,
    not_seen: &'static str,
    active: &'static str,
    irreversible: &'static str,
    revoked: &'static str,
}

const ENGLISH: Words = Words {
    bought: "Thank you. Now fill in what the certificate is to say.",
    validating: "validating",
    not_seen: "What we see ourselves",
    active: "active",
    irreversible: "This can't be taken back.",
    revoked: "revoked",
};
const POLISH: Words = Words {
    bought: "Dziękujemy. Teraz podaj dane do certyfikatu.",
    validating: "w trakcie weryfikacji",
    not_seen: "Co widzimy sami",
    active: "aktywny",
    irreversible: "Tego nie można cofnąć.",
    revoked: "unieważniony",
};

/// Two people at the same time, each at a panel of their own: most of the road is waiting.
#[tokio::test]
async fn goes_the_whole_road_in_both_languages() {
    tokio::join!(walk("en", &ENGLISH), walk("pl", &POLISH));
}

async fn walk(language: &str, words: &Words) {
    let Some(browser) = Browser::open(language).await else { return };
    browser.log_in("customer").await;
    let id = order(&browser, words).await;
    verify_by_dns(&browser, words).await;
    let first = newest(&browser.service(id).await);
    pay(&browser, id).await;
    reissue(&browser, id, words).await;
    let second = newest(&browser.service(id).await);
    assert_ne!(first, second);
    renew(&browser, id).await;
    assert!(![first, second].contains(&newest(&browser.service(id).await)), "it is an old certificate");
    revoke(&browser, id, words).await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.close().await;
}

/// Orders with a request, and downloads what is issued in the end.
async fn order(browser: &Browser, words: &Words) -> ServiceId {
    let id = browser.buy("#order-2").await;
    browser.wait_for_text(words.bought).await;
    let (csr, key) = request(NAME, &[]);
    browser.choose("#server", "nginx").await;
    browser.paste_request(&csr).await;
    assert_eq!(browser.value("[id='names.0.name']").await, NAME);
    browser.choose("#method", "dns-txt-prefix").await;
    browser.click("#do-order").await;
    browser.wait_for_text(words.validating).await;
    let service = browser.service(id).await;
    let configuration = service.state.configuration().unwrap();
    assert_eq!(configuration.request().public_key_hash(), key);
    id
}

/// Looks for the record in vain, publishes it, and downloads what comes of it.
async fn verify_by_dns(browser: &Browser, words: &Words) {
    browser.click("#verify").await;
    let (name, value) = (browser.text("#todo-1-name").await, browser.text("#todo-1-value").await);
    browser.click("#do-check").await;
    browser.find("#seen li").await;
    browser.wait_for_text(words.not_seen).await;
    let sandbox = browser.panel.shop.sandbox.as_ref().unwrap();
    sandbox.publish_dns(DnsRecord::txt(&name, &value).unwrap());
    browser.click("#do-check").await;
    browser.click("#status a.button[href$='/certificates']").await;
    let file = browser.find("a[href$='/nginx']").await.attr("href").await.unwrap().unwrap();
    let chain = browser.download(&file).await;
    let key = browser
        .service(browser.service_id().await)
        .await
        .certificate()
        .unwrap()
        .configuration
        .request()
        .public_key_hash();
    assert_eq!(Certificate::chain_from_pem(&chain).unwrap()[0].public_key_hash(), key);
    hold_against_root(&chain, &sandbox.roots_pem());
    browser.click("#to-overview").await;
    browser.wait_for_text(words.active).await;
}

/// OpenSSL's opinion of a chain that begins with the certificate itself.
fn hold_against_root(chain: &str, roots: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (root, file) = (folder.path().join("root.pem"), folder.path().join("chain.pem"));
    // The root comes first; intermediates follow it.
    fs::write(&root, Certificate::chain_from_pem(roots).unwrap()[0].to_pem()).unwrap();
    fs::write(&file, chain).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["verify", "-x509_strict", "-CAfile"]).arg(&root).arg("-untrusted").arg(&file).arg(&file);
    let said = openssl.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn newest(service: &Service) -> String {
    service.certificate().unwrap().certificate.serial_number.to_string()
}

/// Pays what is to be paid for the service.
async fn pay(browser: &Browser, id: ServiceId) {
    browser.go("/invoices").await;
    let row = format!("tr:has(a[href='/services/{id}'])");
    browser.click(&format!("{row} .do-pay")).await;
    browser.find(&format!("{row} .state-paid")).await;
    assert!(!browser.has(&format!("{row} .do-pay")).await);
}

async fn reissue(browser: &Browser, id: ServiceId, words: &Words) {
    browser.go(&format!("/services/{id}")).await;
    browser.click("#do-reissue").await;
    let (csr, key) = request(NAME, &[]);
    browser.paste("#csr", &csr).await;
    browser.fill("[id='added.0.name']", ADDED).await;
    browser.choose("#send_messages", "true").await;
    browser.click("#do-it").await;
    browser.wait_for_text(words.validating).await;
    browser.prove().await;
    browser.wait_for_text(ADDED).await;
    let service = browser.service(id).await;
    let ordered = &service.certificate().unwrap().configuration;
    assert_eq!(ordered.request().public_key_hash(), key);
    assert!(ordered.send_messages(), "a record needs none: somebody has asked for them");
    assert!(browser.has("#certificate-2").await, "the old one is shown, too");
}

/// Keeps a request for the renewal, which is bought and issued once the invoice is paid.
async fn renew(browser: &Browser, id: ServiceId) {
    let sales = &browser.panel.shop.sales;
    let has_invoice = async |_: &Service| {
        let invoices = sales.invoices(None).await.unwrap();
        invoices.iter().any(|(_, invoice)| invoice.service == Some(id) && invoice.paid_on.is_none())
    };
    browser.live_until(id, has_invoice).await;
    browser.go(&format!("/services/{id}")).await;
    browser.click("#do-store_request").await;
    let (csr, key) = request(NAME, &[]);
    browser.paste("#csr", &csr).await;
    browser.click("#do-it").await;
    browser.find(".notice.good").await;
    pay(browser, id).await;
    let is_renewed = async |service: &Service| {
        let newest = service.certificate().unwrap();
        service.state.kind() == StateKind::Active && newest.configuration.request().public_key_hash() == key
    };
    browser.live_until(id, is_renewed).await;
    browser.go(&format!("/services/{id}/certificates")).await;
    assert_eq!(browser.text("#serial-1").await, newest(&browser.service(id).await));
}

async fn revoke(browser: &Browser, id: ServiceId, words: &Words) {
    browser.go(&format!("/services/{id}")).await;
    let serial = newest(&browser.service(id).await);
    browser.click("#do-revoke").await;
    browser.wait_for_text(words.irreversible).await;
    browser.choose("#serial_number", &serial).await;
    browser.choose("#reason", "SUPERSEDED").await;
    browser.click("#do-it").await;
    browser.find("#certificate .state-revoked").await;
    browser.wait_for_text(words.revoked).await;
}
