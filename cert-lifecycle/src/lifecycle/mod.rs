//! What a frontend calls.

mod account;
mod acting;
mod attending;
mod builder;
mod certificates;
mod configuring;
mod once;
mod orders;
mod overview;
mod periods;
mod synchronizing;
mod validating;

use std::fmt;
use std::sync::Arc;

use cert_domain::Finding;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;
use tokio::sync::Notify;

pub use self::account::{Drift, DriftReport, ImportDecision, ImportItem, ImportPlan, ImportReport};
pub use self::acting::{Acted, ActedView, InputProblem, InvalidInput, read_form};
pub use self::attending::{Attendance, Patience, Seen, Standstill, Trouble};
pub use self::builder::LifecycleBuilder;
pub use self::certificates::CertificateFiles;
pub(crate) use self::configuring::make_request;
pub use self::configuring::{GeneratedRequest, NewService};
pub use self::overview::{Ahead, AheadKind, Health, Overview};
pub use self::synchronizing::SyncReport;
pub use self::validating::{FormFinding, SaidBy, SecondOpinion, Validation};

use crate::ServiceId;
use crate::acceptance::KnownIssuers;
use crate::authority::CertificateAuthority;
use crate::clock::{Clock, Entropy};
use crate::error::Error;
use crate::notice::{LinkToken, Notice};
use crate::observe::{Observation, Observe};
use crate::outbox::{Deliveries, Outbox};
use crate::policy::{WorkerPolicy, after};
use crate::publisher::ProofPublisher;
use crate::service::{
    Action, Actor, Command, Decision, Event, Next, RecordedEvent, Role, Service, State, StateKind, apply,
    decide, next_moment, notices, resume, utc,
};
use crate::services::Services;
use crate::store::{
    Append, AppendError, Message, MessageId, Row, Search, Store, StoreError, Summary, WaitingMessage,
};
use crate::turns::Turns;
use crate::vault::KeyVault;
use crate::worker::{LastTurn, Worker};
use crate::{OrderId, Terms};

/// The services of a reseller: what a frontend calls.
///
/// # Expected flow
/// [`create_service`](Self::create_service), [`configure`](Self::configure); the [`worker`](Self::worker) orders. The
/// customer publishes what [`Validating::instructions`](crate::Validating::instructions) says; then
/// [`request_check`](Self::request_check), and the worker goes on until the service is active. From there on the worker
/// reissues, renews, reminds and asks for invoices by itself, as the [`Terms`] say.
///
/// # Guarantees
/// - One intent buys one order, whatever crashes or gets lost: see the crate's documentation.
/// - What a method reports as done is in the store, with who asked for it ([`acting_for`](Self::acting_for)).
/// - A key that was used for one service is refused for any other.
///
/// # Caveats
/// Nothing reaches the CA without a worker, except what says so.
#[derive(Clone)]
pub struct Lifecycle {
    pub(crate) parts: Arc<Parts>,
    actor: Option<Actor>,
}

pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) services: Arc<Services>,
    pub(crate) authority: Arc<dyn CertificateAuthority>,
    /// Those of the certificates that came last.
    pub(crate) issuers: KnownIssuers,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) policy: WorkerPolicy,
    pub(crate) terms: Terms,
    pub(crate) vault: Option<KeyVault>,
    pub(crate) publisher: Option<Arc<dyn ProofPublisher>>,
    #[cfg(feature = "precheck")]
    pub(crate) lookups: Option<Arc<dyn crate::precheck::ProofLookups>>,
    /// For whom notices are put into the outbox, since somebody takes them out.
    pub(crate) tells: Told,
    pub(crate) outbox: Outbox,
    pub(crate) observer: Option<Arc<dyn Observe>>,
    /// When the workers of this process last took the turn to read the CA's changes.
    pub(crate) last_turn: LastTurn,
    /// Who works on which service.
    pub(crate) turns: Turns,
    /// Tells the workers of this process that something was asked for.
    pub(crate) wake: Notify,
}

