//! What has to hold in every situation, and what has to come about for that to mean anything.

use std::sync::PoisonError;

use cert_lifecycle::service::{Event, HoldReason};
use cert_lifecycle::{OrderId, State};
use stateright::{Model, Property};

use crate::ca::{Order, Other};
use crate::engine::{Told, Wish, Work};
use crate::world::{Bounds, Happening, Situation, Worker, World};

pub(crate) const ONE_INTENT_ONE_ORDER: &str = "one intent buys one order";
pub(crate) const INTENT_FIRST: &str = "nothing is ordered before the intent is stored";
pub(crate) const NEVER_LOST: &str = "every order is known, or will be looked for";
pub(crate) const NEVER_FORGOTTEN: &str = "what was known stays known";
pub(crate) const ITS_OWN: &str = "an order that is taken for the attempt's is the attempt's";
pub(crate) const TRULY_REFUSED: &str = "who is told of a refusal has no order";
pub(crate) const ENDS_WELL: &str = "once nothing goes wrong any more, everything is settled";

pub(crate) const STRAY: &str = "an order that nobody waits for is recorded";
pub(crate) const DOUBT_SETTLED: &str = "what was given up is not found";
pub(crate) const FOUND_BEFORE_ANOTHER: &str = "what was given up is found before another order is placed";
pub(crate) const FOUND_AT_REST: &str = "an order is found while nothing is under way";

pub(crate) fn all() -> Vec<Property<World>> {
    vec![
        Property::always(ONE_INTENT_ONE_ORDER, one_intent_one_order),
        Property::always(INTENT_FIRST, intent_first),
        Property::always(NEVER_LOST, never_lost),
        Property::always(NEVER_FORGOTTEN, never_forgotten),
        Property::always(ITS_OWN, its_own),
        Property::always(TRULY_REFUSED, truly_refused),
        Property::always(ENDS_WELL, ends_well),
        Property::sometimes("an order whose answer was lost is taken for the attempt's", is_adopted),
        Property::sometimes("two requests of one intent are under way", has_twins_under_way),
        Property::sometimes("the CA refuses a twin", refuses_twin),
        Property::sometimes("an order goes out again", |world, now| has(world, now, "order_not_found")),
        Property::sometimes("a refusal is doubted", |world, now| has(world, now, "order_refusal_doubted")),
        Property::sometimes("a doubted refusal counts", is_refused_after_doubt),
        Property::sometimes(STRAY, |world, now| has(world, now, "stray_order")),
        Property::sometimes(DOUBT_SETTLED, |world, now| has(world, now, "doubt_settled")),
        Property::sometimes(FOUND_BEFORE_ANOTHER, is_held_for_stray),
        Property::sometimes(FOUND_AT_REST, |world, now: &Situation| {
            !world.engine.known(now.service).service.new_strays.is_empty()
        }),
        Property::sometimes("the CA does not show an order yet", |_, now: &Situation| {
            now.orders.iter().any(|order| order.hidden.is_some())
        }),
    ]
}

fn has(world: &World, now: &Situation, event: &str) -> bool {
    world.engine.known(now.service).events().any(|told| told.name() == event)
}

fn is_adopted(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    known.events().any(|told| matches!(told, Event::OrderPlaced { adopted: true, .. }))
}

fn has_twins_under_way(_: &World, now: &Situation) -> bool {
    let late = now.late.iter().map(|(request, _)| *request);
    let awaited = now.workers.iter().filter_map(|worker| match worker {
        Worker::Placing { request, .. } => Some(*request),
        _ => None,
    });
    let requests: Vec<_> = late.chain(awaited).collect();
    (1..requests.len()).any(|later| requests[..later].contains(&requests[later]))
}

fn refuses_twin(_: &World, now: &Situation) -> bool {
    now.workers.iter().any(|worker| match worker {
        Worker::Storing { told: Told::Refused { attempt, refusal } } => {
            let is_there = now.orders.iter().any(|order| order.request.attempt == *attempt);
            refusal.speaks_of_a_twin() && is_there
        }
        _ => false,
    })
}

fn is_refused_after_doubt(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    has(world, now, "order_refused") && !known.doubtful.is_empty()
}

fn is_held_for_stray(world: &World, now: &Situation) -> bool {
    let state = &world.engine.known(now.service).service.state;
    matches!(state, State::Held { reason: HoldReason::StrayOrder { .. }, .. })
}

fn one_intent_one_order(world: &World, now: &Situation) -> bool {
    let attempts: Vec<_> = now.orders.iter().map(|order| order.request.attempt).collect();
    let wishes = 1 + usize::from(world.bounds.wishes - now.left.wishes);
    attempts.len() <= wishes && (1..attempts.len()).all(|later| !attempts[..later].contains(&attempts[later]))
}

fn intent_first(world: &World, now: &Situation) -> bool {
    let stored = world.engine.known(now.service).attempts;
    now.orders.iter().all(|order| order.request.attempt <= stored)
}

