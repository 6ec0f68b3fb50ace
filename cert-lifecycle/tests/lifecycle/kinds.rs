//! Products of every kind and level, from the form to the certificate.

use cert_domain::EvidenceForm;
use cert_lifecycle::service::Event;
use cert_lifecycle::{CheckKind, OrderProgress, Proof, State, StateKind};
use certum_api::types::{OrderVerificationState, OrderVerificationType};
use csr_tools::{AttributeType, Certificate};

use crate::common::NAME;
use crate::desk::{Desk, any_offer, full_form};

#[tokio::test]
async fn issues_tls_of_every_level_and_rule_of_names() {
    for (product, names) in [
        ("601", &[NAME][..]),
        ("741", &["*.example.com"]),
        ("931", &["a.example.com", "b.example.org"]),
        ("631", &[NAME]),
        ("681", &["*.example.com"]),
        ("921", &["a.example.com", "b.example.org"]),
        ("641", &[NAME]),
        ("981", &["a.example.com", "b.example.org"]),
        ("691", &[NAME]),
    ] {
        let desk = Desk::open().await;
        let (_, service) = desk.enrol(any_offer(product), &full_form(names[0], names)).await;
        assert_eq!(service.certificate().unwrap().certificate.names, names, "{product}");
        assert_eq!(desk.orders(), 1, "{product}");
    }
}

#[tokio::test]
async fn issues_mail_and_code_signing_certificates_of_every_level() {
    for (product, named) in [
        // Of a mailbox the CA knows no name but its address.
        ("731", "jan@example.com"),
        ("791", "jan@example.com"),
        ("711", "Jan Nowak"),
        ("721", "Żółw sp. z o.o."),
        ("841", "Jan Nowak"),
        ("851", "Jan Nowak"),
        ("821", "Jan Nowak"),
    ] {
        let desk = Desk::open().await;
        let (_, service) = desk.enrol(any_offer(product), &full_form("Jan Nowak", &[])).await;
        let issued = &service.certificate().unwrap().certificate;
        assert!(issued.names.is_empty(), "{product}");
        let certificate = Certificate::from_pem(&issued.pem).unwrap();
        let name = certificate.subject().all(AttributeType::CommonName).last().unwrap();
        assert_eq!(name.value().unwrap(), named, "{product}");
        assert_eq!(desk.orders(), 1, "{product}");
    }
}

/// An officer may take days, and one of several decisions is not all of them.
#[tokio::test]
async fn waits_for_every_decision_of_the_officers() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("631"), &full_form(NAME, &[NAME])).await;
    desk.prove_when_told(id).await;
    desk.pass(60).await;
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    let verified = OrderVerificationState::Verified;
    desk.decide(&order_id, OrderVerificationType::Organization, verified.clone()).await;
    desk.pass_days(3).await;
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Validating);
    let report = desk.lifecycle.order_report(id).await.unwrap();
    let proof = |kind| report.checks.iter().find(|check| check.kind == kind).map(|check| check.proof.clone());
    assert_eq!(proof(CheckKind::Organization), Some(Proof::Verified));
    assert_eq!(proof(CheckKind::Applicant), Some(Proof::Required));

    desk.decide(&order_id, OrderVerificationType::Applicant, verified).await;
    desk.finish(id).await;
}

#[tokio::test]
async fn hands_in_documents_for_an_order_that_is_under_way() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("631"), &full_form(NAME, &[NAME])).await;
    desk.work().await;
    let evidence = EvidenceForm { note: "the register's extract".into(), documents: Vec::new() };
    desk.lifecycle.submit_evidence(id, &evidence).await.unwrap();
    assert_eq!(desk.carried_out("verifyOrder"), 1);
    let history = desk.lifecycle.history(id).await.unwrap();
    let noted = history.iter().any(|recorded| {
        matches!(&recorded.event, Event::EvidenceSubmitted { note, .. } if note == "the register's extract")
    });
    assert!(noted);
}

/// Of a mailbox the CA asks itself; its state can be looked at, and its message sent again.
#[tokio::test]
async fn proves_a_mailbox_by_the_message_that_was_sent_again() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("731"), &full_form("Jan Nowak", &[])).await;
    desk.work().await;
    assert_eq!(desk.told(id, "verification_needed").len(), 1);
    let first = desk.lifecycle.email_state(id).await.unwrap().unwrap();
    assert_eq!((first.email.as_str(), first.verified), ("jan@example.com", false));
    let sent = desk.sandbox.mail().len();

    // While the first link works, the CA sends no other.
    desk.lifecycle.resend_verification(id).await.unwrap();
    desk.pass(60).await;
    let State::Validating(validating) = desk.service(id).await.state else { panic!("not validating") };
    assert!(!validating.resends, "asked for ever");
    let passed = first.link_valid_until.duration_since(desk.sandbox.clock().now()).as_secs() + 60;
    desk.pass(passed).await;
    desk.lifecycle.resend_verification(id).await.unwrap();
    desk.work().await;
    assert!(desk.sandbox.mail().len() > sent, "no second message");

    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    desk.read_mail(&order_id).await;
    desk.finish(id).await;
    assert_eq!(desk.lifecycle.order_report(id).await.unwrap().progress, OrderProgress::Issued);
    assert!(desk.lifecycle.email_state(id).await.unwrap().unwrap().verified);
}

#[tokio::test]
async fn follows_an_officer_who_refuses() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("841"), &full_form("Jan Nowak", &[])).await;
    desk.work().await;
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    desk.sandbox.reject_order(&order_id).unwrap();
    desk.until(id, |service| service.state.kind() == StateKind::Rejected).await;
    desk.work().await;
    assert_eq!(desk.told(id, "order_rejected").len(), 1);
}
