//! The worker: performs what services need, one claim at a time.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering as Memory};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::FusedFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;
use tokio::sync::Notify;

use crate::ServiceId;
use crate::authority::OrderProgress;
use crate::blame::Blame;
use crate::error::Error;
use crate::lifecycle::{Attendance, Change, Parts, Trouble};
use crate::observe::Observation;
use crate::perform::perform;
use crate::policy::after;
use crate::service::{
    Command, Decision, DoubtfulOrder, Effect, Next, NotAllowed, Ordering, Service, State, decide,
    next_moment, resume, resume_order,
};
use crate::store::{AppendError, Claim, ClaimRequest, Release};
use crate::turns::InTurn;

/// Performs what services need, reads the CA's changes, and delivers what waits in the outbox.
///
/// # Expected flow
/// [`run`](Self::run) until told to stop; or, where time is virtual, [`tick`](Self::tick) after each step of the
/// clock.
///
/// # Guarantees
/// - An order is placed only after the intent to place it is stored, and only by whoever stored it or looked and
///   found no order.
/// - A worker that dies anywhere leaves nothing behind but a lease that ends.
/// - Nothing is claimed once the worker was told to stop, and what is under way is finished.
/// - A store that fails for a while stops nothing that is under way.
///
/// # Caveats
/// A service whose work fails waits longer each time ([`WorkerPolicy::retry`](crate::WorkerPolicy)); why it failed
/// stands in its [`Summary`](crate::Summary).
pub struct Worker {
    parts: Arc<Parts>,
}

/// A claim, and until when calls may be begun for it.
struct Turn {
    claim: Claim,
    calls_until: Timestamp,
}

impl Turn {
    /// Whether it is too late for a call.
    fn is_over_for(&self, effect: &Effect, service: &Service, now: Timestamp) -> bool {
        let is_late = matches!(effect, Effect::PlaceOrder(_)) && service.is_late_to_send(now);
        is_late || now >= self.calls_until
    }
}

/// How a turn ended.
struct Ended {
    release: Release,
    /// Whose part it is that something was left undone, if that is known.
    blame: Option<Blame>,
}

impl From<Release> for Ended {
    fn from(release: Release) -> Self {
        Self { release, blame: None }
    }
}

impl Worker {
    /// The most steps on one claim. A road from the form to the certificate has fewer.
    const MAX_STEPS: usize = 16;

    pub(crate) fn new(parts: Arc<Parts>) -> Self {
        Self { parts }
    }

    /// Works on what is due now, until nothing is. Returns how many claims that were.
    ///
    /// # Errors
    /// If the store fails. That the CA's changes could not be read is logged, and tried again with the next turn.
    pub async fn tick(&self) -> Result<usize, Error> {
        let mut worked = 0;
        self.synchronize_in_turn().await?;
        loop {
            let turns = self.claim(self.parts.policy.concurrency.get()).await?;
            if turns.is_empty() {
                self.deliver().await?;
                return Ok(worked);
            }
            worked += turns.len();
            let mut under_way: FuturesUnordered<_> = turns.into_iter().map(|turn| self.work(turn)).collect();
            while under_way.next().await.is_some() {}
        }
    }

