//! The engine's own decisions, asked once for each question.
//!
//! A service is known by a number. Two services have the same number if all that the engine can tell them by is the same:
//! everything but when they were created and last changed, and how many events they have. Whether something has happened
//! since a look began is told beside the service, so that the number of events is not needed. The model's clock stands
//! still, and what ages is dated back, up to the half hour after which nothing depends on age any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cert_lifecycle::service::{
    Candidate, Command, Decision, Effect, Event, Next, Placement, RecordedEvent, decide, replay, resume,
};
use cert_lifecycle::{
    CertificateStanding, FoundOrder, ListedCertificate, ListedOrder, NewOrder, OrderId, OrderProgress,
    PlacedOrder, Service, State,
};
use jiff::{SignedDuration, Timestamp};

use crate::ca::{Order, Refusal, Request};
use crate::faults::Fault;
use crate::sold::{Purchase, Sold};
use crate::world::{AGE_LIMIT, Age};

/// The number of a service.
pub(crate) type Number = u32;

/// What is told to the engine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Told {
    /// Nothing is under way, and something is wanted.
    Begin,
    /// The CA has taken the order of an attempt.
    Placed { attempt: u8, order: u8 },
    /// The CA has refused the order of an attempt.
    Refused { attempt: u8, refusal: Refusal },
    /// What the CA shows to somebody who looks for the order of an attempt, whether another service looks for such an order,
    /// too, and how fresh the look is.
    Looked { attempt: u8, shown: Vec<Shown>, is_claimed: bool, look: Look },
    /// What people want.
    Asked(Wish),
}

/// How fresh a look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Look {
    /// Whether nothing has happened to the service since it began.
    pub(crate) is_current: bool,
    /// How long ago it began, where that matters.
    pub(crate) age: Age,
}

/// An order that the CA shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shown {
    pub(crate) order: u8,
    pub(crate) request: Request,
    pub(crate) is_issued: bool,
}

/// What people want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Wish {
    /// The reseller gives the attempt up.
    GiveUp,
    /// The reseller has settled what the service is held for.
    GoOn,
    /// The customer asks once more, with a key.
    Again { key: u8 },
}

/// What a worker finds to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Begin,
    Look {
        attempt: u8,
    },
    /// Nothing that could buy anything.
    Rest,
}

/// What came of telling something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) after: Number,
    pub(crate) is_changed: bool,
    /// The call that may be made, now that the events are stored.
    pub(crate) call: Option<Request>,
}

/// What happened, and how long ago.
type History = Arc<Vec<(Age, Event)>>;

/// A service, and what the model wants to know of it.
pub(crate) struct Known {
    history: History,
    pub(crate) service: Service,
    /// How many attempts there were.
    pub(crate) attempts: u8,
    /// The request of the attempt that is open.
    pub(crate) request: Option<Request>,
    /// The attempts that were given up without certainty.
    pub(crate) doubtful: Vec<u8>,
    /// The orders that it has at the CA, as the CA names them.
    pub(crate) orders: Vec<OrderId>,
}

/// The engine.
pub(crate) struct Engine {
    pub(crate) sold: Sold,
    fault: Option<Fault>,
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    known: Vec<Arc<Known>>,
    numbers: HashMap<String, Number>,
    decided: HashMap<(Number, Told), Option<Decided>>,
    work: HashMap<Number, Work>,
    aged: HashMap<Number, Number>,
    /// What each request said: it is sent again as it was, or not at all.
    sent: HashMap<Request, NewOrder>,
}

impl Engine {
    pub(crate) fn new(purchase: Purchase, fault: Option<Fault>) -> Self {
        Self { sold: Sold::new(purchase), fault, tables: Mutex::default() }
    }

    /// The service when the model begins: the customer has asked, and nothing is under way.
    pub(crate) fn beginning(&self) -> Number {
        let mut tables = self.tables();
        let untouched = self.number(&mut tables, History::default());
        let asked = self.decided(&mut tables, untouched, &Told::Asked(Wish::Again { key: 0 }));
        asked.expect("what the customer asks for can be had").after
    }

    pub(crate) fn known(&self, number: Number) -> Arc<Known> {
        self.tables().known(number)
    }

    /// How many services were told apart.
    pub(crate) fn count(&self) -> usize {
        self.tables().known.len()
    }

    /// What the engine decides, and the service after what it says; nothing, if it says that this makes no sense.
    pub(crate) fn tell(&self, number: Number, told: &Told) -> Option<Decided> {
        self.decided(&mut self.tables(), number, told)
    }

