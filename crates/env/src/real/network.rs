//! HTTP on sockets: hyper on both sides, TLS 1.3 under it, our own accept loop.
//!
//! - [`live`]: who we are ([`own`]) and whom we believe ([`trust`]), as the files say now ([`read`]); [`peer`]: whom a certificate names.
//! - [`mod@line`]: a connection to somebody; [`pool`]: those that are kept for the next call.
//! - [`accept`]: who connects to us; [`places`]: how many may, and who makes room; [`bodies`]: what
//!   they may hold of our memory.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use self::line::RealLine;
use self::live::Live;
use self::pool::Pool;
use crate::network::Limits;
use crate::tls::TlsFault;
use crate::{
    BoxFuture, Callee, Handler, Identity, Line, Listening, NetError, Network, Origin, Request, Response,
};

mod accept;
mod bodies;
mod line;
mod live;
mod no;
mod own;
mod peer;
mod places;
mod pool;
mod read;
mod trust;

/// The network of the operating system, as somebody or as nobody.
pub(super) struct Door {
    runtime: Handle,
    /// Nothing for nobody.
    live: Option<Arc<Live>>,
    pool: Pool,
}

impl Door {
    /// The network for nobody: plain HTTP on this machine.
    pub(super) fn new(runtime: Handle) -> Door {
        Door {
            runtime,
            live: None,
            pool: Pool::default(),
        }
    }

    async fn open(&self, to: &Callee) -> Result<RealLine, NetError> {
        RealLine::open(to, self.live.as_ref()).await
    }

    /// Over a kept connection, or a new one. A kept one may have been closed meanwhile: what was never sent is sent again.
    async fn send(&self, to: &Callee, mut request: Request) -> Result<Response, NetError> {
        let generation = self.live.as_ref().map_or(0, |live| live.current().generation);
        while let Some(mut line) = self.pool.take(to, generation) {
            match line.send(to, request).await {
                Ok(response) => {
                    self.pool.put(to, generation, line);
                    return Ok(response);
                }
                Err((_, Some(unsent))) => request = unsent,
                Err((error, None)) => return Err(error),
            }
        }
        let mut line = self.open(to).await?;
        let response = line.send(to, request).await.map_err(|(error, _)| error)?;
        self.pool.put(to, generation, line);
        Ok(response)
    }
}

impl Network for Door {
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        Box::pin(timed(&to.at, within, self.send(to, request)))
    }

    fn connect<'a>(
        &'a self,
        to: &'a Callee,
        within: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Line>, NetError>> {
        let opening = async {
            let line = self.open(to).await?;
            let to = to.clone();
            Ok(Box::new(Alone { to, line }) as Box<dyn Line>)
        };
        Box::pin(timed(&to.at, within, opening))
    }

    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        handler: Handler,
        limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        Box::pin(async move {
            let live = match (at.is_plain(), &self.live) {
                (false, Some(live)) => Some(live.clone()),
                (false, None) => {
                    return Err(NetError::Address(format!(
                        "{at}: TLS で待ち受けるには証明書が要ります（設定の [tls]）。"
                    )));
                }
                (true, _) if at.is_this_machine() => None,
                (true, _) => {
                    return Err(NetError::Address(format!(
                        "{at}: 平文の HTTP で待ち受けられるのは 127.0.0.1 だけです。"
                    )));
                }
            };
            let bound = match at.host() {
                "127.0.0.1" | "localhost" => {
                    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, at.port()))).await
                }
                host => TcpListener::bind((host, at.port())).await,
            };
            let listener = bound.map_err(|error| NetError::Address(not_bound(at, &error)))?;
            let port = listener.local_addr().map_or(at.port(), |address| address.port());
            let (ask_stop, stop) = oneshot::channel();
            let accepting = accept::accept(listener, live, handler, limits, stop);
            let accepting = self.runtime.spawn(accepting);
            Ok(Listening::new(at.at_port(port), move || {
                let _already_stopped = ask_stop.send(());
                Box::pin(async move {
                    let _panicked = accepting.await;
                })
            }))
        })
    }

    fn known_as(&self, identity: &Identity) -> Result<Arc<dyn Network>, TlsFault> {
        let Identity::Files(files) = identity else {
            return Err(TlsFault::NeedsCertificate);
        };
        let live = Live::load(files.clone())?;
        live::follow(&live, &self.runtime);
        Ok(Arc::new(Door {
            live: Some(live),
            ..Door::new(self.runtime.clone())
        }))
    }

    fn name(&self) -> Option<Arc<str>> {
        self.live.as_ref().map(|live| live.current().name())
    }
}

/// The world of a process is nobody's: whoever wants a name asks for one.
impl Network for super::RealWorld {
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        self.network.call(to, request, within)
    }

    fn connect<'a>(
        &'a self,
        to: &'a Callee,
        within: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Line>, NetError>> {
        self.network.connect(to, within)
    }

    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        handler: Handler,
        limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        self.network.listen(at, handler, limits)
    }

    fn known_as(&self, identity: &Identity) -> Result<Arc<dyn Network>, TlsFault> {
        self.network.known_as(identity)
    }
}

/// A connection that is one caller's alone.
struct Alone {
    to: Callee,
    line: RealLine,
}

impl Line for Alone {
    fn call<'a>(
        &'a mut self,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        let sending = self.line.send(&self.to, request);
        Box::pin(timed(&self.to.at, within, async {
            sending.await.map_err(|(error, _)| error)
        }))
    }
}

/// At most for a span.
async fn timed<T>(
    to: &Origin,
    within: Duration,
    doing: impl Future<Output = Result<T, NetError>>,
) -> Result<T, NetError> {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let timed = tokio::time::timeout(within, doing).await;
    timed.unwrap_or_else(|_| {
        Err(NetError::TimedOut {
            to: to.to_string(),
            within,
        })
    })
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

#[cfg(test)]
mod tests;
