//! SQLite.

use std::sync::Arc;

use cert_lifecycle::SqliteStore;
use cert_lifecycle::records::{Record, RecordStore as _};
use cert_lifecycle::store::Append;
use cert_lifecycle::vault::{KeyPut, KeyStore as _};

use crate::common::*;
use crate::keys::{AnyKeyStore, key, keys_conformance};
use crate::records::{AnyRecordStore, records_conformance};
use crate::suite::conformance;

async fn open() -> Option<AnyStore> {
    Some(Arc::new(SqliteStore::in_memory().await.unwrap()))
}

conformance!(open);

async fn open_keys() -> Option<AnyKeyStore> {
    Some(Arc::new(SqliteStore::in_memory().await.unwrap()))
}

keys_conformance!(open_keys);

async fn open_records() -> Option<AnyRecordStore> {
    Some(Arc::new(SqliteStore::in_memory().await.unwrap()))
}

records_conformance!(open_records);

#[tokio::test]
async fn keeps_everything_in_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    let creation = Append {
        messages: vec![message("notices", "1", 0)],
        orders: vec![order("order-1")],
        ..creation(id(1), Some(5))
    };
    {
        let store = SqliteStore::open(&path).await.unwrap();
        cert_lifecycle::Store::append(&store, creation.clone()).await.unwrap();
        assert!(cert_lifecycle::Store::move_watermark(&store, "sync", None, "1").await.unwrap());
        assert_eq!(store.put_if_absent(key(1, "pem")).await.unwrap(), KeyPut::Put);
        assert!(store.put_record(Record::new("offer", "basic", "{}"), at(0)).await.unwrap().is_some());
    }
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.get(&key(1, "pem").hash).await.unwrap(), Some(key(1, "pem")));
    let offer = Record { version: 1, ..Record::new("offer", "basic", "{}") };
    assert_eq!(store.record("offer", "basic", at(0)).await.unwrap(), Some(offer));
    let store: AnyStore = Arc::new(store);
    assert_eq!(store.history(id(1)).await.unwrap(), creation.events);
    assert_eq!(summary(&store, id(1)).await.row, creation.row);
    assert_eq!(store.service_of_order(&order("order-1")).await.unwrap(), Some(id(1)));
    assert_eq!(bodies(&messages(&store, "notices", "a", 0).await), ["1"]);
    assert_eq!(claimed(&store, "a", 5, 1).await, [id(1)]);
    assert_eq!(store.watermark("sync").await.unwrap().as_deref(), Some("1"));
}

/// Two stores on one file stand for two processes: SQLite itself lets them wait for each other.
#[tokio::test(flavor = "multi_thread")]
async fn shares_a_file_with_other_stores() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("services.db");
    let first: AnyStore = Arc::new(SqliteStore::open(&path).await.unwrap());
    let second: AnyStore = Arc::new(SqliteStore::open(&path).await.unwrap());
    let create_all = |store: AnyStore, from: u32| async move {
        for number in from..from + 50 {
            create(&store, number, Some(0)).await;
        }
    };
    let (one, other) = tokio::join!(
        tokio::spawn(create_all(first.clone(), 0)),
        tokio::spawn(create_all(second.clone(), 50))
    );
    one.unwrap();
    other.unwrap();
    let (mine, theirs) = tokio::join!(claimed(&first, "a", 0, 100), claimed(&second, "b", 0, 100));
    assert_eq!(mine.len() + theirs.len(), 100);
    assert!(mine.iter().all(|id| !theirs.contains(id)));
}
