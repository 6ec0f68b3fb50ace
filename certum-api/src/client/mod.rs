//! The HTTP client.

mod builder;
mod http;
mod observer;
mod rate_limit;
mod retry;
mod spelling;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until};
use tracing::{Instrument, Span, field};
use url::Url;

pub use builder::{BuildError, ClientBuilder, Environment};
use http::Http;
use observer::Observed;
pub use observer::{Direction, ExchangeObserver, Message};
use rate_limit::Bucket;
pub use rate_limit::RateLimit;
pub use retry::{Randomness, RetryPolicy};
pub use spelling::JurisdictionSpelling;
use transport::post_within;
pub use transport::{Transport, TransportAnswer, TransportError, TransportRequest};

use crate::api::Reply;
use crate::error::{Error, ErrorKind, Refusal};
use crate::types::{Credentials, RequestHeader};
use crate::wire::{self, Answer, Operation};

/// A client of one reseller account. Cloning it is cheap and shares its connections.
///
/// # Expected flow
/// Build it once, and [`call`](Self::call) one operation after another or many at a time.
///
/// # Guarantees
/// - A request is sent at most once: no layer repeats it, follows a redirect with it, or keeps it for later. Reads
///   alone are sent again, and only with a [`RetryPolicy`].
/// - A call ends within its total deadline, whatever it waits for.
/// - No error, log line or `Debug` output holds the password, a CSR or the text of an answer.
/// - TLS certificates are always checked.
///
/// A [`Transport`] of somebody else's is asked for its part of this.
///
/// # Caveats
/// A call can be cancelled by dropping its future, at any point and without harm to the client: the connection is
/// closed or goes back, and a place under the rate limit that was waited for stays used. What the CA does with a
/// request that was sent already is not cancelled. For anything but a read that is an unknown outcome, like a
/// time-out.
///
/// # Logs
/// Each call is a `tracing` span `certum_call` with the fields `operation`, `attempts`, `duration_ms`, `outcome`
/// (`success`, or [`ErrorKind::name`]) and `codes`, those that the CA reported.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

/// Stands for a total deadline that is too far away for a clock to tell.
const LONGEST_CALL: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Documents that carry an answer come with one of these: a fault comes with the second.
const OK: u16 = 200;
const INTERNAL_SERVER_ERROR: u16 = 500;

struct Inner {
    wire: Wire,
    endpoint: Url,
    credentials: Credentials,
    response_limit: usize,
    total_timeout: Duration,
    jurisdiction_spelling: JurisdictionSpelling,
    bucket: Option<Bucket>,
    retry: Option<RetryPolicy>,
    observer: Observed,
}

/// What requests leave by.
enum Wire {
    Http(Http),
    Custom(Arc<dyn Transport>),
}

impl Client {
    /// Sets up a client.
    #[must_use]
    pub fn builder(environment: Environment, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(environment, credentials)
    }

    fn from_builder(builder: ClientBuilder, endpoint: Url) -> Result<Self, BuildError> {
        let wire = match builder.transport.0.clone() {
            Some(transport) => Wire::Custom(transport),
            None => Wire::Http(Http::new(&builder)?),
        };
        let inner = Inner {
            wire,
            endpoint,
            credentials: builder.credentials,
            response_limit: builder.response_limit,
            total_timeout: builder.total_timeout,
            jurisdiction_spelling: builder.jurisdiction_spelling,
            bucket: builder.rate_limit.map(|limit| Bucket::new(limit, Instant::now())),
            retry: builder.retry,
            observer: builder.observer,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The account that calls are made for.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.inner.credentials
    }

    /// How long a whole call may take.
    #[must_use]
    pub fn total_timeout(&self) -> Duration {
        self.inner.total_timeout
    }

    /// Makes one call.
    ///
    /// # Errors
    /// The error says what went wrong, with every code that the CA reported, and through [`Error::retry`]
    /// whether the call may be made again.
    pub async fn call<O: Operation>(&self, operation: &O) -> Result<O::Response, Error> {
        self.call_for_reply(operation).await.map(|reply| reply.response)
    }

    /// Makes one call, and answers with the answer's header, too.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub async fn call_for_reply<O: Operation>(&self, operation: &O) -> Result<Reply<O::Response>, Error> {
        let span = tracing::debug_span!(
            "certum_call",
            operation = O::NAME,
            attempts = field::Empty,
            duration_ms = field::Empty,
            outcome = field::Empty,
            codes = field::Empty,
        );
        let started = Instant::now();
        let outcome = self.attempt_until(started, operation).instrument(span.clone()).await;
        record(&span, started.elapsed(), &outcome);
        outcome
    }

