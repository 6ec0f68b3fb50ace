//! The road from the form to the certificate, over the real protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cert_domain::Form;
use cert_lifecycle::service::HoldReason;
use cert_lifecycle::store::{Claim, ClaimRequest};
use cert_lifecycle::{
    Error, FetchedCertificate, Flaw, Proof, SqliteStore, State, StateKind, Store, StoreError,
};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};

use crate::common::{NAME, Shop, StandIn, certum, form, offer, sandbox, sandbox_issuing_after};
use crate::stores::{Obstacle, Obstructed};

#[tokio::test]
async fn goes_from_form_to_certificate_by_every_method() {
    for method in ["dns-txt", "dns-txt-prefix", "dns-cname", "dns-cname-prefix", "file", "email:postmaster"] {
        let shop = Shop::open().await;
        let id = shop.sell("601", &form(&[NAME, "www.shop.example.com"], method)).await;
        shop.work().await;
        assert_eq!(shop.service(id).await.state.kind(), StateKind::Validating, "{method}");
        shop.prove(id).await;
        let service = shop.finish(id).await;
        let certificate = &service.certificate().unwrap().certificate;
        assert_eq!(certificate.names, [NAME, "www.shop.example.com"], "{method}");
        assert_eq!(shop.orders(), 1, "{method}");
    }
}

#[tokio::test]
async fn orders_wildcards_and_several_names() {
    for (product, names) in
        [("741", &["*.example.com", "example.com"][..]), ("931", &["a.example.com", "b.example.org"])]
    {
        let shop = Shop::open().await;
        let id = shop.sell(product, &form(names, "dns")).await;
        shop.work().await;
        shop.prove(id).await;
        let service = shop.finish(id).await;
        let certificate = &service.certificate().unwrap().certificate;
        assert_eq!(certificate.names, names);
    }
}

#[tokio::test]
async fn needs_four_calls_for_a_certificate_that_is_issued_at_once() {
    let sandbox = sandbox_issuing_after(0).await;
    let authority = certum(sandbox.endpoint().as_str());
    let shop = Shop::with(sandbox, SqliteStore::in_memory().await.unwrap(), authority);
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.prove_when_told(id).await;
    shop.finish(id).await;
    let calls: Vec<_> = shop.sandbox.calls().into_iter().filter_map(|call| call.operation).collect();
    assert_eq!(calls, ["quickOrder", "performSanVerification", "getOrderState", "getCertificate"]);
}

#[tokio::test]
async fn tells_why_a_proof_failed_and_takes_the_next_try() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    // The customer says so, but has published nothing.
    shop.lifecycle.request_check(id).await.unwrap();
    shop.work().await;
    shop.pass(60).await;
    let State::Validating(validating) = shop.service(id).await.state else { panic!("not validating") };
    let [name] = &validating.names[..] else { panic!("{:?}", validating.names) };
    assert_eq!((name.name.as_str(), &name.proof), (NAME, &Proof::Failed));
    assert!(name.info.as_deref().is_some_and(|info| !info.is_empty()), "no reason told");

    shop.prove(id).await;
    shop.finish(id).await;
    assert_eq!(shop.orders(), 1);
}

#[tokio::test]
async fn asks_the_ca_about_a_form_before_anything_is_bought() {
    let shop = Shop::open().await;
    let id = shop.lifecycle.create_service(offer("601"), crate::common::USER.parse().unwrap()).await.unwrap();
    shop.lifecycle.check_form(id, &Form::default()).await.expect_err("an empty form");
    assert!(shop.sandbox.calls().is_empty(), "what can be seen here was asked of the CA");

    // Only the CA's side can compare the customer with the login.
    let error =
        shop.lifecycle.check_form(id, &form(&[NAME], "dns")).await.expect_err("a customer like the login");
    let Error::Findings(findings) = error else { panic!("{error:?}") };
    let codes: Vec<_> = findings.as_slice().iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [1023]);
    assert_eq!(shop.orders(), 0);
}

#[tokio::test]
async fn gives_a_refused_form_back_with_every_finding() {
    let shop = Shop::open().await;
    let id = shop.lifecycle.create_service(offer("601"), crate::common::USER.parse().unwrap()).await.unwrap();
    shop.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    shop.work().await;
    let service = shop.service(id).await;
    assert_eq!(service.state.kind(), StateKind::AwaitingConfiguration);
    let refusal = service.refusal.expect("a reason");
    assert_eq!(refusal.findings.as_slice()[0].code, 1023);
    assert_eq!(shop.orders(), 0);
}

