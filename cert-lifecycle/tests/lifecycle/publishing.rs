//! Proofs that are published for the customer, and looked at before the CA is asked to look.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cert_domain::{Instruction, NameEntry, VerificationMethod};
use cert_lifecycle::{ProofPublisher, PublishError, Service, ServiceId, State, StateKind};
use certum_sandbox::Sandbox;
use reqwest::{Client, Method, Url};
use serde_json::json;

use crate::common::{NAME, form};
use crate::desk::{Desk, any_offer, reissue_of, renewal_of, sandbox_with};

/// Publishes into the sandbox's own internet, for the names that it runs.
#[derive(Clone)]
struct Zones {
    control: Url,
    client: Client,
    /// The end of the names that it runs.
    runs: &'static str,
    is_down: Arc<AtomicBool>,
    published: Arc<Mutex<Vec<Instruction>>>,
}

impl Zones {
    fn of(sandbox: &Sandbox, runs: &'static str) -> Self {
        let control = sandbox.control_url();
        Self { control, client: Client::new(), runs, is_down: Arc::default(), published: Arc::default() }
    }

    /// What is published now.
    fn all(&self) -> Vec<Instruction> {
        self.published.lock().unwrap().clone()
    }

    async fn change(&self, method: Method, instruction: &Instruction) -> Result<(), PublishError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(PublishError::Unavailable("the name server is being restarted".into()));
        }
        let (path, body, host) = match instruction {
            Instruction::TxtRecord { name, value } => {
                ("dns", json!({ "name": name, "type": "TXT", "value": value }), name)
            }
            Instruction::CnameRecord { name, target } => {
                ("dns", json!({ "name": name, "type": "CNAME", "value": target }), name)
            }
            Instruction::File { host, path, body } => {
                ("http", json!({ "host": host, "path": path, "body": body }), host)
            }
            _ => return Err(PublishError::Unsupported),
        };
        if !host.ends_with(self.runs) {
            return Err(PublishError::Unsupported);
        }
        // The sandbox's web servers keep what they were given.
        if path == "dns" || method == Method::POST {
            let url = self.control.join(path).unwrap();
            self.client.request(method, url).json(&body).send().await.unwrap().error_for_status().unwrap();
        }
        Ok(())
    }
}

#[async_trait]
impl ProofPublisher for Zones {
    async fn publish(&self, instruction: &Instruction) -> Result<(), PublishError> {
        if !self.all().contains(instruction) {
            self.change(Method::POST, instruction).await?;
            self.published.lock().unwrap().push(instruction.clone());
        }
        Ok(())
    }

    async fn withdraw(&self, instruction: &Instruction) -> Result<(), PublishError> {
        if self.all().contains(instruction) {
            self.change(Method::DELETE, instruction).await?;
            self.published.lock().unwrap().retain(|other| other != instruction);
        }
        Ok(())
    }
}

async fn open(runs: &'static str) -> (Desk, Zones) {
    let sandbox = sandbox_with(false).await;
    let zones = Zones::of(&sandbox, runs);
    (Desk::with(sandbox, |builder| builder.publisher(zones.clone())).await, zones)
}

#[tokio::test]
async fn orders_reissues_and_renews_without_anybodys_hand() {
    for method in ["dns-txt", "dns-txt-prefix", "dns-cname", "dns-cname-prefix", "file"] {
        let (desk, zones) = open("example.com").await;
        let mut offer = any_offer("931");
        offer.allow_more_domains = true;
        let id = desk.sell_offer(offer, &form(&["a.example.com"], method)).await;
        desk.work().await;
        let service = desk.finish(id).await;
        assert_eq!(zones.all(), [], "{method}: left behind");

        let mut reissue = reissue_of(&service);
        reissue.added = vec![NameEntry::from("b.example.com")];
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.work().await;
        let service = desk.finish(id).await;
        assert_eq!(service.certificates.len(), 2, "{method}");

        // So late that the names have to be proved again.
        desk.pass_days(198).await;
        desk.finish(id).await;
        let service = desk.service(id).await;
        let certificates = service.certificates.len();
        desk.lifecycle.renew(id, &renewal_of(&service)).await.unwrap();
        desk.work().await;
        let service = desk.finish(id).await;
        assert_eq!(service.certificates.len(), certificates + 1, "{method}");
        assert_eq!(zones.all(), [], "{method}: left behind");
        assert_eq!(desk.told(id, "verification_needed").len(), 0, "{method}");
    }
}

/// Where a part is not ours to do, the customer does all of it, and knows.
#[tokio::test]
async fn leaves_to_the_customer_what_it_does_not_run() {
    let (desk, zones) = open("example.com").await;
    let id = desk.sell_offer(any_offer("931"), &form(&["a.example.com", "b.example.org"], "dns")).await;
    desk.work().await;
    assert_eq!(zones.all(), [], "a part of it stands alone");
    let told = desk.told(id, "verification_needed");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["instructions"].as_array().unwrap().len(), 2);
    desk.prove(id).await;
    desk.finish(id).await;
}

#[tokio::test]
async fn leaves_messages_to_the_customer() {
    let (desk, zones) = open("example.com").await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "email:admin")).await;
    desk.work().await;
    assert_eq!(desk.told(id, "verification_needed").len(), 1);
    assert_eq!(zones.all(), []);
    desk.prove(id).await;
    desk.finish(id).await;
}

#[tokio::test]
async fn waits_for_a_publisher_that_is_down() {
    let (desk, zones) = open("example.com").await;
    zones.is_down.store(true, Ordering::SeqCst);
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let note = desk.lifecycle.summary(id).await.unwrap().note.unwrap();
    assert!(note.starts_with("publish proofs: the name server"), "{note}");
    assert_eq!(desk.told(id, "verification_needed").len(), 0);
    zones.is_down.store(false, Ordering::SeqCst);
    desk.finish(id).await;
    assert_eq!(zones.all(), []);
}

