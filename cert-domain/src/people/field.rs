//! The fields of a certificate's subject, and of the organization behind it.

use std::fmt;

use csr_tools::AttributeType;
use serde::{Deserialize, Serialize};

use super::BusinessCategory;
use crate::text::{Field, is_email, says_something};
use crate::{Country, Finding, Language, Problem};

/// One field of what a certificate says, or of what the CA wants to know besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SubjectField {
    /// A person's, a mailbox's or a publisher's name. Host names are no part of it.
    CommonName,
    /// The mailbox that the certificate is for, or names.
    Email,
    /// A person's given name.
    GivenName,
    /// A person's family name.
    Surname,
    /// An organization's legal name.
    Organization,
    /// A part of the organization.
    OrganizationalUnit,
    /// The town.
    Locality,
    /// The state, province or voivodeship.
    State,
    /// The country.
    Country,
    /// The organization's number at the tax office. It is not in the certificate.
    TaxNumber,
    /// The organization's number in its register.
    SerialNumber,
    /// Which kind of organization it is: see [`BusinessCategory`].
    BusinessCategory,
    /// Street and number.
    StreetAddress,
    /// Postal code.
    PostalCode,
    /// The town whose register holds the organization.
    JurisdictionLocality,
    /// The state whose register holds the organization.
    JurisdictionState,
    /// The country whose register holds the organization.
    JurisdictionCountry,
}

/// What the Partner API says of a field.
struct Spec {
    field: Field,
    /// The code for a value that can't be.
    invalid: u32,
    attribute: Option<AttributeType>,
    names: (&'static str, &'static str),
}

impl SubjectField {
    /// Every field, in the order of the forms.
    pub const ALL: &[Self] = &[
        Self::CommonName,
        Self::Email,
        Self::GivenName,
        Self::Surname,
        Self::Organization,
        Self::OrganizationalUnit,
        Self::Locality,
        Self::State,
        Self::Country,
        Self::TaxNumber,
        Self::SerialNumber,
        Self::BusinessCategory,
        Self::StreetAddress,
        Self::PostalCode,
        Self::JurisdictionLocality,
        Self::JurisdictionState,
        Self::JurisdictionCountry,
    ];

    /// The most characters that it may have.
    #[must_use]
    pub fn limit(self) -> usize {
        self.spec().field.limit
    }

