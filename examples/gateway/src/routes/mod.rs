//! All that can be called.

mod actions;
mod asking;
mod certificates;
pub(crate) mod facts;
mod forms;
mod hooks;
mod sales;
mod services;
mod system;

use axum::http::Method;

use crate::route::{Access, Route};
use crate::token::Scope;

pub(crate) const GET: Method = Method::GET;
pub(crate) const POST: Method = Method::POST;
pub(crate) const PUT: Method = Method::PUT;
pub(crate) const DELETE: Method = Method::DELETE;

const READ: Access = Access::Scope(Scope::Read);
const WRITE: Access = Access::Scope(Scope::Write);

/// How much a page holds unless somebody says otherwise, and at most.
const PAGE: usize = 100;
const MOST_IN_PAGE: usize = 500;

/// How many things a page holds.
fn page(asked: Option<usize>) -> usize {
    asked.unwrap_or(PAGE).clamp(1, MOST_IN_PAGE)
}

/// Every route.
pub(crate) fn all() -> Vec<Route> {
    let parts = [
        system::routes(),
        sales::routes(),
        services::routes(),
        asking::routes(),
        forms::routes(),
        actions::routes(),
        certificates::routes(),
        facts::routes(),
        hooks::routes(),
    ];
    parts.into_iter().flatten().collect()
}
