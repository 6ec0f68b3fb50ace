//! Accepting connections, and taking them to whoever answers.
//!
//! The accept loop is our own because a connection must also be able to end without an answer, which a
//! router, whose services can't fail, has no way to say.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tower_service::Service as _;

use super::{control, pages, pki, soap, wsdl};
use crate::service::Service;

/// How long open exchanges may go on once the listener is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// How long to wait when no connection can be accepted, as when descriptors run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// The running listener. Dropping it ends everything at once; [`stop`](Self::stop) lets exchanges finish.
pub(crate) struct Listener {
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

/// Ends a connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed without an answer")]
pub(super) struct Hangup;

/// Opens the socket. Serving begins later, with [`Listener::start`]: the port has to be known before the
/// certificates are made that name it.
pub(crate) async fn bind(listen: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = TcpListener::bind(listen).await?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}

impl Listener {
    pub(crate) fn start(socket: TcpListener, service: Arc<Service>) -> Self {
        let (stop, stopping) = watch::channel(false);
        let front = Front {
            router: control::routes()
                .merge(wsdl::routes())
                .merge(pki::routes())
                .merge(pages::routes())
                .with_state(Arc::clone(&service)),
            soap: Arc::new(soap::Endpoint::new(service)),
        };
        Self { stop, accepting: tokio::spawn(accept(socket, front, stopping)) }
    }

    /// Stops accepting, waits for exchanges under way, and returns when all connections are closed.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Err(error) = (&mut self.accepting).await {
            tracing::error!(%error, "the listener ended badly");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // The task owns the connections and the calls under way, which end with it.
        self.accepting.abort();
    }
}

/// Who answers on a connection.
#[derive(Clone)]
struct Front {
    router: Router,
    soap: Arc<soap::Endpoint>,
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Hangup> {
        if soap::Endpoint::takes(&request) {
            return self.soap.answer(request).await;
        }
        match self.router.clone().call(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }
}

async fn accept(socket: TcpListener, front: Front, mut stopping: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        tokio::select! {
            _ = stopping.changed() => break,
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, front.clone(), stopping.clone()));
                }
                Err(error) => {
                    tracing::debug!(%error, "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(socket);
    let all_closed = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_closed).await.is_err() {
        tracing::debug!("connections were still open at the end");
    }
}

async fn serve(stream: TcpStream, front: Front, mut stopping: watch::Receiver<bool>) {
    // Answers are small, and a client waits for each.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| front.answer(request));
    let connection =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
