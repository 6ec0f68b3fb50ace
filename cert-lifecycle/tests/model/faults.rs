//! Engines and workers that are wrong on purpose: the model has to notice.

use cert_lifecycle::service::Event;

use crate::properties::{
    ENDS_WELL, INTENT_FIRST, ITS_OWN, NEVER_FORGOTTEN, NEVER_LOST, ONE_INTENT_ONE_ORDER, TRULY_REFUSED,
};
use crate::sold::Purchase;
use crate::world::{Bounds, World};
use crate::{BESIDE_ANOTHER, QUICK, SMALL, violated};

/// Something that is done wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Whoever picks up an open attempt sends the order again instead of looking for it.
    PlacesOnResuming,
    /// The order is sent before the intent to send it is stored.
    CallsBeforeStoring,
    /// That there was no order counts, whatever has happened since the look began.
    BelievesOldLooks,
    /// A refusal counts at once, though an earlier call may be under way.
    BelievesRefusals,
    /// What was given up is looked for only when another order is asked for.
    SleepsAtRest,
    /// An order that nobody waits for is not recorded.
    DropsStrays,
    /// The only order that the CA shows is taken, though another service looks for one, too.
    TakesWhatOthersWaitFor,
    /// The network and not the engine: a request may arrive an hour after it was sent.
    CallsLastTooLong,
}

impl Fault {
    /// What is stored in the place of an event.
    pub(crate) fn event(self, event: Event) -> Option<Event> {
        match (self, event) {
            (Self::BelievesRefusals, Event::OrderRefusalDoubted { findings }) => {
                Some(Event::OrderRefused { findings })
            }
            (Self::DropsStrays, Event::StrayOrder { .. }) => None,
            (_, event) => Some(event),
        }
    }
}

#[test]
fn notices_a_worker_that_sends_again_without_looking() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, SMALL, Some(Fault::PlacesOnResuming));
        assert!(violated(world, &[NEVER_LOST]).contains(&NEVER_LOST), "{purchase:?}");
    }
}

/// The CA refuses a twin, but for once: whoever looks finds the order, since each request comes to the CA at once and is shown
/// from then on.
#[test]
fn notices_that_one_intent_buys_two_orders() {
    for purchase in Purchase::ALL {
        let bounds = Bounds { lapses: 1, lags: 0, is_prompt: true, slow_looks: false, ..SMALL };
        let kept = violated(World::new(purchase, bounds), &[]);
        assert!(!kept.contains(&ONE_INTENT_ONE_ORDER), "{purchase:?}");
        let world = World::with(purchase, bounds, Some(Fault::PlacesOnResuming));
        assert!(violated(world, &[ONE_INTENT_ONE_ORDER]).contains(&ONE_INTENT_ONE_ORDER), "{purchase:?}");
    }
}

#[test]
fn notices_that_what_was_told_is_dropped() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, SMALL, Some(Fault::DropsStrays));
        assert!(violated(world, &[NEVER_FORGOTTEN]).contains(&NEVER_FORGOTTEN), "{purchase:?}");
    }
}

#[test]
fn notices_that_another_services_order_is_taken() {
    for purchase in Purchase::FOLLOWING {
        let world = World::with(purchase, BESIDE_ANOTHER, Some(Fault::TakesWhatOthersWaitFor));
        assert!(violated(world, &[ITS_OWN]).contains(&ITS_OWN), "{purchase:?}");
    }
}

#[test]
fn notices_that_nobody_looks_for_what_was_given_up() {
    for purchase in Purchase::ALL {
        for property in [NEVER_LOST, ENDS_WELL] {
            let world = World::with(purchase, SMALL, Some(Fault::SleepsAtRest));
            assert!(violated(world, &[property]).contains(&property), "{purchase:?}: {property}");
        }
    }
}

#[test]
fn notices_a_call_before_its_intent_is_stored() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, SMALL, Some(Fault::CallsBeforeStoring));
        assert!(violated(world, &[INTENT_FIRST]).contains(&INTENT_FIRST), "{purchase:?}");
    }
}

#[test]
fn notices_that_an_old_look_is_believed() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, SMALL, Some(Fault::BelievesOldLooks));
        assert!(violated(world, &[NEVER_LOST]).contains(&NEVER_LOST), "{purchase:?}");
    }
}

#[test]
fn notices_that_a_refusal_is_believed_while_a_call_is_under_way() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, QUICK, Some(Fault::BelievesRefusals));
        assert!(violated(world, &[TRULY_REFUSED]).contains(&TRULY_REFUSED), "{purchase:?}");
    }
}

/// The limit that is documented, and that it is one.
#[test]
fn loses_what_arrives_later_than_a_call_is_taken_to_last() {
    for purchase in Purchase::ALL {
        let world = World::with(purchase, SMALL, Some(Fault::CallsLastTooLong));
        assert!(violated(world, &[NEVER_LOST]).contains(&NEVER_LOST), "{purchase:?}");
    }
}

/// The port to the CA asks for it: each request is sent once, and arrives once at most. One that arrives twice is refused, and
/// taken; the intent still buys one order.
#[test]
fn rests_on_a_network_that_doubles_no_request() {
    let bounds = Bounds { doubles: 1, refusals: 0, wishes: 0, ..SMALL };
    for purchase in Purchase::ALL {
        let violated = violated(World::new(purchase, bounds), &[]);
        assert!(violated.contains(&NEVER_LOST), "{purchase:?}");
        let kept = [ONE_INTENT_ONE_ORDER, INTENT_FIRST, NEVER_FORGOTTEN];
        assert!(!violated.iter().any(|name| kept.contains(name)), "{purchase:?}: {violated:?}");
    }
}
