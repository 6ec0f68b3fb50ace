//! What the sandbox sells.

/// A product of the catalogue, as far as the sandbox needs to know it.
///
/// Its own table, apart from anything a reseller keeps: the sandbox stands for the other side, and a mistake
/// in one table must not hide the same mistake in the other.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) code: &'static str,
    /// The code that renews it; none: the product cannot be renewed.
    pub(crate) renewal: Option<&'static str>,
    pub(crate) names: NamesAllowed,
    pub(crate) term: Term,
}

/// Which names one certificate of a product may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamesAllowed {
    /// The common name and its `www.` form (or, where the common name is that form, the bare name).
    Single,
    /// One wildcard, and the bare name under it.
    Wildcard,
    /// As many as [`MAX_NAMES`], wildcards not among them.
    Multi,
}

/// How long a certificate of a product lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// As long as the calendar of the trade lets it (see [`crate::ca::calendar`]).
    Calendar,
    /// This many days.
    Days(i64),
}

/// The most names of a multi-domain order. The real limit is not published; a hundred was the largest
/// package sold.
pub(crate) const MAX_NAMES: usize = 100;

/// The domain-validated TLS products. The organization-validated ones and the other kinds are not sold yet.
const PRODUCTS: &[Product] = &[
    Product { code: "601", renewal: Some("606"), names: NamesAllowed::Single, term: Term::Calendar },
    Product { code: "741", renewal: Some("746"), names: NamesAllowed::Wildcard, term: Term::Calendar },
    Product { code: "931", renewal: Some("936"), names: NamesAllowed::Multi, term: Term::Calendar },
    Product { code: "691", renewal: None, names: NamesAllowed::Single, term: Term::Days(30) },
];

/// What a product code says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A code for a first order.
    ForIssue(&'static Product),
    /// A code that only renews.
    ForRenewal,
    /// Not sold to this account.
    Unknown,
}

pub(crate) fn look_up(code: &str) -> Lookup {
    if let Some(product) = PRODUCTS.iter().find(|product| product.code == code) {
        Lookup::ForIssue(product)
    } else if PRODUCTS.iter().any(|product| product.renewal == Some(code)) {
        Lookup::ForRenewal
    } else {
        Lookup::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_codes_for_issue_from_codes_for_renewal() {
        assert!(matches!(look_up("601"), Lookup::ForIssue(product) if product.names == NamesAllowed::Single));
        assert_eq!(look_up("606"), Lookup::ForRenewal);
        assert_eq!(look_up("696"), Lookup::Unknown);
        assert_eq!(look_up("631"), Lookup::Unknown);
    }
}