    /// The field's path in the Partner API.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.spec().field.path
    }

    /// Where it stands in a [`Form`](crate::Form), as serde names it.
    #[must_use]
    pub fn form_field(self) -> &'static str {
        match self {
            Self::CommonName => "subject.common_name",
            Self::Email => "subject.email",
            Self::GivenName => "subject.given_name",
            Self::Surname => "subject.surname",
            Self::Organization => "subject.organization",
            Self::OrganizationalUnit => "subject.organizational_unit",
            Self::Locality => "subject.locality",
            Self::State => "subject.state",
            Self::Country => "subject.country",
            Self::TaxNumber => "subject.tax_number",
            Self::SerialNumber => "subject.registration.serial_number",
            Self::BusinessCategory => "subject.registration.business_category",
            Self::StreetAddress => "subject.registration.street_address",
            Self::PostalCode => "subject.registration.postal_code",
            Self::JurisdictionLocality => "subject.registration.locality",
            Self::JurisdictionState => "subject.registration.state",
            Self::JurisdictionCountry => "subject.registration.country",
        }
    }

    /// What it is called, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = self.spec().names;
        language.choose(english, polish)
    }

    /// The attribute that a certificate has for it.
    #[must_use]
    pub fn attribute(self) -> Option<AttributeType> {
        self.spec().attribute
    }

    /// The text of the field, if it has one that can stand. A country and a business category come out as the CA
    /// writes them.
    pub(super) fn read(self, text: &str) -> Result<Option<String>, Finding> {
        let spec = self.spec();
        let Some(text) = spec.field.optional(text)? else { return Ok(None) };
        let refuse = |problem| Err(Finding::new(spec.invalid, spec.field.path, problem).with_value(&*text));
        match self {
            Self::Country | Self::JurisdictionCountry => match text.parse::<Country>() {
                Ok(country) => Ok(Some(country.to_string())),
                Err(_) => refuse(Problem::UnknownCountry),
            },
            Self::BusinessCategory => match text.parse::<BusinessCategory>() {
                Ok(category) => Ok(Some(category.to_string())),
                Err(finding) => Err(finding),
            },
            // Certificates hold addresses in ASCII alone (RFC 5280, 4.2.1.6).
            Self::Email if !text.is_ascii() || !is_email(&text) => refuse(Problem::NotEmail),
            Self::TaxNumber if !is_tax_number(&text) => refuse(Problem::NotTaxNumber),
            Self::PostalCode if !is_postal_code(&text) => refuse(Problem::NotPostalCode),
            Self::Locality | Self::State | Self::JurisdictionLocality | Self::JurisdictionState
                if !text.contains(char::is_alphabetic) =>
            {
                refuse(Problem::SaysNothing)
            }
            _ if !says_something(&text) => refuse(Problem::SaysNothing),
            _ => Ok(Some(text)),
        }
    }

    /// The finding that the field is missing.
    pub(super) fn missing(self, code: u32) -> Finding {
        Finding::new(code, self.path(), Problem::Missing)
    }

    /// Paths, limits and codes are the Partner API's. It has none about given name and surname, and says of the
    /// country by 1119 whatever is wrong with it.
    #[rustfmt::skip]
    fn spec(self) -> Spec {
        use AttributeType as A;
        let spec = |path, limit, too_long, invalid, attribute, english, polish| Spec {
            field: Field { path, missing: None, too_long, limit },
            invalid,
            attribute,
            names: (english, polish),
        };
        match self {
            Self::CommonName => spec("orderParameters/commonName", 64, 1101, 2051, Some(A::CommonName), "name", "nazwa"),
            Self::Email => spec("orderParameters/email", 255, 1106, 1022, Some(A::EmailAddress), "e-mail address", "adres e-mail"),
            Self::GivenName => spec("orderParameters/givenName", 64, 0, 0, Some(A::GivenName), "given name", "imię"),
            Self::Surname => spec("orderParameters/surname", 64, 0, 0, Some(A::Surname), "surname", "nazwisko"),
            Self::Organization => spec("orderParameters/organization", 255, 1102, 2168, Some(A::Organization), "organization", "organizacja"),
            Self::OrganizationalUnit => spec("orderParameters/organizationalUnit", 64, 1103, 2167, Some(A::OrganizationalUnit), "organizational unit", "jednostka organizacyjna"),
            Self::Locality => spec("orderParameters/locality", 128, 1104, 2166, Some(A::Locality), "locality", "miejscowość"),
            Self::State => spec("orderParameters/state", 128, 1105, 2156, Some(A::State), "state or province", "województwo"),
            Self::Country => spec("orderParameters/country", 2, 1119, 1119, Some(A::Country), "country", "kraj"),
            Self::TaxNumber => spec("organizationInfo/taxIdentificationNumber", 32, 1083, 1048, None, "tax number", "numer podatkowy (NIP)"),
            Self::SerialNumber => spec("orderParameters/serialNumber", 64, 1100, 2164, Some(A::SerialNumber), "number in the register", "numer w rejestrze (KRS)"),
            Self::BusinessCategory => spec("orderParameters/businessCategory", 64, 2137, 2137, Some(A::BusinessCategory), "business category", "kategoria działalności"),
            Self::StreetAddress => spec("orderParameters/streetAddress", 64, 2140, 2169, Some(A::StreetAddress), "street and number", "ulica i numer"),
            Self::PostalCode => spec("orderParameters/postalCode", 40, 2143, 2154, Some(A::PostalCode), "postal code", "kod pocztowy"),
            Self::JurisdictionLocality => spec("orderParameters/joiln", 128, 1098, 2165, Some(A::JurisdictionLocality), "town of the register", "miejscowość rejestru"),
            Self::JurisdictionState => spec("orderParameters/joisopn", 128, 1097, 2155, Some(A::JurisdictionState), "state of the register", "województwo rejestru"),
            Self::JurisdictionCountry => spec("orderParameters/joisocn", 2, 1096, 1099, Some(A::JurisdictionCountry), "country of the register", "kraj rejestru"),
        }
    }
}

impl fmt::Display for SubjectField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::English))
    }
}

/// The tax numbers of the world have digits, and some have letters and signs between them.
fn is_tax_number(text: &str) -> bool {
    let written = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '/');
    text.chars().all(written) && text.chars().filter(char::is_ascii_digit).count() >= 2
}

/// Letters, digits, spaces and hyphens, with a digit at least: a PrintableString of the shape that countries use.
fn is_postal_code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-'))
        && text.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_by_the_codes_of_the_field_what_can_not_stand_in_it() {
        use SubjectField as F;
        for (field, text, code) in [
            (F::Email, "jan", 1022),
            (F::Email, "żółw@example.com", 1022),
            (F::TaxNumber, "NIP", 1048),
            (F::TaxNumber, "525_000_00_00", 1048),
            (F::PostalCode, "postal code", 2154),
            (F::PostalCode, "90_001", 2154),
            (F::Locality, "90-001", 2166),
            (F::Organization, "n/a", 2168),
            (F::Country, "UK", 1119),
            (F::BusinessCategory, "shop", 2137),
        ] {
            assert_eq!(field.read(text).unwrap_err().code, code, "{field}: {text}");
        }
        for (field, text) in [
            (F::Email, "jan@example.com"),
            (F::TaxNumber, "525-000-00-00"),
            (F::PostalCode, "SW1A 1AA"),
            (F::Locality, "Łódź"),
            (F::Organization, "3M"),
        ] {
            assert_eq!(field.read(text), Ok(Some(text.into())), "{field}: {text}");
        }
    }
}
