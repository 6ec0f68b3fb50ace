//! The pages.

mod access;
mod admin;
mod client;
mod entrance;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;

use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor;

/// Documents for the CA: 30 MB, and what surrounds them on the way.
const MOST_UPLOADED: usize = 45 * 1024 * 1024;

#[derive(Embed)]
#[folder = "static"]
struct Assets;

pub(crate) fn routes(shop: &Arc<Shop>) -> Router {
    Router::new()
        .merge(entrance::routes())
        .merge(client::routes())
        .nest("/admin", admin::routes())
        .route("/admin/", get(admin::overview))
        .route("/assets/{file}", get(asset))
        .route("/healthz", get(admin::pulse))
        .layer(DefaultBodyLimit::max(MOST_UPLOADED))
        .layer(from_fn_with_state(shop.clone(), visitor::greet))
        .with_state(shop.clone())
}

async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    let found = Assets::get(&file).ok_or(Problem::NotFound)?;
    let kind = found.metadata.mimetype().to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600".to_owned())];
    Ok((headers, found.data.into_owned()).into_response())
}
