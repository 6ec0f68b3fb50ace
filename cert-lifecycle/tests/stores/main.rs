//! What every store promises, written once and asked of each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test stops at the first surprise"
)]

mod common;
mod keys;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod random;
mod records;
#[cfg(feature = "sqlite")]
mod sqlite;
mod suite;
