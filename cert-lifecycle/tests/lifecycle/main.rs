//! The lifecycle against the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test stops at the first surprise"
)]

mod common;
mod crash;
mod races;
mod road;
mod stores;
