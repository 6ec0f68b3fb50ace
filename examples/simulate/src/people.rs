//! Customers, the host and the reseller: what they do, and when.

mod asking;
mod forms;
mod hearing;

use std::collections::BTreeMap;
use std::sync::Arc;

use cert_domain::{Instruction, PaidThrough};
use cert_lifecycle::delivery::Fact;
use cert_lifecycle::{Blame, Error, Lifecycle, NewService, Service, ServiceId, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::agenda::{Request, Task};
use crate::dice::{Dice, Purpose};
use crate::life::{Leaving, Life, Sort};
use crate::machine::Machine;
use crate::ports::{publish, take_back};
use crate::run::Remark;
use crate::seen::{Deed, Number, Seen};
use crate::world::World;

/// All people around a shop.
pub(crate) struct People {
    world: Arc<World>,
    lifecycle: Lifecycle,
    customers: BTreeMap<Number, Customer>,
    /// What did not go as these people expect: nothing that a promise speaks of.
    pub(crate) remarks: Vec<Remark>,
}

/// A customer of one service.
pub(crate) struct Customer {
    life: Life,
    dice: Dice,
    id: ServiceId,
    mistakes: u8,
    /// Whether he wants the service to go on.
    stays: bool,
    pays: bool,
    /// Whether nothing more comes of it.
    is_over: bool,
    /// What he has published himself.
    published: Vec<Instruction>,
    /// The last period that he pays for, by its first day, and the day on which he does.
    paid_for: Option<(Date, Date)>,
    /// Whether he has come to buy.
    has_come: bool,
    /// How many names he has asked for beyond the first.
    added: u8,
    /// The newest certificate that he has, by its serial number.
    newest: Option<String>,
    /// Whether he is going to fill in the first form.
    has_begun: bool,
}

/// What became of something that somebody wanted to do.
enum Outcome {
    Done,
    /// Not now: in a while.
    Later(SignedDuration),
}

/// Why it could not be done.
struct Failed(Error);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl People {
    pub(crate) fn new(world: Arc<World>, lifecycle: Lifecycle, numbers: &[u32]) -> Self {
        let mut customers = BTreeMap::new();
        for number in numbers.iter().copied().map(Number) {
            let life = Life::draw(&world.settings, number);
            let id = ServiceId::for_reference(&format!("service-{}", number.0));
            world.enter(id, number);
            world.plan(life.born_at, number, Task::Buy);
            let mut dice = Dice::new(world.settings.seed, Purpose::Life, number.0);
            // Beyond what the life itself was drawn from.
            dice = Dice::new(dice.bits(), Purpose::Life, number.0);
            let mistakes = life.mistakes;
            let customer = Customer {
                life,
                dice,
                id,
                mistakes,
                stays: true,
                pays: true,
                is_over: false,
                published: Vec::new(),
                paid_for: None,
                has_come: false,
                added: 0,
                newest: None,
                has_begun: false,
            };
            customers.insert(number, customer);
        }
        Self { world, lifecycle, customers, remarks: Vec::new() }
    }

    /// Everybody does what is due.
    pub(crate) async fn act(&mut self) {
        loop {
            let now = self.world.now();
            // Apart from the condition of the loop, so that nothing is locked meanwhile.
            let next = self.world.lock().agenda.take(now);
            let Some((number, task)) = next else { return };
            let Some(customer) = self.customers.get_mut(&number).filter(|customer| !customer.is_over) else {
                continue;
            };
            self.world.stage.work_on(Some(number));
            let mut scene = Scene { world: &self.world, lifecycle: &self.lifecycle, customer };
            let outcome = scene.carry_out(task.clone()).await;
            let clicks_twice = scene.customer.life.sort == Sort::Careless && is_clicked(&task);
            if clicks_twice && matches!(outcome, Ok(Outcome::Done)) {
                // Whatever comes of the second click: it must do no harm.
                let _second = scene.carry_out(task.clone()).await;
            }
            match outcome {
                Ok(Outcome::Done) => {}
                Ok(Outcome::Later(wait)) => self.again(number, task, wait),
                Err(Failed(error)) if is_passing(&error) => {
                    self.again(number, task, SignedDuration::from_mins(20));
                }
                Err(Failed(error)) => self.remark(number, &task, &error),
            }
        }
    }

    fn again(&self, number: Number, task: Task, wait: SignedDuration) {
        let at = later(self.world.now(), wait);
        self.world.plan(at, number, task);
    }

    fn remark(&mut self, number: Number, task: &Task, error: &Error) {
        const MOST: usize = 1000;
        if self.remarks.len() < MOST {
            let kind = format!("{}: {}", task.word(), error.blame().as_str());
            let text = format!("{} {}: {task:?}: {error}", self.world.now(), number.0);
            self.remarks.push(Remark { kind, text });
        }
    }

    /// What the host was told.
    pub(crate) fn hear(&mut self, heard: Vec<(Number, Fact)>) {
        for (number, fact) in heard {
            if let Some(customer) = self.customers.get_mut(&number).filter(|customer| !customer.is_over) {
                hearing::react(&self.world, customer, &fact);
            }
        }
    }

    /// The services whose lives have not ended.
    pub(crate) fn end_all(&mut self) {
        let open =
            self.customers.values_mut().filter(|customer| !customer.is_over && customer.is_born(&self.world));
        for customer in open {
            customer.is_over = true;
            self.world.see(Seen::Over { number: customer.life.number });
        }
    }
}

impl Customer {
    fn is_born(&self, world: &World) -> bool {
        self.life.born_at <= world.now()
    }
}

/// Whether customers click on something for it.
fn is_clicked(task: &Task) -> bool {
    matches!(task, Task::Buy | Task::Look | Task::Pay(_) | Task::Bring | Task::Ask(_) | Task::Leave)
}

/// Whether the same may go well later.
fn is_passing(error: &Error) -> bool {
    match error.blame() {
        Blame::Internal => !matches!(error, Error::Corrupt(_)),
        Blame::UnknownOutcome | Blame::Network => true,
        _ => matches!(error, Error::Busy(_)),
    }
}

pub(crate) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A customer, in front of the lifecycle.
pub(super) struct Scene<'a> {
    world: &'a Arc<World>,
    lifecycle: &'a Lifecycle,
    customer: &'a mut Customer,
}

