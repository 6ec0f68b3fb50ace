//! What can be wrong with the settings of an offer.

use std::borrow::Cow;
use std::fmt;

use crate::{Language, UnknownProduct, ValidationLevel};

/// One setting that can't stand, by itself or beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say what the variant's line says")]
pub enum OfferProblem {
    /// No product is chosen.
    ProductMissing,
    /// What is chosen is no product's code.
    NotProductCode { text: String },
    /// Nobody knows enough of the product.
    UnknownProduct(UnknownProduct),
    /// The CA does not list the product for this account.
    NotOrderable { name: String },
    /// No default method for a product that has names.
    MethodMissing,
    /// A method for a product that has no names.
    MethodUnused,
    /// A file, which proves no wildcard, for a wildcard product.
    FileForWildcard,
    /// Another validation than the product's.
    Validation { set: ValidationLevel, product: ValidationLevel },
    /// Additional domains for a product that takes one.
    AdditionalDomains,
    /// A limit of domains where there is one domain.
    LimitUnused,
    /// More domains to add where there are no additional ones.
    MoreWithoutAdditional,
    /// Room for no domain at all.
    NoDomains,
    /// More domains than the product takes.
    BeyondProduct { limit: u16 },
    /// The wildcard box is ticked, or not, against what the product is.
    Wildcard { product_is: bool },
    /// The reseller's name is to be shown, and there is none.
    TitleMissing,
    /// A due date is to follow the certificate, and nothing is ever due.
    NoDueDate,
    /// A payment is to set the service up, and there is none.
    NoPayment,
    /// No price for something that is paid.
    PriceMissing,
    /// A price for something that is free.
    PriceUnused,
    /// A price of nothing for something that is paid.
    PriceZero,
    /// A price that is no amount of its currency.
    PriceMalformed,
    /// No currency, or none that exists.
    CurrencyUnknown,
    /// No period for recurring payments.
    CycleMissing,
    /// A period for what is free or paid once.
    CycleUnused,
}

