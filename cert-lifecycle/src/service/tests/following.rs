//! Certificates that follow others, keys, and orders whose identifier is the CA's to choose.

use jiff::SignedDuration;

use cert_domain::Finding;

use super::super::*;
use super::world::{World, days, decided, request, resume};
use crate::authority::{Cancellation, OrderKind, OrderProgress, PlacedOrder, Purpose};
use crate::{OrderId, Terms};

fn succeed(world: &World, purpose: Purpose) -> Command {
    Command::Succeed { purpose, configuration: Box::new(world.following()) }
}

fn events(service: &Service, command: Command) -> Vec<Event> {
    decided(Some(service), command).unwrap().events
}

#[test]
fn has_at_most_one_successor_open() {
    let world = World::new();
    for (name, history) in world.histories() {
        let Some(service) = world.replay(&history) else { continue };
        let is_open = matches!(
            service.state.suspended(),
            State::Ordering(_) | State::Validating(_) | State::Issuing(_)
        );
        for purpose in [world.renewal(), world.reissue()] {
            let taken = decided(Some(&service), succeed(&world, purpose)).is_ok();
            assert!(!(is_open && taken), "{name}");
        }
    }
}

#[test]
fn goes_back_to_its_certificate_when_a_successor_comes_to_nothing() {
    let world = World::new();
    for kind in ["renewal", "reissue"] {
        for end in ["refused", "rejected", "abandoned"] {
            let service = world.service(&format!("{kind} {end}")).unwrap();
            assert_eq!((&service.state, service.certificates.len()), (&State::Active, 1), "{kind} {end}");
            assert_eq!(service.draft, None, "no form is left to fill in");
        }
        let cancelling = Event::OrderCancelling { replaces: false };
        let history = [world.history(&format!("{kind} placed")), vec![cancelling]].concat();
        let service = world.replay(&history).unwrap();
        assert_eq!(resume(&service), Next::Perform(Effect::CancelOrder(world.their_order_id())));
        let cancelled = Command::RecordCancellation {
            order_id: world.their_order_id(),
            cancellation: Cancellation::Cancelled,
        };
        let told = events(&service, cancelled);
        let service = world.after(Some(service), &told, world.now).unwrap();
        assert_eq!(service.state, State::Active);
    }
}

#[test]
fn waits_before_it_begins_again_by_itself_whatever_the_last_order_came_to() {
    let world = World::new();
    let begin_at = world.now + days(150);
    for history in ["reissue refused", "reissue rejected"].map(|name| world.history(name)) {
        // It all happens when a reissue is due.
        let (before, late) = history.split_at(world.history("active").len());
        let service = world.after(world.replay(before), late, begin_at).unwrap();
        let begins_at = |now| begins(service.clone(), now);
        assert!(!begins_at(begin_at + SignedDuration::from_hours(23)), "{:?}", history.last());
        assert!(begins_at(begin_at + SignedDuration::from_hours(24)), "{:?}", history.last());
    }
}

/// Whoever has cancelled or given up an order does not want the same again, unless he asks, pays or brings a request.
#[test]
fn begins_nothing_by_itself_after_somebody_stopped_it() {
    let world = World::new();
    let late = world.now + days(160);
    let cancelled = [world.history("reissue placed"), vec![Event::OrderCancelled]].concat();
    for history in [world.history("reissue abandoned"), cancelled] {
        let service = world.replay(&history).unwrap();
        assert!(service.keeps_back && !begins(service.clone(), late), "{:?}", history.last());
        let request = world.following().request().clone();
        let brought = [Event::RequestStored { request, is_made: false }];
        let asked = world.after(Some(service), &brought, late).unwrap();
        assert!(begins(asked, late), "{:?}", history.last());
    }
}

/// Whether a successor is begun among all that is due.
fn begins(service: Service, now: jiff::Timestamp) -> bool {
    let terms = Terms::default();
    let mut service = service;
    loop {
        let due = decide(Some(&service), Command::Advance, now, &terms).unwrap().events;
        match due.as_slice() {
            [] => return false,
            [Event::SuccessorBegun { .. }] => return true,
            _ => {}
        }
        for event in due {
            service = apply(service.id, Some(service), RecordedEvent { at: now, by: None, event }).unwrap();
        }
    }
}

