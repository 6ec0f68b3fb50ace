//! What a form says to the CA, though something is wrong with it.

use std::fmt;

use cert_domain::{
    BusinessCategory, ContactForm, Country, CustomerId, Demand, DnsName, Form, HashAlgorithm, Language,
    NameEntry, NameRule, Offer, ProductCode, SubjectField, ValidationLevel, VerificationMethod,
};
use csr_tools::EncodedRequest;

use crate::OrderId;

/// A form as it may be shown to the CA before all is right with it, to hear everything at once. Nobody orders from it.
///
/// Texts stand as they were filled in, but for the blanks around them; what can be read stands as the CA writes it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DraftOrder {
    /// The name that the order would have.
    pub order_id: OrderId,
    /// Whom it is for.
    pub customer: CustomerId,
    /// The code to order by.
    pub product: ProductCode,
    /// The language of the CA's messages.
    pub language: Language,
    /// The request, PEM. None where what was pasted is none: it may be a key, and no key leaves the house.
    pub request: Option<String>,
    /// The common name.
    pub common_name: Option<String>,
    /// What the certificate is to say besides, where the product has a place for it.
    pub subject: Vec<(SubjectField, String)>,
    /// Who orders.
    pub contact: ContactForm,
    /// The names.
    pub names: Vec<String>,
    /// How control of the names is to be proved.
    pub method: Option<VerificationMethod>,
    /// Whether the CA sends verification messages itself.
    pub send_messages: bool,
    /// The algorithm to sign with.
    pub hash_algorithm: Option<HashAlgorithm>,
    /// The mailbox that is told of a revocation.
    pub revocation_contact: Option<String>,
}

impl DraftOrder {
    /// More names than anybody can order: what comes after them says nothing new.
    const MOST_NAMES: usize = 1000;

    /// What a form says of an order for a first certificate.
    #[must_use]
    pub fn new(order_id: OrderId, customer: &CustomerId, offer: &Offer, form: &Form) -> Self {
        let read = Form::from_csr(&form.csr).ok();
        let request = read.as_ref().and_then(|_| EncodedRequest::from_paste(&form.csr).ok());
        let sells_names = offer.product.names != NameRule::None;
        let mut names =
            if sells_names { names(&form.subject.common_name, &form.names) } else { names("", &form.names) };
        // Where the form is silent, the request says the names.
        if let (true, true, Some(read)) = (sells_names, names.is_empty(), &read) {
            names = self::names(&read.subject.common_name, &read.names);
        }
        if offer.product.names == NameRule::Wildcard {
            // A wildcard product's wildcard is the common name wherever it stands (code 1117).
            names.sort_by_key(|name| !name.starts_with("*."));
        }
        names.truncate(Self::MOST_NAMES);
        let method = form.method.as_ref().or(offer.default_method.as_ref()).filter(|_| sells_names);
        let is_message = method.is_some_and(|method| !method.is_published());
        Self {
            order_id,
            customer: customer.clone(),
            product: offer.product.code.clone(),
            language: offer.language,
            request: request.map(|request| request.to_pem()),
            common_name: common_name(offer, form).or_else(|| names.first().filter(|_| sells_names).cloned()),
            subject: subject(offer, form),
            contact: ContactForm {
                first_name: form.contact.first_name.trim().to_owned(),
                last_name: form.contact.last_name.trim().to_owned(),
                email: form.contact.email.trim().to_owned(),
                phone: form.contact.phone.trim().to_owned(),
            },
            names,
            method: method.cloned(),
            send_messages: form.send_messages.unwrap_or(is_message),
            hash_algorithm: form.hash_algorithm,
            revocation_contact: filled_in(&form.revocation_contact),
        }
    }
}

impl fmt::Debug for DraftOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the request nor persons belong into logs.
        let Self { order_id, product, names, method, .. } = self;
        f.debug_struct("DraftOrder")
            .field("order_id", order_id)
            .field("product", product)
            .field("names", names)
            .field("method", method)
            .finish_non_exhaustive()
    }
}

fn filled_in(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A name as the CA writes it, if it is one, and as the customer wrote it otherwise.
fn as_written(name: &str) -> Option<String> {
    let name = filled_in(name)?;
    Some(name.parse::<DnsName>().map_or(name, |name| name.to_string()))
}

/// The names of a form's lines after its common name, each once.
fn names(common_name: &str, lines: &[NameEntry]) -> Vec<String> {
    let lines = lines.iter().flat_map(|entry| {
        let name = as_written(&entry.name);
        let parsed = name.as_deref().filter(|_| entry.www).and_then(|name| name.parse::<DnsName>().ok());
        let www = parsed.filter(|name| !name.is_wildcard() && !name.as_str().starts_with("www."));
        name.into_iter().chain(www.map(|name| format!("www.{name}")))
    });
    let mut names: Vec<String> = Vec::new();
    for name in as_written(common_name).into_iter().chain(lines) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn common_name(offer: &Offer, form: &Form) -> Option<String> {
    let said = &form.subject.common_name;
    match offer.product.names {
        // A mailbox without a name of its own is named by its address.
        NameRule::None if offer.product.level == ValidationLevel::Mailbox => {
            filled_in(said).or_else(|| filled_in(&form.subject.email))
        }
        NameRule::None => filled_in(said),
        _ => as_written(said),
    }
}

/// What the product has a place for.
fn subject(offer: &Offer, form: &Form) -> Vec<(SubjectField, String)> {
    let is_used = |field: &SubjectField| offer.demand(*field) != Demand::Unused;
    let fields = SubjectField::ALL.iter().copied().filter(is_used);
    fields.filter_map(|field| Some((field, subject_text(field, form.subject.value(field))?))).collect()
}

fn subject_text(field: SubjectField, text: &str) -> Option<String> {
    let text = filled_in(text)?;
    Some(match field {
        SubjectField::Country | SubjectField::JurisdictionCountry => {
            text.parse::<Country>().map_or(text, |country| country.to_string())
        }
        SubjectField::BusinessCategory => {
            text.parse::<BusinessCategory>().map_or(text, |category| category.to_string())
        }
        _ => text,
    })
}
