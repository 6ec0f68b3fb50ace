//! The SOAP endpoint: one call from its bytes to its answer, with the faults of the plan on the way.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use certum_api::wire::{self, DecodeError};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::{sync::oneshot, task::JoinSet};

use super::{
    bodies::{SlowBody, TEXT, XML, respond},
    envelope,
    listener::Hangup,
};
use crate::{
    calls::CallOutcome,
    faults::{FaultKind, FaultPoint},
    operations::{self, CLIENT, Reply, SERVER, shorten},
    service::Service,
};

/// The largest request that is read: `verifyOrder` carries files of 30 MB, in base64.
const MAX_REQUEST: usize = 48 << 20;

/// How much more than that is taken in and thrown away. A client that is still sending would miss the answer.
const MAX_DISCARDED: usize = 1 << 30;

/// Where calls are taken, and the service's description is served: the address that clients of the real service
/// know, which many of them post to as it is.
pub(super) const WSDL_PATH: &str = "/service/PartnerApi.wsdl";
/// Where else: the address that the description names.
pub(super) const CALL_PATH: &str = "/service/PartnerApi";

/// Takes calls, one task for each.
///
/// # Guarantees
/// What has been read is carried out to the end, whether or not the caller still waits, as it would be at
/// the CA: a client that dies finds its order placed. Only the end of the sandbox ends calls under way.
pub(super) struct Endpoint {
    service: Arc<Service>,
    under_way: Mutex<JoinSet<()>>,
}

impl Endpoint {
    pub(super) fn new(service: Arc<Service>) -> Self {
        Self { service, under_way: Mutex::default() }
    }

    /// Whether a request is a call, as far as method and path tell.
    pub(super) fn takes(request: &Request<Incoming>) -> bool {
        request.method() == Method::POST && [WSDL_PATH, CALL_PATH].contains(&request.uri().path())
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Hangup> {
        let document = match read(request.into_body()).await {
            Ok(Some(document)) => document,
            Ok(None) => return Ok(refuse_size(&self.service).respond()),
            // The caller is gone.
            Err(_) => return Err(Hangup),
        };
        let (done, outcome) = oneshot::channel();
        let service = Arc::clone(&self.service);
        {
            let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            while under_way.try_join_next().is_some() {}
            under_way.spawn(async move {
                // Nobody may be waiting any more; the call was carried out all the same.
                let _ = done.send(process(&service, &document).await);
            });
        }
        outcome.await.ok().flatten().map(Sent::respond).ok_or(Hangup)
    }
}

/// What goes back to the caller, before it is put on a wire.
pub(crate) struct Sent {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    kind: HeaderValue,
    /// How long the caller waits for each piece of the body, where it comes in pieces.
    pause: Option<Duration>,
}

impl Sent {
    fn respond(self) -> Response<Body> {
        let body = match self.pause {
            Some(pause) => Body::new(SlowBody::new(self.body, pause)),
            None => self.body.into(),
        };
        respond(self.status, self.kind, body)
    }
}

/// What a posted document is answered with, in the same process; none where the connection would be closed without an
/// answer.
pub(crate) async fn exchange(service: &Service, document: &[u8]) -> Option<Sent> {
    match document.len() {
        0..=MAX_REQUEST => process(service, document).await,
        _ => Some(refuse_size(service)),
    }
}

fn refuse_size(service: &Service) -> Sent {
    let number = service.calls.arrived(service.clock.now(), None);
    service.calls.update(number, |call| call.outcome = CallOutcome::SoapFault);
    send(service, Reply::fault(CLIENT, &format!("the request is larger than {MAX_REQUEST} bytes")))
}

/// A body, or nothing if it is too large.
async fn read(mut body: Incoming) -> Result<Option<Vec<u8>>, hyper::Error> {
    let mut document = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        match length {
            0..=MAX_REQUEST => document.extend_from_slice(&data),
            _ if length <= MAX_REQUEST + MAX_DISCARDED => document = Vec::new(),
            _ => break,
        }
    }
    Ok((length <= MAX_REQUEST).then_some(document))
}

/// None is a connection that is closed without an answer.
async fn process(service: &Service, document: &[u8]) -> Option<Sent> {
    let operation = wire::operation_name(document);
    // It came from outside, and goes into records and logs.
    let name = operation.as_deref().map(shorten).unwrap_or_default();
    let recorded = operation.is_ok().then(|| name.to_owned());
    let number = service.calls.arrived(service.clock.now(), recorded);
    let strike = service.faults.strike(name, &service.random);
    service.calls.update(number, |call| call.faults = strike.names());

    pause(strike.delay_before).await;
    if let Some(kind) = strike.spoils_at(FaultPoint::BeforeCommit) {
        tracing::info!(operation = name, fault = ?kind, "spoilt before the commit");
        return spoil(service, kind, String::new());
    }
    let reply = reply(service, &operation, document).await;
    tracing::info!(operation = name, outcome = ?reply.outcome, "answered a call");
    service.calls.update(number, |call| {
        call.outcome = reply.outcome.clone();
        call.order_id = reply.order_id.clone();
    });
    pause(strike.delay_after).await;
    match strike.spoils_at(FaultPoint::AfterCommit) {
        Some(kind) => {
            tracing::info!(operation = name, fault = ?kind, "spoilt after the commit");
            spoil(service, kind, reply.document)
        }
        None => Some(send(service, reply)),
    }
}

/// What a document is answered with, if nothing comes between. `operation` is what it asks for, as far as that
/// can be read.
pub(crate) async fn reply(
    service: &Service,
    operation: &Result<String, DecodeError>,
    document: &[u8],
) -> Reply {
    match (envelope::check(document), operation) {
        (Err(refusal), _) => Reply::fault(refusal.code(), &refusal.to_string()),
        (Ok(()), Ok(name)) => operations::answer(service, name, document).await,
        (Ok(()), Err(error)) => Reply::fault(CLIENT, &error.to_string()),
    }
}

/// A timer of no time still waits for its next tick.
async fn pause(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

fn send(service: &Service, reply: Reply) -> Sent {
    // SOAP 1.1, section 6.2: a fault comes with 500.
    let status = if reply.is_fault { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    sent(status, XML, service.habits.lay_out(reply.document))
}

fn sent(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Sent {
    Sent { status, body: body.into(), kind, pause: None }
}

/// What comes instead of the answer.
fn spoil(service: &Service, kind: FaultKind, document: String) -> Option<Sent> {
    Some(match kind {
        FaultKind::Drop => return None,
        FaultKind::Http500 => sent(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the service is unavailable\n"),
        FaultKind::SoapFault => send(service, Reply::fault(SERVER, "a fault on purpose")),
        FaultKind::Garbage => sent(StatusCode::OK, XML, &b"<soap:Envelope \xff\xfe not xml"[..]),
        FaultKind::SlowBody(pause) => {
            Sent { pause: Some(pause), ..sent(StatusCode::OK, XML, service.habits.lay_out(document)) }
        }
        // Delays are not spoilt answers; they were waited for.
        FaultKind::Delay(_) => sent(StatusCode::OK, XML, service.habits.lay_out(document)),
    })
}
