//! `/control/`: JSON for tests.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{FromRequest, Path, Request, State},
    routing::{get, post, put},
};
use bytes::Bytes;
use certum_api::types::RevocationReason;
use http::{Response, StatusCode};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

use super::bodies::{self, PEM, respond};
use crate::{
    dns::{DnsRecord, DnsRecordType},
    error::{ControlError, InvalidInput},
    faults::FaultPlan,
    fields::Fields,
    service::{Service, VerificationDecision},
};

type Shared = State<Arc<Service>>;
type Answer = Result<Response<Body>, Refusal>;

pub(super) fn routes() -> Router<Arc<Service>> {
    let control = Router::new()
        .route("/info", get(info))
        .route("/roots.pem", get(roots))
        .route("/dns", post(publish_dns).delete(withdraw_dns))
        .route("/http", post(publish_http).delete(withdraw_http))
        .route("/mail", get(mail))
        .route("/mail/{id}/approve", post(approve_mail))
        .route("/orders/{order_id}/reject", post(reject_order))
        .route("/orders/{order_id}/revoke", post(revoke))
        .route("/orders/{order_id}/satisfy", post(satisfy))
        .route("/orders/{order_id}/verifications", post(decide))
        .route("/clock", post(advance_clock))
        .route("/faults", put(set_faults))
        .route("/calls", get(calls))
        .method_not_allowed_fallback(async || refuse(StatusCode::METHOD_NOT_ALLOWED, "method not allowed"))
        .fallback(async || refuse(StatusCode::NOT_FOUND, "there is no such control call"));
    Router::new().nest("/control", control)
}

async fn info(State(service): Shared) -> Answer {
    ok(&service.info())
}

async fn roots(State(service): Shared) -> Response<Body> {
    respond(StatusCode::OK, PEM, service.roots_pem())
}

async fn publish_dns(State(service): Shared, Sent(body): Sent) -> Answer {
    let record = read_record(&body)?;
    service.publish_dns(record.clone());
    ok(&record)
}

async fn withdraw_dns(State(service): Shared, Sent(body): Sent) -> Answer {
    let record = read_record(&body)?;
    service.withdraw_dns(&record)?;
    ok(&record)
}

fn read_record(body: &[u8]) -> Result<DnsRecord, InvalidInput> {
    let mut fields = Fields::parse(body)?;
    let (name, kind, value) = (fields.string("name")?, fields.string("type")?, fields.string("value")?);
    fields.finish()?;
    let kind: DnsRecordType = serde_json::from_value(Value::String(kind))
        .map_err(|_| InvalidInput::new("type", "is none of TXT, CNAME, CAA, A"))?;
    DnsRecord::new(&name, kind, &value)
}

async fn publish_http(State(service): Shared, Sent(body): Sent) -> Answer {
    let mut fields = Fields::parse(&body)?;
    let (host, path, body) = (fields.string("host")?, fields.string("path")?, fields.string("body")?);
    fields.finish()?;
    service.publish_http(&host, &path, &body)?;
    ok(&json!({"host": host, "path": path}))
}

async fn withdraw_http(State(service): Shared, Sent(body): Sent) -> Answer {
    let mut fields = Fields::parse(&body)?;
    let (host, path) = (fields.string("host")?, fields.string("path")?);
    fields.finish()?;
    service.withdraw_http(&host, &path)?;
    ok(&json!({"host": host, "path": path}))
}

async fn mail(State(service): Shared) -> Answer {
    ok(&service.mail())
}

async fn approve_mail(State(service): Shared, Path(id): Path<String>) -> Answer {
    let id: u64 = id.parse().map_err(|_| InvalidInput::new("id", "is not a number"))?;
    service.approve_mail(id).await?;
    ok(&json!({"approved": id}))
}

async fn reject_order(State(service): Shared, Path(order_id): Path<String>) -> Answer {
    service.reject_order(&order_id)?;
    ok(&json!({"rejected": order_id}))
}

