//! Requests with holes in them, and with values of the wrong type.
//!
//! The codec refuses a request that lacks a required element or has a word where a number belongs, and stops there.
//! The CA does not: it takes the request and lists everything that is missing or wrong. So the holes are filled
//! with blanks, which the validation then finds, each with its own code; and what is of the wrong type is noted, and
//! gives way to a value that can be read.

use std::{borrow::Cow, collections::HashMap};

use certum_api::{
    types::{RequestHeader, ResponseError},
    wire::{self, DecodeError, DecodeProblem, Operation},
};
use quick_xml::{
    Reader, Writer,
    escape::resolve_predefined_entity,
    events::{BytesEnd, BytesRef, BytesStart, BytesText, Event},
};

use crate::validate::{ABSENT, Findings};

/// More holes than any request can have.
const MAX_HOLES: usize = 32;

/// A request as it was read.
#[derive(Debug)]
pub(super) struct Decoded<O> {
    pub(super) header: RequestHeader,
    pub(super) operation: O,
    /// What is wrong with the document itself. If there is anything, the operation holds values that nobody sent,
    /// and may not be carried out.
    pub(super) findings: Vec<ResponseError>,
}

/// Reads a request, holes and all. An error is one that nothing can mend.
pub(super) fn decode<O: Operation>(document: &[u8]) -> Result<Decoded<O>, DecodeError> {
    let mut mended = Cow::Borrowed(document);
    let mut tries: HashMap<String, usize> = HashMap::new();
    let mut findings = Findings::default();
    find_withdrawn(O::NAME, document, &mut findings);
    loop {
        let error = match wire::decode_request::<O>(&mended) {
            Ok((header, operation)) => {
                return Ok(Decoded { header, operation, findings: findings.into_errors() });
            }
            Err(error) => error,
        };
        let path = error.path().to_string();
        let tries_here = tries.entry(path.clone()).or_default();
        *tries_here += 1;
        let tried = *tries_here;
        // Credentials are not made up.
        let is_header = path.split('/').nth(1) == Some("requestHeader");
        if is_header || tried > MOST_TRIES || tries.len() > MAX_HOLES {
            return Err(error);
        }
        let better = match error.problem() {
            DecodeProblem::Missing => fill(&mended, &path, tried),
            DecodeProblem::InvalidValue { .. } => replace(&mended, &path, &mut findings),
            _ => None,
        };
        match better {
            Some(better) => mended = Cow::Owned(better),
            None => return Err(error),
        }
    }
}

/// A hole is filled twice at most, and what it was filled with replaced once.
const MOST_TRIES: usize = 3;

/// Fills the hole at `path` wherever there is one.
fn fill(document: &[u8], path: &str, tried: usize) -> Option<Vec<u8>> {
    let (filling, is_list) = match path.rsplit('/').next() {
        Some("serialNumbers") => ("<serialNumber>(absent)</serialNumber>", true),
        Some("files") => ("<file><fileName>(absent)</fileName><content/></file>", true),
        // A blank will do for a text. An enumeration takes a blank for absence: it gets a word.
        _ if tried == 1 => ("", false),
        _ => (ABSENT, false),
    };
    rewrite(document, path, |found| match found {
        Found::Absent => Some(filling),
        // An empty list is something else than none, unless it says itself that it is none (`nil`).
        Found::Blank if is_list && tried == 1 => None,
        Found::Blank => Some(filling),
        Found::Text(_) | Found::Elements => None,
    })
}

/// The code that the Partner API has for a value of the wrong type, and a value of the right one. (A shortened
/// validity that is no date has no code: it stays an error.)
fn misfit(path: &str) -> Option<(u32, &'static str)> {
    // Far apart, so that nothing is wrong with the range.
    const START: &str = "2000-01-01T00:00:00Z";
    const END: &str = "2200-01-01T00:00:00Z";
    let (operation, element) = (path.split('/').next()?, path.rsplit('/').next()?);
    Some(match element {
        "verificationNotificationEnabled" if operation == "renewCertificate" => (2061, ""),
        "verificationNotificationEnabled" => (2059, ""),
        "certificateDetails" => (2127, ""),
        "orderDetails" => (2128, ""),
        "orderStatus" => (2129, ""),
        "hashAlgorithm" if operation == "getProductList" => (2091, ""),
        "keyCompromitationDate" => (1140, ""),
        "fromDate" => (1110, START),
        "toDate" => (1111, END),
        "pageNumber" => (1153, ""),
        "validityDaysLeft" => (2052, "1"),
        _ => return None,
    })
}

