//! A web panel that sells and keeps certificates: an area for customers, and one for the reseller.
//!
//! It is an example of a frontend: what it knows of certificates is in the library. See its README.

mod demonstration;
mod page;
mod people;
mod problem;
mod settings;
mod shop;
mod start;
mod texts;
mod visitor;
mod web;

pub use settings::{CertumService, Secrets, Settings};
pub use shop::Shop;
pub use start::Panel;
