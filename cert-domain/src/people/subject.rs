//! What a certificate says of a person or an organization.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use csr_tools::Certificate;
use serde::{Deserialize, Serialize};

use super::{AddressForm, Demand, SubjectField};
use crate::{Finding, Findings, Language, Problem, ProductKind, ValidationLevel};

/// The subject as a customer fills it in. What the product has no place for is left out: see [`Demand`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct SubjectForm {
    /// For TLS the host name that stands first; otherwise a person's, a mailbox's or a publisher's name.
    pub common_name: String,
    /// The mailbox that the certificate is for, or names.
    pub email: String,
    /// A person's given name.
    pub given_name: String,
    /// A person's family name.
    pub surname: String,
    /// An organization's legal name.
    pub organization: String,
    /// A part of the organization.
    pub organizational_unit: String,
    /// The town.
    pub locality: String,
    /// The state, province or voivodeship.
    pub state: String,
    /// The country's two letters.
    pub country: String,
    /// The organization's number at the tax office.
    pub tax_number: String,
    /// Where the organization is registered, for EV.
    pub registration: RegistrationForm,
    /// Where the organization gets its mail. The CA never sees it.
    pub address: AddressForm,
}

/// Where an organization is registered, and where it is found: what EV certificates say besides.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct RegistrationForm {
    /// The number in the register.
    pub serial_number: String,
    /// The business category: see [`BusinessCategory`].
    pub business_category: String,
    /// Street and number.
    pub street_address: String,
    /// Postal code.
    pub postal_code: String,
    /// The register's town.
    pub locality: String,
    /// The register's state.
    pub state: String,
    /// The register's country, by its two letters.
    pub country: String,
}

impl SubjectForm {
    /// What is filled in for a field.
    #[must_use]
    pub fn value(&self, field: SubjectField) -> &str {
        use SubjectField as F;
        match field {
            F::CommonName => &self.common_name,
            F::Email => &self.email,
            F::GivenName => &self.given_name,
            F::Surname => &self.surname,
            F::Organization => &self.organization,
            F::OrganizationalUnit => &self.organizational_unit,
            F::Locality => &self.locality,
            F::State => &self.state,
            F::Country => &self.country,
            F::TaxNumber => &self.tax_number,
            F::SerialNumber => &self.registration.serial_number,
            F::BusinessCategory => &self.registration.business_category,
            F::StreetAddress => &self.registration.street_address,
            F::PostalCode => &self.registration.postal_code,
            F::JurisdictionLocality => &self.registration.locality,
            F::JurisdictionState => &self.registration.state,
            F::JurisdictionCountry => &self.registration.country,
        }
    }

    /// The same to fill in.
    pub fn value_mut(&mut self, field: SubjectField) -> &mut String {
        use SubjectField as F;
        match field {
            F::CommonName => &mut self.common_name,
            F::Email => &mut self.email,
            F::GivenName => &mut self.given_name,
            F::Surname => &mut self.surname,
            F::Organization => &mut self.organization,
            F::OrganizationalUnit => &mut self.organizational_unit,
            F::Locality => &mut self.locality,
            F::State => &mut self.state,
            F::Country => &mut self.country,
            F::TaxNumber => &mut self.tax_number,
            F::SerialNumber => &mut self.registration.serial_number,
            F::BusinessCategory => &mut self.registration.business_category,
            F::StreetAddress => &mut self.registration.street_address,
            F::PostalCode => &mut self.registration.postal_code,
            F::JurisdictionLocality => &mut self.registration.locality,
            F::JurisdictionState => &mut self.registration.state,
            F::JurisdictionCountry => &mut self.registration.country,
        }
    }
}

/// What a certificate says of a person or an organization, with all that its product needs and nothing else. Read from a
/// certificate, it lacks what certificates don't tell.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(BTreeMap<SubjectField, String>);

