//! The HTTP client.

mod builder;

use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use tracing::Instrument;
use url::Url;

pub use builder::{BuildError, ClientBuilder, Environment};

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
/// - A request is sent at most once: no layer repeats it, follows a redirect with it, or keeps it for later.
/// - No error, log line or `Debug` output holds the password, a CSR or the text of an answer.
/// - TLS certificates are always checked.
///
/// # Caveats
/// Dropping the future of a call abandons the exchange; the CA may still carry it out. For anything but a
/// read that is an unknown outcome, like a time-out.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    endpoint: Url,
    credentials: Credentials,
    response_limit: usize,
}

impl Client {
    /// Sets up a client.
    #[must_use]
    pub fn builder(environment: Environment, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(environment, credentials)
    }

    fn from_builder(builder: ClientBuilder, endpoint: Url) -> Result<Self, BuildError> {
        let http = reqwest::Client::builder()
            .connect_timeout(builder.connect_timeout)
            .read_timeout(builder.read_timeout)
            .timeout(builder.total_timeout)
            .user_agent(builder.user_agent)
            // A redirected purchase would be a second one.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // The environment's proxy variables are not this library's to read.
            .no_proxy()
            .build()
            .map_err(|error| BuildError::Http(error.into()))?;
        let inner = Inner {
            http,
            endpoint,
            credentials: builder.credentials,
            response_limit: builder.response_limit,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The account that calls are made for.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.inner.credentials
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
        let span = tracing::debug_span!("certum_call", operation = O::NAME);
        let outcome = self.exchange(operation).instrument(span.clone()).await;
        let outcome = outcome.map_err(|kind| Error::new(O::NAME, O::EFFECT, kind));
        span.in_scope(|| match &outcome {
            Ok(_) => tracing::debug!("carried out"),
            Err(error) => tracing::debug!(%error, retry = ?error.retry(), "not carried out"),
        });
        outcome
    }

    async fn exchange<O: Operation>(&self, operation: &O) -> Result<Reply<O::Response>, ErrorKind> {
        let header = RequestHeader::from(self.credentials());
        let document = wire::encode_request(&header, operation).map_err(ErrorKind::Request)?;
        let response = self
            .inner
            .http
            .post(self.inner.endpoint.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"))
            .header(HeaderName::from_static("soapaction"), HeaderValue::from_static("\"\""))
            .body(document)
            .send()
            .await
            .map_err(transport)?;
        let status = response.status();
        let body = self.read_body(response).await?;
        // A fault comes with HTTP 500; what else comes with it is no answer.
        if status != reqwest::StatusCode::OK && status != reqwest::StatusCode::INTERNAL_SERVER_ERROR {
            return Err(ErrorKind::Status(status.as_u16()));
        }
        match wire::decode_response::<O>(&body) {
            Ok(Answer::Fault(fault)) => Err(ErrorKind::Fault(fault)),
            _ if status != reqwest::StatusCode::OK => Err(ErrorKind::Status(status.as_u16())),
            Ok(Answer::Success { header, response }) => Ok(Reply::new(header, response)),
            Ok(Answer::Failure(header)) if header.is_credentials_refused() => Err(ErrorKind::Credentials),
            Ok(Answer::Failure(header)) => Err(ErrorKind::Refused(Refusal::new(header))),
            Err(error) => Err(ErrorKind::Answer(error)),
        }
    }

    async fn read_body(&self, mut response: reqwest::Response) -> Result<BytesMut, ErrorKind> {
        let limit = self.inner.response_limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(ErrorKind::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
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

fn transport(error: reqwest::Error) -> ErrorKind {
    let error = error.without_url();
    if error.is_connect() { ErrorKind::Connect(error.into()) } else { ErrorKind::Interrupted(error.into()) }
}
