//! Carrying out what menus offer, with the input of their forms.

use cert_domain::{Form, Language, VerificationMethod};
use cert_lifecycle::service::Running;
use cert_lifecycle::view::ServiceView;
use cert_lifecycle::{
    Acted, ActedView, Action, CertificateStanding, Error, InputProblem, InvalidInput, Role, ServiceId, State,
    StateKind,
};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use serde_json::{Value, json};

use crate::common::{NAME, form};
use crate::desk::{Desk, any_offer, codes, csr, full_form, generated, yearly};

const RESELLER: Role = Role::Reseller;
const CUSTOMER: Role = Role::Customer;

async fn act(desk: &Desk, id: ServiceId, role: Role, action: Action, input: Value) -> Result<Acted, Error> {
    desk.lifecycle.act(id, role, action, &input).await
}

/// Carries out something that answers with nothing.
#[track_caller]
fn done(outcome: Result<Acted, Error>) {
    assert!(matches!(outcome, Ok(Acted::Done)), "{outcome:?}");
}

#[track_caller]
fn unreadable(outcome: Result<Acted, Error>) -> (String, InputProblem) {
    match outcome {
        Err(Error::Input(InvalidInput { field, problem, .. })) => (field, problem),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn does_everything_for_an_order_that_waits_for_proofs() {
    let desk = Desk::open().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let Acted::Invited(token) =
        act(&desk, id, RESELLER, Action::ResendConfiguration, Value::Null).await.unwrap()
    else {
        panic!("no link")
    };
    desk.lifecycle.open_link(id, token.reveal(), None).await.unwrap();
    let told = format!("{:?}", Acted::Invited(token.clone()));
    assert!(!told.contains(token.reveal()), "{told}");
    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    desk.work().await;

    done(act(&desk, id, CUSTOMER, Action::ResendVerification, json!({})).await);
    desk.work().await;
    done(act(&desk, id, CUSTOMER, Action::ChangeMethod, json!({"method": "file"})).await);
    desk.work().await;
    let State::Validating(validating) = desk.service(id).await.state else { panic!("nothing to prove") };
    assert_eq!(validating.configuration.method(), Some(&VerificationMethod::File));
    assert_eq!(
        codes(act(&desk, id, CUSTOMER, Action::ChangeMethod, json!({"method": "pigeon"})).await),
        [1042]
    );

    let report = act(&desk, id, CUSTOMER, Action::OrderReport, Value::Null).await.unwrap();
    let view = serde_json::to_value(ActedView::of(&report, Language::English)).unwrap();
    assert_eq!((&view["outcome"], &view["data"]["progress"]), (&json!("report"), &json!("validating")));
    let names = act(&desk, id, CUSTOMER, Action::NameStates, Value::Null).await.unwrap();
    let view = serde_json::to_value(ActedView::of(&names, Language::Polish)).unwrap();
    assert_eq!(view["data"][0]["name"], NAME);

    done(act(&desk, id, CUSTOMER, Action::RequestCheck, Value::Null).await);
    done(act(&desk, id, RESELLER, Action::ReplaceOrder, Value::Null).await);
    desk.work().await;
    assert!(desk.service(id).await.takes_form());

    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    desk.work().await;
    done(act(&desk, id, RESELLER, Action::CancelOrder, Value::Null).await);
    desk.work().await;
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Rejected);
}

#[tokio::test]
async fn tells_how_far_the_proof_of_a_mailbox_is() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("731"), &full_form("Jan Nowak", &[])).await;
    desk.work().await;
    let state = act(&desk, id, CUSTOMER, Action::EmailState, Value::Null).await.unwrap();
    let view = serde_json::to_value(ActedView::of(&state, Language::English)).unwrap();
    assert_eq!((&view["outcome"], &view["data"]["email"]), (&json!("email"), &json!("jan@example.com")));
}

