//! The account as a whole: taking over its orders, comparing it with the store, reading its changes.

use std::time::Duration;

use cert_lifecycle::{
    CertificateStanding, Drift, DriftReport, Error, ImportDecision, ImportPlan, Lifecycle, MemoryStore,
    OrderId, OrderProgress, ServiceId, State, StateKind, WorkerPolicy,
};
use certum_sandbox::{Fault, FaultKind, FaultPlan, FaultPoint};
use jiff::{SignedDuration, Timestamp};

use crate::common::{NAME, Shop, certum, form};
use crate::desk::{Desk, any_offer, full_form, reissue_of, renewal_of, sandbox_with};

const BEGINNING: &str = "2026-11-21T00:00:00Z";

pub(crate) fn beginning() -> Timestamp {
    BEGINNING.parse().unwrap()
}

pub(crate) fn now(desk: &Shop) -> Timestamp {
    desk.sandbox.clock().now()
}

/// The same account, seen by a reseller who has just moved to this software.
pub(crate) fn newcomer(desk: &Desk) -> Lifecycle {
    let clock = desk.sandbox.clock().clone();
    let mut policy = WorkerPolicy::default();
    policy.sync = None;
    Lifecycle::builder(MemoryStore::new(), certum(desk.sandbox.endpoint().as_str()))
        .clock(move || clock.now())
        .policy(policy)
        .build()
}

pub(crate) async fn plan(lifecycle: &Lifecycle, until: Timestamp) -> ImportPlan {
    let sold = ["601", "631", "641", "711", "721", "731", "821", "841", "851", "931"];
    lifecycle.plan_import(beginning(), until, &sold.map(any_offer)).await.unwrap()
}

pub(crate) fn decisions(plan: &ImportPlan) -> Vec<&'static str> {
    let name = |decision: &ImportDecision| match decision {
        ImportDecision::Take(_) => "take",
        ImportDecision::Owned(_) => "owned",
        ImportDecision::NotIssued => "not issued",
        ImportDecision::Over => "over",
        ImportDecision::Superseded => "superseded",
        ImportDecision::NoOffer => "no offer",
        _ => "unusable",
    };
    plan.items.iter().map(|item| name(&item.decision)).collect()
}

pub(crate) async fn services_of(lifecycle: &Lifecycle) -> usize {
    lifecycle.search(cert_lifecycle::store::Search::default()).await.unwrap().len()
}

#[tokio::test]
async fn imports_the_accounts_orders_after_a_dry_run_and_only_once() {
    for keeps in [true, false] {
        let desk = Desk::with(sandbox_with(keeps).await, |builder| builder).await;
        desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.pass(60).await;
        desk.enrol(any_offer("741"), &form(&["*.example.com"], "dns")).await;
        desk.pass(60).await;
        let (revoked, _) = desk.enrol(any_offer("601"), &form(&["gone.example.com"], "dns")).await;
        let why = cert_domain::RevocationForm { reason: "SUPERSEDED".into(), ..Default::default() };
        desk.lifecycle.revoke(revoked, &why).await.unwrap();
        desk.pass(600).await;
        desk.sell_offer(any_offer("601"), &form(&["open.example.com"], "dns")).await;
        desk.pass(60).await;
        let (reissued, before) =
            desk.enrol(any_offer("931"), &form(&["a.example.com", "b.example.org"], "dns")).await;
        desk.lifecycle.reissue(reissued, &reissue_of(&before)).await.unwrap();
        desk.work().await;
        let before = desk.finish(reissued).await;

        let other = newcomer(&desk);
        let planned = plan(&other, now(&desk)).await;
        assert_eq!(decisions(&planned), ["take", "no offer", "over", "not issued", "take"], "{keeps}");
        assert_eq!(services_of(&other).await, 0, "a dry run");

        let report = other.import(&planned).await.unwrap();
        let again = other.import(&planned).await.unwrap();
        assert_eq!((again.taken.len(), again.owned.len()), (0, report.taken.len()), "{keeps}");
        let planned = plan(&other, now(&desk)).await;
        assert!(decisions(&planned).iter().all(|decision| *decision != "take"), "{keeps}");
        let newest = *report.taken.last().unwrap();
        let imported = other.service(newest).await.unwrap();
        assert_eq!(imported.state, State::Active);
        let (ours, theirs) = (before.certificate().unwrap(), imported.certificate().unwrap());
        assert_eq!(ours.certificate, theirs.certificate, "{keeps}");
        assert_eq!(imported.mailbox(), Some("jan@example.com"));
        assert_eq!(imported.account.term_ends, before.account.term_ends, "{keeps}");
        let files = other.files(newest, None).await.unwrap();
        assert!(!files.bundle.chain().intermediates().is_empty());
    }
}

