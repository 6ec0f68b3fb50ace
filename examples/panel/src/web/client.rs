//! The client area.

mod acting;
mod certificates;
mod configuring;
mod trade;
mod verifying;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use cert_domain::HashAlgorithm;
use cert_lifecycle::view::EventView;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::access::Owned;
use crate::page::Mistakes;
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::Visitor;

type App = State<Arc<Shop>>;
type Answer = Result<Response, Problem>;

pub(crate) fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/", get(trade::offers))
        .route("/order", post(trade::order))
        .route("/services", get(trade::services))
        .route("/invitations/{id}", get(trade::invitation))
        .route("/invoices", get(trade::invoices))
        .route("/invoices/{key}/pay", post(trade::pay))
        .route("/letters", get(trade::letters))
        .route("/services/{id}", get(look))
        .route("/services/{id}/configure", get(configuring::look).post(configuring::fill_in))
        .route("/services/{id}/key", post(configuring::save_key))
        .route("/services/{id}/verification", get(verifying::look).post(verifying::hand_in))
        .route("/services/{id}/verification/publish", post(verifying::publish))
        .route("/services/{id}/certificates", get(certificates::look))
        .route("/services/{id}/files/{serial}/{server}", get(certificates::save).post(certificates::save_all))
        .route("/services/{id}/do/{action}", get(acting::ask).post(acting::act))
}

/// A page about a service: who asks for it, and what it is about.
struct At {
    shop: Arc<Shop>,
    visitor: Visitor,
    owned: Owned,
}

impl FromRequestParts<Arc<Shop>> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(parts, shop).await?;
        Ok(Self { shop: shop.clone(), visitor, owned: Owned::from_request_parts(parts, shop).await? })
    }
}

impl At {
    /// The page, with what can be done with the service and chosen for it, and what is wrong with the form on it.
    async fn page(&self, name: &str, mistakes: Option<Mistakes>, content: Json) -> Answer {
        let (owned, offer, language) = (&self.owned, &self.owned.service.offer, self.visitor.language);
        let view = owned.lifecycle.view(owned.id, owned.role, language).await?;
        let hashes = HashAlgorithm::ALL.iter().filter(|hash| offer.product.check_hash(**hash).is_ok());
        let status = if mistakes.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let mut page = json!({
            "service": view,
            "mistakes": mistakes.unwrap_or_default(),
            "methods": menu(&offer.methods(), |method| method.text(language)),
            "hashes": menu(&hashes.collect::<Vec<_>>(), |hash| *hash),
        });
        if let (Json::Object(page), Json::Object(content)) = (&mut page, content) {
            page.extend(content);
        }
        Ok((status, self.shop.page(name, &self.visitor, page)?).into_response())
    }

    /// To another page of the service.
    fn go(&self, page: &str) -> Answer {
        Ok(Redirect::to(&format!("/services/{}{page}", self.owned.id)).into_response())
    }
}

/// The choices of a field: each with its text.
fn menu<T: Serialize, S: Serialize>(all: &[T], text: impl Fn(&T) -> S) -> Vec<Json> {
    all.iter().map(|one| json!([one, text(one)])).collect()
}

async fn look(at: At) -> Answer {
    let events = at.owned.lifecycle.history(at.owned.id).await?;
    let latest = events.iter().rev().take(8).map(|event| EventView::of(event, at.visitor.language));
    at.page("client/service.html", None, json!({ "events": latest.collect::<Vec<_>>() })).await
}
