//! The CA of the model: what it does with a request, and what it shows.

use crate::sold::Purchase;
use crate::world::{AGE_LIMIT, Age};

/// A request to place an order, as it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Request {
    /// The attempt that it is made for, which the CA learns only of new orders.
    pub(crate) attempt: u8,
    /// The key that it is for.
    pub(crate) key: u8,
}

/// An order at the CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Order {
    pub(crate) request: Request,
    /// Whether its certificate is issued, so that the CA tells its key.
    pub(crate) is_issued: bool,
    /// While the CA does not show it yet: how long ago it was asked for.
    pub(crate) hidden: Option<Age>,
}

/// Why the CA refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Refusal {
    /// It has an order with the identifier.
    IdentifierTaken,
    /// It has an order for the key.
    KeyInUse,
    /// The certificate has a successor.
    HasSuccessor,
    /// Something that the customer filled in.
    Other,
    /// Something that the reseller has to settle with it.
    Blocked,
}

impl Refusal {
    /// The code that it says it with.
    pub(crate) fn code(self) -> u32 {
        match self {
            Self::IdentifierTaken => 1012,
            Self::KeyInUse => 1032,
            Self::HasSuccessor => 2126,
            Self::Other => 1044,
            Self::Blocked => 1075,
        }
    }

    /// Whether it speaks of an order that the CA has.
    pub(crate) fn speaks_of_a_twin(self) -> bool {
        matches!(self, Self::IdentifierTaken | Self::KeyInUse | Self::HasSuccessor)
    }
}

/// What the CA may do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Choice {
    Take { is_issued: bool, is_hidden: bool },
    Refuse(Refusal),
}

/// Everything that the CA has to refuse a request for, in no order that anybody knows. Nothing, if it can take it.
pub(crate) fn objections(purchase: Purchase, orders: &[Order], request: Request) -> Vec<Refusal> {
    let is_taken = orders.iter().any(|order| order.request.attempt == request.attempt);
    let is_used = orders.iter().any(|order| order.request.key == request.key);
    let mut objections = Vec::new();
    if purchase == Purchase::New && is_taken {
        objections.push(Refusal::IdentifierTaken);
    }
    // Who reissues for the key that there is uses a key a second time by right.
    let is_kept = purchase == Purchase::ReissueOfTheKey && request.key == 0;
    if is_used && !is_kept {
        objections.push(Refusal::KeyInUse);
    }
    if matches!(purchase, Purchase::Reissue | Purchase::ReissueOfTheKey) && !orders.is_empty() {
        objections.push(Refusal::HasSuccessor);
    }
    objections
}

/// Time passes: what was hidden is shown in the end.
pub(crate) fn age(orders: &mut [Order]) {
    for order in orders {
        order.hidden = order.hidden.map(|age| age + 1).filter(|age| *age < AGE_LIMIT);
    }
}