impl OfferProblem {
    /// The setting it is about, as [`OfferForm`](crate::OfferForm) names it.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::ProductMissing
            | Self::NotProductCode { .. }
            | Self::UnknownProduct(_)
            | Self::NotOrderable { .. } => "product",
            Self::MethodMissing | Self::MethodUnused | Self::FileForWildcard => "default_method",
            Self::Validation { .. } => "validation",
            Self::AdditionalDomains => "additional_domains",
            Self::LimitUnused | Self::NoDomains | Self::BeyondProduct { .. } => "domains_limit",
            Self::MoreWithoutAdditional => "allow_more_domains",
            Self::Wildcard { .. } => "wildcard",
            Self::TitleMissing => "title",
            Self::NoDueDate => "due_date_follows_certificate",
            Self::NoPayment => "setup",
            Self::PriceMissing | Self::PriceUnused | Self::PriceZero | Self::PriceMalformed => "price",
            Self::CurrencyUnknown => "currency",
            Self::CycleMissing | Self::CycleUnused => "cycle",
        }
    }

    /// What is wrong, for people.
    #[must_use]
    pub fn text(&self, language: Language) -> Cow<'static, str> {
        let (english, polish) = match self {
            Self::NotProductCode { text } => {
                return language
                    .choose(
                        format!("{text:?} is no product's code"),
                        format!("„{text}” to nie jest kod produktu"),
                    )
                    .into();
            }
            Self::UnknownProduct(error) => {
                let polish = format!("produkt {} nie jest znany na tyle, by go oferować", error.code());
                return language.choose(error.to_string(), polish).into();
            }
            Self::NotOrderable { name } => {
                let english = format!("the account can't order {name}");
                return language.choose(english, format!("konto nie może zamawiać produktu {name}")).into();
            }
            Self::Validation { set, product } => {
                let text = |language, is: &str, not: &str| {
                    format!("{is} {}, {not} {}", product.text(language), set.text(language))
                };
                let english = text(Language::English, "the product validates:", "not:");
                return language
                    .choose(english, text(Language::Polish, "produkt weryfikuje:", "a nie:"))
                    .into();
            }
            Self::BeyondProduct { limit } => {
                let english = format!("the product takes at most {limit} names");
                return language.choose(english, format!("produkt dopuszcza najwyżej {limit} nazw")).into();
            }
            Self::ProductMissing => ("choose a product", "wybierz produkt"),
            Self::MethodMissing => ("choose a default method", "wybierz domyślną metodę weryfikacji"),
            Self::MethodUnused => {
                ("the product has no domains to verify", "produkt nie ma domen, które trzeba weryfikować")
            }
            Self::FileForWildcard => (
                "a file can't prove a wildcard: choose a DNS record",
                "plik nie potwierdzi nazwy z gwiazdką: wybierz rekord DNS",
            ),
            Self::AdditionalDomains => ("the product takes one domain", "produkt przyjmuje jedną domenę"),
            Self::LimitUnused => (
                "there is nothing to limit without additional domains",
                "bez dodatkowych domen nie ma czego ograniczać",
            ),
            Self::MoreWithoutAdditional => ("needs additional domains", "wymaga włączenia dodatkowych domen"),
            Self::NoDomains => ("must be at least one", "musi wynosić co najmniej jeden"),
            Self::Wildcard { product_is: true } => (
                "must be ticked: the product is a wildcard",
                "musi być zaznaczone: produkt jest typu wildcard",
            ),
            Self::Wildcard { product_is: false } => (
                "must not be ticked: the product is no wildcard",
                "nie może być zaznaczone: produkt nie jest typu wildcard",
            ),
            Self::TitleMissing => ("is to be shown, and missing", "ma być wyświetlana, a jej brak"),
            Self::NoDueDate => (
                "only what is paid again has a due date",
                "termin płatności ma tylko usługa opłacana cyklicznie",
            ),
            Self::NoPayment => ("a free offer is never paid", "za bezpłatną ofertę nikt nie płaci"),
            Self::PriceMissing => ("is missing", "brak ceny"),
            Self::PriceUnused => ("a free offer has no price", "bezpłatna oferta nie ma ceny"),
            Self::PriceZero => ("is zero: make the offer free", "wynosi zero: ustaw ofertę jako bezpłatną"),
            Self::PriceMalformed => (
                "is not an amount with the currency's decimal places",
                "to nie jest kwota z właściwą liczbą miejsc dziesiętnych",
            ),
            Self::CurrencyUnknown => (
                "is not a currency's three letters (ISO 4217)",
                "to nie jest trzyliterowy kod waluty (ISO 4217)",
            ),
            Self::CycleMissing => ("choose a period of payment", "wybierz okres płatności"),
            Self::CycleUnused => {
                ("only recurring payments have a period", "okres mają tylko płatności cykliczne")
            }
        };
        Cow::Borrowed(language.choose(english, polish))
    }
}

impl fmt::Display for OfferProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.text(Language::English))
    }
}

/// Settings that can't stand: everything that is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferError(pub(super) Vec<OfferProblem>);

impl OfferError {
    /// What is wrong, in the order of the settings. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[OfferProblem] {
        &self.0
    }
}

impl fmt::Display for OfferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for OfferError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_each_problem_with_the_setting_that_it_is_about() {
        let problems = vec![OfferProblem::PriceZero, OfferProblem::TitleMissing, OfferProblem::NoPayment];
        let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
        for (shown, problem) in shown.iter().zip(&problems) {
            let text = problem.text(Language::English);
            assert_eq!(*shown, format!("{}: {text}", problem.field()));
        }
        let settings = problems.iter().map(OfferProblem::field).collect::<Vec<_>>();
        assert_eq!(settings, ["price", "title", "setup"]);
        assert_eq!(OfferError(problems).to_string(), shown.join("; "));
    }
}
