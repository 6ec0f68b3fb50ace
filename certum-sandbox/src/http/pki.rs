//! What certificates point at: their issuers' certificates, revocation lists, and answers about one
//! certificate.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};

use super::bodies::{TEXT, respond};
use crate::{ca::IssuerId, service::Service};

type Shared = State<Arc<Service>>;

const CERTIFICATE: HeaderValue = HeaderValue::from_static("application/pkix-cert");
const LIST: HeaderValue = HeaderValue::from_static("application/pkix-crl");
const OCSP_ANSWER: HeaderValue = HeaderValue::from_static("application/ocsp-response");

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/pki/{file}", get(file))
        .route("/ocsp", post(ask_by_post))
        .route("/ocsp/", post(ask_by_post))
        .route("/ocsp/{*request}", get(ask_by_get))
}

/// `<issuer>.cer` or `<issuer>.crl`, once the issuer was made.
async fn file(State(service): Shared, Path(file): Path<String>) -> Response<Body> {
    match find(&service, &file) {
        Some(response) => response,
        None => respond(StatusCode::NOT_FOUND, TEXT, "not found\n"),
    }
}

fn find(service: &Service, file: &str) -> Option<Response<Body>> {
    let (slug, extension) = file.rsplit_once('.')?;
    let issuer = IssuerId::from_slug(slug)?;
    match extension {
        "cer" => {
            let certificate = service.authority.certificate_der(issuer)?.to_vec();
            Some(respond(StatusCode::OK, CERTIFICATE, certificate))
        }
        "crl" => {
            let now = service.clock.now();
            let list = service.authority.crl(issuer, &service.revocations(issuer, now), now)?;
            Some(match list {
                Ok(list) => respond(StatusCode::OK, LIST, list),
                Err(error) => respond(StatusCode::INTERNAL_SERVER_ERROR, TEXT, format!("{error}\n")),
            })
        }
        _ => None,
    }
}

/// RFC 6960, appendix A.1. Whatever the body is, the answer says what is wrong with it.
async fn ask_by_post(State(service): Shared, request: Bytes) -> Response<Body> {
    answer(&service, &request)
}

/// The same in the path, in base64, whose slashes may come as they are or percent-encoded.
async fn ask_by_get(State(service): Shared, Path(request): Path<String>) -> Response<Body> {
    // What is no base64 is no request either, and is told so in OCSP's own words.
    answer(&service, &STANDARD.decode(request).unwrap_or_default())
}

fn answer(service: &Service, request: &[u8]) -> Response<Body> {
    let now = service.clock.now();
    let look_up = |issuer: IssuerId, serial: &str| service.certificate_status(issuer, serial, now);
    respond(StatusCode::OK, OCSP_ANSWER, service.authority.ocsp(request, look_up, now))
}
