//! Buying exactly once.

use std::sync::Arc;

use jiff::SignedDuration;

use super::super::*;
use super::world::{World, decided, resume};
use crate::authority::{FoundOrder, OrderProgress, PlacedOrder};
use crate::{OrderId, Terms};

#[test]
fn stores_the_intent_before_the_order_can_be_placed() {
    let world = World::new();
    let configured = world.service("configured").unwrap();
    assert_eq!(resume(&configured), Next::Decide(Command::BeginOrder));
    let decision = decided(Some(&configured), Command::BeginOrder).unwrap();
    assert_eq!(decision.events, [Event::OrderIntended { attempt: world.attempt() }]);
    assert!(matches!(decision.effect, Some(Effect::PlaceOrder(_))));
}

#[test]
fn never_places_an_order_on_resuming() {
    let world = World::new();
    for (state, events) in world.histories() {
        let Some(service) = world.replay(&events) else { continue };
        let next = resume(&service);
        let places = matches!(next, Next::Perform(Effect::PlaceOrder(_)) | Next::Poll(Effect::PlaceOrder(_)));
        assert!(!places, "{state}");
    }
}

#[test]
fn looks_before_placing_again_whatever_happened_to_the_attempt() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    assert_eq!(resume(&intended), Next::Perform(world.look(&intended)));

    let decision = decided(Some(&intended), world.lookup(&intended, None)).unwrap();
    let Some(Effect::PlaceOrder(order)) = decision.effect else { panic!("{decision:?}") };
    assert_eq!(order.order_id, world.order_id(), "the same identifier as before");
    assert_eq!(RequestHash::of(&order), world.attempt().request_hash, "the very same order");
}

/// A look that began before somebody else sent the order again says nothing of what that came to.
#[test]
fn believes_no_look_that_began_before_the_service_changed() {
    let world = World::new();
    let before = world.service("intended").unwrap();
    for later in ["resent", "doubted", "taken", "refused"] {
        let service = world.service(later).unwrap();
        let decision = decided(Some(&service), world.lookup(&before, None)).unwrap();
        assert_eq!((decision.events, decision.effect), (vec![], None), "{later}");
    }
}

#[test]
fn never_sends_again_once_the_identifier_is_taken() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let decision = decided(Some(&intended), world.placement(Placement::IdentifierTaken)).unwrap();
    assert_eq!(decision.events, [Event::OrderIdentifierTaken]);
    let taken = world.service("taken").unwrap();
    assert_eq!(resume(&taken), Next::Perform(world.look(&taken)));
    let decision = decided(Some(&taken), world.lookup(&taken, None)).unwrap();
    assert_eq!((decision.events, decision.effect), (vec![], None), "waits for the CA to show it");
}

/// The first call may arrive after the look-up that found nothing, and use up the key: the second is refused for it.
#[test]
fn doubts_a_refusal_while_another_call_may_be_under_way() {
    let world = World::new();
    let resent = world.service("resent").unwrap();
    let refusal = world.placement(Placement::Refused(world.findings()));
    let refused = decided(Some(&resent), refusal).unwrap();
    assert_eq!(refused.events, [Event::OrderRefusalDoubted { findings: world.findings() }]);

    let doubted = world.service("doubted").unwrap();
    assert_eq!(resume(&doubted), Next::Poll(world.look(&doubted)), "looks, but not at once");
    let found = Some(world.found("customer-7", "601"));
    let adopted = decided(Some(&doubted), world.lookup(&doubted, found)).unwrap();
    assert!(matches!(adopted.events[..], [Event::OrderPlaced { adopted: true, .. }]), "{adopted:?}");

    let none_after = |minutes| {
        let now = world.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        decide(Some(&doubted), world.lookup(&doubted, None), now, &Terms::default()).unwrap()
    };
    assert_eq!((none_after(29).events, none_after(29).effect), (vec![], None));
    assert_eq!(none_after(30).events, [Event::OrderRefused { findings: world.findings() }]);
}

