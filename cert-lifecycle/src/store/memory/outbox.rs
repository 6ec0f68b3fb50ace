//! Messages that wait for their delivery.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use jiff::Timestamp;

use super::Lease;
use crate::ServiceId;
use crate::store::{
    ClaimRequest, Message, MessageClaim, MessageId, StoreError, WaitingMessage, to_the_millisecond,
};

#[derive(Default)]
pub(super) struct Outbox {
    messages: BTreeMap<MessageId, Queued>,
    /// Since or from when each message of a topic can be claimed, unless an earlier one stands before it.
    wakes: BTreeMap<String, BTreeSet<(Timestamp, MessageId)>>,
}

struct Queued {
    message: Message,
    tries: u32,
    lease: Option<Lease>,
}

impl Outbox {
    pub(super) fn push(
        &mut self,
        service: ServiceId,
        version: u64,
        messages: Vec<Message>,
    ) -> Result<(), StoreError> {
        let first = MessageId { service, version, number: 0 };
        if !messages.is_empty() && self.messages.contains_key(&first) {
            return Err(StoreError::Unavailable("messages without an event".into()));
        }
        for (number, message) in (0..).zip(messages) {
            let message = Message { due_at: to_the_millisecond(message.due_at), ..message };
            self.put(MessageId { number, ..first }, Queued { message, tries: 0, lease: None });
        }
        Ok(())
    }

    pub(super) fn claim(&mut self, topic: &str, request: &ClaimRequest) -> Vec<MessageClaim> {
        let now = to_the_millisecond(request.now);
        let wakes = self.wakes.get(topic).into_iter().flatten();
        let ready = wakes.take_while(|(wake, _)| *wake <= now).map(|(_, id)| *id);
        let ready: Vec<_> = ready.filter(|id| self.is_first(id, topic)).take(request.limit).collect();
        let mut claims = Vec::with_capacity(ready.len());
        for id in ready {
            let Some(mut queued) = self.take(&id) else { continue };
            queued.lease = Some(Lease::of(request));
            let (body, tries) = (queued.message.body.clone(), queued.tries);
            claims.push(MessageClaim { id, token: request.token.clone(), body, tries });
            self.put(id, queued);
        }
        claims
    }

    pub(super) fn remove(&mut self, id: &MessageId) {
        self.take(id);
    }

    pub(super) fn postpone(&mut self, claim: &MessageClaim, due_at: Timestamp) {
        let id = claim.id;
        let holds = |queued: &Queued| queued.lease.as_ref().is_some_and(|lease| lease.token == claim.token);
        if !self.messages.get(&id).is_some_and(holds) {
            return;
        }
        let Some(mut queued) = self.take(&id) else { return };
        let topic = queued.message.topic.clone();
        queued.lease = None;
        queued.message.due_at = due_at;
        queued.tries = queued.tries.saturating_add(1);
        self.put(id, queued);
        let behind = self.messages.range(id..=Self::last_of(id.service)).skip(1);
        let behind: Vec<_> =
            behind.filter(|(_, queued)| queued.message.topic == topic).map(|(id, _)| *id).collect();
        for id in behind {
            let Some(mut queued) = self.take(&id) else { continue };
            queued.message.due_at = queued.message.due_at.max(due_at);
            self.put(id, queued);
        }
    }

    pub(super) fn waiting(
        &self,
        topic: Option<&str>,
        after: Option<MessageId>,
        limit: usize,
    ) -> Vec<WaitingMessage> {
        let after = after.map_or(Bound::Unbounded, Bound::Excluded);
        let waiting = self.messages.range((after, Bound::Unbounded)).map(|(id, queued)| WaitingMessage {
            id: *id,
            topic: queued.message.topic.clone(),
            due_at: queued.message.due_at,
            tries: queued.tries,
        });
        waiting.filter(|message| topic.is_none_or(|topic| message.topic == topic)).take(limit).collect()
    }

    fn is_first(&self, id: &MessageId, topic: &str) -> bool {
        let first = MessageId { version: 0, number: 0, ..*id };
        self.messages.range(first..*id).all(|(_, queued)| queued.message.topic != topic)
    }

    fn last_of(service: ServiceId) -> MessageId {
        MessageId { service, version: u64::MAX, number: u32::MAX }
    }

    fn put(&mut self, id: MessageId, queued: Queued) {
        let wake = Lease::wake(queued.lease.as_ref(), queued.message.due_at);
        self.wakes.entry(queued.message.topic.clone()).or_default().insert((wake, id));
        self.messages.insert(id, queued);
    }

    fn take(&mut self, id: &MessageId) -> Option<Queued> {
        let queued = self.messages.remove(id)?;
        let wake = Lease::wake(queued.lease.as_ref(), queued.message.due_at);
        if let Some(wakes) = self.wakes.get_mut(&queued.message.topic) {
            wakes.remove(&(wake, *id));
        }
        Some(queued)
    }
}