#[test]
fn gives_a_refused_form_back_to_whoever_filled_it_in() {
    let world = World::new();
    for name in ["refused", "abandoned", "rejected", "cancelled", "replaced order"] {
        let service = world.service(name).unwrap();
        assert_eq!(service.draft, Some(world.configuration.to_form()), "{name}");
    }
}

/// A mistyped name is no dead end: the order is cancelled, and the form comes back.
#[test]
fn orders_anew_under_the_same_service_once_an_order_is_replaced() {
    let world = World::new();
    let service = world.service("replaced order").unwrap();
    assert_eq!(service.state, State::AwaitingConfiguration);
    let configured = events(&service, Command::Configure(world.configuration.clone()));
    let service = world.after(Some(service), &configured, world.now).unwrap();
    let Some(Effect::PlaceOrder(order)) = decided(Some(&service), Command::BeginOrder).unwrap().effect else {
        panic!("{service:?}")
    };
    assert_eq!(order.order_id, OrderId::for_attempt(world.id, 2), "an identifier of its own");
}

#[test]
fn keeps_the_certificate_of_an_order_that_was_cancelled_too_late() {
    let world = World::new();
    let service = world.service("cancelling").unwrap();
    let too_late =
        Command::RecordCancellation { order_id: world.order_id(), cancellation: Cancellation::TooLate };
    let decision = decided(Some(&service), too_late).unwrap();
    assert_eq!(decision.events, [Event::CancellingRefused]);
    assert_eq!(decision.effect, Some(Effect::ReadReport(world.order_id())));
}

#[test]
fn takes_no_key_for_a_second_order() {
    let world = World::new();
    let used = world.configuration.clone();
    let active = world.service("active").unwrap();
    let renew = |configuration: &cert_domain::Configuration| Command::Succeed {
        purpose: world.renewal(),
        configuration: Box::new(configuration.clone()),
    };
    assert!(decided(Some(&active), renew(&used)).is_err());
    assert!(decided(Some(&active), Command::StoreRequest(used.request().clone())).is_err());
    assert!(decided(Some(&active), renew(&world.following())).is_ok());

    // What became of an order that the CA took and never certified leaves the key as good as new.
    let rejected = world.service("renewal rejected").unwrap();
    assert!(decided(Some(&rejected), renew(&world.following())).is_ok());
    let renewed = world.service("renewed").unwrap();
    let again = Command::Succeed {
        purpose: Purpose::Renewal { serial_number: "B2".into() },
        configuration: Box::new(world.following()),
    };
    assert!(decided(Some(&renewed), again).is_err());
}

#[test]
fn lets_a_reissue_keep_its_key_and_no_other() {
    let world = World::new();
    let renewed = world.service("renewed").unwrap();
    let reissue = |serial_number: &str| Command::Succeed {
        purpose: Purpose::Reissue { serial_number: serial_number.into(), added: Vec::new() },
        configuration: Box::new(world.following()),
    };
    assert!(decided(Some(&renewed), reissue("B2")).is_ok());
    assert!(decided(Some(&renewed), reissue("A1")).is_err(), "the key of another certificate");
    assert!(decided(Some(&renewed), reissue("D4")).is_err(), "no certificate of the service's");
}

#[test]
fn follows_each_certificate_by_one_purchase_and_one_reissue() {
    let world = World::new();
    let follows = |name: &str, purpose: Purpose| {
        let configuration = Box::new(world.configuration.with_request(world.spare.clone()));
        decided(world.service(name).as_ref(), Command::Succeed { purpose, configuration }).is_ok()
    };
    assert!(follows("active", world.renewal()) && follows("active", world.reissue()));
    assert!(!follows("renewed", world.renewal()) && !follows("reissued", world.reissue()));
    assert!(follows("reissued", world.renewal()), "a reissue is no purchase");
}