/// Given up without certainty, an order is looked for once more before another one is placed.
#[test]
fn looks_for_every_doubtful_order_before_it_places_another() {
    let world = World::new();
    let configured = Event::Configured { configuration: world.configuration.clone() };
    let given_up = [
        [world.history("doubted"), vec![Event::OrderRefused { findings: world.findings() }]].concat(),
        world.history("abandoned"),
    ];
    for events in given_up {
        let events = [events, vec![configured.clone()]].concat();
        let service = world.replay(&events).unwrap();
        let silent = world.now + SignedDuration::from_mins(30);
        let terms = Terms::default();
        assert_eq!(super::super::resume(&service, &terms, silent), Next::Perform(world.look(&service)));
        assert!(decided(Some(&service), Command::BeginOrder).is_err(), "before the look");

        let none = decide(Some(&service), world.lookup(&service, None), silent, &terms).unwrap();
        let after = world.replay(&[events.clone(), none.events].concat()).unwrap();
        let Next::Decide(begin) = resume(&after) else { panic!("{:?}", resume(&after)) };
        let Some(Effect::PlaceOrder(order)) = decided(Some(&after), begin).unwrap().effect else { panic!() };
        assert_eq!(order.order_id, OrderId::for_attempt(world.id, 2));

        let found = Some(world.found("customer-7", "601"));
        let stray = decided(Some(&service), world.lookup(&service, found)).unwrap();
        let after = world.replay(&[events, stray.events].concat()).unwrap();
        assert_eq!(after.state.kind(), StateKind::Held, "another one would be a second purchase");
        assert_eq!(after.stray_orders, [world.order_id()]);
    }
}

/// A call may be under way for half an hour: whoever gives up earlier, and orders anew, waits for the rest of it.
#[test]
fn does_not_look_for_what_was_given_up_while_a_call_for_it_may_arrive() {
    let world = World::new();
    let terms = Terms::default();
    let at = |minutes| world.now + SignedDuration::from_mins(minutes);
    let configured = Event::Configured { configuration: world.configuration.clone() };
    let sent_again = world.after(world.service("intended"), &[Event::OrderNotFound], at(20));
    for (given_up, silent) in [(world.service("intended"), at(30)), (sent_again, at(50))] {
        let again = [Event::OrderAbandoned, configured.clone()];
        let service = world.after(given_up, &again, at(21)).unwrap();
        let early = silent - SignedDuration::from_secs(1);
        assert_eq!(super::super::resume(&service, &terms, early), Next::Rest);
        assert_eq!(next_moment(&service, &terms, early), Some(silent), "wakes up in time");
        let none = |now| decide(Some(&service), world.lookup(&service, None), now, &terms).unwrap().events;
        assert_eq!(none(early), [], "says nothing of a call that arrives later");

        assert_eq!(super::super::resume(&service, &terms, silent), Next::Perform(world.look(&service)));
        assert_eq!(none(silent), [Event::DoubtSettled { order_id: world.order_id() }]);
        let found = Some(world.found("customer-7", "601"));
        let stray = decided(Some(&service), world.lookup(&service, found)).unwrap();
        assert!(matches!(stray.events[..], [Event::StrayOrder { .. }, Event::Held { .. }]), "{stray:?}");
    }
}

/// Nobody has to ask for another order: what may stand at the CA is looked for all the same.
#[test]
fn looks_for_what_was_given_up_though_nobody_asks_for_another() {
    let world = World::new();
    let terms = Terms::default();
    let at = |minutes| world.now + SignedDuration::from_mins(minutes);
    let sent_again = world.after(world.service("intended"), &[Event::OrderNotFound], at(20));
    for (given_up, silent) in [(world.service("intended"), at(30)), (sent_again, at(50))] {
        let service = world.after(given_up, &[Event::OrderAbandoned], at(21)).unwrap();
        let early = silent - SignedDuration::from_secs(1);
        assert_eq!(super::super::resume(&service, &terms, early), Next::Rest);
        assert_eq!(next_moment(&service, &terms, early), Some(silent), "wakes up in time");
        assert_eq!(super::super::resume(&service, &terms, silent), Next::Perform(world.look(&service)));

        let none = decide(Some(&service), world.lookup(&service, None), silent, &terms).unwrap();
        assert_eq!(none.events, [Event::DoubtSettled { order_id: world.order_id() }]);
        let after = world.after(Some(service), &none.events, silent).unwrap();
        assert_eq!(super::super::resume(&after, &terms, silent), Next::Rest, "looked for once");
    }
    let terminated = Event::RunningChanged { running: Running::Terminated };
    let ended = world.after(world.service("abandoned"), &[terminated], at(1)).unwrap();
    let next = super::super::resume(&ended, &terms, at(30));
    assert_eq!(next, Next::Perform(world.look(&ended)), "what was sent is not forgotten");
}

/// With the call's own bound, nothing that was sent is under way any more when somebody comes to look for it.
#[test]
fn sends_nothing_later_than_five_minutes_after_the_intent() {
    let world = World::new();
    let at = |minutes| world.now + SignedDuration::from_mins(minutes);
    let intended = world.service("intended");
    let again = world.after(intended.clone(), &[Event::OrderNotFound], at(20)).unwrap();
    for (service, last) in [(intended.unwrap(), at(5)), (again, at(25))] {
        assert!(!service.is_late_to_send(last - SignedDuration::from_secs(1)));
        assert!(service.is_late_to_send(last));
    }
    assert!(world.service("abandoned").unwrap().is_late_to_send(world.now), "nothing is to be sent");
}

