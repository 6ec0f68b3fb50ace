//! What menus offer, from the form to the end.

use cert_domain::{Form, KeyChoice, RevocationForm};
use cert_lifecycle::{Action, Role, ServiceId};
use csr_tools::KeyAlgorithm;

use crate::common::{NAME, form};
use crate::desk::{Desk, any_offer};

async fn offers(desk: &Desk, id: ServiceId, role: Role) -> Vec<Action> {
    desk.lifecycle.actions(id, role).await.unwrap()
}

#[tokio::test]
async fn offers_customers_what_they_can_do_at_every_step() {
    let desk = Desk::open().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    assert_eq!(offers(&desk, id, Role::Customer).await, [Action::Configure]);

    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    assert_eq!(offers(&desk, id, Role::Customer).await, [Action::StoreRequest]);

    desk.work().await;
    let proving = [
        Action::RequestCheck,
        Action::ChangeMethod,
        Action::ResendVerification,
        Action::OrderReport,
        Action::NameStates,
        Action::SubmitEvidence,
        Action::StoreRequest,
    ];
    assert_eq!(offers(&desk, id, Role::Customer).await, proving);

    desk.prove(id).await;
    desk.finish(id).await;
    let certified = [
        Action::OrderReport,
        Action::NameStates,
        Action::Reissue,
        Action::Renew,
        Action::StoreRequest,
        Action::Revoke,
        Action::SendCertificate,
        Action::Files,
    ];
    assert_eq!(offers(&desk, id, Role::Customer).await, certified);

    let revocation = RevocationForm { reason: "SUPERSEDED".into(), ..RevocationForm::default() };
    desk.lifecycle.revoke(id, &revocation).await.unwrap();
    desk.work().await;
    let revoked = offers(&desk, id, Role::Customer).await;
    assert!(revoked.contains(&Action::Configure), "another may be ordered: {revoked:?}");
    assert!(!revoked.contains(&Action::Revoke) && !revoked.contains(&Action::Renew), "{revoked:?}");
}

#[tokio::test]
async fn offers_a_kept_key_until_it_was_handed_out() {
    let desk = Desk::with_vault().await;
    let id = desk.lifecycle.create_service(any_offer("601"), "customer-7".parse().unwrap()).await.unwrap();
    let key = KeyChoice::Generate { algorithm: KeyAlgorithm::EcdsaP256, keep: true };
    let mut form = Form { csr: String::new(), key, ..form(&[NAME], "dns") };
    form.csr = desk.lifecycle.generate_request(id, &form).await.unwrap().csr;
    desk.lifecycle.configure(id, &form).await.unwrap();
    assert!(!offers(&desk, id, Role::Customer).await.contains(&Action::TakeKey), "no certificate yet");
    desk.settle(id).await;
    desk.finish(id).await;
    assert!(offers(&desk, id, Role::Customer).await.contains(&Action::TakeKey));
    assert!(offers(&desk, id, Role::Reseller).await.contains(&Action::PurgeKeys));
    desk.lifecycle.take_key(id, None).await.unwrap();
    assert!(!offers(&desk, id, Role::Customer).await.contains(&Action::TakeKey));
}
