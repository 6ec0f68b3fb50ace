//! The products that are known.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Availability, HashAlgorithm, Product, ProductCode, ProductStatus, Term, table};
use crate::{Finding, Problem};

/// The products that are known.
///
/// The built-in table knows kinds, levels and names; what an account may really order only the CA can say, by its list
/// of products: see [`merged`](Self::merged). A code that the table lacks fails closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Catalogue {
    products: Vec<Product>,
    /// What the CA listed and the table lacks.
    undescribed: Vec<ListedProduct>,
}

/// A product as the CA's list has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListedProduct {
    /// The code, of a first order or of a renewal.
    pub code: ProductCode,
    /// What the CA calls it.
    pub type_text: Option<String>,
    /// For how many days it is sold.
    pub validity_days: Option<u16>,
    /// The algorithms that it can be signed with, if they were asked for.
    pub hash_algorithms: Vec<HashAlgorithm>,
}

impl ListedProduct {
    /// A product of which the list says nothing but the code.
    #[must_use]
    pub fn new(code: ProductCode) -> Self {
        Self { code, type_text: None, validity_days: None, hash_algorithms: Vec::new() }
    }

    /// Sets what the CA calls it.
    #[must_use]
    pub fn with_type(mut self, text: impl Into<String>) -> Self {
        self.type_text = Some(text.into());
        self
    }

    /// Sets for how many days it is sold.
    #[must_use]
    pub fn with_validity_days(mut self, days: u16) -> Self {
        self.validity_days = Some(days);
        self
    }

    /// Sets the algorithms that it can be signed with.
    #[must_use]
    pub fn with_hash_algorithms(mut self, algorithms: impl IntoIterator<Item = HashAlgorithm>) -> Self {
        self.hash_algorithms = algorithms.into_iter().collect();
        self
    }
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
                term: row.term,
                hash_algorithms: Vec::new(),
                availability: Availability::Unasked,
            };
            Catalogue { products: table::ROWS.iter().map(product).collect(), undescribed: Vec::new() }
        });
        &BUILT_IN
    }

    /// The same products with what the CA's list says of them: which the account can order, for how long, and signed
    /// how. Products that the list lacks are marked so, and stay for the sake of old orders. Codes that the table lacks
    /// are kept as [`undescribed`](Self::undescribed).
    #[must_use]
    pub fn merged(&self, listed: &[ListedProduct]) -> Self {
        let find = |code: &ProductCode| listed.iter().find(|listed| listed.code == *code);
        let merge = |product: &Product| {
            let mut product = product.clone();
            product.availability = Availability::NotListed;
            if let Some(listed) = find(&product.code) {
                product.availability = Availability::Listed;
                product.term = listed.validity_days.map_or(product.term, Term::from_listed_days);
                if !listed.hash_algorithms.is_empty() {
                    product.hash_algorithms.clone_from(&listed.hash_algorithms);
                }
            }
            product
        };
        let is_described = |code: &ProductCode| {
            self.products.iter().any(|known| known.code == *code || known.renewal_code.as_ref() == Some(code))
        };
        Self {
            products: self.products.iter().map(merge).collect(),
            undescribed: listed.iter().filter(|listed| !is_described(&listed.code)).cloned().collect(),
        }
    }

    /// All products that are known well enough to be ordered.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The products that a new offer may be made of: those that the account can order or, as long as nobody has asked,
    /// those that are not known to be off sale.
    pub fn orderable(&self) -> impl Iterator<Item = &Product> {
        self.products.iter().filter(|product| match product.availability {
            Availability::Listed => true,
            Availability::NotListed => false,
            Availability::Unasked => product.status != ProductStatus::Legacy,
        })
    }

    /// What the CA lists and nobody here knows more of: what it certifies, and which names it takes.
    #[must_use]
    pub fn undescribed(&self) -> &[ListedProduct] {
        &self.undescribed
    }

    /// The product with a code for first orders.
    ///
    /// # Errors
    /// If no product has this code, or too little is known of the one that has.
    pub fn product(&self, code: &ProductCode) -> Result<&Product, UnknownProduct> {
        if let Some(product) = self.products.iter().find(|product| product.code == *code) {
            return Ok(product);
        }
        let renewal_of = self.renewed_by(code).map(|product| product.name.clone());
        let listed = self.undescribed.iter().find(|listed| listed.code == *code);
        Err(match (renewal_of, listed) {
            (Some(name), _) => UnknownProduct::Renewal { code: code.clone(), name },
            (None, Some(listed)) => UnknownProduct::Undescribed {
                code: code.clone(),
                type_text: listed.type_text.clone().unwrap_or_else(|| "no description".to_owned()),
            },
            (None, None) => UnknownProduct::Nowhere { code: code.clone() },
        })
    }

    /// The product that renewals with this code belong to.
    #[must_use]
    pub fn renewed_by(&self, code: &ProductCode) -> Option<&Product> {
        self.products.iter().find(|product| product.renewal_code.as_ref() == Some(code))
    }
}

