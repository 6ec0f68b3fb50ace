//! The one HTTP listener: SOAP, control, what certificates point at, approval pages, published files.

mod approve;
mod bodies;
mod control;
mod listener;
mod pages;
mod pki;
mod soap;

pub(crate) use self::listener::{Listener, bind};