impl Lifecycle {
    /// A lifecycle over a store and a CA.
    #[must_use]
    pub fn builder(
        store: impl Store + 'static,
        authority: impl CertificateAuthority + 'static,
    ) -> LifecycleBuilder {
        LifecycleBuilder::new(store, authority)
    }

    /// The same services, with somebody who asks: the history says so.
    #[must_use]
    pub fn acting_for(&self, actor: Actor) -> Self {
        Self { parts: Arc::clone(&self.parts), actor: Some(actor) }
    }

    /// What the reseller has settled about time.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.parts.terms
    }

    /// A service as it is now.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn service(&self, id: ServiceId) -> Result<Service, Error> {
        self.parts.load(id).await?.ok_or(Error::NotFound(id))
    }

    /// What somebody can do with a service right now, in the order of a menu.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn actions(&self, id: ServiceId, role: Role) -> Result<Vec<Action>, Error> {
        let service = self.service(id).await?;
        self.actions_of(&service, role).await
    }

    async fn actions_of(&self, service: &Service, role: Role) -> Result<Vec<Action>, Error> {
        let mut actions = service.actions(role, self.parts.now());
        if self.parts.vault.is_none() {
            actions.retain(|action| *action != Action::PurgeKeys);
        }
        if actions.contains(&Action::TakeKey) && !self.holds_key(service).await? {
            actions.retain(|action| *action != Action::TakeKey);
        }
        Ok(actions)
    }

    /// How the worker fares with a service.
    ///
    /// # Errors
    /// If there is no such service, or the store fails.
    pub async fn summary(&self, id: ServiceId) -> Result<Summary, Error> {
        self.parts.store.summary(id).await?.ok_or(Error::NotFound(id))
    }

    /// The services that a search matches, a page at a time.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn search(&self, search: Search) -> Result<Vec<Summary>, Error> {
        Ok(self.parts.store.search(search).await?)
    }

    /// The services that somebody means: the one with this identifier, else those that are known by this
    /// ([`Search::text`]), of which the first two are told.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn find(&self, named: &str) -> Result<Vec<ServiceId>, Error> {
        if let Ok(id) = named.parse() {
            return Ok(self.parts.store.summary(id).await?.map(|summary| summary.id).into_iter().collect());
        }
        let found =
            self.search(Search { text: Some(named.to_owned()), limit: 2, ..Search::default() }).await?;
        Ok(found.into_iter().map(|summary| summary.id).collect())
    }

    /// Everything that happened to a service, oldest first, with who asked for it: its audit log.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn history(&self, id: ServiceId) -> Result<Vec<RecordedEvent>, Error> {
        Ok(self.parts.store.history(id).await?)
    }

    /// How many services stand in each state: every state once, with 0 where there are none. For pages on health, and metrics.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn counts(&self) -> Result<Vec<(StateKind, u64)>, Error> {
        Ok(self.parts.store.counts().await?)
    }

    /// What waits in the outbox, of a topic (such as [`Notice::FOR_PEOPLE`]) or of all, without its contents, a page at a
    /// time: the next one comes after the last message of the one before. A service's messages stand together, in order.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn waiting_messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, Error> {
        Ok(self.parts.store.messages(topic, after, limit).await?)
    }

    /// A worker over these services. Any number may run, in this process and in others.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker::new(Arc::clone(&self.parts))
    }

    /// Delivers what waits in the outbox now. A worker does this by itself.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn deliver_due(&self) -> Result<Deliveries, Error> {
        self.parts.outbox.deliver_due().await
    }

    async fn execute(&self, id: ServiceId, command: Command) -> Result<(), Error> {
        self.execute_with(id, command, Vec::new(), None).await.map(|_| ())
    }

    /// Decides a command and stores what comes of it, with the keys that belong to the service from now on, and the token
    /// of a link that is made. Answers with the service after it.
    async fn execute_with(
        &self,
        id: ServiceId,
        command: Command,
        keys: Vec<PublicKeyHash>,
        token: Option<LinkToken>,
    ) -> Result<Service, Error> {
        /// Others change a service seldom: this many lost races in a row are a fault.
        const MAX_RACES: usize = 32;

        let is_new = matches!(command, Command::Create { .. } | Command::Import(_));
        for _ in 0..MAX_RACES {
            let service = self.parts.load(id).await?;
            match &service {
                None if !is_new => return Err(Error::NotFound(id)),
                Some(_) if is_new => return Err(Error::Exists(id)),
                _ => {}
            }
            let decided = decide(service.as_ref(), command.clone(), self.parts.now(), &self.parts.terms);
            let Decision { events, .. } = decided?;
            let by = Change {
                by: self.actor.clone(),
                keys: keys.clone(),
                token: token.clone(),
                ..Change::default()
            };
            match self.parts.store_events(id, service, events, by).await {
                Err(AppendError::Conflict) => {}
                Err(AppendError::OrderTaken) => return Err(Error::OrderTaken(id)),
                Err(AppendError::KeyTaken) => return Err(Error::Findings(key_in_use().into())),
                Err(AppendError::Store(error)) => return Err(error.into()),
                Ok(after) => {
                    self.parts.wake.notify_one();
                    return after.ok_or(Error::NotFound(id));
                }
            }
        }
        Err(Error::Busy(id))
    }
}

