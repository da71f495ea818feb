//! A connection to somebody: opened, and used for one request after the other.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::live::{Live, NotBelieved};
use super::peer::Peer;
use crate::{Callee, Doubt, NetError, Origin, Request, Response};

/// The label of what only the two ends of a connection know (RFC 5705).
pub(super) const EXPORTER: &[u8] = b"EXPORTER-madoguchi-connection";
/// The longest answer that a role takes from another, in bytes.
const LONGEST_ANSWER: usize = 256 << 20;

/// A connection that takes requests.
pub(super) struct RealLine {
    sender: SendRequest<Full<Bytes>>,
    /// Works for it, and says in the end why it ended.
    driver: JoinHandle<hyper::Result<()>>,
    /// Who is at the other end; nobody's name on plain HTTP.
    other: Option<Other>,
}

struct Other {
    live: Arc<Live>,
    peer: Peer,
}

/// How long the other end's last word is waited for when a request could not be sent.
const LAST_WORD: Duration = Duration::from_millis(500);

impl RealLine {
    /// Connects to whoever must be there and nobody else. Only nobody asks in plain HTTP, and on this machine: who has a name has
    /// something to lose.
    pub(super) async fn open(to: &Callee, live: Option<&Arc<Live>>) -> Result<RealLine, NetError> {
        let at = &to.at;
        let live = match (at.is_plain(), live) {
            (false, Some(live)) => Some(live),
            (true, None) if at.is_this_machine() => None,
            (false, None) => {
                return Err(NetError::Address(format!(
                    "{at}: TLS でつなぐには証明書が要ります。"
                )));
            }
            (true, _) => {
                return Err(NetError::Address(format!(
                    "{at}: 平文の HTTP では問い合わせません。https:// で始まるアドレスを書いてください。"
                )));
            }
        };
        let stream = TcpStream::connect((at.host(), at.port())).await;
        let stream = stream.map_err(|error| unreachable_because(at, &error))?;
        let _slower_without = stream.set_nodelay(true);
        let shaken = match live {
            None => over(stream, None).await,
            Some(live) => {
                let (stream, peer) = secured(to, live, stream).await?;
                let live = live.clone();
                over(stream, Some(Other { live, peer })).await
            }
        };
        shaken.map_err(|error| unreachable_because(at, &error))
    }

    /// Whether the other end has not closed it.
    pub(super) fn is_there(&self) -> bool {
        self.sender.is_ready()
    }

    /// Sends a request and takes the whole answer; a request that never left comes back with the error.
    pub(super) async fn send(
        &mut self,
        to: &Callee,
        request: Request,
    ) -> Result<Response, (NetError, Option<Request>)> {
        // Asked before each request: a connection may be older than what is known of its other end.
        if let Some(Other { live, peer }) = &self.other
            && let Err(reason) = live.current().believes(peer)
        {
            return Err((not_believed(&to.at, &reason), Some(request)));
        }
        let sent = self.sender.try_send_request(request.map(Full::new)).await;
        let response = match sent {
            Ok(response) => response,
            Err(mut error) => {
                let unsent = error.take_message();
                let error = self.why(&to.at, error.error()).await;
                let unsent = match unsent {
                    Some(unsent) => Some(whole(unsent).await),
                    None => None,
                };
                return Err((error, unsent));
            }
        };
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await;
        let body = body.map_err(|error| (broke_off(&to.at, &*error), None))?;
        // Until the connection takes the next one.
        let _closed = self.sender.ready().await;
        Ok(http::Response::from_parts(head, body.to_bytes()))
    }

    /// Why a request was not answered: what the connection ended with says more than that it has ended. So somebody whose certificate
    /// the other end does not take reads that, which comes after the handshake.
    async fn why(&mut self, to: &Origin, error: &hyper::Error) -> NetError {
        #[expect(clippy::disallowed_methods, reason = "this is the door")]
        let ended = tokio::time::timeout(LAST_WORD, &mut self.driver).await;
        match ended {
            Ok(Ok(Err(last))) => unreachable_because(to, &last),
            _ => unreachable_because(to, error),
        }
    }
}

async fn whole(request: http::Request<Full<Bytes>>) -> Request {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap_or_else(|never| match never {});
    http::Request::from_parts(head, body.to_bytes())
}

/// HTTP over a stream.
async fn over<S>(stream: S, other: Option<Other>) -> hyper::Result<RealLine>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    let driver = tokio::spawn(connection);
    Ok(RealLine {
        sender,
        driver,
        other,
    })
}

/// Shakes hands, and sees who is at the other end.
async fn secured(
    to: &Callee,
    live: &Live,
    stream: TcpStream,
) -> Result<(tokio_rustls::client::TlsStream<TcpStream>, Peer), NetError> {
    let at = &to.at;
    let doubted = |reason: String| certificate(at, Doubt::Theirs, reason);
    let current = live.current();
    let host = ServerName::try_from(at.host().to_owned());
    let host = host.map_err(|_| NetError::Address(format!("{at}: the host is no name and no address")))?;
    let connector = TlsConnector::from(Arc::clone(&current.client));
    let stream = connector.connect(host, stream).await;
    let stream = stream.map_err(|error| unreachable_because(at, &error))?;
    let (_, session) = stream.get_ref();
    let chain = session.peer_certificates();
    let peer = chain.and_then(|chain| Peer::of(chain, live.names_under()));
    let peer = peer.ok_or_else(|| doubted("it names nobody of this world".to_owned()))?;
    if peer.name != to.name {
        return Err(doubted(format!("it names {} and not {}", peer.name, to.name)));
    }
    match current.believes(&peer) {
        Ok(()) => Ok((stream, peer)),
        Err(reason) => Err(not_believed(at, &reason)),
    }
}

fn not_believed(at: &Origin, reason: &NotBelieved) -> NetError {
    let (doubt, reason) = match reason {
        NotBelieved::Peer => (Doubt::Theirs, "it is not in force"),
        NotBelieved::Anybody => (Doubt::List, "renew it"),
    };
    certificate(at, doubt, reason.to_owned())
}

fn certificate(to: &Origin, doubt: Doubt, reason: String) -> NetError {
    NetError::Certificate {
        to: to.to_string(),
        doubt,
        reason,
    }
}

/// The innermost cause says the most; where it is about a certificate, whose.
fn unreachable_because(to: &Origin, error: &(dyn Error + 'static)) -> NetError {
    let mut innermost = error;
    while let Some(inner) = within(innermost) {
        innermost = inner;
    }
    let reason = innermost.to_string();
    match innermost.downcast_ref().and_then(doubt) {
        Some(doubt) => certificate(to, doubt, reason),
        None => NetError::Unreachable {
            to: to.to_string(),
            reason,
        },
    }
}

/// What an error was made from. One of the operating system's kind is not its own cause but holds it.
fn within<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
    {
        Some(held) => Some(held),
        None => error.source(),
    }
}

/// Whose certificate was not taken. The other end says so of ours after the handshake, with one of these.
fn doubt(error: &rustls::Error) -> Option<Doubt> {
    use rustls::AlertDescription as Alert;
    match error {
        rustls::Error::InvalidCertificate(_) => Some(Doubt::Theirs),
        rustls::Error::AlertReceived(
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
            // Signed by a key that is not its authority's.
            | Alert::DecryptError
            | Alert::CertificateRequired,
        ) => Some(Doubt::Ours),
        _ => None,
    }
}

fn broke_off(to: &Origin, error: &(dyn Error + 'static)) -> NetError {
    NetError::Unreachable {
        to: to.to_string(),
        reason: format!("the answer broke off: {error}"),
    }
}