/// A request that is kept for the next certificate while the very same is ordered would be used twice.
#[test]
fn keeps_no_request_whose_key_an_order_has_used_up() {
    let world = World::new();
    let request = world.configuration.request().clone();
    let stored = |before: &str| {
        let service = world.service(before).unwrap();
        events(&service, Command::StoreRequest(request.clone()))
    };
    let rest = world.history("placed").split_off(world.history("awaiting configuration").len());
    let before_the_form =
        [world.history("awaiting configuration"), stored("awaiting configuration"), rest].concat();
    let before_the_answer = [world.history("intended"), stored("intended"), vec![world.placed()]].concat();
    for history in [before_the_form, before_the_answer] {
        assert_eq!(world.replay(&history).unwrap().stored_request, None);
    }

    let other = Event::RequestStored { request: world.spare.clone(), is_made: false };
    let history = [world.history("intended"), vec![other, world.placed()]].concat();
    assert!(world.replay(&history).unwrap().stored_request.is_some(), "another key waits for its turn");
}

#[test]
fn replaces_a_stored_request_by_a_later_one_and_never_by_one_of_its_own() {
    let world = World::new();
    let service = world.service("with a request").unwrap();
    assert_eq!(events(&service, Command::StoreRequest(world.spare.clone())), []);
    assert_eq!(events(&service, Command::RecordRequest(world.next)), []);
    let later = request();
    let stored = Event::RequestStored { request: later.clone(), is_made: false };
    assert_eq!(events(&service, Command::StoreRequest(later)), [stored]);
}

/// The CA chooses what renewals and reissues are called: it is looked for by whom it is for, its names and its key.
#[test]
fn adopts_the_one_order_that_can_be_the_one_whose_answer_was_lost() {
    let world = World::new();
    for kind in ["renewal", "reissue"] {
        let service = world.service(&format!("{kind} intended")).unwrap();
        let Next::Perform(Effect::SearchOrder(search)) = resume(&service) else { panic!("{kind}") };
        assert_eq!(search.is_reissue, kind == "reissue");
        assert_eq!(search.known, ["A1"], "a certificate of its own is none that was lost");
        let found = |candidates: Vec<Candidate>| {
            let order_id = search.order_id.clone();
            let (seen_version, began_at) = (service.version, world.now);
            let command = Command::RecordSearch { order_id, candidates, seen_version, began_at };
            decided(Some(&service), command).unwrap()
        };
        let candidate = world.candidate("CA-2", OrderProgress::Validating);
        let adopted = found(vec![candidate.clone()]);
        let placed = Event::OrderPlaced { order_id: world.their_order_id(), code: None, adopted: true };
        assert_eq!(adopted.events, [placed]);

        // None: the very same order goes out again.
        let none = found(Vec::new());
        assert_eq!(none.events, [Event::OrderNotFound]);
        let Some(Effect::PlaceOrder(order)) = none.effect else { panic!("{kind}") };
        assert_eq!(order.configuration, world.following());

        // One that another service may have placed, or two: the CA takes the very same order if it has none for the key.
        let claimed = Candidate { is_claimed: true, ..candidate.clone() };
        let two = vec![candidate.clone(), world.candidate("CA-3", OrderProgress::Validating)];
        for unclear in [vec![claimed.clone()], two.clone()] {
            let sent = found(unclear);
            assert_eq!(sent.events, [Event::OrderNotFound]);
            assert_eq!(sent.effect, Some(Effect::PlaceOrder(order.clone())));
        }

        // It refused, since it has one: the only one is ours, and of several only the reseller can tell.
        let finding = Finding::stated(1032, "CSR", "in use", "w użyciu");
        let refused = [Event::OrderNotFound, Event::OrderRefusalDoubted { findings: finding.into() }];
        let doubting = world.after(Some(service.clone()), &refused, world.now).unwrap();
        let found = |candidates: Vec<Candidate>| {
            let order_id = search.order_id.clone();
            let (seen_version, began_at) = (doubting.version, world.now);
            let command = Command::RecordSearch { order_id, candidates, seen_version, began_at };
            decided(Some(&doubting), command).unwrap()
        };
        // It refused for something else: that says nothing of whether it has ours.
        let refused = [Event::OrderNotFound, Event::OrderRefusalDoubted { findings: world.findings() }];
        let refusing = world.after(Some(service.clone()), &refused, world.now).unwrap();
        let unclear = Command::RecordSearch {
            order_id: search.order_id.clone(),
            candidates: vec![claimed.clone()],
            seen_version: refusing.version,
            began_at: world.now,
        };
        let later = world.now + SignedDuration::from_mins(30);
        let told = decide(Some(&refusing), unclear, later, &Terms::default()).unwrap().events;
        assert_eq!(told, [Event::OrderRefused { findings: world.findings() }], "{kind}");

        // Until the CA surely lists ours, the only one may be the other service's: a look that began before says no more.
        let at = |minutes| world.now + SignedDuration::from_mins(minutes);
        let found_by_look = |began_at, now| {
            let (order_id, candidates) = (search.order_id.clone(), vec![claimed.clone()]);
            let seen_version = doubting.version;
            let command = Command::RecordSearch { order_id, candidates, seen_version, began_at };
            decide(Some(&doubting), command, now, &Terms::default()).unwrap().events
        };
        for began in [0, 29] {
            assert_eq!(
                (found_by_look(at(began), at(29)), found_by_look(at(began), at(31))),
                (vec![], vec![])
            );
        }
        let adopted = found_by_look(at(30), at(30));
        assert!(matches!(adopted[..], [Event::OrderPlaced { adopted: true, .. }]), "{kind}");
        let held = found(two).events;
        assert!(matches!(held[..], [Event::Held { reason: HoldReason::SeveralOrders { .. } }]), "{held:?}");
        // About to be issued, they are about to tell their keys.
        let soon = ["CA-2", "CA-3"].map(|order_id| world.candidate(order_id, OrderProgress::Accepted));
        assert_eq!(found(soon.to_vec()).events, []);
    }
}

