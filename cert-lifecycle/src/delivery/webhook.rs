//! Facts and messages to a web address, signed.

mod outside;
mod signature;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Client, StatusCode, Url};
use serde::Serialize;

use self::outside::{OutsideOnly, is_inner_address};
pub use self::signature::{
    EVENT_ID_HEADER, SIGNATURE_HEADER, SignatureError, TIMESTAMP_HEADER, WeakSecret, WebhookSecret, verify,
};
use super::loopback::is_loopback;
use super::{Deliver, Delivery, DeliveryId, Fact, Message};
use crate::{Clock, SystemClock};

/// How long a whole exchange may take, and the connection by itself.
const TIMEOUT: Duration = Duration::from_secs(15);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The largest body that is sent.
const MAX_BODY: usize = 1 << 20;

/// The longest wait that a receiver can ask for: a mistake there shall not silence us for good.
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(24);

/// Posts facts, and messages for whoever writes to people himself, to one web address.
///
/// The body is JSON: `{"id", "kind", "occurred_at", "data"}` for a fact; for a message `{"id", "kind": "message",
/// "message"}`. The headers [`EVENT_ID_HEADER`], [`TIMESTAMP_HEADER`] and [`SIGNATURE_HEADER`] come with it. The
/// signature is `v1=` and HMAC-SHA-256 in hexadecimal over the timestamp, a dot and the body; with several secrets
/// there are several, with commas between them. [`verify`] is the receiver's side.
///
/// # Expected flow
/// [`builder`](Self::builder), then [`deliver`](Deliver::deliver) for each thing. To change the secret: add the new
/// one as a second secret here, let the receiver change over, and drop the old one.
///
/// # Guarantees
/// - Nothing goes to another machine without TLS and a certificate that verifies; redirects are not followed.
/// - Each try is signed anew, at its own time, so that a receiver can refuse what is old.
/// - 2xx is `Delivered`. 429, 408, 5xx and no clear answer are `Later`, after as long as `Retry-After` says, up to a
///   day. 410, all other 4xx and permanent redirects are `Never`; temporary redirects are `Later`.
/// - What a receiver sends back in its body is not read.
///
/// # Assumptions
/// The address is the reseller's choice, not a customer's: addresses of inner networks are not refused, unless
/// [`outside_only`](WebhookDeliveryBuilder::outside_only) says so.
///
/// # Caveats
/// The signature doesn't cover the headers. Receivers take the identifier from the body, to recognise what comes twice.
#[derive(Clone)]
pub struct WebhookDelivery {
    http: Client,
    url: Url,
    secrets: Vec<WebhookSecret>,
    max_body: usize,
    clock: Arc<dyn Clock>,
}

impl WebhookDelivery {
    /// Settings for an address, and the secret that its owner knows.
    #[must_use]
    pub fn builder(url: impl Into<String>, secret: WebhookSecret) -> WebhookDeliveryBuilder {
        WebhookDeliveryBuilder {
            url: url.into(),
            secrets: vec![secret],
            roots: Vec::new(),
            timeout: TIMEOUT,
            max_body: MAX_BODY,
            outside_only: false,
            clock: Arc::new(SystemClock),
        }
    }

    async fn post(&self, id: &DeliveryId, what: &impl Serialize) -> Delivery {
        let body = match serde_json::to_vec(what) {
            Ok(body) => body,
            Err(_) => return Delivery::never("it can't be written as JSON"),
        };
        if body.len() > self.max_body {
            return Delivery::never(format!(
                "it has {} bytes, and {} may be sent",
                body.len(),
                self.max_body
            ));
        }
        let now = self.clock.now();
        let timestamp = now.as_second();
        let sent = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(EVENT_ID_HEADER, id.as_str())
            .header(TIMESTAMP_HEADER, timestamp)
            .header(SIGNATURE_HEADER, signature::sign(&self.secrets, timestamp, &body))
            .body(body)
            .send()
            .await;
        match sent {
            Ok(response) => outcome(response.status(), response.headers(), now),
            Err(error) if error.is_timeout() => Delivery::later("the receiver took too long"),
            Err(error) if error.is_connect() => Delivery::later("the receiver can't be reached"),
            Err(_) => Delivery::later("the receiver gave no answer"),
        }
    }
}

#[async_trait]
impl Deliver<Fact> for WebhookDelivery {
    async fn deliver(&self, fact: &Fact) -> Delivery {
        self.post(&fact.id, fact).await
    }
}

