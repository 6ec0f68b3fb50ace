//! What differs from seed to seed, and what does not.

use certum_api::{
    operations::{GetCertificate, PerformSanVerification, QuickOrder},
    types::{OrderStatus, SanVerification},
    wire::{self, Answer, Operation},
};
use certum_sandbox::{CertificateText, DnsRecord, Fault, FaultKind, FaultPlan, FaultPoint, Habits};
use csr_tools::Certificate;
use jiff::SignedDuration;

use super::support::{Order, World};

async fn world(habits: Habits) -> World {
    World::start_with(|builder| builder.habits(habits)).await
}

/// Calls an operation that must succeed.
async fn call<O: Operation>(world: &World, fields: &str) -> O::Response {
    let answer = world.call(O::NAME, fields).await;
    match wire::decode_response::<O>(answer.body.as_bytes()) {
        Ok(Answer::Success { response, .. }) => response,
        _ => panic!("{}", answer.body),
    }
}

async fn prove(world: &World, verification: &SanVerification) {
    let (code, name) = (&verification.code, &verification.fqdns[0]);
    world.sandbox.publish_dns(DnsRecord::txt(name, code).unwrap());
    call::<PerformSanVerification>(world, &format!("<code>{code}</code>")).await;
}

#[tokio::test]
async fn a_certificate_can_be_had_under_any_seed() {
    let order = Order::new("order-1", "601", &["a.example.com"], "DNS_TXT");
    for seed in 1..=12 {
        let habits = Habits::from_seed(seed);
        let world = world(habits.clone()).await;
        let placed = call::<QuickOrder>(&world, &order.fields()).await;
        prove(&world, &placed.san_verification.unwrap()).await;
        world.sandbox.advance_clock(habits.issue_delay()).unwrap();
        let got = call::<GetCertificate>(&world, "<orderID>order-1</orderID>").await;
        let text = got.certificate_details.unwrap().x509_cert;
        let is_pem = matches!(habits.certificate_text(), CertificateText::Pem | CertificateText::PemCrLf);
        assert_eq!(text.contains("-----BEGIN"), is_pem, "seed {seed}: {text}");
        let leaf = Certificate::from_pem_or_base64(&text).unwrap();
        let issuer = Certificate::from_pem_or_base64(&got.ca_bundle[0]).unwrap();
        assert!(leaf.is_issued_by(&issuer).is_ok() && leaf.covers("a.example.com"), "seed {seed}");
    }
}

#[tokio::test]
async fn the_layout_is_that_of_faults_slow_bodies_and_refusals_too() {
    // Any seed will do whose envelope looks different.
    let world = world(Habits::from_seed(2)).await;
    let plain = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>";
    let slow = FaultKind::SlowBody(std::time::Duration::from_millis(1));
    for kind in [None, Some(FaultKind::SoapFault), Some(slow)] {
        let faults = kind.map(|kind| Fault::new("*", kind, FaultPoint::AfterCommit));
        world.sandbox.set_faults(faults.into_iter().fold(FaultPlan::new(), FaultPlan::with));
        let answer = world.call("getOrderState", "<orderID>x</orderID>").await;
        assert!(!answer.body.contains(plain), "{}", answer.body);
        assert!(
            wire::decode_response::<certum_api::operations::GetOrderState>(answer.body.as_bytes()).is_ok()
        );
    }
    let too_large = world.post("x".repeat((48 << 20) + 1)).await.unwrap();
    assert!(!too_large.body.contains(plain), "{}", too_large.body);
}

#[tokio::test]
async fn issuing_takes_as_long_as_the_habits_say_unless_the_builder_says_otherwise() {
    let habits = Habits::plain().with_issue_delay(SignedDuration::from_mins(3));
    let order = Order::new("order-1", "601", &["a.example.com"], "DNS_TXT");
    for (own, minutes) in [(None, 3), (Some(SignedDuration::from_mins(5)), 5), (Some(SignedDuration::MIN), 0)]
    {
        let world = World::start_with(|builder| {
            let builder = builder.habits(habits.clone());
            own.map_or(builder.clone(), |delay| builder.issue_delay(delay))
        })
        .await;
        let placed = call::<QuickOrder>(&world, &order.fields()).await;
        prove(&world, &placed.san_verification.unwrap()).await;
        if minutes > 0 {
            world.sandbox.advance_clock(SignedDuration::from_secs(minutes * 60 - 1)).unwrap();
            assert_eq!(world.status("order-1").await, OrderStatus::Accepted.as_str());
            world.sandbox.advance_clock(SignedDuration::from_secs(1)).unwrap();
        }
        assert_eq!(world.status("order-1").await, OrderStatus::Enrolled.as_str());
    }
}

#[tokio::test]
async fn a_sandbox_without_a_seed_is_plain() {
    let plain = World::start().await;
    let unseeded = World::start_with(|_| {
        certum_sandbox::Sandbox::builder()
            .clock(certum_sandbox::SandboxClock::fixed(super::support::start_time()))
    })
    .await;
    let answers = [&plain, &unseeded].map(|world| world.call("getOrderState", "<orderID>x</orderID>"));
    let [one, two] = answers;
    assert_eq!(one.await.body, two.await.body);
}