fn never_lost(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    let is_open = |attempt| known.request.is_some_and(|request| request.attempt == attempt);
    let is_held = matches!(known.service.state, State::Held { .. });
    let is_followed = |attempt: u8| {
        known.doubtful.contains(&attempt) && (is_held || world.engine.comes_to_look(now.service, attempt))
    };
    (0..).zip(&now.orders).all(|(order, Order { request, .. })| {
        known.orders.contains(&world.engine.order_id(order, *request))
            || is_open(request.attempt)
            || is_followed(request.attempt)
    })
}

fn never_forgotten(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    (0..).zip(&now.orders).all(|(order, taken)| {
        !now.knows(order) || known.orders.contains(&world.engine.order_id(order, taken.request))
    })
}

fn its_own(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    let others = OrderId::from_authority(format!("CA-{}", Other::ORDER));
    if known.orders.contains(&others) {
        return false;
    }
    let Some(current) = current(&known.service.state) else { return true };
    (0..).zip(&now.orders).all(|(order, taken)| {
        let is_this = world.engine.order_id(order, taken.request) == *current;
        !is_this || taken.request.attempt == known.attempts
    })
}

fn current(state: &State) -> Option<&OrderId> {
    match crate::engine::suspended(state) {
        State::Validating(_) | State::Issuing(_) => state.order_id(),
        _ => None,
    }
}

fn truly_refused(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    let is_at_rest = matches!(known.service.state, State::AwaitingConfiguration | State::Active);
    let is_refused = is_at_rest && known.service.refusal.is_some();
    // Whoever gives up leaves the refusal of an attempt before, and what was shown long ago says nothing of now.
    let is_meant = world.bounds.surrenders == 0 && !world.bounds.slow_looks;
    !is_meant || !is_refused || now.orders.iter().all(|order| order.request.attempt != known.attempts)
}

/// From here on nobody stops, nothing is late or refused, and the reseller lets the service go on whenever it is held.
fn ends_well(world: &World, now: &Situation) -> bool {
    let mut now = without_bounds(now);
    let mut road = Vec::new();
    let ends = loop {
        let known = world.ends.lock().unwrap_or_else(PoisonError::into_inner).get(&now).copied();
        if let Some(ends) = known {
            break ends;
        }
        // Round in a circle.
        if road.contains(&now) {
            break false;
        }
        road.push(now.clone());
        let Some(happening) = calm(world, &now) else { break is_settled(world, &now) };
        now = world.next_state(&now, happening).map_or(now, |next| without_bounds(&next));
    };
    let mut ends_of = world.ends.lock().unwrap_or_else(PoisonError::into_inner);
    ends_of.extend(road.into_iter().map(|situation| (situation, ends)));
    ends
}

fn without_bounds(now: &Situation) -> Situation {
    let left = Bounds { releases: 1, slow_looks: now.left.slow_looks, ..Bounds::default() };
    Situation { left, ..now.clone() }
}

/// What happens next where nothing goes wrong; nothing, if nobody has anything to do.
fn calm(world: &World, now: &Situation) -> Option<Happening> {
    for (worker, at) in now.workers.iter().enumerate() {
        match at {
            Worker::Idle => {}
            Worker::Storing { .. } => return Some(Happening::Store { worker, again: false }),
            Worker::Looking { .. } => return Some(Happening::Show(worker)),
            Worker::Placing { request, .. } => {
                let choice = *world.choices(now, *request).first()?;
                return Some(Happening::Request { worker, choice });
            }
        }
    }
    if let Some((request, _)) = now.late.first() {
        let choice = *world.choices(now, *request).first()?;
        return Some(Happening::Late { call: 0, choice });
    }
    if now.other.next().is_some() {
        return Some(Happening::Other);
    }
    let known = world.engine.known(now.service);
    let state = &known.service.state;
    let is_hidden = now.orders.iter().any(|order| order.hidden.is_some());
    match (world.engine.work(now.service), state) {
        (_, State::Held { .. }) => Some(Happening::Wish(Wish::GoOn)),
        _ if is_hidden => Some(Happening::Pass),
        (Work::Rest, State::Ordering(_)) => Some(Happening::Pass),
        (Work::Rest, _) if !known.doubtful.is_empty() => Some(Happening::Pass),
        (Work::Rest, _) => None,
        (Work::Begin, _) => Some(Happening::TakeUp(0)),
        (Work::Look { .. }, _) => {
            // A look that finds nothing new is repeated later.
            let after = world.next_state(now, Happening::TakeUp(0))?;
            let worker = after.workers.iter().position(|worker| *worker != Worker::Idle)?;
            let after = world.next_state(&after, calm(world, &after)?)?;
            let after = if matches!(after.workers[worker], Worker::Storing { .. }) {
                world.next_state(&after, Happening::Store { worker, again: false })?
            } else {
                after
            };
            Some(if after == *now { Happening::Pass } else { Happening::TakeUp(0) })
        }
    }
}

/// Every order is known, and nothing is left to find out.
fn is_settled(world: &World, now: &Situation) -> bool {
    let known = world.engine.known(now.service);
    let is_at_rest = matches!(
        known.service.state,
        State::AwaitingConfiguration | State::Active | State::Validating(_) | State::Issuing(_)
    );
    let mut orders = (0..).zip(&now.orders).map(|(order, taken)| world.engine.order_id(order, taken.request));
    is_at_rest && known.doubtful.is_empty() && orders.all(|order_id| known.orders.contains(&order_id))
}
