//! Whatever people ask, the CA answers and the clock brings, in whatever order: what is promised holds.

mod kept;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cert_domain::{Billing, Configuration, Currency, Money, Offer, RequestPem};
use csr_tools::PublicKeyHash;
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::super::*;
use super::world::{World, days, offer_with_title, request};
use crate::authority::Purpose;
use crate::{OrderId, Terms};

static WORLD: LazyLock<World> = LazyLock::new(World::new);
/// Few keys, so that people come with one again that was used before.
static REQUESTS: LazyLock<Vec<RequestPem>> = LazyLock::new(|| (0..6).map(|_| request()).collect());

/// Something that happens.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody asks for something.
    Ask { which: usize, request: usize },
    /// The worker does what the service needs, and the CA answers in some way.
    Work { answer: usize },
    /// The worker makes the call that the service needs, and dies, or never hears of the answer.
    Lose,
    /// The answer to a call that was given up arrives after all.
    Late { call: usize, answer: usize },
    /// Time passes, and nobody looks.
    Pass { days: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..100_usize, 0..6_usize).prop_map(|(which, request)| Step::Ask { which, request }),
        10 => (0..100_usize).prop_map(|answer| Step::Work { answer }),
        3 => Just(Step::Lose),
        4 => (0..100_usize, 0..100_usize).prop_map(|(call, answer)| Step::Late { call, answer }),
        2 => (0..120_i64).prop_map(|days| Step::Pass { days }),
    ]
}

/// A new service of some offer, under some terms.
fn beginning() -> impl Strategy<Value = (usize, usize)> {
    (0..4_usize, 0..3_usize)
}

fn offer(which: usize) -> Offer {
    match which {
        0 => WORLD.offer.clone(),
        1 => WORLD.recurring(),
        2 => WORLD.mailbox.0.clone(),
        _ => {
            let mut offer = WORLD.offer.clone();
            offer.billing = Billing::OneTime { price: Money::new(12_990, Currency::PLN) };
            offer
        }
    }
}

fn terms(which: usize) -> Terms {
    let [plain, full] = super::all_terms();
    match which {
        0 => plain,
        1 => full,
        _ => Terms { keeps_key: false, ..plain },
    }
}

/// A decision, and the service on both sides of it.
struct Decided<'a> {
    before: &'a Service,
    command: &'a Command,
    decision: &'a Decision,
    after: &'a Service,
}

/// A service on its way, with what an observer remembers of it.
struct Road {
    service: Service,
    history: Vec<RecordedEvent>,
    terms: Terms,
    now: Timestamp,
    /// The call that a decision has asked for.
    pending: Option<Effect>,
    /// Calls whose answer nobody has got yet.
    lost: Vec<Effect>,
    /// So that what the CA names has a name of its own each time.
    named: u32,
    invoiced: BTreeSet<Date>,
    revocations: Vec<cert_domain::Revocation>,
    certified: Vec<PublicKeyHash>,
    /// What was seen, for whoever asks whether the roads lead anywhere.
    seen: BTreeSet<&'static str>,
}

