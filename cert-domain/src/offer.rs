//! A product as a reseller sells it.

use serde::{Deserialize, Serialize};

use crate::{Configuration, Findings, Form, Product, ProductKind, ValidationLevel, VerificationMethod};

/// The language of the CA's messages to the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Language {
    /// Polish.
    #[default]
    #[serde(rename = "pl")]
    Polish,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The language's two letters (ISO 639-1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Polish => "pl",
            Self::English => "en",
        }
    }
}

/// A product as this reseller sells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// How control of the names is proved unless the customer chooses otherwise.
    pub default_method: VerificationMethod,
    /// The language of the CA's messages.
    pub language: Language,
}

impl Offer {
    /// An offer of a product, in Polish.
    ///
    /// # Errors
    /// If the product is not a domain-validated TLS product: what other products need beyond names can't be
    /// expressed yet.
    pub fn new(product: Product, default_method: VerificationMethod) -> Result<Self, OfferError> {
        if product.kind != ProductKind::Tls || product.level != ValidationLevel::Domain {
            return Err(OfferError { product: product.name });
        }
        Ok(Self { product, default_method, language: Language::default() })
    }

    /// What a customer filled in, held against the offer.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self, form: &Form) -> Result<Configuration, Findings> {
        Configuration::check(form, self)
    }
}

/// A product that can't be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{product} is not a domain-validated TLS product, and no other kind can be ordered")]
pub struct OfferError {
    product: String,
}
