//! HTTP between roles: whole messages, from one [`Origin`] to another.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::{BoxFuture, tls};

/// A whole request.
pub type Request = http::Request<Bytes>;
/// A whole response.
pub type Response = http::Response<Bytes>;
/// What answers requests. It must answer every one; what goes wrong becomes a response. A panic is a fault of ours: the real
/// world answers 500 and goes on, a simulation ends with it.
pub type Handler = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// The connection that a request came over; it stands in the request's extensions. On plain HTTP there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Whom the certificate at the other end names, without the beginning that every name of this world has.
    pub peer: Arc<str>,
    /// What only its two ends know (RFC 5705).
    pub exporter: [u8; 32],
}

/// Where a role listens: scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    host: String,
    port: u16,
    plain: bool,
}

impl Origin {
    /// Over TLS, at a host and a port; port 0 asks for a free one when listening.
    pub fn new(host: impl Into<String>, port: u16) -> Origin {
        Origin {
            host: host.into(),
            port,
            plain: false,
        }
    }

    /// In plain HTTP, on this machine only and for nobody's certificate: pages for a browser.
    pub fn plain(host: impl Into<String>, port: u16) -> Origin {
        Origin {
            plain: true,
            ..Origin::new(host, port)
        }
    }

    /// The host: a name or an address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is plain HTTP.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// The same at another port.
    #[must_use]
    pub fn at_port(&self, port: u16) -> Origin {
        Origin { port, ..self.clone() }
    }

    /// Whether it is an address of this machine's own, the only kind on which plain HTTP listens.
    pub fn is_this_machine(&self) -> bool {
        ["127.0.0.1", "localhost"].contains(&self.host())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.plain { "http" } else { "https" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl FromStr for Origin {
    type Err = NetError;

    fn from_str(text: &str) -> Result<Origin, NetError> {
        // Not even an address is repeated: in a configuration it may stand where a password should.
        let wrong = || NetError::Address("https://HOST:PORT の形で書いてください。".to_owned());
        let (plain, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return Err(wrong()),
        };
        let (host, port) = rest.trim_end_matches('/').rsplit_once(':').ok_or_else(wrong)?;
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Origin {
            plain,
            ..Origin::new(host, port.parse().map_err(|_| wrong())?)
        })
    }
}

/// Who is called: where they listen, and whom their certificate must name. Somebody else's is nobody to talk to, though the
/// same authority issued it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callee {
    /// Where.
    pub at: Origin,
    /// Whom: as in [`Connection::peer`].
    pub name: Arc<str>,
}

/// Who a role is to others.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Whoever the certificate in these files names. They are read again when they change.
    Files(tls::Files),
    /// Whoever a simulation says; the real world believes nobody without a certificate.
    Simulated(Arc<str>),
}

impl serde::Serialize for Origin {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Origin {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Origin, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a message did not get through. Except for [`NetError::Address`] and [`NetError::Certificate`], the other side may have acted on it.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// Not an address that may be used.
    #[error("{0}")]
    Address(String),
    /// Nobody answered.
    #[error("{to} cannot be reached: {reason}")]
    Unreachable {
        /// Who was called.
        to: String,
        /// What the network said.
        reason: String,
    },
    /// One of the two is not believed. The message was not taken, and sending it again changes nothing.
    #[error("{to}: {doubt}: {reason}")]
    Certificate {
        /// Who was called.
        to: String,
        /// Whose certificate it is about.
        doubt: Doubt,
        /// What is wrong with it.
        reason: String,
    },
    /// No answer in time.
    #[error("{to} did not answer within {} ms", within.as_millis())]
    TimedOut {
        /// Who was called.
        to: String,
        /// How long the caller waited.
        within: Duration,
    },
}

/// Who must put a certificate in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// We: the other end does not take our certificate.
    #[error("our certificate is not taken there")]
    Ours,
    /// The other end: we do not take its certificate.
    #[error("its certificate is not taken here")]
    Theirs,
    /// We: our list of revoked certificates is too old to say anything of anybody.
    #[error("the list of revoked certificates here is too old")]
    List,
}

/// What a listener takes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body, in bytes.
    pub body: usize,
    /// The longest that one caller's bodies may be together, at the same time, in bytes.
    pub bodies: usize,
    /// Connections at the same time. For one more, the one that has waited longest for a request is closed.
    pub connections: usize,
    /// How long a client may take for its head or its body, or take nothing of its answer.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body: 64 << 20,
            bodies: 128 << 20,
            connections: 1024,
            patience: Duration::from_secs(30),
        }
    }
}

/// Something that listens. Dropping it stops listening at once.
pub struct Listening {
    at: Origin,
    close: Option<Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send + Sync>>,
}

impl Listening {
    /// From an address and a way to close well.
    pub fn new(
        at: Origin,
        close: impl FnOnce() -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Listening {
        Listening {
            at,
            close: Some(Box::new(close)),
        }
    }

    /// Where it really listens (a free port was filled in).
    pub fn at(&self) -> &Origin {
        &self.at
    }

    /// Takes no more, finishes what is being answered, and ends.
    pub async fn close(mut self) {
        if let Some(close) = self.close.take() {
            close().await;
        }
    }
}

/// One connection, for requests that belong together on it.
pub trait Line: Send {
    /// Sends a request over it and waits for the response, at most for `within`.
    fn call<'a>(
        &'a mut self,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>>;
}

/// The network of a world.
pub trait Network: Send + Sync {
    /// Sends a request and waits for the response, at most for `within`. The request's URI is a path.
    fn call<'a>(
        &'a self,
        to: &'a Callee,
        request: Request,
        within: Duration,
    ) -> BoxFuture<'a, Result<Response, NetError>>;

    /// Opens a connection that is nobody else's.
    fn connect<'a>(
        &'a self,
        to: &'a Callee,
        within: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn Line>, NetError>> {
        let _nobody = within;
        Box::pin(async move { Err(NetError::Address(format!("{}: nobody is known here", to.at))) })
    }

    /// Listens over TLS, or in plain HTTP on this machine's own address.
    fn listen<'a>(
        &'a self,
        at: &'a Origin,
        handler: Handler,
        limits: Limits,
    ) -> BoxFuture<'a, Result<Listening, NetError>>;

    /// The same network, as somebody with a name.
    ///
    /// # Errors
    /// [`TlsFault`](tls::TlsFault) when nobody would believe it.
    fn known_as(&self, identity: &Identity) -> Result<Arc<dyn Network>, tls::TlsFault> {
        let _nobody = identity;
        Err(tls::TlsFault::NoCertificates)
    }

    /// Who one is to others here; nobody without an identity.
    fn name(&self) -> Option<Arc<str>> {
        None
    }
}
