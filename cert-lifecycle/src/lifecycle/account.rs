//! The account at the CA as a whole: taking over orders that were placed elsewhere, and comparing it with the store.

mod drift;
mod import;

pub use drift::{Drift, DriftReport};
pub use import::{ImportDecision, ImportItem, ImportPlan, ImportReport};