/// By the CA itself. A body is not needed; it may give a reason.
async fn revoke(State(service): Shared, Path(order_id): Path<String>, Sent(body): Sent) -> Answer {
    let mut fields = Fields::parse(if body.is_empty() { b"{}" } else { &body })?;
    let reason = match fields.optional_string("reason")?.as_deref().map(RevocationReason::from) {
        Some(RevocationReason::Unknown(_)) => {
            return Err(InvalidInput::new("reason", "is no reason for a revocation").into());
        }
        reason => reason.unwrap_or(RevocationReason::Unspecified),
    };
    fields.finish()?;
    service.revoke_by_authority(&order_id, reason)?;
    ok(&json!({"revoked": order_id}))
}

async fn satisfy(State(service): Shared, Path(order_id): Path<String>) -> Answer {
    service.satisfy(&order_id).await?;
    ok(&json!({"satisfied": order_id}))
}

/// A state for one of the verifications of an order; for `SYSTEM`, also the list that blocks it.
async fn decide(State(service): Shared, Path(order_id): Path<String>, Sent(body): Sent) -> Answer {
    let mut fields = Fields::parse(&body)?;
    let (kind, state) = (fields.string("type")?, fields.string("state")?);
    let method = fields.optional_string("method")?;
    fields.finish()?;
    let decision = VerificationDecision::read(&kind, &state, method.as_deref())?;
    service.decide(&order_id, decision).await?;
    ok(&json!({"order_id": order_id, "type": kind, "state": state}))
}

async fn advance_clock(State(service): Shared, Sent(body): Sent) -> Answer {
    const FIELD: &str = "advance_seconds";
    let mut fields = Fields::parse(&body)?;
    let seconds = fields.optional_whole(FIELD)?.ok_or_else(|| InvalidInput::new(FIELD, "is missing"))?;
    fields.finish()?;
    let seconds = i64::try_from(seconds).map_err(|_| InvalidInput::new(FIELD, "is too far"))?;
    let now = service
        .advance_clock(SignedDuration::from_secs(seconds))
        .map_err(|error| InvalidInput::new(FIELD, error.to_string()))?;
    ok(&json!({"now": now}))
}

async fn set_faults(State(service): Shared, Sent(body): Sent) -> Answer {
    let plan = FaultPlan::from_json(&body)?;
    let count = plan.len();
    service.faults.set(plan);
    ok(&json!({"faults": count}))
}

async fn calls(State(service): Shared) -> Answer {
    ok(&service.calls.all())
}

fn ok(value: &impl Serialize) -> Answer {
    match serde_json::to_value(value) {
        Ok(value) => Ok(bodies::json(StatusCode::OK, &value)),
        Err(error) => Ok(refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())),
    }
}

fn refuse(status: StatusCode, reason: &str) -> Response<Body> {
    bodies::json(status, &json!({"error": reason}))
}

/// The body of a control call. One that is too large, or breaks off, is answered in JSON like all else that is wrong.
struct Sent(Bytes);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response<Body>;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let read = Bytes::from_request(request, state).await;
        read.map(Self).map_err(|rejection| refuse(rejection.status(), &rejection.body_text()))
    }
}

/// A control call that did nothing, and why.
enum Refusal {
    Input(InvalidInput),
    State(ControlError),
}

impl From<InvalidInput> for Refusal {
    fn from(error: InvalidInput) -> Self {
        Self::Input(error)
    }
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        Self::State(error)
    }
}

impl axum::response::IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        match self {
            Self::Input(error) => bodies::json(
                StatusCode::BAD_REQUEST,
                &json!({"error": error.to_string(), "field": error.field}),
            ),
            Self::State(error @ ControlError::NotFound { .. }) => {
                refuse(StatusCode::NOT_FOUND, &error.to_string())
            }
            Self::State(error) => refuse(StatusCode::CONFLICT, &error.to_string()),
        }
    }
}