impl Subject {
    /// The subject of a form, for a product of this kind and level.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(form: &SubjectForm, kind: ProductKind, level: ValidationLevel) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let mut subject = BTreeMap::new();
        // A place that could not be read is not missing besides.
        let mut has_place = false;
        let mut wants_place = false;
        for &field in SubjectField::ALL {
            let demand = Demand::of(kind, level, field);
            if demand == Demand::Unused {
                continue;
            }
            let is_place = demand == Demand::EitherPlace;
            wants_place |= is_place;
            has_place |= is_place && !form.value(field).trim().is_empty();
            match findings.keep(field.read(form.value(field))) {
                Some(Some(value)) => {
                    subject.insert(field, value);
                }
                Some(None) if demand == Demand::Needed => {
                    findings.push(field.missing(Demand::missing_code(kind, field)));
                }
                _ => {}
            }
        }
        if wants_place && !has_place {
            findings.push(Finding::new(2058, "orderParameters/locality", Problem::LocalityOrState));
        }
        if level == ValidationLevel::Mailbox
            && let Some(email) = subject.get(&SubjectField::Email).cloned()
            && email.chars().count() <= SubjectField::CommonName.limit()
        {
            subject.entry(SubjectField::CommonName).or_insert(email);
        }
        if findings.is_empty() { Ok(Self(subject)) } else { Err(findings) }
    }

    /// What a certificate says, as far as forms of such products take it.
    pub(crate) fn of_certificate(
        certificate: &Certificate,
        kind: ProductKind,
        level: ValidationLevel,
    ) -> Self {
        let subject = certificate.subject();
        let said = |field: SubjectField| -> Option<String> {
            let attribute = subject.all(field.attribute()?).last();
            let text = attribute.and_then(|attribute| attribute.value().ok().map(Cow::into_owned));
            let mailbox = || certificate.email_addresses().first().cloned();
            let text = text.or_else(|| if field == SubjectField::Email { mailbox() } else { None });
            field.read(&text?).ok().flatten()
        };
        let is_used = |field: &&SubjectField| Demand::of(kind, level, **field) != Demand::Unused;
        let fields = SubjectField::ALL.iter().filter(is_used);
        Self(fields.filter_map(|&field| Some((field, said(field)?))).collect())
    }

    /// What it says in a field.
    #[must_use]
    pub fn get(&self, field: SubjectField) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// All that it says, in the order of the forms.
    pub fn iter(&self) -> impl Iterator<Item = (SubjectField, &str)> {
        self.0.iter().map(|(field, value)| (*field, value.as_str()))
    }

    /// Whether it says nothing, as for certificates of a domain alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&Subject> for SubjectForm {
    fn from(subject: &Subject) -> Self {
        let mut form = Self::default();
        for (field, value) in subject.iter() {
            value.clone_into(form.value_mut(field));
        }
        form
    }
}

/// The kinds of organization that EV certificates tell apart (EV Guidelines, 7.1.4.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BusinessCategory {
    /// A company, foundation or association.
    #[serde(rename = "Private Organization")]
    Private,
    /// A public authority.
    #[serde(rename = "Government Entity")]
    Government,
    /// A business that is no legal person, such as a partnership.
    #[serde(rename = "Business Entity")]
    Business,
    /// An international organization.
    #[serde(rename = "Non-Commercial Entity")]
    NonCommercial,
}

impl BusinessCategory {
    /// Every category, for menus.
    pub const ALL: &[Self] = &[Self::Private, Self::Government, Self::Business, Self::NonCommercial];

    /// The words that certificates have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "Private Organization",
            Self::Government => "Government Entity",
            Self::Business => "Business Entity",
            Self::NonCommercial => "Non-Commercial Entity",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Private => ("company, foundation or association", "spółka, fundacja lub stowarzyszenie"),
            Self::Government => ("public authority", "jednostka administracji publicznej"),
            Self::Business => ("business that is no legal person", "firma bez osobowości prawnej"),
            Self::NonCommercial => ("international organization", "organizacja międzynarodowa"),
        };
        language.choose(english, polish)
    }
}

impl fmt::Display for BusinessCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BusinessCategory {
    type Err = Finding;