#[tokio::test]
async fn imports_products_of_every_level_and_kind() {
    for product in ["631", "641", "731", "841", "711", "851", "821", "721"] {
        let desk = Desk::open().await;
        let names: &[&str] = if product.starts_with('6') { &[NAME] } else { &[] };
        let name = names.first().copied().unwrap_or("Jan Nowak");
        desk.enrol(any_offer(product), &full_form(name, names)).await;
        let other = newcomer(&desk);
        let planned = plan(&other, now(&desk)).await;
        assert_eq!(decisions(&planned), ["take"], "{product}: {:?}", planned.items[0].decision);
        assert_eq!(other.import(&planned).await.unwrap().taken.len(), 1);
    }
}

#[tokio::test]
async fn reissues_and_renews_what_was_imported() {
    for keeps in [true, false] {
        let desk = Desk::with(sandbox_with(keeps).await, |builder| builder).await;
        desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        let other = newcomer(&desk);
        let report = other.import(&plan(&other, now(&desk)).await).await.unwrap();
        let shop = Desk {
            shop: Shop { sandbox: desk.shop.sandbox, lifecycle: other },
            letters: desk.letters,
            facts: desk.facts,
        };
        let id = report.taken[0];
        let service = shop.service(id).await;
        shop.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
        shop.work().await;
        let service = shop.finish(id).await;
        shop.lifecycle.renew(id, &renewal_of(&service)).await.unwrap();
        shop.work().await;
        let service = shop.finish(id).await;
        assert_eq!(service.certificates.len(), 3, "{keeps}");
        assert_eq!(shop.orders(), 1, "{keeps}");
    }
}

#[tokio::test]
async fn finds_no_drift_where_there_is_none() {
    for keeps in [true, false] {
        let desk = Desk::with(sandbox_with(keeps).await, |builder| builder).await;
        let (id, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.lifecycle.reissue(id, &reissue_of(&service)).await.unwrap();
        desk.work().await;
        let service = desk.finish(id).await;
        desk.lifecycle.renew(id, &renewal_of(&service)).await.unwrap();
        desk.work().await;
        desk.finish(id).await;
        desk.sell_offer(any_offer("601"), &form(&["open.example.com"], "dns")).await;
        desk.work().await;
        let report = desk.lifecycle.drift(beginning(), now(&desk)).await.unwrap();
        assert_eq!(report.drifts, [], "{keeps}");
        assert_eq!((report.orders, report.services), (4, 2), "{keeps}");
    }
}

fn only(report: &DriftReport) -> &Drift {
    let [drift] = &report.drifts[..] else { panic!("{:?}", report.drifts) };
    drift
}

#[tokio::test]
async fn reports_orders_of_the_account_that_belong_to_no_service() {
    let desk = Desk::open().await;
    desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let other = newcomer(&desk);
    let report = other.drift(beginning(), now(&desk)).await.unwrap();
    let Drift::Orphan { customer, product, progress, .. } = only(&report) else { panic!("{report:?}") };
    assert_eq!((customer.as_str(), product.as_str()), ("customer-7", "601"));
    assert_eq!(progress, &OrderProgress::Validating);
    assert_eq!(services_of(&other).await, 0);
}

/// The store was restored from a backup that another account's orders are in, say.
#[tokio::test]
async fn reports_orders_of_services_that_the_account_does_not_have() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let store = cert_lifecycle::SqliteStore::in_memory().await.unwrap();
    copy_history(&desk, id, &store).await;
    let elsewhere = sandbox_with(true).await;
    let clock = elsewhere.clock().clone();
    let other =
        Lifecycle::builder(store, certum(elsewhere.endpoint().as_str())).clock(move || clock.now()).build();
    let report = other.drift(beginning(), now(&desk)).await.unwrap();
    assert!(matches!(only(&report), Drift::Missing { service, .. } if *service == id), "{report:?}");
}