#[tokio::test]
async fn does_everything_for_a_certificate() {
    let desk = Desk::with_vault().await;
    let form = Form { key: generated(true), csr: String::new(), ..form(&[NAME], "dns") };
    let id = desk.lifecycle.create_service(yearly("601"), "customer-7".parse().unwrap()).await.unwrap();
    let csr_of_key = desk.lifecycle.generate_request(id, &form).await.unwrap().csr;
    desk.lifecycle.configure(id, &Form { csr: csr_of_key, ..form }).await.unwrap();
    desk.settle(id).await;
    let service = desk.finish(id).await;
    let serial_number = service.certificate().unwrap().certificate.serial_number.clone();

    let sending = json!({"serial_number": serial_number, "email": "anna@example.com"});
    done(act(&desk, id, CUSTOMER, Action::SendCertificate, sending).await);
    done(act(&desk, id, CUSTOMER, Action::SendCertificate, json!({"email": " "})).await);
    desk.work().await;
    let to: Vec<_> = desk.letters.all().into_iter().map(|letter| letter.recipient).collect();
    assert!(to.iter().any(|to| to == "anna@example.com"), "{to:?}");

    done(act(&desk, id, CUSTOMER, Action::StoreRequest, json!({"csr": csr(NAME)})).await);
    assert!(desk.service(id).await.stored_request.is_some());
    let leaving = json!({"reason": "too expensive", "at_end_of_period": true});
    done(act(&desk, id, CUSTOMER, Action::RequestCancellation, leaving).await);
    assert!(desk.service(id).await.cancellation.is_some());
    done(act(&desk, id, CUSTOMER, Action::WithdrawCancellation, Value::Null).await);
    let payment = json!({"period_start": "", "paid_on": "2026-11-21"});
    done(act(&desk, id, RESELLER, Action::ReceivePayment, payment).await);
    assert_eq!(desk.service(id).await.account.paid_through.unwrap().to_string(), "2027-11-20");

    let key = act(&desk, id, CUSTOMER, Action::TakeKey, Value::Null).await.unwrap();
    assert_eq!(ActedView::of(&key, Language::English), ActedView::Key);
    let shown = format!("{key:?}");
    let Acted::Key(key) = key else { panic!("{shown}") };
    let pem = key.to_pkcs8_pem().unwrap();
    let secret = pem.lines().nth(1).unwrap();
    assert!(!shown.contains(secret) && !shown.contains("PRIVATE KEY"), "{shown}");
    let again = act(&desk, id, CUSTOMER, Action::TakeKey, Value::Null).await;
    assert!(matches!(again, Err(Error::NotOffered { action: Action::TakeKey, .. })), "{again:?}");
    let purged = act(&desk, id, RESELLER, Action::PurgeKeys, Value::Null).await;
    assert!(matches!(purged, Ok(Acted::Purged(0))), "{purged:?}");

    let revocation = json!({"reason": "SUPERSEDED"});
    done(act(&desk, id, CUSTOMER, Action::Revoke, revocation).await);
    desk.work().await;
    let standing = desk.service(id).await.certificates[0].standing.clone();
    assert!(matches!(standing, CertificateStanding::Revoked { .. }), "{standing:?}");
}

#[tokio::test]
async fn follows_the_newest_certificate_where_none_is_said() {
    for (action, kind) in [(Action::Reissue, "reissue"), (Action::Renew, "renewal")] {
        let desk = Desk::open().await;
        let (id, _) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        done(act(&desk, id, CUSTOMER, action, json!({"csr": csr(NAME)})).await);
        let view = desk.lifecycle.view(id, CUSTOMER, Language::English).await.unwrap();
        assert_eq!(serde_json::to_value(view.purpose).unwrap()["kind"], kind);
    }
}

#[tokio::test]
async fn pauses_changes_and_ends_a_service() {
    let desk = Desk::open().await;
    let (id, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    done(act(&desk, id, RESELLER, Action::Suspend, Value::Null).await);
    assert_eq!(desk.service(id).await.running, Running::Suspended);
    done(act(&desk, id, RESELLER, Action::Unsuspend, json!({})).await);

    let mut offer = serde_json::to_value(&*service.offer).unwrap();
    offer["title"] = json!("Our SSL");
    done(act(&desk, id, RESELLER, Action::ChangeOffer, offer.clone()).await);
    assert_eq!(desk.service(id).await.offer.title.as_deref(), Some("Our SSL"));
    // Settings that don't go together are found, whoever made the JSON.
    offer["default_method"] = Value::Null;
    assert_eq!(codes(act(&desk, id, RESELLER, Action::ChangeOffer, offer.clone()).await), [0]);
    offer.as_object_mut().unwrap().remove("product");
    let missing = act(&desk, id, RESELLER, Action::ChangeOffer, offer).await;
    assert_eq!(unreadable(missing), ("product".to_owned(), InputProblem::Missing));

    done(act(&desk, id, RESELLER, Action::Terminate, Value::Null).await);
    let again = act(&desk, id, RESELLER, Action::Terminate, Value::Null).await;
    assert!(matches!(again, Err(Error::NotOffered { .. })), "{again:?}");
}

#[tokio::test]
async fn settles_what_only_the_reseller_can() {
    let desk = Desk::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    desk.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    let refused = act(&desk, id, CUSTOMER, Action::AdoptOrder, json!({"order_id": order_id})).await;
    assert!(matches!(refused, Err(Error::NotOffered { .. })), "{refused:?}");
    let nothing = act(&desk, id, RESELLER, Action::AdoptOrder, json!({"order_id": "nobody's"})).await;
    assert!(matches!(nothing, Err(Error::NotAllowed(_))), "{nothing:?}");
    done(act(&desk, id, RESELLER, Action::AbandonOrder, Value::Null).await);

    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    desk.until(id, |service| service.state.kind() == StateKind::Held).await;
    let view = desk.lifecycle.view(id, RESELLER, Language::English).await.unwrap();
    assert_eq!(view.hold.unwrap().order_ids, view.stray_orders);
    assert_eq!(view.stray_orders, [&*order_id]);
    done(act(&desk, id, RESELLER, Action::CancelStrayOrder, json!({"order_id": order_id})).await);
    assert!(desk.service(id).await.stray_orders.is_empty());
    done(act(&desk, id, RESELLER, Action::Resume, Value::Null).await);
    assert_ne!(desk.service(id).await.state.kind(), StateKind::Held);
}

#[tokio::test]
async fn adopts_the_order_that_the_reseller_names() {
    let desk = Desk::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    desk.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    done(act(&desk, id, RESELLER, Action::AdoptOrder, json!({"order_id": order_id})).await);
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Validating);
}

