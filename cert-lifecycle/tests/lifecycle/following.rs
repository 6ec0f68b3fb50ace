//! Reissues and renewals: asked for, stored beforehand, and bought exactly once.

use std::time::Duration;

use cert_domain::{NameEntry, VerificationMethod};
use cert_lifecycle::service::Event;
use cert_lifecycle::{
    Acted, Action, Backoff, CertificateStanding, Error, OrderKind, Proof, Role, Service, ServiceId, State,
    StateKind, WorkerPolicy,
};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use csr_tools::{CertificateRequest, KeyAlgorithm, PrivateKey, PublicKeyHash};
use serde_json::json;

use crate::common::{NAME, form, hasty};
use crate::desk::{Desk, any_offer, codes, csr, reissue_of, renewal_of, sandbox_with};

const KINDS: [FaultKind; 4] = [FaultKind::Drop, FaultKind::Http500, FaultKind::SoapFault, FaultKind::Garbage];

/// A desk, and a service with a certificate, for either way in which the CA names reissues.
async fn issued(keeps_order_id: bool, product: &str, names: &[&str]) -> (Desk, ServiceId, Service) {
    let desk = Desk::with(sandbox_with(keeps_order_id).await, |builder| builder).await;
    let mut offer = any_offer(product);
    offer.allow_more_domains = offer.additional_domains;
    let (id, service) = desk.enrol(offer, &form(names, "dns")).await;
    (desk, id, service)
}

fn key_of(csr: &str) -> PublicKeyHash {
    CertificateRequest::from_pem(csr).unwrap().public_key_hash()
}

fn newest_key(service: &Service) -> PublicKeyHash {
    service.certificate().unwrap().configuration.request().public_key_hash()
}

/// Two workings of the same service at rest in a row, and one more certificate each time.
#[tokio::test]
async fn reissues_without_names_again_and_again() {
    for keeps in [true, false] {
        let (desk, id, mut service) = issued(keeps, "601", &[NAME]).await;
        let first = service.certificate().unwrap().order_id.clone();
        for number in 2..=3 {
            desk.pass_days(1).await;
            let reissue = reissue_of(&service);
            desk.lifecycle.reissue(id, &reissue).await.unwrap();
            desk.work().await;
            service = desk.finish(id).await;
            assert_eq!(service.certificates.len(), number, "{keeps}");
            assert_eq!(newest_key(&service), key_of(&reissue.csr), "{keeps}");
            let [.., replaced, newest] = &service.certificates[..] else { unreachable!() };
            assert_eq!(newest.kind, OrderKind::Reissue);
            assert_eq!(newest.order_id == first, keeps);
            assert!(replaced.replaced_at.is_some() && newest.replaced_at.is_none());
            assert_ne!(replaced.certificate.serial_number, newest.certificate.serial_number);
        }
        assert_eq!(desk.carried_out("reissueCertificate"), 2);
        assert_eq!(desk.told(id, "replaced_certificate_ends").len(), 2);
    }
}

#[tokio::test]
async fn reissues_with_added_names_that_are_proved() {
    for keeps in [true, false] {
        let (desk, id, service) = issued(keeps, "931", &["a.example.com"]).await;
        let mut reissue = reissue_of(&service);
        reissue.added = vec![NameEntry { name: "b.example.org".into(), www: true }];
        reissue.method = Some(VerificationMethod::File);
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.settle(id).await;
        let service = desk.finish(id).await;
        let names = &service.certificate().unwrap().certificate.names;
        assert_eq!(names[..], ["a.example.com", "b.example.org", "www.b.example.org"], "{keeps}");
        assert_eq!(desk.carried_out("reissueCertificate"), 1, "{keeps}");
    }
}

