//! What a reseller looks at first.

use cert_domain::Language;
use cert_lifecycle::view::OverviewView;
use cert_lifecycle::{AheadKind, SqliteStore, StateKind};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use jiff::SignedDuration;

use crate::common::{NAME, Shop, certum, form, sandbox};
use crate::desk::{Desk, any_offer};

#[tokio::test]
async fn shows_what_comes_within_the_days_asked_for_and_nothing_later() {
    let shop = Shop::open().await;
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.prove_when_told(id).await;
    let service = shop.finish(id).await;
    let ends = service.certificate().unwrap().certificate.not_after;
    let now = shop.sandbox.clock().now();
    let days = u16::try_from(ends.duration_since(now).as_hours() / 24).unwrap();

    let expires = |overview: &cert_lifecycle::Overview| -> Vec<_> {
        let expires = overview.ahead.iter().filter(|ahead| ahead.kind == AheadKind::Expires);
        expires.map(|ahead| (ahead.at, ahead.service.id)).collect()
    };
    let short = shop.lifecycle.overview(days).await.unwrap();
    assert_eq!(expires(&short), []);
    let long = shop.lifecycle.overview(days + 1).await.unwrap();
    assert_eq!(expires(&long), [(ends, id)]);
    assert!(long.ahead.iter().any(|ahead| ahead.kind == AheadKind::Due), "the next step is missing");
    assert!(long.ahead.windows(2).all(|two| two[0].at <= two[1].at), "out of order");
    assert!(long.is_whole && long.held.is_empty() && long.stray.is_empty() && long.stuck.is_empty());
    assert!(long.counts.contains(&(StateKind::Active, 1)));

    let view = OverviewView::of(&long, Language::Polish);
    let last = view.ahead.last().unwrap();
    assert_eq!((last.in_days, last.service.id), (i64::from(days), id));
    let active = view.counts.iter().find(|count| count.state == StateKind::Active).unwrap();
    assert_eq!((active.count, active.state_text), (1, StateKind::Active.text(Language::Polish)));
}

#[tokio::test]
async fn tells_a_service_that_fails_from_one_that_waits_for_its_customer() {
    let shop = Shop::open().await;
    let waiting = shop.sell("601", &form(&[NAME], "dns")).await;
    for _ in 0..5 {
        shop.pass(24 * 60 * 60).await;
    }
    assert_eq!(shop.service(waiting).await.state.kind(), StateKind::Validating);
    assert!(shop.lifecycle.summary(waiting).await.unwrap().tries >= 3);
    assert_eq!(shop.lifecycle.overview(60).await.unwrap().stuck, []);

    let nowhere =
        Shop::with(sandbox().await, SqliteStore::in_memory().await.unwrap(), certum("http://127.0.0.1:1/"));
    let failing = nowhere.sell("601", &form(&[NAME], "dns")).await;
    for _ in 0..5 {
        nowhere.pass(24 * 60 * 60).await;
    }
    let stuck = nowhere.lifecycle.overview(60).await.unwrap().stuck;
    assert_eq!(stuck.iter().map(|row| row.id).collect::<Vec<_>>(), [failing]);
}

#[tokio::test]
async fn says_whether_the_ca_answers_and_what_waits() {
    let shop = Shop::open().await;
    let now = || shop.sandbox.clock().now();
    let health = shop.lifecycle.health().await.unwrap();
    assert!(health.authority);
    assert_eq!((health.synchronized_to, health.overdue, health.next_due), (None, 0, None));

    let begun = now();
    let id = shop.sell("601", &form(&[NAME], "dns")).await;
    shop.lifecycle.synchronize().await.unwrap();
    shop.sandbox.advance_clock(SignedDuration::from_mins(5)).unwrap();
    let health = shop.lifecycle.health().await.unwrap();
    assert_eq!((health.synchronized_to, health.overdue, health.overdue_since), (Some(begun), 1, Some(begun)));
    shop.work().await;
    let health = shop.lifecycle.health().await.unwrap();
    assert_eq!((health.overdue, health.overdue_since), (0, None));
    assert_eq!(health.next_due, shop.lifecycle.summary(id).await.unwrap().due_at);

    let nowhere =
        Shop::with(sandbox().await, SqliteStore::in_memory().await.unwrap(), certum("http://127.0.0.1:1/"));
    assert!(!nowhere.lifecycle.health().await.unwrap().authority);
}

/// The reseller gave an attempt up while its answer was on its way: the order is there, and nobody waits for it.
#[tokio::test]
async fn shows_what_only_the_reseller_can_settle() {
    let desk = Desk::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    desk.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    desk.lifecycle.abandon_order(id).await.unwrap();
    desk.lifecycle.configure(id, &form(&[NAME], "dns")).await.unwrap();
    desk.until(id, |service| service.state.kind() == StateKind::Held).await;
    let overview = desk.lifecycle.overview(60).await.unwrap();
    let ids = |rows: &[cert_lifecycle::Summary]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!((ids(&overview.held), ids(&overview.stray)), (vec![id], vec![id]));
}
