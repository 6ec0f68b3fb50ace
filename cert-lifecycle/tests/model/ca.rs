//! The CA of the model: what it does with a request, and what it shows.

use crate::engine::Shown;
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
    Take {
        is_issued: bool,
        is_hidden: bool,
    },
    /// It takes what it has to refuse.
    TakeAnyway,
    Refuse(Refusal),
}

/// An order of the same customer, product and names that another service has placed, or is about to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Other {
    /// There is no such service.
    Absent,
    /// The other service has asked for its order, and the CA has none yet.
    Asked,
    /// The CA shows the order, and the other service does not know of it yet.
    Placed,
    /// The other service knows of it.
    Known,
}

impl Other {
    /// What the CA calls it.
    pub(crate) const ORDER: u8 = u8::MAX;

    /// As the CA shows it: for a key that it does not tell.
    pub(crate) fn shown(self) -> Option<Shown> {
        let request = Request { attempt: 0, key: u8::MAX };
        (self == Self::Placed).then_some(Shown { order: Self::ORDER, request, is_issued: false })
    }

    /// Whether the other service waits for it.
    pub(crate) fn is_waited_for(self) -> bool {
        matches!(self, Self::Asked | Self::Placed)
    }

    /// What becomes of it next.
    pub(crate) fn next(self) -> Option<Self> {
        match self {
            Self::Asked => Some(Self::Placed),
            Self::Placed => Some(Self::Known),
            Self::Absent | Self::Known => None,
        }
    }
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
