//! What needs somebody, what comes next, what happened, and whether all is well.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cert_lifecycle::store::SearchForm;
use cert_lifecycle::view::{EventView, OverviewView, SummaryView};
use cert_lifecycle::{ServiceId, StateKind};
use serde_json::{Value, json};

use super::{App, MOST, Page, came_of};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::{Post, Visitor};
use crate::web::access::Admin;

/// How many days the overview's picture shows.
const DAYS: u16 = 60;
const ON_A_PAGE: usize = 50;

pub(in crate::web) async fn overview(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let overview = OverviewView::of(&shop.lifecycle.overview(DAYS).await?, visitor.language);
    let (purchases, late) = (shop.sales.waiting().await?.len(), shop.sales.late().await?.len());
    let content = json!({ "overview": overview, "purchases": purchases, "late": late, "length": DAYS });
    shop.page("admin/dashboard.html", &visitor, content)
}

pub(super) async fn health(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let content = json!({ "health": shop.lifecycle.health().await?, "now": shop.now() });
    shop.page("admin/health.html", &visitor, content)
}

/// Whether the panel can serve, for whoever restarts it: no login, and nothing of what is inside.
pub(in crate::web) async fn pulse(State(shop): State<Arc<Shop>>) -> Response {
    let asked = shop.user("");
    let (status, text) = match tokio::time::timeout(Duration::from_secs(5), asked).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (status, Json(json!({ "status": text }))).into_response()
}

pub(super) async fn services(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let asked: SearchForm = visitor.query.form()?;
    let language = visitor.language;
    let found = shop.lifecycle.search(asked.search(shop.now(), ON_A_PAGE)).await?;
    let rows: Vec<_> = found.iter().map(|row| SummaryView::of(row, language)).collect();
    let states: Value = StateKind::ALL.iter().map(|state| json!([state, state.text(language)])).collect();
    let content = json!({ "rows": rows, "asked": asked, "states": states, "most": ON_A_PAGE });
    shop.page("admin/services.html", &visitor, content)
}

pub(super) async fn log(_: Admin, State(shop): App, visitor: Visitor, Path(id): Path<String>) -> Page {
    let id: ServiceId = id.parse().map_err(|_| Problem::NotFound)?;
    let service = SummaryView::of(&shop.lifecycle.summary(id).await?, visitor.language);
    let history = shop.lifecycle.history(id).await?;
    let events: Vec<_> = history.iter().map(|event| EventView::of(event, visitor.language)).collect();
    shop.page("admin/log.html", &visitor, json!({ "service": service, "events": events }))
}

pub(super) async fn outbox(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let waiting = shop.lifecycle.waiting_messages(None, None, MOST).await?;
    shop.page("admin/outbox.html", &visitor, json!({ "messages": waiting, "most": MOST }))
}

pub(super) async fn deliver(_: Admin, State(shop): App, visitor: Visitor, _: Post) -> Page {
    let came = shop.lifecycle.deliver_due().await?;
    came_of(&shop, &visitor, "outbox", &json!(came), &Value::Null)
}

pub(super) async fn letters(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let letters = shop.sales.letters(None).await?;
    shop.page("admin/letters.html", &visitor, json!({ "rows": letters, "most": MOST }))
}

pub(super) async fn customers(_: Admin, State(shop): App, visitor: Visitor) -> Page {
    let users = shop.users().await?;
    shop.page("admin/customers.html", &visitor, json!({ "rows": users, "most": MOST }))
}