#[tokio::test]
async fn reissues_once_although_a_name_that_was_added_is_none_to_add_any_more() {
    let (desk, id, first) = issued(true, "931", &["a.example.com"]).await;
    let said = reissue_of(&first);
    let reissue = async |serial_number: &str, added: &[&str]| {
        let added: Vec<_> = added.iter().map(|name| json!({"name": name})).collect();
        let form = json!({"certificate": {"serial_number": serial_number}, "csr": said.csr, "added": added, "method": "file"});
        let acted = desk.lifecycle.act_once(id, Role::Reseller, Action::Reissue, &form).await.unwrap();
        assert!(matches!(acted, Acted::Done));
        desk.service(id).await.version
    };
    reissue("", &["b.example.org"]).await;
    desk.settle(id).await;
    let reissued = desk.finish(id).await;
    assert_eq!(reissued.certificates.len(), 2);

    let replaced = &first.certificate().unwrap().certificate.serial_number;
    for (serial_number, added) in [("", &["b.example.org"][..]), ("", &[]), (replaced, &[])] {
        assert_eq!(reissue(serial_number, added).await, reissued.version);
    }
    let newest = &reissued.certificate().unwrap().certificate.serial_number;
    assert!(reissue(newest, &[]).await > reissued.version, "who names the newest one means another");
    desk.work().await;
    assert_eq!(desk.finish(id).await.certificates.len(), 3);
}

#[tokio::test]
async fn refuses_reissues_that_the_ca_would_refuse_before_asking_it() {
    let (desk, id, service) = issued(true, "601", &[NAME]).await;
    let calls = desk.sandbox.calls().len();
    let reissue = reissue_of(&service);

    let mut added = reissue.clone();
    added.added = vec!["b.example.org".into()];
    assert_eq!(codes(desk.lifecycle.reissue(id, &added).await), [2163]);
    let mut foreign = reissue.clone();
    foreign.certificate.serial_number = "FF".into();
    assert_eq!(codes(desk.lifecycle.reissue(id, &foreign).await), [1159]);
    let mut without = reissue.clone();
    without.csr.clear();
    assert_eq!(codes(desk.lifecycle.reissue(id, &without).await), [2097]);

    let other = desk.lifecycle.create_service(any_offer("601"), "customer-8".parse().unwrap()).await.unwrap();
    let mut theirs = form(&["other.example.com"], "dns");
    theirs.csr = csr("other.example.com");
    desk.lifecycle.configure(other, &theirs).await.unwrap();
    let mut used = reissue;
    used.csr = theirs.csr;
    assert_eq!(codes(desk.lifecycle.reissue(id, &used).await), [1032]);
    assert_eq!(desk.sandbox.calls().len(), calls);
}

/// A reissue may keep its key: the same request serves again.
#[tokio::test]
async fn reissues_with_the_key_that_there_is() {
    for keeps in [true, false] {
        let (desk, id, service) = issued(keeps, "601", &[NAME]).await;
        let mut reissue = reissue_of(&service);
        reissue.csr = service.certificate().unwrap().configuration.request().pem().to_owned();
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.work().await;
        let after = desk.finish(id).await;
        assert_eq!(after.certificates.len(), 2, "{keeps}");
        assert_eq!(newest_key(&after), newest_key(&service));
    }
}

#[tokio::test]
async fn renews_by_serial_number_and_by_the_certificate_itself() {
    let (desk, id, mut service) = issued(true, "601", &[NAME]).await;
    for by_pem in [false, true] {
        desk.pass_days(1).await;
        let mut renewal = renewal_of(&service);
        if by_pem {
            renewal.certificate.serial_number.clear();
            renewal.certificate.pem = service.certificate().unwrap().certificate.pem.clone();
        }
        desk.lifecycle.renew(id, &renewal).await.unwrap();
        desk.work().await;
        service = desk.finish(id).await;
        assert_eq!(newest_key(&service), key_of(&renewal.csr));
        assert_eq!(service.certificate().unwrap().kind, OrderKind::Renewal);
    }
    assert_eq!((desk.carried_out("renewCertificate"), service.certificates.len()), (2, 3));
}

#[tokio::test]
async fn refuses_renewals_that_the_ca_would_refuse_before_asking_it() {
    let (desk, id, service) = issued(true, "601", &[NAME]).await;
    let calls = desk.sandbox.calls().len();
    let mut other_name = renewal_of(&service);
    other_name.csr = csr("other.example.com");
    assert_eq!(codes(desk.lifecycle.renew(id, &other_name).await), [1168]);
    let mut both = renewal_of(&service);
    both.certificate.pem = service.certificate().unwrap().certificate.pem.clone();
    assert_eq!(codes(desk.lifecycle.renew(id, &both).await), [1164]);
    let mut used = renewal_of(&service);
    used.csr = service.certificate().unwrap().configuration.request().pem().to_owned();
    assert_eq!(codes(desk.lifecycle.renew(id, &used).await), [1032]);
    assert_eq!(desk.sandbox.calls().len(), calls);

    let (desk, id, service) = issued(true, "691", &[NAME]).await;
    assert_eq!(codes(desk.lifecycle.renew(id, &renewal_of(&service)).await), [1166]);
}

