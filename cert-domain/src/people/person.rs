//! Whom the reseller asks: the administrative and the technical contact, and where the organization has its mail.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::contact::{PersonFields, phone};
use super::{Contact, ContactForm};
use crate::text::Field;
use crate::{Country, Finding, Findings, PhoneNumber, Problem};

/// A postal address as a customer fills it in. Left blank altogether, there is none.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct AddressForm {
    /// Street and number.
    pub street: String,
    /// A second line, such as a floor; may be left empty.
    pub second_line: String,
    /// Town.
    pub city: String,
    /// State, region or voivodeship; may be left empty.
    pub state: String,
    /// Postal code; may be left empty, as not all countries have them.
    pub postal_code: String,
    /// The country's two letters.
    pub country: String,
    /// Phone number; may be left empty.
    pub phone: String,
}

/// A postal address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostalAddress {
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
    /// Country.
    pub country: Country,
    /// Phone number.
    pub phone: Option<PhoneNumber>,
}

impl PostalAddress {
    /// The address of a form, if there is one. `field` is the form's part, such as `organization/address`.
    ///
    /// # Errors
    /// Everything that is wrong with it. The CA never sees it, and has no codes for it.
    pub fn check(form: &AddressForm, field: &'static str, home: Country) -> Result<Option<Self>, Findings> {
        if *form == AddressForm::default() {
            return Ok(None);
        }
        let mut findings = Findings::new();
        let path = |part: &str| format!("{field}/{part}");
        let mut text = |part: &str, text: &str, missing| {
            let field = Field { path: "", missing, too_long: Finding::NO_CODE, limit: 255 };
            let read = match missing {
                Some(_) => field.required(text).map(Some),
                None => field.optional(text),
            };
            findings.keep(read.map_err(|finding| Finding { field: path(part).into(), ..finding }))
        };
        const NEEDED: Option<u32> = Some(Finding::NO_CODE);
        let street = text("street", &form.street, NEEDED);
        let second_line = text("secondLine", &form.second_line, None);
        let city = text("city", &form.city, NEEDED);
        let state = text("state", &form.state, None);
        let postal_code = text("postalCode", &form.postal_code, None);
        let country = form.country.parse::<Country>().map_err(|_| {
            let blank = form.country.trim().is_empty();
            let problem = if blank { Problem::Missing } else { Problem::UnknownCountry };
            Finding::new(Finding::NO_CODE, path("country"), problem).with_value(&*form.country)
        });
        let country = findings.keep(country);
        let phone_field = Field { path: "", missing: None, too_long: Finding::NO_CODE, limit: 32 };
        let phone = phone(&phone_field, &form.phone, country.unwrap_or(home))
            .map_err(|finding| Finding { field: path("phone").into(), ..finding });
        let phone = findings.keep(phone);
        match (street.flatten(), second_line, city.flatten(), state, postal_code, country, phone) {
            (
                Some(street),
                Some(second_line),
                Some(city),
                Some(state),
                Some(postal_code),
                Some(country),
                Some(phone),
            ) => Ok(Some(Self { street, second_line, city, state, postal_code, country, phone })),
            _ => Err(findings),
        }
    }
}

impl From<&PostalAddress> for AddressForm {
    fn from(address: &PostalAddress) -> Self {
        Self {
            street: address.street.clone(),
            second_line: address.second_line.clone().unwrap_or_default(),
            city: address.city.clone(),
            state: address.state.clone().unwrap_or_default(),
            postal_code: address.postal_code.clone().unwrap_or_default(),
            country: address.country.to_string(),
            phone: address.phone.as_ref().map(|phone| phone.as_str().to_owned()).unwrap_or_default(),
        }
    }
}

/// An administrative or technical contact as a customer fills it in. Left blank altogether, there is none.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct PersonForm {
    /// Name, e-mail address and phone number.
    pub contact: ContactForm,
    /// The organization that the person works for; may be left empty.
    pub organization: String,
    /// The person's position; needed once an organization is named.
    pub job_title: String,
    /// The person's address; may be left empty.
    pub address: AddressForm,
}

/// Whom the reseller, and not the CA, asks about an order.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Person {
    /// Name, e-mail address and phone number.
    pub contact: Contact,
    /// The organization that the person works for.
    pub organization: Option<String>,
    /// The person's position.
    pub job_title: Option<String>,
    /// The person's address.
    pub address: Option<PostalAddress>,
}

/// Which of the two contacts a form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Administrative,
    Technical,
}

impl Role {
    fn fields(self) -> PersonFields {
        match self {
            Self::Administrative => PersonFields::unseen(
                "administrativeContact/email",
                "administrativeContact/firstName",
                "administrativeContact/lastName",
                "administrativeContact/phone",
            ),
            Self::Technical => PersonFields::unseen(
                "technicalContact/email",
                "technicalContact/firstName",
                "technicalContact/lastName",
                "technicalContact/phone",
            ),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Administrative => "administrativeContact",
            Self::Technical => "technicalContact",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Administrative => "administrativeContact/address",
            Self::Technical => "technicalContact/address",
        }
    }
}

