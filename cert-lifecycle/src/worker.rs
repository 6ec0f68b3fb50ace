//! The worker: performs what services need, one claim at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use jiff::Timestamp;

use crate::OrderId;
use crate::acceptance::accept;
use crate::authority::{AuthorityError, OrderProgress};
use crate::error::Error;
use crate::lifecycle::Parts;
use crate::policy::after;
use crate::service::{
    Command, Decision, Effect, Next, NotAllowed, Ordering, Placement, Service, State, decide, resume,
};
use crate::store::{AppendError, Claim, ClaimRequest, Release};

/// Performs what services need.
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

impl Worker {
    /// The most steps on one claim. A road from the form to the certificate has fewer.
    const MAX_STEPS: usize = 16;

    pub(crate) fn new(parts: Arc<Parts>) -> Self {
        Self { parts }
    }

    /// Works on what is due now, until nothing is. Returns how many claims that were.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tick(&self) -> Result<usize, Error> {
        let mut worked = 0;
        loop {
            let turns = self.claim(self.parts.policy.concurrency.get()).await?;
            if turns.is_empty() {
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
        loop {
            // Nothing is begun once it is time to stop, whatever else is ready.
            stopping = stopping || stop.as_mut().now_or_never().is_some();
            let free = self.parts.policy.concurrency.get().saturating_sub(under_way.len());
            let mut wait = self.parts.policy.idle;
            if !stopping && free > 0 {
                match self.begin(free).await {
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
            if stopping && under_way.is_empty() {
                return;
            }
            tokio::select! {
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = &mut stop, if !stopping => stopping = true,
                () = self.parts.wake.notified(), if !stopping && free > 0 => {}
                () = tokio::time::sleep(wait), if !stopping && free > 0 => {}
            }
        }
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
        let release = match self.advance(&turn).await {
            Ok(release) => release,
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

    /// Takes a service as far as it can go now.
    async fn advance(&self, turn: &Turn) -> Result<Release, Error> {
        let id = turn.claim.id;
        let mut service = self.parts.load(id).await?.ok_or(Error::NotFound(id))?;
        let mut tries = turn.claim.tries;
        let mut next = match resume(&service) {
            // It was claimed because its turn has come.
            Next::Poll(effect) => Next::Perform(effect),
            other => other,
        };
        for _ in 0..Self::MAX_STEPS {
            let command = match next {
                Next::Rest => return Ok(release(&service, None, 0)),
                Next::Poll(_) => return Ok(self.poll_again(&service, 0)),
                Next::Decide(command) => command,
                // Not enough of the lease is left: another turn.
                Next::Perform(_) if self.parts.now() >= turn.calls_until => {
                    return Ok(release(&service, Some(self.parts.now()), tries));
                }
                Next::Perform(effect) => match self.perform(effect).await {
                    Ok(command) => command,
                    Err(failure) => return Ok(self.try_again(&service, tries, &failure)),
                },
            };
            let before = service.clone();
            let (after, effect) = match self.record(service, command).await? {
                Recorded::Stored { service, effect } => (service, effect),
                Recorded::Refused { service, refusal } => {
                    return Ok(self.try_again(&service, tries, &refusal));
                }
            };
            service = after;
            if let Some(order_id) = service.stray_orders.get(before.stray_orders.len()) {
                tracing::warn!(service = %id, %order_id, "the CA has an order that nobody waits for");
            }
            if has_progressed(&before, &service) {
                tries = 0;
                tracing::info!(service = %id, state = %service.state.kind(), "went on");
            }
            next = match effect {
                Some(effect) => Next::Perform(effect),
                None if service.version == before.version => {
                    return Ok(self.poll_again(&service, tries.saturating_add(1)));
                }
                None => resume(&service),
            };
        }
        Ok(self.poll_again(&service, tries.saturating_add(1)))
    }

    /// Decides a command and stores what comes of it. Where somebody else was faster the command is decided again: the
    /// outcome of a call must not get lost because the service has moved on.
    async fn record(&self, service: Service, command: Command) -> Result<Recorded, Error> {
        /// Others change a service seldom: this many lost races in a row are a fault.
        const MAX_RACES: usize = 8;

        let id = service.id;
        let mut service = service;
        for _ in 0..MAX_RACES {
            let decided = decide(Some(&service), command.clone(), self.parts.now());
            let Decision { events, effect } = match decided {
                Ok(decision) => decision,
                Err(refusal) => return Ok(Recorded::Refused { service, refusal }),
            };
            match self.parts.store_events(id, Some(service.clone()), events, None).await {
                Ok(after) => return Ok(Recorded::Stored { service: after.unwrap_or(service), effect }),
                Err(AppendError::Conflict | AppendError::KeyTaken | AppendError::OrderTaken) => {
                    service = self.parts.load(id).await?.ok_or(Error::NotFound(id))?;
                }
                Err(AppendError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Error::Busy(id))
    }

    fn poll_again(&self, service: &Service, tries: u32) -> Release {
        let due_at = after(self.parts.now(), self.parts.policy.poll.delay(tries));
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
            _ => None,
        };
        Release { note, ..release(service, Some(due_at), tries) }
    }

    fn try_again(&self, service: &Service, tries: u32, why: &dyn fmt::Display) -> Release {
        let tries = tries.saturating_add(1);
        let due_at = after(self.parts.now(), self.parts.policy.retry.delay(tries));
        tracing::warn!(service = %service.id, %why, tries, %due_at, "will try again");
        Release { note: Some(why.to_string()), ..release(service, Some(due_at), tries) }
    }

    /// Makes a call, and says what to record of it.
    async fn perform(&self, effect: Effect) -> Result<Command, Failure> {
        let authority = &self.parts.authority;
        let call = effect.name();
        let failed = |error| Failure { call, error };
        match effect {
            Effect::PlaceOrder(order) => {
                let placement = match authority.place_order(&order).await {
                    Ok(placed) => Placement::Placed(placed),
                    Err(AuthorityError::Refused(findings)) => Placement::Refused(findings),
                    Err(AuthorityError::Blocked(findings)) => Placement::Blocked(findings),
                    Err(AuthorityError::OrderIdTaken) => Placement::IdentifierTaken,
                    Err(error) => return Err(failed(error)),
                };
                Ok(Command::RecordPlacement { order_id: order.order_id, placement })
            }
            Effect::LookUpOrder { order_id, seen_version } => {
                let found = authority.find_order(&order_id).await.map_err(failed)?;
                Ok(Command::RecordLookup { order_id, found, seen_version })
            }
            Effect::RenewCode { order_id, seen_version } => match authority.renew_code(&order_id).await {
                Ok(code) => Ok(Command::RecordCode { code, seen_version }),
                Err(AuthorityError::Refused(_) | AuthorityError::Blocked(_)) => {
                    Ok(Command::RecordCodeRefused)
                }
                Err(error) => self.unless_settled(&order_id, failed(error)).await,
            },
            Effect::StartCheck { order_id, code, request } => match authority.start_check(&code).await {
                // A check that the CA refuses to start has no bearing any more: the order's progress tells.
                Ok(()) | Err(AuthorityError::Refused(_) | AuthorityError::Blocked(_)) => {
                    Ok(Command::RecordCheckStarted { request })
                }
                Err(AuthorityError::CodeUnknown) => Ok(Command::RecordCodeLost(code)),
                Err(error) => self.unless_settled(&order_id, failed(error)).await,
            },
            Effect::ReadProgress(order_id) => {
                authority.order_progress(&order_id).await.map(Command::RecordProgress).map_err(failed)
            }
            Effect::ReadNames(order_id) => {
                authority.name_states(&order_id).await.map(Command::RecordNames).map_err(failed)
            }
            Effect::FetchCertificate(order_id, configuration) => {
                let fetched = authority.certificate(&order_id).await.map_err(failed)?;
                let now = self.parts.now();
                Ok(Command::RecordCertificate(fetched.map(|fetched| accept(&configuration, &fetched, now))))
            }
        }
    }

    /// A verification that can't be got on with may no longer be needed: the order may be further, or over.
    async fn unless_settled(&self, order_id: &OrderId, failure: Failure) -> Result<Command, Failure> {
        match self.parts.authority.order_progress(order_id).await {
            Ok(progress @ (OrderProgress::Accepted | OrderProgress::Issued | OrderProgress::Rejected)) => {
                Ok(Command::RecordProgress(progress))
            }
            _ => Err(failure),
        }
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
    Stored { service: Service, effect: Option<Effect> },
    Refused { service: Service, refusal: NotAllowed },
}

fn release(service: &Service, due_at: Option<Timestamp>, tries: u32) -> Release {
    Release { seen_version: Some(service.version), due_at, tries, note: None }
}

/// Whether something was achieved. Sending an order again, or doubting its refusal, achieves nothing: the next try waits
/// longer.
fn has_progressed(before: &Service, after: &Service) -> bool {
    let ordering = |service: &Service| matches!(&service.state, State::Ordering(o) if o.attempt.is_some());
    before.version != after.version && !(ordering(before) && ordering(after))
}

/// A call that did not succeed, and whose outcome is for a later look to find.
#[derive(Debug)]
struct Failure {
    call: &'static str,
    error: AuthorityError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, Chain(&self.error))
    }
}

/// An error with what caused it.
struct Chain<'a>(&'a dyn std::error::Error);

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
