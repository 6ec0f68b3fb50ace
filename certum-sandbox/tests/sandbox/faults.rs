//! Faults on purpose, seen from the client's side.

use std::time::Duration;

use certum_sandbox::{CallOutcome, Fault, FaultKind, FaultPlan, FaultPoint};

use super::support::{Answer, Order, World, envelope};

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

/// Posts an order, and goes away once the call is where `then` wants it.
async fn order_and_go_away(world: &World, then: impl Fn(&CallOutcome) -> bool) {
    let document = envelope("reseller", "sandbox", "quickOrder", &order().fields());
    let request = reqwest::Client::new().post(world.sandbox.endpoint()).body(document);
    let waiting = tokio::spawn(request.send());
    while !world.sandbox.calls().first().is_some_and(|call| then(&call.outcome)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waiting.abort();
    assert!(waiting.await.is_err_and(|ended| ended.is_cancelled()), "the answer was not held back");
}

#[tokio::test]
async fn a_client_that_dies_while_the_answer_is_held_back_finds_its_order() {
    let delay = FaultKind::Delay(Duration::from_secs(60 * 60));
    for (point, reached, expected) in [
        (FaultPoint::AfterCommit, CallOutcome::Success, 1),
        (FaultPoint::BeforeCommit, CallOutcome::Unprocessed, 0),
    ] {
        let world = world_with(delay, point).await;
        order_and_go_away(&world, |outcome| *outcome == reached).await;
        let found = world.call("getOrderByOrderID", "<orderID>order-1</orderID>").await;
        assert_eq!(found.body.matches("<orderStatus>").count().min(1), expected, "{}", found.body);
    }
}

#[tokio::test]
async fn a_call_is_carried_out_although_its_client_went_away_before() {
    let world = World::start().await;
    let delay = |operation: &str, by| {
        let delay = FaultKind::Delay(Duration::from_millis(by));
        Fault::new(operation, delay, FaultPoint::BeforeCommit)
    };
    // Whoever asks is held back for longer than the order was, so that the order comes first.
    let plan = FaultPlan::new().with(delay("quickOrder", 1000)).with(delay("getOrderState", 1500));
    world.sandbox.set_faults(plan);
    order_and_go_away(&world, |outcome| *outcome == CallOutcome::Unprocessed).await;
    assert_eq!(world.status("order-1").await, "AWAITING");
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
async fn a_slow_body_comes_in_pieces_and_is_whole_in_the_end() {
    let world = world_with(FaultKind::SlowBody(Duration::from_millis(5)), FaultPoint::AfterCommit).await;
    let document = envelope("reseller", "sandbox", "quickOrder", &order().fields());
    let request = world.http.post(world.sandbox.endpoint()).body(document);
    let mut response = request.send().await.unwrap();
    let mut pieces = Vec::new();
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces.push(piece);
    }
    // Each piece is a chunk of its own on the wire, which no client joins with the next.
    assert!(pieces.len() > 1, "{} pieces", pieces.len());
    let body = String::from_utf8(pieces.concat()).unwrap();
    assert!(body.ends_with("Envelope>"), "{body}");
    assert!(Answer { status: 200, body }.is_success());
}
