//! Services to keep, and short words for what is asked of a store.

use std::sync::Arc;

use cert_domain::{Catalogue, Offer, VerificationMethod};
use cert_lifecycle::service::{Event, RecordedEvent};
use cert_lifecycle::store::{
    Append, AppendError, Claim, ClaimRequest, Message, MessageClaim, Release, Row, Search, Summary,
};
use cert_lifecycle::{OrderId, ServiceId, StateKind, Store};
use jiff::Timestamp;

pub(crate) type AnyStore = Arc<dyn Store>;

/// How long, in seconds, the claims hold that [`claim`] makes.
pub(crate) const LEASE: i64 = 60;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// A service's identifier; greater numbers sort later.
pub(crate) fn id(number: u32) -> ServiceId {
    format!("0193a5c0-0000-7000-8000-{number:012x}").parse().unwrap()
}

/// What happens first to any service.
pub(crate) fn created() -> RecordedEvent {
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    let offer = Offer::new(product, VerificationMethod::File).unwrap();
    RecordedEvent {
        at: at(0),
        by: None,
        event: Event::Created {
            offer: Box::new(offer),
            customer: "customer-7".parse().unwrap(),
            email: None,
            language: None,
        },
    }
}

/// What may happen to it later.
pub(crate) fn resumed(seconds: i64) -> RecordedEvent {
    RecordedEvent { at: at(seconds), by: None, event: Event::Resumed }
}

pub(crate) fn row(customer: &str) -> Row {
    Row {
        state: StateKind::AwaitingConfiguration,
        customer: customer.into(),
        product: "601".into(),
        common_name: None,
        order_id: None,
        serial_number: None,
        not_after: None,
        stray_orders: 0,
    }
}

/// An append that creates a service.
pub(crate) fn creation(id: ServiceId, due: Option<i64>) -> Append {
    Append {
        id,
        expected_version: 0,
        events: vec![created()],
        row: row("customer-7"),
        due_at: due.map(at),
        keys: Vec::new(),
        orders: Vec::new(),
        names: None,
        messages: Vec::new(),
        ends_claim: None,
    }
}

/// An append to a service that has some events.
pub(crate) fn addition(id: ServiceId, expected_version: u64, due: Option<i64>) -> Append {
    Append { expected_version, events: vec![resumed(1)], ..creation(id, due) }
}

/// A set of names that takes the place of the one before.
pub(crate) fn names(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|&name| name.to_owned()).collect())
}

pub(crate) fn order(text: &str) -> OrderId {
    OrderId::from_authority(text)
}

pub(crate) fn message(topic: &str, body: &str, due: i64) -> Message {
    Message { topic: topic.into(), body: body.into(), due_at: at(due) }
}

pub(crate) async fn create(store: &AnyStore, number: u32, due: Option<i64>) -> ServiceId {
    store.append(creation(id(number), due)).await.unwrap();
    id(number)
}

pub(crate) fn request(token: &str, now: i64, limit: usize) -> ClaimRequest {
    ClaimRequest { now: at(now), lease_until: at(now + LEASE), token: token.into(), limit }
}

pub(crate) async fn claim(store: &AnyStore, token: &str, now: i64, limit: usize) -> Vec<Claim> {
    store.claim(request(token, now, limit)).await.unwrap()
}

pub(crate) async fn claimed(store: &AnyStore, token: &str, now: i64, limit: usize) -> Vec<ServiceId> {
    claim(store, token, now, limit).await.into_iter().map(|claim| claim.id).collect()
}

pub(crate) async fn messages(store: &AnyStore, topic: &str, token: &str, now: i64) -> Vec<MessageClaim> {
    store.claim_messages(topic, request(token, now, 10)).await.unwrap()
}

pub(crate) fn bodies(claims: &[MessageClaim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.body.as_str()).collect()
}

pub(crate) fn release(seen_version: Option<u64>, due: Option<i64>) -> Release {
    Release { seen_version, due_at: due.map(at), tries: 3, note: Some("why".into()) }
}

pub(crate) async fn summary(store: &AnyStore, id: ServiceId) -> Summary {
    store.summary(id).await.unwrap().unwrap()
}

pub(crate) async fn found(store: &AnyStore, search: Search) -> Vec<ServiceId> {
    store.search(search).await.unwrap().into_iter().map(|summary| summary.id).collect()
}

pub(crate) fn is_conflict(outcome: &Result<(), AppendError>) -> bool {
    matches!(outcome, Err(AppendError::Conflict))
}
