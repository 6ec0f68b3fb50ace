//! Cancelling and revoking.

use cert_domain::{Revocation, RevocationForm};

use super::*;
use crate::authority::CertificateStanding;

fn revocation(serial_number: &str) -> Revocation {
    let form = RevocationForm {
        serial_number: serial_number.into(),
        reason: "KEYCOMPROMISE".into(),
        compromised_on: "2026-11-21".into(),
        note: "it was in a public repository".into(),
    };
    let day = "2026-11-21".parse().unwrap();
    form.check(day, day).unwrap()
}

async fn standing(desk: &Desk) -> CertificateStanding {
    let query = OrderQuery {
        by: OrderDate::Placed,
        from: "2026-11-21T00:00:00Z".parse().unwrap(),
        to: "2026-11-22T00:00:00Z".parse().unwrap(),
        with_requestor: false,
    };
    let orders: Vec<_> = desk.certum.orders(query).try_collect().await.unwrap();
    orders[0].certificate.clone().unwrap().standing
}

#[tokio::test]
async fn cancels_an_order_as_often_as_it_is_told_to() {
    let desk = Desk::open().await;
    let id = desk.place(&order("order-1", "601")).await.order_id;
    for _ in 0..2 {
        assert_eq!(desk.certum.cancel_order(&id).await.unwrap(), Cancellation::Cancelled);
        assert_eq!(desk.progress(&id).await, OrderProgress::Rejected);
    }
    assert_eq!(refusal(desk.certum.cancel_order(&OrderId::from_authority("none")).await), [1033]);
}

#[tokio::test]
async fn says_that_it_is_too_late_to_cancel_once_there_is_a_certificate() {
    let desk = Desk::with(Habits::plain().with_issue_delay(SignedDuration::from_mins(10))).await;
    let first = order("order-1", "601");
    let placed = desk.place(&first).await;
    desk.prove(&first, &placed.code.unwrap()).await;
    let cancel = async || desk.certum.cancel_order(&placed.order_id).await;
    // It is being made.
    assert!(matches!(cancel().await, Err(AuthorityError::Unavailable(_))));
    desk.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    assert_eq!(cancel().await.unwrap(), Cancellation::TooLate);
    desk.pass_days(400);
    assert_eq!(cancel().await.unwrap(), Cancellation::TooLate);
}

#[tokio::test]
async fn does_not_know_what_became_of_a_cancellation_without_an_answer() {
    let desk = Desk::open().await;
    let id = desk.place(&order("order-1", "601")).await.order_id;
    desk.lose_answer_of("cancelOrder");
    let lost = desk.certum.cancel_order(&id).await;
    assert!(matches!(lost, Err(AuthorityError::UnknownOutcome(_))), "{lost:?}");
    assert_eq!(desk.certum.cancel_order(&id).await.unwrap(), Cancellation::Cancelled);
}

#[tokio::test]
async fn revokes_a_certificate_as_often_as_it_is_told_to() {
    let desk = Desk::open().await;
    let certificate = desk.enrol(&order("order-1", "601")).await;
    let revocation = revocation(&certificate.serial_number().to_string());
    for _ in 0..2 {
        desk.certum.revoke(&revocation).await.unwrap();
        assert_eq!(standing(&desk).await, CertificateStanding::Revoking);
    }
    desk.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    desk.certum.revoke(&revocation).await.unwrap();
    let at = Some(desk.sandbox.clock().now());
    assert_eq!(standing(&desk).await, CertificateStanding::Revoked { at });
}

#[test]
fn says_why_and_since_when_a_certificate_is_revoked() {
    let parameters = request::revocation(&revocation("0a1b")).parameters;
    assert_eq!(parameters.serial_number, "A1B");
    assert_eq!(parameters.reason.unwrap().as_str(), "KEYCOMPROMISE");
    assert_eq!(parameters.key_compromise_date, Some("2026-11-21".parse().unwrap()));
    assert_eq!(parameters.note.as_deref(), Some("it was in a public repository"));
}

#[tokio::test]
async fn tells_why_a_certificate_is_not_revoked() {
    let desk = Desk::open().await;
    assert_eq!(refusal(desk.certum.revoke(&revocation("FF")).await), [1133]);
}

#[tokio::test]
async fn does_not_know_what_became_of_a_revocation_without_an_answer() {
    let desk = Desk::open().await;
    let certificate = desk.enrol(&order("order-1", "601")).await;
    let revocation = revocation(&certificate.serial_number().to_string());
    desk.lose_answer_of("revokeCertificate");
    let lost = desk.certum.revoke(&revocation).await;
    assert!(matches!(lost, Err(AuthorityError::UnknownOutcome(_))), "{lost:?}");
    desk.certum.revoke(&revocation).await.unwrap();
}
