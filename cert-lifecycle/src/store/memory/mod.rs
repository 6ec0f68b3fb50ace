//! A store that forgets: for tests and simulations.

mod outbox;
mod records;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fmt, mem};

use async_trait::async_trait;
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use super::{
    Append, AppendError, Claim, ClaimRequest, MessageClaim, MessageId, Recorded, Release, Row, Search, Store,
    StoreError, Summary, WaitingMessage, of_every_state, to_the_millisecond,
};
use crate::service::{Actor, RecordedEvent, StateKind};
use crate::{OrderId, ServiceId};
use outbox::Outbox;
use records::Records;

/// Services in memory, and a host's [records](crate::records::RecordStore), for tests and simulations: gone when the store
/// is dropped.
///
/// # Guarantees
/// Those of a [`Store`], but for the disk. Claims go by an ordered index, and events are kept as the text that other
/// stores keep, so that what can't be written and read back shows here too.
///
/// # Caveats
/// A [`search`](Store::search) that is not for a customer's services looks at one service after the other.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    services: BTreeMap<ServiceId, Kept>,
    customers: HashMap<String, BTreeSet<ServiceId>>,
    /// Since or from when each service that is due at all can be claimed.
    wakes: BTreeSet<(Timestamp, ServiceId)>,
    keys: HashMap<PublicKeyHash, ServiceId>,
    orders: HashMap<OrderId, ServiceId>,
    outbox: Outbox,
    watermarks: HashMap<String, String>,
    records: Records,
}

struct Kept {
    version: u64,
    row: Row,
    due_at: Option<Timestamp>,
    tries: u32,
    note: Option<String>,
    lease: Option<Lease>,
    names: BTreeSet<String>,
    events: Vec<Written>,
}

/// An event as other stores keep it.
struct Written {
    at: Timestamp,
    by: Option<Actor>,
    body: Box<str>,
}

struct Lease {
    token: String,
    until: Timestamp,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("services", &self.lock().services.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn append(&self, append: Append) -> Result<(), AppendError> {
        self.lock().append(append)
    }

    async fn history_after(&self, id: ServiceId, version: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        let state = self.lock();
        let events = state.services.get(&id).map_or(&[][..], |kept| &kept.events);
        let known = usize::try_from(version).unwrap_or(usize::MAX);
        let events = events.get(known..).unwrap_or_default();
        let read = |Written { at, by, body }: &Written| {
            let event = serde_json::from_str(body)
                .map_err(|error| StoreError::Corrupt(format!("an event of service {id}: {error}")))?;
            Ok(RecordedEvent { at: *at, by: by.clone(), event })
        };
        events.iter().map(read).collect()
    }

    async fn claim(&self, claim: ClaimRequest) -> Result<Vec<Claim>, StoreError> {
        Ok(self.lock().claim(&claim))
    }

    async fn release(&self, claim: &Claim, release: Release) -> Result<(), StoreError> {
        self.lock().release(claim, release);
        Ok(())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.lock().wakes.first().map(|(wake, _)| *wake))
    }

    async fn summary(&self, id: ServiceId) -> Result<Option<Summary>, StoreError> {
        Ok(self.lock().services.get(&id).map(|kept| kept.summary(id)))
    }

    async fn search(&self, search: Search) -> Result<Vec<Summary>, StoreError> {
        let state = self.lock();
        let start = search.after.map_or(Bound::Unbounded, Bound::Excluded);
        let order = search.text.as_ref().map(OrderId::from_authority);
        let owner = order.and_then(|order| state.orders.get(&order));
        let range = (start, Bound::Unbounded);
        let matching = |(id, kept): (&ServiceId, &Kept)| {
            let summary = kept.summary(*id);
            let is_theirs = search.recorded.as_ref().is_none_or(|Recorded { kind, owner }| {
                state.records.owner(kind, &id.to_string()) == Some(owner.as_str())
            });
            (is_theirs && search.matches(&summary, &kept.names, owner == Some(id))).then_some(summary)
        };
        let Some(customer) = &search.customer else {
            return Ok(state.services.range(range).filter_map(matching).take(search.limit).collect());
        };
        let theirs = state.customers.get(customer).into_iter().flat_map(|ids| ids.range(range));
        let theirs = theirs.filter_map(|id| state.services.get_key_value(id));
        Ok(theirs.filter_map(matching).take(search.limit).collect())
    }

    async fn service_of_order(&self, order_id: &OrderId) -> Result<Option<ServiceId>, StoreError> {
        Ok(self.lock().orders.get(order_id).copied())
    }

    async fn service_of_key(&self, key: &PublicKeyHash) -> Result<Option<ServiceId>, StoreError> {
        Ok(self.lock().keys.get(key).copied())
    }

    async fn claim_messages(
        &self,
        topic: &str,
        claim: ClaimRequest,
    ) -> Result<Vec<MessageClaim>, StoreError> {
        Ok(self.lock().outbox.claim(topic, &claim))
    }

    async fn remove_messages(&self, ids: &[MessageId]) -> Result<(), StoreError> {
        let mut state = self.lock();
        ids.iter().for_each(|id| state.outbox.remove(id));
        Ok(())
    }

    async fn postpone_message(&self, claim: &MessageClaim, due_at: Timestamp) -> Result<(), StoreError> {
        self.lock().outbox.postpone(claim, to_the_millisecond(due_at));
        Ok(())
    }

