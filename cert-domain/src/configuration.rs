//! What a customer filled in, checked.

mod following;
mod form;
mod import;

use std::sync::Arc;

use csr_tools::{AttributeType, CertificateRequest, RequestBuilder};
use serde::{Deserialize, Serialize};

use crate::people::{Role, revocation_contact};
use crate::request;
use crate::verification::{APPROVER_METHOD, check_method};
use crate::{
    Contact, Country, DnsName, Finding, Findings, Form, HashAlgorithm, KeyChoice, NameRule, NameSet, Offer,
    Person, PostalAddress, Problem, ProductKind, RequestPem, ServerType, Step, Subject, SubjectField,
    VerificationMethod,
};

/// A form that an offer takes: what an order is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    request: RequestPem,
    names: Option<NameSet>,
    method: Option<VerificationMethod>,
    send_messages: bool,
    /// Shared, since configurations travel inside commands and events, and each of a service's many certificates has one.
    #[serde(flatten)]
    details: Arc<Details>,
}

/// What the first step of a form comes to, without the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Details {
    server: ServerType,
    key: KeyChoice,
    hash_algorithm: Option<HashAlgorithm>,
    subject: Subject,
    contact: Contact,
    administrative: Option<Person>,
    technical: Option<Person>,
    organization_address: Option<PostalAddress>,
    revocation_contact: Option<String>,
}

/// What the second step of a form comes to.
struct Domains {
    names: Option<NameSet>,
    method: Option<VerificationMethod>,
    send_messages: bool,
}

impl Configuration {
    pub(crate) fn check(form: &Form, offer: &Offer) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let request = findings.keep_all(read_request(form, offer));
        let details = check_details(form, offer);
        let domains = findings.keep_all(check_domains(form, offer, request.as_ref()));
        let details = findings.keep_all(details);
        match (request, details, domains) {
            (Some(request), Some(details), Some(Domains { names, method, send_messages })) => {
                let request = RequestPem::from(&request);
                Ok(Self { request, names, method, send_messages, details: Arc::new(details) })
            }
            _ => Err(findings),
        }
    }

    /// The certificate request. Of an order that was placed elsewhere only its key is known: its text is empty.
    #[must_use]
    pub fn request(&self) -> &RequestPem {
        &self.request
    }

    /// The names that the certificate is to hold. None for products without names.
    #[must_use]
    pub fn names(&self) -> Option<&NameSet> {
        self.names.as_ref()
    }

    /// How control of the names is to be proved. None for products without names.
    #[must_use]
    pub fn method(&self) -> Option<&VerificationMethod> {
        self.method.as_ref()
    }

    /// Whether the CA sends verification messages itself.
    #[must_use]
    pub fn send_messages(&self) -> bool {
        self.send_messages
    }

    /// The algorithm to sign with, if not the CA's choice.
    #[must_use]
    pub fn hash_algorithm(&self) -> Option<HashAlgorithm> {
        self.details.hash_algorithm
    }

    /// The server that the certificate is for.
    #[must_use]
    pub fn server(&self) -> ServerType {
        self.details.server
    }

    /// Where the key comes from.
    #[must_use]
    pub fn key(&self) -> KeyChoice {
        self.details.key
    }

    /// What the certificate says of a person or an organization.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.details.subject
    }

    /// The common name: the first of the names, or the subject's.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        let host = self.names.as_ref().map(|names| names.common_name().as_str());
        host.or_else(|| self.details.subject.get(SubjectField::CommonName))
    }

    /// Who orders.
    #[must_use]
    pub fn contact(&self) -> &Contact {
        &self.details.contact
    }

    /// The administrative contact.
    #[must_use]
    pub fn administrative(&self) -> Option<&Person> {
        self.details.administrative.as_ref()
    }

    /// The technical contact.
    #[must_use]
    pub fn technical(&self) -> Option<&Person> {
        self.details.technical.as_ref()
    }

    /// Where the organization gets its mail.
    #[must_use]
    pub fn organization_address(&self) -> Option<&PostalAddress> {
        self.details.organization_address.as_ref()
    }

    /// The mailbox that is told of a revocation.
    #[must_use]
    pub fn revocation_contact(&self) -> Option<&str> {
        self.details.revocation_contact.as_deref()
    }
}

