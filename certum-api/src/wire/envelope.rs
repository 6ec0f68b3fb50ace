//! The SOAP envelope around an operation, its answer or a fault.

use super::element::{Element, Record, record};
use super::error::{DecodeError, DecodeProblem, EncodeError};
use super::namespaces::Space;
use super::reader::{Reader, Start};
use super::writer::Writer;
use super::{SOAP_NAMESPACE, TARGET_NAMESPACE};
use crate::types::{Effect, RequestHeader, ResponseHeader};

/// An operation of the Partner API: its request, and what ties it to its answer.
pub trait Operation: Record + Send + Sync {
    /// The name of the operation, which is the name of its request element.
    const NAME: &'static str;
    /// The name of the response element: [`NAME`](Self::NAME) and `Response`.
    const RESPONSE_NAME: &'static str;
    /// What the call changes at the CA.
    const EFFECT: Effect;
    /// What a successful answer holds besides its header.
    type Response: Record + Send;
}

/// What came back for an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer<T> {
    /// The CA carried the operation out.
    Success {
        /// The answer's header.
        header: ResponseHeader,
        /// The answer's own fields.
        response: T,
    },
    /// The CA reports errors, or refuses the credentials. The rest of such an answer is not read: what it
    /// would hold on success may be missing.
    Failure(ResponseHeader),
    /// A SOAP fault.
    Fault(Fault),
}

record! {
    /// A SOAP 1.1 fault (SOAP 1.1, section 4.4). Its text may quote what was sent, so `Debug` shows none of it.
    pub redacted struct Fault {
        /// Who is to blame, such as `soap:Server`.
        required code: String = "faultcode",
        /// The fault in words.
        required text: String = "faultstring",
    }
}

/// The document that asks for `operation`.
///
/// # Errors
/// If a text holds a character that XML can't carry.
pub fn encode_request<O: Operation>(header: &RequestHeader, operation: &O) -> Result<String, EncodeError> {
    encode(O::NAME, |writer| {
        header.write("requestHeader", writer)?;
        operation.write_fields(writer)
    })
}

/// The document that answers an operation. `response` is left out when the header reports errors.
///
/// # Errors
/// If a text holds a character that XML can't carry.
pub fn encode_response<O: Operation>(
    header: &ResponseHeader,
    response: Option<&O::Response>,
) -> Result<String, EncodeError> {
    encode(O::RESPONSE_NAME, |writer| {
        header.write("responseHeader", writer)?;
        response.map_or(Ok(()), |response| response.write_fields(writer))
    })
}

/// The document that carries a fault.
///
/// # Errors
/// If a text holds a character that XML can't carry.
pub fn encode_fault(fault: &Fault) -> Result<String, EncodeError> {
    let mut writer = open_envelope();
    fault.write("soap:Fault", &mut writer)?;
    Ok(close_envelope(writer))
}

/// The name of the operation that a request document asks for.
///
/// # Errors
/// If the document is no SOAP envelope with an element of the Partner API inside.
pub fn operation_name(document: &[u8]) -> Result<String, DecodeError> {
    let mut reader = Reader::new(document)?;
    let payload = open_body(&mut reader)?;
    match payload.space() {
        Space::Target => Ok(payload.local_name().to_owned()),
        _ => Err(unexpected("an operation of the Partner API")),
    }
}

/// Reads a request document.
///
/// # Errors
/// If the document is not a well-formed request for this operation.
pub fn decode_request<O: Operation>(document: &[u8]) -> Result<(RequestHeader, O), DecodeError> {
    let mut reader = Reader::new(document)?;
    let payload = open_body(&mut reader)?;
    expect_payload(&payload, O::NAME)?;
    let (header, operation) = read_payload(&payload, &mut reader, "requestHeader", O::read_fields)
        .map_err(|error| error.within(O::NAME))?;
    close_body(&mut reader)?;
    Ok((header, operation))
}