#[tokio::test]
async fn keeps_one_successor_open_at_most() {
    let (desk, id, service) = issued(true, "931", &["a.example.com"]).await;
    let mut reissue = reissue_of(&service);
    reissue.added = vec!["b.example.org".into()];
    desk.lifecycle.reissue(id, &reissue).await.unwrap();
    for working in [false, true] {
        if working {
            desk.work().await;
        }
        let again = desk.lifecycle.reissue(id, &reissue_of(&service)).await;
        assert!(matches!(again, Err(Error::NotAllowed(_))), "{again:?}");
        let renewal = desk.lifecycle.renew(id, &renewal_of(&service)).await;
        assert!(matches!(renewal, Err(Error::NotAllowed(_))), "{renewal:?}");
    }
    assert_eq!(desk.carried_out("reissueCertificate"), 1);
}

/// A successor that is cancelled leaves the certificate that there is, and the way to another.
#[tokio::test]
async fn cancels_a_successor_and_keeps_the_certificate() {
    for keeps in [true, false] {
        let (desk, id, service) = issued(keeps, "931", &["a.example.com"]).await;
        let mut reissue = reissue_of(&service);
        reissue.added = vec!["mistyped.example.org".into()];
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.work().await;
        desk.lifecycle.cancel_order(id).await.unwrap();
        desk.work().await;
        let after = desk.service(id).await;
        assert_eq!((after.state.kind(), after.certificates.len()), (StateKind::Active, 1), "{keeps}");
        // Nothing was certified: the same request may serve again.
        reissue.added = vec!["right.example.org".into()];
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.settle(id).await;
        let after = desk.finish(id).await;
        let names = &after.certificate().unwrap().certificate.names;
        assert_eq!(names[..], ["a.example.com", "right.example.org"], "{keeps}");
    }
}

#[tokio::test]
async fn reads_the_names_of_a_successor_that_is_under_way() {
    for keeps in [true, false] {
        let (desk, id, service) = issued(keeps, "931", &["a.example.com"]).await;
        let mut reissue = reissue_of(&service);
        reissue.added = vec!["b.example.org".into()];
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        desk.work().await;
        let names = desk.lifecycle.name_states(id).await.unwrap();
        let proof = |name: &str| names.iter().find(|state| state.name == name).map(|state| &state.proof);
        assert_eq!(proof("a.example.com"), Some(&Proof::Verified), "{keeps}");
        assert_eq!(proof("b.example.org"), Some(&Proof::Required), "{keeps}");
    }
}

/// The old certificate of a reissue goes on for two weeks, and is then found revoked.
#[tokio::test]
async fn sees_the_replaced_certificate_revoked_within_two_weeks() {
    for keeps in [true, false] {
        let (desk, id, service) = issued(keeps, "601", &[NAME]).await;
        desk.pass_days(1).await;
        desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
        desk.work().await;
        desk.finish(id).await;
        desk.lifecycle.synchronize().await.unwrap();
        let old = |service: Service| service.certificates[0].standing.clone();
        assert_eq!(old(desk.service(id).await), CertificateStanding::Valid, "{keeps}");
        desk.pass_days(14).await;
        desk.lifecycle.synchronize().await.unwrap();
        let standing = old(desk.service(id).await);
        assert!(matches!(standing, CertificateStanding::Revoked { .. }), "{keeps} {standing:?}");
        desk.work().await;
        let revoked = desk.told(id, "revoked");
        assert_eq!(revoked.len(), 1, "{keeps}");
        assert_eq!(revoked[0]["serial_number"], service.certificate().unwrap().certificate.serial_number);
    }
}

#[tokio::test]
async fn stores_a_request_for_the_renewal_and_replaces_it() {
    let (desk, id, service) = issued(true, "601", &[NAME]).await;
    let (first, second) = (csr(NAME), csr(NAME));
    desk.lifecycle.store_request(id, &first).await.unwrap();
    desk.lifecycle.store_request(id, &second).await.unwrap();
    let stored = desk.service(id).await.stored_request.unwrap();
    assert_eq!((stored.request.public_key_hash(), stored.is_made), (key_of(&second), false));

    assert_eq!(codes(desk.lifecycle.store_request(id, "nonsense").await), [1078]);
    assert_eq!(codes(desk.lifecycle.store_request(id, &csr("other.example.com")).await), [1168]);
    let used = service.certificate().unwrap().configuration.request().pem().to_owned();
    assert_eq!(codes(desk.lifecycle.store_request(id, &used).await), [1032]);
    assert_eq!(desk.service(id).await.stored_request.unwrap().request.public_key_hash(), key_of(&second));
}

