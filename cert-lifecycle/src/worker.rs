//! The worker: performs what services need, one claim at a time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;

use crate::acceptance::accept;
use crate::authority::AuthorityError;
use crate::error::Error;
use crate::lifecycle::Parts;
use crate::policy::after;
use crate::service::{Command, Decision, Effect, Next, Placement, Service, decide, resume};
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
///
/// # Caveats
/// A service whose work fails waits longer each time ([`WorkerPolicy::retry`](crate::WorkerPolicy)); why it failed
/// stands in its [`Summary`](crate::Summary).
pub struct Worker {
    parts: Arc<Parts>,
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
            let claims = self.claim(self.parts.policy.concurrency).await?;
            if claims.is_empty() {
                return Ok(worked);
            }
            worked += claims.len();
            let mut under_way: FuturesUnordered<_> =
                claims.into_iter().map(|claim| self.work(claim)).collect();
            while under_way.next().await.is_some() {}
        }
    }

    /// Works on whatever becomes due, until `stop` completes; then finishes what is under way.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let mut stop = std::pin::pin!(stop);
        let mut stopping = false;
        let mut under_way = FuturesUnordered::new();
        loop {
            let free = self.parts.policy.concurrency.saturating_sub(under_way.len());
            let mut wait = self.parts.policy.idle;
            if !stopping && free > 0 {
                let claims = self.claim(free).await?;
                if claims.is_empty() {
                    wait = self.time_until_due().await?;
                } else {
                    under_way.extend(claims.into_iter().map(|claim| self.work(claim)));
                    continue;
                }
            }
            if stopping && under_way.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = &mut stop, if !stopping => stopping = true,
                () = self.parts.wake.notified(), if !stopping && free > 0 => {}
                () = tokio::time::sleep(wait), if !stopping && free > 0 => {}
            }
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Claim>, Error> {
        let mut token = [0; 16];
        self.parts.entropy.fill(&mut token)?;
        let now = self.parts.now();
        let request = ClaimRequest {
            now,
            lease_until: after(now, self.parts.policy.lease),
            token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
            limit,
        };
        Ok(self.parts.store.claim(request).await?)
    }

    async fn time_until_due(&self) -> Result<Duration, Error> {
        let idle = self.parts.policy.idle;
        let Some(due) = self.parts.store.next_due().await? else { return Ok(idle) };
        let wait = due.duration_since(self.parts.now());
        Ok(Duration::try_from(wait).unwrap_or_default().min(idle))
    }

    /// Works on one service. What goes wrong is this service's matter, not the worker's.
    async fn work(&self, claim: Claim) {
        let released = match self.advance(&claim).await {
            Ok(release) => self.parts.store.release(&claim, release).await.map_err(Error::from),
            // The lease ends by itself; whoever claims the service next reads what was stored.
            Err(error) => Err(error),
        };
        if let Err(error) = released {
            tracing::error!(service = %claim.id, %error, "left a service to its lease");
        }
    }

    /// Takes a service as far as it can go now.
    async fn advance(&self, claim: &Claim) -> Result<Release, Error> {
        let mut service = self.parts.load(claim.id).await?.ok_or(Error::NotFound(claim.id))?;
        let mut tries = claim.tries;
        let mut next = match resume(&service) {
            // It was claimed because its turn has come.
            Next::Poll(effect) => Next::Perform(effect),
            other => other,
        };
        for _ in 0..Self::MAX_STEPS {
            let command = match next {
                Next::Rest => return Ok(release(&service, None, 0)),
                Next::Poll(_) => return Ok(release(&service, Some(self.poll_again(0)), 0)),
                Next::Decide(command) => command,
                Next::Perform(effect) => match self.perform(effect).await {
                    Ok(command) => command,
                    Err(failure) => return Ok(self.try_again(&service, tries, &failure)),
                },
            };
            let decided = decide(Some(&service), command);
            let Ok(Decision { events, effect }) = decided else {
                // The CA's answer fits no more: somebody else took the service further.
                return Ok(release(&service, Some(self.parts.now()), tries));
            };
            let unchanged = events.is_empty();
            service = match self.parts.store_events(claim.id, Some(service.clone()), events, None).await {
                Ok(after) => after.unwrap_or(service),
                Err(AppendError::Conflict | AppendError::KeyTaken) => {
                    return Ok(release(&service, Some(self.parts.now()), tries));
                }
                Err(AppendError::Store(error)) => return Err(error.into()),
            };
            next = match effect {
                Some(effect) => Next::Perform(effect),
                None if unchanged => {
                    tries = tries.saturating_add(1);
                    return Ok(release(&service, Some(self.poll_again(tries)), tries));
                }
                None => {
                    tries = 0;
                    tracing::info!(service = %service.id, state = %service.state.kind(), "went on");
                    resume(&service)
                }
            };
        }
        Ok(release(&service, Some(self.poll_again(tries)), tries.saturating_add(1)))
    }

    fn poll_again(&self, tries: u32) -> Timestamp {
        after(self.parts.now(), self.parts.policy.poll.delay(tries))
    }

    fn try_again(&self, service: &Service, tries: u32, failure: &Failure) -> Release {
        let tries = tries.saturating_add(1);
        let due_at = after(self.parts.now(), self.parts.policy.retry.delay(tries));
        tracing::warn!(service = %service.id, %failure, tries, %due_at, "will try again");
        Release { note: Some(failure.to_string()), ..release(service, Some(due_at), tries) }
    }

    /// Makes a call, and says what to record of it.
    async fn perform(&self, effect: Effect) -> Result<Command, Failure> {
        let authority = &self.parts.authority;
        let call = effect.name();
        let failed = |error| Failure { call, error };
        match effect {
            Effect::PlaceOrder(order) => match authority.place_order(&order).await {
                Ok(placed) => Ok(Command::RecordPlacement(Placement::Placed(placed))),
                Err(AuthorityError::Refused(findings)) => {
                    Ok(Command::RecordPlacement(Placement::Refused(findings)))
                }
                Err(AuthorityError::OrderIdTaken) => Ok(Command::RecordPlacement(Placement::IdentifierTaken)),
                Err(error) => Err(failed(error)),
            },
            Effect::LookUpOrder(order_id) => {
                authority.find_order(&order_id).await.map(Command::RecordLookup).map_err(failed)
            }
            Effect::RenewCode(order_id) => {
                authority.renew_code(&order_id).await.map(Command::RecordCode).map_err(failed)
            }
            Effect::StartCheck(code) => match authority.start_check(&code).await {
                // A check that the CA refuses to start has no bearing any more: the order's progress tells.
                Ok(()) | Err(AuthorityError::Refused(_)) => Ok(Command::RecordCheckStarted),
                Err(AuthorityError::CodeUnknown) => Ok(Command::RecordCodeLost),
                Err(error) => Err(failed(error)),
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
                let outcome = fetched.map(|fetched| accept(&configuration, &fetched, now));
                Ok(Command::RecordCertificate(outcome))
            }
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").field("policy", &self.parts.policy).finish_non_exhaustive()
    }
}

fn release(service: &Service, due_at: Option<Timestamp>, tries: u32) -> Release {
    Release { seen_version: service.version, due_at, tries, note: None }
}

/// A call that did not succeed, and whose outcome is for a later look to find.
#[derive(Debug)]
struct Failure {
    call: &'static str,
    error: AuthorityError,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.error)?;
        let mut cause = std::error::Error::source(&self.error);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
