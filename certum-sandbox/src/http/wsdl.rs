//! What the SOAP addresses answer to anything but a call: the service's description.

use std::sync::Arc;

use axum::{Router, body::Body, extract::State, routing::get};
use certum_api::wire;
use http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header, uri::Authority};
use url::Url;

use super::{
    bodies::{TEXT, XML, respond},
    soap::{CALL_PATH, WSDL_PATH},
};
use crate::service::Service;

type Shared = State<Arc<Service>>;

/// The methods that the addresses know. Calls never come here.
const ALLOWED: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route(WSDL_PATH, get(describe).fallback(refuse_method))
        .route(CALL_PATH, get(describe_if_asked).fallback(refuse_method))
}

async fn describe(State(service): Shared, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let address = reached_at(&uri, &headers).unwrap_or_else(|| {
        // The base ends in a slash, so that a path can't fail to join.
        service.base.join(CALL_PATH).unwrap_or_else(|_| service.base.clone())
    });
    respond(StatusCode::OK, XML, wire::wsdl(address.as_str()))
}

/// Servers of many makes describe themselves at `?wsdl`.
async fn describe_if_asked(state: Shared, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let names = |parameter: &str| parameter.split('=').next().map(str::to_ascii_lowercase);
    match uri.query().unwrap_or_default().split('&').any(|part| names(part).as_deref() == Some("wsdl")) {
        true => describe(state, uri, headers).await,
        false => respond(StatusCode::NOT_FOUND, TEXT, "post SOAP 1.1 calls here; ?wsdl describes them\n"),
    }
}

async fn refuse_method() -> Response<Body> {
    let text = "post SOAP 1.1 calls here, or get their description\n";
    let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, TEXT, text);
    response.headers_mut().insert(header::ALLOW, ALLOWED);
    response
}

/// Where calls are taken under the name by which the client reached us: through a port that is forwarded, or a
/// name of its own, our own address may lead nowhere. `None` if it names no host, or more than one.
fn reached_at(uri: &Uri, headers: &HeaderMap) -> Option<Url> {
    // A proxy names the host in the request line, which counts then (RFC 9112, section 3.2.2).
    let authority = match uri.authority() {
        Some(authority) => authority.clone(),
        None => {
            let mut hosts = headers.get_all(header::HOST).iter();
            let host = hosts.next().filter(|_| hosts.next().is_none())?;
            Authority::try_from(host.as_bytes()).ok()?
        }
    };
    let url = Url::parse(&format!("http://{authority}{CALL_PATH}")).ok()?;
    let is_host = url.host_str().is_some_and(|host| !host.is_empty()) && !authority.as_str().contains('@');
    (is_host && url.path() == CALL_PATH).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(uri: &'static str, hosts: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_static(host));
        }
        reached_at(&Uri::from_static(uri), &headers).map(String::from)
    }

    #[test]
    fn is_reached_by_any_name_of_a_host() {
        for (host, expected) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080/service/PartnerApi"),
            ("[::1]:8080", "http://[::1]:8080/service/PartnerApi"),
            ("Certum.Example:80", "http://certum.example/service/PartnerApi"),
        ] {
            assert_eq!(reached("/service/PartnerApi", &[host]).as_deref(), Some(expected));
        }
        assert_eq!(
            reached("http://proxied.example:81/service/PartnerApi", &["other.example"]).as_deref(),
            Some("http://proxied.example:81/service/PartnerApi")
        );
    }

    #[test]
    fn what_is_no_host_reaches_nothing() {
        for host in
            ["", "a b", "a.example/x", "a@b.example", "a.example:99999", "a\"><b", "a&b<", "[::1", ":80", "?"]
        {
            assert_eq!(reached("/", &[host]), None, "{host}");
        }
        assert_eq!(reached("/", &[]), None);
        assert_eq!(reached("/", &["a.example", "b.example"]), None);
    }
}
