//! Whom a certificate names.

/// The subject of a certificate, attribute by attribute. Which of them a certificate really shows is the
/// profile's business: a domain-validated one shows none but the common name.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// A host name, a person, an organization or a mailbox.
    pub(crate) common_name: String,
    pub(crate) email: Option<String>,
    pub(crate) given_name: Option<String>,
    pub(crate) surname: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) organizational_unit: Option<String>,
    pub(crate) street_address: Option<String>,
    pub(crate) locality: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) postal_code: Option<String>,
    /// Two letters (ISO 3166-1).
    pub(crate) country: Option<String>,
    /// The number in the register of companies.
    pub(crate) serial_number: Option<String>,
    /// The tax identification number, which comes with the data of the organization.
    pub(crate) tax_number: Option<String>,
    pub(crate) business_category: Option<String>,
    pub(crate) jurisdiction_locality: Option<String>,
    pub(crate) jurisdiction_state: Option<String>,
    pub(crate) jurisdiction_country: Option<String>,
}

impl Subject {
    pub(crate) fn of_host(name: &str) -> Self {
        Self { common_name: name.to_owned(), ..Self::default() }
    }
}
