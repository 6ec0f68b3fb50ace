//! What an offer costs, how often, and what sets a service up.

use serde::{Deserialize, Serialize};

use crate::{Language, Money, Term};

/// What an offer costs, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Billing {
    /// Nothing.
    Free,
    /// Once. No invoice follows.
    OneTime {
        /// The price.
        price: Money,
    },
    /// Again for every period.
    Recurring {
        /// The price of a period.
        price: Money,
        /// The period.
        cycle: BillingCycle,
    },
}

impl Billing {
    /// How often it is paid.
    #[must_use]
    pub fn mode(self) -> BillingMode {
        match self {
            Self::Free => BillingMode::Free,
            Self::OneTime { .. } => BillingMode::OneTime,
            Self::Recurring { .. } => BillingMode::Recurring,
        }
    }

    /// The price of a payment.
    #[must_use]
    pub fn price(self) -> Option<Money> {
        match self {
            Self::Free => None,
            Self::OneTime { price } | Self::Recurring { price, .. } => Some(price),
        }
    }

    /// The period of recurring payments.
    #[must_use]
    pub fn cycle(self) -> Option<BillingCycle> {
        match self {
            Self::Free | Self::OneTime { .. } => None,
            Self::Recurring { cycle, .. } => Some(cycle),
        }
    }

    /// What one payment pays for. What is free, or paid once, is paid for the product's own term.
    #[must_use]
    pub fn paid_term(self, product_term: Term) -> Term {
        match self {
            Self::Recurring { cycle, .. } => cycle.term(),
            Self::Free | Self::OneTime { .. } => product_term,
        }
    }
}

/// How often something is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BillingMode {
    /// Never.
    #[default]
    Free,
    /// Once.
    OneTime,
    /// Again for every period.
    Recurring,
}

impl BillingMode {
    /// Every mode, for menus.
    pub const ALL: &[Self] = &[Self::Free, Self::OneTime, Self::Recurring];

    /// How often it is paid, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Free => ("free", "bezpłatnie"),
            Self::OneTime => ("one-time", "jednorazowo"),
            Self::Recurring => ("recurring", "cyklicznie"),
        };
        language.choose(english, polish)
    }
}

/// The period of recurring payments. It says nothing of how long a certificate lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BillingCycle {
    /// A month.
    Monthly,
    /// Three months.
    Quarterly,
    /// Half a year.
    SemiAnnually,
    /// A year.
    Annually,
    /// Two years.
    Biennially,
    /// Three years.
    Triennially,
}

impl BillingCycle {
    /// Every period, for menus.
    pub const ALL: &[Self] = &[
        Self::Monthly,
        Self::Quarterly,
        Self::SemiAnnually,
        Self::Annually,
        Self::Biennially,
        Self::Triennially,
    ];

    /// The term that one payment pays for.
    #[must_use]
    pub fn term(self) -> Term {
        Term::Months(match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::SemiAnnually => 6,
            Self::Annually => 12,
            Self::Biennially => 24,
            Self::Triennially => 36,
        })
    }

    /// The period, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::Monthly => ("monthly", "co miesiąc"),
            Self::Quarterly => ("quarterly", "co kwartał"),
            Self::SemiAnnually => ("every half-year", "co pół roku"),
            Self::Annually => ("yearly", "co rok"),
            Self::Biennially => ("every two years", "co dwa lata"),
            Self::Triennially => ("every three years", "co trzy lata"),
        };
        language.choose(english, polish)
    }
}

/// What sets a service up, so that the customer can configure it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SetupTrigger {
    /// The customer's order.
    AtOrder,
    /// The first payment.
    AtFirstPayment,
    /// Somebody who accepts the order by hand.
    WhenAccepted,
    /// Nothing by itself.
    #[default]
    Never,
}

impl SetupTrigger {
    /// Every trigger, for menus.
    pub const ALL: &[Self] = &[Self::AtOrder, Self::AtFirstPayment, Self::WhenAccepted, Self::Never];

    /// What sets a service up, for people.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, polish) = match self {
            Self::AtOrder => ("as soon as an order is placed", "od razu po złożeniu zamówienia"),
            Self::AtFirstPayment => {
                ("as soon as the first payment is received", "po otrzymaniu pierwszej płatności")
            }
            Self::WhenAccepted => ("when somebody accepts the order", "po ręcznym przyjęciu zamówienia"),
            Self::Never => ("never by itself", "nigdy automatycznie"),
        };
        language.choose(english, polish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn pays_for_a_period_and_not_for_a_certificate() {
        let price = Money::new(1000, Currency::PLN);
        for cycle in BillingCycle::ALL {
            let billing = Billing::Recurring { price, cycle: *cycle };
            assert_eq!(billing.paid_term(Term::YEAR), cycle.term());
            assert_eq!(billing.cycle(), Some(*cycle));
        }
        assert_eq!(Billing::OneTime { price }.paid_term(Term::YEAR), Term::YEAR);
        assert_eq!((Billing::Free.price(), Billing::Free.mode()), (None, BillingMode::Free));
        assert_eq!(Billing::OneTime { price }.mode(), BillingMode::OneTime);
        let monthly = Billing::Recurring { price, cycle: BillingCycle::Monthly };
        assert_eq!(monthly.mode(), BillingMode::Recurring);
        assert_eq!((Billing::OneTime { price }.cycle(), Billing::Free.cycle()), (None, None));
    }
}
