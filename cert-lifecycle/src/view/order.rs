//! Orders, as the CA lists them.

use cert_domain::Language;
use jiff::Timestamp;
use serde::Serialize;

use super::ContactView;
use crate::authority::ListedOrder;

/// An order of the account, as the CA lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ListedOrderView {
    /// The order.
    pub order_id: String,
    /// Where it stands: `validating`, `accepted`, `issued`, `rejected` or `unknown`.
    pub progress: &'static str,
    /// The same for people.
    pub progress_text: String,
    /// Whether it is a reissue.
    pub is_reissue: bool,
    /// Whom it is for.
    pub customer: String,
    /// The code that it was ordered by.
    pub product: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The serial number of its certificate, in hexadecimal.
    pub serial_number: Option<String>,
    /// Where that certificate stands: `valid`, `revoking`, `revoked` or `unknown`.
    pub standing: Option<&'static str>,
    /// The same for people.
    pub standing_text: Option<String>,
    /// The first moment of its validity.
    pub not_before: Option<Timestamp>,
    /// The last moment of its validity.
    pub not_after: Option<Timestamp>,
    /// Who ordered, if that was asked for.
    pub requestor: Option<ContactView>,
}

impl ListedOrderView {
    /// An order in a language.
    #[must_use]
    pub fn of(order: &ListedOrder, language: Language) -> Self {
        let certificate = order.certificate.as_ref();
        Self {
            order_id: order.order_id.to_string(),
            progress: order.progress.as_str(),
            progress_text: order.progress.text(language).to_owned(),
            is_reissue: order.is_reissue,
            customer: order.customer.clone(),
            product: order.product.clone(),
            placed_at: order.placed_at,
            serial_number: certificate.map(|certificate| certificate.serial_number.clone()),
            standing: certificate.map(|certificate| certificate.standing.as_str()),
            standing_text: certificate.map(|certificate| certificate.standing.text(language).into_owned()),
            not_before: certificate.map(|certificate| certificate.not_before),
            not_after: certificate.map(|certificate| certificate.not_after),
            requestor: order.requestor.as_ref().map(ContactView::from),
        }
    }
}
