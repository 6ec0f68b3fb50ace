//! What the CA sells.

mod table;

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A product's code at the CA: one to three digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProductCode(String);

impl ProductCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProductCode {
    type Err = InvalidProductCode;

    fn from_str(text: &str) -> Result<Self, InvalidProductCode> {
        let digits = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { Ok(Self(text.to_owned())) } else { Err(InvalidProductCode(())) }
    }
}

impl TryFrom<String> for ProductCode {
    type Error = InvalidProductCode;

    fn try_from(text: String) -> Result<Self, InvalidProductCode> {
        text.parse()
    }
}

impl From<ProductCode> for String {
    fn from(code: ProductCode) -> Self {
        code.0
    }
}

impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no product code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a product code is one to three digits")]
pub struct InvalidProductCode(());

/// What a product certifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
}

/// The products that are known.
///
/// What an account may really order only the CA can say; a code that is not in here fails closed.
#[derive(Clone, Debug)]
pub struct Catalogue {
    products: Vec<Product>,
}

impl Catalogue {
    /// The products that Certum is known to sell, or to have sold.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
            let code = |text: &str| ProductCode(text.to_owned());
            let product = |row: &table::Row| Product {
                code: code(row.code),
                renewal_code: row.renewal_code.map(code),
                name: row.name.to_owned(),
                kind: row.kind,
                level: row.level,
                names: row.names,
                status: row.status,
            };
            Catalogue { products: table::ROWS.iter().map(product).collect() }
        });
        &BUILT_IN
    }

    /// All products.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The product with a code for first orders.
    ///
    /// # Errors
    /// If no product has this code.
    pub fn product(&self, code: &ProductCode) -> Result<&Product, UnknownProduct> {
        let found = self.products.iter().find(|product| product.code == *code);
        found.ok_or_else(|| UnknownProduct(code.clone()))
    }
}

/// A code that no known product has for first orders.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no product has the code {0}")]
pub struct UnknownProduct(ProductCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_each_code_once_and_only_well_formed_ones() {
        let mut seen = std::collections::HashSet::new();
        for row in table::ROWS {
            for code in [Some(row.code), row.renewal_code].into_iter().flatten() {
                assert!(code.parse::<ProductCode>().is_ok(), "{code}");
                assert!(seen.insert(code), "{code} stands twice");
            }
        }
        assert_eq!(Catalogue::built_in().products().len(), 33);
    }

    #[test]
    fn finds_products_by_the_code_for_first_orders_alone() {
        let catalogue = Catalogue::built_in();
        let find = |code: &str| catalogue.product(&code.parse().unwrap());
        assert_eq!(find("931").unwrap().names, NameRule::Multi { limit: None });
        assert_eq!(find("606").unwrap_err().to_string(), "no product has the code 606");
        assert!(find("999").is_err());
    }

    #[test]
    fn refuses_codes_that_are_no_codes() {
        for text in ["", "6011", "60a", "-1", "٦٠١"] {
            assert!(text.parse::<ProductCode>().is_err(), "{text:?}");
        }
    }
}
