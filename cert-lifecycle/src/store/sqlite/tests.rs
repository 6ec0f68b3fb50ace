//! The store's promises, on SQLite.

use std::time::Duration;

use cert_domain::{Catalogue, Offer, VerificationMethod};
use csr_tools::PublicKeyHash;
use jiff::Timestamp;

use super::*;
use crate::policy::after;
use crate::service::{Event, replay};
use crate::store::Row;
use crate::{Entropy, SystemEntropy};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn created() -> RecordedEvent {
    let product = Catalogue::built_in().product(&"601".parse().unwrap()).unwrap().clone();
    let offer = Offer::new(product, VerificationMethod::File).unwrap();
    RecordedEvent { at: at(0), event: Event::Created { offer, customer: "customer-7".parse().unwrap() } }
}

/// An append that creates a service, due at a moment.
fn creation(due_at: Option<Timestamp>) -> Append {
    let id = ServiceId::new(at(0), &SystemEntropy).unwrap();
    let events = vec![created()];
    let service = replay(id, events.clone()).unwrap().unwrap();
    Append { id, expected_version: 0, events, row: Row::from(&service), due_at, key: None }
}

fn claim_at(now: Timestamp, lease: Duration) -> ClaimRequest {
    let mut token = [0; 8];
    SystemEntropy.fill(&mut token).unwrap();
    ClaimRequest { now, lease_until: after(now, lease), token: format!("{token:?}"), limit: 10 }
}

const LEASE: Duration = Duration::from_secs(60);

async fn claimed(store: &SqliteStore, now: Timestamp) -> Vec<ServiceId> {
    store.claim(claim_at(now, LEASE)).await.unwrap().into_iter().map(|claim| claim.id).collect()
}

fn release(seen_version: u64, due_at: Option<Timestamp>) -> Release {
    Release { seen_version: Some(seen_version), due_at, tries: 3, note: Some("why".into()) }
}

#[tokio::test]
async fn keeps_events_in_order_and_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    let creation = creation(None);
    {
        let store = SqliteStore::open(&path).await.unwrap();
        store.append(creation.clone()).await.unwrap();
    }
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.history(creation.id).await.unwrap(), creation.events);
    let summary = store.summary(creation.id).await.unwrap().unwrap();
    assert_eq!((summary.version, summary.row), (1, creation.row));
}

#[tokio::test]
async fn appends_only_to_the_version_that_the_caller_saw() {
    let store = SqliteStore::in_memory().await.unwrap();
    let first = creation(None);
    store.append(first.clone()).await.unwrap();
    assert!(matches!(store.append(first.clone()).await, Err(AppendError::Conflict)), "created twice");
    let stale = Append { expected_version: 2, ..first.clone() };
    assert!(matches!(store.append(stale).await, Err(AppendError::Conflict)), "ahead of the store");
    let second = Append { expected_version: 1, ..first.clone() };
    store.append(second.clone()).await.unwrap();
    assert!(matches!(store.append(second).await, Err(AppendError::Conflict)), "behind the store");
    assert_eq!(store.history(first.id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn gives_a_key_to_one_service_for_good_and_stores_nothing_of_a_refused_append() {
    let store = SqliteStore::in_memory().await.unwrap();
    let key = Some(PublicKeyHash::from_bytes([7; 32]));
    let owner = Append { key, ..creation(None) };
    store.append(owner.clone()).await.unwrap();
    let other = Append { key, ..creation(None) };
    assert!(matches!(store.append(other.clone()).await, Err(AppendError::KeyTaken)));
    assert!(store.history(other.id).await.unwrap().is_empty());
    assert!(store.summary(other.id).await.unwrap().is_none());
    // The owner may use it again.
    store.append(Append { expected_version: 1, ..owner }).await.unwrap();
}

#[tokio::test]
async fn claims_what_is_due_once_until_the_lease_ends() {
    let store = SqliteStore::in_memory().await.unwrap();
    let (due, later, never) = (creation(Some(at(10))), creation(Some(at(500))), creation(None));
    for append in [&due, &later, &never] {
        store.append(append.clone()).await.unwrap();
    }
    assert_eq!(claimed(&store, at(9)).await, []);
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    assert_eq!(claimed(&store, at(10)).await, [due.id]);
    assert_eq!(claimed(&store, at(10)).await, [], "claimed by another");
    assert_eq!(store.next_due().await.unwrap(), Some(at(70)), "the end of the lease");
    assert_eq!(claimed(&store, at(69)).await, []);
    assert_eq!(claimed(&store, at(70)).await, [due.id], "the lease has ended");
}

#[tokio::test]
async fn releases_with_what_the_holder_learned() {
    let store = SqliteStore::in_memory().await.unwrap();
    let append = creation(Some(at(0)));
    store.append(append.clone()).await.unwrap();
    let claim = store.claim(claim_at(at(0), LEASE)).await.unwrap().remove(0);
    store.release(&claim, release(1, Some(at(20)))).await.unwrap();
    let summary = store.summary(append.id).await.unwrap().unwrap();
    assert_eq!((summary.due_at, summary.tries, summary.note.as_deref()), (Some(at(20)), 3, Some("why")));
    let again = store.claim(claim_at(at(20), LEASE)).await.unwrap().remove(0);
    assert_eq!(again.tries, 3);
}

#[tokio::test]
async fn keeps_what_others_asked_for_during_a_claim() {
    let store = SqliteStore::in_memory().await.unwrap();
    let append = creation(Some(at(0)));
    store.append(append.clone()).await.unwrap();
    let claim = store.claim(claim_at(at(0), LEASE)).await.unwrap().remove(0);
    store.append(Append { expected_version: 1, due_at: Some(at(5)), ..append.clone() }).await.unwrap();
    assert_eq!(claimed(&store, at(5)).await, [], "still claimed");
    store.release(&claim, release(1, None)).await.unwrap();
    assert_eq!(claimed(&store, at(5)).await, [append.id]);
}

#[tokio::test]
async fn ignores_the_release_of_a_claim_that_another_has_taken_over() {
    let store = SqliteStore::in_memory().await.unwrap();
    let append = creation(Some(at(0)));
    store.append(append.clone()).await.unwrap();
    let slow = store.claim(claim_at(at(0), LEASE)).await.unwrap().remove(0);
    assert_eq!(claimed(&store, at(60)).await, [append.id]);
    store.release(&slow, release(1, Some(at(61)))).await.unwrap();
    assert_eq!(claimed(&store, at(61)).await, [], "the second lease still runs");
}

#[tokio::test]
async fn refuses_a_file_of_a_newer_version() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    drop(SqliteStore::open(&path).await.unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(error.to_string(), "the store has schema 99, and this version knows 1");
}
