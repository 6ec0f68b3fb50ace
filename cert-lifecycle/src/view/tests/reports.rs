//! Reports on orders and accounts.

use cert_domain::{Finding, Instruction, Language, Problem};
use serde_json::{Value, json};

use super::super::{
    DriftReportView, EmailStateView, ImportPlanView, InstructionView, ListedOrderView, OrderReportView,
    ValidationView, VerificationView,
};
use crate::authority::{
    AuthorityError, CheckKind, EmailState, ListedCertificate, ListedOrder, NameState, OrderCheck,
    OrderProgress, OrderReport, Proof, Requestor,
};
use crate::lifecycle::{
    Drift, DriftReport, FormFinding, ImportDecision, ImportItem, ImportPlan, ImportReport, SaidBy,
    SecondOpinion, SyncReport, Validation,
};
use crate::notice::samples::{at, created, id, instructions};
use crate::store::{MessageId, WaitingMessage};
use crate::{CertificateStanding, OrderId, StateKind};

fn json<T: serde::Serialize>(view: T) -> Value {
    serde_json::to_value(view).unwrap()
}

fn order(name: &str) -> OrderId {
    OrderId::from_authority(name)
}

#[test]
fn shows_what_the_ca_says_of_an_order() {
    let check = |kind, proof| OrderCheck { kind, proof, valid_until: None };
    let report = OrderReport {
        progress: OrderProgress::Validating,
        checks: vec![
            check(CheckKind::Domain, Proof::Verified),
            check(CheckKind::Unknown("NEW".into()), Proof::Unknown("LATER".into())),
        ],
    };
    let expected = json!({
        "progress": "validating",
        "progress_text": "czeka na weryfikację",
        "checks": [
            {"kind": "domain", "kind_text": "prawo do domen", "state": "verified", "text": "potwierdzone",
             "valid_until": null},
            {"kind": "unknown", "kind_text": "NEW", "state": "unknown", "text": "LATER", "valid_until": null},
        ],
    });
    assert_eq!(json(OrderReportView::of(&report, Language::Polish)), expected);
}

#[test]
fn shows_how_far_names_and_mailboxes_are() {
    let state = NameState {
        name: "shop.example.com".into(),
        proof: Proof::Failed,
        valid_until: None,
        info: Some("no such record".into()),
        blocked_by: Vec::new(),
    };
    let expected = json!({
        "name": "shop.example.com", "state": "failed", "text": "looked for and not found",
        "info": "no such record", "valid_until": null, "blocked_by": [],
    });
    assert_eq!(json(VerificationView::of(&state, Language::English)), expected);
    for (verified, text) in [(true, "verified"), (false, "the link was not followed yet")] {
        let state = EmailState {
            email: "jan@example.com".into(),
            verified,
            sent_at: at("2026-11-21T12:00:00Z"),
            link_valid_until: at("2026-12-21T12:00:00Z"),
        };
        let expected = json!({
            "email": "jan@example.com", "verified": verified, "text": text,
            "sent_at": "2026-11-21T12:00:00Z", "link_valid_until": "2026-12-21T12:00:00Z",
        });
        assert_eq!(json(EmailStateView::of(&state, Language::English)), expected);
    }
}

#[test]
fn shows_records_files_and_messages_apart() {
    let message = Instruction::Message { mailbox: "admin@example.com".into() };
    let all = instructions().into_iter().chain([message]);
    let shown: Vec<_> = all
        .map(|told| json(InstructionView::of(&told, vec!["example.com".into()], Language::English)))
        .collect();
    let facts: Vec<_> = shown
        .iter()
        .map(|view| (view["kind"].as_str().unwrap(), &view["record"], &view["file"], &view["mailbox"]))
        .collect();
    let txt = json!({"name": "_certum.shop.example.com", "type": "TXT", "value": "c0de"});
    let cname = json!({"name": "_certum.example.net", "type": "CNAME", "value": "c0de.certum.pl"});
    let file = json!({
        "url": "http://example.org/.well-known/pki-validation/certum.txt",
        "path": "/.well-known/pki-validation/certum.txt",
        "body": "c0de-certum.pl",
    });
    let null = Value::Null;
    let expected = [
        ("txt_record", &txt, &null, &null),
        ("cname_record", &cname, &null, &null),
        ("file", &null, &file, &null),
        ("message", &null, &null, &json!("admin@example.com")),
    ];
    assert_eq!(facts, expected);
}