#[tokio::test]
async fn refuses_a_key_that_serves_another_service() {
    let shop = Shop::open().await;
    let form = form(&[NAME], "dns");
    shop.sell("601", &form).await;
    let second = shop.lifecycle.create_service(offer("601"), "customer-8".parse().unwrap()).await.unwrap();
    let error = shop.lifecycle.configure(second, &form).await.expect_err("the same key");
    let Error::Findings(findings) = error else { panic!("{error:?}") };
    assert_eq!(findings.as_slice()[0].code, 1032);
}

#[tokio::test]
async fn follows_a_rejection_by_the_ca() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    let State::Validating(validating) = shop.service(id).await.state else { panic!("not validating") };
    shop.sandbox.reject_order(validating.order_id.as_str()).unwrap();
    shop.pass(60).await;
    assert_eq!(shop.service(id).await.state.kind(), StateKind::Rejected);
}

/// Each way in which an answer can be lost, for each call of the straight road.
#[tokio::test]
async fn buys_once_whatever_happens_to_any_answer() {
    let kinds = [FaultKind::Drop, FaultKind::Http500, FaultKind::SoapFault, FaultKind::Garbage];
    let operations = ["quickOrder", "performSanVerification", "getOrderState", "getCertificate"];
    for operation in operations {
        for kind in kinds {
            for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
                let shop = Shop::open().await;
                let fault = Fault::new(operation, kind, point).times(2);
                shop.sandbox.set_faults(FaultPlan::new().with(fault));
                let id = shop.sell("601", &form(&[NAME], "dns")).await;
                shop.prove_when_told(id).await;
                shop.finish(id).await;
                assert_eq!(shop.orders(), 1, "{operation} {kind:?} {point:?}");
            }
        }
    }
}

/// The same for the calls that only a lost order needs.
#[tokio::test]
async fn finds_a_lost_order_whatever_happens_to_any_answer() {
    for operation in ["getOrderByOrderID", "addSanVerification"] {
        for kind in [FaultKind::Drop, FaultKind::Http500, FaultKind::SoapFault, FaultKind::Garbage] {
            for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
                let shop = Shop::open().await;
                let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
                let more = Fault::new(operation, kind, point).times(2);
                shop.sandbox.set_faults(FaultPlan::new().with(lost).with(more));
                let id = shop.sell("601", &form(&[NAME], "dns")).await;
                shop.prove_when_told(id).await;
                shop.finish(id).await;
                assert_eq!(shop.orders(), 1, "{operation} {kind:?} {point:?}");
            }
        }
    }
}

#[tokio::test]
async fn follows_a_lost_order_that_was_rejected_meanwhile() {
    let shop = Shop::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    let order_id = shop.service(id).await.state.order_id().unwrap().to_string();
    shop.sandbox.reject_order(&order_id).unwrap();
    shop.until(id, |service| service.state.kind() == StateKind::Rejected).await;
}

#[tokio::test]
async fn goes_on_after_a_message_was_approved_although_the_order_was_lost() {
    let shop = Shop::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    shop.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = shop.sell("601", &form(&[NAME], "email")).await;
    shop.prove_when_told(id).await;
    shop.finish(id).await;
    assert_eq!(shop.orders(), 1);
}

/// The CA's refusals of what the customer can't change wait for the reseller, who has it go on from there.
#[tokio::test]
async fn holds_what_only_the_reseller_can_settle_and_resumes_it() {
    let shop = Shop::open().await;
    let mut offer = offer("601");
    // Known to this version of the library, but not sold any more.
    offer.product.code = "651".parse().unwrap();
    let id = shop.lifecycle.create_service(offer, "customer-7".parse().unwrap()).await.unwrap();
    shop.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    shop.work().await;
    let State::Held { reason: HoldReason::Blocked { findings }, .. } = shop.service(id).await.state else {
        panic!("{:?}", shop.service(id).await.state)
    };
    assert_eq!(findings.as_slice()[0].code, 1006);
    shop.lifecycle.resume(id).await.unwrap();
    assert_eq!(shop.service(id).await.state.kind(), StateKind::Ordering);
}

#[tokio::test]
async fn says_why_a_service_waits() {
    let sandbox = sandbox().await;
    let nowhere = certum("http://127.0.0.1:9/");
    let shop = Shop::with(sandbox, SqliteStore::in_memory().await.unwrap(), nowhere);
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    let summary = shop.lifecycle.summary(id).await.unwrap();
    assert_eq!(summary.tries, 1);
    let note = summary.note.expect("a note");
    assert!(note.starts_with("place order: the CA could not be asked"), "{note}");
}

