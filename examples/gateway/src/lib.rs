//! A JSON API over services, for hosts that aren't Rust.
//!
//! Each call is a route: its path, who may call it, what it takes and gives. The router serves them, and the
//! OpenAPI document describes them: neither knows a route that the other does not. All that happens to services is the engine's.

mod authority;
mod call;
mod database;
mod gateway;
mod idempotency;
mod inbox;
mod metrics;
mod openapi;
mod owner;
mod problem;
mod route;
mod routes;
mod serve;
mod settings;
mod start;
mod tasks;
mod token;
mod webhooks;

pub use settings::{CertumService, Command, Ownership, Secrets, Settings, TokenCommand};
pub use start::{Running, administer};
pub use token::{Scope, UnknownScope};
