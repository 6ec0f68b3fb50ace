//! Logging in and out, registering, choosing the language.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use cert_domain::Language;
use serde_json::json;

use crate::page::Mistakes;
use crate::people::{Registration, Role};
use crate::problem::Problem;
use crate::shop::Shop;
use crate::visitor::{Post, Visitor, language_cookie, log_in, log_out, own_page};
use crate::web::access::Sender;

pub(crate) fn routes() -> Router<Arc<Shop>> {
    Router::new()
        .route("/login", get(login_page).post(login))
        .route("/register", get(registration_page).post(register))
        .route("/logout", post(logout))
        .route("/language", post(choose_language))
}

async fn login_page(State(shop): State<Arc<Shop>>, visitor: Visitor) -> Result<Html<String>, Problem> {
    let back = own_page(visitor.query.get("back"));
    shop.page("login.html", &visitor, json!({ "back": back, "email": "", "failed": false }))
}

async fn login(
    State(shop): State<Arc<Shop>>,
    Sender(from): Sender,
    visitor: Visitor,
    post: Post,
) -> Result<Response, Problem> {
    let (email, back) = (post.fields.get("email"), own_page(post.fields.get("back")));
    match shop.authenticate(email, post.fields.get("password").to_owned(), from).await? {
        Some(user) => {
            let back = if back == "/" && user.role == Role::Admin { "/admin" } else { back };
            Ok((CookieJar::new().add(log_in(&shop, &user).await?), Redirect::to(back)).into_response())
        }
        None => {
            let page =
                shop.page("login.html", &visitor, json!({ "back": back, "email": email, "failed": true }))?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn registration_page(State(shop): State<Arc<Shop>>, visitor: Visitor) -> Result<Html<String>, Problem> {
    let back = own_page(visitor.query.get("back"));
    let content = json!({ "form": Registration::default(), "mistakes": Mistakes::default(), "back": back });
    shop.page("register.html", &visitor, content)
}

async fn register(
    State(shop): State<Arc<Shop>>,
    Sender(from): Sender,
    visitor: Visitor,
    post: Post,
) -> Result<Response, Problem> {
    let (form, back): (Registration, _) = (post.fields.form()?, own_page(post.fields.get("back")));
    // Who has an account can be told from the answer: nobody asks often.
    shop.tries.begin(&format!("registration from {from}"), from, shop.wall_now())?;
    match shop.register(&form, Role::Customer, visitor.language).await? {
        Ok(user) => {
            Ok((CookieJar::new().add(log_in(&shop, &user).await?), Redirect::to(back)).into_response())
        }
        Err(findings) => {
            let mistakes = Mistakes::of(&findings, visitor.language, |finding| {
                Some(finding.form_field().unwrap_or(finding.field.clone()).into_owned())
            });
            let content = json!({ "form": form, "mistakes": mistakes, "back": back });
            let page = shop.page("register.html", &visitor, content)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn logout(State(shop): State<Arc<Shop>>, visitor: Visitor, _: Post) -> Result<Response, Problem> {
    Ok((CookieJar::new().add(log_out(&shop, &visitor).await?), Redirect::to("/")).into_response())
}

async fn choose_language(State(shop): State<Arc<Shop>>, post: Post) -> Response {
    let language = if post.fields.get("language") == "pl" { Language::Polish } else { Language::English };
    let back = Redirect::to(own_page(post.fields.get("back")));
    (CookieJar::new().add(language_cookie(&shop, language)), back).into_response()
}