    /// Works on whatever becomes due, until `stop` completes; then finishes what is under way.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        let mut stopping = false;
        let mut under_way = FuturesUnordered::new();
        let mut failures = 0_u32;
        // What is not about one service goes on beside: the CA's list of changes, and the outbox.
        let (to_stop, stopped) = (AtomicBool::new(false), Notify::new());
        let mut beside = std::pin::pin!(self.work_beside(&to_stop, &stopped).fuse());
        loop {
            // Nothing is begun once it is time to stop, whatever else is ready.
            stopping = stopping || stop.as_mut().now_or_never().is_some();
            let free = self.parts.policy.concurrency.get().saturating_sub(under_way.len());
            let mut wait = self.parts.policy.idle;
            if !stopping && free > 0 {
                let mut begun = std::pin::pin!(self.begin(free));
                // What is under way goes on meanwhile: it may hold, or have been promised, what this waits for, such as the
                // store's last connection.
                let begun = loop {
                    tokio::select! {
                        begun = &mut begun => break begun,
                        Some(()) = under_way.next(), if !under_way.is_empty() => {}
                        () = &mut beside, if !beside.is_terminated() => {}
                    }
                };
                match begun {
                    Ok(Begun::Turns(turns)) => {
                        failures = 0;
                        under_way.extend(turns.into_iter().map(|turn| self.work(turn)));
                        continue;
                    }
                    Ok(Begun::NothingFor(idle)) => {
                        failures = 0;
                        wait = idle;
                    }
                    Err(error) => {
                        failures = failures.saturating_add(1);
                        wait = self.parts.policy.retry.delay(failures);
                        tracing::error!(error = %Chain(&error), "could not look for work");
                    }
                }
            }
            if stopping {
                to_stop.store(true, Memory::Relaxed);
                stopped.notify_one();
            }
            if stopping && under_way.is_empty() {
                // What is being delivered is delivered to the end, so that nobody gets it twice.
                if !beside.is_terminated() {
                    beside.await;
                }
                return;
            }
            tokio::select! {
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = &mut stop, if !stopping => stopping = true,
                () = &mut beside, if !beside.is_terminated() => {}
                () = self.parts.wake.notified(), if !stopping && free > 0 => {}
                () = tokio::time::sleep(wait), if !stopping && free > 0 => {}
            }
        }
    }

    /// Reads the CA's changes and delivers what waits in the outbox, until told to stop.
    async fn work_beside(&self, to_stop: &AtomicBool, stopped: &Notify) {
        let mut failures = 0_u32;
        while !to_stop.load(Memory::Relaxed) {
            let done = match self.synchronize_in_turn().await {
                Ok(()) => self.deliver().await,
                Err(error) => Err(error),
            };
            failures = match done {
                Ok(()) => 0,
                Err(error) => {
                    tracing::error!(error = %Chain(&error), "could not read changes or deliver");
                    failures.saturating_add(1)
                }
            };
            let pause = self.parts.policy.retry.delay(failures.max(1)).min(self.parts.policy.idle);
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stopped.notified() => {}
            }
        }
    }

    async fn deliver(&self) -> Result<(), Error> {
        let delivered = self.parts.outbox.deliver_due().await?;
        if delivered != crate::outbox::Deliveries::default() {
            self.parts.observe(Observation::Delivered(delivered));
        }
        Ok(())
    }

    /// Reads the CA's changes if it is time to, and no other worker has just done so.
    async fn synchronize_in_turn(&self) -> Result<(), Error> {
        /// The watermark that says when somebody last took the turn.
        const TURN: &str = "turn to read changes";

        let Some(every) = self.parts.policy.sync else { return Ok(()) };
        let seen = self.parts.store.watermark(TURN).await?;
        let now = self.parts.now();
        let last = seen.as_deref().and_then(|text| text.parse::<Timestamp>().ok());
        // By our own clock, too: of two that differ by more than a pause, each would find the other's turn long past.
        let ours = self.parts.last_turn.load();
        if [last, ours].into_iter().flatten().any(|last| is_just_taken(last, every, now)) {
            return Ok(());
        }
        if !self.parts.store.move_watermark(TURN, seen.as_deref(), &now.to_string()).await? {
            return Ok(());
        }
        self.parts.last_turn.store(now);
        match self.parts.synchronize().await {
            Ok(report) => {
                tracing::debug!(listed = report.listed, news = report.news, "read the CA's changes");
            }
            Err(Error::Store(error)) => return Err(error.into()),
            Err(error) => tracing::warn!(error = %Chain(&error), "could not read the CA's changes"),
        }
        Ok(())
    }

    async fn begin(&self, limit: usize) -> Result<Begun, Error> {
        let turns = self.claim(limit).await?;
        if !turns.is_empty() {
            return Ok(Begun::Turns(turns));
        }
        let idle = self.parts.policy.idle;
        let Some(due) = self.parts.store.next_due().await? else { return Ok(Begun::NothingFor(idle)) };
        let wait = due.duration_since(self.parts.now());
        Ok(Begun::NothingFor(Duration::try_from(wait).unwrap_or_default().min(idle)))
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Turn>, Error> {
        let mut token = [0; 16];
        self.parts.entropy.fill(&mut token)?;
        let now = self.parts.now();
        let lease = self.parts.policy.lease;
        let request = ClaimRequest {
            now,
            lease_until: after(now, lease),
            token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
            limit,
        };
        let claims = self.parts.store.claim(request).await?;
        let calls_until = after(now, lease / 2);
        Ok(claims.into_iter().map(|claim| Turn { claim, calls_until }).collect())
    }

    /// Works on one service. What goes wrong is this service's matter, not the worker's.
    async fn work(&self, turn: Turn) {
        let in_turn = self.in_turn(turn.claim.id).await;
        let release = match self.advance(&turn, &in_turn).await {
            Ok(ended) => ended.release,
            Err(error) => {
                let service = turn.claim.id;
                tracing::error!(%service, error = %Chain(&error), "could not work on a service");
                let tries = turn.claim.tries.saturating_add(1);
                let due_at = after(self.parts.now(), self.parts.policy.retry.delay(tries));
                let note = Some(Chain(&error).to_string());
                Release { seen_version: None, due_at: Some(due_at), tries, note }
            }
        };
        if let Err(error) = self.parts.store.release(&turn.claim, release).await {
            // The lease ends by itself; whoever claims the service next reads what was stored.
            tracing::error!(service = %turn.claim.id, error = %Chain(&error), "left a service to its lease");
        }
    }

    /// Works on one service now, whether or not it is due or claimed. `tries` is how often in a row nothing came of it.
    pub(crate) async fn attend(&self, id: ServiceId, tries: u32) -> Result<Attendance, Error> {
        // Nobody is kept out by it: correctness does not rest on a lease.
        let claim = Claim { id, token: String::new(), tries };
        let in_turn = self.in_turn(id).await;
        let calls_until = after(self.parts.now(), self.parts.policy.lease / 2);
        let Ended { release, blame } = self.advance(&Turn { claim, calls_until }, &in_turn).await?;
        let Release { due_at, tries, note, .. } = release;
        let trouble = note.clone().zip(blame).map(|(note, blame)| Trouble { note, blame });
        Ok(Attendance { due_at, tries, trouble, note })
    }

    /// Waits for whoever works on a service by the same lifecycle. Whoever waits in vain still has as long for calls.
    async fn in_turn(&self, id: ServiceId) -> InTurn<'_> {
        self.parts.turns.begin(id, self.parts.policy.lease / 4).await
    }

    /// Takes a service as far as it can go now.
    async fn advance(&self, turn: &Turn, in_turn: &InTurn<'_>) -> Result<Ended, Error> {
        let id = turn.claim.id;
        let mut service = self.parts.load(id).await?.ok_or(Error::NotFound(id))?;
        let mut tries = turn.claim.tries;
        let terms = &self.parts.terms;
        let mut next = resume(&service, terms, self.parts.now());
        // Whether to look at what happens elsewhere: it was claimed because its turn has come. What else the turn brings
        // does not put the look off; that somebody has just looked does.
        let mut looks = !in_turn.follows_another();
        // Why something beside the order could not be done: the order does not wait for it.
        let mut left: Option<Ended> = None;
        for _ in 0..Self::MAX_STEPS {
            let step = match next {
                Next::Poll(effect) if looks => Next::Perform(effect),
                other => other,
            };
            let command = match step {
                Next::Rest => return Ok(sooner(left, self.rest(&service))),
                Next::Poll(_) => return Ok(sooner(left, self.poll_again(&service, 0))),
                Next::Decide(command) => command,
                // Not enough of the lease is left, or the intent is an old one: another turn, which looks first.
                Next::Perform(effect) if turn.is_over_for(&effect, &service, self.parts.now()) => {
                    return Ok(self.release(&service, Some(self.parts.now()), tries).into());
                }
                Next::Perform(effect) => {
                    let name = effect.name();
                    let is_aside = match effect {
                        Effect::Revoke(_) | Effect::MakeRequest(_) => true,
                        Effect::Withdraw(_) => !service.doubtful_orders.is_empty(),
                        _ => false,
                    };
                    looks &= is_aside;
                    let performed = perform(&self.parts, &service, effect, tries).await;
                    self.parts.observe(Observation::Call { name, is_done: performed.is_ok() });
                    match performed {
                        Ok(command) => command,
                        Err(failure) if is_aside && left.is_none() => {
                            left = Some(self.try_again(&service, tries, &failure, failure.blame));
                            next = resume_order(&service, terms, self.parts.now());
                            continue;
                        }
                        Err(failure) => {
                            let ended = self.try_again(&service, tries, &failure, failure.blame);
                            return Ok(sooner(left, ended));
                        }
                    }
                }
            };
            let is_issued =
                matches!(&command, Command::RecordReport(report) if report.progress == OrderProgress::Issued);
            let before = service.clone();
            let (after, effect) = match self.record(service, command, turn.calls_until).await? {
                Recorded::Stored { service, effect } => (service, effect),
                Recorded::Late { service } => {
                    return Ok(sooner(left, self.release(&service, Some(self.parts.now()), tries)));
                }
                Recorded::Refused { service, refusal } => {
                    return Ok(self.try_again(&service, tries, &refusal, Blame::Internal));
                }
            };
            service = after;
            if let Some(order_id) = service.stray_orders.get(before.stray_orders.len()) {
                tracing::warn!(service = %id, %order_id, "the CA has an order that nobody waits for");
            }
            // There is a certificate to fetch, or there may be: an order that is found this far along may have one, and the
            // CA's list may have told so already.
            looks |= matches!(&service.state, State::Issuing(_))
                && (is_issued || matches!(&before.state, State::Ordering(_)));
            if has_progressed(&before, &service) {
                tries = 0;
                tracing::info!(service = %id, state = %service.state.kind(), "went on");
            }
            next = match effect {
                Some(effect) => Next::Perform(effect),
                None if service.version == before.version => {
                    return Ok(sooner(left, self.poll_again(&service, tries.saturating_add(1))));
                }
                None if left.is_some() => resume_order(&service, terms, self.parts.now()),
                None => resume(&service, terms, self.parts.now()),
            };
        }
        Ok(sooner(left, self.poll_again(&service, tries.saturating_add(1))))
    }

    /// Decides a command and stores what comes of it. Where somebody else was faster the command is decided again: the
    /// outcome of a call must not get lost because the service has moved on.
    async fn record(
        &self,
        service: Service,
        command: Command,
        calls_until: Timestamp,
    ) -> Result<Recorded, Error> {
        /// Others change a service seldom: this many lost races in a row are a fault.
        const MAX_RACES: usize = 8;

        let id = service.id;
        let mut service = service;
        for _ in 0..MAX_RACES {
            let decided = decide(Some(&service), command.clone(), self.parts.now(), &self.parts.terms);
            let Decision { events, effect } = match decided {
                Ok(decision) => decision,
                Err(refusal) => return Ok(Recorded::Refused { service, refusal }),
            };
            // What is not sent any more is not stored as sent: the next turn looks again first.
            if matches!(effect, Some(Effect::PlaceOrder(_))) && self.parts.now() >= calls_until {
                return Ok(Recorded::Late { service });
            }
            let change = Change { keys: keys_of(&command), ..Change::default() };
            match self.parts.store_events(id, Some(service.clone()), events, change).await {
                Ok(after) => return Ok(Recorded::Stored { service: after.unwrap_or(service), effect }),
                Err(AppendError::Conflict) => {
                    service = self.parts.load(id).await?.ok_or(Error::NotFound(id))?;
                }
                Err(AppendError::KeyTaken | AppendError::OrderTaken) => return Err(Error::OrderTaken(id)),
                Err(AppendError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Error::Busy(id))
    }

    fn poll_again(&self, service: &Service, tries: u32) -> Release {
        let tries_counted = if self.parts.relies_on_list(service) { u32::MAX } else { tries };
        let due_at = after(self.parts.now(), self.parts.policy.poll.delay(tries_counted));
        let note = match &service.state {
            State::Ordering(ordering) if ordering.is_taken => {
                Some("the CA says that it has the order, and does not show it".to_owned())
            }
            State::Ordering(Ordering { doubt: Some(_), .. }) => {
                Some("the CA refused the order, perhaps because an earlier call for it arrived".to_owned())
            }
            State::Issuing(issuing) if issuing.doubtful_since.is_some() => {
                Some("what the CA hands out is not yet what was ordered".to_owned())
            }
            state if state.is_at_rest() && !service.doubtful_orders.is_empty() => {
                Some("which of the CA's orders is the one that was given up is not clear yet".to_owned())
            }
            _ => None,
        };
        Release { note, ..self.release(service, Some(due_at), tries) }
    }

    fn rest(&self, service: &Service) -> Release {
        let now = self.parts.now();
        let mut silences = service.doubtful_orders.iter().map(DoubtfulOrder::silent_from);
        let note = silences
            .any(|silent_from| now < silent_from)
            .then(|| "an order that was given up may still arrive at the CA".to_owned());
        Release { note, ..self.release(service, None, 0) }
    }

    fn try_again(&self, service: &Service, tries: u32, why: &dyn fmt::Display, blame: Blame) -> Ended {
        let tries = tries.saturating_add(1);
        let due_at = after(self.parts.now(), self.parts.policy.retry.delay(tries));
        tracing::warn!(service = %service.id, %why, tries, %due_at, "will try again");
        let release = Release { note: Some(why.to_string()), ..self.release(service, Some(due_at), tries) };
        Ended { release, blame: Some(blame) }
    }

    /// Ends a claim. Whatever a service waits for, what the clock brings is not slept through.
    fn release(&self, service: &Service, due_at: Option<Timestamp>, tries: u32) -> Release {
        let moment = next_moment(service, &self.parts.terms, self.parts.now());
        let due_at = due_at.into_iter().chain(moment).min();
        Release { seen_version: Some(service.version), due_at, tries, note: None }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("policy", &self.parts.policy).finish_non_exhaustive()
    }
}

/// What a look for work came to.
enum Begun {
    Turns(Vec<Turn>),
    NothingFor(Duration),
}

/// What recording a command came to.
enum Recorded {
    Stored {
        service: Service,
        effect: Option<Effect>,
    },
    Refused {
        service: Service,
        refusal: NotAllowed,
    },
    /// Nothing was stored: an order would have to be sent, and it is too late for that.
    Late {
        service: Service,
    },
}

/// The end of a turn in which something was left undone: the next one comes as soon as either wants it.
fn sooner(left: Option<Ended>, ended: impl Into<Ended>) -> Ended {
    let ended = ended.into();
    let Some(Ended { release: left, blame }) = left else { return ended };
    let due_at = left.due_at.into_iter().chain(ended.release.due_at).min();
    Ended { release: Release { due_at, tries: left.tries, note: left.note, ..ended.release }, blame }
}

/// When somebody last took a turn.
#[derive(Default)]
pub(crate) struct LastTurn(Mutex<Option<Timestamp>>);

impl LastTurn {
    fn load(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, at: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }
}

/// Whether a turn was taken less than so long ago. The clock that it was taken by may be ahead of ours; what is further ahead was
/// told by one that was set back since, and must not keep anybody waiting.
fn is_just_taken(last: Timestamp, every: Duration, now: Timestamp) -> bool {
    now < after(last, every) && last < after(now, every)
}

/// The key of a request that the system made.
fn keys_of(command: &Command) -> Vec<csr_tools::PublicKeyHash> {
    match command {
        Command::RecordRequest(request) => vec![request.public_key_hash()],
        _ => Vec::new(),
    }
}

/// Whether something was achieved. Sending an order again, or doubting its refusal, achieves nothing: the next try waits
/// longer.
fn has_progressed(before: &Service, after: &Service) -> bool {
    let ordering = |service: &Service| matches!(&service.state, State::Ordering(o) if o.attempt.is_some());
    before.version != after.version && !(ordering(before) && ordering(after))
}

/// An error with what caused it.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_no_turn_again_because_another_clock_is_ahead() {
        let every = Duration::from_secs(600);
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let at = |seconds| now + jiff::SignedDuration::from_secs(seconds);
        for (last, expected) in
            [(-600, false), (-599, true), (0, true), (60, true), (599, true), (600, false), (86_400, false)]
        {
            assert_eq!(is_just_taken(at(last), every, now), expected, "{last}");
        }
    }
}
