//! The documents of the Partner API: SOAP 1.1, document/literal.
//!
//! A client needs none of this: it is here for whoever stands on the other side (the sandbox, a proxy, a test
//! double) and for golden files. Only the operation element is in the service's namespace; every element
//! inside it is unqualified, in schema order. The reader is strict about the envelope, namespaces and types,
//! and tolerant of what a newer service may add: unknown elements are read over, unknown enumeration values
//! are kept. It reads no document type definitions and no entities but the five of XML.

mod dates;
mod element;
mod envelope;
mod error;
mod namespaces;
mod raw;
mod reader;
mod redact;
mod scanner;
mod schema;
mod writer;
mod wsdl;

pub use element::{Element, Record};
pub(crate) use element::{
    open_enum, read_item, read_list, read_once, read_simple, record, require, write_list,
};
pub use envelope::{
    Answer, Fault, Operation, decode_request, decode_response, encode_fault, encode_request, encode_response,
    operation_name,
};
pub use error::{DecodeError, DecodeProblem, ElementPath, EncodeError};
pub use raw::RawElement;
pub use reader::{MAX_DEPTH, Reader, Start};
pub use redact::{REDACTED, redact};
pub use schema::{Cardinality, Field, OperationSchema, Type};
pub use writer::Writer;
pub use wsdl::{schema, wsdl};

/// The namespace of the Partner API's operation elements.
pub const TARGET_NAMESPACE: &str = "http://webservice.api.muc.unizeto.pl/";
/// The namespace of the SOAP 1.1 envelope.
pub const SOAP_NAMESPACE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const XSI_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";
