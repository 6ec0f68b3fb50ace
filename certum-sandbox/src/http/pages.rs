//! Everything else on the listener: approval pages, the customers' files.

use std::sync::Arc;

use axum::{Router, body::Body, extract::State, routing::get};
use http::{HeaderMap, Response, StatusCode, Uri, header};

use super::{
    approve,
    bodies::{TEXT, respond},
};
use crate::service::Service;

type Shared = State<Arc<Service>>;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/approve/{token}", get(approve::show).post(approve::approve)).fallback(file)
}

/// A file that the host in question would serve.
async fn file(State(service): Shared, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // A proxy names the host in the request line instead.
    let host = uri.host().or(named).unwrap_or_default();
    match service.files.get(host, uri.path()) {
        Some(body) => respond(StatusCode::OK, TEXT, body),
        None => respond(StatusCode::NOT_FOUND, TEXT, "not found\n"),
    }
}