    /// What a worker that picks the service up finds to do.
    pub(crate) fn work(&self, number: Number) -> Work {
        let mut tables = self.tables();
        if let Some(work) = tables.work.get(&number) {
            return *work;
        }
        let service = &tables.known(number).service;
        let work = match resume(service, &self.sold.terms, self.sold.now) {
            Next::Decide(Command::BeginOrder) => Work::Begin,
            Next::Decide(other) => panic!("nothing else is due: {other:?}"),
            Next::Perform(effect) | Next::Poll(effect) => match effect {
                Effect::LookUpOrder { order_id, seen_version } => {
                    assert_eq!(seen_version, service.version);
                    Work::Look { attempt: self.sold.attempt_of(&order_id) }
                }
                Effect::SearchOrder(search) => {
                    assert_eq!(search.seen_version, service.version);
                    Work::Look { attempt: self.sold.attempt_of(&search.order_id) }
                }
                Effect::PlaceOrder(order) => panic!("nothing is placed on resuming: {order:?}"),
                // The order is known: how it is got on with is another matter.
                _ => Work::Rest,
            },
            _ => Work::Rest,
        };
        let is_slept_through = self.fault == Some(Fault::SleepsAtRest)
            && matches!(service.state, State::AwaitingConfiguration | State::Active);
        let work = if is_slept_through { Work::Rest } else { work };
        tables.work.insert(number, work);
        work
    }

    /// Whether a worker comes to look for the order of an attempt if nothing happens but that time passes.
    pub(crate) fn comes_to_look(&self, number: Number, attempt: u8) -> bool {
        let ages = std::iter::successors(Some(number), |number| Some(self.age(*number)));
        let mut ages = ages.take(usize::from(AGE_LIMIT) + 1);
        ages.any(|number| self.work(number) == Work::Look { attempt })
    }

    /// The service a quarter of an hour later.
    pub(crate) fn age(&self, number: Number) -> Number {
        let mut tables = self.tables();
        if let Some(aged) = tables.aged.get(&number) {
            return *aged;
        }
        let known = tables.known(number);
        let older = known.history.iter().map(|(age, event)| ((age + 1).min(AGE_LIMIT), event.clone()));
        let aged = self.number(&mut tables, Arc::new(older.collect()));
        tables.aged.insert(number, aged);
        aged
    }

