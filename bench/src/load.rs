//! The load: questions over kept-alive connections, one thread and one socket each, as fast as answers come.
//!
//! Closed loop: a connection asks when it has its answer. Sockets are the standard library's and questions are
//! made beforehand, so that the generator takes little of the processors that it shares with the server.

use std::sync::Barrier;
use std::time::Duration;

use env::Origin;

use crate::Fault;
use crate::child::Server;
use crate::cpu::Whose;
use crate::watch::Watch;

mod connection;

pub(crate) use connection::{BROKEN, Connection, Question, TERMINAL};

/// Questions of each connection that are asked before the clock starts.
const WARM_UP: usize = 300;
/// Every so-manieth answer is looked into while the clock runs; all of them in the warm-up.
const LOOK_INTO: usize = 16;

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