#[test]
fn takes_no_order_for_its_own_that_has_other_names_or_another_key() {
    let world = World::new();
    let service = world.service("renewal intended").unwrap();
    let candidate = |names: &[&str], key| Candidate {
        names: names.iter().map(ToString::to_string).collect(),
        key,
        ..world.candidate("CA-2", OrderProgress::Validating)
    };
    let own_key = world.next.public_key_hash();
    let is_adopted = |candidate: Candidate| {
        let command = Command::RecordSearch {
            order_id: OrderId::for_attempt(world.id, 2),
            candidates: vec![candidate],
            seen_version: service.version,
            began_at: world.now,
        };
        matches!(events(&service, command).first(), Some(Event::OrderPlaced { .. }))
    };
    for (names, key, is_ours) in [
        (&["shop.example.com"][..], Some(own_key), true),
        (&[], None, true),
        (&["www.shop.example.com"], None, true),
        (&["shop.example.com", "other.example.com"], Some(own_key), false),
        (&["other.example.com"], None, false),
        (&["shop.example.com"], Some(world.configuration.request().public_key_hash()), false),
    ] {
        assert_eq!(is_adopted(candidate(names, key)), is_ours, "{names:?} {key:?}");
    }
    assert!(!is_adopted(world.candidate("CA-2", OrderProgress::Rejected)), "it is over");
}

/// The search began before somebody else sent the order again.
#[test]
fn believes_no_search_that_found_nothing_before_the_service_changed() {
    let world = World::new();
    let before = world.service("renewal intended").unwrap();
    for later in ["renewal resent", "renewal doubted", "renewal in doubt"] {
        let service = world.service(later).unwrap();
        let order_id = OrderId::for_attempt(world.id, 2);
        let search = |candidates, seen_version| {
            let (order_id, began_at) = (order_id.clone(), world.now);
            let command = Command::RecordSearch { order_id, candidates, seen_version, began_at };
            decided(Some(&service), command).unwrap()
        };
        let stale = search(Vec::new(), before.version);
        assert_eq!((stale.events, stale.effect), (vec![], None), "{later}");
        // What was found was there all the same.
        let found = search(vec![world.candidate("CA-2", OrderProgress::Validating)], before.version);
        assert!(!found.events.is_empty(), "{later}");
    }
}

