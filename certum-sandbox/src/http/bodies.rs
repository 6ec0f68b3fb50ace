//! Bodies, and the answers made of them.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Frame;
use serde_json::Value;
use tokio::time::{Sleep, sleep};

/// In how many pieces a slow body comes.
const PIECES: usize = 8;

pub(super) const XML: HeaderValue = HeaderValue::from_static("text/xml; charset=utf-8");
pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(super) const PEM: HeaderValue = HeaderValue::from_static("application/x-pem-file");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer with a body of that type.
pub(super) fn respond(status: StatusCode, kind: HeaderValue, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

pub(super) fn json(status: StatusCode, value: &Value) -> Response<Body> {
    respond(status, JSON, format!("{value}\n"))
}

/// A body that comes in pieces, with a pause before each.
pub(super) struct SlowBody {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl SlowBody {
    pub(super) fn new(body: Bytes, pause: Duration) -> Self {
        let piece = body.len().div_ceil(PIECES).max(1);
        Self { rest: body, piece, pause, waiting: Box::pin(sleep(pause)) }
    }
}

impl hyper::body::Body for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        std::task::ready!(self.waiting.as_mut().poll(context));
        let length = self.piece.min(self.rest.len());
        let piece = self.rest.split_to(length);
        let pause = self.pause;
        self.waiting.set(sleep(pause));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_slow_body_comes_whole_in_pieces() {
        let mut body = SlowBody::new(Bytes::from_static(b"0123456789"), Duration::from_millis(1));
        let mut pieces = Vec::new();
        while let Some(frame) = body.frame().await {
            pieces.push(frame.unwrap().into_data().unwrap());
        }
        assert_eq!(pieces.len(), 5);
        assert_eq!(pieces.concat(), b"0123456789");
    }
}
