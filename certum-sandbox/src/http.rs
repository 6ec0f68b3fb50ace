//! The one HTTP listener: SOAP, control, approval pages, published files.

mod approve;
mod bodies;
mod control;
mod listener;
mod pages;
mod soap;

pub(crate) use self::listener::{Listener, bind};
