//! What is sold, before anything is.

use cert_domain::{Catalogue, Finding, Offer, OfferForm};
use cert_lifecycle::view::{ListedProductView, OfferView, PastedRequestView};
use csr_tools::Policy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GET, POST, READ};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::Route;

/// What the CA sells.
#[derive(Serialize, JsonSchema)]
struct Products {
    products: Vec<ListedProductView>,
}

/// A request, as it was pasted.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Pasted {
    /// PEM, or Base64 without its frame.
    csr: String,
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::new(GET, "/v1/products", READ, "What the CA sells", products).gives::<Products>(200),
        Route::new(POST, "/v1/offers/check", READ, "Whether the settings of an offer go together", check)
            .takes::<OfferForm>()
            .gives::<OfferView>(200),
        Route::new(POST, "/v1/requests/decode", READ, "What a certificate request says", decode)
            .takes::<Pasted>()
            .gives::<PastedRequestView>(200),
    ]
}

async fn products(call: Call) -> Result<Reply, Problem> {
    let all = Catalogue::built_in().products().iter();
    Reply::ok(&Products {
        products: all.map(|product| ListedProductView::of(product, call.language)).collect(),
    })
}

async fn check(call: Call) -> Result<Reply, Problem> {
    let form: OfferForm = call.form()?;
    Reply::ok(&OfferView::of(&offer(&form, "")?, call.language))
}

async fn decode(call: Call) -> Result<Reply, Problem> {
    let Pasted { csr } = call.form()?;
    Reply::ok(&PastedRequestView::of(csr.as_bytes(), &Policy::certum(), call.language))
}

/// The offer that settings make, which stand in the body after this.
pub(super) fn offer(form: &OfferForm, before: &'static str) -> Result<Offer, Problem> {
    form.check(Catalogue::built_in()).map_err(|error| Problem::Offer(error, before))
}

/// The setting that a finding of the engine is about.
pub(super) fn field_of(finding: &Finding, before: &str) -> Option<String> {
    if finding.field == "mode" {
        return Some(format!("{before}{}", finding.field));
    }
    finding.form_field().map(Into::into)
}