/// Reads what came back for an operation.
///
/// # Errors
/// If the document is neither an answer to this operation nor a fault.
pub fn decode_response<O: Operation>(document: &[u8]) -> Result<Answer<O::Response>, DecodeError> {
    let mut reader = Reader::new(document)?;
    let payload = open_body(&mut reader)?;
    let answer = if payload.space() == Space::Soap && payload.local_name() == "Fault" {
        let fault = Fault::read(&payload, &mut reader).map_err(|error| error.within("Fault"))?;
        Answer::Fault(super::require(fault, "Fault")?)
    } else {
        expect_payload(&payload, O::RESPONSE_NAME)?;
        read_answer::<O>(&payload, &mut reader).map_err(|error| error.within(O::RESPONSE_NAME))?
    };
    close_body(&mut reader)?;
    Ok(answer)
}

fn read_answer<O: Operation>(
    payload: &Start<'_>,
    reader: &mut Reader<'_>,
) -> Result<Answer<O::Response>, DecodeError> {
    let header: ResponseHeader = read_header("responseHeader", reader)?;
    if header.is_success() {
        let response = O::Response::read_fields(payload, reader)?;
        Ok(Answer::Success { header, response })
    } else {
        reader.skip()?;
        Ok(Answer::Failure(header))
    }
}

fn read_payload<H: Element, T>(
    payload: &Start<'_>,
    reader: &mut Reader<'_>,
    header: &'static str,
    read_fields: impl FnOnce(&Start<'_>, &mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<(H, T), DecodeError> {
    let header = read_header(header, reader)?;
    Ok((header, read_fields(payload, reader)?))
}

/// The header stands first in every request and every response.
fn read_header<H: Element>(name: &'static str, reader: &mut Reader<'_>) -> Result<H, DecodeError> {
    let mut header = None;
    if let Some(first) = reader.next_child()?
        && first.field_name() == Some(name)
    {
        super::read_once(&mut header, name, &first, reader)?;
    }
    super::require(header, name)
}

fn encode(
    name: &'static str,
    fields: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<String, EncodeError> {
    let mut writer = open_envelope();
    writer.markup("<tns:");
    writer.markup(name);
    writer.markup(" xmlns:tns=\"");
    writer.markup(TARGET_NAMESPACE);
    writer.markup("\">");
    fields(&mut writer).map_err(|error| error.within(name))?;
    writer.markup("</tns:");
    writer.markup(name);
    writer.markup(">");
    Ok(close_envelope(writer))
}

fn open_envelope() -> Writer {
    // An order with its CSR is about 3 kB.
    let mut writer = Writer::with_capacity(4096);
    writer.markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"");
    writer.markup(SOAP_NAMESPACE);
    writer.markup("\"><soap:Body>");
    writer
}

fn close_envelope(mut writer: Writer) -> String {
    writer.markup("</soap:Body></soap:Envelope>");
    writer.into_string()
}

fn open_body<'a>(reader: &mut Reader<'a>) -> Result<Start<'a>, DecodeError> {
    let envelope = reader.next_child()?.ok_or_else(|| DecodeError::new(DecodeProblem::Truncated))?;
    expect(&envelope, Space::Soap, "Envelope", "a SOAP 1.1 envelope")?;
    while let Some(part) = reader.next_child()? {
        if part.space() == Space::Soap && part.local_name() == "Body" {
            return reader.next_child()?.ok_or_else(|| unexpected("an element in the SOAP body"));
        }
        reader.skip()?;
    }
    Err(unexpected("a SOAP body"))
}

/// Reads to the end of the document, which shows that nothing was cut off.
fn close_body(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    if reader.next_child()?.is_some() {
        return Err(unexpected("one element in the SOAP body"));
    }
    while reader.next_child()?.is_some() {
        reader.skip()?;
    }
    reader.finish()
}

fn expect_payload(payload: &Start<'_>, name: &'static str) -> Result<(), DecodeError> {
    expect(payload, Space::Target, name, name)
}

fn expect(start: &Start<'_>, space: Space, name: &str, expected: &'static str) -> Result<(), DecodeError> {
    if start.space() == space && start.local_name() == name { Ok(()) } else { Err(unexpected(expected)) }
}

fn unexpected(expected: &'static str) -> DecodeError {
    DecodeError::new(DecodeProblem::UnexpectedElement { expected })
}
