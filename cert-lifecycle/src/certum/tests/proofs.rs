//! Proofs: codes, the CA's verifications, mailboxes, documents.

use cert_domain::{DocumentFile, DocumentForm, EvidenceForm};
use certum_api::types::{OrderVerification, OrderVerificationState, OrderVerificationType};
use certum_sandbox::VerificationDecision;

use super::*;
use crate::authority::{CheckKind, Proof};

/// An officer of the CA finds everything in order that is for officers to find.
pub(super) async fn vouch(desk: &Desk, order_id: &OrderId) {
    for check in desk.certum.order_report(order_id).await.unwrap().checks {
        let kind = match check.kind {
            CheckKind::Organization => OrderVerificationType::Organization,
            CheckKind::Applicant => OrderVerificationType::Applicant,
            CheckKind::Authorization => OrderVerificationType::Authorization,
            CheckKind::ExtendedValidation => OrderVerificationType::ExtendedValidation,
            _ => continue,
        };
        if check.proof == Proof::Required {
            let decision = VerificationDecision::new(kind, OrderVerificationState::Verified);
            desk.sandbox.decide_verification(order_id.as_str(), decision).await.unwrap();
        }
    }
}

async fn checks(desk: &Desk, order_id: &OrderId) -> Vec<(CheckKind, Proof)> {
    let report = desk.certum.order_report(order_id).await.unwrap();
    report.checks.into_iter().map(|check| (check.kind, check.proof)).collect()
}

fn by(method: VerificationMethod) -> Approver {
    Approver { method, send_messages: false }
}

#[tokio::test]
async fn gets_a_fresh_code_by_the_same_method_and_by_another() {
    let desk = Desk::open().await;
    let placed = desk.place(&order("order-1", "601")).await;
    let (first, id) = (placed.code.unwrap(), placed.order_id);
    let second = desk.certum.renew_code(&id, None).await.unwrap().unwrap();
    assert_ne!(second, first);
    let unknown = desk.certum.start_check(&first).await;
    assert!(matches!(unknown, Err(AuthorityError::CodeUnknown)), "{unknown:?}");

    let file = by(VerificationMethod::File);
    let third = desk.certum.renew_code(&id, Some(&file)).await.unwrap().unwrap();
    let path = "/.well-known/pki-validation/certum.txt";
    let body = format!("{}-certum.pl", third.as_str());
    desk.sandbox.publish_http("shop.example.com", path, &body).unwrap();
    desk.certum.start_check(&third).await.unwrap();
    assert_eq!(desk.certum.name_states(&id).await.unwrap()[0].proof, Proof::Verified);
    assert_eq!(desk.progress(&id).await, OrderProgress::Issued);
}

#[tokio::test]
async fn gets_a_code_for_a_method_that_a_lost_call_has_chosen_already() {
    let desk = Desk::open().await;
    let placed = desk.place(&order("order-1", "601")).await;
    let file = by(VerificationMethod::File);
    desk.lose_answer_of("addSanVerification");
    let lost = desk.certum.renew_code(&placed.order_id, Some(&file)).await;
    assert!(matches!(lost, Err(AuthorityError::Unavailable(_))), "{lost:?}");
    let code = desk.certum.renew_code(&placed.order_id, Some(&file)).await.unwrap().unwrap();
    let body = format!("{}-certum.pl", code.as_str());
    desk.sandbox.publish_http("shop.example.com", "/.well-known/pki-validation/certum.txt", &body).unwrap();
    desk.certum.start_check(&code).await.unwrap();
    assert_eq!(desk.progress(&placed.order_id).await, OrderProgress::Issued);
}

#[tokio::test]
async fn tells_why_there_is_no_fresh_code() {
    let desk = Desk::open().await;
    let wildcard = desk.place(&order("order-1", "741")).await.order_id;
    let file = by(VerificationMethod::File);
    assert_eq!(refusal(desk.certum.renew_code(&wildcard, Some(&file)).await), [2186]);
    let mailbox = desk.place(&order("order-2", "731")).await;
    assert_eq!(mailbox.code, None);
    assert_eq!(block(desk.certum.renew_code(&mailbox.order_id, None).await), [2163]);
    desk.enrol(&order("order-3", "601")).await;
    let issued = OrderId::from_authority("order-3");
    assert_eq!(refusal(desk.certum.renew_code(&issued, Some(&file)).await), [1176]);
    assert_eq!(refusal(desk.certum.renew_code(&OrderId::from_authority("none"), None).await), [1033]);
}

