//! A role's HTTP, as a stranger's client speaks it: one connection for each request, or several requests on one; everything but
//! TLS by hand.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use identity::Tls;
use identity::authority::Authorities;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;

/// A role's API, spoken to as one peer.
#[derive(Clone, Debug)]
pub struct Api {
    port: u16,
    client: Arc<ClientConfig>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The head's lines after the first, names in lower case.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Api {
    /// The role at a port of this machine, as somebody whom the authority in a folder certifies.
    ///
    /// # Panics
    /// When there is no authority.
    pub fn new(pki: &Path, port: u16, peer: &str) -> Api {
        let authorities = Authorities::open(pki);
        let authorities = authorities.unwrap_or_else(|error| panic!("{}: {error}", pki.display()));
        Api::with(port, &harness::certified(&authorities, pki, pki, peer))
    }

    /// The role at a port of this machine, as whoever these files name.
    ///
    /// # Panics
    /// When they are none.
    pub fn with(port: u16, tls: &Tls) -> Api {
        Api {
            port,
            client: harness::client(tls),
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// When no whole answer came; the other side may have acted all the same.
    pub fn get(&self, path: &str) -> io::Result<Reply> {
        self.send("GET", path, "application/json", b"")
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn post(&self, path: &str, body: &Value) -> io::Result<Reply> {
        self.send("POST", path, "application/json", body.to_string().as_bytes())
    }

    /// A connection of its own, for requests that belong together.
    ///
    /// # Errors
    /// When nobody is there.
    pub fn connect(&self) -> io::Result<Line> {
        let (stream, port) = (self.stream()?, self.port);
        Ok(Line { stream, port })
    }

    fn stream(&self) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        stream.set_write_timeout(Some(Duration::from_secs(60)))?;
        let host = ServerName::from(address.ip());
        let session = ClientConnection::new(self.client.clone(), host).map_err(io::Error::other)?;
        Ok(StreamOwned::new(session, stream))
    }

    /// Sends bytes of a kind.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> io::Result<Reply> {
        let mut stream = self.stream()?;
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            self.port,
            body.len()
        )
        .into_bytes();
        request.extend(body);
        // A server may answer before it has read everything, and close.
        let written = stream.write_all(&request);
        let mut answer = Vec::new();
        let read = match &written {
            Ok(()) => stream.read_to_end(&mut answer).map(|_| ()),
            // The stream would write the rest first; what came in is there all the same.
            Err(_) => rest(&mut stream, &mut answer),
        };
        parse(&answer).ok_or_else(|| {
            let broke_off = || io::Error::new(io::ErrorKind::UnexpectedEof, "no whole answer");
            written.and(read).err().unwrap_or_else(broke_off)
        })
    }
}

/// One connection to a role.
pub struct Line {
    stream: StreamOwned<ClientConnection, TcpStream>,
    port: u16,
}

impl Line {
    /// Sends JSON, and waits for the answer to it.
    ///
    /// # Errors
    /// When no whole answer came; the other side may have acted all the same, and the connection is of no use any more.
    pub fn post(&mut self, path: &str, body: &[u8]) -> io::Result<Reply> {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n",
            self.port,
            body.len()
        )
        .into_bytes();
        request.extend(body);
        self.stream.write_all(&request)?;
        let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
        loop {
            let read = self.stream.read(&mut piece)?;
            answer.extend(piece.get(..read).unwrap_or_default());
            match parse(&answer) {
                Some(reply) => return Ok(reply),
                None if read == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                None => {}
            }
        }
    }
}

/// What has come in on a connection that takes no more.
fn rest(stream: &mut StreamOwned<ClientConnection, TcpStream>, answer: &mut Vec<u8>) -> io::Result<()> {
    while stream.conn.read_tls(&mut stream.sock)? > 0 {
        stream.conn.process_new_packets().map_err(io::Error::other)?;
        match stream.conn.reader().read_to_end(answer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read.map(|_| ()),
        }
    }
    Ok(())
}

/// A whole answer; nothing when it broke off.
fn parse(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let body = answer.get(end + 4..)?.to_vec();
    let (first, head) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.split(' ').nth(1)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    let length: Option<usize> = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    (length.unwrap_or(0) == body.len()).then_some(Reply { status, head, body })
}
