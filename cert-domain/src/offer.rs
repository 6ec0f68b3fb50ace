//! A product as a reseller sells it.

mod billing;
mod choices;
mod form;
mod problem;

use serde::{Deserialize, Serialize};

pub use billing::{Billing, BillingCycle, BillingMode, SetupTrigger};
pub use choices::OfferChoices;
pub use form::OfferForm;
pub use problem::{OfferError, OfferProblem};

use crate::{
    Availability, Catalogue, Configuration, Demand, Finding, Findings, Form, InvalidProductCode, Language,
    NameLimits, NameRule, Product, ProductCode, ProductKind, Step, SubjectField, ValidationLevel,
    VerificationMethod,
};

/// Which of the CA's services orders go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mode {
    /// The service for tests, whose certificates nobody trusts.
    #[default]
    Test,
    /// The service that costs money.
    Production,
}

impl Mode {
    /// What it is, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        match self {
            Self::Test => language.choose("test", "test"),
            Self::Production => language.choose("production", "produkcja"),
        }
    }
}

/// A product as this reseller sells it. Made by [`new`](Self::new), or by [`OfferForm::check`] with every setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Offer {
    /// The product.
    pub product: Product,
    /// The reseller's own name for it.
    pub title: Option<String>,
    /// How control of the names is proved unless the customer chooses otherwise. None for products without names.
    pub default_method: Option<VerificationMethod>,
    /// Whether a certificate may have more than one domain.
    pub additional_domains: bool,
    /// The most domains in a certificate that has several: see [`domain_limit`](Self::domain_limit).
    pub domains_limit: u16,
    /// Whether customers may go beyond the lines that the form shows at first, and add names at a reissue.
    pub allow_more_domains: bool,
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
    /// What it costs, and how often.
    pub billing: Billing,
    /// What sets a service up.
    pub setup: SetupTrigger,
}

impl Offer {
    /// How many lines for domains a form shows, and how many domains a certificate may have unless the offer says
    /// otherwise.
    pub const DEFAULT_DOMAINS: u16 = 10;

    /// An offer with the settings that a new one begins with: for tests, in Polish, free, with as many domains as the
    /// form has lines.
    ///
    /// # Errors
    /// If the account can't order the product, or the method does not fit it.
    pub fn new(
        product: Product,
        default_method: impl Into<Option<VerificationMethod>>,
    ) -> Result<Self, OfferError> {
        let default_method = default_method.into();
        let limit = match product.names {
            NameRule::Multi { limit } => limit.unwrap_or(u16::MAX),
            _ => u16::MAX,
        };
        let offer = Self {
            title: None,
            default_method,
            additional_domains: matches!(product.names, NameRule::Multi { .. }),
            domains_limit: Self::DEFAULT_DOMAINS.min(limit),
            allow_more_domains: false,
            mode: Mode::default(),
            language: Language::default(),
            show_title: false,
            due_date_follows_certificate: false,
            hide_renew: false,
            billing: Billing::Free,
            setup: SetupTrigger::default(),
            product,
        };
        match offer.contradictions() {
            problems if problems.is_empty() => Ok(offer),
            problems => Err(OfferError(problems)),
        }
    }

