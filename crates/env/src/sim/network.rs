//! Messages under way: lost, doubled, late, out of order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::Core;
use super::world::NodeWorld;
use crate::network::Limits;
use crate::tls::TlsFault;
use crate::{
    BoxFuture, Callee, Connection, Doubt, Handler, Identity, Line, Listening, NetError, Network, Origin,
    Random, Request, Response,
};

/// Who listens where.
#[derive(Default)]
pub(super) struct Wires(BTreeMap<Origin, Listener>);

struct Listener {
    node: String,
    incarnation: u64,
    /// Whom its certificate would name.
    name: Arc<str>,
    handler: Handler,
}

impl Wires {
    pub(super) fn silence(&mut self, node: &str) {
        self.0.retain(|_, listener| listener.node != node);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What the weather makes of one request.
struct Fate {
    there: Duration,
    back: Duration,
    lost_there: bool,
    lost_back: bool,
    doubled: Option<Duration>,
}

impl Network for NodeWorld {
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        let shared = format!("{} {} {}", self.name, self.incarnation, to.at);
        Box::pin(self.deliver(to, request, within, Sha256::digest(shared).into()))
    }

    fn connect<'a>(
        &'a self,
        to: &'a Callee,
        _within: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Line>, NetError>> {
        let mut exporter = [0; 32];
        self.fill(&mut exporter);
        let (node, to) = (self.clone(), to.clone());
        let line = SimLine { node, to, exporter };
        Box::pin(async { Ok(Box::new(line) as Box<dyn Line>) })
    }

    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        handler: Handler,
        _limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>> {
        Box::pin(self.listens(at, handler))
    }

    fn known_as(&self, identity: &Identity) -> Result<Arc<dyn Network>, TlsFault> {
        match identity {
            Identity::Simulated(name) => Ok(Arc::new(NodeWorld {
                known_as: name.clone(),
                ..self.clone()
            })),
            Identity::Files(_) => Err(TlsFault::NoCertificates),
        }
    }

    fn name(&self) -> Option<Arc<str>> {
        (!self.known_as.is_empty()).then(|| self.known_as.clone())
    }
}

/// A connection of a simulation: what is sent over it is known to be of it.
struct SimLine {
    node: NodeWorld,
    to: Callee,
    exporter: [u8; 32],
}

impl Line for SimLine {
    fn call<'a>(
        &'a mut self,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>> {
        Box::pin(self.node.deliver(&self.to, request, within, self.exporter))
    }
}

impl NodeWorld {
    async fn deliver(
        &self,
        to: &Callee,
        mut request: Request,
        within: Duration,
        exporter: [u8; 32],
    ) -> Result<Response, NetError> {
        let core = self.core.clone();
        if !self.is_alive() {
            return std::future::pending().await;
        }
        if let Some(peer) = self.name() {
            request.extensions_mut().insert(Connection { peer, exporter });
        }
        let fate = core.cast_fate(&self.name, &to.at, &request);
        let timed_out = || NetError::TimedOut {
            to: to.at.to_string(),
            within,
        };
        if let Some(later) = fate.doubled {
            core.deliver_again(to, &request, later);
        }
        if fate.lost_there {
            core.sleep(within).await;
            return Err(timed_out());
        }
        core.sleep(fate.there).await;
        let answering = core.deliver(to, request)?;
        let waiting = std::pin::pin!(core.sleep(within));
        let response = match futures_util::future::select(answering, waiting).await {
            futures_util::future::Either::Left((Ok(response), _)) => response,
            futures_util::future::Either::Left((Err(_died), _)) => {
                return Err(NetError::Unreachable {
                    to: to.at.to_string(),
                    reason: "it died".into(),
                });
            }
            futures_util::future::Either::Right(_) => return Err(timed_out()),
        };
        if fate.lost_back {
            core.sleep(within).await;
            return Err(timed_out());
        }
        core.sleep(fate.back).await;
        Ok(response)
    }

    async fn listens(&self, at: &Origin, handler: Handler) -> Result<Listening, NetError> {
        if !self.is_alive() {
            return std::future::pending().await;
        }
        let listener = Listener {
            node: self.name.clone(),
            incarnation: self.incarnation,
            name: self.known_as.clone(),
            handler,
        };
        self.core.lock().network.0.insert(at.clone(), listener);
        let core = Arc::downgrade(&self.core);
        let origin = at.clone();
        Ok(Listening::new(at.clone(), move || {
            if let Some(core) = core.upgrade() {
                let gone = core.lock().network.0.remove(&origin);
                drop(gone);
            }
            Box::pin(std::future::ready(()))
        }))
    }
}

impl Core {
    fn cast_fate(&self, from: &str, to: &Origin, request: &Request) -> Fate {
        let mut state = self.lock();
        let weather = state.weather.clone();
        let mut travel = || Duration::from_micros(200 + state.below(weather.delay_ms * 1000 + 1));
        let (there, back, later) = (travel(), travel(), travel());
        let fate = Fate {
            there,
            back,
            lost_there: state.chance(weather.loss),
            lost_back: state.chance(weather.loss),
            doubled: state.chance(weather.doubling).then_some(later),
        };
        let body = Sha256::digest(request.body());
        let (first, _) = body.split_at(8);
        state.event(&format!(
            "{from} -> {to} {} {} {first:x?}",
            request.method(),
            request.uri()
        ));
        fate
    }

    /// Runs the listener's handler as a task of the listener's node; the answer comes through the channel.
    fn deliver(
        self: &Arc<Self>,
        to: &Callee,
        request: Request,
    ) -> Result<oneshot::Receiver<Response>, NetError> {
        let unreachable = |reason: &str| NetError::Unreachable {
            to: to.at.to_string(),
            reason: reason.to_owned(),
        };
        let state = self.lock();
        let listener = state.network.0.get(&to.at);
        let listener = listener.ok_or_else(|| unreachable("nobody listens"))?;
        if listener.name != to.name {
            return Err(NetError::Certificate {
                to: to.at.to_string(),
                doubt: Doubt::Theirs,
                reason: format!("it names {} and not {}", listener.name, to.name),
            });
        }
        let (handler, node, incarnation) = (
            listener.handler.clone(),
            listener.node.clone(),
            listener.incarnation,
        );
        drop(state);
        let (tell, answer) = oneshot::channel();
        let (core, name) = (Arc::downgrade(self), node.clone());
        let handling = async move {
            let response = handler(request).await;
            // Who died at a crash point says nothing any more, also not that it failed.
            if core
                .upgrade()
                .is_some_and(|core| core.is_alive(&name, incarnation))
            {
                let _caller_gave_up = tell.send(response);
            }
        };
        self.spawn(&node, incarnation, "handle", Box::pin(handling));
        Ok(answer)
    }

    /// A copy of the request that arrives by itself; nobody hears its answer.
    fn deliver_again(self: &Arc<Self>, to: &Callee, request: &Request, later: Duration) {
        let mut copy = http::Request::new(request.body().clone());
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        let (core, to) = (self.clone(), to.clone());
        let arriving = async move {
            core.sleep(later).await;
            let _nobody_hears = core.deliver(&to, copy);
        };
        self.spawn("wire", 0, "copy", Box::pin(arriving));
    }
}
