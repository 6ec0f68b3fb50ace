//! Stretches of road that several walks take.

use cert_lifecycle::{Service, ServiceId, State};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey, PublicKeyHash};
use jiff::SignedDuration;

use crate::driver::Browser;

/// A request for names, and its key's hash.
pub(crate) fn request(name: &str, others: &[&str]) -> (String, PublicKeyHash) {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let builder = CertificateRequest::builder().common_name(name).dns_name(name);
    let request = builder.dns_names(others.iter().copied()).sign(&key).unwrap();
    (request.to_pem(), key.public_key_hash())
}

impl Browser {
    /// The service that the page is about.
    pub(crate) async fn service_id(&self) -> ServiceId {
        self.path().await.split('/').nth(2).unwrap().parse().unwrap()
    }

    /// The service, as the library has it.
    pub(crate) async fn service(&self, id: ServiceId) -> Service {
        self.panel.shop.lifecycle.service(id).await.unwrap()
    }

    /// Buys from the shop's front page, and is at the first step of the form then.
    pub(crate) async fn buy(&self, offer: &str) -> ServiceId {
        self.go("/").await;
        self.click(offer).await;
        self.find("#form-certificate").await;
        self.service_id().await
    }

    /// Pastes a request into the form's first step, and goes on to the names.
    pub(crate) async fn paste_request(&self, csr: &str) {
        self.paste("#csr", csr).await;
        self.click("#do-details").await;
        self.find("#said-of-request .notice.info").await;
        self.click("#do-continue").await;
        self.find("#form-names").await;
    }

    /// From a service's page through the verification to the certificates, by the sandbox's button.
    pub(crate) async fn prove(&self) {
        self.click("#verify").await;
        self.click("#do-publish").await;
        self.click("#status a.button[href$='/certificates']").await;
        self.find("#pem-1").await;
    }

    /// Ten days at a time, until something has come of a service. Its customer has proofs published meanwhile.
    pub(crate) async fn live_until(&self, id: ServiceId, has_come: impl AsyncFn(&Service) -> bool) {
        let (shop, step) = (&self.panel.shop, SignedDuration::from_hours(10 * 24));
        let sandbox = shop.sandbox.as_ref().unwrap();
        for _ in 0..60 {
            let service = self.service(id).await;
            if has_come(&service).await {
                return;
            }
            if let State::Validating(validating) = &service.state {
                sandbox.satisfy(validating.order_id.as_str()).await.unwrap();
                shop.lifecycle.request_check(id).await.unwrap();
            }
            let is_settled = matches!(service.state, State::Active);
            sandbox.advance_clock(if is_settled { step } else { SignedDuration::from_mins(2) }).unwrap();
            shop.lifecycle.worker().tick().await.unwrap();
        }
        panic!("it never came: {:?}", self.service(id).await.state);
    }
}
