//! Every page and every form of the panel, seen by people who should not see it, and fed what nobody should send.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests stop at the first surprise"
)]

mod databases;
mod hostile;
#[path = "../../../../cert-lifecycle/tests/support/server.rs"]
#[allow(dead_code, reason = "the panel needs the server and no more")]
mod server;
mod strangers;
mod visit;