impl Scene<'_> {
    fn done(&self, deed: Deed) {
        self.world.see(Seen::Done { number: self.customer.life.number, deed });
    }

    fn plan(&self, wait: SignedDuration, task: Task) {
        self.world.plan(later(self.world.now(), wait), self.customer.life.number, task);
    }

    /// Today, by the host's clock.
    fn today(&self) -> Date {
        let now = self.world.now();
        TimeZone::UTC.to_datetime(later(now, self.world.weather.skew(Machine::Host, now))).date()
    }

    async fn carry_out(&mut self, task: Task) -> Result<Outcome, Failed> {
        match task {
            Task::Buy => self.buy().await,
            Task::Look => self.look().await,
            Task::Pay(period_start) => self.pay(period_start).await,
            Task::Bring => self.bring().await,
            Task::Ask(request) => self.ask(request).await,
            Task::Leave => self.leave().await,
            Task::Terminate => self.terminate().await,
            Task::Settle => self.settle().await,
            Task::End => self.end().await,
            // Those are not people's here.
            Task::Publish(_) | Task::Decide { .. } | Task::RevokeByAuthority { .. } => Ok(Outcome::Done),
        }
    }

    async fn service(&self) -> Result<Service, Error> {
        self.lifecycle.service(self.customer.id).await
    }

    async fn buy(&mut self) -> Result<Outcome, Failed> {
        let life = self.customer.life.clone();
        let Ok(offer) = life.offer() else { return Ok(Outcome::Done) };
        let Ok(customer) = life.customer.parse() else { return Ok(Outcome::Done) };
        // Said once, whatever has to be tried again.
        if !std::mem::replace(&mut self.customer.has_come, true) {
            self.world.see(Seen::Wanted { number: life.number, wish: life.wish() });
            self.plan(DAY * 60, Task::End);
            for (after, request) in &life.requests {
                self.plan(*after, Task::Ask(*request));
            }
            if let Some((after, _)) = life.leaves {
                self.plan(after, Task::Leave);
            }
        }
        let new = NewService::new(offer, customer).with_reference(&format!("service-{}", life.number.0));
        self.lifecycle.create(new).await?;
        if life.cycle.is_some() {
            let today = self.today();
            let paid_on = self.paid_on(self.customer.paid_for.map_or(today, |(first, _)| first));
            let service = self.service().await?;
            // It may be stored although the host was told that it failed.
            if service.account.paid_through.is_none() {
                self.lifecycle.receive_payment(self.customer.id, None, paid_on).await?;
            }
        }
        if !std::mem::replace(&mut self.customer.has_begun, true) {
            let wait = hearing::delay(self.customer, "form");
            self.plan(wait, Task::Look);
        }
        Ok(Outcome::Done)
    }

    /// Looks at the service, and does what it waits for.
    async fn look(&mut self) -> Result<Outcome, Failed> {
        let service = self.service().await?;
        match &service.state {
            State::Validating(validating) if service.published.is_empty() => self.prove(validating).await,
            _ if service.takes_form() && self.customer.stays && self.has_paid(&service) => {
                self.fill_in(&service).await
            }
            _ => Ok(Outcome::Done),
        }
    }

    /// Whether a new certificate is paid for: the first one is, and another in the place of one that was revoked, or that
    /// ended too early.
    fn has_paid(&self, service: &Service) -> bool {
        let paid_through = service.account.paid_through.map(PaidThrough::date);
        let covered = paid_through.or(service.account.term_ends);
        service.certificates.is_empty() || covered.is_some_and(|covered| covered > self.today())
    }

    async fn prove(&mut self, validating: &cert_lifecycle::Validating) -> Result<Outcome, Failed> {
        let instructions = validating.instructions();
        let is_published = instructions.iter().any(|one| !matches!(one, Instruction::Message { .. }));
        if is_published {
            for former in std::mem::take(&mut self.customer.published) {
                take_back(self.world, self.customer.life.number, &former);
            }
            for instruction in &instructions {
                publish(self.world, self.customer.life.number, instruction);
            }
            self.customer.published = instructions;
            self.done(Deed::Proved);
            self.lifecycle.request_check(self.customer.id).await?;
        } else {
            let mut has_proved = false;
            for mail in self.world.sandbox.mail_about(validating.order_id.as_str()) {
                if mail.approve_url.is_some() && mail.approved_at.is_none() {
                    // A former link works no longer.
                    has_proved |= self.world.sandbox.approve_mail(mail.id).await.is_ok();
                }
            }
            if !has_proved {
                // The links are too old by now: he asks for another message, and looks again.
                return match self.lifecycle.resend_verification(self.customer.id).await {
                    // The CA was satisfied meanwhile.
                    Err(Error::NotAllowed(_)) => Ok(Outcome::Done),
                    resent => resent.map(|()| Outcome::Later(HOUR * 6)).map_err(Failed::from),
                };
            }
            self.done(Deed::Proved);
        }
        Ok(Outcome::Done)
    }

    async fn pay(&mut self, period_start: Date) -> Result<Outcome, Failed> {
        if !self.customer.pays {
            return Ok(Outcome::Done);
        }
        let paid_on = self.paid_on(period_start);
        self.lifecycle.receive_payment(self.customer.id, Some(period_start), paid_on).await?;
        // What has ended meanwhile may want a form, now that it is paid.
        if self.service().await?.takes_form() {
            let wait = self.customer.dice.hours(1, 24);
            self.plan(wait, Task::Look);
        }
        Ok(Outcome::Done)
    }

    /// The day on which a period was paid for: today, if it was not before. It stays the same however often the host has to
    /// tell of it.
    fn paid_on(&mut self, period_start: Date) -> Date {
        match self.customer.paid_for {
            Some((paid_for, paid_on)) if paid_for >= period_start => paid_on,
            _ => {
                let paid_on = self.today();
                self.customer.paid_for = Some((period_start, paid_on));
                let amount = self.customer.life.wish().price;
                self.done(Deed::Paid { period_start, paid_on, amount });
                paid_on
            }
        }
    }

    async fn leave(&mut self) -> Result<Outcome, Failed> {
        let Some((_, how)) = self.customer.life.leaves else { return Ok(Outcome::Done) };
        let at_once = match how {
            Leaving::ByNotPaying => {
                self.customer.pays = false;
                self.done(Deed::StopsPaying);
                return Ok(Outcome::Done);
            }
            Leaving::AtOnce => true,
            Leaving::AtEnd => false,
        };
        self.done(Deed::Ends { at_once });
        self.customer.pays = false;
        self.customer.stays = !at_once;
        self.lifecycle.request_cancellation(self.customer.id, "too expensive", !at_once).await?;
        Ok(Outcome::Done)
    }

    /// The host ends a service that was not paid for.
    async fn terminate(&mut self) -> Result<Outcome, Failed> {
        if self.customer.pays {
            return Ok(Outcome::Done);
        }
        self.done(Deed::Ends { at_once: true });
        self.customer.stays = false;
        self.lifecycle.terminate(self.customer.id).await?;
        Ok(Outcome::Done)
    }

    /// The reseller settles what only he can: cancels orders that nobody waits for, and lets the service go on.
    async fn settle(&mut self) -> Result<Outcome, Failed> {
        let id = self.customer.id;
        for order_id in self.service().await?.stray_orders {
            match self.lifecycle.cancel_stray_order(id, &order_id).await {
                Ok(()) => self.done(Deed::CancelledOrder),
                Err(error) if is_passing(&error) => return Err(error.into()),
                // It has a certificate: that one is left to itself.
                Err(_) => {}
            }
        }
        if matches!(self.service().await?.state, State::Held { .. }) {
            self.lifecycle.resume(id).await?;
        }
        Ok(Outcome::Done)
    }

    /// Whether nothing more comes of it.
    async fn end(&mut self) -> Result<Outcome, Failed> {
        let service = self.service().await?;
        let now = self.world.now();
        let is_quiet = |certificate: &Arc<cert_lifecycle::service::ServiceCertificate>| {
            later(certificate.certificate.not_after, DAY * 20) < now
        };
        let is_dead = service.certificates.iter().all(is_quiet);
        let paid_through = service.account.paid_through.map(PaidThrough::date);
        let is_unpaid = paid_through.is_none_or(|paid| paid < self.today());
        let is_under_way =
            matches!(service.state, State::Ordering(_) | State::Validating(_) | State::Issuing(_));
        let is_young = now < later(self.customer.life.born_at, DAY * 120);
        if !is_dead || !is_unpaid || is_under_way || is_young {
            return Ok(Outcome::Later(DAY * 15));
        }
        for former in std::mem::take(&mut self.customer.published) {
            take_back(self.world, self.customer.life.number, &former);
        }
        self.customer.is_over = true;
        self.world.see(Seen::Over { number: self.customer.life.number });
        Ok(Outcome::Done)
    }

    async fn ask(&mut self, request: Request) -> Result<Outcome, Failed> {
        asking::ask(self, request).await
    }
}
