//! What people and programs are shown of services: plain data that can be serialized, with texts in a language.
//!
//! The names of fields stay as they are; new ones may come. What there is not stands there as `null`, or as an empty list.
//! Moments are written as RFC 3339 in UTC, days as `YYYY-MM-DD`, and beside each word for programs stands one for people.
//!
//! # Guarantees
//! No private key, certificate request or link is in any of it. What is the reseller's alone is left out of what a customer
//! is shown: see [`ServiceView::of`].

mod certificate;
mod decoded;
mod event;
mod finding;
mod list;
mod offer;
mod order;
mod overview;
mod part;
mod people;
#[cfg(feature = "precheck")]
mod precheck;
mod proof;
mod report;
mod service;
#[cfg(test)]
mod tests;
mod text;
mod validation;
mod words;

pub use certificate::{CertificateView, ChainView, KeyView};
pub use decoded::{DecodedCertificateView, DecodedRequestView, PastedRequestView, RequestFindingView};
pub use event::EventView;
pub use finding::{FindingView, RefusalView};
pub use list::SummaryView;
pub use offer::{ListedProductView, OfferView};
pub use order::ListedOrderView;
pub use overview::{AheadView, CountView, OverviewView};
pub use part::{
    AccountView, ActionView, BillingView, CancellationView, Choice, HoldView, ProductView, PurposeView,
    SuccessorView, WaitingView,
};
pub use people::{AddressView, ContactView, PersonView, SubjectLine};
#[cfg(feature = "precheck")]
pub use precheck::{NameLookView, NameReportView, PlaceView};
pub use proof::{CheckView, FileView, InstructionView, RecordView, VerificationView};
pub use report::{
    DriftReportView, DriftView, EmailStateView, ImportItemView, ImportPlanView, OrderReportView,
};
pub use service::ServiceView;
pub use text::{Layout, Table, plain};
pub use validation::{FormFindingView, ValidationView};

use serde::Serialize;
use serde_json::Value;

/// A view with other fields beside its own, for what a frontend has to add.
#[must_use]
pub fn with(view: impl Serialize, others: Value) -> Value {
    let mut fields = text::value(&view);
    if let (Value::Object(fields), Value::Object(others)) = (&mut fields, others) {
        fields.extend(others);
    }
    fields
}
