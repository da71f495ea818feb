//! A kept-alive connection over TLS, by hand: questions as bytes, answers of status 200.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, OnceLock};

use env::Origin;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::people::CLINIC;

/// A question, and the texts that its answer must have.
pub(crate) struct Question {
    bytes: Vec<u8>,
    expected: Vec<String>,
}

impl Question {
    /// A POST to a server; the kind is `xml` or `json`.
    pub(crate) fn post(at: &Origin, path: &str, kind: &str, body: &str, expected: Vec<String>) -> Question {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}:{}\r\ncontent-type: application/{kind}\r\n\
             content-length: {}\r\n\r\n{body}",
            at.host(),
            at.port(),
            body.len()
        );
        Question {
            bytes: head.into_bytes(),
            expected,
        }
    }
}

/// How the fault of a connection begins that broke.
pub(crate) const BROKEN: &str = "a connection broke";

/// The name of the clinic's terminal.
pub(crate) const TERMINAL: &str = "desk-1";

/// The desk that asks: a terminal of the clinic, by its certificate. Called first where there is a runtime.
pub(crate) fn desk() -> Arc<ClientConfig> {
    static DESK: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let made = || {
        harness::client(&harness::tls_of(format!(
            "institution:{CLINIC}:terminal:{TERMINAL}"
        )))
    };
    DESK.get_or_init(made).clone()
}

/// A kept-alive connection over TLS.
pub(crate) struct Connection {
    stream: StreamOwned<ClientConnection, TcpStream>,
    buffer: Vec<u8>,
}

/// An answer of status 200.
pub(crate) struct Answer<'a> {
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    /// Whether the expected texts stand in it.
    pub(crate) fn holds(&self, question: &Question) -> Result<(), String> {
        let body = std::str::from_utf8(self.body).unwrap_or_default();
        match question.expected.iter().find(|text| !body.contains(*text)) {
            None => Ok(()),
            Some(lacking) => Err(format!("an answer lacks {lacking}")),
        }
    }
}

impl Connection {
    /// Connects as the desk.
    pub(crate) fn open(at: &Origin) -> Result<Connection, String> {
        Connection::open_as(desk(), at)
    }

    /// Connects as somebody.
    pub(crate) fn open_as(whom: Arc<ClientConfig>, at: &Origin) -> Result<Connection, String> {
        let connected = TcpStream::connect((at.host(), at.port()));
        let stream = connected.map_err(|error| format!("{at}: {error}"))?;
        let _slower_without = stream.set_nodelay(true);
        let host = ServerName::try_from(at.host().to_owned()).map_err(|error| format!("{at}: {error}"))?;
        let session = ClientConnection::new(whom, host).map_err(|error| format!("{at}: {error}"))?;
        Ok(Connection {
            stream: StreamOwned::new(session, stream),
            buffer: vec![0; 64 << 10],
        })
    }

    /// Asks and waits for the whole answer.
    pub(crate) fn ask(&mut self, question: &Question) -> Result<Answer<'_>, String> {
        let broken = |error: std::io::Error| format!("{BROKEN}: {error}");
        self.stream.write_all(&question.bytes).map_err(broken)?;
        let mut filled = 0;
        let mut frame = None;
        loop {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            let read = self.stream.read(room).map_err(broken)?;
            if read == 0 {
                return Err(format!(
                    "{BROKEN}: the server closed, or its answer is longer than 64 KiB"
                ));
            }
            filled += read;
            let held = self.buffer.get(..filled).unwrap_or_default();
            if frame.is_none() {
                frame = frame_of(held)?;
            }
            if let Some((head, body)) = frame
                && filled >= head + body
            {
                let body = self.buffer.get(head..head + body).unwrap_or_default();
                return Ok(Answer { body });
            }
        }
    }
}

/// Lengths of head and body, once the head is whole.
fn frame_of(held: &[u8]) -> Result<Option<(usize, usize)>, String> {
    let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(held.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(head.lines().next().unwrap_or_default().to_owned());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|text| text.trim().parse().ok());
    let length = length.ok_or("an answer without a length")?;
    Ok(Some((end + 4, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_known_when_its_head_is_whole() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(frame_of(answer), Ok(Some((38, 5))));
        assert_eq!(frame_of(&answer[..30]), Ok(None));
        assert!(frame_of(b"HTTP/1.1 503 x\r\n\r\n").is_err());
    }
}
