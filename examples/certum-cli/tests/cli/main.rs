//! The program as its users run it, against a sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;
mod crash;
mod exits;
mod mends;
mod requests;
mod road;
mod secrets;
mod texts;
