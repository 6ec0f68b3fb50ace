//! Persons, addresses, and what a certificate says of its subject. `Debug` shows nothing of them.

use std::fmt;

use cert_domain::{Contact, Language, Person, PhoneNumber, PostalAddress, Subject};
use serde::Serialize;

use crate::authority::Requestor;

/// Who orders.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ContactView {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number: in its international form, unless the CA tells it otherwise.
    pub phone: Option<String>,
}

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            phone: text_of(contact.phone.as_ref()),
        }
    }
}

impl From<&Requestor> for ContactView {
    fn from(requestor: &Requestor) -> Self {
        Self {
            first_name: requestor.first_name.clone(),
            last_name: requestor.last_name.clone(),
            email: requestor.email.clone(),
            phone: requestor.phone.clone(),
        }
    }
}

/// The administrative or the technical contact.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PersonView {
    /// Name, e-mail address and phone number.
    #[serde(flatten)]
    pub contact: ContactView,
    /// The organization that the person works for.
    pub organization: Option<String>,
    /// The person's position in it.
    pub job_title: Option<String>,
    /// The person's address.
    pub address: Option<AddressView>,
}

impl From<&Person> for PersonView {
    fn from(person: &Person) -> Self {
        Self {
            contact: ContactView::from(&person.contact),
            organization: person.organization.clone(),
            job_title: person.job_title.clone(),
            address: person.address.as_ref().map(AddressView::from),
        }
    }
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AddressView {
    /// Street and number.
    pub street: String,
    /// A second line.
    pub second_line: Option<String>,
    /// Town.
    pub city: String,
    /// State, region or voivodeship.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// The country's two letters.
    pub country: String,
    /// Phone number, in its international form.
    pub phone: Option<String>,
}

impl From<&PostalAddress> for AddressView {
    fn from(address: &PostalAddress) -> Self {
        Self {
            street: address.street.clone(),
            second_line: address.second_line.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            postal_code: address.postal_code.clone(),
            country: address.country.to_string(),
            phone: text_of(address.phone.as_ref()),
        }
    }
}

/// One thing that a certificate says of its subject, or that the CA wants to know besides.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SubjectLine {
    /// The field of the form, such as `subject.organization`.
    pub field: &'static str,
    /// What the field is called.
    pub text: &'static str,
    /// What it says.
    pub value: String,
}

impl SubjectLine {
    pub(super) fn all(subject: &Subject, language: Language) -> Vec<Self> {
        let line = |(field, value): (cert_domain::SubjectField, &str)| Self {
            field: field.form_field(),
            text: field.text(language),
            value: value.to_owned(),
        };
        subject.iter().map(line).collect()
    }
}

fn text_of(phone: Option<&PhoneNumber>) -> Option<String> {
    phone.map(|phone| phone.as_str().to_owned())
}

/// Persons don't belong into logs.
macro_rules! shows_nothing {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

shows_nothing!(ContactView, PersonView, AddressView, SubjectLine);
