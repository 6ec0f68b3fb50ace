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

pub(crate) use oid::names as oids;
pub(crate) use read::{Element, Reader, Tag};
pub(crate) use text::decode_text;
pub(crate) use time::unix_seconds;
pub(crate) use write::{bit_string, element};
