//! `validateOrderParameters`: checks an order without placing it.

use super::{extends_order_request, operation};
use crate::types::OrderRequest;
use crate::wire::record;

extends_order_request! {
    /// Checks an order without placing it. The answer reports every error at once.
    pub struct ValidateOrderParameters;
}

record! {
    /// The CA would take the order.
    pub struct ValidateOrderParametersResponse {
        /// What the CA read in the CSR.
        optional parsed_csr: ParsedCsr = "ParsedCSR",
    }
}

record! {
    /// The subject of a CSR as the CA reads it.
    pub struct ParsedCsr {
        /// Common name.
        optional common_name: String = "commonName",
        /// Country.
        optional country: String = "country",
        /// E-mail address.
        optional email: String = "email",
        /// Jurisdiction of incorporation, country.
        optional jurisdiction_country: String = "joISoCN",
        /// Jurisdiction of incorporation, locality.
        optional jurisdiction_locality: String = "joILN",
        /// Jurisdiction of incorporation, state or province.
        optional jurisdiction_state: String = "joISoPN",
        /// Business category.
        optional business_category: String = "businessCategory",
        /// Locality.
        optional locality: String = "locality",
        /// Organization.
        optional organization: String = "organization",
        /// Organizational unit.
        optional organizational_unit: String = "organizationalUnit",
        /// Postal code.
        optional postal_code: String = "postalCode",
        /// The organization's registration number.
        optional serial_number: String = "serialNumber",
        /// Street address.
        optional street_address: String = "streetAddress",
        /// State or province.
        optional state: String = "state",
    }
}

operation!(ValidateOrderParameters = "validateOrderParameters", Read, ValidateOrderParametersResponse);
