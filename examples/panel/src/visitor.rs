//! Who visits: session, language, the mark against forged forms.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use cert_domain::{DocumentFile, Fields, Language};
use cert_lifecycle::records::Kept;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::people::User;
use crate::problem::{Problem, Told};
use crate::shop::Shop;

const SESSION: &str = "panel_session";
const LANGUAGE: &str = "panel_language";
const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(12);
/// What is typed or pasted. A request with a thousand names is far below it.
const MOST_TYPED: usize = 512 * 1024;

/// Nothing but what this server serves, and no frame around it.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Who asks for a page.
#[derive(Clone)]
pub(crate) struct Visitor {
    token: String,
    pub(crate) user: Option<User>,
    pub(crate) language: Language,
    /// The page that was asked for, or that a form was on.
    pub(crate) path: String,
    /// What the page was asked for.
    pub(crate) query: Fields,
    /// What was done just before, by its name among the texts.
    pub(crate) said: Option<String>,
}

/// A session as it is kept, under the hash of its token.
#[derive(Serialize, Deserialize)]
struct Session {
    user: String,
}

impl Kept for Session {
    const KIND: &'static str = "session";
}

impl Visitor {
    /// The mark that each form carries: nobody else's page can know it.
    pub(crate) fn csrf(&self) -> String {
        digest(&format!("form:{}", self.token))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = Extension::<Self>::from_request_parts(parts, state).await;
        found.map(|Extension(visitor)| visitor).map_err(|_| Problem::NotFound)
    }
}

/// A form that was sent by a page of ours.
pub(crate) struct Post {
    pub(crate) fields: Fields,
    pub(crate) files: Vec<DocumentFile>,
}

impl FromRequest<Arc<Shop>> for Post {
    type Rejection = Problem;

    async fn from_request(request: Request, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, shop).await?;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_upload = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
        let post = if is_upload && visitor.user.is_some() {
            upload(Request::from_parts(parts, body), shop).await?
        } else {
            let bytes = axum::body::to_bytes(body, MOST_TYPED).await.map_err(|_| Problem::TooLarge)?;
            Self { fields: Fields::new(form_urlencoded::parse(&bytes).into_owned())?, files: Vec::new() }
        };
        // Digests of equal length, of a secret that the sender has to know: how long comparing takes says nothing.
        if digest(post.fields.get("csrf")) == digest(&visitor.csrf()) {
            Ok(post)
        } else {
            Err(Problem::Forged)
        }
    }
}

