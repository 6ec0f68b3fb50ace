//! The store in memory.

use std::sync::Arc;

use cert_lifecycle::MemoryStore;
use cert_lifecycle::vault::MemoryKeyStore;

use crate::common::AnyStore;
use crate::keys::{AnyKeyStore, keys_conformance};
use crate::records::{AnyRecordStore, records_conformance};
use crate::suite::conformance;

async fn open() -> Option<AnyStore> {
    Some(Arc::new(MemoryStore::new()))
}

conformance!(open);

async fn open_keys() -> Option<AnyKeyStore> {
    Some(Arc::new(MemoryKeyStore::new()))
}

keys_conformance!(open_keys);

async fn open_records() -> Option<AnyRecordStore> {
    Some(Arc::new(MemoryStore::new()))
}

records_conformance!(open_records);
