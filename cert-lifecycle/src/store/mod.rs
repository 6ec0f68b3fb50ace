//! The port to where services are kept.

mod memory;
mod message;
#[cfg(feature = "postgres")]
mod postgres;
mod search;
mod search_form;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::collections::{BTreeSet, HashMap};
use std::error::Error as StdError;

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

pub use memory::MemoryStore;
pub use message::{InvalidMessageId, Message, MessageClaim, MessageId, WaitingMessage};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
pub use search::{Recorded, Search};
pub use search_form::SearchForm;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use crate::service::{RecordedEvent, Service, StateKind};
use crate::{OrderId, ServiceId};

/// Where services are kept: their events, the rows that people and workers query, and the messages that are to leave.
///
/// # Expected flow
/// Whoever decides something [`append`](Self::append)s it. Workers [`claim`](Self::claim) what is due, and end the claim
/// with an append that says so, or by [`release`](Self::release). What an append wrote for others is taken from the
/// outbox by [`claim_messages`](Self::claim_messages), delivered, and [`remove`](Self::remove_messages)d.
///
/// # Guarantees
/// - An [`append`](Self::append) stores everything or nothing, and succeeds only if nobody appended meanwhile.
/// - A service is claimed by one worker at a time, for as long as its lease runs. Correctness does not rest on it: two
///   workers on one service meet at the version.
/// - A public key, and an order, belong to one service for good.
/// - A message is there exactly if its append is, and stays until it is removed: whoever delivers it before removing it
///   delivers it at least once. Its [identifier](MessageId) never changes, so that receivers can tell a repetition. A
///   service's messages of one topic are handed out one after the other, in the order in which they were appended.
/// - What was stored has reached the disk when a method returns, if the store has one.
/// - The cost of claiming does not grow with the number of services, only with what is claimed.
///
/// # Assumptions
/// All that use a store share a clock, to within a small part of a lease.
///
/// # Caveats
/// Times are kept to the millisecond; what is finer is cut off.
///
/// # Errors
/// Every method may be tried again after [`StoreError::Unavailable`]. Whether it was carried out is then told by reading.
#[async_trait]
pub trait Store: Send + Sync {
    /// Appends events to a service.
    async fn append(&self, append: Append) -> Result<(), AppendError>;

    /// A service's events, oldest first; none for an unknown service.
    async fn history(&self, id: ServiceId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.history_after(id, 0).await
    }

    /// A service's events after so many, oldest first: what is new to somebody who knows it at that version. The cost grows
    /// with these alone. None, where the service has no more than that, or fewer.
    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Claims services whose time has come, those that could be claimed for longest first: since they were due, or since
    /// the lease of whoever claimed them before has ended.
    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError>;

    /// Ends a claim. What was appended by others meanwhile keeps its own due time.
    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError>;

    /// When the next service is due, whether or not it is claimed.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The row of a service.
    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError>;

    /// The rows of the services that a search matches, in the order of their identifiers, which is that of their creation.
    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError>;

    /// The service that an order belongs to.
    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError>;

    /// The service that a public key belongs to.
    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError>;

    /// Claims messages of a topic whose time has come, those that could be claimed for longest first, and of each service
    /// the earliest alone: the next one is handed out once that one is removed.
    async fn claim_messages(&self, topic: &str, claim: ClaimRequest)
    -> Result<Vec<MessageClaim>, StoreError>;

    /// Forgets messages that were delivered, or given up. It does not matter whose they are by now, or whether they are
    /// still there: delivered is delivered.
    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError>;

    /// Ends the claim of a message that could not be delivered, and has it handed out again later, with one more try. The
    /// service's messages after it, of the same topic, wait as long. Nothing happens if somebody else has claimed it since.
    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError>;

    /// What waits in the outbox, of a topic or of all, in the order of the messages' identifiers: a service's messages stand
    /// together, in the order in which they were appended. The next page comes after the last message of the one before; a
    /// page that is not full is the last. For people who look after the system: it reads past the messages of other topics.
    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError>;

    /// How many services stand in each state: every state once, in the order of [`StateKind::ALL`], with 0 where there are
    /// none. The cost grows with the number of services.
    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError>;

    /// How far something has come that goes on from run to run, such as reading the CA's changes.
    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Moves a watermark if it still stands where the caller saw it; `None`: if there is none yet. Answers whether it was
    /// moved.
    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError>;
}