    /// How the CA names an order.
    pub(crate) fn order_id(&self, order: u8, request: Request) -> OrderId {
        match self.sold.purchase {
            Purchase::New => self.sold.order_id(request.attempt),
            _ => OrderId::from_authority(format!("CA-{order}")),
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decided(&self, tables: &mut Tables, number: Number, told: &Told) -> Option<Decided> {
        if let Some(decided) = tables.decided.get(&(number, told.clone())) {
            return *decided;
        }
        let known = tables.known(number);
        let command = self.command(&known.service, told);
        let decision = decide(Some(&known.service), command, self.sold.now, &self.sold.terms).ok();
        let decided = decision.map(|decision| self.after(tables, number, &known, decision));
        tables.decided.insert((number, told.clone()), decided);
        decided
    }

    fn after(&self, tables: &mut Tables, number: Number, known: &Known, decision: Decision) -> Decided {
        let call = decision.effect.map(|effect| {
            let Effect::PlaceOrder(order) = effect else { panic!("no other call follows: {effect:?}") };
            let attempt = self.sold.attempt_of(&order.order_id);
            let key = self.sold.key_of(&order.configuration);
            let request = Request { attempt, key };
            assert_eq!(tables.sent.entry(request).or_insert_with(|| (*order).clone()), &*order);
            request
        });
        if decision.events.is_empty() {
            return Decided { after: number, is_changed: false, call };
        }
        let events = decision
            .events
            .into_iter()
            .filter_map(|event| match self.fault {
                Some(fault) => fault.event(event),
                None => Some(event),
            })
            .map(|event| (0, event));
        let history = known.history.iter().cloned().chain(events).collect();
        Decided { after: self.number(tables, Arc::new(history)), is_changed: true, call }
    }

    fn number(&self, tables: &mut Tables, history: History) -> Number {
        let sold = &self.sold;
        let past = sold.past.iter().map(|event| (sold.yesterday(), event));
        let recent = history.iter().map(|(age, event)| (self.at(*age), event));
        let events = past.chain(recent);
        let events = events.map(|(at, event)| RecordedEvent { at, by: None, event: event.clone() });
        let service = replay(sold.id, events).expect("a history that can be").expect("a service");
        let looks = looks(&service, sold.now);
        if let Some(number) = tables.numbers.get(&looks) {
            return *number;
        }
        let number = Number::try_from(tables.known.len()).unwrap();
        tables.known.push(Arc::new(self.describe(history, service)));
        tables.numbers.insert(looks, number);
        number
    }

    fn at(&self, age: Age) -> Timestamp {
        self.sold.now - SignedDuration::from_mins(15) * i32::from(age)
    }

    fn describe(&self, history: History, service: Service) -> Known {
        let mut orders = service.stray_orders.clone();
        let mut request = None;
        match suspended(&service.state) {
            State::Ordering(ordering) => {
                let key = self.sold.key_of(&ordering.configuration);
                let attempt = ordering.attempt.as_ref().map(|attempt| u8::try_from(attempt.number).unwrap());
                request = attempt.map(|attempt| Request { attempt, key });
            }
            State::Validating(validating) => orders.push(validating.order_id.clone()),
            State::Issuing(issuing) => orders.push(issuing.order_id.clone()),
            _ => {}
        }
        let doubtful = service.doubtful_orders.iter();
        let doubtful = doubtful.map(|doubtful| self.sold.attempt_of(&doubtful.order_id)).collect();
        let attempts = u8::try_from(service.attempts).unwrap();
        Known { history, attempts, request, doubtful, orders, service }
    }

    fn command(&self, service: &Service, told: &Told) -> Command {
        let ours = |attempt: &u8| self.sold.order_id(*attempt);
        match told {
            Told::Begin => Command::BeginOrder,
            Told::Placed { attempt, order } => {
                let order_id = self.order_id(*order, Request { attempt: *attempt, key: 0 });
                let placement = Placement::Placed(PlacedOrder { order_id, code: None });
                Command::RecordPlacement { order_id: ours(attempt), placement }
            }
            Told::Refused { attempt, refusal } => {
                let findings = Sold::findings(refusal.code());
                let placement = match refusal {
                    Refusal::IdentifierTaken => Placement::IdentifierTaken,
                    Refusal::Blocked => Placement::Blocked(findings),
                    Refusal::KeyInUse | Refusal::HasSuccessor | Refusal::Other => {
                        Placement::Refused(findings)
                    }
                };
                Command::RecordPlacement { order_id: ours(attempt), placement }
            }
            Told::Looked { attempt, shown, is_claimed, look } => {
                let order_id = ours(attempt);
                let seen_version = if look.is_current { service.version } else { u64::MAX };
                if self.sold.purchase == Purchase::New {
                    let found = shown.first().map(|shown| self.found(service, *shown));
                    return Command::RecordLookup { order_id, found, seen_version };
                }
                let is_claimed = *is_claimed && self.fault != Some(Fault::TakesWhatOthersWaitFor);
                let candidates = shown.iter().map(|shown| self.candidate(service, *shown, is_claimed));
                let candidates: Vec<_> = candidates.collect();
                Command::RecordSearch { order_id, candidates, seen_version, began_at: self.at(look.age) }
            }
            Told::Asked(Wish::GiveUp) => Command::Abandon,
            Told::Asked(Wish::GoOn) => Command::Resume,
            Told::Asked(Wish::Again { key }) => self.sold.ask(*key),
        }
    }

    fn found(&self, service: &Service, shown: Shown) -> FoundOrder {
        FoundOrder {
            order_id: self.order_id(shown.order, shown.request),
            customer: service.customer.to_string(),
            product: service.offer.product.code.to_string(),
            progress: OrderProgress::Validating,
        }
    }

    fn candidate(&self, service: &Service, shown: Shown, is_claimed: bool) -> Candidate {
        let key = || self.sold.configuration(shown.request.key).request().public_key_hash();
        let certificate = shown.is_issued.then(|| ListedCertificate {
            serial_number: format!("B{}", shown.order),
            standing: CertificateStanding::Valid,
            not_before: self.sold.now,
            not_after: self.sold.now,
            certificate: "leaf".into(),
        });
        let progress = if shown.is_issued { OrderProgress::Issued } else { OrderProgress::Validating };
        let order = ListedOrder {
            order_id: self.order_id(shown.order, shown.request),
            is_reissue: self.sold.purchase != Purchase::Renewal,
            customer: service.customer.to_string(),
            product: service.offer.product.code.to_string(),
            placed_at: self.sold.now,
            progress,
            certificate,
            requestor: None,
        };
        let names = vec!["shop.example.com".into()];
        Candidate { order, names, is_claimed: is_claimed && !shown.is_issued, key: shown.is_issued.then(key) }
    }
}

impl Known {
    /// What happened since the model began.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.history.iter().map(|(_, event)| event)
    }
}

impl Tables {
    fn known(&self, number: Number) -> Arc<Known> {
        Arc::clone(&self.known[usize::try_from(number).unwrap()])
    }
}

impl Order {
    pub(crate) fn shown(&self, order: u8) -> Shown {
        Shown { order, request: self.request, is_issued: self.is_issued }
    }
}

/// Where a service stands, whether or not it is held.
pub(crate) fn suspended(state: &State) -> &State {
    match state {
        State::Held { suspended, .. } => suspended,
        other => other,
    }
}

/// All that the engine can tell a service by. A field that is added to a service is in it, too.
fn looks(service: &Service, now: Timestamp) -> String {
    let mut service = service.clone();
    service.version = 0;
    (service.created_at, service.changed_at, service.since) = (now, now, now);
    service.refusal.iter_mut().for_each(|refusal| refusal.at = now);
    service.doubtful_orders.iter_mut().for_each(|doubtful| doubtful.since = now);
    let state = match &mut service.state {
        State::Held { suspended, .. } => suspended,
        other => other,
    };
    if let State::Ordering(ordering) = state {
        ordering.intended_at = now;
        // A second sending is like a third; the twelfth, after which the reseller is asked, is out of the model's reach.
        ordering.sends = ordering.sends.min(2);
        ordering.unanswered = 0;
    }
    format!("{service:?}")
}