impl Offer {
    /// The request that a generated key is to sign, once everything but the request is in order.
    ///
    /// # Errors
    /// Everything that is wrong with the form, but for its request.
    pub fn request_to_sign(&self, form: &Form) -> Result<RequestBuilder, Findings> {
        let mut findings = Findings::new();
        let details = findings.keep_all(check_details(form, self));
        let domains = findings.keep_all(check_domains(form, self, None));
        let (Some(details), Some(domains)) = (details, domains) else { return Err(findings) };
        if domains.names.is_none() && self.product.kind == ProductKind::Tls {
            return Err(Finding::new(1007, "SANEntries", Problem::NoNames).into());
        }
        Ok(request_for(&details.subject, domains.names.as_ref()))
    }
}

/// The request for a subject and names. Nothing is certified without a name or a mailbox, so that a subject without host
/// names has one.
fn request_for(subject: &Subject, names: Option<&NameSet>) -> RequestBuilder {
    let mut builder = CertificateRequest::builder();
    for (field, value) in subject.iter() {
        builder = match field.attribute() {
            Some(AttributeType::CommonName) => builder.common_name(value),
            Some(kind) => builder.attribute(kind, value),
            None => builder,
        };
    }
    match names {
        None => builder,
        Some(names) => builder
            .common_name(names.common_name().as_str())
            .dns_names(names.as_slice().iter().map(DnsName::as_str)),
    }
}

/// Everything that is wrong with a step.
pub(crate) fn step_findings(form: &Form, offer: &Offer, step: Step) -> Findings {
    let mut findings = Findings::new();
    let is_to_be_generated = matches!(form.key, KeyChoice::Generate { .. }) && form.csr.trim().is_empty();
    match step {
        Step::Certificate => {
            if !is_to_be_generated {
                findings.keep_all(read_request(form, offer));
            }
            findings.keep_all(check_details(form, offer));
        }
        Step::Names => {
            // What is wrong with the request the first step says.
            let request = read_request(form, offer).ok();
            findings.keep_all(check_domains(form, offer, request.as_ref()));
            let has_names = !form.subject.common_name.trim().is_empty()
                || form.names.iter().any(|entry| !entry.name.trim().is_empty());
            if findings.is_empty() && offer.product.names != NameRule::None && request.is_none() && !has_names
            {
                findings.push(Finding::new(1007, "SANEntries", Problem::NoNames));
            }
        }
    }
    findings
}

fn read_request(form: &Form, offer: &Offer) -> Result<CertificateRequest, Findings> {
    if matches!(form.key, KeyChoice::Generate { .. }) && form.csr.trim().is_empty() {
        return Err(Finding::new(1002, "orderParameters/CSR", Problem::KeyNotMade).into());
    }
    // What the order says anew, whatever is wrong with it, the CA doesn't look for in the request.
    let is_given = |kind: AttributeType| {
        let is_said = |field: &&SubjectField| {
            offer.demand(**field) != crate::Demand::Unused && !form.subject.value(**field).trim().is_empty()
        };
        let host = offer.product.kind == ProductKind::Tls && kind == AttributeType::CommonName;
        host || SubjectField::ALL.iter().filter(is_said).any(|field| field.attribute() == Some(kind))
    };
    request::read(&form.csr, is_given)
}

