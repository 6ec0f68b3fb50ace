//! The gateway over HTTP, on the sandbox: the whole road, who may do what, what comes twice, what is told.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

mod access;
mod databases;
mod document;
mod ending;
mod hosts;
mod killed;
mod marks;
mod mistakes;
mod paging;
mod road;
#[path = "../../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, reason = "the gateway needs the server and no more")]
mod server;
mod stage;
mod telling;
mod twice;
mod webhooks;
