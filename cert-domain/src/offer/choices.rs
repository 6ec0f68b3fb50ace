//! What the menus of an offer's settings have.

use serde::Serialize;

use super::{BillingCycle, BillingMode, Mode, OfferForm, SetupTrigger};
use crate::{Catalogue, Language, ProductCode, ValidationLevel, VerificationMethod};

/// What the menus of an [`OfferForm`] have, in a language: under each field's name the values that it takes, with what they
/// are for people.
///
/// ```
/// use cert_domain::{Catalogue, Language, OfferForm};
///
/// let choices = OfferForm::default().choices(Catalogue::built_in(), Language::English);
/// assert!(choices.product.iter().any(|(code, _)| code.as_str() == "931"));
/// assert_eq!(choices.cycle[3].1, "yearly");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "they are the form's")]
pub struct OfferChoices {
    pub product: Vec<(ProductCode, String)>,
    pub default_method: Vec<(VerificationMethod, String)>,
    pub validation: Vec<(ValidationLevel, String)>,
    pub mode: Vec<(Mode, String)>,
    pub language: Vec<(Language, String)>,
    pub billing: Vec<(BillingMode, String)>,
    pub cycle: Vec<(BillingCycle, String)>,
    pub setup: Vec<(SetupTrigger, String)>,
}

impl OfferForm {
    /// What the menus of the form have, in a language. The products are those that new offers may be made of, and the form's
    /// own, in the order of their codes.
    #[must_use]
    pub fn choices(&self, catalogue: &Catalogue, language: Language) -> OfferChoices {
        let own = catalogue.products().iter().filter(|product| product.code.as_str() == self.product.trim());
        let mut products: Vec<_> = catalogue.orderable().chain(own).collect();
        products.sort_unstable_by_key(|product| product.code.as_str());
        products.dedup_by_key(|product| product.code.as_str());
        let name = |product: &crate::Product| {
            let (kind, level) = (product.kind.text(language), product.level.text(language));
            (product.code.clone(), format!("{} · {} · {kind}, {level}", product.code, product.name))
        };
        OfferChoices {
            product: products.into_iter().map(name).collect(),
            default_method: options(VerificationMethod::ALL, |method| method.text(language)),
            validation: options(ValidationLevel::ALL, |level| level.text(language)),
            mode: options(&[Mode::Test, Mode::Production], |mode| mode.text(language)),
            language: options(Language::ALL, |of| of.name()),
            billing: options(BillingMode::ALL, |mode| mode.text(language)),
            cycle: options(BillingCycle::ALL, |cycle| cycle.text(language)),
            setup: options(SetupTrigger::ALL, |trigger| trigger.text(language)),
        }
    }
}

fn options<T: Clone, S: Into<String>>(all: &[T], text: impl Fn(&T) -> S) -> Vec<(T, String)> {
    all.iter().map(|one| (one.clone(), text(one).into())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn offers_what_the_form_takes_and_says_it_in_both_languages() {
        let form = OfferForm::default();
        let english = form.choices(Catalogue::built_in(), Language::English);
        let polish = form.choices(Catalogue::built_in(), Language::Polish);
        let english = serde_json::to_value(english).unwrap();
        let polish = serde_json::to_value(polish).unwrap();
        let fields = serde_json::to_value(&form).unwrap();
        for (field, options) in english.as_object().unwrap() {
            assert!(fields.get(field).is_some(), "{field}");
            for option in options.as_array().unwrap() {
                let mut filled_in = fields.clone();
                filled_in[field] = option[0].clone();
                assert!(serde_json::from_value::<OfferForm>(filled_in).is_ok(), "{field}: {option}");
            }
            assert_eq!(options.as_array().unwrap().len(), polish[field].as_array().unwrap().len());
        }
        assert_eq!(english["cycle"][0], json!(["monthly", "monthly"]));
        assert_eq!(polish["cycle"][0], json!(["monthly", "co miesiąc"]));
    }

    #[test]
    fn keeps_the_product_of_an_offer_that_is_no_longer_for_new_ones() {
        let catalogue = Catalogue::built_in().merged(&[]);
        let has = |form: &OfferForm| {
            let choices = form.choices(&catalogue, Language::English);
            choices.product.iter().filter(|(code, _)| code.as_str() == "601").count()
        };
        assert_eq!(has(&OfferForm::default()), 0);
        assert_eq!(has(&OfferForm { product: "601".into(), ..OfferForm::default() }), 1);
        let listed = Catalogue::built_in();
        let own = OfferForm { product: "601".into(), ..OfferForm::default() };
        let listed = own.choices(listed, Language::English);
        assert_eq!(listed.product.iter().filter(|(code, _)| code.as_str() == "601").count(), 1);
    }
}