#[tokio::test]
async fn reports_what_the_ca_wants_verified_of_each_kind_and_level() {
    use CheckKind as K;
    let desk = Desk::open().await;
    let names = [(K::Domain, Proof::Required), (K::System, Proof::Required)];
    let nobody = (K::Organization, Proof::NotRequired);
    let officer = |kind| (kind, Proof::Required);
    let extended = [K::Organization, K::Applicant, K::Authorization, K::ExtendedValidation].map(officer);
    for (code, expected) in [
        ("601", [&names[..], std::slice::from_ref(&nobody)].concat()),
        ("631", [&names[..], &extended[..2]].concat()),
        ("641", [&names[..], &extended[..]].concat()),
        ("731", vec![officer(K::Email), nobody]),
        ("721", [&[officer(K::Email)], &extended[..3]].concat()),
        ("841", extended[..2].to_vec()),
        ("851", extended.to_vec()),
    ] {
        let id = desk.place(&order(&format!("order-{code}"), code)).await.order_id;
        assert_eq!(checks(&desk, &id).await, expected, "{code}");
    }
    assert_eq!(refusal(desk.certum.order_report(&OrderId::from_authority("none")).await), [1033]);
}

#[test]
fn keeps_words_that_the_ca_adds_and_reads_those_it_had() {
    let told = |kind: &str, state: &str| {
        let check = answer::check(OrderVerification::new(kind, state));
        (check.kind, check.proof)
    };
    assert_eq!(told("INTERNAL", "NOT_REQUIRED"), (CheckKind::System, Proof::NotRequired));
    let new = (CheckKind::Unknown("HOROSCOPE".into()), Proof::Unknown("PENDING".into()));
    assert_eq!(told("HOROSCOPE", "PENDING"), new);
}

#[tokio::test]
async fn reports_how_long_what_was_verified_can_be_relied_on() {
    let desk = Desk::open().await;
    let first = order("order-1", "631");
    let placed = desk.place(&first).await;
    desk.prove(&first, &placed.code.unwrap()).await;
    assert_eq!(desk.progress(&placed.order_id).await, OrderProgress::Validating);
    vouch(&desk, &placed.order_id).await;
    let report = desk.certum.order_report(&placed.order_id).await.unwrap();
    assert_eq!(report.progress, OrderProgress::Issued);
    let day = |days: i64| Some(desk.sandbox.clock().now() + SignedDuration::from_hours(24 * days));
    for check in report.checks {
        assert_eq!(check.proof, Proof::Verified, "{:?}", check.kind);
        let expected = match check.kind {
            CheckKind::Domain => day(200),
            CheckKind::System => None,
            _ => day(398),
        };
        assert_eq!(check.valid_until, expected, "{:?}", check.kind);
    }
}

#[tokio::test]
async fn follows_a_mailbox_until_somebody_has_clicked_the_link() {
    let desk = Desk::open().await;
    let id = desk.place(&order("order-1", "731")).await.order_id;
    let state = desk.certum.email_state(&id).await.unwrap().unwrap();
    assert_eq!((state.email.as_str(), state.verified), ("jan@example.com", false));
    assert_eq!(state.sent_at, desk.sandbox.clock().now());
    // As long as the first message can be answered, no other is sent.
    let early = desk.certum.resend_email(&id).await;
    assert!(matches!(early, Err(AuthorityError::Unavailable(_))), "{early:?}");
    desk.pass_days(4);
    desk.certum.resend_email(&id).await.unwrap();
    let again = desk.certum.email_state(&id).await.unwrap().unwrap();
    assert!(again.sent_at > state.link_valid_until && again.link_valid_until > again.sent_at);
    desk.sandbox.approve_mail(2).await.unwrap();
    assert!(desk.certum.email_state(&id).await.unwrap().unwrap().verified);
    assert_eq!(desk.progress(&id).await, OrderProgress::Issued);
    assert_eq!(refusal(desk.certum.resend_email(&id).await), [1113]);
}

#[tokio::test]
async fn knows_no_mailbox_where_there_is_none() {
    let desk = Desk::open().await;
    let id = desk.place(&order("order-1", "601")).await.order_id;
    assert_eq!(desk.certum.email_state(&id).await.unwrap(), None);
    assert_eq!(block(desk.certum.resend_email(&id).await), [2163]);
}

#[tokio::test]
async fn hands_in_notes_and_documents_as_long_as_the_order_is_open() {
    let desk = Desk::open().await;
    let id = desk.place(&order("order-1", "631")).await.order_id;
    let file = DocumentFile { name: "krs.pdf".into(), content: b"extract".to_vec() };
    let document = DocumentForm { kind: "ORGANIZATION".into(), description: "KRS".into(), files: vec![file] };
    let evidence = EvidenceForm { note: "the extract".into(), documents: vec![document] }.check().unwrap();
    let note = EvidenceForm { note: "see above".into(), documents: Vec::new() }.check().unwrap();
    desk.certum.submit_evidence(&id, &evidence).await.unwrap();
    desk.certum.submit_evidence(&id, &note).await.unwrap();

    let sent = request::evidence(&id, &evidence).parameters.documents.unwrap();
    assert_eq!(sent.items[0].kind.as_str(), "ORGANIZATION");
    assert_eq!(sent.items[0].files.items[0].content.to_bytes().as_deref(), Some(b"extract".as_slice()));
    assert_eq!(request::evidence(&id, &note).parameters.documents, None);

    desk.sandbox.reject_order(id.as_str()).unwrap();
    assert_eq!(refusal(desk.certum.submit_evidence(&id, &note).await), [2056]);
}