/// What is found while nothing is under way is told, and asked about before another order is placed: once.
#[test]
fn asks_about_what_was_found_before_another_order_is_placed() {
    let world = World::new();
    let silent = world.now + SignedDuration::from_mins(30);
    let given_up = world.service("abandoned").unwrap();
    let found = Some(world.found("customer-7", "601"));
    let told = decide(Some(&given_up), world.lookup(&given_up, found), silent, &Terms::default()).unwrap();
    assert_eq!(told.events, [Event::StrayOrder { order_id: world.order_id(), placed_at: None }]);
    let stray = world.after(Some(given_up), &told.events, silent).unwrap();
    assert!(stray.doubtful_orders.is_empty());
    assert_eq!((resume(&stray), stray.state.kind()), (Next::Rest, StateKind::AwaitingConfiguration));

    let again = Event::Configured { configuration: world.configuration.clone() };
    let begin = |service: &Service| decided(Some(service), Command::BeginOrder).unwrap();
    let configured = world.after(Some(stray.clone()), std::slice::from_ref(&again), silent).unwrap();
    let reason = HoldReason::StrayOrder { order_id: world.order_id() };
    let held = begin(&configured);
    assert_eq!((&held.events[..], held.effect), (&[Event::Held { reason }][..], None));

    let resumed = [held.events, vec![Event::Resumed]].concat();
    let resumed = world.after(Some(configured), &resumed, silent).unwrap();
    assert!(matches!(begin(&resumed).effect, Some(Effect::PlaceOrder(_))), "the reseller was asked");
    let cancelled = [Event::StrayCancelled { order_id: world.order_id() }, again];
    let cancelled = world.after(Some(stray), &cancelled, silent).unwrap();
    assert!(matches!(begin(&cancelled).effect, Some(Effect::PlaceOrder(_))), "it is no more");
}

#[test]
fn uses_a_new_identifier_only_after_a_clear_refusal() {
    let world = World::new();
    let refused = world.service("refused").unwrap();
    assert_eq!(refused.refusal.unwrap().findings, world.findings());
    assert!(refused.doubtful_orders.is_empty(), "it was sent once, by whoever got the refusal");
    let configured = Event::Configured { configuration: world.configuration.clone() };
    let again = world.replay(&[world.history("refused"), vec![configured]].concat()).unwrap();
    let decision = decided(Some(&again), Command::BeginOrder).unwrap();
    let Some(Effect::PlaceOrder(order)) = decision.effect else { panic!("{decision:?}") };
    assert_eq!(order.order_id, OrderId::for_attempt(world.id, 2));
}

/// Whoever learns of an order too late, by a yes, by a look, or by its identifier being taken.
#[test]
fn keeps_an_order_that_nobody_waits_for_any_more() {
    let world = World::new();
    let order_id = OrderId::for_attempt(world.id, 9);
    for (name, events) in world.histories() {
        let Some(service) = world.replay(&events) else { continue };
        let product = service.offer.product.code.as_str();
        let found = FoundOrder { order_id: order_id.clone(), ..world.found("customer-7", product) };
        let placed = PlacedOrder { order_id: order_id.clone(), code: None };
        let late = [
            Command::RecordPlacement { order_id: order_id.clone(), placement: Placement::Placed(placed) },
            Command::RecordPlacement { order_id: order_id.clone(), placement: Placement::IdentifierTaken },
            Command::RecordLookup { order_id: order_id.clone(), found: Some(found), seen_version: 0 },
        ];
        for command in &late {
            let decision = decided(Some(&service), command.clone()).unwrap();
            let stray = Event::StrayOrder { order_id: order_id.clone(), placed_at: None };
            assert_eq!(decision.events.first(), Some(&stray), "{name}: {command:?}");
            let after = world.replay(&[events.clone(), decision.events].concat()).unwrap();
            let again = decided(Some(&after), command.clone()).unwrap();
            assert_eq!(again.events, [], "{name}: told twice");
        }
    }
}

/// The very order of the attempt, told late: no state forgets it.
#[test]
fn knows_of_its_own_order_whenever_it_is_told() {
    let world = World::new();
    let placed = PlacedOrder { order_id: world.order_id(), code: Some(world.code()) };
    for (name, events) in world.histories() {
        if ["nothing", "configured", "awaiting configuration"].contains(&name) {
            continue;
        }
        let service = world.replay(&events).unwrap();
        let decision = decided(Some(&service), world.placement(Placement::Placed(placed.clone()))).unwrap();
        let after = world.replay(&[events, decision.events].concat()).unwrap();
        assert!(after.knows_order(&world.order_id()), "{name}: {after:?}");
    }
    let held = world.service("held").unwrap();
    let decision = decided(Some(&held), world.placement(Placement::Placed(placed))).unwrap();
    assert!(matches!(decision.events[..], [Event::OrderPlaced { .. }]), "held: {decision:?}");
}

