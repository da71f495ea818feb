//! HTTP on sockets: hyper on both sides, our own accept loop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use self::places::{Place, Places, Socket};
use super::RealWorld;
use crate::network::Limits;
use crate::{BoxFuture, Handler, Listening, NetError, Network, Origin, Request, Response};

mod no;
mod places;

/// The longest answer that a role takes from another, in bytes.
const LONGEST_ANSWER: usize = 256 << 20;

/// Connections are kept and used again.
pub(super) struct Client(HyperClient<HttpConnector, Full<Bytes>>);

impl Client {
    pub(super) fn new() -> Client {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Client(
            HyperClient::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .build(connector),
        )
    }
}

impl Network for RealWorld {
    fn call<'a>(
        &'a self,
        to: &'a Origin,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
            head.uri = format!("{to}{path}")
                .parse()
                .map_err(|error| NetError::Address(format!("{to}{path}: {error}")))?;
            let sending = async {
                let response = self
                    .http
                    .0
                    .request(http::Request::from_parts(head, Full::new(body)))
                    .await;
                let response = response.map_err(|error| unreachable_because(to, &error))?;
                let (head, body) = response.into_parts();
                let body = Limited::new(body, LONGEST_ANSWER).collect().await;
                let body = body.map_err(|error| NetError::Unreachable {
                    to: to.to_string(),
                    reason: format!("the answer broke off: {error}"),
                })?;
                Ok(http::Response::from_parts(head, body.to_bytes()))
            };
            #[expect(clippy::disallowed_methods, reason = "this is the door")]
            let timed = tokio::time::timeout(within, sending).await;
            timed.unwrap_or(Err(NetError::TimedOut {
                to: to.to_string(),
                within,
            }))
        })
    }

    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        handler: Handler,
        limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        Box::pin(async move {
            if !at.is_this_machine() {
                return Err(NetError::Address(format!(
                    "{at}: 平文の HTTP で待ち受けられるのは 127.0.0.1 だけです。ほかの機器とつなぐには証明書が要ります（まだありません）。"
                )));
            }
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, at.port()));
            let bound = TcpListener::bind(address).await;
            let listener = bound.map_err(|error| NetError::Address(not_bound(at, &error)))?;
            let port = listener.local_addr().map_or(at.port(), |address| address.port());
            let (ask_stop, stop) = oneshot::channel();
            let accepting = self.runtime.spawn(accept(listener, handler, limits, stop));
            Ok(Listening::new(Origin::new(at.host(), port), move || {
                let _already_stopped = ask_stop.send(());
                Box::pin(async move {
                    let _panicked = accepting.await;
                })
            }))
        })
    }
}

/// Why nobody can listen there, and what to do.
fn not_bound(at: &Origin, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{at} では、ほかのプログラムが待ち受けています。そのプログラムを終了するか、別のポートを指定してください。"
        ),
        _ => format!("{at}: {error}"),
    }
}

fn unreachable_because(to: &Origin, error: &hyper_util::client::legacy::Error) -> NetError {
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        reason = inner.to_string();
        cause = inner.source();
    }
    NetError::Unreachable {
        to: to.to_string(),
        reason,
    }
}

/// Accepts until told to stop (or until the [`Listening`] is dropped), then lets what runs finish.
async fn accept(listener: TcpListener, handler: Handler, limits: Limits, mut stop: oneshot::Receiver<()>) {
    let places = Places::new(limits.connections);
    let graceful = GracefulShutdown::new();
    let told = loop {
        let accepting = async {
            match listener.accept().await {
                Ok((socket, _peer)) => Some((socket, places.take().await?)),
                // Out of file descriptors and the like: the connection is lost, the listener is not.
                Err(_) => {
                    if !places.send_longest_away() {
                        tokio::task::yield_now().await;
                    }
                    None
                }
            }
        };
        let accepted = tokio::select! {
            accepted = accepting => accepted,
            told = &mut stop => break told,
        };
        let Some((socket, place)) = accepted else { continue };
        let _slower_without = socket.set_nodelay(true);
        let place = Arc::new(place);
        let (handler, at) = (handler.clone(), place.clone());
        let service = service_fn(move |request| answer(handler.clone(), request, limits, at.clone()));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.patience)
            .serve_connection(Socket::new(socket, place.clone(), limits.patience), service);
        let connection = graceful.watch(connection);
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        tokio::spawn(async move {
            tokio::select! {
                _client_went_away = connection => {}
                () = place.must_leave() => {}
            }
        });
    };
    drop(listener);
    if told.is_ok() {
        graceful.shutdown().await;
    }
}

async fn answer(
    handler: Handler,
    request: http::Request<Incoming>,
    limits: Limits,
    place: Arc<Place>,
) -> Result<http::Response<Full<Bytes>>, std::convert::Infallible> {
    let (head, body) = request.into_parts();
    let collecting = Limited::new(body, limits.body).collect();
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let body = match tokio::time::timeout(limits.patience, collecting).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            return Ok(no::too_long(limits.body));
        }
        Ok(Err(_)) => return Ok(no::broke_off()),
        Err(_) => return Ok(no::too_slow()),
    };
    place.is_asked();
    let method = head.method.clone();
    let answering = AssertUnwindSafe(async { handler(http::Request::from_parts(head, body)).await });
    let response = match answering.catch_unwind().await {
        Ok(response) => response.map(Full::new),
        Err(_panic) => {
            // Neither its path nor its message: either may name somebody.
            tracing::error!(%method, "a handler panicked; this is a fault of ours");
            no::fault_of_ours()
        }
    };
    place.has_answer();
    Ok(response)
}

#[cfg(test)]
mod tests;
