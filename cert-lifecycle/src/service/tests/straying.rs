//! Orders that were given up: how they are told from others, and who is told of them.

use jiff::SignedDuration;

use super::super::*;
use super::world::{World, days, decided, resume};
use crate::authority::OrderProgress;
use crate::{ListedOrder, OrderId, Terms};

/// Orders of every product and kind are listed. A reissue has the code of the order that it reissues, which may have been a
/// renewal.
#[test]
fn looks_for_a_successor_among_the_orders_of_its_product() {
    let world = World::new();
    for (kind, codes) in [("renewal", &["606"][..]), ("reissue", &["601", "606"])] {
        let service = world.service(&format!("{kind} intended")).unwrap();
        let Next::Perform(Effect::SearchOrder(search)) = resume(&service) else { panic!("{kind}") };
        let listed = |product: &str| ListedOrder {
            is_reissue: kind == "reissue",
            product: product.into(),
            ..world.listed(&world.their_order_id(), OrderProgress::Validating)
        };
        for product in ["601", "606", "611"] {
            assert_eq!(search.fits(&listed(product)), codes.contains(&product), "{kind}: {product}");
            let waits = service.may_await(search.kind(), product);
            assert_eq!(waits, codes.contains(&product), "{kind}: {product}");
            let doubts = world.service(&format!("{kind} abandoned")).unwrap();
            assert_eq!(doubts.may_await(search.kind(), product), waits, "{kind}: {product}");
            assert!(!world.service("active").unwrap().may_await(search.kind(), product));
        }
        let listed = listed(codes[0]);
        let others = [
            ListedOrder { is_reissue: !listed.is_reissue, ..listed.clone() },
            ListedOrder { customer: "customer-8".into(), ..listed.clone() },
            ListedOrder { progress: OrderProgress::Rejected, ..listed },
        ];
        assert!(others.iter().all(|other| !search.fits(other)), "{kind}");
    }
}

/// Reissues may share the identifier of the order that they reissue: one that nobody waits for hides none that comes later.
#[test]
fn tells_a_stray_reissue_from_a_later_one_under_the_same_identifier() {
    let world = World::new();
    let service = world.service("reissue abandoned").unwrap();
    let stray = |placed_at| Event::StrayOrder { order_id: world.order_id(), placed_at };
    let listed = world.listed(&world.order_id(), OrderProgress::Validating);
    let later = ListedOrder { placed_at: world.now + days(1), ..listed.clone() };
    let told = world.after(Some(service.clone()), &[stray(Some(world.now))], world.now).unwrap();
    assert!(told.is_stray(&listed) && !told.is_stray(&later));
    let both = world.after(Some(told), &[stray(Some(later.placed_at))], world.now).unwrap();
    assert!(both.is_stray(&listed) && both.is_stray(&later));
    assert_eq!(both.stray_orders, [world.order_id()], "the CA knows them by one name");

    // What was stored before moments were told of says nothing of an identifier that is shared, and all of one that is not.
    let theirs = Event::StrayOrder { order_id: world.their_order_id(), placed_at: None };
    let old = world.after(Some(service), &[stray(None), theirs], world.now).unwrap();
    let their_order = world.listed(&world.their_order_id(), OrderProgress::Validating);
    assert!(!old.is_stray(&listed) && old.is_stray(&their_order));
}

/// Under an identifier that is shared, the CA would cancel the reissue that is under way.
#[test]
fn cancels_no_stray_in_whose_place_another_order_would_end() {
    let world = World::new();
    let theirs = world.their_order_id();
    let strays = [world.order_id(), theirs.clone()];
    let strays = strays.map(|order_id| Event::StrayOrder { order_id, placed_at: Some(world.now) });
    for (name, may_end_its_own) in [
        ("active", true),
        ("reissue abandoned", true),
        ("renewal intended", true),
        ("reissue intended", false),
    ] {
        let service = world.after(world.service(name), &strays, world.now).unwrap();
        assert_eq!(service.may_cancel_stray(&world.order_id()), may_end_its_own, "{name}");
        assert!(service.may_cancel_stray(&theirs), "{name}");
        assert!(!service.may_cancel_stray(&OrderId::from_authority("CA-9")), "{name}: no stray");
    }
    // A first order has an identifier of its own: what it waits for is no stray, whatever was taken for one.
    for (name, may_end_its_own) in [("placed", false), ("issuing", false), ("rejected", true)] {
        let service = world.after(world.service(name), &strays, world.now).unwrap();
        assert_eq!(service.may_cancel_stray(&world.order_id()), may_end_its_own, "{name}");
        assert!(service.may_cancel_stray(&theirs), "{name}");
    }
}

