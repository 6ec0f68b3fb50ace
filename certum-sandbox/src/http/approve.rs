//! The page behind the link in a message.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
};
use http::{Response, StatusCode};
use quick_xml::escape::escape;

use super::bodies::{HTML, respond};
use crate::service::Service;

/// Shows what is to be approved, and a button. Looking approves nothing: mail scanners open every link.
pub(super) async fn show(State(service): State<Arc<Service>>, Path(token): Path<String>) -> Response<Body> {
    match service.find_link(&token) {
        Some(mail) => page(
            StatusCode::OK,
            &format!(
                "<p>A certificate was ordered for <b>{}</b>.</p>\
                 <form method=\"post\"><button>Approve</button></form>",
                escape(mail.subject())
            ),
        ),
        None => unknown(),
    }
}

/// The button.
pub(super) async fn approve(
    State(service): State<Arc<Service>>,
    Path(token): Path<String>,
) -> Response<Body> {
    let Some(mail) = service.find_link(&token) else { return unknown() };
    let subject = mail.subject().to_owned();
    match service.approve(mail).await {
        Ok(()) => page(StatusCode::OK, &format!("<p>Approved: <b>{}</b>.</p>", escape(&subject))),
        Err(error) => {
            page(StatusCode::CONFLICT, &format!("<p>Not approved: {}.</p>", escape(error.to_string())))
        }
    }
}

fn unknown() -> Response<Body> {
    page(StatusCode::NOT_FOUND, "<p>This link leads nowhere.</p>")
}

/// What goes in is markup: a mailbox may hold characters that have to be escaped first.
fn page(status: StatusCode, content: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Domain verification</title>\
         <h1>Domain verification</h1>{content}</html>\n"
    );
    respond(status, HTML, html)
}
