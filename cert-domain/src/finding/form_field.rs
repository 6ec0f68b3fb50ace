//! Which field of our forms a finding is about.

use std::borrow::Cow;

use super::Finding;
use crate::{DnsName, Form, NameEntry, ReissueForm, SubjectField};

/// Codes whose path does not tell which field they are about.
mod code {
    /// The CA says them of the request as a whole, or of the order: the certificate that is to be followed is meant.
    pub(super) const CERTIFICATE: &[u32] = &[1159, 1160, 1161, 1164, 1170, 2094, 2096, 2122, 2126];
    /// Another common name than before: the new request has it.
    pub(super) const OTHER_COMMON_NAME: u32 = 1168;
}

impl Finding {
    /// The field of one of our forms that the finding is about, as serde names it: `subject.organization`, `csr`,
    /// `contact.email`. A list stands without the number of its line: a form that is at hand tells it, see
    /// [`Form::field_of`]. None for what no form asks, such as the account's rights.
    ///
    /// ```
    /// use cert_domain::{Finding, Problem};
    ///
    /// let finding = Finding::new(1053, "requestorInfo/email", Problem::Missing);
    /// assert_eq!(finding.form_field().as_deref(), Some("contact.email"));
    /// ```
    #[must_use]
    pub fn form_field(&self) -> Option<Cow<'static, str>> {
        // A text that can't be sent is said to stand in the call.
        let path = CALLS.iter().find_map(|call| self.field.strip_prefix(call)).unwrap_or(&self.field);
        if path.starts_with("revokeCertificate") || path == "keyCompromitationDate" {
            return revocation_field(path).map(Cow::Borrowed);
        }
        if self.code == code::OTHER_COMMON_NAME || is_request(path) {
            return Some("csr".into());
        }
        if path == "X509Cert" {
            return Some("certificate.pem".into());
        }
        if code::CERTIFICATE.contains(&self.code) {
            return Some("certificate.serial_number".into());
        }
        person_field(path).map(Cow::Owned).or_else(|| order_field(path).map(Cow::Borrowed))
    }
}

/// The calls that a form becomes.
const CALLS: &[&str] = &[
    "validateOrderParameters/",
    "quickOrder/",
    "renewCertificate/",
    "reissueCertificate/",
    "revokeCertificate/",
    "verifyOrder/",
];

fn is_request(path: &str) -> bool {
    matches!(path, "orderParameters/CSR" | "CSR") || path.starts_with("CSR ")
}

fn revocation_field(path: &str) -> Option<&'static str> {
    match path.strip_prefix("revokeCertificateParameters/").unwrap_or(path) {
        "revocationReason" => Some("reason"),
        "keyCompromitationDate" => Some("compromised_on"),
        "note" => Some("note"),
        // What the CA says of the certificate that is to be revoked has no path of its own.
        "serialNumber" | "revokeCertificate" => Some("serial_number"),
        _ => None,
    }
}

/// The fields of the contacts and addresses that the CA never sees.
fn person_field(path: &str) -> Option<String> {
    let (whose, part) = path.split_once('/')?;
    let (form, is_person) = match whose {
        "administrativeContact" => ("administrative", true),
        "technicalContact" => ("technical.person", true),
        "organization" => ("subject", false),
        _ => return None,
    };
    if let Some(line) = part.strip_prefix("address/") {
        let line = match line {
            "secondLine" => "second_line",
            "postalCode" => "postal_code",
            "street" | "city" | "state" | "country" | "phone" => line,
            _ => return None,
        };
        return Some(format!("{form}.address.{line}"));
    }
    let part = match part {
        "organization" => "organization",
        "jobTitle" => "job_title",
        _ => contact_field(part)?,
    };
    is_person.then(|| format!("{form}.{part}"))
}

fn contact_field(part: &str) -> Option<&'static str> {
    Some(match part {
        "firstName" => "contact.first_name",
        "lastName" => "contact.last_name",
        "email" => "contact.email",
        "phone" => "contact.phone",
        _ => return None,
    })
}

/// The fields of an order, and of documents for it. The CA's table of codes leaves `orderParameters` out.
fn order_field(path: &str) -> Option<&'static str> {
    if let Some(part) = path.strip_prefix("requestorInfo/") {
        return contact_field(part);
    }
    let bare = path.strip_prefix("orderParameters/").unwrap_or(path);
    Some(match bare {
        "SANEntries" | "SANEntries/SANEntry/DNSName" => "names",
        "approverMethod" | "approverEmail" | "approverEmailPrefix" | "SANApprover" => "method",
        "hashAlgorithm" => "hash_algorithm",
        "revocationContactEmail" => "revocation_contact",
        "phoneCountry" => "phone_country",
        "verificationNotificationEnabled" | "renewCertificate verificationNotificationEnabled" => {
            "send_messages"
        }
        "recipient/email" => "email",
        "locality, state" => SubjectField::Locality.form_field(),
        "serialNumber (subject)" => SubjectField::SerialNumber.form_field(),
        "verifyOrderParameters/note" => "note",
        "verifyOrderParameters/documents/document" => "documents",
        "document/type" => "documents.kind",
        "document/description" => "documents.description",
        "document/files" | "document/files/file" => "documents.files",
        "document/files/file/fileName" => "documents.files.name",
        "document/files/file/content" => "documents.files.content",
        _ if path.starts_with("SANApprover/") => "method",
        // A bare number is a certificate's.
        "serialNumber" if bare == path => "certificate.serial_number",
        _ => subject_field(path, bare)?.form_field(),
    })
}

