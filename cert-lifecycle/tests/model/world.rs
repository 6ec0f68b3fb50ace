//! The world around the engine, with everything that can happen in it.

use std::collections::HashMap;
use std::sync::Mutex;

use stateright::{Model, Property};

use crate::ca::{self, Choice, Order, Other, Refusal, Request, objections};
use crate::engine::{Decided, Engine, Look, Number, Shown, Told, Wish, Work};
use crate::faults::Fault;
use crate::properties;
use crate::sold::Purchase;

/// How long ago something was, in quarters of an hour, up to the limit.
pub(crate) type Age = u8;

/// Half an hour: what the engine waits before it believes a refusal, and the longest that a call is under way.
pub(crate) const AGE_LIMIT: Age = 2;

/// How much may happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bounds {
    /// How often a worker dies, or waits for no answer any longer: what it has heard is lost, and its request goes its own
    /// way.
    pub(crate) stops: u8,
    /// How often the CA gets a request for an order, and shows the order only later.
    pub(crate) lags: u8,
    /// How often the CA refuses what it could take.
    pub(crate) refusals: u8,
    /// How often the reseller gives up.
    pub(crate) surrenders: u8,
    /// How often the reseller lets a held service go on.
    pub(crate) releases: u8,
    /// How often the customer asks again.
    pub(crate) wishes: u8,
    /// How often a worker stores twice what it has heard.
    pub(crate) echoes: u8,
    /// How often the CA gets a request twice, although it is sent once.
    pub(crate) doubles: u8,
    /// How often the CA takes a request that it has to refuse.
    pub(crate) lapses: u8,
    /// Whether another service of the customer orders the like.
    pub(crate) has_other: bool,
    /// Whether each request comes to the CA at once: nothing else happens before the CA has decided about it.
    pub(crate) is_prompt: bool,
    /// Whether what the CA has shown may be stored a quarter of an hour later, or more.
    pub(crate) slow_looks: bool,
}

/// What a worker is at. It holds no lease: it may take up the service at any time, as those that find one over do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Worker {
    Idle,
    /// It waits for the answer to a request that was asked for so long ago, and may have been sent since, or not.
    Placing {
        request: Request,
        age: Age,
    },
    /// It waits for what the CA shows.
    Looking {
        attempt: u8,
        look: Look,
    },
    /// It is about to store what the engine says to this. What it has loaded does not matter: if that is old, the store
    /// refuses, and it loads and decides again.
    Storing {
        told: Told,
    },
}

/// A situation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Situation {
    pub(crate) service: Number,
    /// In no order: they are alike.
    pub(crate) workers: [Worker; 2],
    /// Requests under way whose answers nobody waits for.
    pub(crate) late: Vec<(Request, Age)>,
    /// The orders that the CA has taken for the service.
    pub(crate) orders: Vec<Order>,
    /// Which of them the store has known, or was told of, a bit for each.
    pub(crate) known: u8,
    /// The order of another service.
    pub(crate) other: Other,
    /// How much may happen yet.
    pub(crate) left: Bounds,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Happening {
    /// A worker takes up the service, and does what comes first.
    TakeUp(usize),
    /// The CA gets a worker's request.
    Request { worker: usize, choice: Choice },
    /// The network makes two of a worker's request.
    Double(usize),
    /// The CA answers a worker that looks.
    Show(usize),
    /// A worker stores what it has heard; perhaps it will once more.
    Store { worker: usize, again: bool },
    /// A worker stops.
    Stop(usize),
    /// The CA gets a request that nobody waits for.
    Late { call: usize, choice: Choice },
    /// Another service goes on with its order.
    Other,
    /// People want something.
    Wish(Wish),
    /// A quarter of an hour passes.
    Pass,
}

/// The world.
pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) bounds: Bounds,
    pub(crate) fault: Option<Fault>,
    /// Which situations end well, as far as was asked.
    pub(crate) ends: Mutex<HashMap<Situation, bool>>,
}