async fn copy_history(desk: &Desk, id: ServiceId, store: &cert_lifecycle::SqliteStore) {
    use cert_lifecycle::Store as _;
    use cert_lifecycle::store::{Append, Row};
    let append = Append {
        id,
        expected_version: 0,
        events: desk.lifecycle.history(id).await.unwrap(),
        row: Row::from(&desk.service(id).await),
        due_at: None,
        keys: Vec::new(),
        orders: Vec::new(),
        names: None,
        messages: Vec::new(),
        ends_claim: None,
    };
    store.append(append).await.unwrap();
}

#[tokio::test]
async fn reports_orders_and_certificates_that_stand_elsewhere_at_the_ca() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&["open.example.com"], "dns")).await;
    let (certified, service) = desk.enrol(any_offer("601"), &form(&[NAME], "dns")).await;
    let order_id = desk.service(id).await.state.order_id().unwrap().clone();
    // Behind our back: one is refused, the other revoked.
    desk.sandbox.reject_order(order_id.as_str()).unwrap();
    let serial_number = service.certificate().unwrap().certificate.serial_number.clone();
    revoke_elsewhere(&desk, &serial_number).await;
    desk.sandbox.advance_clock(SignedDuration::from_mins(10)).unwrap();
    let report = desk.lifecycle.drift(beginning(), now(&desk)).await.unwrap();
    let is_progress = |drift: &Drift| {
        matches!(drift, Drift::Progress { service, ours: StateKind::Validating, theirs: OrderProgress::Rejected, .. }
            if *service == id)
    };
    let is_certificate = |drift: &Drift| {
        matches!(drift, Drift::Certificate { service, ours: Some(CertificateStanding::Valid), theirs, .. }
            if *service == certified && matches!(theirs, CertificateStanding::Revoked { .. }))
    };
    assert_eq!(report.drifts.len(), 2, "{report:?}");
    assert!(report.drifts.iter().any(is_progress) && report.drifts.iter().any(is_certificate), "{report:?}");

    // A report changes nothing; the list of changes does.
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Validating);
    desk.lifecycle.synchronize().await.unwrap();
    assert_eq!(desk.service(id).await.state.kind(), StateKind::Rejected);
    let report = desk.lifecycle.drift(beginning(), now(&desk)).await.unwrap();
    assert_eq!(report.drifts, []);
}

async fn revoke_elsewhere(desk: &Shop, serial_number: &str) {
    let form = cert_domain::RevocationForm {
        serial_number: serial_number.into(),
        reason: "UNSPECIFIED".into(),
        ..Default::default()
    };
    let day = "2026-11-21".parse().unwrap();
    let certum = certum(desk.sandbox.endpoint().as_str());
    let revocation = form.check(day, day).unwrap();
    cert_lifecycle::CertificateAuthority::revoke(&certum, &revocation).await.unwrap();
}

/// A stray is an order that nobody waits for: the reseller gave the attempt up while its answer was on its way.
#[tokio::test]
async fn reports_orders_that_a_service_has_beside_its_own() {
    let desk = Desk::open().await;
    let lost = Fault::new("quickOrder", FaultKind::Drop, FaultPoint::AfterCommit).times(1);
    desk.sandbox.set_faults(FaultPlan::new().with(lost));
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    desk.lifecycle.abandon_order(id).await.unwrap();
    let fresh = form(&[NAME], "dns");
    desk.lifecycle.configure(id, &fresh).await.unwrap();
    desk.until(id, |service| service.state.kind() == StateKind::Held).await;
    let stray: OrderId = desk.service(id).await.stray_orders[0].clone();
    let report = desk.lifecycle.drift(beginning(), now(&desk)).await.unwrap();
    let is_duplicate = |drift: &Drift| match drift {
        Drift::Duplicate { service, order_ids } => *service == id && order_ids[..] == [stray.clone()],
        _ => false,
    };
    assert!(report.drifts.iter().any(is_duplicate), "{report:?}");
    assert_eq!(desk.orders(), 1);
}