fn subject_field(path: &str, bare: &str) -> Option<SubjectField> {
    let is_this = |field: &&SubjectField| {
        let own = field.path();
        own == path || own.strip_prefix("orderParameters/") == Some(bare)
    };
    SubjectField::ALL.iter().find(is_this).copied()
}

impl Form {
    /// The field of this form that a finding is about, with the number of the line where it is about one of the names:
    /// `names.3.name`. None for what this form does not ask.
    #[must_use]
    pub fn field_of(&self, finding: &Finding) -> Option<String> {
        let field = finding.form_field()?;
        let value = finding.value.as_deref().unwrap_or_default();
        let common_name = &self.subject.common_name;
        let is_common_name = field == SubjectField::CommonName.form_field();
        // The first of the names is the common name, where the form says none.
        if field == "names" || is_common_name && common_name.trim().is_empty() {
            if let Some(line) = line_of(&self.names, value) {
                return Some(format!("names.{line}.name"));
            }
            if field == "names" && is_same(common_name, value) {
                return Some(SubjectField::CommonName.form_field().to_owned());
            }
        }
        FIELDS.contains(&&*field).then(|| field.into_owned())
    }

    /// Where the form asks for what a finding is about, to sort findings by: in the order of its fields and lines. What
    /// it doesn't ask comes last.
    #[must_use]
    pub fn place_of(&self, finding: &Finding) -> (usize, usize) {
        let Some(field) = self.field_of(finding) else { return (FIELDS.len(), 0) };
        let line = field.split('.').find_map(|part| part.parse().ok());
        let name = if line.is_some() { "names" } else { &field };
        let place = FIELDS.iter().position(|known| *known == name);
        // What is wrong with all names comes before what is wrong with one.
        (place.unwrap_or(FIELDS.len()), line.map_or(0, |line: usize| line.saturating_add(1)))
    }
}

impl ReissueForm {
    /// The field of this form that a finding is about, with the number of the line where it is about one of the names
    /// that are added: `added.0.name`. None for what this form does not ask.
    #[must_use]
    pub fn field_of(&self, finding: &Finding) -> Option<String> {
        match &*finding.form_field()? {
            "names" => {
                let line = line_of(&self.added, finding.value.as_deref().unwrap_or_default());
                Some(line.map_or_else(|| "added".to_owned(), |line| format!("added.{line}.name")))
            }
            field @ ("certificate.serial_number"
            | "certificate.pem"
            | "csr"
            | "method"
            | "send_messages"
            | "hash_algorithm") => Some(field.to_owned()),
            _ => None,
        }
    }
}

/// The line of a name, or of the name that its `www.` form comes from.
fn line_of(entries: &[NameEntry], name: &str) -> Option<usize> {
    let is_twin = |entry: &NameEntry| {
        let www = entry.name.parse::<DnsName>().ok().filter(|_| entry.www).and_then(|name| name.with_www());
        www.is_some_and(|www| is_same(www.as_str(), name))
    };
    let written = entries.iter().position(|entry| is_same(&entry.name, name));
    written.or_else(|| entries.iter().position(is_twin))
}

/// Whether two texts are the same name, as far as they are names. A blank text is none.
fn is_same(written: &str, told: &str) -> bool {
    let (written, told) = (written.trim(), told.trim());
    match (written.parse::<DnsName>(), told.parse::<DnsName>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => !written.is_empty() && written == told,
    }
}

/// The fields of a [`Form`], in its order. A name's line has a number besides.
#[rustfmt::skip]
const FIELDS: &[&str] = &[
    "csr",
    "hash_algorithm",
    "subject.common_name", "subject.email", "subject.given_name", "subject.surname", "subject.organization",
    "subject.organizational_unit", "subject.locality", "subject.state", "subject.country", "subject.tax_number",
    "subject.registration.serial_number", "subject.registration.business_category",
    "subject.registration.street_address", "subject.registration.postal_code", "subject.registration.locality",
    "subject.registration.state", "subject.registration.country",
    "subject.address.street", "subject.address.second_line", "subject.address.city", "subject.address.state",
    "subject.address.postal_code", "subject.address.country", "subject.address.phone",
    "contact.first_name", "contact.last_name", "contact.email", "contact.phone",
    "administrative.contact.first_name", "administrative.contact.last_name", "administrative.contact.email",
    "administrative.contact.phone", "administrative.organization", "administrative.job_title",
    "administrative.address.street", "administrative.address.second_line", "administrative.address.city",
    "administrative.address.state", "administrative.address.postal_code", "administrative.address.country",
    "administrative.address.phone",
    "technical.person.contact.first_name", "technical.person.contact.last_name", "technical.person.contact.email",
    "technical.person.contact.phone", "technical.person.organization", "technical.person.job_title",
    "technical.person.address.street", "technical.person.address.second_line", "technical.person.address.city",
    "technical.person.address.state", "technical.person.address.postal_code", "technical.person.address.country",
    "technical.person.address.phone",
    "revocation_contact",
    "phone_country",
    "names",
    "method",
    "send_messages",
];

#[cfg(test)]
mod tests;