#[test]
fn shows_an_order_of_the_account_with_its_certificate_and_who_ordered() {
    let mut listed = ListedOrder {
        order_id: order("order-1"),
        is_reissue: true,
        customer: "customer-7".into(),
        product: "601".into(),
        placed_at: at("2026-11-21T12:00:00Z"),
        progress: OrderProgress::Issued,
        certificate: Some(ListedCertificate {
            serial_number: "AB12".into(),
            standing: CertificateStanding::Revoking,
            not_before: at("2026-11-21T12:00:00Z"),
            not_after: at("2027-06-07T12:00:00Z"),
            certificate: "bare base64".into(),
        }),
        requestor: Some(Requestor {
            first_name: "Jan".into(),
            last_name: "Nowak".into(),
            email: "jan@example.com".into(),
            phone: None,
        }),
    };
    let view = ListedOrderView::of(&listed, Language::Polish);
    assert!(!format!("{view:?}").contains("Nowak"));
    let expected = json!({
        "order_id": "order-1",
        "progress": "issued",
        "progress_text": OrderProgress::Issued.text(Language::Polish),
        "is_reissue": true,
        "customer": "customer-7",
        "product": "601",
        "placed_at": "2026-11-21T12:00:00Z",
        "serial_number": "AB12",
        "standing": "revoking",
        "standing_text": CertificateStanding::Revoking.text(Language::Polish),
        "not_before": "2026-11-21T12:00:00Z",
        "not_after": "2027-06-07T12:00:00Z",
        "requestor": {"first_name": "Jan", "last_name": "Nowak", "email": "jan@example.com", "phone": null},
    });
    assert_eq!(json(view), expected);
    (listed.certificate, listed.requestor) = (None, None);
    let bare = json(ListedOrderView::of(&listed, Language::English));
    for field in ["serial_number", "standing", "standing_text", "not_before", "not_after", "requestor"] {
        assert!(bare[field].is_null(), "{field}");
    }
}

#[test]
fn shows_who_says_what_of_a_form() {
    let finding = Finding::new(1008, "SANEntries/SANEntry/DNSName", Problem::Missing).with_value("a b");
    let found = FormFinding { finding, form_field: Some("names.1.name".into()), said_by: SaidBy::Both };
    let mut validation = Validation { findings: vec![found], authority: SecondOpinion::Heard };
    let expected = json!({
        "valid": false,
        "authority": "heard",
        "authority_text": "sprawdził",
        "findings": [{
            "code": 1008,
            "field": "names.1.name",
            "path": "SANEntries/SANEntry/DNSName",
            "value": "a b",
            "text": validation.findings[0].finding.text(Language::Polish),
            "said_by": "both",
            "said_by_text": "my i urząd certyfikacji",
        }],
    });
    assert_eq!(json(ValidationView::of(&validation, Language::Polish)), expected);
    validation.findings.clear();
    let authority = |validation: &Validation| json(ValidationView::of(validation, Language::English));
    assert_eq!(authority(&validation)["valid"], true);
    for (opinion, name) in [
        (SecondOpinion::NotAsked, "not_asked"),
        (SecondOpinion::Unanswered(AuthorityError::CodeUnknown), "unanswered"),
    ] {
        validation.authority = opinion;
        let shown = authority(&validation);
        assert_eq!((&shown["valid"], &shown["authority"]), (&json!(false), &json!(name)));
    }
}