#[tokio::test]
async fn refuses_what_is_not_offered_now_or_to_whoever_asks() {
    let desk = Desk::open().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    for role in [CUSTOMER, RESELLER] {
        let offered = desk.lifecycle.actions(id, role).await.unwrap();
        for action in Action::ALL.iter().copied().filter(|action| !offered.contains(action)) {
            let refused = act(&desk, id, role, action, Value::Null).await;
            let Err(Error::NotOffered { action: told, state }) = refused else { panic!("{refused:?}") };
            assert_eq!((told, state), (action, StateKind::AwaitingConfiguration));
        }
    }
    let own = act(&desk, id, CUSTOMER, Action::Configure, json!({"csr": csr(NAME)})).await.unwrap_err();
    assert!(matches!(own, Error::OwnMethod(Action::Configure)), "{own:?}");
    assert!(own.to_string().starts_with("configure"), "{own}");
    assert_eq!(desk.lifecycle.history(id).await.unwrap().len(), 1, "nothing has happened");
}

#[tokio::test]
async fn names_the_field_that_it_cannot_read_and_not_what_stands_in_it() {
    let desk = Desk::open().await;
    let (id, _) = desk.enrol(yearly("601"), &form(&[NAME], "dns")).await;
    use InputProblem::{Missing, Unknown, Unreadable};
    let cases = [
        (Action::StoreRequest, json!({}), "csr", Missing),
        (Action::StoreRequest, json!({"csr": 31337}), "csr", Unreadable),
        (Action::StoreRequest, json!(["31337"]), "", Unreadable),
        (Action::ReceivePayment, json!({"paid_on": "31337"}), "paid_on", Unreadable),
        (
            Action::ReceivePayment,
            json!({"paid_on": "2026-11-21", "period_start": "31337"}),
            "period_start",
            Unreadable,
        ),
        (Action::RequestCancellation, json!({"reason": "31337"}), "at_end_of_period", Missing),
        // Misspelt, and not the newest certificate.
        (Action::Revoke, json!({"reason": "SUPERSEDED", "serial": "31337"}), "serial", Unknown),
        (
            Action::Reissue,
            json!({"certificate": {"serial_number": 31337}}),
            "certificate.serial_number",
            Unreadable,
        ),
        (Action::Reissue, json!({"certificate": {"serial": "31337"}}), "certificate.serial", Unknown),
        (Action::Reissue, json!({"added": [{"name": NAME, "WWW": true}]}), "added.0.WWW", Unknown),
        (Action::Suspend, json!({"until": "31337"}), "until", Unknown),
    ];
    let before = desk.lifecycle.history(id).await.unwrap().len();
    for (action, input, field, problem) in cases {
        let refused = act(&desk, id, RESELLER, action, input).await;
        let shown = format!("{refused:?} {}", refused.as_ref().unwrap_err());
        assert!(!shown.contains("31337"), "{shown}");
        assert_eq!(unreadable(refused), (field.to_owned(), problem), "{action}");
    }
    assert_eq!(desk.lifecycle.history(id).await.unwrap().len(), before, "nothing has happened");
}

#[tokio::test]
async fn shows_what_follows_and_what_the_vault_allows() {
    let desk = Desk::open().await;
    let (id, service) = desk.enrol(yearly("601"), &form(&[NAME], "dns")).await;
    let view = desk.lifecycle.view(id, RESELLER, Language::English).await.unwrap();
    assert!(view.successor.is_some());
    let offered: Vec<_> = view.actions.iter().map(|shown| shown.action).collect();
    assert_eq!(offered, desk.lifecycle.actions(id, RESELLER).await.unwrap());
    let now = desk.sandbox.clock().now();
    assert_eq!(ServiceView::of(&service, RESELLER, Language::English, now).successor, None);
}