/// Where nobody worked for its whole life, or it began minutes before the end of what was bought.
#[tokio::test]
async fn takes_a_certificate_that_is_over_before_anybody_fetches_it() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    shop.prove(id).await;
    shop.work().await;
    assert!(shop.service(id).await.certificates.is_empty(), "the CA takes its time");
    shop.sandbox.advance_clock(jiff::SignedDuration::from_hours(24 * 400)).unwrap();
    let service = shop.finish(id).await;
    let certificate = &service.certificate().unwrap().certificate;
    assert!(certificate.not_after < shop.sandbox.clock().now(), "{certificate:?}");
    shop.work().await;
    assert!(shop.service(id).await.noticed.expired, "it is told that it is over");
    assert_eq!(shop.orders(), 1);
}

#[tokio::test]
async fn holds_a_service_whose_certificate_is_not_what_was_ordered() {
    let first = Shop::open().await;
    let id = first.sell("601", &form(&["other.example.com"], "dns")).await;
    first.work().await;
    first.prove(id).await;
    let service = first.finish(id).await;
    let certificate = service.certificate().unwrap().certificate.clone();
    let instead = FetchedCertificate { certificate: certificate.pem, chain: Vec::new() };

    let sandbox = sandbox().await;
    let certum = certum(sandbox.endpoint().as_str());
    let shop = Shop::with(
        sandbox,
        SqliteStore::in_memory().await.unwrap(),
        StandIn { instead: Some(instead), ..StandIn::for_certum(certum) },
    );
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.work().await;
    shop.prove(id).await;
    shop.until(id, |service| service.state.kind() == StateKind::Held).await;
    let State::Held { reason: HoldReason::CertificateUnacceptable { flaws }, .. } =
        shop.service(id).await.state
    else {
        panic!("{:?}", shop.service(id).await.state)
    };
    let [
        Flaw::OtherKey,
        Flaw::NamesMissing { names: missing },
        Flaw::NamesUnasked { names: unasked },
        Flaw::NoIssuer,
    ] = flaws.as_slice()
    else {
        panic!("{flaws}")
    };
    assert_eq!((&missing[..], &unasked[..]), (&[NAME.to_owned()][..], &["other.example.com".to_owned()][..]));
}

#[tokio::test]
async fn finishes_what_is_under_way_and_begins_nothing_once_told_to_stop() {
    let shop = Shop::open().await;
    let slow =
        Fault::new("quickOrder", FaultKind::Delay(Duration::from_millis(300)), FaultPoint::BeforeCommit);
    shop.sandbox.set_faults(FaultPlan::new().with(slow));
    let worker = shop.lifecycle.worker();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        worker.run(stopped).await;
    });
    let under_way = shop.sell("601", &form(&[NAME], "dns")).await;
    while shop.sandbox.calls().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(()).unwrap();
    let too_late = shop.sell("601", &form(&["late.example.com"], "dns")).await;
    running.await.unwrap();
    assert_eq!(shop.service(under_way).await.state.kind(), StateKind::Validating);
    assert_eq!(shop.service(too_late).await.state.kind(), StateKind::Ordering);
}

#[tokio::test]
async fn begins_nothing_when_told_to_stop_before_it_began() {
    let shop = Shop::open().await;
    shop.sell("601", &form(&[NAME], "dns")).await;
    shop.lifecycle.worker().run(async {}).await;
    assert!(shop.sandbox.calls().is_empty());
}

/// The store can't be claimed from until it is mended.
struct Broken(Arc<AtomicBool>);

#[async_trait]
impl Obstacle for Broken {
    async fn claim(&self, store: &SqliteStore, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        match self.0.load(Ordering::SeqCst) {
            true => Err(StoreError::Unavailable("locked".into())),
            false => store.claim(claim).await,
        }
    }
}

#[tokio::test]
async fn works_on_when_the_store_works_again() {
    let sandbox = sandbox().await;
    let authority = certum(sandbox.endpoint().as_str());
    let broken = Arc::new(AtomicBool::new(true));
    let store = SqliteStore::in_memory().await.unwrap();
    let store = Obstructed { store, obstacle: Broken(Arc::clone(&broken)) };
    let shop = Shop::with(sandbox, store, authority);
    let worker = shop.lifecycle.worker();
    let running = tokio::spawn(async move { worker.run(std::future::pending()).await });
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    broken.store(false, Ordering::SeqCst);
    // Whatever is asked of a service wakes the worker.
    shop.sell("601", &form(&["other.example.com"], "dns")).await;
    while shop.service(id).await.state.kind() != StateKind::Validating {
        assert!(!running.is_finished(), "the worker gave up");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.abort();
}
