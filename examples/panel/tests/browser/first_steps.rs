//! How far it is for somebody who has just started the panel.

use csr_tools::Certificate;

use crate::driver::Browser;
use crate::road::request;

/// `README.md` says how many.
const CLICKS: u32 = 9;

#[tokio::test]
async fn takes_a_new_customer_nine_clicks_and_one_paste_to_a_certificate() {
    let Some(browser) = Browser::open("en").await else { return };
    let (csr, key) = request("first.example.com", &[]);
    browser.click("a[href='/login?back=/']").await;
    browser.click("#login-customer").await;
    browser.click("#order-1").await;
    browser.paste("#csr", &csr).await;
    browser.click("#do-details").await;
    browser.find("#said-of-request .notice.info").await;
    browser.click("#do-continue").await;
    assert_eq!(browser.value("[id='names.0.name']").await, "first.example.com");
    browser.click("#do-order").await;
    browser.click("#verify").await;
    // Having it published asks for a check, too.
    browser.click("#do-publish").await;
    browser.click("#status a.button[href$='/certificates']").await;
    let certificate = browser.find("#pem-1").await.prop("textContent").await.unwrap().unwrap();
    let certificate = Certificate::from_pem(certificate).unwrap();
    assert_eq!(certificate.dns_names()[0], "first.example.com");
    assert_eq!(certificate.public_key_hash(), key);
    assert_eq!((browser.clicks(), browser.pastes()), (CLICKS, 1));
    browser.close().await;
}
