//! Lists of services.

use cert_domain::Language;
use jiff::Timestamp;
use serde::Serialize;

use crate::store::Summary;
use crate::{ServiceId, StateKind};

/// A service in a list, with how the worker fares: what is shown of it to the reseller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SummaryView {
    /// The service.
    pub id: ServiceId,
    /// Where it stands.
    pub state: StateKind,
    /// The same for people.
    pub state_text: &'static str,
    /// Who bought it.
    pub customer: String,
    /// The product's code.
    pub product: String,
    /// The common name, once configured.
    pub common_name: Option<String>,
    /// The newest order.
    pub order_id: Option<String>,
    /// The serial number of the certificate in force.
    pub serial_number: Option<String>,
    /// The last moment of that certificate's validity.
    pub not_after: Option<Timestamp>,
    /// How many orders the CA has for it that it does not wait for.
    pub stray_orders: u32,
    /// When it needs a worker next.
    pub due_at: Option<Timestamp>,
    /// How often in a row a worker picked it up without anything coming of it.
    pub tries: u32,
    /// Why nothing came of it, the last time; in English, for the reseller.
    pub note: Option<String>,
}

impl SummaryView {
    /// A row in a language.
    #[must_use]
    pub fn of(summary: &Summary, language: Language) -> Self {
        let row = &summary.row;
        Self {
            id: summary.id,
            state: row.state,
            state_text: row.state.text(language),
            customer: row.customer.clone(),
            product: row.product.clone(),
            common_name: row.common_name.clone(),
            order_id: row.order_id.clone(),
            serial_number: row.serial_number.clone(),
            not_after: row.not_after,
            stray_orders: row.stray_orders,
            due_at: summary.due_at,
            tries: summary.tries,
            note: summary.note.clone(),
        }
    }
}
