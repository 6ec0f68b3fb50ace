//! A typed client of Certum's Partner API, the SOAP service through which resellers buy certificates.
//!
//! The crate knows the service's wire and nothing else: no products, no rules of the trade, no state. What a
//! reseller does with it is the business of `cert-lifecycle`.
//!
//! The example needs an account, so it is compiled and not run:
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use certum_api::operations::GetOrderState;
//! use certum_api::{Client, Credentials, Environment};
//!
//! let client = Client::builder(Environment::Test, Credentials::new("reseller", "password")).build()?;
//! let state = client.call(&GetOrderState::new("order-1")).await?;
//! println!("the order is {}", state.order_status);
//! # Ok(()) }
//! ```
//!
//! What is built on the client can take the trait [`PartnerApi`] instead, and be tested without a network. Lists of
//! many pages are told one record at a time by [`pages`].
//!
//! # Sending again
//!
//! The client sends each request once; with a `RetryPolicy` it repeats reads, and nothing else. Every
//! [`operation`](operations) declares its [`Effect`], and every error says through [`Error::retry`] whether the call
//! may be made again, or whether its outcome is unknown and has to be looked up first. No layer of this crate repeats
//! a purchase.
//!
//! # Another HTTP stack
//!
//! The client brings its own HTTP. A program that has one already, or has to go through something else, implements
//! `Transport` and hands it to `ClientBuilder::transport`: requests, answers, errors, retries, limits and logs stay
//! the same.
//!
//! # Error codes
//!
//! The CA names everything that it finds wrong by number. [`ErrorCode`] knows what each number is about, what to do
//! about it, and how to say it to people in Polish and in English; [`error_code_document`] prints the table.
//!
//! # Features
//!
//! - `client` (default): the HTTP client.
//! - `tls` (default): TLS for it. Without it only `http` endpoints can be reached.
//!
//! Without either, the wire types and the codec remain: what a server or a test double needs.

mod api;
#[cfg(feature = "client")]
mod client;
mod error;
mod error_code;
pub mod operations;
pub mod pages;
pub mod types;
pub mod wire;

pub use api::{PartnerApi, Reply};
#[cfg(feature = "client")]
pub use client::{
    BuildError, Client, ClientBuilder, Direction, Environment, ExchangeObserver, JurisdictionSpelling,
    Message, Randomness, RateLimit, RetryPolicy, Transport, TransportAnswer, TransportError,
    TransportRequest,
};
pub use error::{Error, ErrorKind, Refusal, Retry};
pub use error_code::{
    ErrorClass, ErrorCode, ErrorOrigin, KNOWN_ERROR_CODES, KnownErrorCode, error_code_document,
};
/// The type of every `dateTime` in this crate.
pub use jiff::Timestamp;
pub use types::{Credentials, Effect, Password};
