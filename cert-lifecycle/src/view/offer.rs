//! What is sold, and what it costs.

use cert_domain::{Availability, Billing, Language, Mode, NameRule, Offer, Product, SetupTrigger};
use serde::Serialize;

use super::{BillingView, ProductView};

/// An offer, as a shop shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OfferView {
    /// What customers see as its name.
    pub title: String,
    /// The product behind it.
    pub product: ProductView,
    /// The most domains in a certificate, where a certificate may have several.
    pub domains: Option<usize>,
    /// Whether it is for a wildcard.
    pub is_wildcard: bool,
    /// For how long the product is sold, for people.
    pub term_text: String,
    /// What it costs.
    pub billing: BillingView,
    /// What sets a service up.
    pub setup: SetupTrigger,
    /// The same for people.
    pub setup_text: &'static str,
    /// Which of the CA's services it is ordered at.
    pub mode: Mode,
    /// The same for people.
    pub mode_text: &'static str,
}

/// A product in a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListedProductView {
    /// The product.
    #[serde(flatten)]
    pub product: ProductView,
    /// The code for a renewal, where it is known.
    pub renewal_code: Option<String>,
    /// Which names it takes: `none`, `single`, `wildcard` or `multi`.
    pub names: &'static str,
    /// Whether the account can order it.
    pub availability: Availability,
    /// The same for people.
    pub availability_text: &'static str,
}

impl OfferView {
    /// An offer in a language.
    #[must_use]
    pub fn of(offer: &Offer, language: Language) -> Self {
        Self {
            title: offer.display_name().to_owned(),
            product: ProductView::of(&offer.product, language),
            domains: offer.domain_limit(),
            is_wildcard: offer.product.names == NameRule::Wildcard,
            term_text: offer.product.term.text(language),
            billing: BillingView::of(offer.billing, language),
            setup: offer.setup,
            setup_text: offer.setup.text(language),
            mode: offer.mode,
            mode_text: offer.mode.text(language),
        }
    }
}

impl ListedProductView {
    /// A product in a language.
    #[must_use]
    pub fn of(product: &Product, language: Language) -> Self {
        Self {
            product: ProductView::of(product, language),
            renewal_code: product.renewal_code.as_ref().map(ToString::to_string),
            names: match product.names {
                NameRule::None => "none",
                NameRule::Single => "single",
                NameRule::Wildcard => "wildcard",
                _ => "multi",
            },
            availability: product.availability,
            availability_text: product.availability.text(language),
        }
    }
}

impl ProductView {
    /// A product in a language.
    #[must_use]
    pub fn of(product: &Product, language: Language) -> Self {
        Self {
            code: product.code.to_string(),
            name: product.name.clone(),
            kind: product.kind,
            kind_text: product.kind.text(language),
            level: product.level,
            level_text: product.level.text(language),
        }
    }
}

impl BillingView {
    /// What something costs, in a language.
    #[must_use]
    pub fn of(billing: Billing, language: Language) -> Self {
        let cycle = billing.cycle();
        Self {
            mode: billing.mode(),
            text: billing.mode().text(language),
            price: billing.price().map(|price| price.to_string()),
            cycle,
            cycle_text: cycle.map(|cycle| cycle.text(language)),
        }
    }
}

#[cfg(test)]
mod tests {
    use cert_domain::{BillingCycle, BillingMode, Catalogue, OfferForm, VerificationMethod};
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn shows_an_offer_in_both_languages() {
        let form = OfferForm {
            product: "931".into(),
            title: "Shop protection".into(),
            show_title: true,
            default_method: Some(VerificationMethod::DnsTxt),
            additional_domains: true,
            billing: BillingMode::Recurring,
            price: "49.00".into(),
            currency: "PLN".into(),
            cycle: Some(BillingCycle::Annually),
            ..OfferForm::default()
        };
        let offer = form.check(Catalogue::built_in()).unwrap();
        let shown = |language| to_value(OfferView::of(&offer, language)).unwrap();
        let (english, polish) = (shown(Language::English), shown(Language::Polish));
        assert_eq!(english["title"], "Shop protection");
        assert_eq!((&english["domains"], &english["is_wildcard"]), (&json!(10), &json!(false)));
        assert_eq!(english["product"]["code"], "931");
        assert_eq!(english["billing"]["price"], "49.00 PLN");
        assert_eq!((&english["billing"]["cycle"], &english["setup"]), (&json!("annually"), &json!("never")));
        for field in ["setup_text", "term_text"] {
            assert_ne!(english[field], polish[field], "{field}");
        }
        assert_ne!(english["billing"]["cycle_text"], polish["billing"]["cycle_text"]);
    }

    #[test]
    fn lists_a_product_with_what_the_account_may_do_with_it() {
        let product = Catalogue::built_in().product(&"931".parse().unwrap()).unwrap();
        let shown = |language| to_value(ListedProductView::of(product, language)).unwrap();
        let expected = json!({
            "code": "931",
            "name": product.name,
            "kind": "tls",
            "kind_text": "certyfikat serwera (TLS)",
            "level": "domain",
            "level_text": "domena (DV)",
            "renewal_code": product.renewal_code,
            "names": "multi",
            "availability": "unasked",
            "availability_text": "nie sprawdzono",
        });
        assert_eq!(shown(Language::Polish), expected);
        assert_eq!(shown(Language::English)["availability_text"], "not asked");
    }
}