    async fn messages(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Result<Vec<WaitingMessage>, StoreError> {
        Ok(self.lock().outbox.waiting(topic, after, limit))
    }

    async fn counts(&self) -> Result<Vec<(StateKind, u64)>, StoreError> {
        let mut found = HashMap::new();
        for kept in self.lock().services.values() {
            *found.entry(kept.row.state).or_default() += 1;
        }
        Ok(of_every_state(&found))
    }

    async fn watermark(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.lock().watermarks.get(name).cloned())
    }

    async fn move_watermark(&self, name: &str, seen: Option<&str>, to: &str) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let moves = state.watermarks.get(name).map(String::as_str) == seen;
        if moves {
            state.watermarks.insert(name.to_owned(), to.to_owned());
        }
        Ok(moves)
    }
}

impl State {
    fn append(&mut self, append: Append) -> Result<(), AppendError> {
        let version = append.version();
        let names = append.names_to_keep();
        let Append { id, expected_version, events, row, due_at, keys, orders, messages, ends_claim, .. } =
            append;
        // Everything that can be refused comes first: nothing is stored of what is refused.
        let is_expected = match self.services.get(&id) {
            Some(kept) => expected_version != 0 && kept.version == expected_version,
            None => expected_version == 0,
        };
        if !is_expected {
            return Err(AppendError::Conflict);
        }
        if keys.iter().any(|key| self.keys.get(key).is_some_and(|&owner| owner != id)) {
            return Err(AppendError::KeyTaken);
        }
        if orders.iter().any(|order| self.orders.get(order).is_some_and(|&owner| owner != id)) {
            return Err(AppendError::OrderTaken);
        }
        let written: Vec<_> = events
            .iter()
            .map(|RecordedEvent { at, by, event }| {
                let body = serde_json::to_string(event)?.into_boxed_str();
                Ok(Written { at: to_the_millisecond(*at), by: by.clone(), body })
            })
            .collect::<Result<_, serde_json::Error>>()
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        self.outbox.push(id, version, messages)?;

        self.keys.extend(keys.into_iter().map(|key| (key, id)));
        self.orders.extend(orders.into_iter().map(|order| (order, id)));
        let row = Row { not_after: row.not_after.map(to_the_millisecond), ..row };
        let kept = self.services.entry(id).or_insert_with(|| Kept::new(row.clone()));
        if expected_version == 0 || kept.row.customer != row.customer {
            if let Some(theirs) = self.customers.get_mut(&kept.row.customer) {
                theirs.remove(&id);
            }
            self.customers.entry(row.customer.clone()).or_default().insert(id);
        }
        kept.unschedule(&mut self.wakes, id);
        kept.version = version;
        kept.row = row;
        kept.names = names.unwrap_or_else(|| mem::take(&mut kept.names));
        kept.events.extend(written);
        kept.due_at = due_at.map(to_the_millisecond);
        kept.tries = 0;
        kept.note = None;
        kept.lease.take_if(|lease| Some(&lease.token) == ends_claim.as_ref());
        kept.schedule(&mut self.wakes, id);
        Ok(())
    }

    fn claim(&mut self, request: &ClaimRequest) -> Vec<Claim> {
        let now = to_the_millisecond(request.now);
        let due = self.wakes.iter().take_while(|(wake, _)| *wake <= now).take(request.limit);
        let due: Vec<_> = due.map(|(_, id)| *id).collect();
        let mut claims = Vec::with_capacity(due.len());
        for id in due {
            let Some(kept) = self.services.get_mut(&id) else { continue };
            kept.unschedule(&mut self.wakes, id);
            kept.lease = Some(Lease::of(request));
            kept.schedule(&mut self.wakes, id);
            claims.push(Claim { id, token: request.token.clone(), tries: kept.tries });
        }
        claims
    }

    fn release(&mut self, claim: &Claim, release: Release) {
        let Some(kept) = self.services.get_mut(&claim.id) else { return };
        kept.unschedule(&mut self.wakes, claim.id);
        if kept.lease.take_if(|lease| lease.token == claim.token).is_some() {
            let Release { seen_version, due_at, tries, note } = release;
            if seen_version.is_none_or(|seen| seen == kept.version) {
                (kept.due_at, kept.tries, kept.note) = (due_at.map(to_the_millisecond), tries, note);
            }
        }
        kept.schedule(&mut self.wakes, claim.id);
    }
}

impl Kept {
    fn new(row: Row) -> Self {
        Self {
            version: 0,
            row,
            due_at: None,
            tries: 0,
            note: None,
            lease: None,
            names: BTreeSet::new(),
            events: Vec::new(),
        }
    }

    fn wake(&self) -> Option<Timestamp> {
        self.due_at.map(|due_at| Lease::wake(self.lease.as_ref(), due_at))
    }

    fn schedule(&self, wakes: &mut BTreeSet<(Timestamp, ServiceId)>, id: ServiceId) {
        wakes.extend(self.wake().map(|wake| (wake, id)));
    }

    fn unschedule(&self, wakes: &mut BTreeSet<(Timestamp, ServiceId)>, id: ServiceId) {
        if let Some(wake) = self.wake() {
            wakes.remove(&(wake, id));
        }
    }

    fn summary(&self, id: ServiceId) -> Summary {
        let Self { version, row, due_at, tries, note, .. } = self;
        Summary {
            id,
            version: *version,
            row: row.clone(),
            due_at: *due_at,
            tries: *tries,
            note: note.clone(),
        }
    }
}

impl Lease {
    fn of(request: &ClaimRequest) -> Self {
        Self { token: request.token.clone(), until: to_the_millisecond(request.lease_until) }
    }

    /// When something can be claimed that is due, and perhaps claimed already.
    fn wake(lease: Option<&Self>, due_at: Timestamp) -> Timestamp {
        lease.map_or(due_at, |lease| due_at.max(lease.until))
    }
}