/// A code by which nothing can be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownProduct {
    /// No product is known by it.
    #[error("no product has the code {code}")]
    Nowhere {
        /// The code.
        code: ProductCode,
    },
    /// It is the code for renewals of a product.
    #[error("no product has the code {code} for first orders: it renews {name}")]
    Renewal {
        /// The code.
        code: ProductCode,
        /// The product that it renews.
        name: String,
    },
    /// The CA lists it, and what it certifies is not known.
    #[error("the CA lists the code {code} ({type_text}), but this version does not know what it takes")]
    Undescribed {
        /// The code.
        code: ProductCode,
        /// What the CA calls it.
        type_text: String,
    },
}

impl UnknownProduct {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &ProductCode {
        match self {
            Self::Nowhere { code } | Self::Renewal { code, .. } | Self::Undescribed { code, .. } => code,
        }
    }

    /// The finding about an order by this code (1181).
    #[must_use]
    pub fn finding(&self) -> Finding {
        let problem = match self {
            Self::Renewal { .. } => Problem::RenewalCode,
            Self::Nowhere { .. } | Self::Undescribed { .. } => Problem::UnknownProduct,
        };
        Finding::new(1181, "productCode", problem).with_value(self.code().as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NameRule, ProductKind};
    use super::*;

    fn code(text: &str) -> ProductCode {
        text.parse().unwrap()
    }

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
        assert_eq!(catalogue.product(&code("931")).unwrap().names, NameRule::Multi { limit: None });
        let renewal = catalogue.product(&code("606")).unwrap_err();
        assert!(renewal.to_string().starts_with("no product has the code 606"), "{renewal}");
        assert_eq!(renewal.finding().problem, Problem::RenewalCode);
        assert_eq!(catalogue.renewed_by(&code("606")).unwrap().code, code("601"));
        assert_eq!(
            catalogue.product(&code("999")).unwrap_err(),
            UnknownProduct::Nowhere { code: code("999") }
        );
    }

    #[test]
    fn learns_from_the_list_of_the_ca_what_the_account_can_order() {
        let listed = [
            ListedProduct::new(code("601"))
                .with_validity_days(199)
                .with_hash_algorithms([HashAlgorithm::EccSha256]),
            ListedProduct::new(code("606")),
            ListedProduct::new(code("777")).with_type("Quantum SSL"),
        ];
        let catalogue = Catalogue::built_in().merged(&listed);
        let commercial = catalogue.product(&code("601")).unwrap();
        assert_eq!((commercial.availability, commercial.term), (Availability::Listed, Term::Days(199)));
        assert!(commercial.check_hash(HashAlgorithm::EccSha256).is_ok());
        assert_eq!(commercial.check_hash(HashAlgorithm::RsaSha256).unwrap_err().code, 2089);
        assert_eq!(catalogue.product(&code("641")).unwrap().availability, Availability::NotListed);
        let orderable: Vec<_> = catalogue.orderable().map(|product| product.code.as_str()).collect();
        assert_eq!(orderable, ["601"]);

        assert_eq!(catalogue.undescribed().len(), 1);
        let error = catalogue.product(&code("777")).unwrap_err();
        let text = "the CA lists the code 777 (Quantum SSL), but this version does not know what it takes";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn keeps_what_a_shorter_list_says_no_more_of() {
        let asked = Catalogue::built_in().merged(&[ListedProduct::new(code("601"))]);
        let again = asked.merged(&[]);
        assert_eq!(again.products().len(), 33);
        assert!(again.orderable().next().is_none());
        let is_sold = |product: &&Product| product.status != ProductStatus::Legacy;
        assert!(
            Catalogue::built_in().orderable().eq(Catalogue::built_in().products().iter().filter(is_sold))
        );
    }

    #[test]
    fn sells_trials_for_their_days_and_all_else_for_a_year() {
        for product in Catalogue::built_in().products() {
            let expected = match product.code.as_str() {
                "691" => Term::Days(30),
                "791" => Term::Days(90),
                _ => Term::YEAR,
            };
            assert_eq!(product.term, expected, "{}", product.name);
            assert_eq!(product.names == NameRule::None, product.kind != ProductKind::Tls, "{}", product.name);
        }
    }
}
