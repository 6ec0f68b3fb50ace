//! The port through which requests leave, and what else than the crate's own HTTP may stand behind it.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Carries one request to the CA and its answer back. The crate brings HTTP; an embedder with an HTTP stack of its
/// own, or with a service in the same process, brings another by [`ClientBuilder::transport`].
///
/// The client does the same with each: it encodes, limits, decodes, tells errors apart, sends reads again, shows the
/// documents to an observer. A transport knows bytes alone.
///
/// # Expected flow
/// `post` is an HTTP `POST` of the document to the endpoint, with the [headers](TransportRequest::HEADERS), whose
/// status and whole body come back. Which status it is makes no error.
///
/// # Guarantees asked for
/// - One call sends at most one request: it is not repeated, redirected, or kept for later. It may be a purchase.
/// - [`TransportError::NotSent`] is for what can't have reached the CA, not even in part. In doubt it is
///   [`TransportError::Unknown`]: a wrong `NotSent` makes whoever calls buy twice.
/// - An error says nothing of the document, which holds the password.
///
/// # Deadlines and limits
/// The client drops `post` when the call's deadline is over, and refuses a body past the limit. A transport that ends
/// earlier by itself, at [`TransportRequest::timeout`] and [`TransportRequest::response_limit`], spares memory and
/// connections. One that answers without waiting needs no runtime; one that waits needs tokio's timer for the
/// deadline, unless [`total_timeout`](super::ClientBuilder::total_timeout) is a year or more. A rate limit and a policy of
/// retries wait by that timer, too, whatever the transport.
///
/// [`ClientBuilder::transport`]: super::ClientBuilder::transport
///
/// # Example
/// ```
/// use certum_api::{Client, Credentials, Environment};
/// use certum_api::{Transport, TransportAnswer, TransportError, TransportRequest};
///
/// struct Unplugged;
///
/// #[async_trait::async_trait]
/// impl Transport for Unplugged {
///     async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError> {
///         println!("POST {} ({} bytes)", request.endpoint, request.document.len());
///         Err(TransportError::NotSent("unplugged".into()))
///     }
/// }
///
/// let client = Client::builder(Environment::Test, Credentials::new("reseller", "password"))
///     .transport(Unplugged)
///     .build()?;
/// # let _ = client;
/// # Ok::<_, certum_api::BuildError>(())
/// ```
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request, and waits for the answer.
    ///
    /// # Errors
    /// If there is no answer, and whether the request can have reached the CA.
    async fn post(&self, request: TransportRequest<'_>) -> Result<TransportAnswer, TransportError>;
}

/// A request to carry. Its `Debug` leaves out the document, which holds the password.
#[derive(Clone)]
#[non_exhaustive]
pub struct TransportRequest<'a> {
    /// Where to.
    pub endpoint: &'a Url,
    /// The operation that it asks for; for logs and the like.
    pub operation: &'static str,
    /// The body.
    pub document: Bytes,
    /// How long the call has left.
    pub timeout: Duration,
    /// The largest answer that the client takes, in bytes.
    pub response_limit: usize,
}

impl TransportRequest<'_> {
    /// The headers that tell what the body is.
    pub const HEADERS: [(&'static str, &'static str); 2] =
        [("content-type", "text/xml; charset=utf-8"), ("soapaction", "\"\"")];
}

impl<'a> TransportRequest<'a> {
    /// A request as the client makes them, for whoever tests a transport.
    #[must_use]
    pub fn new(
        endpoint: &'a Url,
        operation: &'static str,
        document: impl Into<Bytes>,
        timeout: Duration,
        response_limit: usize,
    ) -> Self {
        Self { endpoint, operation, document: document.into(), timeout, response_limit }
    }
}

impl fmt::Debug for TransportRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportRequest")
            .field("endpoint", &self.endpoint.as_str())
            .field("operation", &self.operation)
            .field("timeout", &self.timeout)
            .field("response_limit", &self.response_limit)
            .finish_non_exhaustive()
    }
}

/// An answer that came back whole. Its `Debug` leaves out the body, which may hold a code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

impl TransportAnswer {
    /// An answer with that HTTP status.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into() }
    }
}

impl fmt::Debug for TransportAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why no answer came back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The request can't have reached the CA: [`ErrorKind::Connect`](crate::ErrorKind::Connect).
    #[error("the request was not sent")]
    NotSent(#[source] Box<dyn StdError + Send + Sync>),
    /// The request may have reached the CA: [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted).
    #[error("what became of the request is not known")]
    Unknown(#[source] Box<dyn StdError + Send + Sync>),
    /// The answer is larger than the limit: [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge).
    #[error("the answer is too large")]
    TooLarge,
}

/// The transport that a client was given, if it was given one.
#[derive(Clone, Default)]
pub(super) struct Custom(pub(super) Option<Arc<dyn Transport>>);

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "[transport]" } else { "[HTTP]" })
    }
}

/// Posts by somebody else's transport, and keeps what the client promises whatever that one does. Without a deadline
/// no timer is needed, nor is one as long as the transport doesn't wait.
pub(super) async fn post_within(
    deadline: Option<Instant>,
    transport: &dyn Transport,
    request: TransportRequest<'_>,
) -> Result<TransportAnswer, TransportError> {
    let limit = request.response_limit;
    let mut posting = transport.post(request);
    let answered = match poll_fn(|context| Poll::Ready(posting.as_mut().poll(context))).await {
        Poll::Ready(answered) => answered,
        Poll::Pending => match deadline {
            Some(deadline) => timeout_at(deadline, posting)
                .await
                .unwrap_or_else(|elapsed| Err(TransportError::Unknown(elapsed.into()))),
            None => posting.await,
        },
    };
    answered.and_then(|answer| match answer.body.len() <= limit {
        true => Ok(answer),
        false => Err(TransportError::TooLarge),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_the_documents_out_of_what_is_shown() {
        let endpoint = "https://ca.example.com/".parse().unwrap();
        let document = "<password>s3cret</password>";
        let request = TransportRequest::new(&endpoint, "quickOrder", document, Duration::from_secs(30), 4096);
        let shown = format!("{request:?}");
        assert!(shown.contains("quickOrder") && !shown.contains("s3cret"), "{shown}");
        let shown = format!("{:?}", TransportAnswer::new(200, "<code>c0de</code>"));
        assert!(shown.contains("200") && !shown.contains("c0de"), "{shown}");
    }
}