/// A yes under another identifier is a purchase all the same: ours is never sent again.
#[test]
fn never_orders_again_after_a_yes_under_another_identifier() {
    let world = World::new();
    let theirs = OrderId::from_authority("CA-4711");
    let placed = PlacedOrder { order_id: theirs.clone(), code: None };
    let intended = world.service("intended").unwrap();
    let decision = decided(Some(&intended), world.placement(Placement::Placed(placed))).unwrap();
    let events = [world.history("intended"), decision.events, vec![Event::Resumed]].concat();
    let resumed = world.replay(&events).unwrap();
    assert_eq!(resumed.stray_orders, [theirs]);
    let none = decided(Some(&resumed), world.lookup(&resumed, None)).unwrap();
    assert_eq!((none.events, none.effect), (vec![], None));
}

#[test]
fn takes_no_refusal_of_one_attempt_for_another() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let order_id = OrderId::for_attempt(world.id, 9);
    let placement = Placement::Refused(world.findings());
    assert!(decided(Some(&intended), Command::RecordPlacement { order_id, placement }).is_err());
}

#[test]
fn adopts_only_the_order_that_was_placed() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    let event = |found: FoundOrder| {
        decided(Some(&intended), world.lookup(&intended, Some(found))).unwrap().events.remove(0)
    };
    let adopted = event(world.found("customer-7", "601"));
    assert!(matches!(adopted, Event::OrderPlaced { adopted: true, code: None, .. }));
    let other_id =
        FoundOrder { order_id: OrderId::for_attempt(world.id, 9), ..world.found("customer-7", "601") };
    for foreign in [world.found("customer-8", "601"), world.found("customer-7", "741"), other_id] {
        let held = event(foreign);
        assert!(matches!(held, Event::Held { reason: HoldReason::ForeignOrder { .. } }), "{held:?}");
    }
}

#[test]
fn adopts_an_order_with_however_far_it_has_come() {
    let world = World::new();
    let intended = world.service("intended").unwrap();
    for (progress, state) in [
        (OrderProgress::Validating, StateKind::Validating),
        (OrderProgress::Accepted, StateKind::Issuing),
        (OrderProgress::Issued, StateKind::Issuing),
        (OrderProgress::Rejected, StateKind::Rejected),
    ] {
        let found = FoundOrder { progress, ..world.found("customer-7", "601") };
        let events = decided(Some(&intended), world.lookup(&intended, Some(found))).unwrap().events;
        let after = world.replay(&[world.history("intended"), events].concat()).unwrap();
        assert_eq!(after.state.kind(), state);
    }
}

#[test]
fn holds_a_service_whose_order_would_no_longer_be_the_same() {
    let world = World::new();
    let mut intended = world.service("intended").unwrap();
    Arc::make_mut(&mut intended.offer).product.code = "741".parse().unwrap();
    let decision = decided(Some(&intended), world.lookup(&intended, None)).unwrap();
    assert_eq!(decision.events, [Event::Held { reason: HoldReason::RequestChanged }]);
    assert_eq!(decision.effect, None);
}

#[test]
fn asks_the_reseller_when_no_answer_is_ever_clear_and_tries_again_when_told_to() {
    let world = World::new();
    let mut events = world.history("intended");
    let mut send_until_held = || {
        for sends in 0.. {
            let service = world.replay(&events).unwrap();
            let decision = decided(Some(&service), world.lookup(&service, None)).unwrap();
            let sent = matches!(decision.effect, Some(Effect::PlaceOrder(_)));
            events.extend(decision.events);
            if !sent {
                assert_eq!(events.last(), Some(&Event::Held { reason: HoldReason::NoClearAnswer }));
                events.push(Event::Resumed);
                return sends;
            }
        }
        panic!("a loop without an end ended")
    };
    assert_eq!(send_until_held(), 11, "besides the first");
    assert_eq!(send_until_held(), 12, "after the reseller has resumed it");
    // Sent before, it is doubted for good.
    let service = world.replay(&events).unwrap();
    let refused = decided(Some(&service), world.placement(Placement::Refused(world.findings()))).unwrap();
    assert!(matches!(refused.events[..], [Event::OrderRefusalDoubted { .. }]));
}

#[test]
fn goes_on_from_where_it_stood_when_resumed() {
    let world = World::new();
    let held = world.service("held").unwrap();
    assert_eq!(held.state.order_id(), Some(&world.order_id()));
    let resumed = world.replay(&[world.history("held"), vec![Event::Resumed]].concat()).unwrap();
    assert_eq!(resume(&resumed), Next::Perform(world.look(&resumed)), "looks before anything else");
}
