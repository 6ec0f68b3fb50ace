//! The one HTTP listener: SOAP, control, what certificates point at, approval pages, published files.

mod approve;
mod bodies;
mod control;
mod envelope;
mod listener;
mod pages;
mod pki;
mod soap;
mod wsdl;

pub(crate) use self::listener::{Listener, bind};
pub(crate) use self::soap::exchange;
#[cfg(feature = "fuzzing")]
pub(crate) use self::soap::reply;