fn check_details(form: &Form, offer: &Offer) -> Result<Details, Findings> {
    let mut findings = Findings::new();
    let product = &offer.product;
    if let Some(algorithm) = form.hash_algorithm {
        findings.keep(product.check_hash(algorithm));
    }
    let subject = findings.keep_all(Subject::check(&form.subject, product.kind, product.level));
    let country = findings.keep(phone_country(form));
    let home = country.unwrap_or(Country::POLAND);
    let address = PostalAddress::check(&form.subject.address, "organization/address", home);
    let organization_address = findings.keep_all(address);
    let contact = findings.keep_all(Contact::check(&form.contact, home));
    let administrative = Person::check(&form.administrative, Role::Administrative, home);
    let technical = match form.technical.resolve(&form.administrative) {
        // What is wrong with it is said of the administrative contact.
        (_, Role::Administrative) => Ok(administrative.as_ref().ok().cloned().flatten()),
        (person, role) => Person::check(person, role, home),
    };
    let administrative = findings.keep_all(administrative);
    let technical = findings.keep_all(technical);
    let revocation_contact = findings.keep(revocation_contact(&form.revocation_contact));
    match (subject, contact, administrative, technical, organization_address, revocation_contact) {
        (
            Some(subject),
            Some(contact),
            Some(administrative),
            Some(technical),
            Some(organization_address),
            Some(revocation_contact),
        ) if findings.is_empty() => Ok(Details {
            server: form.server,
            key: form.key,
            hash_algorithm: form.hash_algorithm,
            subject,
            contact,
            administrative,
            technical,
            organization_address,
            revocation_contact,
        }),
        _ => Err(findings),
    }
}

/// The country of phone numbers that are written without one.
fn phone_country(form: &Form) -> Result<Country, Finding> {
    let text = form.phone_country.trim();
    if text.is_empty() {
        return Ok(form.subject.country.parse().unwrap_or(Country::POLAND));
    }
    text.parse()
        .map_err(|_| Finding::new(Finding::NO_CODE, "phoneCountry", Problem::UnknownCountry).with_value(text))
}

/// Without names of its own, and without a readable request, nothing can be said of a form's names.
fn check_domains(
    form: &Form,
    offer: &Offer,
    request: Option<&CertificateRequest>,
) -> Result<Domains, Findings> {
    let mut findings = Findings::new();
    let limits = offer.name_limits();
    let entries: Vec<_> = form.names.iter().filter(|entry| !entry.name.trim().is_empty()).collect();
    if limits.rule == NameRule::None {
        let surplus = entries.iter().map(|entry| crate::name::entry(Problem::NoDomainNames, &entry.name));
        findings.extend(surplus);
        let none = Domains { names: None, method: None, send_messages: false };
        return if findings.is_empty() { Ok(none) } else { Err(findings) };
    }
    let common_name = &form.subject.common_name;
    let names = match request {
        _ if !entries.is_empty() || !common_name.trim().is_empty() => {
            NameSet::from_form(common_name, &form.names, limits).map(Some)
        }
        Some(request) => NameSet::check(&names_of(request), limits).map(Some),
        None => Ok(None),
    };
    let names = findings.keep_all(names).flatten();
    let method = form.method.clone().or_else(|| offer.default_method.clone());
    match (&method, &names) {
        (Some(method), Some(names)) => findings.extend(check_method(method, names)),
        (None, _) => findings.push(Finding::new(1040, APPROVER_METHOD, Problem::NoMethod)),
        _ => {}
    }
    let send_messages = sends_messages(form.send_messages, method.as_ref());
    if findings.is_empty() { Ok(Domains { names, method, send_messages }) } else { Err(findings) }
}

/// Whether the CA sends messages itself: as somebody chose, or where the method is a message.
fn sends_messages(choice: Option<bool>, method: Option<&VerificationMethod>) -> bool {
    choice.unwrap_or_else(|| method.is_some_and(|method| !method.is_published()))
}

/// The names in a request: its common name first, then the others.
fn names_of(request: &CertificateRequest) -> Vec<&str> {
    request.common_name().into_iter().chain(request.dns_names().iter().map(String::as_str)).collect()
}

#[cfg(test)]
mod tests;
