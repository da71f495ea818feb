//! The load: questions over kept-alive connections, one thread and one socket each, as fast as answers come.
//!
//! Closed loop: a connection asks when it has its answer. Sockets are the standard library's and questions are
//! made beforehand, so that the generator takes little of the processors that it shares with the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Barrier, OnceLock};
use std::time::Duration;

use env::Origin;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::Fault;
use crate::child::Server;
use crate::cpu::Whose;
use crate::people::CLINIC;
use crate::watch::Watch;

/// Questions of each connection that are asked before the clock starts.
const WARM_UP: usize = 300;
/// Every so-manieth answer is looked into while the clock runs; all of them in the warm-up.
const LOOK_INTO: usize = 16;

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

/// Whose processor time a measurement reads.
#[derive(Clone, Copy)]
pub(crate) struct Servers {
    /// The process that answers.
    pub(crate) own: Whose,
    /// Its database, when that is another server.
    pub(crate) database: Option<Whose>,
}

impl Servers {
    /// A server without a database of its own.
    pub(crate) fn alone(server: &Server) -> Servers {
        Servers {
            own: Whose::Process(server.pid()),
            database: None,
        }
    }
}

/// What one measurement saw.
pub(crate) struct Measured {
    pub(crate) requests: u64,
    pub(crate) wall: Duration,
    pub(crate) own: Duration,
    pub(crate) database: Option<Duration>,
    /// What the load itself used of the same processors.
    pub(crate) generator: Duration,
    /// One time for each request, in the order of connections.
    pub(crate) times: Vec<Duration>,
    /// Bytes of the last answer's body.
    pub(crate) answer: usize,
}

/// The times of one connection's requests, and the bytes of its last answer's body.
pub(crate) type Times = (Vec<Duration>, usize);

/// Asks all questions, those of each connection one after the other.
pub(crate) fn run(at: &Origin, asked: &[Vec<Question>], servers: Servers) -> Result<Measured, Fault> {
    let open = |questions| Ok((Connection::open(at)?, questions));
    let connections: Result<Vec<(Connection, &Vec<Question>)>, String> = asked.iter().map(open).collect();
    let warm = |(connection, questions): &mut (Connection, &Vec<Question>)| {
        for question in questions.iter().take(WARM_UP) {
            connection.ask(question)?.holds(question)?;
        }
        Ok(())
    };
    let ask = |(connection, questions): &mut (Connection, &Vec<Question>)| {
        let mut times = Vec::with_capacity(questions.len());
        let mut last = 0;
        for (number, question) in questions.iter().enumerate() {
            let clock = Watch::start();
            let answer = connection.ask(question)?;
            times.push(clock.elapsed());
            if number % LOOK_INTO == 0 {
                answer.holds(question)?;
            }
            last = answer.body.len();
        }
        Ok((times, last))
    };
    measure(&mut connections?, servers, warm, ask)
}

/// Measures what some connections do at the same time, on a thread each, once all are warm.
pub(crate) fn measure<C: Send>(
    connections: &mut [C],
    servers: Servers,
    warm: impl Fn(&mut C) -> Result<(), String> + Sync,
    part: impl Fn(&mut C) -> Result<Times, String> + Sync,
) -> Result<Measured, Fault> {
    let generator = Whose::Process(std::process::id());
    let barrier = Barrier::new(connections.len() + 1);
    // Whatever goes wrong, the barriers are passed, so that nobody waits for ever.
    let do_part = |connection: &mut C| {
        let warm = warm(connection);
        barrier.wait();
        barrier.wait();
        let done = warm.and_then(|()| part(connection));
        barrier.wait();
        done
    };
    std::thread::scope(|scope| {
        let do_part = &do_part;
        let threads: Vec<_> = connections
            .iter_mut()
            .map(|connection| scope.spawn(move || do_part(connection)))
            .collect();
        barrier.wait();
        let before = used(servers, generator);
        let clock = Watch::start();
        barrier.wait();
        barrier.wait();
        let wall = clock.elapsed();
        let after = used(servers, generator);
        let mut times = Vec::new();
        let mut answer = 0;
        for thread in threads {
            let (of_thread, last) = thread.join().map_err(|_| PANICKED)??;
            times.extend(of_thread);
            answer = last;
        }
        let (before, after) = (before?, after?);
        Ok(Measured {
            requests: times.len() as u64,
            wall,
            own: after.0.saturating_sub(before.0),
            database: after
                .1
                .zip(before.1)
                .map(|(after, before)| after.saturating_sub(before)),
            generator: after.2.saturating_sub(before.2),
            times,
            answer,
        })
    })
}

/// Does something for each connection at the same time, on a thread each, and nobody measures it.
pub(crate) fn beside<C: Send>(
    connections: &mut [C],
    part: impl Fn(&mut C) -> Result<(), Fault> + Sync,
) -> Result<(), Fault> {
    let part = |connection: &mut C| part(connection).map_err(|fault| fault.to_string());
    std::thread::scope(|scope| {
        let part = &part;
        let threads: Vec<_> = connections
            .iter_mut()
            .map(|connection| scope.spawn(move || part(connection)))
            .collect();
        for thread in threads {
            thread.join().map_err(|_| PANICKED)??;
        }
        Ok(())
    })
}

const PANICKED: &str = "the load panicked";

fn used(servers: Servers, generator: Whose) -> Result<(Duration, Option<Duration>, Duration), Fault> {
    let database = servers.database.map(Whose::used).transpose()?;
    Ok((servers.own.used()?, database, generator.used()?))
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