impl Road {
    fn begin((sold, settled): (usize, usize)) -> Self {
        let created = RecordedEvent { at: WORLD.now, by: None, event: WORLD.created(offer(sold)) };
        let service = apply(WORLD.id, None, created.clone()).unwrap();
        Self {
            service,
            history: vec![created],
            terms: terms(settled),
            now: WORLD.now,
            pending: None,
            lost: Vec::new(),
            named: 0,
            invoiced: BTreeSet::new(),
            revocations: Vec::new(),
            certified: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    fn walk(mut self, steps: &[Step]) -> Self {
        for step in steps {
            self.step(step);
        }
        self.arrive();
        self
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Ask { which, request } => {
                let mut asked = self.askable(&REQUESTS[*request]);
                let command = asked.swap_remove(which % asked.len());
                self.take(command);
            }
            Step::Work { answer } => match self.next() {
                Some(Next::Decide(command)) => self.take(command),
                Some(Next::Perform(effect) | Next::Poll(effect)) => self.answer(&effect, *answer),
                _ => {}
            },
            Step::Lose => {
                if let Some(Next::Perform(effect) | Next::Poll(effect)) = self.next() {
                    self.lost.push(effect);
                }
            }
            Step::Late { call, answer } => {
                if !self.lost.is_empty() {
                    let effect = self.lost.swap_remove(call % self.lost.len());
                    self.answer(&effect, *answer);
                }
            }
            Step::Pass { days: passed } => self.now += days(*passed),
        }
    }

    /// What the worker would do: what the last decision asks for, or what the service needs.
    fn next(&mut self) -> Option<Next> {
        if let Some(effect) = self.pending.take() {
            return Some(Next::Perform(effect));
        }
        let next = resume(&self.service, &self.terms, self.now);
        let places = matches!(next, Next::Perform(Effect::PlaceOrder(_)) | Next::Poll(Effect::PlaceOrder(_)));
        assert!(!places, "an order is never placed on resuming");
        Some(next)
    }

    fn answer(&mut self, effect: &Effect, which: usize) {
        let mut answers = WORLD.answers(effect);
        let command = answers.swap_remove(which % answers.len());
        let command = self.with_names(command);
        self.take(command);
    }

    /// What the CA names has a name of its own each time.
    fn with_names(&mut self, command: Command) -> Command {
        self.named += 1;
        let theirs = WORLD.their_order_id();
        let own = OrderId::from_authority(format!("CA-{}", self.named + 10));
        match command {
            Command::RecordPlacement { order_id, placement: Placement::Placed(mut placed) } => {
                if placed.order_id == theirs {
                    placed.order_id = own;
                }
                Command::RecordPlacement { order_id, placement: Placement::Placed(placed) }
            }
            Command::RecordSearch { order_id, mut candidates, seen_version, began_at } => {
                for candidate in candidates.iter_mut().filter(|found| found.order.order_id == theirs) {
                    candidate.order.order_id = own.clone();
                }
                Command::RecordSearch { order_id, candidates, seen_version, began_at }
            }
            Command::RecordCertificate(Some(Ok(issued))) if issued.serial_number == "C3" => {
                let serial_number = format!("C{:03X}", self.named);
                Command::RecordCertificate(Some(Ok(WORLD.issued(&serial_number, self.now))))
            }
            Command::RecordRequest(_) => Command::RecordRequest(request()),
            other => other,
        }
    }

    /// What people can ask for.
    fn askable(&self, request: &RequestPem) -> Vec<Command> {
        let newest = self.service.certificate();
        let sold = &self.service.offer;
        let is_mailbox = sold.product.code == WORLD.mailbox.0.product.code;
        let form: &Configuration = if is_mailbox { &WORLD.mailbox.1 } else { &WORLD.configuration };
        let configuration = form.with_request(request.clone());
        let serial_number = newest.map_or("A1", |newest| &newest.certificate.serial_number).to_owned();
        let succeed = |purpose| Command::Succeed { purpose, configuration: Box::new(configuration.clone()) };
        let mut revocation = WORLD.revocation();
        revocation.serial_number.clone_from(&serial_number);
        let ending = |at_end_of_period| {
            let reason = "moved away".into();
            Command::RequestCancellation(CancellationRequest { reason, at_end_of_period })
        };
        let paid = self.service.account.paid_through.map(|paid| paid.date());
        let next_period = paid.and_then(|paid| paid.tomorrow().ok());
        let pay = |period_start| Command::ReceivePayment { period_start, paid_on: utc(self.now) };
        let renewal = Purpose::Renewal { serial_number: serial_number.clone() };
        let reissue = Purpose::Reissue { serial_number, added: Vec::new() };
        let kept = Command::Configure(WORLD.kept().with_request(request.clone()));
        vec![
            Command::Configure(configuration.clone()),
            if is_mailbox { Command::Configure(configuration.clone()) } else { kept },
            succeed(renewal),
            succeed(reissue),
            Command::ChangeOffer(Box::new(offer_with_title(sold))),
            Command::StoreRequest(request.clone()),
            Command::CancelOrder { replaces: false },
            Command::CancelOrder { replaces: true },
            Command::Revoke(revocation),
            ending(true),
            ending(false),
            Command::WithdrawCancellation,
            Command::SetRunning(Running::Running),
            Command::SetRunning(Running::Suspended),
            pay(None),
            pay(next_period),
            pay(paid),
            Command::ProposeDueDate,
            Command::BeginOrder,
            Command::Resume,
            Command::Abandon,
            Command::RequestCheck,
            Command::ResendVerification,
            Command::ChangeMethod { method: cert_domain::VerificationMethod::DnsCname, send_messages: None },
        ]
    }

    fn take(&mut self, command: Command) {
        if let Command::Revoke(revocation) = &command {
            self.revocations.push(revocation.clone());
        }
        let Ok(decision) = decide(Some(&self.service), command.clone(), self.now, &self.terms) else {
            return;
        };
        let before = self.service.clone();
        let mut after = before.clone();
        for event in &decision.events {
            let recorded = RecordedEvent { at: self.now, by: None, event: event.clone() };
            self.history.push(recorded.clone());
            after = apply(WORLD.id, Some(after), recorded).unwrap();
        }
        let decided = Decided { before: &before, command: &command, decision: &decision, after: &after };
        self.buys_once(&decided);
        self.has_one_successor(&decided);
        self.asks_for_a_period_once(&decided);
        self.keeps_the_dates_apart(&decided);
        self.uses_no_key_twice(&decided);
        self.ends_only_what_is_to_end(&decided);
        self.seen.insert(after.state.kind().as_str());
        self.seen.extend(decision.events.iter().filter_map(notable));
        // Whoever was to make the call before has died.
        self.lost.extend(self.pending.take());
        self.pending = decision.effect;
        self.service = after;
    }
}

fn notable(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::SuccessorBegun { of_itself: true, .. } => "a successor of itself",
        Event::SuccessorBegun { of_itself: false, .. } => "a successor by hand",
        Event::OrderNotFound => "an order sent again",
        Event::OrderRefusalDoubted { .. } => "a refusal in doubt",
        Event::OrderPlaced { adopted: true, .. } => "an order adopted",
        Event::DoubtSettled { .. } => "a doubt settled",
        Event::StrayOrder { .. } => "a stray order",
        Event::InvoiceRaised { .. } => "an invoice",
        Event::Reminded { .. } => "a reminder",
        Event::CertificateRevoked { .. } => "a revocation",
        Event::OrderCancelled => "a cancellation",
        _ => return None,
    })
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn keeps_every_promise_whatever_happens_in_whatever_order(
        beginning in beginning(),
        steps in prop::collection::vec(step(), 1..160),
    ) {
        Road::begin(beginning).walk(&steps);
    }
}

/// The roads lead somewhere: a promise that is never put to the test is kept by anybody.
#[test]
fn meets_everything_that_the_promises_are_about() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let roads = (beginning(), prop::collection::vec(step(), 60..120));
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let (beginning, steps) = roads.new_tree(&mut runner).unwrap().current();
        seen.extend(Road::begin(beginning).walk(&steps).seen);
    }
    let wanted = [
        "a cancellation",
        "a doubt settled",
        "a refusal in doubt",
        "a reminder",
        "a revocation",
        "a stray order",
        "a successor by hand",
        "a successor of itself",
        "an invoice",
        "an order adopted",
        "an order sent again",
    ];
    let missing: Vec<_> = wanted.iter().filter(|what| !seen.contains(*what)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let missing: Vec<_> = StateKind::ALL.iter().filter(|kind| !seen.contains(kind.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