/// The list tells of a stray each time that it changes.
#[test]
fn keeps_a_stray_for_the_next_order_once_and_only_where_none_is_under_way() {
    let world = World::new();
    let stray = Event::StrayOrder { order_id: world.their_order_id(), placed_at: Some(world.now) };
    let after = |name: &str, events: &[Event]| world.after(world.service(name), events, world.now).unwrap();
    let kept = |name: &str| after(name, &[stray.clone(), stray.clone()]).new_strays.len();
    assert_eq!((kept("active"), kept("rejected"), kept("awaiting configuration")), (1, 1, 1));
    assert_eq!((kept("intended"), kept("placed"), kept("issuing"), kept("held")), (0, 0, 0, 0));
    let cancelled = Event::StrayCancelled { order_id: world.their_order_id() };
    let other = Event::StrayOrder { order_id: world.order_id(), placed_at: Some(world.now) };
    let left = after("active", &[stray.clone(), other, cancelled]);
    assert_eq!(left.new_strays, [world.order_id()], "the other is cancelled");
    assert_eq!(left.stray_placements, [(world.order_id(), world.now)]);
}

/// Of two that are found, the reseller is asked about each, and about none that was settled meanwhile.
#[test]
fn asks_about_each_stray_once() {
    let world = World::new();
    let [first, second] = ["CA-8", "CA-9"].map(OrderId::from_authority);
    let stray = |order_id: &OrderId| Event::StrayOrder { order_id: order_id.clone(), placed_at: None };
    let held_for =
        |order_id: &OrderId| Event::Held { reason: HoldReason::StrayOrder { order_id: order_id.clone() } };
    let begun = Event::SuccessorBegun {
        purpose: world.renewal(),
        configuration: world.following(),
        of_itself: false,
    };
    let cancelled = |order_id: &OrderId| Event::StrayCancelled { order_id: order_id.clone() };
    let asked = |events: &[Event]| {
        let service = world.after(world.service("active"), events, world.now).unwrap();
        decided(Some(&service), Command::BeginOrder).unwrap().events
    };
    assert_eq!(asked(&[stray(&first), stray(&second), begun.clone()]), [held_for(&first)]);
    let settled = [stray(&first), stray(&second), begun.clone(), held_for(&first), Event::Resumed];
    assert_eq!(asked(&settled), [held_for(&second)]);

    // One was asked about long ago, and the other is cancelled: the order is placed.
    let known = [stray(&first), begun.clone(), held_for(&first), Event::OrderAbandoned];
    let later = [stray(&second), cancelled(&second), begun];
    assert!(matches!(asked(&[&known[..], &later].concat())[..], [Event::OrderIntended { .. }]));
}

/// The CA lists two that it may be, and tells the key of neither.
#[test]
fn tells_the_reseller_of_a_doubt_that_lasts_and_tidies_up_meanwhile() {
    let world = World::new();
    let terms = Terms::default();
    let service = world.service("reissue abandoned").unwrap();
    let silent = world.now + SignedDuration::from_mins(30);
    let at = silent + terms.patience;
    let advance =
        |service: &Service, now| decide(Some(service), Command::Advance, now, &terms).unwrap().events;
    assert_eq!(advance(&service, at - SignedDuration::from_secs(1)), []);
    let told = advance(&service, at);
    assert_eq!(told, [Event::DoubtLasts { order_id: OrderId::for_attempt(world.id, 2) }]);
    let after = world.after(Some(service.clone()), &told, at).unwrap();
    assert_eq!(advance(&after, at + days(1)), [], "told once");
    let settled = Event::DoubtSettled { order_id: OrderId::for_attempt(world.id, 2) };
    let clear = world.after(Some(service), &[settled], at).unwrap();
    assert_eq!(advance(&clear, at), [], "nothing is in doubt");

    let published = world.service("published").unwrap().published;
    let untidy = Service { published: published.clone(), ..after };
    let next = super::super::resume(&untidy, &terms, silent);
    assert_eq!(next, Next::Perform(Effect::Withdraw(published)));
    let beside = resume_order(&untidy, &terms, silent);
    assert!(matches!(beside, Next::Perform(Effect::SearchOrder(_))), "{beside:?}");
    let proving =
        Service { doubtful_orders: untidy.doubtful_orders.clone(), ..world.service("published").unwrap() };
    let next = super::super::resume(&proving, &terms, silent);
    assert!(
        matches!(next, Next::Perform(Effect::StartCheck { .. })),
        "what is published is the proof: {next:?}"
    );
    let tidy = Service { published: Vec::new(), ..untidy };
    let next = super::super::resume(&tidy, &terms, silent);
    assert!(matches!(next, Next::Perform(Effect::SearchOrder(_))), "{next:?}");
}
