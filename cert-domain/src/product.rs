//! What the CA sells.

mod catalogue;
mod code;
mod hash;
mod table;
mod term;

use serde::{Deserialize, Serialize};

pub use catalogue::{Catalogue, ListedProduct, UnknownProduct};
pub use code::{InvalidProductCode, ProductCode};
pub use hash::HashAlgorithm;
pub use term::Term;

use crate::{Finding, Language, Problem};

/// What a product certifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProductKind {
    /// A server's names.
    Tls,
    /// A mailbox.
    Smime,
    /// A publisher of software.
    CodeSigning,
}

/// What is validated before a certificate is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ValidationLevel {
    /// Control of the domains (DV).
    Domain,
    /// The organization (OV).
    Organization,
    /// The organization, by the EV Guidelines.
    Extended,
    /// Control of the mailbox.
    Mailbox,
    /// A person.
    Individual,
}

/// Which names a product takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NameRule {
    /// No DNS names at all.
    None,
    /// One name, with or without its `www.` form.
    Single,
    /// One wildcard.
    Wildcard,
    /// Several names.
    Multi {
        /// The most names it takes, where the product says so.
        limit: Option<u16>,
    },
}

/// How sure it is that a product can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProductStatus {
    /// Sold today, with its renewal code.
    Current,
    /// Known from an older list; its renewal code is not confirmed.
    Listed,
    /// A short-lived test product.
    Test,
    /// Sold before; still found in old orders.
    Legacy,
}

/// What the CA's list of products says of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Availability {
    /// The list was not asked for.
    #[default]
    Unasked,
    /// The account can order it.
    Listed,
    /// The account can't order it.
    NotListed,
}

/// Something that the CA sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Product {
    /// The code for a first order.
    pub code: ProductCode,
    /// The code for a renewal, where it is known.
    pub renewal_code: Option<ProductCode>,
    /// The CA's name for it.
    pub name: String,
    /// What it certifies.
    pub kind: ProductKind,
    /// What is validated.
    pub level: ValidationLevel,
    /// Which names it takes.
    pub names: NameRule,
    /// How sure it is that it can be ordered.
    pub status: ProductStatus,
    /// For how long it is sold. A certificate may live shorter: see [`Calendar`](crate::Calendar).
    pub term: Term,
    /// The algorithms that the CA can sign it with. Empty where nobody said: then any.
    pub hash_algorithms: Vec<HashAlgorithm>,
    /// Whether this account can order it.
    pub availability: Availability,
}

impl Product {
    /// The code that renewals are ordered by.
    ///
    /// # Errors
    /// The finding that nobody knows it (code 1166).
    pub fn renewal(&self) -> Result<&ProductCode, Finding> {
        self.renewal_code.as_ref().ok_or_else(|| {
            Finding::new(1166, "productCode", Problem::NoRenewalCode).with_value(self.code.as_str())
        })
    }

    /// Whether an algorithm can be asked for.
    ///
    /// # Errors
    /// The finding that the product does not have it (code 2089).
    pub fn check_hash(&self, algorithm: HashAlgorithm) -> Result<(), Finding> {
        if self.hash_algorithms.is_empty() || self.hash_algorithms.contains(&algorithm) {
            return Ok(());
        }
        let finding = Finding::new(2089, "hashAlgorithm", Problem::HashNotTaken);
        Err(finding.with_value(algorithm.as_str()))
    }
}

impl Availability {
    /// What the CA's list says, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Unasked => ("not asked", "nie sprawdzono"),
            Self::Listed => ("can be ordered", "można zamawiać"),
            Self::NotListed => ("can't be ordered", "nie można zamawiać"),
        };
        language.choose(english, polish)
    }
}

impl ProductKind {
    /// What it certifies, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Tls => ("server certificate (TLS)", "certyfikat serwera (TLS)"),
            Self::Smime => ("e-mail certificate (S/MIME)", "certyfikat poczty (S/MIME)"),
            Self::CodeSigning => ("code signing certificate", "certyfikat do podpisywania kodu"),
        };
        language.choose(english, polish)
    }
}

impl ValidationLevel {
    /// Every level, for menus.
    pub const ALL: &[Self] =
        &[Self::Domain, Self::Organization, Self::Extended, Self::Mailbox, Self::Individual];

    /// What is validated, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Domain => ("domain (DV)", "domena (DV)"),
            Self::Organization => ("organization (OV)", "organizacja (OV)"),
            Self::Extended => ("extended validation (EV)", "rozszerzona weryfikacja (EV)"),
            Self::Mailbox => ("mailbox", "skrzynka e-mail"),
            Self::Individual => ("person", "osoba"),
        };
        language.choose(english, polish)
    }
}

impl ProductStatus {
    /// How sure it is that it can be ordered, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Current => ("on sale", "w sprzedaży"),
            Self::Listed => ("from an older list", "z dawniejszego cennika"),
            Self::Test => ("for trials", "próbny"),
            Self::Legacy => ("no longer sold", "już niesprzedawany"),
        };
        language.choose(english, polish)
    }
}
