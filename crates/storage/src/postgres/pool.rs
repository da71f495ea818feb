//! The thread that holds a store's connections to PostgreSQL, and what happens when units collide or a
//! connection breaks.
//!
//! Units run SERIALIZABLE. One that comes second is run again from its beginning, and from then on waits its
//! turn: of the units of a store that collided only one at a time tries again, so that a row that everybody
//! counts up costs one repetition and not a storm of them.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use env::Env;
use tokio::sync::{Mutex, mpsc};
use tokio::task::LocalSet;

use super::{BREAKS, Session, pause};
use crate::error::{Failure, Trouble};
use crate::tx::{Engine, Mode};
use crate::unit::{Job, Said, run};
use crate::{StoreError, Tx};

/// How often a unit that lost against others is tried.
const CONFLICTS: u32 = 40;

/// Where a store's connections go, and how many there are.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) env: Env,
    pub(crate) config: tokio_postgres::Config,
    pub(crate) schema: String,
    pub(crate) connections: usize,
    pub(crate) statements: Arc<AtomicU64>,
}

/// The queue before the connections. The thread ends when the queue is dropped and empty.
pub(crate) struct Pool {
    queue: mpsc::UnboundedSender<Box<dyn Job>>,
}

impl Pool {
    pub(crate) fn start(server: Server) -> Result<Pool, String> {
        let (queue, jobs) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let thread = std::thread::Builder::new().name("postgres".into());
        let spawned = thread.spawn(move || LocalSet::new().block_on(&runtime, serve(server, jobs)));
        spawned.map(|_| Pool { queue }).map_err(|error| error.to_string())
    }

    pub(crate) fn submit(&self, job: Box<dyn Job>) {
        if let Err(refused) = self.queue.send(job) {
            refused.0.answer(Err(StoreError::Closed));
        }
    }
}

async fn serve(server: Server, jobs: mpsc::UnboundedReceiver<Box<dyn Job>>) {
    let server = Rc::new(server);
    let jobs = Rc::new(Mutex::new(jobs));
    let turn = Rc::new(Mutex::new(()));
    let workers: Vec<_> = (0..server.connections)
        .map(|_| Worker {
            server: server.clone(),
            jobs: jobs.clone(),
            turn: turn.clone(),
            tx: None,
        })
        .map(|worker| tokio::task::spawn_local(worker.serve()))
        .collect();
    for worker in workers {
        if worker.await.is_err() {
            tracing::error!("a worker of the PostgreSQL pool panicked");
        }
    }
}

/// One connection.
struct Worker {
    server: Rc<Server>,
    jobs: Rc<Mutex<mpsc::UnboundedReceiver<Box<dyn Job>>>>,
    /// Held by the unit that tries again after a conflict.
    turn: Rc<Mutex<()>>,
    tx: Option<Tx>,
}

/// How one try of a unit ended.
enum Tried {
    Done(Result<(), StoreError>),
    Conflict,
    Broken(String),
}

impl Worker {
    async fn serve(mut self) {
        loop {
            let job = self.jobs.lock().await.recv().await;
            let Some(job) = job else { return };
            if !job.is_abandoned() {
                self.see_through(job).await;
            }
        }
    }

    /// Tries a unit until it is decided, and answers it.
    async fn see_through(&mut self, mut job: Box<dyn Job>) {
        let turn = self.turn.clone();
        let mut my_turn = None;
        let (mut conflicts, mut breaks) = (0, 0);
        let fate = loop {
            match self.attempt(&mut *job).await {
                Tried::Done(fate) => break fate,
                Tried::Conflict => {
                    conflicts += 1;
                    if conflicts == CONFLICTS {
                        break Err(StoreError::Conflict {
                            unit: job.name(),
                            attempts: conflicts,
                        });
                    }
                    if my_turn.is_none() {
                        my_turn = Some(turn.lock().await);
                    } else {
                        // Other processes have no turns: give way for a moment.
                        pause(&self.server.env, Duration::from_micros(100), conflicts).await;
                    }
                }
                Tried::Broken(reason) => {
                    self.tx = None;
                    breaks += 1;
                    if breaks == BREAKS {
                        break Err(StoreError::Unavailable(reason));
                    }
                    tracing::debug!(
                        unit = job.name(),
                        reason,
                        "no connection to PostgreSQL, trying again"
                    );
                    if breaks > 1 {
                        pause(&self.server.env, Duration::from_millis(10), breaks).await;
                    }
                }
            }
        };
        drop(my_turn);
        job.answer(fate);
        // A read is answered before its COMMIT: nothing depends on that any more.
        if let Some(tx) = self.tx.as_mut().filter(|tx| tx.is_open())
            && tx.end("COMMIT").await.is_err()
        {
            self.tx = None;
        }
    }

    async fn attempt(&mut self, job: &mut dyn Job) -> Tried {
        if self.tx.as_ref().is_none_or(Tx::is_lost) {
            self.tx = None;
            match Session::connect(&self.server.config, &self.server.schema).await {
                Ok(new) => self.tx = Some(Tx::new(Engine::Postgres(new), &self.server.statements)),
                Err(Failure {
                    trouble: Trouble::Lost,
                    reason,
                }) => return Tried::Broken(reason),
                // A wrong password or database does not become right by trying.
                Err(Failure { reason, .. }) => return Tried::Done(Err(StoreError::Unavailable(reason))),
            }
        }
        let Some(tx) = &mut self.tx else {
            return Tried::Broken("not connected".into());
        };
        let (mode, name) = (job.mode(), job.name());
        let said = run(job, tx, mode).await;
        match tx.trouble() {
            Trouble::Lost => return Tried::Broken("the connection was lost".into()),
            Trouble::Conflict => return rolled_back(tx, Tried::Conflict).await,
            Trouble::None | Trouble::Statement | Trouble::Disk => {}
        }
        match (said, mode) {
            (Said::Yes, Mode::Read) => Tried::Done(Ok(())),
            (Said::Yes, Mode::Unit | Mode::Migrate) => commit(&self.server.env, tx, name).await,
            (other, _) => rolled_back(tx, Tried::Done(other.fate(name))).await,
        }
    }
}

async fn rolled_back(tx: &mut Tx, tried: Tried) -> Tried {
    if let Err(failure) = tx.end("ROLLBACK").await {
        // The server rolls back what belongs to a broken connection; the next unit gets a new one.
        tracing::debug!(failure.reason, "PostgreSQL could not be told to roll back");
    }
    tried
}

async fn commit(env: &Env, tx: &mut Tx, name: &'static str) -> Tried {
    if let Err(crashed) = env.crash_point(&format!("{name}.before_commit")) {
        return rolled_back(tx, Tried::Done(Err(crashed.into()))).await;
    }
    match tx.end("COMMIT").await {
        Ok(()) => Tried::Done(
            env.crash_point(&format!("{name}.after_commit"))
                .map_err(Into::into),
        ),
        Err(Failure {
            trouble: Trouble::Conflict,
            ..
        }) => Tried::Conflict,
        // The server may have committed before the connection broke.
        Err(Failure {
            trouble: Trouble::Lost,
            ..
        }) => Tried::Done(Err(StoreError::OutcomeUnknown)),
        Err(Failure { reason, .. }) => Tried::Done(Err(StoreError::Commit { unit: name, reason })),
    }
}