    /// Sends the request, and again where that is harmless and wanted, until the deadline.
    async fn attempt_until<O: Operation>(
        &self,
        started: Instant,
        operation: &O,
    ) -> Result<Reply<O::Response>, Error> {
        let failed = |kind, attempt| Error::new(O::NAME, O::EFFECT, kind).after_attempts(attempt);
        let header = RequestHeader::from(self.credentials());
        let document =
            wire::encode_request(&header, operation).map_err(|error| failed(ErrorKind::Request(error), 1))?;
        let document = Bytes::from(self.inner.jurisdiction_spelling.apply(document));
        let deadline = started
            .checked_add(self.inner.total_timeout)
            .or_else(|| started.checked_add(LONGEST_CALL))
            .unwrap_or(started);
        let mut attempt = 1;
        loop {
            Span::current().record("attempts", attempt);
            let outcome = match self.wait_for_place(deadline).await {
                Ok(()) => self.exchange::<O>(document.clone(), attempt, deadline).await,
                Err(kind) => Err(kind),
            };
            let error = match outcome {
                Ok(reply) => return Ok(reply),
                Err(kind) => failed(kind, attempt),
            };
            let delay =
                self.inner.retry.as_ref().and_then(|policy| policy.delay_after(attempt, O::EFFECT, &error));
            match delay.and_then(|delay| Instant::now().checked_add(delay)) {
                Some(next) if next < deadline => {
                    tracing::debug!(%error, attempt, "sending the read again");
                    sleep_until(next).await;
                    attempt += 1;
                }
                _ => return Err(error),
            }
        }
    }

    /// Waits for a place under the rate limit.
    async fn wait_for_place(&self, deadline: Instant) -> Result<(), ErrorKind> {
        let Some(bucket) = &self.inner.bucket else { return Ok(()) };
        let now = Instant::now();
        let usable_at = bucket.take(now, deadline).ok_or(ErrorKind::RateLimited)?;
        if usable_at > now {
            sleep_until(usable_at).await;
        }
        Ok(())
    }

    async fn exchange<O: Operation>(
        &self,
        document: Bytes,
        attempt: u32,
        deadline: Instant,
    ) -> Result<Reply<O::Response>, ErrorKind> {
        let observer = &self.inner.observer;
        observer.message(O::NAME, attempt, Direction::Request, &document);
        let answer = self.post(O::NAME, document, deadline).await?;
        let TransportAnswer { status, body } = answer;
        observer.message(O::NAME, attempt, Direction::Response { status }, &body);
        // A fault comes with HTTP 500; what else comes with it is no answer.
        if status != OK && status != INTERNAL_SERVER_ERROR {
            return Err(ErrorKind::Status(status));
        }
        match wire::decode_response::<O>(&body) {
            Ok(Answer::Fault(fault)) => Err(ErrorKind::Fault(fault)),
            _ if status != OK => Err(ErrorKind::Status(status)),
            Ok(Answer::Success { header, response }) => Ok(Reply::new(header, response)),
            Ok(Answer::Failure(header)) if header.is_credentials_refused() => Err(ErrorKind::Credentials),
            Ok(Answer::Failure(header)) => Err(ErrorKind::Refused(Refusal::new(header))),
            Err(error) => Err(ErrorKind::Answer(error)),
        }
    }

    async fn post(
        &self,
        operation: &'static str,
        document: Bytes,
        deadline: Instant,
    ) -> Result<TransportAnswer, ErrorKind> {
        let Inner { wire, endpoint, response_limit, total_timeout, .. } = &*self.inner;
        let timeout = deadline.saturating_duration_since(Instant::now());
        let request = TransportRequest::new(endpoint, operation, document, timeout, *response_limit);
        let answer = match wire {
            // It keeps to the deadline by itself.
            Wire::Http(http) => http.post(request).await,
            Wire::Custom(transport) => {
                let deadline = (*total_timeout < LONGEST_CALL).then_some(deadline);
                post_within(deadline, &**transport, request).await
            }
        };
        answer.map_err(|error| match error {
            TransportError::NotSent(source) => ErrorKind::Connect(source),
            TransportError::Unknown(source) => ErrorKind::Interrupted(source),
            TransportError::TooLarge => ErrorKind::TooLarge { limit: *response_limit },
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.inner.endpoint.as_str())
            .field("credentials", &self.inner.credentials)
            .finish_non_exhaustive()
    }
}

/// Puts the outcome of a call into its span.
fn record<T>(span: &Span, duration: Duration, outcome: &Result<T, Error>) {
    span.record("duration_ms", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    let Err(error) = outcome else {
        span.record("outcome", "success");
        span.in_scope(|| tracing::debug!("carried out"));
        return;
    };
    span.record("outcome", error.kind().name());
    let codes: Vec<_> = error.reported().iter().map(|reported| reported.code.number()).collect();
    if !codes.is_empty() {
        span.record("codes", field::debug(codes));
    }
    span.in_scope(|| tracing::debug!(%error, retry = ?error.retry(), "not carried out"));
}
