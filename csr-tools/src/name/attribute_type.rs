//! The attributes that names are made of.

use std::fmt;

use crate::asn1::{Oid, StringType, oids};

/// A kind of attribute in a name, as certificates have them.
///
/// It is shown by its short name, which is the one that OpenSSL uses.
///
/// ```
/// use csr_tools::AttributeType;
///
/// assert_eq!(AttributeType::Organization.to_string(), "O");
/// assert_eq!(AttributeType::Organization.oid().to_string(), "2.5.4.10");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeType {
    /// What the certificate is for: a host name, a person, a product.
    CommonName,
    /// A person's family name.
    Surname,
    /// A person's or an organization's number in a register.
    SerialNumber,
    /// Two letters of ISO 3166.
    Country,
    /// A town.
    Locality,
    /// A state, province or voivodeship.
    State,
    /// Street and house number.
    StreetAddress,
    /// An organization's legal name.
    Organization,
    /// A part of an organization.
    OrganizationalUnit,
    /// A person's position.
    Title,
    /// Free text.
    Description,
    /// The kind of organization that EV certificates state.
    BusinessCategory,
    /// A postal code.
    PostalCode,
    /// A person's given name.
    GivenName,
    /// An organization's number with its register's, as S/MIME certificates have it.
    OrganizationIdentifier,
    /// A mailbox.
    EmailAddress,
    /// PKCS#9's name without a structure: network devices put their host name there.
    UnstructuredName,
    /// PKCS#9's address without a structure: network devices put their IP address there.
    UnstructuredAddress,
    /// The town whose register holds an organization.
    JurisdictionLocality,
    /// The state whose register holds an organization.
    JurisdictionState,
    /// The country whose register holds an organization.
    JurisdictionCountry,
    /// One label of a domain name, in directories.
    DomainComponent,
    /// Another one.
    Other(Oid),
}

/// Each known attribute with its identifier, its short name, the string type that Certum demands (or that
/// RFC 5280 allows where Certum demands none) and the most characters: Certum's limit, or that of X.520 and
/// RFC 5280 §A.1.
const KNOWN: &[(AttributeType, Oid, &str, StringType, usize)] = {
    use AttributeType as A;
    use StringType::{Ia5, Printable, Utf8};
    &[
        (A::CommonName, oids::COMMON_NAME, "CN", Utf8, 64),
        (A::Surname, oids::SURNAME, "SN", Utf8, 64),
        (A::SerialNumber, oids::SERIAL_NUMBER, "serialNumber", Utf8, 64),
        (A::Country, oids::COUNTRY, "C", Printable, 2),
        (A::Locality, oids::LOCALITY, "L", Utf8, 128),
        (A::State, oids::STATE, "ST", Utf8, 128),
        (A::StreetAddress, oids::STREET_ADDRESS, "street", Utf8, 64),
        (A::Organization, oids::ORGANIZATION, "O", Utf8, 255),
        (A::OrganizationalUnit, oids::ORGANIZATIONAL_UNIT, "OU", Utf8, 64),
        (A::Title, oids::TITLE, "title", Utf8, 64),
        (A::Description, oids::DESCRIPTION, "description", Utf8, 255),
        (A::BusinessCategory, oids::BUSINESS_CATEGORY, "businessCategory", Utf8, 128),
        (A::PostalCode, oids::POSTAL_CODE, "postalCode", Printable, 40),
        (A::GivenName, oids::GIVEN_NAME, "GN", Utf8, 64),
        (A::OrganizationIdentifier, oids::ORGANIZATION_IDENTIFIER, "organizationIdentifier", Utf8, 128),
        (A::EmailAddress, oids::EMAIL_ADDRESS, "emailAddress", Ia5, 255),
        (A::UnstructuredName, oids::UNSTRUCTURED_NAME, "unstructuredName", Printable, 64),
        (A::UnstructuredAddress, oids::UNSTRUCTURED_ADDRESS, "unstructuredAddress", Printable, 64),
        (A::JurisdictionLocality, oids::JURISDICTION_LOCALITY, "jurisdictionL", Utf8, 128),
        (A::JurisdictionState, oids::JURISDICTION_STATE, "jurisdictionST", Utf8, 128),
        (A::JurisdictionCountry, oids::JURISDICTION_COUNTRY, "jurisdictionC", Printable, 2),
        (A::DomainComponent, oids::DOMAIN_COMPONENT, "DC", Ia5, 63),
    ]
};

/// Attributes that are shown by a name, and nothing more.
const NAMED: &[(Oid, &str)] = &[
    (oids::TELEPHONE_NUMBER, "telephoneNumber"),
    (oids::NAME, "name"),
    (oids::INITIALS, "initials"),
    (oids::DN_QUALIFIER, "dnQualifier"),
    (oids::PSEUDONYM, "pseudonym"),
    (oids::USER_ID, "UID"),
];

impl AttributeType {
    /// Every known attribute.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|known| known.0)
    }

    fn known(self) -> Option<&'static (Self, Oid, &'static str, StringType, usize)> {
        KNOWN.iter().find(|known| known.0 == self)
    }

    /// The object identifier.
    pub fn oid(self) -> Oid {
        match (self, self.known()) {
            (Self::Other(oid), _) => oid,
            (_, Some(known)) => known.1,
            // Every variant is in the table, as a test makes sure.
            (_, None) => oids::COMMON_NAME,
        }
    }

    /// The short name, if it has one.
    pub fn short_name(self) -> Option<&'static str> {
        match self {
            Self::Other(oid) => NAMED.iter().find(|named| named.0 == oid).map(|named| named.1),
            _ => self.known().map(|known| known.2),
        }
    }

    /// The string type that a new request writes it in: the one that Certum demands.
    pub fn string_type(self) -> StringType {
        self.known().map_or(StringType::Utf8, |known| known.3)
    }

    /// The most characters that a value may have, if there is a limit.
    pub fn longest(self) -> Option<usize> {
        self.known().map(|known| known.4)
    }
}

impl From<Oid> for AttributeType {
    fn from(oid: Oid) -> Self {
        KNOWN.iter().find(|known| known.1 == oid).map_or(Self::Other(oid), |known| known.0)
    }
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.short_name() {
            Some(name) => f.write_str(name),
            None => self.oid().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_attribute_is_found_by_its_identifier() {
        for attribute in AttributeType::all() {
            assert_eq!(AttributeType::from(attribute.oid()), attribute);
            assert!(attribute.short_name().is_some());
        }
        assert_eq!(AttributeType::all().count(), 22);
    }

    #[test]
    fn shows_others_by_name_or_number() {
        assert_eq!(AttributeType::from(oids::PSEUDONYM).to_string(), "pseudonym");
        assert_eq!(AttributeType::from(oids::RSA_PSS).to_string(), "1.2.840.113549.1.1.10");
    }
}