    fn from_str(text: &str) -> Result<Self, Finding> {
        let known =
            Self::ALL.iter().copied().find(|category| category.as_str().eq_ignore_ascii_case(text.trim()));
        known.ok_or_else(|| {
            let path = SubjectField::BusinessCategory.path();
            Finding::new(2137, path, Problem::UnknownBusinessCategory).with_value(text)
        })
    }
}

impl fmt::Debug for SubjectForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It may be about a person.
        f.debug_struct("SubjectForm").finish_non_exhaustive()
    }
}

impl fmt::Debug for RegistrationForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistrationForm").finish_non_exhaustive()
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(form: &SubjectForm, kind: ProductKind, level: ValidationLevel) -> Vec<u32> {
        let findings = Subject::check(form, kind, level).err().unwrap_or_default();
        findings.into_iter().map(|finding| finding.code).collect()
    }

    fn organization() -> SubjectForm {
        SubjectForm {
            organization: "Żółw sp. z o.o.".into(),
            organizational_unit: "IT".into(),
            locality: "Łódź".into(),
            country: "pl".into(),
            tax_number: "525-000-00-00".into(),
            ..SubjectForm::default()
        }
    }

    #[test]
    fn keeps_what_the_product_shows_and_nothing_else() {
        let subject =
            Subject::check(&organization(), ProductKind::Tls, ValidationLevel::Organization).unwrap();
        assert_eq!(subject.get(SubjectField::Country), Some("PL"));
        assert_eq!(subject.get(SubjectField::OrganizationalUnit), None);
        assert!(
            Subject::check(&organization(), ProductKind::Tls, ValidationLevel::Domain).unwrap().is_empty()
        );
        assert!(!subject.is_empty() && subject.get(SubjectField::CommonName).is_none());
        let printed = format!("{subject:?}{:?}{:?}", organization(), organization().registration);
        assert!(!printed.contains("525") && printed.contains("Country"), "{printed}");
        assert!(printed.ends_with("SubjectForm { .. }RegistrationForm { .. }"), "{printed}");
    }

    #[test]
    fn reports_everything_at_once() {
        let empty = SubjectForm::default();
        assert_eq!(codes(&empty, ProductKind::Tls, ValidationLevel::Organization), [1016, 1020, 1048, 2058]);
        let nowhere = SubjectForm { locality: String::new(), ..organization() };
        assert_eq!(codes(&nowhere, ProductKind::Tls, ValidationLevel::Organization), [2058]);
        assert_eq!(
            codes(&organization(), ProductKind::Tls, ValidationLevel::Extended),
            [1095, 2138, 2139, 2142, 1094, 1092, 1093]
        );
        let wrong = SubjectForm { locality: "90-001".into(), country: "UK".into(), ..organization() };
        assert_eq!(codes(&wrong, ProductKind::Tls, ValidationLevel::Organization), [2166, 1119]);
    }

    #[test]
    fn names_a_mailbox_by_its_address_unless_it_has_a_name() {
        let form = SubjectForm { email: "jan@example.com".into(), ..SubjectForm::default() };
        let subject = Subject::check(&form, ProductKind::Smime, ValidationLevel::Mailbox).unwrap();
        assert_eq!(subject.get(SubjectField::CommonName), Some("jan@example.com"));
        assert_eq!(codes(&form, ProductKind::Smime, ValidationLevel::Individual), [1015, 1059]);
        // No common name is as long: there is none, then.
        for (local, named) in [(52, true), (53, false)] {
            let form = SubjectForm { email: "j".repeat(local) + "@example.com", ..SubjectForm::default() };
            let subject = Subject::check(&form, ProductKind::Smime, ValidationLevel::Mailbox).unwrap();
            assert_eq!(subject.get(SubjectField::CommonName).is_some(), named, "{local}");
        }
    }

    #[test]
    fn knows_every_field_both_ways() {
        let mut form = SubjectForm::default();
        for (number, &field) in SubjectField::ALL.iter().enumerate() {
            *form.value_mut(field) = number.to_string();
        }
        for (number, &field) in SubjectField::ALL.iter().enumerate() {
            assert_eq!(form.value(field), number.to_string(), "{field}");
        }
    }
}
