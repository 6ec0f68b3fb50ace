//! Faults on purpose, seen from the client's side.

use std::time::{Duration, Instant};

use certum_sandbox::{CallOutcome, Fault, FaultKind, FaultPlan, FaultPoint};

use super::support::{Order, World};

async fn world_with(kind: FaultKind, point: FaultPoint) -> World {
    let world = World::start().await;
    world.sandbox.set_faults(FaultPlan::new().with(Fault::new("quickOrder", kind, point).times(1)));
    world
}

fn order() -> Order {
    Order::new("order-1", "601", &["a.example.com"], "FILE")
}

#[tokio::test]
async fn a_drop_before_the_commit_leaves_nothing() {
    let world = world_with(FaultKind::Drop, FaultPoint::BeforeCommit).await;
    let error = world.try_call("quickOrder", &order().fields()).await.err().unwrap();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(world.call("getOrderState", "<orderID>order-1</orderID>").await.codes(), [1033]);
    assert!(world.call("quickOrder", &order().fields()).await.is_success());
}

#[tokio::test]
async fn a_drop_after_the_commit_leaves_an_order_whose_code_can_be_had_again() {
    let world = world_with(FaultKind::Drop, FaultPoint::AfterCommit).await;
    let order = order();
    assert!(world.try_call("quickOrder", &order.fields()).await.is_err());
    assert_eq!(world.status("order-1").await, "AWAITING");
    assert_eq!(world.call("quickOrder", &order.fields()).await.codes(), [1012, 1032]);
    let again = world.call("addSanVerification", "<orderID>order-1</orderID>").await;
    assert_eq!(again.text("code").unwrap().len(), 64);
    let calls = world.sandbox.calls();
    assert_eq!(
        (&calls[0].outcome, calls[0].faults.as_slice()),
        (&CallOutcome::Success, &["drop_after".to_owned()][..])
    );
}

#[tokio::test]
async fn a_client_that_dies_while_the_answer_is_held_back_finds_its_order() {
    let delay = FaultKind::Delay(Duration::from_secs(60));
    for (point, expected) in [(FaultPoint::AfterCommit, 1), (FaultPoint::BeforeCommit, 0)] {
        let world = world_with(delay, point).await;
        let impatient = reqwest::Client::builder().timeout(Duration::from_millis(300)).build().unwrap();
        let world = World { http: impatient, ..world };
        assert!(world.try_call("quickOrder", &order().fields()).await.is_err());
        let found = world.call("getOrderByOrderID", "<orderID>order-1</orderID>").await;
        assert_eq!(found.body.matches("<orderStatus>").count().min(1), expected, "{}", found.body);
    }
}

#[tokio::test]
async fn a_call_is_carried_out_although_its_client_went_away_before() {
    let delay = FaultKind::Delay(Duration::from_millis(500));
    let world = world_with(delay, FaultPoint::BeforeCommit).await;
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(100)).build().unwrap();
    let request = impatient.post(world.sandbox.endpoint());
    let document = super::support::envelope("reseller", "sandbox", "quickOrder", &order().fields());
    assert!(request.body(document).send().await.is_err());
    let begun = Instant::now();
    while world.call("getOrderState", "<orderID>order-1</orderID>").await.codes() == [1033] {
        assert!(begun.elapsed() < Duration::from_secs(10), "the order was never placed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn errors_and_garbage_come_instead_of_the_answer() {
    let world = world_with(FaultKind::Http500, FaultPoint::BeforeCommit).await;
    let answer = world.call("quickOrder", &order().fields()).await;
    assert_eq!((answer.status, answer.body.contains("Envelope")), (500, false));

    let world = world_with(FaultKind::SoapFault, FaultPoint::AfterCommit).await;
    let answer = world.call("quickOrder", &order().fields()).await;
    assert_eq!((answer.status, answer.text("faultcode").as_deref()), (500, Some("soap:Server")));
    assert_eq!(world.status("order-1").await, "AWAITING");

    let world = world_with(FaultKind::Garbage, FaultPoint::AfterCommit).await;
    let answer = world.call("quickOrder", &order().fields()).await;
    assert_eq!((answer.status, answer.text("orderID")), (200, None));
}

#[tokio::test]
async fn a_slow_body_is_whole_in_the_end() {
    let world = world_with(FaultKind::SlowBody(Duration::from_millis(30)), FaultPoint::AfterCommit).await;
    let begun = Instant::now();
    assert!(world.call("quickOrder", &order().fields()).await.is_success());
    assert!(begun.elapsed() >= Duration::from_millis(200));
}
