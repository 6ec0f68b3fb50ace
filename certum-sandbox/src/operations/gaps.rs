//! Requests with holes in them.
//!
//! The codec refuses a request that lacks a required element, and stops there. The CA does not: it takes the
//! request and lists everything that is missing or wrong. So the holes are filled with blanks, which the
//! validation then finds, each with its own code.

use std::collections::HashMap;

use certum_api::{
    types::RequestHeader,
    wire::{self, DecodeError, DecodeProblem, Operation},
};
use quick_xml::{
    Reader, Writer,
    events::{BytesEnd, BytesStart, BytesText, Event},
};

use crate::validate::ABSENT;

/// More holes than any request can have.
const MAX_HOLES: usize = 32;

/// Reads a request, holes and all. An error is one that no blank can mend.
pub(super) fn decode<O: Operation>(document: &[u8]) -> Result<(RequestHeader, O), DecodeError> {
    let mut mended: Option<Vec<u8>> = None;
    let mut tries: HashMap<String, usize> = HashMap::new();
    loop {
        let error = match wire::decode_request::<O>(mended.as_deref().unwrap_or(document)) {
            Ok(decoded) => return Ok(decoded),
            Err(error) if *error.problem() == DecodeProblem::Missing => error,
            Err(error) => return Err(error),
        };
        let path = error.path().to_string();
        let tried = tries.entry(path.clone()).or_default();
        *tried += 1;
        // A blank will do for a text. An enumeration takes a blank for absence: it gets a word.
        let filling = match tried {
            1 => "",
            2 => ABSENT,
            _ => return Err(error),
        };
        // Credentials are not made up.
        let is_header = path.split('/').nth(1) == Some("requestHeader");
        if is_header || tries.len() > MAX_HOLES {
            return Err(error);
        }
        match fill(mended.as_deref().unwrap_or(document), &path, filling) {
            Some(filled) => mended = Some(filled),
            None => return Err(error),
        }
    }
}

/// The code that the Partner API has for a value of the wrong type.
pub(super) fn code_of(error: &DecodeError) -> Option<u32> {
    if !matches!(error.problem(), DecodeProblem::InvalidValue { .. }) {
        return None;
    }
    match error.path().to_string().rsplit('/').next()? {
        "verificationNotificationEnabled" => Some(2059),
        "certificateDetails" => Some(2127),
        "orderDetails" => Some(2128),
        "orderStatus" => Some(2129),
        _ => None,
    }
}

/// Puts `filling` into the element at `path` (names from the operation inwards) wherever its parent stands
/// without it, or with a blank one.
fn fill(document: &[u8], path: &str, filling: &str) -> Option<Vec<u8>> {
    let path: Vec<&str> = path.split('/').collect();
    let (child, parent) = path.split_last()?;
    let document = std::str::from_utf8(document).ok()?;
    let mut reader = Reader::from_str(document.strip_prefix('\u{feff}').unwrap_or(document));
    reader.config_mut().expand_empty_elements = true;
    let mut writer = Writer::new(Vec::with_capacity(document.len() + 128));
    let mut open: Vec<String> = Vec::new();
    let mut child_seen = false;
    loop {
        let event = reader.read_event().ok()?;
        match &event {
            Event::Start(start) => {
                let name = start.local_name().into_inner().to_owned();
                if is_at(&open, parent) && name == *child {
                    child_seen = true;
                    // Its attributes may have said `nil`.
                    let qualified = start.name().into_inner().to_owned();
                    writer.write_event(Event::Start(BytesStart::new(qualified))).ok()?;
                    writer.write_event(Event::Text(BytesText::new(filling))).ok()?;
                    open.push(name);
                    continue;
                }
                open.push(name);
                child_seen = child_seen && !is_at(&open, parent);
            }
            Event::End(_) => {
                if is_at(&open, parent) && !child_seen {
                    writer.write_event(Event::Start(BytesStart::new(*child))).ok()?;
                    writer.write_event(Event::Text(BytesText::new(filling))).ok()?;
                    writer.write_event(Event::End(BytesEnd::new(*child))).ok()?;
                }
                open.pop();
            }
            Event::Eof => return Some(writer.into_inner()),
            _ => {}
        }
        writer.write_event(event).ok()?;
    }
}

/// Whether the open elements end in the operation element's `path`, under Envelope and Body.
fn is_at(open: &[String], path: &[&str]) -> bool {
    open.get(2..).is_some_and(|inner| inner.iter().eq(path.iter()))
}

#[cfg(test)]
mod tests {
    use certum_api::operations::{GetOrderState, QuickOrder};

    use super::*;

    fn request(operation: &str, fields: &str) -> String {
        format!(
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>\
             <p:{operation} xmlns:p='http://webservice.api.muc.unizeto.pl/'><requestHeader><authToken>\
             <password>p</password><userName>u</userName></authToken></requestHeader>{fields}\
             </p:{operation}></s:Body></s:Envelope>"
        )
    }

    #[test]
    fn fills_every_hole_with_a_blank_and_leaves_the_rest() {
        let document = request(
            "quickOrder",
            "<SANApprover/><orderParameters><customer>a &amp; b</customer></orderParameters>\
             <SANEntries><SANEntry><DNSName>a.example</DNSName></SANEntry><SANEntry/></SANEntries>",
        );
        let (_, QuickOrder { order, .. }) = decode::<QuickOrder>(document.as_bytes()).unwrap();
        assert_eq!(order.san_approver.unwrap().method.as_str(), ABSENT);
        assert_eq!(order.order_parameters.customer, "a & b");
        assert_eq!((order.order_parameters.csr.as_str(), order.requestor_info.email.as_str()), ("", ""));
        let names: Vec<_> = order.san_entries.iter().map(|entry| entry.dns_name.as_str()).collect();
        assert_eq!(names, ["a.example", ""]);
    }

    #[test]
    fn takes_a_nil_element_for_a_hole() {
        let nil = "<orderID xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>";
        let (_, state) = decode::<GetOrderState>(request("getOrderState", nil).as_bytes()).unwrap();
        assert_eq!(state.order_id, "");
    }

    #[test]
    fn does_not_make_up_credentials_or_mend_broken_documents() {
        let document = request("getOrderState", "<orderID>x</orderID>").replace("<password>p</password>", "");
        let error = decode::<GetOrderState>(document.as_bytes()).unwrap_err();
        assert_eq!(*error.problem(), DecodeProblem::Missing);
        let document = request("getOrderState", "<orderID>x</orderID><orderID>y</orderID>");
        let error = decode::<GetOrderState>(document.as_bytes()).unwrap_err();
        assert_eq!(*error.problem(), DecodeProblem::Duplicate);
    }
}