/// Each way in which the answer to a purchase can be lost.
#[tokio::test]
async fn buys_one_successor_whatever_happens_to_the_answer() {
    for keeps in [true, false] {
        for operation in ["reissueCertificate", "renewCertificate"] {
            for kind in KINDS {
                for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
                    let (desk, id, service) = issued(keeps, "601", &[NAME]).await;
                    let fault = Fault::new(operation, kind, point).times(2);
                    desk.sandbox.set_faults(FaultPlan::new().with(fault));
                    let key = succeed(&desk, id, &service, operation).await;
                    desk.work().await;
                    let after = desk.finish(id).await;
                    let circumstances = format!("{operation} {kind:?} {point:?} {keeps}");
                    assert_eq!(after.certificates.len(), 2, "{circumstances}");
                    assert_eq!(newest_key(&after), key, "{circumstances}");
                    assert_eq!(desk.carried_out(operation), 1, "{circumstances}");
                    assert!(after.stray_orders.is_empty(), "{circumstances}");
                }
            }
        }
    }
}

async fn succeed(desk: &Desk, id: ServiceId, service: &Service, operation: &str) -> PublicKeyHash {
    if operation == "reissueCertificate" {
        let reissue = reissue_of(service);
        desk.lifecycle.reissue(id, &reissue).await.unwrap();
        key_of(&reissue.csr)
    } else {
        let renewal = renewal_of(service);
        desk.lifecycle.renew(id, &renewal).await.unwrap();
        key_of(&renewal.csr)
    }
}