async fn upload(request: Request, shop: &Arc<Shop>) -> Result<Post, Problem> {
    let too_large = |error: axum::extract::multipart::MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        _ => Problem::Unreadable,
    };
    let mut parts = Multipart::from_request(request, shop).await.map_err(|_| Problem::Unreadable)?;
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(too_large)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(too_large)?;
        match file {
            Some(file) if !file.is_empty() || !content.is_empty() => {
                files.push(DocumentFile { name: file, content: content.to_vec() });
            }
            Some(_) => {}
            None => fields.push((name, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    Ok(Post { fields: Fields::new(fields)?, files })
}

/// Finds out who visits, and sees to what every answer has: its headers, and a page for each problem.
pub(crate) async fn greet(
    State(shop): State<Arc<Shop>>,
    jar: CookieJar,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let (visitor, is_new) = match visitor(&shop, &jar, &parts).await {
        Ok(found) => found,
        Err(problem) => return problem.into_response(),
    };
    let is_asset = parts.uri.path().starts_with("/assets/");
    let is_text = !parts.uri.to_string().contains("%00");
    let mut request = Request::from_parts(parts, body);
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    request.extensions_mut().insert(visitor.clone());
    let response = if is_text { next.run(request).await } else { Problem::Unreadable.into_response() };
    let mut response = told(&shop, &visitor, response, is_read);
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", CONTENT_POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !is_asset {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if is_new && !is_asset && !headers.contains_key(header::SET_COOKIE) {
        return (CookieJar::new().add(cookie(&shop, SESSION, visitor.token.clone())), response)
            .into_response();
    }
    response
}

/// A page in the place of a problem.
fn told(shop: &Shop, visitor: &Visitor, response: Response, is_read: bool) -> Response {
    // What axum refuses by itself, such as an unknown page, has no body worth showing.
    let status = response.status();
    let own = response.extensions().get::<Told>().map(|told| told.0);
    let key = match (own, status) {
        (Some("problem-login"), _) if is_read => {
            let back =
                form_urlencoded::Serializer::new(String::new()).append_pair("back", &visitor.path).finish();
            return Redirect::to(&format!("/login?{back}")).into_response();
        }
        (Some(key), _) => key,
        (None, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => "problem-not-found",
        (None, StatusCode::PAYLOAD_TOO_LARGE) => "problem-too-large",
        (None, StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE) => "problem-unreadable",
        _ => return response,
    };
    match shop.pages.render("problem.html", visitor, json!({ "key": key })) {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a problem can't be shown");
            (status, Body::empty()).into_response()
        }
    }
}

async fn visitor(shop: &Shop, jar: &CookieJar, request: &Parts) -> Result<(Visitor, bool), Problem> {
    let sent = jar.get(SESSION).map(|cookie| cookie.value().to_owned());
    let sent = sent.filter(|token| token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let user = match &sent {
        Some(token) if !request.uri.path().starts_with("/assets/") => find(shop, token).await?,
        _ => None,
    };
    let is_new = sent.is_none();
    let token = sent.map_or_else(|| shop.random(), Ok)?;
    let chosen = jar.get(LANGUAGE).map(|cookie| cookie.value());
    let head = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let is_polish = chosen.or(head("accept-language")).is_some_and(|language| language.starts_with("pl"));
    let language = if is_polish { Language::Polish } else { Language::English };
    let query = form_urlencoded::parse(request.uri.query().unwrap_or_default().as_bytes());
    // What is no text is refused before anybody reads it.
    let query = Fields::new(query.into_owned()).unwrap_or_default();
    let said = Some(query.get("said").to_owned()).filter(|key| shop.pages.says(key));
    let from = head("referer").and_then(|from| from.parse::<Uri>().ok());
    let from = from.filter(|from| from.authority().is_some_and(|own| head("host") == Some(own.as_str())));
    // What takes forms alone is no page: the one that the form was on is.
    let page = if request.method.is_safe() { Some(&request.uri) } else { from.as_ref() };
    let path = page.and_then(Uri::path_and_query).map_or("/", |path| own_page(path.as_str())).to_owned();
    Ok((Visitor { token, user, language, path, query, said }, is_new))
}

async fn find(shop: &Shop, token: &str) -> Result<Option<User>, Problem> {
    let Some(session) = shop.records.find::<Session>(&digest(token)).await? else {
        return Ok(None);
    };
    shop.user(&session.user).await
}

/// Begins a session under a fresh token: one that was there before says nothing of it.
pub(crate) async fn log_in(shop: &Shop, user: &User) -> Result<Cookie<'static>, Problem> {
    let token = shop.random()?;
    let expires_at = shop.wall_now().checked_add(SESSION_LASTS).unwrap_or(Timestamp::MAX);
    shop.records.add_until(&digest(&token), &Session { user: user.email.clone() }, expires_at).await?;
    Ok(cookie(shop, SESSION, token))
}

pub(crate) async fn log_out(shop: &Shop, visitor: &Visitor) -> Result<Cookie<'static>, Problem> {
    shop.records.remove::<Session>(&digest(&visitor.token)).await?;
    Ok(cookie(shop, SESSION, shop.random()?))
}

pub(crate) fn language_cookie(shop: &Shop, language: Language) -> Cookie<'static> {
    cookie(shop, LANGUAGE, language.as_str().to_owned())
}

fn cookie(shop: &Shop, name: &'static str, value: String) -> Cookie<'static> {
    let cookie = Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax);
    cookie.secure(shop.is_secure).build()
}

pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A page of ours to go back to, and nobody else's.
pub(crate) fn own_page(asked: &str) -> &str {
    let is_plain = |letter: char| letter.is_ascii() && !letter.is_control() && letter != '\\';
    let is_own = asked.starts_with('/') && !asked.starts_with("//") && asked.chars().all(is_plain);
    if is_own { asked } else { "/" }
}
