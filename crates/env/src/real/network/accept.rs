//! Who connects to us.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::bodies::{Bodies, NotTaken};
use super::live::{Live, NotBelieved};
use super::no::{self, No};
use super::peer::Peer;
use super::places::{Place, Places, Socket};
use crate::network::Limits;
use crate::{Connection, Handler};

/// What every request of a connection needs.
#[derive(Clone)]
struct Room {
    handler: Handler,
    limits: Limits,
    place: Arc<Place>,
    bodies: Arc<Bodies>,
    /// Who is at the other end; nobody's name on plain HTTP.
    other: Option<Arc<Other>>,
}

impl Room {
    /// Asked at each request: a connection may be older than what is known of its other end.
    fn no_longer_believed(&self) -> Option<No> {
        let other = self.other.as_ref()?;
        match other.live.current().believes(&other.peer) {
            Ok(()) => None,
            Err(NotBelieved::Peer) => Some(no::not_believed()),
            Err(NotBelieved::Anybody) => Some(no::nobody_is_believed()),
        }
    }
}

/// Who is at the other end of a connection.
struct Other {
    live: Arc<Live>,
    peer: Peer,
    connection: Connection,
}

/// Accepts until told to stop (or until the [`Listening`](crate::Listening) is dropped), then lets what runs finish.
pub(super) async fn accept(
    listener: TcpListener,
    live: Option<Arc<Live>>,
    handler: Handler,
    limits: Limits,
    mut stop: oneshot::Receiver<()>,
) {
    let places = Places::new(limits.connections);
    let bodies = Arc::new(Bodies::default());
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
        let room = Room {
            handler: handler.clone(),
            limits,
            place: Arc::new(place),
            bodies: bodies.clone(),
            other: None,
        };
        let (live, watcher) = (live.clone(), graceful.watcher());
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        tokio::spawn(async move {
            let place = room.place.clone();
            tokio::select! {
                () = greet(socket, live, room, watcher) => {}
                () = place.must_leave() => {}
            }
        });
    };
    drop(listener);
    if told.is_ok() {
        graceful.shutdown().await;
    }
}

/// Shakes hands, where there is TLS, and answers until one of both goes.
async fn greet(socket: TcpStream, live: Option<Arc<Live>>, mut room: Room, watcher: Watcher) {
    let Some(live) = live else {
        return talk(socket, room, watcher).await;
    };
    let acceptor = TlsAcceptor::from(live.current().server.clone());
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let shaken = tokio::time::timeout(room.limits.patience, acceptor.accept(socket)).await;
    let stream = match shaken {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%error, "somebody was not let in"),
        Err(_too_slow) => return,
    };
    let (_, session) = stream.get_ref();
    let mut exporter = [0; 32];
    let exported = session.export_keying_material(&mut exporter, super::line::EXPORTER, None);
    let peer = session.peer_certificates();
    let peer = peer.and_then(|chain| Peer::of(chain, live.names_under()));
    let (Some(peer), Ok(_)) = (peer, exported) else {
        return tracing::debug!("somebody without a name of this world was not let in");
    };
    let connection = Connection {
        peer: peer.name.clone(),
        exporter,
    };
    room.place.is_known();
    room.other = Some(Arc::new(Other {
        live,
        peer,
        connection,
    }));
    talk(stream, room, watcher).await;
}

async fn talk<S>(stream: S, room: Room, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let patience = room.limits.patience;
    let socket = Socket::new(TokioIo::new(stream), room.place.clone(), patience);
    let service = service_fn(move |request| answer(room.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(socket, service);
    let _client_went_away = watcher.watch(connection).await;
}

async fn answer(
    room: Room,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, std::convert::Infallible> {
    let (mut head, body) = request.into_parts();
    let (limits, place) = (room.limits, &room.place);
    if let Some(no) = room.no_longer_believed() {
        return Ok(no);
    }
    let caller = room.other.as_ref().map(|other| other.connection.peer.clone());
    let taking = room.bodies.take(caller.unwrap_or_default(), body, limits);
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let taken = tokio::time::timeout(limits.patience, taking).await;
    let (body, _held) = match taken {
        Ok(Ok(taken)) => taken,
        Ok(Err(NotTaken::TooLong)) => return Ok(no::too_long(limits.body)),
        Ok(Err(NotTaken::TooMuch)) => return Ok(no::too_much(limits.bodies)),
        Ok(Err(NotTaken::BrokeOff)) => return Ok(no::broke_off()),
        Err(_) => return Ok(no::too_slow()),
    };
    // Again: the body may have taken its time.
    if let Some(no) = room.no_longer_believed() {
        return Ok(no);
    }
    if let Some(other) = &room.other {
        head.extensions.insert(other.connection.clone());
    }
    place.is_asked();
    let method = head.method.clone();
    let answering = AssertUnwindSafe(async { (room.handler)(http::Request::from_parts(head, body)).await });
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