/// The same for the calls that only a lost successor needs, with names that are still to be proved.
#[tokio::test]
async fn finds_a_lost_successor_whatever_happens_to_any_answer() {
    for keeps in [true, false] {
        for operation in ["getOrdersByDateRange", "getSanVerificationState", "addSanVerification"] {
            for kind in KINDS {
                let (desk, id, service) = issued(keeps, "931", &["a.example.com"]).await;
                let lost =
                    Fault::new("reissueCertificate", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
                let more = Fault::new(operation, kind, FaultPoint::AfterCommit).times(2);
                desk.sandbox.set_faults(FaultPlan::new().with(lost).with(more));
                let mut reissue = reissue_of(&service);
                reissue.added = vec!["b.example.org".into()];
                desk.lifecycle.reissue(id, &reissue).await.unwrap();
                desk.prove_when_told(id).await;
                let after = desk.finish(id).await;
                let circumstances = format!("{operation} {kind:?} {keeps}");
                assert_eq!(after.certificates.len(), 2, "{circumstances}");
                assert_eq!(desk.carried_out("reissueCertificate"), 1, "{circumstances}");
            }
        }
    }
}

/// Two services of one customer and product buy at the same moment, and both answers are lost.
#[tokio::test]
async fn gives_each_of_two_lost_successors_its_own_service() {
    for keeps in [true, false] {
        for operation in ["reissueCertificate", "renewCertificate"] {
            let desk = Desk::with(sandbox_with(keeps).await, |builder| builder).await;
            let mut services = Vec::new();
            for name in ["one.example.com", "two.example.com"] {
                services.push(desk.enrol(any_offer("601"), &form(&[name], "dns")).await);
            }
            let lost = Fault::new(operation, FaultKind::Drop, FaultPoint::AfterCommit).times(2);
            desk.sandbox.set_faults(FaultPlan::new().with(lost));
            let mut keys = Vec::new();
            for (id, service) in &services {
                keys.push(succeed(&desk, *id, service, operation).await);
            }
            desk.work().await;
            for ((id, before), key) in services.iter().zip(keys) {
                let after = desk.finish(*id).await;
                let circumstances = format!("{operation} {keeps}");
                assert_eq!(after.certificates.len(), 2, "{circumstances}");
                assert_eq!(newest_key(&after), key, "{circumstances}");
                let names = |service: &Service| service.certificate().unwrap().certificate.names.clone();
                assert_eq!(names(&after), names(before), "{circumstances}");
                assert!(after.stray_orders.is_empty(), "{circumstances}");
            }
            assert_eq!(desk.carried_out(operation), 2);
        }
    }
}

/// The same name twice: only their keys tell the two orders apart, once they are certified. Neither service takes the
/// other's, wherever the two answers were lost.
#[tokio::test]
async fn gives_each_of_two_lost_twins_its_own_order() {
    use FaultPoint::{AfterCommit, BeforeCommit};
    for operation in ["reissueCertificate", "renewCertificate"] {
        for points in [[AfterCommit, AfterCommit], [BeforeCommit, AfterCommit], [AfterCommit, BeforeCommit]] {
            let desk = Desk::with(sandbox_with(false).await, |builder| builder).await;
            let mut services = Vec::new();
            for _ in 0..2 {
                services.push(desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await);
            }
            let mut keys = Vec::new();
            for ((id, service), point) in services.iter().zip(points) {
                let lost = Fault::new(operation, FaultKind::Drop, point).times(1);
                desk.sandbox.set_faults(FaultPlan::new().with(lost));
                keys.push(succeed(&desk, *id, service, operation).await);
                desk.work().await;
            }
            for ((id, _), key) in services.iter().zip(keys) {
                let after = desk.finish(*id).await;
                assert_eq!(newest_key(&after), key, "{operation} {points:?}");
                assert!(after.stray_orders.is_empty(), "{operation} {points:?}");
            }
            assert_eq!(desk.carried_out(operation), 2, "{operation} {points:?}");
        }
    }
}

/// The first call is still on its way when a second goes out: the CA refuses the late one for its key, and one order stands.
#[tokio::test]
async fn finds_one_successor_when_a_slow_call_arrives_after_its_twin() {
    for operation in ["reissueCertificate", "renewCertificate"] {
        let desk = Desk::with(sandbox_with(false).await, |builder| builder.policy(hasty())).await;
        let (id, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        let slow = Fault::new(operation, FaultKind::Delay(Duration::from_secs(2)), FaultPoint::BeforeCommit)
            .times(1);
        desk.sandbox.set_faults(FaultPlan::new().with(slow));
        let key = succeed(&desk, id, &service, operation).await;
        let before = desk.sandbox.calls().len();
        let worker = desk.lifecycle.worker();
        let sleeping = tokio::spawn(async move { worker.tick().await.unwrap() });
        while desk.sandbox.calls().len() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // The first worker's lease ends; another looks, finds nothing, and orders.
        desk.pass(60 * 60).await;
        sleeping.await.unwrap();
        let sent =
            desk.sandbox.calls().into_iter().filter(|call| call.operation.as_deref() == Some(operation));
        assert_eq!(sent.count(), 2, "{operation}");
        let after = desk.finish(id).await;
        assert_eq!(newest_key(&after), key, "{operation}");
        assert_eq!(desk.carried_out(operation), 1, "{operation}");
        assert!(after.stray_orders.is_empty(), "{operation}");
    }
}

/// The CA names reissues like the order that they reissue. One that was given up was found, and has ended since: the answer to
/// the next one is lost, too, and it is found under the very same identifier.
#[tokio::test]
async fn finds_a_lost_reissue_under_the_identifier_of_a_stray() {
    let (desk, id, service) = issued(true, "931", &["a.example.com"]).await;
    let shared = service.certificate().unwrap().order_id.clone();
    let lose = || {
        let lost = Fault::new("reissueCertificate", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
        desk.sandbox.set_faults(FaultPlan::new().with(lost));
    };
    let mut reissue = reissue_of(&service);
    reissue.added = vec!["b.example.org".into()];
    lose();
    desk.lifecycle.reissue(id, &reissue).await.unwrap();
    desk.work().await;
    desk.lifecycle.abandon_order(id).await.unwrap();
    desk.pass(31 * 60).await;
    assert_eq!(desk.service(id).await.stray_orders, std::slice::from_ref(&shared));
    assert_eq!(desk.told(id, "stray_order").len(), 1);
    desk.sandbox.reject_order(shared.as_str()).unwrap();

    desk.pass_days(1).await;
    lose();
    let mut again = reissue_of(&service);
    again.added = vec!["c.example.org".into()];
    desk.lifecycle.reissue(id, &again).await.unwrap();
    desk.work().await;
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Held, "the reseller is asked first");
    desk.lifecycle.resume(id).await.unwrap();
    desk.work().await;
    desk.settle(id).await;
    let after = desk.finish(id).await;
    assert_eq!(newest_key(&after), key_of(&again.csr));
    assert_eq!((after.certificate().unwrap().order_id.clone(), after.stray_orders), (shared, vec![]));
    assert_eq!(desk.carried_out("reissueCertificate"), 2);
}

/// What the CA refuses goes back to rest, with the reason, and is no second purchase.
#[tokio::test]
async fn goes_back_to_rest_when_the_ca_refuses_a_successor() {
    let (desk, id, service) = issued(true, "601", &[NAME]).await;
    // The certificate is revoked behind our back.
    let serial_number = &service.certificate().unwrap().certificate.serial_number;
    let certum = crate::common::certum(desk.sandbox.endpoint().as_str());
    let form = cert_domain::RevocationForm {
        serial_number: serial_number.clone(),
        reason: "UNSPECIFIED".into(),
        ..cert_domain::RevocationForm::default()
    };
    let day = "2026-11-21".parse().unwrap();
    cert_lifecycle::CertificateAuthority::revoke(&certum, &form.check(day, day).unwrap()).await.unwrap();
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    let after = desk.service(id).await;
    assert_eq!(after.state, State::Active);
    assert_eq!(after.refusal.unwrap().findings.as_slice()[0].code, 2094);
    let history = desk.lifecycle.history(id).await.unwrap();
    let refused = |event: &Event| matches!(event, Event::OrderRefused { .. });
    assert_eq!(history.iter().filter(|recorded| refused(&recorded.event)).count(), 1);
    desk.pass_days(3).await;
    assert_eq!(desk.carried_out("reissueCertificate"), 0);
}

/// Whatever key signs the request, a request is bound to it: a key is used for one purchase.
#[tokio::test]
async fn refuses_another_request_for_a_key_that_was_used() {
    let desk = Desk::open().await;
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    let request = || CertificateRequest::builder().common_name(NAME).sign(&key).unwrap().to_pem();
    let mut first = form(&[NAME], "dns");
    first.csr = request();
    let (id, service) = desk.enrol(any_offer("601"), &first).await;
    let mut renewal = renewal_of(&service);
    renewal.csr = request();
    assert_eq!(codes(desk.lifecycle.renew(id, &renewal).await), [1032]);
    assert_eq!(codes(desk.lifecycle.store_request(id, &request()).await), [1032]);
}

const HALF_A_DAY: i64 = 12 * 60 * 60;

/// A desk that relies on the CA's list, reads it once in a month, and looks at single orders twice a day.
async fn inattentive() -> (Desk, ServiceId, Service) {
    let mut policy = WorkerPolicy::default();
    policy.polls_orders = false;
    policy.poll = Backoff::new(Duration::from_secs(5), Duration::from_secs(HALF_A_DAY.unsigned_abs()));
    policy.sync = Some(Duration::from_secs(30 * 24 * 60 * 60));
    let desk = Desk::with(sandbox_with(true).await, |builder| builder.policy(policy)).await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    desk.prove(id).await;
    for _ in 0..3 {
        desk.pass(HALF_A_DAY).await;
    }
    let service = desk.service(id).await;
    assert_eq!(service.state.kind(), StateKind::Active);
    (desk, id, service)
}

/// The CA's list told of it when nobody knew whose it is, and does not tell it again.
#[tokio::test]
async fn fetches_at_once_what_an_order_that_was_lost_is_found_to_have() {
    let (desk, id, service) = inattentive().await;
    let lost = Fault::new("reissueCertificate", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    desk.sandbox.set_faults(FaultPlan::new().with(lost));
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    desk.pass(10 * 60).await;
    assert_eq!(desk.service(id).await.certificates.len(), 2);
}

#[tokio::test]
async fn looks_at_an_order_in_a_turn_that_has_other_things_to_do_first() {
    let (desk, id, service) = inattentive().await;
    let reminder = desk.lifecycle.summary(id).await.unwrap().due_at.unwrap();
    let wait = reminder.duration_since(desk.sandbox.clock().now()).as_secs();
    desk.pass(wait - 60 * 60).await;
    desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
    desk.work().await;
    let told = desk.letters.all().len();
    desk.pass(60 * 60).await;
    assert!(desk.letters.all().len() > told, "nothing else was to be done");
    assert_eq!(desk.service(id).await.certificates.len(), 2);
}
