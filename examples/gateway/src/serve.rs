//! From a request to a route's answer: who calls, what they may, what they send, and whether they sent it before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawPathParams, State};
use axum::http::{HeaderMap, HeaderValue, Method, Request, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use cert_domain::Language;
use cert_lifecycle::Role;
use tokio::time::timeout;

use crate::call::{Call, Caller, Manner, read_query};
use crate::gateway::Gateway;
use crate::idempotency::{Beginning, Key, Once};
use crate::problem::Problem;
use crate::route::{Access, Route};
use crate::token::{self, Scope, Token};

/// How long the smallest body may take to arrive, and how many bytes of larger ones have to come each second besides: one
/// megabit.
const SENDING: Duration = Duration::from_secs(20);
const SLOWEST: usize = 128 * 1024;
/// How long a call may take. What takes longer goes on, and is answered to whoever asks again with the same key.
const WORKING: Duration = Duration::from_secs(60);
/// Says that an answer was given before.
const REPLAYED: &str = "idempotent-replayed";

/// Serves routes.
pub(crate) fn router(gateway: Arc<Gateway>, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in routes {
        let filter = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let (path, route) = (route.path.clone(), Arc::new(route));
        let handler = move |gateway: State<Arc<Gateway>>, parameters: RawPathParams, request| {
            answer(gateway.0, route.clone(), parameters, request)
        };
        router = router.route(&path, on(filter, handler));
    }
    router
        .fallback(|headers: HeaderMap| async move { Problem::NotFound.answer(preferred(&headers)) })
        .method_not_allowed_fallback(|headers: HeaderMap| async move {
            Problem::MethodNotAllowed.answer(preferred(&headers))
        })
        .with_state(gateway)
}

/// A call's answer, counted.
async fn answer(
    gateway: Arc<Gateway>,
    route: Arc<Route>,
    parameters: RawPathParams,
    request: Request<Body>,
) -> Response {
    let began = Instant::now();
    let asked = read_query::<Manner>(request.uri());
    let said = asked.as_ref().ok().and_then(|manner| manner.language);
    let language = said.unwrap_or_else(|| preferred(request.headers()));
    let parameters = parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let answered = match asked {
        Ok(Manner { role, .. }) => {
            let role = role.unwrap_or(Role::Customer);
            call(&gateway, &route, parameters, role, language, request).await
        }
        Err(problem) => Err(problem),
    };
    let mut response = answered.unwrap_or_else(|problem| problem.answer(language));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let status = response.status().as_u16();
    gateway.metrics.answered(route.method.as_str(), &route.path, status, began.elapsed());
    response
}

async fn call(
    gateway: &Arc<Gateway>,
    route: &Arc<Route>,
    parameters: Vec<(String, String)>,
    role: Role,
    language: Language,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = match route.access {
        Access::Open => Caller { host: String::new(), scopes: Default::default(), token: String::new() },
        Access::Token | Access::Scope(_) => caller(gateway, request.headers()).await?,
    };
    if let Access::Scope(scope) = route.access
        && !caller.scopes.contains(&scope)
    {
        return Err(Problem::Forbidden(scope));
    }
    if role == Role::Reseller && route.access != Access::Open && !caller.scopes.contains(&Scope::Admin) {
        return Err(Problem::Forbidden(Scope::Admin));
    }
    let (parts, body) = request.into_parts();
    let is_json = is_json(&parts.headers);
    let key_text = parts.headers.get("idempotency-key").filter(|_| route.is_write());
    let key_text = key_text.map(|value| value.to_str().unwrap_or_default().to_owned());
    // Whoever says how much it is hears at once that it is too much.
    let length =
        parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > route.most) {
        return Err(Problem::TooLarge);
    }
    let body = read(body, route.most).await?;
    let key = key_text
        .map(|text| {
            let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
            Key::new(&caller.token, &text, &[parts.method.as_str().as_bytes(), target.as_bytes(), &body])
        })
        .transpose()?;
    let call = Call {
        gateway: gateway.clone(),
        caller,
        uri: parts.uri,
        parameters,
        role,
        language,
        is_json,
        body,
        once: Once::default(),
    };
    // In a task of its own: whoever hangs up stops nothing in the middle.
    let work = tokio::spawn(work(route.clone(), call, key));
    match timeout(WORKING, work).await {
        Ok(Ok(done)) => done,
        Ok(Err(error)) => Err(Problem::Internal(error.to_string())),
        Err(_) => Err(Problem::TimedOut),
    }
}

/// A body, if it is not too large and arrives in time.
async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    let patience = SENDING + Duration::from_secs((most / SLOWEST) as u64);
    match timeout(patience, to_bytes(body, most)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Problem::TooLarge),
        Err(_) => Err(Problem::TooSlow),
    }
}

/// Carries a call out, unless it was before.
async fn work(route: Arc<Route>, mut call: Call, key: Option<Key>) -> Result<Response, Problem> {
    let Some(key) = key.map(Arc::new) else { return Ok((route.handler)(call).await?.into_response()) };
    let gateway = call.gateway.clone();
    let records = &gateway.records;
    match key.begin(records).await? {
        Beginning::Fresh(once) => call.once = once,
        Beginning::Before(reply) => {
            let mut response = reply.into_response();
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
    }
    let done = tokio::select! {
        done = (route.handler)(call) => done,
        never = key.go_on(records) => match never {},
    };
    if key.end(records, done.as_ref()).await.is_err() {
        // Whoever waits for it is answered all the same.
        tracing::warn!("an answer can't be kept");
    }
    Ok(done?.into_response())
}

async fn caller(gateway: &Gateway, headers: &HeaderMap) -> Result<Caller, Problem> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = said.and_then(|said| said.split_once(' ')).ok_or(Problem::Unauthorized)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Problem::Unauthorized);
    }
    let known: Option<Token> = gateway.records.find(&token::hash(token)).await?;
    let Token { host, scopes, .. } = known.ok_or(Problem::Unauthorized)?;
    Ok(Caller { host, scopes, token: token.to_owned() })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The language that `Accept-Language` names first, of those that we speak.
fn preferred(headers: &HeaderMap) -> Language {
    let said = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = said.split(',').filter_map(|tag| tag.split([';', '-']).next());
    let mut known = tags.filter_map(|tag| tag.trim().to_ascii_lowercase().parse().ok());
    known.next().unwrap_or(Language::English)
}

/// What a method is called in a description.
pub(crate) fn verb(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use futures::stream::iter;

    use super::*;

    /// A body that comes a megabyte at a time.
    fn slow(megabytes: usize, pause: Duration) -> Body {
        let parts = iter(0..megabytes).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, std::io::Error>(vec![0; 1024 * 1024])
        });
        Body::from_stream(parts)
    }

    #[tokio::test(start_paused = true)]
    async fn waits_for_a_body_by_its_size() {
        const MOST: usize = 45 * 1024 * 1024;
        let arrived = read(slow(40, Duration::from_secs(8)), MOST).await.unwrap();
        assert_eq!(arrived.len(), 40 * 1024 * 1024);
        let problem = read(slow(40, Duration::from_secs(11)), MOST).await.unwrap_err();
        assert!(matches!(problem, Problem::TooSlow), "{problem:?}");
        let problem = read(slow(1, Duration::from_secs(60)), 64 * 1024).await.unwrap_err();
        assert!(matches!(problem, Problem::TooSlow), "a small one has less time: {problem:?}");
        let problem = read(slow(3, Duration::ZERO), 64 * 1024).await.unwrap_err();
        assert!(matches!(problem, Problem::TooLarge), "{problem:?}");
    }
}