/// Given up without certainty, and found after all: under a name of its own, or under that of the order before.
#[test]
fn holds_a_service_before_it_follows_a_certificate_twice() {
    let world = World::new();
    for kind in ["renewal", "reissue"] {
        for found in [world.their_order_id(), world.order_id()] {
            let service = world.service(&format!("{kind} in doubt")).unwrap();
            let silent = world.now + SignedDuration::from_mins(30);
            let next = super::super::resume(&service, &Terms::default(), silent);
            let Next::Perform(Effect::SearchOrder(search)) = next else { panic!("{kind}") };
            let command = Command::RecordSearch {
                order_id: search.order_id.clone(),
                candidates: vec![world.candidate(found.as_str(), OrderProgress::Validating)],
                seen_version: search.seen_version,
                began_at: search.began_at,
            };
            let told = events(&service, command);
            let after = world.after(Some(service), &told, world.now).unwrap();
            let reason = HoldReason::StrayOrder { order_id: found.clone() };
            assert!(matches!(&after.state, State::Held { reason: held, .. } if *held == reason), "{told:?}");
            assert!(after.knows_order(&found) && after.doubtful_orders.is_empty(), "{kind}");

            // Then the reseller goes on, or keeps what was found.
            let resumed = world.after(Some(after.clone()), &[Event::Resumed], world.now).unwrap();
            assert_eq!(resume(&resumed), Next::Decide(Command::BeginOrder));
            let abandoned = events(&after, Command::Abandon);
            let let_go = world.after(Some(after), &abandoned, world.now).unwrap();
            assert_eq!((let_go.state, let_go.doubtful_orders.len()), (State::Active, 0));
        }
    }
}

/// The same while nothing is under way: the stray tells of it, and the next order is held for it.
#[test]
fn records_what_is_found_of_a_successor_that_was_given_up() {
    let world = World::new();
    let silent = world.now + SignedDuration::from_mins(30);
    for kind in ["renewal", "reissue"] {
        for found in [world.their_order_id(), world.order_id()] {
            let service = world.service(&format!("{kind} abandoned")).unwrap();
            let next = super::super::resume(&service, &Terms::default(), silent);
            let Next::Perform(Effect::SearchOrder(search)) = next else { panic!("{kind}: {next:?}") };
            let search_of = |candidates| {
                let (order_id, seen_version) = (search.order_id.clone(), search.seen_version);
                let began_at = search.began_at;
                let command = Command::RecordSearch { order_id, candidates, seen_version, began_at };
                decide(Some(&service), command, silent, &Terms::default()).unwrap().events
            };
            let settled = Event::DoubtSettled { order_id: search.order_id.clone() };
            assert_eq!(search_of(Vec::new()), std::slice::from_ref(&settled));
            let rejected = world.candidate(found.as_str(), OrderProgress::Rejected);
            assert_eq!(search_of(vec![rejected]), std::slice::from_ref(&settled), "{kind}: it is over");

            let candidate = world.candidate(found.as_str(), OrderProgress::Validating);
            let claimed = Candidate { is_claimed: true, ..candidate.clone() };
            let two = vec![candidate.clone(), world.candidate("CA-3", OrderProgress::Validating)];
            for unclear in [vec![claimed], two] {
                assert_eq!(search_of(unclear), [], "{kind}: one of them will tell its key");
            }
            // One that tells its key is certain, and nothing waits for it all the same.
            let certain = Candidate { key: Some(world.next.public_key_hash()), ..candidate.clone() };
            let told = search_of(vec![candidate]);
            assert_eq!(search_of(vec![certain]), told, "{kind}");
            let stray = Event::StrayOrder { order_id: found.clone(), placed_at: Some(world.now) };
            assert_eq!(told, [stray, settled]);
            let after = world.after(Some(service.clone()), &told, silent).unwrap();
            assert!(
                after.new_strays == std::slice::from_ref(&found) && after.doubtful_orders.is_empty(),
                "{kind}"
            );
            assert_eq!(resume(&after), Next::Rest);
        }
    }
}

#[test]
fn believes_the_clear_answer_to_a_renewal_under_the_cas_own_name() {
    let world = World::new();
    let service = world.service("renewal intended").unwrap();
    let placed = PlacedOrder { order_id: world.their_order_id(), code: None };
    let placement = Placement::Placed(placed);
    let told =
        events(&service, Command::RecordPlacement { order_id: OrderId::for_attempt(world.id, 2), placement });
    let after = world.after(Some(service), &told, world.now).unwrap();
    assert_eq!(after.state.order_id(), Some(&world.their_order_id()));
    assert_eq!(after.purpose().map(Purpose::kind), Some(OrderKind::Renewal));
}