/// Notes a value of the wrong type, and puts another in its place.
fn replace(document: &[u8], path: &str, findings: &mut Findings) -> Option<Vec<u8>> {
    let (code, instead) = misfit(path)?;
    rewrite(document, path, |found| {
        let Found::Text(text) = found else { return None };
        match text.trim() {
            ABSENT => findings.add(code),
            text => findings.add_with(code, text),
        }
        Some(instead)
    })
}

/// Looks for an element that the service took once. The codec reads over what it doesn't know.
fn find_withdrawn(operation: &str, document: &[u8], findings: &mut Findings) {
    const WITHDRAWN: &str = "validityPeriod";
    let parent = match operation {
        "quickOrder" | "validateOrderParameters" => "/orderParameters",
        "renewCertificate" => "",
        _ => return,
    };
    // Nearly no request has it, and none pays for it then.
    if !str::from_utf8(document).is_ok_and(|text| text.contains(WITHDRAWN)) {
        return;
    }
    let mut is_there = false;
    rewrite(document, &format!("{operation}{parent}/{WITHDRAWN}"), |found| {
        is_there |= found != Found::Absent;
        None
    });
    if is_there {
        findings.add(2187);
    }
}

/// What stands in the place of an element.
#[derive(Debug, PartialEq, Eq)]
enum Found<'a> {
    Absent,
    /// Nothing but white space.
    Blank,
    Text(&'a str),
    Elements,
}

/// Writes a document anew, with other content in the element at `path` (names from the operation inwards) wherever
/// its parent stands, if `instead` says so.
fn rewrite(
    document: &[u8],
    path: &str,
    mut instead: impl FnMut(Found<'_>) -> Option<&'static str>,
) -> Option<Vec<u8>> {
    let path: Vec<&str> = path.split('/').collect();
    let (child, parent) = path.split_last()?;
    let document = str::from_utf8(document).ok()?;
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
                    let content = read_content(&mut reader)?;
                    match instead(content.found()) {
                        // Its attributes may have said `nil`.
                        Some(text) => write_element(&mut writer, start.name().into_inner(), text)?,
                        None => {
                            let end = BytesEnd::new(start.name().into_inner().to_owned());
                            let events = content.events.into_iter().chain([Event::End(end)]);
                            writer.write_event(event.borrow()).ok()?;
                            events.into_iter().try_for_each(|event| writer.write_event(event)).ok()?;
                        }
                    }
                    continue;
                }
                open.push(name);
                child_seen = child_seen && !is_at(&open, parent);
            }
            Event::End(_) => {
                if is_at(&open, parent)
                    && !child_seen
                    && let Some(text) = instead(Found::Absent)
                {
                    write_element(&mut writer, child, text)?;
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

/// `text` may be markup: what stands for a list is one.
fn write_element(writer: &mut Writer<Vec<u8>>, name: &str, text: &'static str) -> Option<()> {
    writer.write_event(Event::Start(BytesStart::new(name.to_owned()))).ok()?;
    writer.write_event(Event::Text(BytesText::from_escaped(text))).ok()?;
    writer.write_event(Event::End(BytesEnd::new(name.to_owned()))).ok()
}

/// All that stands in an element.
struct Content<'a> {
    events: Vec<Event<'a>>,
    text: String,
    has_elements: bool,
}

impl Content<'_> {
    fn found(&self) -> Found<'_> {
        match (self.has_elements, self.text.trim()) {
            (true, _) => Found::Elements,
            (false, "") => Found::Blank,
            (false, text) => Found::Text(text),
        }
    }
}

/// The text that a reference stands for.
fn referenced(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(character) => Some(character.to_string()),
        None => resolve_predefined_entity(reference).map(str::to_owned),
    }
}