impl World {
    pub(crate) fn new(purchase: Purchase, bounds: Bounds) -> Self {
        Self::with(purchase, bounds, None)
    }

    pub(crate) fn with(purchase: Purchase, bounds: Bounds, fault: Option<Fault>) -> Self {
        Self { engine: Engine::new(purchase, fault), bounds, fault, ends: Mutex::default() }
    }

    /// What the CA may do with a request now.
    pub(crate) fn choices(&self, situation: &Situation, request: Request) -> Vec<Choice> {
        let objections = objections(self.engine.sold.purchase, &situation.orders, request);
        if !objections.is_empty() {
            let lapse = (situation.left.lapses > 0).then_some(Choice::TakeAnyway);
            return objections.into_iter().map(Choice::Refuse).chain(lapse).collect();
        }
        let mut choices = vec![Choice::Take { is_issued: false, is_hidden: false }];
        if self.engine.sold.purchase != Purchase::New {
            choices.push(Choice::Take { is_issued: true, is_hidden: false });
        }
        if situation.left.lags > 0 {
            choices.push(Choice::Take { is_issued: false, is_hidden: true });
        }
        if situation.left.refusals > 0 {
            choices.extend([Refusal::Other, Refusal::Blocked].map(Choice::Refuse));
        }
        choices
    }
}

impl Model for World {
    type State = Situation;
    type Action = Happening;

    fn init_states(&self) -> Vec<Situation> {
        let service = self.engine.beginning();
        let workers = [Worker::Idle, Worker::Idle];
        let left = self.bounds;
        let other = if left.has_other { Other::Asked } else { Other::Absent };
        vec![Situation { service, workers, late: Vec::new(), orders: Vec::new(), known: 0, other, left }]
    }

    fn actions(&self, now: &Situation, happenings: &mut Vec<Happening>) {
        for (worker, at) in now.workers.iter().enumerate() {
            if let (true, Worker::Placing { request, .. }) = (now.left.is_prompt, at) {
                let choices = self.choices(now, *request).into_iter();
                happenings.extend(choices.map(|choice| Happening::Request { worker, choice }));
                return;
            }
        }
        for (worker, at) in now.workers.iter().enumerate() {
            match at {
                Worker::Idle => happenings.push(Happening::TakeUp(worker)),
                Worker::Placing { request, .. } => {
                    let choices = self.choices(now, *request).into_iter();
                    happenings.extend(choices.map(|choice| Happening::Request { worker, choice }));
                    if now.left.doubles > 0 {
                        happenings.push(Happening::Double(worker));
                    }
                }
                Worker::Looking { .. } => happenings.push(Happening::Show(worker)),
                Worker::Storing { told } => {
                    happenings.push(Happening::Store { worker, again: false });
                    if now.left.echoes > 0 && *told != Told::Begin {
                        happenings.push(Happening::Store { worker, again: true });
                    }
                }
            }
            if now.left.stops > 0 && at.has_something_to_lose() {
                happenings.push(Happening::Stop(worker));
            }
            // They are alike.
            if now.workers[0] == now.workers[1] {
                break;
            }
        }
        for (call, (request, _)) in now.late.iter().enumerate() {
            let choices = self.choices(now, *request).into_iter();
            happenings.extend(choices.map(|choice| Happening::Late { call, choice }));
        }
        let left = &now.left;
        let wishes = [
            (left.surrenders, Wish::GiveUp),
            (left.releases, Wish::GoOn),
            (left.wishes, Wish::Again { key: 0 }),
            (left.wishes, Wish::Again { key: 1 }),
        ];
        let wishes = wishes.into_iter().filter(|(left, _)| *left > 0);
        happenings.extend(wishes.map(|(_, wish)| Happening::Wish(wish)));
        happenings.extend(now.other.next().map(|_| Happening::Other));
        happenings.push(Happening::Pass);
    }

