//! When the CA looks at an order's names without being asked.

use jiff::{SignedDuration, Timestamp};

use super::Order;

/// When the CA looks by itself, counted from the moment at which it gave the code out.
const LOOKS: [SignedDuration; 5] = [
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(8),
    SignedDuration::from_hours(24),
];

/// After those, once a day for so long.
const LAST_LOOK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// When the CA looks at an order by itself for the next time after that moment.
pub(crate) fn next_look(order: &Order, after: Timestamp) -> Option<Timestamp> {
    if !order.is_open() || order.names.is_empty() {
        return None;
    }
    let since = looks_since(order);
    let passed = after.duration_since(since);
    let day = SignedDuration::from_hours(24);
    let next = LOOKS.into_iter().find(|look| *look > passed).unwrap_or_else(|| {
        let days = passed.as_hours().div_euclid(24).saturating_add(1);
        day.saturating_mul(i32::try_from(days).unwrap_or(i32::MAX))
    });
    since.checked_add(next).ok().filter(|_| next <= LAST_LOOK)
}

/// Whether the CA still looks at it by itself at that moment. What it missed long ago it does not make up for.
pub(crate) fn still_looks(order: &Order, now: Timestamp) -> bool {
    now.duration_since(looks_since(order)) <= LAST_LOOK
}

fn looks_since(order: &Order) -> Timestamp {
    order.verification.as_ref().map_or(order.placed_at, |verification| verification.given_at)
}