/// Reads the content of the element that was opened last, and its end.
fn read_content<'a>(reader: &mut Reader<&'a [u8]>) -> Option<Content<'a>> {
    let mut content = Content { events: Vec::new(), text: String::new(), has_elements: false };
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().ok()?;
        match &event {
            Event::Start(_) => {
                depth += 1;
                content.has_elements = true;
            }
            Event::End(_) if depth == 0 => return Some(content),
            Event::End(_) => depth -= 1,
            Event::Text(text) => content.text.push_str(&text.xml10_content()),
            Event::CData(text) => content.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => content.text.push_str(&referenced(reference)?),
            Event::Eof => return None,
            _ => {}
        }
        content.events.push(event);
    }
}

#[cfg(test)]
mod tests {
    use certum_api::operations::{
        GetOrderState, GetOrdersByDateRange, OrderSniCertificate, QuickOrder, VerifyOrder,
    };

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
        let order = decode::<QuickOrder>(document.as_bytes()).unwrap().operation.order;
        assert_eq!(order.san_approver.unwrap().method.as_str(), ABSENT);
        assert_eq!(order.order_parameters.customer, "a & b");
        assert_eq!((order.order_parameters.csr.as_str(), order.requestor_info.email.as_str()), ("", ""));
        let names: Vec<_> = order.san_entries.iter().map(|entry| entry.dns_name.as_str()).collect();
        assert_eq!(names, ["a.example", ""]);
    }

    #[test]
    fn takes_a_nil_element_for_a_hole() {
        let nil = "<orderID xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/>";
        let decoded = decode::<GetOrderState>(request("getOrderState", nil).as_bytes()).unwrap();
        assert_eq!(decoded.operation.order_id, "");
        assert!(decoded.findings.is_empty());
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

    #[test]
    fn fills_one_hole_and_leaves_its_neighbours_alone() {
        let document = request(
            "verifyOrder",
            "<verifyOrderParameters><documents><document><type>APPLICANT</type><files/></document>\
             <document><description>b</description></document></documents></verifyOrderParameters>",
        );
        let parameters = decode::<VerifyOrder>(document.as_bytes()).unwrap().operation.parameters;
        let documents = parameters.documents.unwrap().items;
        let told: Vec<_> = documents
            .iter()
            .map(|document| {
                let files: Vec<_> = document.files.items.iter().map(|file| file.name.as_str()).collect();
                (document.kind.as_str(), document.description.as_str(), files)
            })
            .collect();
        assert_eq!(told, [("APPLICANT", "", vec![]), (ABSENT, "b", vec![ABSENT])]);
    }

    #[test]
    fn tells_an_absent_list_from_an_empty_one() {
        let serials = |fields| {
            let document = request("orderSNICertificate", fields);
            let decoded = decode::<OrderSniCertificate>(document.as_bytes()).unwrap();
            decoded.operation.serial_numbers.items
        };
        assert_eq!(serials(""), [ABSENT]);
        assert_eq!(serials("<serialNumbers/>"), Vec::<String>::new());
        assert_eq!(serials("<serialNumbers><serialNumber/></serialNumbers>"), [""]);
    }

    #[test]
    fn notes_every_value_of_the_wrong_type_and_reads_on() {
        let document = request(
            "getOrdersByDateRange",
            "<fromDate>yester&amp;day</fromDate><orderOption><orderDetails>maybe</orderDetails></orderOption>\
             <pageNumber>last</pageNumber>",
        );
        let findings = decode::<GetOrdersByDateRange>(document.as_bytes()).unwrap().findings;
        let told: Vec<_> =
            findings.iter().map(|error| (error.code.number(), error.value.as_deref())).collect();
        let mut expected =
            vec![(1110, Some("yester&day")), (2128, Some("maybe")), (1153, Some("last")), (1111, None)];
        expected.sort_unstable();
        let mut sorted = told;
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn finds_what_the_service_takes_no_more() {
        let codes = |fields| {
            let findings = decode::<QuickOrder>(request("quickOrder", fields).as_bytes()).unwrap().findings;
            findings.iter().map(|error| error.code.number()).collect::<Vec<_>>()
        };
        let withdrawn = "<orderParameters><validityPeriod><notBefore/></validityPeriod></orderParameters>";
        assert_eq!(codes(withdrawn), [2187]);
        let elsewhere = "<orderParameters><customer>validityPeriod</customer></orderParameters>";
        assert!(codes(elsewhere).is_empty());
    }
}
