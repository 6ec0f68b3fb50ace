//! The settings of an offer, as a reseller fills them in.

use serde::{Deserialize, Serialize};

use super::{Billing, BillingCycle, BillingMode, Mode, Offer, OfferError, OfferProblem, SetupTrigger};
use crate::{
    Catalogue, Currency, Language, Money, NameRule, Product, ProductCode, ValidationLevel, VerificationMethod,
};

/// The settings of an offer, as a reseller fills them in.
///
/// ```
/// use cert_domain::{BillingCycle, BillingMode, Catalogue, OfferForm, VerificationMethod};
///
/// let form = OfferForm {
///     product: "931".into(),
///     default_method: Some(VerificationMethod::DnsTxtPrefix),
///     additional_domains: true,
///     billing: BillingMode::Recurring,
///     price: "499.00".into(),
///     currency: "PLN".into(),
///     cycle: Some(BillingCycle::Annually),
///     ..OfferForm::default()
/// };
/// let offer = form.check(Catalogue::built_in())?;
/// assert_eq!(offer.domain_limit(), Some(10));
/// # Ok::<_, cert_domain::OfferError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[allow(clippy::exhaustive_structs, reason = "a form is filled in field by field")]
pub struct OfferForm {
    /// The product's code.
    pub product: String,
    /// The reseller's own name for it; may be left empty.
    pub title: String,
    /// How control of the names is proved unless the customer chooses otherwise.
    pub default_method: Option<VerificationMethod>,
    /// The validation type. Left empty, the product's.
    pub validation: Option<ValidationLevel>,
    /// Whether a certificate may have more than one domain.
    pub additional_domains: bool,
    /// The most domains in a certificate. Left empty, [`Offer::DEFAULT_DOMAINS`].
    pub domains_limit: Option<u16>,
    /// Whether customers may go beyond the lines that the form shows at first, and add names at a reissue.
    pub allow_more_domains: bool,
    /// Whether the product is a wildcard.
    pub wildcard: bool,
    /// Which of the CA's services orders go to.
    pub mode: Mode,
    /// The language of the CA's messages.
    pub language: Language,
    /// Whether customers are shown the reseller's name of it instead of the CA's.
    pub show_title: bool,
    /// Whether the host's due date is moved to the end of each certificate that is issued.
    pub due_date_follows_certificate: bool,
    /// Whether customers are spared the renewal by hand.
    pub hide_renew: bool,
    /// How often it is paid.
    pub billing: BillingMode,
    /// The price of a payment, such as `129.90`.
    pub price: String,
    /// The price's currency.
    pub currency: String,
    /// The period of recurring payments.
    pub cycle: Option<BillingCycle>,
    /// What sets a service up.
    pub setup: SetupTrigger,
}

impl OfferForm {
    /// The offer that the settings make.
    ///
    /// # Errors
    /// Everything that is wrong with them. Without a product, what depends on it is not looked at.
    pub fn check(&self, catalogue: &Catalogue) -> Result<Offer, OfferError> {
        let mut problems = Vec::new();
        let product = self.find_product(catalogue).map_err(|problem| problems.push(problem)).ok();
        let billing = self.read_billing(&mut problems);
        let Some(product) = product else { return Err(OfferError(problems)) };
        problems.extend(self.check_boxes(&product));
        let limit = match product.names {
            NameRule::Multi { limit } => limit.unwrap_or(u16::MAX),
            _ => u16::MAX,
        };
        let title = self.title.trim();
        let offer = Offer {
            title: (!title.is_empty()).then(|| title.to_owned()),
            default_method: self.default_method.clone(),
            additional_domains: self.additional_domains,
            domains_limit: self.domains_limit.unwrap_or(Offer::DEFAULT_DOMAINS.min(limit)),
            allow_more_domains: self.allow_more_domains,
            mode: self.mode,
            language: self.language,
            show_title: self.show_title,
            due_date_follows_certificate: self.due_date_follows_certificate,
            hide_renew: self.hide_renew,
            billing: billing.unwrap_or(Billing::Free),
            setup: self.setup,
            product,
        };
        // What can't be said of a billing that could not be read: see `read_billing`.
        let follows_from_billing =
            |problem: &OfferProblem| matches!(problem, OfferProblem::NoDueDate | OfferProblem::NoPayment);
        let contradictions = offer.contradictions().into_iter();
        problems.extend(contradictions.filter(|problem| billing.is_some() || !follows_from_billing(problem)));
        if problems.is_empty() { Ok(offer) } else { Err(OfferError(problems)) }
    }

