//! The admin area.

mod account;
mod desk;
mod sandbox;
mod trade;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use cert_lifecycle::sales::Sales;
use serde_json::{Value as Json, json};

pub(super) use self::desk::{overview, pulse};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::Visitor;

type App = State<Arc<Shop>>;
type Page = Result<Html<String>, Problem>;
type Answer = Result<Response, Problem>;

/// As much as a page shows of anything; it says so where there is more.
const MOST: usize = Sales::MOST;

pub(crate) fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/", get(overview))
        .route("/health", get(desk::health))
        .route("/services", get(desk::services))
        .route("/services/{id}/log", get(desk::log))
        .route("/outbox", get(desk::outbox).post(desk::deliver))
        .route("/letters", get(desk::letters))
        .route("/customers", get(desk::customers))
        .route("/offers", get(trade::offers))
        .route("/offers/{key}", get(trade::offer).post(trade::save))
        .route("/purchases", get(trade::purchases).post(trade::accept))
        .route("/invoices", get(trade::invoices).post(trade::pay))
        .route("/import", get(account::plan).post(account::import))
        .route("/drift", get(account::drift))
        .route("/sync", post(account::synchronize))
        .route("/sandbox", get(sandbox::page).post(sandbox::act))
}

/// Back to a page, which says what was done.
fn said(page: &str, key: &str) -> Answer {
    Ok(Redirect::to(&format!("{page}?said={key}")).into_response())
}

/// A form once more, with what is wrong with it.
fn refused(page: Page) -> Answer {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page?).into_response())
}

/// What came of something: numbers by their names, and the services that it made.
fn came_of(shop: &Shop, visitor: &Visitor, what: &str, numbers: &Json, services: &Json) -> Page {
    let content = json!({ "what": what, "numbers": numbers, "services": services });
    shop.page("admin/done.html", visitor, content)
}
