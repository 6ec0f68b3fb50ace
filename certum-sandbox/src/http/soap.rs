//! The SOAP endpoint: one call from its bytes to its answer, with the faults of the plan on the way.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use certum_api::wire;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use tokio::{sync::oneshot, task::JoinSet};

use super::{
    bodies::{SlowBody, TEXT, XML, respond},
    listener::Hangup,
};
use crate::{
    calls::CallOutcome,
    faults::{FaultKind, FaultPoint},
    operations::{self, CLIENT, Reply, SERVER, shorten},
    service::Service,
};

/// The largest request that is read. An order with its CSR has some 4 kB.
const MAX_REQUEST: usize = 4 << 20;

/// Where calls are taken. The first is the address that clients of the real service use, WSDL name and all.
pub(super) const PATHS: [&str; 2] = ["/service/PartnerApi.wsdl", "/service/PartnerApi"];

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
        request.method() == Method::POST && PATHS.contains(&request.uri().path())
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Hangup> {
        let document = match Limited::new(request.into_body(), MAX_REQUEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                let number = self.service.calls.arrived(self.service.clock.now(), None);
                self.service.calls.update(number, |call| call.outcome = CallOutcome::SoapFault);
                let text = format!("the request is larger than {MAX_REQUEST} bytes");
                return Ok(send(Reply::fault(CLIENT, &text)));
            }
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
        outcome.await.map_err(|_| Hangup)?
    }
}

async fn process(service: &Service, document: &[u8]) -> Result<Response<Body>, Hangup> {
    let operation = wire::operation_name(document);
    // It came from outside, and goes into records and logs.
    let name = operation.as_deref().map(shorten).unwrap_or_default();
    let recorded = operation.is_ok().then(|| name.to_owned());
    let number = service.calls.arrived(service.clock.now(), recorded);
    let strike = service.faults.strike(name, &service.random);
    service.calls.update(number, |call| call.faults = strike.names());

    tokio::time::sleep(strike.delay_before).await;
    if let Some(kind) = strike.spoils_at(FaultPoint::BeforeCommit) {
        tracing::info!(operation = name, fault = ?kind, "spoilt before the commit");
        return spoil(kind, Bytes::new());
    }
    let reply = match &operation {
        Ok(name) => operations::answer(service, name, document).await,
        Err(error) => Reply::fault(CLIENT, &error.to_string()),
    };
    tracing::info!(operation = name, outcome = ?reply.outcome, "answered a call");
    service.calls.update(number, |call| {
        call.outcome = reply.outcome.clone();
        call.order_id = reply.order_id.clone();
    });
    tokio::time::sleep(strike.delay_after).await;
    match strike.spoils_at(FaultPoint::AfterCommit) {
        Some(kind) => {
            tracing::info!(operation = name, fault = ?kind, "spoilt after the commit");
            spoil(kind, reply.document.into())
        }
        None => Ok(send(reply)),
    }
}

fn send(reply: Reply) -> Response<Body> {
    // SOAP 1.1, section 6.2: a fault comes with 500.
    let status = if reply.is_fault { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    respond(status, XML, reply.document)
}

/// What comes instead of the answer.
fn spoil(kind: FaultKind, document: Bytes) -> Result<Response<Body>, Hangup> {
    Ok(match kind {
        FaultKind::Drop => return Err(Hangup),
        FaultKind::Http500 => {
            respond(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the service is unavailable\n")
        }
        FaultKind::SoapFault => send(Reply::fault(SERVER, "a fault on purpose")),
        FaultKind::Garbage => respond(StatusCode::OK, XML, &b"<soap:Envelope \xff\xfe not xml"[..]),
        FaultKind::SlowBody(pause) => respond(StatusCode::OK, XML, Body::new(SlowBody::new(document, pause))),
        // Delays are not spoilt answers; they were waited for.
        FaultKind::Delay(_) => respond(StatusCode::OK, XML, document),
    })
}