#[test]
fn shows_each_drift_with_what_it_is_about() {
    let service = id(7);
    let drifts = vec![
        Drift::Orphan {
            order_id: order("order-1"),
            customer: "customer-7".into(),
            product: "601".into(),
            progress: OrderProgress::Issued,
        },
        Drift::Missing { service, order_id: order("order-2") },
        Drift::Duplicate { service, order_ids: vec![order("order-3"), order("order-4")] },
        Drift::Progress {
            service,
            order_id: order("order-5"),
            ours: StateKind::Validating,
            theirs: OrderProgress::Rejected,
        },
        Drift::Certificate {
            service,
            serial_number: "AB12".into(),
            ours: Some(CertificateStanding::Valid),
            theirs: CertificateStanding::Revoked { at: None },
        },
        Drift::Certificate {
            service,
            serial_number: "AB12".into(),
            ours: None,
            theirs: CertificateStanding::Valid,
        },
    ];
    let report = DriftReport { drifts, orders: 5, services: 2 };
    let [english, polish] =
        [Language::English, Language::Polish].map(|language| json(DriftReportView::of(&report, language)));
    assert_eq!((&english["orders"], &english["services"]), (&json!(5), &json!(2)));
    let kinds: Vec<_> = english["drifts"].as_array().unwrap().iter().map(|drift| &drift["kind"]).collect();
    assert_eq!(kinds, ["orphan", "missing", "duplicate", "progress", "certificate", "certificate"]);
    let progress = json!({
        "kind": "progress",
        "text": "Order order-5: here “validating”, at the certificate authority “rejected or cancelled”.",
        "service": "0193a5c0-0000-7000-8000-000000000007",
        "order_ids": ["order-5"],
        "serial_number": null,
        "customer": null,
        "product": null,
        "ours": "validating",
        "theirs": "rejected",
    });
    assert_eq!(english["drifts"][3], progress);
    for number in 0..6 {
        let [english, polish] =
            [&english, &polish].map(|report| report["drifts"][number]["text"].as_str().unwrap());
        assert!(english != polish && english.ends_with('.') && polish.ends_with('.'), "{english} {polish}");
    }
}

#[test]
fn shows_what_an_import_would_do() {
    let decisions = [
        (ImportDecision::Take(Box::new(created().event)), "take"),
        (ImportDecision::Owned(id(7)), "owned"),
        (ImportDecision::NotIssued, "not_issued"),
        (ImportDecision::Over, "over"),
        (ImportDecision::Superseded, "superseded"),
        (ImportDecision::NoOffer, "no_offer"),
        (ImportDecision::Unusable("it is a reissue".into()), "unusable"),
    ];
    for (decision, name) in decisions {
        let service = if name == "owned" { json!(id(7).to_string()) } else { Value::Null };
        let item = ImportItem {
            order_id: order("order-1"),
            customer: "customer-7".into(),
            product: "601".into(),
            placed_at: at("2026-11-21T12:00:00Z"),
            serial_number: Some("AB12".into()),
            decision,
        };
        let text = item.decision.text(Language::English);
        assert_ne!(text, item.decision.text(Language::Polish));
        let plan = ImportPlan { items: vec![item] };
        let expected = json!({"items": [{
            "order_id": "order-1", "customer": "customer-7", "product": "601",
            "placed_at": "2026-11-21T12:00:00Z", "serial_number": "AB12",
            "decision": name, "text": text, "is_taken": name == "take", "service": service,
        }]});
        assert_eq!(json(ImportPlanView::of(&plan, Language::English)), expected);
    }
}

#[test]
fn writes_down_reports_without_words() {
    let report = ImportReport { taken: vec![id(7)], owned: vec![order("order-1")] };
    assert_eq!(json(report), json!({"taken": [id(7).to_string()], "owned": ["order-1"]}));
    assert_eq!(json(SyncReport::default()), json!({"listed": 0, "news": 0, "unknown": 0}));
    let message = WaitingMessage {
        id: MessageId { service: id(7), version: 12, number: 3 },
        topic: "notice".into(),
        due_at: at("2026-11-21T12:00:00Z"),
        tries: 1,
    };
    let expected = json!({
        "id": "0193a5c0-0000-7000-8000-000000000007.12.3", "topic": "notice",
        "due_at": "2026-11-21T12:00:00Z", "tries": 1,
    });
    assert_eq!(json(message), expected);
    for kind in StateKind::ALL {
        assert_eq!(json(kind), kind.as_str());
    }
}

/// A name for programs is the one in the store.
#[test]
fn calls_everything_as_the_store_does() {
    for proof in [Proof::NotRequired, Proof::Required, Proof::Failed, Proof::Verified] {
        assert_eq!(json(&proof), proof.as_str());
    }
    for kind in [
        CheckKind::Email,
        CheckKind::System,
        CheckKind::Domain,
        CheckKind::Product,
        CheckKind::ExtendedValidation,
        CheckKind::Organization,
        CheckKind::Applicant,
        CheckKind::Authorization,
    ] {
        assert_eq!(json(&kind), kind.as_str());
    }
    for standing in [CertificateStanding::Valid, CertificateStanding::Revoking] {
        assert_eq!(json(&standing), standing.as_str());
    }
}