    fn find_product(&self, catalogue: &Catalogue) -> Result<Product, OfferProblem> {
        let text = self.product.trim();
        if text.is_empty() {
            return Err(OfferProblem::ProductMissing);
        }
        let code: ProductCode =
            text.parse().map_err(|_| OfferProblem::NotProductCode { text: text.to_owned() })?;
        catalogue.product(&code).cloned().map_err(OfferProblem::UnknownProduct)
    }

    /// What the boxes and menus say of the product against what it is.
    fn check_boxes(&self, product: &Product) -> Vec<OfferProblem> {
        let is_wildcard = product.names == NameRule::Wildcard;
        let validation = self.validation.filter(|set| *set != product.level);
        [
            validation.map(|set| OfferProblem::Validation { set, product: product.level }),
            (self.wildcard != is_wildcard).then_some(OfferProblem::Wildcard { product_is: is_wildcard }),
            (self.domains_limit.is_some() && !self.additional_domains).then_some(OfferProblem::LimitUnused),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn read_billing(&self, problems: &mut Vec<OfferProblem>) -> Option<Billing> {
        let before = problems.len();
        let has_price = !self.price.trim().is_empty();
        let price = match (self.billing, has_price) {
            (BillingMode::Free, true) => {
                problems.push(OfferProblem::PriceUnused);
                None
            }
            (BillingMode::Free, false) => None,
            (_, false) => {
                problems.push(OfferProblem::PriceMissing);
                None
            }
            (_, true) => self.read_price().map_err(|problem| problems.push(problem)).ok(),
        };
        match (self.billing, self.cycle) {
            (BillingMode::Recurring, None) => problems.push(OfferProblem::CycleMissing),
            (BillingMode::Free | BillingMode::OneTime, Some(_)) => problems.push(OfferProblem::CycleUnused),
            _ => {}
        }
        if problems.len() > before {
            return None;
        }
        Some(match (self.billing, price, self.cycle) {
            (BillingMode::OneTime, Some(price), _) => Billing::OneTime { price },
            (BillingMode::Recurring, Some(price), Some(cycle)) => Billing::Recurring { price, cycle },
            _ => Billing::Free,
        })
    }

    fn read_price(&self) -> Result<Money, OfferProblem> {
        let currency: Currency = self.currency.parse().map_err(|_| OfferProblem::CurrencyUnknown)?;
        Money::read(&self.price, currency).map_err(|_| OfferProblem::PriceMalformed)
    }
}

#[cfg(test)]
mod tests {
    use OfferProblem as P;

    use super::*;

    fn form(product: &str) -> OfferForm {
        OfferForm {
            product: product.into(),
            default_method: Some(VerificationMethod::DnsTxt),
            ..OfferForm::default()
        }
    }

    fn problems(form: &OfferForm) -> Vec<OfferProblem> {
        form.check(Catalogue::built_in()).err().map(|error| error.problems().to_vec()).unwrap_or_default()
    }

    #[test]
    fn keeps_every_setting() {
        let all = OfferForm {
            title: "Our SSL".into(),
            validation: Some(ValidationLevel::Domain),
            additional_domains: true,
            domains_limit: Some(25),
            allow_more_domains: true,
            mode: Mode::Production,
            language: Language::English,
            show_title: true,
            due_date_follows_certificate: true,
            hide_renew: true,
            billing: BillingMode::Recurring,
            price: "129,90".into(),
            currency: "eur".into(),
            cycle: Some(BillingCycle::Annually),
            setup: SetupTrigger::AtFirstPayment,
            ..form("931")
        };
        let offer = all.check(Catalogue::built_in()).unwrap();
        assert_eq!(offer.display_name(), "Our SSL");
        assert_eq!(offer.domain_limit(), Some(25));
        assert_eq!(offer.billing.price().unwrap().to_string(), "129.90 EUR");
        assert_eq!((offer.mode, offer.language), (Mode::Production, Language::English));
        assert!(offer.due_date_follows_certificate && offer.hide_renew && !offer.can_renew_by_hand());
        assert_eq!(offer.setup, SetupTrigger::AtFirstPayment);
        let stored = serde_json::to_string(&offer).unwrap();
        assert_eq!(serde_json::from_str::<Offer>(&stored).unwrap(), offer);
        let stored = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<OfferForm>(&stored).unwrap(), all);
    }

    #[test]
    fn refuses_each_contradiction() {
        let recurring = || OfferForm {
            billing: BillingMode::Recurring,
            price: "1".into(),
            currency: "PLN".into(),
            cycle: Some(BillingCycle::Monthly),
            ..form("601")
        };
        let set = |base: OfferForm, change: fn(&mut OfferForm)| {
            let mut form = base;
            change(&mut form);
            form
        };
        let unknown = |code: &str| {
            let code = code.parse().unwrap();
            P::UnknownProduct(Catalogue::built_in().product(&code).unwrap_err())
        };
        for (form, expected) in [
            (form(""), P::ProductMissing),
            (form("SSL"), P::NotProductCode { text: "SSL".into() }),
            (form("999"), unknown("999")),
            (form("606"), unknown("606")),
            (form("741"), P::Wildcard { product_is: true }),
            (set(form("601"), |form| form.wildcard = true), P::Wildcard { product_is: false }),
            (set(form("601"), |form| form.default_method = None), P::MethodMissing),
            (form("731"), P::MethodUnused),
            (
                set(form("601"), |form| form.validation = Some(ValidationLevel::Extended)),
                P::Validation { set: ValidationLevel::Extended, product: ValidationLevel::Domain },
            ),
            (set(form("601"), |form| form.additional_domains = true), P::AdditionalDomains),
            (set(form("601"), |form| form.domains_limit = Some(5)), P::LimitUnused),
            (set(form("931"), |form| form.allow_more_domains = true), P::MoreWithoutAdditional),
            (
                set(form("931"), |form| (form.additional_domains, form.domains_limit) = (true, Some(0))),
                P::NoDomains,
            ),
            (
                set(form("651"), |form| (form.additional_domains, form.domains_limit) = (true, Some(5))),
                P::BeyondProduct { limit: 4 },
            ),
            (set(form("601"), |form| form.show_title = true), P::TitleMissing),
            (set(form("601"), |form| form.due_date_follows_certificate = true), P::NoDueDate),
            (set(form("601"), |form| form.setup = SetupTrigger::AtFirstPayment), P::NoPayment),
            (set(form("601"), |form| form.price = "1".into()), P::PriceUnused),
            (set(form("601"), |form| form.cycle = Some(BillingCycle::Monthly)), P::CycleUnused),
            (set(recurring(), |form| form.price.clear()), P::PriceMissing),
            (set(recurring(), |form| form.price = "0".into()), P::PriceZero),
            (set(recurring(), |form| form.price = "1.001".into()), P::PriceMalformed),
            (set(recurring(), |form| form.currency = "zł".into()), P::CurrencyUnknown),
            (set(recurring(), |form| form.cycle = None), P::CycleMissing),
        ] {
            assert_eq!(problems(&form), [expected], "{form:?}");
        }
        assert_eq!(problems(&recurring()), []);
    }

    #[test]
    fn reports_everything_at_once_and_in_both_languages() {
        let wrong = OfferForm {
            wildcard: true,
            show_title: true,
            billing: BillingMode::Recurring,
            additional_domains: true,
            ..form("601")
        };
        let found = problems(&wrong);
        assert_eq!(
            found,
            [
                P::PriceMissing,
                P::CycleMissing,
                P::Wildcard { product_is: false },
                P::AdditionalDomains,
                P::TitleMissing
            ]
        );
        for problem in found {
            assert_ne!(problem.text(Language::Polish), problem.text(Language::English));
        }
    }

    #[test]
    fn takes_as_many_domains_as_the_product_where_nothing_is_said() {
        for (product, limit) in [("651", 4), ("931", Offer::DEFAULT_DOMAINS)] {
            let form = OfferForm { additional_domains: true, ..form(product) };
            assert_eq!(form.check(Catalogue::built_in()).unwrap().domains_limit, limit, "{product}");
        }
    }

    #[test]
    fn bills_what_is_paid_once() {
        let mode = BillingMode::OneTime;
        let form = OfferForm { billing: mode, price: "49".into(), currency: "PLN".into(), ..form("601") };
        let price = Money::new(4900, Currency::PLN);
        assert_eq!(form.check(Catalogue::built_in()).unwrap().billing, Billing::OneTime { price });
    }

    #[test]
    fn draws_no_conclusions_from_a_billing_that_it_could_not_read() {
        let form = OfferForm {
            billing: BillingMode::Recurring,
            cycle: Some(BillingCycle::Monthly),
            due_date_follows_certificate: true,
            setup: SetupTrigger::AtFirstPayment,
            ..form("601")
        };
        assert_eq!(problems(&form), [P::PriceMissing]);
    }
}
