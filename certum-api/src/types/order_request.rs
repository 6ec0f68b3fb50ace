//! What a new order consists of.

use std::fmt;

use jiff::civil::Date;

use super::{OrganizationInfo, RequestorInfo, SanApprover};
use crate::wire::{DecodeError, Element, EncodeError, Reader, Start, Type, Writer, open_enum, record};

open_enum! {
    /// The language of the CA's messages to the customer.
    pub enum Language {
        /// Polish.
        Polish = "pl",
        /// English.
        English = "en",
    }
}

open_enum! {
    /// The algorithm that the CA signs the certificate with.
    pub enum HashAlgorithm {
        /// RSA with SHA-256.
        RsaSha256 = "RSA-SHA256",
        /// ECDSA with SHA-256.
        EccSha256 = "ECC-SHA256",
    }
}

/// A PKCS#10 request, PEM. `Debug` keeps it to itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Csr(String);

impl Csr {
    /// The request as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Csr {
    fn from(pem: T) -> Self {
        Self(pem.into())
    }
}

impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[certificate request]")
    }
}

impl Element for Csr {
    const TYPE: Type = Type::Simple("string");

    fn read(start: &Start<'_>, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
        Ok(String::read(start, reader)?.map(Self))
    }

    fn write(&self, name: &'static str, writer: &mut Writer) -> Result<(), EncodeError> {
        self.0.write(name, writer)
    }
}

record! {
    /// The order itself. The subject fields override what the CSR says.
    pub struct OrderParameters {
        /// The PKCS#10 request, PEM.
        required csr: Csr = "CSR",
        /// The reseller's name of the customer: at most 64 characters, none of `" & ' < >`, not the login.
        required customer: String = "customer",
        /// The language of the CA's messages.
        optional language: Language = "language",
        /// An identifier of the caller's choice, at most 50 characters, none of `" & ' < >`. A taken one is
        /// refused (code 1012), which makes it the key by which a purchase is made once.
        optional order_id: String = "orderID",
        /// The product's code.
        required product_code: String = "productCode",
        /// The program that orders.
        optional user_agent: String = "userAgent",
        /// The algorithm that the CA signs with.
        optional hash_algorithm: HashAlgorithm = "hashAlgorithm",
        /// Subject: e-mail address.
        optional email: String = "email",
        /// Subject: common name.
        optional common_name: String = "commonName",
        /// Subject: organization.
        optional organization: String = "organization",
        /// Subject: organizational unit.
        optional organizational_unit: String = "organizationalUnit",
        /// Subject: locality.
        optional locality: String = "locality",
        /// Subject: country, two letters.
        optional country: String = "country",
        /// Subject: state or province.
        optional state: String = "state",
        /// Subject: the organization's registration number.
        optional serial_number: String = "serialNumber",
        /// Subject: business category of an EV certificate.
        optional business_category: String = "businessCategory",
        /// Subject: street address.
        optional street_address: String = "streetAddress",
        /// Subject: postal code.
        optional postal_code: String = "postalCode",
        /// Subject: jurisdiction of incorporation, locality.
        optional jurisdiction_locality: String = "joiln",
        /// Subject: jurisdiction of incorporation, state or province.
        optional jurisdiction_state: String = "joisopn",
        /// Subject: jurisdiction of incorporation, country.
        optional jurisdiction_country: String = "joisocn",
        /// Whom to tell when the certificate is revoked.
        optional revocation_contact_email: String = "revocationContactEmail",
        /// A last day earlier than the product's own.
        optional shortened_validity_period: Date = "shortenedValidityPeriod",
        /// Subject: given name. Version 5 of the service added it, and no source says where it stands among
        /// the others: it is written after all that are known.
        optional given_name: String = "givenName",
        /// Subject: surname. As unsure of its place as the given name.
        optional surname: String = "surname",
    }
}

record! {
    /// A name to put into the certificate.
    pub struct SanEntry {
        /// The DNS name, a wildcard's with its `*.`.
        required dns_name: String = "DNSName",
    }
}

record! {
    /// Everything that a new order says.
    pub struct OrderRequest {
        /// How control of the names is to be proved.
        optional san_approver: SanApprover = "SANApprover",
        /// The order itself.
        required order_parameters: OrderParameters = "orderParameters",
        /// The organization behind the order.
        optional organization_info: OrganizationInfo = "organizationInfo",
        /// Who orders.
        required requestor_info: RequestorInfo = "requestorInfo",
        /// The names to put into the certificate; they must include the common name.
        list san_entries: SanEntry = "SANEntries" / "SANEntry",
    }
}
