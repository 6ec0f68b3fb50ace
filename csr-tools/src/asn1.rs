//! The little of ASN.1 that keys, requests and certificates need.
//!
//! Reading walks borrowed slices and never re-encodes: a signature covers the bytes that were sent, and real
//! requests hold attributes in an order that an encoder would "repair" (X.690 §11.6 wants a SET OF sorted,
//! not all tools sort).

mod oid;
mod read;
mod text;
mod time;
mod write;

pub use oid::Oid;
pub use read::DerError;
pub use text::StringType;

pub(crate) use oid::names as oids;
pub(crate) use read::{Element, Reader, Tag};
pub(crate) use text::borrow_text;
pub(crate) use time::unix_seconds;
#[cfg(test)]
pub(crate) use write::bit_string;
pub(crate) use write::element;
