//! Reports on orders and accounts.

use cert_domain::Language;
use jiff::Timestamp;
use serde::Serialize;

use super::CheckView;
use crate::authority::{EmailState, OrderReport};
use crate::compose::in_language;
use crate::lifecycle::{Drift, DriftReport, ImportDecision, ImportItem, ImportPlan};
use crate::{CertificateStanding, ServiceId};

/// Where an order stands at the CA, and what is verified about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OrderReportView {
    /// Where it stands: `validating`, `accepted`, `issued`, `rejected` or `unknown`.
    pub progress: &'static str,
    /// The same for people.
    pub progress_text: String,
    /// What is, was or will be verified.
    pub checks: Vec<CheckView>,
}

impl OrderReportView {
    /// A report in a language.
    #[must_use]
    pub fn of(report: &OrderReport, language: Language) -> Self {
        Self {
            progress: report.progress.as_str(),
            progress_text: report.progress.text(language).to_owned(),
            checks: report.checks.iter().map(|check| CheckView::of(check, language)).collect(),
        }
    }
}

/// How far the verification of a mailbox has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EmailStateView {
    /// The mailbox.
    pub email: String,
    /// Whether somebody has followed the link.
    pub verified: bool,
    /// The same for people.
    pub text: &'static str,
    /// When the message was sent.
    pub sent_at: Timestamp,
    /// Until when the link can be followed.
    pub link_valid_until: Timestamp,
}

impl EmailStateView {
    /// The state of a mailbox in a language.
    #[must_use]
    pub fn of(state: &EmailState, language: Language) -> Self {
        let text = if state.verified {
            in_language(language, "verified", "potwierdzony")
        } else {
            in_language(language, "the link was not followed yet", "odnośnik jeszcze nie został kliknięty")
        };
        Self {
            email: state.email.clone(),
            verified: state.verified,
            text,
            sent_at: state.sent_at,
            link_valid_until: state.link_valid_until,
        }
    }
}

/// What differs between the store and the account at the CA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DriftReportView {
    /// How many orders of the CA were compared.
    pub orders: u64,
    /// How many services were compared.
    pub services: u64,
    /// What differs.
    pub drifts: Vec<DriftView>,
}

impl DriftReportView {
    /// A report in a language.
    #[must_use]
    pub fn of(report: &DriftReport, language: Language) -> Self {
        Self {
            orders: report.orders,
            services: report.services,
            drifts: report.drifts.iter().map(|drift| DriftView::of(drift, language)).collect(),
        }
    }
}

/// Something that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DriftView {
    /// What differs: `orphan`, `missing`, `duplicate`, `progress` or `certificate`.
    pub kind: &'static str,
    /// The same for people, as a sentence.
    pub text: String,
    /// The service, if the order is one's.
    pub service: Option<ServiceId>,
    /// The orders.
    pub order_ids: Vec<String>,
    /// The certificate, if it is about one.
    pub serial_number: Option<String>,
    /// Whose the order is, where no service has it.
    pub customer: Option<String>,
    /// The code that it was ordered by, where no service has it.
    pub product: Option<String>,
    /// Where it stands here.
    pub ours: Option<&'static str>,
    /// Where it stands at the CA.
    pub theirs: Option<&'static str>,
}

impl DriftView {
    /// A difference in a language.
    #[must_use]
    pub fn of(drift: &Drift, language: Language) -> Self {
        let blank = Self {
            kind: "",
            text: drift.text(language),
            service: None,
            order_ids: Vec::new(),
            serial_number: None,
            customer: None,
            product: None,
            ours: None,
            theirs: None,
        };
        match drift {
            Drift::Orphan { order_id, customer, product, progress } => Self {
                kind: "orphan",
                order_ids: vec![order_id.to_string()],
                customer: Some(customer.clone()),
                product: Some(product.clone()),
                theirs: Some(progress.as_str()),
                ..blank
            },
            Drift::Missing { service, order_id } => Self {
                kind: "missing",
                service: Some(*service),
                order_ids: vec![order_id.to_string()],
                ..blank
            },
            Drift::Duplicate { service, order_ids } => Self {
                kind: "duplicate",
                service: Some(*service),
                order_ids: order_ids.iter().map(ToString::to_string).collect(),
                ..blank
            },
            Drift::Progress { service, order_id, ours, theirs } => Self {
                kind: "progress",
                service: Some(*service),
                order_ids: vec![order_id.to_string()],
                ours: Some(ours.as_str()),
                theirs: Some(theirs.as_str()),
                ..blank
            },
            Drift::Certificate { service, serial_number, ours, theirs } => Self {
                kind: "certificate",
                service: Some(*service),
                serial_number: Some(serial_number.clone()),
                ours: ours.as_ref().map(CertificateStanding::as_str),
                theirs: Some(theirs.as_str()),
                ..blank
            },
        }
    }
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportPlanView {
    /// One for each purchase, oldest first.
    pub items: Vec<ImportItemView>,
}

impl ImportPlanView {
    /// A plan in a language.
    #[must_use]
    pub fn of(plan: &ImportPlan, language: Language) -> Self {
        Self { items: plan.items.iter().map(|item| ImportItemView::of(item, language)).collect() }
    }
}

/// A purchase of the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportItemView {
    /// The order that it began with.
    pub order_id: String,
    /// Whose it is.
    pub customer: String,
    /// The code that it was ordered by.
    pub product: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The serial number of its certificate.
    pub serial_number: Option<String>,
    /// What is to become of it: `take`, `owned`, `not_issued`, `over`, `superseded`, `no_offer` or `unusable`.
    pub decision: &'static str,
    /// The same for people.
    pub text: String,
    /// Whether it becomes a service.
    pub is_taken: bool,
    /// The service that has it.
    pub service: Option<ServiceId>,
}

impl ImportItemView {
    /// A purchase in a language.
    #[must_use]
    pub fn of(item: &ImportItem, language: Language) -> Self {
        let service = match &item.decision {
            ImportDecision::Owned(service) => Some(*service),
            _ => None,
        };
        Self {
            order_id: item.order_id.to_string(),
            customer: item.customer.clone(),
            product: item.product.clone(),
            placed_at: item.placed_at,
            serial_number: item.serial_number.clone(),
            decision: item.decision.as_str(),
            text: item.decision.text(language),
            is_taken: matches!(item.decision, ImportDecision::Take(_)),
            service,
        }
    }
}