    /// An offer of a product of the catalogue, by its code, with the settings that a new one begins with; it takes names that
    /// are added at a reissue. Names are proved by a record below their prefix, unless the customer chooses otherwise.
    ///
    /// ```
    /// use cert_domain::Offer;
    ///
    /// assert!(Offer::usual("931")?.can_add_names());
    /// assert_eq!(Offer::usual("?").unwrap_err().field, "productCode");
    /// # Ok::<_, cert_domain::Finding>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the code.
    pub fn usual(product: &str) -> Result<Self, Finding> {
        let code: ProductCode =
            product.parse().map_err(|error: InvalidProductCode| error.finding(product))?;
        let product = Catalogue::built_in().product(&code).map_err(|error| error.finding())?;
        let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxtPrefix);
        let offer = Self::new(product.clone(), method).map_err(|error| {
            let text = error.to_string();
            Finding::stated(Finding::NO_CODE, "productCode", text.clone(), text)
        })?;
        Ok(Self { allow_more_domains: offer.additional_domains, ..offer })
    }

    /// The same offer, billed otherwise. Whether it fits the other settings, [`contradictions`](Self::contradictions) says.
    #[must_use]
    pub fn with_billing(mut self, billing: Billing) -> Self {
        self.billing = billing;
        self
    }

    /// Settings that contradict the product or each other.
    #[must_use]
    pub fn contradictions(&self) -> Vec<OfferProblem> {
        use OfferProblem as P;
        let product = &self.product;
        let is_multi = matches!(product.names, NameRule::Multi { .. });
        let is_recurring = matches!(self.billing, Billing::Recurring { .. });
        let beyond = match product.names {
            NameRule::Multi { limit: Some(limit) } if self.domains_limit > limit => Some(limit),
            _ => None,
        };
        let is_file = self.default_method == Some(VerificationMethod::File);
        let checks = [
            (product.availability == Availability::NotListed, P::NotOrderable { name: product.name.clone() }),
            (product.kind == ProductKind::Tls && self.default_method.is_none(), P::MethodMissing),
            (product.kind != ProductKind::Tls && self.default_method.is_some(), P::MethodUnused),
            (product.names == NameRule::Wildcard && is_file, P::FileForWildcard),
            (self.additional_domains && !is_multi, P::AdditionalDomains),
            (self.allow_more_domains && !self.additional_domains, P::MoreWithoutAdditional),
            (self.additional_domains && self.domains_limit == 0, P::NoDomains),
            (
                self.additional_domains && beyond.is_some(),
                P::BeyondProduct { limit: beyond.unwrap_or_default() },
            ),
            (self.show_title && self.title.is_none(), P::TitleMissing),
            (self.due_date_follows_certificate && !is_recurring, P::NoDueDate),
            (self.billing == Billing::Free && self.setup == SetupTrigger::AtFirstPayment, P::NoPayment),
            (self.billing.price().is_some_and(|price| price.minor_units() == 0), P::PriceZero),
        ];
        checks.into_iter().filter_map(|(is_wrong, problem)| is_wrong.then_some(problem)).collect()
    }

    /// What customers are shown as its name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        match &self.title {
            Some(title) if self.show_title => title,
            _ => &self.product.name,
        }
    }

    /// The most domains in a certificate, where a name and its `www.` form are one; none for products whose own rule
    /// is narrower.
    #[must_use]
    pub fn domain_limit(&self) -> Option<usize> {
        if !matches!(self.product.names, NameRule::Multi { .. }) {
            return None;
        }
        Some(usize::from(match (self.additional_domains, self.allow_more_domains) {
            (false, _) => 1,
            (true, true) => self.domains_limit,
            (true, false) => self.domains_limit.min(Self::DEFAULT_DOMAINS),
        }))
    }

    /// What keeps the names of a certificate within bounds.
    #[must_use]
    pub fn name_limits(&self) -> NameLimits {
        NameLimits::new(self.product.names, self.domain_limit())
    }

    /// Whether names can be added to a certificate by a reissue.
    #[must_use]
    pub fn can_add_names(&self) -> bool {
        self.additional_domains && self.allow_more_domains
    }

    /// Whether customers renew by hand: not where a payment does it.
    #[must_use]
    pub fn can_renew_by_hand(&self) -> bool {
        !self.hide_renew && !matches!(self.billing, Billing::Recurring { .. })
    }

    /// The methods by which control of the names can be proved, with each mailbox that may approve: for menus.
    #[must_use]
    pub fn methods(&self) -> Vec<VerificationMethod> {
        use crate::Mailbox::{Administrator, Hostmaster, Postmaster, Webmaster};
        if self.product.names == NameRule::None {
            return Vec::new();
        }
        let others = [Administrator, Hostmaster, Postmaster, Webmaster].map(VerificationMethod::Email);
        let mut all = [VerificationMethod::ALL, &others].concat();
        all.retain(|method| self.product.names != NameRule::Wildcard || *method != VerificationMethod::File);
        all
    }

    /// Whether the product wants a field of the subject, for a form to show it.
    #[must_use]
    pub fn demand(&self, field: SubjectField) -> Demand {
        Demand::of(self.product.kind, self.product.level, field)
    }

    /// What a customer filled in, held against the offer.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(&self, form: &Form) -> Result<Configuration, Findings> {
        Configuration::check(form, self)
    }

    /// One step of a form, held against the offer, so that a customer hears of it before the next. A key that is still
    /// to be generated is no matter then.
    ///
    /// # Errors
    /// Everything that is wrong with what the step asks.
    pub fn check_step(&self, form: &Form, step: Step) -> Result<(), Findings> {
        let findings = crate::configuration::step_findings(form, self, step);
        if findings.is_empty() { Ok(()) } else { Err(findings) }
    }

    /// What the settings page calls the validation type, which is the product's.
    #[must_use]
    pub fn validation(&self) -> ValidationLevel {
        self.product.level
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    fn product(code: &str) -> Product {
        Catalogue::built_in().product(&code.parse().unwrap()).unwrap().clone()
    }

    #[test]
    fn offers_the_methods_that_can_prove_the_names() {
        let methods = |code: &str, default: Option<VerificationMethod>| {
            Offer::new(product(code), default).unwrap().methods()
        };
        let multi = methods("931", Some(VerificationMethod::DnsTxt));
        assert_eq!(multi.len(), 10);
        assert!(multi.contains(&VerificationMethod::File));
        assert!(multi.contains(&VerificationMethod::Email(crate::Mailbox::Webmaster)));
        let wildcard = Catalogue::built_in()
            .products()
            .iter()
            .find(|product| product.names == NameRule::Wildcard)
            .unwrap();
        let wildcard = Offer::new(wildcard.clone(), VerificationMethod::DnsTxt).unwrap().methods();
        assert_eq!((wildcard.len(), wildcard.contains(&VerificationMethod::File)), (9, false));
    }

    #[test]
    fn offers_every_kind_and_level() {
        for product in Catalogue::built_in().products() {
            let method = (product.kind == ProductKind::Tls).then_some(VerificationMethod::DnsTxt);
            let offer = Offer::new(product.clone(), method).unwrap();
            assert_eq!(offer.display_name(), product.name);
        }
    }

    #[test]
    fn refuses_what_the_account_cannot_order() {
        let catalogue = Catalogue::built_in().merged(&[]);
        let product = catalogue.product(&"601".parse().unwrap()).unwrap();
        let error = Offer::new(product.clone(), VerificationMethod::DnsTxt).unwrap_err();
        assert_eq!(error.problems(), [OfferProblem::NotOrderable { name: "Commercial SSL".into() }]);
    }

    #[test]
    fn refuses_methods_that_do_not_fit_the_product() {
        let problems = |code, method| Offer::new(product(code), method).unwrap_err().problems().to_vec();
        assert_eq!(problems("741", Some(VerificationMethod::File)), [OfferProblem::FileForWildcard]);
        assert_eq!(problems("731", Some(VerificationMethod::File)), [OfferProblem::MethodUnused]);
        assert_eq!(problems("601", None), [OfferProblem::MethodMissing]);
    }

    #[test]
    fn limits_domains_as_the_settings_say() {
        let mut offer = Offer::new(product("931"), VerificationMethod::DnsTxt).unwrap();
        assert_eq!(offer.domain_limit(), Some(10));
        offer.domains_limit = 25;
        assert_eq!(offer.domain_limit(), Some(10));
        offer.allow_more_domains = true;
        assert_eq!((offer.domain_limit(), offer.can_add_names()), (Some(25), true));
        offer.additional_domains = false;
        assert_eq!((offer.domain_limit(), offer.can_add_names()), (Some(1), false));
        let four = Offer::new(product("651"), VerificationMethod::DnsTxt).unwrap();
        assert_eq!(four.domain_limit(), Some(4));
        let single = Offer::new(product("601"), VerificationMethod::DnsTxt).unwrap();
        assert_eq!(single.domain_limit(), None);
    }

    #[test]
    fn begins_a_usual_offer_with_a_method_where_there_are_names() {
        let usual = |code| Offer::usual(code).unwrap();
        assert_eq!(usual("601").default_method, Some(VerificationMethod::DnsTxtPrefix));
        assert_eq!(usual("731").default_method, None);
        assert_eq!((usual("931").can_add_names(), usual("601").can_add_names()), (true, false));
    }

    #[test]
    fn shows_the_title_where_the_settings_say_so() {
        let mut offer = Offer::usual("601").unwrap();
        offer.title = Some("SSL".into());
        assert_eq!(offer.display_name(), offer.product.name);
        offer.show_title = true;
        assert_eq!(offer.display_name(), "SSL");
    }

    #[test]
    fn leaves_renewals_to_customers_where_no_payment_brings_them() {
        let offer = Offer::usual("601").unwrap();
        let price = crate::Money::new(4900, crate::Currency::PLN);
        let yearly = Billing::Recurring { price, cycle: BillingCycle::Annually };
        for (hide_renew, billing, by_hand) in [
            (false, Billing::Free, true),
            (true, Billing::Free, false),
            (false, yearly, false),
            (true, yearly, false),
        ] {
            let offer = Offer { hide_renew, ..offer.clone().with_billing(billing) };
            assert_eq!(offer.can_renew_by_hand(), by_hand, "{hide_renew} {billing:?}");
        }
    }
}
