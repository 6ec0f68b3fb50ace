//! How the system fares.

use cert_domain::Mode;
use cert_lifecycle::view::OverviewView;
use cert_lifecycle::{Health, SyncReport};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GET, POST};
use crate::call::{Call, Reply};
use crate::problem::Problem;
use crate::route::{Access, Route};
use crate::token::Scope;

const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// That the gateway answers.
#[derive(Serialize, JsonSchema)]
struct Pulse {
    /// `ok`.
    status: &'static str,
}

/// Whom a token is of, and whether the CA answers.
#[derive(Serialize, JsonSchema)]
struct Connection {
    /// The host.
    host: String,
    /// What its token may do.
    scopes: Vec<Scope>,
    /// Which of the CA's services is behind the gateway, if that is known.
    mode: Option<Mode>,
    /// Whether the CA answers, or did a moment ago.
    authority: bool,
}

#[derive(Deserialize, JsonSchema)]
struct Days {
    /// How far to look ahead. Left out, 30 days.
    days: Option<u16>,
}

pub(super) fn routes() -> Vec<Route> {
    let (metrics, system) = (Access::Scope(Scope::Metrics), Access::Scope(Scope::System));
    vec![
        Route::new(GET, "/health", Access::Open, "Whether the gateway answers", pulse).gives::<Pulse>(200),
        Route::new(GET, "/metrics", metrics, "What is counted, for Prometheus", counts)
            .gives_bytes(&["application/openmetrics-text"]),
        Route::new(GET, "/v1/openapi.json", Access::Token, "This document", describe)
            .gives::<serde_json::Map<String, serde_json::Value>>(200),
        Route::new(
            GET,
            "/v1/connection",
            Access::Token,
            "Whose token this is, and whether the CA answers",
            connection,
        )
        .gives::<Connection>(200),
        Route::new(GET, "/v1/status", system, "How the system fares", status).gives::<Health>(200),
        Route::new(GET, "/v1/overview", system, "What needs somebody, and what comes", overview)
            .asks::<Days>()
            .gives::<OverviewView>(200),
        Route::new(POST, "/v1/synchronize", system, "Read the CA's list of changes now", synchronize)
            .gives::<SyncReport>(200),
    ]
}

async fn pulse(call: Call) -> Result<Reply, Problem> {
    call.gateway.lifecycle.counts().await?;
    Reply::ok(&Pulse { status: "ok" })
}

async fn counts(call: Call) -> Result<Reply, Problem> {
    /// More messages than these are not counted.
    const MOST: usize = 1000;
    let lifecycle = &call.gateway.lifecycle;
    let waiting = lifecycle.waiting_messages(None, None, MOST).await?.len();
    let text = call.gateway.metrics.text(&lifecycle.counts().await?, waiting);
    let text = text.map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(Reply::file(METRICS, None, text.as_bytes()))
}

async fn describe(call: Call) -> Result<Reply, Problem> {
    Ok(Reply::file("application/json", None, call.gateway.document.as_bytes()))
}

async fn connection(call: Call) -> Result<Reply, Problem> {
    let authority = call.gateway.asked.authority_answers(&call.gateway.lifecycle).await;
    let (host, scopes) = (call.caller.host.clone(), call.caller.scopes.iter().copied().collect());
    Reply::ok(&Connection { host, scopes, mode: call.gateway.mode, authority })
}

async fn status(call: Call) -> Result<Reply, Problem> {
    Reply::ok(&call.gateway.lifecycle.health().await?)
}

async fn overview(call: Call) -> Result<Reply, Problem> {
    let Days { days } = call.query()?;
    let overview = call.gateway.lifecycle.overview(days.unwrap_or(30)).await?;
    Reply::ok(&OverviewView::of(&overview, call.language))
}

async fn synchronize(call: Call) -> Result<Reply, Problem> {
    Reply::ok(&call.gateway.lifecycle.synchronize().await?)
}