/// What is left to tidy up holds up neither the certificate nor what comes after it.
#[tokio::test]
async fn takes_back_later_what_it_can_not_take_back_now() {
    let (desk, zones) = open("example.com").await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    zones.is_down.store(true, Ordering::SeqCst);
    let service = desk.finish(id).await;
    assert_eq!(zones.all().len(), 1);
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    assert_eq!(desk.finish(id).await.certificates.len(), 2);
    assert_eq!(zones.all().len(), 1);
    zones.is_down.store(false, Ordering::SeqCst);
    desk.pass(60 * 60).await;
    assert_eq!(zones.all(), []);
    assert!(desk.service(id).await.published.is_empty());
}

/// With another method comes another proof, and the former is taken back.
#[tokio::test]
async fn publishes_anew_when_the_method_changes() {
    let (desk, zones) = open("example.com").await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "email:admin")).await;
    desk.work().await;
    desk.lifecycle.change_method(id, VerificationMethod::DnsCnamePrefix, None).await.unwrap();
    desk.work().await;
    let service: Service = desk.finish(id).await;
    assert_eq!(service.certificates.len(), 1);
    assert_eq!(zones.all(), []);
}

#[tokio::test]
async fn takes_back_what_it_published_for_an_order_that_is_cancelled() {
    let (desk, zones) = open("example.com").await;
    let id: ServiceId = desk.sell_offer(any_offer("631"), &crate::desk::full_form(NAME, &[NAME])).await;
    desk.work().await;
    desk.pass(60).await;
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Validating, "an officer decides");
    desk.lifecycle.cancel_order(id).await.unwrap();
    desk.work().await;
    assert!(matches!(desk.service(id).await.state, State::Rejected { is_cancelled: true, .. }));
    assert_eq!(zones.all(), []);
}

#[cfg(feature = "precheck")]
mod looks {
    use cert_domain::Language;
    use cert_lifecycle::Error;
    use cert_lifecycle::precheck::NetworkLookups;
    use certum_sandbox::{DnsRecord, DnsRecordType};

    use super::*;

    /// How the sandbox's CA sees its little internet.
    fn lookups(sandbox: &Sandbox) -> NetworkLookups {
        let port = sandbox.endpoint().port().unwrap();
        NetworkLookups::new(sandbox.dns_addr()).unwrap().named("here").within_sandbox(port)
    }

    async fn open_with_a_look(runs: &'static str) -> (Desk, Zones) {
        let sandbox = sandbox_with(true).await;
        let (zones, lookups) = (Zones::of(&sandbox, runs), lookups(&sandbox));
        let desk = Desk::with(sandbox, |builder| builder.publisher(zones.clone()).lookups(lookups)).await;
        (desk, zones)
    }

    /// "Check now", from our side: what is wrong, and that it is right, without asking the CA.
    #[tokio::test]
    async fn says_what_is_wrong_with_the_proof_before_the_ca_is_asked() {
        let sandbox = sandbox_with(true).await;
        let lookups = lookups(&sandbox);
        let desk = Desk::with(sandbox, |builder| builder.lookups(lookups)).await;
        let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
        assert!(matches!(desk.lifecycle.precheck(id).await, Err(Error::NotAllowed(_))));
        desk.work().await;
        let calls = desk.sandbox.calls().len();
        let reports = desk.lifecycle.precheck(id).await.unwrap();
        assert!(!reports[0].is_ready());
        let problem = reports[0].problems().swap_remove(0);
        assert!(!problem.text(Language::Polish).is_empty());

        let State::Validating(validating) = desk.service(id).await.state else { panic!("not validating") };
        for instruction in validating.instructions() {
            crate::common::follow(&desk.sandbox, instruction).await;
        }
        assert!(desk.lifecycle.precheck(id).await.unwrap()[0].is_ready());
        assert_eq!(desk.sandbox.calls().len(), calls, "the CA was asked");
        desk.lifecycle.request_check(id).await.unwrap();
        desk.finish(id).await;
    }

    /// The CA is asked once the proof can be seen, and not before.
    #[tokio::test]
    async fn asks_the_ca_once_the_published_proof_can_be_seen() {
        let (desk, _) = open_with_a_look("example.com").await;
        // Somebody else's records forbid Certum to issue.
        let forbidding =
            DnsRecord::new("example.com", DnsRecordType::Caa, "0 issue \"other.example.net\"").unwrap();
        desk.sandbox.publish_dns(forbidding.clone());
        let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.work().await;
        desk.pass(30).await;
        assert_eq!(desk.carried_out("performSanVerification"), 0);
        let note = desk.lifecycle.summary(id).await.unwrap().note.unwrap();
        assert!(note.starts_with("start check: "), "{note}");
        desk.sandbox.withdraw_dns(&forbidding).unwrap();
        desk.finish(id).await;
        assert_eq!(desk.carried_out("performSanVerification"), 1);
    }

    /// The CA may see what we don't: it is asked in any case after a while.
    #[tokio::test]
    async fn asks_the_ca_in_the_end_whatever_can_be_seen_from_here() {
        let sandbox = sandbox_with(true).await;
        let zones = Zones::of(&sandbox, "example.com");
        // A resolver that nobody answers at.
        let blind = NetworkLookups::new("127.0.0.1:9".parse().unwrap()).unwrap();
        let desk = Desk::with(sandbox, |builder| builder.publisher(zones).lookups(blind)).await;
        let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.until(id, |service| service.certificate().is_some()).await;
    }
}