    fn next_state(&self, before: &Situation, happening: Happening) -> Option<Situation> {
        let mut now = before.clone();
        self.happen(&mut now, happening)?;
        now.workers.sort();
        now.late.sort();
        (now != *before).then_some(now)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

impl World {
    /// Lets something happen; nothing, if it can't.
    fn happen(&self, now: &mut Situation, happening: Happening) -> Option<()> {
        match happening {
            Happening::TakeUp(worker) => {
                now.workers[worker] = match self.engine.work(now.service) {
                    Work::Rest => return None,
                    Work::Begin => self.begin(now),
                    Work::Look { attempt } => self.look(now, attempt),
                };
            }
            Happening::Double(worker) => {
                let Worker::Placing { request, age } = now.workers[worker] else { return None };
                now.left.doubles -= 1;
                now.late.push((request, age));
            }
            Happening::Request { worker, choice } => {
                let Worker::Placing { request, age } = now.workers[worker] else { return None };
                let told = answer(now, request, age, choice);
                now.workers[worker] = Worker::Storing { told };
            }
            Happening::Show(worker) => {
                let Worker::Looking { attempt, look } = now.workers[worker] else { return None };
                let shown = self.shown(now, attempt);
                let is_claimed = now.other.is_waited_for();
                let told = Told::Looked { attempt, shown, is_claimed, look };
                now.workers[worker] = Worker::Storing { told };
            }
            Happening::Store { worker, again } => {
                let Worker::Storing { told } = now.workers[worker].clone() else { return None };
                // What makes no sense any more is dropped.
                let call = self.store(now, &told).and_then(|decided| decided.call);
                if again {
                    now.left.echoes -= 1;
                    now.late.extend(call.map(|request| (request, 0)));
                } else {
                    let placing = call.map(|request| Worker::Placing { request, age: 0 });
                    now.workers[worker] = placing.unwrap_or(Worker::Idle);
                }
            }
            Happening::Stop(worker) => {
                now.left.stops -= 1;
                let was = std::mem::replace(&mut now.workers[worker], Worker::Idle);
                if let Worker::Placing { request, age } = was {
                    now.late.push((request, age));
                }
            }
            Happening::Late { call, choice } => {
                let (request, age) = now.late.remove(call);
                answer(now, request, age, choice);
            }
            Happening::Other => now.other = now.other.next()?,
            Happening::Wish(wish) => {
                let left = match wish {
                    Wish::GiveUp => &mut now.left.surrenders,
                    Wish::GoOn => &mut now.left.releases,
                    Wish::Again { .. } => &mut now.left.wishes,
                };
                *left -= 1;
                self.store(now, &Told::Asked(wish))?;
            }
            Happening::Pass => self.pass(now),
        }
        Some(())
    }

    /// What a worker does that is to begin an order.
    fn begin(&self, now: &Situation) -> Worker {
        let begun = self.engine.tell(now.service, &Told::Begin).and_then(|decided| decided.call);
        match (self.fault, begun) {
            (Some(Fault::CallsBeforeStoring), Some(request)) => Worker::Placing { request, age: 0 },
            _ => Worker::Storing { told: Told::Begin },
        }
    }

    /// What a worker does that is to look for the order of an attempt.
    fn look(&self, now: &Situation, attempt: u8) -> Worker {
        match self.fault {
            Some(Fault::PlacesOnResuming) => match self.engine.known(now.service).request {
                Some(request) => Worker::Placing { request, age: 0 },
                None => Worker::Looking { attempt, look: Look { is_current: true, age: 0 } },
            },
            _ => Worker::Looking { attempt, look: Look { is_current: true, age: 0 } },
        }
    }

    /// The orders that may be the one of an attempt: of a new order the one with its identifier, else those that the store
    /// does not know.
    fn shown(&self, now: &Situation, attempt: u8) -> Vec<Shown> {
        let is_new = self.engine.sold.purchase == Purchase::New;
        let orders = (0..).zip(&now.orders).filter(|(order, shown)| {
            let fits = if is_new { shown.request.attempt == attempt } else { !now.knows(*order) };
            fits && shown.hidden.is_none()
        });
        let other = now.other.shown().into_iter();
        orders.map(|(order, shown)| shown.shown(order)).chain(other).collect()
    }

    /// Decides on what is stored, and stores what comes of it.
    fn store(&self, now: &mut Situation, told: &Told) -> Option<Decided> {
        let decided = self.engine.tell(now.service, told)?;
        if let Told::Placed { order, .. } = told {
            now.learn(*order);
        }
        if decided.is_changed {
            now.service = decided.after;
            self.change(now);
        }
        Some(decided)
    }

    /// Something has happened to the service.
    fn change(&self, now: &mut Situation) {
        let known = self.engine.known(now.service);
        for (order, taken) in (0..).zip(now.orders.clone()) {
            if known.orders.contains(&self.engine.order_id(order, taken.request)) {
                now.learn(order);
            }
        }
        if self.fault == Some(Fault::BelievesOldLooks) {
            return;
        }
        for worker in &mut now.workers {
            worker.see_change();
        }
    }

    fn pass(&self, now: &mut Situation) {
        now.service = self.engine.age(now.service);
        for (_, age) in &mut now.late {
            *age += 1;
        }
        let limit = if self.fault == Some(Fault::CallsLastTooLong) { 2 * AGE_LIMIT } else { AGE_LIMIT };
        now.late.retain(|(_, age)| *age < limit);
        for worker in &mut now.workers {
            match worker {
                Worker::Placing { age, .. } if *age + 1 >= limit => *worker = Worker::Idle,
                Worker::Placing { age, .. } => *age += 1,
                Worker::Looking { look, .. } | Worker::Storing { told: Told::Looked { look, .. } } => {
                    if now.left.slow_looks {
                        // It matters only beside another service.
                        look.age = (look.age + u8::from(now.left.has_other)).min(AGE_LIMIT);
                    } else {
                        *worker = Worker::Idle;
                    }
                }
                _ => {}
            }
        }
        ca::age(&mut now.orders);
    }
}

impl Worker {
    /// Whether anything is different if it stops. One that has sent and heard nothing, or has only looked, might as well not
    /// have begun.
    fn has_something_to_lose(&self) -> bool {
        match self {
            Self::Idle | Self::Looking { .. } => false,
            Self::Placing { .. } => true,
            Self::Storing { told } => matches!(told, Told::Placed { .. } | Told::Refused { .. }),
        }
    }

    /// Something has happened to the service.
    fn see_change(&mut self) {
        if let Self::Looking { look, .. } | Self::Storing { told: Told::Looked { look, .. } } = self {
            look.is_current = false;
        }
    }
}

impl Situation {
    /// Whether the store has known an order, or was told of it.
    pub(crate) fn knows(&self, order: u8) -> bool {
        self.known & bit(order) != 0
    }

    fn learn(&mut self, order: u8) {
        self.known |= bit(order);
    }
}

fn bit(order: u8) -> u8 {
    1u8.checked_shl(order.into()).expect("fewer orders than bits")
}

/// What the CA does with a request, and says of it.
fn answer(now: &mut Situation, request: Request, age: Age, choice: Choice) -> Told {
    let attempt = request.attempt;
    match choice {
        Choice::Take { is_issued, is_hidden } => {
            let order = u8::try_from(now.orders.len()).unwrap();
            let hidden = is_hidden.then_some(age);
            now.left.lags -= u8::from(is_hidden);
            now.orders.push(Order { request, is_issued, hidden });
            Told::Placed { attempt, order }
        }
        Choice::TakeAnyway => {
            now.left.lapses -= 1;
            let choice = Choice::Take { is_issued: false, is_hidden: false };
            answer(now, request, age, choice)
        }
        Choice::Refuse(refusal) => {
            now.left.refusals -= u8::from(!refusal.speaks_of_a_twin());
            Told::Refused { attempt, refusal }
        }
    }
}
