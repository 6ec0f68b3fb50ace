//! The store in memory.

use std::sync::Arc;

use cert_lifecycle::MemoryStore;

use crate::common::AnyStore;
use crate::suite::conformance;

async fn open() -> Option<AnyStore> {
    Some(Arc::new(MemoryStore::new()))
}

conformance!(open);
