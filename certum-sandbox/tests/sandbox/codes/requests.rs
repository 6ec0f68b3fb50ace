//! Requests that are right, and ways to spoil them.

use std::sync::OnceLock;

use super::csr;
use crate::support;

/// A request, as the text of its fields.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) operation: &'static str,
    pub(super) fields: String,
    /// The element in which new ones are put; none: the operation's own.
    home: &'static str,
}

/// What a spoilt request is to be answered with.
pub(super) struct Row {
    pub(super) code: u32,
    pub(super) request: Request,
    pub(super) value: Option<String>,
    /// Codes that cannot be had without.
    pub(super) besides: Vec<u32>,
}

impl Request {
    pub(super) fn new(operation: &'static str, home: &'static str, fields: String) -> Self {
        Self { operation, fields, home }
    }

    /// The text of the first element of that name, or of a new one.
    pub(super) fn set(self, element: &str, text: &str) -> Self {
        let content = escape(text);
        match self.range_of(element) {
            Some(range) => self.replaced(range, &format!("<{element}>{content}</{element}>")),
            None => {
                let home = self.home;
                self.add(home, &format!("<{element}>{content}</{element}>"))
            }
        }
    }

    /// Markup at the end of the first element of that name.
    pub(super) fn add(self, parent: &str, markup: &str) -> Self {
        let end = match parent {
            "" => self.fields.len(),
            _ => self.fields.find(&format!("</{parent}>")).unwrap(),
        };
        self.replaced(end..end, markup)
    }

    /// Without the first element of that name.
    pub(super) fn cut(self, element: &str) -> Self {
        let range = self.range_of(element).unwrap_or_else(|| panic!("no {element} in {}", self.fields));
        self.replaced(range, "")
    }

    fn range_of(&self, element: &str) -> Option<std::ops::Range<usize>> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let start = self.fields.find(&open)?;
        let end = start + self.fields[start..].find(&close).unwrap() + close.len();
        Some(start..end)
    }

    fn replaced(mut self, range: std::ops::Range<usize>, markup: &str) -> Self {
        self.fields.replace_range(range, markup);
        self
    }

    /// This request gets this code, without a value.
    pub(super) fn gets(self, code: u32) -> Row {
        Row { code, request: self, value: None, besides: Vec::new() }
    }

    /// Without this element it gets this code.
    pub(super) fn lacks(self, code: u32, element: &str) -> Row {
        self.cut(element).gets(code)
    }

    /// With this text in this element it gets this code, and the text back.
    pub(super) fn wrong(self, code: u32, element: &str, text: &str) -> Row {
        self.set(element, text).gets(code).telling(text)
    }
}

impl Row {
    pub(super) fn telling(self, value: &str) -> Self {
        Self { value: Some(value.to_owned()), ..self }
    }

    pub(super) fn besides(self, codes: &[u32]) -> Self {
        Self { besides: codes.to_vec(), ..self }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text of so many characters.
pub(super) fn long(length: usize) -> String {
    "x".repeat(length)
}

/// An address of more than 255 characters.
pub(super) fn long_email() -> String {
    format!("jan@{}com", "example.".repeat(32))
}

pub(super) const HOST: &str = "a.example.com";

/// A request for [`HOST`].
pub(super) fn host_csr() -> &'static str {
    static CSR: OnceLock<String> = OnceLock::new();
    CSR.get_or_init(|| support::csr(HOST))
}

/// An order of a product for hosts.
pub(super) fn hosts(product: &'static str, names: &[&'static str]) -> Request {
    let mut order = support::Order::new("new-order", product, names, "DNS_TXT_PREFIX");
    if names == [HOST] {
        order.csr = host_csr().to_owned();
    }
    Request::new("quickOrder", "orderParameters", order.fields())
}

/// An order of a product that proves a domain.
pub(super) fn order() -> Request {
    hosts("601", &[HOST])
}

/// An order with another CSR.
pub(super) fn with_csr(csr: &str) -> Request {
    order().set("CSR", csr)
}

/// The same for a network device.
pub(super) fn device(attributes: &[(&str, u8, &str)]) -> Request {
    hosts("992", &[HOST]).set("CSR", &csr::with_subject(attributes))
}

const TAX: &str =
    "<organizationInfo><taxIdentificationNumber>PL5250001009</taxIdentificationNumber></organizationInfo>";

/// An order of a product that shows an organization, with its subject in the fields.
pub(super) fn organization() -> Request {
    subject(hosts("631", &[HOST]), &[("organization", "Sklep"), ("country", "PL"), ("locality", "Łódź")])
        .add("", TAX)
}

/// The same by the rules of extended validation.
pub(super) fn extended() -> Request {
    let more = [
        ("serialNumber", "0000012345"),
        ("businessCategory", "Private Organization"),
        ("streetAddress", "ul. Piotrkowska 1"),
        ("postalCode", "90-001"),
        ("joiln", "Łódź"),
        ("joisopn", "łódzkie"),
        ("joisocn", "PL"),
    ];
    subject(organization().set("productCode", "641"), &more)
}

/// An order of a product for an organization's mail.
pub(super) fn mail() -> Request {
    let request = hosts("721", &[HOST]).cut("SANApprover").cut("SANEntries");
    subject(request, &[("email", "jan@example.com"), ("organization", "Sklep"), ("country", "PL")])
        .add("", TAX)
}

/// An order of a product for an organization's software.
pub(super) fn software() -> Request {
    let request = hosts("841", &[HOST]).cut("SANApprover").cut("SANEntries");
    subject(request, &[("organization", "Sklep"), ("country", "PL"), ("state", "łódzkie")]).add("", TAX)
}

fn subject(request: Request, fields: &[(&str, &str)]) -> Request {
    let text: String = fields.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    request.add("orderParameters", &text)
}

/// An order whose names are to be approved by mail.
pub(super) fn mailed(form: &str, address: &str) -> Request {
    order().set("approverMethod", "ADMIN").add("SANApprover", &format!("<{form}>{address}</{form}>"))
}

/// An operation about one order.
pub(super) fn about(operation: &'static str, order_id: &str) -> Request {
    Request::new(operation, "", format!("<orderID>{order_id}</orderID>"))
}

pub(super) fn get_certificate(fields: &str) -> Request {
    Request::new("getCertificate", "", fields.to_owned())
}