#[test]
fn dates_the_end_of_a_replaced_certificate() {
    let world = World::new();
    let reissued = world.service("reissued").unwrap();
    assert_eq!(reissued.certificates[0].replaced_at, Some(world.now));
    assert_eq!(reissued.certificate().unwrap().kind, OrderKind::Reissue);
    let renewed = world.service("renewed").unwrap();
    assert_eq!(renewed.certificates[0].replaced_at, None, "a renewal ends nothing");
}

/// Certificates are revoked by whoever says so, with a reason, and once.
#[test]
fn revokes_only_what_somebody_wants_revoked() {
    let world = World::new();
    for (name, history) in world.histories() {
        let Some(service) = world.replay(&history) else { continue };
        let Next::Perform(Effect::Revoke(revocation)) = resume(&service) else { continue };
        assert_eq!((name, *revocation), ("revoking", world.revocation()));
    }
    let revoked = world.service("revoked").unwrap();
    assert_eq!(events(&revoked, Command::Revoke(world.revocation())), []);
    assert!(!revoked.certificates[0].is_in_force(world.now));
    let active = world.service("active").unwrap();
    let unasked = Command::RecordRevocation { serial_number: "A1".into(), refusal: None };
    assert_eq!(events(&active, unasked), [], "nobody asked for it");
}

#[test]
fn does_not_touch_the_ca_when_it_pauses_or_ends() {
    let world = World::new();
    for (name, history) in world.histories() {
        let Some(service) = world.replay(&history) else { continue };
        for running in [Running::Running, Running::Suspended, Running::Terminated] {
            let Ok(decision) = decided(Some(&service), Command::SetRunning(running)) else { continue };
            assert_eq!(decision.effect, None, "{name}");
            let after = world.after(Some(service.clone()), &decision.events, world.now).unwrap();
            assert_eq!(
                (after.state, after.certificates),
                (service.state.clone(), service.certificates.clone())
            );
        }
    }
}

#[test]
fn buys_nothing_for_a_service_that_has_ended() {
    let world = World::new();
    let service = world.service("terminated before the order").unwrap();
    assert_eq!(resume(&service), Next::Rest);
    assert!(decided(Some(&service), Command::BeginOrder).is_err());
    let under_way = world.service("terminated before the answer").unwrap();
    assert_eq!(resume(&under_way), Next::Perform(world.look(&under_way)), "what was sent is not forgotten");
}

/// A reissue may have the identifier of one before, which was rejected and is listed beside it.
#[test]
fn ends_no_reissue_because_one_before_was_rejected() {
    let world = World::new();
    let listed = |is_reissue| {
        let order = world.listed(&world.their_order_id(), OrderProgress::Rejected);
        Command::RecordListed(Box::new(crate::ListedOrder { is_reissue, ..order }))
    };
    for name in ["reissue placed", "reissue issuing"] {
        assert_eq!(events(&world.service(name).unwrap(), listed(true)), [], "{name}");
    }
    for name in ["renewal placed", "renewal issuing"] {
        assert_eq!(events(&world.service(name).unwrap(), listed(false)), [Event::OrderRejected], "{name}");
    }
}

#[test]
fn begins_anew_where_no_other_certificate_can_follow() {
    let world = World::new();
    let configuration = world.configuration.with_request(world.next.clone());
    for (state, is_over) in [("active", false), ("revoked", true), ("expired", true), ("revoking", false)] {
        let service = world.service(state).unwrap();
        assert_eq!(service.takes_form(), is_over, "{state}");
        let decided = decided(Some(&service), Command::Configure(configuration.clone()));
        assert_eq!(decided.is_ok(), is_over, "{state}");
        let Ok(decision) = decided else { continue };
        let after = world.after(Some(service), &decision.events, world.now).unwrap();
        assert_eq!(after.purpose(), Some(&Purpose::New), "{state}");
    }
}