/// The first reading fails: what it would have told is read by the next, which begins where the last success ended.
#[tokio::test]
async fn moves_the_watermark_after_success_alone() {
    for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
        let desk = Desk::open().await;
        let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
        desk.work().await;
        desk.lifecycle.synchronize().await.unwrap();
        let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
        desk.sandbox.reject_order(&order_id).unwrap();
        desk.sandbox.advance_clock(SignedDuration::from_hours(30 * 24)).unwrap();
        let lost = Fault::new("getModifiedOrders", FaultKind::Drop, point).times(1);
        desk.sandbox.set_faults(FaultPlan::new().with(lost));
        assert!(matches!(desk.lifecycle.synchronize().await, Err(Error::Authority(_))));
        assert_eq!(desk.service(id).await.state.kind(), StateKind::Validating);

        desk.sandbox.advance_clock(SignedDuration::from_hours(30 * 24)).unwrap();
        let report = desk.lifecycle.synchronize().await.unwrap();
        assert_eq!((report.news, report.unknown), (1, 0), "{point:?}");
        assert_eq!(desk.service(id).await.state.kind(), StateKind::Rejected, "{point:?}");
    }
}

/// Readings overlap: what was read before is no news, and makes no second event.
#[tokio::test]
async fn takes_in_each_change_once_although_readings_overlap() {
    let desk = Desk::open().await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    let order_id = desk.service(id).await.state.order_id().unwrap().to_string();
    desk.sandbox.reject_order(&order_id).unwrap();
    assert_eq!(desk.lifecycle.synchronize().await.unwrap().news, 1);
    let events = desk.lifecycle.history(id).await.unwrap().len();
    for _ in 0..3 {
        desk.sandbox.advance_clock(SignedDuration::from_mins(1)).unwrap();
        let report = desk.lifecycle.synchronize().await.unwrap();
        assert_eq!((report.listed, report.news), (1, 0));
    }
    assert_eq!(desk.lifecycle.history(id).await.unwrap().len(), events);
    desk.work().await;
    assert_eq!(desk.told(id, "order_rejected").len(), 1);
}

#[tokio::test]
async fn has_one_of_several_workers_read_the_changes() {
    let sandbox = sandbox_with(true).await;
    let mut policy = WorkerPolicy::default();
    policy.sync = Some(Duration::from_secs(600));
    let desk = Desk::with(sandbox, |builder| builder.policy(policy)).await;
    let workers: Vec<_> = (0..4).map(|_| desk.lifecycle.worker()).collect();
    for turn in 1..=3 {
        let ticks = workers.iter().map(cert_lifecycle::Worker::tick);
        for ticked in futures::future::join_all(ticks).await {
            ticked.unwrap();
        }
        assert_eq!(desk.carried_out("getModifiedOrders"), turn);
        desk.sandbox.advance_clock(SignedDuration::from_secs(600)).unwrap();
    }
}

#[tokio::test]
async fn follows_an_order_by_the_list_of_changes_alone() {
    let sandbox = sandbox_with(true).await;
    let mut policy = WorkerPolicy::default();
    policy.sync = Some(Duration::from_secs(60));
    policy.polls_orders = false;
    let desk = Desk::with(sandbox, |builder| builder.policy(policy)).await;
    let id = desk.sell_offer(any_offer("601"), &form(&[NAME], "dns")).await;
    desk.work().await;
    desk.prove(id).await;
    let service = desk.finish(id).await;
    assert_eq!(service.certificates.len(), 1);
}
