//! The parts of what is shown of a service.

use cert_domain::{BillingCycle, BillingMode, Language, PaidThrough, ProductKind, ValidationLevel};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::Action;
use crate::authority::OrderKind;
use crate::notice::{Audience, Course, Outlook};

/// What was chosen, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Choice<T> {
    /// What was chosen.
    pub id: T,
    /// What it is called.
    pub text: String,
}

/// A product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProductView {
    /// The code for a first order.
    pub code: String,
    /// The CA's name for it.
    pub name: String,
    /// What it certifies.
    pub kind: ProductKind,
    /// The same for people.
    pub kind_text: &'static str,
    /// What is validated.
    pub level: ValidationLevel,
    /// The same for people.
    pub level_text: &'static str,
}

/// Who has to act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WaitingView {
    /// Who.
    pub who: Audience,
    /// The same for people.
    pub text: &'static str,
}

/// What an order is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PurposeView {
    /// What for.
    pub kind: OrderKind,
    /// The same for people.
    pub text: &'static str,
}

/// What only the reseller can settle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HoldView {
    /// What it is.
    pub text: String,
    /// The orders at the CA that it is about.
    pub order_ids: Vec<String>,
}

/// What is paid for, and what was bought with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AccountView {
    /// The last day that the customer has paid for.
    pub paid_through: Option<PaidThrough>,
    /// The first day of the last period for which an invoice was asked for.
    pub invoiced: Option<Date>,
    /// The last day of what was bought at the CA.
    pub term_ends: Option<Date>,
}

/// What a service costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BillingView {
    /// How often it is paid.
    pub mode: BillingMode,
    /// The same for people.
    pub text: &'static str,
    /// The price of a payment, such as `49.00 PLN`.
    pub price: Option<String>,
    /// The period of recurring payments.
    pub cycle: Option<BillingCycle>,
    /// The same for people.
    pub cycle_text: Option<&'static str>,
}

/// That a customer wants a service to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CancellationView {
    /// Why, in the customer's words.
    pub reason: String,
    /// Whether at the end of what is paid, and not at once.
    pub at_end_of_period: bool,
}

/// What follows the newest certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SuccessorView {
    /// Whether it is bought, or comes with what was bought.
    pub kind: Course,
    /// The same for people.
    pub text: &'static str,
    /// When it is begun; null where somebody has to act first.
    pub begins_at: Option<Timestamp>,
    /// What becomes of the certificate without the customer.
    pub outlook: Outlook,
    /// The same for people.
    pub outlook_text: &'static str,
}

/// Something that can be done with a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ActionView {
    /// What [`Lifecycle::act`](crate::Lifecycle::act) calls it.
    pub action: Action,
    /// What a menu calls it.
    pub text: &'static str,
    /// Whether a person is to confirm it first, since nobody can take it back.
    pub is_irreversible: bool,
}

impl ActionView {
    /// An action in a language.
    #[must_use]
    pub fn of(action: Action, language: Language) -> Self {
        Self { action, text: action.text(language), is_irreversible: action.is_irreversible() }
    }

    pub(super) fn all(actions: &[Action], language: Language) -> Vec<Self> {
        actions.iter().map(|action| Self::of(*action, language)).collect()
    }
}