impl Person {
    /// The person of a form, if there is one.
    pub(crate) fn check(form: &PersonForm, role: Role, home: Country) -> Result<Option<Self>, Findings> {
        if *form == PersonForm::default() {
            return Ok(None);
        }
        let mut findings = Findings::new();
        let address = findings.keep_all(PostalAddress::check(&form.address, role.address(), home));
        let country = address.iter().flatten().map(|address| address.country).next().unwrap_or(home);
        let contact = findings.keep_all(role.fields().check(&form.contact, country));
        let mut text = |part: &str, text: &str| {
            let field = Field { path: "", missing: None, too_long: Finding::NO_CODE, limit: 255 };
            let path = format!("{}/{part}", role.path());
            let read = field.optional(text);
            findings.keep(read.map_err(|finding| Finding { field: path.into(), ..finding }))
        };
        let organization = text("organization", &form.organization);
        let job_title = text("jobTitle", &form.job_title);
        if let (Some(Some(_)), Some(None)) = (&organization, &job_title) {
            let path = format!("{}/jobTitle", role.path());
            findings.push(Finding::new(Finding::NO_CODE, path, Problem::JobTitle));
        }
        match (contact, organization, job_title, address) {
            (Some(contact), Some(organization), Some(job_title), Some(address)) if findings.is_empty() => {
                Ok(Some(Self { contact, organization, job_title, address }))
            }
            _ => Err(findings),
        }
    }
}

impl From<&Person> for PersonForm {
    fn from(person: &Person) -> Self {
        Self {
            contact: ContactForm::from(&person.contact),
            organization: person.organization.clone().unwrap_or_default(),
            job_title: person.job_title.clone().unwrap_or_default(),
            address: person.address.as_ref().map(AddressForm::from).unwrap_or_default(),
        }
    }
}

/// The technical contact of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct TechnicalContact {
    /// Whether it is the administrative contact.
    pub same_as_administrative: bool,
    /// Who it is otherwise.
    pub person: PersonForm,
}

impl TechnicalContact {
    /// The person who is meant.
    pub(crate) fn resolve<'a>(&'a self, administrative: &'a PersonForm) -> (&'a PersonForm, Role) {
        if self.same_as_administrative {
            (administrative, Role::Administrative)
        } else {
            (&self.person, Role::Technical)
        }
    }
}

/// Personal data stays out of logs.
macro_rules! prints_nothing {
    ($($type:ident)+) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )+};
}

prints_nothing!(AddressForm PostalAddress PersonForm Person);

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> PersonForm {
        PersonForm {
            contact: ContactForm {
                first_name: "Anna".into(),
                last_name: "Nowak".into(),
                email: "anna@example.com".into(),
                phone: "410-947-6416".into(),
            },
            organization: "ACME".into(),
            job_title: "Administrator".into(),
            address: AddressForm {
                street: "2446 Marie Street".into(),
                city: "Baltimore".into(),
                state: "Maryland".into(),
                postal_code: "MD 21223".into(),
                country: "us".into(),
                ..AddressForm::default()
            },
        }
    }

    fn fields(form: &PersonForm, role: Role) -> Vec<String> {
        let findings = Person::check(form, role, Country::POLAND).unwrap_err();
        findings.into_iter().map(|finding| finding.field.into_owned()).collect()
    }

    #[test]
    fn takes_a_person_or_none() {
        let none = Person::check(&PersonForm::default(), Role::Technical, Country::POLAND);
        assert!(none.unwrap().is_none());
        let anna = Person::check(&person(), Role::Administrative, Country::POLAND).unwrap().unwrap();
        // The number is one of the country that the address is in.
        assert_eq!(anna.contact.phone.unwrap().as_str(), "+14109476416");
        assert_eq!(anna.address.unwrap().country.as_str(), "US");
    }

    #[test]
    fn names_each_field_of_a_person_that_is_wrong() {
        let mut form = person();
        form.contact.email = "anna".into();
        form.job_title.clear();
        form.address.street.clear();
        form.address.country = "USA".into();
        assert_eq!(
            fields(&form, Role::Administrative),
            [
                "administrativeContact/address/street",
                "administrativeContact/address/country",
                "administrativeContact/email",
                "administrativeContact/jobTitle"
            ]
        );
        let jobless = PersonForm { job_title: String::new(), ..person() };
        assert_eq!(fields(&jobless, Role::Technical), ["technicalContact/jobTitle"]);
        let half = PersonForm { organization: "ACME".into(), ..PersonForm::default() };
        assert!(fields(&half, Role::Technical).contains(&"technicalContact/firstName".to_owned()));
    }

    #[test]
    fn takes_the_administrative_contact_for_the_technical_one_if_told_to() {
        let form = person();
        let technical = TechnicalContact { same_as_administrative: true, ..TechnicalContact::default() };
        assert_eq!(technical.resolve(&form).0, &form);
        assert_eq!(TechnicalContact::default().resolve(&form).0, &PersonForm::default());
    }

    #[test]
    fn keeps_personal_data_out_of_debug_output() {
        assert_eq!(format!("{:?}", person()), "PersonForm { .. }");
    }
}