impl fmt::Debug for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifecycle").field("policy", &self.parts.policy).finish_non_exhaustive()
    }
}

/// That a key was used before.
fn key_in_use() -> Finding {
    let english = "the key serves another certificate: make a new one";
    let polish = "klucz służy innemu certyfikatowi: wygeneruj nowy";
    Finding::stated(1032, "CSR public key", english, polish)
}

/// Who is told of what happens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told {
    pub(crate) people: bool,
    pub(crate) programs: bool,
}

/// What comes with events, and is not in them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    /// Who asked.
    pub(crate) by: Option<Actor>,
    /// Keys that belong to the service from now on.
    pub(crate) keys: Vec<PublicKeyHash>,
    /// Orders that belong to the service from now on, beside those that it knows itself.
    pub(crate) orders: Vec<OrderId>,
    /// The token of the link that is made.
    pub(crate) token: Option<LinkToken>,
}

impl Parts {
    /// The time now, as precisely as stores keep it.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Today, in UTC.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        utc(self.now())
    }

    pub(crate) async fn load(&self, id: ServiceId) -> Result<Option<Service>, Error> {
        self.services.load(id).await
    }

    pub(crate) fn observe(&self, what: Observation) {
        if let Some(observer) = &self.observer {
            observer.observe(what);
        }
    }

    /// Stores what a decision came to, with what people and programs are told of it, and returns the service after it.
    pub(crate) async fn store_events(
        &self,
        id: ServiceId,
        service: Option<Service>,
        events: Vec<Event>,
        change: Change,
    ) -> Result<Option<Service>, AppendError> {
        if events.is_empty() {
            return Ok(service);
        }
        let at = self.now();
        let expected_version = service.as_ref().map_or(0, |service| service.version);
        let (before, mut after) = (service.as_ref().map(|service| service.state.kind()), service);
        let mut recorded = Vec::with_capacity(events.len());
        let mut messages = Vec::new();
        for event in events {
            let event = RecordedEvent { at, by: change.by.clone(), event };
            let next = apply(id, after.clone(), event.clone())
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            if self.tells.people || self.tells.programs {
                let told =
                    notices(after.as_ref(), &event.event, &next, at, change.token.as_ref(), &self.terms);
                self.put_into_messages(&told, at, &mut messages)?;
            }
            after = Some(next);
            recorded.push(event);
        }
        let Some(after) = after else { return Ok(None) };
        let append = Append {
            id,
            expected_version,
            events: recorded,
            row: Row::from(&after),
            due_at: self.due_at(&after, at),
            keys: change.keys,
            orders: orders_of(&after, change.orders),
            names: Some(names_of(&after)),
            messages,
            ends_claim: None,
        };
        // Where it is not known what was stored, the store is asked for all of it.
        self.store.append(append).await.inspect_err(|_| self.services.forget(id))?;
        self.services.keep(&after);
        if let Some(from) = before.filter(|from| *from != after.state.kind()) {
            self.observe(Observation::Transition { from, to: after.state.kind() });
        }
        Ok(Some(after))
    }

    fn put_into_messages(
        &self,
        told: &[Notice],
        due_at: Timestamp,
        messages: &mut Vec<Message>,
    ) -> Result<(), StoreError> {
        for notice in told {
            let body =
                serde_json::to_string(notice).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            let people = self.tells.people.then(|| notice.topic_for_people()).flatten();
            let programs = self.tells.programs.then(|| notice.topic_for_programs()).flatten();
            for topic in people.into_iter().chain(programs) {
                messages.push(Message { topic: topic.to_owned(), body: body.clone(), due_at });
            }
        }
        Ok(())
    }

    /// When a worker is to look at a service: now, if there is something to do, or when the clock brings something.
    pub(crate) fn due_at(&self, service: &Service, now: Timestamp) -> Option<Timestamp> {
        let moment = next_moment(service, &self.terms, now);
        match resume(service, &self.terms, now) {
            Next::Rest => moment,
            Next::Poll(_) if self.relies_on_list(service) => {
                let look_at = after(now, self.policy.poll.delay(u32::MAX));
                Some(moment.map_or(look_at, |moment| moment.min(look_at)))
            }
            _ => Some(now),
        }
    }

    /// Whether the CA's list of changes tells of the order that is under way: then it is looked at by itself only in case
    /// the list did not.
    pub(crate) fn relies_on_list(&self, service: &Service) -> bool {
        let is_listed = matches!(service.state, State::Validating(_) | State::Issuing(_));
        is_listed && !self.policy.polls_orders && self.policy.sync.is_some()
    }

    /// Has a worker look at a service now, though nothing happened to it.
    pub(crate) async fn wake_up(&self, service: &Service) -> Result<(), AppendError> {
        let append = Append {
            id: service.id,
            expected_version: service.version,
            events: Vec::new(),
            row: Row::from(service),
            due_at: Some(self.now()),
            keys: Vec::new(),
            orders: Vec::new(),
            names: None,
            messages: Vec::new(),
            ends_claim: None,
        };
        self.store.append(append).await
    }
}

/// The orders that the CA has for a service, with some more. The name that we give to a renewal or a reissue is none of
/// them.
fn orders_of(service: &Service, mut orders: Vec<OrderId>) -> Vec<OrderId> {
    let is_ours_alone =
        service.open_attempt().is_some_and(|(_, attempt)| attempt.kind != crate::authority::OrderKind::New);
    let current = service.state.order_id().filter(|_| !is_ours_alone);
    let issued = service.certificates.iter().map(|certificate| &certificate.order_id);
    for order_id in current.into_iter().chain(&service.stray_orders).chain(issued.rev().take(1)) {
        if !orders.contains(order_id) {
            orders.push(order_id.clone());
        }
    }
    orders
}

/// The names that a service is found by.
fn names_of(service: &Service) -> Vec<String> {
    let ordered = service.state.configuration().and_then(|configuration| configuration.names());
    let ordered = ordered.into_iter().flat_map(|names| names.as_slice()).map(ToString::to_string);
    let issued =
        service.certificate().into_iter().flat_map(|certificate| certificate.certificate.names.clone());
    let mut names: Vec<_> = ordered.chain(issued).collect();
    names.sort_unstable();
    names.dedup();
    names
}
