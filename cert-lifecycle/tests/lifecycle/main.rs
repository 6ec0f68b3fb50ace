//! The lifecycle against the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    reason = "a test stops at the first surprise"
)]

mod account;
mod acting;
mod actions;
mod admin;
mod at_hand;
mod attending;
mod billing;
mod client;
mod common;
mod crash;
mod crash_following;
mod decade;
mod desk;
mod documents;
mod following;
mod importing;
mod kinds;
mod overview;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod publishing;
mod races;
mod road;
mod selling;
mod settings;
mod stores;
mod telling;
mod validating;
mod volume;