/// What is appended, in one transaction.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct Append {
    /// The service.
    pub id: ServiceId,
    /// How many events the service has, as the caller knows it; 0 creates it.
    pub expected_version: u64,
    /// The events to add.
    pub events: Vec<RecordedEvent>,
    /// The row after the events.
    pub row: Row,
    /// When the service needs a worker; `None`: not until somebody asks something of it.
    pub due_at: Option<Timestamp>,
    /// Public keys that belong to the service from now on. Naming one again changes nothing.
    pub keys: Vec<PublicKeyHash>,
    /// Orders that belong to the service from now on. Naming one again changes nothing.
    pub orders: Vec<OrderId>,
    /// The DNS names of its order and its certificates, by which it can be [found](Search::name), in place of those that it
    /// had; `None`: as before. Case makes no difference.
    pub names: Option<Vec<String>>,
    /// What is to be delivered because of the events, in this order. Adding events is what makes the messages'
    /// identifiers new: an append with messages has at least one event.
    pub messages: Vec<Message>,
    /// The name of a claim that ends with this append, if it still holds.
    pub ends_claim: Option<String>,
}

impl Append {
    /// How many events the service has afterwards.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.expected_version.saturating_add(u64::try_from(self.events.len()).unwrap_or(u64::MAX))
    }

    /// The names as stores keep them: in lower case, each once.
    fn names_to_keep(&self) -> Option<BTreeSet<String>> {
        let names = self.names.as_ref()?;
        Some(names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }
}

/// What people query of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct Row {
    /// Where it stands.
    pub state: StateKind,
    /// Who bought it.
    pub customer: String,
    /// The product's code.
    pub product: String,
    /// The common name, once configured.
    pub common_name: Option<String>,
    /// The newest order.
    pub order_id: Option<String>,
    /// The serial number of the certificate in force.
    pub serial_number: Option<String>,
    /// The last moment of that certificate's validity.
    pub not_after: Option<Timestamp>,
    /// How many orders the CA has for it that it does not wait for.
    pub stray_orders: u32,
}

impl From<&Service> for Row {
    fn from(service: &Service) -> Self {
        let certificate = service.certificate();
        let last = certificate.map(|certificate| &certificate.configuration);
        let configuration = service.state.configuration().or(last);
        let order_id = service.state.order_id().or(certificate.map(|certificate| &certificate.order_id));
        let certificate = certificate.map(|certificate| &certificate.certificate);
        Self {
            state: service.state.kind(),
            customer: service.customer.to_string(),
            product: service.offer.product.code.to_string(),
            common_name: configuration
                .and_then(|configuration| configuration.common_name())
                .map(str::to_owned),
            order_id: order_id.map(ToString::to_string),
            serial_number: certificate.map(|certificate| certificate.serial_number.clone()),
            not_after: certificate.map(|certificate| certificate.not_after),
            stray_orders: u32::try_from(service.stray_orders.len()).unwrap_or(u32::MAX),
        }
    }
}

/// The row of a service, and how the worker fares with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct Summary {
    /// The service.
    pub id: ServiceId,
    /// How many events it has.
    pub version: u64,
    /// What people query of it.
    pub row: Row,
    /// When it needs a worker next.
    pub due_at: Option<Timestamp>,
    /// How often in a row it was picked up without anything coming of it.
    pub tries: u32,
    /// Why nothing came of it, the last time.
    pub note: Option<String>,
}

/// Asks for services to work on.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct ClaimRequest {
    /// The time now: what is due by it can be claimed.
    pub now: Timestamp,
    /// Until when the claims hold, unless released before.
    pub lease_until: Timestamp,
    /// A name for these claims that no other has.
    pub token: String,
    /// How many at most.
    pub limit: usize,
}

/// A service that is ours to work on until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct Claim {
    /// The service.
    pub id: ServiceId,
    /// The name of the claim.
    pub token: String,
    /// How often in a row the service was picked up without anything coming of it.
    pub tries: u32,
}

/// How a claim ends.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "stores and workers make it")]
pub struct Release {
    /// How many events the service had when the claim's holder last saw it; `None` if it could not be read. What others
    /// appended meanwhile keeps its own due time.
    pub seen_version: Option<u64>,
    /// When the service needs a worker next.
    pub due_at: Option<Timestamp>,
    /// How often in a row it has now been picked up without anything coming of it.
    pub tries: u32,
    /// Why nothing came of it.
    pub note: Option<String>,
}

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// Somebody else appended meanwhile: read again, and decide again.
    #[error("the service was changed meanwhile")]
    Conflict,
    /// A public key belongs to another service.
    #[error("a public key belongs to another service")]
    KeyTaken,
    /// An order belongs to another service.
    #[error("an order belongs to another service")]
    OrderTaken,
    /// The store failed. Whether it stored is told by reading again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A store that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It can't be reached, or did not carry out what it was asked.
    #[error("the store failed")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// It was written by a newer version.
    #[error("the store has schema {found}, and this version knows {known}")]
    NewerSchema {
        /// The schema found.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// It holds something that no version wrote.
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}

/// Every state, with how many services were found in it.
fn of_every_state(found: &HashMap<StateKind, u64>) -> Vec<(StateKind, u64)> {
    StateKind::ALL.iter().map(|state| (*state, found.get(state).copied().unwrap_or_default())).collect()
}

/// A moment, as precisely as stores keep it.
pub(crate) fn to_the_millisecond(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time)
}