#[async_trait]
impl Deliver<Message> for WebhookDelivery {
    async fn deliver(&self, message: &Message) -> Delivery {
        #[derive(Serialize)]
        struct Envelope<'a> {
            id: &'a DeliveryId,
            kind: &'static str,
            message: &'a Message,
        }
        self.post(&message.id, &Envelope { id: &message.id, kind: "message", message }).await
    }
}

fn outcome(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Delivery {
    let reason = format!("the receiver answered {}", status.as_u16());
    let is_later = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::FOUND
                | StatusCode::SEE_OTHER
                | StatusCode::TEMPORARY_REDIRECT
        );
    if status.is_success() {
        Delivery::Delivered
    } else if is_later {
        Delivery::Later { reason, wait: wait(headers, now) }
    } else {
        Delivery::Never { reason }
    }
}

/// What `Retry-After` says: seconds, or a date (RFC 9110, section 10.2.3).
fn wait(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit mean "longer than the limit" as well.
        text.parse().map_or(MAX_WAIT, SignedDuration::from_secs)
    } else {
        DateTimeParser::new().parse_timestamp(text).ok()?.duration_since(now)
    };
    Some(wait.clamp(SignedDuration::ZERO, MAX_WAIT))
}

impl fmt::Debug for WebhookDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path or the query may hold what only the receiver should know.
        let host = self.url.host_str().unwrap_or_default();
        f.debug_struct("WebhookDelivery").field("host", &host).finish_non_exhaustive()
    }
}

/// Settings of a [`WebhookDelivery`].
#[derive(Clone)]
pub struct WebhookDeliveryBuilder {
    url: String,
    secrets: Vec<WebhookSecret>,
    roots: Vec<Vec<u8>>,
    timeout: Duration,
    max_body: usize,
    outside_only: bool,
    clock: Arc<dyn Clock>,
}

impl WebhookDeliveryBuilder {
    /// One more secret to sign with, while the receiver changes over.
    #[must_use]
    pub fn secret(mut self, secret: WebhookSecret) -> Self {
        self.secrets.push(secret);
        self
    }

    /// One more root to trust, in PEM, beside those of the system. No test of this crate has such a receiver yet.
    #[must_use]
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// How long an exchange may take. Default: 15 seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The largest body to send, in bytes. Default: 1 MiB.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Reaches neither this machine nor inner networks, whatever the address's name leads to: for addresses that others choose.
    #[must_use]
    pub fn outside_only(mut self) -> Self {
        self.outside_only = true;
        self
    }

    /// What dates the signatures. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the settings. Nothing is connected yet.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn build(self) -> Result<WebhookDelivery, WebhookConfigError> {
        let url: Url = self.url.parse().map_err(|_| WebhookConfigError::Url)?;
        let host = url.host_str().ok_or(WebhookConfigError::Url)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(WebhookConfigError::Unprotected),
            _ => return Err(WebhookConfigError::Url),
        }
        if self.outside_only && (is_loopback(host) || is_inner_address(host)) {
            return Err(WebhookConfigError::Inside);
        }
        let mut roots = Vec::new();
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem).map_err(|_| WebhookConfigError::Root)?;
            if found.is_empty() {
                return Err(WebhookConfigError::Root);
            }
            roots.extend(found);
        }
        let mut http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT.min(self.timeout))
            .timeout(self.timeout)
            .https_only(url.scheme() == "https")
            .user_agent(concat!("cert-lifecycle/", env!("CARGO_PKG_VERSION")))
            .no_proxy();
        if self.outside_only {
            http = http.dns_resolver(OutsideOnly);
        }
        if !roots.is_empty() {
            http = http.tls_certs_merge(roots);
        }
        let http = http.build().map_err(|_| WebhookConfigError::Tls)?;
        Ok(WebhookDelivery { http, url, secrets: self.secrets, max_body: self.max_body, clock: self.clock })
    }
}

impl fmt::Debug for WebhookDeliveryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookDeliveryBuilder")
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the settings of a [`WebhookDelivery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookConfigError {
    /// The address can't be read.
    #[error("this is no web address")]
    Url,
    /// TLS is switched off for another machine.
    #[error("facts go to another machine over https alone")]
    Unprotected,
    /// The address is of this machine or an inner network, and may not be.
    #[error("the address is not on the internet")]
    Inside,
    /// A root certificate can't be read.
    #[error("a root certificate is not PEM")]
    Root,
    /// TLS can't be set up.
    #[error("TLS can't be set up")]
    Tls,
}
